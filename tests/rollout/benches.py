"""One device of the emulated district with all that a push of it needs, and what can be put before it."""

import contextlib
import dataclasses
import socket
import threading
import time
from functools import partial

import paramiko
from bringing import QUICK, bring
from netmiko import ConnectHandler

from homeroom.lab import client
from homeroom.project import Project
from homeroom.store.changes import Changes
from homeroom.store.journal import Journal


@dataclasses.dataclass
class Bench:
    """One device of the district, and all that a push of it needs."""

    project: Project
    engine: object
    fleet: object
    name: str
    stock: object = None

    def __post_init__(self):
        self.address = (self.host.hostname, self.host["ports"]["ssh"])

    @property
    def host(self):
        return self.fleet.nornir.inventory.hosts[self.name]

    @property
    def member(self):
        return self.fleet.members[self.name]

    @property
    def journal(self):
        return Journal(self.engine)

    def enter(self, change="c"):
        return self.fleet.keyring.enter(self.host, self.member.driver, change)

    def push(self, change="c", *, text=None, minutes=10, on=None, **rest):
        """Push it; `on`: state -> what is done once that state is on disk, before what it announces."""
        hooks = on or {}
        work = dataclasses.replace(self.member.work, **({"text": text} if text else {}))
        terms = dataclasses.replace(QUICK, timer=60.0 * minutes)
        noted = lambda row: hooks.get(row.state, lambda: None)()  # noqa: E731
        one, name = dataclasses.replace(self.member, work=work), self.called(change)
        return bring(self.engine, one, partial(self.enter, name), name, terms=terms, noted=noted, **rest)

    def called(self, change="c"):
        """Name a change as the store has it, where each device has changes of its own."""
        return f"{change}-{self.name}"

    def row(self, change="c"):
        return Changes(self.engine).row(self.called(change), self.name)

    def edit(self, *lines):
        client.edit(self.project, self.name, lines)

    def ask(self, *commands):
        """Ask the device by a stock client that knows nothing of us."""
        if self.stock is None:
            self.stock = ConnectHandler(
                device_type="cisco_ios",
                host=self.address[0],
                port=self.address[1],
                username=self.fleet.keyring.user,
                password=self.fleet.keyring.vault.get("device_password").reveal(),
            )
        answers = [self.stock.send_command(command) for command in commands]
        return answers[0] if len(answers) == 1 else answers

    def close(self):
        if self.stock is not None:
            self.stock.disconnect()

    def wait_until_settled(self):
        """Wait until no commit waits on the device for its confirmation."""
        while "No Rollback Confirmed Change pending" not in self.ask("show archive config rollback timer"):
            time.sleep(0.2)

    def left_on_flash(self):
        """Return the files of ours that lie about."""
        return [line.split()[-1] for line in self.ask("dir").splitlines() if line.endswith(".cfg")]


class Wire:
    """A TCP proxy before a device: it can be cut, refuse, or lead somewhere else."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.refusing = False
        self.accepted = 0
        self.on_accept = lambda number: None
        self._pairs = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.accepted += 1
                self.on_accept(self.accepted)
                if self.refusing:
                    near.close()
                    continue
                far = socket.create_connection(self.target)
                self._pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(one, other), daemon=True).start()

    def cut(self):
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for pair in self._pairs:
            for end in pair:
                end.close()


def _pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


class Greedy(paramiko.ServerInterface):
    def __init__(self, passwords):
        self.passwords = passwords

    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        self.passwords.append(password)
        return paramiko.AUTH_SUCCESSFUL
