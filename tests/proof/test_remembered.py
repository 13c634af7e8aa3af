"""What is remembered of one site is true of another: the whole result equals a cold proof."""

import random
import re
from dataclasses import replace

import pytest
from made import House, access_of, planned

from homeroom.platforms.access import Access, Interface
from homeroom.policy.model import Rule
from homeroom.prefix import ANY, Prefix
from homeroom.proof.ground import Ground
from homeroom.proof.relation import Relation, constants, movable, named
from homeroom.proof.shape import NEUTRAL, Estate, Shape, moved

DENY = re.compile(r"^ (?:sequence )?\d+ deny .*$", re.MULTILINE)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Sites of several sizes, most of them much alike."""
    made = House.of(planned(tmp_path_factory.mktemp("many") / "p", sites=24, seed=3))
    yield made
    made.world.close()


def test_equal_shapes_are_proven_once(many):
    nation = many.nation()
    for intents in many.sites.values():
        assert nation.site(intents, many.texts(intents)).proven
    devices = sum(map(len, many.sites.values()))
    assert nation.cold < devices / 8


@pytest.mark.parametrize("sites", [5, pytest.param(24, marks=pytest.mark.full)])
def test_law_remembered_and_cold_are_the_same(many, sites):
    """Edit random devices of random sites in random ways, each at several sites, so that shapes recur and leak."""
    chance = random.Random(11)
    edits = [
        (DENY, lambda found: found.group().replace(" deny ", " permit ")),
        (DENY, lambda found: ""),
        (
            re.compile(r"^ (sequence )?(\d+) (permit tcp .*)$", re.MULTILINE),
            lambda m: f"{m.group()}\n {m[1] or ''}{int(m[2]) + 1} {m[3]}",
        ),
        (re.compile(r"^ ip access-group \S+ in$", re.MULTILINE), lambda found: ""),
        (re.compile(r"^ switchport access vlan \d+$", re.MULTILINE), lambda found: " switchport access vlan 20"),
        (re.compile(r"isolate '1'"), lambda found: "isolate '0'"),
        (re.compile(r"^hostname .*$", re.MULTILINE), lambda found: "hostname somewhere"),
    ]
    nation, cold, seen = many.nation(), many.nation(remember=False), set()
    chosen = list(many.sites.values())[:sites]
    for round_ in range(3):
        for intents in chosen:
            texts = dict(many.texts(intents))
            for name in list(texts):
                if round_ and chance.random() < 0.3:
                    pattern, change = chance.choice(edits)
                    found = list(pattern.finditer(texts[name]))
                    if found:
                        where = found[chance.choice([0, len(found) // 2])]
                        texts[name] = texts[name][: where.start()] + change(where) + texts[name][where.end() :]
            one, two = nation.site(intents, texts), cold.site(intents, texts)
            assert one == two
            seen.add((bool(one.leaks), bool(one.findings)))
    assert seen >= {(False, False), (True, False), (False, True)}
    assert nation.cold < cold.cold


def estate_of(intents):
    return Estate.of(Ground.of(intents), intents)


def test_a_text_fits_its_own_shape_and_that_of_the_same_device_elsewhere(many):
    groups = {}
    for intents in many.sites.values():
        estate = estate_of(intents)
        groups.setdefault((estate.layout, len(intents)), []).append((intents, estate))
    alike = max(groups.values(), key=len)
    (one, first), (two, second) = alike[:2]
    texts = [many.texts(intents)[intents[0].device.name] for intents in (one, two)]
    blocks = [first.device(one[0]), second.device(two[0])]
    shape = Shape(texts[0], blocks[0], one[0].device.name)
    assert shape.fits(texts[0], blocks[0], one[0].device.name)
    assert shape.fits(texts[1], blocks[1], two[0].device.name)
    assert not shape.fits(texts[1], blocks[0], two[0].device.name)
    other = texts[1].replace("eq 443", "eq 444", 1)
    assert not shape.fits(other, blocks[1], two[0].device.name)
    assert not shape.fits(texts[1] + "end\n", blocks[1], two[0].device.name)


def test_an_address_of_another_site_is_no_slot(many):
    """A text that reaches for somebody else's network has a shape of its own."""
    sites = list(many.sites.values())
    one, two = sites[0], sites[1]
    theirs = two[0].management.v4
    text = f"permit ip host {theirs} any\n"
    blocks = estate_of(one).device(one[0])
    assert Shape(text, blocks).slots == []


def test_a_mask_wider_than_the_block_is_no_slot(many):
    intents = next(iter(many.sites.values()))
    blocks = estate_of(intents).device(intents[0])
    base = Ground.of(intents).nets[4]["student"].network
    assert [slot.block for slot in Shape(f"permit ip {base} 0.0.0.255 any", blocks).slots] == ["site4"]
    assert Shape(f"permit ip {base} 0.255.255.255 any", blocks).slots == []
    assert Shape(f"{base}/8 999.1.1.1 {base.rpartition('.')[0]}.00001", blocks).slots == []


def test_a_sentence_about_one_site_moves_to_another(many):
    sites = list(many.sites.values())
    blocks = [estate_of(intents).device(intents[0]) for intents in sites[:2]]
    first, second = (Ground.of(intents).nets[6]["student"] for intents in sites[:2])
    assert moved(f"entry 3 (permit tcp {first} any) decides nothing", *blocks) == (
        f"entry 3 (permit tcp {second} any) decides nothing"
    )


def relation_of(house, intents, *more):
    access = access_of(intents[0])
    blocks = estate_of(intents).device(intents[0])
    return Relation((*constants(house.site().terms), *named(access, blocks), *more)), blocks


def test_a_set_that_cuts_a_sites_block_or_holds_only_one_of_two_makes_them_differ(many):
    single = [intents for intents in many.sites.values() if len(intents[0].uplinks) == 1]
    regions = [intents[0].device.region for intents in single]
    region = max(set(regions), key=regions.count)
    one, two = [intents for intents in single if intents[0].device.region == region][:2]
    relation, first = relation_of(many, one)
    second = estate_of(two).device(two[0])
    assert relation.signature(first) == relation.signature(second)
    net = Ground.of(one).nets[4]["student"]
    cut = (4, ((net.first, net.first + 5),))
    relation, _ = relation_of(many, one, cut)
    assert relation.signature(first) is None
    _, low, high = first["site4"]
    whole = (4, ((low - 10, high + (high - low) * 8),))
    relation, _ = relation_of(many, one, whole)
    assert relation.signature(first) is not None
    assert relation.signature(first) != relation.signature(second)
    full = (4, ((low, high),))
    relation, _ = relation_of(many, one, full)
    assert relation.signature(first) is None


def test_a_network_reaching_beyond_the_block_is_not_moved(many):
    """So is a region's pool that begins where a site's block does: the first site of a region is proven for itself."""
    intents = list(many.sites.values())[1]
    blocks = estate_of(intents).device(intents[0])
    access = access_of(intents[0])
    assert movable(access, blocks)
    base = Ground.of(intents).nets[4]["student"]
    wide = Prefix(4, base.first & ~0xFFFFFF, 8)
    interface = Interface("Vlan10", 10, ((base.first + 1, wide),))
    assert not movable(replace(access, interfaces=(interface, *access.interfaces)), blocks)
    rule = Rule("permit", "ip", Prefix(4, base.first, 16) if not base.first & 0xFFFF else wide, ANY[4])
    lists = (replace(access.lists[0], rules=(rule,)),)
    assert movable(Access(lists=lists), blocks) == (rule.source.first not in range(*blocks["site4"][1:]))


def test_shapes_are_kept_within_bounds(many, monkeypatch):
    monkeypatch.setattr("homeroom.proof.nation.KEPT", 0)
    nation = many.nation()
    intents = next(iter(many.sites.values()))
    for _ in range(2):
        assert nation.site(intents, many.texts(intents)).proven
    assert nation.cold == 2 * len(intents)


def test_law_lines_called_neutral_say_nothing_about_what_passes(many):
    """Take them out of every kind's configuration: what the parser reads stays the same."""
    for intents in list(many.sites.values())[:3]:
        for intent in {intent.device.kind: intent for intent in intents}.values():
            parser = many.nation().parsers[intent.device.platform]
            text = many.texts(intents)[intent.device.name]
            bare = "".join(f"{line}\n" for line in text.splitlines() if not NEUTRAL.match(line))
            assert bare != text
            assert parser.access(bare) == parser.access(text)
