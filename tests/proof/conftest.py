"""One small real district for the proof's tests; making it takes a moment."""

import pytest
from made import House, planned


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The texts of a district nobody may change."""
    made = House.of(planned(tmp_path_factory.mktemp("district") / "p"))
    yield made
    made.world.close()
