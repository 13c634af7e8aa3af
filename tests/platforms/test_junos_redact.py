"""Whatever is secret in a Junos configuration is taken out of it, markers of ours stay."""

import pytest

from homeroom.platforms.junos.redact import redact


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('    encrypted-password "$6$abc$def"; ## SECRET-DATA', "    encrypted-password <redacted>; ## SECRET-DATA"),
        ('    encrypted-password "$6$a\\"b";', "    encrypted-password <redacted>;"),
        ('    encrypted-password "<<secret:device_hash>>"; ## SECRET-DATA', None),
        ("    plain-text-password-value abc;", "    plain-text-password-value <redacted>;"),
        ('    secret "$9$abc"; ## SECRET-DATA', "    secret <redacted>; ## SECRET-DATA"),
        ("    radius-server 10.0.0.1 secret abc;", "    radius-server 10.0.0.1 secret <redacted>;"),
        ('    pre-shared-key ascii-text "$9$abc";', "    pre-shared-key ascii-text <redacted>;"),
        ('    authentication-key 1 type md5 value "$9$abc";', "    authentication-key 1 type md5 value <redacted>;"),
        ("    authentication-key abc;", "    authentication-key <redacted>;"),
        ('    privacy-key "$9$a b";', "    privacy-key <redacted>;"),
        ('    md5 1 key "$9$abc";', "    md5 1 key <redacted>;"),
        ('    weather "$9$abc"; ## SECRET-DATA', "    weather <redacted>; ## SECRET-DATA"),
        ("    server 10.0.0.1 key 1 prefer;", None),
        ('    ssh-ed25519 "ssh-ed25519 AAAA someone";', None),
        ("    host-name secret-garden;", None),
    ],
)
def test_lines(line, expected):
    assert redact(f"system {{\n{line}\n}}\n") == f"system {{\n{expected or line}\n}}\n"


def test_communities_are_secret_in_snmp_only():
    text = "snmp {\n    community public {\n        view all;\n    }\n}\npolicy-options {\n    community public members 1:1;\n}\n"
    assert redact(text) == text.replace("community public {", "community <redacted> {")
