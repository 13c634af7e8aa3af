"""The wheel, installed in a fresh environment, works from a foreign directory: code is imported, data is located."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, ROOT, cwd=out)
    (built,) = out.glob("homeroom-*.whl")
    return built


def installed(wheel, where, python):
    run(python, "-m", "venv", where / "venv", cwd=where)
    run(where / "venv/bin/pip", "install", "--quiet", wheel, cwd=where)
    return where / "venv/bin/homeroom"


def use(homeroom, where):
    foreign = where / "elsewhere"
    foreign.mkdir()
    assert "runs a nation's school networks" in run(homeroom, "--help", cwd=foreign)
    run(homeroom, "init", "district", cwd=foreign)
    project = foreign / "district"
    assert (project / "inventory/schools.csv").is_file()
    inside = project / "inventory"
    run(homeroom, "check", cwd=inside)
    run(homeroom, "plan", cwd=inside)
    run(homeroom, "render", "--out", where / "out", cwd=inside)
    configs = list((where / "out").glob("*.cfg"))
    assert configs
    assert all("<secret" not in c.read_text().replace("<<secret:", "") for c in configs)


def test_wheel_holds_code_and_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "homeroom/_project/nornir_config.yaml" in names
    assert "homeroom/_project/inventory/schools.csv" in names
    assert any(n.startswith("homeroom/_project/templates/ios/") for n in names)
    assert {"tasks/__init__.py", "playbooks/cli.py", "homeroom/py.typed"} <= names
    assert not any(n.startswith(("tests/", "inventory/", "templates/")) for n in names)


def test_wheel_works_from_a_foreign_directory(wheel, tmp_path):
    use(installed(wheel, tmp_path, sys.executable), tmp_path)


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_wheel_works_on_every_python(wheel, tmp_path, version):
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode:
        pytest.skip(f"python{version} is not installed here")
    use(installed(wheel, tmp_path, python), tmp_path)
