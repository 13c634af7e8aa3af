"""What only the device knows: filled in from the line it stands in, or not at all."""

import re

import pytest

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Running
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.redact import redact
from homeroom.redaction import PLAIN, keyed, unkeyed
from homeroom.rollout.restore import Refill
from homeroom.rollout.work import Work, compare

MARK = keyed("k" * 32)


def refill(conceal=None):
    hide = conceal or (
        lambda text: re.sub(r"(?<=secret )\S+", PLAIN, text.replace("our-own-value", "<<secret:radius>>"))
    )
    work = Work("sw1", "", IosParser(), lambda text: text.replace("<<secret:radius>>", "our-own-value"), hide)
    return Refill(work)


def test_a_line_is_filled_from_the_line_it_stands_in():
    one = refill()
    said = "aaa\n a secret one\nbbb\n a secret two\n\nradius our-own-value\n"
    concealed = one.conceal(said)
    assert concealed == "aaa\n a secret <redacted>\nbbb\n a secret <redacted>\n\nradius <<secret:radius>>\n"
    assert one.reveal(concealed) == said
    assert one.reveal("bbb\n a secret <redacted>\n") == "bbb\n a secret two\n"


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [("ccc\n a secret <redacted>\n", "ccc a secret <redacted>", "runs that line no more"),
     ("a secret <redacted>", "a secret <redacted>", "runs that line no more"),
     ("ddd\n b secret <redacted>\n", "ddd b secret <redacted>", "runs that line with several")],
)  # fmt: skip
def test_what_the_device_does_not_know_any_more_is_never_sent(text, shown, why):
    one = refill()
    one.conceal("aaa\n a secret one\nddd\n b secret one\nddd\n b secret two\n")
    with pytest.raises(CommandRejected) as caught:
        one.reveal(text)
    assert str(caught.value) == (
        f"sw1: `{shown}` held a secret that only the device knew, and it {why};"
        " choose another time, or change the rest by hand"
    )


def test_before_the_device_was_read_nothing_is_known():
    with pytest.raises(CommandRejected, match="runs that line no more"):
        refill().reveal("a secret <redacted>")


def test_a_text_whose_lines_moved_fills_nothing():
    one = refill(conceal=lambda text: text.replace("secret one\n", "secret <redacted>"))
    one.conceal("a secret one\nb\n")
    with pytest.raises(CommandRejected, match="runs that line no more"):
        one.reveal("a secret <redacted>b\n")


def test_a_device_that_shows_only_the_word_itself_fills_nothing():
    one = refill()
    one.conceal("a secret <redacted>\n")
    with pytest.raises(CommandRejected, match="runs that line no more"):
        one.reveal("a secret <redacted>\n")


class Box:
    """A device that runs a text, and keeps what it is given as candidate."""

    def __init__(self, text):
        self.text = self.given = text

    def running(self):
        return Running("sw1", self.text, pending=False)

    def candidate(self, text):
        self.given = text
        return text != self.text


def restored(old, runs):
    """Compare what ran with what runs: (difference, what the device was given)."""
    work = Refill(Work("sw1", "", IosParser(), str, lambda text: redact(text, MARK))).work(old)
    box = Box(runs)
    return compare(work, box).diff, box.given


RUNS = "snmp-server community leaked RO\nip route 10.9.0.0 255.255.0.0 Null0\n"
RAN = redact("snmp-server community leaked RO\n", MARK)


@pytest.mark.parametrize("old", [RAN, unkeyed(RAN)])
def test_the_same_secret_is_given_back_and_no_difference_of_its_own(old):
    """Whatever the form of the mark that is kept."""
    diff, given = restored(old, RUNS)
    assert diff == "-ip route 10.9.0.0 255.255.0.0 Null0\n"
    assert given == "snmp-server community leaked RO\nend\n"


def test_another_secret_in_the_line_is_not_given_back_as_that_of_then():
    changed = RUNS.replace("leaked", "changed")
    with pytest.raises(CommandRejected, match=f"`snmp-server community {MARK('leaked')} RO` .* runs that line no more"):
        restored(RAN, changed)
    assert restored(unkeyed(RAN), changed)[1] == "snmp-server community changed RO\nend\n"


def test_lines_of_two_secrets_are_told_apart_by_their_marks():
    runs = "line vty 0 4\n password one\nline vty 0 4\n password two\nbanner\n"
    diff, given = restored(redact(runs, MARK).replace("banner\n", ""), runs)
    assert (diff, given) == ("-banner\n", runs.replace("banner\n", "end\n"))


def test_work_carries_both_masks():
    one = refill()
    work = one.work("x\n")
    assert (work.device, work.text, work.reveal, work.conceal) == ("sw1", "x\n", one.reveal, one.conceal)


def test_what_a_device_shows_is_sent_without_what_stands_around_it():
    shown = (
        "Building configuration...\n\nCurrent configuration : 832 bytes\n!\nhostname a\nbanner motd ^Cend\nend^C\nend\n"
    )
    assert IosParser().wire(shown) == "!\nhostname a\nbanner motd \x03end\nend\x03\nend\n"
    assert IosParser().wire("hostname a\n") == "hostname a\nend\n"
    assert EosParser().wire("hostname a\n!\nend\n") == "hostname a\n!\n"
    assert EosParser().wire("hostname a\n") == "hostname a\n"
