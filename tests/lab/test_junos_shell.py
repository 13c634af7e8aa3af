"""The command line of an emulated Junos device."""

import pytest
from junos_desk import Desk

from homeroom.lab.junos.terminal import Terminal


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def world(desk):
    return desk.world


@pytest.fixture
def device(desk):
    return desk.device


@pytest.fixture
def enter(desk):
    return desk.enter


@pytest.fixture
def line(desk):
    return desk.line


def test_operational_mode(line, device):
    say = line()
    assert say.prompt == f"netops@{device.name}> "
    assert say("show version").startswith(f"Hostname: {device.name}\nModel: ex2300-c-12p\nJunos: 22.4R3.25\n")
    assert say("show version | match model | no-more") == "Model: ex2300-c-12p\n"
    assert say("show version | except o | count") == "Count: 0 lines\n"
    assert say("show configuration").startswith("## Last commit: 2026-09-21 14:13:20 UTC by root\nversion")
    assert say("show configuration system ntp") == "server 10.1.1.1;\n"
    assert say("show configuration system ntp | display set") == "set system ntp server 10.1.1.1\n"
    assert device.box.serial in say("show chassis hardware")
    assert "System booted: 2026-09-21 14:13:20 UTC (00:00 ago)" in say("show system uptime")
    assert "irb.99                  up    up   inet     10.0.7.193/27" in say("show interfaces terse")
    assert "ge-0/0/0.0              up    up   eth-switch" in say("show interfaces terse")
    assert "management            99" in say("show vlans")
    assert say("show lldp neighbors", "") == ""
    assert say("show arp") == "Total entries: 0\n"
    assert say("show weather") == "^\nunknown command.\n"
    assert (
        say("set cli screen-length 0", "set cli screen-width 511")
        == "Screen length set to 0\nScreen width set to 511\n"
    )
    assert say("set cli complete-on-space off") == "Complete-on-space off\n"
    assert say("set cli weather") == "^\nunknown command.\n"
    assert say("exit") == ""
    assert say.shell.closed


def test_configuration_mode(line, device, world):
    say = line()
    assert say("configure") == "Entering configuration mode\n"
    assert say.prompt == f"\n[edit]\nnetops@{device.name}# "
    assert say("set system host-name x", "edit system ntp") == ""
    assert say.prompt == f"\n[edit system ntp]\nnetops@{device.name}# "
    assert say("set server 10.5.5.5", "delete server 10.1.1.1") == ""
    assert say("show") == "server 10.5.5.5;\n"
    assert say("show | display set") == "set system ntp server 10.5.5.5\n"
    assert say("delete server 10.8.8.8") == "warning: statement not found: 10.8.8.8\n"
    assert say("set sever 10.8.8.8") == "error: syntax error: sever\n"
    assert say("top sing") == "error: unknown command: \n"
    assert "+   server 10.5.5.5;" in say("top", "show | compare")
    assert say("show | compare rollback 0") == say("show | compare")
    assert say("show | sing") == "^\nunknown command.\n"
    assert say("sing") == "^\nunknown command.\n"
    assert say("commit check") == "configuration check succeeds\n"
    assert say('commit confirmed 3 comment "a test"') == (
        "commit confirmed will be automatically rolled back in 3 minutes unless confirmed\ncommit complete\n"
    )
    assert "    a test\n    rollback pending\n" in say("run show system commit")
    world.wait(180)
    assert device.hostname == device.name
    assert say("rollback 1") == "load complete\n"
    assert say("rollback x") == "error: invalid value: x\n"
    assert say("commit and-quit comment again") == "commit complete\nExiting configuration mode\n"
    assert device.hostname == "x"
    assert device.base.commits[0].log == "again"


def test_leaving_and_coming_back(line, device):
    say, other = line(), line("other")
    say("configure", "set system host-name x", "edit system")
    assert say("exit") == ""
    assert say("exit") == "The configuration has been changed but not committed\nExiting configuration mode\n"
    assert other("configure") == "Entering configuration mode\nThe configuration has been changed but not committed\n"
    assert other("rollback", "quit") == "load complete\nExiting configuration mode\n"
    assert say("configure exclusive") == (
        "warning: uncommitted changes will be discarded on exit\nEntering configuration mode\n"
    )
    assert other("configure exclusive").startswith("error: configuration database locked by:")
    say("set system host-name y", "exit")
    assert not device.base.modified
    assert "Entering" in say("configure private")
    say("set system host-name z", "commit", "exit")
    assert device.hostname == "z"
    assert line("reader")("configure") == "error: permission denied\n"


def test_load_terminal(line, device):
    say = line()
    say("configure")
    assert say("load merge terminal") == "[Type ^D at a new line to end input]\n"
    assert say.prompt == ""
    assert say("system {", "  host-name t;", "}", "\x04") == "load complete\n"
    assert say("load set terminal", "set snmp location u", "\x04").endswith("load complete\n")
    assert say("load replace terminal", "system { host-nam t; }", "\x04").endswith(
        "terminal: error: syntax error: host-nam\nload complete (1 errors)\n"
    )
    assert say("load sing terminal") == "^\nunknown command.\n"
    say("commit")
    assert (device.hostname, device.location) == ("t", "u")


def test_a_terminal_echoes_and_prompts(device, enter):
    out, ended = [], []
    terminal = Terminal(device, enter(kind="cli"), out.append, lambda: ended.append(1))
    terminal.start()
    terminal.feed(b"shox\x7fw versiom\x08n | count\r\n")
    terminal.feed(b"nonsense\x15exit\r")
    said = b"".join(out).decode()
    assert said.startswith("--- JUNOS 22.4R3.25 Kernel 64-bit\r\n")
    assert "show versiom" not in said.replace("versiomn", "")
    assert "\r\nCount: 5 lines\r\n" in said
    assert ended == [1]
    out.clear()
    Terminal(device, enter(kind="cli"), out.append, lambda: ended.append(1)).once("show arp")
    assert b"".join(out) == b"Total entries: 0\r\n"
    assert ended == [1, 1]
