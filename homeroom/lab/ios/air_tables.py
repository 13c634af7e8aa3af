"""The configuration commands of a Catalyst 9800's own modes; the marks are explained in commands.py.

Source: Cisco Catalyst 9800 Series Wireless Controller Command Reference (IOS XE 17.9). A WLAN and a policy profile are
shut until they are told otherwise; a WLAN is WPA2 with AES and 802.1X unless it says something else.
"""

from __future__ import annotations

from typing import Final

WLAN: Final = """
broadcast-ssid :: 1 on
band-select
client vlan WORD :: 2
client association limit <0-2000> :: 3
dtim dot11 {24ghz|5ghz} <1-255> :: 3
ip access-group [web] WORD
load-balance
mac-filtering WORD :: 1
multicast buffer <30-60> :: 2
mfp client [required] :: 2
peer-blocking {drop|forward-upstream|allow-private-group} :: 1
radio policy dot11 LINE
scan-defer LINE
security dot1x authentication-list WORD :: 3
security ft [over-the-ds|reassociation-timeout <1-100>]
security ft adaptive :: 3 on
security pmf {mandatory|optional} :: 2
security pmf {association-comeback <1-20>|saquery-retry-time <100-500>} :: 3
security static-wep-key LINE
security web-auth [authentication-list WORD|parameter-map WORD|on-macfilter-failure]
security wpa :: 2 on
security wpa {wpa1|wpa3}
security wpa wpa2 :: 3 on
security wpa wpa2 ciphers aes :: 5 on
security wpa {wpa1|wpa2} ciphers {tkip|ccmp256|gcmp128|gcmp256}
security wpa akm dot1x :: 4 on
security wpa akm {cckm|dot1x-sha256|owe|psk|psk-sha256|sae|suiteb-1x|suiteb192-1x|ft {dot1x|psk|sae}}
security wpa akm sae pwe {h2e|hnp|both-h2e-hnp} :: 5
security wpa psk set-key {ascii|hex} <0-8> WORD :: 4
security wpa transition-mode-wlan-id <1-4096> :: 3
session-timeout <0-86400> :: 1
shutdown :: 1 on
transition-disable
universal-admin
wmm {allowed|require} :: 1
"""
POLICY: Final = """
description LINE :: 1
aaa-override [vlan fallback]
aaa-policy WORD :: 1
accounting-list WORD :: 1
central {association|authentication|dhcp|switching} :: 2 on
exclusionlist timeout <0-2147483647> :: 2
idle-timeout <15-100000> :: 1
ip nbar protocol-discovery
ipv4 acl WORD :: 2
ipv4 dhcp {required|opt82 LINE|server A.B.C.D}
ipv6 acl WORD :: 2
mobility anchor LINE
nac [ise|xwf]
passive-client
radius-profiling
{dhcp-tlv-caching|http-tlv-caching}
service-policy [client] {input|output} WORD
session-timeout <0-86400> :: 1
shutdown :: 1 on
static-ip-mobility
vlan WORD :: 1
wgb {broadcast-tagging|vlan}
"""
TAG: Final = """
description LINE :: 1
remote-lan WORD policy WORD port-id <1-3>
wlan WORD policy WORD :: 2
"""
FILTER: Final = """
ap name-regex WORD :: 2
tag {policy|site|rf} WORD :: 2
"""
POINT: Final = """
{policy-tag|site-tag|rf-tag} WORD :: 1
"""
