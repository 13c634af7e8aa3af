"""The HTML report: whole, harmless, readable by everyone, and honest about what it leaves out."""

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from reports import HOSTILE, Reader, facts, read, verdict

from homeroom.audit.report.page import MOST_PER_RULE, MOST_ROWS, MOST_SITES, page
from homeroom.audit.report.palette import DARK, LIGHT, MARKS, contrast
from homeroom.audit.report.words import count, share, visible
from homeroom.audit.verdict import STATUSES
from homeroom.audit.waiver import Scope, Waiver, Waivers

MIXED = [
    verdict(),
    verdict("compliant", device="d2"),
    verdict("unknown", device="d3", site="00-0002"),
    verdict("not_applicable", rule="SEG-01", device="d2"),
    verdict("compliant", rule="PLN-01", device="", site="00-0003"),
]
WAIVER = Waiver(
    "LOG-01", Scope(device="d9"), "It <moves>.", "Ana", "Luis", dt.date(2026, 11, 2), dt.date(2027, 1, 1), "T-1"
)


def test_the_page_is_whole_and_closes_what_it_opens(district):
    reader = read(district, MIXED)
    assert reader.all("html") == [{"lang": "en"}]
    assert [tag for tag in ("header", "main", "footer", "nav", "h1") if len(reader.all(tag)) < 1] == []
    assert len(reader.all("main")) == len(reader.all("h1")) == 1
    sections = [attrs["id"] for attrs in reader.all("section")]
    assert sections == ["summary", "map", "rules", "regions", "sites", "violations", "undecided", "unreached", "method"]
    assert "Escuelas <Conectadas>" in reader.text()
    assert "2027-01-15 08:00:00 UTC" in reader.text()
    assert "3 sites with 7 schools, 5 devices" in reader.text()
    assert "Nothing here is hardware." in reader.text()


def test_the_page_loads_nothing_and_runs_nothing(district):
    text = page(facts(district, MIXED))
    reader = Reader(text)
    assert not [tag for tag, _, _ in reader.elements if tag in {"script", "img", "link", "iframe", "object", "base"}]
    for _, attrs, _ in reader.elements:
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "srcset", "action"}]
        assert attrs.get("href", "#").startswith("#")
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in re.sub(r'http-equiv="', "", text)
    policy = next(m["content"] for m in reader.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_hostile_text_stays_text_wherever_a_device_or_person_can_put_it(district):
    bad = [
        verdict(text=HOSTILE, device=HOSTILE, site="00-0001", region=HOSTILE),
        verdict("unknown", text=HOSTILE, device=HOSTILE),
        verdict("error", text=HOSTILE),
    ]
    text = page(facts(district, bad, unreached=[(HOSTILE, HOSTILE, HOSTILE, 1.0)]))
    reader = Reader(text)
    assert not reader.all("img")
    assert "\u202e" not in text
    assert reader.text().count("<img src=x onerror=alert(1)>\"'&⟨U+202E⟩=cmd|calc") >= 8


def test_every_link_leads_somewhere_and_every_id_is_there_once(district):
    reader = read(district, MIXED)
    ids = reader.ids()
    assert len(ids) == len(set(ids))
    targets = [attrs["href"][1:] for attrs in reader.all("a")]
    assert set(targets) <= set(ids)
    labels = [attrs["aria-labelledby"] for _, attrs, _ in reader.elements if "aria-labelledby" in attrs]
    assert labels
    assert set(labels) <= set(ids)


def test_tables_have_headers_and_headings_are_in_order(district):
    reader = read(district, MIXED)
    for attrs in reader.all("th"):
        assert attrs.get("scope") in {"col", "row"}
    assert len(reader.all("table")) == len(reader.all("tbody"))
    levels = [int(tag[1]) for tag, _, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for tag, attrs, _ in reader.elements:
        if tag == "svg" and "icon" in attrs.get("class", ""):
            assert attrs["aria-hidden"] == "true"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_and_marks_stand_out_from_their_ground(theme):
    for ground in (theme.page, theme.card):
        for ink in (theme.text, theme.quiet, theme.link):
            assert contrast(ink, ground) >= 4.5
    for mark in MARKS.values():
        ink = mark.light if theme is LIGHT else mark.dark
        assert contrast(ink, theme.card) >= 3
        assert contrast(ink, theme.land) >= 3
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_no_two_verdicts_share_a_shape():
    shapes = [MARKS[status].shape for status in STATUSES]
    assert len(set(shapes)) == len(shapes)


def test_the_answer_is_said_first(district):
    def answer(*verdicts):
        found = re.search(r'<div class="answer[^>]*>.*?<p>(.*?)</p>', page(facts(district, verdicts)), re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1])

    assert answer(verdict(), verdict(rule="NTP-01"), verdict("unknown")) == (
        "Not compliant. 2 violations of 2 rules; 1 verdict could not be decided."
    )
    assert answer(verdict("error"), verdict("compliant")) == (
        "Not proved. No violation was found, but 1 verdict could not be decided. Unknown is not compliant."
    )
    assert answer(verdict("compliant")) == "Compliant. Every rule holds wherever it applies."


def test_a_waived_violation_stands_with_its_waiver(district):
    waived = replace(verdict("waived", device="d9"), waiver="T-1", raw="violation")
    reader = read(district, [waived], waivers=Waivers((WAIVER,)))
    text = " ".join(reader.text().split())
    assert "Every rule holds wherever it applies, 1 waived violation aside." in text
    assert "Violation: says x" in text
    assert "It <moves>." in text
    assert "Ana, Luis" in text
    assert "2027-01-01" in text


def test_violations_stand_in_full_the_most_severe_first(district):
    reader = read(district, [verdict(), verdict(rule="MGT-01", severity="critical", text="transport input telnet")])
    headings = [data for inside, data in reader.texts if inside == "h3"]
    assert headings[0].startswith("MGT-01")
    assert "transport input telnet" in reader.text()
    assert "running configuration, read 2027-01-15 05:13:20 UTC, SHA-256 abababababababab…" in reader.text()


def test_long_lists_are_cut_and_say_so(district):
    many = [verdict(device=f"d{n}", site=f"00-{n % 90 + 1:04}") for n in range(MOST_PER_RULE + 7)]
    lost = [(f"d{n}", "00-0001", "no answer", 1.0) for n in range(MOST_ROWS + 4)]
    why = [verdict("unknown", text=f"reason {n}") for n in range(MOST_ROWS + 3)]
    reader = read(district, many + why, number=90, unreached=lost)
    cases = [attrs for attrs in reader.all("li") if attrs.get("class") == "case"]
    assert len(cases) == MOST_PER_RULE
    assert "And 7 more violations of LOG-01: see audit.json." in reader.text()
    assert "And 3 more reasons: see audit.json." in reader.text()
    assert "And 4 more devices." in reader.text()
    assert len([i for i in reader.ids() if i.startswith("site-")]) == MOST_SITES
    assert "50 other sites, no worse than those above, are not listed" in reader.text()


def test_one_reason_stands_once_with_its_count(district):
    reader = read(district, [verdict("unknown", device=f"d{n}") for n in range(30)])
    assert reader.text().count("says x") == 1
    assert "d0, d1, d2, d3, d4, d5 and 24 more" in reader.text()


def test_all_reached_and_nothing_wrong_is_said_too(district):
    text = read(district, [verdict("compliant")]).text()
    assert "None: every device answered its last poll." in text
    assert "3 sites: nothing violated, nothing undecided." in " ".join(text.split())


def test_the_page_is_the_same_for_the_same_facts(district):
    assert page(facts(district, MIXED)) == page(facts(district, MIXED))


def test_a_nation_fits_into_a_small_page(district):
    many = [verdict("compliant", device=f"d{n}", site=f"00-{n:04}") for n in range(1, 4001)]
    assert len(page(facts(district, many, number=4000)).encode()) < 200_000


def test_invisible_text_is_made_visible():
    assert visible("plain é ñ 漢") == "plain é ñ 漢"
    assert visible("a\x1b[31m\u200b\nb\ud800") == "a⟨U+001B⟩[31m⟨U+200B⟩\nb⟨U+D800⟩"


def test_counts_and_shares_are_honest():
    assert (count(1, "site"), count(2137, "site"), count(0, "is", "are")) == ("1 site", "2,137 sites", "0 are")
    assert [share(*pair) for pair in ((0, 0), (0, 9), (9, 9), (99999, 100000), (1, 100000), (1, 3))] == [
        "–", "0 %", "100 %", "99.9 %", "0.1 %", "33.3 %",
    ]  # fmt: skip
