"""Asks each daemon what it thinks of its files, where it is installed: rendered once more into a folder of their own.

Certificates, people and the root's trust anchor are no part of what is rendered; for the check they are made up.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeroom.central.press import Printed

Outcome: TypeAlias = Literal["good", "refused", "not installed"]
SYSTEM: Final = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": "/usr/lib/python3/dist-packages"}
"""The daemons' own world: another Python's packages confuse the one inside Unbound."""
ANCHOR: Final = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
"""Source: https://data.iana.org/root-anchors/root-anchors.xml."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a daemon said of one file; `message` is its own last words when it refused."""

    file: str
    tool: str
    outcome: Outcome
    message: str = ""


def write(files: Iterable[Printed], folder: Path) -> Iterator[Path]:
    """Write files below `folder`, each with its mode from the first moment on; yield each path."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(file.chunks)
        path.chmod(file.mode)
        yield path


def check(folder: Path) -> Iterator[Verdict]:
    """Check what was rendered into `folder` with `Places.beneath(folder)`."""
    _furnish(folder)
    for path in sorted(folder.glob("unbound/*.conf")):
        yield _ask(folder, path, "unbound-checkconf", str(path))
    yield _ask(
        folder,
        folder / "freeradius/radiusd.conf",
        "freeradius",
        *("-C", "-l", "stdout", "-n", "radiusd", "-D", "/usr/share/freeradius", "-d", str(folder / "freeradius")),
    )
    for family in (4, 6):
        path = folder / f"kea/kea-dhcp{family}.conf"
        yield _ask(folder, path, f"kea-dhcp{family}", "-t", str(path))
    whole = folder / "state/rsyslog.conf"
    whole.write_text(f'include(file="{folder}/rsyslog/homeroom.conf")\n', encoding="utf-8")
    yield _ask(folder, folder / "rsyslog/homeroom.conf", "rsyslogd", "-N1", "-f", str(whole))


def _ask(folder: Path, path: Path, tool: str, *words: str) -> Verdict:
    name = str(path.relative_to(folder))
    found = shutil.which(tool, path=SYSTEM["PATH"])
    if found is None:
        return Verdict(name, tool, "not installed")
    done = subprocess.run(
        [found, *words], capture_output=True, text=True, check=False, env=SYSTEM, cwd=folder, errors="replace"
    )
    if done.returncode == 0:
        return Verdict(name, tool, "good")
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return Verdict(name, tool, "refused", "\n".join(said[-5:]))


def _furnish(folder: Path) -> None:
    """Put beside the files what a server has and the renderer does not print."""
    (folder / "state/spool").mkdir(parents=True, exist_ok=True)
    (folder / "state/root.key").write_text(ANCHOR, encoding="ascii")
    key, certificate = _certificate()
    for daemon, authority in (("freeradius", "people-ca.pem"), ("rsyslog", "ca.pem")):
        certs = folder / daemon / "certs"
        certs.mkdir(parents=True, exist_ok=True)
        (certs / "server.key").write_bytes(key)
        for name in ("server.pem", authority):
            (certs / name).write_bytes(certificate)
    for name in ("people", "machines"):
        (folder / "freeradius" / name).write_text("", encoding="ascii")


def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "check")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return private, made.public_bytes(serialization.Encoding.PEM)
