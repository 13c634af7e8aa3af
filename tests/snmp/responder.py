"""Agents at every address of 127.0.0.0/8, for benchmarks: `python -m tests.snmp.responder` prints its port and serves.

Each has the scalars that a status round asks, its change objects, its own address for a name, and ifTable and
ifXTable of 52 ports; SNMPv2c (`public`) and SNMPv3 (user `homeroom`). With `--dead N` every Nth address is silent.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import time

from homeroom.errors import Malformed
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.snmp import operations
from homeroom.lab.snmp.engine import MAX_SIZE, LocalEngine, Refused
from homeroom.lab.snmp.table import Object, Table
from homeroom.lab.snmp.udp import listen, serve
from homeroom.snmp import ber, message
from homeroom.snmp.message import REPORT, Pdu, binding
from homeroom.snmp.wire import reply
from tests.snmp.box import Box

USER, AUTH, PRIV, COMMUNITY = "homeroom", "authpass123", "privpass123", "public"
DESCRIPTION = (
    b"Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_LITE_IOSXE), Version 17.9.4a, RELEASE "
    b"SOFTWARE (fc3)\r\nTechnical Support: http://www.cisco.com/techsupport\r\nCopyright (c) 1986-2023 by Cisco "
    b"Systems, Inc.\r\nCompiled Fri 20-Oct-23 10:44 by mcpre"
)
SYSTEM = ber.dotted("1.3.6.1.2.1.1")
STATUS = [
    *((*SYSTEM, number, 0) for number in range(1, 7)),
    ber.dotted("1.3.6.1.2.1.2.1.0"),
    ber.dotted("1.3.6.1.2.1.4.1.0"),
]
"""sysDescr to sysLocation, ifNumber, ipForwarding."""
SYS_NAME = (*SYSTEM, 5, 0)
CHANGES = (
    ("1.3.6.1.6.3.10.2.1.2", ber.INTEGER, 7),
    ("1.3.6.1.6.3.10.2.1.3", ber.INTEGER, 1971),
    ("1.3.6.1.4.1.9.9.43.1.1.1", ber.TIME_TICKS, 9022),
    ("1.3.6.1.4.1.9.9.43.1.1.2", ber.TIME_TICKS, 9100),
    ("1.3.6.1.4.1.9.9.43.1.1.3", ber.TIME_TICKS, 0),
    ("1.3.6.1.4.1.9.9.43.1.4.1", ber.COUNTER64, 42),
    ("1.3.6.1.2.1.31.1.5", ber.TIME_TICKS, 4000),
    ("1.3.6.1.2.1.47.1.4.1", ber.TIME_TICKS, 4001),
)
"""snmpEngineBoots and Time; ccmHistoryRunningLastChanged, RunningLastSaved, StartupLastChanged and ccmCTID;
ifTableLastChange, entLastChangeTime."""
PORTS = 52
IF_TABLE = [(*ber.dotted("1.3.6.1.2.1.2.2.1"), number) for number in range(1, 23)]
IF_X_TABLE = [(*ber.dotted("1.3.6.1.2.1.31.1.1.1"), number) for number in range(1, 20)]
_ROOM = MAX_SIZE - 40


def _cell(column: ber.Oid, row: int) -> bytes:
    number = column[-1]
    if column in IF_TABLE:
        return _if_cell(number, row)
    if number == 1:
        return ber.octets(b"Gi1/0/%d" % row)
    if 2 <= number <= 5:
        return ber.integer(row * number * 15485863 & 0xFFFFFFFF, ber.COUNTER32)
    if 6 <= number <= 13:
        return ber.integer(row * number * 15485863 * 982451653 & 0xFFFFFFFFFFFF, ber.COUNTER64)
    if number == 18:
        return ber.octets(b"Classroom %d AP" % (100 + row))
    return ber.integer(1000 if number == 15 else 1, ber.GAUGE32 if number == 15 else ber.INTEGER)


def _if_cell(number: int, row: int) -> bytes:
    if number == 2:
        return ber.octets(b"GigabitEthernet1/0/%d" % row)
    if number == 6:
        return ber.octets(bytes((0, 0x1B, 0x54, 0x12, row >> 8, row & 255)))
    if number == 22:
        return ber.oid((0, 0))
    if 10 <= number <= 20:
        return ber.integer(row * 7919 * number * 104729 & 0xFFFFFFFF, ber.COUNTER32)
    if number in (5, 9, 21):
        return ber.integer(10**9 if number == 5 else row * 791900, ber.TIME_TICKS if number == 9 else ber.GAUGE32)
    return ber.integer({1: row, 3: 6, 4: 1500, 7: 1, 8: 1 if row % 3 else 2}.get(number, 0))


def table(address: str) -> Table:
    scalars = {
        (*SYSTEM, 1): ber.octets(DESCRIPTION),
        (*SYSTEM, 2): ber.oid(ber.dotted("1.3.6.1.4.1.9.1.2494")),
        (*SYSTEM, 3): ber.integer(197121, ber.TIME_TICKS),
        (*SYSTEM, 4): ber.octets(b"noc@schools.example"),
        (*SYSTEM, 5): ber.octets(address.encode()),
        (*SYSTEM, 6): ber.octets(b"School 0001, rack 1"),
        ber.dotted("1.3.6.1.2.1.2.1"): ber.integer(PORTS),
        ber.dotted("1.3.6.1.2.1.4.1"): ber.integer(1),
        **{ber.dotted(name): ber.integer(value, tag) for name, tag, value in CHANGES},
    }
    objects = [Object(name, {(0,): value}) for name, value in scalars.items()]
    objects += [Object(one, {(row,): _cell(one, row) for row in range(1, PORTS + 1)}) for one in IF_TABLE + IF_X_TABLE]
    return Table(objects)


class Responder:
    """Answers; what an address is asked again in the same words is not encoded again."""

    def __init__(self, dead: int) -> None:
        self._dead = dead
        self._salts = itertools.count(int(time.time()) << 20)
        self._shared = table("SYSNAME")
        self._plain: dict[tuple[bytes, bytes, str], tuple[bytes, bytes]] = {}
        self._engines: dict[str, LocalEngine] = {}
        self._answers: dict[tuple[int, int, int, bytes], bytes] = {}

    def handle(self, data: bytes, address: str) -> bytes | None:
        if self._dead and int(address.rpartition(".")[2]) % self._dead == 0:
            return None
        try:
            if b"\x02\x01\x03" in data[2:7]:
                return self._sealed(data, address)
            _, pdu = reply.community(data)
        except Malformed:
            return None
        if len(pdu.request_id) != 4:
            return self._plainly(data, address)
        at = data.index(b"\x02\x04" + pdu.request_id) + 2
        key = (data[:at], data[at + 4 :], address if pdu.kind == message.GET else "")
        kept = self._plain.get(key)
        if kept is None:
            whole = self._plainly(data, address)
            cut = whole.index(b"\x02\x04" + pdu.request_id) + 2
            kept = self._plain[key] = whole[:cut], whole[cut + 4 :]
        return kept[0] + pdu.request_id + kept[1]

    def _plainly(self, data: bytes, address: str) -> bytes:
        name, request = message.read_community(message.version(data)[1])
        return message.community(name, self._answer(request, address).encode())

    def _answer(self, request: Pdu, address: str) -> Pdu:
        key = (request.kind, request.status, request.index, request.bindings)
        found = self._answers.get(key)
        if found is None:
            answered = operations.answer(request, self._shared, 0.0, _ROOM)
            assert answered is not None
            found = self._answers[key] = answered.bindings
        named = binding(SYS_NAME, ber.octets(address.encode()))
        return Pdu(
            message.RESPONSE,
            request.request_id,
            0,
            0,
            (),
            found.replace(binding(SYS_NAME, ber.octets(b"SYSNAME")), named),
        )

    def _sealed(self, data: bytes, address: str) -> bytes | None:
        sealed = message.read_v3(message.version(data)[1])
        engine = self._engines.get(address)
        if engine is None:
            user = SnmpUser("SHA", AUTH, "AES", PRIV)
            box = Box(address=address, boot=time.time() - 5000, users={USER: user})
            engine = self._engines[address] = LocalEngine(box, self._salts)
            engine.refresh()
        now = time.time()
        verdict = engine.admit(sealed, now)
        if not isinstance(verdict, Refused):
            return engine.seal(sealed.header, 3, verdict.keys, self._answer(verdict.scoped.pdu, address).encode(), now)
        report = Pdu(REPORT, 0, 0, 0, (), binding(verdict.counter, ber.integer(1, ber.COUNTER32)))
        return engine.seal(sealed.header, 1 if verdict.keys else 0, verdict.keys, report.encode(), now)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dead", type=int, default=0)
    responder = Responder(parser.parse_args().dead)
    loop = asyncio.new_event_loop()
    sock = listen(0)
    serve(loop, sock, responder.handle)
    sys.stdout.write(f"{sock.getsockname()[1]}\n")
    sys.stdout.flush()
    loop.run_forever()


if __name__ == "__main__":
    main()
