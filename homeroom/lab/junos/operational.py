"""The operations that only look: software, chassis, interfaces, VLANs, neighbours, commits, files.

Sources: "Junos XML API Explorer: Operational Tags" for names and nesting; what NAPALM and PyEZ read in public.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Final
from xml.sax.saxutils import escape

from homeroom.lab.junos import chassis, ports, probing, shows
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import VERSION
from homeroom.lab.junos.records import Complaint, Denied
from homeroom.lab.junos.view import members, vlans
from homeroom.lab.junos.xmlform import attributes, tag, text

Operation = Callable[[JunosDevice, ET.Element], str]


def argument(operation: ET.Element, name: str) -> str:
    """Return an operation's argument; empty when it has none."""
    return next((text(kid) for kid in operation if tag(kid) == name), "")


def has(operation: ET.Element, name: str) -> bool:
    """Tell whether an operation has an argument."""
    return any(tag(kid) == name for kid in operation)


def software(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show version`."""
    del operation
    return (
        f"<software-information>\n<host-name>{escape(device.hostname)}</host-name>\n"
        f"<product-model>{device.box.product}</product-model>\n<product-name>{device.box.product}</product-name>\n"
        f"<junos-version>{VERSION}</junos-version>\n<package-information>\n<name>junos</name>\n"
        f"<comment>JUNOS Software Release [{VERSION}]</comment>\n</package-information>\n</software-information>"
    )


def uptime(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system uptime`."""
    del operation
    now = device.clock()
    booted, newest = now - device.uptime, device.base.commits[0]

    def when(name: str, at: float) -> str:
        ago = int(now - at)
        return (
            f'<{name}>\n<date-time junos:seconds="{int(at)}">{shows.date(at)}</date-time>\n'
            f'<time-length junos:seconds="{ago}">{shows.length(ago)}</time-length>\n</{name}>\n'
        )

    return (
        f'<system-uptime-information>\n<current-time>\n<date-time junos:seconds="{int(now)}">{shows.date(now)}'
        f"</date-time>\n</current-time>\n{when('system-booted-time', booted)}"
        f"{when('protocols-started-time', booted)}{when('last-configured-time', newest.at)}"
        "</system-uptime-information>"
    )


def commits(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system commit`: the newest first, with what it waits for."""
    del operation
    rows = "".join(_commit(device, number) for number in range(len(device.base.commits)))
    return f"<commit-information>\n{rows}</commit-information>"


def _commit(device: JunosDevice, number: int) -> str:
    commit = device.base.commits[number]
    comment = f"<comment>{escape(commit.comment)}</comment>\n" if commit.comment else ""
    log = f"<log>{escape(commit.log)}</log>\n" if commit.log else ""
    waits = "<commit-confirmed>rollback pending</commit-confirmed>\n" if number == 0 and device.base.pending else ""
    return (
        f"<commit-history>\n<sequence-number>{number}</sequence-number>\n<user>{commit.user}</user>\n"
        f"<client>{commit.client}</client>\n"
        f'<date-time junos:seconds="{int(commit.at)}">{shows.date(commit.at)}</date-time>\n{comment}{log}{waits}'
        "</commit-history>\n"
    )


def revision(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system commit revision detail`."""
    del operation
    commit = device.base.commits[0]
    comment = f"<comment>{escape(commit.comment)}</comment>\n" if commit.comment else ""
    return (
        f"<commit-revision-information>\n<revision>{commit.revision}</revision>\n<user>{commit.user}</user>\n"
        f'<client>{commit.client}</client>\n<date-time junos:seconds="{int(commit.at)}">{shows.date(commit.at)}'
        f"</date-time>\n{comment}</commit-revision-information>"
    )


def rollback(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system rollback <number>`."""
    word = argument(operation, "rollback") or "0"
    number = int(word) if word.isdecimal() else -1
    device.base.past(number)
    body = escape(device.base.commits[number].text)
    return (
        "<rollback-information>\n<configuration-information>\n<configuration-output>\n"
        f"{body}</configuration-output>\n</configuration-information>\n</rollback-information>"
    )


def vlan(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show vlans`, in the form of the newer switches (ELS)."""
    del operation
    rows: list[str] = []
    inside = members(device.tree)
    for number, name in vlans(device.tree).items():
        ports_ = "".join(
            f"<l2ng-l2rtb-vlan-member>\n<l2ng-l2rtb-vlan-member-interface>{escape(port)}*"
            "</l2ng-l2rtb-vlan-member-interface>\n</l2ng-l2rtb-vlan-member>\n"
            for port in inside.get(name, [])
        )
        rows.append(
            "<l2ng-l2ald-vlan-instance-group>\n<l2ng-l2rtb-name>default-switch</l2ng-l2rtb-name>\n"
            f"<l2ng-l2rtb-vlan-name>{escape(name)}</l2ng-l2rtb-vlan-name>\n<l2ng-l2rtb-vlan-tag>{number}"
            f"</l2ng-l2rtb-vlan-tag>\n{ports_}</l2ng-l2ald-vlan-instance-group>\n"
        )
    return f"<l2ng-l2ald-vlan-instance-information>\n{''.join(rows)}</l2ng-l2ald-vlan-instance-information>"


def switching(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show ethernet-switching table`: nobody has spoken yet."""
    del operation
    return f"<l2ng-l2ald-rtb-macdb>\n<count>{len(vlans(device.tree))}</count>\n</l2ng-l2ald-rtb-macdb>"


def file(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `file show`."""
    name = argument(operation, "filename")
    domain = device.tree.value("system", "domain-name")
    files = {
        "/etc/hosts.junos": "128.0.0.1 master\n128.0.0.4 re0\n128.0.0.5 re1\n",
        "/etc/resolv.conf": f"domain {domain}\n" if domain else "\n",
        "/config/juniper.conf": device.running,
    }
    if name not in files:
        raise Denied(Complaint(f"could not resolve file: {name}", name))
    return f'<file-content filename="{escape(name)}" encoding="text">\n{escape(files[name])}</file-content>'


def listing(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `file list`: a home without files."""
    del device, operation
    return '<directory-list root-path="/var/home/netops">\n<directory name="/var/home/netops"/>\n</directory-list>'


def command(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `<command>`: an operational command as it is typed."""
    line = " ".join(text(operation).split())
    if attributes(operation).get("format", "xml") == "xml":
        if line in _TYPED:
            return _TYPED[line](device, ET.Element("typed"))
        done = probing.typed(device, line)
        if done is not None:
            return probing.results(done)
    said = shows.run(device, line)
    if said is None:
        raise Denied(Complaint("syntax error", line.split()[-1] if line else ""))
    return f"<output>\n{escape(said)}</output>"


def unknown(device: JunosDevice, operation: ET.Element) -> str:
    """Refuse an operation that is none."""
    del device
    raise Denied(Complaint("syntax error", tag(operation)))


def nobody(name: str) -> Operation:
    """Answer with an empty list."""
    return lambda _device, _operation: f"<{name}>\n</{name}>"


_TYPED: Final[Mapping[str, Operation]] = {
    "show version": software,
    "show version invoke-on all-routing-engines": software,
    "show chassis hardware": chassis.inventory,
    "show system uptime": uptime,
    "show system commit": commits,
    "show interfaces terse": lambda device, _operation: ports.terse(device, ""),
    "show interfaces": lambda device, _operation: ports.full(device, ""),
    "show vlans": vlan,
}


def interfaces(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show interfaces`, terse or in full."""
    if argument(operation, "routing-instance") == "__juniper_private1__":
        return ports.internal()
    name = argument(operation, "interface-name")
    return (ports.terse if has(operation, "terse") else ports.full)(device, name)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "get-software-information": software,
    "get-chassis-inventory": chassis.inventory,
    "get-route-engine-information": chassis.engine,
    "get-system-uptime-information": uptime,
    "get-system-memory-information": chassis.memory,
    "get-system-storage": chassis.storage,
    "get-commit-information": commits,
    "get-commit-revision-information": revision,
    "get-rollback-information": rollback,
    "get-interface-information": interfaces,
    "get-vlan-information": vlan,
    "get-ethernet-switching-table-information": switching,
    "get-environment-information": chassis.environment,
    "get-temperature-threshold-information": chassis.thresholds,
    "ping": probing.operation,
    "file-show": file,
    "file-list": listing,
    "command": command,
    "get-arp-table-information": nobody("arp-table-information"),
    "get-ipv6-nd-information": nobody("ipv6-nd-information"),
    "get-lldp-neighbors-information": nobody("lldp-neighbors-information"),
    "get-lldp-interface-neighbors": nobody("lldp-neighbors-information"),
    "get-power-usage-information-detail": nobody("power-usage-information"),
    "get-virtual-chassis-information": nobody("virtual-chassis-information"),
    "get-interface-optics-diagnostics-information": nobody("interface-information"),
}
