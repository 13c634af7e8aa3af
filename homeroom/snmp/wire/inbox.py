"""What comes in: whose answer it is, whether it is genuine (RFC 3412 7.2, RFC 3414 3.2), and what it says.

Only who was asked is believed, and only under an id that is waited for. A datagram that fails at that is counted and
left; an answer to a request of ours that no agent should send ends that request, and no other, with a named error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from homeroom.errors import Malformed
from homeroom.snmp import ber, refusals
from homeroom.snmp.ber import dotted, oid_content
from homeroom.snmp.dialogue import Rows, Status
from homeroom.snmp.engine import Credentials, Target
from homeroom.snmp.message import AUTHENTICATED, ENCRYPTED, GET, LEVEL, REPORT, RESPONSE
from homeroom.snmp.wire import reply, sealed
from homeroom.snmp.wire.call import Call, Outcome
from homeroom.snmp.wire.keyring import Keyring
from homeroom.snmp.wire.line import Line
from homeroom.snmp.wire.peers import LAST_BOOT, Address, Peer
from homeroom.snmp.wire.reply import NO_REPLY, Pdu
from homeroom.snmp.wire.sealed import Envelope

_USM_STATS: Final = "1.3.6.1.6.3.15.1.1."


def _stat(number: int) -> bytes:
    return oid_content(dotted(f"{_USM_STATS}{number}.0"))


_NOT_IN_TIME_WINDOWS: Final = _stat(2)
_UNKNOWN_ENGINE_IDS: Final = _stat(4)
_REFUSED: Final = {
    _stat(1): refusals.NO_PRIVACY,
    _stat(3): refusals.UNKNOWN_USER,
    _stat(5): refusals.WRONG_KEY,
    _stat(6): refusals.WRONG_PRIVACY,
}
_VERSION_3: Final = 3
_MOST_SYNCS: Final = 4
"""An engine that is new to us needs two; one whose clock or id does not hold still gets no more than this."""
_MOST_HEARD: Final = 1024
_FORGED: Final = "something answers with a wrong signature"
_SAYS_WHO: Final = "it says who it is: compare its SNMP user's keys, above all that of privacy"
_STALE: Final = "something answers with an old time"


class Inbox:
    """Reads datagrams for the calls of a line."""

    def __init__(self, line: Line, keyring: Keyring, now: Callable[[], float]) -> None:
        self._line = line
        self._keyring = keyring
        self._now = now
        self._heard: dict[tuple[str, int], str] = {}

    def heard(self, target: Target) -> str:
        """Return what came from a device instead of an answer, once."""
        return self._heard.pop((target.host, target.port), "")

    def receive(self, data: bytes, address: Address) -> None:
        """Read a datagram."""
        try:
            size = data[1]
            if data[4 if size < 0x80 else 4 + (size & 0x7F)] == _VERSION_3:
                self._sealed(data, address)
            else:
                self._community(data, address)
        except NO_REPLY as error:
            self._line.stats.malformed += 1
            self._note(address, f"something answers what is no SNMP: {_words(error)}")

    def _call(self, request_id: bytes, address: Address) -> Call | None:
        """Return the call that waits for an answer under an id from an address."""
        call = self._line.pending.get(request_id)
        if call is None:
            self._line.stats.strange += 1
        elif call.address != address and not call.target.any_source:
            self._line.stats.foreign += 1
            return None
        return call

    def _community(self, data: bytes, address: Address) -> None:
        version, pdu = reply.community(data)
        call = self._call(pdu.request_id, address)
        if call is None:
            return
        if call.shared is None or version != call.shared.version or pdu.kind != RESPONSE:
            raise Malformed("an answer that belongs to another version")
        self._answer(call, data, pdu)

    def _answer(self, call: Call, data: bytes, pdu: Pdu) -> None:
        """End a call with what its answer says."""
        self._line.finish(call)
        if self._heard:
            self._heard.pop((call.address[0], call.address[1]), None)
        outcome: Outcome
        try:
            if pdu.status:
                outcome = Status(pdu.status, pdu.about)
            elif call.request.kind == GET:
                outcome = reply.values(data, pdu.start, pdu.end, call.request.names)
            else:
                outcome = Rows(reply.bindings(data, pdu.start, pdu.end), len(data))
        except NO_REPLY as error:
            self._line.stats.malformed += 1
            outcome = refusals.failed(call.target, _words(error))
        call.done(call, outcome)

    def _sealed(self, data: bytes, address: Address) -> None:
        envelope = sealed.read(data)
        call = self._call(envelope.message_id, address)
        if call is None:
            return
        if call.peer is None:
            raise Malformed("an answer that belongs to another version")
        if envelope.flags & AUTHENTICATED:
            self._genuine(call, call.peer, data, envelope)
            return
        if envelope.flags & ENCRYPTED:
            raise Malformed("encrypted, but nobody vouches for it")
        pdu = sealed.clear(data, envelope)
        if pdu.kind != REPORT:  # less secure than what we asked with (RFC 3412 7.2 10)
            self._note(address, _FORGED)
            return
        self._report(call, call.peer, envelope, data, pdu)

    def _genuine(self, call: Call, peer: Peer, data: bytes, envelope: Envelope) -> None:
        session = call.session
        if session is None or envelope.engine_id != session.engine_id or not session.genuine(data, envelope):
            self._line.stats.strange += 1
            self._note(call.address, _FORGED)
            return
        try:
            plain, pdu = session.open(data, envelope)
        except NO_REPLY as error:
            self._line.stats.malformed += 1
            self._fail(call, _words(error))
            return
        if pdu.kind == REPORT:
            self._report(call, peer, envelope, plain, pdu)
        elif pdu.kind != RESPONSE or pdu.request_id != call.request_id:
            self._fail(call, "an answer to something else")
        elif envelope.flags & LEVEL != session.flags:  # less secure than what we asked with (RFC 3412 7.2 10)
            self._note(call.address, _FORGED)
        elif not peer.fresh(envelope.boots, envelope.time, self._now()):
            self._note(call.address, _STALE)
        else:
            self._answer(call, plain, pdu)

    def _report(self, call: Call, peer: Peer, envelope: Envelope, data: bytes, pdu: Pdu) -> None:
        """Do what a report calls for: learn, take the next key, or give up (RFC 3414 3.2, 4)."""
        names, _ = reply.bindings(data, pdu.start, pdu.end)
        name = names[0] if names else b""
        if name in _REFUSED:
            self._refused(call, peer, _REFUSED[name])
        elif name not in (_NOT_IN_TIME_WINDOWS, _UNKNOWN_ENGINE_IDS):
            about = ber.text(ber.subids(name)) if name else "nothing"
            self._fail(call, f"it reports {about}")
        elif call.synced >= _MOST_SYNCS:
            self._fail(call, "its engine id or clock does not hold still")
        elif envelope.boots == LAST_BOOT:
            self._fail(call, "its engine has booted too often to be trusted: it needs a new engine id")
        elif not peer.learn(envelope.engine_id, envelope.boots, envelope.time, self._now()):
            self._fail(call, "its engine id has not 5 to 32 octets")
        else:
            self._line.stats.resynchronised += 1
            self._note(call.address, _SAYS_WHO)
            call.synced += 1
            self._line.again(call)

    def _refused(self, call: Call, peer: Peer, why: str) -> None:
        """Try the next of the users, then the secrets as they are by now, then give up."""
        call.refused += 1
        if not call.why or not peer.turn:  # what the present user was refused for says most
            call.why = why
        if call.refused < len(call.users):
            if peer.session is call.session:  # else another call has done so
                peer.next_user()
        else:
            credentials = call.target.credentials
            fresh = self._keyring.reread(credentials) if isinstance(credentials, Credentials) else None
            if fresh is None:
                self._line.finish(call)
                call.done(call, refusals.refused(call.target, call.why))
                return
            call.users, call.refused = fresh, 0
        self._line.again(call)

    def _fail(self, call: Call, why: str) -> None:
        self._line.finish(call)
        call.done(call, refusals.failed(call.target, why))

    def _note(self, address: Address, what: str) -> None:
        """Keep what came from an address, to be told if no answer does."""
        if len(self._heard) >= _MOST_HEARD:
            self._heard.clear()
        self._heard[address[0], address[1]] = what


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, Malformed) else "the message ends too early"
