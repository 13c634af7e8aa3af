"""What the tests of observing share."""

import pytest
import watched as helper


@pytest.fixture(scope="session")
def _watched(tmp_path_factory):
    return helper.made(tmp_path_factory.mktemp("watched") / "nation")


@pytest.fixture
def watched(_watched, tmp_path):
    """A copy of a small nation of which something is known."""
    found = helper.watched(_watched, tmp_path / "nation")
    yield found
    found.state.dispose()
    found.series.dispose()
