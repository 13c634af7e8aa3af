"""The acceptance of the audit: two schools of five platforms in the lab, twenty hand edits that break twenty rules.

What the command finds is exactly what was planted, each with the line or packet that decided it; of the device that is
off nothing is known, and no report says more.
"""

import json
import sys
import warnings
from pathlib import Path

import pytest
import yaml

from homeroom.audit.bundle.read import Bundle
from homeroom.lab import client
from homeroom.lab.faults import Fault
from homeroom.secret import Vault
from playbooks import cli

sys.path.append(str(Path(__file__).parents[1] / "lab"))
SITES = ("--site", "01-0001", "--site", "10-0001")
JUNOS, EOS, IOS, ROS, AP = "py1-0001-rtr1", "py1-0001-sw1", "py10-0001-sw1", "py10-0001-rtr1", "py10-0001-ap01"
OTHERS = ("py1-0001-ap01", "py10-0001-ap02")
OFF = "py1-0001-ap02"
OF_PLAN = {"AAA-10"}
"""Rules that a device's plan decides, whether it answers or not."""
LEAK = "/ip firewall filter add action=accept chain=STUDENT-FWD dst-address=10.32.8.0/23 dst-port=22 protocol=tcp"
PLANTED = [
    (IOS, "MGT-01", ["line vty 0 4", " transport input telnet ssh"], "transport input telnet ssh"),
    (
        IOS,
        "SNM-01",
        ["snmp-server community s3cretcommunity RO ipv6 NOC6 NOC"],
        "snmp-server community {mark} RO ipv6 NOC6 NOC",
    ),
    (IOS, "L2-02", ["interface GigabitEthernet1/0/24", " no spanning-tree bpduguard enable"], "(no such line)"),
    (IOS, "AAA-06", ["login block-for 60 attempts 3 within 60"], "login block-for 60 attempts 3 within 60"),
    (EOS, "LOG-01", ["no logging host 192.0.2.4"], "logging host 192.0.2.3"),
    (EOS, "LOG-03", ["no aaa authentication policy on-failure log"], "(no such line)"),
    (EOS, "MGT-02", ["management api http-commands", "protocol http"], "management api http-commands: protocol http"),
    (EOS, "L2-08", ["interface Ethernet24", "no storm-control broadcast level"], "(no such line)"),
    (JUNOS, "AAA-05", ["set system login password minimum-length 8"], "login password minimum-length 8"),
    (JUNOS, "AAA-08", ["set system services ssh connection-limit 100"], "services ssh connection-limit 100"),
    (JUNOS, "MGT-07", ["delete system login message"], "(no such line)"),
    (JUNOS, "LOG-06", ["delete system syslog source-address"], "(no such line)"),
    (ROS, "MGT-08", ["/ip service set api disabled=no"], "api"),
    (ROS, "MGT-09", ["/tool mac-server set allowed-interface-list=all"], "(no such line)"),
    (ROS, "MGT-10", ["/tool bandwidth-server set enabled=yes"], "(no such line)"),
    ("10-0001", "SEG-01", [f"{LEAK} place-before=0"], "student reaches staff"),
    (AP, "AAA-07", ["uci set dropbear.main.IdleTimeout=0", "uci commit"], "option IdleTimeout '0'"),
    (AP, "NTP-01", ["uci del_list system.ntp.server=192.0.2.2", "uci commit"], "192.0.2.2"),
    (AP, "SNM-02", ["uci set snmpd.homeroom_access.level=auth", "uci commit"], "(no such line)"),
    (AP, "WL-07", ["uci set wireless.radio0_guest.max_inactivity=86400", "uci commit"], "max_inactivity '86400'"),
]
"""Where, which rule, what is typed on the device (a leak: on the site's router), what decides; `{mark}` is what stands for the community."""
EDITED = {IOS, EOS, JUNOS, ROS, AP}


class Nation:
    """The project, and its commands."""

    def __init__(self, project, capsys):
        self.project = project
        self.capsys = capsys

    def run(self, *words, on=SITES):
        """Run a command on the two schools, or on some devices: (exit code, JSON document)."""
        self.capsys.readouterr()
        code = cli.main(["--project", str(self.project.root), "--json", *words, *on])
        return code, json.loads(self.capsys.readouterr().out.splitlines()[-1])

    def audit(self, out):
        code, document = self.run("audit", "--out", str(out))
        return code, document, Bundle.open(Path(document["bundle"]))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A district of five platforms, two access points a school, in its lab."""
    import mixed

    made = mixed.project(tmp_path_factory.mktemp("planted") / "district", sites=10)
    path = made.inventory / "profiles.yaml"
    equipment = yaml.safe_load(path.read_text(encoding="utf-8"))
    for profile in equipment["profiles"]:
        profile |= {"aps_per_classroom": 0.01, "min_aps": 2, "max_aps": 2, "min_switches": 1}
    path.write_text(yaml.safe_dump(equipment), encoding="utf-8")
    assert cli.main(["--project", str(made.root), "plan"]) == 0
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        client.up(made, minute=1.0)
    yield made
    client.down(made)


@pytest.fixture
def nation(project, capsys):
    return Nation(project, capsys)


def verdicts(bundle):
    return [verdict for subject in bundle.subjects() for verdict in subject.verdicts]


def found(bundle):
    return {(one.subject, one.rule): one for one in verdicts(bundle) if one.status in ("violation", "error")}


@pytest.mark.timeout(300)
def test_exactly_what_was_planted_is_found_and_shown(nation, tmp_path):
    assert len({rule for _, rule, _, _ in PLANTED}) == len(PLANTED) == 20
    client.fault(nation.project, OFF, Fault("offline"))
    reached = [word for name in (*sorted(EDITED), *OTHERS) for word in ("--device", name)]
    assert nation.run("apply", "--commit", on=reached)[0] == 0

    _, before = nation.run("backup")
    assert [one["device"] for one in before["unreachable"]] == [OFF]
    nation.run("poll")
    code, document, bundle = nation.audit(tmp_path / "before")
    assert (code, found(bundle)) == (1, {})  # no: one is off

    for where, _, lines, _ in PLANTED:
        client.edit(nation.project, ROS if where == "10-0001" else where, lines)
    nation.run("backup")
    nation.run("poll")
    code, document, bundle = nation.audit(tmp_path / "after")
    expected = {(where, rule) for where, rule, _, _ in PLANTED} | {(device, "OPS-04") for device in EDITED}
    assert code == 1
    assert set(found(bundle)) == expected
    assert {(one["device"] or one["site"], one["rule"]) for one in document["violations"]} == expected
    page = Path(document["report"]).read_text(encoding="utf-8")
    mark = Vault.open(nation.project).mark("s3cretcommunity")
    for where, rule, _, decided in PLANTED:
        verdict = found(bundle)[where, rule]
        assert decided.replace("{mark}", mark) in "\n".join(
            (verdict.summary, *(piece.text for piece in verdict.evidence))
        ), rule
        assert all(piece.source for piece in verdict.evidence)
        assert any(piece.at and piece.sha for piece in verdict.evidence), rule
        assert rule in page
    assert "s3cretcommunity" not in page + Path(document["bundle"]).read_text(encoding="utf-8")

    off = {verdict.rule: verdict.status for verdict in verdicts(bundle) if verdict.device == OFF}
    assert {status for rule, status in off.items() if rule not in OF_PLAN} == {"unknown", "not_applicable"}
    assert [missed.device for missed in bundle.unreached] == [OFF]
    assert cli.main(["audit", "verify", document["bundle"], "--key", str(nation.project.root / "audit.pub")]) == 0
