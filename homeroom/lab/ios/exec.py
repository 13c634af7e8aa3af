"""The exec commands of an emulated IOS device, as data: pattern -> what does it.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference and System Management Configuration Guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from homeroom.lab.ios import auth, change, copying, echo
from homeroom.lab.ios.grammar import Node, build
from homeroom.lab.ios.session import Answer, Ask, Handler, Session, confirm
from homeroom.lab.ios.show.table import SHOW

_SURE: Final = (
    "This will apply all necessary additions and deletions\nto replace the current running configuration with the\n"
    "contents of the specified configuration file, which is\nassumed to be a complete configuration, not a partial\n"
    "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
)


def nothing(_session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """Do nothing, as commands that only concern the hardware."""
    return ""


def terminal(session: Session, words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`terminal length`, `terminal width`; the rest changes nothing here."""
    if words[1] == "length":
        session.length = int(values[0])
    elif words[1] == "width":
        session.width = int(values[0])
    return ""


def leave(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`exit`, `logout`, `quit`."""
    session.close()
    return ""


def enable(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`enable`: the enable secret, thrice."""

    def tried(left: int) -> Callable[[str], Answer]:
        def answer(said: str) -> Answer:
            right = auth.enables(session.device.tree, said)
            if right:
                session.level = 15
                return ""
            if right is None or left == 1:
                return "% Error in authentication.\n\n" if right is None else "% Bad secrets\n\n"
            return Ask("Password: ", tried(left - 1), hidden=True)

        return answer

    return "" if session.level == 15 else Ask("Password: ", tried(3), hidden=True)


def disable(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`disable`: back to level 1."""
    session.level = 1
    return ""


def configure(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`configure terminal`."""
    return session.configure()


def configure_what(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`configure`: it asks from where."""
    text = "Configuring from terminal, memory, or network [terminal]? "
    return Ask(text, lambda said: session.configure() if "terminal".startswith(said.lower()) else "?Must be terminal\n")


def configure_timer(session: Session, _words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`configure terminal revert timer MINUTES`: whatever comes is taken back unless confirmed."""
    device = session.device
    if not device.archiving:
        return change.ARCHIVE_OFF
    if device.pending:
        return change.IN_PROGRESS
    try:
        return change.arm(device, int(values[0]), session.user) + session.configure()
    except OSError as error:
        return change.NO_BACKUP.format(error=error)


def replace(session: Session, words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`configure replace PATH [list] [force] [revert trigger [error] [timer N]] [time N]`."""
    path, *numbers = values
    options = change.Options("list" in words, "trigger" in words, int(numbers[0]) if numbers else 0)

    def done() -> str:
        return change.replace(session.device, path, options, session.user)

    return done() if "force" in words else Ask(_SURE, lambda said: done() if said.lower() in {"y", "yes"} else "")


def confirmed(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`configure confirm`."""
    return change.confirm(session.device)


def revert(session: Session, _words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`configure revert {now | timer MINUTES}`."""
    return change.retime(session.device, int(values[0])) if values else change.revert_now(session.device)


def archive_config(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`archive config`: a copy into the archive."""
    if not session.device.archiving:
        return change.ARCHIVE_OFF
    try:
        session.device.archive()
    except OSError as error:
        return change.NO_BACKUP.format(error=error)
    return ""


def tclsh(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`tclsh`."""
    return session.tclsh()


def reload(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`reload`: it asks, and boots from the startup configuration."""

    def done() -> str:
        session.device.reboot()
        session.close()
        return ""

    return confirm("Proceed with reload?", done)


_OPTIONS: Final = (
    "[nolock] [list] [force] [ignorecase] [revert {trigger [error] [timer <1-120>]|timer <1-120>}] [time <1-120>]"
)
_CONFIG: Final = "{running-config|startup-config|WORD}"
EXEC: Final[Mapping[str, Handler]] = {
    "enable [<0-15>]": enable,
    "disable [<0-15>]": disable,
    "exit": leave,
    "logout": leave,
    "quit": leave,
    "terminal length <0-512>": terminal,
    "terminal width <0-512>": terminal,
    "terminal [no] {monitor|history [size <0-256>]|editing|exec prompt timestamp|exec prompt expand|shell}": terminal,
    "terminal no {length|width}": terminal,
    "configure": configure_what,
    "configure terminal [lock]": configure,
    "configure terminal [lock] revert timer <1-120>": configure_timer,
    "configure replace WORD " + _OPTIONS: replace,
    "configure confirm": confirmed,
    "configure revert {now|timer <1-120>}": revert,
    "archive config": archive_config,
    f"copy [/erase|/noverify|/verify] {_CONFIG} {_CONFIG}": copying.copy,
    "write [memory|terminal|erase]": copying.write_memory,
    "erase {startup-config|nvram:}": copying.erase,
    "delete [/force] [/recursive] WORD": copying.delete,
    "dir [/all|/recursive] [WORD]": copying.directory,
    "more WORD": copying.more,
    "verify {/md5|/sha512} WORD [WORD]": copying.verify,
    "rename WORD WORD": copying.rename,
    "tclsh": tclsh,
    f"ping [ip|ipv6] WORD {echo.OPTIONS}": echo.ping,
    f"ping vrf WORD [ip|ipv6] WORD {echo.OPTIONS}": echo.ping,
    "traceroute [ip|ipv6] WORD [LINE]": echo.traceroute,
    "reload [in WORD|LINE]": reload,
    "clear {counters|logging|arp-cache|line|mac|ip|ipv6|crypto|archive|snmp|spanning-tree} [LINE]": nothing,
    "clear {lldp|cdp|ntp} [LINE]": nothing,
    "debug LINE": nothing,
    "undebug {all|LINE}": nothing,
    "no debug LINE": nothing,
    "clock set LINE": nothing,
    "send LINE": nothing,
    "crypto key {generate|zeroize} LINE": nothing,
    "license LINE": nothing,
    **{f"show {pattern}": handler for pattern, handler in SHOW.items()},
}
"""Every exec command."""


@cache
def grammar() -> Node[Handler]:
    """Return the tree of exec commands, built once."""
    return build(EXEC.items())
