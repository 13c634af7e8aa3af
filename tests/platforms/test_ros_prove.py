"""Sites whose routers and access points run RouterOS, proven whole from their texts."""

import pytest
import ros_site
from ros_site import RENDERER

from homeroom.catalogue import stateful
from homeroom.platforms.registry import PLATFORMS
from homeroom.proof.ground import Powers
from homeroom.proof.site import prove_site, terms_of

TRACKING = Powers(stateful(ros_site.PLATFORMS))


def sites():
    found = {}
    for intent in ros_site.intents().values():
        found.setdefault(intent.device.site, []).append(intent)
    return found


SITES = sites()


def proof(intents, **instead):
    facts, policy = ros_site.loaded()
    programme = facts.programme
    texts = {one.device.name: instead.get(one.device.kind) or RENDERER.render(one).text for one in intents}
    read = {one.device.name: PLATFORMS[one.device.platform].parse.access(texts[one.device.name]) for one in intents}
    return prove_site(intents, read, terms_of(policy, programme.central, programme.pools), TRACKING)


@pytest.mark.parametrize("site", list(SITES)[:4])
def test_no_role_reaches_what_it_must_not(site):
    found = proof(SITES[site])
    assert (found.leaks, found.unknown) == ((), ())


PLANTED = {
    "a rule": (
        "/ip firewall filter add action=accept chain=STUDENT-FWD connection-state=established,related\n",
        "/ip firewall filter add action=accept chain=STUDENT-FWD dst-port=67 protocol=udp\n",
    ),
    "a jump that is away": (
        "/ip firewall filter add action=jump chain=forward in-interface=guest jump-target=GUEST-FWD\n",
        "/ip firewall filter add action=accept chain=forward in-interface=guest\n",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_leak_is_found(name):
    intents = next(iter(SITES.values()))
    router = next(one for one in intents if one.device.kind == "router")
    old, new = PLANTED[name]
    text = RENDERER.render(router).text
    assert old in text
    found = proof(intents, router=text.replace(old, new + (old if name == "a rule" else "")))
    assert found.leaks
