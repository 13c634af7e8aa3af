"""Syslog: what messages mean on each platform, how a stream is parted, and real senders over UDP, TCP and TLS."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import Malformed, UsageError
from homeroom.observe import framing
from homeroom.observe.framing import Framer
from homeroom.observe.listening import SyslogPorts
from homeroom.observe.syslog import listening, plain
from homeroom.observe.syslog_words import PLATFORMS, understood, words_of
from homeroom.project import Project

STRUCTURED = "1 2026-03-01T09:17:15.719Z r1"
EXAMPLES = [
    # (platform, message behind its priority, kind, who, origin), as the vendors' documents and devices write them
    ("ios", "45: sw1: *Mar  1 00:03:12.125: %SYS-5-CONFIG_I: Configured from console by ana on vty0 (192.0.2.9)", "config", "ana", "192.0.2.9"),
    ("ios", "46: Mar  1 10:11:12 UTC: %SYS-5-CONFIG_I: Configured from console by vty0 (192.0.2.9)", "config", "vty0", "192.0.2.9"),
    ("ios", "%SYS-5-CONFIG_I: Configured from memory by console", "config", "console", ""),
    ("ios", "47: %DMI-5-CONFIG_I: R0/0: dmiauthd: Configured from NETCONF/RESTCONF by ana, transaction-id 1372", "config", "ana", ""),
    ("ios", "009832: Sep 15 22:53:42.887: %PARSER-5-CFGLOG_LOGGEDCMD: User:ana  logged command:no ip http server", "config", "ana", ""),
    ("ios", "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK: Rolling to: flash:archive-Mar-1", "config", "", ""),
    ("ios", "48: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ana] [Source: 192.0.2.9] [localport: 22] at 10:00:00 UTC Sun Mar 1 2026", "login", "ana", "192.0.2.9"),
    ("ios", "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: root] [Source: 198.51.100.7] [localport: 22] [Reason: Login Authentication Failed] at 10:00:00 UTC", "refused", "root", "198.51.100.7"),
    ("ios", "%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 107 secs, [user: root] [Source: 198.51.100.7] [localport: 22] [Reason: Login Authentication Failed] [ACL: NOC]", "refused", "root", "198.51.100.7"),
    ("ios", "%SNMP-3-AUTHFAIL: Authentication failure for SNMP req from host 198.51.100.7", "refused", "", "198.51.100.7"),
    ("ios", "%SYS-5-RESTART: System restarted --", "restart", "", ""),
    ("ios", "%SYS-5-RELOAD: Reload requested by ana on vty0 (192.0.2.9). Reload Reason: Reload Command.", "restart", "ana", "192.0.2.9"),
    ("ios", "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down", "link", "", ""),
    ("eos", "Mar  1 10:00:00 sw2 ConfigAgent: %SYS-5-CONFIG_I: Configured from console by ana on vty3 (192.0.2.9)", "config", "ana", "192.0.2.9"),
    ("eos", "Apr 25 09:29:27 P1 ConfigAgent: %SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User ana committed configuration session s1 successfully on GNMI (192.0.2.9:57388)", "config", "ana", "192.0.2.9:57388"),
    ("eos", "Mar  1 10:00:00 sw2 ConfigAgent: %SYS-5-CONFIG_SESSION_COMMIT_TIMER_EXPIRED: The commit timer on session s1 has expired. The system configuration has been rolled back.", "config", "", ""),
    ("eos", "2026 Mar  1 10:00:00 UTC sw2 Aaa: 44: %AAA-5-LOGIN: user ana logged in [from: 192.0.2.9] [service: sshd]", "login", "ana", "192.0.2.9"),
    ("eos", "Mar  1 10:00:00 sw2 Aaa: %AAA-4-LOGIN_FAILED: user root failed to login [from: 198.51.100.7] [service: sshd] [reason: Authentication failed - Bad user]", "refused", "root", "198.51.100.7"),
    ("eos", "Mar  1 10:00:00 sw2 Cli: %SYS-5-RELOAD: System reload requested by ana", "restart", "", ""),
    ("eos", "Mar  1 10:00:00 sw2 Sysdb: %SYS-5-SYSTEM_RESTARTED: System restarted", "restart", "", ""),
    ("eos", "Mar  1 10:00:00 sw2 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet7 (to: ap7), changed state to up", "link", "", ""),
    ("junos", f"{STRUCTURED} mgd 3046 UI_COMMIT [junos@2636.1.1.1.2.57 username=\"ana\" command=\"commit\" message=\"none\"] User 'ana' requested 'commit' operation (comment: none)", "config", "ana", ""),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_COMMIT: User 'ana' requested 'commit synchronize' operation (comment: x)", "config", "ana", ""),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_COMMIT_COMPLETED: commit complete", "config", "", ""),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_COMMIT_NOT_CONFIRMED: Commit was not confirmed; automatic rollback complete", "config", "", ""),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_LOGIN_EVENT: User 'ana' login, class 'j-super-user' [6520], ssh-connection '192.0.2.9 51234 10.0.0.2 22', client-mode 'cli'", "login", "ana", "192.0.2.9"),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_LOGIN_EVENT: User 'ana' login, class 'j-operator' [16648]", "login", "ana", ""),
    ("junos", f"{STRUCTURED} sshd - SSHD_LOGIN_FAILED [junos@2636.1.1.1.2.57 username=\"root\" source-address=\"198.51.100.7\"] Login failed for user 'root' from host '198.51.100.7'", "refused", "root", "198.51.100.7"),
    ("junos", "May 18 11:22:43 carrier sshd: SSHD_LOGIN_FAILED: Login failed for user 'root' from host '198.51.100.7'", "refused", "root", "198.51.100.7"),
    ("junos", "May 18 11:22:43 carrier login[7]: LOGIN_FAILED: Login failed for user root from host 198.51.100.7", "refused", "root", "198.51.100.7"),
    ("junos", "May 18 11:22:43 c snmpd[7]: SNMPD_TRAP_COLD_START: trap_generate_cold: SNMP trap: cold start", "restart", "", ""),
    ("junos", "May 18 11:22:43 c mib2d[7]: SNMP_TRAP_LINK_DOWN: ifIndex 520, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/7", "link", "", ""),
    ("junos", "May 18 11:22:43 c mib2d[7]: SNMP_TRAP_LINK_UP: ifIndex 520, ifAdminStatus up(1), ifOperStatus up(1), ifName ge-0/0/7", "link", "", ""),
    ("ros", "Sep 23 10:16:04 RB4011 system,info,account user ana logged in from 192.0.2.9 via winbox", "login", "ana", "192.0.2.9"),
    ("ros", "system,error,critical login failure for user root from 198.51.100.7 via ssh", "refused", "root", "198.51.100.7"),
    ("ros", "Sep 23 10:16:04 RB4011 system,info mangle rule changed by ana", "config", "ana", ""),
    ("ros", "2026-03-01T10:00:00+00:00 RB system,info filter rule added by tcp-msg(winbox):ana@192.0.2.9 (*5 = /ip firewall filter add action=accept)", "config", "ana", "192.0.2.9"),
    ("ros", "system,info changed script settings by tcp-msg(winbox):ana@192.0.2.9 (/system script set x)", "config", "ana", "192.0.2.9"),
    ("ros", "system,info router rebooted", "restart", "", ""),
    ("ros", "interface,info ether1 link down", "link", "", ""),
    ("openwrt", "Mar 11 09:17:55 ap7 dropbear[1024]: Password auth succeeded for 'root' from 192.0.2.9:55200", "login", "root", "192.0.2.9"),
    ("openwrt", "Mar 11 09:17:55 ap7 dropbear[1024]: Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:Pz0 from 192.0.2.9:55200", "login", "root", "192.0.2.9"),
    ("openwrt", "Mar 11 09:17:55 ap7 dropbear[1024]: Bad password attempt for 'root' from 198.51.100.7:55200", "refused", "root", "198.51.100.7"),
    ("openwrt", "Mar 11 09:17:55 ap7 dropbear[1024]: Login attempt for nonexistent user from 198.51.100.7:55200", "refused", "", "198.51.100.7"),
    ("openwrt", f"{STRUCTURED} sshd 7 - - Accepted publickey for root from 192.0.2.9 port 55200 ssh2: ED25519 SHA256:x", "login", "root", "192.0.2.9"),
    ("openwrt", "Mar 11 09:17:55 ap7 sshd[7]: Failed password for invalid user bob from 198.51.100.7 port 9 ssh2", "refused", "bob", "198.51.100.7"),
    ("openwrt", "Mar 11 09:17:55 ap7 uhttpd[7]: [info] luci: accepted login on /admin for root from 192.0.2.9", "login", "root", "192.0.2.9"),
    ("openwrt", "Mar 11 09:17:55 ap7 uhttpd[7]: [info] luci: failed login on / for root from 198.51.100.7", "refused", "root", "198.51.100.7"),
    ("openwrt", "Mar 11 09:17:55 ap7 procd: - early -", "restart", "", ""),
    ("openwrt", "Mar 11 09:17:55 ap7 netifd: Network device 'eth0' link is up", "link", "", ""),
    ("vrp", "2026-03-01 10:00:00 HUAWEI %%01SHELL/5/LOGIN(l)[12]:The user succeeded in logging in. (UserName=ana, IPAddress=192.0.2.9, VpnName=)", "login", "ana", "192.0.2.9"),
    ("vrp", "2026-03-01 10:00:00 HUAWEI %%01CLI/5/LOGIN(l):CID=2160731923;VTY0 login from 192.0.2.9 succeed.", "login", "", "192.0.2.9"),
    ("vrp", "Mar 1 10:00:00 HUAWEI %%01SHELL/4/LOGINFAILED(l)[13]:Failed to login. (Ip=198.51.100.7, UserName=root, Times=1, AccessType=TELNET, VpnName=)", "refused", "root", "198.51.100.7"),
    ("vrp", 'Mar 1 10:00:00 HUAWEI %%01SHELL/5/CMDRECORD(l)[14]:Recorded command information. (Task=VT0, Ip=192.0.2.9, VpnName=, User=ana, AuthenticationMethod="Local-user", Command="undo stp enable")', "config", "ana", "192.0.2.9"),
    ("vrp", 'Mar 1 10:00:00 HUAWEI %%01CONFIGURATION/6/hwcfgmaneventlog(t):CID=0x80cb000c-OID=1.3.6.1.4.1.2011.6.10.2.1;Configuration file was changed. (LogIndex=1, SrcCmd=1, SrcData=4, DestData=2, TerUser="ana", SrcAddr=192.0.2.9, ConfigChangeId=1331)', "config", "ana", "192.0.2.9"),
    ("comware", "Oct 9 14:59:04 2026 MyDevice %%10SHELL/5/SHELL_LOGIN(l):VTY logged in from 192.0.2.9.", "login", "VTY", "192.0.2.9"),
    ("comware", "Oct 9 14:59:04 2026 MyDevice %%10CFGMAN/5/CFGMAN_CFGCHANGED(l): -EventIndex=12-CommandSource=2-ConfigSource=4-ConfigDestination=2; Configuration is changed.", "config", "", ""),
    ("comware", "Oct 9 14:59:04 2026 MyDevice %%10LOGIN/5/LOGIN_FAILED(l): root failed to login from 198.51.100.7.", "refused", "root", "198.51.100.7"),
    ("fortios", 'date=2026-04-10 time=05:03:10 eventtime=1744286590387128198 tz="-0700" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="ana" ui="GUI(192.0.2.9)" action="Edit" cfgpath="firewall.policy" cfgobj="8" msg="Edit firewall.policy 8"', "config", "ana", "192.0.2.9"),
    ("fortios", 'date=2026-04-10 time=05:03:10 logid="0100044546" type="event" subtype="system" logdesc="Attribute configured" user="ana" ui="ssh(192.0.2.9)" action="Edit" cfgattr="hostname[a->b]"', "config", "ana", "192.0.2.9"),
    ("fortios", 'date=2026-04-10 time=05:03:10 logid="0100032001" type="event" subtype="system" logdesc="Admin login successful" user="ana" ui="https(192.0.2.9)" action="login"', "login", "ana", "192.0.2.9"),
    ("fortios", 'date=2026-04-10 time=05:03:10 logid="0100032002" type="event" subtype="system" logdesc="Admin login failed" user="root" ui="ssh(198.51.100.7)" action="login"', "refused", "root", "198.51.100.7"),
]  # fmt: skip
FORGED = [
    # a stranger chose what stands inside: the message's own name and the device's own address win
    ("ios", "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: %SYS-5-CONFIG_I: Configured from console by ana on vty0] [Source: 198.51.100.7] [localport: 22] [Reason: x]", "refused", "198.51.100.7"),
    ("ios", "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: a] [Source: 192.0.2.9] [localport: 22] [Source: 198.51.100.7] [localport: 22] [Reason: x]", "refused", "198.51.100.7"),
    ("openwrt", "Mar 11 09:17:55 ap7 dropbear[1]: Bad password attempt for 'x' from 192.0.2.9:1' from 198.51.100.7:55200", "refused", "198.51.100.7"),
    ("ros", "system,error,critical login failure for user x changed by ana from 198.51.100.7 via ssh", "refused", "198.51.100.7"),
    ("junos", "May 18 11:22:43 c sshd: SSHD_LOGIN_FAILED: Login failed for user 'x' from host '192.0.2.9' from host '198.51.100.7'", "refused", "198.51.100.7"),
]  # fmt: skip
NOTHING = [
    ("ios", "%SEC-6-IPACCESSLOGP: list NOC denied tcp 198.51.100.7(4242) -> 10.0.0.1(22), 1 packet"),
    ("ios", "host 100% busy %SYS-5-CONFIG_I: Configured from console by ana"),
    ("eos", "Mar  1 10:00:00 sw2 Cli: %SYS-5-CONFIG_E: Enter configuration mode from console by ana on vty3 (192.0.2.9)"),
    ("junos", "Feb 27 02:33:04 bm-a mgd[6520]: UI_CMDLINE_READ_LINE: User 'ana', command 'show log'"),
    ("junos", "Feb 27 02:33:04 bm-a cron[7]: (root) CMD (UI_COMMIT: User 'ana' requested 'commit' operation)"),
    ("ros", "dhcp,info dhcp1 assigned 10.0.0.5 to AA:BB:CC:DD:EE:FF laptop changed by ana"),
    ("ros", "wireless,info item changed by ana"),
    ("openwrt", "Mar 11 09:17:55 ap7 dnsmasq-dhcp[1]: DHCPACK(br-lan) 10.0.0.5 aa:bb dropbear[1]: Password auth succeeded for 'root' from 10.0.0.5:1"),
    ("vrp", 'Mar 1 10:00:00 H %%01SHELL/5/CMDRECORD(l)[14]:Recorded command information. (Task=VT0, Ip=192.0.2.9, VpnName=, User=ana, AuthenticationMethod="Local-user", Command="display version")'),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "message", "kind", "who", "origin"), EXAMPLES)
def test_a_platforms_messages_are_understood(platform, message, kind, who, origin):
    said = understood(PLATFORMS[platform], message)
    assert said is not None
    assert (said.kind, said.who, said.origin) == (kind, who, origin)
    assert message.endswith(said.text)
    assert said.text


def test_every_word_has_an_example():
    used = Counter()
    for platform, message, *_ in EXAMPLES:
        words = PLATFORMS[platform]
        head = words.head.match(message)
        parts = head.groupdict("")
        name = f"{parts['name']}-{parts['more']}" if "more" in parts else parts["name"]
        used.update((platform, id(word.says)) for word in words.words[name] if word.says.match(message, head.end()))
    for platform, words in PLATFORMS.items():
        for listed in words.words.values():
            for word in listed:
                assert used[platform, id(word.says)], (platform, word.name, word.says.pattern)


@pytest.mark.parametrize(("platform", "message", "kind", "origin"), FORGED)
def test_what_a_stranger_calls_himself_is_no_message_of_its_own(platform, message, kind, origin):
    said = understood(PLATFORMS[platform], message)
    assert (said.kind, said.origin) == (kind, origin)


@pytest.mark.parametrize(("platform", "message"), NOTHING)
def test_what_is_none_of_the_words_means_nothing(platform, message):
    assert understood(PLATFORMS[platform], message) is None


@pytest.mark.parametrize("platform", PLATFORMS)
@given(
    message=st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda raw: raw.decode("utf-8", "replace")))
)
def test_no_message_breaks_the_words(platform, message):
    understood(PLATFORMS[platform], message)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_message_that_is_made_to_take_long_does_not(platform):
    """Each of these took seconds with careless patterns; the suite's time limit is what fails here."""
    for message in (e[1] for e in EXAMPLES if e[0] == platform):
        for filler in ("[user: ", "] [Source: ", "' from ", "UserName=", '[x="', "(", "a,", " ", "%", '\\"'):
            for at in range(0, len(message), 9):
                understood(PLATFORMS[platform], (message[:at] + filler * 600)[:2048])


def test_the_nearest_parent_lends_its_words():
    assert words_of(("catalyst", "ios")) is PLATFORMS["ios"]
    assert words_of(("unknown",)) is None


# --- streams


def test_both_framings_of_rfc_6587():
    framer = Framer()
    assert framer.feed(b"5 <1>ab12 <2>a line\n45<3>x") == [b"<1>ab", b"<2>a line\n45"]
    assert framer.feed(b"\n\n<4>y\r\n<5>") == [b"<3>x", b"<4>y\r"]
    assert framer.feed(b"z\n") == [b"<5>z"]


@given(
    messages=st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.booleans()), max_size=8),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_messages_are_the_same_however_the_stream_is_cut(messages, cuts):
    kept = [(m.replace(b"\n", b"_").lstrip(b"123456789") or b"x", counted) for m, counted in messages]
    stream = b"".join(b"%d %s" % (len(m), m) if counted else m + b"\n" for m, counted in kept)
    framer, found, last = Framer(), [], 0
    for cut in [*sorted(cuts), len(stream)]:
        found += framer.feed(stream[last:cut])
        last = max(last, cut)
    assert found == [m for m, _ in kept]


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_no_stream_takes_more_than_a_message_of_memory(chunks):
    framer = Framer()
    with contextlib.suppress(Malformed):
        for chunk in chunks:
            framer.feed(chunk * 60)
            assert len(framer._buffer) <= framing.LONGEST + 10


def test_what_is_too_long_is_dropped_and_counted_and_the_rest_goes_on():
    framer = Framer()
    assert framer.feed(b"<1>" + b"x" * 20_000) == []
    assert framer.feed(b"y" * 9000) == []
    assert framer.feed(b"z\n<2>b\n") == [b"<2>b"]
    assert framer.feed(b"20000 " + b"x" * 20_000 + b"5 <3>ab") == [b"<3>ab"]
    assert framer.cut == 2


@pytest.mark.parametrize("bad", [b"12345678 <1>x", b"12x <1>y", b"1234567"])
def test_a_length_that_is_none_ends_the_stream(bad):
    with pytest.raises(Malformed):
        Framer().feed(bad)


# --- over the network


def free(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def collected(project, ports, send, wanted, knows=lambda _: True):
    """Listen while `send()` runs, until `wanted` messages came in; return them and what was counted."""
    found, counted = [], Counter()

    async def main():
        enough = asyncio.Event()

        def take(data, source):
            found.append((data, source))
            if len(found) >= wanted:
                enough.set()

        async with listening(Project(project), ports, take, knows, counted):
            sent = await asyncio.to_thread(send)
            if wanted:
                await asyncio.wait_for(enough.wait(), 20)
            else:
                await asyncio.sleep(0.2)
            return sent

    return found, counted, asyncio.run(main())


def logger(*options):
    subprocess.run(["logger", "--id=7", *options], check=True, timeout=20)


@pytest.mark.skipif(shutil.which("logger") is None, reason="util-linux's logger is not here")
def test_a_real_logger_is_heard_by_udp_and_by_tcp_in_both_framings(tmp_path):
    udp, tcp = free(), free(socket.SOCK_STREAM)

    def send():
        logger("-n", "127.0.0.1", "-P", str(udp), "-d", "--rfc5424=notq", "-t", "mgd", "one")
        logger("-n", "127.0.0.1", "-P", str(udp), "-d", "--rfc3164", "-t", "mgd", "two")
        logger("-n", "127.0.0.1", "-P", str(tcp), "-T", "--octet-count", "-t", "mgd", "three")
        logger("-n", "127.0.0.1", "-P", str(tcp), "-T", "-t", "mgd", "four")

    found, _, _ = collected(tmp_path, SyslogPorts(("127.0.0.1",), udp=udp, tcp=tcp), send, 4)
    assert {source for _, source in found} == {"127.0.0.1"}
    assert sorted(data.strip().rsplit(b" ", 1)[1] for data, _ in found) == [b"four", b"one", b"three", b"two"]


def test_a_message_by_tls_is_heard_and_a_stranger_is_not_let_in(tmp_path):
    port = free(socket.SOCK_STREAM)
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"]
    subprocess.run(["openssl", *request, "-subj", "/CN=noc"], cwd=tmp_path, check=True, capture_output=True)
    ports = SyslogPorts(("127.0.0.1",), tls=port, certificate="cert.pem", key="key.pem")
    context = ssl.create_default_context(cafile=tmp_path / "cert.pem")
    context.check_hostname = False

    def send():
        with (
            socket.create_connection(("127.0.0.1", port), 20) as raw,
            context.wrap_socket(raw, server_hostname="noc") as sock,
        ):
            sock.sendall(b"9 <13>hello")
            with contextlib.suppress(OSError):
                sock.recv(1)

    def impatient():
        with (
            socket.create_connection(("127.0.0.1", port), 20) as raw,
            context.wrap_socket(raw, server_hostname="noc") as sock,
        ):
            sock.sendall(b"9 <13>hello")

    found, _, _ = collected(tmp_path, ports, impatient, 1)
    assert found == [(b"<13>hello", "127.0.0.1")]
    found, counted, _ = collected(tmp_path, ports, send, 0, knows=lambda _: False)
    assert not found
    assert counted == {"stranger": 1}


def test_of_one_address_the_oldest_connection_gives_way_and_all_have_an_end(tmp_path):
    port = free(socket.SOCK_STREAM)
    ports = SyslogPorts(("127.0.0.1",), tcp=port, connections=3, from_one=2)

    def send():
        made = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(3)]
        made[0].settimeout(20)
        try:
            ended = made[0].recv(1)
        except ConnectionResetError:
            ended = b""
        made[2].sendall(b"<1>last\n")
        for sock in made:
            sock.close()
        return ended

    found, counted, ended = collected(tmp_path, ports, send, 1)
    assert ended == b""
    assert found == [(b"<1>last", "127.0.0.1")]
    assert counted["turned_away"] == 1


def test_a_connection_that_sends_no_syslog_is_ended(tmp_path):
    port = free(socket.SOCK_STREAM)

    def send():
        with socket.create_connection(("127.0.0.1", port), 20) as sock:
            sock.sendall(b"99999999 x")
            try:
                return sock.recv(1)
            except ConnectionResetError:
                return b""

    _, counted, ended = collected(tmp_path, SyslogPorts(("127.0.0.1",), tcp=port), send, 0)
    assert (ended, counted["malformed"]) == (b"", 1)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_is_listened_to_beside_ipv4_and_addresses_are_as_inventories_write_them(tmp_path):
    port = free()

    def send():
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.sendto(b"<1>x", (address, port))

    try:
        found, _, _ = collected(tmp_path, SyslogPorts(udp=port), send, 2)
    except OSError:
        pytest.skip("IPv6 is switched off here")
    assert sorted(source for _, source in found) == ["127.0.0.1", "::1"]
    assert plain(("fe80::1%eth0", 5)) == "fe80::1"
    assert plain(("::ffff:192.0.2.1", 5)) == "192.0.2.1"


def test_a_port_that_is_taken_and_files_that_are_not_there_are_said(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"UDP port {port} of 127.0.0.1 cannot be listened on: .*; choose another"):
            collected(tmp_path, SyslogPorts(("127.0.0.1",), udp=port), lambda: None, 0)
    with pytest.raises(UsageError, match="TLS files cannot be read"):
        collected(tmp_path, SyslogPorts(("127.0.0.1",), tls=1, certificate="no", key="no"), lambda: None, 0)


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="needs certificate and key"):
        SyslogPorts(tls=6514)
    with pytest.raises(ValueError, match="1 to 65535"):
        SyslogPorts(udp=70_000)
    with pytest.raises(ValueError, match="from_one"):
        SyslogPorts(from_one=0)
