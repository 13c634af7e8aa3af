"""The lab as others use it: start it, ask it, change a device in it, stop it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from homeroom.errors import LabError
from homeroom.lab import state
from homeroom.lab.door import SOCKET, ask
from homeroom.lab.faults import Fault
from homeroom.lab.state import LabInfo
from homeroom.lab.telling import target
from homeroom.project import Project

LOG: Final = "lab.log"
_START: Final = 300.0
"""Seconds a lab may take to be ready: a nation's inventory is compiled first."""
_STOP: Final = 20.0
_TICK: Final = 0.05


def up(
    project: Project,
    *,
    sites: int | None = None,
    minute: float = 60.0,
    ssh_port: int = 0,
    snmp_port: int = 0,
    ports: Mapping[str, int] | None = None,
    processes: int = 0,
    latency: bool = False,
    syslog: str = "",
    waiting: Callable[[], None] = lambda: None,
) -> LabInfo:
    """Start the lab of a project and wait until it is ready; LabError says why it is not.

    `sites`: the first so many (default: all). `minute`: how many seconds a minute of the devices' timers lasts.
    Ports by name (homeroom.lab.platforms.SERVICES, snmp): one not named, or 0, is the usual one if free, else any.
    `processes` 0: one, or one a core for a nation. `latency`: answers take as long as from the device's site.
    `syslog`: HOST:PORT that devices tell of changes. `waiting` is called now and then while it starts.
    """
    running = _running(project)
    if running is not None:
        raise LabError(f"a lab runs already (process {running.pid}): use it, or run `homeroom lab down` first")
    if syslog:
        target(syslog)
    folder = project.state
    for stale in (state.FILE, SOCKET):
        (folder / stale).unlink(missing_ok=True)
    wanted = {"ssh": ssh_port, "snmp": snmp_port} | dict(ports or {})
    command = [
        *(sys.executable, "-m", "homeroom.lab.server", "--project", str(project.root), "--sites", str(sites or 0)),
        *("--minute", str(minute), "--processes", str(processes), *(["--latency"] if latency else [])),
        *(("--syslog", syslog) if syslog else ()),
        *(word for name, port in wanted.items() if port for word in ("--port", f"{name}={port}")),
    ]
    return _ready(_spawn(command, folder / LOG), folder, waiting)


def _spawn(command: list[str], log: Path) -> int:
    """Start the process apart from ours: it outlives us, and our Ctrl-C is not its."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)


def _ready(pid: int, folder: Path, waiting: Callable[[], None]) -> LabInfo:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        info = state.read(folder / state.FILE)
        if info is not None and info.pid == pid:
            return info
        if _gone(pid):
            raise LabError(f"the lab did not start: {_last_words(folder / LOG)}")
        waiting()
        time.sleep(_TICK)
    os.kill(pid, signal.SIGKILL)
    raise LabError(f"the lab was not ready after {_START:.0f} s: see {folder / LOG}")


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"it left no message in {log}"


def _running(project: Project) -> LabInfo | None:
    """Return the lab that answers for this project; None when none does."""
    info = state.read(project.state / state.FILE)
    if info is None:
        return None
    try:
        ask(project.state / SOCKET, {"do": "status"})
    except LabError:
        return None
    return info


def info(project: Project) -> LabInfo:
    """Return the running lab; LabError when none runs."""
    running = _running(project)
    if running is None:
        raise LabError("no lab runs for this project: run `homeroom lab up`")
    return running


def status(project: Project) -> dict[str, Any]:
    """Return what the running lab counts: devices, connections, memory."""
    answer: dict[str, Any] = ask(project.state / SOCKET, {"do": "status"})
    return answer


def edit(project: Project, device: str, lines: Sequence[str]) -> None:
    """Change a device by hand, as typed in configure mode by somebody else; LabError names a refused line."""
    ask(project.state / SOCKET, {"do": "edit", "device": device, "lines": list(lines)})


def fault(project: Project, device: str, fault: Fault) -> list[str]:
    """Arm a fault on a device, or on all devices of a school (by the code they share); return their names."""
    return sorted(ask(project.state / SOCKET, {"do": "fault", "device": device, "fault": fault.packed()})["armed"])


def heal(project: Project, device: str) -> list[str]:
    """Take every fault off a device, or off all devices of a school; return their names."""
    return sorted(ask(project.state / SOCKET, {"do": "heal", "device": device})["healed"])


def service(project: Project, address: str, *, up: bool, kind: str | None = None) -> dict[str, Any]:
    """Have an address beyond the sites answer, or answer no more; return all that was changed so.

    `kind`: dns or echo; None: both, and a central service of the programme comes back as what it is.
    """
    request = {"do": "service", "address": address, "up": up, "kind": kind}
    changed: dict[str, Any] = ask(project.state / SOCKET, request)["services"]
    return changed


def down(project: Project) -> bool:
    """Stop the lab; tell whether one was running."""
    path = project.state / SOCKET
    found = state.read(project.state / state.FILE)
    try:
        pid = int(ask(path, {"do": "stop"})["pid"])
    except LabError:
        pid = found.pid if found is not None and _ours(found.pid) else 0
        if pid:
            os.kill(pid, signal.SIGTERM)
    _wait_gone(pid)
    for left in (state.FILE, SOCKET):
        (project.state / left).unlink(missing_ok=True)
    return pid > 0


def _ours(pid: int) -> bool:
    """Tell whether a process is a lab: process numbers are used again."""
    try:
        return b"homeroom.lab.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _wait_gone(pid: int) -> None:
    end = time.monotonic() + _STOP
    while pid and not _gone(pid):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(_TICK)


def _gone(pid: int) -> bool:
    """Tell whether a lab has ended; a child of ours is taken note of."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not _ours(pid)
