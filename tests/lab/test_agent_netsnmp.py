"""net-snmp's own tools on the agent, over real UDP: clients that these tests did not shape."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from homeroom.snmp import ber
from tests.snmp.box import USER, Box, ports, serving

pytestmark = [
    pytest.mark.stock("net-snmp", "ios"),
    pytest.mark.skipif(
        shutil.which("snmpbulkwalk") is None, reason="net-snmp's tools are not installed (Debian: apt install snmp)"
    ),
]
BOXES = (
    Box(address="127.1.0.1", ports=ports(28), clubs={"public": "RO"}),
    Box(address="127.200.3.4", hostname="py01-0001-ap01", platform="openwrt", kind="ap"),
)


@pytest.fixture(scope="module")
def port():
    with serving(*BOXES) as port:
        yield port


def run(tool: str, port: int, *words: str, host: str = "127.1.0.1", **changed: str) -> subprocess.CompletedProcess:
    options = {"l": "authPriv", "u": "homeroom", "a": USER.auth, "A": USER.auth_key, "x": USER.priv, "X": USER.priv_key}
    credentials = [word for key, value in (options | changed).items() for word in (f"-{key}", value)]
    command = [tool, "-v3", "-On", "-t", "2", "-r", "1", *credentials, f"{host}:{port}", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_snmpget(port):
    done = run("snmpget", port, "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5", "1.3.6.1.2.1.99.0")
    assert done.stdout.splitlines() == [
        '.1.3.6.1.2.1.1.5.0 = STRING: "py01-0001-sw1"',
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.9.1.2694",
        ".1.3.6.1.2.1.1.5 = No Such Instance currently exists at this OID",
        ".1.3.6.1.2.1.99.0 = No Such Object available on this agent at this OID",
    ]


def test_each_address_is_its_own_device(port):
    done = run("snmpget", port, "1.3.6.1.2.1.1.5.0", host="127.200.3.4")
    assert done.stdout == '.1.3.6.1.2.1.1.5.0 = STRING: "py01-0001-ap01"\n'


@pytest.mark.parametrize("tool", ["snmpwalk", "snmpbulkwalk"])
@pytest.mark.parametrize("host", ["127.1.0.1", "127.200.3.4"])
def test_a_walk_of_the_whole_tree_ends_and_only_goes_up(port, tool, host):
    done = run(tool, port, ".1", host=host)
    assert done.returncode == 0
    seen = [ber.dotted(line.partition(" = ")[0]) for line in done.stdout.splitlines() if line.startswith(".1.")]
    *seen, end = seen
    assert "No more variables left in this MIB View" in done.stdout.splitlines()[-1]
    assert end == seen[-1]
    assert seen == sorted(set(seen))
    assert len(seen) > 100


def test_both_walks_see_the_same(port):
    names = [
        [line.partition(" = ")[0] for line in run(tool, port, ".1.3.6.1.2.1").stdout.splitlines()]
        for tool in ("snmpwalk", "snmpbulkwalk")
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize("repetitions", ["1", "10", "65535"])
def test_bulkwalk_with_any_number_of_repetitions(port, repetitions):
    done = run("snmpbulkwalk", port, f"-Cr{repetitions}", "1.3.6.1.2.1.2.2.1.2")
    assert len(done.stdout.splitlines()) == 28


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"A": "wrongpass123"}, "Authentication failure (incorrect password, community or key)"),
        ({"a": "SHA"}, "Authentication failure (incorrect password, community or key)"),
        ({"X": "wrongpass123"}, "Decryption error"),
        ({"u": "nobody"}, "Unknown user name"),
        ({"l": "noAuthNoPriv"}, "authorizationError (access denied to that object)"),
        ({"l": "authNoPriv"}, "authorizationError (access denied to that object)"),
        ({"n": "vlan-10"}, "Bad context specified"),
    ],
)
def test_what_is_refused_is_refused_with_its_reason(port, changed, said):
    done = run("snmpget", port, "1.3.6.1.2.1.1.5.0", **changed)
    assert done.returncode != 0
    assert said in done.stderr
    assert done.stdout == ""


def test_snmpset_is_refused(port):
    done = run("snmpset", port, "1.3.6.1.2.1.1.5.0", "s", "mine")
    assert done.returncode == 2
    assert "Reason: noAccess" in done.stderr


def test_v2c_by_community(port):
    command = ["snmpbulkwalk", "-v2c", "-On", "-t", "1", "-r", "0", "-c"]
    for community, lines in (("public", 28), ("private", 0)):
        done = subprocess.run(
            [*command, community, f"127.1.0.1:{port}", "1.3.6.1.2.1.31.1.1.1.1"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert len(done.stdout.splitlines()) == lines
        assert ("Timeout" in done.stderr) == (lines == 0)


def test_nobody_lives_at_other_addresses(port):
    done = run("snmpget", port, "1.3.6.1.2.1.1.5.0", host="127.9.9.9", t="0.3", r="0")
    assert "Timeout" in done.stderr
