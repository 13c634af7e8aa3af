"""Our engine and pysnmp's against the agent that most Linux devices run: net-snmp's snmpd."""

from __future__ import annotations

import asyncio

import pytest

from homeroom.errors import LoginRefused, Unreachable
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber
from homeroom.snmp.engine import Community, Credentials, Target
from homeroom.snmp.pysnmp_engine import PysnmpEngine
from homeroom.snmp.wire.engine import WireEngine
from tests.snmp.realagent import AUTH, COMMUNITY, PRIV, USERS, RealAgent, needs_snmpd, real_agent

pytestmark = needs_snmpd
SYS_NAME, UP_TIME = ber.dotted("1.3.6.1.2.1.1.5.0"), ber.dotted("1.3.6.1.2.1.1.3.0")
BOOTS = ber.dotted("1.3.6.1.6.3.10.2.1.2.0")
OR_TABLE = [(*ber.dotted("1.3.6.1.2.1.1.9.1"), column) for column in (2, 3)]
STILL = ("1.3.6.1.2.1.1.9", "1.3.6.1.6.3.16", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.6.3.10.2.1.1")
"""Subtrees whose values do not move: sysORTable, VACM, ifDescr, snmpEngineID."""


def secrets(name: str) -> Secret:
    return Secret(name, name)


def who(user: str = "sha256", auth: str = AUTH, priv: str = PRIV, **more) -> Credentials:
    hash_, cipher = USERS[user]
    return Credentials(user, SecretRef(auth), SecretRef(priv), auth=hash_, priv=cipher, **more)


def shared(version: str) -> Community:
    return Community(SecretRef(COMMUNITY), version)


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    with real_agent(tmp_path_factory.mktemp("snmpd"), "127.77.0.1") as agent:
        yield agent


def ask(agent: RealAgent, work, kind: type = WireEngine, **options):
    """Run `work(engine)`; the agent is a process of its own."""

    async def main():
        engine = kind(secrets, **{"timeout": 3, "retries": 1} | options)
        try:
            return await work(engine)
        finally:
            engine.close()

    return asyncio.run(main())


def target(agent: RealAgent, credentials) -> Target:
    return Target("real", "openwrt", agent.address, agent.port, credentials)


@pytest.mark.parametrize("credentials", [shared("1"), shared("2c"), *map(who, USERS)], ids=str)
def test_every_version_and_protocol_is_read_the_same_by_both_engines(agent, credentials):
    asked = target(agent, credentials)

    async def work(engine):
        values = await engine.get(asked, [SYS_NAME, (1, 3, 6, 1, 2, 1, 99, 0), ber.dotted("1.3.6.1.2.1.1.2.0")])
        return values, await engine.columns(asked, OR_TABLE, 3)

    ours = ask(agent, work)
    assert ours == ask(agent, work, PysnmpEngine)
    assert ours[0] == [b"real", None, ber.dotted("1.3.6.1.4.1.8072.3.2.10")]
    assert len(ours[1][OR_TABLE[0]]) == len(ours[1][OR_TABLE[1]]) > 5


@pytest.mark.parametrize("credentials", [shared("1"), shared("2c"), who("sha"), who("sha256")], ids=str)
def test_whole_trees_are_walked_the_same_by_both_engines_value_by_value(agent, credentials):
    asked = target(agent, credentials)

    async def work(engine):
        return [await engine.walk(asked, ber.dotted(root)) for root in STILL]

    ours = ask(agent, work)
    assert [list(found.items()) for found in ours] == [list(found.items()) for found in ask(agent, work, PysnmpEngine)]
    assert sum(map(len, ours)) > 50


@pytest.mark.parametrize("root", STILL)
def test_walks_are_those_of_net_snmps_own_tool_value_by_value(agent, root):
    found = ask(agent, lambda engine: engine.walk(target(agent, shared("2c")), ber.dotted(root)))
    assert {f".{ber.text(name)}": printed(value) for name, value in found.items()} == agent.walk(root)
    assert list(found) == sorted(found)
    assert found


def printed(value: ber.Value) -> str:
    """Write a value as snmpbulkwalk does with -OQxte."""
    if isinstance(value, bytes):
        return value.hex(" ").upper()
    return f".{ber.text(value)}" if isinstance(value, tuple) else str(value)


def test_a_whole_tree_is_walked_by_v3(agent):
    found = ask(agent, lambda engine: engine.walk(target(agent, who()), (1, 3, 6)))
    assert list(found) == sorted(found)
    names = [name for name in found if name[:7] == (1, 3, 6, 1, 2, 1, 1)]
    assert [f".{ber.text(name)}" for name in names] == list(agent.walk("1.3.6.1.2.1.1"))


@pytest.mark.parametrize("kind", [WireEngine, PysnmpEngine])
def test_the_first_version_walks_to_the_end_of_the_tree_as_the_second_does(agent, kind):
    """SNMPv1 says by an error that nothing follows."""
    root = ber.dotted("1.3.6.1.6.3.16")
    found = [ask(agent, lambda engine, v=v: engine.walk(target(agent, shared(v)), root), kind) for v in ("1", "2c")]
    assert found[0] == found[1] != {}


def test_wrong_keys_are_refused_by_name(agent):
    for wrong, why in (
        (who(auth="wrongpass123"), "it refused our SNMP authentication key"),
        (Credentials("nobody", SecretRef(AUTH), SecretRef(PRIV)), "it does not know our SNMP user"),
    ):
        with pytest.raises(LoginRefused, match=why):
            ask(agent, lambda engine, wrong=wrong: engine.get(target(agent, wrong), [SYS_NAME]))


def test_a_wrong_privacy_key_is_told_from_a_dead_device(agent):
    """snmpd is silent where RFC 3414 3.2 8b has it report a decryption error; but it does say who it is."""
    asked = target(agent, who(priv="wrongpass123"))
    with pytest.raises(Unreachable, match="but it says who it is: compare its SNMP user's keys"):
        ask(agent, lambda engine: engine.get(asked, [SYS_NAME]), timeout=0.5)


def test_a_restart_of_ours_needs_no_discovery_and_a_reboot_of_its_own_one_packet(tmp_path):
    with real_agent(tmp_path, "127.77.0.2") as agent:
        asked, state = target(agent, who()), tmp_path / "engines.json"

        async def work(engine):
            values = await engine.get(asked, [BOOTS])
            return values, engine.stats.sent, engine.stats.discovered

        first = ask(agent, work, state=state)
        assert first[1:] == (2, 1)
        assert ask(agent, work, state=state) == (first[0], 1, 0)
        agent.halt()
        agent.boot()
        assert ask(agent, work, state=state) == ([first[0][0] + 1], 2, 0)


def test_a_reboot_and_other_keys_while_we_run(tmp_path):
    with real_agent(tmp_path, "127.77.0.3") as agent:
        asked = target(agent, who(auth="newauth123", priv="newpriv123", former=who()))

        async def work(engine):
            first = await engine.get(asked, [SYS_NAME])
            agent.halt()
            agent.forget_users()
            agent.configure(USERS, "newauth123", "newpriv123")
            agent.boot()
            return [first, await engine.get(asked, [SYS_NAME])]

        assert ask(agent, work) == [[b"real"], [b"real"]]
        with pytest.raises(LoginRefused):
            ask(agent, lambda engine: engine.get(target(agent, who()), [SYS_NAME]))
