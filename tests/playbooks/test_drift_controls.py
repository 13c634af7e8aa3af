"""Which rules a drifted configuration breaks: a hand edit of an access list breaks what the list was there for."""

import re
import time
from contextlib import closing

import mixed
import pytest

from homeroom.audit.load import load_rules
from homeroom.rollout.fleet import muster
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from playbooks.drift_controls import Controls

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def routers(project, tmp_path_factory):
    """A router of each platform that the two districts have, with what tries the rules on it."""
    found = {}
    for one in (project, mixed.project(tmp_path_factory.mktemp("mixed") / "district")):
        engine = connect(one)
        fleet = muster(one, Selector(kinds=("router",)), engine, time.time, prove=False)
        engine.dispose()
        for member in fleet.members.values():
            found.setdefault(member.intent.device.platform, (one, member))
    return found


@pytest.fixture
def broken(routers):
    """Run: the rules that a change of the router's text breaks."""

    def run(platform, change):
        project, member = routers[platform]
        text = change(member.work.text)
        with closing(Controls(project, load_rules(project.rule_roots))) as controls:
            return controls.broken(member, text, NOW), text != member.work.text

    return run


@pytest.mark.parametrize("platform", ["ios", "junos", "ros"])
def test_an_opened_access_list_breaks_the_promise_to_the_pupils(routers, broken, platform):
    project, _ = routers[platform]
    example = next(one for one in load_rules(project.rule_roots)["SEG-01"].fixtures[platform] if one.kind == "router")
    found, changed = broken(
        platform, lambda text: re.sub(example.change, example.to, text, count=1, flags=re.MULTILINE)
    )
    assert changed
    assert "SEG-01" in found
    assert found[-1] == "OPS-04"  # that it drifted comes last


def test_what_is_intended_breaks_nothing(broken):
    assert broken("ios", lambda text: text) == ((), False)


def test_a_line_that_opens_nothing_breaks_no_proof(broken):
    found, changed = broken("ios", lambda text: f"{text}ip route 10.99.0.0 255.255.0.0 Null0\n")
    assert changed
    assert "SEG-01" not in found
    assert found[-1] == "OPS-04"
