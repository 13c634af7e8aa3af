"""Which releases may run: software.yaml, and what the audit says of a device by it; running against startup."""

from dataclasses import replace

import fleet
import pytest

from homeroom.audit.checks import Compare
from homeroom.audit.judge import judge
from homeroom.audit.rule import Rule
from homeroom.errors import InputError
from homeroom.programme.load import read_software
from homeroom.project import shipped
from homeroom.reading import Reading
from homeroom.strict import load

RULES = {name: load(Rule, shipped() / "inventory" / "rules" / f"{name}.yaml") for name in ("OPS-01", "OPS-03")}
KINDS = list(fleet.MADE)


def said(subject, **rows):
    """The device, as if it had answered these readings."""
    known = {name.replace("__", "."): {"": Reading("d", name, "", text, subject.now)} for name, text in rows.items()}
    return replace(subject, readings=known)


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_the_lab_runs_what_the_example_approves(platform, kind):
    found = judge(RULES["OPS-01"], fleet.subject(platform, kind))
    assert found.status == "compliant", found.summary
    assert found.evidence[1].source == "inventory/software.yaml"


def test_what_is_said_of_a_model_wins(tmp_path):
    path = tmp_path / "software.yaml"
    path.write_text('approved: {ios: ["17.9.*"], C1121-8P: ["17.12.4"]}\n')
    software = read_software(path, "software.yaml")
    assert software.of("ios", "C1121-8P") == ("17.12.4",)
    assert software.of("ios", "C9200L-24P-4G") == ("17.9.*",)
    assert software.of("eos", "DCS-7050") == ()
    assert read_software(tmp_path / "none.yaml", "none.yaml").of("ios", "C1121-8P") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("approved: {ios: []}\n", "approved.ios: approves no release"),
        ('approved: {ios: ["17.9.*", "*"]}\n', "approved.ios: approves every release"),
        ("approve: {}\n", "approve: unknown key"),
    ],
)
def test_a_list_that_says_nothing_is_refused(tmp_path, text, message):
    path = tmp_path / "software.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_software(path, "software.yaml")
    assert message in str(caught.value)


def test_without_a_list_nobody_knows():
    subject = fleet.subject("ros", "router")
    device = replace(subject.intent.device, software=())
    found = judge(RULES["OPS-01"], replace(subject, intent=replace(subject.intent, device=device)))
    assert found.status == "unknown"
    assert found.summary == f"inventory/software.yaml approves no release for {device.model} or ros"


@pytest.mark.parametrize(
    ("running", "startup", "status"),
    [
        ("0", "0", "compliant"),
        ("60000", "0", "compliant"),  # the start itself: ten minutes
        ("60001", "0", "violation"),
        ("900000", "900000", "compliant"),
        ("900001", "900000", "violation"),
    ],
)
def test_what_was_not_saved_is_a_violation(running, startup, status):
    subject = said(fleet.subject("ios", "router"), changes__running=running, changes__startup=startup)
    found = judge(RULES["OPS-03"], subject)
    assert found.status == status
    assert [piece.text for piece in found.evidence] == [running, startup]


def test_one_half_of_a_comparison_is_unknown():
    found = judge(RULES["OPS-03"], said(fleet.subject("ios", "switch"), changes__running="900000"))
    assert (found.status, found.summary) == (
        "unknown",
        "no reading of changes.startup is stored; run `homeroom poll`",
    )


@pytest.mark.parametrize(
    "given",
    [{"not_above": "changes.startup", "at_most": 5}, {"at_most": 5, "grace": 1}, {}],
)
def test_a_comparison_says_one_thing(given):
    with pytest.raises(ValueError, match=r"exactly one|grace belongs"):
        Compare("changes.running", **given)
