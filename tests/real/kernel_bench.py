"""A router of namespaces: its interfaces, its addresses, its routes and its nftables, and doors to send packets into.

What passes is told by a second table: it notes each packet's sender (the packet's number) before and behind the
firewall, at both hooks.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from netns import missing, sh

HERE = Path(__file__).parent
BEFORE, BEHIND = -10, 10
JOIN = """
import socket, sys
door = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for name in sys.argv[1:]:
    group = socket.inet_pton(socket.AF_INET6, "{group}") + socket.if_nametoindex(name).to_bytes(4, sys.byteorder)
    door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
print("in", flush=True)
sys.stdin.read()
"""
HOOKS = {"local": "input", "through": "forward"}


def wanted():
    """Skip where namespaces cannot be had."""
    if reason := missing():
        pytest.skip(reason)


def name(what):
    return f"homeroom{os.getpid()}{what}"


class Bench:
    """`devices`: the router's interfaces; each has a door of its own outside."""

    def __init__(self, devices):
        self.devices = tuple(devices)
        self.router, self.outside = name("router"), name("outside")
        self.doors = {device: f"door{number}" for number, device in enumerate(self.devices)}

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for space in (self.router, self.outside):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)

    def _build(self):
        for space in (self.router, self.outside):
            sh("ip", "netns", "add", space)
        settings = [
            "net.ipv4.icmp_ratelimit=0",
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.forwarding=1",
            "net.ipv4.conf.all.rp_filter=0",
        ]
        settings += ["net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.default.accept_dad=0"]
        for setting in settings:
            key, _, value = setting.partition("=")
            path = f"/proc/sys/{key.replace('.', '/')}"
            sh("ip", "netns", "exec", self.router, "sh", "-c", f"echo {value} > {path}")
        commands = [
            f"link add {device} type veth peer name {door} netns {self.outside}" for device, door in self.doors.items()
        ]
        self.ip(*commands, *(f"link set {device} up" for device in ("lo", *self.devices)))
        sh(
            "ip",
            "-netns",
            self.outside,
            "-batch",
            "-",
            input="".join(f"link set {d} up\n" for d in self.doors.values()),
        )
        shown = json.loads(sh("ip", "-netns", self.router, "-json", "link"))
        self.macs = {one["ifname"]: bytes.fromhex(one["address"].replace(":", "")) for one in shown}

    def ip(self, *commands):
        """Run commands of `ip` in the router."""
        sh("ip", "-netns", self.router, "-batch", "-", input="".join(f"{command}\n" for command in commands))

    def nft(self, text, zone="UTC"):
        """Load a ruleset where the clock is that of a zone."""
        env = {**os.environ, "TZ": zone}
        sh("ip", "netns", "exec", self.router, "nft", "-f", "-", input=text, env=env)

    def watch(self, *, tracked):
        """Begin to note packets; untracked ones are all new to the firewall."""
        lines = ["table inet watch", "delete table inet watch", "table inet watch {"]
        for side in HOOKS:
            for place in ("before", "behind"):
                lines += [f"set {side}_{place} {{", "typeof ether saddr", "size 262144", "}"]
        for side, hook in HOOKS.items():
            for place, priority in (("before", BEFORE), ("behind", BEHIND)):
                lines += [f"chain {side}_{place} {{", f"type filter hook {hook} priority {priority};"]
                lines += [f"iiftype ether add @{side}_{place} {{ ether saddr }}", "}"]
        if not tracked:
            lines += ["chain raw {", "type filter hook prerouting priority -310;", "notrack", "}"]
        self.nft("\n".join([*lines, "}", ""]))

    def send(self, frames, listen=(), seconds=0.0):
        """Send frames into the router by its interfaces; return (interface, bytes) of what came out of some."""
        asked = {
            "frames": [[self.doors[device], data.hex()] for device, data in frames],
            "listen": [self.doors[device] for device in listen],
            "seconds": seconds,
        }
        script = (sys.executable, str(HERE / "wire.py"))
        said = json.loads(sh("ip", "netns", "exec", self.outside, *script, input=json.dumps(asked)))
        back = {door: device for device, door in self.doors.items()}
        return [(back[door], bytes.fromhex(data)) for door, data in said]

    def seen(self):
        """The numbers of packets noted: side -> (before, behind)."""
        return {side: tuple(self._set(f"{side}_{place}") for place in ("before", "behind")) for side in HOOKS}

    def shown(self, kind, called):
        """A chain or set of the watching table, as nft prints it."""
        return sh("ip", "netns", "exec", self.router, "nft", "list", kind, "inet", "watch", called)

    @contextmanager
    def joined(self, group):
        """Let the router be in a multicast group on each interface, as a DHCP server is."""
        script = JOIN.format(group=group)
        held = ("ip", "netns", "exec", self.router, sys.executable, "-c", script, *self.devices)
        with subprocess.Popen(held, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as member:
            assert member.stdout.readline() == "in\n"
            yield
            member.stdin.close()

    def _set(self, called):
        said = json.loads(sh("ip", "netns", "exec", self.router, "nft", "-j", "list", "set", "inet", "watch", called))
        found = next(one["set"] for one in said["nftables"] if "set" in one)
        macs = [element if isinstance(element, str) else element["elem"]["val"] for element in found.get("elem", ())]
        return {int(mac.replace(":", ""), 16) & 0xFFFFFFFF for mac in macs if mac.startswith("02:00:")}
