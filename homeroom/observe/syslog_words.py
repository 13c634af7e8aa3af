"""What devices' log messages mean, as data: per platform, what a message is called, and what it says of whom.

Read from the front, never searched for: who logs in may call himself `%SYS-5-CONFIG_I`, and all that follows the
message's own name is text of strangers. Sources: Cisco IOS XE System Message Guide; Arista EOS System Message Guide;
Junos System Log Explorer; MikroTik manual, Log; Dropbear (svr-authpasswd.c, svr-authpubkey.c), OpenSSH (auth.c), LuCI;
Huawei Log Reference (SHELL); H3C Comware System Log Messages Reference; FortiOS Log Message Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from homeroom.observe.listening import Kind


class Word:
    """One message: its name without the severity, and how it goes on. `says` may name `who`, `origin`, `command`."""

    __slots__ = ("kind", "name", "says")

    def __init__(self, kind: Kind, name: str, says: str) -> None:
        self.kind: Kind = kind
        self.name = name
        self.says = re.compile(says, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """What a platform's messages look like: `head` finds `name` (and `more` of it), and stands at what follows."""

    head: re.Pattern[str]
    words: Mapping[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was understood. `command` is where in `text` what was typed stands: it may hold a secret."""

    kind: Kind
    who: str
    origin: str
    text: str
    command: tuple[int, int] = (0, 0)


def understood(words: Words, message: str) -> Said | None:
    """Say what a message without its priority means; None when it is none of the platform's words."""
    head = words.head.match(message)
    if head is None:
        return None
    parts = head.groupdict("")
    name = f"{parts['name']}-{parts['more']}" if "more" in parts else parts["name"]
    start = head.start("text" if "text" in parts else "name")
    for word in words.words.get(name, ()):
        found = word.says.match(message, head.end())
        if found is not None:
            return _said(word, found, start)
    return None


def _said(word: Word, found: re.Match[str], start: int) -> Said:
    parts = found.groupdict("")
    command = (0, 0)
    if parts.get("command"):
        first, last = found.span("command")
        command = (first - start, last - start)
    return Said(word.kind, parts.get("who", ""), parts.get("origin", ""), found.string[start:], command)


def _by_name(words: Iterable[Word]) -> Mapping[str, tuple[Word, ...]]:
    found: dict[str, tuple[Word, ...]] = {}
    for word in words:
        found[word.name] = (*found.get(word.name, ()), word)
    return MappingProxyType(found)


_PERCENT: Final = re.compile(r"[^%]{0,200}%(?P<name>[A-Z][A-Z0-9_]*)(?:-[A-Z0-9_]+)*?-[0-7]-(?P<more>[A-Z0-9_]+): ?")
"""Cisco and Arista: `%FACILITY-SEVERITY-MNEMONIC: `; nothing before it has a percent sign."""
_STAMP: Final = r"(?:\w{3} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?|\d{4}-\d\d-\d\dT\S+)"
_STRUCTURED: Final = r"1 \S+ \S+ (?P<app>\S+) \S+ "
_DATA: Final = r'(?:-|(?:\[(?:[^"\]]|"(?:\\.|[^"\\])*")*\])+) ?\ufeff?'
_VTY: Final = r"(?: on (?P<line>\S+))?(?: \((?P<origin>[^()\s]+)\))?"
_SOURCE: Final = r"\[user: (?P<who>.*)\] \[Source: (?P<origin>[^\]]*)\] \[localport: \d+\]"

_IOS: Final = (
    Word("config", "SYS-CONFIG_I", rf"Configured from .{{1,80}}? by (?P<who>[^\s,]+){_VTY}"),
    Word("config", "DMI-CONFIG_I", r".*?Configured from \S+ by (?P<who>[^\s,]+)"),
    Word("config", "PARSER-CFGLOG_LOGGEDCMD", r"User:(?P<who>\S*)\s+logged command:(?P<command>.*)"),
    Word("config", "ARCHIVE_DIFF-ROLLBK_CNFMD_CHG_ROLLBACK", r"Rolling to:"),
    Word("login", "SEC_LOGIN-LOGIN_SUCCESS", rf"Login Success {_SOURCE}"),
    Word("refused", "SEC_LOGIN-LOGIN_FAILED", rf"Login failed {_SOURCE}"),
    Word("refused", "SEC_LOGIN-QUIET_MODE_ON", rf"Still timeleft for watching failures is \d+ secs, {_SOURCE}"),
    Word("refused", "SNMP-AUTHFAIL", r"Authentication failure for SNMP req from host (?P<origin>\S+)"),
    Word("restart", "SYS-RESTART", r"System restarted"),
    Word("restart", "SYS-RELOAD", rf"Reload requested by (?P<who>[^\s.]+){_VTY}"),
    Word("link", "LINK-UPDOWN", r"Interface \S+, changed state to (?:up|down)"),
)
_FROM: Final = r"\[from: (?P<origin>[^\]]*)\] \[service: [^\]]*\]"
_EOS: Final = (
    Word("config", "SYS-CONFIG_I", rf"Configured from \S+ by (?P<who>\S+){_VTY}"),
    Word(
        "config",
        "SYS-CONFIG_SESSION_COMMIT_SUCCESS",
        rf"User (?P<who>\S+) committed configuration session \S+ successfully{_VTY}",
    ),
    Word("config", "SYS-CONFIG_SESSION_COMMIT_TIMER_EXPIRED", r"The commit timer on session \S+ has expired"),
    Word("login", "AAA-LOGIN", rf"user (?P<who>.*) logged in {_FROM}"),
    Word("refused", "AAA-LOGIN_FAILED", rf"user (?P<who>.*) failed to login {_FROM}"),
    Word("restart", "SYS-RELOAD", r"System reload"),
    Word("restart", "SYS-SYSTEM_RESTARTED", r"System restarted"),
    Word("link", "LINEPROTO-UPDOWN", r"Line protocol on Interface \S+?(?: \(.*\))?, changed state to (?:up|down)"),
)
_JUNOS: Final = (
    Word("config", "UI_COMMIT", r"User '(?P<who>[^']*)' (?:requested|performed) '?commit"),
    Word("config", "UI_COMMIT_COMPLETED", r"\W*commit complete"),
    Word("config", "UI_COMMIT_NOT_CONFIRMED", r"Commit was not confirmed"),
    Word(
        "login",
        "UI_LOGIN_EVENT",
        r"User '(?P<who>[^']*)' login, class '[^']*' \[\d+\](?:, ssh-connection '(?P<origin>[^' ]*)[^']*')?",
    ),
    Word("refused", "SSHD_LOGIN_FAILED", r"Login failed for user '(?P<who>.*)' from host '(?P<origin>[^']*)'$"),
    Word("refused", "LOGIN_FAILED", r"Login failed for user '?(?P<who>.*?)'? from host '?(?P<origin>[^'\s]*)'?$"),
    Word("restart", "SNMPD_TRAP_COLD_START", r".*cold start"),
    Word("link", "SNMP_TRAP_LINK_UP", r"ifIndex \d+"),
    Word("link", "SNMP_TRAP_LINK_DOWN", r"ifIndex \d+"),
)
_ACTOR: Final = (
    r"(?:[^\s:(]+(?:\([^\s)]*\))?:)?(?P<who>[^\s@:()/]+)(?:@(?P<origin>[^\s()/]+))?(?:/action:\d+)?"
    r"(?: \((?P<command>.*)\))?\W*$"
)
_ROS_SYSTEM: Final[tuple[tuple[Kind, str], ...]] = (
    ("login", r"user (?P<who>.*) logged in(?: from (?P<origin>\S+))? via \S+$"),
    ("refused", r"login failure for user (?P<who>.*) from (?P<origin>\S+) via \S+$"),
    ("restart", r"(?:router|system)(?: was)? rebooted"),
    ("config", rf"changed [a-z /_-]{{1,40}}? settings by {_ACTOR}"),
    ("config", rf"[a-z0-9 /_-]{{1,40}}? (?:added|changed|removed|moved|enabled|disabled|set|reset) by {_ACTOR}"),
)
"""Where topics are sent, only those of the topic `system` count: a pupil's machine is called as it likes."""
_ROS: Final = (
    *(Word(kind, name, says) for name in ("system", "") for kind, says in _ROS_SYSTEM),
    *(Word("link", name, r"\S+ link (?:up|down)\b") for name in ("interface", "")),
)
_PORT: Final = r"(?P<origin>\S+?)(?::\d+)?$"
_OPENWRT: Final = (
    Word("login", "dropbear", rf"Password auth succeeded for '(?P<who>.*)' from {_PORT}"),
    Word("login", "dropbear", rf"Pubkey auth succeeded for '(?P<who>.*)' with .* from {_PORT}"),
    Word("refused", "dropbear", rf"Bad password attempt for '(?P<who>.*)' from {_PORT}"),
    Word("refused", "dropbear", rf"Login attempt for nonexistent user (?:'(?P<who>.*)' )?from {_PORT}"),
    Word("login", "sshd", r"Accepted \S+ for (?P<who>.*) from (?P<origin>\S+) port \d+"),
    Word("refused", "sshd", r"Failed \S+ for (?:invalid user )?(?P<who>.*) from (?P<origin>\S+) port \d+"),
    Word("login", "uhttpd", r"(?:\[info\] )?luci: accepted login on \S+ for (?P<who>.*) from (?P<origin>\S+)$"),
    Word("refused", "uhttpd", r"(?:\[info\] )?luci: failed login on \S+ for (?P<who>.*) from (?P<origin>\S+)$"),
    Word("restart", "procd", r"- early -"),
    Word("link", "netifd", r"Network device '[^']*' link is (?:up|down)"),
)
_MODULE: Final = re.compile(
    r"[^%]{0,200}%%\d\d(?P<name>[A-Z][A-Z0-9_]*)/\d/(?P<more>[A-Za-z0-9_]+)(?:\([a-z]\))?(?:\[\d+\])?: ?"
)
"""Huawei and H3C: `%%01MODULE/SEVERITY/MNEMONIC(l)[7]:`."""
_VRP: Final = (
    Word(
        "login",
        "SHELL-LOGIN",
        r"The user succeeded in logging in\. \(UserName=(?P<who>.*), IPAddress=(?P<origin>[^,)]*)",
    ),
    Word("login", "CLI-LOGIN", r"(?:CID=\S+;)?VTY\d+ login from (?P<origin>\S+) succeed"),
    Word("refused", "SHELL-LOGINFAILED", r"Failed to log ?in\. \(Ip=(?P<origin>[^,]*), UserName=(?P<who>.*), Times="),
    Word(
        "config",
        "CONFIGURATION-hwcfgmaneventlog",
        r"[^(]*\(LogIndex=\d+, SrcCmd=\d+, SrcData=\d+, DestData=2, "
        r'TerUser="?(?P<who>[^",]*)"?, SrcAddr=(?P<origin>[^,)]*)',
    ),
    Word(
        "config",
        "SHELL-CMDRECORD",
        r"Recorded command information\. \(Task=[^,]*, Ip=(?P<origin>[^,]*),(?: VpnName=[^,]*,)? User=(?P<who>[^,]*), "
        r'(?:AuthenticationMethod="[^"]*", )?Command="(?!display|quit|return|system-view|screen|ping)(?P<command>.*)"',
    ),
)
_COMWARE: Final = (
    Word(
        "config",
        "CFGMAN-CFGMAN_CFGCHANGED",
        r"-EventIndex=\[?\d+-CommandSource=\w+-ConfigSource=\w+-ConfigDestination=(?:2|running)\b",
    ),
    Word("login", "SHELL-SHELL_LOGIN", r"(?P<who>.+) logged in from (?P<origin>[^\s]+?)\.?$"),
    Word("refused", "LOGIN-LOGIN_FAILED", r"(?P<who>.*) failed to log ?in from (?P<origin>\S+?)\.?$"),
)
_ADMIN: Final = r'.*? user="(?P<who>[^"]*)" ui="[^"(]*(?:\((?P<origin>[^)"]*)\))?"'
_FORTIOS: Final = (
    Word("config", "44546", rf"{_ADMIN}(?P<command>.*)"),
    Word("config", "44547", rf"{_ADMIN}(?P<command>.*)"),
    Word("login", "32001", _ADMIN),
    Word("refused", "32002", _ADMIN),
)
_PROGRAM: Final = re.compile(
    rf"(?:{_STAMP} (?:\S+ )??|1 \S+ \S+ (?=(?P<app>\S+) \S+ \S+ {_DATA}))(?P<name>[A-Za-z][\w./-]*)"
    rf"(?(app) \S+ \S+ {_DATA}|(?:\[\d+\])?: )"
)
"""BSD's `Mmm dd hh:mm:ss host program[pid]: `, or the program of RFC 5424."""
_TAGGED: Final = re.compile(
    rf"(?:1 \S+ \S+ \S+ \S+ (?P<structured>)|{_STAMP} \S+ [\w./-]+(?:\[\d+\])?: (?:%[A-Z]\w*-\d-)?)"
    rf"(?P<name>[A-Z][A-Z0-9_]+)(?(structured) {_DATA}|: )"
)
"""Junos: the tag is RFC 5424's MSGID in structured data, and stands before a colon otherwise."""
_TOPICS: Final = re.compile(
    rf"(?:1 \S+ \S+ \S+ \S+ \S+ {_DATA}|{_STAMP} (?:(?!\S+,\S+ )\S+ )?)?"
    r"(?:(?P<name>[a-z][a-z0-9-]*)(?:,[a-z0-9!-]+)+:? )?(?P<text>)"
)
"""RouterOS: topics, if they are sent, and then a sentence."""
_LOGID: Final = re.compile(r'(?:.{0,120}? )?(?P<text>logid="?\d{5}(?P<name>\d{5})"?)')

PLATFORMS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "ios": Words(_PERCENT, _by_name(_IOS)),
        "eos": Words(_PERCENT, _by_name(_EOS)),
        "junos": Words(_TAGGED, _by_name(_JUNOS)),
        "ros": Words(_TOPICS, _by_name(_ROS)),
        "openwrt": Words(_PROGRAM, _by_name(_OPENWRT)),
        "vrp": Words(_MODULE, _by_name(_VRP)),
        "comware": Words(_MODULE, _by_name(_COMWARE)),
        "fortios": Words(_LOGID, _by_name(_FORTIOS)),
    }
)


def words_of(lineage: Iterable[str]) -> Words | None:
    """Return the words of a platform, its own or its nearest parent's; None when nobody wrote them down."""
    return next((PLATFORMS[name] for name in lineage if name in PLATFORMS), None)
