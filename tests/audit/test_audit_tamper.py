"""Whatever is done to a bundle after it was signed is found, with the bytes it was done to."""

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import bundles
import pytest
from bundles import OTHER, SIGNER
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.audit.bundle import lines, records, seal
from homeroom.audit.bundle.order import differences
from homeroom.audit.bundle.verify import verify
from homeroom.errors import BundleError

MANY = settings(max_examples=200, deadline=None)
KINDS = ("header", "rule", "waiver", "region", "unreached", "finding", "subject", "index", "root", "signature")


@cache
def signed():
    """The bytes of a bundle, and its lines; its index is more than one line."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK", 24)
        data = bundles.small(Path(folder)).read_bytes()
    return data, data.splitlines(keepends=True)


def faults(data, key=SIGNER.public, previous=None):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "b"
        path.write_bytes(data)
        return verify(path, key, previous)


def place(number):
    """Return where a line begins and ends."""
    rows = signed()[1]
    start = sum(map(len, rows[:number]))
    return start, start + len(rows[number])


def line_numbers(*, last=True):
    return st.integers(0, len(signed()[1]) - (1 if last else 4))


def test_as_signed_there_is_no_fault():
    data, rows = signed()
    assert {records.kind_of(raw) for raw in rows} == set(KINDS)
    assert faults(data) == []
    assert faults(data, previous="") == []


@given(st.data())
@MANY
def test_any_one_byte_changed_is_found_in_its_line(data):
    whole, rows = signed()
    number = data.draw(line_numbers())
    start, end = place(number)
    at = data.draw(st.integers(start, end - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    found = faults(whole[:at] + bytes([byte]) + whole[at + 1 :])
    spans = [(fault.start, fault.end) for fault in found]
    assert any(one <= at < other for one, other in spans)
    if byte != 10 and at != end - 1:
        assert (start, end) in spans
        if number not in {0, len(rows) - 2} and records.kind_of(rows[number]) != "index":
            assert spans == [(start, end)]


def test_a_root_broken_in_two_is_found_in_both_parts():
    data, rows = signed()
    start, end = place(len(rows) - 2)
    for at in (start, start + 9, end - 2):
        (fault,) = faults(data[:at] + b"\n" + data[at + 1 :])
        assert (fault.start, fault.end) == (start, end)


@given(line_numbers())
@MANY
def test_any_line_removed_is_found_where_it_was(number):
    rows = signed()[1]
    found = faults(b"".join(rows[:number] + rows[number + 1 :]))
    start, _ = place(number)
    assert any(fault.start <= start <= fault.end for fault in found)
    if number < len(rows) - 4 - 1:
        one = [fault for fault in found if "missing here" in fault.what]
        assert [(fault.start, fault.end) for fault in one] == [(start, start)]
        assert f"began at byte {start}" in one[0].what


@given(line_numbers(), st.data())
@MANY
def test_any_line_doubled_is_found_where_it_was_put(number, data):
    rows = signed()[1]
    to = data.draw(st.integers(0, len(rows)))
    found = faults(b"".join([*rows[:to], rows[number], *rows[to:]]))
    start = sum(map(len, rows[:to]))
    double = {(start, start + len(rows[number])), place(number)}
    if to <= number:
        double = {(start, start + len(rows[number])), tuple(at + len(rows[number]) for at in place(number))}
    assert any((one <= fault.start and fault.end <= other) or fault.start <= one < fault.end
               for fault in found for one, other in double)  # fmt: skip


@given(line_numbers(last=False), line_numbers(last=False))
@MANY
def test_any_two_lines_swapped_are_found(one, other):
    rows = list(signed()[1])
    if rows[one] == rows[other]:
        return
    rows[one], rows[other] = rows[other], rows[one]
    found = faults(b"".join(rows))
    assert [fault for fault in found if "in the wrong place" in fault.what]
    first = sum(map(len, rows[: min(one, other)]))
    last = sum(map(len, rows[: max(one, other) + 1]))
    assert all(first <= fault.start and fault.end <= last for fault in found if "wrong place" in fault.what)


@given(st.integers(1, len(signed()[0])))
@MANY
def test_a_file_that_was_cut_is_found_at_its_end(less):
    data = signed()[0][:-less]
    if len(data) < len(records.START):
        with pytest.raises(BundleError, match="no evidence bundle"):
            faults(data)
        return
    assert faults(data)[-1].end == len(data)


@given(st.binary(min_size=1, max_size=40) | st.sampled_from(signed()[1]) | st.just(signed()[0]))
@MANY
def test_what_was_added_at_the_end_is_found(more):
    data = signed()[0]
    assert [(fault.start, fault.end) for fault in faults(data + more)] == [(len(data), len(data) + len(more))]


def test_a_removed_device_is_one_missing_line():
    data, rows = signed()
    number = next(n for n, raw in enumerate(rows) if b'"device":"00-0002-r1","given"' in raw)
    (fault,) = faults(data.replace(rows[number], b""))
    assert fault.what == f"1 line is missing here: as signed, the first began at byte {place(number)[0]}"


def test_a_changed_index_says_which_lines_cannot_be_checked():
    data, rows = signed()
    number = next(n for n, raw in enumerate(rows) if raw.startswith(b'{"index":{"first":24,'))
    found = faults(data.replace(rows[number], rows[number].replace(b'"first":24', b'"first":25')))
    assert [(fault.start, fault.end) for fault in found] == [(place(24)[0], place(47)[1]), place(number)]
    assert "cannot be checked" in found[0].what


def test_another_key_is_found_in_header_and_signature():
    data, rows = signed()
    found = faults(data, OTHER.public)
    assert [(fault.start, fault.end) for fault in found] == [place(0), place(len(rows) - 1)]
    assert "another key signed" in found[1].what


def test_signed_anew_by_another_the_old_key_does_not_fit(tmp_path):
    """Who takes the whole bundle, changes it and signs it with a key of his own."""
    forged = bundles.write(tmp_path / "b", bundles.header(0, 4, key=OTHER.public_hex), [], signer=OTHER)
    found = verify(forged, SIGNER.public)
    assert "the header names the key" in found[0].what
    lied = forged.read_bytes().replace(OTHER.public_hex.encode(), SIGNER.public_hex.encode())
    assert [fault.what.split(":")[0] for fault in faults(lied)][-1] == (
        "the signature is not one of this key over the root"
    )


def test_an_older_run_shown_again_is_found(tmp_path):
    old = bundles.small(tmp_path, name="old")
    root = hashlib.sha256(old.read_bytes().splitlines(keepends=True)[-2]).hexdigest()
    new = bundles.small(tmp_path, name="new", previous=root)
    assert verify(new, SIGNER.public, root) == []
    (fault,) = verify(old, SIGNER.public, root)
    assert "follows run none, not" in fault.what
    assert verify(new, SIGNER.public, "")[0].what.startswith(f"follows run {root}, not none")


def resigned(data, change):
    """Let the writer itself do wrong: change lines, then index, root and signature anew."""
    rows = [raw for raw in data.splitlines(keepends=True) if records.kind_of(raw) not in KINDS[7:]]
    rows, body = change(rows), b""
    table = []
    for raw in rows:
        table.append([len(body), hashlib.sha256(raw).hexdigest()])
        body += raw
    index = records.line("index", {"first": 0, "lines": table})
    counts = {kind: sum(records.kind_of(raw) == kind for raw in rows) for kind in records.COUNTED}
    root = {"counts": counts, "format": 1, "lines": len(rows), "previous": ""}
    raw = records.line("root", root | {"index": [[len(body), hashlib.sha256(index).hexdigest()]]})
    return body + index + raw + seal.sealed(raw, SIGNER)


def changed(rows, old, new):
    assert any(old in raw for raw in rows)
    number = next(n for n, raw in enumerate(rows) if old in raw)
    return [*rows[:number], rows[number].replace(old, new, 1), *rows[number + 1 :]]


def without(rows, old):
    return [raw for raw in rows if old not in raw]


def doubled(rows, old):
    return [raw for raw in rows for _ in range(1 + (old in raw))]


ONE = b'"device":"00-0002-r1","given"'


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda rows: without(rows, ONE), "the header says 12 devices, 4 sites; there are 11, 4"),
        (lambda rows: doubled(rows, ONE), "device 00-0002-r1 is there twice"),
        (lambda rows: without(rows, b'"name":"Escuela N\xc2\xb0 3"'), "there are 12, 3"),
        (lambda rows: doubled(rows, b'{"header"'), "a second header"),
        (lambda rows: rows[1:], "there is no header"),
        (lambda rows: doubled(rows, b'"id":"OPS-01"'), "OPS-01 is there twice"),
        (lambda rows: without(rows, b'"id":"OPS-01"'), "does not hang together"),
        (lambda rows: without(rows, b'"number":3,'), "finding 4 is not the next"),
        (lambda rows: [*rows, rows[3]], "a rule stands too late"),
        (lambda rows: changed(rows, b'"previous":""', b'"previous":"ab"'), "name different runs before"),
        (lambda rows: changed(rows, b'"severity":"high"', b'"severity":"worst"'), "RuleEntry.severity holds"),
        (lambda rows: [*rows, b"hello\n"], "no JSON"),
        (lambda rows: [*rows, b'{"finding":[]}\n'], "none of a bundle's"),
        (lambda rows: [*rows, b'{"finding":{"number":99}}\n'], "finding 99 is not the next"),
    ],
)
def test_what_was_signed_must_hang_together(change, what):
    found = faults(resigned(signed()[0], change))
    assert found, what
    assert any(what in fault.what for fault in found), found


def test_resigned_without_a_change_there_is_no_fault():
    assert faults(resigned(signed()[0], list)) == []


def test_a_device_that_lacks_a_verdict_is_found(tmp_path):
    entry = bundles.device(1, "00-0001", "PY-1")
    path = bundles.write(tmp_path / "b", bundles.header(1, 0), [replace(entry, verdicts=entry.verdicts[1:])])
    (fault,) = verify(path, SIGNER.public)
    assert fault.what.endswith("lacks verdicts, or has too many: MGT-01")
    turned = bundles.write(tmp_path / "b", bundles.header(1, 0), [replace(entry, verdicts=entry.verdicts[::-1])])
    assert "an order of its own" in verify(turned, SIGNER.public)[0].what


@pytest.mark.parametrize("field", ["index", "lines", "previous", "counts"])
def test_a_root_that_says_nothing_is_a_fault(field):
    data, rows = signed()
    root = records.payload(rows[-2])
    raw = records.line("root", {name: value for name, value in root.items() if name != field})
    assert faults(b"".join(rows[:-2]) + raw + seal.sealed(raw, SIGNER), previous="")
    assert data


@pytest.mark.parametrize("text", ["", "\n", "<html></html>\n", '{"finding":{}}\n', "\x00" * 5000])
def test_what_is_no_bundle_is_no_bundle(text):
    with pytest.raises(BundleError, match="no evidence bundle"):
        faults(text.encode())


def test_a_second_spelling_of_the_same_signature_is_refused():
    """Base64 of 64 bytes leaves four bits that no decoder looks at."""
    data, rows = signed()
    value = json.loads(rows[-1])["signature"]["value"]
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        other = f"{value[:-3]}{letter}=="
        if other != value:
            assert faults(data.replace(value.encode(), other.encode()))


@given(st.lists(st.integers(0, 8), max_size=9), st.lists(st.integers(0, 8), max_size=9, unique=True))
@MANY
def test_two_sequences_differ_exactly_when_something_is_told(there, wanted):
    found = [*differences([bytes([n]) for n in there], [bytes([n]) for n in wanted], [*range(len(wanted))])]
    assert bool(found) == (there != wanted)
    assert all(0 <= first <= after <= len(there) for first, after, _ in found)
