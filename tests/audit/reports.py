"""Reports made by hand, and an HTML reader that holds them to the rules of the trade."""

from __future__ import annotations

from html.parser import HTMLParser

from homeroom.audit.report.about import About, Unreached
from homeroom.audit.report.page import Facts, page
from homeroom.audit.tally import Tally
from homeroom.audit.verdict import Evidence, Verdict
from homeroom.audit.waiver import Waivers
from homeroom.programme.model import Site

VOID = {"meta", "br", "img", "input", "link", "hr", "path"}
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e=cmd|calc"


def about(sites=3, devices=5):
    return About(
        programme="py",
        name="Escuelas <Conectadas>",
        country="PY",
        scope="the whole programme",
        basis="Nothing here is hardware.",
        at=1_800_000_000.0,
        devices=devices,
        sites=sites,
        schools=7,
        tool="Homeroom 0.1.0",
        command="homeroom audit",
    )


def verdict(
    status="violation", rule="LOG-01", *, device="d1", site="00-0001", region="PY-ASU", text="x", severity="high"
):
    piece = Evidence(text, "running configuration", 1_799_990_000.0, "ab" * 32)
    return Verdict(rule, severity, device, site, region, status, f"says {text}", (piece,), status)


def sites(number, region="PY-ASU"):
    return [
        Site(
            id=f"00-{n:04}",
            region=region,
            name=f"Escuela {n}",
            latitude=-25.3 + n % 7 * 0.01,
            longitude=-57.6 + n % 11 * 0.01,
            area="urban",
            link="fiber",
            mbps=20.0,
            state="connected",
            pupils=100,
            classrooms=4,
            schools=(),
        )
        for n in range(1, number + 1)
    ]


def facts(district, verdicts=(), number=3, waivers=None, unreached=()):
    tally = Tally()
    for one in verdicts:
        tally.add(one)
    return Facts(
        about=about(number),
        programme=district.world.programme,
        sites=sites(number),
        rules=district.rules,
        waivers=waivers or Waivers(),
        tally=tally,
        unreached=[Unreached(*one) for one in unreached],
    )


class Reader(HTMLParser):
    """Reads a page strictly: elements must close in order; keeps what the tests ask about."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.elements = []
        self.texts = []
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

    def all(self, tag):
        return [attrs for name, attrs, _ in self.elements if name == tag]

    def ids(self):
        return [attrs["id"] for _, attrs, _ in self.elements if "id" in attrs]

    def text(self):
        return "".join(data for inside, data in self.texts if inside != "style")

    def rows(self, caption=None):
        del caption
        return [data.strip() for inside, data in self.texts if inside in ("td", "th") and data.strip()]


def read(*args, **kwargs):
    return Reader(page(facts(*args, **kwargs)))
