/interface bridge add name=bridge vlan-filtering=yes
/interface list add name=WAN
/interface list add name=TRUNKS
/interface bridge port add bridge=bridge comment="py11-0003-ap01" frame-types=admit-only-vlan-tagged interface=ether2
/interface list member add interface=ether2 list=TRUNKS
/interface bridge port add bridge=bridge comment="py11-0003-ap02" frame-types=admit-only-vlan-tagged interface=ether3
/interface list member add interface=ether3 list=TRUNKS
/interface ethernet set [ find default-name=ether4 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether4 pvid=999
/interface ethernet set [ find default-name=ether5 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether5 pvid=999
/interface ethernet set [ find default-name=ether6 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether6 pvid=999
/interface ethernet set [ find default-name=ether7 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether7 pvid=999
/interface bridge port add bridge=bridge comment="admin outlet" edge=yes frame-types=admit-only-untagged-and-priority-tagged interface=ether8 pvid=30
/interface ethernet set [ find default-name=sfp-sfpplus1 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=sfp-sfpplus1 pvid=999
/interface bridge vlan add bridge=bridge comment=student tagged=bridge,ether2,ether3 vlan-ids=10
/interface bridge vlan add bridge=bridge comment=staff tagged=bridge,ether2,ether3 vlan-ids=20
/interface bridge vlan add bridge=bridge comment=guest tagged=bridge,ether2,ether3 vlan-ids=40
/interface bridge vlan add bridge=bridge comment=eduroam tagged=bridge,ether2,ether3 vlan-ids=80
/interface bridge vlan add bridge=bridge comment=iot tagged=bridge vlan-ids=50
/interface bridge vlan add bridge=bridge comment=admin tagged=bridge,ether2,ether3 vlan-ids=30
/interface bridge vlan add bridge=bridge comment=cctv tagged=bridge vlan-ids=60
/interface bridge vlan add bridge=bridge comment=exam tagged=bridge,ether2,ether3 vlan-ids=70
/interface bridge vlan add bridge=bridge comment=management tagged=bridge,ether2,ether3 vlan-ids=99
/interface vlan add interface=bridge name=student vlan-id=10
/interface vlan add interface=bridge name=staff vlan-id=20
/interface vlan add interface=bridge name=guest vlan-id=40
/interface vlan add interface=bridge name=eduroam vlan-id=80
/interface vlan add interface=bridge name=iot vlan-id=50
/interface vlan add interface=bridge name=admin vlan-id=30
/interface vlan add interface=bridge name=cctv vlan-id=60
/interface vlan add interface=bridge name=exam vlan-id=70
/interface vlan add interface=bridge name=management vlan-id=99
/ip address add address=10.17.0.1/24 interface=student
/ipv6 address add address=2001:db8:b1:10::1/64 interface=student
/ip address add address=10.17.1.1/26 interface=staff
/ipv6 address add address=2001:db8:b1:20::1/64 interface=staff
/ip address add address=10.17.1.65/26 interface=guest
/ipv6 address add address=2001:db8:b1:40::1/64 interface=guest
/ip address add address=10.17.1.129/27 interface=eduroam
/ipv6 address add address=2001:db8:b1:80::1/64 interface=eduroam
/ip address add address=10.17.1.161/27 interface=iot
/ipv6 address add address=2001:db8:b1:50::1/64 interface=iot
/ip address add address=10.17.1.193/28 interface=admin
/ipv6 address add address=2001:db8:b1:30::1/64 interface=admin
/ip address add address=10.17.1.209/28 interface=cctv
/ipv6 address add address=2001:db8:b1:60::1/64 interface=cctv
/ip address add address=10.17.1.225/28 interface=exam
/ipv6 address add address=2001:db8:b1:70::1/64 interface=exam
/ip address add address=10.17.1.241/29 interface=management
/ipv6 address add address=2001:db8:b1:99::1/64 advertise=no interface=management
/ip neighbor discovery-settings set discover-interface-list=TRUNKS protocol=lldp
/ipv6 nd set [ find default=yes ] disabled=yes
/interface bridge set bridge dhcp-snooping=yes
/interface bridge port set [ find interface=ether2 ] trusted=yes
/interface bridge port set [ find interface=ether3 ] trusted=yes
/interface list add name=OUTLETS
/interface bridge port set [ find interface=ether8 ] bpdu-guard=yes hw=no restricted-role=yes
/interface list member add interface=ether8 list=OUTLETS
/interface dot1x server add auth-types=dot1x interface=ether8 interim-update=5m server-fail-vlan-id=40
/interface bridge filter add action=drop chain=forward dst-mac-address=33:33:00:00:00:01/FF:FF:FF:FF:FF:FF in-interface-list=OUTLETS ip-protocol=icmpv6 mac-protocol=ipv6
/interface bridge filter add action=drop chain=forward in-interface-list=OUTLETS ip-protocol=udp mac-protocol=ipv6 src-port=547
/interface vlan set student arp=reply-only
/ip dhcp-server set student add-arp=yes
/interface vlan set staff arp=reply-only
/ip dhcp-server set staff add-arp=yes
/interface vlan set guest arp=reply-only
/ip dhcp-server set guest add-arp=yes
/interface vlan set eduroam arp=reply-only
/ip dhcp-server set eduroam add-arp=yes
/interface vlan set iot arp=reply-only
/ip dhcp-server set iot add-arp=yes
/interface vlan set admin arp=reply-only
/ip dhcp-server set admin add-arp=yes
/interface vlan set cctv arp=reply-only
/ip dhcp-server set cctv add-arp=yes
/interface vlan set exam arp=reply-only
/ip dhcp-server set exam add-arp=yes
