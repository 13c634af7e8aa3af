"""Asking: every device has one outcome, whatever it does. The engine is the recording fake; recordings are real."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

from homeroom.errors import LoginRefused, Unreachable
from homeroom.observe.fetch import fetch
from homeroom.observe.known import LONGEST, Known
from homeroom.observe.questions import Book
from homeroom.observe.seen import Seen
from homeroom.snmp.ask.load import IDENTIFY, load
from homeroom.snmp.ber import dotted
from homeroom.snmp.engine import RecordingEngine
from tests.observe.told import BOOTS, CHANGED, IF_CHANGED, OBJECT_ID, SYSTEM, switch, target
from tests.snmp.ask.snmprec import varbinds

CATALOGUE = load()
BOOK = Book(CATALOGUE)
RECORDINGS = Path(__file__).parents[1] / "snmp" / "recordings"


def fetched(engine, targets, every="status", known=None, walks=3) -> list[Seen]:
    out: list[Seen] = []
    clock = itertools.count(100).__next__
    asyncio.run(fetch(engine, BOOK, known or Known(), targets, every, out.append, clock, walks=walks))
    return out


def calls(engine, kind):
    return [call for call in engine.calls if call[0] == kind]


def test_a_stranger_is_asked_who_it_is_and_then_its_vendors_questions():
    engine, known = RecordingEngine({"sw1": switch("sw1")}), Known()
    [seen] = fetched(engine, [target("sw1")], known=known)
    assert engine.calls == [("get", "sw1", IDENTIFY), ("get", "sw1", BOOK.questions("cisco-ios", "status").singles)]
    assert (seen.device, seen.every, seen.vendor, seen.why) == ("sw1", "status", "cisco-ios", "")
    assert (seen.said.identity.name, seen.said.identity.engine_boots) == ("sw1", 7)
    assert seen.said.changes.running == 9022
    assert seen.at == 101
    assert seen.rtt == 1_000_000
    assert seen.octets > 400
    engine.calls.clear()
    fetched(engine, [target("sw1")], known=known)
    assert len(engine.calls) == 1


def test_status_is_one_question_a_device_radio_and_inventory_are_columns():
    engine = RecordingEngine({"sw1": switch("sw1")})
    known = Known({"sw1": "cisco-ios"})
    for every in ("status", "radio", "inventory"):
        fetched(engine, [target("sw1")], every, known)
    wanted = {every: BOOK.questions("cisco-ios", every) for every in ("status", "radio", "inventory")}
    assert calls(engine, "columns") == [
        ("columns", "sw1", wanted["radio"].columns),
        ("columns", "sw1", wanted["inventory"].columns),
    ]
    assert BOOTS in wanted["radio"].singles  # what the counters mean nothing without
    assert (*SYSTEM, 3, 0) in wanted["radio"].singles


def test_a_device_that_fails_has_a_reason_and_the_others_go_on():
    failing = {
        "b": Unreachable("b", "no SNMP answer", "look whether it has power"),
        "c": LoginRefused("c", "it refused", "stage it again"),
    }
    engine = RecordingEngine({name: switch(name) for name in "ae"}, failing)
    for every in ("status", "radio", "inventory"):
        for known in (None, Known(dict.fromkeys("abcde", "cisco-ios"))):
            found = {one.device: one for one in fetched(engine, map(target, "abcde"), every, known)}
            assert sorted(found) == ["a", "b", "c", "d", "e"]
            assert {name: one.why for name, one in found.items()} == {
                "a": "",
                "b": "no SNMP answer; look whether it has power",
                "c": "it refused; stage it again",
                "d": "no answer; look whether it has power",
                "e": "",
            }
            assert {name for name, one in found.items() if one.said is None} == {"b", "c", "d"}


def test_a_device_lost_between_two_requests_says_nothing_by_half():
    class Half(RecordingEngine):
        async def columns(self, target, columns, rows):
            raise Unreachable(target.device, "lost", "look")

    [seen] = fetched(Half({"sw1": switch("sw1")}), [target("sw1")], "inventory")
    assert (seen.said, seen.why) == (None, "lost; look")


def test_no_more_are_walked_at_once_than_allowed():
    class Counting(RecordingEngine):
        now = most = 0

        async def columns(self, target, columns, rows):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.001)
            self.now -= 1
            return await super().columns(target, columns, rows)

    engine = Counting({f"d{n}": switch(f"d{n}") for n in range(20)})
    assert len(fetched(engine, [target(f"d{n}") for n in range(20)], "radio", walks=4)) == 20
    assert engine.most == 4


def test_nobody_to_ask_is_nothing():
    engine = RecordingEngine()
    assert fetched(engine, []) == fetched(engine, [], "radio") == []
    assert engine.calls == []


def test_another_device_in_its_place_is_asked_as_what_it_is():
    values = switch("sw1")
    engine, known = RecordingEngine({"sw1": values}), Known()
    fetched(engine, [target("sw1")], known=known)
    values[OBJECT_ID] = dotted("1.3.6.1.4.1.30065.1.3011")
    values[*SYSTEM, 1, 0] = b"Arista Networks EOS version 4.32.1F running on an Arista"
    [seen] = fetched(engine, [target("sw1")], known=known)
    assert (seen.vendor, seen.said.identity.maker) == ("arista", "Arista")
    engine.calls.clear()
    fetched(engine, [target("sw1")], known=known)
    assert len(engine.calls) == 1


def test_after_a_restart_a_replaced_device_is_known_by_its_object_id():
    known = Known.of({"sw1": "arista"}, {"sw1": "1.3.6.1.4.1.30065.1.3011"})
    [seen] = fetched(RecordingEngine({"sw1": switch("sw1")}), [target("sw1")], known=known)
    assert seen.vendor == "cisco-ios"


def test_a_vendor_whose_file_is_gone_is_found_anew():
    known = Known.of({"sw1": "no-such-file"}, {})
    [seen] = fetched(RecordingEngine({"sw1": switch("sw1")}), [target("sw1")], known=known)
    assert seen.vendor == "cisco-ios"


def test_a_device_that_says_nothing_of_itself_is_any_device():
    [seen] = fetched(RecordingEngine({"ap1": {BOOTS: 3}}), [target("ap1")])
    assert (seen.vendor, seen.said.identity.engine_boots) == ("any", 3)
    assert seen.said.identity.name is None


def test_a_controller_is_asked_for_its_access_points():
    values = dict(varbinds(RECORDINGS / "cisco-5508.snmprec"))
    engine, known = RecordingEngine({"wlc": values}), Known()
    [seen] = fetched(engine, [target("wlc")], known=known)
    assert seen.vendor == "cisco-airos"
    assert [one.up for one in seen.said.access_points]
    assert seen.said.totals.access_points is not None
    [radio] = fetched(engine, [target("wlc")], "radio", known)
    assert any(one.channel for one in radio.said.radios)
    assert known.rows("wlc", "radio") >= len(radio.said.radios)
    [inventory] = fetched(engine, [target("wlc")], "inventory", known)
    assert all(one.name for one in inventory.said.access_points)
    assert {one.key for one in inventory.said.access_points} >= {one.key for one in seen.said.access_points}


def test_a_controller_lost_within_its_status_is_silent():
    class Half(RecordingEngine):
        async def columns(self, target, columns, rows):
            raise Unreachable(target.device, "lost", "look")

    values = dict(varbinds(RECORDINGS / "cisco-5508.snmprec"))
    [seen] = fetched(Half({"wlc": values}), [target("wlc")])
    assert (seen.said, seen.why) == (None, "lost; look")


def said_of(values):
    [seen] = fetched(RecordingEngine({"sw1": values}), [target("sw1")])
    return seen.said


def test_tables_are_read_again_only_when_something_moved_or_after_a_day():
    known, values = Known(), switch("sw1")
    assert not known.noticed("sw1", said_of(values))
    assert not known.still("sw1", 0.0)
    known.walked("sw1", 0.0)
    assert known.still("sw1", LONGEST - 1)
    assert not known.still("sw1", LONGEST)
    values[*SYSTEM, 3, 0] += 6000
    assert not known.noticed("sw1", said_of(values))
    for moved in (IF_CHANGED, CHANGED, BOOTS):
        values[moved] += 1
        assert known.noticed("sw1", said_of(values))
        assert not known.still("sw1", 1.0)
        known.walked("sw1", 1.0)
        assert known.still("sw1", 2.0)
    del values[BOOTS]  # it no longer tells when it was started
    assert not known.noticed("sw1", said_of(values))
    assert not known.still("sw1", 2.0)


def test_questions_that_ask_nothing_for_nothing():
    homes = BOOK.homes("cisco-ios")
    assert homes["identity.uptime"] == "status"
    assert homes["identity.maker"] == "inventory"
    assert homes["totals.clients"] == "radio"  # counted from radios, where nothing counts them
    assert homes["interfaces.index"] == "inventory"
    assert BOOK.homes("aruba")["totals.clients"] == "status"
    unifi = BOOK.questions("unifi", "radio")
    named = {one.oid for one in CATALOGUE["unifi"].fields if (one.table.group, one.name) == ("bsss", "radio")}
    assert named <= set(unifi.columns)  # by which its networks are joined to radios
    for name in CATALOGUE.vendors:
        for every in ("status", "radio", "inventory"):
            asked = BOOK.questions(name, every)
            assert len(set(asked.singles)) == len(asked.singles)
            assert set(asked.singles) <= {f.oid + f.instance for f in CATALOGUE[name].fields if f.instance is not None}
            values = tuple(None for _ in asked.singles)
            assert set(asked.gathered(CATALOGUE[name], values)) <= set(CATALOGUE[name].by_oid)
        assert set(BOOK.homes(name).values()) <= {"status", "radio", "inventory"}


def test_singles_are_sorted_the_same_with_and_without_their_types():
    asked, vendor = BOOK.questions("cisco-ios", "status"), CATALOGUE["cisco-ios"]
    values = range(len(asked.singles))
    assert asked.types
    assert replace(asked, types=()).gathered(vendor, values) == asked.gathered(vendor, values)
