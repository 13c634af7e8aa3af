"""What `show` commands say in JSON of interfaces, VLANs and neighbours, from the running configuration.

Source: as homeroom.lab.eos.show.
"""

from __future__ import annotations

import ipaddress

from homeroom.lab.eos import view
from homeroom.lab.eos.cli import Cli, Data
from homeroom.lab.eos.hardware import dotted, speed
from homeroom.lab.eos.words import rank, split
from homeroom.lab.section import Section

V = tuple[str, ...]


def _status(name: str, body: Section) -> tuple[str, str]:
    admin, oper = view.up(name, body)
    return ("connected" if oper else "notconnect" if admin else "disabled"), "up" if oper else "down"


def _chosen(cli: Cli, values: V) -> dict[str, Section]:
    bodies = view.bodies(cli.device.tree)
    names = values[0].split(",") if values else sorted(bodies, key=rank)
    return {name: bodies[name] for name in names if name in bodies}


def interfaces(cli: Cli, _words: V, values: V) -> Data:
    """`show interfaces [NAME]`."""
    return {"interfaces": {name: _interface(cli, name, body) for name, body in _chosen(cli, values).items()}}


def _interface(cli: Cli, name: str, body: Section) -> Data:
    status, protocol = _status(name, body)
    routed = not view.switched(name, body)
    mac = next((one.mac for one in cli.device.interfaces() if one.name == name), "")
    kind = split(name)[0]
    hardware = {"Vlan": "vlan", "Loopback": "loopback", "Port-Channel": "portChannel", "Tunnel": "tunnel"}
    shown: Data = {
        "name": name,
        "description": body.value("description "),
        "interfaceStatus": status,
        "lineProtocolStatus": protocol,
        "hardware": "subinterface" if "." in name else hardware.get(kind, "ethernet"),
        "forwardingModel": "routed" if routed else "bridged",
        "mtu": int(body.value("mtu ", "1500" if routed else "9214")),
        "bandwidth": speed(name),
        "interfaceAddress": ipv4(body),
        "lastStatusChangeTimestamp": cli.device.boot + 60,
        "interfaceStatistics": {"updateInterval": 300.0, "inBitsRate": 0.0, "outBitsRate": 0.0},
    }
    if mac:
        shown |= {"physicalAddress": mac, "burnedInAddress": mac}
    if kind in {"Ethernet", "Management", "Port-Channel"}:
        shown |= {"duplex": "duplexFull", "autoNegotiate": "success", "interfaceCounters": _counters(cli, status)}
    v6 = [{"address": a.partition("/")[0], "subnet": _subnet(a)} for a in body.lines("ipv6 address ") if "/" in a]
    if v6:
        shown["interfaceAddressIp6"] = {"globalUnicastIp6s": v6, "addrSource": "manual"}
    return shown


def _subnet(address: str) -> str:
    return str(ipaddress.ip_interface(address).network)


def _counters(cli: Cli, status: str) -> Data:
    """Count at a steady rate while the link is up."""
    seconds = int(cli.device.uptime) if status == "connected" else 0
    rates = {"Octets": 1500, "UcastPkts": 2, "MulticastPkts": 0, "BroadcastPkts": 0, "Discards": 0}
    both = {f"{way}{name}": seconds * rate for way in ("in", "out") for name, rate in rates.items()}
    return {**both, "totalInErrors": 0, "totalOutErrors": 0, "linkStatusChanges": 1}


def ipv4(body: Section) -> list[Data]:
    """Return the IPv4 addresses of an interface, as `show interfaces` has them: one entry, or none."""
    lines = body.lines("ip address ")
    primary = next((line for line in lines if "/" in line and not line.endswith("secondary")), "")
    if not primary:
        return []
    secondary = [_pair(line.split()[0]) for line in lines if line.endswith("secondary")]
    return [
        {
            "primaryIp": _pair(primary),
            "secondaryIps": {},
            "secondaryIpsOrderedList": secondary,
            "broadcastAddress": "255.255.255.255",
            "virtualIp": {"address": "0.0.0.0", "maskLen": 0},  # noqa: S104 -- what EOS says for none
        }
    ]


def _pair(address: str) -> Data:
    ip, _, length = address.partition("/")
    return {"address": ip, "maskLen": int(length)}


def ip_interfaces(cli: Cli, _words: V, values: V) -> Data:
    """`show ip interface [NAME]`: those with an address."""
    found: Data = {}
    for name, body in _chosen(cli, values).items():
        addresses = ipv4(body)
        status, protocol = _status(name, body)
        if addresses:
            found[name] = {
                "name": name,
                "interfaceAddress": addresses[0],
                "interfaceStatus": status,
                "lineProtocolStatus": protocol,
                "enabled": status != "disabled",
                "mtu": int(body.value("mtu ", "1500")),
                "vrf": body.value("vrf ", "default"),
                "description": body.value("description "),
            }
    return {"interfaces": found}


def ipv6_interfaces(cli: Cli, _words: V, values: V) -> Data:
    """`show ipv6 interface [NAME]`: those with an address, and the link-local one made from their MAC address."""
    found: Data = {}
    for name, body in _chosen(cli, values).items():
        addresses = [address for address in body.lines("ipv6 address ") if "/" in address]
        status, protocol = _status(name, body)
        if addresses or body.has("ipv6 enable"):
            found[name] = {
                "name": name,
                "interfaceStatus": status,
                "lineProtocolStatus": protocol,
                "vrf": body.value("vrf ", "default"),
                "linkLocal": {"address": _link_local(cli, name), "subnet": "fe80::/64", "active": True},
                "addresses": [
                    {"address": address.partition("/")[0], "subnet": _subnet(address), "active": True}
                    for address in addresses
                ],
            }
    return {"interfaces": found}


def _link_local(cli: Cli, name: str) -> str:
    mac = next(one.mac for one in cli.device.interfaces() if one.name == name) or cli.device.box.mac(0)
    octets = bytearray.fromhex(mac.replace(":", ""))
    octets[0] ^= 2
    return str(ipaddress.IPv6Address(b"\xfe\x80" + bytes(6) + octets[:3] + b"\xff\xfe" + octets[3:]))


def vlan(cli: Cli, _words: V, values: V) -> Data:
    """`show vlan [ID]`."""
    chosen = {int(value) for value in values}
    return {
        "sourceDetail": "",
        "vlans": {
            str(number): {
                "name": name,
                "status": "active",
                "dynamic": False,
                "interfaces": {port: {"privatePromoted": False} for port in view.members(cli.device.tree, number)},
            }
            for number, name in sorted(view.vlans(cli.device.tree).items())
            if not chosen or number in chosen
        },
    }


def arp(cli: Cli, _words: V, _values: V) -> Data:
    """`show arp [vrf all]`: the gateways, which are all a switch must know."""
    return {"vrfs": {"default": _neighbors(_gateways(cli))}}


def _neighbors(found: list[Data]) -> Data:
    return {
        "ipV4Neighbors": found,
        "totalEntries": len(found),
        "dynamicEntries": len(found),
        "staticEntries": 0,
        "notLearnedEntries": 0,
    }


def _gateways(cli: Cli) -> list[Data]:
    found: list[Data] = []
    for line in cli.device.tree.lines("ip route "):
        hop = line.split()[1]
        for name, body in view.bodies(cli.device.tree).items():
            for address in ipv4(body):
                pair = address["primaryIp"]
                network = ipaddress.ip_interface(f"{pair['address']}/{pair['maskLen']}").network
                if hop[0].isdigit() and ipaddress.ip_address(hop) in network and view.up(name, body)[1]:
                    mac = dotted(cli.device.box.mac(250))
                    found.append({"address": hop, "hwAddress": mac, "interface": name, "age": 0})
    return found


def macs(_cli: Cli, _words: V, _values: V) -> Data:
    """`show mac address-table`: nobody talks through an emulated port."""
    return {"unicastTable": {"tableEntries": []}, "multicastTable": {"tableEntries": []}}


def lldp(_cli: Cli, words: V, _values: V) -> Data:
    """`show lldp neighbors [detail]`: an emulated port has no neighbour."""
    if "detail" in words:
        return {"lldpNeighbors": {}}
    return {"tablesLastChangeTime": 0.0, "tablesInserts": 0, "tablesDeletes": 0, "tablesDrops": 0, "lldpNeighbors": []}
