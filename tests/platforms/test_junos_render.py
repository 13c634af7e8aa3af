"""What is rendered for Junos: goldens, the law parse(render(intent)) == intent, and every mutation of a list is seen."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junos_site import PARSE, RENDERER, intents, router, switch

from homeroom.errors import RenderError
from homeroom.lab.junos import text as junos_text
from homeroom.lab.junos.checks import complaints
from homeroom.platforms.junos import stems
from homeroom.platforms.junos.phrases import book, policies
from homeroom.platforms.junos.veil import unveil
from homeroom.platforms.junos.words import halves, queues
from homeroom.platforms.junos.zones import through, zones
from homeroom.policy.compare import same
from homeroom.policy.model import AccessList, Group, Rule, Window
from homeroom.policy.regions import ICMP
from homeroom.prefix import ANY, BITS, Prefix

KINDS = {"router": router, "switch": switch}


@pytest.mark.parametrize("kind", KINDS)
def test_golden(kind, golden):
    golden(f"junos/{kind}.cfg", RENDERER.render(KINDS[kind]()).text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_device_takes_every_line_and_shows_it_back(kind):
    rendered = RENDERER.render(KINDS[kind]()).text
    reader = junos_text.Reader(rendered)
    assert reader.errors == []
    assert complaints(reader.tree) == []
    shown = re.sub(r'"(\$9\$[^"]+)"', lambda found: f'"{unveil(found[1])}"', junos_text.show(reader.tree))
    assert PARSE.diff(rendered, shown) == ""
    assert PARSE.lines(rendered) == PARSE.lines(shown)
    one, other = PARSE.access(rendered), PARSE.access(shown)
    assert set(one.lists) == set(other.lists)
    assert set(one.applied) == set(other.applied)
    assert (set(one.groups), one.windows, set(one.redirects)) == (
        set(other.groups),
        other.windows,
        set(other.redirects),
    )


def test_a_router_that_holds_the_access_points_authenticates_its_outlets():
    intent = next(one for one in intents("router") if any(port.admission == "dot1x" for port in one.ports))
    features = RENDERER.render(intent).features
    reader = junos_text.Reader("".join(features[name] for name in ("identity", "management", "aaa", "layer2")))
    assert reader.errors == []
    (outlet,) = (port.name for port in intent.ports if port.admission == "dot1x")
    assert (
        reader.tree.value("protocols", "dot1x", "authenticator", "interface", f"{outlet}.0", "supplicant") == "multiple"
    )
    assert reader.tree.find("protocols", "rstp", "interface", outlet, "edge") is not None
    assert {node.key for node in reader.tree.entries("protocols", "lldp", "interface")} == {
        port.name for port in intent.ports if port.vlans
    }
    order = reader.tree.find("system", "authentication-order")
    assert order.values == ["password", "radius"]


def holds(intent, access):
    """The law: what is read back lets through what was meant, where it was meant."""
    read = access.by_name()
    for wanted in intent.access:
        found = read[wanted.family, wanted.name]
        assert found.hook == wanted.hook
        assert found.role == wanted.role
        assert same(found.rules, wanted.rules), wanted.name
    assert set(access.groups) == set(intent.groups)
    assert access.windows == intent.windows
    assert access.missing == ()
    assert access.guards == ()


def ports(intent):
    """Role -> the interfaces its packets enter by."""
    found = {segment.role: [f"irb.{segment.vlan}"] for segment in intent.segments}
    return found | {"wan": [f"{uplink.interface}.0" for uplink in intent.uplinks]}


@pytest.mark.parametrize("intent", intents("router"), ids=lambda intent: intent.device.name)
def test_law_parse_of_render_is_the_intent(intent):
    access = PARSE.access(RENDERER.render(intent).text)
    holds(intent, access)
    where = ports(intent)
    expected = {(port, one.hook, one.family, one.name) for one in intent.access for port in where[one.role]}
    assert {(use.interface, use.hook, use.family, use.name) for use in access.applied} == expected
    sent = {(port, one.family, one.target) for one in intent.redirects for port in where[one.role]}
    assert {(one.role, one.family, one.target) for one in access.redirects} == sent
    names = {segment.vlan: segment.role for segment in intent.segments}
    assert access.vlan_names == names | {999: "parking"}
    gateways = {one.name: {net.cidr for _, net in one.addresses} for one in access.interfaces}
    for segment in intent.segments:
        assert gateways[f"irb.{segment.vlan}"] == {segment.v4.cidr, segment.v6.cidr}
    assert access.routes_between
    assert {route.via for route in access.routes if route.target == ANY[4]} == {u.peer4 for u in intent.uplinks}


@pytest.mark.parametrize("intent", intents("switch")[::7],
                         ids=lambda intent: intent.device.name)  # fmt: skip
def test_a_switch_only_bridges(intent):
    access = PARSE.access(RENDERER.render(intent).text)
    assert (access.lists, access.applied, access.routes_between) == ((), (), False)
    assert [guard.name for guard in access.guards] == ["NOC", "NOC6"]
    bridged = {one.name: one for one in access.bridged}
    for port in intent.ports:
        if port.mode == "unused":
            assert f"{port.name}.0" not in bridged
        elif port.vlans:
            assert bridged[f"{port.name}.0"].tagged == set(port.vlans)
            assert bridged[f"{port.name}.0"].untagged == 999
        else:
            assert bridged[f"{port.name}.0"].untagged == port.vlan
            assert not bridged[f"{port.name}.0"].tagged


def test_rendering_is_deterministic():
    text = RENDERER.render(router()).text
    assert RENDERER.render(router()).text == text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_secrets_are_markers():
    for make in KINDS.values():
        found = set(re.findall(r"<<secret:(\w+)>>", RENDERER.render(make()).text))
        assert found <= {"device_crypt", "snmp_auth", "snmp_priv", "radius", "ntp"}
        assert found >= {"device_crypt", "snmp_auth", "snmp_priv"}


# --- every mutation of a rule is seen, or the prover calls it equivalent

ROLES = [segment.role for segment in router().segments] + ["wan"]
POLICY = re.compile(r" +policy (?P<name>[\w-]+)-(?P<number>\d+) \{\n(?:.*\n)*? {12}\}\n")


@cache
def of_role(role):
    """Each list of a role with the text of a router that has, beside what makes its zone, that list only."""
    whole = router()
    found = []
    for one in (one for one in whole.access if one.role == role):
        zone = next(other for other in whole.access if other.role == role and other.hook == "local")
        access = (one,) if one.hook == "local" else (replace(zone, rules=(zone.rules[0], zone.rules[-1])), one)
        intent = replace(
            whole, access=access, redirects=(), uplinks=whole.uplinks if role == "wan" else whole.uplinks[:1]
        )
        found.append((one, RENDERER.render(intent, ["segmentation", "filtering"]).text))
    return found


def blocks(text):
    """List name -> its policies, in order, as matches."""
    found = {}
    for match in POLICY.finditer(text):
        found.setdefault(match["name"], []).append(match)
    return found


def read(text, one):
    return PARSE.access(text).by_name()[one.family, one.name].rules


def bare(rules):
    """What decides of rules, as `same` looks at it."""
    return [replace(r, note="", log=False, action="permit" if r.action == "permit" else "deny") for r in rules]


def agrees(text, one, rules):
    """A changed text is read as the same change of the rules, or lets through what the prover says it does."""
    found = read(text, one)
    last = Rule("deny", "ip", ANY[one.family], ANY[one.family])
    if bare(rules)[-1] == last and bare(found[: len(rules)]) == bare(rules):
        return same(rules, one.rules)
    assert same(found, one.rules) == same(rules, one.rules), one.name
    return same(rules, one.rules)


@pytest.mark.parametrize("role", ROLES)
def test_mutation_deleting_a_rule(role):
    unseen = 0
    for one, text in of_role(role):
        for number, block in enumerate(blocks(text)[one.name], 1):
            rules = one.rules[:number] + one.rules[number + 1 :]
            if one.hook == "local" and number == len(one.rules) - 1:
                rules += (Rule("permit", "ip", ANY[one.family], ANY[one.family]),)
                assert not same(read(text[: block.start()] + text[block.end() :], one), one.rules)
            else:
                unseen += agrees(text[: block.start()] + text[block.end() :], one, rules)
    assert unseen < sum(len(one.rules) for one, _ in of_role(role)) / 2


@pytest.mark.parametrize("role", ROLES)
def test_mutation_swapping_neighbours(role):
    for one, text in of_role(role):
        found = blocks(text)[one.name]
        for number, (first, second) in enumerate(pairwise(found), 1):
            swapped = text[: first.start()] + second.group() + first.group() + text[second.end() :]
            rules = [*one.rules]
            rules[number], rules[number + 1] = rules[number + 1], rules[number]
            agrees(swapped, one, rules)


WIDER = {
    r"source-address \S+;": lambda rule: replace(rule, source=ANY[rule.source.family]),
    r"destination-address \S+;": lambda rule: replace(rule, target=ANY[rule.source.family]),
    r"application (?:\S+|\[.*\]);": lambda rule: replace(rule, protocol="ip", sports=(), dports=(), icmp=""),
    r"(?:permit|deny|reject);": lambda rule: replace(rule, action="deny" if rule.action == "permit" else "permit"),
}


def widened(pattern, block, family):
    word = pattern.split()[0]
    if word.endswith("address"):
        return re.sub(pattern, f"{word} any-ipv{family};", block)
    if word == "application":
        return re.sub(pattern, "application any;", block)
    return re.sub(r"(permit|deny|reject);", lambda found: "deny;" if found[1] == "permit" else "permit;", block)


def gated(text, one, rule):
    """What of a widened rule gets past `host-inbound-traffic`, which stays as it was."""
    if one.hook != "local":
        return (rule,)
    (zone,) = (zone for zone in zones(stems.read(text)) if zone.name == one.role)
    return tuple(through(rule, next(iter(zone.inbound.values()))))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("pattern", WIDER)
def test_mutation_widening_a_rule(role, pattern):
    for one, text in of_role(role):
        for number, block in enumerate(blocks(text)[one.name], 1):
            changed = widened(pattern, block.group(), one.family)
            wider = gated(text, one, WIDER[pattern](one.rules[number]))
            rules = (*one.rules[:number], *wider, *one.rules[number + 1 :])
            if changed != block.group():
                agrees(text[: block.start()] + changed + text[block.end() :], one, rules)


def test_mutation_a_wider_prefix_in_the_book():
    for one, text in of_role("student"):
        for prefix in book((one,)):
            wider = Prefix(prefix.family, prefix.first & ~(prefix.last - prefix.first + 1), prefix.length - 1)
            changed = text.replace(f"address {prefix.cidr} {prefix.cidr};", f"address {prefix.cidr} {wider.cidr};")
            assert changed != text
            agrees(changed, one, [with_prefix(rule, prefix, wider) for rule in one.rules])


def with_prefix(rule, old, new):
    def put(place):
        if isinstance(place, Group):
            return replace(place, prefixes=tuple(new if one == old else one for one in place.prefixes))
        return new if place == old else place

    return replace(rule, source=put(rule.source), target=put(rule.target))


def test_mutation_a_wider_port():
    for one, text in of_role("staff"):
        if one.hook == "through":
            ports = re.findall(r"protocol (tcp|udp);\n +destination-port (\d+);", text)
            assert len(ports) > 5
            for protocol, low in ports:
                old = f"protocol {protocol};\n        destination-port {low};"
                rules = [with_port(rule, protocol, int(low)) for rule in one.rules]
                agrees(text.replace(old, f"{old[:-1]}-{int(low) + 1};"), one, rules)


def with_port(rule, protocol, low):
    alone = rule.protocol == protocol and not rule.sports and rule.dports == ((low, low),)
    return replace(rule, dports=((low, low + 1),)) if alone else rule


def test_mutation_hours_and_services():
    found = {one.name: (one, text) for one, text in of_role("student")}
    one, text = found["STUDENT-LOCAL"]
    assert not same(read(text.replace("                    ping;\n", ""), one), one.rules)
    one, text = found["STUDENT-FWD"]
    later = PARSE.access(text.replace("stop-time 20:00:00", "stop-time 21:00:00"))
    assert later.windows != router().windows


# --- the law over lists nobody wrote


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


def groups(family):
    return st.builds(
        lambda found: Group(f"G{len(found)}-{family}", family, tuple(sorted(found, key=lambda p: (p.first, p.length)))),
        st.sets(prefixes(family).filter(lambda prefix: prefix.length), min_size=1, max_size=4),
    )


SPANS = st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda e: tuple(sorted(e))), max_size=2)


@st.composite
def rules(draw, family):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47", "50"]))
    ported = protocol in {"tcp", "udp"}
    place = st.one_of(prefixes(family), prefixes(family), groups(family))
    return Rule(
        draw(st.sampled_from(["permit", "deny", "reject"])),
        protocol,
        draw(place),
        draw(place),
        tuple(draw(SPANS)) if ported else (),
        tuple(draw(SPANS)) if ported else (),
        draw(st.sampled_from(["", *sorted(ICMP[family])])) if protocol == "icmp" else "",
        log=draw(st.booleans()),
        note=draw(st.sampled_from(["", "matrix[3]: a to b, print"])),
        window=draw(st.sampled_from(["", "", "school_day"])),
    )


def whole(family, found):
    anywhere = ANY[family]
    return (
        Rule("permit", "ip", anywhere, anywhere, established=True),
        *found,
        Rule("deny", "ip", anywhere, anywhere),
    )


@settings(max_examples=60)
@given(st.sampled_from([4, 6]).flatmap(
    lambda family: st.tuples(st.just(family), st.lists(rules(family), max_size=4), st.lists(rules(family), max_size=3))
))  # fmt: skip
def test_law_holds_for_any_list(case):
    family, local, through = case
    made = tuple(
        AccessList(f"STUDENT-{name}{'' if family == 4 else '6'}", "student", family, whole(family, found), hook)
        for name, found, hook in (("LOCAL", local, "local"), ("FWD", through, "through"))
    )
    found = dict.fromkeys(p for one in made for rule in one.rules for p in (rule.source, rule.target))
    named = {place.name: place for place in found if isinstance(place, Group)}
    if len(named) < sum(isinstance(place, Group) for place in found):
        return  # two groups of one name: no policy makes them
    intent = replace(router(), access=made, groups=tuple(named.values()), redirects=())
    text = RENDERER.render(intent, ["segmentation", "filtering", "uplinks"]).text
    access = PARSE.access(text)
    for one in made:
        assert same(access.by_name()[family, one.name].rules, one.rules)
    reader = junos_text.Reader(text)
    assert reader.errors == []
    assert PARSE.diff(text, junos_text.show(reader.tree)) == ""


# --- filters


def test_a_list_must_begin_with_open_sessions_and_ask_for_none_later():
    deny = Rule("deny", "ip", ANY[4], ANY[4])
    first = Rule("permit", "ip", ANY[4], ANY[4], established=True)
    assert policies((first, deny)) == [(1, deny)]
    for wrong in ((deny,), (), (first, replace(first, protocol="tcp"), deny), (replace(first, protocol="tcp"), deny)):
        with pytest.raises(RenderError) as caught:
            policies(wrong)
        assert str(caught.value) == "a list of a platform that tracks connections begins with those already open"


def test_a_port_has_eight_queues():
    assert [number for number, _ in queues(router().qos)] == [3, 2, 1, 0]
    with pytest.raises(RenderError) as caught:
        queues(router().qos * 3)
    assert str(caught.value) == "a port has 8 queues, the policy has 12 traffic classes"


def test_a_lone_uplink_has_the_whole_default_route():
    uplinks = router().uplinks
    assert [target for target, _ in halves(uplinks[:1])] == ["::/0"]
    assert [target for target, _ in halves(uplinks)] == ["::/1", "8000::/1", "::/0"]


def test_a_window_of_every_day():
    intent = replace(router(), windows={"lunch": Window(("mon", "sun"), "12:00", "13:00")}, redirects=())
    text = RENDERER.render(intent, ["filtering"]).text
    assert PARSE.access(text).windows == {"lunch": Window(("mon", "sun"), "12:00", "13:00")}
