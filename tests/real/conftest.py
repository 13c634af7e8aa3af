"""Where the helpers of these tests are, and that their files run one after the other.

The kernel limits its ICMP answers for all namespaces together (icmp_msgs_per_sec): two tests at once would take them
from each other.
"""

import fcntl
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module", autouse=True)
def _alone():
    """Wait until no other process runs tests on the kernel."""
    with Path(tempfile.gettempdir(), "homeroom-kernel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
