"""A real net-snmp agent on an address of its own: started, rebooted, given other keys."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SNMPD = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
needs_snmpd = pytest.mark.skipif(
    SNMPD is None or shutil.which("snmpbulkwalk") is None,
    reason="net-snmp is not installed (Debian: apt install snmp snmpd)",
)
USERS = {
    "sha": ("SHA", "AES"),
    "sha224": ("SHA-224", "AES"),
    "sha256": ("SHA-256", "AES"),
    "sha384": ("SHA-384", "AES"),
    "sha512": ("SHA-512", "AES"),
    "sha192key": ("SHA", "AES-192"),
    "shaaes256": ("SHA", "AES-256"),
    "aes256": ("SHA-256", "AES-256"),
}
AUTH, PRIV, COMMUNITY = "authpass123", "privpass123", "public"


class RealAgent:
    """snmpd with its state in a folder; `boot` again counts snmpEngineBoots up."""

    def __init__(self, folder: Path, address: str, users: dict[str, tuple[str, str]] | None = None) -> None:
        self.address = address
        self.port = _free_port(address)
        self._folder = folder
        self._state = folder / "state"
        self._state.mkdir()
        self.configure(USERS if users is None else users)
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, users: dict[str, tuple[str, str]], auth: str = AUTH, priv: str = PRIV) -> None:
        lines = [f"rocommunity {COMMUNITY}", "sysLocation School 0001, rack 1", "sysName real", "sysServices 72"]
        for name, (hash_, cipher) in users.items():
            lines += [f"createUser {name} {hash_} {auth} {cipher} {priv}", f"rouser {name} priv"]
        (self._folder / "snmpd.conf").write_text("\n".join(lines) + "\n")

    def boot(self) -> None:
        assert SNMPD
        command = [SNMPD, "-f", "-r", "-Lf", str(self._folder / "log")]
        command += ["-I", "-smux", "-p", str(self._folder / "pid"), f"udp:{self.address}:{self.port}"]
        environment = {
            "SNMPCONFPATH": f"{self._folder}:{self._state}",
            "SNMP_PERSISTENT_DIR": str(self._state),
            "MIBS": "",
            "PATH": "/usr/sbin:/usr/bin:/bin",
        }
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while "NET-SNMP version" not in self._log() and time.monotonic() < deadline:
            time.sleep(0.02)

    def halt(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
            (self._folder / "log").unlink(missing_ok=True)

    def forget_users(self) -> None:
        """Drop the localized keys that net-snmp wrote down, so that the configuration's passwords count again."""
        for file in self._state.glob("snmpd.conf*"):
            kept = [line for line in file.read_text().splitlines() if not line.startswith("usmUser")]
            file.write_text("\n".join(kept) + "\n")

    def walk(self, root: str) -> dict[str, str]:
        """Return what net-snmp's own walk says: name -> value, strings as hexadecimal octets."""
        command = ["snmpbulkwalk", "-On", "-Oe", "-OQ", "-Ot", "-Ox", "-v2c", "-c", COMMUNITY, "-t", "5"]
        done = subprocess.run(
            [*command, f"{self.address}:{self.port}", root], capture_output=True, text=True, check=True, timeout=60
        )
        joined = re.sub(r"\s*\n(?!\.1)", " ", done.stdout)  # long strings go on in the next line
        pairs = [line.split(" = ", 1) for line in joined.splitlines() if "No more variables" not in line]
        return {name: value.strip().strip('"').strip() for name, value in pairs}

    def _log(self) -> str:
        with contextlib.suppress(OSError):
            return (self._folder / "log").read_text(errors="replace")
        return ""


def _free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((address, 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def real_agent(folder: Path, address: str) -> Iterator[RealAgent]:
    agent = RealAgent(folder, address)
    agent.boot()
    try:
        yield agent
    finally:
        agent.halt()
