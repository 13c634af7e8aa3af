"""Where the helpers of these tests are, and that they run one after the other.

The kernel limits its ICMP answers for all namespaces together (icmp_msgs_per_sec): two tests at once would take them
from each other.
"""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("kernel"))
