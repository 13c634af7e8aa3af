/system identity set name=py11-0008-rtr1
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
/snmp set enabled=yes location="Escuela Básica N.º 61 San Roque González, Central"
/snmp community set [ find default=yes ] addresses=::/0 disabled=yes read-access=no
/snmp community add addresses=198.51.100.0/24,2001:db8:ffff:100::/64 authentication-password=<<secret:snmp_auth>> authentication-protocol=SHA256 encryption-password=<<secret:snmp_priv>> encryption-protocol=AES name=homeroom security=private
/system ntp client set enabled=yes
/system ntp client servers add address=192.0.2.1
/system ntp client servers add address=192.0.2.2
/system logging action add name=syslog1 remote=192.0.2.3 remote-log-format=syslog src-address=10.16.15.129 syslog-time-format=iso8601 target=remote
/system logging action add name=syslog2 remote=192.0.2.4 remote-log-format=syslog src-address=10.16.15.129 syslog-time-format=iso8601 target=remote
/system logging add action=syslog1 topics=info
/system logging add action=syslog1 topics=warning
/system logging add action=syslog1 topics=error
/system logging add action=syslog1 topics=critical
/system logging add action=syslog2 topics=info
/system logging add action=syslog2 topics=warning
/system logging add action=syslog2 topics=error
/system logging add action=syslog2 topics=critical
/system note set note="Red de escuelas del Ministerio de Educación y Ciencias. Solo personal autorizado.\nSchool network. Authorised staff only, and every access is logged." show-at-login=yes
/user aaa set default-group=read use-radius=yes
/radius add address=192.0.2.5 secret=<<secret:radius>> service=login,dot1x src-address=10.16.15.129 timeout=1s
/radius add address=192.0.2.6 secret=<<secret:radius>> service=login,dot1x src-address=10.16.15.129 timeout=1s
/radius incoming set accept=yes
/ip firewall address-list add address=1.0.0.1 list=DOH
/ip firewall address-list add address=1.0.0.2/31 list=DOH
/ip firewall address-list add address=1.1.1.1 list=DOH
/ip firewall address-list add address=1.1.1.2/31 list=DOH
/ip firewall address-list add address=8.8.4.4 list=DOH
/ip firewall address-list add address=8.8.8.8 list=DOH
/ip firewall address-list add address=9.9.9.9 list=DOH
/ip firewall address-list add address=94.140.14.14/31 list=DOH
/ip firewall address-list add address=94.140.15.15 list=DOH
/ip firewall address-list add address=94.140.15.16 list=DOH
/ip firewall address-list add address=149.112.112.112 list=DOH
/ip firewall address-list add address=208.67.220.220 list=DOH
/ip firewall address-list add address=208.67.222.222 list=DOH
/ipv6 firewall address-list add address=2001:4860:4860::8844/128 list=DOH6
/ipv6 firewall address-list add address=2001:4860:4860::8888/128 list=DOH6
/ipv6 firewall address-list add address=2606:4700:4700::1001/128 list=DOH6
/ipv6 firewall address-list add address=2606:4700:4700::1111/128 list=DOH6
/ipv6 firewall address-list add address=2620:fe::9/128 list=DOH6
/ipv6 firewall address-list add address=2620:fe::fe/128 list=DOH6
/ipv6 firewall address-list add address=2620:119:35::35/128 list=DOH6
/ipv6 firewall address-list add address=2620:119:53::53/128 list=DOH6
/ip firewall address-list add address=192.0.2.64/27 list=EXAMS
/ipv6 firewall address-list add address=2001:db8:ffff:200::/64 list=EXAMS6
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=student protocol=udp to-addresses=192.0.2.11
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=student protocol=tcp to-addresses=192.0.2.11
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=student protocol=udp to-address=2001:db8:ffff::11/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=student protocol=tcp to-address=2001:db8:ffff::11/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=staff protocol=udp to-addresses=192.0.2.12
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=staff protocol=tcp to-addresses=192.0.2.12
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=staff protocol=udp to-address=2001:db8:ffff::12/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=staff protocol=tcp to-address=2001:db8:ffff::12/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=guest protocol=udp to-addresses=192.0.2.14
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=guest protocol=tcp to-addresses=192.0.2.14
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=guest protocol=udp to-address=2001:db8:ffff::14/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=guest protocol=tcp to-address=2001:db8:ffff::14/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=eduroam protocol=udp to-addresses=192.0.2.17
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=eduroam protocol=tcp to-addresses=192.0.2.17
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=eduroam protocol=udp to-address=2001:db8:ffff::17/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=eduroam protocol=tcp to-address=2001:db8:ffff::17/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=iot protocol=udp to-addresses=192.0.2.15
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=iot protocol=tcp to-addresses=192.0.2.15
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=iot protocol=udp to-address=2001:db8:ffff::15/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=iot protocol=tcp to-address=2001:db8:ffff::15/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=admin protocol=udp to-addresses=192.0.2.13
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=admin protocol=tcp to-addresses=192.0.2.13
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=admin protocol=udp to-address=2001:db8:ffff::13/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=admin protocol=tcp to-address=2001:db8:ffff::13/128
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=exam protocol=udp to-addresses=192.0.2.16
/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=exam protocol=tcp to-addresses=192.0.2.16
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=exam protocol=udp to-address=2001:db8:ffff::16/128
/ipv6 firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=exam protocol=tcp to-address=2001:db8:ffff::16/128
/interface bridge add name=bridge vlan-filtering=yes
/interface list add name=WAN
/interface list add name=TRUNKS
/interface bridge port add bridge=bridge comment="py11-0008-sw1" frame-types=admit-only-vlan-tagged interface=ether2
/interface list member add interface=ether2 list=TRUNKS
/interface bridge port add bridge=bridge comment="py11-0008-sw2" frame-types=admit-only-vlan-tagged interface=ether3
/interface list member add interface=ether3 list=TRUNKS
/interface ethernet set [ find default-name=ether4 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether4 pvid=999
/interface ethernet set [ find default-name=ether5 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether5 pvid=999
/interface ethernet set [ find default-name=ether6 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether6 pvid=999
/interface ethernet set [ find default-name=ether7 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether7 pvid=999
/interface ethernet set [ find default-name=ether8 ] disabled=yes
/interface bridge port add bridge=bridge comment=unused frame-types=admit-only-untagged-and-priority-tagged interface=ether8 pvid=999
/interface bridge vlan add bridge=bridge comment=student tagged=bridge,ether2,ether3 vlan-ids=10
/interface bridge vlan add bridge=bridge comment=staff tagged=bridge,ether2,ether3 vlan-ids=20
/interface bridge vlan add bridge=bridge comment=guest tagged=bridge,ether2,ether3 vlan-ids=40
/interface bridge vlan add bridge=bridge comment=eduroam tagged=bridge,ether2,ether3 vlan-ids=80
/interface bridge vlan add bridge=bridge comment=iot tagged=bridge,ether2,ether3 vlan-ids=50
/interface bridge vlan add bridge=bridge comment=admin tagged=bridge,ether2,ether3 vlan-ids=30
/interface bridge vlan add bridge=bridge comment=cctv tagged=bridge,ether2,ether3 vlan-ids=60
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
/ip address add address=10.16.0.1/21 interface=student
/ipv6 address add address=2001:db8:b0:10::1/64 interface=student
/ip address add address=10.16.8.1/23 interface=staff
/ipv6 address add address=2001:db8:b0:20::1/64 interface=staff
/ip address add address=10.16.10.1/23 interface=guest
/ipv6 address add address=2001:db8:b0:40::1/64 interface=guest
/ip address add address=10.16.12.1/24 interface=eduroam
/ipv6 address add address=2001:db8:b0:80::1/64 interface=eduroam
/ip address add address=10.16.13.1/24 interface=iot
/ipv6 address add address=2001:db8:b0:50::1/64 interface=iot
/ip address add address=10.16.14.1/25 interface=admin
/ipv6 address add address=2001:db8:b0:30::1/64 interface=admin
/ip address add address=10.16.14.129/25 interface=cctv
/ipv6 address add address=2001:db8:b0:60::1/64 interface=cctv
/ip address add address=10.16.15.1/25 interface=exam
/ipv6 address add address=2001:db8:b0:70::1/64 interface=exam
/ip address add address=10.16.15.129/26 interface=management
/ipv6 address add address=2001:db8:b0:99::1/64 advertise=no interface=management
/ip neighbor discovery-settings set discover-interface-list=TRUNKS protocol=lldp
/ipv6 nd set [ find default=yes ] disabled=yes
/ip firewall filter add action=accept chain=STUDENT-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=STUDENT-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=STUDENT-LOCAL dst-address=10.16.0.1 dst-port=67 protocol=udp src-address=10.16.0.0/21 src-port=68
/ip firewall filter add action=accept chain=STUDENT-LOCAL dst-address=10.16.0.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.0.0/21
/ip firewall filter add action=drop chain=STUDENT-LOCAL log=yes log-prefix=STUDENT-LOCAL
/ip firewall filter add action=accept chain=STUDENT-FWD connection-state=established,related
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=192.0.2.11 dst-port=53 protocol=udp src-address=10.16.0.0/21
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=192.0.2.11 dst-port=53 protocol=tcp src-address=10.16.0.0/21
/ip firewall filter add action=reject chain=STUDENT-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=STUDENT-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=STUDENT-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=STUDENT-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=10.16.13.0/24 dst-port=631 protocol=tcp src-address=10.16.0.0/21
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=10.16.13.0/24 dst-port=9100 protocol=tcp src-address=10.16.0.0/21
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.0.0/21
/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.0.0/21
/ip firewall filter add action=drop chain=STUDENT-FWD dst-address=10.0.0.0/8 log=yes log-prefix=STUDENT-FWD
/ip firewall filter add action=drop chain=STUDENT-FWD dst-address=172.16.0.0/12 log=yes log-prefix=STUDENT-FWD
/ip firewall filter add action=drop chain=STUDENT-FWD dst-address=192.168.0.0/16 log=yes log-prefix=STUDENT-FWD
/ip firewall filter add action=drop chain=STUDENT-FWD dst-address=100.64.0.0/10 log=yes log-prefix=STUDENT-FWD
/ip firewall filter add action=reject chain=STUDENT-FWD dst-address-list=DOH reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=STUDENT-FWD dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=accept chain=STUDENT-FWD comment=school_day dst-port=80 protocol=tcp src-address=10.16.0.0/21 time=7h-20h,mon,tue,wed,thu,fri,sat
/ip firewall filter add action=accept chain=STUDENT-FWD comment=school_day dst-port=443 protocol=tcp src-address=10.16.0.0/21 time=7h-20h,mon,tue,wed,thu,fri,sat
/ip firewall filter add action=drop chain=STUDENT-FWD log=yes log-prefix=STUDENT-FWD
/ip firewall filter add action=accept chain=STAFF-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=STAFF-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=STAFF-LOCAL dst-address=10.16.8.1 dst-port=67 protocol=udp src-address=10.16.8.0/23 src-port=68
/ip firewall filter add action=accept chain=STAFF-LOCAL dst-address=10.16.8.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.8.0/23
/ip firewall filter add action=drop chain=STAFF-LOCAL log=yes log-prefix=STAFF-LOCAL
/ip firewall filter add action=accept chain=STAFF-FWD connection-state=established,related
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=192.0.2.12 dst-port=53 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=192.0.2.12 dst-port=53 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=reject chain=STAFF-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=STAFF-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=STAFF-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=STAFF-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=10.16.13.0/24 dst-port=631 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=10.16.13.0/24 dst-port=9100 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=drop chain=STAFF-FWD dst-address=10.0.0.0/8 log=yes log-prefix=STAFF-FWD
/ip firewall filter add action=drop chain=STAFF-FWD dst-address=172.16.0.0/12 log=yes log-prefix=STAFF-FWD
/ip firewall filter add action=drop chain=STAFF-FWD dst-address=192.168.0.0/16 log=yes log-prefix=STAFF-FWD
/ip firewall filter add action=drop chain=STAFF-FWD dst-address=100.64.0.0/10 log=yes log-prefix=STAFF-FWD
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=443 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=80 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=443 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=465 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=587 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=993 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=995 protocol=tcp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=500 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=4500 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=accept chain=STAFF-FWD dst-port=1194 protocol=udp src-address=10.16.8.0/23
/ip firewall filter add action=drop chain=STAFF-FWD log=yes log-prefix=STAFF-FWD
/ip firewall filter add action=accept chain=GUEST-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=GUEST-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=GUEST-LOCAL dst-address=10.16.10.1 dst-port=67 protocol=udp src-address=10.16.10.0/23 src-port=68
/ip firewall filter add action=accept chain=GUEST-LOCAL dst-address=10.16.10.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.10.0/23
/ip firewall filter add action=drop chain=GUEST-LOCAL log=yes log-prefix=GUEST-LOCAL
/ip firewall filter add action=accept chain=GUEST-FWD connection-state=established,related
/ip firewall filter add action=accept chain=GUEST-FWD dst-address=192.0.2.14 dst-port=53 protocol=udp src-address=10.16.10.0/23
/ip firewall filter add action=accept chain=GUEST-FWD dst-address=192.0.2.14 dst-port=53 protocol=tcp src-address=10.16.10.0/23
/ip firewall filter add action=reject chain=GUEST-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=GUEST-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=GUEST-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=GUEST-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=drop chain=GUEST-FWD dst-address=10.0.0.0/8 log=yes log-prefix=GUEST-FWD
/ip firewall filter add action=drop chain=GUEST-FWD dst-address=172.16.0.0/12 log=yes log-prefix=GUEST-FWD
/ip firewall filter add action=drop chain=GUEST-FWD dst-address=192.168.0.0/16 log=yes log-prefix=GUEST-FWD
/ip firewall filter add action=drop chain=GUEST-FWD dst-address=100.64.0.0/10 log=yes log-prefix=GUEST-FWD
/ip firewall filter add action=reject chain=GUEST-FWD dst-address-list=DOH reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=GUEST-FWD dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=accept chain=GUEST-FWD dst-port=80 protocol=tcp src-address=10.16.10.0/23
/ip firewall filter add action=accept chain=GUEST-FWD dst-port=443 protocol=tcp src-address=10.16.10.0/23
/ip firewall filter add action=drop chain=GUEST-FWD log=yes log-prefix=GUEST-FWD
/ip firewall filter add action=accept chain=EDUROAM-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=EDUROAM-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=EDUROAM-LOCAL dst-address=10.16.12.1 dst-port=67 protocol=udp src-address=10.16.12.0/24 src-port=68
/ip firewall filter add action=accept chain=EDUROAM-LOCAL dst-address=10.16.12.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.12.0/24
/ip firewall filter add action=drop chain=EDUROAM-LOCAL log=yes log-prefix=EDUROAM-LOCAL
/ip firewall filter add action=accept chain=EDUROAM-FWD connection-state=established,related
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-address=192.0.2.17 dst-port=53 protocol=udp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-address=192.0.2.17 dst-port=53 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=reject chain=EDUROAM-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=EDUROAM-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=EDUROAM-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=EDUROAM-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=drop chain=EDUROAM-FWD dst-address=10.0.0.0/8 log=yes log-prefix=EDUROAM-FWD
/ip firewall filter add action=drop chain=EDUROAM-FWD dst-address=172.16.0.0/12 log=yes log-prefix=EDUROAM-FWD
/ip firewall filter add action=drop chain=EDUROAM-FWD dst-address=192.168.0.0/16 log=yes log-prefix=EDUROAM-FWD
/ip firewall filter add action=drop chain=EDUROAM-FWD dst-address=100.64.0.0/10 log=yes log-prefix=EDUROAM-FWD
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=443 protocol=udp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=80 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=443 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=465 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=587 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=993 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=995 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=22 protocol=tcp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=500 protocol=udp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=4500 protocol=udp src-address=10.16.12.0/24
/ip firewall filter add action=accept chain=EDUROAM-FWD dst-port=1194 protocol=udp src-address=10.16.12.0/24
/ip firewall filter add action=drop chain=EDUROAM-FWD log=yes log-prefix=EDUROAM-FWD
/ip firewall filter add action=accept chain=IOT-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=IOT-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=IOT-LOCAL dst-address=10.16.13.1 dst-port=67 protocol=udp src-address=10.16.13.0/24 src-port=68
/ip firewall filter add action=accept chain=IOT-LOCAL dst-address=10.16.13.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.13.0/24
/ip firewall filter add action=drop chain=IOT-LOCAL log=yes log-prefix=IOT-LOCAL
/ip firewall filter add action=accept chain=IOT-FWD connection-state=established,related
/ip firewall filter add action=accept chain=IOT-FWD dst-address=192.0.2.15 dst-port=53 protocol=udp src-address=10.16.13.0/24
/ip firewall filter add action=accept chain=IOT-FWD dst-address=192.0.2.15 dst-port=53 protocol=tcp src-address=10.16.13.0/24
/ip firewall filter add action=reject chain=IOT-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=IOT-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=IOT-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=IOT-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=accept chain=IOT-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.13.0/24
/ip firewall filter add action=accept chain=IOT-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.13.0/24
/ip firewall filter add action=drop chain=IOT-FWD dst-address=10.0.0.0/8 log=yes log-prefix=IOT-FWD
/ip firewall filter add action=drop chain=IOT-FWD dst-address=172.16.0.0/12 log=yes log-prefix=IOT-FWD
/ip firewall filter add action=drop chain=IOT-FWD dst-address=192.168.0.0/16 log=yes log-prefix=IOT-FWD
/ip firewall filter add action=drop chain=IOT-FWD dst-address=100.64.0.0/10 log=yes log-prefix=IOT-FWD
/ip firewall filter add action=reject chain=IOT-FWD dst-address-list=DOH reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=IOT-FWD dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=accept chain=IOT-FWD dst-port=443 protocol=tcp src-address=10.16.13.0/24
/ip firewall filter add action=drop chain=IOT-FWD log=yes log-prefix=IOT-FWD
/ip firewall filter add action=accept chain=ADMIN-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=ADMIN-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=ADMIN-LOCAL dst-address=10.16.14.1 dst-port=67 protocol=udp src-address=10.16.14.0/25 src-port=68
/ip firewall filter add action=accept chain=ADMIN-LOCAL dst-address=10.16.14.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.14.0/25
/ip firewall filter add action=drop chain=ADMIN-LOCAL log=yes log-prefix=ADMIN-LOCAL
/ip firewall filter add action=accept chain=ADMIN-FWD connection-state=established,related
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=192.0.2.13 dst-port=53 protocol=udp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=192.0.2.13 dst-port=53 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=reject chain=ADMIN-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=ADMIN-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=ADMIN-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=ADMIN-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=10.16.13.0/24 dst-port=631 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=10.16.13.0/24 dst-port=9100 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.14.0/25
/ip firewall filter add action=drop chain=ADMIN-FWD dst-address=10.0.0.0/8 log=yes log-prefix=ADMIN-FWD
/ip firewall filter add action=drop chain=ADMIN-FWD dst-address=172.16.0.0/12 log=yes log-prefix=ADMIN-FWD
/ip firewall filter add action=drop chain=ADMIN-FWD dst-address=192.168.0.0/16 log=yes log-prefix=ADMIN-FWD
/ip firewall filter add action=drop chain=ADMIN-FWD dst-address=100.64.0.0/10 log=yes log-prefix=ADMIN-FWD
/ip firewall filter add action=reject chain=ADMIN-FWD dst-address-list=DOH reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=ADMIN-FWD dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=accept chain=ADMIN-FWD dst-port=443 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-port=465 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-port=587 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-port=993 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=accept chain=ADMIN-FWD dst-port=995 protocol=tcp src-address=10.16.14.0/25
/ip firewall filter add action=drop chain=ADMIN-FWD log=yes log-prefix=ADMIN-FWD
/ip firewall filter add action=accept chain=CCTV-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=CCTV-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=CCTV-LOCAL dst-address=10.16.14.129 dst-port=67 protocol=udp src-address=10.16.14.128/25 src-port=68
/ip firewall filter add action=accept chain=CCTV-LOCAL dst-address=10.16.14.129 icmp-options=8:0-255 protocol=icmp src-address=10.16.14.128/25
/ip firewall filter add action=drop chain=CCTV-LOCAL log=yes log-prefix=CCTV-LOCAL
/ip firewall filter add action=accept chain=CCTV-FWD connection-state=established,related
/ip firewall filter add action=accept chain=CCTV-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.14.128/25
/ip firewall filter add action=accept chain=CCTV-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.14.128/25
/ip firewall filter add action=drop chain=CCTV-FWD log=yes log-prefix=CCTV-FWD
/ip firewall filter add action=accept chain=EXAM-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=EXAM-LOCAL dst-address=255.255.255.255 dst-port=67 protocol=udp src-port=68
/ip firewall filter add action=accept chain=EXAM-LOCAL dst-address=10.16.15.1 dst-port=67 protocol=udp src-address=10.16.15.0/25 src-port=68
/ip firewall filter add action=accept chain=EXAM-LOCAL dst-address=10.16.15.1 icmp-options=8:0-255 protocol=icmp src-address=10.16.15.0/25
/ip firewall filter add action=drop chain=EXAM-LOCAL log=yes log-prefix=EXAM-LOCAL
/ip firewall filter add action=accept chain=EXAM-FWD connection-state=established,related
/ip firewall filter add action=accept chain=EXAM-FWD dst-address=192.0.2.16 dst-port=53 protocol=udp src-address=10.16.15.0/25
/ip firewall filter add action=accept chain=EXAM-FWD dst-address=192.0.2.16 dst-port=53 protocol=tcp src-address=10.16.15.0/25
/ip firewall filter add action=reject chain=EXAM-FWD dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=EXAM-FWD dst-port=53 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=reject chain=EXAM-FWD dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=reject chain=EXAM-FWD dst-port=853 protocol=tcp reject-with=tcp-reset
/ip firewall filter add action=drop chain=EXAM-FWD dst-address=10.0.0.0/8 log=yes log-prefix=EXAM-FWD
/ip firewall filter add action=drop chain=EXAM-FWD dst-address=172.16.0.0/12 log=yes log-prefix=EXAM-FWD
/ip firewall filter add action=drop chain=EXAM-FWD dst-address=192.168.0.0/16 log=yes log-prefix=EXAM-FWD
/ip firewall filter add action=drop chain=EXAM-FWD dst-address=100.64.0.0/10 log=yes log-prefix=EXAM-FWD
/ip firewall filter add action=reject chain=EXAM-FWD dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ip firewall filter add action=accept chain=EXAM-FWD dst-address-list=EXAMS dst-port=443 protocol=tcp src-address=10.16.15.0/25
/ip firewall filter add action=drop chain=EXAM-FWD log=yes log-prefix=EXAM-FWD
/ip firewall filter add action=accept chain=MANAGEMENT-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=MANAGEMENT-LOCAL dst-address=10.16.15.129 icmp-options=8:0-255 protocol=icmp src-address=10.16.15.128/26
/ip firewall filter add action=drop chain=MANAGEMENT-LOCAL log=yes log-prefix=MANAGEMENT-LOCAL
/ip firewall filter add action=accept chain=MANAGEMENT-FWD connection-state=established,related
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.1 dst-port=123 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.2 dst-port=123 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.3 dst-port=514 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.4 dst-port=514 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.5 dst-port=1812-1813 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=accept chain=MANAGEMENT-FWD dst-address=192.0.2.6 dst-port=1812-1813 protocol=udp src-address=10.16.15.128/26
/ip firewall filter add action=drop chain=MANAGEMENT-FWD log=yes log-prefix=MANAGEMENT-FWD
/ip firewall filter add action=accept chain=WAN-LOCAL connection-state=established,related
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 icmp-options=8:0-255 protocol=icmp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 dst-port=22 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 dst-port=443 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 dst-port=830 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 dst-port=8729 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-LOCAL dst-address=10.16.15.128/26 dst-port=161 protocol=udp src-address=198.51.100.0/24
/ip firewall filter add action=drop chain=WAN-LOCAL log=yes log-prefix=WAN-LOCAL
/ip firewall filter add action=accept chain=WAN-FWD connection-state=established,related
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 icmp-options=8:0-255 protocol=icmp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 dst-port=22 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 dst-port=443 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 dst-port=830 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 dst-port=8729 protocol=tcp src-address=198.51.100.0/24
/ip firewall filter add action=accept chain=WAN-FWD dst-address=10.16.15.128/26 dst-port=161 protocol=udp src-address=198.51.100.0/24
/ip firewall filter add action=drop chain=WAN-FWD log=yes log-prefix=WAN-FWD
/ip firewall filter add action=drop chain=input connection-state=invalid
/ip firewall filter add action=jump chain=input in-interface=student jump-target=STUDENT-LOCAL
/ip firewall filter add action=jump chain=input in-interface=staff jump-target=STAFF-LOCAL
/ip firewall filter add action=jump chain=input in-interface=guest jump-target=GUEST-LOCAL
/ip firewall filter add action=jump chain=input in-interface=eduroam jump-target=EDUROAM-LOCAL
/ip firewall filter add action=jump chain=input in-interface=iot jump-target=IOT-LOCAL
/ip firewall filter add action=jump chain=input in-interface=admin jump-target=ADMIN-LOCAL
/ip firewall filter add action=jump chain=input in-interface=cctv jump-target=CCTV-LOCAL
/ip firewall filter add action=jump chain=input in-interface=exam jump-target=EXAM-LOCAL
/ip firewall filter add action=jump chain=input in-interface=management jump-target=MANAGEMENT-LOCAL
/ip firewall filter add action=jump chain=input in-interface-list=WAN jump-target=WAN-LOCAL
/ip firewall filter add action=drop chain=input
/ip firewall filter add action=drop chain=forward connection-state=invalid
/ip firewall filter add action=jump chain=forward in-interface=student jump-target=STUDENT-FWD
/ip firewall filter add action=jump chain=forward in-interface=staff jump-target=STAFF-FWD
/ip firewall filter add action=jump chain=forward in-interface=guest jump-target=GUEST-FWD
/ip firewall filter add action=jump chain=forward in-interface=eduroam jump-target=EDUROAM-FWD
/ip firewall filter add action=jump chain=forward in-interface=iot jump-target=IOT-FWD
/ip firewall filter add action=jump chain=forward in-interface=admin jump-target=ADMIN-FWD
/ip firewall filter add action=jump chain=forward in-interface=cctv jump-target=CCTV-FWD
/ip firewall filter add action=jump chain=forward in-interface=exam jump-target=EXAM-FWD
/ip firewall filter add action=jump chain=forward in-interface=management jump-target=MANAGEMENT-FWD
/ip firewall filter add action=jump chain=forward in-interface-list=WAN jump-target=WAN-FWD
/ip firewall filter add action=drop chain=forward
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=2001:db8:b0:10::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=2001:db8:b0:10::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STUDENT-LOCAL6 dst-address=2001:db8:b0:10::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:10::/64
/ipv6 firewall filter add action=drop chain=STUDENT-LOCAL6 log=yes log-prefix=STUDENT-LOCAL6
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 dst-address=2001:db8:ffff::11/128 dst-port=53 protocol=udp src-address=2001:db8:b0:10::/64
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 dst-address=2001:db8:ffff::11/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:10::/64
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=631 protocol=tcp src-address=2001:db8:b0:10::/64
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=9100 protocol=tcp src-address=2001:db8:b0:10::/64
/ipv6 firewall filter add action=drop chain=STUDENT-FWD6 dst-address=fc00::/7 log=yes log-prefix=STUDENT-FWD6
/ipv6 firewall filter add action=drop chain=STUDENT-FWD6 dst-address=fe80::/10 log=yes log-prefix=STUDENT-FWD6
/ipv6 firewall filter add action=drop chain=STUDENT-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=STUDENT-FWD6
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-address-list=DOH6 reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=STUDENT-FWD6 dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 comment=school_day dst-port=80 protocol=tcp src-address=2001:db8:b0:10::/64 time=7h-20h,mon,tue,wed,thu,fri,sat
/ipv6 firewall filter add action=accept chain=STUDENT-FWD6 comment=school_day dst-port=443 protocol=tcp src-address=2001:db8:b0:10::/64 time=7h-20h,mon,tue,wed,thu,fri,sat
/ipv6 firewall filter add action=drop chain=STUDENT-FWD6 log=yes log-prefix=STUDENT-FWD6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=2001:db8:b0:20::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=2001:db8:b0:20::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=STAFF-LOCAL6 dst-address=2001:db8:b0:20::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=drop chain=STAFF-LOCAL6 log=yes log-prefix=STAFF-LOCAL6
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-address=2001:db8:ffff::12/128 dst-port=53 protocol=udp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-address=2001:db8:ffff::12/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=reject chain=STAFF-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=STAFF-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=STAFF-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=STAFF-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=631 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=9100 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=drop chain=STAFF-FWD6 dst-address=fc00::/7 log=yes log-prefix=STAFF-FWD6
/ipv6 firewall filter add action=drop chain=STAFF-FWD6 dst-address=fe80::/10 log=yes log-prefix=STAFF-FWD6
/ipv6 firewall filter add action=drop chain=STAFF-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=STAFF-FWD6
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=443 protocol=udp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=80 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=443 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=465 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=587 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=993 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=995 protocol=tcp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=500 protocol=udp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=4500 protocol=udp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=accept chain=STAFF-FWD6 dst-port=1194 protocol=udp src-address=2001:db8:b0:20::/64
/ipv6 firewall filter add action=drop chain=STAFF-FWD6 log=yes log-prefix=STAFF-FWD6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=2001:db8:b0:40::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=2001:db8:b0:40::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=GUEST-LOCAL6 dst-address=2001:db8:b0:40::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:40::/64
/ipv6 firewall filter add action=drop chain=GUEST-LOCAL6 log=yes log-prefix=GUEST-LOCAL6
/ipv6 firewall filter add action=accept chain=GUEST-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=GUEST-FWD6 dst-address=2001:db8:ffff::14/128 dst-port=53 protocol=udp src-address=2001:db8:b0:40::/64
/ipv6 firewall filter add action=accept chain=GUEST-FWD6 dst-address=2001:db8:ffff::14/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:40::/64
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=drop chain=GUEST-FWD6 dst-address=fc00::/7 log=yes log-prefix=GUEST-FWD6
/ipv6 firewall filter add action=drop chain=GUEST-FWD6 dst-address=fe80::/10 log=yes log-prefix=GUEST-FWD6
/ipv6 firewall filter add action=drop chain=GUEST-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=GUEST-FWD6
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-address-list=DOH6 reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=GUEST-FWD6 dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=accept chain=GUEST-FWD6 dst-port=80 protocol=tcp src-address=2001:db8:b0:40::/64
/ipv6 firewall filter add action=accept chain=GUEST-FWD6 dst-port=443 protocol=tcp src-address=2001:db8:b0:40::/64
/ipv6 firewall filter add action=drop chain=GUEST-FWD6 log=yes log-prefix=GUEST-FWD6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=2001:db8:b0:80::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=2001:db8:b0:80::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EDUROAM-LOCAL6 dst-address=2001:db8:b0:80::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=drop chain=EDUROAM-LOCAL6 log=yes log-prefix=EDUROAM-LOCAL6
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-address=2001:db8:ffff::17/128 dst-port=53 protocol=udp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-address=2001:db8:ffff::17/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=reject chain=EDUROAM-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=EDUROAM-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=EDUROAM-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=EDUROAM-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=drop chain=EDUROAM-FWD6 dst-address=fc00::/7 log=yes log-prefix=EDUROAM-FWD6
/ipv6 firewall filter add action=drop chain=EDUROAM-FWD6 dst-address=fe80::/10 log=yes log-prefix=EDUROAM-FWD6
/ipv6 firewall filter add action=drop chain=EDUROAM-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=EDUROAM-FWD6
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=443 protocol=udp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=80 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=443 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=465 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=587 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=993 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=995 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=22 protocol=tcp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=500 protocol=udp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=4500 protocol=udp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=accept chain=EDUROAM-FWD6 dst-port=1194 protocol=udp src-address=2001:db8:b0:80::/64
/ipv6 firewall filter add action=drop chain=EDUROAM-FWD6 log=yes log-prefix=EDUROAM-FWD6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=2001:db8:b0:50::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=2001:db8:b0:50::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=IOT-LOCAL6 dst-address=2001:db8:b0:50::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:50::/64
/ipv6 firewall filter add action=drop chain=IOT-LOCAL6 log=yes log-prefix=IOT-LOCAL6
/ipv6 firewall filter add action=accept chain=IOT-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=IOT-FWD6 dst-address=2001:db8:ffff::15/128 dst-port=53 protocol=udp src-address=2001:db8:b0:50::/64
/ipv6 firewall filter add action=accept chain=IOT-FWD6 dst-address=2001:db8:ffff::15/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:50::/64
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=drop chain=IOT-FWD6 dst-address=fc00::/7 log=yes log-prefix=IOT-FWD6
/ipv6 firewall filter add action=drop chain=IOT-FWD6 dst-address=fe80::/10 log=yes log-prefix=IOT-FWD6
/ipv6 firewall filter add action=drop chain=IOT-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=IOT-FWD6
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-address-list=DOH6 reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=IOT-FWD6 dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=accept chain=IOT-FWD6 dst-port=443 protocol=tcp src-address=2001:db8:b0:50::/64
/ipv6 firewall filter add action=drop chain=IOT-FWD6 log=yes log-prefix=IOT-FWD6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=2001:db8:b0:30::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=2001:db8:b0:30::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=ADMIN-LOCAL6 dst-address=2001:db8:b0:30::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=drop chain=ADMIN-LOCAL6 log=yes log-prefix=ADMIN-LOCAL6
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-address=2001:db8:ffff::13/128 dst-port=53 protocol=udp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-address=2001:db8:ffff::13/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=631 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-address=2001:db8:b0:50::/64 dst-port=9100 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=drop chain=ADMIN-FWD6 dst-address=fc00::/7 log=yes log-prefix=ADMIN-FWD6
/ipv6 firewall filter add action=drop chain=ADMIN-FWD6 dst-address=fe80::/10 log=yes log-prefix=ADMIN-FWD6
/ipv6 firewall filter add action=drop chain=ADMIN-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=ADMIN-FWD6
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-address-list=DOH6 reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=ADMIN-FWD6 dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-port=443 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-port=465 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-port=587 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-port=993 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=accept chain=ADMIN-FWD6 dst-port=995 protocol=tcp src-address=2001:db8:b0:30::/64
/ipv6 firewall filter add action=drop chain=ADMIN-FWD6 log=yes log-prefix=ADMIN-FWD6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=2001:db8:b0:60::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=2001:db8:b0:60::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=CCTV-LOCAL6 dst-address=2001:db8:b0:60::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:60::/64
/ipv6 firewall filter add action=drop chain=CCTV-LOCAL6 log=yes log-prefix=CCTV-LOCAL6
/ipv6 firewall filter add action=accept chain=CCTV-FWD6 connection-state=established,related
/ipv6 firewall filter add action=drop chain=CCTV-FWD6 log=yes log-prefix=CCTV-FWD6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=ff02::1:2/128 dst-port=547 protocol=udp src-address=fe80::/10 src-port=546
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=2001:db8:b0:70::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=2001:db8:b0:70::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=EXAM-LOCAL6 dst-address=2001:db8:b0:70::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:70::/64
/ipv6 firewall filter add action=drop chain=EXAM-LOCAL6 log=yes log-prefix=EXAM-LOCAL6
/ipv6 firewall filter add action=accept chain=EXAM-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=EXAM-FWD6 dst-address=2001:db8:ffff::16/128 dst-port=53 protocol=udp src-address=2001:db8:b0:70::/64
/ipv6 firewall filter add action=accept chain=EXAM-FWD6 dst-address=2001:db8:ffff::16/128 dst-port=53 protocol=tcp src-address=2001:db8:b0:70::/64
/ipv6 firewall filter add action=reject chain=EXAM-FWD6 dst-port=53 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=EXAM-FWD6 dst-port=53 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=reject chain=EXAM-FWD6 dst-port=853 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=reject chain=EXAM-FWD6 dst-port=853 protocol=tcp reject-with=tcp-reset
/ipv6 firewall filter add action=drop chain=EXAM-FWD6 dst-address=fc00::/7 log=yes log-prefix=EXAM-FWD6
/ipv6 firewall filter add action=drop chain=EXAM-FWD6 dst-address=fe80::/10 log=yes log-prefix=EXAM-FWD6
/ipv6 firewall filter add action=drop chain=EXAM-FWD6 dst-address=2001:db8:b0::/44 log=yes log-prefix=EXAM-FWD6
/ipv6 firewall filter add action=reject chain=EXAM-FWD6 dst-port=443 protocol=udp reject-with=icmp-admin-prohibited
/ipv6 firewall filter add action=accept chain=EXAM-FWD6 dst-address-list=EXAMS6 dst-port=443 protocol=tcp src-address=2001:db8:b0:70::/64
/ipv6 firewall filter add action=drop chain=EXAM-FWD6 log=yes log-prefix=EXAM-FWD6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=2001:db8:b0:99::/64 icmp-options=135:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=2001:db8:b0:99::/64 icmp-options=136:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=ff02::2/128 icmp-options=133:0-255 protocol=icmpv6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-LOCAL6 dst-address=2001:db8:b0:99::1/128 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:b0:99::/64
/ipv6 firewall filter add action=drop chain=MANAGEMENT-LOCAL6 log=yes log-prefix=MANAGEMENT-LOCAL6
/ipv6 firewall filter add action=accept chain=MANAGEMENT-FWD6 connection-state=established,related
/ipv6 firewall filter add action=drop chain=MANAGEMENT-FWD6 log=yes log-prefix=MANAGEMENT-FWD6
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=ff02::/16 icmp-options=135:0-255 protocol=icmpv6 src-address=fe80::/10
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=fe80::/10 icmp-options=135:0-255 protocol=icmpv6 src-address=fe80::/10
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=ff02::/16 icmp-options=136:0-255 protocol=icmpv6 src-address=fe80::/10
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=fe80::/10 icmp-options=136:0-255 protocol=icmpv6 src-address=fe80::/10
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 dst-port=22 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 dst-port=443 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 dst-port=830 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 dst-port=8729 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-LOCAL6 dst-address=2001:db8:b0:99::/64 dst-port=161 protocol=udp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=drop chain=WAN-LOCAL6 log=yes log-prefix=WAN-LOCAL6
/ipv6 firewall filter add action=accept chain=WAN-FWD6 connection-state=established,related
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 icmp-options=128:0-255 protocol=icmpv6 src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 dst-port=22 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 dst-port=443 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 dst-port=830 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 dst-port=8729 protocol=tcp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=accept chain=WAN-FWD6 dst-address=2001:db8:b0:99::/64 dst-port=161 protocol=udp src-address=2001:db8:ffff:100::/64
/ipv6 firewall filter add action=drop chain=WAN-FWD6 log=yes log-prefix=WAN-FWD6
/ipv6 firewall filter add action=drop chain=input connection-state=invalid
/ipv6 firewall filter add action=jump chain=input in-interface=student jump-target=STUDENT-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=staff jump-target=STAFF-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=guest jump-target=GUEST-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=eduroam jump-target=EDUROAM-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=iot jump-target=IOT-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=admin jump-target=ADMIN-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=cctv jump-target=CCTV-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=exam jump-target=EXAM-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface=management jump-target=MANAGEMENT-LOCAL6
/ipv6 firewall filter add action=jump chain=input in-interface-list=WAN jump-target=WAN-LOCAL6
/ipv6 firewall filter add action=drop chain=input
/ipv6 firewall filter add action=drop chain=forward connection-state=invalid
/ipv6 firewall filter add action=jump chain=forward in-interface=student jump-target=STUDENT-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=staff jump-target=STAFF-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=guest jump-target=GUEST-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=eduroam jump-target=EDUROAM-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=iot jump-target=IOT-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=admin jump-target=ADMIN-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=cctv jump-target=CCTV-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=exam jump-target=EXAM-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface=management jump-target=MANAGEMENT-FWD6
/ipv6 firewall filter add action=jump chain=forward in-interface-list=WAN jump-target=WAN-FWD6
/ipv6 firewall filter add action=drop chain=forward
/ip dns set allow-remote-requests=no
/ip pool add name=student ranges=10.16.0.2-10.16.7.254
/ip dhcp-server add address-pool=student interface=student lease-time=8h name=student
/ip dhcp-server network add address=10.16.0.0/21 dns-server=192.0.2.11 domain=escuelas.example gateway=10.16.0.1
/ip pool add name=staff ranges=10.16.8.2-10.16.9.254
/ip dhcp-server add address-pool=staff interface=staff lease-time=8h name=staff
/ip dhcp-server network add address=10.16.8.0/23 dns-server=192.0.2.12 domain=escuelas.example gateway=10.16.8.1
/ip pool add name=guest ranges=10.16.10.2-10.16.11.254
/ip dhcp-server add address-pool=guest interface=guest lease-time=8h name=guest
/ip dhcp-server network add address=10.16.10.0/23 dns-server=192.0.2.14 domain=escuelas.example gateway=10.16.10.1
/ip pool add name=eduroam ranges=10.16.12.2-10.16.12.254
/ip dhcp-server add address-pool=eduroam interface=eduroam lease-time=8h name=eduroam
/ip dhcp-server network add address=10.16.12.0/24 dns-server=192.0.2.17 domain=escuelas.example gateway=10.16.12.1
/ip pool add name=iot ranges=10.16.13.2-10.16.13.254
/ip dhcp-server add address-pool=iot interface=iot lease-time=8h name=iot
/ip dhcp-server network add address=10.16.13.0/24 dns-server=192.0.2.15 domain=escuelas.example gateway=10.16.13.1
/ip pool add name=admin ranges=10.16.14.2-10.16.14.126
/ip dhcp-server add address-pool=admin interface=admin lease-time=8h name=admin
/ip dhcp-server network add address=10.16.14.0/25 dns-server=192.0.2.13 domain=escuelas.example gateway=10.16.14.1
/ip pool add name=cctv ranges=10.16.14.130-10.16.14.254
/ip dhcp-server add address-pool=cctv interface=cctv lease-time=8h name=cctv
/ip dhcp-server network add address=10.16.14.128/25 dns-none=yes domain=escuelas.example gateway=10.16.14.129
/ip pool add name=exam ranges=10.16.15.2-10.16.15.126
/ip dhcp-server add address-pool=exam interface=exam lease-time=8h name=exam
/ip dhcp-server network add address=10.16.15.0/25 dns-server=192.0.2.16 domain=escuelas.example gateway=10.16.15.1
/ipv6 nd add dns=2001:db8:ffff::11 interface=student
/ipv6 nd add dns=2001:db8:ffff::12 interface=staff
/ipv6 nd add dns=2001:db8:ffff::14 interface=guest
/ipv6 nd add dns=2001:db8:ffff::17 interface=eduroam
/ipv6 nd add dns=2001:db8:ffff::15 interface=iot
/ipv6 nd add dns=2001:db8:ffff::13 interface=admin
/ipv6 nd add advertise-dns=no interface=cctv
/ipv6 nd add dns=2001:db8:ffff::16 interface=exam
/interface bridge set bridge dhcp-snooping=yes
/interface bridge port set [ find interface=ether2 ] trusted=yes
/interface bridge port set [ find interface=ether3 ] trusted=yes
/interface list add name=OUTLETS
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
/ip settings set rp-filter=strict send-redirects=no
/interface list member add interface=ether1 list=WAN
/ip address add address=100.64.0.1/32 interface=ether1 network=100.64.0.0
/ip route add check-gateway=ping distance=1 dst-address=0.0.0.0/0 gateway=100.64.0.0
/ipv6 route add check-gateway=ping distance=1 dst-address=::/0 gateway=fe80::1%ether1
/interface list member add interface=sfp-sfpplus1 list=WAN
/ip address add address=100.96.0.1/32 interface=sfp-sfpplus1 network=100.96.0.0
/ip route add check-gateway=ping distance=250 dst-address=0.0.0.0/0 gateway=100.96.0.0
/ipv6 route add check-gateway=ping distance=250 dst-address=::/0 gateway=fe80::1%sfp-sfpplus1
/ip firewall mangle add action=mark-packet chain=forward in-interface=exam new-packet-mark=control out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=control out-interface=exam
/ip firewall mangle add action=mark-packet chain=forward in-interface=management new-packet-mark=control out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=control out-interface=management
/ip firewall mangle add action=mark-packet chain=output new-packet-mark=control out-interface-list=WAN
/ip firewall mangle add action=change-dscp chain=postrouting new-dscp=48 out-interface-list=WAN packet-mark=control
/ip firewall mangle add action=mark-packet chain=forward in-interface=admin new-packet-mark=office out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=office out-interface=admin
/ip firewall mangle add action=change-dscp chain=postrouting new-dscp=26 out-interface-list=WAN packet-mark=office
/ip firewall mangle add action=mark-packet chain=forward in-interface=student new-packet-mark=learning out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=learning out-interface=student
/ip firewall mangle add action=mark-packet chain=forward in-interface=staff new-packet-mark=learning out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=learning out-interface=staff
/ip firewall mangle add action=change-dscp chain=postrouting new-dscp=18 out-interface-list=WAN packet-mark=learning
/ip firewall mangle add action=mark-packet chain=forward in-interface=guest new-packet-mark=background out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=guest
/ip firewall mangle add action=mark-packet chain=forward in-interface=eduroam new-packet-mark=background out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=eduroam
/ip firewall mangle add action=mark-packet chain=forward in-interface=iot new-packet-mark=background out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=iot
/ip firewall mangle add action=mark-packet chain=forward in-interface=cctv new-packet-mark=background out-interface-list=WAN
/ip firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=cctv
/ip firewall mangle add action=change-dscp chain=postrouting new-dscp=8 out-interface-list=WAN packet-mark=background
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=exam new-packet-mark=control out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=control out-interface=exam
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=management new-packet-mark=control out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=control out-interface=management
/ipv6 firewall mangle add action=mark-packet chain=output new-packet-mark=control out-interface-list=WAN
/ipv6 firewall mangle add action=change-dscp chain=postrouting new-dscp=48 out-interface-list=WAN packet-mark=control
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=admin new-packet-mark=office out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=office out-interface=admin
/ipv6 firewall mangle add action=change-dscp chain=postrouting new-dscp=26 out-interface-list=WAN packet-mark=office
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=student new-packet-mark=learning out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=learning out-interface=student
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=staff new-packet-mark=learning out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=learning out-interface=staff
/ipv6 firewall mangle add action=change-dscp chain=postrouting new-dscp=18 out-interface-list=WAN packet-mark=learning
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=guest new-packet-mark=background out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=guest
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=eduroam new-packet-mark=background out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=eduroam
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=iot new-packet-mark=background out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=iot
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface=cctv new-packet-mark=background out-interface-list=WAN
/ipv6 firewall mangle add action=mark-packet chain=forward in-interface-list=WAN new-packet-mark=background out-interface=cctv
/ipv6 firewall mangle add action=change-dscp chain=postrouting new-dscp=8 out-interface-list=WAN packet-mark=background
/queue tree add max-limit=300M name=up-ether1 parent=ether1
/queue tree add limit-at=30M max-limit=300M name=up-ether1-control packet-mark=control parent=up-ether1 priority=1
/queue tree add limit-at=60M max-limit=300M name=up-ether1-office packet-mark=office parent=up-ether1 priority=2
/queue tree add limit-at=165M max-limit=300M name=up-ether1-learning packet-mark=learning parent=up-ether1 priority=3
/queue tree add limit-at=45M max-limit=150M name=up-ether1-background packet-mark=background parent=up-ether1 priority=4
/queue tree add max-limit=300M name=down-ether1 parent=bridge
/queue tree add limit-at=30M max-limit=300M name=down-ether1-control packet-mark=control parent=down-ether1 priority=1
/queue tree add limit-at=60M max-limit=300M name=down-ether1-office packet-mark=office parent=down-ether1 priority=2
/queue tree add limit-at=165M max-limit=300M name=down-ether1-learning packet-mark=learning parent=down-ether1 priority=3
/queue tree add limit-at=45M max-limit=150M name=down-ether1-background packet-mark=background parent=down-ether1 priority=4
