"""audit.json and audit.csv: complete or not there, the same for the same facts, harmless to who opens them."""

import csv
import json

import pytest
from reports import HOSTILE, about, facts, verdict

from homeroom.audit.report.machine import COLUMNS, CsvWriter, JsonWriter, harmless, tail, write_text
from homeroom.audit.verdict import STATUSES

VERDICTS = [verdict(), verdict("compliant", rule="NTP-01"), verdict("unknown", text=HOSTILE, device=HOSTILE)]


def written(make, path, ends, verdicts=VERDICTS):
    writer = make(path)
    for one in verdicts:
        writer.add(one)
    return writer.close(ends)


def ends(district):
    found = facts(district, VERDICTS)
    return tail(about().as_json(), district.rules, found.tally)


def test_the_json_holds_everything(district, tmp_path):
    document = json.loads(written(JsonWriter, tmp_path / "a.json", ends(district)).read_text())
    assert set(document) == {"about", "results", "rules", "verdicts"}
    assert document["verdicts"] == {**dict.fromkeys(STATUSES, 0), "violation": 1, "compliant": 1, "unknown": 1}
    first = document["results"][0]
    assert first["rule"] == "LOG-01"
    assert first["evidence"] == [{"at": 1799990000.0, "sha": "ab" * 32, "source": "running configuration", "text": "x"}]
    counts = {rule["id"]: rule["verdicts"] for rule in document["rules"]}
    assert counts["LOG-01"]["violation"] == 1
    assert sum(sum(found.values()) for found in counts.values()) == len(document["results"])


def test_no_verdicts_are_a_document_too(district, tmp_path):
    document = json.loads(written(JsonWriter, tmp_path / "a.json", ends(district), []).read_text())
    assert document["results"] == []


@pytest.mark.parametrize("make", [JsonWriter, CsvWriter])
def test_the_same_facts_make_the_same_bytes(district, tmp_path, make):
    first = written(make, tmp_path / "a", ends(district)).read_bytes()
    assert written(make, tmp_path / "b", ends(district)).read_bytes() == first


@pytest.mark.parametrize("make", [JsonWriter, CsvWriter])
def test_what_stood_there_stays_until_all_is_written(district, tmp_path, make):
    path = tmp_path / "a"
    path.write_text("before")
    writer = make(path)
    writer.add(VERDICTS[0])
    assert path.read_text() == "before"
    writer.discard()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    written(make, path, ends(district))
    assert path.read_text() != "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_octets_that_are_no_text_are_written_all_the_same(district, tmp_path):
    path = written(JsonWriter, tmp_path / "a.json", ends(district), [verdict(text="a\udc80b")])
    assert json.loads(path.read_text())["results"][0]["evidence"][0]["text"] == "a\udc80b"
    assert "a\\udc80b" in written(CsvWriter, tmp_path / "a.csv", {}, [verdict(text="a\udc80b")]).read_text()


def test_a_table_row_is_a_verdict_and_no_formula(tmp_path):
    formula = "=HYPERLINK(0)"
    path = written(CsvWriter, tmp_path / "a.csv", {}, [verdict(device=formula, text="+1"), verdict("compliant")])
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["device"] == f"'{formula}"
    assert rows[0]["evidence"] == "'+1"
    assert rows[0]["at"] == "2027-01-15 05:13:20 UTC"
    assert [row["verdict"] for row in rows] == ["violation", "compliant"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_starts_a_formula(start):
    assert harmless(f"{start}cmd") == f"'{start}cmd"
    assert harmless("cmd") == "cmd"


def test_a_text_is_written_whole_or_not_at_all(tmp_path):
    path = write_text(tmp_path / "page", "one")
    assert path.read_text() == "one"
    with pytest.raises(TypeError):
        write_text(path, None)
    assert path.read_text() == "one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page"]
