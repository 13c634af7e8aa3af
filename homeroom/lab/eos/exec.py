"""The exec commands: what configures, copies and shows.

Source: Arista EOS User Manual ("Command-Line Interface", "Configure Session", "Managing Switch Configuration
Settings"); what NAPALM, pyeapi and arista.eos send.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NoReturn

from homeroom.lab.eos import echo, ports, show, text
from homeroom.lab.eos.cli import Cli, Command, Refusal, Struck, commands
from homeroom.lab.eos.grammar import Node
from homeroom.lab.eos.sessions import SessionError
from homeroom.lab.flash import name, running, startup

V = tuple[str, ...]
_DONE: Final = "Copy completed successfully."


def enable(cli: Cli, _words: V, _values: V) -> str:
    """`enable`."""
    cli.enable()
    return ""


def disable(cli: Cli, _words: V, _values: V) -> str:
    """`disable`."""
    cli.level = 1
    return ""


def nothing(_cli: Cli, _words: V, _values: V) -> str:
    """`terminal ...`, `end` and the like: accepted, and without effect over the API."""
    return ""


def configure(cli: Cli, _words: V, _values: V) -> str:
    """`configure [terminal]`."""
    cli.enter(None)
    return ""


def session(cli: Cli, _words: V, values: V) -> str:
    """`configure session [NAME]`: a new session is a copy of the running configuration."""
    with cli.step("load"):
        taken = cli.device.sessions.open
        free = next(f"sess-{n}" for n in range(1, len(taken) + 2) if f"sess-{n}" not in taken)
        cli.enter(cli.device.sessions.enter(values[0] if values else free, cli.user))
    return ""


def clean(cli: Cli, _words: V, values: V) -> str:
    """`rollback clean-config` in a session: the configuration of a new device."""
    found = cli.device.sessions.find(values[0])
    found.tree.entries = cli.device.read("")[0].entries
    cli.enter(found)
    return ""


def commit(cli: Cli, words: V, values: V) -> str:
    """`configure session NAME commit [timer H:M:S]`: it commits, or confirms a commit that waits."""
    seconds = None
    if "timer" in words:
        hours, minutes, rest = (int(part) for part in values[1].split(":"))
        seconds = 3600 * hours + 60 * minutes + rest
        if not seconds:
            raise Refusal(1002, f"Invalid input (at token {len(words) - 1}: '{values[1]}')")
    waiting = cli.device.sessions.waiting
    with cli.step("confirm" if waiting is not None and waiting.name == values[0] else "commit"):
        cli.device.commit(values[0], seconds)
    cli.leave()
    return ""


def abort(cli: Cli, _words: V, values: V) -> str:
    """`configure session NAME abort`, `no configure session NAME`: a commit that waits is taken back."""
    device = cli.device
    waiting = device.sessions.waiting
    taken_back = waiting is not None and waiting.name == values[0]
    with cli.step("rollback" if taken_back else "close"):
        if not (taken_back and device.faults.standing("ignore_rollback")):
            device.sessions.abort(values[0])
    cli.leave()
    return ""


def replace(cli: Cli, _words: V, values: V) -> str:
    """`configure replace FILE`: all or nothing; a line that is not understood stops it."""
    with cli.step("rollback"):
        if cli.device.sessions.waiting is not None:
            raise SessionError("Cannot replace the configuration: a commit timer is pending")
        tree, refused = cli.device.read(text.content(cli, values[0]))
        if refused:
            raise Refusal(1000, *(f"{one.message} at line {one.number}" for one in refused))
        if not cli.device.faults.standing("ignore_rollback"):
            cli.device.swap(tree, cli.user)
    return ""


def write(cli: Cli, _words: V, _values: V) -> str:
    """`write [memory]`, `copy running-config startup-config`."""
    with cli.step("save"):
        try:
            cli.device.save()
        except OSError as error:
            message = f"Error copying system:/running-config to flash:/startup-config ({error})"
            raise Refusal(1000, message) from error
    return _DONE


def copy(cli: Cli, words: V, values: V) -> str:
    """`copy SOURCE DESTINATION`."""
    source, target = values
    if startup(target) and running(source):
        return write(cli, words, values)
    data = text.content(cli, source)
    if running(target) or startup(target) or not name(target):
        raise Refusal(1000, f"Error copying {source} to {target} (Operation not supported)")
    try:
        cli.device.write(target, data)
    except OSError as error:
        raise Refusal(1000, f"Error copying {source} to {target} ({error})") from error
    return _DONE


def delete(cli: Cli, _words: V, values: V) -> str:
    """`delete FILE`."""
    with cli.step("close"):
        if not cli.device.flash.delete(values[0]):
            raise Refusal(1000, f"Error deleting {values[0]} (No such file or directory)")
    return ""


def reload(cli: Cli, _words: V, _values: V) -> NoReturn:
    """`reload [now]`: whoever asked for it gets no answer."""
    cli.device.reboot()
    raise Struck


TABLE: Final[dict[str, Command]] = {
    "enable": Command(enable, enable),
    "disable": Command(disable, disable),
    "{end|exit|logout|quit}": Command(nothing, nothing),
    "terminal {length|width} <0-32767>": Command(nothing, nothing),
    "configure [terminal]": Command(configure, configure, 15),
    "configure session": Command(session, session, 15),
    "configure session WORD commit [timer H:M:S]": Command(commit, commit, 15),
    "configure session WORD abort": Command(abort, abort, 15),
    "configure session WORD rollback clean-config": Command(clean, clean, 15),
    "configure session WORD": Command(session, session, 15),
    "no configure session WORD": Command(abort, abort, 15),
    "configure replace WORD [ignore-errors]": Command(replace, replace, 15),
    "write [memory]": Command(write, write, 15),
    "copy WORD WORD": Command(copy, copy, 15),
    "delete WORD": Command(delete, delete, 15),
    "dir [WORD]": Command(text.directory, text.directory),
    "more WORD": Command(text.more, None, 15),
    "diff WORD WORD": Command(text.diff, None, 15),
    f"ping [vrf WORD] [ip|ipv6] WORD {echo.OPTIONS}": Command(echo.ping, echo.ping),
    "bash timeout <1-86400> LINE": Command(echo.bash, echo.bash, 15),
    "reload [now|force]": Command(reload, reload, 15),
    "show version [detail]": Command(text.version, show.version),
    "show hostname": Command(text.hostname, show.hostname),
    "show running-config": Command(text.running_config, show.running, 15),
    "show running-config {all|sanitized|all sanitized|diffs|interfaces IFACES}": Command(text.running_config, None, 15),
    "show startup-config": Command(text.startup_config, None, 15),
    "show configuration sessions [detail]": Command(text.sessions, show.sessions, 15),
    "show session-config [named WORD] [diffs|sanitized]": Command(text.session_config, None, 15),
    "show interfaces [IFACES]": Command(None, ports.interfaces),
    "show interfaces status": Command(text.status, None),
    "show ip interface [IFACES]": Command(None, ports.ip_interfaces),
    "show ipv6 interface [IFACES]": Command(None, ports.ipv6_interfaces),
    "show vlan [<1-4094>]": Command(text.vlan, ports.vlan),
    "show {arp|ip arp} [vrf WORD]": Command(None, ports.arp),
    "show mac address-table": Command(None, ports.macs),
    "show lldp neighbors": Command(text.lldp, ports.lldp),
    "show lldp neighbors [IFACE] detail": Command(None, ports.lldp),
    "show {users|user-account} accounts": Command(None, show.users),
    "show snmp v2-mib {chassis|contact|location}": Command(None, show.snmp),
    "show vrf": Command(None, show.vrfs),
    "show banner {login|motd}": Command(text.banner, show.banner),
    "show clock": Command(text.clock, show.clock),
    "show {system environment|environment} cooling": Command(None, show.cooling),
    "show {system environment|environment} temperature": Command(None, show.temperature),
    "show {system environment|environment} power": Command(None, show.power),
    "show processes top once": Command(text.top, None),
    "show ntp associations": Command(text.ntp, None),
    "show logging": Command(text.logging, None),
    "show management api http-commands": Command(None, show.api),
}
"""Pattern -> what it does."""


@cache
def grammar() -> Node[Command]:
    """Return the tree of exec commands, built once."""
    return commands(TABLE)
