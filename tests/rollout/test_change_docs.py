"""A change as a document: what an approval binds to, hand edits."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import StoreError, UsageError
from homeroom.policy.load import load_policy
from homeroom.project import Project, shipped
from homeroom.rollout.change import (
    Document,
    Edit,
    Judged,
    decide,
    digest_of,
    moved,
    pack,
    policy_digest,
    same_person,
    state_of,
    undone,
    unpack,
)
from homeroom.rollout.judge import Order, refuse_strangers
from homeroom.rollout.review import Part, odd
from homeroom.store.configs import digest

PART = Part(("a", "b"), "+x\n", ("Vlan10 in, IPv4: tcp",), (), "", ("routing",), ("uplinks",))
EDIT = Edit("c", "leave", "0" * 64, 5.0, "+hand\n", ("+hand",))


def paper(**other):
    made = Document(
        id="chg",
        title="resolver moves",
        reason="NOC-1",
        author="ana",
        account="ana",
        created=10.0,
        policy="p",
        devices=(Judged("a", "r1", "t1", "d1"), Judged("b", "r2", "t2", "d2")),
        parts=(PART,),
        unreachable={"z": "no connection"},
        not_pushed={},
        unchanged=("k",),
        edits=(EDIT,),
    )
    return dataclasses.replace(made, **other)


@pytest.mark.parametrize(
    "other",
    [
        {"devices": (Judged("a", "r1", "t1", "d1"),)},
        {"devices": (Judged("a", "r9", "t1", "d1"), Judged("b", "r2", "t2", "d2"))},
        {"devices": (Judged("a", "r1", "t9", "d1"), Judged("b", "r2", "t2", "d2"))},
        {"devices": (Judged("a", "r1", "t1", "d9"), Judged("b", "r2", "t2", "d2"))},
        {"policy": "another"},
        {"unreachable": {}},
        {"not_pushed": {"w": "by hand"}},
        {"edits": (dataclasses.replace(EDIT, decision="overwrite"),)},
        {"edits": ()},
    ],
)
def test_an_approval_binds_to_all_that_would_happen(other):
    assert paper(**other).content != paper().content


@pytest.mark.parametrize(
    "other",
    [
        {"title": "another"},
        {"devices": (Judged("b", "r2", "t2", "d2"), Judged("a", "r1", "t1", "d1"))},
        {"unreachable": {"z": "it refused our login"}},
        {"parts": ()},
    ],
)
def test_and_to_nothing_else(other):
    assert paper(**other).content == paper().content


def test_what_moved_is_said_by_device():
    old = paper(devices=tuple(Judged(name, "r", "t", "d") for name in "abcde"))
    new = paper(
        policy="q",
        devices=(
            Judged("a", "r", "t", "d"),
            Judged("b", "R", "t", "d"),
            Judged("c", "R", "t", "D"),
            Judged("d", "r", "T", "D"),
            Judged("f", "r", "t", "d"),
        ),
    )
    assert moved(old, old) == {}
    assert moved(old, new) == {
        "policy": "the policy is another",
        "b": "something else runs there, with the same difference",
        "c": "its difference moved: something else runs there",
        "d": "what it is to run moved",
        "e": "it is no longer in the change",
        "f": "it was not in the change before",
    }


def test_a_document_comes_back_as_it_was_kept():
    text = pack(paper(), {"+x\n": digest("+x\n")})
    assert "+x" not in text
    assert unpack(text, lambda wanted: dict.fromkeys(wanted, "+x\n")) == paper()
    with pytest.raises(StoreError, match=r"restore state\.db"):
        unpack(text[:-5], lambda wanted: {})
    with pytest.raises(StoreError, match=r"restore state\.db"):
        unpack(text, lambda wanted: {})
    with pytest.raises(StoreError, match=r"restore state\.db"):
        unpack(text.replace('"title"', '"headline"'), lambda wanted: dict.fromkeys(wanted, ""))


def test_the_state_before_the_rollout():
    assert state_of(paper(), [], aborted=False) == "planned"
    assert state_of(paper(), ["Ana"], aborted=False) == "planned", "nobody approves what they made"
    assert state_of(paper(), ["ana", "beto"], aborted=False) == "approved"
    assert state_of(paper(), ["beto"], aborted=True) == "aborted"


@given(st.text(max_size=8))
def test_a_person_is_the_same_however_the_name_is_written(name):
    assert same_person(name, f"  {name} ")


def test_the_policy_has_one_hash_whatever_the_order_of_its_sets():
    policy = load_policy(Project(shipped()))
    assert policy_digest(policy) == policy_digest(load_policy(Project(shipped())))
    assert digest_of({"a": {"x", "y", "z"}}) == digest_of({"a": {"z", "y", "x"}})
    assert digest_of({"a": frozenset({1, 2})}) != digest_of({"a": frozenset({1, 3})})


@pytest.mark.parametrize(
    ("edit", "diff", "expected"),
    [
        ("+ip route a\n", "-ip route a\n", ("+ip route a",)),
        ("-ip route a\n", "+ip route a\n", ("-ip route a",)),
        ("+ip route a\n", "+ip route b\n", ()),
        ("interface x\n +shutdown\n", "interface x\n -shutdown\n", ("+shutdown",)),
        ("interface x\n +shutdown\n", "interface y\n -shutdown\n", ()),
        ("+interface x\n +shutdown\n", "-interface x\n -shutdown\n", ("+interface x", "+shutdown")),
        ("/ip route\n+add a\n", "/ip route\n-add a\n", ("+add a",)),
        ("/ip route\n+add a\n", "/ip address\n-add a\n", ()),
        ("package n\n config i 'x'\n  +option a\n", "package n\n config i 'x'\n  -option a\n", ("+option a",)),
        ("", "-x\n", ()),
    ],
)
def test_what_a_change_takes_back_of_an_edit(edit, diff, expected):
    assert undone(edit, diff) == expected


def test_an_edit_is_left_unless_somebody_decides():
    assert decide(EDIT, (), ()) == "leave"
    assert decide(EDIT, (), ("c",)) == "overwrite"
    assert decide(dataclasses.replace(EDIT, undone=()), ("c",), ()) == "adopt"
    with pytest.raises(UsageError, match=r"c: its hand edit cannot be adopted.*`\+hand`; write it into the facts"):
        decide(EDIT, ("c",), ())
    with pytest.raises(UsageError, match="what it ran before is not kept"):
        decide(dataclasses.replace(EDIT, diff="", undone=()), ("c",), ())


def test_decisions_on_edits_that_are_not_there_are_refused():
    order = Order("chg", "t", "r", "ana", "ana", 0.0, overwrite=frozenset({"c", "z"}))
    refuse_strangers(order, paper())
    with pytest.raises(UsageError, match="b: no hand edit"):
        refuse_strangers(dataclasses.replace(order, adopt=frozenset({"b"})), paper())
    with pytest.raises(UsageError, match="c: a hand edit is adopted or overwritten, not both"):
        refuse_strangers(dataclasses.replace(order, adopt=frozenset({"c"})), paper())


def test_small_groups_stand_apart_from_large_ones_only():
    def sized(count):
        return dataclasses.replace(PART, devices=tuple(map(str, range(count))))

    assert odd([sized(2), sized(1)]) == frozenset()
    assert odd([sized(100), sized(30), sized(1)]) == {sized(1)}
    assert odd([]) == frozenset()
