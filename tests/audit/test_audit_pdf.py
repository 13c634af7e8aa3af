"""The printed report, read back by poppler: what it says, in five languages, in a bounded number of pages."""

import re
import shutil
import subprocess
import zlib

import bundles
import pytest

from homeroom.audit.bundle.model import SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import paper, pdf
from homeroom.audit.report.speech import codes, language

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return Bundle.open(bundles.small(tmp_path_factory.mktemp("pdf")))


def said(path, *options):
    """The text of a PDF, spaces as one."""
    done = subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True, timeout=60)
    return " ".join(done.stdout.decode().split())


def pages(path):
    return len(re.findall(rb"/Type /Page\b(?!s)", path.read_bytes()))


@needs_poppler
def test_it_says_whose_audit_it_is_what_was_found_and_how_to_check_it(bundle, tmp_path):
    text = said(pdf.write(bundle, tmp_path / "a.pdf"))
    squeezed = text.replace(" ", "")
    assert "Escuelas Conectadas" in text
    assert "Not compliant." in text
    assert bundle.root in squeezed
    assert bundle.header.key in squeezed
    assert "homeroom audit verify" in text
    assert "never polled" in text
    assert "no such line" in text
    assert "Juan Pérez" in text
    assert "expired on 2026-12-31" in text
    assert "Traceback" not in text.partition("Not decided")[0]


@needs_poppler
@pytest.mark.parametrize("lang", codes())
def test_each_language_is_there_letter_by_letter(lang, bundle, tmp_path):
    text = said(pdf.write(bundle, tmp_path / "a.pdf", lang=lang)).replace(" ", "")
    say = language(lang)
    for key in ("title", "undecided", "unreached", "rules", "frameworks", "violations", "method", "means_unknown"):
        assert say(key).replace(" ", "") in text, key


@needs_poppler
def test_kyrgyz_letters_and_what_no_letter_here_shows(tmp_path):
    made = paper.Paper("t", "ky", bundles.AT, foot="f", numbered="{page}")
    made.paragraph("Өндүрүш ңүө 校 \u202e")
    path = tmp_path / "a.pdf"
    path.write_bytes(made.bytes())
    assert "Өндүрүш ңүө ⟨U+6821⟩ ⟨U+202E⟩" in said(path)


@needs_poppler
def test_headings_are_bookmarks_and_the_document_has_title_language_and_date(bundle, tmp_path):
    path = pdf.write(bundle, tmp_path / "a.pdf", lang="ru")
    info = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, timeout=60).stdout.decode()
    assert f"{language('ru')('title')}: Escuelas Conectadas" in info
    assert "Jan 15 08:00:00 2027" in info
    data = path.read_bytes()
    assert b"/Lang (ru)" in data
    assert data.count(b"/Title") > 10
    assert b"/Outlines" in data


def test_the_same_bundle_gives_the_same_bytes(bundle, tmp_path):
    one, other = (pdf.write(bundle, tmp_path / f"{name}.pdf") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_it_stays_short_whatever_the_fleet_and_says_where_the_rest_is(tmp_path):
    def fleet(devices):
        path = bundles.write(tmp_path / f"b{devices}", bundles.header(devices, 4), bundles.subjects(4, devices))
        return pdf.write(Bundle.open(path), tmp_path / f"{devices}.pdf")

    few, many = fleet(200), fleet(800)
    assert pages(many) <= pages(few) + 1
    if shutil.which("pdftotext"):
        assert language("en")("in_workbook") in said(many)


def test_a_line_without_a_space_and_a_huge_evidence_stay_on_the_page(tmp_path):
    who = ("d" * 200, "00-0001", "PY-1")
    long = bundles.verdict(bundles.RULES[0], "violation", who, text="x" * 50_000, summary="y" * 5_000)
    entry = SubjectEntry(*who, (long,), platform="ios", kind="router")
    path = bundles.write(tmp_path / "b", bundles.header(1, 1), [entry])
    assert pages(pdf.write(Bundle.open(path), tmp_path / "a.pdf")) < 12


@needs_poppler
def test_it_renders_with_ink_on_every_page(bundle, tmp_path):
    path = pdf.write(bundle, tmp_path / "a.pdf")
    command = ["pdftoppm", "-r", "20", "-gray", str(path), str(tmp_path / "p")]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert done.stderr == b""
    drawn = sorted(tmp_path.glob("p-*.pgm"))
    assert len(drawn) == pages(path)
    for page in drawn:
        assert len(zlib.compress(page.read_bytes())) > 500


def test_a_failure_leaves_the_report_of_before(bundle, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_text("before")

    class Broken:
        header, rules = bundle.header, bundle.rules

        def subjects(self):
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        pdf.write(Broken(), path)
    assert path.read_text() == "before"
