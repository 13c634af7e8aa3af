"""The configuration with which an OpenWrt device leaves staging: reachable, and nothing more.

Name, management address, SSH, SNMPv3; and the DHCP server of the factory, which whoever pushes a school's network has
to take away. The rest is what Homeroom pushes.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeroom.intent.model import Intent


def staged(intent: Intent) -> Iterator[str]:
    """Yield the lines of UCI text."""
    device = intent.device
    yield from (
        "package system",
        "config system",
        f" option hostname '{device.name}'",
        " option timezone 'UTC'",
        "package dropbear",
        "config dropbear 'main'",
        " option Port '22'",
        " option PasswordAuth 'on'",
        " option RootPasswordAuth 'on'",
        "package dhcp",
        "config dnsmasq",
        " option domain 'lan'",
        "config dhcp 'lan'",
        " option interface 'lan'",
        " option start '100'",
        "package snmpd",
        "config agent",
        " option agentaddress 'udp:161,udp6:161'",
        "config group 'homeroom'",
        " option secname 'homeroom'",
        "config extend 'config'",
        " option name 'config'",
        " option prog '/bin/sh'",
        """ option args '-c "cat /etc/config/* | sha256sum"'""",
    )
    yield from _network(intent)


def _network(intent: Intent) -> Iterator[str]:
    management = intent.management
    uplink = intent.uplinks[0] if intent.uplinks else None
    yield from (
        "package network",
        "config interface 'loopback'",
        " option device 'lo'",
        " option proto 'static'",
        " option ipaddr '127.0.0.1'",
        " option netmask '255.0.0.0'",
        "config device 'bridge'",
        " option name 'br0'",
        " option type 'bridge'",
    )
    yield from (f" list ports '{trunk}'" for trunk in intent.trunks)
    yield from (
        "config bridge-vlan 'management_vlan'",
        " option device 'br0'",
        f" option vlan '{management.vlan}'",
    )
    yield from (f" list ports '{trunk}:t'" for trunk in intent.trunks)
    yield from (
        "config interface 'management'",
        f" option device 'br0.{management.vlan}'",
        " option proto 'static'",
        f" option ipaddr '{management.v4}'",
        f" option netmask '{management.netmask}'",
        f" list ip6addr '{management.v6}/{management.length6}'",
    )
    if uplink is None:
        yield f" option gateway '{management.gateway4}'"
        return
    yield from (
        "config interface 'wan'",
        f" option device '{uplink.interface}'",
        " option proto 'static'",
        f" option ipaddr '{uplink.v4}'",
        f" option netmask '{uplink.netmask}'",
        f" option gateway '{uplink.peer4}'",
    )
