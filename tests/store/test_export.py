"""Export: the layout of Oxidized, only what changed, and a history in git that is the folder's own."""

import subprocess

import pytest

from homeroom.errors import StoreError, UsageError
from homeroom.store import export

FILES = [("PY-1/a", "hostname a\n"), ("PY-2/b", "description Ñandutí\n")]


def git(folder, *words):
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True).stdout


def test_one_file_a_device_in_the_folder_of_its_group(tmp_path):
    assert export.write(tmp_path / "out", FILES) == ["PY-1/a", "PY-2/b"]
    assert (tmp_path / "out/PY-2/b").read_text(encoding="utf-8") == "description Ñandutí\n"
    assert export.write(tmp_path / "out", FILES) == []
    assert export.write(tmp_path / "out", [("PY-1/a", "hostname c\n")]) == ["PY-1/a"]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["PY-1", "PY-2", "a", "b"]


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match=r"out/PY-1: Not a directory: free some space, or name another directory"):
        export.write(tmp_path / "out", FILES)


def test_each_run_that_changes_something_is_one_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as in a hook of somebody else's repository
    (tmp_path / "other").write_text("not ours")
    assert export.commit(tmp_path, export.write(tmp_path, FILES))
    assert not export.commit(tmp_path, export.write(tmp_path, FILES))
    assert export.commit(tmp_path, export.write(tmp_path, [("PY-1/a", "hostname c\n")]))
    monkeypatch.delenv("GIT_DIR")
    assert git(tmp_path, "log", "--format=%an %s").splitlines() == [
        "Homeroom PY-1/a",
        "Homeroom 2 configurations changed",
    ]
    assert git(tmp_path, "log", "--format=%s", "PY-2/b").splitlines() == ["2 configurations changed"]
    assert git(tmp_path, "ls-files").splitlines() == ["PY-1/a", "PY-2/b"]


def test_what_git_refuses_is_told_in_its_words(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(StoreError, match=r"git add in .* failed: fatal: not a git repository.*; correct that"):
        export.commit(tmp_path, ["a"])


def test_without_git_the_option_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed: install it, or leave out --git"):
        export.git()
