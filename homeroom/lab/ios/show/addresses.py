"""`show` about IP: interfaces, neighbours, routes.

Sources: output of Cisco devices recorded in networktocode/ntc-templates (tests/cisco_ios: show_ip_interface8,
show_ip_interface_brief, show_ipv6_interface_brief, show_arp, show_ip_route, show_ipv6_route) and in
napalm-automation/napalm (test/ios/mocked_data: test_get_interfaces_ip/normal, test_get_route_to/normal).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from homeroom.lab.emulated import Interface
from homeroom.lab.ios import view
from homeroom.lab.ios.hardware import cisco_mac
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.show.interfaces import protocol, rows, state
from homeroom.lab.section import Section

V = tuple[str, ...]
_CODES4: Final = (
    "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
    "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area \n"
    "       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2\n"
    "       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP\n"
    "       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA\n"
    "       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2\n"
    "       ia - IS-IS inter area, * - candidate default, U - per-user static route\n"
    "       H - NHRP, G - NHRP registered, g - NHRP registration summary\n"
    "       o - ODR, P - periodic downloaded static route, l - LISP\n"
    "       a - application route\n       + - replicated route, % - next hop override, p - overrides from PfR\n\n"
)
_CODES6: Final = (
    "Codes: C - Connected, L - Local, S - Static, U - Per-user Static route\n"
    "       B - BGP, R - RIP, H - NHRP, I1 - ISIS L1\n       I2 - ISIS L2, IA - ISIS interarea, IS - ISIS summary, "
    "D - EIGRP\n       EX - EIGRP external, ND - ND Default, NDp - ND Prefix, DCE - Destination\n"
)


def brief(s: Session, _words: V, values: V) -> str:
    """`show ip interface brief`."""
    out = "Interface              IP-Address      OK? Method Status                Protocol\n"
    for row, body in rows(s, values):
        primary = view.addresses4(body)[:1]
        address = primary[0].address if primary else "unassigned"
        method = "NVRAM" if primary else "unset"
        out += f"{row.name:<22} {address:<15} YES {method:<6} {state(row):<21} {protocol(row):<8}".rstrip() + "\n"
    return out


def ip_interface(s: Session, _words: V, values: V) -> str:
    """`show ip interface [INTERFACE]`."""
    return "".join(_ip(row, body) for row, body in rows(s, values))


def _ip(row: Interface, body: Section) -> str:
    head = f"{row.name} is {state(row)}, line protocol is {protocol(row)}\n"
    found = view.addresses4(body)
    if not found:
        return head + "  Internet protocol processing disabled\n"
    filters = {line.split()[1]: line.split()[0] for line in body.lines("ip access-group ")}
    helpers = body.lines("ip helper-address ")
    out = head + "".join(f"  Internet address is {one.address}/{one.length}\n" for one in found if not one.secondary)
    out += "  Broadcast address is 255.255.255.255\n  Address determined by non-volatile memory\n"
    out += f"  MTU is {body.value('ip mtu ', '1500')} bytes\n"
    out += f"  Helper address is {helpers[0]}\n" if len(helpers) == 1 else "  Helper address is not set\n"
    out += "  Directed broadcast forwarding is disabled\n"
    out += "".join(f"  Secondary address {one.address}/{one.length}\n" for one in found if one.secondary)
    out += f"  Outgoing access list is {filters.get('out', 'not set')}\n"
    out += f"  Inbound  access list is {filters.get('in', 'not set')}\n"
    out += f"  Proxy ARP is {'disabled' if body.has('no ip proxy-arp') else 'enabled'}\n  Local Proxy ARP is disabled\n"
    out += "  Security level is default\n  Split horizon is enabled\n"
    out += f"  ICMP redirects are {'never' if body.has('no ip redirects') else 'always'} sent\n"
    out += f"  ICMP unreachables are {'never' if body.has('no ip unreachables') else 'always'} sent\n"
    return out + "  ICMP mask replies are never sent\n  IP fast switching is enabled\n  IP CEF switching is enabled\n"


def brief6(s: Session, _words: V, values: V) -> str:
    """`show ipv6 interface brief`."""
    out = ""
    for row, body in rows(s, values):
        up = "administratively down" if not row.admin_up else protocol(row)
        out += f"{row.name:<22} [{up}/{protocol(row)}]\n"
        local = view.link_local(body, row.mac)
        found = [local, *(one.partition("/")[0] for one in view.addresses6(body))] if local else ["unassigned"]
        out += "".join(f"    {one}\n" for one in found)
    return out


def ipv6_interface(s: Session, _words: V, values: V) -> str:
    """`show ipv6 interface [INTERFACE]`: those where IPv6 is on."""
    return "".join(_ipv6(row, body) for row, body in rows(s, values) if view.link_local(body, row.mac))


def _ipv6(row: Interface, body: Section) -> str:
    filters = [line.split() for line in body.lines("ipv6 traffic-filter ")]
    out = (
        f"{row.name} is {state(row)}, line protocol is {protocol(row)}\n"
        f"  IPv6 is enabled, link-local address is {view.link_local(body, row.mac)} \n"
        "  No Virtual link-local address(es):\n"
    )
    found = view.addresses6(body)
    out += "  Global unicast address(es):\n" if found else "  No global unicast address is configured\n"
    for one in found:
        network = str(ipaddress.IPv6Interface(one).network).upper()
        out += f"    {one.partition('/')[0]}, subnet is {network} \n"
    out += "  Joined group address(es):\n    FF02::1\n    FF02::2\n  MTU is 1500 bytes\n"
    out += "".join(f"  {'Inbound' if way == 'in' else 'Outbound'} access list {name}\n" for name, way in filters)
    return out + (
        "  ICMP error messages limited to one every 100 milliseconds\n"
        f"  ICMP redirects are {'disabled' if body.has('no ipv6 redirects') else 'enabled'}\n"
        "  ICMP unreachables are sent\n  ND DAD is enabled, number of DAD attempts: 1\n"
        "  ND reachable time is 30000 milliseconds (using 30000)\n"
    )


def arp(s: Session, _words: V, _values: V) -> str:
    """`show arp`, `show ip arp`: the device's own addresses; nobody else is on its emulated wires."""
    out = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    for row, body in rows(s, ()):
        if row.oper_up and row.mac:
            for one in view.addresses4(body):
                out += f"Internet  {one.address:<15}         -   {cisco_mac(row.mac)}  ARPA   {row.name}\n"
    return out


def neighbors6(_s: Session, _words: V, _values: V) -> str:
    """`show ipv6 neighbors`: none on the emulated wires."""
    return "IPv6 Address                              Age Link-layer Addr State Interface\n"


def _connected(s: Session) -> Iterator[tuple[ipaddress.IPv4Network, str, str]]:
    """Yield (network, address, interface) of what is connected and up."""
    for row, body in rows(s, ()):
        if row.oper_up:
            for one in view.addresses4(body):
                yield one.network, one.address, row.name


def _static(s: Session) -> Iterator[tuple[ipaddress.IPv4Network, str]]:
    """Yield (network, next hop) of the static routes."""
    for line in s.device.tree.lines("ip route "):
        words = line.split()
        if words[0] != "vrf":
            yield ipaddress.IPv4Network(f"{words[0]}/{words[1]}"), words[2]


def route(s: Session, words: V, values: V) -> str:
    """`show ip route [ADDRESS [MASK]]`."""
    if "vrf" in words:
        return f"% IP routing table vrf {values[0]} does not exist\n"
    if values:
        return _route_to(s, values[0])
    default = next((hop for network, hop in _static(s) if network.prefixlen == 0), None)
    out = _CODES4 + (
        f"Gateway of last resort is {default} to network 0.0.0.0\n\n"
        if default
        else "Gateway of last resort is not set\n\n"
    )
    for network, hop in _static(s):
        out += f"S{'*' if network.prefixlen == 0 else ' '}    {network} [1/0] via {hop}\n"
    for network, address, name in sorted(_connected(s), key=lambda one: one[0]):
        length = network.prefixlen
        out += f"      {network} is variably subnetted, 2 subnets, 2 masks\n" if length < 32 else ""
        out += (
            f"C        {network} is directly connected, {name}\nL        {address}/32 is directly connected, {name}\n"
        )
    return out


def _route_to(s: Session, text: str) -> str:
    address = ipaddress.IPv4Address(text)
    fitting = [(network, "", name) for network, _, name in _connected(s) if address in network]
    fitting += [(network, hop, "") for network, hop in _static(s) if address in network]
    if not fitting:
        return "% Network not in table\n"
    network, hop, name = max(fitting, key=lambda one: one[0].prefixlen)
    known = "static" if hop else "connected"
    block = f"  * {hop}\n" if hop else f"  * directly connected, via {name}\n"
    return (
        f"Routing entry for {network}{', supernet' if network.prefixlen == 0 else ''}\n"
        f'  Known via "{known}", distance {1 if hop else 0}, metric 0{" (connected, via interface)" if name else ""}\n'
        f"  Routing Descriptor Blocks:\n{block}      Route metric is 0, traffic share count is 1\n"
    )


def route6(s: Session, _words: V, _values: V) -> str:
    """`show ipv6 route`."""
    found: list[str] = []
    for line in s.device.tree.lines("ipv6 route "):
        words = line.split()
        via = f"{words[2]}, {words[1]}" if len(words) > 2 and ":" in words[2] else words[1]
        found.append(f"S   {words[0]} [1/0]\n     via {via}\n")
    for row, body in rows(s, ()):
        for one in view.addresses6(body) if row.oper_up else ():
            network = str(ipaddress.IPv6Interface(one).network).upper()
            found.append(f"C   {network} [0/0]\n     via {row.name}, directly connected\n")
            found.append(f"L   {one.partition('/')[0]}/128 [0/0]\n     via {row.name}, receive\n")
    multicast = "L   FF00::/8 [0/0]\n     via Null0, receive\n"
    return f"IPv6 Routing Table - default - {len(found) + 1} entries\n{_CODES6}{''.join(found)}{multicast}"


def protocols(_s: Session, _words: V, _values: V) -> str:
    """`show ip protocols`: no routing protocol runs."""
    return "*** IP Routing is NSF aware ***\n\n"


def vrf(s: Session, words: V, _values: V) -> str:
    """`show vrf [detail]`."""
    found = list(s.device.tree.sections("vrf definition "))
    if not found:
        return ""
    if words[-1] == "detail":
        return "\n".join(
            f"VRF {name} (VRF Id = {n}); default RD {body.value('rd ', '<not set>')}; default VPNID <not set>\n"
            "  New CLI format, supports multiple address-families\n  Flags: 0x180C\n  No interfaces\n"
            for n, (name, body) in enumerate(found, 1)
        )
    out = "  Name                             Default RD            Protocols   Interfaces\n"
    return out + "".join(f"  {name:<32} {body.value('rd ', '<not set>'):<21} ipv4,ipv6   \n" for name, body in found)
