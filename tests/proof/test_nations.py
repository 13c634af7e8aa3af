"""The three nations: no leak, no finding, nothing unknown; a planted leak is found among them."""

import pytest
from made import House, planned

NATIONS = ("kg", "py", "rs")


@pytest.mark.parametrize("nation", NATIONS)
def test_a_few_sites_of_each_nation_are_as_the_policy_says(tmp_path, nation):
    proven(House.of(planned(tmp_path / "p", nation, sites=4)))


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("nation", NATIONS)
def test_a_whole_nation_is_as_the_policy_says(tmp_path, nation):
    proven(House.of(planned(tmp_path / "p", nation, sites=None)))


def proven(house):
    nation = house.nation()
    for intents in house.sites.values():
        texts = {intent.device.name: house.renderer.render(intent).text for intent in intents}
        proof = nation.site(intents, texts)
        assert (proof.leaks, proof.findings, proof.unknown) == ((), (), ())
    house.world.close()
