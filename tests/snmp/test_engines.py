"""Both polling engines against the real agent on real UDP: they say the same of the same device, value by value."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time

import pytest

from homeroom.errors import DeviceError, LoginRefused, SecretError, Unreachable
from homeroom.lab.agent import Agent
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.snmp.engine import LocalEngine, Refused
from homeroom.observe.fetch import fetch
from homeroom.observe.known import Known
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber, message, pysnmp_engine, tables
from homeroom.snmp.ask.load import load
from homeroom.snmp.engine import Community, Credentials, Engine, Target
from homeroom.snmp.message import Pdu
from homeroom.snmp.pysnmp_engine import PysnmpEngine
from homeroom.snmp.wire.engine import WireEngine
from tests.snmp.box import USER, Box, ports, serving

SYS_NAME = ber.dotted("1.3.6.1.2.1.1.5.0")
IF_DESCR = ber.dotted("1.3.6.1.2.1.2.2.1.2")
IF_ALIAS = ber.dotted("1.3.6.1.2.1.31.1.1.1.18")
SERIAL = ber.dotted("1.3.6.1.2.1.47.1.1.1.1.11")


def secrets(name: str) -> Secret:
    """In these tests a secret's name is its value."""
    return Secret(name, name)


def credentials(
    user: str = "homeroom", auth: str = USER.auth_key, priv: str | None = USER.priv_key, **more
) -> Credentials:
    return Credentials(user, SecretRef(auth), SecretRef(priv) if priv else None, **more)


def live(**fields: object) -> Box:
    now = time.time()
    return Box(
        **{"boot": now - 5000, "running_changed": now - 60, "running_saved": now - 50, "startup_changed": now - 50}
        | fields
    )


def target(box: Box, port: int, who: Credentials | None = None) -> Target:
    return Target(box.name, box.platform, box.address, port, who or credentials())


KINDS = {"wire": WireEngine, "pysnmp": PysnmpEngine}
KIND = ["wire"]


@pytest.fixture(params=sorted(KINDS), autouse=True)
def kind(request):
    KIND[0] = getattr(request, "param", "wire")
    return KIND[0]


def with_engine(work, **options):
    """Run `work(engine)` in a loop of its own."""

    async def main():
        engine = KINDS[KIND[0]](secrets, **{"timeout": 0.5, "retries": 1} | options)
        try:
            return await work(engine)
        finally:
            engine.close()

    return asyncio.run(main())


def refused(box: Box, port: int, who: Credentials, kind: type[DeviceError]) -> str:
    async def work(engine: Engine):
        with pytest.raises(kind) as caught:
            await engine.get(target(box, port, who), [SYS_NAME])
        return str(caught.value)

    return with_engine(work, retries=0)


@pytest.fixture(scope="module")
def served():
    box = live(ports=ports(60))
    with serving(box) as port:
        yield box, port


def test_get_answers_in_order_with_none_for_none(served):
    box, port = served
    names = [SYS_NAME, (1, 3, 6, 1, 9), ber.dotted("1.3.6.1.2.1.1.2.0"), ber.dotted("1.3.6.1.6.3.10.2.1.2.0"), SYS_NAME]
    got = with_engine(lambda engine: engine.get(target(box, port), names))
    assert got == [b"py01-0001-sw1", None, ber.dotted("1.3.6.1.4.1.9.1.2694"), 7, b"py01-0001-sw1"]


@pytest.mark.parametrize("rows", [60, 59, 61, 0, 7, 1000])
def test_walk_gives_whole_columns_whatever_number_of_rows_was_expected(served, rows):
    box, port = served
    empty = ber.dotted("1.3.6.1.2.1.99.1")
    last = ber.dotted("1.3.6.1.6.3.15.1.1.6")
    got = with_engine(lambda engine: engine.columns(target(box, port), [IF_DESCR, SERIAL, IF_ALIAS, empty, last], rows))
    assert list(got) == [IF_DESCR, SERIAL, IF_ALIAS, empty, last]
    assert got[IF_DESCR] == {(n,): f"GigabitEthernet1/0/{n}".encode() for n in range(1, 61)}
    assert got[IF_ALIAS] == {(n,): f"room {n}".encode() for n in range(1, 61)}
    assert list(got[SERIAL]) == [(1,)]
    assert got[empty] == {}
    assert list(got[last]) == [(0,)]


def test_walk_of_nothing_asks_nothing():
    nowhere = Target("x", "ios", "127.99.0.1", 9, credentials())
    assert with_engine(lambda engine: engine.columns(nowhere, [], 5)) == {}


@pytest.mark.parametrize("auth", ["SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"])
def test_every_authentication_protocol(auth):
    box = live(users={"homeroom": SnmpUser(auth, "authpass123", "AES", "privpass123")})
    with serving(box) as port:
        assert with_engine(
            lambda engine: engine.get(
                target(
                    box, port, Credentials("homeroom", SecretRef(USER.auth_key), SecretRef(USER.priv_key), auth=auth)
                ),
                [SYS_NAME],
            )
        ) == [b"py01-0001-sw1"]


def test_a_wrong_key_is_a_refused_login(served):
    box, port = served
    assert refused(box, port, credentials(auth="wrongpass123"), LoginRefused) == (
        "py01-0001-sw1: it refused our SNMP authentication key; compare its SNMP user with our secrets; stage it again"
    )


def test_an_unknown_user_is_a_refused_login(served):
    box, port = served
    assert refused(box, port, credentials("nobody"), LoginRefused) == (
        "py01-0001-sw1: it does not know our SNMP user; compare its SNMP user with our secrets; stage it again"
    )


def test_a_wrong_privacy_key_is_a_refused_login(served):
    box, port = served
    assert refused(box, port, credentials(priv="wrongpass123"), LoginRefused) == (
        "py01-0001-sw1: it could not decrypt what we sent: another privacy key; "
        "compare its SNMP user with our secrets; stage it again"
    )


def test_a_user_without_privacy_is_a_refused_login():
    box = live(users={"homeroom": SnmpUser("SHA-256", "authpass123", "", "")})
    with serving(box) as port:
        assert refused(box, port, credentials(), LoginRefused) == (
            "py01-0001-sw1: its SNMP user has no privacy; compare its SNMP user with our secrets; stage it again"
        )


def test_silence_is_unreachable():
    box = Box(address="127.98.7.6")
    assert refused(box, 9, credentials(), Unreachable) == (
        "py01-0001-sw1: no SNMP answer from 127.98.7.6:9; look whether it has power and a link"
    )


def test_no_address_is_unreachable():
    box = Box(address="no such host.invalid")
    assert refused(box, 161, credentials(), Unreachable) == (
        "py01-0001-sw1: no such host.invalid is no address; correct its address"
    )


def test_a_reboot_between_two_requests_is_lived_through():
    box = live()
    with serving(box) as port:

        async def work(engine: Engine):
            first = await engine.get(target(box, port), [ber.dotted("1.3.6.1.6.3.10.2.1.2.0")])
            box.boot, box.engine_boots = time.time(), 8
            return first, await engine.get(target(box, port), [ber.dotted("1.3.6.1.6.3.10.2.1.2.0")])

        assert with_engine(work) == ([7], [8])


def test_two_fleets_with_different_keys_do_not_mix(served):
    box, port = served

    async def work(engine: Engine):
        wrong, right = target(box, port, credentials(auth="wrongpass123")), target(box, port)
        for _ in range(2):
            assert await engine.get(right, [SYS_NAME]) == [b"py01-0001-sw1"]
            with pytest.raises(LoginRefused):
                await engine.get(wrong, [SYS_NAME])

    with_engine(work)


@pytest.mark.parametrize("kind", ["pysnmp"], indirect=True)
def test_more_devices_than_a_shard_holds(monkeypatch):
    monkeypatch.setattr(pysnmp_engine, "SHARD", 2)
    boxes = [live(address=f"127.3.0.{n}", name=f"d{n}", hostname=f"d{n}") for n in range(1, 6)]
    with serving(*boxes) as port:

        async def work(engine: PysnmpEngine):
            for _ in range(2):
                for box in boxes:
                    assert await engine.get(target(box, port), [SYS_NAME]) == [box.hostname.encode()]
            return len(engine._shards)

        assert with_engine(work) == 3


def test_a_fleet_with_dead_and_foreign_devices_is_polled_whole():
    boxes = [live(address=f"127.3.1.{n}", name=f"d{n}", hostname=f"d{n}") for n in range(1, 21)]
    foreign = live(address="127.3.1.99", name="foreign", users={})
    dead = Box(address="127.3.1.200", name="dead")
    seen, known, catalogue = [], Known(), load()
    with serving(*boxes, foreign) as port:
        targets = [target(box, port) for box in (dead, foreign, *boxes)]

        async def work(engine: Engine):
            for every in ("status", "inventory"):
                await fetch(engine, catalogue, known, targets, every, seen.append, time.time)

        with_engine(work, timeout=2.0, retries=0)
    states = {one.device: one.said is not None for one in seen}
    assert states == {"dead": False, "foreign": False} | {box.name: True for box in boxes}
    assert len(seen) == 2 * len(targets)
    assert known.vendors == {box.name: "cisco-ios" for box in boxes}
    for one in seen:
        if one.said is None:
            assert one.why
        elif one.every == "status":
            assert one.said.identity.name == one.device
            assert one.rtt > 0
        else:
            assert {vlan.id: vlan.name for vlan in one.said.vlans}[10] == "student"


def answering(reply):
    """Serve raw datagrams: `reply(sock, datagram, peer)` in a thread; return the socket and a stop."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.4.0.1", 0))
    sock.settimeout(0.1)
    stopped = threading.Event()

    def work():
        while not stopped.is_set():
            try:
                datagram, peer = sock.recvfrom(65535)
            except TimeoutError:
                continue
            reply(sock, datagram, peer)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()

    def stop():
        stopped.set()
        thread.join()
        sock.close()

    return sock, stop


def test_a_reply_from_another_address_is_not_believed(served):
    """The right answer, but from an address that was not asked."""
    box, port = served
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.4.0.99", 0))
    heard = []

    def relay(sock, datagram, peer):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
            upstream.settimeout(2)
            upstream.sendto(datagram, (box.address, port))
            heard.append(upstream.recv(65535))
            other.sendto(heard[-1], peer)

    sock, stop = answering(relay)
    try:
        asked = Target("relayed", "ios", *sock.getsockname(), credentials())

        async def work(engine: Engine):
            with pytest.raises(Unreachable):
                await engine.get(asked, [SYS_NAME])

        with_engine(work, retries=0)
        assert heard
    finally:
        stop()
        other.close()


def test_garbage_in_answer_is_unreachable():
    def babble(sock, datagram, peer):
        for garbage in (b"", b"\x30", b"\x30\x80", b"x" * 2000, bytes(60), datagram):
            sock.sendto(garbage, peer)

    sock, stop = answering(babble)
    try:
        asked = Target("babbler", "ios", *sock.getsockname(), credentials())

        async def work(engine: Engine):
            with pytest.raises(Unreachable):
                await engine.get(asked, [SYS_NAME])

        with_engine(work, retries=0)
    finally:
        stop()


def crooked(answer):
    """Serve a device that speaks SNMPv3 well and answers requests as `answer(pdu)` says."""
    box = live(address="127.4.0.1", name="crooked")
    engine = LocalEngine(box, itertools.count())
    engine.refresh()

    def reply(sock, datagram, peer):
        sealed = message.read_v3(message.version(datagram)[1])
        verdict = engine.admit(sealed, time.time())
        if isinstance(verdict, Refused):  # discovery
            sock.sendto(Agent().handle(datagram, box, time.time()), peer)
        else:
            pdu = answer(verdict.scoped.pdu)
            sock.sendto(engine.seal(sealed.header, 3, verdict.keys, pdu.encode(), time.time()), peer)

    return answering(reply)


def respond(request: Pdu, *pairs, status: int = 0, index: int = 0) -> Pdu:
    bindings = b"".join(message.binding(name, ber.octets(value)) for name, value in pairs)
    return Pdu(message.RESPONSE, request.request_id, status, index, (), bindings)


def failure(answer, work, kind: type[DeviceError] = DeviceError) -> str:
    sock, stop = crooked(answer)
    try:
        asked = Target("crooked", "ios", *sock.getsockname(), credentials())

        async def run(engine: Engine):
            with pytest.raises(kind) as caught:
                await work(engine, asked)
            assert type(caught.value) is kind
            return str(caught.value)

        return with_engine(run, retries=0)
    finally:
        stop()


def get_name(engine: Engine, asked: Target):
    return engine.get(asked, [SYS_NAME])


def walk_names(engine: Engine, asked: Target):
    return engine.columns(asked, [IF_DESCR, IF_ALIAS], 2)


def test_an_error_status_is_named_with_its_object():
    assert failure(lambda pdu: respond(pdu, (SYS_NAME, b""), status=5, index=1), get_name) == (
        "crooked: it answered SNMP error 5 (genErr) at 1.3.6.1.2.1.1.5.0; look at its SNMP agent"
    )
    assert failure(lambda pdu: respond(pdu, status=1), get_name) == (
        "crooked: it answered SNMP error 1 (tooBig); look at its SNMP agent"
    )
    assert failure(lambda pdu: respond(pdu, status=5, index=99), get_name) == (
        "crooked: it answered SNMP error 5 (genErr); look at its SNMP agent"
    )


def test_an_error_status_ends_a_walk_too():
    assert failure(lambda pdu: respond(pdu, (IF_DESCR, b""), status=5, index=1), walk_names) == (
        "crooked: it answered SNMP error 5 (genErr) at 1.3.6.1.2.1.2.2.1.2; look at its SNMP agent"
    )
    assert failure(lambda pdu: respond(pdu, status=5, index=0), walk_names) == (
        "crooked: it answered SNMP error 5 (genErr); look at its SNMP agent"
    )
    assert failure(lambda pdu: respond(pdu, status=1), walk_names) == (
        "crooked: it answered SNMP error 1 (tooBig); look at its SNMP agent"
    )


def test_a_walk_that_is_too_big_is_asked_for_less():
    def small(pdu):
        if pdu.index > 2 or len(pdu.names) > 1:
            return respond(pdu, status=1)
        rows = [((*IF_DESCR, row), b"x") for row in range(1, 8)] + [((1, 3, 6, 1, 9), b"")]
        after = [row for row in rows if row[0] > pdu.names[0]][: pdu.index]
        return respond(pdu, *after)

    sock, stop = crooked(small)
    try:
        asked = Target("crooked", "ios", *sock.getsockname(), credentials())
        got = with_engine(lambda engine: engine.columns(asked, [IF_DESCR, IF_ALIAS], 7), retries=0)
        assert got == {IF_DESCR: {(row,): b"x" for row in range(1, 8)}, IF_ALIAS: {}}
    finally:
        stop()


def test_a_group_that_may_not_read_is_a_refused_login():
    assert failure(lambda pdu: respond(pdu, status=16), get_name, LoginRefused) == (
        "crooked: its SNMP group does not let us read; compare its SNMP group and view"
    )


def test_tables_that_run_backwards_are_left():
    def backwards(pdu):
        rows = [((*IF_DESCR, 2), b"x"), ((*IF_ALIAS, 2), b"x"), ((*IF_DESCR, 1), b"x"), ((*IF_ALIAS, 3), b"x")]
        return respond(pdu, *rows)

    assert failure(backwards, walk_names) == (
        "crooked: its tables run backwards at 1.3.6.1.2.1.2.2.1.2.1; report it to its maker"
    )


def test_tables_that_stand_still_are_left():
    assert failure(respond, walk_names).startswith("crooked: SNMP failed: ")


def test_tables_without_an_end_are_left(monkeypatch):
    monkeypatch.setattr(tables, "MOST_VALUES", 6)
    numbers = itertools.count(1)

    def endless(pdu):
        return respond(pdu, ((*IF_DESCR, number := next(numbers)), b"x"), ((*IF_ALIAS, number), b"x"))

    assert failure(endless, walk_names) == (
        "crooked: a table of it does not end; look at its SNMP agent; report it to its maker"
    )


def test_an_answer_to_another_request_is_a_failure():
    def other(pdu):
        return Pdu(message.RESPONSE, pdu.request_id ^ 1, 0, 0, (), b"")

    assert failure(other, get_name).startswith("crooked: SNMP failed: ")


@pytest.mark.parametrize("kind", ["pysnmp"], indirect=True)
def test_the_deadline_holds_whatever_pysnmp_does():
    async def work(engine: PysnmpEngine):
        engine._deadline = 0.05
        with pytest.raises(Unreachable):
            await engine.get(Target("x", "ios", "127.98.7.6", 9, credentials()), [SYS_NAME])

    with_engine(work, timeout=60)


def test_credentials_that_cannot_be_are_a_device_error(served):
    box, port = served
    assert refused(box, port, credentials("x" * 33), DeviceError).startswith("py01-0001-sw1: ")
    for wrong in ({"auth_": "MD5"}, {"priv_": "DES"}):
        changed = {key.rstrip("_"): value for key, value in wrong.items()}
        who = Credentials("homeroom", SecretRef(USER.auth_key), SecretRef(USER.priv_key), **changed)
        assert refused(box, port, who, DeviceError).startswith("py01-0001-sw1: our SNMP credentials for it: no ")


def test_a_secret_that_is_not_there_is_a_device_error(served):
    box, port = served

    def none(name: str) -> Secret:
        raise SecretError(f"no secret is called {name}")

    async def main():
        engine = KINDS[KIND[0]](none)
        try:
            for who in (credentials(auth="snmp_auth", priv=None), Community(SecretRef("snmp_auth"))):
                with pytest.raises(DeviceError) as caught:
                    await engine.get(target(box, port, who), [SYS_NAME])
                assert str(caught.value).endswith("for it: no secret is called snmp_auth; correct them")
        finally:
            engine.close()

    asyncio.run(main())


def test_communities(served):
    box = live(clubs={"public": "RO"})
    with serving(box) as port:
        asked = target(box, port, Community(SecretRef("public")))
        assert with_engine(lambda engine: engine.get(asked, [SYS_NAME, (1, 3, 6, 1, 9)])) == [b"py01-0001-sw1", None]
        assert refused(box, port, Community(SecretRef("private")), Unreachable).endswith("a link")


def test_a_user_without_encryption(served):
    box = live(users={"homeroom": SnmpUser("SHA-256", USER.auth_key, "", "")})
    with serving(box) as port:
        asked = target(box, port, credentials(priv=None))
        assert with_engine(lambda engine: engine.get(asked, [SYS_NAME])) == [b"py01-0001-sw1"]


def test_while_keys_are_changed_the_former_ones_still_open(served):
    """The device gets its new keys between two rounds: both are answered; with neither key it is refused."""
    box = live(users={"homeroom": SnmpUser("SHA-256", "formerauth1", "AES", "formerpriv1")})
    with serving(box) as port:
        asked = target(box, port, credentials(former=credentials(auth="formerauth1", priv="formerpriv1")))

        async def work(engine: Engine):
            first = [await engine.get(asked, [SYS_NAME]) for _ in range(2)]
            box.users = {"homeroom": USER}
            box.version += 1
            return [*first, await engine.get(asked, [SYS_NAME])]

        assert with_engine(work) == [[b"py01-0001-sw1"]] * 3
        other = credentials(auth="otherauth1", former=credentials(priv="otherpriv1"))
        assert refused(box, port, other, LoginRefused).startswith("py01-0001-sw1: it refused our SNMP auth")


def test_a_whole_tree_is_walked_in_order(served):
    box, port = served
    found = with_engine(lambda engine: engine.walk(target(box, port), (1, 3, 6, 1)))
    assert list(found) == sorted(found)
    assert found[SYS_NAME] == b"py01-0001-sw1"
    assert len(found) > 2000


def test_a_get_that_is_too_big_is_asked_in_halves(served):
    """The agent's answers fill one Ethernet frame; 200 descriptions do not fit."""
    box, port = served
    names = [(*column, row) for row in range(1, 61) for column in (IF_DESCR, IF_ALIAS)]
    got = with_engine(lambda engine: engine.get(target(box, port), names))
    assert got[:2] == [b"GigabitEthernet1/0/1", b"room 1"]
    assert got[-2:] == [b"GigabitEthernet1/0/60", b"room 60"]


def test_a_sweep_hands_over_each_answer_as_it_comes():
    boxes = [live(address=f"127.3.2.{n}", name=f"d{n}", hostname=f"d{n}") for n in range(1, 31)]
    dead = Box(address="127.3.2.200", name="dead")
    nowhere = Box(address="nowhere.invalid", name="nowhere")
    names = tuple((*column, row) for row in range(1, 61) for column in (IF_DESCR, IF_ALIAS))
    with serving(*boxes) as port:
        answers = {}
        asked = [(target(box, port), [SYS_NAME]) for box in (dead, nowhere, *boxes)]
        asked.append((Target("big", "ios", "127.3.2.1", port, credentials()), names))

        async def work(engine: Engine):
            await engine.sweep(asked, lambda one, answer: answers.setdefault(one.device, answer))

        with_engine(work, timeout=2.0, retries=0)
    assert isinstance(answers.pop("dead"), Unreachable)
    assert isinstance(answers.pop("nowhere"), Unreachable)
    assert len(answers.pop("big")) == 120
    assert answers == {box.name: [box.hostname.encode()] for box in boxes}
