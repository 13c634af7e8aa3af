"""`homeroom audit report`: reports from a bundle alone, in any folder, in the language asked for."""

import argparse
import json

import bundles
import pytest

from homeroom.audit.report.formats import FORMATS
from homeroom.errors import BundleError, UsageError
from playbooks import audit, audit_report
from playbooks.cli import parser_for


def run(*words, as_json=False):
    parser = argparse.ArgumentParser()
    audit_report.configure(parser)
    given = argparse.Namespace(out=None, format=("html",), lang="", json=as_json)
    return audit_report.run(parser.parse_args([str(word) for word in words], given))


def test_reports_stand_beside_the_bundle_in_the_programme_s_language(tmp_path, capsys):
    assert run(bundles.small(tmp_path)) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "audit.html" in said.err
    assert '<html lang="es">' in (tmp_path / "audit.html").read_text(encoding="utf-8")


def test_formats_folder_and_language_are_chosen(tmp_path, capsys):
    out = tmp_path / "new" / "reports"
    words = (bundles.small(tmp_path), "--out", out, "--format", "csv,html,junit", "--lang", "ky")
    assert run(*words, as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"] == {name: str(out / FORMATS[name].file) for name in ("csv", "html", "junit")}
    assert (document["lang"], len(document["root"])) == ("ky", 64)
    assert sorted(path.name for path in out.iterdir()) == ["audit.csv", "audit.html", "audit.xml"]


def test_a_file_that_is_no_bundle_and_a_language_that_there_is_not_are_refused(tmp_path):
    (tmp_path / "x").write_text("{}")
    with pytest.raises(BundleError, match="no evidence bundle"):
        run(tmp_path / "x")
    with pytest.raises(UsageError, match="no language is called 'de'; there are en, es, ky, ru, sr"):
        run(bundles.small(tmp_path), "--lang", "de")
    assert not (tmp_path / "audit.html").exists()


def test_the_command_line_offers_what_there_is():
    assert tuple(FORMATS) == audit.FORMATS
    parsed = parser_for("audit").parse_args(["audit", "report", "b", "--format", "csv", "--lang", "sr"])
    assert (parsed.verb, parsed.format, parsed.lang, parsed.out) == ("report", ("csv",), "sr", None)
    before = parser_for("audit").parse_args(["audit", "--lang", "ru", "report", "b"])
    assert (before.lang, before.format) == ("ru", ("html",))
