"""A site of each platform's devices: proven as rendered, and open once a role's lists are taken off its interface."""

import dataclasses
import datetime as dt

import pytest
from made import pairs, terms

from homeroom.catalogue import load_platforms, stateful
from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.platforms.registry import PLATFORMS
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.programme.model import Model
from homeroom.project import Project, shipped
from homeroom.proof.ground import Powers
from homeroom.proof.nation import Nation
from homeroom.proof.shape import NEUTRAL
from homeroom.proof.site import prove_site

NAMES = {
    "junos": ("ge-0/0/{}", 0),
    "eos": ("Ethernet{}", 1),
    "ros": ("ether{}", 1),
    "openwrt": ("lan{}", 1),
    "ios": ("GigabitEthernet0/1/{}", 0),
}
KINDS = {
    "junos": ("router", "switch"),
    "eos": ("router", "switch"),
    "ros": ("router", "ap"),
    "openwrt": ("router", "ap"),
    "ios": ("router", "switch"),
}


class Programme:
    """What `terms` asks of a world."""

    def __init__(self, programme, policy):
        self.programme = programme
        self.policy = policy


def sites(platform):
    """The intents of the shipped sites with two uplinks, were their devices of a platform; and how to prove them."""
    project = Project(shipped())
    facts, _ = load_facts(project)
    pattern, first = NAMES[platform]
    ports = [pattern.format(n) for n in range(first, first + 30)]
    models = dict(facts.equipment.models)
    for name, model in models.items():
        if model.kind in KINDS[platform]:
            spare = {"router": 2, "switch": 1, "ap": 1}[model.kind]
            radios = {"radio0": "2g", "radio1": "5g"} if model.kind == "ap" else {}
            if platform == "ros" and radios:
                radios = {"wifi1": "2g", "wifi2": "5g"}
            models[name] = Model(
                platform, model.kind, tuple(ports[:spare]), tuple(ports[spare:]) if not radios else (), radios
            )
    equipment = dataclasses.replace(facts.equipment, models=models)
    facts = dataclasses.replace(facts, equipment=equipment)
    policy = load_policy(project, facts)
    platforms = load_platforms(project.template_roots)
    entries = allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0].entries
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    builder, renderer = Builder(facts, policy, stateful(platforms)), Renderer(platforms)
    plans = [site_plan(one, entries[one.id], equipment, vlans) for one in facts.sites if one.backup]
    chosen = [list(builder.site(plan)) for plan in plans]
    texts = [{intent.device.name: renderer.render(intent).text for intent in intents} for intents in chosen]
    parsers = {name: code.parse for name, code in PLATFORMS.items()}
    nation = Nation(terms(Programme(facts.programme, policy)), parsers, Powers.of(platforms))
    return list(zip(chosen, texts, strict=True)), nation


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_site_of_each_platform_is_as_the_policy_says(platform):
    found, nation = sites(platform)
    intents, texts = found[0]
    assert {intent.device.platform for intent in intents} >= {platform}
    proof = nation.site(intents, texts)
    assert (proof.unknown, proof.leaks) == ((), ())
    hours = "the platform keeps no hours: it holds always here"
    assert [one.text for one in proof.findings] == ([hours] if platform == "eos" else [])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_role_whose_lists_are_taken_off_reaches_everyone(platform):
    found, nation = sites(platform)
    intents, texts = found[0]
    accesses = {i.device.name: nation.parsers[i.device.platform].access(texts[i.device.name]) for i in intents}
    router = intents[0].device.name
    behind = {one.name for one in accesses[router].interfaces if one.vlan == 10}
    bare = tuple(use for use in accesses[router].applied if use.interface not in behind)
    accesses[router] = dataclasses.replace(accesses[router], applied=bare)
    proof = prove_site(intents, accesses, nation.terms, nation.powers)
    assert pairs(proof) >= {
        ("student", "staff"),
        ("student", "management"),
        ("student", "internet"),
        ("student", "device"),
    }
    assert {leak.source for leak in proof.leaks} == {"student"}


def noteless(access):
    """An access without the notes of its rules: on Junos they are descriptions, and decide nothing."""
    lists = (
        dataclasses.replace(one, rules=tuple(dataclasses.replace(r, note="") for r in one.rules))
        for one in access.lists
    )
    return dataclasses.replace(access, lists=tuple(lists))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_lines_called_neutral_say_nothing_about_what_passes(platform):
    found, nation = sites(platform)
    intents, texts = found[0]
    for intent in {intent.device.kind: intent for intent in intents}.values():
        parser, text = nation.parsers[intent.device.platform], texts[intent.device.name]
        bare = "".join(f"{line}\n" for line in text.splitlines() if not NEUTRAL.match(line))
        assert noteless(parser.access(bare)) == noteless(parser.access(text))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_second_site_of_a_platform_is_remembered(platform):
    """Only routers are proven again: their sites' lines have different names, or their regions' pools lie elsewhere."""
    found, nation = sites(platform)
    for intents, texts in found:
        assert nation.site(intents, texts).proven
    devices = sum(len(intents) for intents, _ in found)
    assert nation.cold < devices / 2
