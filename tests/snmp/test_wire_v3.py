"""SNMPv3's state: what is learnt of an engine, kept over restarts, corrected when it was wrong, never trusted too far."""

from __future__ import annotations

import asyncio
import itertools
import json
import stat
import time

import pytest

from homeroom.errors import DeviceError, LoginRefused, Unreachable
from homeroom.lab.agent import Agent
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.snmp import counters as count
from homeroom.lab.snmp.engine import LocalEngine, Refused, engine_id
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber, message, usm
from homeroom.snmp.engine import Credentials, Target
from homeroom.snmp.message import REPORT, Header, Pdu
from homeroom.snmp.wire.engine import WireEngine
from homeroom.snmp.wire.keyring import Keyring
from homeroom.snmp.wire.peers import LAST_BOOT, Peer, Peers
from tests.snmp.box import USER, Box, serving
from tests.snmp.test_wire_line import agent

SYS_NAME = ber.dotted("1.3.6.1.2.1.1.5.0")
WHO = Credentials("homeroom", SecretRef(USER.auth_key), SecretRef(USER.priv_key))
ENGINE = b"\x80\x00\x00\x09\x01\x7f\x3c\x00\x01"


def secrets(name: str) -> Secret:
    return Secret(name, name)


def live(**fields: object) -> Box:
    return Box(**{"boot": time.time() - 5000, "address": "127.61.0.1", "name": "sw1", "hostname": "sw1"} | fields)


def ask(port: int, *, host: str = "127.61.0.1", who: Credentials = WHO, secrets=secrets, times: int = 1, **options):
    """Ask sysName once or more often, on an engine of its own; return the last answer and what was counted."""

    async def main():
        engine = WireEngine(secrets, **{"timeout": 0.3, "retries": 0} | options)
        try:
            for _ in range(times):
                got = await engine.get(Target("sw1", "ios", host, port, who), [SYS_NAME])
            return got, engine.stats
        finally:
            engine.close()

    return asyncio.run(main())


def test_one_packet_a_question_once_an_engine_is_known_also_over_restarts(tmp_path):
    state = tmp_path / "engines.json"
    with serving(live()) as port:
        got, stats = ask(port, state=state, times=5)
        assert got == [b"sw1"]
        assert (stats.sent, stats.discovered) == (6, 1)
        got, stats = ask(port, state=state)
        assert got == [b"sw1"]
        assert (stats.sent, stats.discovered, stats.resynchronised) == (1, 0, 0)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["engines.json"]
    assert USER.auth_key not in state.read_text()


def test_a_reboot_and_a_clock_that_jumped_cost_one_packet_each(tmp_path):
    state = tmp_path / "engines.json"
    box = live()
    with serving(box) as port:
        ask(port, state=state)
        box.boot, box.engine_boots = time.time(), 8
        assert ask(port, state=state)[1].sent == 2
        got, stats = ask(port, state=state, clock=lambda: time.time() + 7200)
        assert got == [b"sw1"]
        assert (stats.sent, stats.discovered) == (2, 0)
        box.boot, box.engine_boots = time.time(), 1  # its boots were lost: what it says under our id is believed
        assert ask(port, state=state)[1].sent == 2


def test_another_device_at_an_address_is_learnt_anew(tmp_path):
    state = tmp_path / "engines.json"
    with serving(live(platform="openwrt")) as port:
        document = {"format": 1, "engines": [["127.61.0.1", port, ENGINE.hex(), 7, 1000, 2000]]}
        state.write_text(json.dumps(document))
        got, stats = ask(port, state=state, clock=lambda: 5000.0)
        assert got == [b"sw1"]
        assert stats.sent <= 3
    kept = json.loads(state.read_text())["engines"]
    assert [row[2] for row in kept] == [engine_id(live(platform="openwrt")).hex()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": 2, "engines": []}',
        '{"format": 1}',
        '{"format": 1, "engines": [["127.61.0.1", 1]]}',
        '{"format": 1, "engines": [["127.61.0.1", "1", "8000000901", 1, 1, 1]]}',
        '{"format": 1, "engines": [["127.61.0.1", 1, "80", 1, 1, 1]]}',
        '{"format": 1, "engines": [["127.61.0.1", 1, "x", 1, 1, 1]]}',
        '{"format": 1, "engines": [["127.61.0.1", 1, "8000000901", -1, 1, 1]]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_costs_a_discovery_and_is_written_anew(tmp_path, text):
    state = tmp_path / "engines.json"
    state.write_text(text)
    with serving(live()) as port:
        assert ask(port, state=state)[1].discovered == 1
        assert ask(port, state=state)[1].discovered == 0


def test_a_state_that_cannot_be_written_stops_nobody(tmp_path):
    async def main(port: int):
        engine = WireEngine(secrets, state=tmp_path / "gone" / "engines.json")
        await engine.get(Target("sw1", "ios", "127.61.0.1", port, WHO), [SYS_NAME])
        saved = engine.save()
        engine.close()
        return saved

    with serving(live()) as port:
        assert asyncio.run(main(port)) is False


def test_what_was_not_heard_of_for_long_is_forgotten(tmp_path):
    state = tmp_path / "engines.json"
    with serving(live()) as port:
        ask(port, state=state)
    later = Peers(state, 0.0, lambda: time.time() + 200 * 86400)
    assert len(later) == 1
    assert later.save(0.0)
    assert json.loads(state.read_text())["engines"] == []


def test_a_password_is_stretched_once_for_all_devices(monkeypatch):
    stretched = []
    real = usm._stretch
    monkeypatch.setattr(usm, "_stretch", lambda raw, digest: stretched.append(raw) or real(raw, digest))
    usm.master_key.cache_clear()
    boxes = [live(address=f"127.61.1.{number}", hostname=f"d{number}") for number in range(1, 21)]

    async def main(port: int):
        engine = WireEngine(secrets)
        answers = {}
        questions = [(Target(box.hostname, "ios", box.address, port, WHO), (SYS_NAME,)) for box in boxes]
        for _ in range(2):
            await engine.sweep(questions, lambda target, got: answers.setdefault(target.device, got))
        engine.close()
        return answers

    with serving(*boxes) as port:
        usm.master_key.cache_clear()
        assert asyncio.run(main(port)) == {box.hostname: [box.hostname.encode()] for box in boxes}
    ours = [raw for raw in stretched if raw == USER.auth_key.encode()]
    assert len(ours) == 1


def test_a_secret_that_changed_meanwhile_is_read_again():
    """The device and the vault get a new key while we run; the engine looks into the vault when it is refused."""
    box, vault = live(), {"auth": "formerauth1", "priv": "formerpriv1"}
    box.users = {"homeroom": SnmpUser("SHA-256", "formerauth1", "AES", "formerpriv1")}
    who = Credentials("homeroom", SecretRef("auth"), SecretRef("priv"))

    async def main(port: int):
        engine = WireEngine(lambda name: Secret(name, vault[name]), timeout=0.3, retries=0)
        asked = Target("sw1", "ios", "127.61.0.1", port, who)
        got = [await engine.get(asked, [SYS_NAME])]
        vault.update(auth="newauth123", priv="newpriv123")
        got.append(await engine.get(asked, [SYS_NAME]))
        box.users = {"homeroom": SnmpUser("SHA-256", "newauth123", "AES", "newpriv123")}
        box.version += 1
        got.append(await engine.get(asked, [SYS_NAME]))
        vault.update(auth="otherauth1")
        box.users = {}
        box.version += 1
        for _ in range(2):
            with pytest.raises(LoginRefused):
                await engine.get(asked, [SYS_NAME])
        engine.close()
        return got

    with serving(box) as port:
        assert asyncio.run(main(port)) == [[b"sw1"]] * 3


class Crooked:
    """A device that answers SNMPv3 as `answer(engine, sealed)` says; by default as it should."""

    def __init__(self, answer, **fields: object) -> None:
        self.box = live(**fields)
        self.engine = LocalEngine(self.box, itertools.count())
        self.engine.refresh()
        self.agent = Agent()
        self.answer = answer
        self.heard: list[bytes] = []

    def __call__(self, sock, datagram, peer) -> None:
        self.heard.append(datagram)
        sealed = message.read_v3(message.version(datagram)[1])
        for data in self.answer(self, datagram, sealed):
            if data is not None:
                sock.sendto(data, peer)

    def proper(self, datagram: bytes) -> bytes | None:
        return self.agent.handle(datagram, self.box, time.time())

    def report(self, sealed, counter: ber.Oid, **header) -> bytes:
        """A report that nobody vouches for."""
        pdu = Pdu(REPORT, 0, 0, 0, (), message.binding(counter, ber.integer(1, ber.COUNTER32))).encode()
        fields = {"engine_id": self.engine.id, "boots": 7, "time": 5000} | header
        made = Header(sealed.header.message_id, 1472, 0, user=b"", **fields)
        return message.write_v3(made, message.scoped(made.engine_id, b"", pdu), None)

    def respond(self, sealed, pdu: Pdu, level: int = 3, boots: int | None = None, **changed) -> bytes:
        """An answer with our keys."""
        verdict = self.engine.admit(sealed, time.time())
        assert not isinstance(verdict, Refused)
        made = Pdu(changed.get("kind", message.RESPONSE), changed.get("number", pdu.request_id), 0, 0, (), b"")
        header = Header(
            sealed.header.message_id, 1472, level, self.engine.id, boots or 7, 5000, b"homeroom", salt=b"s" * 8
        )
        payload = message.scoped(changed.get("context", self.engine.id), b"", made.encode())
        if level & 2:
            payload = ber.octets(verdict.keys.encrypt(payload, header.boots, header.time, header.salt))
        else:
            header = Header(header.message_id, 1472, level, self.engine.id, boots or 7, 5000, b"homeroom")
        return message.write_v3(header, payload, verdict.keys if level & 1 else None)


def crooked(answer, times: int = 1, retries: int = 0, kind: type[DeviceError] = DeviceError, **fields):
    """Ask a crooked device; return the error, and how often it was asked."""
    device = Crooked(answer, **fields)
    with agent(device, device.box.address) as port, pytest.raises(kind) as caught:
        ask(port, times=times, retries=retries)
    assert type(caught.value) is kind
    return str(caught.value), len(device.heard)


def discovery(sealed) -> bool:
    return not sealed.header.engine_id


def once_known(answer):
    """Answer discovery as one should, and what follows as `answer(device, sealed, pdu)` says."""

    def respond(device: Crooked, datagram: bytes, sealed):
        if discovery(sealed):
            return [device.proper(datagram)]
        verdict = device.engine.admit(sealed, time.time())
        return [device.proper(datagram)] if isinstance(verdict, Refused) else answer(device, sealed, verdict.scoped.pdu)

    return respond


def test_an_engine_that_never_knows_itself_is_left():
    def respond(device: Crooked, datagram: bytes, sealed):
        return [device.report(sealed, count.UNKNOWN_ENGINES)]

    said, asked = crooked(respond)
    assert said == "sw1: SNMP failed: its engine id or clock does not hold still; look at its SNMP agent"
    assert asked == 5


def test_an_engine_whose_time_is_never_right_is_left():
    said, asked = crooked(once_known(lambda device, sealed, _: [device.report(sealed, count.NOT_IN_TIME_WINDOWS)]))
    assert said == "sw1: SNMP failed: its engine id or clock does not hold still; look at its SNMP agent"
    assert asked == 5


@pytest.mark.parametrize("wrong", [b"", b"\x80", b"\x80" * 33])
def test_an_engine_id_has_5_to_32_octets(wrong):
    said, _ = crooked(lambda device, _, sealed: [device.report(sealed, count.UNKNOWN_ENGINES, engine_id=wrong)])
    assert said.startswith("sw1: SNMP failed: its engine id has not 5 to 32 octets")


def test_an_engine_that_has_booted_too_often_is_named():
    said, _ = crooked(lambda device, _, sealed: [device.report(sealed, count.UNKNOWN_ENGINES, boots=LAST_BOOT)])
    assert said.startswith("sw1: SNMP failed: its engine has booted too often to be trusted")


def test_a_report_that_we_do_not_know_is_named():
    said, _ = crooked(once_known(lambda device, sealed, _: [device.report(sealed, count.UNKNOWN_CONTEXTS)]))
    assert said == "sw1: SNMP failed: it reports 1.3.6.1.6.3.12.1.5.0; look at its SNMP agent"


def test_a_spoofed_signature_is_waited_out_and_told():
    def respond(device: Crooked, sealed, pdu):
        good = device.respond(sealed, pdu)
        return [good[:-1] + bytes((good[-1] ^ 1,))]

    said, _ = crooked(once_known(respond), kind=Unreachable)
    assert "but something answers with a wrong signature" in said


@pytest.mark.parametrize("level", [0, 1])
def test_an_answer_less_secure_than_the_question_is_not_believed(level):
    said, _ = crooked(once_known(lambda device, sealed, pdu: [device.respond(sealed, pdu, level)]), kind=Unreachable)
    assert "but something answers with a wrong signature" in said


def test_an_answer_of_an_earlier_boot_is_not_believed():
    said, _ = crooked(once_known(lambda device, sealed, pdu: [device.respond(sealed, pdu, boots=6)]), kind=Unreachable)
    assert "but something answers with an old time" in said


def test_an_answer_to_something_else_is_named():
    for changed in ({"number": 5}, {"kind": message.GET}):
        said, _ = crooked(once_known(lambda device, sealed, pdu, c=changed: [device.respond(sealed, pdu, **c)]))
        assert said == "sw1: SNMP failed: an answer to something else; look at its SNMP agent"
    said, _ = crooked(once_known(lambda device, sealed, pdu: [device.respond(sealed, pdu, context=b"\x80other")]))
    assert said == "sw1: SNMP failed: an answer of another context engine; look at its SNMP agent"


def test_an_agent_that_is_silent_where_it_should_report_is_asked_who_it_is_at_last():
    """It says nothing to a wrong engine id; the last try asks for the id, and the question is asked anew."""

    def respond(device: Crooked, datagram: bytes, sealed):
        known = discovery(sealed) or sealed.header.engine_id == device.engine.id
        return [device.proper(datagram) if known else None]

    device = Crooked(respond)

    async def main(port: int):
        engine = WireEngine(secrets, timeout=0.15, retries=1)
        engine._peers.at(device.box.address, port).learn(ENGINE + b"old", 3, 100, 0.0)
        try:
            return await engine.get(Target("sw1", "ios", device.box.address, port, WHO), [SYS_NAME])
        finally:
            engine.close()

    with agent(device, device.box.address) as port:
        assert asyncio.run(main(port)) == [b"sw1"]
    assert len(device.heard) == 3


def test_an_engine_that_keeps_its_clock_until_we_authenticate():
    """RFC 3414 section 4: discovery may tell boots and time as 0; the authenticated report then has them."""

    def respond(device: Crooked, datagram: bytes, sealed):
        if discovery(sealed):
            return [device.report(sealed, count.UNKNOWN_ENGINES, boots=0, time=0)]
        return [device.proper(datagram)]

    device = Crooked(respond)
    with agent(device, device.box.address) as port:
        got, stats = ask(port, times=2)
    assert got == [b"sw1"]
    assert stats.sent == 4


def test_the_time_window_of_rfc_3414():
    peer = Peer()
    assert peer.learn(ENGINE, 7, 1000, 50.0)
    assert peer.fresh(7, 900, 60.0)
    assert not peer.fresh(7, 859, 60.0)
    assert not peer.fresh(6, 5000, 60.0)
    assert not peer.fresh(LAST_BOOT, 1, 60.0)
    assert peer.fresh(8, 3, 60.0)
    assert peer.time(61.0) == 4
    assert peer.fresh(8, 10, 61.0)  # its clock is ahead of what we thought
    assert peer.time(61.0) == 10
    assert peer.learn(ENGINE, 0, 0, 70.0)  # it does not say: what was proven stays
    assert (peer.boots, peer.time(70.0)) == (8, 19)
    assert peer.time(0.0) == 0


def test_credentials_never_print_what_they_open_with():
    ring = Keyring(secrets)
    users = ring.open(Credentials("homeroom", SecretRef("authpass123"), SecretRef("privpass123")))
    assert isinstance(users, tuple)
    shown = repr(users)
    assert users[0].auth.hex() not in shown
    assert "auth=b" not in shown
    assert "priv=b" not in shown
