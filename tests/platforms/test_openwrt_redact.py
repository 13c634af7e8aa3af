"""What somebody else's secrets in UCI text become."""

import pytest

from homeroom.platforms.openwrt.redact import redact

CASES = {
    "\toption key 'geheim'": "\toption key '<redacted>'",
    "\toption key1 plain": "\toption key1 '<redacted>'",
    "\toption auth_secret 'it'\\''s'": "\toption auth_secret '<redacted>'",
    '\toption private_key "abc="': "\toption private_key '<redacted>'",
    "\toption password 'x' # note": "\toption password '<redacted>'",
    "\toption community 'public'": "\toption community '<redacted>'",
    "\tlist hostapd_bss_options 'auth_server_shared_secret=abc'": (
        "\tlist hostapd_bss_options 'auth_server_shared_secret=<redacted>'"
    ),
    "\toption key '<<secret:radius>>'": "\toption key '<<secret:radius>>'",
    "\tlist hostapd_bss_options 'auth_server_shared_secret=<<secret:radius>>'": (
        "\tlist hostapd_bss_options 'auth_server_shared_secret=<<secret:radius>>'"
    ),
    "\toption keyboard 'us'": "\toption keyboard 'us'",
    "\toption PasswordAuth 'on'": "\toption PasswordAuth 'on'",
    "\toption ssid 'key'": "\toption ssid 'key'",
}


@pytest.mark.parametrize("line", CASES)
def test_case(line):
    assert redact(f"{line}\n") == f"{CASES[line]}\n"
    assert redact(redact(line)) == redact(line)
