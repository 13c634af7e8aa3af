"""policy.yaml: the shipped one is right; every contradiction has its message."""

import datetime as dt
import shutil

import pytest
from shipped_policy import POLICY, PROJECT

from homeroom.errors import InputError
from homeroom.policy.load import GROUPS, between, load_policy, overdue
from homeroom.policy.model import Service
from homeroom.project import CONFIG, Project

SHIPPED = (PROJECT.inventory / "policy.yaml").read_text(encoding="utf-8")
STUDENT = next(line.split(":", 1)[1].strip() for line in SHIPPED.splitlines() if line.startswith("  student:"))
PRINT = "{source: student, target: iot, services: [print], reason: pupils print, owner: school IT, review: 2027-06-30}"
FIRST = f"  - {PRINT}\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "inventory").mkdir()
    shutil.copy(PROJECT.root / CONFIG, tmp_path / CONFIG)
    return Project(tmp_path)


def messages(project, *changes):
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (project.inventory / "policy.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_policy(project)
    return [line.removeprefix("inventory/policy.yaml") for line in str(caught.value).splitlines()]


def test_the_shipped_policy_says_what_the_country_decided():
    assert {name: role.vlan for name, role in POLICY.roles.items()} == {
        "student": 10,
        "staff": 20,
        "guest": 40,
        "eduroam": 80,
        "iot": 50,
        "admin": 30,
        "cctv": 60,
        "exam": 70,
        "management": 99,
    }
    assert {role.ssid for role in POLICY.roles.values()} == {"school", "school-guest", "eduroam", ""}
    assert between(POLICY, "student", "iot") == (Service("tcp", ((631,), (9100,))),)
    assert between(POLICY, "student", "staff") == ()
    assert all(cell.reason and cell.owner for cell in POLICY.matrix)


def test_a_review_that_is_past_is_told_and_stays_in_force():
    assert overdue(POLICY, dt.date(2027, 6, 30)) == ()
    assert overdue(POLICY, dt.date(2027, 7, 1)) == tuple(
        f"{cell.source} to {cell.target}, {cell.review}" for cell in POLICY.matrix
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("vlan: 20", "vlan: 10", ": roles.staff.vlan: VLAN 10 is student's already; choose another"),
        ("vlan: 20", "vlan: 1", ": roles.staff.vlan: VLAN 1 is the vendors' default; choose another"),
        ("vlan: 20", "vlan: 999", ": roles.staff.vlan: VLAN 999 is unused ports; choose another"),
        ("vlan: 20", "vlan: 4095", ": roles.staff.vlan: VLAN 4095 is not from 1 to 4094; choose another"),
        (
            "profile: pupil",
            "profile: pupli",
            (
                ": roles.student.profile: no profile is called pupli; "
                "choose from pupil, staff, guest, visitor, things, office, exam"
            ),
        ),
        (
            "  cctv: ",
            "  CCTV-2: ",
            ": roles.CCTV-2: is no name for a role; use up to 12 small letters and digits, not ntp, syslog, radius, noc",
        ),
        (
            'ssid: "", security: none, profile: things',
            'ssid: "", security: owe, profile: things',
            ": roles.iot.security: is owe with ssid ''; give both, or an empty ssid and none",
        ),
        (
            "ssid: school-guest, ",
            "ssid: 'school\"guest', ",
            (
                ": roles.guest.ssid: '\"' is refused; write it without control, quote or comment characters "
                "(’ « » “ ” are fine)"
            ),
        ),
        (
            "ssid: school-guest, ",
            "ssid: школа-для-гостей-и-родителей, ",
            ": roles.guest.ssid: is longer than 32 bytes; shorten it",
        ),
        (
            "security: owe",
            "security: none",
            ": roles.guest.security: is none with ssid 'school-guest'; give both, or an empty ssid and none",
        ),
        (
            "{vlan: 40, ssid: school-guest,",
            "{vlan: 40, ssid: school,",
            ": roles.guest.security: school is enterprise elsewhere; one SSID has one security",
        ),
        ("  web:  ", "  Web!: ", ": services.Web!: is no name; use up to 32 small letters, digits, - and _"),
        (
            "visitor: {egress",
            "Visitor 1: {egress",
            ": profiles.Visitor 1: is no name; use up to 32 small letters, digits, - and _",
        ),
        ("ports: [[80], [443]]", "ports: []", ": services.web.ports: are missing; list them: [[80], [8000, 8010]]"),
        (
            "web:     {protocol: tcp",
            "web:     {protocol: ip",
            ": services.web.ports: are given for protocol ip; remove them, or say tcp or udp",
        ),
        (
            "[[22]]",
            "[[22, 21]]",
            ": services.ssh.ports: [22, 21] is neither a port nor a span; write [port] or [first, last], from 1 to 65535",
        ),
        (
            "[[22]]",
            "[[0]]",
            ": services.ssh.ports: [0] is neither a port nor a span; write [port] or [first, last], from 1 to 65535",
        ),
        (
            "[[22]]",
            "[[1, 2, 3]]",
            (
                ": services.ssh.ports: [1, 2, 3] is neither a port nor a span; "
                "write [port] or [first, last], from 1 to 65535"
            ),
        ),
        (
            "pupil:\n    egress: [web]",
            "pupil:\n    egress: [wbe]",
            (
                ": profiles.pupil.egress: no service is called wbe; "
                "choose from web, https, mail, ipsec, openvpn, ssh, netconf, api, print, ntp, syslog, radius, snmp"
            ),
        ),
        (
            "source: student, target: iot",
            "source: pupil, target: iot",
            (
                ": matrix[0].source: no role is called pupil; choose from "
                "student, staff, guest, eduroam, iot, admin, cctv, exam, management, ntp, syslog, radius, noc"
            ),
        ),
        (
            "source: student, target: iot",
            "source: student, target: student",
            ": matrix[0]: student to student does not pass a school's router; remove it",
        ),
        (
            "source: noc, target: management",
            "source: noc, target: ntp",
            ": matrix[11]: noc to ntp does not pass a school's router; remove it",
        ),
        (FIRST, FIRST * 2, ": matrix[1]: student to iot is given twice; join their services in one"),
        (
            "services: [print]",
            "services: []",
            ": matrix[0].services: are none; name them; what is not allowed needs no line",
        ),
        ("reason: pupils print", "reason: ' '", ": matrix[0].reason: is empty; say it: an auditor asks"),
        (
            "services: [print]",
            "services: [prnt]",
            (
                ": matrix[0].services: no service is called prnt; "
                "choose from web, https, mail, ipsec, openvpn, ssh, netconf, api, print, ntp, syslog, radius, snmp"
            ),
        ),
        (
            "services: [print]",
            "services: [snmp]",
            (
                ": matrix[0].services: snmp is udp: a router's list cannot tell its replies from new connections; "
                "allow tcp services between roles only"
            ),
        ),
    ],
)
def test_golden_one_contradiction(project, old, new, message):
    """The message is exact; its line is the one that was changed (a line given twice: the second)."""
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    changed = SHIPPED[: SHIPPED.index(old) + same].count("\n") + 1
    assert f":{changed}{message}" in messages(project, (old, new))


def test_golden_too_many_ssids(project):
    changes = [(f"vlan: {vlan}, ssid: school,", f"vlan: {vlan}, ssid: s{vlan},") for vlan in (10, 20)]
    assert messages(project, *changes) == [":4: roles: name 5 SSIDs, at most 4 are allowed; let roles share one"]


def test_golden_no_management(project):
    found = messages(project, ("  management: {", "  managers: {"))
    assert found[0] == ":4: roles: has no management role; add it: devices are managed there"


def test_golden_unknown_key_with_its_line(project):
    assert messages(project, ("isolate: true", "isolated: true")) == [
        (
            ":4: roles.student.isolated: unknown key; the keys are vlan, ssid, security, profile, isolate, "
            "traffic, wired; "
            "did you mean isolate?"
        )
    ]


def test_golden_wrong_type_with_its_line(project):
    assert messages(project, ("review: 2027-06-30", "review: soon"))[0].endswith(
        "matrix[0].review: 'soon' is not a date (YYYY-MM-DD); correct it"
    )


def test_no_policy_at_all(project):
    with pytest.raises(InputError, match=r"^inventory/policy\.yaml: \(file\): cannot be read"):
        load_policy(project)


def test_central_services_are_no_roles():
    assert not set(GROUPS) & set(POLICY.roles)
    assert STUDENT in SHIPPED


def test_the_operators_addresses_join_the_groups(project):
    folder = project.inventory / "endpoints"
    folder.mkdir()
    (folder / "doh.txt").write_text("203.0.113.7\n", encoding="utf-8")
    (folder / "vpn.txt").write_text("198.51.100.0/24\n", encoding="utf-8")
    text = SHIPPED.replace("blocked: [doh]", "blocked: [doh, vpn]", 1)
    (project.inventory / "policy.yaml").write_text(text, encoding="utf-8")
    policy = load_policy(project)
    assert policy.endpoints["doh"][:-1] == POLICY.endpoints["doh"]
    assert policy.endpoints["doh"][-1].cidr == "203.0.113.7/32"
    assert policy.endpoints["vpn"][0].cidr == "198.51.100.0/24"
    (folder / "vpn.txt").write_text("nowhere\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"inventory/endpoints/vpn\.txt:1"):
        load_policy(project)
