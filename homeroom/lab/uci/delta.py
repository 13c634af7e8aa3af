"""Uncommitted changes: the lines `uci` keeps in /tmp/.uci until somebody commits or reverts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.lab.uci.model import NAME, PACKAGE, TYPE, Package, Reader, Section, UciError, add_item, quote, set_option

_SIGNS: Final = "+-@^|~"


@dataclass(frozen=True, slots=True)
class Place:
    """What `config.section.option=value` names; None for what was not said."""

    package: str
    section: str | None = None
    option: str | None = None
    value: str | None = None


def place(said: str) -> Place:
    """Read `config[.section[.option]][=value]`."""
    left, equals, value = said.partition("=")
    package, *more = left.split(".")
    if not PACKAGE(package) or len(more) > 2 or (len(more) == 2 and not NAME(more[1])):
        raise UciError("Parse error")
    section, option = (*more, None, None)[:2]
    return Place(package, section, option, value if equals else None)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its sign says what is done (`+` a new section, `-` a removal, `|` an item more, ...)."""

    sign: str
    where: Place

    @property
    def path(self) -> str:
        """Return `config.section.option`."""
        return ".".join(
            part for part in (self.where.package, self.where.section, self.where.option) if part is not None
        )

    def line(self) -> str:
        """Return it as it is kept."""
        value = f"={quote(self.where.value)}" if self.where.value is not None else ""
        return f"{self.sign}{self.path}{value}\n"

    def shown(self) -> str:
        """Return it as `uci changes` prints it."""
        operator = {"|": "+=", "~": "-="}.get(self.sign, "=")
        removed = self.sign == "-"
        value = "" if removed else f"{operator}{quote(self.where.value or '')}"
        return f"{'-' if removed else ''}{self.path}{value}\n"

    def within(self, section: str | None, option: str | None) -> bool:
        """Tell whether it changes this section or option; None: any."""
        return section in {None, self.where.section} and option in {None, self.where.option}

    def apply(self, package: Package) -> bool:
        """Make it; tell whether something is different. UciError when it cannot be made."""
        before = package.text(header=True)
        section = package.find(self.where.section or "")
        if section is not None:
            _APPLY[self.sign](package, section, self.where)
        elif self.where.option is not None or self.sign not in {"", "+"} or not self.where.value:
            raise UciError("Entry not found")
        else:
            package.add(_kind(self.where.value), self.where.section or "").anonymous = self.sign == "+"
        return package.text(header=True) != before


def read(text: str, package: str) -> Iterator[Change]:
    """Read the changes of a package; what cannot be read is passed over, as libuci does."""
    reader = Reader(text)
    while reader.line():
        reader.pos = 0
        try:
            word = reader.argument()
            sign, said = (word[:1], word[1:]) if word[:1] in tuple(_SIGNS) else ("", word)
            where = place(said)
        except UciError:
            continue
        named = NAME(where.section or "") and (sign != "@" or NAME(where.value or ""))
        if where.package == package and named and (sign == "-" or where.value is not None):
            yield Change(sign, where)


def _kind(said: str) -> str:
    if not TYPE(said):
        raise UciError("Invalid argument")
    return said


def _set(package: Package, section: Section, where: Place) -> None:
    value = where.value or ""
    if where.option is not None:
        set_option(section, where.option, value)
    elif value:
        section.type = _kind(value)
    else:
        package.sections.remove(section)


def _delete(package: Package, section: Section, where: Place) -> None:
    if where.option is None:
        package.sections.remove(section)
        return
    value = section.options.get(where.option)
    if where.value and isinstance(value, list) and where.value.isdecimal():
        del value[int(where.value) : int(where.value) + 1]
    else:
        section.options.pop(where.option, None)


def _rename(_package: Package, section: Section, where: Place) -> None:
    name = where.value or ""
    if where.option is None:
        section.name, section.anonymous = name, False
    else:
        section.options = {name if key == where.option else key: v for key, v in section.options.items()}


def _reorder(package: Package, section: Section, where: Place) -> None:
    place = where.value or ""
    package.sections.remove(section)
    package.sections.insert(int(place) if place.isdecimal() else 0, section)


def _add_list(_package: Package, section: Section, where: Place) -> None:
    add_item(section, where.option or "", where.value or "")


def _del_list(_package: Package, section: Section, where: Place) -> None:
    value = section.options.get(where.option or "")
    if isinstance(value, list):
        section.options[where.option or ""] = [item for item in value if item != where.value]


_APPLY: Final[dict[str, Callable[[Package, Section, Place], None]]] = {
    "": _set,
    "+": _set,
    "-": _delete,
    "@": _rename,
    "^": _reorder,
    "|": _add_list,
    "~": _del_list,
}
