"""A bundle gives back what was put in, byte for byte the same each time, or it is not there."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import bundles
import pytest
from bundles import AT, CONFIG, RULES, SHA, SIGNER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.audit.bundle import redact
from homeroom.audit.bundle.model import Region, SourceEntry, SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.bundle.verify import verify
from homeroom.audit.bundle.write import BundleWriter
from homeroom.audit.verdict import STATUSES, Evidence, Verdict
from homeroom.errors import AuditError, BundleError, UsageError
from homeroom.secret import NAMES, Vault

SECRETS = {name: f"value-{number:010}" for number, name in enumerate(NAMES)}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
TIMES = st.sampled_from([0.0, AT, AT - 0.25, AT - 86400.0])
DEVICE_RULES = [rule for rule in RULES if rule.scope == "device"]


@st.composite
def pieces(draw):
    return Evidence(
        draw(TEXTS), draw(st.sampled_from([CONFIG, "plan", "SNMP a.b"])), draw(TIMES), draw(st.sampled_from(["", SHA]))
    )


@st.composite
def entries(draw):
    who = (draw(TEXTS.filter(bool)), draw(TEXTS), draw(TEXTS))
    verdicts = []
    for rule in DEVICE_RULES:
        raw, status = draw(st.sampled_from(STATUSES)), draw(st.sampled_from(STATUSES))
        evidence = tuple(draw(st.lists(pieces(), max_size=3)))
        words = (draw(TEXTS), evidence, raw, draw(st.sampled_from(["", "T-1"])), draw(TIMES), draw(TIMES))
        verdicts.append(Verdict(rule.id, rule.severity, *who, status, *words))
    sources = st.builds(SourceEntry, st.sampled_from([CONFIG, "x"]), TIMES, st.sampled_from(["", SHA]))
    return SubjectEntry(
        *who, tuple(verdicts), tuple(draw(st.lists(sources, max_size=3))),
        *(draw(TEXTS) for _ in range(6)), draw(st.sampled_from([0.0, 1e-5, -25.3])), draw(st.sampled_from([0.0, 3e-7])),
        draw(st.dictionaries(st.sampled_from([rule.id for rule in RULES]), TEXTS)),
    )  # fmt: skip


@given(st.lists(entries(), max_size=4))
@FEW
def test_what_was_put_in_comes_out(tmp_path, given_entries):
    found = Bundle.open(bundles.write(tmp_path / "b", bundles.header(4, 0), given_entries))
    assert [*found.subjects()] == given_entries
    assert [*found.subjects()] == given_entries


def test_rules_waivers_regions_unreached_and_header_come_out(tmp_path):
    found = Bundle.open(bundles.small(tmp_path))
    assert found.header == bundles.header(12, 4)
    assert (found.rules, found.waivers, found.regions) == (bundles.RULES, bundles.WAIVERS, bundles.REGIONS)
    assert [one.device for one in found.unreached] == ["00-0002-r1", "00-0003-r2"]
    assert [*found.subjects()] == [*bundles.subjects()]
    assert {verdict.status for entry in found.subjects() for verdict in entry.verdicts} == set(STATUSES)


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    one, other = bundles.small(tmp_path, name="a"), bundles.small(tmp_path, name="b")
    assert one.read_bytes() == other.read_bytes()
    assert bundles.small(tmp_path, name="c", at=AT + 1).read_bytes() != one.read_bytes()


def test_another_process_writes_the_same_bytes(tmp_path):
    """Python's hashes of text differ from process to process; nothing may depend on them."""
    code = "import sys, pathlib, bundles; bundles.small(pathlib.Path(sys.argv[1]), name=sys.argv[2])"
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), seed], check=True, cwd=Path(bundles.__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(bundles.__file__).parents[2])},
        )  # fmt: skip
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() == bundles.small(tmp_path).read_bytes()


def test_of_a_sample_as_many_devices_as_were_drawn(tmp_path):
    drawn = bundles.small(tmp_path, devices=3, sampled=3, seed=7)
    whole = bundles.write(tmp_path / "b", bundles.header(1000, 4, sampled=3, seed=7), bundles.subjects(4, 3))
    assert verify(drawn, SIGNER.public) == verify(whole, SIGNER.public) == []
    assert (Bundle.open(whole).header.seed, Bundle.open(whole).header.sampled) == (7, 3)


def test_what_many_devices_share_is_written_once(tmp_path):
    lines = bundles.small(tmp_path, devices=60).read_bytes().splitlines()
    findings = [raw for raw in lines if raw.startswith(b'{"finding":')]
    assert len({raw.split(b'"number"')[0] + raw.split(b'"raw"')[1] for raw in findings}) == len(findings)
    last = [json.loads(raw)["subject"]["verdicts"] for raw in lines if raw.startswith(b'{"subject":')][-2]
    assert all(isinstance(one, int) for one in last)


def test_a_text_of_two_moments_keeps_each(tmp_path):
    """Two verdicts on one device cite one source, read at different times."""
    entry = bundles.device(0, "00-0001", "PY-1")
    moved = [
        replace(one, evidence=tuple(replace(piece, at=AT - place) for piece in one.evidence))
        for place, one in enumerate(entry.verdicts)
    ]
    entries_ = [
        replace(entry, device=f"d{n}", verdicts=tuple(replace(one, device=f"d{n}") for one in moved)) for n in range(3)
    ]
    assert [*Bundle.open(bundles.write(tmp_path / "b", bundles.header(3, 0), entries_)).subjects()] == entries_


def test_nothing_is_left_when_it_is_not_complete(tmp_path):
    kept = bundles.small(tmp_path)
    before = kept.read_bytes()
    writer = BundleWriter(kept, bundles.header(1, 0), SIGNER, str)
    writer.region(Region("a", "b"))
    assert kept.read_bytes() == before
    writer.discard()
    writer.discard()
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    assert kept.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        BundleWriter(tmp_path / "none" / "b", bundles.header(1, 0), SIGNER, str)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110
def test_a_full_disk_is_said(tmp_path, monkeypatch):
    writer = BundleWriter(tmp_path / "b", bundles.header(1, 0), SIGNER, str)
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123
        os.dup2(full.fileno(), writer._lines._file.fileno())
    with pytest.raises(UsageError, match="No space left"):
        writer.close()
    writer.discard()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"device": "other"}, "a verdict on other was given as one on"),
        ({"site": "other"}, "was given as one on"),
        ({"region": "other"}, "was given as one on"),
        ({"rule": "NTP-01"}, "NTP-01 is no rule of this audit"),
        ({"severity": "low"}, "not of severity low"),
    ],
)
def test_a_verdict_that_does_not_belong_is_refused(tmp_path, change, what):
    entry = bundles.device(1, "00-0001", "PY-1")
    wrong = replace(entry, verdicts=(replace(entry.verdicts[0], **change), *entry.verdicts[1:]))
    with pytest.raises(AuditError, match=what):
        bundles.write(tmp_path / "b", bundles.header(1, 0), [wrong])
    assert [*tmp_path.iterdir()] == []


def test_the_order_is_kept(tmp_path):
    writer = BundleWriter(tmp_path / "b", bundles.header(1, 0), SIGNER, str)
    writer.region(Region("a", "b"))
    with pytest.raises(AuditError, match="a rule comes too late"):
        writer.rule(RULES[0])
    writer.discard()


def test_the_header_names_the_key_that_signs(tmp_path):
    with pytest.raises(AuditError, match="another key"):
        BundleWriter(tmp_path / "b", bundles.header(1, 0), bundles.OTHER, str)


def test_no_secret_leaves_in_a_bundle(tmp_path):
    """Each value of the vault, put into every text that there is: evidence, summary, header, waiver, mending lines."""
    vault = Vault(SECRETS)
    everything = " ".join(vault.get(name).reveal() for name in vault.names)
    who = ("d1", "s1", "r1")
    rule = RULES[0]
    own = [
        replace(bundles.verdict(rule, "violation", (name, *who[1:]), summary=everything, text=everything))
        for name in ("d1", "d2", "d3")
    ]
    devices = [
        SubjectEntry(one.device, *who[1:], (one,), serial=everything, software=everything, mend={rule.id: everything})
        for one in own
    ]
    waiver = replace(bundles.WAIVERS[0], reason=everything)
    path = tmp_path / "b"
    conceal = redact.by(vault)
    bundles.write(
        path, bundles.header(3, 0, command=everything), devices,
        rules=[replace(rule, why=everything, refs=replace(rule.refs, other=(everything,)))], waivers=[waiver],
        unreached=[bundles.UnreachedEntry("d9", "s1", everything, 0.0)], conceal=conceal,
    )  # fmt: skip
    text = path.read_text()
    for name in vault.names:
        value = vault.get(name).reveal()
        assert value not in text
        assert text.count(f"<<secret:{name}>>") >= 10
    assert verify(path, SIGNER.public) == []
    assert conceal("nothing secret") == "nothing secret"


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda data: b"", "no evidence bundle"),
        (lambda data: b"<html>" + data, "no evidence bundle"),
        (lambda data: data[:-1], "cut off"),
        (lambda data: data[: len(data) // 2], "cut off"),
        (lambda data: data + b"\n", "cut off, or something was added"),
        (lambda data: data.replace(b'"format":1', b'"format":2', 1), "no header of format 1"),
        (lambda data: data.replace(b'"country"', b'"county"', 1), "country, county"),
        (lambda data: data.replace(b'"devices":12', b'"devices":"12"', 1), "Header.devices holds something else"),
        (lambda data: data.replace(b'"scope":"device"', b'"scope":"house"', 1), "RuleEntry.scope holds"),
        (lambda data: data.replace(b'"rule":{"cis"', b'"rule":{"cis', 1), "no JSON"),
        (lambda data: data.replace(b'{"region":{', b'{"region":[{', 1), "no JSON"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, damage, what):
    path = bundles.small(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=what):
        Bundle.open(path)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b'"verdicts":[[', b'"verdicts":[9999,[', "does not hang together"),
        (b'"verdicts":[[', b'"verdicts":[-1,[', "does not hang together"),
        (b'"verdicts":[', b'"verdict":[', "does not hang together"),
        (b'"number":0', b'"number":7', "finding 7 is not the next"),
        (b'"raw":"violation"', b'"raw":"perfect"', "lacks status 'perfect'"),
        (b'"waived","TCK', b'"absolved","TCK', "does not hang together"),
        (b'{"subject":{', b'{"object":{', "among the verdicts is none"),
        (b'{"subject":{"', b'{"subject":{', "no JSON"),
    ],
)
def test_a_verdict_that_cannot_be_read_is_said(tmp_path, old, new, what):
    path = bundles.small(tmp_path)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    with pytest.raises(BundleError, match=what):
        list(Bundle.open(path).subjects())


def test_a_file_that_cannot_be_opened_is_said(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(BundleError, match="cannot be read"):
            Bundle.open(path)
        with pytest.raises(BundleError, match="cannot be read"):
            verify(path, SIGNER.public)
