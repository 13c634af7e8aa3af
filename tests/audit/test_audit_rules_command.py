"""`homeroom audit rules`, and the national rule that the documentation shows, in a project of its own."""

import json
import re

import pytest

from homeroom.audit import example, fixture
from homeroom.audit.judge import judge
from homeroom.audit.load import load_rules
from homeroom.errors import InputError
from homeroom.project import CHECKOUT
from playbooks.cli import main

PAGE = (CHECKOUT / "docs" / "engineer.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("## Write a national rule") :]
NATIONAL = re.search(r"^```yaml\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL).group(1)


@pytest.fixture
def national(project):
    """The project with the rule of the page."""
    folder = project.inventory / "rules"
    folder.mkdir()
    (folder / "PY-01.yaml").write_text(NATIONAL, encoding="utf-8")
    return project


def rules(project, capsys, *words):
    code = main(["--project", str(project.root), "audit", "rules", "--json", *words])
    return code, json.loads(capsys.readouterr().out or "null")


def test_every_rule_is_listed_with_what_it_judges(project, capsys):
    code, document = rules(project, capsys)
    listed = {rule["id"]: rule for rule in document["rules"]}
    assert code == 0
    assert set(listed) == set(load_rules(project.rule_roots))
    assert listed["LOG-01"]["platforms"] == ["eos", "ios", "junos", "ros"]
    assert "openwrt" in listed["LOG-01"]["exempt"]
    assert listed["AUD-01"]["scope"] == "programme"
    assert not any(rule["own"] for rule in listed.values())
    assert main(["--project", str(project.root), "audit", "rules"]) == 0
    assert "LOG-01" in capsys.readouterr().err


def test_one_rule_is_shown_with_everything(project, capsys):
    (project.inventory / "cis.yaml").unlink()
    code, document = rules(project, capsys, "LOG-01")
    assert (code, document["id"], document["severity"], document["cis"]) == (0, "LOG-01", "high", [])
    assert document["check"]["config"]["ios"]
    assert main(["--project", str(project.root), "audit", "rules", "LOG-01"]) == 0
    shown = capsys.readouterr().err
    assert "To mend it:" in shown
    assert "Related:" not in shown


def test_cis_numbers_stand_beside_a_rule_where_the_project_keeps_them(project, capsys):
    (project.inventory / "cis.yaml").write_text('benchmark: B 1\nnumbers: {LOG-01: ["2.2.4"]}\n', encoding="utf-8")
    assert rules(project, capsys, "LOG-01")[1]["cis"] == ["B 1 2.2.4"]
    assert main(["--project", str(project.root), "audit", "rules", "LOG-01"]) == 0
    assert "Related: B 1 2.2.4" in capsys.readouterr().err


def test_a_rule_that_is_none_is_named(project, capsys):
    assert main(["--project", str(project.root), "audit", "rules", "XX-99"]) == 2
    assert "no rule is called XX-99" in capsys.readouterr().err


def test_the_page_s_national_rule_loads_and_its_examples_show_what_they_should(national, capsys):
    code, document = rules(national, capsys, "--check")
    assert (code, document) == (0, {"rules": ["PY-01"], "examples": 3, "faults": []})
    assert rules(national, capsys, "PY-01")[1]["refs"]["other"] == ["MEC Res. 412/2025 art. 9"]
    listed = {rule["id"]: rule["own"] for rule in rules(national, capsys)[1]["rules"]}
    assert listed["PY-01"]
    assert not listed["LOG-01"]


def test_the_national_rule_judges_beside_the_shipped_ones(national, district):
    rule = load_rules(national.rule_roots)["PY-01"]
    passing = fixture.subject(rule, "ios", rule.fixtures["ios"][0])
    assert judge(rule, passing).status == "compliant"
    assert judge(rule, passing).evidence[0].text.strip().endswith("Authorised staff only, and every access is logged.")
    outside = judge(rule, district.subject("ap"))
    assert (outside.status, outside.summary) == ("not_applicable", "is for router, switch, not for a ap")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("change: Authorised staff only, to: Welcome, says: no banner", "change: nowhere, to: x, says: no banner", "'nowhere' changes nothing"),
        ("to: Welcome, says: no banner", "to: Authorised staff only!, says: no banner", "the failing example is compliant"),
        ("says: no banner", "says: no telnet", "not 'no telnet'"),
        ('present: ".*Authorised staff only.*"', 'present: ".*Nobody.*"', "the passing example is violation"),
        ("kind: router, change", "kind: ap, change", "there is no example ap of ios"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_show_what_it_should_is_named(national, capsys, old, new, said):
    path = national.inventory / "rules" / "PY-01.yaml"
    path.write_text(NATIONAL.replace(old, new, 1), encoding="utf-8")
    code, document = rules(national, capsys, "--check")
    assert code == 1
    assert {(one["rule"], one["platform"], one["example"]) for one in document["faults"]} == {("PY-01", "ios", 1)}
    assert any(said in one["what"] for one in document["faults"])
    assert main(["--project", str(national.root), "audit", "rules", "PY-01", "--check"]) == 1
    assert "PY-01 on ios, example 1" in capsys.readouterr().err


def test_a_malformed_national_rule_stops_everything(national, capsys):
    path = national.inventory / "rules" / "PY-01.yaml"
    path.write_text(NATIONAL.replace("severity:", "severty:"), encoding="utf-8")
    with pytest.raises(InputError):
        load_rules(national.rule_roots)
    for words in (("audit", "rules"), ("audit",)):
        assert main(["--project", str(national.root), *words]) == 2
        assert "rules/PY-01.yaml:4: severty: unknown key;" in capsys.readouterr().err


def test_without_rules_of_its_own_there_is_nothing_to_try(project, capsys):
    assert main(["--project", str(project.root), "audit", "rules", "--check"]) == 2
    assert "the project has no rules of its own" in capsys.readouterr().err


def test_every_kind_of_every_platform_has_an_example():
    platforms = example.renderer().platforms
    for name, platform in platforms.items():
        assert set(example.kinds(name)) == set(platform.kinds)
        for kind in platform.kinds:
            intent = example.example(name, kind)
            assert (intent.device.platform, intent.device.kind) == (name, kind)
            assert example.renderer().render(intent).text
        ports = {(port.mode, port.admission) for port in example.example(name, "router").ports}
        assert {("access", "dot1x"), ("trunk", "open"), ("unused", "open")} <= ports
        assert len(example.example(name, "router").uplinks) == 2
        assert len({intent.device.site for intent in example.examples(name)}) == 1
