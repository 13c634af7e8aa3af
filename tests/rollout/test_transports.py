"""Which transport a push goes over is said in the inventory, and a name that does not exist is said at once."""

import time

import pytest

from homeroom.errors import UsageError
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.fast import FastIOS
from homeroom.rollout.drivers import DRIVERS, Driver
from homeroom.rollout.fleet import muster
from homeroom.store.inventory import Selector


def test_the_usual_transport_is_napalm(bench):
    one = bench()
    with one.enter() as box:
        assert isinstance(box, GuardedIOS)


def test_a_push_over_the_fast_transport_ends_as_over_the_other(bench):
    one = bench()
    one.host.data["transport"] = "fast"
    with one.enter() as box:
        assert isinstance(box, FastIOS)
    done = one.push()
    assert (done.end, done.row.detail) == (("confirmed", ""), "")
    assert one.push("c2").end == ("skipped", "unchanged")
    assert one.left_on_flash() == []
    refused = one.push("c3", text=one.member.work.text + "colour of the sky blue\n").row
    assert refused.state == "rolled_back"
    assert refused.detail.startswith("`configure replace` was refused: colour of the sky blue; ")


def test_the_fast_transport_never_gives_an_impostor_the_password(bench, wired, impostor):
    one = bench()
    one.host.data["transport"] = "fast"
    wire = wired(one)
    with one.enter():
        pass
    host, port, passwords = impostor
    wire.target = (host, port)
    done = one.push()
    assert done.end == ("skipped", "off")
    assert "no password was sent" in done.row.detail
    assert passwords == []


def test_the_group_of_a_platform_names_its_transport(district, whole):
    groups = district.inventory / "groups.yaml"
    before = groups.read_text(encoding="utf-8")
    name = next(iter(whole[0].members))
    try:
        groups.write_text(before.replace("ios:\n", "ios:\n  data: {transport: fast}\n"), encoding="utf-8")
        fleet = muster(district, Selector(devices=(name,)), whole[1], time.time)
        assert fleet.nornir.inventory.hosts[name].get("transport") == "fast"
        groups.write_text(before.replace("ios:\n", "ios:\n  data: {transport: pigeon}\n"), encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            muster(district, Selector(devices=(name,)), whole[1], time.time)
    finally:
        groups.write_text(before, encoding="utf-8")
    assert str(caught.value) == ("inventory: there is no transport 'pigeon'; transports of this platform: napalm, fast")


def test_a_platform_with_one_way_in_has_nothing_to_choose():
    ios = DRIVERS["ios"]
    assert isinstance(ios, Driver)
    single = Driver(ios.session, ios.redact, ios.ability)
    assert single.over(None) is ios.session
    with pytest.raises(UsageError, match="transports of this platform: none to choose from"):
        single.over("fast")
