"""What a refusal looks like, and which secrets are taken out of a configuration, in IOS's own words."""

import paramiko
import pytest
import scp
from napalm.base.exceptions import ReplaceConfigException
from netmiko.exceptions import ReadTimeout

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.ios.driver import refusal
from homeroom.platforms.ios.redact import redact
from homeroom.platforms.ios.ssh import translated
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
        (scp.SCPException("lost"), Unreachable, "no connection (lost); check its power, its uplink and its SSH"),
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
