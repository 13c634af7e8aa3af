"""What IOS says and how it is understood: refusals, listings, prompts; and which secrets are taken out of it."""

import hashlib

import paramiko
import pytest
from napalm.base.exceptions import ReplaceConfigException
from netmiko.exceptions import ReadTimeout

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.ios import answers, terminal
from homeroom.platforms.ios.answers import refusal
from homeroom.platforms.ios.change import Ask, Change, Say
from homeroom.platforms.ios.redact import redact
from homeroom.platforms.ios.ssh import translated
from homeroom.platforms.ios.terminal import Garbled, Refused
from homeroom.secret import Secret

LOGIN = Login(
    device="a",
    host="127.0.0.2",
    port=22,
    user="netops",
    password=Secret("device_password", "s3cret"),
    pin=lambda fingerprint: None,
    conceal=lambda text: text.replace("s3cret", "<secret>"),
    change="c",
)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("Total number of passes: 1\nRollback Done\n", ""),
        ("Total number of passes: 0\nRollback Done\n\nrtr1#", ""),
        ("% Warning: use /31 mask on non point-to-point interface cautiously\nRollback Done\n", ""),
        ("%Note: something harmless\nRollback Done\n", ""),
        ("1234 bytes copied in 0.310 secs (3980 bytes/sec)\n", ""),
        (
            "   ^\n% Invalid input detected at '^' marker.\n\n1234 bytes copied\n",
            "% Invalid input detected at '^' marker.",
        ),
        ("% Incomplete command.\n", "% Incomplete command."),
        ('% Ambiguous command:  "in"\n', '% Ambiguous command:  "in"'),
        ("% 10.0.0.0 overlaps with Vlan20\n", "% 10.0.0.0 overlaps with Vlan20"),
        (
            "%Please turn config archive on before using this command\n",
            "%Please turn config archive on before using this command",
        ),
        ("%The input file is not a valid config file.\n", "%The input file is not a valid config file."),
        (
            (
                "Failed to apply command colour blue\nAborting Rollback.\n\n"
                "Rollback failed.Reverting back to the original configuration: flash:a-1 ...\n\n"
                "Total number of passes: 1\nRollback Done\n\n"
                "The original configuration has been successfully restored.\n"
            ),
            "colour blue",
        ),
        (
            (
                "********\n!List of Rollback Commands:\ncolour blue\nend\n********\n\n\nRollback aborted after 5 passes\n"
                "The following commands are failed to apply to the IOS image.\n********\ncolour blue\n********\n"
            ),
            "colour blue",
        ),
        ("Rollback aborted after 5 passes\n", "Rollback aborted after 5 passes"),
    ],
)
def test_refusals(answer, line):
    assert refusal(answer) == line


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (
            paramiko.AuthenticationException("no"),
            LoginRefused,
            "it refused our login; check the device password and the user on it",
        ),
        (
            paramiko.SSHException("Error reading SSH protocol banner"),
            Unreachable,
            "no connection (Error reading SSH protocol banner); check its power, its uplink and its SSH",
        ),
        (Refused("No space left"), CommandRejected, "refused (No space left); look at it, then try again"),
        (
            Garbled("`dir` was echoed as `x`"),
            CommandRejected,
            "refused (`dir` was echoed as `x`); look at it, then try again",
        ),
        (TimeoutError(), Unreachable, "it stopped answering; look at its load, then try again"),
        (
            OSError("is s3cret"),
            Unreachable,
            "no connection (is <secret>); check its power, its uplink and its SSH",
        ),
        (EOFError(), Unreachable, "no connection (EOFError); check its power, its uplink and its SSH"),
        (
            ReadTimeout("\n\nPattern not detected: 'x'.\n\nmore"),
            Unreachable,
            "it stopped answering (Pattern not detected: 'x'); look at its load, then try again",
        ),
        (
            ReplaceConfigException("Candidate config file does not exist"),
            CommandRejected,
            "refused (Candidate config file does not exist); look at it, then try again",
        ),
        (
            ValueError("pattern: x not detected"),
            CommandRejected,
            "refused (pattern: x not detected); look at it, then try again",
        ),
    ],
)
def test_no_librarys_exception_crosses_our_border(error, kind, message):
    with pytest.raises(kind) as caught, translated(LOGIN):
        raise error
    assert type(caught.value) is kind
    assert str(caught.value) == f"a: {message}"


def test_our_own_errors_pass():
    with pytest.raises(HostKeyChanged), translated(LOGIN):
        raise HostKeyChanged("a", "x", "y")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("username a privilege 15 secret 9 $9$abc$def", "username a privilege 15 secret 9 <redacted>"),
        ("username a password 7 0822455D0A16", "username a password 7 <redacted>"),
        ("username a password plain", "username a password <redacted>"),
        ("enable secret 5 $1$xyz", "enable secret 5 <redacted>"),
        ("snmp-server community public RO", "snmp-server community <redacted> RO"),
        ("snmp-server community public view V RO 10", "snmp-server community <redacted> view V RO 10"),
        ("snmp-server host 10.0.0.1 version 2c traps public", "snmp-server host 10.0.0.1 version 2c traps <redacted>"),
        ("snmp-server host 10.0.0.1 public", "snmp-server host 10.0.0.1 <redacted>"),
        (
            "snmp-server user u G v3 auth sha-2 256 authpass priv aes 128 privpass",
            "snmp-server user u G v3 auth sha-2 256 <redacted> priv aes 128 <redacted>",
        ),
        (" key 7 070C285F4D06", " key 7 <redacted>"),
        (" pac key 7 070C285F4D06", " pac key 7 <redacted>"),
        (" key-string 7 0822", " key-string 7 <redacted>"),
        ("tacacs-server host 10.0.0.1 key 7 0822", "tacacs-server host 10.0.0.1 key 7 <redacted>"),
        ("radius-server key sesame", "radius-server key <redacted>"),
        ("crypto isakmp key sesame address 10.0.0.1", "crypto isakmp key <redacted> address 10.0.0.1"),
        (" pre-shared-key local sesame", " pre-shared-key local <redacted>"),
        (" security wpa psk set-key ascii 0 sesame", " security wpa psk set-key ascii 0 <redacted>"),
        (" ip ospf message-digest-key 1 md5 7 0822", " ip ospf message-digest-key 1 md5 7 <redacted>"),
        ("ntp authentication-key 1 md5 0822 7", "ntp authentication-key 1 md5 <redacted> 7"),
        (" neighbor 10.0.0.1 password 7 0822", " neighbor 10.0.0.1 password 7 <redacted>"),
        ("username a secret 9 <<secret:device_hash>>", "username a secret 9 <<secret:device_hash>>"),
        (" key 7 <<secret:radius>>", " key 7 <<secret:radius>>"),
        ("service password-encryption", "service password-encryption"),
        ("no ip domain lookup", "no ip domain lookup"),
        ("aaa authentication login default local", "aaa authentication login default local"),
        ("ip ssh version 2", "ip ssh version 2"),
        (" description key to the secret garden", " description key to the secret <redacted>"),
    ],
)
def test_secrets_that_are_none_of_ours_are_taken_out(line, shown):
    assert redact(f"hostname a\n{line}\nend\n") == f"hostname a\n{shown}\nend\n"


def test_redacting_twice_changes_nothing():
    text = "username a secret 9 $9$abc$def\nsnmp-server community public RO\n"
    assert redact(redact(text)) == redact(text)


LISTING = """\
Directory of bootflash:/

   11  -rw-         958026240  Nov 24 2026 06:22:59 +00:00  cat9k.bin
   12  -rw-               996  Nov 24 2026 06:22:59 +00:00  homeroom-20261124-062259-ab12-rollback.cfg
   13  -rw-               996  Nov 24 2026 06:22:59 +00:00  homeroom-c-candidate.cfg
   14  -rw-               996  Nov 24 2026 06:22:59 +00:00  my-homeroom-c-merge.cfg
   15  -rw-               996  Nov 24 2026 06:22:59 +00:00  homeroom-c-merge.cfg.old

3249049600 bytes total (2290000000 bytes free)
"""


def test_what_a_listing_says():
    assert answers.disk(LISTING) == "bootflash:"
    assert answers.free(LISTING) == 2290000000
    assert answers.free("x (12 Kbytes free)") == 12288
    assert (answers.disk("%Error"), answers.free("%Error")) == ("", 0)
    assert answers.left(LISTING) == {"homeroom-20261124-062259-ab12-rollback.cfg", "homeroom-c-candidate.cfg"}


@pytest.mark.parametrize(
    ("timer", "user"),
    [
        ("%No Rollback Confirmed Change pending\n", ""),
        ("Time configured(UTC Tue Nov 24): 06:22\nTimer type: absolute timer\nUser: netops\n", "netops"),
        ("Timer type: absolute timer\n", "somebody"),
        ("% Invalid input detected at '^' marker.\n", ""),
    ],
)
def test_whose_change_waits(timer, user):
    assert answers.pending(timer) == user


@pytest.mark.parametrize(
    ("said", "difference"),
    [
        (
            "!Contextual Config Diffs:\n+ntp server 10.0.0.1\n-ntp server 10.0.0.2\n",
            "+ntp server 10.0.0.1\n-ntp server 10.0.0.2",
        ),
        ("!Contextual Config Diffs:\n!No changes were found\n", ""),
        ("!Contextual Config Diffs:\n+ntp clock-period 17179\n", ""),
        ("!Contextual Config Diffs:\ninterface Vlan1\n +description a\n", "interface Vlan1\n +description a"),
    ],
)
def test_what_is_different(said, difference):
    assert answers.difference(said) == difference


@pytest.mark.parametrize(
    ("said", "increment"),
    [
        (
            "!List of Commands:\nntp server 10.0.0.1\nno ntp server 10.0.0.2\nend\n",
            "+ntp server 10.0.0.1\n-no ntp server 10.0.0.2",
        ),
        ("!List of Commands:\nend\n!No changes were found\n", ""),
        (
            "!List of Commands:\n! order-dependent line(s) re-ordered\n!No changes were found\n",
            "+! order-dependent line(s) re-ordered",
        ),
    ],
)
def test_what_a_merge_would_do(said, increment):
    assert answers.increment(said) == increment


def test_other_answers():
    assert answers.level("Current privilege level is 7\n") == 7
    assert answers.level("% Invalid") == 0
    assert (
        answers.md5("verify /md5 (flash:a) = 0123456789abcdef0123456789abcdef\n") == "0123456789abcdef0123456789abcdef"
    )
    assert answers.md5("%Error verifying flash:a (No such file or directory)") == ""
    assert answers.archive_on("The maximum archive configurations allowed is 10.\n")
    assert not answers.archive_on("Archive feature not enabled\n")
    assert answers.whole("hostname a\nend\n", "x\nversion 17.9\n") == "version 17.9\nhostname a\nend\n"
    assert (
        answers.refusal("snmp x\n     ^\n% Invalid input detected\n", "a\n snmp x\n")
        == "snmp x: % Invalid input detected"
    )
    assert answers.refusal("copy x\n% Invalid input detected\n", "a\n") == "% Invalid input detected"


# --- whose turn it is


@pytest.mark.parametrize(
    ("said", "prompt", "asks"),
    [
        ("\nrtr1#", "rtr1#", False),
        ("banner\n\npy11-0001-rtr1(config)#", "py11-0001-rtr1(config)#", False),
        ("rtr1>", "rtr1>", False),
        ("Destination filename [x]? ", "", True),
        ("Do you want to over write? [confirm]", "", True),
        ("two words#", "", False),
        ("\nrtr1# ", "", False),
        ("", "", False),
    ],
)
def test_a_prompt_and_a_question_are_known_by_their_end(said, prompt, asks):
    assert terminal.prompt(said) == prompt
    assert terminal.asks(said) == asks
    assert terminal.turn(said) == (bool(prompt) or asks)


def test_answers_are_cut_where_the_prompt_stands_before_the_next_echo():
    said = "show a\nr1#in the answer\nr1#show b\nr1#show c\nlast\nr1#"
    assert terminal.split(said, "r1#", ["show a", "show b", "show c"]) == ["r1#in the answer", "", "last"]
    assert terminal.answered("r1#", 3)(said)
    assert not terminal.answered("r1#", 5)(said)
    assert not terminal.answered("r1#", 1)("show a\nr1#x")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("shxw a\nr1#", "`show a` was echoed as `shxw a`"),
        ("show a\nr1#show c\nr1#", "the answer to `show a` has no end"),
    ],
)
def test_answers_that_do_not_fit_are_not_guessed_at(said, message):
    with pytest.raises(Garbled) as caught:
        terminal.split(said, "r1#", ["show a", "show b"])
    assert str(caught.value) == message


# --- the steps of a change, answered from a script


def taken(steps, *script):
    """Take the steps with these answers; return what was asked, and the result."""
    asked, answer = [], None
    lines = list(script)
    while True:
        try:
            word = steps.send(answer)
        except StopIteration as end:
            assert not lines
            return asked, end.value
        asked += word.commands if isinstance(word, Ask) else [word]
        answer = lines.pop(0)


QUIET = "%No Rollback Confirmed Change pending\n"
MINE = "User: netops\n"


def test_a_confirmation_is_believed_when_the_device_says_it_saved():
    asked, _ = taken(Change(LOGIN).confirm(), [MINE, LISTING], "", "Building configuration...\n[OK]\n")
    assert asked == ["show archive config rollback timer", "dir", Say("configure confirm"), Say("write memory")]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (([MINE, LISTING], QUIET), "`configure confirm` was refused: %No Rollback Confirmed Change pending"),
        (
            ([MINE, LISTING], "", "startup-config file open failed (busy s3cret)\n"),
            "refused (`write memory` answered: startup-config file open failed (busy <secret>))",
        ),
        (([QUIET, LISTING],), "refused (No pending configuration)"),
    ],
)
def test_a_confirmation_that_was_not_one(script, message):
    with pytest.raises(CommandRejected) as caught:
        taken(Change(LOGIN).confirm(), *script)
    assert caught.value.what == message


def test_a_rollback_is_proved_and_a_failed_one_keeps_the_way_back():
    change = Change(LOGIN)
    change.discard()
    with pytest.raises(CommandRejected, match="was refused: no word of success"):
        taken(change.revert(), [QUIET, LISTING], "")
    with pytest.raises(CommandRejected, match="it does not run the old configuration after the rollback"):
        taken(change.revert(), [QUIET, LISTING], "Rollback Done\n", ["+ntp server 10.0.0.1\n"])
    with pytest.raises(CommandRejected, match="it does not run the old configuration after the rollback"):
        taken(change.revert(), [QUIET, LISTING], "Rollback Done\n", ["%Error opening bootflash:x\n"])
    asked, _ = taken(change.leave(), ["", ""])
    assert asked == [f"delete /force bootflash:homeroom-c-{use}.cfg" for use in ("candidate", "merge")]


def test_a_comparison_the_device_cannot_make_is_said():
    change = Change(LOGIN)
    steps = change.merging("ntp server 10.0.0.1\n")
    means = ["Current privilege level is 15\n", "The maximum\n", LISTING, "ip scp server enable\n"]
    digest = hashlib.md5(b"ntp server 10.0.0.1\n", usedforsecurity=False).hexdigest()
    with pytest.raises(CommandRejected, match="`show archive` was refused: % Invalid input detected"):
        taken(steps, means, None, [f"= {digest}\n", "% Invalid input detected\n"])


def test_leaving_before_anything_was_listed_asks_where_the_files_are():
    change = Change(LOGIN)
    assert taken(change.leave()) == ([], None)
    change.discard()
    asked, _ = taken(change.leave(), [LISTING], ["", "", ""])
    assert asked[0] == "dir"
    assert taken(change.leave()) == ([], None)
