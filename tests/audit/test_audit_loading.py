"""Rules and CIS numbers are data, loaded strictly: each mistake has its message, with file, line, field and remedy."""

import pytest

from homeroom.audit.load import CIS, Cis, load_cis, load_rules
from homeroom.errors import InputError
from homeroom.project import shipped

INVENTORY = shipped() / "inventory"
RULES = load_rules([INVENTORY / "rules"])
GOOD = """\
id: XX-01
version: 1
title: A title
severity: low
why: Because.
fix: Do it.
check:
  config:
    ios:
      - present: service x
        silent: {verdict: violation, because: it is off unless it is on}
fixtures:
  ios:
    - {kind: router, passes: "service x\\n", change: service x, to: none, says: off unless}
"""
CHECK = GOOD[GOOD.index("check:") : GOOD.index("fixtures:")]
FIXTURES = GOOD[GOOD.index("fixtures:") :]
TOP = "rules/XX-01.yaml:1: (top): "
BAD = [
    ("severity: low", "severity: urgent", "rules/XX-01.yaml:4: severity: 'urgent' is not one of critical, high, medium, low; choose one of them"),
    ("why: Because.", "wy: Because.", "rules/XX-01.yaml:5: wy: unknown key; the keys are id, version, title, severity, why, fix, check, fixtures, applies, refs, max_age_hours; did you mean why?\nrules/XX-01.yaml:1: why: missing; add it"),
    ("  config:\n", "  confg:\n", "rules/XX-01.yaml:8: check.confg: unknown key; the keys are config, reading, getter, proof, probe, record; did you mean config?"),
    ("  config:\n", "  code:\n", "rules/XX-01.yaml:8: check.code: unknown key; the keys are config, reading, getter, proof, probe, record; did you mean record?"),
    (FIXTURES, "", "rules/XX-01.yaml:1: fixtures: missing; add it"),
    (FIXTURES, "fixtures: {}\n", TOP + "fixtures has none for ios: give one that fails; correct it"),
    (FIXTURES, "fixtures: {ios: []}\n", TOP + "fixtures has none for ios: give one that fails; correct it"),
    (FIXTURES, FIXTURES.replace("ios:", "eos:"), TOP + "fixtures has none for ios: give one that fails; correct it"),
    ("change: service x, to: none, ", "", "rules/XX-01.yaml:14: fixtures.ios[0]: give exactly one of fails, change, failing; correct it"),
    ("change: service x", "change: (x", "rules/XX-01.yaml:14: fixtures.ios[0]: change '(x' is not a regular expression: missing ), unterminated subpattern at position 0; correct it"),
    ("id: XX-01", "id: xx1", TOP + "id 'xx1' is not like MGT-01; correct it"),
    ("id: XX-01", "id: XX-02", "rules/XX-01.yaml:1: id: is XX-02, the file's name says otherwise; rename the file to XX-02.yaml"),
    ("version: 1", "version: 0", TOP + "version must be 1 or more; correct it"),
    ("version: 1", "version: one", "rules/XX-01.yaml:2: version: 'one' is not a whole number; correct it"),
    ("present: service x", "present: service (x", "rules/XX-01.yaml:10: check.config.ios[0]: 'service (x' is not a regular expression: missing ), unterminated subpattern at position 8; correct it"),
    ("present: service x", "absent: y\n        present: service x", "rules/XX-01.yaml:10: check.config.ios[0]: give exactly one of present, absent, count, value, equals (given: present, absent); correct it"),
    ("present: service x", "section: y", "rules/XX-01.yaml:10: check.config.ios[0]: give exactly one of present, absent, count, value, equals (given: none); correct it"),
    ("present: service x", "count: {line: x, at_least: 0}", "rules/XX-01.yaml:10: check.config.ios[0].count: give at_least or at_most, more than 0: nothing would be demanded; correct it"),
    ("present: service x", "value: {line: x, at_least: 1}", "rules/XX-01.yaml:10: check.config.ios[0].value: 'x' has no group: put ( ) round the value; correct it"),
    ("present: service x", "each: ports.owner\n        present: service x", "rules/XX-01.yaml:10: check.config.ios[0].each: "),
    (CHECK, "check: {}\n", "rules/XX-01.yaml:7: check: give one of config, reading, getter, proof, probe, record; correct it"),
    (CHECK, "check: {config: {ios: []}}\n", "rules/XX-01.yaml:7: check: config demands nothing on ios; correct it"),
    (CHECK, "check: {reading: {}}\n", "rules/XX-01.yaml:7: check: reading demands nothing; correct it"),
    (CHECK, "check: {proof: {claim: prefixes, sources: [a]}}\n", "rules/XX-01.yaml:7: check.proof: sources, "),
    (CHECK, "check: {record: diary}\n", "rules/XX-01.yaml:7: check.record: 'diary' is not one of "),
    (CHECK, "check: {reading: {ios: [{object: sysName, equals: host_name}]}}\n", "rules/XX-01.yaml:7: check: 'sysName' is no reading: write `group.field`, of "),
    (CHECK, "check: {reading: {ios: [{object: vlans.names, equals: vlans}]}}\n", "rules/XX-01.yaml:7: check: 'vlans.names' is no reading: write `group.field`, of vlans.id, vlans.name, vlans.active, vlans.egress, vlans.untagged; correct it"),
    (CHECK, "check: {getter: {ios: [{object: facts.serial, at_least: 1}]}}\n", "rules/XX-01.yaml:7: check: 'facts.serial' is told by no getter; there are facts.hostname, facts.model, facts.os_version, facts.serial_number, ntp_servers.address, users.level, users.name; correct it"),
    ("severity: low", "severity: low\nmax_age_hours: 0", TOP + "max_age_hours must be more than 0; correct it"),
    ("check:", "applies: {exempt: {ios: It cannot.}}\ncheck:", TOP + "ios is both checked and exempt: keep one; correct it"),
]  # fmt: skip


def folder(tmp_path, **files):
    tmp_path.mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def refused(*roots):
    with pytest.raises(InputError) as caught:
        load_rules(roots)
    return str(caught.value)


@pytest.mark.parametrize(("old", "new", "message"), BAD)
def test_a_bad_rule_has_its_message(tmp_path, old, new, message):
    assert GOOD.count(old) == 1
    said = refused(folder(tmp_path, XX_01=GOOD.replace(old, new)))
    assert said == message or (message.endswith(" ") and said.startswith(message))


def test_all_bad_rules_are_named_at_once(tmp_path):
    text = refused(folder(tmp_path, XX_01="id: 1\n", XX_02="[]\n"))
    assert "rules/XX-01.yaml:1" in text
    assert "rules/XX-02.yaml:1" in text


def test_an_id_that_two_files_have_is_refused(tmp_path):
    two = folder(tmp_path, XX_01=GOOD, XX_02=GOOD)
    said = "rules/XX-02.yaml:1: id: XX-01 is the id of rules/XX-01.yaml too; give one of them another id and name"
    assert refused(two) == said


@pytest.mark.parametrize("name", ["XX-02.yml", "national/XX-02.yaml"])
def test_a_file_that_would_not_be_read_is_named(tmp_path, name):
    root = folder(tmp_path, XX_01=GOOD)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(GOOD, encoding="utf-8")
    said = f"rules/{name}: (file): would not be read: it is not like rules/MGT-01.yaml; move it to rules/XX-02.yaml"
    assert refused(root) == said


def test_no_rules_is_an_error(tmp_path):
    assert refused(tmp_path) == ("rules: (folder): no rule stands in any rule folder; add inventory/rules/<ID>.yaml")


def test_the_nearest_rule_wins_and_others_are_added(tmp_path):
    near = folder(tmp_path / "near", XX_01=GOOD.replace("A title", "National title"))
    far = folder(tmp_path / "far", XX_01=GOOD, XX_02=GOOD.replace("XX-01", "XX-02"))
    rules = load_rules([near, far])
    assert [(rule.id, rule.title) for rule in rules.values()] == [("XX-01", "National title"), ("XX-02", "A title")]


# --- CIS numbers


def cis(tmp_path, text):
    path = tmp_path / CIS
    path.write_text(text, encoding="utf-8")
    return load_cis(path, RULES)


def test_numbers_are_quoted_with_the_version_of_the_benchmark(tmp_path):
    found = cis(tmp_path, 'benchmark: CIS Cisco IOS XE 17.x v2.2.1\nnumbers: {LOG-01: ["2.2.4"]}\n')
    assert found.of("LOG-01") == ("CIS Cisco IOS XE 17.x v2.2.1 2.2.4",)
    assert found.of("NTP-01") == ()


def test_without_the_file_nothing_is_quoted(tmp_path):
    assert load_cis(tmp_path / CIS, RULES) == Cis("", {})


def test_words_of_the_benchmark_and_unknown_rules_are_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        cis(tmp_path, "benchmark: b\nnumbers:\n  XX-99: ['1.1']\n  LOG-01: [Set it]\n")
    assert str(caught.value).splitlines() == [
        "inventory/cis.yaml:3: numbers.XX-99: no rule is called XX-99; correct the id, or remove the line",
        (
            "inventory/cis.yaml:4: numbers.LOG-01[0]: 'Set it' is no number of a recommendation; "
            'write the number alone, as "1.2.3": no words of the benchmark'
        ),
    ]


def test_the_shipped_numbers_are_of_rules_there_are():
    path = INVENTORY / CIS
    if path.exists():  # whoever removes it removes it everywhere
        assert sum(len(numbers) for numbers in load_cis(path, RULES).numbers.values()) > 40
