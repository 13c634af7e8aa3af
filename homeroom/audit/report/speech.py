"""The languages of a report: words, plural forms, numbers and dates. Data, one file a language, strictly loaded."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from homeroom.errors import InputError, Problem, UsageError
from homeroom.strict import load

FOLDER: Final = Path(__file__).parent / "lang"
REFERENCE: Final = "en"
Plural: TypeAlias = Literal["one_other", "one_few_many"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `tag`: BCP 47; `day` and `moment`: how a date and a time are put together; `percent`: likewise.

    `counts`: a number with its noun, a text for each plural form. `{n}` is the number.
    """

    tag: str
    name: str
    plural: Plural
    thousands: str
    decimal: str
    percent: str
    months: tuple[str, ...]
    day: str
    moment: str
    texts: Mapping[str, str]
    counts: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **given: object) -> str:
        """Say a text; a key that there is not is a KeyError: the page does not print."""
        return self.texts[key].format(**given) if given else self.texts[key]

    def count(self, key: str, number: int) -> str:
        """Write a number with its noun: `1 device`, `2,137 devices`."""
        return self.counts[key][form(self.plural, number)].format(n=self.number(number))

    def number(self, value: int) -> str:
        """Write a whole number, thousands apart."""
        return f"{value:,}".replace(",", self.thousands)

    def share(self, part: int, whole: int) -> str:
        """Write a share in percent; never 100 % unless it is all, never 0 % unless it is none."""
        if not whole:
            return "–"
        percent = 100 * part / whole
        if 0 < part < whole:
            percent = min(99.9, max(0.1, percent))
        return self.percent.format(n=f"{percent:.1f}".removesuffix(".0").replace(".", self.decimal))

    def date(self, day: dt.date | str) -> str:
        """Write a day, given as such or as YYYY-MM-DD; what is no day is shown as it is."""
        try:
            at = dt.date.fromisoformat(day) if isinstance(day, str) else day
        except ValueError:
            return str(day)
        return self.day.format(day=at.day, month=self.months[at.month - 1], year=at.year)

    def stamp(self, at: float) -> str:
        """Write a time in UTC, to the second; a clock beyond the calendar is written as the number it gave."""
        try:
            moment = dt.datetime.fromtimestamp(at, dt.UTC)
        except (OverflowError, ValueError, OSError):
            return f"{at:.0f}"
        return self.moment.format(date=self.date(moment.date()), time=f"{moment:%H:%M:%S}")


def form(plural: Plural, number: int) -> str:
    """Return the plural form of a whole number, by the rules of CLDR for these languages."""
    if plural == "one_other":
        return "one" if number == 1 else "other"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"


def codes() -> tuple[str, ...]:
    """Return the languages there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def language(code: str) -> Language:
    """Load one language; UsageError when there is none of this code, InputError when its file is not complete."""
    if code not in codes():
        raise UsageError(f"no language is called {code!r}; there are {', '.join(codes())}")
    return read(FOLDER / f"{code}.yaml")


def spoken(code: str) -> str:
    """Return the code of the language to report in to speakers of `code` (`es-PY` too); English if there is none."""
    short = code.partition("-")[0].casefold()
    return short if short in codes() else REFERENCE


def read(path: Path) -> Language:
    """Read one file and hold it against the English one: no key may be missing, none be too many."""
    found = load(Language, path, shown=f"lang/{path.name}", check=_own)
    if path.stem != REFERENCE:
        problems = _against(found, language(REFERENCE), f"lang/{path.name}")
        if problems:
            raise InputError(*problems)
    return found


def _own(found: Language) -> list[Problem]:
    """Find counts without a form their language needs, and a year that has not twelve months."""
    needed = set(found.plural.split("_"))
    out = [
        Problem(
            "", 0, f"counts.{key}", f"has the forms {', '.join(sorted(forms))}", f"give {', '.join(sorted(needed))}"
        )
        for key, forms in found.counts.items()
        if set(forms) != needed
    ]
    if len(found.months) != 12:
        out.append(Problem("", 0, "months", f"are {len(found.months)}", "give twelve"))
    return out


def _against(found: Language, reference: Language, file: str) -> list[Problem]:
    said = {f"texts.{key}": text for key, text in found.texts.items()}
    asked = {f"texts.{key}": text for key, text in reference.texts.items()}
    said |= {f"counts.{key}": "{n}" for key in found.counts}
    asked |= {f"counts.{key}": "{n}" for key in reference.counts}
    out = [Problem(file, 0, key, "missing", "translate it from en.yaml") for key in sorted(set(asked) - set(said))]
    out += [
        Problem(file, 0, key, "unknown key", "remove it: en.yaml has none") for key in sorted(set(said) - set(asked))
    ]
    both = sorted(set(said) & set(asked))
    return out + [
        Problem(file, 0, key, f"has not the places {sorted(_places(asked[key]))}", "keep what stands in { }")
        for key in both
        if _places(said[key]) != _places(asked[key])
    ]


def _places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
