"""Verdicts: what is not known is unknown, what breaks is an error, and neither is ever compliant."""

from dataclasses import replace

import pytest
from judged import HOUR, NOW, replaced

from homeroom.audit.age import SKEW, stamp
from homeroom.audit.checks import Check, Demand, Silent
from homeroom.audit.judge import Judge, judge
from homeroom.audit.outline import Section, outline
from homeroom.audit.rule import Applies
from homeroom.audit.verdict import LABELS, STATUSES, WORST_FIRST, Evidence, Finding, combine, shortened, worst

KINDS = ("router", "switch", "ap")
WEEK = 168 * HOUR


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_known_is_never_compliant(district, kind):
    subject = district.subject(kind, running=None, values={})
    for verdict in Judge(district.rules).verdicts(subject):
        assert verdict.status in {"unknown", "not_applicable"}
        if verdict.status == "unknown":
            assert "run `homeroom" in verdict.summary or verdict.summary == (
                "no running configuration is stored; openwrt has no driver to read it by"
            )


@pytest.mark.parametrize("kind", KINDS)
def test_old_facts_decide_nothing(district, kind):
    fresh, old = district.subject(kind, at=NOW - WEEK), district.subject(kind, at=NOW - WEEK - 1)
    stale = {
        name: {index: replace(row, at=NOW - WEEK - 1) for index, row in rows.items()}
        for name, rows in old.readings.items()
    }
    aged = district.subject(kind, at=NOW - WEEK - 1, values=stale)
    judge_all = Judge(district.rules).verdicts
    for new, gone in zip(judge_all(fresh), judge_all(aged), strict=True):
        if district.rules[new.rule].check.record == "admin_path":
            assert gone == new  # it is of the plan, which is never old
        elif new.status == "compliant":
            assert (gone.status, "older than 168 hours" in gone.summary) == ("unknown", True), gone
        else:
            assert gone.status in {"unknown", "not_applicable"}, gone


def test_the_summary_of_old_facts_says_what_to_do(district):
    verdict = district.judge("LOG-01", district.subject("switch", at=NOW - WEEK - 1))
    assert verdict.summary == (
        "the running configuration is of 2027-01-08 07:59:59 UTC, older than 168 hours; run `homeroom backup`"
    )
    assert verdict.evidence[0].at == NOW - WEEK - 1


def test_facts_from_the_future_decide_nothing(district):
    assert district.judge("LOG-01", district.subject("switch", at=NOW + SKEW)).status == "compliant"
    verdict = district.judge("LOG-01", district.subject("switch", at=NOW + SKEW + 1))
    assert verdict.status == "unknown"
    assert "is dated in the future" in verdict.summary
    assert "check the clocks" in verdict.summary


def test_one_old_row_makes_the_reading_old(district):
    subject = district.subject("switch")
    rows = dict(subject.readings["vlans.name"])
    index, row = next(iter(rows.items()))
    rows[index] = replace(row, at=NOW - WEEK - 1)
    verdict = district.judge("WL-04", district.subject("switch", values={**subject.readings, "vlans.name": rows}))
    assert verdict.status == "unknown"


def test_an_access_line_nobody_understands_is_unknown_with_the_line(district):
    text = replaced(district.text("router"), "ip access-list extended STUDENT-IN\n",
                    "ip access-list extended STUDENT-IN\n 5 permit ip any any telepathy\n")  # fmt: skip
    verdict = district.judge("SEG-01", district.proven("router", text))
    assert verdict.status == "unknown"
    assert "telepathy" in verdict.summary
    assert "telepathy" in verdict.evidence[0].text


def test_a_configuration_nobody_can_read_is_unknown(district):
    verdict = district.judge("NTP-01", district.subject("ap", "package system\nconfig 'unclosed\n"))
    assert verdict.status == "unknown"
    assert "line 2" in verdict.summary


def test_a_check_that_breaks_is_an_error_and_stops_nothing(district):
    class Broken:
        def lines(self, text):
            raise ZeroDivisionError("division by zero")

    subject = replace(district.subject("switch"), parser=Broken())
    verdicts = {verdict.rule: verdict for verdict in Judge(district.rules).verdicts(subject)}
    assert verdicts["LOG-01"].status == "error"
    assert verdicts["LOG-01"].summary == "the check itself failed: ZeroDivisionError: division by zero"
    assert verdicts["SNM-05"].status == "compliant"


def test_a_platform_the_rule_says_nothing_for_is_unknown(district):
    rule = district.rules["LOG-01"]
    demand = Demand(Silent("violation", "no"), present="x")
    bare = replace(rule, check=Check(config={"junos": (demand,)}), applies=replace(rule.applies, exempt={}))
    verdict = judge(bare, district.subject("ap"))
    assert verdict.status == "unknown"
    assert verdict.summary == "the rule says nothing for platform openwrt; add it to LOG-01.yaml, or exempt it"


def test_exempt_platforms_show_the_written_reason(district):
    verdict = district.judge("LOG-01", district.subject("ap"))
    assert verdict.status == "not_applicable"
    assert verdict.summary == district.rules["LOG-01"].applies.exempt["openwrt"]
    routers = replace(district.rules["LOG-01"], applies=Applies(kinds=("router",)))
    assert judge(routers, district.subject("switch")).summary == "is for router, not for a switch"


def test_absence_may_mean_unknown(district):
    demand = Demand(Silent("unknown", "the default differs by release"), present="service nothing")
    rule = replace(district.rules["LOG-01"], check=Check(config={"ios": (demand,)}))
    verdict = judge(rule, district.subject("switch"))
    assert (verdict.status, verdict.summary) == ("unknown", "the default differs by release")


def test_a_demand_in_sections_holds_in_each(district):
    demand = Demand(Silent("violation", "a line takes anything"), present="transport input ssh", section="line vty .+")
    rule = replace(district.rules["LOG-01"], check=Check(config={"ios": (demand,)}))
    assert judge(rule, district.subject("switch")).status == "compliant"
    cut = replaced(district.text("switch"), " transport input ssh\n", "", 1)
    verdict = judge(rule, district.subject("switch", cut))
    assert verdict.status == "violation"
    assert verdict.evidence[0].text.startswith("line vty 0 4: ")
    nowhere = district.text("switch").replace("line vty", "line tty")
    assert judge(rule, district.subject("switch", nowhere)).status == "violation"


def test_a_site_is_judged_by_site_rules_only_and_a_device_by_the_others(district):
    of_site = {v.rule for v in Judge(district.rules).verdicts(district.site())}
    assert of_site == {name for name, rule in district.rules.items() if rule.scope == "site"} >= {"PLN-01", "SEG-01"}
    assert "PLN-01" not in {v.rule for v in Judge(district.rules).verdicts(district.subject("ap"))}
    verdict = district.judge("PLN-01", district.site())
    assert (verdict.device, verdict.subject) == ("", verdict.site)


def test_the_worst_of_several_findings_decides():
    assert worst([]) == "not_applicable"
    assert worst(["compliant", "unknown", "waived"]) == "unknown"
    assert worst(WORST_FIRST) == "violation"
    good = Finding("compliant", "a", (Evidence("1", "s"),))
    bad = Finding("violation", "b", (Evidence("2", "s"),))
    assert combine([good, bad, bad]) == Finding("violation", "b", (Evidence("2", "s"), Evidence("2", "s")))
    assert set(WORST_FIRST) == set(STATUSES) == set(LABELS)


def test_much_evidence_is_shortened_and_says_so():
    pieces = tuple(Evidence(str(n), "s") for n in range(11))
    assert [piece.text for piece in shortened(pieces)] == [*"01234567", "... and 3 more"]
    assert shortened(pieces[:8]) == pieces[:8]


def test_times_are_utc_and_no_clock_breaks_them():
    assert stamp(0) == "1970-01-01 00:00:00 UTC"
    assert stamp(1e18) == "1000000000000000000 s after 1970"


def test_an_outline_groups_lines_under_their_header():
    lines = (" stray", "line vty 0 4", " transport input ssh", "", "\toption x", "end")
    assert outline(lines) == (
        Section("", ("stray",)),
        Section("line vty 0 4", ("transport input ssh", "option x")),
        Section("end", ()),
    )
