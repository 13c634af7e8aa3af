"""A whole EOS site before the prover: what it lets through beyond the policy is what it has no words for, and only that."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import eos_site
from eos_site import PLATFORMS, RENDERER

from homeroom.platforms.registry import PLATFORMS as CODE
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.proof.ground import Powers
from homeroom.proof.site import prove_site, terms_of

POWERS = Powers.of(PLATFORMS)


def proven(change=lambda policy: policy, spoil=lambda text: text, powers=POWERS):
    """Prove the router's site under a policy; return the proof and the intents."""
    with TemporaryDirectory() as folder:
        project = eos_site.project(Path(folder) / "district")
        policy, (facts, _) = change(load_policy(project)), load_facts(project)
        every = eos_site.built(project, policy)
    programme = facts.programme
    mine = [one for one in every.values() if one.device.site == eos_site.router().device.site]
    read = {one.device.name: CODE[one.device.platform].parse.access(spoil(RENDERER.render(one).text)) for one in mine}
    return prove_site(mine, read, terms_of(policy, programme.central, programme.pools), powers), mine


def unhurried(policy):
    """The policy without hours."""
    profiles = {name: replace(profile, window="") for name, profile in policy.profiles.items()}
    return replace(policy, profiles=profiles, windows={})


def test_without_hours_nothing_leaks():
    proof, _ = proven(unhurried)
    assert (proof.leaks, proof.unknown) == ((), ())
    assert [
        one for one in proof.findings if one.concern in {"misplaced list", "undefined list", "no list", "unused list"}
    ] == []


def test_hours_are_a_finding_where_the_platform_says_that_it_keeps_none():
    proof, intents = proven()
    (router,) = (one for one in intents if one.uplinks)
    assert proof.leaks == ()
    assert [(one.device, one.concern, one.where) for one in proof.findings] == [
        (router.device.name, "window differs", name) for name in router.windows
    ]


def test_without_that_reason_each_list_that_holds_always_would_leak():
    proof, intents = proven(powers=replace(POWERS, timeless=frozenset()))
    windowed = {entry.name for one in intents for entry in one.access for rule in entry.rules if rule.window}
    assert windowed
    assert {leak.list for leak in proof.leaks} == windowed


def test_a_planted_leak_is_found():
    def planted(text):
        return text.replace("ip access-list GUEST-IN\n", "ip access-list GUEST-IN\n   5 permit udp any any eq 67\n")

    proof, _ = proven(unhurried, planted)
    assert proof.leaks
    assert {(leak.list, leak.source, leak.rule) for leak in proof.leaks} == {
        ("GUEST-IN", "guest", "permit udp any any eq 67")
    }
    assert {"student", "staff", "management"} <= {leak.target for leak in proof.leaks}
