"""The `homeroom` command: help is light, words may stand in any order, errors have one line and a code."""

import importlib
import subprocess
import sys

import pytest

from homeroom.errors import UsageError
from playbooks import cli


def test_every_command_has_a_module():
    for name in cli.COMMANDS:
        module = importlib.import_module(f"playbooks.{name}")
        assert callable(module.configure), name
        assert callable(module.run), name


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom playbooks.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit as e: assert e.code == 0\n"
        "heavy = {'napalm', 'nornir', 'jinja2', 'sqlalchemy', 'pysnmp', 'rich', 'yaml', 'asyncssh', 'netmiko'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for name in cli.COMMANDS:
        assert name in done.stdout


@pytest.mark.parametrize("words", [[], ["nonsense"], ["--project"]])
def test_bad_words_are_usage_errors(words):
    with pytest.raises(SystemExit) as stop:
        cli.main(words)
    assert stop.value.code == 2


def test_project_may_stand_on_either_side(tmp_path, capsys):
    for words in (["--project", str(tmp_path), "check"], ["check", "--project", str(tmp_path)]):
        assert cli.main(words) == 2
        assert f"homeroom check: {tmp_path} holds no nornir_config.yaml" in capsys.readouterr().err


def test_our_errors_are_one_message_and_a_code(monkeypatch, capsys):
    module = importlib.import_module("playbooks.check")

    def refuse(_args):
        raise UsageError("no")

    monkeypatch.setattr(module, "run", refuse)
    assert cli.main(["check"]) == 2
    assert capsys.readouterr().err == "homeroom check: no\n"


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_interruptions_end_quietly(monkeypatch, raised, code):
    module = importlib.import_module("playbooks.check")

    def interrupt(_args):
        raise raised

    monkeypatch.setattr(module, "run", interrupt)
    assert cli.main(["check"]) == code
