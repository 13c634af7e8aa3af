"""`homeroom alerts`: what is wrong now, who was told, what is silenced; the files for Prometheus and Grafana."""

from __future__ import annotations

import argparse
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console

if TYPE_CHECKING:
    from homeroom.observe.alert_message import Sender
    from homeroom.observe.windows import Quiet, Silence
    from homeroom.store.alerts import Alert

_SPAN: Final = re.compile(r"([1-9]\d{0,5})([mhd])").fullmatch
_UNITS: Final = {"m": 60, "h": 3600, "d": 86400}
_SHIPPED: Final = ("dashboards", "prometheus")
_STYLES: Final = {"critical": "red", "warning": "yellow"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs; without one, what is open is listed."""
    parser.epilog = "exit codes: 0 nothing is open, or done; 1 something is; 2 bad usage; 3 a message was not taken"
    parser.add_argument("--past", type=int, default=0, metavar="DAYS", help="list what was closed in these days too")
    verbs = parser.add_subparsers(dest="verb", metavar="{silence,silences,unsilence,test,export}")
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    give = verbs.add_parser("silence", help="let nobody be told of something for a while", parents=[common])
    for name, text in (("rule", "RULE"), ("region", "REGION"), ("site", "SITE"), ("key", "KEY")):
        give.add_argument(f"--{name}", dest=f"{name}s", action="append", default=[], metavar=text, help="repeatable")
    give.add_argument("--for", dest="span", required=True, metavar="SPAN", help="e.g. 30m, 8h, 3d")
    give.add_argument("--reason", required=True, metavar="TEXT", help="why, or the ticket that says so")
    give.add_argument("--as", dest="name", default="", metavar="NAME", help="who you are (default: your account)")
    verbs.add_parser("silences", help="list the silences, by number", parents=[common])
    end = verbs.add_parser("unsilence", help="end a silence now", parents=[common])
    end.add_argument("number", type=int, metavar="NUMBER", help="as `homeroom alerts silences` numbers it")
    test = verbs.add_parser("test", help="send a receiver of alerts.yaml a test message", parents=[common])
    test.add_argument("receiver", metavar="NAME")
    export = verbs.add_parser("export", help="write Grafana's dashboards and Prometheus's rules", parents=[common])
    export.add_argument("folder", type=Path, metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    verbs = {None: _list, "silence": _silence, "silences": _silences, "unsilence": _end, "test": _test}
    return _export(args) if args.verb == "export" else verbs[args.verb](args)


def _list(args: argparse.Namespace) -> int:
    """List what is open; 1 when anything is."""
    from homeroom.observe.alert_settings import load_settings
    from homeroom.observe.alerting import sender_of
    from homeroom.observe.windows import load_silences, quiet
    from homeroom.store import alerts
    from homeroom.store.db import connect

    project = Project.locate(args.project)
    sender, now = sender_of(project), time.time()
    calm = quiet(load_settings(project, tuple(sender.regions)), load_silences(project), sender.timezone)
    engine = connect(project)
    try:
        found = alerts.lasting(engine)
        past = alerts.past(engine, now - args.past * 86400) if args.past else ()
    finally:
        engine.dispose()
    if args.json:
        said: dict[str, Any] = {"open": [_plain(one, calm, now) for one in found]}
        console.emit(said | ({"closed": [_plain(one, calm, now) for one in past]} if args.past else {}))
    else:
        _show(found, past, calm, sender, now)
    return 1 if found else 0


def _plain(one: Alert, calm: Quiet, now: float) -> Mapping[str, object]:
    names = ("key", "rule", "severity", "region", "site", "title", "body", "opened", "closed", "told")
    return {name: getattr(one, name) for name in names} | {"quiet": calm.why(one, now)}


def _show(found: tuple[Alert, ...], past: tuple[Alert, ...], calm: Quiet, sender: Sender, now: float) -> None:
    if not found:
        console.say("no alert is open", style="green")
    for one in found:
        console.say(f"{one.severity}: {_line(one.title)}", style=_STYLES.get(one.severity, ""))
        told = f"told {sender.clock(one.told)}" if one.told else "nobody was told yet"
        where = " ".join(word for word in (sender.regions.get(one.region, one.region), one.site) if word)
        times = f"since {sender.clock(one.opened)}; {calm.why(one, now) or told}"
        console.indented("; ".join(word for word in (where, times, one.key) if word))
        for line in one.body.splitlines():
            console.indented(_line(line))
    if past:
        rows = [(one.key, _line(one.title), sender.clock(one.opened), sender.clock(one.closed or 0)) for one in past]
        console.table("closed", ["key", "what", "from", "until"], rows)


def _line(text: str) -> str:
    from homeroom.snmp.ask.show import shown

    return shown(text)


def _silence(args: argparse.Namespace) -> int:
    """Write a silence, and leave out those that have ended."""
    from typing import get_args

    from homeroom.observe import windows
    from homeroom.observe.alert_settings import Rule
    from homeroom.observe.alerting import sender_of
    from playbooks.change_case import line, who

    project, now = Project.locate(args.project), time.time()
    regions = sender_of(project).regions
    for given, there, what in ((args.rules, get_args(Rule), "rule"), (args.regions, tuple(regions), "region")):
        if odd := [one for one in given if one not in there]:
            raise UsageError(f"there is no {what} {odd[0]!r}: choose {', '.join(there)}")
    of = {name: tuple(getattr(args, name)) for name in ("rules", "regions", "sites", "keys")}
    made = windows.made(now, _seconds(args.span), who(args.name).name, line(args.reason, "--reason"), **of)
    kept = [one for one in windows.load_silences(project) if one.ends > now]
    windows.save_silences(project, [*kept, made])
    if args.json:
        console.emit({"silence": _told(made)})
    else:
        console.say(f"nobody is told of {_of(made)} until {made.until}")
    return 0


def _seconds(span: str) -> float:
    found = _SPAN(span)
    if found is None:
        raise UsageError(f"--for {span}: write a number and m, h or d, e.g. 8h")
    return int(found[1]) * _UNITS[found[2]]


def _silences(args: argparse.Namespace) -> int:
    from homeroom.observe.windows import load_silences

    now = time.time()
    found = [
        (number, one) for number, one in enumerate(load_silences(Project.locate(args.project)), 1) if one.ends > now
    ]
    if args.json:
        console.emit({"silences": [{"number": number, **_told(one)} for number, one in found]})
    else:
        rows = [(number, _of(one), one.until, one.by, one.reason) for number, one in found]
        console.table("silences", ["number", "of", "until", "by", "reason"], rows)
    return 0


def _end(args: argparse.Namespace) -> int:
    from homeroom.observe.windows import load_silences, save_silences

    project = Project.locate(args.project)
    found = list(load_silences(project))
    if not 1 <= args.number <= len(found):
        raise UsageError(f"there is no silence {args.number}; `homeroom alerts silences` lists them")
    ended = found.pop(args.number - 1)
    save_silences(project, found)
    if args.json:
        console.emit({"ended": _told(ended)})
    else:
        console.say(f"people are told of {_of(ended)} again")
    return 0


def _of(one: Silence) -> str:
    return " and ".join(", ".join(each) for each in (one.rules, one.regions, one.sites, one.keys) if each)


def _told(one: Silence) -> Mapping[str, object]:
    names = ("by", "reason", "until", "rules", "regions", "sites", "keys")
    return {name: getattr(one, name) for name in names}


def _test(args: argparse.Namespace) -> int:
    """Send one message that says that it is a test; 3 when it was not taken."""
    from homeroom.errors import NotTaken
    from homeroom.observe import send
    from homeroom.observe.alert_settings import load_settings
    from homeroom.observe.alert_state import Due, Message
    from homeroom.observe.alerting import sender_of
    from homeroom.store.alerts import Alert

    project, now = Project.locate(args.project), time.time()
    sender = sender_of(project)
    settings = load_settings(project, tuple(sender.regions))
    receiver = settings.receivers.get(args.receiver)
    if receiver is None:
        known = ", ".join(settings.receivers) or "there are none yet"
        raise UsageError(f"alerts.yaml has no receiver {args.receiver!r}: {known}")
    body = "Somebody tries whether alerts arrive. Nothing is wrong."
    alert = Alert("test:message", "info", "", "", "a test of Homeroom's alerts", body, now)
    message = Message(f"test-{int(now)}", args.receiver, "", (Due(alert, "opened", None),))
    why, taken = "", True
    try:
        why = send.channel(receiver, settings.mail, sender, send.revealer(project)).send(message, now)
    except NotTaken as error:
        why, taken = send.trouble(error).removesuffix("; it is tried again"), False
    if args.json:
        console.emit({"receiver": args.receiver, "taken": taken, "why": why})
    else:
        console.say(f"{args.receiver}: {'taken' if taken else 'not taken'}{f': {why}' if why else ''}")
    return 0 if taken else 3


def _export(args: argparse.Namespace) -> int:
    """Copy what ships with Homeroom for Grafana and Prometheus."""
    import homeroom.observe

    source = Path(homeroom.observe.__file__).parent
    files = [path for name in _SHIPPED for path in sorted((source / name).iterdir())]
    try:
        for path in files:
            target = args.folder / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        raise UsageError(f"{args.folder} cannot be written: {error.strerror}") from error
    names = [f"{path.parent.name}/{path.name}" for path in files]
    if args.json:
        console.emit({"files": names})
    else:
        console.say(f"{len(names)} files in {args.folder}: {', '.join(names)}")
    return 0
