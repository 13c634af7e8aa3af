"""What makes a configuration be read again, and what a difference says: without a device."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.observe import drift
from homeroom.observe.drift import Word
from homeroom.snmp.ask.rows import Readings
from homeroom.snmp.ask.wired import Changes, Identity
from homeroom.store.heard import Heard
from homeroom.store.tokens import Token

DAY = 86400.0
NOW = 1_000_000.0


def said(changes=None, **identity):
    return Readings(identity=Identity(**identity), changes=Changes(**(changes or {})))


def held(text="[1]", at=NOW - 100):
    return Token(text, at, text, at)


def heard(at, who="amy", kind="config", origin=""):
    return Heard(at, "d", "syslog", kind, who, origin, "")


class TestWord:
    def test_a_number_of_its_own_survives_a_reboot(self):
        told = {"serial": 7, "when": "2026-11-24T10:00:00+01:00", "who": "amy"}
        before, after = (drift.word(said(told, engine_boots=boots), NOW) for boots in (1, 2))
        assert before.token == after.token == json.dumps(["serial", 7, None, "2026-11-24T10:00:00+01:00"])
        assert (before.changed, before.who) == (1_795_510_800.0, "amy")

    def test_times_since_the_boot_are_worth_something_only_with_the_boots(self):
        first, second = (drift.word(said({"running": 100}, engine_boots=boots), NOW) for boots in (1, 2))
        assert first.token != second.token

    def test_no_object_is_no_token(self):
        assert drift.word(said(uptime=5.0), NOW) == Word("", NOW)

    def test_ticks_since_the_boot_say_when(self):
        assert drift.word(said({"running": 6000}, uptime=500.0), NOW).changed == NOW - 440

    def test_ticks_that_have_wrapped_say_nothing(self):
        assert not drift.word(said({"running": 1_403_592_375}, uptime=90.0), NOW).changed

    @pytest.mark.parametrize("when", ["2026-11-24T10:00:00", "noon", ""])
    def test_a_date_without_its_zone_is_not_believed(self, when):
        assert not drift.word(said({"serial": 7, "when": when}), NOW).changed

    def test_who_is_made_harmless(self):
        assert drift.word(said({"serial": 7, "who": "a\u202e\n"}), NOW).who == "a\\u202e\\n"


class TestLook:
    @pytest.mark.parametrize(
        ("word", "was", "told", "expected"),
        [
            (Word("[1]", NOW), None, 0.0, "new"),
            (Word("[1]", NOW), Token("[1]", NOW, "", 0.0), 0.0, "new"),
            (Word("[1]", NOW), held(), 0.0, "same"),
            (Word("[1]", NOW), held(), NOW, "same"),
            (Word("[2]", NOW), held(), 0.0, "moved"),
            (Word("[1]", NOW), held(""), 0.0, "moved"),
            (Word("", NOW), held("[1]"), 0.0, "moved"),
            (Word("", NOW), held(""), 0.0, "trusted"),
            (Word("", NOW), held(""), NOW - 50, "moved"),
            (Word("", NOW), held(""), NOW - 150, "trusted"),
            (Word("", NOW), held("", NOW - DAY), 0.0, "due"),
        ],
    )
    def test_every_case(self, word, was, told, expected):
        assert drift.look(word, was, told, DAY) == expected


IOS = """\
interface Vlan10
 -ip access-group STUDENT-IN in
 +no ip redirects
+ip http server
+line vty 0 4
 +transport input telnet
"""
UCI = """\
package dropbear
 config dropbear 'main'
  +option PasswordAuth 'off'
  -option PasswordAuth 'on'
"""


class TestLines:
    def test_each_line_has_its_sections_before_it(self):
        assert drift.lines(drift.edits(IOS)) == (
            "- interface Vlan10: ip access-group STUDENT-IN in",
            "+ interface Vlan10: no ip redirects",
            "+ ip http server",
            "+ line vty 0 4",
            "+ line vty 0 4: transport input telnet",
        )
        assert drift.lines(drift.edits(UCI))[0] == (
            "+ package dropbear: config dropbear 'main': option PasswordAuth 'off'"
        )

    def test_what_a_device_says_is_harmless_and_short(self):
        [line] = drift.lines(drift.edits(f"+banner \u202e\x1b[31m{'x' * 9000}\n"))
        assert line.startswith("+ banner \\u202e\\x1b[31mxxx")
        assert len(line) < 600

    def test_a_factory_reset_is_cut_and_says_so(self):
        found = drift.lines(drift.edits("".join(f"-line {n}\n" for n in range(drift.MOST + 7))))
        assert len(found) == drift.MOST + 1
        assert found[-1] == "... and 7 more lines; `homeroom diff` shows all"

    @given(st.text(alphabet=" +-ab\n", max_size=60))
    def test_every_signed_line_comes_once_and_no_other(self, text):
        signed = [
            line for line in text.splitlines() if line.lstrip(" ")[:1] in {"+", "-"} and line.strip(" ")[1:].strip()
        ]
        found = drift.edits(text)
        assert [one.sign for one in found] == [line.lstrip(" ")[0] for line in signed]

    def test_features_are_those_that_the_lines_belong_to(self):
        intended = {
            "identity": "hostname a\nip domain name b\n",
            "segmentation": "interface Vlan10\n ip access-group STUDENT-IN in\n",
            "management": "snmp-server group HOMEROOM v3 priv\nip ssh version 2\nline vty 0 4\n",
            "uplinks": "interface Gi0\n",
        }
        assert drift.features(drift.edits(IOS), intended) == ("segmentation", "management")
        assert drift.features(drift.edits("+snmp-server community x RO\n"), intended) == ("management",)
        assert drift.features(drift.edits("+ip http server\n"), intended) == ()  # two features begin so: nobody knows
        assert drift.features(drift.edits("+zebra\n"), intended) == ()


class TestWho:
    def test_the_nearest_change_before_it_was_found(self):
        events = [heard(NOW - 50, "bob"), heard(NOW - 9, "amy"), heard(NOW + 5, "eve")]
        assert drift.event(events, NOW, "netops").who == "amy"
        assert drift.event([], NOW, "netops") is None
        assert drift.event(events[2:], NOW, "netops") is None

    def test_our_own_user_only_if_there_is_nobody_else(self):
        assert drift.event([heard(NOW - 50, "bob"), heard(NOW - 9, "netops")], NOW, "netops").who == "bob"
        assert drift.event([heard(NOW - 9, "netops")], NOW, "netops").who == "netops"

    def test_who_came_in_counts_where_nobody_tells_of_changes(self):
        logins = [heard(NOW - 9, "root", "login", "10.0.0.5")]
        found = drift.event(logins, NOW, "netops")
        assert drift.by(found, Word("", NOW)) == "root from 10.0.0.5 (who came in before)"
        assert drift.by(found, Word("", NOW, who="amy")) == "amy"
        assert drift.event([heard(NOW - 50), *logins], NOW, "netops").kind == "config"

    def test_what_was_heard_goes_before_what_the_device_says(self):
        device = Word("[1]", NOW, who="bob")
        assert drift.by(heard(1, "amy", origin="10.0.0.5"), device) == "amy from 10.0.0.5"
        assert drift.by(heard(1, ""), device) == drift.by(None, device) == "bob"
        assert not drift.by(None, Word("[1]", NOW))


class TestSince:
    def test_heard_then_the_device_s_own_time_then_now(self):
        assert drift.since(heard(NOW - 9), Word("", NOW, NOW - 5), NOW - 100) == NOW - 9
        assert drift.since(None, Word("", NOW, NOW - 5), NOW - 100) == NOW - 5
        assert drift.since(None, Word("", NOW), NOW - 100) == NOW
        assert drift.since(heard(NOW - 9, kind="login"), Word("", NOW), NOW - 100) == NOW

    def test_what_cannot_be_is_not_believed(self):
        assert drift.since(None, Word("", NOW, NOW - 500), NOW - 100) == NOW  # it was as intended since
        assert drift.since(None, Word("", NOW, NOW + 500), NOW - 100) == NOW  # its clock is ahead
