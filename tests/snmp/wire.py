"""A small SNMP manager for tests: it builds requests octet by octet, so that it can build wrong ones too."""

from __future__ import annotations

from dataclasses import dataclass, replace

from homeroom.lab.snmp.engine import engine_id
from homeroom.snmp import ber, message, usm
from homeroom.snmp.ber import Oid, Reader
from homeroom.snmp.message import Header, Pdu, Scoped
from tests.snmp.box import USER, Box

SYS_NAME = ber.dotted("1.3.6.1.2.1.1.5.0")


def asked(*names: Oid | str) -> bytes:
    """The variable-binding list of a request."""
    oids = [ber.dotted(name) if isinstance(name, str) else name for name in names]
    return b"".join(message.binding(oid, ber.null()) for oid in oids)


def get(*names: Oid | str, request_id: int = 77) -> Pdu:
    return Pdu(message.GET, request_id, 0, 0, (), asked(*names))


def getnext(*names: Oid | str) -> Pdu:
    return Pdu(message.GETNEXT, 77, 0, 0, (), asked(*names))


def getbulk(once: int, times: int, *names: Oid | str) -> Pdu:
    return Pdu(message.GETBULK, 77, once, times, (), asked(*names))


def names(pdu: Pdu) -> list[str]:
    return [ber.text(name) for name, _, _ in message.read_bindings(pdu.bindings)]


def tags(pdu: Pdu) -> list[int]:
    return [tag for _, tag, _ in message.read_bindings(pdu.bindings)]


def values(pdu: Pdu) -> list[ber.Value]:
    return [value for _, _, value in message.read_bindings(pdu.bindings)]


@dataclass
class Manager:
    """Talks v3 to one box; change a field to do it wrongly."""

    box: Box
    now: float
    auth: str = USER.auth
    auth_key: str = USER.auth_key
    priv_key: str = USER.priv_key
    salt: bytes = b"saltsalt"
    context_engine: bytes | None = None
    context: bytes = b""

    def __post_init__(self) -> None:
        self.engine = engine_id(self.box)

    @property
    def keys(self) -> usm.Keys:
        return usm.keys(self.auth, self.auth_key, self.priv_key, self.engine)

    def header(self, **changed: object) -> Header:
        time = int(self.now - self.box.boot)
        header = Header(4711, 65507, 7, self.engine, self.box.engine_boots, time, b"homeroom", salt=self.salt)
        return replace(header, **changed)

    def request(self, pdu: Pdu | bytes, **changed: object) -> bytes:
        header = self.header(**changed)
        encoded = pdu if isinstance(pdu, bytes) else pdu.encode()
        engine = self.engine if self.context_engine is None else self.context_engine
        payload = message.scoped(engine, self.context, encoded)
        if header.flags & message.ENCRYPTED:
            payload = ber.octets(self.keys.encrypt(payload, header.boots, header.time, self.salt))
        return message.write_v3(header, payload, self.keys if header.flags & message.AUTHENTICATED else None)

    def open(self, datagram: bytes) -> tuple[Header, Scoped]:
        """Check and open an answer as a manager does."""
        version, reader = message.version(datagram)
        assert version == message.V3
        sealed = message.read_v3(reader)
        header = sealed.header
        if header.flags & message.AUTHENTICATED:
            assert self.keys.tag(sealed.untagged()) == header.tag
        payload = sealed.payload
        if header.flags & message.ENCRYPTED:
            secret = payload.take(ber.OCTETS)
            payload = Reader(self.keys.decrypt(secret, header.boots, header.time, header.salt))
        scoped = message.read_scoped(payload)
        payload.finish()
        return header, scoped
