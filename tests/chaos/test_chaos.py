"""The trial of `make chaos`, small: it waits for devices' timers, so it is part of the whole suite only."""

import pytest
from trial import run


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("sites", "kills", "seed"), [pytest.param(2, 1, 1, id="35 devices"), pytest.param(6, 3, 2, id="102 devices")]
)
def test_every_device_has_the_old_or_the_new_configuration_and_the_journal_knows_which(tmp_path, sites, kills, seed):
    assert run(tmp_path / "nation", sites, kills, seed, share=0.1, workers=20, spread=5.0, span=20.0) == []
