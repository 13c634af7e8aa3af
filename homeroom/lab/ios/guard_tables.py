"""The configuration commands of groups, time ranges, first hop guards and traffic classes; marks as in commands.py.

Source: Cisco IOS XE 17 command references (Security, IPv6, QoS); Catalyst 9200 Security Configuration Guide.
"""

from __future__ import annotations

from typing import Final

NETWORKS4: Final = """
description LINE :: 1
host A.B.C.D :: form member
any :: form member
range A.B.C.D A.B.C.D :: form member
group-object WORD :: form member
A.B.C.D MASK :: form member
"""
NETWORKS6: Final = """
description LINE :: 1
host X:X::X :: form member
any :: form member
group-object WORD :: form member
X:X::X/N :: form member
"""
TIMERANGE: Final = """
absolute LINE :: 1
periodic LINE :: form periodic
"""
RAGUARD: Final = """
device-role {host|router|switch|monitor} :: 1
hop-limit {maximum <0-255>|minimum <0-255>} :: 2
managed-config-flag {on|off} :: 1
match {ipv6 access-list WORD|ra prefix-list WORD} :: 2
other-config-flag {on|off} :: 1
router-preference maximum {high|medium|low} :: 2
trusted-port
"""
DHCPGUARD: Final = """
device-role {client|server} :: 1
match {server access-list WORD|reply prefix-list WORD} :: 2
preference {max <0-255>|min <0-255>} :: 2
trusted-port
"""
SNOOPING: Final = """
security-level {glean|guard|inspect} :: 1
device-role {node|switch} :: 1
protocol {dhcp|ndp}
trusted-port
limit address-count <1-32000> :: 2
"""
CLASSMAP: Final = """
description LINE :: 1
match [not] access-group {name WORD|<1-2699>}
match [not] {dscp|precedence|cos|qos-group|vlan|protocol|input-interface|class-map|discard-class} LINE
match [not] ip {dscp|precedence} LINE
match any
"""
POLICYCLASS: Final = """
bandwidth {<1-100000000>|percent <1-100>|remaining {percent <1-100>|ratio <1-1000>}} :: 1
shape {average|peak} {<8000-100000000000> [LINE]|percent <1-100> [LINE]} :: 2
police LINE :: 1
{queue-limit|queue-buffers} LINE :: 1
priority [LINE] :: 1
set [ip] dscp {<0-63>|default|ef|cs1|cs2|cs3|cs4|cs5|cs6|cs7|af11|af12|af13|af21|af22|af23|af31|af32|af33|af41|af42|\
  af43} :: form dscp
set {cos|precedence|qos-group|traffic-class|discard-class} LINE :: 2
fair-queue
random-detect [LINE]
service-policy WORD :: 1
"""
