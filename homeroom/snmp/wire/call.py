"""One request on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from homeroom.errors import DeviceError
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.dialogue import Rows, Status
from homeroom.snmp.engine import Target
from homeroom.snmp.wire.keyring import Shared, User
from homeroom.snmp.wire.peers import Address, Peer
from homeroom.snmp.wire.request import Request
from homeroom.snmp.wire.sealed import Session

Outcome: TypeAlias = list[Value] | Rows | Status | DeviceError | None
"""Values of a GET, rows, an error of the device, an error of ours; None: silence."""


class Call:
    """A request to one device, as it stands: its octets, its tries, and who is told."""

    __slots__ = (
        "address",
        "done",
        "due",
        "family",
        "losses",
        "lost",
        "names",
        "packet",
        "peer",
        "refused",
        "request",
        "request_id",
        "session",
        "shared",
        "synced",
        "target",
        "tries",
        "users",
        "why",
    )

    def __init__(
        self, target: Target, family: int, address: Address, request: Request, done: Callable[[Call, Outcome], None]
    ) -> None:
        self.target = target
        self.family = family
        self.address = address
        self.done = done
        self.names: Sequence[Oid] = ()
        self.shared: Shared | None = None
        self.users: tuple[User, ...] = ()
        self.peer: Peer | None = None
        self.session: Session | None = None
        self.due = 0.0
        self.renew(request)

    def renew(self, request: Request) -> None:
        """Make it another request to the same device, as if nothing had been asked."""
        self.request = request
        self.request_id = self.packet = b""
        self.tries = self.lost = self.losses = 0
        self.synced = self.refused = 0
        self.why = ""
