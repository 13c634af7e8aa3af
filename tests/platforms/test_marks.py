"""What stands for other people's secrets: equal ones show as equal over all platforms, and nothing else is told."""

import hashlib
import hmac
import re

import pytest

from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.eos.redact import redact as eos
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.redact import redact as ios
from homeroom.platforms.junos.parser import JunosParser
from homeroom.platforms.junos.redact import redact as junos
from homeroom.platforms.junos.veil import veil
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.openwrt.redact import redact as openwrt
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.ros.redact import redact as ros
from homeroom.redaction import DIGITS, PLAIN, keyed, marked, plain, unkeyed
from homeroom.secret import type7

KEY = "a key of the project, of thirty-two"
MARK = keyed(KEY)
FORM = re.compile(r"<redacted:[0-9a-f]{12}>")
LEAKED = "leaked-Pa55"
SAID = {
    "ios": (ios, IosParser(), [
        "snmp-server community {} RO", "username a privilege 15 password 0 {}", "radius-server key 7 {7}",
        "username a password 7 {7}", "ntp authentication-key 1 md5 {7} 7", "snmp-server user u G v3 auth sha {} priv des {}",
    ]),
    "eos": (eos, EosParser(), [
        "snmp-server community {} ro", "radius-server host 10.0.0.1 key 7 {7}", "username a secret 0 {}",
        "snmp-server user u G v3 auth sha {} priv aes {}",
    ]),
    "junos": (junos, JunosParser(), [
        'system {{\n    radius-server {{\n        10.0.0.1 secret "{9}"; ## SECRET-DATA\n    }}\n}}',
        'system {{\n    radius-server {{\n        10.0.0.1 secret "{}";\n    }}\n}}',
        "snmp {{\n    community {} {{\n        authorization read-only;\n    }}\n}}",
    ]),
    "openwrt": (openwrt, UciParser(), [
        "package wireless\n\nconfig wifi-iface 'a'\n\toption key '{}'", "package wireless\n\nconfig wifi-iface 'a'\n\toption key {}",
        "package wireless\n\nconfig wifi-iface 'a'\n\tlist hostapd_bss_options 'auth_server_shared_secret={}'",
    ]),
    "ros": (ros, RosParser(), [
        "/ppp secret\nadd name=a password={} service=pppoe", '/radius\nadd address=10.1.1.2 secret="{}" service=wireless',
        "/snmp community add name={}",
    ]),
}  # fmt: skip
"""Platform -> how it hides, how it is read, texts with a secret (`7`, `9`: in the form that Cisco and Junos hide it)."""
CASES = [(name, text) for name, (_, _, texts) in SAID.items() for text in texts]

NEVER_COMPARED = [("eos", SAID["eos"][2][-1])]
"""The keys of an SNMP user: the device hashes them with its own engine's number."""


def forms(text, secret):
    """Return a text with the secret, hidden with one salt and with another."""

    def filled(seed, letter):
        text_of = {"{7}": type7(secret, seed), "{9}": veil(secret, letter), "{}": secret, "{{": "{", "}}": "}"}
        return re.sub(r"\{[79]?\}|\{\{|\}\}", lambda found: text_of[found[0]], text)

    return filled(3, "u") + "\n", filled(11, "F") + "\n"


@pytest.mark.parametrize(("platform", "text"), CASES)
def test_a_secret_has_one_mark_on_all_platforms_however_it_is_written(platform, text):
    redact = SAID[platform][0]
    for said in forms(text, LEAKED):
        shown = redact(said, MARK)
        assert LEAKED not in shown
        assert set(FORM.findall(shown)) == {MARK(LEAKED)}
        assert redact(shown, MARK) == shown == redact(shown)
        assert unkeyed(shown) == redact(said)
        assert PLAIN in redact(said)
        assert marked(shown)
        assert marked(redact(said))


@pytest.mark.parametrize(("platform", "text"), [case for case in CASES if case not in NEVER_COMPARED])
def test_another_secret_is_a_difference_and_the_same_is_none(platform, text):
    redact, parse, _ = SAID[platform]
    here, again = (redact(said, MARK) for said in forms(text, LEAKED))
    there, _ = (redact(said, MARK) for said in forms(text, "changed-Pa55"))
    assert parse.diff(here, again) == ""
    changed = parse.diff(here, there)
    assert {MARK(LEAKED), MARK("changed-Pa55")} == set(FORM.findall(changed))
    assert any(MARK(LEAKED) in line for line in parse.lines(here))


def test_a_mark_is_the_beginning_of_a_keyed_hash():
    whole = hmac.new(KEY.encode(), b"public", hashlib.sha256).hexdigest()
    assert MARK("public") == f"<redacted:{whole[:DIGITS]}>"
    assert keyed(KEY[1:])("public") != MARK("public")
    assert FORM.fullmatch(MARK("\ud800"))
    assert plain("public") == PLAIN


@pytest.mark.parametrize(
    "text", ["", "redacted", "<redacted:xyz>", "<redacted:0123456789ab", "<redacted:0123456789AB>"]
)
def test_what_only_looks_like_a_mark_is_none(text):
    assert not marked(text)
    assert unkeyed(text) == text
    assert ios(f"enable secret {text}x\n", MARK) == f"enable secret {MARK(text + 'x')}\n"


@pytest.mark.parametrize("redact", [ios, eos, junos, openwrt, ros])
def test_a_marker_of_ours_is_no_secret_of_others(redact):
    text = "".join(
        f"{line.format(*['<<secret:radius>>'] * 3)}\n"
        for name, (other, _, lines) in SAID.items()
        for line in lines
        if other is redact and "{7}" not in line and "{9}" not in line and name
    )
    assert "<<secret:radius>>" in text
    assert redact(text, MARK) == text
