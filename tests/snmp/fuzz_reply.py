"""Atheris throws octets at everything that reads what devices send: `python -m tests.snmp.fuzz_reply FOLDER -runs=N`.

Only `Malformed`, an end that comes too early, and a walk's named errors may come of it; FOLDER holds real packets to
begin with, and gets those that reach new code. The words behind it are libFuzzer's.
"""

from __future__ import annotations

import contextlib
import sys
import warnings

import atheris

warnings.filterwarnings("ignore")  # AES-CFB is called decrepit

with atheris.instrument_imports(include=["homeroom.snmp"]):
    from homeroom.errors import DeviceError, Malformed
    from homeroom.secret import SecretRef
    from homeroom.snmp import ber, message, usm
    from homeroom.snmp.engine import Community, Target
    from homeroom.snmp.tables import Columns
    from homeroom.snmp.wire import reply, sealed
    from homeroom.snmp.wire.reply import NO_REPLY

ENGINE = b"\x80\x00\x1f\x88\x04fuzz"
TARGET = Target("sw1", "ios", "127.0.0.1", 161, Community(SecretRef("public")))
COLUMNS = [ber.dotted(f"1.3.6.1.2.1.2.2.1.{number}") for number in (2, 7, 8)]
NAMES = [ber.oid((*ber.dotted("1.3.6.1.2.1.1"), number, 0)) for number in (1, 3, 5)]
KEYS = usm.keys("SHA", "authpass123", "privpass123", ENGINE)
SESSION = sealed.Session(ENGINE, b"homeroom", KEYS)


def _shared(data: bytes) -> None:
    _, pdu = reply.community(data)
    with contextlib.suppress(*NO_REPLY):
        reply.values(data, pdu.start, pdu.end, NAMES)
    _rows(data, pdu)


def _rows(data: bytes, pdu: reply.Pdu) -> None:
    names, values = reply.bindings(data, pdu.start, pdu.end)
    assert len(names) == len(values) <= len(data)
    table = Columns(TARGET, COLUMNS, 5)
    table.names()
    with contextlib.suppress(DeviceError):
        table.take(names, values, len(data))


def _sealed(data: bytes) -> None:
    envelope = sealed.read(data)
    SESSION.genuine(data, envelope)
    with contextlib.suppress(*NO_REPLY):
        sealed.clear(data, envelope)
    plain, pdu = SESSION.open(data, envelope)
    _rows(plain, pdu)


def _strictly(data: bytes) -> None:
    version, reader = message.version(data)
    if version == message.V3:
        found = message.read_v3(reader)
        message.read_scoped(found.payload)
    else:
        _, pdu = message.read_community(reader)
        message.read_bindings(pdu.bindings)


def one_input(data: bytes) -> None:
    """Let every reader have it."""
    for read in (_shared, _sealed):
        with contextlib.suppress(*NO_REPLY):
            read(data)
    with contextlib.suppress(Malformed):
        _strictly(data)
    with contextlib.suppress(*NO_REPLY):
        reply.bindings(data, 0, len(data))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
