"""Colours and shapes of verdicts: each has both, so that no one has to tell colours apart.

The five data colours keep their distance under the three kinds of colour blindness, on both grounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.audit.verdict import Status

_LINEAR: Final = 0.04045
Shape: TypeAlias = Literal["disc", "triangle", "square", "ring", "diamond", "dot"]


@dataclass(frozen=True, slots=True)
class Mark:
    """How one class is drawn: shape and its colour on the light and on the dark ground."""

    shape: Shape
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours that are not data: page, cards, text, quiet text, lines, sea, land, other land, borders."""

    page: str
    card: str
    text: str
    quiet: str
    line: str
    sea: str
    land: str
    other: str
    border: str
    link: str


MARKS: Final[dict[Status, Mark]] = {
    "violation": Mark("triangle", "#a0050c", "#ed3b52"),
    "error": Mark("square", "#cc7c17", "#f9b329"),
    "unknown": Mark("ring", "#6b6f76", "#a3abb3"),
    "waived": Mark("diamond", "#3e2265", "#9a74d6"),
    "compliant": Mark("disc", "#077454", "#7ee6bb"),
    "not_applicable": Mark("dot", "#75777b", "#90979e"),
}
NO_DEVICE: Final = Mark("dot", "#75777b", "#90979e")
LIGHT: Final = Theme(
    page="#f4f6f9",
    card="#ffffff",
    text="#18212f",
    quiet="#55606f",
    line="#d9dfe7",
    sea="#d5e2ee",
    land="#fdfdfe",
    other="#e9eef3",
    border="#8fa3ba",
    link="#0b4f8a",
)
DARK: Final = Theme(
    page="#0b1220",
    card="#141d2e",
    text="#e8edf4",
    quiet="#a9b4c3",
    line="#2a3649",
    sea="#0a1424",
    land="#202d44",
    other="#151f31",
    border="#4a5d78",
    link="#8cc4ff",
)


def variables(theme: Theme, *, dark: bool) -> str:
    """Return a theme as CSS custom properties."""
    plain = {name: getattr(theme, name) for name in Theme.__dataclass_fields__}
    data = {status: mark.dark if dark else mark.light for status, mark in MARKS.items()}
    return "".join(f"--{name}:{colour};" for name, colour in (plain | data).items())


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance: sRGB is linear near black, and a power above."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= _LINEAR else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
