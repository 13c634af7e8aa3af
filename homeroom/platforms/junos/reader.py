"""What is read of a Junos device: NAPALM's getters under our errors, configurations, the list of commits."""

# NAPALM and PyEZ have no types: this file, driver.py and connection.py are where they meet ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from jnpr.junos.exception import RpcError  # type: ignore[import-untyped]  # it has none
from napalm.junos.junos import JunOSDriver

from homeroom.errors import CommandRejected, Unreachable
from homeroom.platforms.box import Login, Question, Running, Vitals
from homeroom.platforms.junos import asking
from homeroom.platforms.junos.connection import PinnedDevice, translated
from homeroom.platforms.junos.history import Entry
from homeroom.platforms.junos.veil import recognised
from homeroom.platforms.questions import checked

SECONDS: Final = 60
"""How long an answer may take."""


class JunosReader(JunOSDriver):  # type: ignore[misc]  # napalm has no types
    """One Junos device, entered with a pinned key, that is only looked at."""

    device: Any
    locked: bool

    def __init__(self, login: Login, seconds: int = SECONDS) -> None:
        super().__init__(login.host, login.user, "-", timeout=seconds, optional_args={"port": login.port})
        self.device = PinnedDevice(login, seconds)
        self._login = login
        self._lost = False

    # --- the connection

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        with self._talking():
            super().open()

    @contextmanager
    def _talking(self) -> Generator[None]:
        """Raise errors of ours, and remember when the connection is lost."""
        try:
            with translated(self._login):
                yield
        except Unreachable:
            self._lost = True
            raise

    def running(self) -> Running:
        """Read the device."""
        with self._talking():
            name = str(self.device.rpc.get_software_information().findtext(".//host-name", ""))
            text = recognised(self._committed(), self._login.conceal)
            return Running(name, text, self._history()[0].pending)

    def has_pending_commit(self) -> bool:
        """Tell whether a commit waits for its confirmation: the device's own word, not a remark that stays."""
        with self._talking():
            return self._history()[0].pending

    def vitals(self) -> Vitals:
        """Read the device's clock, and the space it has for a candidate."""
        with self._judging():
            clock = asking.clock(self.device.rpc.get_system_uptime_information())
            return Vitals(clock, asking.free(self.device.rpc.get_system_storage()))

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try each from the device, and return the answers in order; None: this release cannot ask a given server.

        A name server is asked from the address that the device's routes give: `show host` takes no source.
        """
        return tuple(self._answer(question) for question in [checked(question) for question in questions])

    def _answer(self, question: Question) -> bool | None:
        with self._judging():
            if question.kind == "echo":
                return asking.echoed(self.device.rpc.ping(**asking.ping(question)))
            try:
                return asking.resolved(self.device.rpc.cli(asking.lookup(question), format="text"))
            except RpcError as error:
                if "syntax error" not in str(error) and "unknown command" not in str(error):
                    raise
                return None

    @contextmanager
    def _judging(self) -> Generator[None]:
        """Raise errors of ours, of an answer that is none too."""
        try:
            with self._talking():
                yield
        except asking.Odd as odd:
            raise CommandRejected(
                self._login.device, self._login.conceal(str(odd)), "look at it, then try again"
            ) from odd

    # --- NAPALM's getters

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002 -- NAPALM's own
        sanitized: bool = False,  # noqa: FBT001, FBT002 -- NAPALM's own
        format: str = "text",  # noqa: A002 -- NAPALM's own
    ) -> dict[str, str]:
        """Return NAPALM's dictionary of configurations."""
        with self._talking():
            return {name: str(text) for name, text in super().get_config(retrieve, full, sanitized, format).items()}

    def get_facts(self) -> dict[str, Any]:
        """Return NAPALM's facts."""
        with self._talking():
            return dict(super().get_facts())

    def get_interfaces(self) -> dict[str, Any]:
        """Return NAPALM's table of interfaces."""
        with self._talking():
            return dict(super().get_interfaces())

    def get_interfaces_ip(self) -> dict[str, Any]:
        """Return NAPALM's table of addresses."""
        with self._talking():
            return dict(super().get_interfaces_ip())

    def get_users(self) -> dict[str, Any]:
        """Return NAPALM's table of local users."""
        with self._talking():
            return dict(super().get_users())

    def get_ntp_servers(self) -> dict[str, Any]:
        """Return NAPALM's table of time servers."""
        with self._talking():
            return dict(super().get_ntp_servers())

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """Run operational commands."""
        with self._talking():
            return dict(super().cli(commands, encoding))

    def is_alive(self) -> dict[str, bool]:
        """Tell whether the connection stands."""
        with suppress(Exception):  # what is not open is not alive
            return {"is_alive": bool(super().is_alive()["is_alive"]) and not self._lost}
        return {"is_alive": False}

    # --- reading

    def _text(self, database: str) -> str:
        """Return a configuration in braces, without the remark on its last commit."""
        options = {"format": "text", "database": database}
        text = str(self.device.rpc.get_config(filter_xml=None, options=options).text)
        return "".join(f"{line}\n" for line in text.splitlines() if line.strip() and not line.startswith("## Last"))

    def _committed(self) -> str:
        return self._text("committed")

    def _past(self, number: int) -> str:
        """Return the configuration of an earlier commit."""
        answer = self.device.rpc.get_rollback_information(rollback=str(number), format="text")
        return str(answer.findtext(".//configuration-output", ""))

    def _history(self) -> list[Entry]:
        """Return the device's commits, the newest first."""
        entries = self.device.rpc.get_commit_information().findall(".//commit-history")
        return [
            Entry(
                int(entry.findtext("sequence-number", "0")),
                str(entry.findtext("user", "")),
                str(entry.findtext("log", "")).strip(),
                entry.find("commit-confirmed") is not None,
            )
            for entry in entries
        ] or [Entry(0, "", "", pending=False)]
