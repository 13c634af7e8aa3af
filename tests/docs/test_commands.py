"""Commands in the docs are run; links in the docs lead somewhere.

A page's ```console blocks are one session: `$ homeroom ...` lines run in order, in one directory. A comment
`# answers N` names the exit code when it is not 0.
"""

import re
import shlex
from pathlib import Path

import pytest

from homeroom.lab import client
from homeroom.project import CONFIG, Project
from playbooks import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def commands(page):
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            found = re.fullmatch(r"\$ homeroom (.*?)(?:\s+# (?:answers (\d))?.*)?", line)
            if found:
                yield found.group(1), int(found.group(2) or 0)


SESSIONS = [page for page in PAGES if any(commands(page))]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", SESSIONS, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_answer_as_written(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        for words, answer in commands(page):
            assert cli.main(shlex.split(words)) == answer, f"homeroom {words}: {capsys.readouterr().err[-2000:]}"
    finally:
        for config in tmp_path.rglob(CONFIG):
            client.down(Project(config.parent))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
