"""One device of every platform and kind: rendered as shipped, and asked by SNMP as the lab emulates it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from functools import cache

import eos_site
import junos_site
import ros_site
import uci_site
from intents import CONTROLLER, POLICY, PROJECT
from judged import HOUR, NOW, stored

from homeroom.audit.subject import DeviceSubject
from homeroom.lab import mib
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.device import Staged as EosStaged
from homeroom.lab.eos.hardware import Box as EosBox
from homeroom.lab.ios.device import IosDevice, Staged
from homeroom.lab.ios.hardware import Box
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import Box as JunosBox
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.device import Staged as RosStaged
from homeroom.lab.ros.hardware import Box as RosBox
from homeroom.lab.uci.device import Staged as UciStaged
from homeroom.lab.uci.device import UciDevice
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.programme.load import load_facts
from homeroom.snmp import message
from homeroom.snmp.ask.load import IDENTIFY, load
from homeroom.snmp.ask.read import gathered, read
from homeroom.snmp.ask.show import flat

RENDERER = Renderer.of(PROJECT)
CATALOGUE = load()


@cache
def _shipped():
    return list(ros_site.built(load_facts(PROJECT)[0], POLICY).values())


def _first(kind):
    """The shipped example's: IOS routers and switches, OpenWrt access points."""
    return next(one for one in _shipped() if one.device.kind == kind)


def _shipped_like(made):
    """A device made by hand, with what the shipped programme says of every device."""
    first = _first("router")
    device = replace(made.device, software=first.device.software)
    return replace(made, device=device, management=replace(made.management, ntp_key=first.management.ntp_key))


MADE = {
    ("ios", "router"): lambda: _first("router"),
    ("ios", "switch"): lambda: _first("switch"),
    ("ios", "wlc"): lambda: _shipped_like(CONTROLLER),
    ("eos", "router"): eos_site.router,
    ("eos", "switch"): eos_site.switch,
    ("junos", "router"): junos_site.router,
    ("junos", "switch"): junos_site.switch,
    ("openwrt", "router"): lambda: uci_site.of_kind("router")[0],
    ("openwrt", "ap"): lambda: _first("ap"),
    ("ros", "router"): ros_site.router,
    ("ros", "ap"): ros_site.ap,
}
EVERY = {
    "ios": lambda: [one for one in _shipped() if one.device.platform == "ios"],
    "eos": lambda: [*eos_site.of_kind("router"), *eos_site.of_kind("switch")],
    "junos": lambda: [*junos_site.intents("router"), *junos_site.intents("switch")],
    "openwrt": lambda: [*uci_site.of_kind("router"), *uci_site.of_kind("ap")],
    "ros": lambda: [*ros_site.of_kind("router"), *ros_site.of_kind("ap")],
}
"""Every device of the shipped example, as if it were all of one platform."""
USERS = {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}
BOXES = {"ios": Box, "openwrt": Box, "eos": EosBox, "junos": JunosBox}
DEVICES = {"ios": IosDevice, "openwrt": UciDevice, "eos": EosDevice, "junos": JunosDevice}
STAGED = {"ios": Staged, "junos": Staged, "openwrt": lambda text, users: UciStaged(text, "labpass", users)}


@cache
def intent(platform, kind):
    """The intent of the device."""
    return MADE[platform, kind]()


@cache
def text(platform, kind):
    """Its configuration."""
    return RENDERER.render(intent(platform, kind)).text


def device(platform, kind):
    """The emulated device, booted with that configuration."""
    one, config = intent(platform, kind).device, text(platform, kind)
    for name in (
        "device_crypt",
        "device_hash",
        "device_password",
        "ntp",
        "ntp_hidden",
        "radius",
        "radius_hidden",
        "snmp_auth",
        "snmp_priv",
    ):
        config = config.replace(f"<<secret:{name}>>", f"secret-{name}")
    made, parse = intent(platform, kind), code_for(RENDERER.platforms[platform]).parse
    named = (port.name for port in (*made.ports, *made.radios))
    ports = tuple(dict.fromkeys((*named, *made.trunks, *(uplink.interface for uplink in made.uplinks))))
    config = "".join(f"{line}\n" for line in parse.lines(config)) if platform == "ros" else parse.wire(config)
    if platform == "ros":
        box = RosBox(one.name, "192.0.2.99", kind, one.model, ports)
        return RosDevice(box, lambda: RosStaged(config, {}, USERS), time.time, _never, minute=60.0)
    box = BOXES[platform](one.name, "192.0.2.99", platform, kind, one.model, ports)
    staged = EosStaged(config) if platform == "eos" else STAGED[platform](config, USERS)
    return DEVICES[platform](box, lambda: staged, time.time, _never, minute=60.0, booted=time.time())


def _never(*_):
    raise AssertionError("nothing is due")


@cache
def readings(platform, kind):
    """What the emulated device answers, read by its vendor's file."""
    table = mib.table(device(platform, kind), b"\x80engine", Counter())
    whole = b"".join(table.binding(number, NOW) for number in range(len(table)))
    bindings = [(name, value) for name, _, value in message.read_bindings(whole)]
    object_id, description = (dict(bindings)[name] for name in IDENTIFY)
    vendor = CATALOGUE.of(object_id, description.decode(), platform)
    found = {}
    for row in flat("d", read(vendor, gathered(vendor, bindings)), NOW - 60):
        found.setdefault(row.object, {})[row.index] = row
    return found


def configured(made, running=None):
    """A device of which only the configuration is known: as rendered, unless told otherwise."""
    rendered = RENDERER.render(made).text
    platform = RENDERER.platforms[made.device.platform]
    return DeviceSubject(
        intent=made,
        parser=code_for(platform).parse,
        render=lambda: rendered,
        running=stored(running or rendered, NOW - HOUR),
        readings={},
        now=NOW,
        driver=platform.napalm,
    )


def subject(platform, kind, running="", values=None):
    """The device as it is audited; `running` None: never fetched."""
    made = configured(intent(platform, kind), running)
    known = readings(platform, kind) if values is None else values
    records = {"serial.seen": "S1", "serial.known": "S1"} if known else {}
    return replace(made, readings=known, records=records, running=None if running is None else made.running)
