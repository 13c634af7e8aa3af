"""What NAPALM's getters say becomes readings; what a driver has not, or refuses, is said with its reason."""

import pytest

from homeroom.audit import getters
from homeroom.errors import CommandRejected, Unreachable
from homeroom.reading import Reading

AT = 1_800_000_000.0
FACTS = {"hostname": "r1", "model": "M", "serial_number": "S1", "os_version": "17.9", "uptime": 1.0}


class Told:
    """A session whose getters all answer."""

    def get_facts(self):
        return dict(FACTS)

    def get_users(self):
        return {"netops": {"level": 15, "password": "$9$secret", "sshkeys": []}}

    def get_ntp_servers(self):
        return {"192.0.2.1": {}, "192.0.2.2": {}}


def asked(box):
    found = {}
    for reading in getters.ask(box, "r1", AT):
        assert (reading.device, reading.at) == ("r1", AT)
        found.setdefault(reading.object, {})[reading.index] = reading.value
    return found


def test_everything_named_is_told_and_no_password_is_kept():
    found = asked(Told())
    assert found == {
        "facts.hostname": {"": "r1"},
        "facts.model": {"": "M"},
        "facts.serial_number": {"": "S1"},
        "facts.os_version": {"": "17.9"},
        "users.name": {"netops": "netops"},
        "users.level": {"netops": "15"},
        "ntp_servers.address": {"192.0.2.1": "192.0.2.1", "192.0.2.2": "192.0.2.2"},
    }
    assert set(found) == getters.NAMES


def raising(error):
    def get_users(self):
        raise error

    return type("Box", (Told,), {"get_users": get_users})()


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (type("Box", (Told,), {"get_users": None})(), "the driver of the platform has no get_users"),
        (raising(NotImplementedError()), "the driver of the platform has no get_users"),
        (raising(CommandRejected("r1", "it refused", "look")), "it refused; look"),
        (raising(KeyError("x")), "get_users did not understand the device (KeyError)"),
    ],
)
def test_what_cannot_be_asked_is_said_and_the_others_go_on(box, reason):
    found = asked(box)
    assert found[getters.LACKING] == {"get_users": reason}
    assert "users.name" not in found
    assert "ntp_servers.address" in found


def test_what_a_device_leaves_empty_is_said():
    box = type("Box", (Told,), {"get_facts": lambda _: FACTS | {"serial_number": ""}, "get_ntp_servers": lambda _: {}})
    assert asked(box())[getters.LACKING] == {
        "facts.serial_number": "get_facts names none",
        "ntp_servers.address": "get_ntp_servers names none",
    }


def test_a_lost_connection_is_no_reason_of_the_driver():
    with pytest.raises(Unreachable):
        getters.ask(raising(Unreachable("r1", "gone", "try again")), "r1", AT)


def test_they_are_told_from_snmp_and_say_why_one_is_missing():
    known = {
        "identity.name": {"": Reading("r1", "identity.name", "", "r1", AT)},
        "facts.model": {"": Reading("r1", "facts.model", "", "M", AT)},
        getters.LACKING: {"get_users": Reading("r1", getters.LACKING, "get_users", "it has none", AT)},
    }
    snmp, told = getters.split(known)
    assert set(snmp) == {"identity.name"}
    assert set(told) == {"facts.model", getters.LACKING}
    assert getters.lacking("users.level", told) == "users.level cannot be read: it has none"
    assert getters.lacking("facts.serial_number", told) == ""
