"""The line to all devices: nobody who answers is called dead, nobody else is believed, everything ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

import pytest

from homeroom.errors import DeviceError, HomeroomError, Unreachable
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber, message
from homeroom.snmp.engine import Community, Target
from homeroom.snmp.message import Pdu
from homeroom.snmp.wire import line, reply
from homeroom.snmp.wire.engine import WireEngine

SYS_NAME = ber.dotted("1.3.6.1.2.1.1.5.0")
PUBLIC = Community(SecretRef("public"))


def secrets(name: str) -> Secret:
    return Secret(name, name)


def answer(datagram: bytes, *values: bytes) -> bytes:
    """Answer a GET of sysName by community."""
    _, pdu = reply.community(datagram)
    bindings = b"".join(message.binding(SYS_NAME, ber.octets(value)) for value in values or (b"sw1",))
    number = int.from_bytes(pdu.request_id, "big")
    return message.community(b"public", Pdu(message.RESPONSE, number, 0, 0, (), bindings).encode())


@contextlib.contextmanager
def agent(respond, address: str = "127.60.0.1", family: int = socket.AF_INET):
    """Serve one address in a thread: `respond(sock, datagram, peer)`; yield the port."""
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.bind((address, 0))
        sock.settimeout(0.05)
        stopped = threading.Event()

        def work():
            while not stopped.is_set():
                with contextlib.suppress(TimeoutError):
                    respond(sock, *sock.recvfrom(65535))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            stopped.set()
            thread.join()


def plain(sock, datagram, peer):
    sock.sendto(answer(datagram), peer)


def with_engine(work, **options):
    async def main():
        engine = WireEngine(secrets, **{"timeout": 0.3, "retries": 0} | options)
        try:
            return await work(engine)
        finally:
            engine.close()

    return asyncio.run(main())


def asked(port: int, host: str = "127.60.0.1", **more) -> Target:
    return Target("sw1", "ios", host, port, PUBLIC, **more)


def sweep_of(count: int, port: int, work=lambda *_: None, **options):
    """Ask one address many times; return the answers and what the line counted."""

    async def main(engine: WireEngine):
        answers: list = []

        def done(target, got):
            answers.append(got)
            work(engine, len(answers))

        await engine.sweep(((asked(port), [SYS_NAME]) for _ in range(count)), done)
        return answers, engine.stats

    return with_engine(main, **options)


def test_a_process_that_was_stopped_reads_before_it_calls_anybody_dead():
    """It does something else for longer than the time-out, while the answers of live devices wait."""
    with agent(plain) as port:
        answers, stats = sweep_of(200, port, lambda _, count: time.sleep(0.7) if count in (1, 100) else None)
    assert answers == [[b"sw1"]] * 200
    assert (stats.expired, stats.repeated) == (0, 0)


def test_answers_that_we_ourselves_lost_are_not_a_devices_silence(monkeypatch):
    """The buffer holds few answers and nobody reads for a while: no try of the device's is used up."""
    monkeypatch.setattr(line, "_BUFFER", 32 << 10)
    monkeypatch.setattr(line, "_SENDS", 400)
    monkeypatch.setattr(line, "_READS", 1)
    with agent(plain) as port:
        answers, stats = sweep_of(400, port, lambda _, count: time.sleep(0.2) if count == 1 else None)
    assert answers == [[b"sw1"]] * 400
    assert stats.lost > 0
    assert stats.repeated > 0
    assert stats.expired == 0


def test_no_more_are_on_their_way_than_the_window_allows(monkeypatch):
    most = []
    launch = line.Line._launch

    def watched(self, call, now):
        launch(self, call, now)
        most.append(len(self.pending))

    monkeypatch.setattr(line.Line, "_launch", watched)
    with agent(lambda *_: None) as port:
        answers, stats = sweep_of(25, port, timeout=0.1, window=10)
    assert max(most) == 10
    assert [type(one) for one in answers] == [Unreachable] * 25
    assert stats.expired == 25


def test_single_requests_wait_for_room_too():
    async def work(engine: WireEngine):
        got = await asyncio.gather(*(engine.get(asked(port), [SYS_NAME]) for _ in range(500)))
        return got, engine.stats

    with agent(plain) as port:
        got, stats = with_engine(work, window=64, retries=2)
    assert got == [[b"sw1"]] * 500
    assert stats.sent >= 500


def test_a_device_that_is_deaf_at_first_is_asked_again():
    heard = []

    def respond(sock, datagram, peer):
        heard.append(datagram)
        if len(heard) > 2:
            plain(sock, datagram, peer)

    with agent(respond) as port:
        got = with_engine(lambda engine: engine.get(asked(port), [SYS_NAME]), timeout=0.1, retries=3)
    assert got == [b"sw1"]
    assert heard[0] == heard[1] == heard[2]


def test_a_late_or_second_answer_is_nobodys():
    def twice(sock, datagram, peer):
        plain(sock, datagram, peer)
        plain(sock, datagram, peer)

    async def work(engine: WireEngine):
        for _ in range(5):
            assert await engine.get(asked(port), [SYS_NAME]) == [b"sw1"]
        await asyncio.sleep(0.05)
        return engine.stats

    with agent(twice) as port:
        assert with_engine(work).strange == 5


def test_answers_in_another_order_and_between_garbage_go_each_to_its_question():
    """One device is asked by many at once; it answers the last first, cuts one answer in two, says one twice."""
    waiting: list[bytes] = []

    def backwards(sock, datagram, peer):
        waiting.append(datagram)
        if len(waiting) == 20:
            for one in reversed(waiting):
                whole = answer(one, reply.community(one)[1].request_id)
                sock.sendto(whole[: len(whole) // 2], peer)
                sock.sendto(whole, peer)
            sock.sendto(answer(waiting[7], b"late"), peer)

    async def work(engine: WireEngine):
        got = await asyncio.gather(*(engine.get(asked(port), [SYS_NAME]) for _ in range(20)))
        await asyncio.sleep(0.05)
        return got, engine.stats

    with agent(backwards) as port:
        got, stats = with_engine(work, timeout=5)
    assert [values[0] for values in got] == [reply.community(one)[1].request_id for one in waiting]
    assert (stats.malformed, stats.strange) == (20, 1)


def test_a_socket_that_is_looked_at_later_may_be_closed_by_then():
    """While many are awaited the engine looks for answers by the clock; closing it in between is no error."""

    async def main():
        engine = WireEngine(secrets, timeout=5)
        names = [f"127.60.1.{number}" for number in range(1, 100)]
        asking = asyncio.gather(
            *(engine.get(Target("sw1", "ios", host, port, PUBLIC), [SYS_NAME]) for host in names),
            return_exceptions=True,
        )
        await asyncio.wait_for(engine.get(asked(port), [SYS_NAME]), 5)
        engine.close()
        await asyncio.sleep(0.02)
        return await asking

    with agent(plain) as port:
        assert {type(one) for one in asyncio.run(main())} == {DeviceError}


@pytest.mark.parametrize("believed", [False, True])
def test_an_answer_from_another_address_is_believed_only_where_that_is_allowed(believed):
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.60.0.99", 0))

    async def work(engine: WireEngine):
        with contextlib.suppress(Unreachable):
            return await engine.get(asked(port, any_source=believed), [SYS_NAME]), engine.stats.foreign
        return None, engine.stats.foreign

    with other, agent(lambda _, datagram, peer: other.sendto(answer(datagram), peer)) as port:
        assert with_engine(work) == (([b"sw1"], 0) if believed else (None, 1))


def test_ipv6_has_a_socket_of_its_own():
    async def work(engine: WireEngine):
        return [
            await engine.get(asked(number, host), [SYS_NAME]) for host, number in (("::1", six), ("127.60.0.1", four))
        ]

    with agent(plain, "::1", socket.AF_INET6) as six, agent(plain) as four:
        assert with_engine(work) == [[b"sw1"], [b"sw1"]]


@pytest.mark.parametrize("host", ["sw1.school.example", "127.1", "1.2.3.4.5", "::g", ""])
def test_a_name_is_no_address_and_is_not_looked_up(host):
    with pytest.raises(Unreachable, match="is no address; correct its address"):
        with_engine(lambda engine: engine.get(asked(161, host), [SYS_NAME]))


def test_where_this_machine_does_not_send_the_reason_is_its_own():
    with pytest.raises(
        Unreachable, match=r"255.255.255.255 cannot be sent to: Permission denied; look at this machine"
    ):
        with_engine(lambda engine: engine.get(asked(161, "255.255.255.255"), [SYS_NAME]))


def test_what_is_no_answer_is_told_with_the_silence():
    with (
        agent(lambda sock, _, peer: sock.sendto(b"\x30\x03\x02\x01\x07", peer)) as port,
        pytest.raises(Unreachable, match=r"no SNMP answer from .*, but something answers what is no SNMP"),
    ):
        with_engine(lambda engine: engine.get(asked(port), [SYS_NAME]))


@pytest.mark.parametrize(
    ("respond", "message_"),
    [
        (lambda datagram: answer(datagram, b"a", b"b"), "an answer for more than was asked for"),
        (lambda datagram: answer(datagram).replace(b"\x06\x08", b"\x06\x07"), "an answer for another object"),
        (lambda datagram: answer(datagram).replace(b"\x04\x03sw1", b"\x30\x03sw1"), "no value has tag 0x30"),
    ],
)
def test_an_answer_of_ours_that_is_malformed_ends_that_poll_with_its_name(respond, message_):
    with (
        agent(lambda sock, datagram, peer: sock.sendto(respond(datagram), peer)) as port,
        pytest.raises(DeviceError, match=f"sw1: SNMP failed: {message_}"),
    ):
        with_engine(lambda engine: engine.get(asked(port), [SYS_NAME]))


def test_closing_ends_what_is_asked():
    async def main():
        engine = WireEngine(secrets, timeout=60)
        tasks = [asyncio.create_task(engine.get(asked(9), [SYS_NAME])) for _ in range(3)]
        await asyncio.sleep(0.01)
        engine.close()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [str(one) for one in asyncio.run(main())] == [
        "sw1: SNMP failed: the engine was closed; look at its SNMP agent"
    ] * 3


def test_closing_ends_a_sweep_that_is_not_through():
    async def main():
        engine = WireEngine(secrets, timeout=60, window=10)
        told = []
        questions = [(asked(9), [SYS_NAME])] * 50
        sweep = asyncio.create_task(engine.sweep(questions, lambda _, got: told.append(got)))
        await asyncio.sleep(0.02)
        engine.close()
        with pytest.raises(HomeroomError, match="a sweep was not finished: the engine was closed"):
            await sweep
        return told

    assert [type(one) for one in asyncio.run(main())] == [DeviceError] * 10


def test_who_asked_may_leave():
    async def work(engine: WireEngine):
        task = asyncio.create_task(engine.get(asked(port), [SYS_NAME]))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0.1)
        sweep = asyncio.create_task(engine.sweep([(asked(9), [SYS_NAME])] * 500, lambda *_: None))
        await asyncio.sleep(0.02)
        sweep.cancel()
        assert await engine.get(asked(port), [SYS_NAME]) == [b"sw1"]

    with agent(plain) as port:
        with_engine(work, retries=1, window=600)


@pytest.mark.parametrize("place", ["questions", "done"])
def test_what_the_caller_raises_ends_the_sweep_and_nothing_else(place):
    def questions():
        yield asked(port), [SYS_NAME]
        if place == "questions":
            raise ZeroDivisionError
        yield asked(port), [SYS_NAME]

    def done(target, answer):
        if place == "done":
            raise ZeroDivisionError

    async def work(engine: WireEngine):
        with pytest.raises(ZeroDivisionError):
            await engine.sweep(questions(), done)
        assert await engine.get(asked(port), [SYS_NAME]) == [b"sw1"]

    with agent(plain) as port:
        with_engine(work)


def test_a_sweep_of_nobody_ends_and_two_sweeps_go_on_together():
    async def work(engine: WireEngine):
        await engine.sweep([], lambda *_: None)
        counts = [0, 0]

        def counted(which: int):
            def done(target, got):
                counts[which] += got == [b"sw1"]

            return done

        await asyncio.gather(
            *(engine.sweep([(asked(port), (SYS_NAME,))] * 150, counted(which)) for which in range(2)),
        )
        return counts

    with agent(plain) as port:
        assert with_engine(work, retries=2) == [150, 150]
