"""A walk over columns on its way: what came is taken, and the next question sent, before anything else is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from homeroom.errors import DeviceError
from homeroom.snmp import dialogue
from homeroom.snmp.dialogue import Rows, Status
from homeroom.snmp.engine import Target
from homeroom.snmp.tables import Columns
from homeroom.snmp.wire import request
from homeroom.snmp.wire.call import Call, Outcome
from homeroom.snmp.wire.line import Line
from homeroom.snmp.wire.request import Request


class Walk:
    """One walk: its one call is sent again and again. `end` is done when every column has ended, or with why not."""

    def __init__(
        self, line: Line, table: Columns, fault: Callable[[Target, Outcome], DeviceError], *, bulk: bool
    ) -> None:
        self._line = line
        self._table = table
        self._fault = fault
        self._bulk = bulk
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ask(self) -> Request:
        """Make the next question."""
        return request.following(self._table.names(), self._table.times, bulk=self._bulk)

    def answered(self, call: Call, outcome: Outcome) -> None:
        """Take what came, and go on; leave it when nobody waits any more."""
        if self.end.done():
            return
        try:
            self._take(call.target, outcome)
        except DeviceError as error:
            self.end.set_exception(error)
            return
        if self._table.done:
            self.end.set_result(None)
        else:
            call.renew(self.ask())
            self._line.go_on(call)

    def _take(self, target: Target, outcome: Outcome) -> None:
        if not isinstance(outcome, Rows | Status):
            raise self._fault(target, outcome)
        dialogue.take(target, self._table, outcome)
