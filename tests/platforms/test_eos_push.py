"""Whole rendered configurations on emulated devices, by our driver, over real HTTPS: pushed, shown back, pushed again."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from eos_site import MODELS, PARSER, router, switch, text
from eoslab import PASSWORD, House, login

from homeroom.lab.emulated import SnmpUser
from homeroom.lab.eos.auth import sha512_crypt
from homeroom.platforms.eos.driver import GuardedEOS
from homeroom.platforms.eos.redact import redact
from homeroom.policy.compare import same
from homeroom.secret import type7

SECRETS = {
    "device_crypt": sha512_crypt(PASSWORD, "salted"),
    "snmp_auth": "auth-phrase",
    "snmp_priv": "priv-phrase",
    "radius_hidden": type7("radius-secret", 7),
    "ntp_hidden": type7("ntp-sixteen-char", 7),
}
KINDS = {"router": router, "switch": switch}


def reveal(rendered):
    for name, value in SECRETS.items():
        rendered = rendered.replace(f"<<secret:{name}>>", value)
    assert "<<" not in rendered
    return rendered


def conceal(shown):
    for name, value in SECRETS.items():
        shown = shown.replace(value, f"<<secret:{name}>>")
    return redact(shown)


@pytest.fixture(params=KINDS)
def place(request):
    """An intent, and a house whose devices have its model's ports."""
    intent = KINDS[request.param]()
    model = MODELS[intent.device.model]
    house = House(ports=(*model["ports"], *model["uplinks"]), model=intent.device.model)
    yield intent, house
    house.close()


@contextmanager
def entered(house, device, change):
    driver = GuardedEOS(login(house, device, change), timeout=20)
    try:
        driver.open()
        yield driver
    finally:
        driver.close()


def test_replace_show_back_and_push_again(place):
    intent, house = place
    device = house.fresh(1)
    rendered = text(intent)
    with entered(house, device, "c1") as driver:
        assert "+   name parking" in driver.candidate(reveal(rendered))
        driver.commit(2)
    with entered(house, device, "c1") as driver:
        found = driver.running()
        assert found.pending
        driver.confirm()
    running = conceal(device.running)
    assert PARSER.diff(rendered, running) == ""
    assert PARSER.lines(rendered) == PARSER.lines(running)
    with entered(house, device, "c2") as driver:
        assert driver.candidate(reveal(rendered)) == ""
    read = PARSER.access(running).by_name()
    for wanted in intent.access:
        always = [replace(rule, window="") for rule in wanted.rules]
        assert same(read[wanted.family, wanted.name].rules, always)


def test_snmp_follows(place):
    intent, house = place
    device = house.fresh(2)
    with entered(house, device, "c1") as driver:
        driver.load_replace_candidate(config=reveal(text(intent)))
        driver.commit_config()
    assert device.hostname == intent.device.name
    assert device.location == intent.management.location
    assert device.snmp_users() == {"homeroom": SnmpUser("SHA-256", "auth-phrase", "AES", "priv-phrase")}
    assert device.communities() == {}
    assert {vlan: name for vlan, name in device.vlans().items() if vlan not in {1, 999}} == {
        segment.vlan: segment.role for segment in intent.segments
    }
    down = {one.name for one in device.interfaces() if not one.admin_up}
    assert down == {"Management1", *(port.name for port in intent.ports if port.mode == "unused")}


def test_a_change_of_policy_is_a_few_lines(place):
    intent, house = place
    device = house.fresh(3)
    rendered = text(intent)
    changed = rendered.replace("logging buffered 65536 informational", "logging buffered 65536 warnings")
    with entered(house, device, "c1") as driver:
        driver.load_replace_candidate(config=reveal(rendered))
        driver.commit_config()
        driver.load_replace_candidate(config=reveal(changed))
        diff = driver.compare_config()
    assert [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}] == [
        "-logging buffered 65536 informational",
        "+logging buffered 65536 warnings",
    ]
