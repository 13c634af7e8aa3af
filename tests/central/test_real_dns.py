"""The resolvers as rendered, running: one address a profile, asked by clients of the schools' own addresses."""

import dataclasses
import re

import pytest
from bed import Bed, needs

from homeroom.central import dns
from homeroom.central.press import Press
from homeroom.central.settings import Dns

pytestmark = needs("unbound", "dig", "ip")

UPSTREAM = "198.51.100.53"
PUPIL, STAFF, OFFICE, GUEST, THINGS, EXAM, VISITOR = (f"192.0.2.{n}" for n in range(11, 18))
CLIENT, CLIENT6, STRANGER = "10.16.0.20", "2001:db8:b0::20", "203.0.113.99"
LISTS = {
    "illegal": ["forbidden.example"],
    "malware": ["virus.example", "worse.allowed.example"],
    "adult": ["naked.example"],
    "social": ["chat.example", "school-pictures.example"],
    "dating": ["date.example"],
}
WORLD = """
forbidden.example. A 203.0.113.1
deep.forbidden.example. A 203.0.113.2
virus.example. A 203.0.113.3
naked.example. A 203.0.113.4
chat.example. A 203.0.113.5
school-pictures.example. A 203.0.113.6
www.school-pictures.example. A 203.0.113.7
lessons.example. A 203.0.113.8
lessons.example. AAAA 2001:db8:1::8
lessons.example. HTTPS 1 . alpn="h2"
lessons.example. SVCB 1 . alpn="h2"
lessons.example. TXT "hello"
_dns.resolver.arpa. A 203.0.113.9
resolver.arpa. A 203.0.113.9
use-application-dns.net. A 203.0.113.10
mask.icloud.com. A 203.0.113.11
mask-h2.icloud.com. A 203.0.113.12
www.google.com. A 203.0.113.20
www.google.rs. A 203.0.113.20
www.google.kg. A 203.0.113.20
www.google.com.py. A 203.0.113.20
mail.google.com. A 203.0.113.21
forcesafesearch.google.com. A 216.239.38.120
forcesafesearch.google.com. AAAA 2001:4860:4802:32::78
www.bing.com. A 203.0.113.22
strict.bing.com. A 204.79.197.220
duckduckgo.com. A 203.0.113.23
safe.duckduckgo.com. A 203.0.113.24
ya.ru. A 203.0.113.25
familysearch.yandex.ru. A 213.180.193.56
search.brave.com. A 203.0.113.26
forcesafe.search.brave.com. A 203.0.113.27
pixabay.com. A 203.0.113.28
safesearch.pixabay.com. A 203.0.113.29
www.youtube.com. A 203.0.113.30
m.youtube.com. A 203.0.113.30
youtubei.googleapis.com. A 203.0.113.30
youtube.googleapis.com. A 203.0.113.30
www.youtube-nocookie.com. A 203.0.113.30
restrict.youtube.com. A 216.239.38.120
restrictmoderate.youtube.com. A 216.239.38.119
exams.escuelas.example. CNAME exams.cdn.example.
exams.cdn.example. A 203.0.113.40
updates.printers.example. A 203.0.113.41
rebind.example. A 10.16.0.1
"""


def wrapper(folder, name, rendered):
    """The rendered file with what a test changes: where it logs, as whom it runs, whom it asks."""
    text = f"""include: "{rendered}"
server:
  username: ""
  use-syslog: no
  logfile: "{folder}/{name}.log"
  num-threads: 1
  val-permissive-mode: yes
forward-zone:
  name: "."
  forward-addr: {UPSTREAM}
"""
    path = folder / f"{name}.test.conf"
    path.write_text(text)
    return path


def upstream(folder):
    data = "".join(f"  local-data: '{line}'\n" for line in WORLD.strip().splitlines())
    path = folder / "upstream.conf"
    path.write_text(f"""server:
  interface: {UPSTREAM}
  access-control: {UPSTREAM}/24 allow
  access-control: 192.0.2.0/24 allow
  access-control: 10.0.0.0/8 allow
  access-control: 203.0.113.0/24 allow
  access-control: 0.0.0.0/0 allow
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  num-threads: 1
  local-zone: "." static
  local-zone: "resolver.arpa." transparent
{data}
remote-control:
  control-enable: no
""")
    return path


class Desk:
    """Asks as a client would."""

    def __init__(self, bed, folder):
        self.bed, self.folder = bed, folder

    def ask(self, server, name, kind="A", source=CLIENT, *more):
        out = self.bed.run("dig", "+time=2", "+tries=2", "-b", source, f"@{server}", name, kind, *more).stdout
        status = re.search(r"status: (\w+)", out)
        answer = re.search(r"ANSWER SECTION:\n(.*?)\n\n", out + "\n\n", re.DOTALL)
        rows = [line.split(None, 4) for line in answer.group(1).splitlines()] if answer else []
        return (status.group(1) if status else out), [(row[3], row[4]) for row in rows]

    def address(self, server, name, kind="A", source=CLIENT):
        status, rows = self.ask(server, name, kind, source)
        assert status == "NOERROR", f"{name} at {server}: {status}"
        return [value for what, value in rows if what == kind]


@pytest.fixture(scope="module")
def desk(example, tmp_path_factory):
    project, facts, policy = example
    pupil = dataclasses.replace(policy.profiles["pupil"], allow=("school-pictures.example", "virus.example"))
    policy = dataclasses.replace(policy, profiles={**policy.profiles, "pupil": pupil})
    folder = tmp_path_factory.mktemp("dns")
    made = dns.resolvers(facts.programme, policy, Dns(cache=64, threads=1), str(folder / "unbound"), str(folder))
    for file in dns.files(Press.of(project), made, policy, LISTS):
        path = folder / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(file.chunks))
    (folder / "root.key").write_text(
        ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    )
    resolvers = [address for pair in facts.programme.central.resolvers.values() for address in pair]
    bed = Bed("dns", [*resolvers, UPSTREAM, CLIENT, CLIENT6, STRANGER])
    try:
        desk = Desk(bed, folder)
        bed.start(
            "unbound", "-d", "-p", "-c", upstream(folder), log=folder / "upstream.out", ready=lambda: up(bed, UPSTREAM)
        )
        for resolver in made:
            path = wrapper(folder, resolver.name, folder / "unbound" / f"{resolver.name}.conf")
            done = bed.run("unbound-checkconf", path)
            assert done.returncode == 0, done.stderr
            one = resolver.profiles[0].addresses[0]
            bed.start(
                "unbound",
                "-d",
                "-p",
                "-c",
                path,
                log=folder / f"{resolver.name}.out",
                ready=lambda one=one: up(bed, one),
            )
        yield desk
    finally:
        bed.close()


def up(bed, server):
    return bed.run("dig", "+time=1", "+tries=1", "-b", CLIENT, f"@{server}", "lessons.example").returncode == 0


def test_an_ordinary_name_resolves_for_every_profile_that_may_ask(desk):
    for server in (PUPIL, STAFF, OFFICE, GUEST, VISITOR):
        assert desk.address(server, "lessons.example") == ["203.0.113.8"]


def test_the_same_profile_answers_over_ipv6(desk):
    assert desk.address("2001:db8:ffff::11", "lessons.example", "AAAA", CLIENT6) == ["2001:db8:1::8"]
    assert desk.ask("2001:db8:ffff::11", "chat.example", "A", CLIENT6)[0] == "NXDOMAIN"
    assert desk.address("2001:db8:ffff::12", "chat.example", "A", CLIENT6) == ["203.0.113.5"]


@pytest.mark.parametrize(
    ("name", "refused", "answered"),
    [
        ("naked.example", (PUPIL, STAFF, OFFICE, GUEST), (VISITOR,)),
        ("chat.example", (PUPIL, OFFICE), (STAFF, GUEST, VISITOR)),
    ],
)
def test_a_category_is_refused_to_the_profiles_that_name_it(desk, name, refused, answered):
    for server in refused:
        assert desk.ask(server, name) == ("NXDOMAIN", [])
    for server in answered:
        assert desk.address(server, name)


def test_the_base_is_refused_to_everybody_and_all_below_it(desk):
    for server in (PUPIL, STAFF, OFFICE, GUEST, THINGS, EXAM, VISITOR):
        assert desk.ask(server, "forbidden.example")[0] == "NXDOMAIN"
        assert desk.ask(server, "deep.forbidden.example")[0] == "NXDOMAIN"
    assert desk.address(UPSTREAM, "deep.forbidden.example") == ["203.0.113.2"]


def test_a_profile_mends_an_over_block_of_a_category_but_never_of_the_base(desk):
    assert desk.address(PUPIL, "school-pictures.example") == ["203.0.113.6"]
    assert desk.address(PUPIL, "www.school-pictures.example") == ["203.0.113.7"]
    assert desk.ask(OFFICE, "school-pictures.example")[0] == "NXDOMAIN"
    assert desk.ask(PUPIL, "virus.example")[0] == "NXDOMAIN"


@pytest.mark.parametrize(
    ("name", "safe", "address", "plain"),
    [
        *(
            (f"www.google.{end}", "forcesafesearch.google.com.", "216.239.38.120", "203.0.113.20")
            for end in ("com", "rs", "kg", "com.py")
        ),
        ("www.bing.com", "strict.bing.com.", "204.79.197.220", "203.0.113.22"),
        ("duckduckgo.com", "safe.duckduckgo.com.", "203.0.113.24", "203.0.113.23"),
        ("ya.ru", "familysearch.yandex.ru.", "213.180.193.56", "203.0.113.25"),
        ("search.brave.com", "forcesafe.search.brave.com.", "203.0.113.27", "203.0.113.26"),
        ("pixabay.com", "safesearch.pixabay.com.", "203.0.113.29", "203.0.113.28"),
    ],
)
def test_search_is_safe_where_the_profile_says_so(desk, name, safe, address, plain):
    for server in (PUPIL, STAFF, GUEST):
        assert desk.ask(server, name) == ("NOERROR", [("CNAME", safe), ("A", address)])
    for server in (OFFICE, VISITOR):
        assert desk.ask(server, name) == ("NOERROR", [("A", plain)])


def test_mail_of_the_same_company_is_left_alone(desk):
    assert desk.ask(PUPIL, "mail.google.com") == ("NOERROR", [("A", "203.0.113.21")])


@pytest.mark.parametrize(
    "name",
    [
        "www.youtube.com",
        "m.youtube.com",
        "youtubei.googleapis.com",
        "youtube.googleapis.com",
        "www.youtube-nocookie.com",
    ],
)
def test_youtube_is_strict_for_pupils_moderate_for_staff_and_free_for_visitors(desk, name):
    assert desk.address(PUPIL, name) == ["216.239.38.120"]
    assert desk.address(STAFF, name) == ["216.239.38.119"]
    assert desk.address(VISITOR, name) == ["203.0.113.30"]


def test_canaries_are_refused_where_asked_for_and_answered_elsewhere(desk):
    for name in ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"):
        for server in (PUPIL, STAFF, OFFICE, GUEST, THINGS, EXAM):
            assert desk.ask(server, name) == ("NXDOMAIN", [])
        assert desk.address(VISITOR, name)


def test_discovery_of_another_resolver_is_answered_empty(desk):
    for name in ("resolver.arpa", "_dns.resolver.arpa"):
        assert desk.ask(PUPIL, name, "SVCB") == ("NOERROR", [])
        assert desk.ask(STAFF, name, "SVCB") == ("NOERROR", [])
        assert desk.ask(STAFF, name) == ("NOERROR", [])


def test_https_records_reach_only_the_profiles_that_may_have_them_whoever_asked_first(desk):
    for _ in range(2):  # from the cache the second time
        for server in (STAFF, VISITOR):
            for kind in ("HTTPS", "SVCB"):
                status, rows = desk.ask(server, "lessons.example", kind)
                assert status == "NOERROR"
                assert [what for what, _ in rows] == [kind]
        for server in (PUPIL, OFFICE, GUEST):
            for kind in ("HTTPS", "SVCB"):
                assert desk.ask(server, "lessons.example", kind) == ("NOERROR", [])
            assert desk.ask(server, "lessons.example", "TXT") == ("NOERROR", [("TXT", '"hello"')])


def test_an_empty_https_answer_may_be_kept_by_the_client(desk):
    out = desk.bed.run("dig", "-b", CLIENT, f"@{PUPIL}", "lessons.example", "HTTPS").stdout
    assert re.search(r"AUTHORITY SECTION:\nlessons\.example\.\s+300\s+IN\s+SOA", out)


def test_a_profile_of_allowed_names_gets_these_and_nothing_else(desk):
    assert desk.ask(EXAM, "exams.escuelas.example") == (
        "NOERROR",
        [("CNAME", "exams.cdn.example."), ("A", "203.0.113.40")],
    )
    assert desk.address(THINGS, "updates.printers.example") == ["203.0.113.41"]
    for server, name in ((EXAM, "updates.printers.example"), (THINGS, "exams.escuelas.example")):
        assert desk.ask(server, name) == ("NXDOMAIN", [])
    for server in (EXAM, THINGS):
        for name in ("lessons.example", "www.google.com", "example", "exams.cdn.example"):
            assert desk.ask(server, name) == ("NXDOMAIN", [])


def test_strangers_are_refused_and_the_schools_are_not(desk):
    assert desk.ask(PUPIL, "lessons.example", "A", STRANGER)[0] == "REFUSED"
    assert desk.ask(PUPIL, "lessons.example", "A", CLIENT)[0] == "NOERROR"


def test_a_name_of_the_internet_cannot_point_into_a_school(desk):
    assert desk.address(UPSTREAM, "rebind.example") == ["10.16.0.1"]
    assert desk.ask(PUPIL, "rebind.example") == ("NOERROR", [])


def test_what_is_refused_is_logged_with_its_category_and_the_asking_address(desk):
    desk.ask(PUPIL, "date.example")
    desk.ask(PUPIL, "lessons.example")
    log = (desk.folder / "filtered.log").read_text()
    pupils = [line for line in log.splitlines() if "-only]" not in line]
    assert re.search(rf"rpz: applied \[dating\] date\.example\. rpz-nxdomain {CLIENT}@\d+ date\.example\. A IN", log)
    assert not any("lessons.example" in line or "google" in line for line in pupils)


def test_answers_over_tcp_are_filtered_too(desk):
    assert desk.ask(PUPIL, "naked.example", "A", CLIENT, "+tcp")[0] == "NXDOMAIN"
    assert desk.ask(PUPIL, "lessons.example", "A", CLIENT, "+tcp")[0] == "NOERROR"
