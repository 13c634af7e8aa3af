"""NAPALM's eos driver, read-only part: entered with a pinned certificate, its errors said as ours."""

# NAPALM and pyeapi have no types: this file and the transport are where they meet ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, cast

from napalm.base.exceptions import NapalmException
from napalm.eos.eos import EOSDriver
from pyeapi.eapilib import CommandError, EapiError  # type: ignore[import-untyped]  # it has none

from homeroom.errors import CommandRejected, DeviceError
from homeroom.platforms.box import Login, Question, Vitals
from homeroom.platforms.eos import asking
from homeroom.platforms.eos.transport import PinnedEapi
from homeroom.platforms.eos.wire import Command
from homeroom.platforms.questions import checked

_AT_ONCE: Final = 8
"""How many questions go into one request: silent ones take up to four seconds each, one after the other."""

_NTP: Final = "show running-config | section ntp"
_NTP_SERVER: Final = re.compile(r"^ntp server (?:vrf \S+ )?(\S+)", re.MULTILINE)


class ReadingEOS(EOSDriver):  # type: ignore[misc]  # napalm has no types
    """One EOS device that is looked at; every method raises errors of ours only."""

    device: Any

    def __init__(self, login: Login, timeout: float = 60) -> None:
        optional = {"transport": PinnedEapi, "login": login}
        super().__init__(login.host, login.user, login.password.reveal(), optional_args=optional)
        self.timeout: float = timeout
        self._login = login

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        with self._translated():
            super().open()

    def is_alive(self) -> dict[str, bool]:
        """Tell whether the connection stands."""
        return self.device.connection.is_alive() if self.device is not None else {"is_alive": False}

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002  # NAPALM's signature
        sanitized: bool = False,  # noqa: FBT001, FBT002  # NAPALM's signature
        format: str = "text",  # noqa: A002  # NAPALM's signature
    ) -> dict[str, str]:
        """Return the configurations as text."""
        with self._translated():
            found: dict[str, str] = super().get_config(retrieve, full, sanitized, format)
            return found

    def get_facts(self) -> dict[str, Any]:
        """Return model, serial number, release, host name, interfaces."""
        with self._translated():
            found: dict[str, Any] = super().get_facts()
            return found

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Return the interfaces and their state."""
        with self._translated():
            found: dict[str, dict[str, Any]] = super().get_interfaces()
            return found

    def get_interfaces_ip(self) -> dict[str, dict[str, Any]]:
        """Return the addresses of the interfaces."""
        with self._translated():
            found: dict[str, dict[str, Any]] = super().get_interfaces_ip()
            return found

    def get_users(self) -> dict[str, dict[str, Any]]:
        """Return the local users."""
        with self._translated():
            found: dict[str, dict[str, Any]] = super().get_users()
            return found

    def get_ntp_servers(self) -> dict[str, dict[str, Any]]:
        """Return the time servers; NAPALM's own getter takes every line that begins with `ntp` for a server's."""
        with self._translated():
            (text,) = self._text(_NTP)
        return {server: {} for server in _NTP_SERVER.findall(text)}

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """Run commands; return command -> what it printed."""
        with self._translated():
            found: dict[str, Any] = super().cli(commands, encoding)
            return found

    def vitals(self) -> Vitals:
        """Read the clock and the flash, in one request."""
        with self._translated():
            said = self._text(asking.CLOCK, asking.FLASH)
            return asking.vitals(self._login, *said)

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try each; None for a name with a source. ValueError for what is no address or name."""
        put = tuple(map(checked, questions))
        rest = list(dict.fromkeys(question for question in put if asking.command(question)))
        known: dict[Question, bool] = {}
        with self._translated():
            while rest:
                said = self._tried(*map(asking.command, rest[:_AT_ONCE]))
                known |= {one: asking.answered(self._login, one, text) for one, text in zip(rest, said, strict=False)}
                rest = rest[len(said) :]
        return tuple(map(known.get, put))

    def _tried(self, *lines: str) -> list[str]:
        """Run commands; return what each printed, up to the first that failed: EOS leaves out those after it."""
        try:
            return self._text(*lines)
        except CommandError as error:
            said = [asking.printed(one) for one in (error.output or ())[1:]]  # the first one is `enable`
            if not said:
                raise
            return said

    def _ask(self, *lines: Command, encoding: str = "json") -> list[dict[str, Any]]:
        """Run commands; return what each said."""
        found = cast("list[dict[str, Any]]", self._run_commands(list(lines), encoding=encoding))
        if len(found) != len(lines):
            what = f"it was told {len(lines)} commands and answered {len(found)}"
            raise CommandRejected(self._login.device, what, "look at it, then try again")
        return found

    def _text(self, *lines: str) -> list[str]:
        """Run commands; return what each printed."""
        return [str(one.get("output", "")) for one in self._ask(*lines, encoding="text")]

    def _refuse(self, what: str, error: Exception) -> NoReturn:
        """Raise a refusal with what the device said of it, without secrets."""
        said = self._login.conceal(f"{what}: {_said(error)}")
        raise CommandRejected(self._login.device, said, "correct it, then try again") from error

    @contextmanager
    def _translated(self) -> Generator[None]:
        """Raise what the libraries raise as our own errors."""
        try:
            yield
        except DeviceError:
            raise
        except CommandError as error:
            self._refuse(f"`{_command(error)}` was refused", error)
        except (EapiError, NapalmException) as error:
            said = self._login.conceal(str(error).strip().partition("\n")[0])
            raise CommandRejected(self._login.device, f"refused ({said})", "look at it, then try again") from error


def failed(error: Any) -> int:
    """Return which command of the request failed, from 0; `enable` is the first one and not counted."""
    return len(error.output or ()) - 2


def _command(error: Any) -> str:
    """Return the command that failed."""
    sent: list[Command] = error.commands or []
    at = failed(error) + 1
    return str(sent[at]) if 0 <= at < len(sent) else "the request"


def _said(error: Any) -> str:
    """Return the device's own words."""
    output: list[dict[str, Any]] = error.output or [{}]
    errors = [str(one).strip() for one in output[-1].get("errors", ())]
    return "; ".join(one for one in errors if one) or str(error.error_text)
