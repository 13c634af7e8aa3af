"""Polling many: every device has an outcome, none stops another. The engine is the recording fake."""

from __future__ import annotations

import asyncio
import itertools

from homeroom.errors import LoginRefused, Unreachable
from homeroom.reading import Status
from homeroom.secret import Secret
from homeroom.snmp.engine import Credentials, Engine, RecordingEngine, Target
from homeroom.snmp.objects import columns, singles
from homeroom.snmp.poller import Outcome, poll, poll_one

WHO = Credentials("homeroom", Secret("snmp_auth", "a" * 8), Secret("snmp_priv", "p" * 8))
VALUES = {
    (1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw1",
    (1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7): b"Gi1",
    (1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 8): b"Gi2",
}


def target(device: str, platform: str = "ios") -> Target:
    return Target(device, platform, "127.1.0.1", 161, WHO)


def polled(engine: Engine, targets, at_once: int = 3) -> list[Outcome]:
    out: list[Outcome] = []
    clock = itertools.count(100).__next__
    asyncio.run(poll(engine, targets, clock, out.append, at_once))
    return out


def test_one_device_is_asked_for_exactly_what_is_needed():
    engine = RecordingEngine({"sw1": VALUES})
    outcome = asyncio.run(poll_one(engine, target("sw1"), lambda: 5.0))
    assert outcome.status == Status("sw1", 5.0, reachable=True)
    assert [(r.object, r.index, r.value) for r in outcome.readings] == [
        ("sysName", "", "sw1"),
        ("ifDescr", "7", "Gi1"),
        ("ifDescr", "8", "Gi2"),
    ]
    assert engine.calls == [
        ("get", "sw1", tuple(one.oid + one.instance for one in singles("ios"))),
        ("walk", "sw1", tuple(one.oid for one in columns("ios"))),
    ]


def test_a_device_that_fails_has_a_reason_and_the_others_go_on():
    failing = {
        "b": Unreachable("b", "no SNMP answer", "look whether it has power"),
        "c": LoginRefused("c", "it refused", "stage it again"),
    }
    engine = RecordingEngine({"a": VALUES, "e": VALUES}, failing)
    outcomes = {one.status.device: one for one in polled(engine, map(target, "abcde"))}
    assert sorted(outcomes) == ["a", "b", "c", "d", "e"]
    assert {name: one.status.reason for name, one in outcomes.items()} == {
        "a": "",
        "b": "no SNMP answer; look whether it has power",
        "c": "it refused; stage it again",
        "d": "no answer; look whether it has power",
        "e": "",
    }
    assert [one.status.reachable for one in outcomes.values()].count(True) == 2
    assert not outcomes["b"].readings


def test_a_device_lost_between_two_requests_gives_no_half_readings():
    class Half(RecordingEngine):
        async def walk(self, target, columns, rows):
            raise Unreachable(target.device, "lost", "look")

    outcome = asyncio.run(poll_one(Half({"sw1": VALUES}), target("sw1"), lambda: 1.0))
    assert outcome == Outcome(Status("sw1", 1.0, reachable=False, reason="lost; look"))


def test_no_more_than_allowed_are_asked_at_once():
    class Counting(RecordingEngine):
        now = most = 0

        async def get(self, target, names):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.001)
            self.now -= 1
            return await super().get(target, names)

    engine = Counting({f"d{n}": VALUES for n in range(20)})
    assert len(polled(engine, [target(f"d{n}") for n in range(20)], at_once=4)) == 20
    assert engine.most == 4


def test_nobody_to_ask_is_nothing():
    assert polled(RecordingEngine(), []) == []


def test_the_fake_records_that_it_was_closed():
    engine = RecordingEngine()
    engine.close()
    assert engine.closed


def test_credentials_do_not_print_their_keys():
    assert "aaaa" not in repr(WHO)
    assert "pppp" not in repr(target("x"))
