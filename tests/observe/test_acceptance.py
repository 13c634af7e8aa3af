"""The acceptance sheet: one page, offline, without scripts; whatever a device or a person gave stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from funnel_site import NOW, SITE, changed, said, site

from homeroom.observe.acceptance import Sheet, detail, page
from homeroom.observe.acceptance_words import ENGLISH as LABELS
from homeroom.observe.funnel import judge, looks
from homeroom.observe.funnel_words import ENGLISH
from homeroom.reading import Reading
from homeroom.store.milestones import followed
from homeroom.store.speeds import Measured
from homeroom.store.world import DeviceRow

EVIL = '"><script>alert(1)</script><img src=x onerror=y>\u202e'
VOID = {"meta", "path", "circle", "br"}


def row(one, number=1):
    return DeviceRow(
        number, one.name, "s1", "R1", one.kind, 1, one.planned, "ios", f"10.0.0.{number}", f"fd00::{number}"
    )


def told(name, **values):
    return {key.replace("__", "."): {"": Reading(name, "", "", value, NOW - 60)} for key, value in values.items()}


def sheet(facts=None, **changes):
    facts = facts or site()
    stand = judge(facts)
    held = {(one.site, one.step): followed(None, one) for one in looks([stand], NOW)}
    devices = tuple(
        detail(row(one, n), one, told(one.name, identity__serial=f"SN{n}", identity__software="17.9"))
        for n, one in enumerate(facts.devices, 1)
    )
    tests = (Measured("7", int(NOW) - 10, "probe", 91.5, 12.25),)
    made = Sheet("Programme", "Región Uno", "10.0.0.0/24, fd00::/56", facts, stand, held, devices, tests)
    return replace(made, **changes)


class Page(HTMLParser):
    """Checks that tags close in order; keeps tags, attributes, text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag
            self.texts.append(" " if tag in {"td", "th", "p", "dt", "dd", "h1", "h2", "h3", "small", "style"} else "")

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def test_a_sheet_says_what_was_found_of_when_and_from_where():
    read = Page(page(sheet())).text
    for words in (
        "All steps are reached",
        "Escuela Ñandutí",
        "Región Uno (R1)",
        "1.00000, 2.00000 (schools.csv)",
        "contracted 100 Mbit/s (schools.csv)",
        "schools.csv row 2",
        "10.0.0.0/24, fd00::/56 (plan)",
        "1. contracted yes 100 Mbit/s, fiber",
        "all 5 planned devices are there 2026-09-21 20:05 2026-09-21 20:12 SNMP, journal of changes –",
        "r 10.0.0.1 M – SN1 – 17.9 2026-09-21 20:12 yes, 2026-09-21 20:12 –",
        "2026-09-21 20:13 7 probe 91.5 12.2",
        "Asia/Bishkek",
    ):
        assert words in read, words
    assert read.count("Signature") == 5
    for party in ("installer", "network engineer", "school", "For the ministry"):
        assert f"{party} Name Date Signature" in read


def test_a_sheet_that_is_not_accepted_says_whose_turn_it_is():
    facts = changed(site(audited=None), "a1", air=None)
    read = Page(page(sheet(facts))).text
    assert "Not yet: next is SSIDs up (network engineer)" in read
    assert "4. SSIDs up unknown 1 of 3 access points did not say their SSIDs of late: a1" in read
    assert "SNMP network engineer" in read


def test_what_was_lost_is_said():
    made = sheet()
    now = replace(made.held["s1", "reachable"], reached=NOW - 90_000, lost=NOW - 5000)
    read = Page(page(replace(made, held={**made.held, ("s1", "reachable"): now}))).text
    assert "first 2026-09-20 19:13" in read
    assert "lost 2026-09-21 18:50" in read


def test_nothing_on_the_sheet_is_fetched_or_runs():
    found = Page(page(sheet()))
    assert {"script", "img", "link", "iframe", "object", "form", "a"} & set(found.tags) == set()
    assert [one for one in found.attributes if one[1].startswith("on") or one[1] in {"src", "href"}] == []
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes
    assert ("html", "lang", "en") in found.attributes
    assert "url(" not in page(sheet())
    assert "@import" not in page(sheet())


def test_whatever_was_given_stays_text():
    school = replace(SITE.schools[0], name=EVIL, id=EVIL)
    facts = replace(site(site=replace(SITE, name=EVIL, schools=(school,))), days=EVIL)
    facts = changed(facts, "a1", model=said(EVIL), air=replace(facts.devices[2].air, names=frozenset({EVIL})))
    names = ("identity.model", "identity.serial", "identity.software", "interfaces.mac")
    evil = {name: {"1": Reading("a1", name, "1", EVIL, NOW)} for name in names}
    made = sheet(facts, programme=EVIL, region=EVIL, tests=(Measured(EVIL, int(NOW), EVIL, 1.0, 1.0),))
    made = replace(made, devices=tuple(detail(one.row, one.facts, evil) for one in made.devices))
    text = page(made)
    found = Page(text)
    assert {"script", "img"} & set(found.tags) == set()
    assert "\u202e" not in text
    assert text.count("&lt;script&gt;") > 10


def test_headings_and_tables_are_for_screen_readers_too():
    text = page(sheet())
    found = Page(text)
    assert (found.tags.count("h1"), found.tags.count("main"), found.tags.count("title")) == (1, 1, 1)
    scopes = [value for tag, name, value in found.attributes if tag == "th" and name == "scope"]
    assert len(scopes) == found.tags.count("th")
    assert all(
        f'aria-labelledby="{name}"' in text and f'id="{name}"' in text for name in ("steps", "devices", "speeds")
    )
    assert found.tags.count("svg") == text.count('aria-hidden="true"'), "a shape stands beside its word"
    for name, colour in re.findall(r"--(yes|no|unknown|quiet|text):(#\w{6})", text):
        assert contrast(colour, "#ffffff") >= 4.5, name


def contrast(one, other):
    def light(colour):
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return sum(
            w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4)
            for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_site_without_devices_or_tests_has_a_sheet():
    facts = site(devices=(), speeds=(), measured=0.0)
    read = Page(page(sheet(facts, devices=(), tests=()))).text
    assert "No device is planned." in read
    assert "None in the last 30 days." in read


def test_another_language_is_another_table():
    words = {name: f"ю{text}" for name, text in ENGLISH.items()}
    labels = {**{name: f"ю{text}" for name, text in LABELS.items()}, "language": "ky"}
    text = page(sheet(), words, labels)
    assert '<html lang="ky">' in text
    assert "юall 5 planned devices are there" in text


@pytest.mark.parametrize(
    ("macs", "first"),
    [
        ({"10": "aa:00:00:00:00:0a", "9": "aa:00:00:00:00:09", "x": "aa:00:00:00:00:01"}, "aa:00:00:00:00:09"),
        ({"1": "00:00:00:00:00:00", "2": "aa:00:00:00:00:02"}, "aa:00:00:00:00:02"),
        ({"1": "00:00:00:00:00:00"}, ""),
        ({}, ""),
    ],
)
def test_the_address_of_the_first_interface_that_has_one(macs, first):
    one = site().devices[0]
    given = {"interfaces.mac": {key: Reading("r", "interfaces.mac", key, mac, NOW) for key, mac in macs.items()}}
    assert detail(row(one), one, given).mac == first
