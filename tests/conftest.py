"""What every room's tests share: `--update-golden`, and the hand-made intents of tests/platforms/intents.py."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS), str(TESTS / "platforms")]

# no test asserts a time: machines differ
settings.register_profile("homeroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("homeroom")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review them as a diff")
    parser.addoption("--write-results", action="store_true", help="write docs/results.md from what this run found")


def pytest_configure(config):
    if config.getoption("--write-results"):
        from outcomes import Outcomes

        config.pluginmanager.register(Outcomes())


@pytest.fixture(scope="session", autouse=True)
def _key(tmp_path_factory):
    """Keep the key that opens the secrets of these tests' projects apart from the one of whoever runs them."""
    os.environ["HOMEROOM_KEY"] = str(tmp_path_factory.mktemp("key") / "key.txt")


@pytest.fixture
def golden(request):
    """Compare a text with tests/golden/<name>; `pytest --update-golden` rewrites the file instead."""

    def check(name, text):
        path = TESTS / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no golden {path}: run pytest --update-golden and review it"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def intents():
    """The intents of one small site by kind: router, switch, ap."""
    from intents import INTENTS

    return INTENTS
