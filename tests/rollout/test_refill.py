"""What only the device knows: filled in from the line it stands in, or not at all."""

import re

import pytest

from homeroom.errors import CommandRejected
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.eos.redact import REDACTED as EOS
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.redact import REDACTED as IOS
from homeroom.platforms.junos.redact import REDACTED as JUNOS
from homeroom.platforms.openwrt.redact import REDACTED as OPENWRT
from homeroom.platforms.ros.redact import REDACTED as ROS
from homeroom.rollout.restore import REDACTED, Refill
from homeroom.rollout.work import Work


def refill(conceal=None):
    hide = conceal or (
        lambda text: re.sub(r"(?<=secret )\S+", REDACTED, text.replace("our-own-value", "<<secret:radius>>"))
    )
    work = Work("sw1", "", IosParser(), lambda text: text.replace("<<secret:radius>>", "our-own-value"), hide)
    return Refill(work)


def test_every_platform_redacts_with_the_same_word():
    assert {IOS, EOS, JUNOS, OPENWRT, ROS} == {REDACTED}


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
