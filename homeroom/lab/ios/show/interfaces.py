"""`show` about interfaces.

Sources: output of Cisco devices recorded in networktocode/ntc-templates (tests/cisco_ios: show_interfaces_01,
show_interfaces6, show_interfaces_status, show_interfaces_switchport, show_interfaces_description) and in
napalm-automation/napalm (test/ios/mocked_data: test_get_interfaces_counters/normal, test_get_optics/normal).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from homeroom.lab.emulated import Interface
from homeroom.lab.ios import view
from homeroom.lab.ios.hardware import cisco_mac
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.words import VIRTUAL, rank, short, split, vlan_text
from homeroom.lab.section import Section

V = tuple[str, ...]
_EMPTY: Final = Section("if")
_UNKNOWN: Final = "{pad}^\n% Invalid input detected at '^' marker.\n"


def rows(s: Session, values: V) -> Iterator[tuple[Interface, Section]]:
    """Yield the interfaces with their configuration in the order IOS lists them: all, or the one that was named."""
    bodies = view.bodies(s.device.tree, s.device.box)
    wanted = {value for value in values if value in bodies} if values else set(bodies)
    listed = [row for row in s.device.interfaces() if row.name in wanted]
    for row in sorted(listed, key=lambda one: (not one.name.startswith("Vlan"), rank(one.name))):
        yield row, bodies.get(row.name, _EMPTY)


def state(row: Interface) -> str:
    """Return `up`, `down` or `administratively down`."""
    return "administratively down" if not row.admin_up else "up" if row.oper_up else "down"


def protocol(row: Interface) -> str:
    """Return the state of the line protocol."""
    return "up" if row.oper_up else "down"


def interfaces(s: Session, _words: V, values: V) -> str:
    """`show interfaces [INTERFACE]`."""
    out = "".join(_one(s, row, body) for row, body in rows(s, values))
    return out or _UNKNOWN.format(pad=" " * (len(s.prompt) + 16))


def _one(s: Session, row: Interface, body: Section) -> str:
    head = f"{row.name} is {state(row)}, line protocol is {protocol(row)}"
    if view.switched(row.name, body, s.device.box):
        head += " (connected)" if row.oper_up else " (notconnect)" if row.admin_up else " (disabled)"
    lines = [head, f"  Hardware is {_hardware(row.name)}{_address(row)}"]
    if row.alias:
        lines.append(f"  Description: {row.alias}")
    lines += [f"  Internet address is {one.address}/{one.length}" for one in view.addresses4(body) if not one.secondary]
    rate = body.value("bandwidth ", str(row.speed_bps // 1000))
    lines += [
        f"  MTU {body.value('mtu ', '1500')} bytes, BW {rate} Kbit/sec, DLY 10 usec, ",
        "     reliability 255/255, txload 1/255, rxload 1/255",
        "  Encapsulation ARPA, loopback not set",
        "  Keepalive not supported " if split(row.name)[0] in VIRTUAL else "  Keepalive set (10 sec)",
    ]
    if split(row.name)[0] not in VIRTUAL:
        how = f"{row.speed_bps // 10**6}Mb/s" if row.oper_up else "Auto-speed"
        duplex = "Full-duplex" if row.oper_up else "Auto-duplex"
        lines.append(f"  {duplex}, {how}, link type is auto, media type is 10/100/1000BaseTX")
    return "\n".join([*lines, *_counters()]) + "\n"


def _hardware(name: str) -> str:
    kind = split(name)[0]
    return {"Vlan": "Ethernet SVI", "Loopback": "Loopback", "Port-channel": "EtherChannel"}.get(
        kind, "Gigabit Ethernet"
    )


def _address(row: Interface) -> str:
    return f", address is {cisco_mac(row.mac)} (bia {cisco_mac(row.mac)})" if row.mac else ""


def _counters() -> list[str]:
    return [
        "  ARP type: ARPA, ARP Timeout 04:00:00",
        "  Last input 00:00:03, output 00:00:01, output hang never",
        '  Last clearing of "show interface" counters never',
        "  Input queue: 0/375/0/0 (size/max/drops/flushes); Total output drops: 0",
        "  Queueing strategy: fifo",
        "  Output queue: 0/40 (size/max)",
        "  5 minute input rate 0 bits/sec, 0 packets/sec",
        "  5 minute output rate 0 bits/sec, 0 packets/sec",
        "     0 packets input, 0 bytes, 0 no buffer",
        "     Received 0 broadcasts (0 IP multicasts)",
        "     0 runts, 0 giants, 0 throttles ",
        "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored",
        "     0 watchdog, 0 multicast, 0 pause input",
        "     0 packets output, 0 bytes, 0 underruns",
        "     0 output errors, 0 collisions, 0 interface resets",
        "     0 unknown protocol drops",
        "     0 babbles, 0 late collision, 0 deferred",
        "     0 lost carrier, 0 no carrier, 0 pause output",
        "     0 output buffer failures, 0 output buffers swapped out",
    ]


def description(s: Session, _words: V, values: V) -> str:
    """`show interfaces [INTERFACE] description`."""
    out = "Interface                      Status         Protocol Description\n"
    for row, _ in rows(s, values):
        status = "admin down" if not row.admin_up else protocol(row)
        out += f"{short(row.name):<30} {status:<14} {protocol(row):<8} {row.alias}".rstrip() + "\n"
    return out


def status(s: Session, _words: V, values: V) -> str:
    """`show interfaces [INTERFACE] status`."""
    out = "\nPort      Name               Status       Vlan       Duplex  Speed Type\n"
    for row, body in rows(s, values):
        if split(row.name)[0] in VIRTUAL - {"Port-channel"}:
            continue
        how = "disabled" if not row.admin_up else "connected" if row.oper_up else "notconnect"
        vlan = "routed"
        if view.switched(row.name, body, s.device.box):
            vlan = "trunk" if view.trunk(body) else str(view.access_vlan(body))
        duplex, rate = ("a-full", "a-1000") if row.oper_up else ("auto", "auto")
        out += (
            f"{short(row.name):<9} {row.alias[:18]:<18} {how:<12} {vlan:<10} {duplex:>6} {rate:>6} 10/100/1000BaseTX\n"
        )
    return out


def summary(s: Session, _words: V, values: V) -> str:
    """`show interfaces summary`."""
    out = (
        "\n *: interface is up\n IHQ: pkts in input hold queue     IQD: pkts dropped from input queue\n"
        " OHQ: pkts in output hold queue    OQD: pkts dropped from output queue\n"
        " RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)\n"
        " TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)\n TRTL: throttle count\n\n"
        "  Interface                   IHQ       IQD       OHQ       OQD      RXBS      RXPS"
        "      TXBS      TXPS      TRTL\n"
        f"{'-' * 113}\n"
    )
    for row, _ in rows(s, values):
        name = short(row.name) if row.name.startswith(("Ten", "Forty", "Hundred")) else row.name
        out += f"{'*' if row.oper_up else ' '} {name:<24}{'         0' * 9}\n"
    return out


def switchport(s: Session, _words: V, values: V) -> str:
    """`show interfaces [INTERFACE] switchport`."""
    names = view.vlans(s.device.tree)
    out = ""
    for row, body in rows(s, values):
        if not view.switched(row.name, body, s.device.box):
            continue
        mode = body.value("switchport mode ", "dynamic auto")
        mode = {"access": "static access"}.get(mode, mode)
        fixed = body.has("switchport nonegotiate") or mode == "static access"
        working = ("trunk" if view.trunk(body) else "static access") if row.oper_up else "down"
        vlan, native = view.access_vlan(body), int(body.value("switchport trunk native vlan ", "1"))
        carried = body.value("switchport trunk allowed vlan ")
        trunks = vlan_text(view.allowed(body)) if carried else "ALL"
        out += (
            f"Name: {short(row.name)}\nSwitchport: Enabled\nAdministrative Mode: {mode}\nOperational Mode: {working}\n"
            "Administrative Trunking Encapsulation: dot1q\nOperational Trunking Encapsulation: native\n"
            f"Negotiation of Trunking: {'Off' if fixed else 'On'}\n"
            f"Access Mode VLAN: {vlan} ({names.get(vlan, 'Inactive')})\n"
            f"Trunking Native Mode VLAN: {native} ({names.get(native, 'Inactive')})\n"
            f"Administrative Native VLAN tagging: enabled\nVoice VLAN: {body.value('switchport voice vlan ', 'none')}\n"
            "Administrative private-vlan host-association: none \nAdministrative private-vlan mapping: none \n"
            "Operational private-vlan: none\n"
            f"Trunking VLANs Enabled: {trunks}\nPruning VLANs Enabled: 2-1001\nCapture Mode Disabled\n"
            "Capture VLANs Allowed: ALL\n\nProtected: false\nUnknown unicast blocked: disabled\n"
            "Unknown multicast blocked: disabled\nAppliance trust: none\n\n"
        )
    return out


def trunk(s: Session, _words: V, values: V) -> str:
    """`show interfaces [INTERFACE] trunk`."""
    found = [
        (row, body) for row, body in rows(s, values) if view.switched(row.name, body, s.device.box) and view.trunk(body)
    ]
    if not found:
        return "\n"
    known = set(view.vlans(s.device.tree))
    out = "\nPort        Mode             Encapsulation  Status        Native vlan\n"
    for row, body in found:
        native = body.value("switchport trunk native vlan ", "1")
        how = "trunking" if row.oper_up else "other"
        out += f"{short(row.name):<11} on               802.1q         {how:<13} {native}\n"
    out += "\nPort        Vlans allowed on trunk\n"
    out += "".join(
        f"{short(row.name):<11} {body.value('switchport trunk allowed vlan ', '1-4094')}\n" for row, body in found
    )
    out += "\nPort        Vlans allowed and active in management domain\n"
    return out + "".join(f"{short(row.name):<11} {vlan_text(view.allowed(body) & known)}\n" for row, body in found)


def transceiver(_s: Session, _words: V, _values: V) -> str:
    """`show interfaces transceiver`: every port is copper."""
    return (
        "If device is externally calibrated, only calibrated values are printed.\n"
        "++ : high alarm, +  : high warning, -  : low warning, -- : low alarm.\n"
        "NA or N/A: not applicable, Tx: transmit, Rx: receive.\nmA: milliamperes, dBm: decibels (milliwatts).\n\n"
        "                                 Optical   Optical\n           Temperature  Voltage  Tx Power  Rx Power\n"
        "Port       (Celsius)    (Volts)  (dBm)     (dBm)\n---------  -----------  -------  --------  --------\n"
    )


def counters(s: Session, _words: V, values: V) -> str:
    """`show interfaces counters [errors]`."""
    out = "\nPort            InOctets    InUcastPkts    InMcastPkts    InBcastPkts\n"
    return out + "".join(f"{short(row.name):<9}{'              0' * 4}\n" for row, _ in rows(s, values))
