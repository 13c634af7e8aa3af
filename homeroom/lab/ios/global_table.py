"""The configuration commands of the global mode; commands.py explains the marks.

Source: Cisco IOS XE 17 command references (Fundamentals, Security, LAN Switching, IP Addressing, SNMP, Network
Management); the order is that of the running-config of a C9200L and an ISR1111.
"""

from __future__ import annotations

from typing import Final

GLOBAL: Final = """
version WORD :: 1
service timestamps {debug|log} {datetime|uptime} [LINE] :: 3
service password-encryption
service {tcp-keepalives-in|tcp-keepalives-out|sequence-numbers|linenumber|internal|\
  unsupported-transceiver}
service {dhcp|pad|config|nagle|udp-small-servers|tcp-small-servers|finger} [to-xot|from-xot] :: 2 on
service call-home
platform LINE
hostname WORD :: 1
boot-start-marker
boot system LINE
boot-end-marker
vrf definition WORD :: mode vrf
logging buffered [<4096-2147483647>] [alerts|critical|debugging|emergencies|errors|informational|notifications|\
  warnings] :: 2
logging {console|monitor} [alerts|critical|debugging|emergencies|errors|informational|notifications|warnings|\
  guaranteed] :: 2 on
logging {rate-limit|persistent|userinfo|discriminator|count} [LINE] :: 2
enable {secret|password} [level <1-15>] [<0-9>] LINE :: 2 form enable
aaa new-model
aaa group server {radius|tacacs+} WORD :: mode server-group
aaa {authentication|authorization|accounting} LINE
aaa server radius dynamic-author :: mode aaa-da
aaa session-id {common|unique} :: 2
aaa common-criteria policy WORD :: mode cc-policy
aaa local LINE
clock timezone WORD LINE :: 2
clock summer-time LINE :: 2
switch <1-8> provision WORD :: 3
system mtu <1500-9198> :: 2
file prompt {quiet|alert|noisy} :: 2
ip cef
ip name-server A.B.C.D [LINE]
ip domain lookup [source-interface IFACE] :: 3 on
ip domain name [vrf WORD] WORD :: 3
ip domain list WORD
ip host WORD LINE
ip source-route :: 2 on
ip {bootp server|gratuitous-arps|finger|icmp redirect} :: 3 on
ip dhcp snooping vlan VLANS
ip dhcp snooping {information option|verify mac-address} :: 5 on
ip dhcp snooping [database LINE|glean]
ip dhcp relay information {trust-all|option [vpn]|check|policy {drop|keep|replace|encapsulate}}
ip dhcp relay {source-interface IFACE|bootp ignore|use-link-address|prefer known-good-server}
ip dhcp excluded-address A.B.C.D [A.B.C.D]
ip dhcp bootp ignore
ip dhcp pool WORD :: mode dhcp
ip arp inspection vlan VLANS [logging LINE]
ip arp inspection validate {src-mac [dst-mac] [ip]|dst-mac [ip]|ip} :: 4
ip arp inspection {filter WORD vlan VLANS [static]|log-buffer LINE|smartlog}
ip arp proxy disable
ip tcp {synwait-time|path-mtu-discovery|selective-ack|timestamp|window-size|mss} [LINE] :: 3
ip multicast-routing [LINE]
ip sla <1-2147483647> :: mode ip-sla
ip sla schedule LINE
ip nbar LINE
login block-for <1-65535> attempts <1-65535> within <1-65535> :: 2
login {on-success|on-failure} log
login {delay <1-10>|quiet-mode access-class WORD} :: 2
ipv6 unicast-routing
ipv6 nd raguard policy WORD :: mode raguard
ipv6 dhcp guard policy WORD :: mode dhcp-guard
ipv6 snooping policy WORD :: mode snooping
ipv6 {cef|source-route|dhcp pool WORD|mld snooping}
ipv6 nd {cache LINE|reachable-time <0-3600000>|ns-interval <1000-3600000>|resolution LINE|inspection policy WORD}
vtp mode {server|client|transparent|off} :: 2
vtp {domain|password|version|pruning} [LINE] :: 2
flow {record|monitor|exporter} WORD :: mode flow
key chain WORD :: mode keychain
authentication {mac-move permit|critical recovery delay <1-10000>|display {legacy|new-style}|logging verbose}
device-tracking {policy WORD|tracking|binding LINE|logging LINE}
subscriber templating
multilink bundle-name authenticated
crypto pki trustpoint WORD :: mode ca-trustpoint
crypto pki certificate chain WORD :: mode cert-chain
crypto key {generate|zeroize} [LINE] :: hidden
crypto LINE
license {udi|boot|smart|feature} LINE
diagnostic bootup level {minimal|complete} :: 3
memory free LINE :: 3
spanning-tree mode {pvst|rapid-pvst|mst} :: 2
spanning-tree {loopguard default|portfast [edge|bpduguard|bpdufilter|network] [default|bpduguard default|\
  bpdufilter default]}
spanning-tree extend system-id
spanning-tree vlan VLANS {priority <0-61440>|root LINE|hello-time <1-10>|max-age <6-40>|forward-time <4-30>} :: 4
spanning-tree {backbonefast|uplinkfast|logging|pathcost method long|mst LINE}
errdisable recovery cause {all|arp-inspection|bpduguard|channel-misconfig|dhcp-rate-limit|dtp-flap|gbic-invalid|\
  inline-power|link-flap|loopback|mac-limit|pagp-flap|port-mode-failure|pppoe-ia-rate-limit|psecure-violation|\
  security-violation|sfp-config-mismatch|small-frame|storm-control|udld|vmps}
errdisable recovery interval <30-86400> :: 3
errdisable detect cause WORD [LINE]
username WORD [privilege <0-15>] [secret|password] [<0-9>] [LINE] :: 2 form user
username WORD {nopassword|autocommand LINE|access-class WORD} :: 2 form user
redundancy :: mode red
control-plane :: mode cp
object-group network WORD :: mode og-network
object-group v6-network WORD :: mode og-v6-network
object-group {service|v6-service|security} WORD :: mode object-group
archive :: mode archive
transceiver type all :: mode xcvr-type
vlan internal allocation policy {ascending|descending} :: 4
vlan configuration VLANS :: mode vlan-config
vlan VLANS :: mode vlan form vlan
lldp run
lldp {holdtime|timer|reinit} <1-65535> :: 2
cdp run :: 2 on
cdp {timer|holdtime} <5-254> :: 2
track <1-1000> LINE :: mode track
class-map [match-any|match-all] WORD :: mode cmap
policy-map [type WORD] WORD :: mode pmap
zone security WORD :: mode sec-zone
interface IFACE :: mode if form interface
router {ospf <1-65535>|ospfv3 <1-65535>|bgp <1-65535>|eigrp WORD|rip|isis WORD} :: mode router
ip default-gateway A.B.C.D :: 2
ip forward-protocol {nd|udp|spanning-tree|turbo-flood} [LINE]
ip http {server|secure-server} :: 3 both
ip http {authentication|client|access-class|max-connections|timeout-policy|secure-ciphersuite|tls-version|port|\
  secure-port|session-module-list|active-session-modules|secure-active-session-modules|secure-trustpoint} LINE :: 3
ip ftp source-interface IFACE :: 3
ip {ftp|tftp} {username|password|source-interface|blocksize} LINE :: 3
ip nat {inside|outside} LINE
ip route [vrf WORD] A.B.C.D MASK {A.B.C.D|IFACE|IFACE A.B.C.D} [<1-255>] [name WORD|tag <1-4294967295>|track \
  <1-1000>|permanent] :: 5 form route
ip routing :: 2 both
ip radius source-interface IFACE [LINE] :: 3
ip tacacs source-interface IFACE [LINE] :: 3
ip ssh {version <1-2>|time-out <1-120>|authentication-retries <0-5>|logging events|maxstartups <2-128>|\
  window-size LINE|bulk-mode [<131072-1073741824>]} :: 3
ip ssh {server|client} algorithm {encryption|hostkey|kex|mac} LINE :: 5
ip ssh {source-interface|dh|rsa|dscp|precedence|port|server|client|pubkey-chain} [LINE] :: 3
ip scp server enable
ip prefix-list LINE
ip as-path LINE
ip access-list standard {WORD|<1-99>|<1300-1999>} :: mode std-nacl
ip access-list extended {WORD|<100-199>|<2000-2699>} :: mode ext-nacl
ip access-list {resequence|logging|log-update|role-based|persistent|helper} LINE
access-list <1-2699> LINE :: form acl
logging history LINE :: 2
logging trap [alerts|critical|debugging|emergencies|errors|informational|notifications|warnings|<0-7>] :: 2
logging facility WORD :: 2
logging source-interface IFACE [vrf WORD] :: 2
logging origin-id {hostname|ip|ipv6|string LINE} :: 2
logging host {A.B.C.D|X:X::X|ipv6 X:X::X|WORD} [vrf WORD] [transport {udp|tcp} [port <1-65535>]] :: 3
logging on :: 2 on
logging event {link-status|trunk-status} LINE
logging A.B.C.D :: form loghost
logging {alarm|buginf|cns-events|delimiter|dmvpn|enable|esm|exception|file|ip|listen|message-counter|\
  queue-limit|reload|server-arp|size|synchronous|system} [LINE] :: 2
ip sla enable LINE
ipv6 route [vrf WORD] X:X::X/N {X:X::X|IFACE X:X::X|IFACE} [<1-254>] [tag <1-4294967295>|name WORD]
ipv6 access-list WORD :: mode ipv6-acl
ipv6 access-list log-update LINE
ipv6 prefix-list LINE
route-map WORD [{permit|deny} [<0-65535>]] :: mode route-map
snmp-server engineID local WORD :: 3
snmp-server user WORD WORD v3 [encrypted] [auth {md5|sha|sha-2 {224|256|384|512}} WORD] [priv {des|3des|aes \
  {128|192|256}} WORD] [access {WORD|ipv6 WORD WORD}] :: hidden form snmp-user
snmp-server user WORD WORD {v1|v2c} [LINE] :: hidden
snmp-server group WORD {v1|v2c} [LINE]
snmp-server group WORD v3 {auth|noauth|priv} [context WORD] [read WORD] [write WORD] [notify WORD] [match \
  exact] [access {WORD|ipv6 WORD WORD|ipv6 WORD}] :: 5
snmp-server view WORD WORD {included|excluded}
snmp-server community WORD [view WORD] [ro|rw] [ipv6 WORD] [WORD] :: 3 form community
snmp-server trap-source IFACE :: 2
snmp-server source-interface {informs|traps} IFACE :: 3
snmp-server packetsize <484-17940> :: 2
snmp-server queue-length <1-5000> :: 2
snmp-server {location|contact|chassis-id|tftp-server-list} LINE :: 2
snmp-server ifindex persist
snmp-server ip {dscp <0-63>|precedence <0-7>} :: 3
snmp-server {system-shutdown|manager|cache [interval <1-300>]|file-transfer LINE|inform LINE|drop LINE|\
  source-interface LINE|trap LINE|trap-timeout <1-1000>}
snmp-server enable traps [LINE]
snmp-server host {A.B.C.D|X:X::X} LINE
snmp ifmib {ifindex persist|ifalias long}
snmp mib LINE
tacacs server WORD :: mode server-tacacs
radius-server attribute <1-255> {on-for-login-auth|include-in-access-req|support-multiple|mandatory|format LINE|\
  nas-port LINE|mac format LINE}
radius-server {dead-criteria LINE|vsa send [accounting|authentication]|load-balance LINE|authorization LINE}
radius-server {deadtime <1-1440>|retransmit <0-100>|timeout <1-1000>|key LINE} :: 2
radius server WORD :: mode radius-server
mac address-table {aging-time <0-1000000>|notification LINE|static LINE|learning LINE}
dot1x system-auth-control
dot1x {critical eapol|logging verbose|test timeout <1-65535>|supplicant LINE|credentials WORD}
call-home :: mode call-home
template WORD :: mode template
banner {motd|exec|login|incoming|prompt-timeout|slip-ppp} LINE :: 2 form banner
alias exec WORD LINE
privilege LINE
line console <0-0> :: mode line form console
line aux <0-0> :: mode line
line vty <0-98> [<0-98>] :: mode line
call admission LINE
wireless country WORD :: form air
wireless management interface IFACE :: form air
wireless profile policy WORD :: mode wireless-policy form air
wireless tag policy WORD :: mode policy-tag form air
wireless tag {site|rf} WORD :: mode air-any form air
wireless profile {flex|mesh|ap} WORD :: mode air-any form air
wireless {broadcast|multicast|mobility LINE|wps LINE|security LINE|client LINE|load-balance LINE} :: form air
ap filter name WORD :: mode ap-filter form air
ap filter priority <0-1023> filter-name WORD :: form air
ap H.H.H :: mode ap-tag form air
ap profile WORD :: mode air-any form air
wlan WORD <1-4096> LINE :: mode wlan form air
transport-map type LINE
scheduler LINE :: 2
exception LINE
event manager applet WORD [LINE] :: mode applet
event manager {environment|directory|session|policy|history|scheduler} LINE
ntp server [vrf WORD] {A.B.C.D|X:X::X|ip WORD|ipv6 WORD|WORD} [version <1-4>] [key <1-4294967295>] [source \
  IFACE] [minpoll <4-17>] [maxpoll <4-17>] [iburst|burst] [prefer] :: 3
ntp peer {A.B.C.D|X:X::X|WORD} [key <1-4294967295>] [prefer]
ntp {authenticate|logging|update-calendar|disable|broadcastdelay <1-999999>|master [<1-15>]|passive|allow LINE|\
  orphan LINE|panic update}
ntp authentication-key <1-4294967295> {md5|hmac-sha2-256|hmac-sha1|cmac-aes-128} WORD [<0-7>] :: 3
ntp trusted-key <1-4294967295>
ntp {source|source-interface} IFACE :: 2
ntp access-group [ipv4|ipv6] {peer|serve|serve-only|query-only} WORD [kod] :: 3
time-range WORD :: mode time-range
netconf-yang [feature LINE|ssh LINE]
netconf ssh [LINE]
restconf
monitor session LINE
mac-address-table LINE
wsma LINE
guestshell LINE
end :: hidden
"""
