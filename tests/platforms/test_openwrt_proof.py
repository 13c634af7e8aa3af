"""A district whose routers run OpenWrt, proven whole: nothing leaks, and what is planted is found with its line."""

import pytest
import uci_site

from homeroom.platforms.registry import PLATFORMS
from homeroom.proof.ground import Powers
from homeroom.proof.place import line_of
from homeroom.proof.site import prove_site, terms_of


@pytest.fixture(scope="module")
def terms():
    facts, policy, _ = uci_site.district()
    programme = facts.programme
    return terms_of(policy, programme.central, programme.pools)


def prove(site, terms, change=lambda intent, text: text):
    """Prove a site from its texts."""
    texts = {intent.device.name: change(intent, uci_site.RENDERER.render(intent).text) for intent in site}
    accesses = {i.device.name: PLATFORMS[i.device.platform].parse.access(texts[i.device.name]) for i in site}
    return prove_site(site, accesses, terms, Powers(frozenset({"openwrt"}))), texts


def test_nothing_leaks_and_nothing_is_odd(terms):
    for site in uci_site.district()[2][:4]:
        proof, _ = prove(site, terms)
        assert (proof.leaks, proof.findings, proof.unknown) == ((), (), ())


def test_a_planted_rule_is_found_with_its_line(terms):
    """The textbook's way to let DHCP through, which lets it through to everybody."""
    planted = (
        "config rule\n\toption name 'dhcp'\n\toption src 'student'\n\toption dest '*'\n\toption family 'ipv4'\n"
        "\toption proto 'udp'\n\toption dest_port '67'\n\toption target 'ACCEPT'\n\n"
    )

    def change(intent, text):
        head, rule, rest = text.partition("config rule\n")
        return head + planted + rule + rest if intent.device.kind == "router" else text

    site = uci_site.district()[2][0]
    proof, texts = prove(site, terms, change)
    found = next(leak for leak in proof.leaks if (leak.source, leak.target) == ("student", "staff"))
    assert found.packet.startswith("udp ")
    assert found.packet.endswith(":67")
    text = texts[site[0].device.name]
    line = line_of(PLATFORMS["openwrt"].parse, text, 4, "STUDENT-FWD", 2)
    assert text.splitlines()[line - 1 : line + 1] == ["\toption target 'ACCEPT'", ""]
    assert line == text[: text.index(planted)].count("\n") + planted.count("\n") - 1


def test_a_zone_without_rules_and_open_is_found(terms):
    def change(_, text):
        return text.replace(
            "option name 'guest'\n\tlist network 'guest'\n\toption input 'DROP'", "option name 'guest'"
        ).replace("option forward 'DROP'\n\toption drop_invalid", "option forward 'ACCEPT'\n\toption drop_invalid")

    proof, _ = prove(uci_site.district()[2][0], terms, change)
    assert ("guest", "staff") in {(leak.source, leak.target) for leak in proof.leaks}
