"""`homeroom services` and `homeroom lists`: what people and programs see, and the exit codes."""

import json
import stat

import pytest

from homeroom.central import check, settings
from homeroom.endpoints import load_endpoints
from homeroom.errors import InputError
from homeroom.prefix import Prefix
from homeroom.project import Project
from homeroom.secret import Vault
from playbooks import cli
from playbooks.init import make

BY = ("--source", "operator", "--licence", "CC0", "--by", "Ana")


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "district"
    make(root)
    assert cli.main(["--project", str(root), "plan"]) == 0
    return root


@pytest.fixture
def run(project, capsys):
    def call(*words, machine=True):
        capsys.readouterr()
        code = cli.main(["--project", str(project), *(["--json"] if machine else []), *map(str, words)])
        out = capsys.readouterr()
        return code, json.loads(out.out) if machine and out.out else out.err

    return call


def listed(tmp_path, *names, name="list.txt"):
    path = tmp_path / name
    path.write_text("".join(f"{name}\n" for name in names))
    return path


def test_services_are_printed_into_a_folder_with_markers(run, tmp_path):
    out = tmp_path / "out"
    code, document = run("services", "--out", out)
    assert code == 0
    assert set(document["files"]) == {"unbound", "freeradius", "kea", "rsyslog"}
    assert "<<secret:radius>>" in (out / "freeradius/clients.conf").read_text()
    assert "illegal" in document["unfilled"]
    assert stat.S_IMODE((out / "rsyslog/homeroom-retention").stat().st_mode) == 0o755


def test_revealed_secrets_stand_in_private_files_only(run, project, tmp_path):
    out = tmp_path / "out"
    assert run("services", "--out", out, "--reveal")[0] == 0
    secret = Vault.open(Project(project)).get("radius").reveal()
    holding = [path for path in out.rglob("*") if path.is_file() and secret in path.read_text()]
    assert [path.name for path in holding] == ["clients.conf"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    assert not [path for path in out.rglob("*") if path.is_file() and "<<secret:" in path.read_text()]
    code, told = run("services", "--reveal", machine=False)
    assert code == 2
    assert "say where with --out DIR" in told


def test_the_federations_secret_is_asked_for_by_name_and_revealed_once_given(run, project, tmp_path):
    (project / "inventory/services.yaml").write_text("radius: {federation: [198.51.100.9]}\n")
    out = tmp_path / "out"
    code, told = run("services", "--out", out, "--reveal", machine=False)
    assert code == 2
    assert "no secret is called federation" in told
    Vault.put(Project(project), "federation", "given-by-the-federation")
    assert run("services", "--out", out, "--reveal")[0] == 0
    assert (out / "freeradius/proxy.conf").read_text().count("secret = 'given-by-the-federation'") == 1


def test_the_summary_for_people_says_what_is_missing(run, project):
    (project / "inventory/services.yaml").write_text("dhcp: {every: true}\n")
    code, told = run("services", machine=False)
    assert code == 0
    assert "unbound: " in told
    assert "no list of illegal is published: nothing is refused by it" in told


def test_every_installed_daemon_takes_its_files(run, project):
    (project / "inventory/services.yaml").write_text(
        "dhcp: {sites: [aregua]}\nradius: {federation: [198.51.100.9]}\ndns: {threads: 2, cache: 64}\n"
    )
    code, document = run("services", "--check")
    assert code == 0, document
    assert len(document["checks"]) == 6
    assert {one["outcome"] for one in document["checks"]} <= {"good", "not installed"}


def test_a_file_that_a_daemon_refuses_is_told_in_its_own_words(run, project, monkeypatch, tmp_path):
    tool = tmp_path / "bin/unbound-checkconf"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'line 7: syntax error' >&2\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setitem(check.SYSTEM, "PATH", str(tool.parent))
    code, document = run("services", "--check")
    assert code == 1
    assert [(one["outcome"], one["message"]) for one in document["checks"][:3]] == [
        ("refused", "line 7: syntax error"),
        ("refused", "line 7: syntax error"),
        ("not installed", ""),
    ]
    assert run("services", "--check", machine=False)[0] == 1


def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    blocked = listed(tmp_path, "a file")
    code, told = run("services", "--out", blocked, machine=False)
    assert code == 2
    assert "cannot be written" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dns: {threads: 0}", "dns.threads: is 0; give 1 to 256"),
        ("dns: {thread: 1}", "unknown key"),
        ("radius: {federation: [school]}", "'school' is no address"),
        ("dhcp: {every: true, sites: [aregua]}", "names sites beside every: true"),
        ("logs: {blocked: 99999}", "logs.blocked: is 99999"),
    ],
)
def test_settings_no_server_could_run_with_are_refused(run, project, text, message):
    (project / "inventory/services.yaml").write_text(f"{text}\n")
    code, told = run("services", machine=False)
    assert code == 2
    assert "inventory/services.yaml:1:" in told
    assert message in told


def test_without_settings_the_defaults_hold(project):
    assert settings.load_services(Project(project)) == settings.Services()


def test_a_list_goes_all_the_way_to_the_resolvers(run, tmp_path):
    path = listed(tmp_path, "bad.example", "www.bad.example", "worse.example")
    code, document = run("lists", "import", "adult", path, *BY)
    assert (code, document["names"], document["refusals"]) == (0, 2, [])
    assert run("lists", "status")[0] == 1
    code, document = run("lists", "publish", "--by", "Bo")
    assert (code, document["names"]) == (0, {"adult": 2})
    code, document = run("lists", "status")
    assert (code, document["current"]["by"], document["waiting"]) == (0, "Bo", {})
    out = tmp_path / "out"
    assert run("services", "--out", out)[0] == 0
    zone = (out / "unbound/adult.rpz").read_text()
    assert zone.endswith("bad.example CNAME .\n*.bad.example CNAME .\nworse.example CNAME .\n*.worse.example CNAME .\n")
    code, told = run("lists", "status", machine=False)
    assert code == 0
    assert "signed, by Bo" in told


def test_a_refused_list_names_file_and_key_and_leaves_the_old_one(run, tmp_path):
    good = listed(tmp_path, *(f"bad{n}.example" for n in range(30)))
    assert run("lists", "import", "adult", good, *BY)[0] == 0
    assert run("lists", "publish", "--by", "Bo")[0] == 0
    bad = listed(tmp_path, *(f"bad{n}.example" for n in range(30)), "wikipedia.org", name="new.txt")
    code, told = run("lists", "import", "adult", bad, *BY, machine=False)
    assert code == 1
    assert f"{bad}: popular: wikipedia.org is a name that half the world needs" in told
    assert "the published list stays in force; leave the names out with --without NAME" in told
    assert run("lists", "status")[1]["waiting"] == {}
    code, document = run("lists", "import", "adult", bad, *BY, "--without", "wikipedia.org")
    assert (code, document["names"]) == (0, 30)


def test_a_change_of_size_needs_a_reason_and_a_name_which_are_kept(run, tmp_path):
    assert run("lists", "import", "adult", listed(tmp_path, *(f"bad{n}.example" for n in range(30))), *BY)[0] == 0
    assert run("lists", "publish", "--by", "Bo")[0] == 0
    small = listed(tmp_path, "bad1.example", name="small.txt")
    code, told = run("lists", "check", "adult", small, machine=False)
    assert code == 1
    assert "shrank to less than half: 30 names became 1" in told
    assert "say --accept REASON --by NAME" in told
    assert run("lists", "check", "adult", small, "--accept", "split", machine=False)[0] == 2
    assert run("lists", "import", "adult", small, *BY, "--accept", "they split it")[0] == 0
    code, told = run("lists", "status", machine=False)
    assert "they split it" in told
    assert "waits" in told


def test_check_changes_nothing(run, tmp_path):
    code, document = run("lists", "check", "adult", listed(tmp_path, "bad.example"))
    assert (code, document["refusals"]) == (0, [])
    assert run("lists", "status")[1] == {"current": None, "waiting": {}}
    code, told = run("lists", "publish", "--by", "Bo", machine=False)
    assert code == 2
    assert "nothing was imported" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "fun", "x"), "no category is called fun"),
        (("import", "adult", "x"), "say where the list is from"),
        (("import", "adult", "/nowhere", *BY), "cannot be read"),
        (("publish",), "--by NAME"),
        (("endpoints", "none", "x"), "no endpoint group is called none"),
        (("endpoints", "doh", "x"), "--by NAME"),
    ],
)
def test_bad_usage_says_what_is_missing(run, words, message):
    code, told = run("lists", *words, machine=False)
    assert code == 2
    assert message in told


def test_many_reasons_are_cut_for_people_and_whole_for_programs(run, tmp_path):
    path = listed(tmp_path, *(f"site{n}.gov.py" for n in range(30)))
    code, told = run("lists", "check", "adult", path, machine=False)
    assert code == 1
    assert "and 10 more: --json shows all" in told
    assert len(run("lists", "check", "adult", path)[1]["refusals"]) == 30


def test_the_wrong_format_is_told_with_a_remedy(run, tmp_path):
    path = listed(tmp_path, "||bad.example^", "||worse.example^")
    code, told = run("lists", "check", "adult", path, "--format", "domains", machine=False)
    assert code == 1
    assert "name the format with --format" in told
    code, told = run("lists", "import", "adult", path, *BY, machine=False)
    assert code == 0
    assert "imported; `homeroom lists publish` puts it into force" in told


def test_endpoints_are_guarded_and_written_where_the_policy_reads_them(run, project, tmp_path):
    path = listed(tmp_path, "203.0.113.5", "203.0.113.0/24 # all of it", "2001:db8:9::/64", name="doh.txt")
    code, document = run("lists", "endpoints", "doh", path, "--by", "Ana")
    assert (code, document["prefixes"]) == (0, 2)
    assert load_endpoints(Project(project)) == {
        "doh": (Prefix.parse("203.0.113.0/24"), Prefix.parse("2001:db8:9::/64"))
    }
    many = listed(tmp_path, *(f"203.0.113.{n}" for n in range(9)), name="many.txt")
    code, told = run("lists", "endpoints", "doh", many, "--by", "Ana", machine=False)
    assert code == 1
    assert "2 prefixes became 9" in told
    assert run("lists", "endpoints", "doh", many, "--by", "Ana", "--accept", "they grew")[0] == 0
    assert "they grew" in (project / "inventory/endpoints/doh.txt").read_text()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("10.16.0.0/24", "is the programme's own or private"),
        ("192.0.2.11", "is the programme's own or private"),
        ("192.168.1.1", "is the programme's own or private"),
        ("0.0.0.0/0", "wider than a /16"),
        ("::/0", "wider than a /32"),
        ("school", "does not appear to be"),
        ("", "there is no address in it"),
    ],
)
def test_addresses_that_would_cut_schools_off_are_refused(run, project, tmp_path, line, message):
    code, told = run("lists", "endpoints", "doh", listed(tmp_path, line), "--by", "Ana", machine=False)
    assert code == 1
    assert message in " ".join(told.split())
    assert "refused: the file stays as it was" in told
    assert load_endpoints(Project(project)) == {}


def test_a_hand_written_endpoint_file_is_read_strictly(project):
    folder = project / "inventory/endpoints"
    folder.mkdir()
    (folder / "vpn.txt").write_text("203.0.113.1\n203.0.113.0/33\n")
    (folder / "No Name.txt").write_bytes(b"\xff")
    with pytest.raises(InputError) as caught:
        load_endpoints(Project(project))
    told = str(caught.value)
    assert "inventory/endpoints/vpn.txt:2:" in told
    assert "No Name.txt: (name): is no name of an endpoint group" in told
    assert "cannot be read" in told
