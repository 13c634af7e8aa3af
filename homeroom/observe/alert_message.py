"""A message as it is sent: JSON for a webhook, text and HTML for e-mail. What devices said is shown, never obeyed."""

from __future__ import annotations

import datetime as dt
import html
import json
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from homeroom import __version__
from homeroom.observe.alert_state import LISTED, Due, Message
from homeroom.snmp.ask.show import shown

_WORDS: Final = {"opened": "", "worse": "worse now: ", "again": "still: ", "closed": ""}
_COLOURS: Final = {"critical": "#b00020", "warning": "#8a5a00", "info": "#1f5f8b", "closed": "#2e6b2e"}
_SUBJECT: Final = 150
_LINES: Final = 40
_TABLE: Final = '<table cellpadding="6" style="border-collapse:collapse;font-family:sans-serif">'


@dataclass(frozen=True, slots=True)
class Sender:
    """The programme that a message comes from: its id, its name, its time zone, and region -> name."""

    id: str
    name: str
    timezone: str
    regions: Mapping[str, str] = field(default_factory=dict[str, str])

    def clock(self, at: float) -> str:
        """Return a time as people there write it, with its offset."""
        return f"{dt.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(self.timezone)):%Y-%m-%d %H:%M %z}"


def document(message: Message, sender: Sender, now: float) -> bytes:
    """Return the body of a webhook's request: one JSON object, UTF-8."""
    said = {
        "homeroom": __version__,
        "programme": sender.id,
        "id": message.id,
        "at": _utc(now),
        "region": message.region,
        "alerts": [_plain(one) for one in message.dues[:LISTED]],
        "more": max(0, len(message.dues) - LISTED),
    }
    return json.dumps(said, ensure_ascii=True, sort_keys=True).encode()


def _plain(one: Due) -> Mapping[str, object]:
    alert = one.alert
    return {
        "key": shown(alert.key),
        "rule": alert.rule,
        "what": one.what,
        "state": "open" if alert.closed is None else "closed",
        "severity": alert.severity,
        "region": alert.region,
        "site": alert.site,
        "title": shown(alert.title),
        "body": _body(one),
        "opened": _utc(alert.opened),
        "closed": None if alert.closed is None else _utc(alert.closed),
    }


def mail(message: Message, sender: Sender, address: str, to: tuple[str, ...], now: float) -> EmailMessage:
    """Return an e-mail, text and HTML. Its Message-ID is the message's, so that a second one is known as such."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=f"Homeroom {shown(sender.name, 60)}", addr_spec=address)
    made["To"] = ", ".join(to)
    made["Subject"] = subject(message, sender)
    made["Date"] = dt.datetime.fromtimestamp(int(now), dt.UTC)
    made["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text(message, sender))
    made.add_alternative(page(message, sender), subtype="html")
    return made


def subject(message: Message, sender: Sender) -> str:
    """Return one line: the worst, and how many more there are."""
    first, more = message.dues[0], len(message.dues) - 1
    where = sender.regions.get(message.region, message.region)
    word = "over" if first.what == "closed" else first.alert.severity
    rest = (f" ({where})" if where else "") + (f", and {more} more" if more else "")
    return shown(f"[Homeroom] {word}: {first.alert.title}", _SUBJECT) + shown(rest, 60)


def text(message: Message, sender: Sender) -> str:
    """Return the message for people who read text."""
    parts: list[str] = []
    for one in message.dues[:LISTED]:
        word = "over" if one.what == "closed" else one.alert.severity
        times = f"since {sender.clock(one.alert.opened)}"
        if one.alert.closed is not None:
            times += f", until {sender.clock(one.alert.closed)}"
        body = "\n".join(f"  {line}" for line in _body(one).splitlines())
        parts.append(f"{word}: {_WORDS[one.what]}{shown(one.alert.title)}\n  {times}\n{body}\n")
    return "\n".join((*parts, _foot(message, sender)))


def page(message: Message, sender: Sender) -> str:
    """Return the message as plain HTML: no script, no picture, nothing fetched."""
    rows: list[str] = []
    for one in message.dues[:LISTED]:
        word = "over" if one.what == "closed" else one.alert.severity
        colour = _COLOURS["closed" if one.what == "closed" else one.alert.severity]
        body = "<br>".join(html.escape(line) for line in _body(one).splitlines())
        times = sender.clock(one.alert.opened)
        if one.alert.closed is not None:
            times += f" - {sender.clock(one.alert.closed)}"
        rows.append(
            f'<tr style="border-bottom:1px solid #ccc;vertical-align:top"><td style="color:{colour}"><b>{word}</b></td>'
            f"<td><b>{html.escape(_WORDS[one.what] + shown(one.alert.title))}</b><br>{body}</td>"
            f'<td style="white-space:nowrap">{times}</td></tr>'
        )
    foot = html.escape(_foot(message, sender)).replace("\n", "<br>")
    table = f"{_TABLE}\n{''.join(row + chr(10) for row in rows)}</table>"
    return f'<!doctype html><html lang="en"><body>\n{table}\n<p>{foot}</p></body></html>\n'


def _body(one: Due) -> str:
    """Return what is said of an alert, each line harmless to look at."""
    return "\n".join(shown(line) for line in one.alert.body.split("\n")[:_LINES])


def _foot(message: Message, sender: Sender) -> str:
    more = len(message.dues) - LISTED
    rest = f"... and {more} more; `homeroom alerts` lists them all.\n" if more > 0 else ""
    return f"{rest}{shown(sender.name)}, sent by Homeroom. `homeroom alerts` shows what is open."


def _utc(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds")
