"""Laws against surprises: no line, however odd, makes a device fall over, and what it keeps can be read again."""

import re

import pytest
from conftest import Talk, box, staged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.lab.boxed import Staged
from homeroom.lab.ios.apply import load
from homeroom.lab.ios.commands import MODES, rules
from homeroom.lab.ios.config import Chassis, text
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.ios.exec import EXEC
from homeroom.lab.ios.grammar import expand

VALUES = {
    "WORD": ["flash:x", "NOC", "10.0.0.1", "10.0.0.0/8", "2001:db8::1", "startup-config", "x"],
    "LINE": ["some text", "permit ip any any", "$9$x", "0", "10 permit tcp any any eq 80", "any"],
    "A.B.C.D": ["10.0.0.1", "0.0.0.0", "255.255.255.255"],
    "MASK": ["255.255.255.0", "0.0.0.0", "255.255.255.255"],
    "X:X::X": ["2001:db8::1", "FE80::1"],
    "X:X::X/N": ["2001:db8::1/64", "::/0"],
    "H.H.H": ["0011.2233.4455"],
    "IFACE": ["GigabitEthernet0/0/0", "Vlan10", "lo0", "Gi0/0/0.20", "Gi9/9/9"],
    "VLANS": ["10", "1-4094", "10,20,30-40"],
}
PATTERNS = [rule.pattern for mode in MODES for rule in rules(mode)]


def lines_of(patterns):
    """Lines that the patterns allow: each word of a kind becomes one of its values."""

    @st.composite
    def draw(pick):
        words = []
        for word in pick(st.sampled_from(sequences)):
            span = re.fullmatch(r"<(\d+)-(\d+)>", word)
            if span:
                words.append(str(pick(st.integers(int(span.group(1)), int(span.group(2))))))
            else:
                words.append(pick(st.sampled_from(VALUES.get(word, [word]))))
        return pick(st.sampled_from(["", "", "no ", "default "])) + " ".join(words)

    sequences = sorted({words for pattern in patterns for words in list(expand(pattern))[:40] if words})
    return draw()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines_of(PATTERNS), min_size=1, max_size=30))
def test_any_known_commands_leave_a_configuration_that_reads_back(lines):
    chassis = Chassis(salt=lambda: "abcdefghijklmn")
    tree = load("\n".join(lines), chassis).tree
    again = load(text(tree), Chassis())
    assert [bad for bad in again.rejected if "Duplicate" not in bad.message] == []
    assert again.tree == tree


@pytest.fixture(scope="module")
def device():
    return IosDevice(box(1), lambda: Staged(staged("fuzzed")), lambda: 1e9, lambda _delay, call: Cancelled(call))


class Cancelled:
    def __init__(self, call):
        self.call = call

    def cancel(self):
        self.call = None


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(lines_of(EXEC), lines_of(PATTERNS), st.text(max_size=30)), max_size=12))
def test_no_line_makes_the_command_line_fall_over(device, lines):
    talk = Talk(device)
    for line in lines:
        if talk.session.closed:
            break
        assert isinstance(talk(line.replace("\r", "").replace("\n", "")), str)
        assert isinstance(talk.prompt, str)
    talk.session.close()
