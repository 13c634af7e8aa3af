"""Reports of bundles made by hand, and an HTML reader that holds them to the rules of the trade."""

from __future__ import annotations

import base64
import json
import zlib
from html.parser import HTMLParser

import bundles

from homeroom.audit.bundle.model import SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import page
from homeroom.audit.verdict import Evidence, Verdict

VOID = {"meta", "br", "img", "input", "link", "hr", "path"}
HOSTILE = bundles.HOSTILE
SHOWN = HOSTILE.replace("\u202e", "⟨U+202E⟩")


def verdict(
    status="violation", rule="LOG-02", *, device="d1", site="00-0001", region="PY-ASU", text="x", severity="high"
):
    """A verdict with one piece of evidence."""
    piece = Evidence(text, "running configuration", 1_799_990_000.0, "ab" * 32)
    raw = "violation" if status == "waived" else status
    ticket = "TCK-17" if status == "waived" else ""
    return Verdict(rule, severity, device, site, region, status, f"says {text}", (piece,), raw, ticket)


def subject(*verdicts, platform="ios", **changes):
    """The subject of some verdicts, which are all of one."""
    first = verdicts[0]
    return SubjectEntry(first.device, first.site, first.region, verdicts, platform=platform, **changes)


def place(number, region="PY-ASU", status="compliant"):
    """A site of a report: its name and where it is."""
    name = f"00-{number:04}"
    found = (verdict(status, "SEG-01", device="", site=name, region=region, severity="critical"),)
    where = {"latitude": -25.3 + number % 7 * 0.01, "longitude": -57.6 + number % 11 * 0.01}
    return SubjectEntry("", name, region, found, name=f"Escuela {number}", **where)


def bundle(tmp_path, entries, *, devices=5, unreached=(), **given):
    """A bundle of these subjects, opened."""
    title = bundles.header(devices, 3, schools=7)
    return Bundle.open(bundles.write(tmp_path / "audit.homeroom", title, entries, unreached=unreached, **given))


def written(opened, lang="en"):
    """The page of a bundle, as text."""
    return page.write(opened, opened.path.with_name("audit.html"), lang=lang).read_text(encoding="utf-8")


def read(tmp_path, *entries, lang="en", **given):
    """The page of a bundle of these subjects, read strictly."""
    return Reader(written(bundle(tmp_path, entries, **given), lang))


def unpacked(packed):
    """What the page's script would unpack."""
    return json.loads(zlib.decompress(base64.b64decode(packed)))


class Reader(HTMLParser):
    """Reads a page strictly: elements must close in order; keeps what the tests ask about."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.elements = []
        self.texts = []
        self.data = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))
        if self.open and self.open[-1] == "script":
            self.data.append((data, self.elements[-1][1]))

    def all(self, tag):
        return [attrs for name, attrs, _ in self.elements if name == tag]

    def ids(self):
        return [attrs["id"] for _, attrs, _ in self.elements if "id" in attrs]

    def text(self):
        return "".join(data for inside, data in self.texts if inside not in ("style", "script"))

    def scripts(self, style):
        """The texts of the scripts of one class."""
        return [data for data, attrs in self.data if attrs.get("class") == style]
