"""Our NAPALM driver for MikroTik RouterOS 7.13 and later, over its API.

RouterOS has no candidate and no commit: a change is a script. It is computed here as the difference between what the
device exports and what is wanted, checked by the device where it can (7.16), and imported as a file. Before that, the
script that leads back is put on the device with a scheduler that runs it, so that the device itself takes back what
nobody confirmed, also after a restart. Nothing is ever reset, and nothing restarts.
"""

# NAPALM has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from napalm.base import NetworkDriver, models

from homeroom.errors import CommandRejected, DeviceError, ParseError
from homeroom.platforms.ability import Ability
from homeroom.platforms.box import Login, Question, Running, Vitals
from homeroom.platforms.questions import checked
from homeroom.platforms.ros import asking, getters
from homeroom.platforms.ros.change import Candidate, Change, candidate
from homeroom.platforms.ros.client import Api, Refused
from homeroom.platforms.ros.model import Model, merge, parse
from homeroom.platforms.ros.onbox import OnBox, digest
from homeroom.platforms.ros.parser import difference

ABILITY: Final = Ability(
    merge=True,
    replace=True,
    compare=True,
    confirmed_commit=True,
    confirm_from_new_process=True,
    rollback=True,
    lost_connection=(
        "RouterOS has no candidate configuration: a connection lost, or a device restarted, in the middle of a commit "
        "can leave it between the old and the new one until its own scheduler takes it back to the old one; before the "
        "commit it runs the old one, after the commit the new one until it is confirmed or taken back"
    ),
)
GUARD_SECONDS: Final = 300
"""How long the device waits for us to finish a commit that needs no confirmation."""
_DRY_RUN: Final = (7, 16)


class RosDriver(NetworkDriver):  # type: ignore[misc]  # napalm has no types
    """One RouterOS device; every method raises errors of ours only."""

    platform = "ros"

    def __init__(self, login: Login, *, timeout: int = 60, encrypted: bool = True) -> None:
        self.hostname, self.username, self.timeout = login.host, login.user, timeout
        self._login = login
        self._api = Api(login, timeout=timeout, encrypted=encrypted)
        self._box = OnBox(self._api, login.device, login.change)
        self._change = Change(self._api, self._box, login.device, login.conceal)
        self._candidate: Candidate | None = None
        self._checks = False

    # --- connection

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        self._api.open()
        with self._translated():
            version = self._api.call("/system/resource/print").rows[0]["version"]
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        self._checks = numbers >= _DRY_RUN

    def close(self) -> None:
        """Take away what we left, unless a change waits for its confirmation, and hang up; never raises."""
        with suppress(DeviceError, Refused):
            if self._api.alive:
                self._box.clean()
        self._api.close()

    def is_alive(self) -> models.AliveDict:
        """Tell whether the device still answers."""
        with suppress(DeviceError, Refused):
            self._api.call("/system/identity/print")
        return {"is_alive": self._api.alive}

    # --- what a push needs (homeroom.platforms.box.Box)

    def running(self) -> Running:
        """Read the device."""
        with self._translated():
            text, pending = self._box.export(), bool(self._box.pending())
            name = self._api.call("/system/identity/print").rows[0]["name"]
        return Running(name, text, pending)

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the configuration; return the difference."""
        self.load_replace_candidate(config=text)
        return self.compare_config()

    def commit(self, minutes: int) -> None:
        """Put the candidate in force; unless confirmed within `minutes`, the device itself takes it back."""
        self.commit_config(revert_in=60 * minutes)

    def confirm(self) -> None:
        """Keep what was committed; RouterOS keeps it over a restart without being told."""
        self.confirm_commit()

    def save(self) -> None:
        """Do nothing: RouterOS keeps what it runs."""

    def revert(self) -> None:
        """Take back what was committed."""
        self.rollback()

    def discard(self) -> None:
        """Forget the candidate; closing the connection removes what of it is on the device."""
        self.discard_config()

    def vitals(self) -> Vitals:
        """Read the device's clock and the free space of its flash, in one round trip."""
        with self._translated():
            return asking.vitals(*self._api.together(asking.VITALS))

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try all of them from the device at once, and return the answers in order.

        A name server is asked from the address that the device's routes give: `:resolve` takes no source.
        """
        asked = [checked(question) for question in questions]
        with self._translated():
            replies = self._api.together([asking.command(question) for question in asked])
            return tuple(map(asking.answer, asked, replies))

    # --- what NAPALM calls

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load lines that are added to what runs: `add`, `set` and `remove` commands as an export has them."""
        self._load(_text(filename, config), merge)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load a whole configuration."""
        self._load(_text(filename, config), lambda _, text: parse(text))

    def compare_config(self) -> str:
        """Return what the candidate would change, as +/- lines under their menus; empty when nothing."""
        loaded = self._candidate
        return self._login.conceal(difference(loaded.was, loaded.new)) if loaded else ""

    def discard_config(self) -> None:
        """Forget the candidate, which is here and not on the device."""
        self._candidate = None

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Put the candidate in force. With `revert_in` (seconds) the device takes it back unless it is confirmed.

        CommandRejected: the device runs the old configuration, and the message names the line. Unsettled or
        Unreachable: nobody knows; its scheduler takes the change back in any case.
        """
        loaded = self._candidate
        if loaded is None:
            raise CommandRejected(self._login.device, "no candidate is loaded", "load one first")
        with self._translated():
            self._change.fresh(loaded)
            if loaded.steps:
                said = f"homeroom: {self._login.change} was not confirmed and is taken back {message}"
                self._change.commit(loaded, revert_in or GUARD_SECONDS, said.strip())
                if revert_in is None:
                    self._box.disarm()
        self._candidate = None

    def has_pending_commit(self) -> bool:
        """Tell whether a change waits to be confirmed."""
        with self._translated():
            return bool(self._box.pending())

    def confirm_commit(self) -> None:
        """Keep what was committed, and prove it; CommandRejected when nothing waits, or the timer was faster."""
        with self._translated():
            if not self._box.pending():
                raise CommandRejected(
                    self._login.device, "no change waits there for its confirmation", "see what runs there"
                )
            back = self._box.way_back()
            self._box.disarm()
            self._box.kept(back)

    def rollback(self) -> None:
        """Take back what was committed, and prove it; CommandRejected unless the old configuration runs again."""
        device = self._login.device
        with self._translated():
            back = self._box.way_back()
            if back is None:
                raise CommandRejected(device, "there is nothing to take back", "see what runs there")
            self._api.run("/system/script/run", {"number": back.name})
            if digest(parse(self._box.export())) != back.old:
                raise CommandRejected(
                    device, "it does not run the old configuration after the rollback", "wait for its timer, then look"
                )
            self._box.disarm()
            self._box.clean()

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002  # napalm calls it so
        sanitized: bool = False,  # noqa: FBT001, FBT002  # napalm calls it so
        format: str = "text",  # noqa: A002  # napalm calls it so
    ) -> models.ConfigDict:
        """Return the export; RouterOS has no startup configuration."""
        del full, format
        found: models.ConfigDict = {"running": "", "candidate": "", "startup": ""}
        mask = self._login.conceal if sanitized else str
        if retrieve in {"all", "running"}:
            with self._translated():
                found["running"] = mask(self._box.export())
        if retrieve in {"all", "candidate"} and self._candidate:
            found["candidate"] = mask(self._candidate.text)
        return found

    def get_facts(self) -> models.FactsDict:
        """Return NAPALM's facts."""
        with self._translated():
            return getters.facts(self._api)

    def get_users(self) -> dict[str, models.UsersDict]:
        """Return NAPALM's users."""
        with self._translated():
            return getters.users(self._api)

    def get_ntp_servers(self) -> dict[str, models.NTPServerDict]:
        """Return NAPALM's time servers."""
        with self._translated():
            return getters.time_servers(self._api)

    def get_interfaces(self) -> dict[str, models.InterfaceDict]:
        """Return NAPALM's interfaces."""
        with self._translated():
            return getters.interfaces(self._api)

    def get_interfaces_ip(self) -> dict[str, models.InterfacesIPDict]:
        """Return NAPALM's addresses."""
        with self._translated():
            return getters.addresses(self._api)

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str | dict[str, Any]]:
        """Run commands as the console would; return what each returned."""
        del encoding
        with self._translated():
            return {one: self._api.run("/execute", {"script": one, "as-string": ""}).ret for one in commands}

    # --- how

    def _load(self, text: str, make: Callable[[Model, str], Model]) -> None:
        self._candidate = None
        with self._translated():
            was = parse(self._box.export())
            try:
                loaded = candidate(text, was, make(was, text))
            except ParseError as error:
                what = self._login.conceal(str(error))
                raise CommandRejected(self._login.device, what, "correct the line it names") from error
            if loaded.steps and self._checks:
                self._change.check(loaded)
        self._candidate = loaded

    @contextmanager
    def _translated(self) -> Generator[None]:
        """Raise what the device refuses, outside of what is handled above, as our own error."""
        try:
            yield
        except Refused as error:
            device, said = self._login.device, self._login.conceal(str(error))
            mode = "allow it: /system/device-mode/update scheduler=yes"
            remedy = mode if "device-mode" in said else "look at it, then try again"
            raise CommandRejected(device, f"refused ({said.rstrip('.')})", remedy) from error
        except ParseError as error:
            what = f"its configuration is not understood ({self._login.conceal(str(error))})"
            raise CommandRejected(self._login.device, what, "report the line") from error


def _text(filename: str | None, config: str | None) -> str:
    return Path(filename).read_text(encoding="utf-8") if filename is not None else config or ""
