"""Where metrics are served, as observe.yaml says it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Serving:
    """`address`: an IP address of this machine; empty: metrics are not served. `every`: seconds a page is good for.

    There is no login: on another address than this machine's own, let only the Prometheus server in.
    """

    address: str = "127.0.0.1"
    port: int = 9797
    every: int = 15

    def __post_init__(self) -> None:
        """Refuse what cannot be listened on."""
        if self.address:
            ipaddress.ip_address(self.address)  # its ValueError says what is wrong
        if not 0 <= self.port <= 65535 or not 1 <= self.every <= 300:
            raise ValueError("port goes from 0 to 65535 (0: any that is free), every from 1 to 300 seconds")
