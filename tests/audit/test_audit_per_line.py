"""A demand for every line of a kind: each neighbour of a routing protocol has a key of its own."""

import fleet
import pytest

from homeroom.audit.checks import Demand, Silent
from homeroom.audit.judge import judge
from homeroom.audit.load import load_rules
from homeroom.project import shipped

RULE = load_rules([shipped() / "inventory" / "rules"])["RTR-06"]
BGP = "router bgp 65001\n neighbor 192.0.2.7 remote-as 65000\n neighbor 192.0.2.8 remote-as 65000\n"
KEYS = " neighbor 192.0.2.7 password 7 0822455D0A16\n", " neighbor 192.0.2.8 password 7 0822455D0A16\n"
OSPF = "router ospf 1\n network 10.0.0.0 0.0.255.255 area 0\n network 10.1.0.0 0.0.255.255 area 7\n"


def found(text, platform="ios"):
    return judge(RULE, fleet.configured(fleet.intent(platform, "router"), text))


def test_without_a_protocol_nothing_is_demanded():
    verdict = found("hostname x\nrouter bgp 65001\n bgp log-neighbor-changes\n")
    assert verdict.status == "compliant", verdict.summary
    assert [piece.text for piece in verdict.evidence] == ["(no such line)"]


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (BGP + "".join(KEYS), []),
        (BGP + KEYS[0], ["192.0.2.8"]),
        (BGP + KEYS[1], ["192.0.2.7"]),
        (BGP, ["192.0.2.7", "192.0.2.8"]),
        (OSPF, ["0", "7"]),
        (f"{OSPF} area 0 authentication message-digest\n", ["7"]),
        (f"{OSPF} area 0 authentication message-digest\n area 7 authentication message-digest\n", []),
        (f"{OSPF} area 0 authentication\n area 7 authentication message-digest\n", ["0"]),
    ],
)
def test_each_neighbour_needs_a_key_of_its_own(text, lacking):
    verdict = found(text)
    assert verdict.status == ("violation" if lacking else "compliant"), verdict.summary
    for name in lacking:
        assert f"{name}: IOS asks" in verdict.summary
    assert verdict.summary.count("IOS asks") == len(lacking)


def test_the_lines_of_one_section_say_nothing_of_another():
    text = f"{BGP}{''.join(KEYS)}{OSPF} area 0 authentication message-digest\n"
    assert found(text).summary == "7: IOS asks an OSPF neighbour for no key unless told to"


@pytest.mark.parametrize("key", ["tcp-md5-key=abc ", ""])
def test_a_neighbour_of_routeros_is_one_line(key):
    verdict = found(f"/routing bgp connection add as=65001 name=noc remote.address=192.0.2.7 {key}\n", "ros")
    assert (verdict.status == "compliant") == bool(key), verdict.summary


def test_what_is_looked_up_needs_a_group():
    with pytest.raises(ValueError, match="has no group"):
        Demand(Silent("violation", "no key"), present="x %it%", per="neighbor .*")
