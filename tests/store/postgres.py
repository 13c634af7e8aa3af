"""A PostgreSQL cluster of Debian's in a temporary directory, run by an unprivileged account for one test session."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

OWNER = "homeroom"
PASSWORD = "only-in-tests"
SETTINGS = (
    *("listen_addresses = '127.0.0.1'", "fsync = off", "full_page_writes = off", "max_connections = 40"),
    *("shared_buffers = 32MB", "max_wal_size = 256MB", "autovacuum = off", "jit = off"),
)
DOORS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


def programs():
    """The folder of the newest server that is installed; None when none is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


class Cluster:
    """A server on a socket and a port of its own; each test has an account and a schema."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="homeroom-pg-"))
        self._bin = programs()
        self._as = {}
        if os.geteuid() == 0:  # the server refuses to be root
            names = {one.pw_name: one for one in pwd.getpwall()}
            account = names.get("postgres") or names["nobody"]
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._number = 0

    def start(self):
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", OWNER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join((*SETTINGS, f"port = {self.port}", f"unix_socket_directories = '{self.folder}'", "")))
        (data / "pg_hba.conf").write_text(DOORS, encoding="utf-8")
        self._run("pg_ctl", "-D", data, "-l", self.folder / "log", "-w", "start")
        self.sql(f"ALTER ROLE {OWNER} PASSWORD '{PASSWORD}'")
        self.sql(f"CREATE DATABASE {OWNER}")

    def _run(self, program, *words):
        command = [self._bin / program, *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **self._as)
        assert done.returncode == 0, done.stdout + done.stderr

    def sql(self, statement):
        self._run("psql", "-h", self.folder, "-p", str(self.port), "-U", OWNER, "-d", "postgres", "-qc", statement)

    def database(self):
        """Make an account that may do nothing but fill a schema of its own; return its URL over the socket.

        A schema is made in no time, a database is 300 files.
        """
        self._number += 1
        name = f"t{self._number}"
        self.sql(f"CREATE ROLE {name} LOGIN; CREATE SCHEMA {name} AUTHORIZATION {name}")
        return f"postgresql+psycopg://{name}@/postgres?host={self.folder}&port={self.port}"

    def stop(self):
        try:
            self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder)
