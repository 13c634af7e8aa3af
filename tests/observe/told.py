"""A device made of values by their OIDs, for the recording engine: a Cisco switch that can be changed."""

from __future__ import annotations

from homeroom.observe.fleet import Polled
from homeroom.secret import SecretRef
from homeroom.snmp.ber import Oid, Value, dotted
from homeroom.snmp.engine import Credentials, Target

WHO = Credentials("homeroom", SecretRef("snmp_auth"), SecretRef("snmp_priv"))
SYSTEM = dotted("1.3.6.1.2.1.1")
IF_TABLE = dotted("1.3.6.1.2.1.2.2.1")
IF_X_TABLE = dotted("1.3.6.1.2.1.31.1.1.1")
VLAN_NAME = dotted("1.3.6.1.4.1.9.9.46.1.3.1.1.4")
CHANGED = dotted("1.3.6.1.4.1.9.9.43.1.1.1.0")
IF_CHANGED = dotted("1.3.6.1.2.1.31.1.5.0")
BOOTS = dotted("1.3.6.1.6.3.10.2.1.2.0")
UPTIME = (*SYSTEM, 3, 0)
OBJECT_ID = (*SYSTEM, 2, 0)
SWITCH = dotted("1.3.6.1.4.1.9.1.2494")


def switch(name: str, uptime: int = 100_000) -> dict[Oid, Value]:
    """Return what a switch of two ports and two VLANs says; port 1 is its uplink."""
    values: dict[Oid, Value] = {
        (*SYSTEM, 1, 0): b"Cisco IOS Software, Version 17.9.4a, RELEASE",
        OBJECT_ID: SWITCH,
        UPTIME: uptime,
        (*SYSTEM, 5, 0): name.encode(),
        BOOTS: 7,
        CHANGED: 9022,
        IF_CHANGED: 4000,
        (*VLAN_NAME, 1, 10): b"student",
        (*VLAN_NAME, 1, 20): b"staff",
    }
    for row in (1, 2):
        values |= {
            (*IF_TABLE, 2, row): b"GigabitEthernet1/0/%d" % row,
            (*IF_TABLE, 8, row): 1,
            (*IF_X_TABLE, 6, row): 1_000_000 * row,
            (*IF_X_TABLE, 10, row): 2_000_000 * row,
            (*IF_X_TABLE, 15, row): 1000,
        }
    return values


def target(device: str, platform: str = "ios") -> Target:
    """Return a device to ask."""
    return Target(device, platform, "127.1.0.1", 161, WHO)


def polled(device: str, site: str = "s1", link: str = "fiber") -> Polled:
    """Return one of the fleet."""
    return Polled(target(device), site, "PY-11", link, ("GigabitEthernet1/0/1",))
