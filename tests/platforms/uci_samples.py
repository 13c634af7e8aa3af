"""Configurations as other people write them, after OpenWrt's user guide: not by our templates."""

STOCK_NETWORK = """\
package network

config interface 'loopback'
	option device 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'

config globals 'globals'
	option ula_prefix 'fd00:ab::/48'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'lan1'
	list ports 'lan2'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.255.255.0'
	option ip6assign '60'

config interface 'wan'
	option device 'wan'
	option proto 'dhcp'

config interface 'wan6'
	option device '@wan'
	option proto 'dhcpv6'

"""
STOCK_FIREWALL = """\
package firewall

config defaults
	option syn_flood	1
	option input		REJECT
	option output		ACCEPT
	option forward		REJECT

config zone
	option name		lan
	list   network		'lan'
	option input		ACCEPT
	option output		ACCEPT
	option forward		ACCEPT

config zone
	option name		wan
	list   network		'wan'
	list   network		'wan6'
	option input		REJECT
	option output		ACCEPT
	option forward		REJECT
	option masq		1
	option mtu_fix		1

config forwarding
	option src		lan
	option dest		wan

config rule
	option name		Allow-DHCP-Renew
	option src		wan
	option proto		udp
	option dest_port	68
	option target		ACCEPT
	option family		ipv4

config rule
	option name		Allow-Ping
	option src		wan
	option proto		icmp
	option icmp_type	echo-request
	option family		ipv4
	option target		ACCEPT

config rule
	option name		Allow-IGMP
	option src		wan
	option proto		igmp
	option family		ipv4
	option target		ACCEPT

config rule
	option name		Allow-MLD
	option src		wan
	option proto		icmp
	option src_ip		fe80::/10
	list icmp_type		'130/0'
	list icmp_type		'131/0'
	option family		ipv6
	option target		ACCEPT

config rule
	option name		Allow-ICMPv6-Forward
	option src		wan
	option dest		*
	option proto		icmp
	list icmp_type		echo-request
	list icmp_type		packet-too-big
	list icmp_type		bad-header
	option limit		1000/sec
	option family		ipv6
	option target		ACCEPT

config rule
	option name		Allow-IPSec-ESP
	option src		wan
	option dest		lan
	option proto		esp
	option target		ACCEPT

# include a file with users custom iptables rules
config include
	option path /etc/firewall.user

"""
STOCK = STOCK_NETWORK + STOCK_FIREWALL
"""What an image of a router comes with, shortened."""

OFFICE = """\
package network

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'lan1'
	list ports 'lan2'
	list ports 'lan3'
	list ports 'lan4'

config device
	option name 'lan4'
	option enabled '0'

config device
	option name 'wan.7'
	option type '8021q'
	option ifname 'wan'
	option vid '7'

config bridge-vlan
	option device 'br-lan'
	option vlan '1'
	list ports 'lan1'
	list ports 'lan2:u*'
	list ports 'lan3:t'
	list ports 'lan4:u*'

config bridge-vlan
	option device 'br-lan'
	option vlan '3'
	list ports 'lan3:t'

config interface 'lan'
	option device 'br-lan.1'
	option proto 'static'
	list ipaddr '10.0.1.1/24'
	list ipaddr '10.0.11.1/24'
	list ip6addr '2001:db8:1::1/64'

config interface 'guest'
	option device 'br-lan.3'
	option proto 'static'
	option ipaddr '10.0.3.1'
	option netmask '255.255.255.0'

config interface 'wan'
	option device 'wan.7'
	option proto 'static'
	option ipaddr '203.0.113.2/30'
	option gateway '203.0.113.1'

config interface 'depot'
	option device 'eth3'
	option proto 'static'
	option ipaddr '10.0.9.1/24'

config interface 'off'
	option device 'eth4'
	option proto 'static'
	option ipaddr '10.0.8.1/24'
	option disabled '1'

config route
	option interface 'lan'
	option target '10.20.0.0/16'
	option gateway '10.0.1.254'
	option metric '5'

config route
	option interface 'lan'
	option target '10.21.0.0'
	option netmask '255.255.0.0'
	option gateway '10.0.1.254'
	option disabled '1'

package firewall

config defaults
	option input 'DROP'
	option forward 'DROP'
	option output 'ACCEPT'
	option drop_invalid '1'

config ipset
	option name 'blocked'
	list match 'dest_net'
	list entry '198.51.100.0/24'
	list entry '198.51.101.7'

config ipset
	option name 'managers'
	option family 'ipv4'
	option match 'src_ip'
	list entry '10.0.1.5'

config zone
	option name 'lan'
	option network 'lan'
	option input 'ACCEPT'
	option forward 'DROP'

config zone
	option name 'guest'
	option network 'guest'
	option input 'REJECT'

config zone
	option name 'wan'
	option network 'wan'
	option masq '1'

config zone
	option name 'vpn'
	option device 'tun0'
	option enabled '0'

config rule
	option name 'never'
	option src 'guest'
	option dest '*'
	option proto 'all'
	option ipset 'blocked'
	option target 'REJECT'

config rule
	option name 'ssh from the managers'
	option src '*'
	option proto 'tcp'
	option dest_port '22'
	option ipset 'managers src'
	option target 'ACCEPT'

config rule
	option name 'dns and dhcp'
	option src 'guest'
	option dest_port '53 67-68'
	option target 'ACCEPT'

config rule
	option name 'printers @office_hours'
	option src 'guest'
	option dest 'lan'
	option proto 'tcp'
	list dest_ip '10.0.1.0/28'
	list dest_ip '10.0.1.64/28'
	option dest_port '9100'
	option weekdays 'mon Tuesday wed'
	option start_time '8'
	option stop_time '17:30'
	option target 'accept'

config rule
	option name 'at night'
	option src 'guest'
	option dest 'wan'
	option proto 'tcp'
	option dest_port '443'
	option start_time '01:00'
	option target 'ACCEPT'

config rule
	option name 'out'
	option dest 'wan'
	option proto 'udp'
	option dest_port '25'
	option target 'REJECT'

config rule
	option name 'switched off'
	option enabled '0'
	option src 'guest'
	option dest '*'
	option target 'ACCEPT'

config forwarding
	option src 'guest'
	option dest 'wan'
	option family 'ipv4'

config forwarding
	option src 'lan'
	option dest '*'

config redirect
	option name 'web server'
	option src 'wan'
	option dest 'lan'
	option proto 'tcp'
	option src_dport '8080'
	option dest_ip '10.0.1.80'
	option dest_port '80'

config redirect
	option name 'names'
	option src 'guest'
	option proto 'tcp udp'
	option src_dport '53'

config redirect
	option name 'half'
	option src 'lan'
	option proto 'udp'
	option src_dport '53'
	option dest_ip '9.9.9.9'
	option target 'DNAT'

package wireless

config wifi-device 'radio0'
	option band '2g'

config wifi-device 'radio1'
	option disabled '1'

config wifi-iface
	option device 'radio0'
	option mode 'ap'
	option ssid 'Office guests'
	option network 'guest'
	option isolate '1'

config wifi-iface
	option device 'radio1'
	option ssid 'not on air'
	option network 'lan'

config wifi-iface
	option device 'radio0'
	option ssid 'not on air either'
	option network 'lan'
	option disabled '1'
"""
"""An office: VLANs, an interface in no zone, sets, hours, forwardings, redirects."""
