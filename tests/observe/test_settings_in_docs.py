"""The settings that docs/noc.md shows are settings."""

import re
from pathlib import Path

from homeroom.observe import alert_settings, settings
from homeroom.project import Project

PAGE = Path(__file__).parents[2] / "docs" / "noc.md"


def block(first):
    found = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return next(text for text in found if text.startswith(first))


def written(tmp_path, name, text):
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / name).write_text(text, encoding="utf-8")
    return Project(tmp_path)


def test_what_is_listened_to(tmp_path):
    found = settings.load_settings(written(tmp_path, "observe.yaml", block("listening:")))
    assert found.listening.wanted
    assert found.listening.days == 90


def test_who_is_told(tmp_path):
    found = alert_settings.load_settings(written(tmp_path, "alerts.yaml", block("receivers:")), ["PY-11", "PY-16"])
    assert sorted(found.receivers) == ["duty", "head", "noc"]
