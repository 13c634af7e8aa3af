"""gufo-snmp on the workloads of bench_snmp: CPU microseconds a device."""

import asyncio
import importlib.util

from snmp_asked import CELLS, DOTTED, DOTTED_EIGHT, EIGHT, ROOTS, addresses, called, timed

from tests.snmp import responder

PORTS = responder.PORTS


class Gufo:
    """gufo-snmp (Rust), a session a device, of v3 with stretched keys as it keeps none; asynchronous, to ask many."""

    MANY, FEW = 300, 10

    def absent(self):
        found = importlib.util.find_spec("gufo") and importlib.util.find_spec("gufo.snmp")
        return "" if found else "gufo-snmp is not installed (pip install '.[bench]')"

    def measure(self, port, number):
        return asyncio.run(self._measure(port, number))

    async def _measure(self, port, number):
        known, shared = {}, {"community": responder.COMMUNITY}
        few, many = addresses(self.FEW), addresses(self.MANY, number * self.MANY)
        return {
            "v2c_get": await timed(self.MANY, _opened({}, addresses(self.MANY), port, **shared)),
            "v3_cold": await timed(self.MANY, _opened(known, many, port, user=_user())),
            "v3_warm": await timed(self.MANY, _all(known)),
            "v2c_tables": await timed(self.FEW, _walks(few, port, ROOTS, CELLS)),
            "v2c_8_columns": await timed(self.FEW, _walks(few, port, DOTTED_EIGHT, len(EIGHT) * PORTS)),
        }


async def _got(host, session):
    _whole(host, await session.get_many(DOTTED))


async def _all(sessions):
    await asyncio.gather(*(_got(host, session) for host, session in sessions.items()))


async def _opened(sessions, hosts, port, **more):
    """Make a session for each and ask it, all at once."""
    from gufo.snmp.aio import SnmpSession

    async def one(host):
        sessions[host] = SnmpSession(host, port, timeout=3, **more)
        await sessions[host].refresh()
        await _got(host, sessions[host])

    await asyncio.gather(*map(one, hosts))


async def _walks(hosts, port, roots, cells):
    from gufo.snmp.aio import SnmpSession

    async def one(host):
        session = SnmpSession(host, port, responder.COMMUNITY, timeout=3)
        assert sum([len([1 async for _ in session.getbulk(root, 50)]) for root in roots]) == cells

    await asyncio.gather(*map(one, hosts))


def _whole(host, found):
    assert len(found) == 8
    assert found[DOTTED[4]].decode() == host


def _user():
    from gufo.snmp.user import Aes128Key, KeyType, Sha1Key, User

    auth, priv = (Sha1Key.get_master_key(one.encode()) for one in (responder.AUTH, responder.PRIV))
    keys = Sha1Key(auth, key_type=KeyType.Master), Aes128Key(priv, key_type=KeyType.Master)
    return User(responder.USER, auth_key=keys[0], priv_key=keys[1])


class GufoInTurn(Gufo):
    """The same, one device after the other: the least CPU it can do with, and as long as all round trips together."""

    async def _measure(self, port, number):
        from gufo.snmp.sync import SnmpSession

        user, known = _user(), {}

        def got(hosts, **more):
            for host in hosts:
                known[host] = session = SnmpSession(host, port, timeout=3, **more)
                session.refresh()
                _whole(host, session.get_many(DOTTED))

        def warm():
            for host, session in known.items():
                _whole(host, session.get_many(DOTTED))

        def walk(roots, cells):
            for host in addresses(self.FEW):
                session = SnmpSession(host, port, responder.COMMUNITY, timeout=3)
                assert sum(1 for root in roots for _ in session.getbulk(root, 50)) == cells

        strange = addresses(self.MANY, (100 + number) * self.MANY)
        figures = {"v2c_get": called(self.MANY, lambda: got(addresses(self.MANY), community=responder.COMMUNITY))}
        known.clear()
        return figures | {
            "v3_cold": called(self.MANY, lambda: got(strange, user=user)),
            "v3_warm": called(self.MANY, warm),
            "v2c_tables": called(self.FEW, lambda: walk(ROOTS, CELLS)),
            "v2c_8_columns": called(self.FEW, lambda: walk(DOTTED_EIGHT, len(EIGHT) * PORTS)),
        }
