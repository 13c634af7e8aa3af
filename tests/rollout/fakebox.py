"""A device in memory that speaks the Box protocol: it records the calls, holds its own timer, and fails on demand."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from homeroom.errors import CommandRejected, DeviceError, Unreachable
from homeroom.platforms.box import Running, Vitals

OLD, NEW = "hostname a\nvlan 10\n", "hostname a\nvlan 20\n"


class Lines:
    """A parser for which a configuration is its set of lines."""

    def diff(self, old: str, new: str) -> str:
        before, after = set(old.splitlines()), set(new.splitlines())
        return "".join(f"-{x}\n" for x in sorted(before - after)) + "".join(f"+{x}\n" for x in sorted(after - before))

    def lines(self, text: str) -> tuple[str, ...]:
        return tuple(sorted(text.splitlines()))

    def wire(self, text: str) -> str:
        return text

    def access(self, text: str):
        raise NotImplementedError


def lost(step: str) -> Unreachable:
    return Unreachable("a", f"no connection ({step})", "check its power")


def refused(step: str) -> CommandRejected:
    return CommandRejected("a", f"`{step}` was refused: % Invalid input", "correct it")


@dataclass
class Device:
    """`faults`: how often, and with what, a step fails; `late`: the step takes effect before it fails.

    `off`: how far its clock is; `free`: bytes on its flash; `answers`: what it says when it is asked.
    """

    text: str = OLD
    startup: str = OLD
    name: str = "a"
    now: float = 0.0
    before: str | None = None
    due: float = 0.0
    loaded: str = ""
    deaf: bool = False
    faults: dict[str, list[tuple[DeviceError, bool]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    watch: Callable[[str], None] = lambda step: None
    off: float = 0.0
    free: int | None = None
    answers: Callable[[object], bool | None] = lambda question: True
    asked: list = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.before is not None and self.now >= self.due:
            self.text, self.before = self.before, None

    def step(self, name: str, effect: Callable[[], None]) -> None:
        self.calls.append(name)
        self.watch(name)
        error, late = self.faults[name].pop(0) if self.faults.get(name) else (None, True)
        if error is None or late:
            effect()
        if error is not None:
            raise error

    @contextmanager
    def enter(self):
        self.step("open", lambda: None)
        try:
            yield self
        finally:
            self.calls.append("close")
            self.loaded = ""

    def running(self) -> Running:
        self.step("running", lambda: None)
        return Running(self.name, self.text, self.before is not None)

    def candidate(self, text: str) -> str:
        self.step("candidate", lambda: setattr(self, "loaded", text))
        return "" if self.deaf else Lines().diff(self.text, text)

    def commit(self, minutes: int) -> None:
        def effect() -> None:
            self.before, self.due = self.text, self.now + 60 * minutes
            self.text = self.loaded

        self.step("commit", effect)

    def confirm(self) -> None:
        def effect() -> None:
            if self.before is None:
                raise CommandRejected("a", "refused (No pending configuration)", "look at it")
            self.before, self.startup = None, self.text

        self.step("confirm", effect)

    def save(self) -> None:
        def effect() -> None:
            self.startup = self.text

        self.step("save", effect)

    def revert(self) -> None:
        def effect() -> None:
            self.text, self.before = (self.before if self.before is not None else OLD), None
            self.startup = self.text

        self.step("revert", effect)

    def discard(self) -> None:
        self.calls.append("discard")

    def vitals(self) -> Vitals:
        self.step("vitals", lambda: None)
        return Vitals(self.now + self.off, self.free)

    def ask(self, questions):
        self.step("ask", lambda: None)
        self.asked.append([question.address for question in questions])
        return tuple(self.answers(question) for question in questions)
