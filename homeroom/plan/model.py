"""What was decided once and is kept: a site's block and code, and what follows from them by the fixed layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeroom.prefix import Prefix
from homeroom.programme.model import Kind, SizeClass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `released` is an ISO date, empty while the site exists; no reuse within 12 months."""

    site: str
    region: str
    code: str
    """Stem of every host name at the site, e.g. `py11-0042`; at most 12 characters of [a-z0-9-]."""
    size: SizeClass
    v4: Prefix
    v6: Prefix
    wan4: Prefix
    """The /31 of the uplink: first address the provider's, second the site's (RFC 3021)."""
    allocated: str
    released: str = ""

    @property
    def blocks(self) -> tuple[Prefix, Prefix, Prefix]:
        """What nobody else may have: v4, v6, wan4."""
        return self.v4, self.v6, self.wan4


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """A device's name and management address. `ordinal` counts per kind from 1."""

    name: str
    site: str
    kind: Kind
    ordinal: int
    model: str
    platform: str
    v4: str
    v6: str


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site's ledger entry with its role prefixes, keyed by role name, and its devices in cabling order."""

    entry: Entry
    v4: Mapping[str, Prefix]
    v6: Mapping[str, Prefix]
    devices: tuple[DevicePlan, ...]
