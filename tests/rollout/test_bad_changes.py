"""Changes that would hurt, made by the command line: refused, or stopped at the canaries and taken back everywhere."""

import json
import time

import pytest
from drill import Drill

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
MINUTE = 30.0


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    found = Drill(tmp_path_factory.mktemp("bad") / "district", 2, MINUTE)
    yield found
    found.ground.down()


@pytest.fixture
def drill(district):
    yield district
    district.mend()


def stopped_at_the_canaries(drill, name, run):
    """The answer is no; nothing beyond the first wave was touched, and all of it is as it was."""
    assert run.code == 1, run.said
    first = {device for device, wave in waves(drill, name).items() if wave == 1}
    assert drill.touched() <= first
    assert drill.touched(), "it was tried, on a canary"
    ends = {state for state, cause, _ in drill.ground.states(name).values() if cause != "unchanged"}
    assert ends == {"rolled_back", "pending"}
    assert drill.all_old() == {}
    (state,) = drill.ground.query("SELECT state FROM change WHERE id = ?", name)
    assert state == ("halted",)


def waves(drill, name):
    return dict(drill.ground.query("SELECT device, wave FROM change_device WHERE change = ?", name))


def last(run):
    return [one for one in run.events if one.get("event") in {"halt", "pause"}][-1]["detail"]


def test_a_change_that_locks_the_noc_out(drill):
    """The NOC moves to where nobody of it is: every list lets only that in."""
    name = drill.change()
    drill.ground.edit(
        "programme.yaml", {"198.51.100.0/24": "203.0.113.0/24", "2001:db8:ffff:100::/64": "2001:db8:ffff:999::/64"}
    )
    shown = drill.ground.approved(name)
    assert any("management path" in risk for group in shown["groups"] for risk in group["risk"])
    run = drill.apply(name)
    stopped_at_the_canaries(drill, name, run)
    assert "canary" in last(run)
    (why,) = drill.why(name, "rolled_back").values()
    assert "no connection" in why or "answer" in why or "lost" in why


def test_a_change_after_which_pupils_find_no_names(drill):
    name = drill.change()
    drill.ground.edit("programme.yaml", {"pupil: [192.0.2.11,": "pupil: [203.0.113.11,"})
    drill.ground.approved(name)
    run = drill.apply(name)
    stopped_at_the_canaries(drill, name, run)
    assert "canary" in last(run)
    (why,) = drill.why(name, "rolled_back").values()
    assert "203.0.113.11" in why


OPENED = {
    "ros": {
        "action=drop chain=forward\n": "action=accept chain=forward\n",
        "list.hook == 'through' %}": "list.hook == 'through' and list.role != 'student' %}",
    },
    "junos": {"{{ rule.action }};": "permit;", "deny-all;": "permit-all;"},
}
"""Templates after which a router lets everything through that the policy closes."""


@pytest.mark.parametrize("platform", OPENED)
def test_a_template_that_opens_what_the_policy_closes_is_refused_before_anybody_approves_it(drill, platform):
    drill.template(platform, "segmentation", OPENED[platform])
    name = drill.change()
    words = ("change", "new", "--title", "t", "--reason", "R-1", "--id", name, "--as", "Ana")
    done = drill.ground.homeroom(*words, answers=(2,))
    router = next(name for name in drill.names if "-rtr" in name and drill.old[name].platform == platform)
    assert router in done.stderr
    assert "correct the template" in done.stderr
    drill.ground.homeroom("change", "approve", name, "--as", "Blas", answers=(2,))
    assert drill.touched() == set()


def test_a_template_that_turns_bad_after_the_approval_is_refused_by_apply(drill):
    name = drill.change()
    drill.ground.edit("programme.yaml", {"192.0.2.3, ": "192.0.2.33, "})
    drill.ground.approved(name)
    drill.template("ros", "segmentation", OPENED["ros"])
    run = drill.apply(name)
    assert run.code in {1, 2}
    assert drill.ground.states(name) == {}
    assert drill.touched() == set()


def test_pupils_put_into_the_staff_network_by_an_access_point(drill):
    """No access list of the point itself says it: refused by the proof of the site, or seen on the first canary."""
    moved = "{% if wlan.role == 'student' %}staff{% else %}{{ wlan.role }}{% endif %}"
    drill.template("openwrt", "wireless", {"option network '{{ wlan.role }}'": f"option network '{moved}'"})
    name = drill.change()
    words = ("change", "new", "--title", "t", "--reason", "R-1", "--id", name, "--as", "Ana")
    new = drill.ground.homeroom(*words, answers=(0, 2))
    if new.returncode == 2:
        assert "student" in new.stderr or "staff" in new.stderr
        assert "-ap" in new.stderr
        return
    approve = drill.ground.homeroom("change", "approve", name, "--as", "Blas", answers=(0, 2))
    if approve.returncode == 0:
        stopped_at_the_canaries(drill, name, drill.apply(name))
    assert drill.all_old() == {}


def test_two_engineers_change_two_regions_at_once(drill):
    drill.ground.edit("programme.yaml", {"192.0.2.3, ": "192.0.2.33, "})
    names = {region: drill.change() for region in ("PY-10", "PY-11")}
    for region, name in names.items():
        words = ("--title", "t", "--reason", "R-1", "--id", name, "--as", "Ana")
        drill.ground.homeroom("change", "new", "--region", region, *words)
        drill.ground.homeroom("change", "approve", name, "--as", "Blas")
    both = [drill.ground.started("change", "apply", name, "--json") for name in names.values()]
    ends = [(child.communicate(timeout=400), child.returncode) for child in both]
    assert [code for _, code in ends] == [0, 0], [err for (_, err), _ in ends]
    assert all(json.loads(out.splitlines()[-1])["state"] == "done" for (out, _), _ in ends)
    new = drill.ground.texts()
    assert all(drill.commits()[name] - drill.counts.get(name, 0) <= 1 for name in new)
    drill.mend()
    back = drill.change()
    drill.ground.approved(back)
    assert drill.apply(back).code == 0
    assert drill.all_old() == {}


def test_two_changes_of_one_device_the_second_is_told_by_whom_and_since_when(drill):
    drill.ground.edit("programme.yaml", {"192.0.2.3, ": "192.0.2.33, "})
    device = next(name for name in drill.names if "-rtr" in name)
    one, other = drill.change(), drill.change()
    for name in (one, other):
        words = ("--title", "t", "--reason", "R-1", "--id", name, "--as", "Ana")
        drill.ground.homeroom("change", "new", "--device", device, *words)
        drill.ground.homeroom("change", "approve", name, "--as", "Blas")
    drill.ground.homeroom("lab", "fault", device, "slow", "--step", "commit", "--seconds", "15")
    first = drill.ground.started("change", "apply", one, "--as", "Carla", "--json")
    while "committing" not in {state for state, _, _ in drill.ground.states(one).values()}:
        assert first.poll() is None
        time.sleep(0.2)
    second = drill.apply(other)
    first.communicate(timeout=400)
    assert first.returncode == 0
    (told,) = [event["detail"] for event in second.events if event.get("event") == "refused"]
    assert one in told
    assert "since" in told
    assert drill.ground.states(other)[device][0] == "skipped"
    assert drill.commits()[device] - drill.counts.get(device, 0) == 1
