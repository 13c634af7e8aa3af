"""The receivers of the daemon: syslog and SNMP notifications, from the network to rows of the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.catalogue import load_platforms
from homeroom.errors import StoreError
from homeroom.observe import syslog, traps
from homeroom.observe.hearing import COUNTED, Ear, Rules, Sender, sender
from homeroom.observe.listening import Listening
from homeroom.observe.syslog import plain
from homeroom.programme.model import Programme
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.snmp.engine import Credentials
from homeroom.store import heard
from homeroom.store.heard import Heard
from homeroom.store.intake import Intake
from homeroom.store.reach import lab
from homeroom.store.world import World

_FLUSH: Final = 1.0
"""Seconds from a message to its row, at most."""
_DAY: Final = 86_400.0
_HOUR: Final = 3600.0
_BOUND: Final = 50_000
"""Rows that wait while the store does not take them."""


def senders(project: Project, world: World) -> Mapping[str, Sender]:
    """Return who may speak, by address: every device at each of its own, or those of the lab while one runs."""
    platforms, emulated = load_platforms(project.template_roots), lab(project)
    found: dict[str, Sender] = {}
    for device in world.devices():
        if emulated and device.name not in emulated:
            continue
        one = sender(device.name, platforms[device.platform].lineage)
        addresses = (emulated[device.name].host,) if emulated else (device.v4, device.v6)
        found |= {str(ip_address(address)): one for address in addresses if address}
    return found


def ours(programme: Programme) -> Callable[[str, str], bool]:
    """Return what tells whether it is Homeroom that logged in: its user, from one of the NOC's networks."""
    noc = [ip_network(str(net)) for net in programme.central.noc]

    def mine(who: str, origin: str) -> bool:
        if who != programme.management_user:
            return False
        try:
            address = ip_address(plain((origin,)))
        except ValueError:
            return False
        return any(address in net for net in noc)

    return mine


class Receivers:
    """Listens until it is cancelled, and keeps what is worth it."""

    def __init__(
        self,
        project: Project,
        listening: Listening,
        ear: Ear,
        *,
        keep: Callable[[Iterable[Heard]], object],
        forget: Callable[[float], object],
        vault: Vault,
        users: Credentials | None = None,
    ) -> None:
        self.ear = ear
        self._project, self._listening, self._vault, self._users = project, listening, vault, users
        self._intake: Intake[Heard] = Intake(keep, _BOUND)
        self._forget = forget

    @classmethod
    def of(
        cls, project: Project, world: World, engine: Engine, listening: Listening, *, vault: Vault, users: Credentials
    ) -> Receivers:
        """Make them of a project; `users`: the SNMPv3 user that devices notify by."""
        rules = Rules(
            kinds=frozenset(listening.kinds),
            per_minute=listening.per_minute,
            relays=frozenset(str(ip_address(one)) for one in listening.syslog.relays),
            ours=ours(world.programme),
        )
        ear = Ear(senders(project, world), vault.conceal, time.time, rules)
        save, forget = partial(heard.save, engine), partial(heard.forget, engine)
        return cls(project, listening, ear, keep=save, forget=forget, vault=vault, users=users)

    def knows(self, found: Mapping[str, Sender]) -> None:
        """Listen to other devices from now on: the inventory has changed."""
        self.ear.senders = found

    def snapshot(self) -> Mapping[str, float]:
        """Return what was counted by name (homeroom.observe.hearing.COUNTED), and the rows that wait or were lost."""
        waiting = self._intake.waiting
        found = {f"heard_{name}": float(self.ear.counted[name]) for name in COUNTED}
        return found | {"heard_waiting": float(waiting.rows), "heard_dropped": float(waiting.dropped)}

    async def run(self) -> None:
        """Listen. Raises UsageError when a port cannot be opened, StoreError when our SNMP engine cannot be kept."""
        listening, ear = self._listening, self.ear
        async with AsyncExitStack() as stack:
            if listening.syslog.udp or listening.syslog.tcp or listening.syslog.tls:
                opened = syslog.listening(self._project, listening.syslog, ear.syslog, ear.knows, ear.counted)
                await stack.enter_async_context(opened)
            if listening.traps.port:
                state, secrets = self._project.state, self._vault.get
                await stack.enter_async_context(traps.listening(state, listening.traps, ear, secrets, self._users))
            try:
                await self._keep()
            finally:
                self._intake.put(ear.fetched())

    async def _keep(self) -> None:
        """Keep what was heard, each second; forget what is old, each hour. The store is never waited for."""
        for second in _seconds():
            rows = self.ear.fetched()
            if rows or self._intake.waiting.rows:
                await asyncio.to_thread(self._intake.put, rows)
            if not second % _HOUR:
                await asyncio.to_thread(self._forgotten)
            await asyncio.sleep(_FLUSH)

    def _forgotten(self) -> None:
        """Forget what is older than is kept; a store that does not answer is asked again in an hour."""
        try:
            self._forget(self.ear.clock() - self._listening.days * _DAY)
        except StoreError:
            return


def _seconds() -> Iterator[int]:
    second = 0
    while True:
        yield second
        second += 1
