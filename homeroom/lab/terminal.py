"""Keys in, characters out: echo before Enter, line editing, `--More--`, as a Cisco or Arista terminal line does.

It knows no transport: `feed` takes what was typed, `write` takes what the user sees; nor a platform: a `Session` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from homeroom.lab.faults import Fault

MORE: Final = " --More-- "
_WIPE: Final = "\b" * 9 + " " * 8 + "\b" * 9
_CTRL_C, _CTRL_U, _CTRL_W, _CTRL_Z, _DELETE = "\x03", "\x15", "\x17", "\x1a", "\x7f"


class Question(Protocol):
    """A question that waits for its answer."""

    @property
    def key(self) -> bool:
        """Tell whether one key answers it."""
        ...

    @property
    def hidden(self) -> bool:
        """Tell whether the answer is not echoed."""
        ...


class Session(Protocol):
    """A command line: what a platform makes of a line."""

    @property
    def prompt(self) -> str:
        """Return what is printed when it is the user's turn."""
        ...

    @property
    def ask(self) -> Question | None:
        """Return the open question."""
        ...

    @property
    def configuring(self) -> bool:
        """Tell whether it is in a configuration mode."""
        ...

    @property
    def closed(self) -> bool:
        """Tell whether it is over."""
        ...

    @property
    def length(self) -> int:
        """Return how many lines a page has; 0: no pages."""
        ...

    def strike(self, line: str) -> Fault | None:
        """Return the fault that strikes at a line."""
        ...

    def run(self, line: str) -> str:
        """Take a line; return what is printed."""
        ...

    def interrupt(self) -> None:
        """Take Ctrl-C."""
        ...

    def later(self, delay: float, call: Callable[[], None]) -> None:
        """Plan something, in the device's own time."""
        ...

    def reboot(self) -> None:
        """Have the device start again."""
        ...


class Terminal:
    """One terminal line. `end` is called when the session is over, `cut` when a fault breaks the connection off."""

    def __init__(
        self,
        session: Session,
        write: Callable[[str], None],
        end: Callable[[], None],
        cut: Callable[[], None] = lambda: None,
    ) -> None:
        self.session, self._write, self._end, self._cut = session, write, end, cut
        self._dead = False
        self._held: list[str] | None = None
        """What was typed while an answer is held back."""
        self._line = ""
        self._after_cr = False
        self._pages: list[str] = []

    def start(self, banner: str = "") -> None:
        """Greet the user."""
        text = banner.replace("\n", "\r\n")
        self._write(f"{text}\r\n{self.session.prompt}")

    def feed(self, typed: str) -> None:
        """Take what was typed; answer it."""
        out: list[str] = []
        for key in typed:
            if self.session.closed or self._dead:
                break
            if self._held is not None:
                self._held.append(key)
            else:
                out.append(self._key(key))
        self._tell("".join(out))

    def _tell(self, text: str) -> None:
        if text:
            self._write(text)
        if self.session.closed and self._held is None:
            self._end()

    def _key(self, key: str) -> str:
        skip, self._after_cr = self._after_cr, key == "\r"
        if key == "\x00" or (key == "\n" and skip):
            return ""
        if self._pages:
            return self._page(key)
        ask = self.session.ask
        if ask is not None and ask.key:
            return self._answer("" if key in "\r\n" else key)
        if key in "\r\n":
            return self._enter()
        return self._edit(key, hidden=ask is not None and ask.hidden)

    def _edit(self, key: str, *, hidden: bool) -> str:
        """Take a key that does not end the line."""
        if key == _CTRL_C:
            self._line = ""
            self.session.interrupt()
            return f"\r\n{self.session.prompt}"
        if key == _CTRL_Z and self.session.configuring:
            self._line = "end"
            return f"^Z{self._enter()}"
        if key in {"\b", _DELETE, _CTRL_U, _CTRL_W}:
            return self._erase(key)
        if key < " " and key not in {"\t", "\x16"}:
            return ""
        if key == "\t":
            return ""
        self._line += key
        return "" if hidden else key

    def _erase(self, key: str) -> str:
        kept = self._line[:-1] if key in {"\b", _DELETE} else ""
        if key == _CTRL_W:
            kept = self._line.rstrip().rpartition(" ")[0]
        gone = len(self._line) - len(kept)
        self._line = kept
        return "\b \b" * gone

    def _enter(self) -> str:
        line, self._line = self._line, ""
        session = self.session
        fault = session.strike(line)
        if fault is None:
            return "\r\n" + self._show(session.run(line))
        return self._struck(fault, line)

    def _struck(self, fault: Fault, line: str) -> str:
        """Run a line at which a fault strikes: before or after its effect."""
        early = fault.kind in {"cut", "reboot"} and not fault.late
        said = "" if early else "\r\n" + self._show(self.session.run(line))
        if fault.kind == "slow":
            self._held = []
            self.session.later(fault.seconds, lambda: self._release(said))
            return ""
        self._dead = True
        if fault.kind == "reboot":
            self.session.reboot()
        if fault.kind != "half_open":
            self._cut()
        return ""

    def _release(self, said: str) -> None:
        """Give the answer that was held back, and take what was typed meanwhile."""
        held, self._held = self._held or [], None
        self._tell(said)
        if held and not self.session.closed:
            self.feed("".join(held))

    def _answer(self, key: str) -> str:
        shown = key if key > " " else ""
        return f"{shown}\r\n" + self._show(self.session.run(key))

    def _show(self, output: str) -> str:
        """Print an answer and the prompt, page by page unless `terminal length 0`."""
        if self.session.closed:
            return output.replace("\n", "\r\n")
        lines = output.splitlines(keepends=True)
        length = self.session.length
        if length and len(lines) >= length:
            self._pages = lines[length - 1 :]
            return "".join(lines[: length - 1]).replace("\n", "\r\n") + MORE
        return output.replace("\n", "\r\n") + self.session.prompt

    def _page(self, key: str) -> str:
        """Take a key at `--More--`: space for a page, Enter for a line, any other key stops."""
        pages, self._pages = self._pages, []
        if key == " ":
            return _WIPE + self._show("".join(pages))
        if key in "\r\n":
            self._pages = pages[1:]
            rest = MORE if self._pages else self.session.prompt
            return _WIPE + pages[0].replace("\n", "\r\n") + rest
        return _WIPE + self.session.prompt
