"""The shipped example: small, readable, good, and showing every programme state that a district meets."""

from homeroom.programme.bill import bill
from homeroom.programme.load import load_facts
from homeroom.project import CHECKOUT, Project


def test_the_example_is_good():
    facts, problems = load_facts(Project(CHECKOUT))
    assert problems == ()
    assert (len(facts.sites), sum(len(site.schools) for site in facts.sites)) == (12, 18)
    assert {site.region for site in facts.sites} == {"PY-11"}
    assert {site.state for site in facts.sites} == {"connected", "pipeline", "not_planned"}


def test_the_example_shows_sizes_with_and_without_switches():
    facts, _ = load_facts(Project(CHECKOUT))
    found = [gear for site in facts.sites if (gear := bill(site, facts.equipment))]
    assert {gear.profile.size for gear in found} == {"S", "M", "L"}
    assert {bool(gear.switches) for gear in found} == {True, False}
