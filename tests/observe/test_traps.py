"""Notifications: net-snmp's own senders, what is not let in, and what each one means."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import StoreError, UsageError
from homeroom.observe.hearing import Ear, Rules, sender
from homeroom.observe.listening import TrapPort
from homeroom.observe.traps import MEANINGS, identity, listening, meant
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import message
from homeroom.snmp.ber import dotted
from homeroom.snmp.engine import Community, Credentials
from homeroom.snmp.notify import Identity, Receiver

needs_netsnmp = pytest.mark.skipif(
    shutil.which("snmptrap") is None, reason="net-snmp is not installed (Debian: apt install snmp)"
)
AUTH, PRIV, COMMUNITY = "authpass123", "privpass123", "publicpublic"
ENGINE = "8000000001020304"
COLD = ["", "1.3.6.1.6.3.1.1.5.1"]
USER = Credentials("homeroom", SecretRef(AUTH), SecretRef(PRIV))
SEALED = ["-v3", "-u", "homeroom", "-a", "SHA-256", "-A", AUTH, "-x", "AES", "-X", PRIV, "-l", "authPriv"]


def secrets(name):
    return Secret(name, name)


class Mono:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def sock():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture
def snmp(tmp_path, sock):
    """Run one of net-snmp's senders against the socket."""
    environment = {"MIBS": "", "PATH": "/usr/bin:/bin", "SNMP_PERSISTENT_DIR": str(tmp_path)}
    running = []

    def start(tool, *words, target=""):
        port = sock.getsockname()[1]
        command = [tool, *((target or f"127.0.0.1:{port}") if word == "AT" else word for word in words)]
        done = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        running.append(done)
        return done

    yield start
    for one in running:
        one.communicate(timeout=20)


class House:
    """A receiver, and what it did not let in."""

    def __init__(self, users=USER, community=COMMUNITY, monotonic=None):
        self.refused = Counter()
        self.receiver = Receiver(
            Identity(b"\x80\x00\x7e\xd9\x05homeroom1", 3),
            secrets,
            users=users,
            community=Community(SecretRef(community)) if community else None,
            monotonic=monotonic or Mono(),
            refused=lambda why: self.refused.update([why]),
        )

    def take(self, data, device="rtr1"):
        return self.receiver.take(data, ("127.0.0.1", 5), device)[0]


def caught(snmp, sock, tool, *words):
    """Return the datagram that a sender sends first."""
    done = snmp(tool, *words)
    data, _ = sock.recvfrom(65535)
    done.wait(20)
    return data


@needs_netsnmp
@pytest.mark.parametrize("version", ["-v1", "-v2c"])
def test_a_trap_with_our_community_is_taken_and_with_another_not(snmp, sock, version):
    words = ["1.3.6.1.4.1.9", "127.0.0.1", "0", "0", ""] if version == "-v1" else COLD
    house = House()
    told = house.take(caught(snmp, sock, "snmptrap", version, "-c", COMMUNITY, "AT", *words))
    assert (told.oid, told.sealed) == (dotted(COLD[1]), False)
    assert house.take(caught(snmp, sock, "snmptrap", version, "-c", "public", "AT", *words)) is None
    assert House(community="").take(caught(snmp, sock, "snmptrap", version, "-c", COMMUNITY, "AT", *words)) is None
    assert house.refused == {"unproven": 1}


@needs_netsnmp
@pytest.mark.parametrize(("hash_", "cipher"), [("SHA", "AES"), ("SHA-512", "AES-256")])
def test_a_sealed_trap_is_taken_by_whatever_protocol_the_user_has(snmp, sock, hash_, cipher):
    user = Credentials("homeroom", SecretRef(AUTH), SecretRef(PRIV), auth=hash_, priv=cipher)
    words = ["-v3", "-u", "homeroom", "-a", hash_, "-A", AUTH, "-x", cipher, "-X", PRIV, "-l", "authPriv", "-e", ENGINE]
    house = House(user)
    interface = ["1.3.6.1.2.1.2.2.1.1.7", "i", "7", "1.3.6.1.2.1.31.1.1.1.1.7", "s", "Gi1/0/7"]
    told = house.take(caught(snmp, sock, "snmptrap", *words, "AT", "", "1.3.6.1.6.3.1.1.5.3", *interface))
    assert told.sealed
    assert (told.bindings[dotted(interface[0])], told.bindings[dotted(interface[3])]) == (7, b"Gi1/0/7")
    assert meant(told.oid, told.bindings).text == "linkDown ifName=Gi1/0/7 ifIndex=7"


@needs_netsnmp
@pytest.mark.parametrize(
    "words",
    [
        ["-v3", "-u", "homeroom", "-l", "noAuthNoPriv", "-e", ENGINE],
        ["-v3", "-u", "homeroom", "-l", "authNoPriv", "-a", "SHA-256", "-A", AUTH, "-e", ENGINE],
        ["-v3", "-u", "somebody", "-l", "authPriv", "-a", "SHA-256", "-A", AUTH, "-x", "AES", "-X", PRIV, "-e", ENGINE],
        ["-v3", "-u", "homeroom", "-l", "authPriv", "-a", "SHA-256", "-A", "wrong12345", "-x", "AES", "-X", PRIV, "-e", ENGINE],
        ["-v3", "-u", "homeroom", "-l", "authPriv", "-a", "SHA", "-A", AUTH, "-x", "AES", "-X", PRIV, "-e", ENGINE],
    ],
    ids=["plain", "authenticated only", "another user", "another key", "another hash"],
)  # fmt: skip
def test_what_is_not_sealed_as_our_user_seals_is_not_let_in(snmp, sock, words):
    """pysnmp by itself would take the first two."""
    house = House()
    assert house.take(caught(snmp, sock, "snmptrap", *words, "AT", *COLD)) is None
    assert house.refused == {"unproven": 1}


@needs_netsnmp
def test_an_old_trap_is_not_taken_again_and_no_device_speaks_for_another(snmp, sock):
    clock = Mono()
    house = House(monotonic=clock)
    data = caught(snmp, sock, "snmptrap", *SEALED, "-e", ENGINE, "-Z", "5,1000", "AT", *COLD)
    assert house.take(data) is not None
    assert house.take(data, "rtr2") is None
    clock.now += 149
    assert house.take(data) is not None
    clock.now += 302
    assert house.take(data) is None
    later = caught(snmp, sock, "snmptrap", *SEALED, "-e", ENGINE, "-Z", "6,1", "AT", *COLD)
    assert house.take(later) is not None
    assert house.take(data) is None
    assert house.refused == {"unproven": 3}


@needs_netsnmp
def test_while_keys_are_changed_the_former_ones_count_too(snmp, sock):
    new = Credentials("homeroom", SecretRef("newauth123"), SecretRef("newpriv123"), former=USER)
    house = House(new)
    assert house.take(caught(snmp, sock, "snmptrap", *SEALED, "-e", ENGINE, "AT", *COLD)) is not None
    words = [{AUTH: "newauth123", PRIV: "newpriv123"}.get(word, word) for word in SEALED]
    assert house.take(caught(snmp, sock, "snmptrap", *words, "-e", ENGINE, "AT", *COLD)) is not None


@needs_netsnmp
def test_engines_of_which_the_time_is_not_remembered_any_more_are_heard_all_the_same(snmp, sock, monkeypatch):
    monkeypatch.setattr("homeroom.snmp.notify_gate._ENGINES", 2)
    house = House()
    for number in [1, 2, 3, 4, 1, 2]:
        data = caught(snmp, sock, "snmptrap", *SEALED, "-e", f"80000000010203{number:02}", "AT", *COLD)
        assert house.take(data, f"rtr{number}") is not None
    assert len(house.receiver.gate._known) == 2


@needs_netsnmp
def test_hostile_octets_do_no_harm(snmp, sock):
    good = caught(snmp, sock, "snmptrap", *SEALED, "-e", ENGINE, "AT", *COLD)
    plain = caught(snmp, sock, "snmptrap", "-v2c", "-c", COMMUNITY, "AT", *COLD)
    house = House()

    @given(st.sampled_from([good, plain]), st.integers(0, 500), st.binary(min_size=1, max_size=6), st.booleans())
    def check(data, at, junk, cut):
        at %= len(data)
        changed = data[:at] + junk if cut else data[:at] + junk + data[at + len(junk) :]
        if changed not in {good, plain}:
            told = house.take(changed)
            assert told is None or not told.sealed

    check()
    assert house.take(good) is not None
    assert set(house.refused) <= {"malformed", "unproven"}


def heard_by(tmp_path, send, wanted, community="", **port):
    """Listen as the daemon does while `send(port)` runs; return the rows and what was counted."""
    rows = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
    rules = Rules(kinds=("restart", "config", "refused", "link"))
    ear = Ear({"127.0.0.1": sender("rtr1", ["ios"])}, str, lambda: 1000.5, rules)

    async def main():
        trap_port = TrapPort(("127.0.0.1",), number, community, **port)
        async with listening(tmp_path, trap_port, ear, secrets, USER):
            await asyncio.to_thread(send, number)
            for _ in range(400):
                rows.extend(ear.fetched())
                if len(rows) >= wanted:
                    return
                await asyncio.sleep(0.02)

    asyncio.run(main())
    return rows, ear.counted


@needs_netsnmp
@pytest.mark.parametrize("words", [SEALED, ["-v2c", "-c", COMMUNITY]], ids=["v3", "v2c"])
def test_an_inform_is_taken_and_answered(tmp_path, snmp, words):
    """The sender ends well only if it was answered; by v3 it asks first who we are."""
    ended = []

    def send(port):
        for _ in range(2):  # the second one is another start of the sender
            done = snmp("snmpinform", *words, "-t", "5", "-r", "1", "AT", *COLD, target=f"127.0.0.1:{port}")
            ended.append(done.wait(20))

    rows, counted = heard_by(tmp_path, send, 1, COMMUNITY)
    assert ended == [0, 0]
    assert [(row.device, row.source, row.kind, row.text) for row in rows] == [("rtr1", "trap", "restart", "coldStart")]
    assert (counted["trap"], counted["repeated"]) == (2, 1)


@needs_netsnmp
def test_strangers_and_what_comes_too_fast_are_counted(tmp_path, snmp):
    def send(port):
        for _ in range(4):
            assert snmp("snmptrap", *SEALED, "-e", ENGINE, "AT", *COLD, target=f"127.0.0.1:{port}").wait(20) == 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.9.9.9", 0))
            sock.sendto(b"x", ("127.0.0.1", port))

    rows, counted = heard_by(tmp_path, send, 1, per_second=3)
    assert len(rows) == 1
    assert (counted["trap"], counted["stranger"], counted["busy"]) == (3, 1, 1)


CISCO, JUNIPER = "1.3.6.1.4.1.9.9.43.1.1.6.1", "1.3.6.1.4.1.2636.3.18.1.7.1"


@pytest.mark.parametrize(
    ("oid", "bindings", "kind", "who", "origin"),
    [
        ("1.3.6.1.6.3.1.1.5.5", {"1.3.6.1.4.1.9.2.1.5.0": bytes([198, 51, 100, 7])}, "refused", "", "198.51.100.7"),
        ("1.3.6.1.4.1.9.9.43.2.0.1", {f"{CISCO}.3.9": 1, f"{CISCO}.4.9": 2, f"{CISCO}.5.9": 3}, "config", "", ""),
        ("1.3.6.1.4.1.9.9.43.2.0.1", {f"{CISCO}.3.9": 1, f"{CISCO}.4.9": 3, f"{CISCO}.5.9": 4}, "other", "", ""),
        ("1.3.6.1.4.1.9.9.43.2.0.2", {"1.3.6.1.4.1.9.9.43.1.1.1.0": 77, f"{CISCO}.8.9": b"ana"}, "config", "ana", ""),
        ("1.3.6.1.4.1.2636.4.5.0.1", {f"{JUNIPER}.4.1": 2, f"{JUNIPER}.5.1": b"ana"}, "config", "ana", ""),
        ("1.3.6.1.4.1.2011.6.10.2.1", {"1.3.6.1.4.1.2011.6.10.1.1.7.1.5.20": 4}, "other", "", ""),
        ("1.3.6.1.4.1.25506.2.4.2.1", {"1.3.6.1.4.1.25506.2.4.1.1.7.1.5.20": 2}, "config", "", ""),
        ("1.3.6.1.6.3.1.1.5.2", {}, "restart", "", ""),
        ("1.3.6.1.4.1.99999.1", {}, "other", "", ""),
    ],
)
def test_what_a_notification_means(oid, bindings, kind, who, origin):
    said = meant(dotted(oid), {dotted(name): value for name, value in bindings.items()})
    assert (said.kind, said.who, said.origin) == (kind, who, origin)
    assert said.text


def test_the_meanings_have_the_names_of_their_mibs():
    assert len({one.name for one in MEANINGS.values()}) == len(MEANINGS)


def test_our_engine_counts_its_starts_and_says_when_it_cannot(tmp_path):
    path = tmp_path / "notify-engine.json"
    first, second = identity(path), identity(path)
    assert (first.engine_id, first.boots, second.boots) == (second.engine_id, 1, 2)
    assert 5 <= len(first.engine_id) <= 32
    path.write_text(json.dumps({"engine_id": "xy"}))
    with pytest.raises(StoreError, match=r"cannot be read \(.*\): delete it"):
        identity(path)
    with pytest.raises(StoreError, match="cannot be written"):
        identity(tmp_path / "no" / "such.json")


def test_settings_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(ValueError, match="1 to 65535"):
        TrapPort(port=-1)
    with pytest.raises(UsageError, match="cannot be listened on"):
        asyncio.run(_opened(tmp_path, TrapPort(("192.0.2.1",), 5162)))


async def _opened(tmp_path, port):
    ear = Ear({}, str, lambda: 0.0)
    async with listening(tmp_path, port, ear, secrets, None):
        pass


def test_only_a_question_of_who_we_are_is_let_in_unsealed():
    house = House()
    header = message.Header(1, 65507, message.REPORTABLE, b"", 0, 0, b"")
    for kind, passes in ((message.GET, True), (message.TRAP, False)):
        pdu = message.Pdu(kind, 7, 0, 0, (), b"").encode()
        data = message.write_v3(header, message.scoped(b"", b"", pdu), None)
        told, answers = house.receiver.take(data, ("127.0.0.1", 5), "rtr1")
        assert told is None
        assert bool(answers) is passes
