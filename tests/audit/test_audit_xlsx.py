"""The workbook as stock readers see it: every verdict once, as text, in sheets that no reader has to cut."""

import csv
import io
import shutil
import subprocess
import zipfile

import bundles
import openpyxl
import pytest

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import workbook, xlsx
from homeroom.audit.report.cells import LONGEST, letter, moment, text
from homeroom.audit.report.speech import codes, language
from homeroom.audit.report.words import visible

SAY = language("en")


@pytest.fixture
def bundle(tmp_path):
    return Bundle.open(bundles.small(tmp_path))


def read(path):
    """Sheet -> rows of values, by a library that nobody here wrote."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def verdicts(bundle):
    return [verdict for entry in bundle.subjects() for verdict in entry.verdicts]


def test_every_verdict_stands_in_its_sheet_once_with_its_evidence(bundle, tmp_path):
    rows = read(xlsx.write(bundle, tmp_path / "a.xlsx"))["All verdicts"]
    head = {name: at for at, name in enumerate(rows[0])}
    found = [
        (r[head["Rule"]], r[head["Device"]], r[head["Site"]], r[head["Verdict"]], r[head["What was found"]])
        for r in rows[1:]
    ]
    assert found == [
        (v.rule, v.device or None, v.site or None, SAY(v.status), visible(v.summary)) for v in verdicts(bundle)
    ]
    shown = [r[head["Evidence"]] for r in rows[1:]]
    assert shown == [visible("\n".join(p.text for p in v.evidence)) or None for v in verdicts(bundle)]


def test_counts_add_up_to_the_verdicts(bundle, tmp_path):
    sheets = read(xlsx.write(bundle, tmp_path / "a.xlsx"))
    everything = len(verdicts(bundle))
    for name, first in (("By rule", 4), ("By region", 3)):
        assert sum(sum(row[first : first + 6]) for row in sheets[name][1:]) == everything
    summary = {row[0]: row[1] for row in sheets["Summary"] if row and row[0]}
    assert sum(summary[SAY(status)] for status in bundles.STATUSES) == everything
    assert summary["Root"] == bundle.root
    assert len(sheets["Violations"]) - 1 == sum(v.status == "violation" for v in verdicts(bundle))
    assert len(sheets["Waived"]) - 1 == sum(v.status == "waived" for v in verdicts(bundle))
    assert len(sheets["Devices not reached"]) == 3


def test_the_most_severe_violations_come_first(bundle, tmp_path):
    rows = read(xlsx.write(bundle, tmp_path / "a.xlsx"))["Violations"][1:]
    order = ["critical", "high", "medium", "low"]
    assert [order.index(row[0]) for row in rows] == sorted(order.index(row[0]) for row in rows)
    assert {row[-1] for row in rows} >= {"no snmp-server community x\nip ssh version 2"}


def test_a_waiver_says_who_approved_it_and_what_it_covers(bundle, tmp_path):
    rows = read(xlsx.write(bundle, tmp_path / "a.xlsx"))["Waivers"]
    head = {name: at for at, name in enumerate(rows[0])}
    by_ticket = {row[head["Ticket"]]: row for row in rows[1:]}
    assert by_ticket["TCK-17"][head["Approved by"]] == "Juan Pérez"
    assert by_ticket["TCK-17"][head["How many"]] == sum(
        v.waiver == "TCK-17" and v.rule == "SNM-01" for v in verdicts(bundle)
    )
    assert by_ticket["DEC-2"][head["no longer holds"]] == "expired on 2026-12-31"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_run_is_text_and_quoted(start, tmp_path):
    path = tmp_path / "q.xlsx"
    with path.open("wb") as file, workbook.Workbook(file, "t", "en", bundles.AT) as book:
        with book.table("x", (("head", 10),)) as table:
            table.add([f"<row>{text(start)}</row>"])
        book.bind()
    cell = openpyxl.load_workbook(path)["x"]["A2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", visible(start), True)


def test_no_cell_of_a_hostile_audit_is_a_formula(bundle, tmp_path):
    book = openpyxl.load_workbook(xlsx.write(bundle, tmp_path / "a.xlsx"))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    for name in zipfile.ZipFile(tmp_path / "a.xlsx").namelist():
        assert b"<f>" not in zipfile.ZipFile(tmp_path / "a.xlsx").read(name)


def test_a_long_table_goes_on_in_the_next_sheet_before_the_formats_limit(tmp_path):
    path = tmp_path / "s.xlsx"
    with path.open("wb") as file, workbook.Workbook(file, "t", "en", bundles.AT, most_rows=4) as book:
        with book.table("Rows", (("head", 10),)) as table:
            for number in range(7):
                table.add([f"<row>{text(f'r{number}')}</row>"])
        book.bind()
    sheets = read(path)
    assert list(sheets) == ["Rows", "Rows 2", "Rows 3"]
    assert [len(rows) for rows in sheets.values()] == [4, 4, 2]
    assert all(rows[0] == ["head"] for rows in sheets.values())
    assert [row[0] for rows in sheets.values() for row in rows[1:]] == [f"r{n}" for n in range(7)]
    assert workbook.MOST_ROWS == 2**20


def test_headers_stay_in_view_and_every_column_can_be_filtered(bundle, tmp_path):
    book = openpyxl.load_workbook(xlsx.write(bundle, tmp_path / "a.xlsx"))
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref == f"A1:{letter(sheet.max_column)}{sheet.max_row}", sheet.title


def test_the_same_bundle_gives_the_same_bytes(bundle, tmp_path):
    one, other = (xlsx.write(bundle, tmp_path / f"{name}.xlsx") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("lang", codes())
def test_every_language_has_its_heads(lang, bundle, tmp_path):
    say = language(lang)
    sheets = read(xlsx.write(bundle, tmp_path / "a.xlsx", lang=lang))
    assert next(iter(sheets)) == say("view_summary")
    assert {say("violation"), say("compliant"), say("why")} <= set(sheets[say("rules")[:31]][0])


def test_a_text_too_long_for_a_cell_is_cut_and_shown_as_cut():
    cell = text("x" * (LONGEST + 5))
    assert cell.count("x") < LONGEST
    assert " …</t>" in cell


def test_a_time_is_a_number_that_can_be_sorted_and_a_broken_clock_stays_a_number(tmp_path):
    assert moment(0.0) == "<c/>"
    assert "<v>1000000000000000</v>" in moment(1e15)
    path = tmp_path / "t.xlsx"
    with path.open("wb") as file, workbook.Workbook(file, "t", "en", bundles.AT) as book:
        with book.table("x", (("head", 10),)) as table:
            table.add([f"<row>{moment(bundles.AT)}</row>"])
        book.bind()
    assert f"{openpyxl.load_workbook(path)['x']['A2'].value:%Y-%m-%d %H:%M:%S}" == "2027-01-15 08:00:00"


def test_a_failure_leaves_the_workbook_of_before(bundle, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("before")

    class Broken:
        header, rules, waivers = bundle.header, bundle.rules, bundle.waivers

        def subjects(self):
            yield from list(bundle.subjects())[:3]
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        xlsx.write(Broken(), path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".a")] == []


@pytest.mark.full
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed (libreoffice-calc-nogui)")
def test_libreoffice_opens_it_and_sees_the_same_cells(bundle, tmp_path):
    path = xlsx.write(bundle, tmp_path / "a.xlsx")
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", every]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "csv"), str(path)], check=True, capture_output=True, timeout=180
    )
    for name, rows in read(path).items():
        if name == "Summary":
            continue
        said = (tmp_path / "csv" / f"a-{name}.csv").read_text(encoding="utf-8")
        listed = list(csv.reader(io.StringIO(said)))
        assert len(listed) == len(rows), name
        for mine, theirs in zip(rows, listed, strict=True):
            texts = [(value, other) for value, other in zip(mine, theirs, strict=False) if isinstance(value, str)]
            assert [value for value, _ in texts] == [other for _, other in texts]
