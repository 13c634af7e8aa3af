"""NAPALM's ios driver, guarded: its readings as they are, its changes as `homeroom.platforms.ios.change` makes them.

It is NAPALM's driver to whoever calls it so (Nornir's NAPALM tasks), and a Session to a push. What the stock driver
leaves open is listed in `change`; here, any SSH host key accepted: the key is checked before a password is sent.
"""

# NAPALM has no types: this file and `ssh` are where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from napalm.ios.ios import IOSDriver

from homeroom.errors import CommandRejected
from homeroom.platforms.ability import Ability
from homeroom.platforms.box import Login
from homeroom.platforms.ios.change import Ask, Say, Steps, Word
from homeroom.platforms.ios.ssh import PinnedSSH, translated
from homeroom.platforms.ios.verbs import Verbs

_T = TypeVar("_T")
ABILITY: Final = Ability(
    merge=True,
    replace=True,
    compare=True,
    confirmed_commit=True,
    confirm_from_new_process=True,
    rollback=True,
    lost_connection="the device finishes the command it got; without a confirmation it takes the change back when its "
    "timer runs out, a restart takes back what was not saved, files of ours are deleted at the next contact",
)
"""What both transports to IOS can do."""


class GuardedIOS(Verbs, IOSDriver):  # type: ignore[misc]  # napalm has no types
    """One IOS device, entered with pinned keys; every method of a change raises errors of ours only."""

    device: Any
    _netmiko_device: Any

    def __init__(self, login: Login, timeout: float = 90) -> None:
        IOSDriver.__init__(
            self, login.host, login.user, login.password.reveal(), timeout=60, optional_args={"port": login.port}
        )
        Verbs.__init__(self, login)
        self._patience = timeout

    # --- the connection

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        with translated(self._login):
            super().open()

    def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> PinnedSSH:
        self._netmiko_device = connection = PinnedSSH(
            self._login.pin,
            patience=self._patience,
            device_type=device_type,
            host=self.hostname,
            username=self.username,
            password=self.password,
            timeout=self.timeout,
            conn_timeout=min(self._patience, 10),
            **(netmiko_optional_args or {}),
        )
        return connection

    def close(self) -> None:
        """Delete our files from the flash and hang up; never raises."""
        with suppress(Exception):  # whatever broke the connection has been reported where it happened
            self._do(self._change.leave())
        with suppress(Exception):
            if self.device is not None:
                self.device.paramiko_cleanup()
        self.device = self._netmiko_device = None

    # --- NAPALM's getters that an audit asks

    def get_facts(self) -> dict[str, Any]:
        """Return model, serial number, release, host name, interfaces."""
        with translated(self._login):
            return dict(super().get_facts())

    def get_users(self) -> dict[str, Any]:
        """Return the local users."""
        with translated(self._login):
            return dict(super().get_users())

    def get_ntp_servers(self) -> dict[str, Any]:
        """Return the time servers."""
        with translated(self._login):
            return dict(super().get_ntp_servers())

    # --- how a change's steps are taken

    def _do(self, steps: Steps[_T]) -> _T:
        with translated(self._login):
            answer: Any = None
            while True:
                try:
                    word = steps.send(answer)
                except StopIteration as end:
                    result: _T = end.value
                    return result
                answer = self._answer(word)

    def _answer(self, word: Word) -> Any:
        if self.device is None:
            raise ConnectionResetError("the connection was lost")
        if isinstance(word, Ask):
            return self.device.ask(*word.commands)
        return self.device.say(word.command) if isinstance(word, Say) else self.device.put(word.path, word.text)

    @property
    def _name(self) -> str:
        return str(self.device.prompt[:-1])

    # --- the verbs NAPALM gives them

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load a whole configuration, from a file or a text."""
        self.config_replace = True
        self.candidate(self._given(filename, config))

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load lines to be put on top, from a file or a text."""
        self.config_replace = False
        self.merge(self._given(filename, config))

    def _given(self, filename: str | None, config: str | None) -> str:
        if filename:
            try:
                return Path(filename).read_text(encoding="utf-8")
            except OSError as error:
                self._refuse(f"{filename} cannot be read: {error.strerror}", "name another file")
        if not config:
            self._refuse("nothing was given to load", "give a file name or a text")
        return config

    def _refuse(self, what: str, remedy: str) -> NoReturn:
        raise CommandRejected(self._login.device, what, remedy)

    def compare_config(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]  # NAPALM types it too narrowly
        """Return the device's own difference; empty when nothing was loaded or nothing differs."""
        return self._do(self._change.compare())

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Put what was loaded in force; unless confirmed in `revert_in` seconds, the device takes it back."""
        if message:
            self._refuse("IOS keeps no message with a change", "leave it out")
        if revert_in is not None and (revert_in % 60 or not revert_in):
            self._refuse(f"IOS counts in minutes: it cannot wait {revert_in} seconds", "give a multiple of 60")
        self.commit((revert_in or 0) // 60)

    def has_pending_commit(self) -> bool:
        """Tell whether a commit waits for its confirmation."""
        return bool(self._do(self._change.pending()))

    def confirm_commit(self) -> None:
        """Keep what waits for its confirmation, and save it."""
        self.confirm()

    def discard_config(self) -> None:
        """Forget what was loaded."""
        self.discard()

    def rollback(self) -> None:
        """Take the last change of ours back, proved by the device's own comparison."""
        self.revert()
