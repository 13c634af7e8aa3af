/system identity set name=py11-0001-ap01
/system clock set time-zone-autodetect=no time-zone-name=America/Asuncion
/ip service set api disabled=yes
/ip service set api-ssl address=198.51.100.0/24,2001:db8:ffff:100::/64 certificate=homeroom tls-version=only-1.2
/ip service set ftp disabled=yes
/ip service set ssh address=198.51.100.0/24,2001:db8:ffff:100::/64
/ip service set telnet disabled=yes
/ip service set winbox disabled=yes
/ip service set www disabled=yes
/ip ssh set strong-crypto=yes
/user settings set minimum-password-length=12
/tool bandwidth-server set enabled=no
/tool mac-server set allowed-interface-list=none
/tool mac-server mac-winbox set allowed-interface-list=none
/tool mac-server ping set enabled=no
/ip cloud set ddns-enabled=no update-time=no
/ip settings set tcp-syncookies=yes
/ipv6 settings set accept-redirects=no accept-router-advertisements=no
/snmp set enabled=yes location="Escuela Básica N.º 571 Augusto Roa Bastos, Central"
/snmp community set [ find default=yes ] addresses=::/0 disabled=yes read-access=no
/snmp community add addresses=198.51.100.0/24,2001:db8:ffff:100::/64 authentication-password=<<secret:snmp_auth>> authentication-protocol=SHA256 encryption-password=<<secret:snmp_priv>> encryption-protocol=AES name=homeroom security=private
/system ntp client set enabled=yes
/system ntp client servers add address=192.0.2.1
/system ntp client servers add address=192.0.2.2
/system logging action add name=syslog1 remote=192.0.2.3 remote-log-format=syslog src-address=10.30.1.246 syslog-time-format=iso8601 target=remote
/system logging action add name=syslog2 remote=192.0.2.4 remote-log-format=syslog src-address=10.30.1.246 syslog-time-format=iso8601 target=remote
/system logging add action=syslog1 topics=info
/system logging add action=syslog1 topics=warning
/system logging add action=syslog1 topics=error
/system logging add action=syslog1 topics=critical
/system logging add action=syslog2 topics=info
/system logging add action=syslog2 topics=warning
/system logging add action=syslog2 topics=error
/system logging add action=syslog2 topics=critical
/system note set note="Red de escuelas del Ministerio de Educación y Ciencias. Solo personal autorizado.\nSchool network. Authorised staff only, and every access is logged." show-at-login=yes
/ip firewall filter add action=accept chain=NOC dst-port=22,8729 protocol=tcp
/ip firewall filter add action=accept chain=NOC dst-port=161 protocol=udp
/ip firewall filter add action=accept chain=NOC icmp-options=8:0-255 protocol=icmp
/ip firewall filter add action=accept chain=input connection-state=established,related
/ip firewall filter add action=drop chain=input connection-state=invalid
/ip firewall filter add action=jump chain=input jump-target=NOC src-address=198.51.100.0/24
/ip firewall filter add action=drop chain=input
/ip firewall filter add action=drop chain=forward
/ipv6 firewall filter add action=accept chain=NOC6 dst-port=22,8729 protocol=tcp
/ipv6 firewall filter add action=accept chain=NOC6 dst-port=161 protocol=udp
/ipv6 firewall filter add action=accept chain=NOC6 icmp-options=128:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=input connection-state=established,related
/ipv6 firewall filter add action=drop chain=input connection-state=invalid
/ipv6 firewall filter add action=accept chain=input icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=input icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=jump chain=input jump-target=NOC6 src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=drop chain=input
/ipv6 firewall filter add action=drop chain=forward
/user aaa set default-group=read use-radius=yes
/radius add address=192.0.2.5 secret=<<secret:radius>> service=login,wireless src-address=10.30.1.246 timeout=1s
/radius add address=192.0.2.6 secret=<<secret:radius>> service=login,wireless src-address=10.30.1.246 timeout=1s
/radius incoming set accept=yes
/interface bridge add name=bridge vlan-filtering=yes
/interface list add name=TRUNKS
/interface bridge port add bridge=bridge comment=uplink frame-types=admit-only-vlan-tagged interface=ether1
/interface list member add interface=ether1 list=TRUNKS
/interface bridge port add bridge=bridge comment="school" frame-types=admit-only-vlan-tagged interface=wifi1
/interface bridge port add bridge=bridge comment="school-guest" frame-types=admit-only-vlan-tagged interface=wifi1-guest
/interface bridge port add bridge=bridge comment="eduroam" frame-types=admit-only-vlan-tagged interface=wifi1-eduroam
/interface bridge port add bridge=bridge comment="school" frame-types=admit-only-vlan-tagged interface=wifi2
/interface bridge port add bridge=bridge comment="school-guest" frame-types=admit-only-vlan-tagged interface=wifi2-guest
/interface bridge port add bridge=bridge comment="eduroam" frame-types=admit-only-vlan-tagged interface=wifi2-eduroam
/interface bridge vlan add bridge=bridge comment=student tagged=ether1,wifi1,wifi2 vlan-ids=10
/interface bridge vlan add bridge=bridge comment=staff tagged=ether1,wifi1,wifi2 vlan-ids=20
/interface bridge vlan add bridge=bridge comment=guest tagged=ether1,wifi1-guest,wifi2-guest vlan-ids=40
/interface bridge vlan add bridge=bridge comment=eduroam tagged=ether1,wifi1-eduroam,wifi2-eduroam vlan-ids=80
/interface bridge vlan add bridge=bridge comment=admin tagged=ether1,wifi1,wifi2 vlan-ids=30
/interface bridge vlan add bridge=bridge comment=exam tagged=ether1,wifi1,wifi2 vlan-ids=70
/interface bridge vlan add bridge=bridge comment=management tagged=bridge,ether1 vlan-ids=99
/interface vlan add interface=bridge name=management vlan-id=99
/ip neighbor discovery-settings set discover-interface-list=TRUNKS protocol=lldp
/ipv6 nd set [ find default=yes ] disabled=yes
/ip address add address=10.30.1.246/29 interface=management
/ipv6 address add address=2001:db8:be:99::6/64 advertise=no interface=management
/ip route add dst-address=0.0.0.0/0 gateway=10.30.1.241
/ipv6 route add dst-address=::/0 gateway=2001:db8:be:99::1
/ip settings set ip-forward=no
/ipv6 settings set forward=no
/interface bridge set bridge dhcp-snooping=yes
/interface bridge port set [ find interface=ether1 ] trusted=yes
/interface list add name=OUTLETS
/interface bridge port set [ find interface=wifi1 ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi1 list=OUTLETS
/interface bridge port set [ find interface=wifi1-guest ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi1-guest list=OUTLETS
/interface bridge port set [ find interface=wifi1-eduroam ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi1-eduroam list=OUTLETS
/interface bridge port set [ find interface=wifi2 ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi2 list=OUTLETS
/interface bridge port set [ find interface=wifi2-guest ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi2-guest list=OUTLETS
/interface bridge port set [ find interface=wifi2-eduroam ] bpdu-guard=yes restricted-role=yes
/interface list member add interface=wifi2-eduroam list=OUTLETS
/interface bridge filter add action=drop chain=forward dst-mac-address=33:33:00:00:00:01/FF:FF:FF:FF:FF:FF in-interface-list=OUTLETS mac-protocol=vlan vlan-encap=ipv6
/interface wifi channel add band=5ghz-ax name=wifi1 skip-dfs-channels=10min-cac width=20/40/80mhz
/interface wifi channel add band=2ghz-ax name=wifi2 skip-dfs-channels=10min-cac width=20mhz
/interface wifi aaa add interim-update=5m name=student nas-identifier=py11-0001-ap01
/interface wifi security add authentication-types=wpa2-eap,wpa3-eap management-protection=allowed name=student wps=disable
/interface wifi datapath add client-isolation=yes name=student vlan-id=10
/interface wifi configuration add aaa=student country="Paraguay" datapath=student mode=ap name=student security=student ssid="school"
/interface wifi security add authentication-types=owe management-protection=required name=guest wps=disable
/interface wifi datapath add client-isolation=yes name=guest vlan-id=40
/interface wifi configuration add country="Paraguay" datapath=guest mode=ap name=guest security=guest ssid="school-guest"
/interface wifi aaa add interim-update=5m name=eduroam nas-identifier=py11-0001-ap01
/interface wifi security add authentication-types=wpa2-eap,wpa3-eap management-protection=allowed name=eduroam wps=disable
/interface wifi datapath add client-isolation=yes name=eduroam vlan-id=80
/interface wifi configuration add aaa=eduroam country="Paraguay" datapath=eduroam mode=ap name=eduroam security=eduroam ssid="eduroam"
/interface wifi set [ find default-name=wifi1 ] channel=wifi1 configuration=student disabled=no
/interface wifi add configuration=guest disabled=no master-interface=wifi1 name=wifi1-guest
/interface wifi add configuration=eduroam disabled=no master-interface=wifi1 name=wifi1-eduroam
/interface wifi set [ find default-name=wifi2 ] channel=wifi2 configuration=student disabled=no
/interface wifi add configuration=guest disabled=no master-interface=wifi2 name=wifi2-guest
/interface wifi add configuration=eduroam disabled=no master-interface=wifi2 name=wifi2-eduroam
