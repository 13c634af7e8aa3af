"""SET against the agent that most Linux devices run: what is written is read back, what is refused is said."""

from __future__ import annotations

import asyncio

import pytest

from homeroom.errors import CommandRejected, LoginRefused, Unreachable
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber
from homeroom.snmp.engine import Community, Credentials, Target
from homeroom.snmp.set import Setter
from tests.snmp.realagent import AUTH, PRIV, RealAgent, needs_snmpd

pytestmark = needs_snmpd
CONTACT, UP_TIME = ber.dotted("1.3.6.1.2.1.1.4.0"), ber.dotted("1.3.6.1.2.1.1.3.0")
AUTHEN_TRAPS = ber.dotted("1.3.6.1.2.1.11.30.0")
WRITER = Credentials("writer", SecretRef(AUTH), SecretRef(PRIV))
READER = Credentials("reader", SecretRef(AUTH), SecretRef(PRIV))


class Writable(RealAgent):
    """snmpd with a user and a community that write, and a user that does not."""

    def configure(self, users, auth=AUTH, priv=PRIV):
        lines = ["rwcommunity private", "rocommunity public", "rwuser writer priv", "rouser reader priv"]
        lines += [f"createUser {name} SHA-256 {auth} AES {priv}" for name in ("writer", "reader")]
        (self._folder / "snmpd.conf").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    agent = Writable(tmp_path_factory.mktemp("snmpd"), "127.77.0.9")
    agent.boot()
    yield agent
    agent.halt()


def put(agent, credentials, values, names=()):
    """Write, then read."""

    async def main():
        engine = Setter(lambda name: Secret(name, name), timeout=2, retries=1)
        target = Target("real", "openwrt", agent.address, agent.port, credentials)
        try:
            await engine.put(target, values)
            return await engine.get(target, names)
        finally:
            engine.close()

    return asyncio.run(main())


@pytest.mark.parametrize(
    "who", [WRITER, Community(SecretRef("private")), Community(SecretRef("private"), "1")], ids=["v3", "v2c", "v1"]
)
def test_what_is_written_is_there(agent, who):
    contact = f"NOC {who}"[:40].encode()
    assert put(agent, who, {CONTACT: contact, AUTHEN_TRAPS: 2}, [CONTACT, AUTHEN_TRAPS]) == [contact, 2]
    assert put(agent, who, {AUTHEN_TRAPS: 1}, [AUTHEN_TRAPS]) == [1]


def test_what_a_device_refuses_is_said_by_name_and_nothing_is_written(agent):
    with pytest.raises(CommandRejected, match=r"it refused to set 1\.3\.6\.1\.2\.1\.1\.3\.0: it cannot be written"):
        put(agent, WRITER, {CONTACT: b"half", UP_TIME: 5})
    assert put(agent, WRITER, {AUTHEN_TRAPS: 1}, [CONTACT]) != [b"half"]
    with pytest.raises(CommandRejected, match="the value is of the wrong type"):
        put(agent, WRITER, {CONTACT: (1, 3, 6, 1)})


def test_who_may_not_write_is_told_so(agent):
    with pytest.raises(CommandRejected, match="our SNMP user may not write it"):
        put(agent, READER, {CONTACT: b"x"})
    with pytest.raises(LoginRefused, match="it does not know our SNMP user"):
        put(agent, Credentials("nobody", SecretRef(AUTH), SecretRef(PRIV)), {CONTACT: b"x"})
    dead = Writable.__new__(Writable)
    dead.address, dead.port = "127.77.0.10", agent.port
    with pytest.raises(Unreachable, match="no SNMP answer"):
        put(dead, WRITER, {CONTACT: b"x"})


def test_while_keys_are_changed_the_former_user_writes(agent):
    former = Credentials("nobody", SecretRef(AUTH), SecretRef(PRIV), former=WRITER)
    assert put(agent, former, {CONTACT: b"former"}, [CONTACT]) == [b"former"]
