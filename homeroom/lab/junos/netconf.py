"""One NETCONF session: hello, messages, replies; faults strike here, at the step each operation is.

Sources: RFC 6241, and "NETCONF XML Management Protocol Developer Guide" for Junos's own operations.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from homeroom.errors import LabError
from homeroom.lab.faults import Fault, Step
from homeroom.lab.junos import configuring, operational
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.framing import Framing
from homeroom.lab.junos.hardware import RELEASE
from homeroom.lab.junos.records import Client, Complaint, Denied
from homeroom.lab.junos.xmlform import attributes, tag

_BASE: Final = "urn:ietf:params:xml:ns:netconf:base:1.0"
_BASE11: Final = "urn:ietf:params:netconf:base:1.1"
CAPABILITIES: Final = (
    "urn:ietf:params:netconf:base:1.0",
    _BASE11,
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
    "urn:ietf:params:xml:ns:netconf:base:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)
_STEPS: Final[Mapping[str, Step]] = {
    "get-configuration": "read",
    "get-config": "read",
    "get-commit-information": "read",
    "get-commit-revision-information": "read",
    "edit-config": "load",
    "close-session": "close",
}
Operation = Callable[[JunosDevice, Client, ET.Element], str]


class Session:
    """One session. `write` sends bytes, `drop` resets the connection, `end` closes it well."""

    def __init__(
        self,
        device: JunosDevice,
        client: Client,
        write: Callable[[bytes], None],
        end: Callable[[], None],
        wait: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self.device, self.client = device, client
        self._write, self._end, self._wait = write, end, wait
        self._framing = Framing()
        self._greeted = False
        self._mute = False

    def start(self) -> None:
        """Say hello."""
        offers = "".join(f"<capability>{escape(one)}</capability>" for one in CAPABILITIES)
        self._send(
            f'<hello xmlns="{_BASE}"><capabilities>{offers}</capabilities>'
            f"<session-id>{self.client.pid}</session-id></hello>"
        )

    def feed(self, data: bytes) -> None:
        """Take what the client sends; what is no NETCONF ends the session."""
        try:
            for message in self._framing.feed(data):
                if message.strip():
                    self._message(ET.fromstring(message))  # noqa: S314 -- see the import
        except (ET.ParseError, LabError):
            self.client.drop()

    def _message(self, message: ET.Element) -> None:
        if tag(message) == "hello":
            offers = {(one.text or "").strip() for one in message.iter() if tag(one) == "capability"}
            self._framing.chunked = not self._greeted and _BASE11 in offers
            self._greeted = True
        elif tag(message) == "rpc" and len(message):
            self._rpc(message, message[0])
        else:
            self._answer(message, errors(Denied(Complaint("syntax error", tag(message)))))

    def _rpc(self, message: ET.Element, operation: ET.Element) -> None:
        step = self._step(operation)
        fault = self.device.faults.strike(step) if step else None
        if fault is not None and fault.kind in {"cut", "reboot"} and not fault.late:
            self._strike(fault)
            return
        answer = self._done(operation)
        if fault is not None and fault.kind in {"cut", "reboot"}:
            self._strike(fault)
        elif fault is not None and fault.kind == "slow":
            self._wait(fault.seconds, lambda: self._answer(message, answer))
        else:
            self._mute |= fault is not None  # half open: nothing is ever said again
            self._answer(message, answer)
            if tag(operation) == "close-session":
                self._end()

    def _step(self, operation: ET.Element) -> Step | None:
        """Say which step an operation is."""
        name, said = tag(operation), attributes(operation)
        if name == "get-configuration" and "compare" in said:
            return "compare"
        if name == "load-configuration":
            return "load" if "rollback" not in said else ("rollback" if said["rollback"] != "0" else None)
        if name in {"commit-configuration", "commit"}:
            confirmed = any(tag(kid) == "confirmed" for kid in operation)
            return "confirm" if self.device.base.pending and not confirmed else "commit"
        return _STEPS.get(name)

    def _strike(self, fault: Fault) -> None:
        if fault.kind == "reboot":
            self.device.reboot()
        self.client.drop()

    def _done(self, operation: ET.Element) -> str:
        name = tag(operation)
        try:
            if name in configuring.OPERATIONS:
                return configuring.OPERATIONS[name](self.device, self.client, operation)
            return operational.OPERATIONS.get(name, operational.unknown)(self.device, operation)
        except Denied as denied:
            return errors(denied)

    def _answer(self, message: ET.Element, body: str) -> None:
        said = "".join(f" {name}={quoteattr(value)}" for name, value in attributes(message).items())
        junos = f"http://xml.juniper.net/junos/{RELEASE}/junos"
        self._send(f'<rpc-reply xmlns="{_BASE}" xmlns:junos="{junos}"{said}>\n{body}\n</rpc-reply>')

    def _send(self, text: str) -> None:
        if not self._mute:
            self._write(self._framing.frame(text))


def errors(denied: Denied) -> str:
    """Return what a refusal looks like."""
    text = "\n".join(_error(one) for one in denied.complaints)
    return configuring.wrapped(denied, text)


def _error(one: Complaint) -> str:
    path = f"<error-path>{escape(one.path)}</error-path>\n" if one.path else ""
    info = f"<bad-element>{escape(one.element)}</bad-element>" if one.element else ""
    info += f"<session-id>{one.session}</session-id>" if one.session else ""
    return (
        "<rpc-error>\n<error-type>protocol</error-type>\n"
        f"<error-tag>{one.tag}</error-tag>\n<error-severity>{one.severity}</error-severity>\n{path}"
        f"<error-message>{escape(one.message)}</error-message>\n"
        f"{f'<error-info>{info}</error-info>' if info else ''}\n</rpc-error>"
    )
