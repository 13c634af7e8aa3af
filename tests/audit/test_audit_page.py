"""The HTML report: whole, harmless, readable by everyone, and honest about what it leaves out."""

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import bundles
import pytest
from reports import HOSTILE, SHOWN, Reader, bundle, place, read, subject, unpacked, verdict, written

from homeroom.audit.bundle.model import UnreachedEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import choice, packed, page
from homeroom.audit.report.context import MOST_SITES
from homeroom.audit.report.digest import MOST_PER_RULE
from homeroom.audit.report.palette import DARK, LIGHT, MARKS, contrast
from homeroom.audit.report.speech import codes
from homeroom.audit.report.words import short, visible
from homeroom.audit.verdict import STATUSES

UNPROVED = "No violation was found, but not everything could be decided. Unknown is not compliant."
CRITICAL, LOW = {"severity": "critical"}, {"severity": "low"}
MIXED = (
    place(1), place(2), place(3),
    subject(verdict()),
    subject(verdict("compliant", device="d2")),
    subject(verdict("unknown", device="d3", site="00-0002")),
    subject(verdict("waived", "SNM-01", device="d4")),
)  # fmt: skip


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """The page of a bundle with every status and hostile names."""
    return written(Bundle.open(bundles.small(tmp_path_factory.mktemp("small"))))


def plain(reader):
    return " ".join(reader.text().split())


@pytest.mark.parametrize("lang", codes())
def test_the_page_is_whole_and_closes_what_it_opens(tmp_path, lang):
    reader = read(tmp_path, *MIXED, lang=lang)
    assert reader.all("html") == [{"lang": "sr-Cyrl" if lang == "sr" else lang}]
    assert [len(reader.all(tag)) for tag in ("main", "h1", "nav", "footer")] == [1, 1, 1, 1]
    views = [attrs["id"] for attrs in reader.all("div") if attrs.get("class") == "view"]
    assert views == ["view-summary", "view-auditor", "view-engineer", "view-noc", "view-about"]
    sections = [attrs["id"] for attrs in reader.all("section")]
    assert sections == [
        "summary", "map", "regions", "frameworks", "rules", "waivers", "standing", "devices", "worst", "violations",
        "sites", "top", "undecided", "unreached", "method", "proof",
    ]  # fmt: skip
    assert "Nothing here is hardware." in reader.text()
    assert re.search(r"\{\w*\}", plain(reader)) is None


def test_the_title_block_says_whose_and_what(tmp_path):
    text = plain(read(tmp_path, *MIXED))
    assert "15 Jan 2027, 08:00:00 UTC" in text
    assert "the whole programme: 3 sites with 7 schools, 5 devices" in text


def test_the_page_loads_nothing_and_runs_its_own_script_only(everything):
    reader = Reader(everything)
    assert not [tag for tag, _, _ in reader.elements if tag in {"img", "link", "iframe", "object", "base"}]
    for _, attrs, _ in reader.elements:
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "srcset", "action"}]
        assert attrs.get("href", "#").startswith("#")
    outside = re.sub(r"<script>.*?</script>", "", everything, flags=re.DOTALL)
    assert not [word for word in ("url(", "@import", "http:", "https:") if word in outside]
    script = re.search(r"<script>(.*?)</script>", everything, re.DOTALL)[1]
    assert not [word for word in ("innerHTML", "fetch(", "XMLHttp", "import(", "eval(") if word in script]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(m["content"] for m in reader.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_hostile_text_stays_text_wherever_a_device_or_person_can_put_it(everything):
    reader = Reader(everything)
    assert not reader.all("img")
    assert "\u202e" not in everything
    assert reader.text().count(SHOWN) >= 8
    for pack in reader.scripts("pack"):
        assert "\u202e" not in str(unpacked(pack))


def test_every_link_leads_somewhere_and_every_id_is_there_once(everything):
    reader = Reader(everything)
    ids = reader.ids()
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for attrs in reader.all("a")} <= set(ids)
    labels = [attrs["aria-labelledby"] for _, attrs, _ in reader.elements if "aria-labelledby" in attrs]
    assert labels
    assert set(labels) <= set(ids)


def test_tables_have_headers_and_headings_are_in_order(everything):
    reader = Reader(everything)
    for attrs in reader.all("th"):
        assert attrs.get("scope") in {"col", "row"}
    assert len(reader.all("table")) == len(reader.all("tbody"))
    levels = [int(tag[1]) for tag, _, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


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


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        (
            [verdict(), verdict(rule="MGT-01", severity="critical"), verdict("unknown", "SNM-01")],
            "Not compliant. 2 violations (2 rules); 1 verdict undecided.",
        ),
        (
            [verdict("error"), verdict("compliant", "SNM-01")],
            f"Not proved. {UNPROVED} 1 verdict undecided.",
        ),
        ([verdict("compliant")], "Compliant. Every rule holds wherever it applies."),
        ([verdict("waived")], "Compliant. Every rule holds wherever it applies. 1 violation waived."),
        ([verdict("not_applicable")], "Nothing was judged."),
    ],
)
def test_the_answer_is_said_first(tmp_path, verdicts, says):
    text = written(bundle(tmp_path, [subject(*verdicts)]))
    found = re.search(r'<div class="answer[^>]*>.*?<p>(.*?)</p>', text, re.DOTALL)
    assert re.sub(r"<[^>]+>", "", found[1]) == says


def test_a_waiver_stands_with_what_it_covers_and_how_long_it_holds(tmp_path):
    soon = replace(bundles.WAIVERS[0], expires="2027-01-20", ticket="TCK-18")
    text = plain(read(tmp_path, *MIXED, waivers=(*bundles.WAIVERS, soon)))
    assert "1 violation: d4" in text
    assert "31 May 2027 136 days left" in text
    assert "ends soon: 5 days left" in text
    assert "no longer holds: expired on 2026-12-31" in text
    assert "nothing any more" in text


def test_violations_stand_in_full_the_most_severe_first(tmp_path):
    worse = verdict(rule="MGT-01", severity="critical", text="transport input telnet")
    reader = read(tmp_path, subject(verdict(), worse))
    headings = [data for inside, data in reader.texts if inside == "h3"]
    assert headings[0].startswith("MGT-01")
    assert "transport input telnet" in reader.text()
    assert "running configuration, read 15 Jan 2027, 05:13:20 UTC, SHA-256 abababababababab…" in plain(reader)


def test_a_requirement_has_the_counts_of_all_its_rules_and_a_guide_those_of_its_maker(tmp_path):
    entries = [
        subject(verdict(rule="MGT-01", **CRITICAL), verdict("compliant", "OPS-01", **LOW)),
        subject(
            verdict("compliant", "MGT-01", device="d2", **CRITICAL),
            verdict("compliant", "OPS-01", device="d2", **LOW),
            platform="eos",
        ),
    ]
    text = written(bundle(tmp_path, entries))
    rows = {
        re.sub(r"<[^>]+>", "", head).strip(): [int(n) for n in re.findall(r'<td class="n[^"]*">(\d+)</td>', rest)]
        for head, rest in re.findall(r'<th scope="row" class="req">(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    }
    assert rows["AC-12"][:5] == [1, 0, 0, 0, 3]
    assert rows["V-215823 CISC-ND-000470"][:5] == [1, 0, 0, 0, 1]
    assert rows["V-255955 ARST-ND-000340 (related)"][:5] == [0, 0, 0, 0, 2]


def test_long_lists_are_cut_and_say_so(tmp_path):
    many = [subject(verdict(device=f"d{n}", site=f"00-{n % 90 + 1:04}")) for n in range(MOST_PER_RULE + 67)]
    why = [subject(verdict("unknown", "SNM-01", device=f"e{n}", text=f"reason {n}")) for n in range(103)]
    lost = [UnreachedEntry(f"d{n}", "00-0001", "no answer", 1.0) for n in range(choice.MOST_ROWS + 4)]
    reader = read(tmp_path, *map(place, range(1, 91)), *many, *why, unreached=lost)
    text = plain(reader)
    assert len([1 for attrs in reader.all("li") if attrs.get("class") == "case"]) == MOST_PER_RULE
    assert "67 more violations." in text
    assert "3 verdicts more, for other reasons." in text
    assert "4 more devices." in text
    assert len([i for i in reader.ids() if i.startswith("site-")]) == MOST_SITES
    assert "50 more sites, no worse." in text


def test_one_reason_stands_once_with_its_count(tmp_path):
    reader = read(tmp_path, *(subject(verdict("unknown", device=f"d{n}")) for n in range(30)))
    assert reader.text().count("says x") == 1
    assert "d0, d1, d2, d3, d4, d5 and 24 more" in plain(reader)


def test_evidence_without_end_does_not_make_the_page_heavy(tmp_path):
    long = [subject(verdict(device=f"d{n}", text=f"{HOSTILE}{n}" * 5000)) for n in range(20)]
    text = written(bundle(tmp_path, long))
    assert len(text.encode()) < 1_000_000
    assert "more characters in the evidence file" in text


def test_the_list_of_devices_holds_each_with_what_decided(everything):
    found = [row for pack in Reader(everything).scripts("pack") for row in unpacked(pack)["d"]]
    assert len(found) == 12 + 4 + 1
    entries = list(bundles.subjects())
    assert sorted(row[0] for row in found) == sorted(entry.device or entry.site or "programme" for entry in entries)
    marks = "".join(row[9] for row in found)
    for status, letter in packed.LETTERS.items():
        assert marks.count(letter) == sum(v.status == status for entry in entries for v in entry.verdicts)


def test_a_fleet_has_its_devices_on_pages_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_PACKED", 500)
    monkeypatch.setattr(packed, "MOST_SUBJECTS", 6)
    opened = Bundle.open(bundles.small(tmp_path))
    reader = Reader(written(opened))
    folder = tmp_path / "audit-devices"
    files = sorted(file.name for file in folder.iterdir())
    assert len(files) >= 3
    assert {attrs["href"] for attrs in reader.all("a") if "/" in attrs["href"]} == {f"audit-devices/{f}" for f in files}
    names = unpacked(reader.scripts("names")[0])
    assert sum(len(one) for _, _, one in names) == 17
    held = {}
    for file in files:
        own = Reader((folder / file).read_text(encoding="utf-8"))
        assert own.all("a") == [{"href": "../audit.html"}]
        held[f"audit-devices/{file}"] = [row[0] for pack in own.scripts("pack") for row in unpacked(pack)["d"]]
    assert held == {href: one for href, _, one in names}
    monkeypatch.setattr(page, "MOST_BYTES", 10)
    assert "Too many devices to list by name here" in written(opened)
    monkeypatch.undo()
    written(opened)
    assert not folder.exists()


def test_all_reached_and_nothing_wrong_is_said_too(tmp_path):
    text = plain(read(tmp_path, place(1), subject(verdict("compliant"))))
    assert "None: every device answered its last poll." in text
    assert "Nothing violated, nothing undecided." in text
    assert "No rule is violated." in text


def test_the_page_is_the_same_for_the_same_bundle(tmp_path):
    opened = Bundle.open(bundles.small(tmp_path))
    assert written(opened) == written(opened)


def test_a_nation_fits_into_a_small_page(tmp_path):
    many = [subject(verdict("compliant", device=f"d{n}", site=f"00-{n:04}")) for n in range(1, 2001)]
    assert len(written(bundle(tmp_path, [*map(place, range(1, 2001)), *many], devices=2000)).encode()) < 500_000


def test_invisible_text_is_made_visible():
    assert visible("plain é ñ 漢") == "plain é ñ 漢"
    assert visible("a\x1b[31m\u200b\nb\ud800") == "a⟨U+001B⟩[31m⟨U+200B⟩\nb⟨U+D800⟩"
    assert (short("abc", 3), short("abcd", 3)) == ("abc", "abc…")
