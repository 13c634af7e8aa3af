"""UCI's text and what it means: packages of sections of options, read and written as libuci does, with its errors.

Source: the UCI library's behaviour (`uci` of OpenWrt 23.05, compared line by line with the real program), and
https://openwrt.org/docs/guide-user/base-system/uci
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

Value: TypeAlias = "str | list[str]"
_SPACE: Final = " \t\n\v\f\r"
_BLANK: Final = re.compile(f"[{_SPACE}]+").match
_ORDINARY: Final = re.compile(f"[^{_SPACE}'\"#;\\\\]+").match
"""What stands for itself outside of quotes."""
_WITHIN: Final = {"'": re.compile("[^']+").match, '"': re.compile(r'[^"\\]+').match}
"""What stands for itself within quotes of each kind."""
_VERB: Final = re.compile("[^ \\t]+").match
_VERBS: Final = {word: verb for verb in ("package", "config", "option", "list") for word in (verb, verb[0])}
NAME: Final = re.compile(r"[A-Za-z0-9_]+").fullmatch
PACKAGE: Final = re.compile(r"[A-Za-z0-9_-]+").fullmatch
TYPE: Final = re.compile(r"[!-~]+").fullmatch
_EXTENDED: Final = re.compile(r"@([!-~]*)\[(-?\d+)\]").fullmatch


class UciError(Exception):
    """What `uci` prints behind its name."""


@dataclass(slots=True)
class Section:
    """One section; a nameless one has a name made by libuci (`cfg01...`)."""

    type: str
    name: str
    anonymous: bool = False
    options: dict[str, Value] = field(default_factory=dict[str, Value])


@dataclass(slots=True)
class Package:
    """One configuration file."""

    name: str
    sections: list[Section] = field(default_factory=list[Section])
    count: int = 0

    def find(self, name: str) -> Section | None:
        """Return a section by its name, or by `@type[index]`."""
        if not NAME(name):
            found = _EXTENDED(name)
            if not found:
                raise UciError("Invalid argument")
            alike = [one for one in self.sections if found.group(1) in {"", one.type}]
            index = int(found.group(2))
            return alike[index] if -len(alike) <= index < len(alike) else None
        return next((one for one in self.sections if one.name == name), None)

    def add(self, kind: str, name: str = "") -> Section:
        """Put a section at the end; a nameless one gets a name from its place and type, as libuci makes it."""
        self.count += 1
        section = Section(kind, name or f"cfg{self.count:02x}{_hash(kind):04x}", anonymous=not name)
        self.sections.append(section)
        return section

    def text(self, *, header: bool, names: bool = True) -> str:
        """Print as `uci export` does (`header`), or as the file is written."""
        lines = [f"package {self.name}"] if header else []
        for section in self.sections:
            named = names or not section.anonymous
            lines += ["", f"config {section.type}" + (f" {quote(section.name)}" if named else "")]
            for key, value in section.options.items():
                word = "option" if isinstance(value, str) else "list"
                lines += [f"\t{word} {key} {quote(item)}" for item in ([value] if isinstance(value, str) else value)]
        return "".join(f"{line}\n" for line in [*lines, ""])


def quote(value: str) -> str:
    """Quote a value."""
    return "'" + value.replace("'", "'\\''") + "'"


def _hash(text: str) -> int:
    """Hash as libuci names its sections (Bernstein's)."""
    value = 5381
    for character in text.encode("utf-8", "surrogateescape"):
        value = (value * 33 + character) & 0xFFFFFFFF
    return value & 0xFFFF


def set_option(section: Section, key: str, value: str) -> None:
    """Set an option; an empty value takes it away."""
    if value:
        section.options[key] = value
    else:
        section.options.pop(key, None)


def add_item(section: Section, key: str, value: str) -> None:
    """Put an item at the end of a list; an option becomes a list with the item behind it."""
    old = section.options.get(key, [])
    section.options[key] = [*([old] if isinstance(old, str) else old), value]


class Reader:
    """Splits text into words as libuci does: quotes may hold line ends, `;` separates, `#` begins a comment."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self._next = self.number = self.pos = 0
        self.buffer = ""

    def line(self, at: int = 0) -> bool:
        """Read a line behind the first `at` characters; tell whether there was one."""
        more = self._lines[self._next] if self._next < len(self._lines) else ""
        self._next += 1
        self.number += more.endswith("\n")
        self.buffer = self.buffer[:at] + more
        return bool(more)

    @property
    def here(self) -> str:
        """Return the character it stands at; empty at the end."""
        return self.buffer[self.pos : self.pos + 1]

    def fault(self, reason: str) -> UciError:
        """Return libuci's error for this place."""
        place = len(self.buffer[: self.pos].encode("utf-8", "surrogateescape"))
        return UciError(f"Parse error ({reason}) at line {self.number}, byte {place}")

    def skip(self) -> None:
        """Pass over white space."""
        if found := _BLANK(self.buffer, self.pos):
            self.pos = found.end()

    def argument(self, *, required: bool = False, valid: Callable[[str], object] | None = None) -> str:
        """Return the next word; empty when there is none."""
        self.skip()
        if self.here == ";":
            self.pos += 1
            word = ""
        else:
            word = self._word()
        if required and not word:
            raise self.fault("insufficient arguments")
        if word and valid and not valid(word):
            raise self.fault("invalid character in name field")
        return word

    def _word(self) -> str:
        parts: list[str] = []
        start = self.pos
        while self.here and self.here not in _SPACE:
            if self.here in "'\"":
                self._quoted(self.here, parts)
            elif self.here == "#":
                self.buffer = self.buffer[: self.pos]
            elif self.here == ";":
                if "".join(parts) == self.buffer[start : self.pos]:  # libuci loses what stands behind a plain word
                    self.buffer = self.buffer[: self.pos]
                return "".join(parts)
            elif found := _ORDINARY(self.buffer, self.pos):
                parts.append(found[0])
                self.pos = found.end()
            else:
                self._plain(parts)
        self.pos += bool(self.here)
        return "".join(parts)

    def _plain(self, parts: list[str]) -> None:
        """Take one character; a backslash takes the next one as it is, and joins lines."""
        if self.here == "\\":
            self.pos += 1
            if self.here in {"", "\n"}:
                self.line(self.pos)
                return
        parts.append(self.here)
        self.pos += 1

    def _quoted(self, mark: str, parts: list[str]) -> None:
        self.pos += 1
        while self.here != mark:
            if found := _WITHIN[mark](self.buffer, self.pos):
                parts.append(found[0])
                self.pos = found.end()
            elif not self.here:
                if not self.line(self.pos):
                    raise self.fault(f"EOF with unterminated {mark}")
            else:
                self._plain(parts)
        self.pos += 1


Note: TypeAlias = Callable[[str, str, str], None]
"""Hears sign, `config.section.option` and value of a change (homeroom.lab.uci.delta)."""


def _unheard(_sign: str, _said: str, _value: str) -> None:
    """Hear nothing."""


class Importer:
    """Reads packages. `single`: into one package, whatever `package` lines say; `note` hears each change made."""

    def __init__(self, text: str, package: Package | None = None, note: Note | None = None) -> None:
        self._read = Reader(text)
        self._single = package is not None
        self._package = package
        self._section: Section | None = None
        self._note = note or _unheard
        self.packages: list[Package] = [package] if package is not None else []

    def run(self) -> list[Package]:
        """Read it all; UciError as `uci import` prints it."""
        while self._read.line():
            self._read.pos = 0
            self._read.skip()
            while self._command():
                pass
        return self.packages

    def _command(self) -> bool:
        """Read one command of the line; tell whether there may be another one."""
        read = self._read
        rest = read.buffer[read.pos :].lstrip(" \t")
        found = _VERB(rest)
        word = found[0] if found else ""
        if not word or word.startswith("#"):
            return False
        verb = _VERBS.get(word)
        if verb is None:
            raise read.fault("invalid command")
        if verb == "config" and self._package is None:
            raise read.fault("attempting to import a file without a package name")
        if verb in {"option", "list"} and self._section is None:
            raise read.fault("option/list command found before the first section")
        start = len(read.buffer) - len(rest) + len(word)
        if start + 1 > len(read.buffer):
            raise read.fault(f"{'option' if verb == 'list' else verb} without name")
        read.pos = start + 1
        self._DOES[verb](self)
        return True

    def _end(self) -> None:
        if self._read.argument():
            raise self._read.fault("too many arguments")

    def _new(self) -> None:
        name = self._read.argument(required=True, valid=PACKAGE)
        self._end()
        if self._single:
            return
        if any(one.name == name for one in self.packages):
            raise UciError("Duplicate entry")
        self._package, self._section = Package(name), None
        self.packages.append(self._package)

    def _config(self) -> None:
        read = self._read
        package = self._package or Package("")
        kind = read.argument(required=True)
        if not TYPE(kind):
            raise read.fault("invalid character in type field")
        name = read.argument(valid=NAME)
        self._end()
        found = package.find(name) if name else None
        if found is not None and found.type != kind:
            raise read.fault("section of different type overwrites prior section with same name")
        self._section = found or package.add(kind, name)
        if found is None:
            self._note("" if name else "+", f"{package.name}.{self._section.name}", kind)

    def _pair(self) -> tuple[Section, str, str]:
        key = self._read.argument(required=True, valid=NAME)
        value = self._read.argument()
        self._end()
        return self._section or Section("", ""), key, value

    def _option(self) -> None:
        section, key, value = self._pair()
        if not value:  # libuci reads over it
            return
        if section.options.get(key, "") != value and self._package:
            self._note("", f"{self._package.name}.{section.name}.{key}", value)
        set_option(section, key, value)

    def _list(self) -> None:
        section, key, value = self._pair()
        add_item(section, key, value)
        if self._package:
            self._note("|", f"{self._package.name}.{section.name}.{key}", value)

    _DOES: Final = MappingProxyType({"package": _new, "config": _config, "option": _option, "list": _list})
