"""The rendered router and resolvers of one school, with real packets: each role tries the matrix and the filter.

Every refusal stands beside a control that shows doors can open; what must be caught is tried too, by name.
"""

import dataclasses
import shutil
from collections import Counter

import pytest
from netns import Net, missing
from school import CORE, NOC, ROUTER, School, bad

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"no kernel to try this on: {missing()}"),
    pytest.mark.timeout(280),
]


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    unbound = shutil.which("unbound", path="/usr/sbin:/usr/bin")
    if unbound is None:
        pytest.skip("Unbound is not installed (Debian: apt install unbound python3-unbound)")
    with Net() as net:
        made = School(net, tmp_path_factory.mktemp("school"))
        made.firewall()
        made.resolvers()
        yield made


@pytest.fixture
def own_rules(school):
    """The rules of a test's own; afterwards those of the rendered configuration stand again."""
    yield school.text
    school.firewall()


def kind_of(check):
    """The row of the table a check belongs to."""
    name = check.split(" ", 1)[1]
    for word, row in (
        ("to device", "devices"), (" to ", "matrix"), ("safe search", "SafeSearch"), ("YouTube", "YouTube"),
        ("canary", "canaries"), ("HTTPS records", "HTTPS records"), ("DNS over TLS", "DoT"), ("DNS over HTTPS", "DoH"),
        ("no other resolver", "forced DNS"), ("QUIC", "QUIC"), ("Internet", "ports"), ("not over-blocked", "over-block"),
    ):  # fmt: skip
        if word in name:
            return row
    return "control" if name in {"resolver", "resolver over TCP", "clock", "gateway"} else "categories"


def test_every_role_gets_what_the_policy_says_and_no_more(school, golden):
    outcomes = school.probe_all()
    assert bad(outcomes) == []
    table = {role: Counter(kind_of(check) for check in found) for role, found in outcomes.items()}
    rows = list(dict.fromkeys(row for counts in table.values() for row in counts))
    lines = [f"{'check':<14}" + "".join(f"{role:>12}" for role in table)]
    lines += [f"{row:<14}" + "".join(f"{counts[row] or '-':>12}" for counts in table.values()) for row in rows]
    golden("real/role_by_check.txt", "\n".join(lines) + "\n")
    assert {"matrix", "devices", "forced DNS", "DoT", "QUIC", "DoH", "SafeSearch", "canaries", "over-block"} <= set(
        rows
    )
    for role, found in outcomes.items():
        opened = [one for one in found.values() if one["seen"] in {"open", "answered", "redirected"}]
        assert opened, f"{role} saw nothing open: its refusals prove nothing"


@pytest.mark.parametrize("family", [4, 6])
def test_the_noc_reaches_the_devices_and_a_stranger_does_not(school, family):
    number = 0 if family == 4 else 1
    router = (school.router.management.v4, school.router.management.v6)[number]
    ap = school.host("management")[number]
    student = school.host("student")[number]
    stranger = "203.0.113.250" if family == 4 else "2001:db8:cafe::80"
    assert school.reaches(CORE, router, 22, NOC[family])
    assert school.reaches(CORE, ap, 22, NOC[family])
    for address in (router, ap, student):
        assert not school.reaches(CORE, address, 22, stranger)
    assert not school.reaches(CORE, student, 22, NOC[family])


@pytest.mark.full
def test_the_router_serves_nothing_to_the_school(school):
    for role in school.policy.roles:
        gateway = school.plan.v4[role].address(1)
        for port in (22, 80):
            assert not school.reaches(role, gateway, port, school.host(role)[0])
    assert school.net.run(ROUTER, "nft", "list", "tables").split()


def without(text, kind, *having):
    """A configuration without the sections of one kind that hold all of some texts."""
    sections = text.split("\nconfig ")
    kept = [s for n, s in enumerate(sections) if not (n and s.startswith(kind) and all(word in s for word in having))]
    assert len(kept) < len(sections), f"no {kind} holds {having}"
    return "\nconfig ".join(kept)


def unguarded(text, port):
    """Nothing refuses a port, and what nothing refuses is let out; the endpoint groups would refuse it as well."""
    return opened(without(without(text, "rule", f"dest_port '{port}'", "REJECT"), "rule", "option ipset"))


MUTATIONS = {
    "port 53 is not sent to the own resolver": (
        "student",
        lambda text: unguarded(without(text, "redirect", "forced DNS of student"), 53),
        {"v4 no other resolver: 8.8.8.8", "v4 no other resolver: 8.8.8.8 over TCP"},
    ),
    "DNS over TLS is not refused": (
        "student",
        lambda text: unguarded(text, 853),
        {"v4 no DNS over TLS: 8.8.8.8", "v6 no DNS over TLS: 2001:4860:4860::8888"},
    ),
    "the endpoint groups are gone": (
        "student",
        lambda text: without(text, "rule", "option ipset"),
        {"v4 no DNS over HTTPS: 8.8.8.8", "v6 no DNS over HTTPS: 2001:4860:4860::8888"},
    ),
    "everything inside is open": (
        "student",
        lambda text: opened(without(text, "rule", "internal")),
        {"v4 student to staff, TCP 22", "v6 student to admin, TCP 443", "v4 student to management, TCP 22"},
    ),
    "guests print": (
        "guest",
        lambda text: text.replace("config rule", PRINT, 1),
        {"v4 guest to iot, TCP 9100"},
    ),
}
PRINT = """config rule 'planted'
	option src 'guest'
	option dest 'iot'
	option proto 'tcp'
	option dest_port '9100'
	option family 'ipv4'
	option target 'ACCEPT'

config rule"""


def opened(text):
    """The configuration with a rule before all others' end: pupils reach everything."""
    planted = PRINT.replace("'guest'", "'student'").replace("'iot'", "'*'").replace("\toption dest_port '9100'\n", "")
    planted = planted.replace("\toption family 'ipv4'\n", "").replace("'tcp'", "'tcp udp'")
    head, mark, tail = text.partition("\nconfig redirect")
    return f"{head}\n{planted.removesuffix('config rule')}{mark}{tail}"


@pytest.mark.full
@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_broken_is_caught_by_name(school, own_rules, name):
    from homeroom.lab.uci.fw4 import ruleset

    role, change, caught = MUTATIONS[name]
    zones = {segment.role: segment.role for segment in school.router.segments} | {"wan": "wan"}
    school.firewall(ruleset(change(own_rules), zones))
    found = {check for check, one in school.probe(role).items() if one["verdict"] == "violation"}
    shown = {check.rsplit(" ", 1)[0] if " to " in check else check for check in found}
    assert caught <= found | shown


@pytest.mark.full
def test_a_resolver_without_its_lists_is_caught(tmp_path):
    with Net() as net:
        school = School(net, tmp_path)
        school.firewall()
        weak = dataclasses.replace(
            school.policy.profiles["pupil"], categories=(), safesearch=False, youtube="off", canaries=False
        )

        def broken(policy):
            return dataclasses.replace(policy, base=("illegal",), profiles={**policy.profiles, "pupil": weak})

        school.resolvers(broken)
        found = {check for check, one in school.probe("student").items() if one["verdict"] == "violation"}
    assert {
        "v4 malware: malware.probe.example",
        "v4 adult: adult.probe.example",
        "v4 safe search: www.google.com",
        "v4 YouTube strict",
        "v4 canary: use-application-dns.net",
    } <= found
    assert "v4 illegal: illegal.probe.example" not in found


@pytest.mark.full
def test_out_of_hours_nothing_is_let_out(tmp_path):
    from homeroom.policy.model import DAYS

    never = {"days": [DAYS[0]], "start": "00:00", "until": "00:01"}
    with Net() as net:
        school = School(net, tmp_path, never)
        school.firewall()
        school.resolvers()
        found = school.probe("student", "--family", "4")
        staff = school.probe("staff", "--family", "4")
    if found["v4 Internet, TCP 443"]["want"] == "open":
        pytest.skip("the one minute of the week in which pupils are let out")
    assert found["v4 Internet, TCP 443"]["seen"] in {"rejected", "silent"}
    assert staff["v4 Internet, TCP 443"]["seen"] == "open"
    assert bad({"student": found, "staff": staff}) == []
