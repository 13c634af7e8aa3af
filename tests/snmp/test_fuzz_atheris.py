"""A fuzzer that sees which code is reached finds nothing that stops the readers of packets, or fills the memory."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from homeroom.snmp import ber, message, usm
from homeroom.snmp.message import Header, Pdu

ROOT = Path(__file__).parents[2]
ENGINE = b"\x80\x00\x1f\x88\x04fuzz"


def seeds() -> list[bytes]:
    """Sound answers to begin with: to a GET, to a GETBULK, signed, encrypted, and a report."""
    scalars = b"".join(
        message.binding((*ber.dotted("1.3.6.1.2.1.1"), number, 0), value)
        for number, value in (
            (1, ber.octets(b"x" * 200)),
            (3, ber.integer(3000000000, ber.TIME_TICKS)),
            (5, ber.null(0x81)),
        )
    )
    rows = b"".join(
        message.binding(
            (*ber.dotted("1.3.6.1.2.1.2.2.1"), column, row), ber.octets(b"port") if column == 2 else ber.integer(row)
        )
        for row in (1, 2)
        for column in (2, 7, 8)
    )
    keys = usm.keys("SHA", "authpass123", "privpass123", ENGINE)
    header = Header(1 << 30, 1472, 3, ENGINE, 3, 4, b"homeroom", salt=b"saltsalt")
    answers = [Pdu(message.RESPONSE, 1 << 30, 0, 0, (), listed).encode() for listed in (scalars, rows)]
    scoped = message.scoped(ENGINE, b"", answers[1])
    report = Pdu(
        message.REPORT, 1 << 30, 0, 0, (), message.binding(ber.dotted("1.3.6.1.6.3.15.1.1.4.0"), ber.integer(1, 0x41))
    )
    return [
        *(message.community(b"public", answer) for answer in answers),
        message.write_v3(header, ber.octets(keys.encrypt(scoped, 3, 4, b"saltsalt")), keys),
        message.write_v3(Header(1 << 30, 1472, 1, ENGINE, 3, 4, b"homeroom"), scoped, keys),
        message.write_v3(
            Header(1 << 30, 1472, 0, ENGINE, 3, 4, b""), message.scoped(ENGINE, b"", report.encode()), None
        ),
        answers[1][-len(rows) :],
    ]


@pytest.mark.full
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this platform")
def test_the_fuzzer_finds_nothing(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, data in enumerate(seeds()):
        (corpus / str(number)).write_bytes(data)
    command = [sys.executable, "-W", "ignore", "-m", "tests.snmp.fuzz_reply", str(corpus), "-seed=1"]
    command += ["-runs=200000", "-max_len=1500", "-rss_limit_mb=512", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=250)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 200000 runs" in done.stderr
