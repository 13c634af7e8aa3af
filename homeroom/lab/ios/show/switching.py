"""`show` about switching: VLANs, MAC addresses, spanning tree, neighbours.

Sources: output of Cisco devices recorded in networktocode/ntc-templates (tests/cisco_ios: show_vlan,
show_mac-address-table, show_spanning_tree, show_vtp_status, show_cdp_neighbors) and in napalm-automation/napalm
(test/ios/mocked_data: test_get_vlans/normal, test_get_mac_address_table/3560_format,
test_get_lldp_neighbors_detail/normal).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from homeroom.lab.ios import view
from homeroom.lab.ios.hardware import cisco_mac
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.show.interfaces import rows
from homeroom.lab.ios.words import short

V = tuple[str, ...]
_HEAD: Final = (
    "\nVLAN Name                             Status    Ports\n"
    "---- -------------------------------- --------- -------------------------------\n"
)
_FIXED: Final = (
    "1002 fddi-default                     act/unsup \n1003 token-ring-default               act/unsup \n"
    "1004 fddinet-default                  act/unsup \n1005 trnet-default                    act/unsup \n"
)
_WIDTH: Final = 31
"""Columns that `show vlan brief` has for ports."""


def _row(s: Session, vlan: int, name: str, *, trunks: bool, wrap: bool) -> str:
    ports = [short(port) for port in view.members(vlan, s.device.tree, s.device.box, trunks=trunks)]
    lines = [""]
    for port in ports:
        longer = f"{lines[-1]}, {port}" if lines[-1] else port
        if wrap and len(longer) > _WIDTH:
            lines.append(port)
        else:
            lines[-1] = longer
    out = f"{vlan:<4} {name:<32} active    {lines[0]}".rstrip() + "\n"
    return out + "".join(f"{'':48}{line}\n" for line in lines[1:])


def brief(s: Session, _words: V, _values: V) -> str:
    """`show vlan brief`: access ports only."""
    found = view.vlans(s.device.tree)
    return _HEAD + "".join(_row(s, vlan, name, trunks=False, wrap=True) for vlan, name in found.items()) + _FIXED


def all_ports(s: Session, _words: V, _values: V) -> str:
    """`show vlan all-ports`: trunks too, on one line."""
    found = view.vlans(s.device.tree)
    return _HEAD + "".join(_row(s, vlan, name, trunks=True, wrap=False) for vlan, name in found.items()) + _FIXED


def vlan_id(s: Session, _words: V, values: V) -> str:
    """`show vlan id N`, `show vlan name X`."""
    found = {vlan: name for vlan, name in view.vlans(s.device.tree).items() if values[0] in {str(vlan), name}}
    if not found:
        return f"VLAN id {values[0]} not found in current VLAN database\n"
    return (
        _HEAD + "".join(_row(s, vlan, name, trunks=True, wrap=True) for vlan, name in found.items()) + _details(found)
    )


def vlan(s: Session, words: V, values: V) -> str:
    """`show vlan`."""
    return (
        brief(s, words, values)
        + _details(view.vlans(s.device.tree))
        + (
            "\nRemote SPAN VLANs\n"
            "------------------------------------------------------------------------------\n\n\n"
            "Primary Secondary Type              Ports\n"
            "------- --------- ----------------- ------------------------------------------\n\n"
        )
    )


def _details(found: Iterable[int]) -> str:
    head = (
        "\nVLAN Type  SAID       MTU   Parent RingNo BridgeNo Stp  BrdgMode Trans1 Trans2\n"
        "---- ----- ---------- ----- ------ ------ -------- ---- -------- ------ ------\n"
    )
    return head + "".join(
        f"{one:<4} enet  {100000 + one:<10} 1500  -      -      -        -    -        0      0   \n" for one in found
    )


def mac_table(s: Session, _words: V, _values: V) -> str:
    """`show mac address-table`: the addresses of the box itself; nobody else is on its emulated wires."""
    out = (
        "          Mac Address Table\n-------------------------------------------\n\n"
        "Vlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n"
    )
    fixed = ["0100.0ccc.cccc", "0100.0ccc.cccd", *(f"0180.c200.00{n:02x}" for n in range(17)), "ffff.ffff.ffff"]
    out += "".join(f" All    {mac}    STATIC      CPU\n" for mac in fixed)
    own = [(row.name[4:], cisco_mac(row.mac)) for row, _ in rows(s, ()) if row.name.startswith("Vlan")]
    out += "".join(f"{number:>4}    {mac}    STATIC      {f'Vl{number}'}\n" for number, mac in own)
    return out + f"Total Mac Addresses for this criterion: {len(fixed) + len(own)}\n"


def spanning_tree(s: Session, _words: V, _values: V) -> str:
    """`show spanning-tree`: the box is the root everywhere."""
    mac = cisco_mac(s.device.box.mac(0))
    out = ""
    for one in view.vlans(s.device.tree):
        ports = list(view.members(one, s.device.tree, s.device.box, trunks=True))
        up = {row.name for row in s.device.interfaces() if row.oper_up}
        found = [name for name in ports if name in up]
        if not found:
            continue
        out += (
            f"\nVLAN{one:04d}\n  Spanning tree enabled protocol rstp\n  Root ID    Priority    {32768 + one}\n"
            f"             Address     {mac}\n             This bridge is the root\n"
            "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec\n\n"
            f"  Bridge ID  Priority    {32768 + one}  (priority 32768 sys-id-ext {one})\n"
            f"             Address     {mac}\n"
            "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec\n"
            "             Aging Time  300 sec\n\n"
            "Interface           Role Sts Cost      Prio.Nbr Type\n"
            "------------------- ---- --- --------- -------- --------------------------------\n"
        )
        out += (
            "".join(f"{short(name):<19} Desg FWD 4         128.{n:<4} P2p \n" for n, name in enumerate(found, 1)) + "\n"
        )
    return out or "No spanning tree instances exist.\n"


def vtp(s: Session, _words: V, _values: V) -> str:
    """`show vtp status`."""
    mode = s.device.tree.value("vtp mode ", "transparent").capitalize()
    return (
        "VTP Version capable             : 1 to 3\nVTP version running             : 1\n"
        f"VTP Domain Name                 : {s.device.tree.value('vtp domain ')}\n"
        "VTP Pruning Mode                : Disabled\nVTP Traps Generation            : Disabled\n"
        f"Device ID                       : {cisco_mac(s.device.box.mac(0))}\n\nFeature VLAN:\n--------------\n"
        f"VTP Operating Mode                : {mode}\nMaximum VLANs supported locally   : 1005\n"
        f"Number of existing VLANs          : {len(view.vlans(s.device.tree)) + 4}\n"
        "Configuration Revision            : 0\n"
    )


def lldp(s: Session, words: V, _values: V) -> str:
    """`show lldp ...`: no neighbour on the emulated wires."""
    if not s.device.tree.has("lldp run"):
        return "% LLDP is not enabled\n"
    if words[-1] == "lldp":
        return (
            "\nGlobal LLDP Information:\n    Status: ACTIVE\n    LLDP advertisements are sent every 30 seconds\n"
            "    LLDP hold time advertised is 120 seconds\n    LLDP interface reinitialisation delay is 2 seconds\n"
        )
    if words[-1] == "detail":
        return "\nTotal entries displayed: 0\n"
    return (
        "\nCapability codes:\n    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n"
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n\n"
        "Device ID           Local Intf     Hold-time  Capability      Port ID\n\nTotal entries displayed: 0\n\n"
    )


def cdp(s: Session, words: V, _values: V) -> str:
    """`show cdp ...`: no neighbour on the emulated wires."""
    if s.device.tree.has("no cdp run"):
        return "% CDP is not enabled\n"
    if words[-1] == "cdp":
        return (
            "Global CDP information:\n        Sending CDP packets every 60 seconds\n"
            "        Sending a holdtime value of 180 seconds\n        Sending CDPv2 advertisements is  enabled\n"
        )
    if words[-1] == "detail":
        return "\nTotal cdp entries displayed : 0\n"
    return (
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge\n"
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, \n"
        "                  D - Remote, C - CVTA, M - Two-port Mac Relay \n\n"
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n\n"
        "Total cdp entries displayed : 0\n"
    )


def port_channels(_s: Session, _words: V, _values: V) -> str:
    """`show etherchannel summary`: no channel."""
    return (
        "Flags:  D - down        P - bundled in port-channel\n        I - stand-alone s - suspended\n\n"
        "Number of channel-groups in use: 0\nNumber of aggregators:           0\n\n"
        "Group  Port-channel  Protocol    Ports\n"
        "------+-------------+-----------+-----------------------------------------------\n"
    )


def power_inline(s: Session, _words: V, _values: V) -> str:
    """`show power inline`."""
    out = (
        "\nModule   Available     Used     Remaining\n          (Watts)     (Watts)    (Watts)\n"
        "------   ---------   --------   ---------\n1           370.0        0.0       370.0\n"
        "Interface Admin  Oper       Power   Device              Class Max\n"
        "                            (Watts)\n"
        "--------- ------ ---------- ------- ------------------- ----- ----\n"
    )
    ports = [name for name in s.device.box.ports if name.startswith("GigabitEthernet1/0/")]
    return out + "".join(
        f"{short(name):<9} auto   off        0.0     n/a                 n/a   30.0 \n" for name in ports
    )
