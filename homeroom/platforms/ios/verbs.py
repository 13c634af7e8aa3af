"""The verbs of a push (homeroom.platforms.box.Box), the same for both transports to IOS."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from homeroom.platforms.box import Login, Question, Running, Vitals
from homeroom.platforms.ios import asking
from homeroom.platforms.ios.change import Change, Steps
from homeroom.platforms.questions import checked

_T = TypeVar("_T")


class Verbs(ABC):
    """One device; a subclass knows how to get an answer. Every verb raises errors of ours only.

    Unreachable from `commit`, `confirm` or `revert` means that nobody knows yet what the device did.
    """

    def __init__(self, login: Login) -> None:
        self._login = login
        self._change = Change(login)
        self._read = ""

    @abstractmethod
    def _do(self, steps: Steps[_T]) -> _T:
        """Take the steps on the device."""

    @property
    @abstractmethod
    def _name(self) -> str:
        """The device's name by its prompt."""

    def running(self) -> Running:
        """Read the device; what a killed push left on its flash goes when this connection is closed."""
        self._read, pending = self._do(self._change.running())
        return Running(self._name, self._read, pending)

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the configuration; return the device's own difference."""
        return self._do(self._change.replacing(text))

    def merge(self, text: str) -> str:
        """Load `text` to be put on top of the configuration; return what the device says it would do."""
        return self._do(self._change.merging(text))

    def commit(self, minutes: int) -> None:
        """Put what was loaded in force; unless confirmed within `minutes`, the device takes it back. 0: saved now."""
        self._do(self._change.commit(minutes))

    def confirm(self) -> None:
        """Keep the committed configuration and save it; CommandRejected when the device no longer waits for this."""
        self._do(self._change.confirm())

    def save(self) -> None:
        """Write the startup configuration."""
        self._do(self._change.save())

    def revert(self) -> None:
        """Take the committed configuration back and save; CommandRejected when the old one does not run then."""
        self._do(self._change.revert())

    def discard(self) -> None:
        """See to it that nothing of ours stays on the flash when the connection is closed."""
        self._change.discard()

    def vitals(self) -> Vitals:
        """Read the clock and the flash; no clock when it is in a zone that the configuration does not explain."""
        return self._do(asking.vitals(self._login, self._read))

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try echoes; None for names: IOS cannot ask a given resolver. ValueError for what is no address or name."""
        return self._do(asking.told(self._login, tuple(map(checked, questions))))
