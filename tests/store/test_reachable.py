"""What is up, down or unknown: two sources for down, parents first, and one fault for what one thing cuts off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import UsageError
from homeroom.store.reachable import Fault, Judged, Node, faults, judge, schools

SITE = (Node("r", "line"), Node("s", "r"), Node("a1", "s"), Node("a2", "s"))
WHOLE = (Node("line"), *SITE, Node("r2", "line"), Node("a3", "r2"))
UP, UNKNOWN, DOWN = Judged("up"), Judged("unknown"), Judged("down")


def snmp(**says):
    return {name: {"snmp": said} for name, said in says.items()}


def test_who_answers_is_up():
    assert judge(WHOLE, snmp(r=True, s=True, a1=True, a2=True, r2=True, a3=True)) == dict.fromkeys(
        ("line", "r", "s", "a1", "a2", "r2", "a3"), UP
    )


def test_one_source_is_not_enough():
    found = judge(WHOLE, snmp(r=True, s=True, a1=False, a2=True))
    assert found["a1"] == UNKNOWN


def test_two_sources_that_agree_are():
    evidence = snmp(r=True, s=True, a2=True) | {"a1": {"snmp": False, "port of s": False}}
    assert judge(WHOLE, evidence)["a1"] == DOWN


def test_one_that_says_it_is_up_wins():
    evidence = snmp(r=True, s=True) | {"a1": {"snmp": False, "port of s": False, "controller": True}}
    assert judge(WHOLE, evidence)["a1"] == UP


def test_what_answers_proves_that_all_above_it_forwards():
    found = judge(WHOLE, snmp(r=False, s=False, a1=True))
    assert (found["line"], found["r"], found["s"]) == (UP, UP, UP)


def test_below_a_router_that_is_down_everything_is_unknown_because_of_it():
    evidence = snmp(s=False, a1=False, a2=False, r2=True) | {"r": {"snmp": False, "ping": False}}
    found = judge(WHOLE, evidence)
    assert found["r"] == DOWN
    assert {found[name] for name in ("s", "a1", "a2")} == {Judged("unknown", "r")}
    assert found["line"] == UP


def test_a_line_whose_routers_are_all_silent_is_down_and_they_are_unknown():
    found = judge(WHOLE, snmp(r=False, s=False, a1=False, a2=False, r2=False, a3=False))
    assert found["line"] == DOWN
    assert {found[name] for name in ("r", "s", "a1", "a2", "r2", "a3")} == {Judged("unknown", "line")}


def test_a_line_of_one_router_hides_nothing():
    nodes = (Node("line"), *SITE)
    evidence = snmp(s=False, a1=False, a2=False) | {"r": {"snmp": False, "ping": False}}
    found = judge(nodes, evidence)
    assert (found["line"], found["r"], found["s"]) == (UNKNOWN, DOWN, Judged("unknown", "r"))


def test_below_a_router_that_is_unknown_nothing_is_down():
    evidence = snmp(r=False) | {"s": {"snmp": False, "ping": False}}
    found = judge((Node("r"), Node("s", "r")), evidence)
    assert (found["r"], found["s"]) == (UNKNOWN, Judged("unknown", "r"))


def test_what_nobody_asked_is_unknown():
    assert judge(WHOLE, {})["a1"] == UNKNOWN
    assert judge((), {}) == {}


def test_one_line_down_is_one_fault_with_its_devices_and_schools():
    nodes = [Node("line"), *(Node(f"r{n}", "line") for n in range(50)), *(Node(f"a{n}", f"r{n}") for n in range(50))]
    found = judge(nodes, snmp(**{f"{kind}{n}": False for kind in "ra" for n in range(50)}))
    of_schools = schools(found, {f"school{n}": f"r{n % 50}" for n in range(70)})
    devices = [node.name for node in nodes[1:]]
    assert faults(found, devices, of_schools) == (Fault("line", 100, 70),)
    assert set(of_schools.values()) == {Judged("down", "line")}


def test_a_school_is_down_only_when_its_way_out_is_known_to_be():
    routers = {"x": "r", "y": "r2", "z": "nobody's"}
    evidence = snmp(r2=True) | {"r": {"snmp": False, "ping": False}}
    assert schools(judge(WHOLE, evidence), routers) == {
        "x": Judged("down", "r"),
        "y": UP,
        "z": Judged("unknown", "nobody's"),
    }
    assert schools(judge(WHOLE, snmp(r=False, r2=True)), routers)["x"] == Judged("unknown", "r")


def test_the_worst_fault_comes_first():
    evidence = {"a1": {"a": False, "b": False}, "r2": {"a": False, "b": False}} | snmp(r=True, s=True, a3=False)
    found = judge(WHOLE, evidence)
    assert faults(found, ("r", "s", "a1", "a2", "r2", "a3"), schools(found, {"y": "r2"})) == (
        Fault("r2", 2, 1),
        Fault("a1", 1, 0),
    )


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ((Node("a"), Node("a")), "a is named twice; name each node once"),
        ((Node("a", "b"),), "a hangs on b, which is no node; name it, or leave the parent empty"),
        ((Node("a", "b"), Node("b", "a")), "a hangs on itself (a, b); correct the parents"),
    ],
)
def test_golden_topologies(nodes, message):
    with pytest.raises(UsageError) as caught:
        judge(nodes, {})
    assert str(caught.value) == message


@given(st.data())
def test_laws_of_any_tree(data):
    size = data.draw(st.integers(1, 12))
    nodes = [Node("n0"), *(Node(f"n{n}", f"n{data.draw(st.integers(0, n - 1))}") for n in range(1, size))]
    word = st.dictionaries(st.sampled_from(["snmp", "ping", "port"]), st.booleans(), max_size=3)
    evidence = {node.name: data.draw(word) for node in nodes if data.draw(st.booleans())}
    found = judge(data.draw(st.permutations(nodes)), evidence)
    for node in nodes:
        one, above = found[node.name], found.get(node.parent)
        words = evidence.get(node.name, {})
        assert one.state == "up" or not any(words.values()), "who answers is up"
        assert above is None or above.state == "up" or one.state != "up", "the way to what is up is up"
        assert one.state != "down" or (above is None or above.state != "down"), "one fault on a way"
        assert not one.cause or (one.state == "unknown" and found[one.cause].state != "up")
        if one.state == "down":
            told = sum(not said for said in words.values())
            below = sum(other.parent == node.name for other in nodes)
            assert (told or below) >= 2, "two sources agree"
