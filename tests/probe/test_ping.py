"""The control of roles that may reach nothing else: their gateway's echo."""

import asyncio
import os

import pytest

from homeroom.probe.model import Check
from homeroom.probe.wire import ask


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may always ask for an echo")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_echo_comes_back(address):
    assert asyncio.run(ask(Check("x", "x", "ping", address, 0, "open"), 2.0))[0] == "open"
