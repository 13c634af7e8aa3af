"""`copy`, `write`, `delete`, `dir`, `more`, `verify`: files as IOS handles them, with its questions unless quiet.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference. `file prompt quiet` leaves the questions out.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Final

from homeroom.lab import flash
from homeroom.lab.clock import filed
from homeroom.lab.ios.config import shown
from homeroom.lab.ios.session import Answer, Ask, Session, confirm

_SECONDS: Final = 0.31
"""How long IOS says that a copy took."""


def _quiet(session: Session) -> bool:
    return session.device.tree.has("file prompt quiet")


def _missing(path: str, verb: str = "opening") -> str:
    return f"%Error {verb} {path} (No such file or directory)\n"


def _copied(size: int) -> str:
    return f"{size} bytes copied in {_SECONDS:.3f} secs ({int(size / _SECONDS)} bytes/sec)\n"


def copy(session: Session, words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`copy [/erase|/noverify] SOURCE TARGET`."""
    source, target = [word for word in words[1:] if not word.startswith("/")]
    if session.device.read(source) is None:
        return _missing(source)
    if _quiet(session):
        return _copy(session, source, target)
    return Ask(
        f"Destination filename [{_suggested(source, target)}]? ", lambda said: _checked(session, source, target, said)
    )


def _suggested(source: str, target: str) -> str:
    if flash.running(target) or flash.startup(target):
        return target.rpartition(":")[2].lstrip("/")
    return flash.name(target) or source.rpartition(":")[2].lstrip("/")


def _checked(session: Session, source: str, target: str, said: str) -> Answer:
    """Go on after `Destination filename`: a file that is there is overwritten only when confirmed."""
    if said and not (flash.running(target) or flash.startup(target)):
        target = f"{target.partition(':')[0]}:{said.rpartition(':')[2]}"
    if flash.name(target) and session.device.flash.read(target) is not None:
        text = "%Warning:There is a file already existing with this name \nDo you want to over write?"
        return confirm(text, lambda: _copy(session, source, target))
    return _copy(session, source, target)


def _copy(session: Session, source: str, target: str) -> str:
    device = session.device
    data = device.read(source) or b""
    if flash.startup(target) and flash.running(source):
        device.save(session.user)
        return "Building configuration...\n[OK]\n"
    if flash.running(target):
        return _merge(session, data, source)
    if flash.startup(target):
        device.restore(data.decode("utf-8", "replace"))
        return f"[OK]\n{_copied(len(data))}"
    path = target if flash.name(target) else f"{target.rstrip('/')}/{_suggested(source, target)}"
    try:
        device.write(path, data)
    except OSError as error:
        return f"%Error copying {source} ({error})\n"
    if flash.running(source):
        device.saved()
    return f"\n{_copied(len(data))}"


def _merge(session: Session, data: bytes, source: str) -> str:
    loaded = session.device.merge(data.decode("utf-8", "replace"), session.user)
    session.device.say(f"%SYS-5-CONFIG_I: Configured from {source} by {session.user} on vty{session.login.line}")
    refused = "".join(f"{shown(bad.line)}\n{bad.message}\n" for bad in loaded.rejected)
    return f"{refused}{_copied(len(data))}"


def write_memory(session: Session, words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`write [memory]`; the archive gets a copy when it is told to."""
    if words[-1] == "terminal":
        return shown(session.device.running)
    if words[-1] == "erase":
        return erase(session, words, ())
    device = session.device
    device.save(session.user)
    section = device.tree.section("archive")
    if section is not None and section.has("write-memory") and device.archiving:
        with suppress(OSError):  # the startup configuration is not in flash
            device.archive()
    return "Building configuration...\n[OK]\n"


def erase(session: Session, _words: tuple[str, ...], _values: tuple[str, ...]) -> Answer:
    """`write erase`, `erase startup-config`."""

    def done() -> str:
        session.device.erase()
        return "[OK]\nErase of nvram: complete\n"

    text = "Erasing the nvram filesystem will remove all configuration files! Continue?"
    return done() if _quiet(session) else confirm(text, done)


def delete(session: Session, words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`delete [/force] [/recursive] PATH`; a `*` at the end names several files."""
    path = values[-1]
    key = flash.name(path) or ""
    names = sorted(session.device.flash.files)
    found = (
        [name for name in names if name.startswith(key[:-1])] if key.endswith("*") else [n for n in names if n == key]
    )

    def done() -> str:
        for name in found:
            session.device.flash.delete(f"flash:{name}")
        return "" if found else _missing(path, "deleting")

    if "/force" in words or _quiet(session):
        return done()
    full = path if ":" in path else f"{session.device.box.disk}/{path}"
    return Ask(f"Delete filename [{key}]? ", lambda _said: confirm(f"Delete {full}?", done))


def directory(session: Session, _words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`dir [/all] [PATH]`."""
    device = session.device
    path = next((value for value in values if not value.startswith("/")), f"{device.box.disk}/")
    if path.rstrip("/") in {"nvram:", "system:"}:
        rows = [(1, len(device.startup or ""), device.startup_changed, "startup-config")]
        return _listing(path.rstrip("/") + "/", rows, 2_097_152, 2_097_152 - len(device.startup))
    key = flash.name(path)
    if key is None:
        return _missing(path)
    rows = [(11, flash.IMAGE, device.boot, device.box.image.partition(":")[2])]
    rows += [(n, len(f.data), f.at, name) for n, (name, f) in enumerate(device.flash.files.items(), 12)]
    if key:
        rows = [row for row in rows if row[3] == key or (key.endswith("*") and row[3].startswith(key[:-1]))]
        if not rows:
            return _missing(path)
    disk = path.partition(":")[0] + ":" if ":" in path else device.box.disk
    return _listing(path if key else f"{disk}/", rows, flash.SIZE, device.free)


def _listing(title: str, rows: list[tuple[int, int, float, str]], size: int, free: int) -> str:
    lines = [f"{number:5d}  -rw-  {length:16d}  {filed(at)}  {name}\n" for number, length, at, name in rows]
    return f"Directory of {title}\n\n{''.join(lines)}\n{size} bytes total ({free} bytes free)\n"


def more(session: Session, _words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`more PATH`."""
    data = session.device.read(values[-1])
    if data is None:
        return _missing(values[-1])
    return shown(data.decode("utf-8", "replace")).rstrip("\n") + "\n"


def verify(session: Session, words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`verify /md5 PATH [MD5]`."""
    path = values[0]
    data = session.device.read(path)
    if data is None:
        return _missing(path, "verifying")
    algorithm = "sha512" if "/sha512" in words else "md5"
    digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    label = algorithm.upper()
    dots = "." * (1 + len(data) // 8192)
    if len(values) > 1:
        outcome = "Verified" if values[1].lower() == digest else "%Error verifying"
        return f"{dots}{label} of {path} Done!\n{outcome} ({path}) = {digest}\n"
    return f"{dots}{label} of {path} Done!\nverify /{algorithm} ({path}) = {digest}\n\n"


def rename(session: Session, _words: tuple[str, ...], values: tuple[str, ...]) -> Answer:
    """`rename SOURCE TARGET`."""
    source, target = values
    data = session.device.flash.read(source)
    if data is None:
        return _missing(source, "renaming")
    session.device.flash.delete(source)
    session.device.write(target, data)
    return ""
