"""The program `uci`: its commands and options, over any file system.

Source: `uci` without arguments prints the list of commands and options kept here; their behaviour and messages were
compared with the real program of OpenWrt 23.05.
"""

from __future__ import annotations

import getopt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from homeroom.lab.uci.delta import Change, Place, place, read
from homeroom.lab.uci.model import NAME, PACKAGE, TYPE, Importer, Package, Reader, Section, UciError, quote

USAGE: Final = """\
Usage: uci [<options>] <command> [<arguments>]

Commands:
\tbatch
\texport     [<config>]
\timport     [<config>]
\tchanges    [<config>]
\tcommit     [<config>]
\tadd        <config> <section-type>
\tadd_list   <config>.<section>.<option>=<string>
\tdel_list   <config>.<section>.<option>=<string>
\tshow       [<config>[.<section>[.<option>]]]
\tget        <config>.<section>[.<option>]
\tset        <config>.<section>[.<option>]=<value>
\tdelete     <config>[.<section>[[.<option>][=<id>]]]
\trename     <config>.<section>[.<option>]=<name>
\trevert     <config>[.<section>[.<option>]]
\treorder    <config>.<section>=<position>

"""
_NOT_FOUND: Final = "Entry not found"
_INVALID: Final = "Invalid argument"


class Disk(Protocol):
    """The file system `uci` works on; OSError when something cannot be written."""

    def text(self, path: str) -> str | None:
        """Return a file's text; None when there is no such file."""
        ...

    def save(self, path: str, text: str) -> None:
        """Write a file, whole or not at all."""
        ...

    def names(self, folder: str) -> list[str] | None:
        """Return the names of the files in a folder; None when there is no such folder."""
        ...

    def make(self, folder: str) -> None:
        """Make a folder."""
        ...


@dataclass(slots=True)
class Uci:
    """One run of the program. `saved`: where uncommitted changes are read from; they are written to the last."""

    disk: Disk
    stdin: Callable[[], str]
    say: Callable[[str], None]
    complain: Callable[[str], None]
    folder: str = "/etc/config"
    saved: list[str] = field(default_factory=lambda: ["/tmp/.uci"])  # noqa: S108  # OpenWrt's own place
    flags: set[str] = field(default_factory=set[str])
    delimiter: str = " "
    batched: bool = False
    line: int = 0
    faults: int = 0
    applied: int = 0

    def run(self, arguments: list[str]) -> int:
        """Run it; return its exit status."""
        try:
            options, words = getopt.getopt(arguments, "c:C:d:f:LmnNp:P:qsSt:X")
        except getopt.GetoptError:
            self.complain(USAGE)
            return 0
        for flag, value in options:
            self._option(flag, value)
        if not words:
            self.complain(USAGE)
            return 0
        status = self.do(words)
        if status == 255:
            self.complain(USAGE)
        return status

    def _option(self, flag: str, value: str) -> None:
        match flag:
            case "-c":
                self.folder = value.rstrip("/") or "/"
            case "-d":
                self.delimiter = value
            case "-f":
                self.stdin = lambda: self.disk.text(value) or ""
            case "-p":
                self.saved.insert(len(self.saved) - 1, value)
            case "-P" | "-t":
                self.saved = [path for path in self.saved if path != value] + [value]
            case _:
                pass
        self.flags.add(flag)

    def do(self, words: list[str]) -> int:
        """Do one command; 255 when there is none of that name or form."""
        command = _COMMANDS.get(words[0].lower())
        if command is None or (command is Uci.batch and self.batched):
            return 255
        try:
            return command(self, words[1:])
        except UciError as error:
            place = f" (unknown) at line {self.line}, byte 0" if str(error) == "Parse error" and self.batched else ""
            self.fault(f"{error}{place}")
        except OSError:
            self.fault("I/O error")
        return 1

    def fault(self, message: str) -> None:
        """Complain, unless it was told to be quiet."""
        self.faults += 1
        if "-q" not in self.flags:  # libuci ends the second message of a run with two line ends, and so on
            self.faults = 1 if " at line " in message else self.faults
            self.complain(f"uci: {message}" + "\n" * self.faults)

    # --- packages

    def load(self, name: str) -> Package:
        """Load a package, with the changes nobody has committed."""
        package = self._stored(name)
        self.applied = 0
        for change in self._changes(name):
            try:
                change.apply(package)
                self.applied += 1
            except UciError:
                continue
        return package

    def _changes(self, name: str) -> Iterator[Change]:
        for folder in self.saved:
            yield from read(self.disk.text(f"{folder}/{name}") or "", name)

    def _stored(self, name: str) -> Package:
        text = self.disk.text(f"{self.folder}/{name}")
        if text is None:
            raise UciError(_NOT_FOUND)
        return Importer(text, Package(name)).run()[0]

    def note(self, name: str, changes: list[Change]) -> None:
        """Keep changes, uncommitted."""
        if not changes:
            return
        folder = self.saved[-1]
        if self.disk.names(folder) is None:
            self.disk.make(folder)
        path = f"{folder}/{name}"
        self.disk.save(path, (self.disk.text(path) or "") + "".join(change.line() for change in changes))

    def _each(self, words: list[str], one: Callable[[str], int]) -> int:
        """Do something for the package named, or for all of them."""
        if len(words) > 1:
            return 255
        if words:
            return one(words[0])
        names = self.disk.names(self.folder)
        if not names:
            raise UciError(_NOT_FOUND)
        for name in sorted(name for name in names if PACKAGE(name)):
            try:
                one(name)
            except UciError as error:
                self.fault(str(error))
        return 0

    def show(self, words: list[str]) -> int:
        """Print packages as lines that `set` would take."""
        return self._each(words, self._show)

    def _show(self, said: str) -> int:
        where = place(said)
        package = self.load(where.package)
        section = package.find(where.section) if where.section is not None else None
        if where.section is not None and section is None:
            raise UciError(_NOT_FOUND)
        if section is None:
            for one, ref in _references(package):
                self._show_section(package, one, one.name if "-X" in self.flags else ref)
        elif where.option is None:
            self._show_section(package, section, section.name)
        elif where.option in section.options:
            self._show_option(package, section, section.name, where.option)
        else:
            raise UciError(_NOT_FOUND)
        return 0

    def _show_section(self, package: Package, section: Section, ref: str) -> None:
        self.say(f"{package.name}.{ref}={section.type}\n")
        for key in section.options:
            self._show_option(package, section, ref, key)

    def _show_option(self, package: Package, section: Section, ref: str, key: str) -> None:
        value = section.options[key]
        items = [value] if isinstance(value, str) else value
        self.say(f"{package.name}.{ref}.{key}={self.delimiter.join(map(quote, items))}\n")

    def export(self, words: list[str]) -> int:
        """Print packages as text that `import` would take."""
        names = "-N" not in self.flags and "-n" in self.flags

        def one(name: str) -> int:
            self.say(self.load(place(name).package).text(header=True, names=names))
            return 0

        return self._each(words, one)

    def import_(self, words: list[str]) -> int:
        """Write packages, or merge into one of them (uncommitted)."""
        if len(words) > 1 or ("-m" in self.flags and not words):
            return 255
        if words and "-m" in self.flags and self.disk.text(f"{self.folder}/{words[0]}") is not None:
            changes: list[Change] = []

            def note(sign: str, said: str, value: str) -> None:
                changes.append(Change(sign, replace(place(said), value=value)))

            Importer(self.stdin(), self.load(words[0]), note).run()
            self.note(words[0], changes)
            return 0
        for package in Importer(self.stdin(), Package(words[0]) if words else None).run():
            self.disk.save(f"{self.folder}/{package.name}", package.text(header=False, names=False))
        return 0

    def commit(self, words: list[str]) -> int:
        """Write the uncommitted changes into the files."""

        def one(name: str) -> int:
            package = self.load(place(name).package)
            path = f"{self.saved[-1]}/{package.name}"
            if "-P" not in self.flags and self.applied:
                self.disk.save(f"{self.folder}/{package.name}", package.text(header=False, names=False))
                if self.disk.text(path):
                    self.disk.save(path, "")
            return 0

        return self._each(words, one)

    def changes(self, words: list[str]) -> int:
        """Print the uncommitted changes."""

        def one(name: str) -> int:
            self._stored(place(name).package)
            for change in self._changes(name):
                self.say(change.shown())
            return 0

        return self._each(words, one)

    # --- sections and options

    def get(self, words: list[str]) -> int:
        """Print one value, or a section's type."""
        where, package = self._where(words)
        section = package.find(where.section or "")
        if section is None or (where.option is not None and where.option not in section.options):
            raise UciError(_NOT_FOUND)
        value = section.type if where.option is None else section.options[where.option]
        items = [value] if isinstance(value, str) else [quote(v) if " " in v or "\t" in v else v for v in value]
        self.say(self.delimiter.join(items) + "\n")
        return 0

    def add(self, words: list[str]) -> int:
        """Add a nameless section."""
        if len(words) != 2:
            return 255
        try:
            package = self.load(words[0])
        except UciError as error:
            self.fault(str(error))
            return 3
        name = package.add(words[1]).name
        self.note(words[0], [Change("+", Place(words[0], name, None, words[1]))])
        self.say(f"{name}\n")
        return 0

    def change(self, words: list[str], sign: str = "") -> int:
        """Change a section or an option, uncommitted: the sign is the one of the change's line."""
        where, package = self._where(words)
        section = package.find(where.section) if where.section is not None else None
        self._may(where, section, sign)
        name = section.name if section else where.section or ""
        old = section.options.get(where.option or "") if section else None
        value = where.value if sign != "-" or isinstance(old, list) else None
        if not sign and not value:
            if section is None or (where.option is not None and old is None):
                return 0
            sign, value = "-", None
        change = Change(sign, Place(where.package, name, where.option, value))
        blind = not NAME(name) or (sign == "@" and not NAME(value or ""))  # noted, though it will never apply
        if blind or change.apply(package) or (sign == "~" and isinstance(old, list)):
            self.note(where.package, [change])
        return 0

    def _may(self, where: Place, section: Section | None, sign: str) -> None:
        """Raise what is wrong with a change."""
        there = section is not None and (where.option is None or where.option in section.options)
        if sign == "^" and (section is None or where.value is None):
            raise UciError(_NOT_FOUND)
        if sign in {"-", "@"} and (where.section is None or not there):
            raise UciError(_INVALID if where.section is None else _NOT_FOUND)
        if sign != "-" and where.value is None:
            raise UciError(_INVALID)
        if sign in {"|", "~"} and where.option is None:
            raise UciError(_INVALID)
        if section is None and (where.option is not None or sign in {"|", "~"}):
            raise UciError(_INVALID)
        if not sign and where.option is None and where.value and not TYPE(where.value):
            raise UciError(_INVALID)

    def revert(self, words: list[str]) -> int:
        """Forget uncommitted changes."""
        where, package = self._where(words)
        section = package.find(where.section) if where.section else None
        name = section.name if section else where.section
        path = f"{self.saved[-1]}/{where.package}"
        text = self.disk.text(path)
        if text:
            kept = [change for change in read(text, where.package) if not change.within(name, where.option)]
            self.disk.save(path, "".join(change.line() for change in kept))
        return 0

    def _where(self, words: list[str]) -> tuple[Place, Package]:
        if len(words) != 1:
            raise _Usage
        where = place(words[0])
        return where, self.load(where.package)

    def batch(self, _words: list[str]) -> int:
        """Do the commands on standard input, one a line."""
        self.batched = True
        reader = Reader(self.stdin())
        while reader.line():
            reader.pos = 0
            words = list(_words_of(reader))
            self.line = reader.number
            if words[:1] == ["exit"]:
                break
            if words and self.do(words) == 255:
                self.complain("Unknown command\n")
        self.batched = False
        return 0


class _Usage(UciError):
    """The command was called with the wrong number of words."""


def _words_of(reader: Reader) -> Iterator[str]:
    while word := reader.argument():
        yield word


def _references(package: Package) -> Iterator[tuple[Section, str]]:
    """Yield each section with the name `uci show` gives it: `@type[index]` when it has none of its own."""
    seen: dict[str, int] = {}
    for section in package.sections:
        index = seen.get(section.type, 0)
        seen[section.type] = index + 1
        yield section, f"@{section.type}[{index}]" if section.anonymous else section.name


_COMMANDS: Final[dict[str, Callable[[Uci, list[str]], int]]] = {
    "batch": Uci.batch,
    "show": Uci.show,
    "changes": Uci.changes,
    "export": Uci.export,
    "import": Uci.import_,
    "commit": Uci.commit,
    "get": Uci.get,
    "set": Uci.change,
    "add": Uci.add,
    "add_list": lambda uci, words: uci.change(words, "|"),
    "del_list": lambda uci, words: uci.change(words, "~"),
    "del": lambda uci, words: uci.change(words, "-"),
    "delete": lambda uci, words: uci.change(words, "-"),
    "ren": lambda uci, words: uci.change(words, "@"),
    "rename": lambda uci, words: uci.change(words, "@"),
    "reorder": lambda uci, words: uci.change(words, "^"),
    "revert": Uci.revert,
}
