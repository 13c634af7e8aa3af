"""Recorded devices served by snmpsim, an agent nobody here wrote: both engines read what is recorded, v2c and v3.

snmpsim needs another pysnmp beside it than ours bears; `make test-full` gives it an environment of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from homeroom.errors import DeviceError
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.read import wanted
from homeroom.snmp.engine import Community, Credentials, Target
from homeroom.snmp.pysnmp_engine import PysnmpEngine
from homeroom.snmp.wire.engine import WireEngine
from tests.snmp.ask.extract import vendor_of
from tests.snmp.ask.snmprec import lines, value_of, varbinds

FOLDER = Path(__file__).parent / "recordings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.snmprec"))
AUTH, PRIV = "authpass123", "privpass123"
TOOL = shutil.which("snmpsim-command-responder", path=str(Path(sys.prefix, "snmpsim", "bin")))
CATALOGUE = load()
SHARED = Community(SecretRef("public"))

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(TOOL is None, reason="snmpsim is not in the environment beside ours (make test-full puts it)"),
]


def secrets(name: str) -> Secret:
    return Secret(name, name)


def _address(name: str) -> str:
    return f"127.79.0.{NAMES.index(name) + 1}"


def _exact(name: str, tag: str, said: str) -> tuple[str, str, str]:
    """Write text as octets: snmpsim takes blanks from its end."""
    return (name, "4x", said.encode("latin-1").hex()) if tag == "4" else (name, tag, said)


def _engine(name: str, folder: Path, port: int) -> list[str]:
    """The words for an SNMP engine that serves one recording: by v2c it is called `public`, by v3 nothing.

    Left out are its few objects that snmpsim is to make up.
    """
    folder.mkdir(parents=True)
    rows = [_exact(*row) for row in lines(FOLDER / f"{name}.snmprec") if value_of(*row[1:]) is not None]
    rows.sort(key=lambda row: ber.dotted(row[0]))  # one was recorded while its rows came and went
    for called in ("public", "self"):
        (folder / f"{called}.snmprec").write_text("".join("|".join(row) + "\n" for row in rows), encoding="latin-1")
    words = ["--v3-engine-id", "auto", "--data-dir", str(folder)]
    for user, auth in (("sha", "SHA"), ("sha256", "SHA256")):
        words += ["--v3-user", user, "--v3-auth-key", AUTH, "--v3-auth-proto", auth]
        words += ["--v3-priv-key", PRIV, "--v3-priv-proto", "AES"]
    return [*words, "--agent-udpv4-endpoint", f"{_address(name)}:{port}"]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Serve every recording at an address of its own, for as long as these tests take."""
    folder = tmp_path_factory.mktemp("snmpsim")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        found = free.getsockname()[1]
    command = [TOOL, "--process-user", "root", "--process-group", "root", "--logging-method", "null"]
    command += ["--cache-dir", str(folder / "cache")]
    for name in NAMES:
        command += _engine(name, folder / name, found)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, found)
            yield found
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the first and the last of them answer: the recordings are indexed at the start."""
    for name in (NAMES[0], NAMES[-1]):
        for _ in range(60):
            assert process.poll() is None, "snmpsim did not start"
            with contextlib.suppress(DeviceError):
                ask(WireEngine, target(name, port, SHARED), ([ber.dotted("1.3.6.1.2.1.1.1.0")], []), timeout=1)
                break


def user(name: str, auth: str) -> Credentials:
    return Credentials(name, SecretRef(AUTH), SecretRef(PRIV), auth=auth)


def target(name: str, port: int, who: Community | Credentials) -> Target:
    return Target(name, "ios", _address(name), port, who)


def ask(kind: type, asked: Target, what: tuple[list[ber.Oid], list[ber.Oid]], timeout: float = 10):
    async def main():
        engine = kind(secrets, timeout=timeout, retries=1)
        try:
            return await engine.get(asked, what[0]), await engine.columns(asked, what[1], 8)
        finally:
            engine.close()

    return asyncio.run(main())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_is_what_both_engines_read(port, name):
    path = FOLDER / f"{name}.snmprec"
    vendor = vendor_of(CATALOGUE, path, "openwrt" if name == "openwrt-snmpd" else "")
    asks = [wanted(vendor, every) for every in SCHEDULES]
    singles = sorted({oid for one in asks for oid in one.singles})
    columns = sorted({oid for one in asks for oid in one.columns})
    said = dict(varbinds(path))
    columns = [oid for oid in columns if any(cell[: len(oid)] == oid for cell in said)] + columns[:3]
    expected = [said.get(oid) for oid in singles]
    for who in (SHARED, user("sha", "SHA"), user("sha256", "SHA-256")):
        asked = target(name, port, who)
        ours = ask(WireEngine, asked, (singles, columns))
        assert ours[0] == expected
        for column, rows in ours[1].items():
            assert rows == {cell[len(column) :]: value for cell, value in said.items() if cell[: len(column)] == column}
        if not isinstance(who, Credentials) or who.user == "sha256":
            assert ask(PysnmpEngine, asked, (singles, columns)) == ours
