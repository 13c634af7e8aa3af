"""An SSH server that runs every command in a real BusyBox ash, in a root of its own below a temporary directory.

Paths of the device are put below that root by rewriting them in the command (nothing of the driver knows of it);
PATH holds BusyBox's applets, and `uci`, `reload_config` and `logger` that stand for OpenWrt's own.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
import threading
from pathlib import Path

import asyncssh

PASSWORD = "labpass-labpass"
APPLETS = [
    "cat",
    "chmod",
    "cmp",
    "cp",
    "cut",
    "df",
    "du",
    "echo",
    "grep",
    "head",
    "kill",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mv",
    "rm",
    "sh",
    "sleep",
    "sync",
    "tail",
    "test",
    "[",
    "true",
]
BUSYBOX = shutil.which("busybox")


class Server(asyncssh.SSHServer):
    def __init__(self, connections):
        self.connections = connections

    def connection_made(self, conn):
        self.connections.append(conn)

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("root", PASSWORD)


class Bed:
    """One device in `root`; `config` are its packages by name."""

    def __init__(self, root: Path, config: dict[str, str]) -> None:
        self.root = root
        self.commands: list[str] = []
        self.connections: list[asyncssh.SSHServerConnection] = []
        for folder in ("etc/config", "etc/rc.d", "tmp", "bin", "proc/sys/kernel"):
            (root / folder).mkdir(parents=True)
        (root / "proc/sys/kernel/hostname").write_text("bed\n")
        for name, text in config.items():
            (root / "etc/config" / name).write_text(text)
        self._bin()
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    def _bin(self) -> None:
        for name in APPLETS:
            (self.root / "bin" / name).symlink_to(BUSYBOX)
        uci = os.environ.get("HOMEROOM_UCI")
        run = f'exec {uci} "$@"' if uci else f'exec {sys.executable} -S -m homeroom.lab.uci.main "$@"'
        path = Path(__file__).parents[2]
        self._script("uci", f"PYTHONPATH={path} UCI_DELTA={self.root}/tmp/.uci {run}")
        self._script("reload_config", f"echo x >> {self.root}/tmp/reloads")
        self._script("logger", ":")

    def _script(self, name: str, body: str) -> None:
        path = self.root / "bin" / name
        path.unlink(missing_ok=True)  # it may be a link to BusyBox itself
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def below(self, text: str) -> str:
        """Put the device's paths below the root."""
        return re.sub(r"/(?:etc|tmp|proc/sys)/", lambda found: f"{self.root}{found.group()}", text)

    def reboot(self) -> None:
        """Restart: nobody runs on, memory is empty, the boot hooks run."""
        for pid in self.pids():
            os.kill(pid, 9)
        shutil.rmtree(self.root / "tmp")
        (self.root / "tmp").mkdir()
        for hook in sorted((self.root / "etc/rc.d").iterdir()):
            assert os.spawnve(os.P_WAIT, hook, [str(hook), "boot"], self.env) == 0

    def pids(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and str(self.root).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return [pid for pid in found if pid != os.getpid()]

    @property
    def env(self):
        return {"PATH": f"{self.root}/bin", "HOME": str(self.root), "BED": str(self.root)}

    def files(self) -> dict[str, tuple[bytes, int]]:
        """The configuration, byte for byte, with its modes."""
        return {p.name: (p.read_bytes(), p.stat().st_mode) for p in sorted((self.root / "etc/config").iterdir())}

    def left(self) -> list[str]:
        """What stands where nothing should."""
        places = ("etc/homeroom", "etc/rc.d/*", "tmp/homeroom-*", "etc/config/.*")
        return [str(path) for place in places for path in self.root.glob(place)] + [str(p) for p in self.pids()]

    async def _main(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        sock = socket.create_server(("127.0.0.1", 0))
        self.port = sock.getsockname()[1]
        server = await asyncssh.listen(
            sock=sock,
            server_factory=lambda: Server(self.connections),
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=self._run,
            encoding=None,
        )
        self.started.set()
        await self.stop.wait()
        server.close()
        for connection in self.connections:
            connection.abort()
        await asyncio.sleep(0.1)

    async def _run(self, process: asyncssh.SSHServerProcess) -> None:
        command = self.below(process.command or "")
        self.commands.append(process.command or "")
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            BUSYBOX, "sh", "-c", command, stdin=pipe, stdout=pipe, stderr=pipe, env=self.env, start_new_session=True
        )
        data = await process.stdin.read()
        out, err = await child.communicate(data)
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(child.returncode)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)
        for pid in self.pids():
            os.kill(pid, 9)
