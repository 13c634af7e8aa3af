"""The second look, at real sockets: who greets is there, who only accepts is not."""

import asyncio
import socket

import pytest

from homeroom.observe import look
from homeroom.observe.look import greets


async def served(act, word=b"", *, closes=True):
    """Run `act` on the door of a server that says a word to whoever comes, and then hangs up or waits."""
    held = asyncio.Event()

    async def one(_reader, writer):
        writer.write(word)
        if not closes:
            await held.wait()
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        return await act(server.sockets[0].getsockname()[:2])
    finally:
        held.set()
        server.close()


@pytest.mark.parametrize(
    ("word", "closes", "said"),
    [(b"SSH-2.0-x\r\n", True, True), (b"", True, False), (b"", False, False)],
    ids=["greets", "accepts and hangs up", "accepts and says nothing"],
)
def test_a_greeting_is_somebody(word, closes, said):
    assert asyncio.run(served(lambda door: greets(door, 0.3), word, closes=closes)) is said


def test_a_refusal_is_somebody_and_no_way_there_says_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        door = free.getsockname()
    assert asyncio.run(greets(door)) is True
    assert asyncio.run(greets(("224.0.0.1", 22))) is None
    assert asyncio.run(greets(("::1", door[1]), 0.3)) in (True, None)  # a machine without IPv6 cannot try


def test_silence_is_nobody():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.socket() as first, socket.socket() as second:
            for one in (first, second):
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            assert asyncio.run(greets(full.getsockname(), 0.3)) is False


def test_many_are_looked_at_together_and_the_last_not_when_time_is_up():
    async def all_of(door):
        whole = await look.look([(f"d{n}", door) for n in range(500)], at_once=50)
        part = await look.look([(f"d{n}", door) for n in range(500)], at_once=5, longest=0.0)
        return whole, part

    whole, part = asyncio.run(served(all_of, b"SSH-2.0-x\r\n"))
    assert whole == {f"d{n}": True for n in range(500)}
    assert part == {f"d{n}": True for n in range(5)}
