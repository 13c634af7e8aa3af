"""Tables and test results: complete or not there, the same for the same bundle, harmless to who opens them."""

import csv
from collections import Counter

import bundles
import junitparser
import pytest
from lxml import etree
from reports import HOSTILE, SHOWN, bundle, subject, verdict

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import junit, table
from homeroom.audit.report.formats import FORMATS
from homeroom.audit.report.fresh import Fresh, write_text
from homeroom.audit.report.table import COLUMNS, harmless

SUREFIRE = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
 <xs:complexType name="said"><xs:simpleContent><xs:extension base="xs:string">
  <xs:attribute name="message" type="xs:string"/><xs:attribute name="type" type="xs:string" use="required"/>
 </xs:extension></xs:simpleContent></xs:complexType>
 <xs:element name="testsuites"><xs:complexType><xs:sequence>
  <xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:choice minOccurs="0">
    <xs:element name="failure" type="said"/><xs:element name="error" type="said"/>
    <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>
   </xs:choice><xs:attribute name="classname" type="xs:string" use="required"/>
   <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="time" type="xs:decimal" use="required"/>
   </xs:complexType></xs:element></xs:sequence>
   <xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="tests" type="xs:int" use="required"/>
   <xs:attribute name="failures" type="xs:int" use="required"/><xs:attribute name="errors" type="xs:int" use="required"/>
   <xs:attribute name="skipped" type="xs:int" use="required"/><xs:attribute name="time" type="xs:decimal" use="required"/>
   <xs:attribute name="timestamp" type="xs:dateTime" use="required"/></xs:complexType></xs:element></xs:sequence>
  <xs:attribute name="name" type="xs:string"/><xs:attribute name="tests" type="xs:int"/>
  <xs:attribute name="failures" type="xs:int"/><xs:attribute name="errors" type="xs:int"/>
 </xs:complexType></xs:element>
</xs:schema>"""
"""What Surefire's and Jenkins' schemas have in common, of what we write: order, names, types."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return Bundle.open(bundles.small(tmp_path_factory.mktemp("small")))


def statuses(opened):
    return Counter(v.status for entry in opened.subjects() for v in entry.verdicts)


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_row_a_verdict_and_no_formula(opened, tmp_path):
    found = rows(table.write(opened, tmp_path / "a.csv"))
    assert list(found[0]) == list(COLUMNS)
    assert Counter(row["verdict"] for row in found) == statuses(opened)
    assert not [cell for row in found for cell in row.values() if cell.startswith(table._FORMULA)]
    waived = next(row for row in found if row["verdict"] == "waived")
    assert (waived["raw"], waived["waiver"]) == ("violation", "TCK-17")
    assert HOSTILE in waived["evidence"]
    assert waived["mend"] == "no snmp-server community x\nip ssh version 2"
    assert waived["since"] == "2026-12-16 08:00:00 UTC"


def test_what_would_be_a_formula_stands_as_text(tmp_path):
    given = bundle(tmp_path, [subject(verdict(device="=HYPERLINK(0)", text="+1"))])
    row = rows(table.write(given, tmp_path / "a.csv"))[0]
    assert (row["device"], row["evidence"]) == ("'=HYPERLINK(0)", "'+1")
    assert row["at"] == "2027-01-15 05:13:20 UTC"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_starts_a_formula(start):
    assert harmless(f"{start}cmd") == f"'{start}cmd"
    assert harmless("cmd") == "cmd"


def test_a_stock_parser_reads_the_test_results_and_nothing_unknown_passes(opened, tmp_path):
    path = junit.write(opened, tmp_path / "a.xml")
    root = etree.parse(path)
    assert etree.XMLSchema(etree.XML(SUREFIRE)).validate(root)
    read = junitparser.JUnitXml.fromfile(str(path))
    found = statuses(opened)
    assert (read.tests, read.failures) == (found.total(), found["violation"])
    assert read.errors == found["unknown"] + found["error"]
    passed = sum(case.is_passed for suite in read for case in suite)
    assert passed - found["compliant"] in (0, found["waived"] + found["not_applicable"])  # some count skipped as passed
    assert sum(suite.skipped for suite in read) == found["waived"] + found["not_applicable"]
    assert sum(len(list(suite)) for suite in read) == read.tests
    for suite in read:
        assert suite.tests == len(list(suite))
        assert suite.errors == sum(isinstance(r, junitparser.Error) for case in suite for r in case.result)
    assert SHOWN in path.read_text(encoding="utf-8").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_a_failure_says_what_decided_and_what_would_mend_it(tmp_path):
    given = bundle(tmp_path, [subject(verdict(text="telnet \x01]]>"), mend={"LOG-02": "no telnet"})])
    case = next(iter(next(iter(junitparser.JUnitXml.fromfile(str(junit.write(given, tmp_path / "a.xml")))))))
    assert (case.name, case.classname) == ("LOG-02 Events go to the NOC", "PY-ASU.d1")
    failure = case.result[0]
    assert (failure.type, failure.message) == ("high", "says telnet ⟨U+0001⟩]]>")
    for words in ("running configuration, read 2027-01-15T05:13:20", f"SHA-256 {'ab' * 32}", "no telnet"):
        assert words in failure.text


@pytest.mark.parametrize("write", [table.write, junit.write])
def test_what_stood_there_stays_until_all_is_written(opened, tmp_path, write, monkeypatch):
    path = tmp_path / "a"
    path.write_text("before")
    broken = Bundle.open(opened.path)
    monkeypatch.setattr(Bundle, "subjects", lambda _: iter([None]))
    with pytest.raises(AttributeError):
        write(broken, path)
    assert path.read_text() == "before"
    monkeypatch.undo()
    first = write(opened, path).read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert write(opened, tmp_path / "b").read_bytes() == first != b"before"


def test_octets_that_are_no_text_are_written_all_the_same(tmp_path):
    with Fresh(tmp_path / "a") as file:
        file.write("a\udc80b")
    assert (tmp_path / "a").read_text() == "a\\udc80b"


def test_a_text_is_written_whole_or_not_at_all(tmp_path):
    path = write_text(tmp_path / "page", "one")
    with pytest.raises(TypeError):
        write_text(path, None)
    assert path.read_text() == "one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page"]


def test_every_format_that_there_is_writes_its_file(opened, tmp_path):
    for name, one in FORMATS.items():
        path = one(opened, tmp_path, "en")
        assert path == tmp_path / one.file, name
        assert path.exists(), name
