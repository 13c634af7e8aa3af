"""Profiles, windows, traffic classes, visitors and endpoints: every contradiction has its message."""

import dataclasses

import pytest
from shipped_policy import POLICY

from homeroom.policy.load import check
from homeroom.policy.model import Traffic, Visitors, Window


def changed(section, name, **values):
    """The shipped policy with some values of one entry of a section changed."""
    entries = dict(getattr(POLICY, section))
    entries[name] = dataclasses.replace(entries[name], **values)
    return dataclasses.replace(POLICY, **{section: entries})


def only(policy):
    (problem,) = check(policy)
    return problem.field, problem.message


@pytest.mark.parametrize(
    ("policy", "field", "message"),
    [
        (
            changed("profiles", "pupil", categories=("adlut",)),
            "profiles.pupil.categories",
            "no category is called adlut",
        ),
        (changed("profiles", "pupil", blocked=("vpn",)), "profiles.pupil.blocked", "no endpoint group is called vpn"),
        (changed("profiles", "exam", only="halls"), "profiles.exam.only", "no endpoint group is called halls"),
        (changed("profiles", "pupil", window="night"), "profiles.pupil.window", "no window is called night"),
        (
            changed("profiles", "exam", allow=()),
            "profiles.exam.allow",
            "is empty, and only what it names would resolve",
        ),
        (changed("profiles", "exam", allow=("EXAMS",)), "profiles.exam.allow", "'EXAMS' is no domain name"),
        (
            changed("profiles", "exam", blocked=("exams",)),
            "profiles.exam.blocked",
            "exams is blocked and the only thing",
        ),
        (dataclasses.replace(POLICY, base=("ilegal",)), "base[0]", "no category is called ilegal"),
        (changed("windows", "school_day", days=()), "windows.school_day.days", "are none"),
        (changed("windows", "school_day", days=("mon", "mon")), "windows.school_day.days", "name a day twice"),
        (changed("windows", "school_day", start="7:00"), "windows.school_day.start", "'7:00' is no time of day"),
        (changed("windows", "school_day", until="24:00"), "windows.school_day.until", "'24:00' is no time of day"),
        (changed("windows", "school_day", until="06:00"), "windows.school_day.until", "06:00 is not after 07:00"),
        (changed("traffic", "control", dscp="gold"), "traffic.control.dscp", "no code point is called gold"),
        (changed("roles", "guest", traffic="gold"), "roles.guest.traffic", "no class is called 'gold'"),
        (dataclasses.replace(POLICY, fallback="nobody"), "fallback", "no role is called nobody"),
        (dataclasses.replace(POLICY, fallback="cctv"), "fallback", "cctv has no filter profile"),
        (dataclasses.replace(POLICY, visitors=Visitors("x", "a.example")), "visitors.role", "no role is called x"),
        (dataclasses.replace(POLICY, visitors=Visitors("eduroam", "Ours")), "visitors.realm", "'Ours' is no realm"),
        (
            dataclasses.replace(POLICY, windows={**POLICY.windows, "Night-1": Window(("mon",), "01:00", "02:00")}),
            "windows.Night-1",
            "is no name",
        ),
    ],
)
def test_one_contradiction(policy, field, message):
    found = only(policy)
    assert (found[0], message in found[1]) == (field, True)


def test_an_empty_group_opens_nothing_and_is_said():
    assert only(dataclasses.replace(POLICY, endpoints={**POLICY.endpoints, "exams": ()})) == (
        "profiles.exam.only",
        "exams holds no address",
    )


def test_shares_of_a_line_add_up():
    share = {"fibre": 20, "dsl": 15, "radio": 15, "satellite": 20}
    assert only(changed("traffic", "control", share=share)) == ("traffic", "the shares of fibre add up to 110 %")
    low = {"fibre": 10, "dsl": 5, "radio": 10, "satellite": 10}
    found = check(changed("traffic", "background", limit=low))
    assert [problem.message for problem in found] == [
        "fibre: 15 % assured, 10 % at most",
        "dsl: 10 % assured, 5 % at most",
    ]
    found = {problem.field for problem in check(changed("traffic", "control", share={}))}
    assert found == {"traffic", "traffic.control.share"}


def test_no_classes_at_all():
    roles = {name: dataclasses.replace(role, traffic="") for name, role in POLICY.roles.items()}
    assert check(dataclasses.replace(POLICY, traffic={}, roles=roles)) == []
    assert isinstance(POLICY.traffic["control"], Traffic)
