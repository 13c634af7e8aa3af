"""A country, a region or a site may override: with a reason, an owner and a review date, and only what may differ."""

import dataclasses
import datetime as dt

import pytest
from shipped_policy import CENTRAL, POLICY, V4, V6

from homeroom.errors import PolicyError
from homeroom.policy.compile import access_lists
from homeroom.policy.load import check, overdue, unknown_scopes
from homeroom.policy.model import Allow, Override
from homeroom.policy.overrides import OPEN, applying, origins, resolve

REVIEW = dt.date(2027, 6, 30)
SCOPES = ("PY", "PY-11", "luque-centro")


def override(scope, path, value):
    return Override(scope, path, value, "pupils asked", "ministry", REVIEW)


def with_overrides(*overrides):
    return dataclasses.replace(POLICY, overrides=overrides)


def test_the_narrower_scope_wins_whatever_the_order_of_the_lines():
    policy = with_overrides(
        override("luque-centro", "profiles.pupil.youtube", "off"),
        override("PY", "profiles.pupil.youtube", "moderate"),
        override("PY-2", "profiles.pupil.youtube", "strict"),
    )
    assert resolve(policy, SCOPES).profiles["pupil"].youtube == "off"
    assert resolve(policy, ("PY", "PY-11", "other")).profiles["pupil"].youtube == "moderate"
    assert (
        resolve(policy, ("RS", "RS-1", "x")).profiles["pupil"].youtube == "strict" == POLICY.profiles["pupil"].youtube
    )
    assert [one.scope for one in applying(policy, SCOPES)] == ["PY", "luque-centro"]
    assert origins(policy, SCOPES)["profiles.pupil.youtube"].scope == "luque-centro"
    assert origins(policy, ("RS", "", "")) == {}


def test_values_of_every_kind():
    policy = with_overrides(
        override("PY", "profiles.pupil.quic", True),
        override("PY", "profiles.pupil.egress", ("https",)),
        override("PY", "profiles.pupil.window", ""),
        override("PY", "windows.school_day.days", ("mon", "fri")),
        override("PY", "windows.school_day.until", "18:00"),
    )
    assert check(policy) == []
    made = resolve(policy, SCOPES)
    assert (made.profiles["pupil"].quic, made.profiles["pupil"].egress) == (True, ("https",))
    assert (made.windows["school_day"].days, made.windows["school_day"].until) == (("mon", "fri"), "18:00")
    assert made.profiles["staff"] is POLICY.profiles["staff"]


def test_a_cell_holds_in_its_scope_only():
    cell = Allow("staff", "cctv", ("https",), "the head watches the gate", "head", REVIEW, scope="luque-centro")
    policy = dataclasses.replace(POLICY, matrix=(*POLICY.matrix, cell))
    assert check(policy) == []
    assert cell in resolve(policy, SCOPES).matrix
    assert resolve(policy, ("PY", "PY-11", "other")).matrix == POLICY.matrix
    rules = access_lists(resolve(policy, SCOPES), CENTRAL, V4, V6)
    assert any("luque-centro only" in rule.note for access in rules for rule in access.rules)
    twice = dataclasses.replace(policy, matrix=(*policy.matrix, dataclasses.replace(cell, scope="PY")))
    assert check(twice) == []


@pytest.mark.parametrize(
    ("one", "field", "message"),
    [
        (override("PY", "base", ("malware",)), "set", "base cannot be overridden"),
        (override("PY", "roles.staff.vlan", 21), "set", "roles.staff.vlan cannot be overridden"),
        (override("PY", "profiles.pupli.quic", True), "set", "there is no pupli"),
        (override("PY", "profiles.pupil.quik", True), "set", "there is no quik"),
        (override("PY", "profiles.pupil.quic", "yes"), "set", "'yes' is not bool"),
        (override("PY", "profiles.pupil.youtube", "some"), "set", "'some' is not off or moderate or strict"),
        (override("PY", "profiles.pupil", True), "set", "is not FilterProfile"),
        (override("PY", "profiles.pupil.egress", "web"), "set", "'web' is not a list"),
        (override("PY", "profiles.pupil.egress", ("web", 1)), "set", "is not a list of such values"),
        (override("PY", "windows.school_day.days", ("monday",)), "set", "is not a list of such values"),
        (override("PY", "profiles.pupil.quic.x", True), "set", "there is no x"),
        (override(" ", "profiles.pupil.quic", True), "scope", "is empty"),
        (dataclasses.replace(override("PY", "profiles.pupil.quic", True), reason=""), "reason", "is empty"),
        (dataclasses.replace(override("PY", "profiles.pupil.quic", True), owner=" "), "owner", "is empty"),
    ],
)
def test_what_is_no_override(one, field, message):
    found = [(problem.field, problem.message) for problem in check(with_overrides(one))]
    assert [(at, message in said) for at, said in found] == [(f"overrides[0].{field}", True)]


def test_overridden_twice():
    one = override("PY", "profiles.pupil.quic", True)
    (problem,) = check(with_overrides(one, dataclasses.replace(one, value=False)))
    assert problem.message == "profiles.pupil.quic is overridden twice for PY"


def test_a_wrong_value_is_never_used():
    with pytest.raises(PolicyError, match="there is no pupli"):
        resolve(with_overrides(override("PY", "profiles.pupli.quic", True)), SCOPES)


def test_scopes_nobody_knows_and_reviews_that_are_past():
    cell = dataclasses.replace(POLICY.matrix[0], scope="PY-99")
    policy = dataclasses.replace(with_overrides(override("Luque", "profiles.pupil.quic", True)), matrix=(cell,))
    assert [problem.field for problem in unknown_scopes(policy, SCOPES)] == ["overrides[0].scope", "matrix[0].scope"]
    assert unknown_scopes(POLICY, SCOPES) == []
    assert overdue(policy, dt.date(2028, 1, 1)) == (
        "student to iot, 2027-06-30",
        "profiles.pupil.quic in Luque, 2027-06-30",
    )


def test_what_may_be_overridden_are_sections_of_the_policy():
    assert set(OPEN) <= {field.name for field in dataclasses.fields(POLICY)}
