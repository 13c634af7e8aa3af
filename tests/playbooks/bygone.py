"""A small district of all five platforms in the emulated lab, and what its devices are changed by."""

import contextlib
import datetime as dt
import time

from homeroom.lab import client
from homeroom.rollout.fleet import muster
from homeroom.store.db import connect
from homeroom.store.history import versions
from homeroom.store.inventory import Selector
from homeroom.store.world import World

FOREIGN = "s3cretcommunity"
"""A secret that somebody types into a device, and that nobody else knows."""
SECRETS = {
    "ios": [f"snmp-server community {FOREIGN} RO"],
    "eos": [f"snmp-server community {FOREIGN} ro"],
    "junos": [f"set snmp community {FOREIGN} authorization read-only"],
    "ros": [f"/snmp community add name={FOREIGN}"],
    "openwrt": ["uci set wireless.stray=wifi-iface", f"uci set wireless.stray.key={FOREIGN}", "uci commit"],
}
ROUTES = {
    "ios": ["ip route 10.99.0.0 255.255.0.0 Null0"],
    "eos": ["ip route 10.99.0.0/16 10.0.0.1"],
    "junos": ["set routing-options static route 10.99.0.0/16 discard"],
    "ros": ["/ip route add dst-address=10.99.0.0/16 blackhole"],
    "openwrt": ["uci set network.stray=route", "uci set network.stray.target=10.99.0.0/16", "uci commit"],
}


class Past:
    """The project, its lab, and one device of each platform."""

    def __init__(self, project):
        self.project = project
        self.engine = connect(project)
        with contextlib.closing(World.open(project)) as world:
            rows = world.devices()
        self.devices = {one.platform: one.name for one in reversed(rows)}
        self.spare = [one.name for one in rows if one.platform == "openwrt" and one.name not in self.devices.values()]
        self.said = ""
        self._fleet = None

    def words(self, *platforms):
        chosen = platforms or tuple(self.devices)
        return [word for platform in chosen for word in ("--device", self.devices[platform])]

    def edit(self, edits, *platforms):
        for platform in platforms or self.devices:
            client.edit(self.project, self.devices[platform], edits[platform])

    def versions(self, platform):
        return versions(self.engine, self.devices[platform])

    def moment(self):
        """Return now, as `--at` takes it, and let nothing else happen within it."""
        now = dt.datetime.now(dt.UTC).isoformat()
        time.sleep(0.01)
        return now

    def running(self, platform):
        """Return what the device itself says, secrets and all."""
        name = self.devices[platform]
        if self._fleet is None:
            self._fleet = muster(self.project, Selector(devices=tuple(self.devices.values())), self.engine, time.time)
        fleet = self._fleet
        with fleet.keyring.enter(fleet.nornir.inventory.hosts[name], fleet.members[name].driver, "look") as box:
            return box.running().text
