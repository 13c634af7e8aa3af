"""Laws of the emulated EOS device, over whatever is typed into it or sent to it."""

import json

import pytest
from eoslab import USER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_eos_api import World
from test_eos_config import KEPT, PORT, PORTS

from homeroom.lab.eos.api import answer
from homeroom.lab.eos.apply import factory, load
from homeroom.lab.eos.commands import MODES, rules
from homeroom.lab.eos.config import body, diffs, spelt_out, text
from homeroom.lab.eos.exec import TABLE
from homeroom.lab.eos.forms import Chassis
from homeroom.lab.ios.grammar import expand
from homeroom.platforms.eos.parser import EosParser

PARSER = EosParser()
BLOCKS = [
    *([line] for line, kept in KEPT if kept is not None and line != "banner motd"),
    *(["interface Ethernet2", *lines] for lines, _ in PORT),
    ["vlan 10,20-22", "name office"],
    ["ip access-list A", "permit tcp any any eq 443", "deny ip any any log"],
    ["ipv6 access-list A", "permit ipv6 2001:db8::/64 any"],
    ["management api http-commands", "no shutdown", "vrf MGMT", "no shutdown"],
    ["router bgp 65000", "router-id 1.1.1.1", "vrf A", "neighbor 1.1.1.2 remote-as 1"],
    ["banner login", "Staff", "  ! only", "", "EOF"],
    ["no interface Ethernet2"],
    ["no vlan 20"],
    ["no ip access-list A"],
    ["no router bgp 65000"],
    ["no banner login"],
]
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made(blocks):
    chassis = Chassis(PORTS)
    tree = factory(chassis)
    assert load("".join(f"{line}\n" for block in blocks for line in block), chassis, tree) == ()
    return tree


def shown(tree):
    return text(tree, "! device: x")


@FAST
@given(st.lists(st.sampled_from(BLOCKS), max_size=12))
def test_what_is_shown_can_be_typed_and_is_shown_again(blocks):
    first = shown(made(blocks))
    again = shown(made([body(first)]))
    assert again == first
    assert PARSER.diff(first, again) == ""
    assert diffs(first, again, "s") == ""


@FAST
@given(st.lists(st.sampled_from(BLOCKS), max_size=8), st.lists(st.sampled_from(BLOCKS), max_size=8))
def test_the_device_and_the_parser_agree_on_what_differs(one, other):
    first, second = shown(made(one)), shown(made(other))
    assert bool(PARSER.diff(first, second)) == bool(diffs(first, second, "s"))


@FAST
@given(st.lists(st.sampled_from(BLOCKS), max_size=8))
def test_typing_again_changes_nothing(blocks):
    once = [block for block in blocks if not block[0].startswith("no ") and "access-list" not in block[0]]
    assert shown(made([*once, *once])) == shown(made(once))


@FAST
@given(st.lists(st.sampled_from(BLOCKS), max_size=8))
def test_defaults_only_add_lines(blocks):
    plain = shown(made(blocks)).splitlines()
    whole = iter(spelt_out(shown(made(blocks))).splitlines())
    assert all(line in whole for line in plain)


@FAST
@given(st.lists(st.sampled_from(BLOCKS), max_size=6), st.lists(st.sampled_from(BLOCKS), max_size=6))
def test_a_commit_and_its_abort_restore_every_byte(before, after):
    world = World()
    world.device.merge("".join(f"{line}\n" for block in before for line in block), USER)
    old = world.device.running
    world.edit(*(line for block in after for line in block if "banner" not in block[0]))
    world("configure session s1 commit timer 00:01:00")
    world("configure session s1 abort")
    assert world.device.running == old


WORDS = sorted({word for mode in MODES for rule in rules(mode) for words in expand(rule.pattern) for word in words})
LINES = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.one_of(
            st.sampled_from(WORDS), st.sampled_from(["no", "default", "1", "10.0.0.1/24", "Ethernet2", "x", "-1"])
        ),
        max_size=7,
    ).map(" ".join),
)


@FAST
@given(st.lists(LINES, max_size=10))
def test_whatever_is_typed_is_taken_or_refused(lines):
    world = World()
    for line in lines:
        said = json.loads(world.reply("configure session s1", line).body or b"{}")
        assert "result" in said or "error" in said or not said
    assert world.reply("show running-config").body


@FAST
@given(
    st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(json.dumps)
)
def test_whatever_is_sent_is_answered(sent):
    world = World()
    said = answer(world.device, USER, sent if isinstance(sent, bytes) else sent.encode())
    assert b'"error"' in said.body


@pytest.mark.parametrize("pattern", TABLE)
def test_every_exec_command_answers(pattern):
    values = {
        "WORD": "s1", "IFACE": "Ethernet1", "IFACES": "Ethernet1", "H:M:S": "00:05:00", "<1-4094>": "10", "<0-32767>": "0",
    }  # fmt: skip
    for words in expand(pattern):
        for form in ("json", "text"):
            world = World()
            world.edit("hostname x")
            reply = world.reply(" ".join(values.get(word, word) for word in words), form=form)
            assert reply.body is None or b'"result"' in reply.body or b'"code": 100' in reply.body


def test_deep_nesting_is_no_request():
    assert b"Parse error" in answer(World().device, USER, b"[" * 200000).body
