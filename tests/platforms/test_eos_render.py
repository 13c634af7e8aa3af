"""What is rendered for EOS: goldens, the law over any policy, and what an EOS device takes and shows again."""

import dataclasses
from dataclasses import replace

import pytest
from eos_site import MODELS, PARSER, PLATFORMS, RENDERER, intents, of_kind, router, switch, text
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.catalogue import FEATURES
from homeroom.errors import RenderError, UnsafeText
from homeroom.lab.eos.apply import factory, load
from homeroom.lab.eos.config import text as shown
from homeroom.lab.eos.forms import Chassis
from homeroom.platforms.eos.words import FILTERS, entries, hidden, part, port_mode, queues, sha512, spread, vlans
from homeroom.policy.compare import same
from homeroom.policy.compile import groups_of
from homeroom.policy.model import AccessList, Group, Rule
from homeroom.prefix import ANY, BITS, Prefix
from homeroom.secret import SecretRef

KINDS = {"router": router, "switch": switch}
PHRASES = {"<<secret:snmp_auth>>": "auth-phrase", "<<secret:snmp_priv>>": "priv-phrase"}


def always(rules):
    """Rules as EOS has them: it keeps no hours."""
    return [replace(rule, window="") for rule in rules]


@pytest.mark.parametrize("kind", KINDS)
def test_golden(kind, golden):
    golden(f"eos/{kind}.cfg", text(KINDS[kind]()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_feature_is_rendered_or_refused_with_a_reason(kind):
    rendered = RENDERER.render(KINDS[kind]())
    assert {*rendered.features, *(refusal.feature for refusal in rendered.unsupported)} == set(FEATURES)
    assert all(len(refusal.reason.split()) > 6 for refusal in rendered.unsupported)


def test_the_reason_says_what_becomes_of_groups_hours_and_port_53():
    reason = PLATFORMS["eos"].answer("router", "filtering")
    assert all(word in reason for word in ("neither groups nor hours", "TCAM", "port 53", "holds always"))


@pytest.mark.parametrize("name", [name for name, _ in sorted(intents().items())][::5])
def test_a_device_takes_every_line_and_shows_it_back(name):
    intent = intents()[name]
    model, rendered = MODELS[intent.device.model], text(intent)
    typed = rendered
    for marker, phrase in PHRASES.items():
        typed = typed.replace(marker, phrase)
    chassis = Chassis(frozenset({*model["uplinks"], *model["ports"], "Management1"}))
    tree = factory(chassis)
    assert load(typed, chassis, tree) == ()
    running = shown(tree, "! device: x")
    assert PARSER.diff(rendered, running) == ""
    assert PARSER.lines(rendered) == PARSER.lines(running)
    one, other = PARSER.access(rendered), PARSER.access(running)
    assert one.by_name() == other.by_name()
    for field in dataclasses.fields(one):
        if field.name not in {"vlan_names", "windows", "routes_between"}:
            assert set(getattr(one, field.name)) == set(getattr(other, field.name)), field.name


def test_shipped_devices_lock_nobody_out():
    for intent in intents().values():
        rendered = text(intent)
        assert f"username {intent.management.user} privilege 15 role network-admin secret sha512 " in rendered
        assert "management api http-commands\n   no shutdown\n" in rendered
        assert "aaa authentication login default local" in rendered


def test_no_line_is_blank_by_accident_or_ends_in_blanks():
    for make in KINDS.values():
        lines = text(make()).splitlines()
        assert all(line and line == line.rstrip() and "{" not in line for line in lines)


def test_the_uplink_is_shaped_where_its_rate_is_known():
    first, backup = router().uplinks
    lines = PARSER.lines(text(router()))
    assert f" shape rate {first.kbps} kbps" in lines
    assert backup.kbps == 0
    assert len([line for line in lines if line.startswith(" shape rate")]) == 1
    plain = replace(router(), uplinks=(replace(first, kbps=0),))
    assert "shape rate" not in RENDERER.render(plain, ["qos"]).text


def test_one_way_out():
    alone = RENDERER.render(replace(router(), uplinks=router().uplinks[:1]), ["uplinks"]).text
    assert alone.count("ip verify unicast source reachable-via rx allow-default") == 1
    assert "backup" not in alone


def test_outlets_of_a_router_are_guarded_like_a_switchs():
    ports = (*router().ports[:1], *(port for port in switch().ports if port.role))
    admission = switch().admission
    made = replace(router(), ports=ports, admission=admission)
    rendered = RENDERER.render(made, ["layer2", "aaa"]).text
    assert "ip access-list OUTLET\n" in rendered
    assert "radius-server host" in rendered
    assert "OUTLET" not in RENDERER.render(replace(router(), ports=ports[:1]), ["layer2"]).text
    open_ = tuple(replace(port, admission="open") for port in ports)
    guarded = RENDERER.render(replace(made, ports=open_), ["layer2"]).text
    assert "dot1x" not in guarded
    assert guarded.count("switchport port-security mac-address maximum 3") == len(ports) - 1


# --- the law


def holds(lists):
    intent = replace(router(), access=tuple(lists), groups=groups_of(tuple(lists)))
    found = PARSER.access(RENDERER.render(intent, ["segmentation"]).text).by_name()
    return all(same(found[entry.family, entry.name].rules, always(entry.rules)) for entry in lists)


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


def places(family):
    members = st.lists(prefixes(family), min_size=1, max_size=4, unique=True).map(tuple)
    return st.one_of(prefixes(family), members.map(lambda found: Group(f"G{hash(found) % 1000}", family, found)))


SPANS = st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda e: tuple(sorted(e))), max_size=2)
KNOWN = {4: ("", "echo", "echo-reply", "unreachable", "packet-too-big", "time-exceeded", "parameter-problem"),
         6: ("", "echo-request", "nd-ns", "nd-na", "router-solicitation", "router-advertisement", "unreachable")}  # fmt: skip


@st.composite
def rules(draw, family):
    kind = draw(st.sampled_from(["ip", "tcp", "udp", "icmp"]))
    ported = kind in {"tcp", "udp"}
    return Rule(
        draw(st.sampled_from(["permit", "deny", "reject"])),
        kind,
        draw(places(family)),
        draw(places(family)),
        tuple(draw(SPANS)) if ported else (),
        tuple(draw(SPANS)) if ported else (),
        draw(st.sampled_from(KNOWN[family])) if kind == "icmp" else "",
        kind == "tcp" and draw(st.booleans()),
        window=draw(st.sampled_from(["", "school_day"])),
    )


@settings(max_examples=60)
@given(st.sampled_from([4, 6]).flatmap(lambda family: st.tuples(st.just(family), st.lists(rules(family), max_size=5))))
def test_law_for_any_list(case):
    family, chosen = case
    last = Rule("deny", "ip", ANY[family], ANY[family], log=True)
    assert holds([AccessList("STUDENT-IN" if family == 4 else "STUDENT-IN6", "student", family, (*chosen, last))])


def test_a_group_of_two_thousand_is_as_many_entries():
    members = tuple(Prefix(4, (10 << 24) + 256 * number, 32) for number in range(2000))
    group = Group("DOH", 4, members)
    rule = Rule("reject", "ip", ANY[4], group, note="doh")
    assert len(list(spread(rule))) == 2000
    assert holds([AccessList("STUDENT-IN", "student", 4, (rule, Rule("permit", "ip", ANY[4], ANY[4])))])


def test_spread_is_the_product_of_members_and_spans():
    group = Group("G", 4, (Prefix.parse("10.0.0.0/8"), Prefix.parse("192.0.2.0/24")))
    rule = Rule("permit", "tcp", group, group, ((1, 2), (5, 5)), ((80, 80), (443, 443)), window="w", note="n")
    found = list(spread(rule))
    assert len(found) == 16
    assert {(one.source, one.target) for one in found} == {(a, b) for a in group.prefixes for b in group.prefixes}
    assert {one.window for one in found} == {""}
    assert [number for number, _ in entries([rule, rule])] == list(range(10, 330, 10))


# --- single words


def test_words():
    assert vlans([30, 10, 11, 12, 20, 20]) == "10-12,20,30"
    assert str(sha512(SecretRef("device_hash"))) == "<<secret:device_crypt>>"
    assert str(hidden(SecretRef("radius"))) == "<<secret:radius_hidden>>"
    assert part((300_000, 30)) == 90_000
    assert [number for number, _ in queues(router().qos)] == [3, 2, 1, 0]
    assert port_mode("trunk") == "trunk"
    with pytest.raises(RenderError, match="no port mode is called hybrid"):
        port_mode("hybrid")
    with pytest.raises(UnsafeText):
        port_mode("a\nb")
    assert all(callable(one) for one in FILTERS.values())


def test_the_district_has_routers_and_switches():
    assert of_kind("router")
    assert of_kind("switch")
