"""The configuration commands an emulated EOS device knows, a table a mode, in the order of `show running-config`.

Each line is a pattern (homeroom.lab.eos.grammar) and, after `::`, what is particular about it:

    N           the command holds one value: setting it again replaces what its first N words name
    on          it is on by default, so that only its `no` form is ever shown
    both        it is shown either way
    unset       this line is the default of its slot, and never shown
    mode X      it opens mode X
    form X      homeroom.lab.eos.forms prints it

A blank line ends a group: `show running-config` prints a `!` between groups.

Source: Arista EOS User Manual 4.3x (configuration commands by chapter); the order is that of running configurations
of 4.30 and later in public projects.
"""

from __future__ import annotations

from typing import Final

GLOBAL: Final = """
aaa root {nopassword|secret WORD|secret 0 WORD|secret 5 WORD|secret sha512 WORD} :: 2 both form secret

username WORD [privilege <0-15>] [role WORD] {nopassword|secret WORD|secret 0 WORD|secret 5 WORD|secret sha512 WORD} \
  :: 2 form user
username WORD {ssh-key|sshkey} LINE :: 3

enable {secret|password} {WORD|0 WORD|5 WORD|sha512 WORD} :: 1 form secret

alias WORD LINE :: 2

transceiver qsfp default-mode 4x10G :: 3

service routing protocols model {multi-agent|ribd} :: 4

logging buffered <10-2147483647> \
  [alerts|critical|debugging|emergencies|errors|informational|notifications|warnings] :: 2
logging {console|monitor|trap} {alerts|critical|debugging|emergencies|errors|informational|notifications|warnings} \
  :: 2 both
logging [vrf WORD] host WORD [<1-65535>] [protocol tcp|protocol udp]
logging [vrf WORD] source-interface IFACE :: 2
logging format {timestamp LINE|hostname LINE|sequence-numbers|rfc5424}
logging {facility WORD|synchronous LINE|level LINE|policy LINE|repeat-messages|on}

hostname WORD :: 1
ip domain lookup [vrf WORD] source-interface IFACE
ip name-server [vrf WORD] {A.B.C.D|A:B::C} :: form nameserver
dns domain WORD :: 2

ntp local-interface [vrf WORD] IFACE :: 2
ntp {authenticate|authentication-key LINE|trusted-key WORD}
ntp server [vrf WORD] WORD [prefer] [burst] [iburst] [version <1-4>] [key <1-65535>] [local-interface IFACE]

poe reboot action {maintain|power-off} :: 3
poe interface shutdown action {maintain|power-off} :: 4

radius-server host WORD [vrf WORD] [auth-port <1-65535>] [acct-port <1-65535>] [timeout <1-1000>] [retransmit <0-100>] \
  [key WORD|key 0 WORD|key 7 WORD|key 8a WORD] :: 3 form radius
radius-server {key LINE|timeout <1-1000>|retransmit <0-100>|deadtime <1-1000>|attribute LINE}

ip radius [vrf WORD] source-interface IFACE

aaa group server {radius|tacacs+|ldap} WORD :: mode free

snmp-server engineID local WORD :: 3
snmp-server {contact|location|chassis-id} LINE :: 2
snmp-server [vrf WORD] local-interface IFACE :: 2
snmp-server {ipv4|ipv6} access-list WORD [vrf WORD] :: 3
snmp-server view WORD WORD {included|excluded} :: 4
snmp-server community WORD [view WORD] [ro|rw] [ipv6 WORD] [WORD] :: 3
snmp-server group WORD {v1|v2c} [read WORD] [write WORD] [notify WORD] :: 4
snmp-server group WORD v3 {auth|noauth|priv} [context WORD] [read WORD] [write WORD] [notify WORD] :: 4
snmp-server user WORD WORD v3 [localized WORD] auth {md5|sha|sha224|sha256|sha384|sha512} WORD \
  priv {des|aes|aes192|aes256} WORD :: 3 form snmpuser
snmp-server host WORD LINE
snmp-server enable traps [LINE]
snmp-server vrf WORD

spanning-tree mode {mstp|none|rapid-pvst|rstp} :: 2
spanning-tree edge-port {bpduguard|bpdufilter} default
spanning-tree vlan-id VLANS priority <0-61440> :: 3
spanning-tree vlan-id VLANS :: 3 on
spanning-tree {root LINE|mst LINE|priority LINE|guard LINE|portchannel LINE|bpduguard LINE}

errdisable recovery cause WORD
errdisable recovery interval <30-86400> :: 3

system l1 :: mode l1

aaa authentication login {default|console} {local|none|group LINE|local group LINE} :: 4
aaa authentication {enable|dot1x} default LINE :: 4
aaa authentication policy {local LINE|on-success log|on-failure log|lockout LINE}
aaa authorization {console|exec default LINE|commands LINE|serial-console|policy LINE}
aaa accounting LINE

dot1x :: mode dot1x

dot1x system-auth-control
dot1x {aaa LINE|radius LINE|protocol LINE}

clock timezone WORD :: 2

vlan internal order {ascending|descending} range <2-4094> <2-4094> :: 3
vlan VLANS :: mode vlan form vlan

vrf instance WORD :: mode vrf

management api http-commands :: mode api
management api {gnmi|netconf|restconf|models} :: mode free
management console :: mode line
management ssh :: mode line
management security :: mode free
management accounts :: mode free
management telnet :: mode line

lldp run :: 2 on
lldp {timer|holdtime|hold-time|reinit} <1-65535> :: 2
lldp management-address LINE

interface IFACES :: mode if form interface

mac address-table {static LINE|aging-time <0-1000000>|notification LINE} :: 3
ip virtual-router mac-address WORD :: 3

ip access-list [standard] WORD :: mode acl4

ipv6 access-list [standard] WORD :: mode acl6

system control-plane :: mode free

ip routing :: 2 both
ip routing ipv6 interfaces
ip routing vrf WORD
ip icmp redirect :: 3 on
ip icmp rate-limit-unreachable LINE
ipv6 icmp redirect :: 3 on

ip {prefix-list|community-list|as-path} LINE

ipv6 unicast-routing [vrf WORD]
ipv6 {prefix-list LINE|hardware LINE}
ip dhcp snooping
ip dhcp snooping {information option|bridging}
ip dhcp snooping vlan VLANS :: 4
ip dhcp relay {information option|always-on|all-subnets default}

ip route [vrf WORD] NET/E {A.B.C.D|IFACE|IFACE A.B.C.D|Null0} [<1-255>] [tag <0-4294967295>] [name WORD]
ipv6 route [vrf WORD] NET6/E {A:B::C|IFACE|IFACE A:B::C|Null0} [<1-255>] [tag <0-4294967295>] [name WORD]

route-map WORD [permit|deny] [<1-65535>] :: mode free

class-map LINE :: mode free
policy-map type {quality-of-service|qos} WORD :: mode policy
policy-map LINE :: mode free

router {bgp WORD|ospf <1-65535> [vrf WORD]|ospfv3|isis WORD|multicast|igmp} :: mode router

dhcp server [vrf WORD] :: mode dhcp

banner {login|motd} :: 2 form banner
"""

INTERFACE: Final = """
description LINE :: 1
shutdown
mtu <68-65535> :: 1
load-interval [default] <0-600> :: 1
speed auto :: 1 unset
speed {10|100|1g|10g|25g|40g|100g|forced LINE|auto LINE|sfp-1000baset auto LINE} :: 1
duplex {auto|full|half} :: 1
flowcontrol {send|receive} {on|off} :: 2
switchport access vlan 1 :: 3 unset
switchport access vlan <1-4094> :: 3
switchport trunk native vlan 1 :: 4 unset
switchport trunk native vlan {<1-4094>|tag} :: 4
switchport trunk allowed vlan all :: 4 unset
switchport trunk allowed vlan {VLANS|none|add VLANS|remove VLANS|except VLANS} :: 4 form allowed
switchport mode access :: 2 unset
switchport mode {trunk|dot1q-tunnel|trunk phone} :: 2
switchport trunk group WORD
switchport port-security [LINE]
switchport {phone LINE|vlan LINE|dot1q LINE|private-vlan LINE}
switchport :: 1 on
channel-group <1-2000> mode {active|passive|on} :: 1
lacp {timer WORD|port-priority <0-65535>|rate WORD}
encapsulation dot1q vlan <1-4094> :: 3
vrf WORD :: 1
ip proxy-arp
ip address {A.B.C.D/E|dhcp} :: 2
ip address A.B.C.D A.B.C.D :: 2 form mask
ip address A.B.C.D/E secondary
ip address virtual A.B.C.D/E [secondary]
ip helper-address A.B.C.D [vrf WORD] [source-interface IFACE]
ip icmp redirect
ip virtual-router address A.B.C.D
ip {verify LINE|ospf LINE|igmp LINE|pim LINE|mtu LINE|local-proxy-arp|arp LINE|dhcp LINE|attached-host LINE}
ip access-group WORD {in|out} :: form direction
dhcp server {ipv4|ipv6}
ipv6 enable
ipv6 address A:B::C/E
ipv6 address {A:B::C link-local|auto-config|virtual A:B::C/E}
ipv6 nd ra {disabled [all]|interval LINE|lifetime LINE|dns-server LINE|rx LINE|hop-limit LINE}
ipv6 nd {prefix LINE|managed-config-flag|other-config-flag|router-preference LINE}
ipv6 dhcp relay destination LINE
ipv6 {virtual-router address A:B::C|verify LINE|ospf LINE}
ipv6 access-group WORD {in|out} :: form direction
autostate :: 1 on
lldp {transmit|receive} :: 2 on
poe :: 1 on
poe {priority WORD|limit LINE|reboot LINE|link LINE|pairset LINE|shutdown LINE}
dot1x {pae authenticator|reauthentication|port-control LINE|host-mode LINE|timeout LINE|mac based authentication\
  |authentication LINE|eapol LINE}
storm-control {broadcast|multicast|all|unknown-unicast} level LINE :: 2
spanning-tree portfast [edge|network|normal|auto] :: 2
spanning-tree {bpduguard|bpdufilter} {enable|disable} :: 2
spanning-tree {guard|cost|port-priority|link-type|mst|vlan-id} LINE :: 2
service-policy LINE
qos LINE
sflow {enable|egress enable|egress unmodified enable}
vxlan {source-interface IFACE|udp-port <1024-65535>|vlan LINE|vrf LINE|flood LINE}
shape rate LINE :: 2
{tx-queue|uc-tx-queue|mc-tx-queue} <0-7> :: mode queue
"""

QUEUE: Final = """
priority strict :: 1 on
bandwidth [guaranteed] percent <1-100> :: 1
shape rate LINE :: 2
"""

DOT1X: Final = """
aaa unresponsive {action|phone action|eap response|recovery action} LINE
aaa accounting update interval LINE :: 4
mac based authentication {delay|hold period} LINE
radius av-pair {service-type|framed-mtu <68-9236>}
mac-based-auth radius av-pair user-name LINE :: 4
supplicant logging
"""

DHCP: Final = """
disabled
dns domain name {ipv4|ipv6} WORD :: 4
dns server {ipv4|ipv6} LINE :: 3
lease time {ipv4|ipv6} <0-365> days <0-23> hours <0-59> minutes :: 3
tftp server LINE
subnet {NET/E|NET6/E} :: mode subnet
"""

SUBNET: Final = """
reservations :: mode free
range {A.B.C.D A.B.C.D|A:B::C A:B::C}
name WORD :: 1
dns server LINE :: 2
lease time <0-365> days <0-23> hours <0-59> minutes :: 2
default-gateway A.B.C.D :: 1
"""

POLICY: Final = """
class WORD :: mode class
"""

CLASS: Final = """
set {dscp WORD|cos <0-7>|traffic-class <0-7>|drop-precedence <0-2>} :: 2
police LINE :: 1
"""

VLAN: Final = """
name WORD :: 1
state {active|suspend} :: 1
trunk group WORD
"""

VRF: Final = """
rd WORD :: 1
description LINE :: 1
"""

API: Final = """
protocol http [localhost] [port <1-65535>] :: 2
protocol https certificate :: form unshown
protocol https ssl profile WORD
protocol https port <1-65535> :: 3
protocol https :: 2 on
protocol unix-socket :: 2
cors allowed-origin WORD
default-services
idle-timeout <0-86400> :: 1
session timeout <1-1440> :: 2
qos dscp <0-63> :: 2
shutdown :: 1 on
vrf WORD :: mode api-vrf
"""

API_VRF: Final = """
shutdown :: 1 on
ip access-group WORD [in] :: 2
ipv6 access-group WORD [in] :: 2
"""

LINES: Final = """
idle-timeout <0-86400> :: 1
session timeout <1-1440> :: 2
ip access-group WORD [vrf WORD] in :: 2
ipv6 access-group WORD [vrf WORD] in :: 2
authentication {mode|protocol|empty-passwords} LINE :: 2
client-alive {interval|count-max} <1-1000> :: 2
connection {limit|per-host} <1-100> :: 2
login timeout <1-60> :: 2
cipher LINE :: 1
key-exchange LINE :: 1
mac LINE :: 1
hostkey {server LINE|client LINE} :: 2
log-level WORD :: 1
fips restrictions
shutdown
vrf WORD :: mode free
"""

ACL: Final = """
counters per-entry
statistics per-entry
fragment-rules
[<1-4294967295>] remark LINE :: form ace
[<1-4294967295>] {permit|deny} LINE :: form ace
"""

L1: Final = """
unsupported {speed|error-correction} action {error|warn} :: 3
"""

ROUTER: Final = """
LINE
address-family LINE :: mode free
vrf WORD :: mode free
"""

FREE: Final = """
LINE
"""
"""A mode whose commands are kept as they are typed: the emulator does not know them one by one."""

DEFAULTS: Final = {
    "vlan ": ("state active",),
    "interface Ethernet": (
        "no description",
        "no shutdown",
        "default load-interval",
        "no flowcontrol send",
        "no flowcontrol receive",
        "no mac-address",
        "switchport access vlan 1",
        "switchport trunk native vlan 1",
        "switchport trunk allowed vlan 1-4094",
        "switchport mode access",
        "switchport",
        "no ip address",
        "no ipv6 enable",
        "lldp transmit",
        "lldp receive",
        "no sflow enable",
        "no spanning-tree portfast",
    ),
    "interface Vlan": ("no description", "no shutdown", "autostate", "no ip proxy-arp", "no ipv6 enable"),
}
"""What `show running-config all` adds to sections that begin so, as pyeapi's recorded configurations have it."""
