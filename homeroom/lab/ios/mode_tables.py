"""The configuration commands of every mode below the global one; the marks are explained in commands.py.

Source: Cisco IOS XE 17 command references (Interface, LAN Switching, Security, IP Addressing, Fundamentals).
"""

from __future__ import annotations

from typing import Final

INTERFACE: Final = """
description LINE :: 1
switchport :: 1 on
switchport access vlan <1-4094> :: 3
switchport trunk native vlan <1-4094> :: 4
switchport trunk native vlan tag
switchport trunk allowed vlan VLANS :: 4
switchport trunk allowed vlan {all|none} :: 4 form allowed
switchport trunk allowed vlan {add|remove|except} VLANS :: 4 form allowed
switchport trunk encapsulation dot1q :: hidden
switchport mode {access|trunk|dynamic auto|dynamic desirable|private-vlan host|dot1q-tunnel} :: 2
switchport voice vlan {<1-4094>|dot1p|none|untagged} :: 3
switchport nonegotiate
switchport port-security
switchport port-security maximum <1-3072> [vlan LINE] :: 3
switchport port-security violation {protect|restrict|shutdown} :: 3
switchport port-security aging {time <1-1440>|type {absolute|inactivity}} :: 4
switchport port-security aging static
switchport port-security mac-address LINE
switchport {protected|block multicast|block unicast|host|autostate exclude|priority LINE}
vrf forwarding WORD :: 2
encapsulation dot1Q <1-4094> [native] :: 1
encapsulation ppp :: 1
mac-address H.H.H :: 1
ip address A.B.C.D MASK :: 2 both form address
ip address A.B.C.D MASK secondary :: form address
ip address {dhcp|negotiated} :: 2
ip {redirects|unreachables|proxy-arp|split-horizon|route-cache} :: 2 on
ip {mask-reply|mroute-cache}
ip access-group {WORD|<1-2699>} {in|out} :: form direction
ip helper-address [global|vrf WORD] A.B.C.D
ip verify unicast source reachable-via {any|rx} [allow-default] [allow-self-ping] [l2-src] [WORD] :: 3
ip verify unicast reverse-path [WORD] :: 3
ip verify source [port-security]
ip mtu <68-9978> :: 2
ip tcp adjust-mss <500-1460> :: 3
ip unnumbered IFACE :: 2
ip nat {inside|outside}
ip ospf {cost|priority|network|hello-interval|dead-interval|message-digest-key|authentication|area} LINE
ip ospf <1-65535> area WORD
ip {pim|igmp|policy|flow|nbar} LINE
ip arp inspection trust
ip arp inspection limit {none|rate <0-2048> [burst interval <1-15>]} :: 4
ip {virtual-reassembly|directed-broadcast|local-proxy-arp} [LINE]
shutdown
bandwidth <1-200000000> :: 1
delay <1-16777215> :: 1
mtu <68-9216> :: 1
load-interval <30-600> :: 1
media-type {rj45|sfp|auto-select} :: 1
negotiation auto
speed {10|100|1000|2500|10000|auto} :: 1 form auto
duplex {auto|full|half} :: 1 form auto
mdix auto :: 2 on
power inline {auto|never|consumption LINE|static LINE|police LINE|port LINE} [max <4000-60000>] :: 2
storm-control {broadcast|multicast|unicast} level LINE :: form storm
storm-control action {shutdown|trap}
channel-group <1-128> mode {active|passive|on|auto|desirable} :: 1
channel-protocol {lacp|pagp} :: 1
lacp LINE
authentication control-direction {both|in} :: 2
authentication event fail [retry <0-5>] action {next-method|authorize vlan <1-4094>} :: 3
authentication event no-response action authorize vlan <1-4094> :: 3
authentication event server dead action {authorize [vlan <1-4094>]|reinitialize vlan <1-4094>} :: 5
authentication event server dead action authorize voice
authentication event server alive action reinitialize
authentication host-mode {single-host|multi-auth|multi-domain|multi-host} :: form host-mode
authentication {open|periodic}
authentication {order|priority} {dot1x|mab|webauth} [dot1x|mab|webauth] [dot1x|mab|webauth] :: 2
authentication port-control {auto|force-authorized|force-unauthorized} :: 2
authentication timer {reauthenticate|inactivity} {server|<1-65535>} :: 3
authentication timer {restart <1-65535>|unauthorized <1-65535>} :: 3
authentication violation {protect|replace|restrict|shutdown} :: 2
authentication {fallback WORD|linksec policy LINE}
mab [eap]
dot1x pae {authenticator|supplicant|both} :: 2
dot1x timeout {auth-period|held-period|quiet-period|ratelimit-period|server-timeout|start-period|supp-timeout|\
  tx-period} <1-65535> :: 3
dot1x {max-req|max-reauth-req|max-start} <1-10> :: 2
dot1x {supplicant eap profile WORD|credentials WORD}
access-session {closed|port-control {auto|force-authorized|force-unauthorized}|control-direction {both|in}|\
  host-mode {single-host|multi-auth|multi-domain|multi-host}|monitor|interface-template sticky [timer LINE]} :: 2
device-tracking [attach-policy WORD]
service-policy {input|output|type LINE} WORD :: 2
source template WORD
cdp enable :: 2 on
ipv6 address X:X::X/N [anycast|eui-64]
ipv6 address X:X::X link-local :: form link-local
ipv6 address {autoconfig [default]|dhcp|WORD X:X::X/N}
ipv6 enable
ipv6 nd raguard [attach-policy WORD [vlan LINE]] :: 3
ipv6 nd {ra|prefix|other-config-flag|managed-config-flag|reachable-time|router-preference|dad|\
  autoconfig|inspection|cache|ns-interval|secured} [LINE]
ipv6 snooping [attach-policy WORD] :: 2
ipv6 traffic-filter WORD {in|out} :: form direction
ipv6 dhcp guard [attach-policy WORD [vlan LINE]] :: 3
ipv6 dhcp {server LINE|relay LINE|client LINE}
ipv6 {redirects|unreachables} :: 2 on
ipv6 mtu <1280-65535> :: 2
ipv6 verify unicast source reachable-via {any|rx} [allow-default] [allow-self-ping] [WORD] :: 3
ipv6 verify unicast reverse-path [WORD] :: 3
ipv6 {mld LINE|ospf LINE|virtual-reassembly|nat LINE|tcp adjust-mss LINE|source-guard LINE|unnumbered IFACE}
lldp {transmit|receive} :: 2 on
lldp {tlv-select|med-tlv-select} LINE
logging event {link-status|trunk-status|bundle-status|spanning-tree [status]|nfas-status|subif-link-status} [LINE]
snmp trap {link-status|mac-notification LINE} [LINE] :: 3 on
snmp ifindex {persist|clear}
udld {port [aggressive]|enable}
keepalive [<0-32767>] :: 1 on
mop {enabled|sysid} :: 2 on
arp {timeout <0-2147483>|LINE} :: 2
zone-member security WORD :: 2
tunnel {source|destination|mode|key|protection|vrf|path-mtu-discovery} LINE :: 2
standby LINE
vrrp LINE
nmsp attachment suppress
carrier-delay LINE :: 1
hold-queue LINE
dialer LINE
ppp LINE
pppoe LINE
auto qos LINE
ip dhcp snooping trust
ip dhcp snooping limit rate <1-2048> :: 5
ip dhcp relay information {trusted|check-reply [none]|option [none|vpn-id]|option-insert [none]|policy-action WORD}
ip dhcp {relay source-interface IFACE|client LINE}
mls qos LINE
trust device LINE
priority-queue out
spanning-tree vlan VLANS {cost|port-priority} <0-200000000>
spanning-tree portfast [disable|trunk|edge [trunk]|network] :: 2
spanning-tree {bpduguard {enable|disable}|bpdufilter {enable|disable}|guard {root|loop|none}|link-type \
  {point-to-point|shared}|cost LINE|port-priority LINE} :: 2
srr-queue LINE
flowcontrol {receive|send} {on|off|desired} :: 2
macsec LINE
crypto map WORD
bfd LINE
isis LINE
"""

VLAN: Final = """
name WORD :: 1
state {active|suspend} :: 1
remote-span
private-vlan LINE
shutdown
mtu <576-18190> :: 1
media LINE :: 1
exit :: hidden
"""

LINES: Final = """
session-timeout <0-35791> [output] :: 1
access-class WORD {in|out} [vrf-also|vrfname WORD] :: form direction
exec-timeout <0-35791> [<0-2147483>] :: 1
privilege level <0-15> :: 2
password [<0-7>] LINE :: 1
authorization {exec|commands <0-15>} {default|WORD}
accounting {exec|commands <0-15>} {default|WORD}
logging synchronous [level LINE|limit LINE] :: 2
login [local|authentication {default|WORD}] :: 1
length <0-512> :: 1
width <0-512> :: 1
history size <0-256> :: 2
ipv6 access-class WORD {in|out} [vrf-also] :: form direction
exec :: 1 on
transport preferred {none|ssh|telnet|all} :: 2
transport input {none|ssh|telnet|all|telnet ssh|ssh telnet} :: 2
transport output {none|ssh|telnet|all|telnet ssh|ssh telnet} :: 2
escape-character LINE :: 1
stopbits {1|1.5|2} :: 1
speed <300-115200> :: 1
absolute-timeout <0-10000> :: 1
autocommand LINE :: 1
rotary LINE :: 1
modem LINE
databits LINE :: 1
parity LINE :: 1
flowcontrol LINE :: 1
notify
monitor
vacant-message LINE
activation-character LINE
exec-character-bits LINE
session-limit LINE :: 1
media-type LINE
"""

ARCHIVE: Final = """
log config :: mode archive-log-cfg
path LINE :: 1
maximum <1-14> :: 1
write-memory
rollback {filter adaptive|retry timeout <0-60>} :: 2
time-period <1-525600> :: 1
"""
ARCHIVE_LOG: Final = """
logging {enable|persistent [auto|reload]|size <1-1000>} :: 2
hidekeys
notify syslog [contenttype {plaintext|xml}] :: 2
record rc
"""
PASSWORDS: Final = """
min-length <1-127> :: 1
max-length <1-127> :: 1
{char-changes|lower-case|numeric-count|special-case|upper-case} <1-127> :: 1
lifetime LINE :: 1
"""
DHCP: Final = """
vrf WORD :: 1
network A.B.C.D [MASK] :: 1
host A.B.C.D [MASK] :: 1
default-router A.B.C.D [A.B.C.D] [A.B.C.D] :: 1
dns-server A.B.C.D [A.B.C.D] [A.B.C.D] [A.B.C.D] :: 1
domain-name WORD :: 1
lease {infinite|<0-365> [<0-23>] [<0-59>]} :: 1
option <0-254> LINE :: 2
next-server A.B.C.D :: 1
bootfile WORD :: 1
netbios-name-server A.B.C.D [A.B.C.D] :: 1
netbios-node-type WORD :: 1
client-identifier WORD :: 1
client-name WORD :: 1
hardware-address WORD [WORD] :: 1
import all
update LINE
utilization LINE
class WORD
address A.B.C.D LINE
remember
subnet LINE
"""
ACL4: Final = """
remark LINE :: form ace4
<1-2147483647> remark LINE :: form ace4
{permit|deny|evaluate|dynamic} LINE :: form ace4
<1-2147483647> {permit|deny|evaluate|dynamic} LINE :: form ace4
<1-2147483647> :: form ace4
"""
ACL6: Final = """
remark LINE :: form ace6
sequence <1-4294967294> {permit|deny|remark|evaluate} LINE :: form ace6
{permit|deny|evaluate} LINE :: form ace6
sequence <1-4294967294> :: form ace6
"""
RADIUS: Final = """
address {ipv4|ipv6} {A.B.C.D|X:X::X|WORD} [auth-port <0-65535>] [acct-port <0-65535>] [alias LINE] :: 2
key [<0-7>] LINE :: 1 form key
timeout <1-1000> :: 1
retransmit <1-100> :: 1
port <1-65535> :: 1
single-connection
automate-tester LINE
backoff LINE
pac LINE
"""
GROUP: Final = """
server name WORD
server A.B.C.D [LINE]
server-private LINE
ip {radius|tacacs} source-interface IFACE :: 3
ip vrf forwarding WORD :: 3
deadtime <1-1440> :: 1
attribute LINE
load-balance LINE
"""
KEYCHAIN: Final = """
key <0-2147483647> :: mode keychain-key
"""
POLICYMAP: Final = """
description LINE :: 1
class [type WORD] WORD :: mode pmap-c
"""
KEY: Final = """
key-string [<0-7>] LINE :: 1
{accept-lifetime|send-lifetime} LINE :: 1
cryptographic-algorithm WORD :: 1
"""
TRUSTPOINT: Final = """
enrollment LINE :: 2
subject-name LINE :: 1
revocation-check LINE :: 1
rsakeypair LINE :: 1
hash WORD :: 1
usage LINE
fqdn LINE :: 1
serial-number [none] :: 1
ip-address LINE :: 1
subject-alt-name LINE :: 1
source LINE
vrf WORD :: 1
"""
ROUTER: Final = """
router-id A.B.C.D :: 1
bgp LINE
network LINE
neighbor LINE
passive-interface {default|IFACE}
redistribute LINE
address-family LINE :: mode router-af
default-information LINE
log-adjacency-changes [detail]
auto-cost LINE :: 1
area LINE
timers LINE
distance LINE
maximum-paths LINE :: 1
version <1-2> :: 1
auto-summary :: 1 on
synchronization :: 1 on
template LINE
eigrp LINE
"""
VRF: Final = """
rd WORD :: 1
route-target LINE
address-family LINE :: mode vrf-af
description LINE :: 1
"""
ANY: Final = """
exit-address-family :: hidden
exit-service-family :: hidden
exit-peer-policy :: hidden
LINE
"""
"""A mode whose commands are taken as they come: certificates, QoS classes and the like."""
