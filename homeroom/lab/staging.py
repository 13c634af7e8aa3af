"""The configuration with which a device of each platform leaves staging: reachable, and nothing more.

Name, management address, one user, the way in by which Homeroom comes, SNMPv3. The rest is what Homeroom pushes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from homeroom.intent.model import Intent, Uplink
from homeroom.lab.emulated import SnmpUser


def ios(intent: Intent) -> Iterator[str]:
    """Yield the lines of an IOS device."""
    device, management = intent.device, intent.management
    yield from (
        "version 17.9",
        f"hostname {device.name}",
        "aaa new-model",
        "aaa authentication login default local",
        "aaa authorization exec default local",
        "no ip domain lookup",
        f"ip domain name {device.domain}",
        f"username {management.user} privilege 15 secret 9 {management.password_hash}",
        "archive",
        " path flash:archive",
        " maximum 10",
        f"vlan {management.vlan}",
        " name management",
    )
    yield from _ios_links(intent)
    yield from (
        f"interface Vlan{management.vlan}",
        " description management",
        f" ip address {management.v4} {management.netmask}",
        f" ipv6 address {management.v6}/{management.length6}",
        "ip ssh version 2",
        "ip scp server enable",
        "snmp-server group HOMEROOM v3 priv",
        "line con 0",
        "line vty 0 4",
        " transport input ssh",
        "line vty 5 15",
        " transport input ssh",
        "end",
    )


def first_uplink(intent: Intent) -> Uplink | None:
    """Return the way out that a device is staged with; None off the router."""
    return intent.uplinks[0] if intent.uplinks else None


def _ios_links(intent: Intent) -> Iterator[str]:
    """Yield how management gets in: the router's uplink, a switch's trunks."""
    uplink = first_uplink(intent)
    if uplink is not None:
        yield "ipv6 unicast-routing"
        yield f"interface {uplink.interface}"
        yield f" ip address {uplink.v4} {uplink.netmask}"
        yield f"ip route 0.0.0.0 0.0.0.0 {uplink.interface} {uplink.peer4}"
    elif intent.device.kind == "wlc":
        yield f"ip route 0.0.0.0 0.0.0.0 {intent.management.gateway4}"
    else:
        yield f"ip default-gateway {intent.management.gateway4}"
    for trunk in intent.trunks:
        yield f"interface {trunk}"
        yield " switchport mode trunk"


def _cidr(address: str, netmask: str) -> str:
    return str(ipaddress.IPv4Interface(f"{address}/{netmask}"))


def eos(intent: Intent, password_hash: str, user: str, keys: SnmpUser) -> Iterator[str]:
    """Yield the lines of an EOS device; EOS keeps its SNMP users in the configuration."""
    device, management = intent.device, intent.management
    yield from (
        f"hostname {device.name}",
        f"dns domain {device.domain}",
        f"username {management.user} privilege 15 role network-admin secret sha512 {password_hash}",
        "snmp-server group HOMEROOM v3 priv",
        f"snmp-server user {user} HOMEROOM v3 auth sha256 {keys.auth_key} priv aes {keys.priv_key}",
        f"vlan {management.vlan}",
        "   name management",
        "management api http-commands",
        "   no shutdown",
        f"interface Vlan{management.vlan}",
        "   description management",
        f"   ip address {_cidr(management.v4, management.netmask)}",
        f"   ipv6 address {management.v6}/{management.length6}",
    )
    for trunk in intent.trunks:
        yield f"interface {trunk}"
        yield "   switchport mode trunk"
    uplink = first_uplink(intent)
    if uplink is not None:
        yield f"interface {uplink.interface}"
        yield "   no switchport"
        yield f"   ip address {_cidr(uplink.v4, uplink.netmask)}"
    gateway = uplink.peer4 if uplink is not None else management.gateway4
    yield f"ip route 0.0.0.0/0 {gateway}"
    yield "end"


def junos(intent: Intent, password_hash: str, user: str) -> Iterator[str]:
    """Yield the statements of a Junos device."""
    device, management, uplink = intent.device, intent.management, first_uplink(intent)
    secret = f'encrypted-password "{password_hash}";'
    yield f"system {{ host-name {device.name}; domain-name {device.domain}; root-authentication {{ {secret} }}"
    yield f"login {{ user {management.user} {{ uid 2000; class super-user; authentication {{ {secret} }} }} }}"
    yield "services { ssh; netconf { ssh; } } }"
    yield "interfaces {"
    for trunk in intent.trunks:
        switching = "family ethernet-switching { interface-mode trunk; vlan { members all; } }"
        yield f"{trunk} {{ unit 0 {{ {switching} }} }}"
    if uplink is not None:
        yield f"{uplink.interface} {{ unit 0 {{ family inet {{ address {_cidr(uplink.v4, uplink.netmask)}; }} }} }}"
    yield f"irb {{ unit {management.vlan} {{ family inet {{ address {_cidr(management.v4, management.netmask)}; }}"
    yield f"family inet6 {{ address {management.v6}/{management.length6}; }} }} }} }}"
    yield f"snmp {{ v3 {{ usm {{ local-engine {{ user {user}; }} }} }} }}"
    gateway = uplink.peer4 if uplink is not None else management.gateway4
    yield f"routing-options {{ static {{ route 0.0.0.0/0 next-hop {gateway}; }} }}"
    yield f"vlans {{ management {{ vlan-id {management.vlan}; l3-interface irb.{management.vlan}; }} }}"


def ros(intent: Intent) -> Iterator[str]:
    """Yield the commands of a RouterOS device."""
    device, management, uplink = intent.device, intent.management, first_uplink(intent)
    links = ",".join(("bridge", *intent.trunks))
    yield "/interface bridge add name=bridge vlan-filtering=yes"
    yield f"/interface vlan add interface=bridge name=management vlan-id={management.vlan}"
    for trunk in intent.trunks:
        yield f"/interface bridge port add bridge=bridge interface={trunk}"
    yield f"/interface bridge vlan add bridge=bridge tagged={links} vlan-ids={management.vlan}"
    yield f"/ip address add address={_cidr(management.v4, management.netmask)} interface=management"
    if uplink is not None:
        yield f"/ip address add address={uplink.v4}/32 interface={uplink.interface} network={uplink.peer4}"
    gateway = uplink.peer4 if uplink is not None else management.gateway4
    yield f"/ip route add dst-address=0.0.0.0/0 gateway={gateway}"
    yield "/snmp set enabled=yes"
    yield f"/system identity set name={device.name}"
