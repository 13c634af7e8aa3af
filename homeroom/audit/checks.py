"""The closed set of things a rule may check: `config`, `reading`, `getter`, `proof`, `probe`, `record`. Data, no code.

Patterns are regular expressions over a whole line, indentation removed. A pattern may hold `%name%`: an attribute of
what `each` goes through, or of the device (`%host%`, `%domain%`, `%user%`); it stands for that value, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from homeroom.audit.getters import NAMES
from homeroom.policy.model import Family
from homeroom.programme.model import Kind
from homeroom.proof.model import Concern
from homeroom.snmp.ask.rows import GROUPS, fields_of

Silence: TypeAlias = Literal["compliant", "violation", "unknown"]
PORT: Final = re.compile(r"(tcp|udp):([1-9][0-9]{0,4})")
OF_PROOF: Final = ("no_leak", "no_finding")
INTERFACES: Final = "interfaces.name"
"""The reading that names the interface of a row."""
EVERY_KIND: Final[tuple[Kind, ...]] = ("router", "switch", "ap", "wlc")

Each: TypeAlias = Literal[
    "ports.access", "ports.user", "ports.unused", "ports.trunk", "ports.all", "trunks", "uplinks",
    "segments", "segments.routed", "segments.filtered", "wlans", "wlans.secure", "wlans.open", "wlans.isolated",
    "radios",
]  # fmt: skip
"""What a demand is repeated for, each with its attributes: see homeroom.audit.places.

`ports.access`: outlets in use; `ports.user`: those of them that are not the management's; `trunks`: interfaces towards
the rest of the site; `segments.routed`: roles whose gateway this device is; `segments.filtered`: those of them with a
resolver of their own; `wlans.secure`: 802.1X on the air, `wlans.open`: the others; `wlans.isolated`: where clients are
kept from each other.
"""
Planned: TypeAlias = Literal[
    "host_name", "vlans", "ssids", "syslog", "ntp", "radius", "noc4", "noc6", "users", "resolvers",
    "location", "software", "noc", "mgmt4", "mgmt6",
]  # fmt: skip
"""A value or set of values of the device's intent: see homeroom.audit.places."""
Record: TypeAlias = Literal[
    "backup_age", "startup_saved", "serial_known", "secrets_sealed", "retention", "permit_reasons", "block_events",
    "admin_path", "waivers_hold",
]  # fmt: skip
"""What is on record, not on a device: see homeroom.audit.record."""


@dataclass(frozen=True, slots=True)
class Silent:
    """What it means when no line matches: show run hides defaults, so each demand answers it in words."""

    verdict: Silence
    because: str


@dataclass(frozen=True, slots=True)
class Count:
    """So many lines that differ in what the pattern's first group holds (or as wholes, without a group)."""

    line: str
    at_least: int = 0
    at_most: int = 0
    """0: no limit."""

    def __post_init__(self) -> None:
        """Refuse a broken pattern or a count that always holds."""
        regex(self.line)
        if self.at_least < 0 or self.at_most < 0 or not (self.at_least or self.at_most):
            raise ValueError("give at_least or at_most, more than 0: nothing would be demanded")


@dataclass(frozen=True, slots=True)
class Value:
    """What the pattern's first group holds on every line it matches: a number in a range, or one of some words."""

    line: str
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a pattern without a group and a value that is not limited."""
        if not regex(self.line).groups:
            raise ValueError(f"{self.line!r} has no group: put ( ) round the value")
        if (self.at_least is None and self.at_most is None) == (not self.one_of):
            raise ValueError("give one_of, or at_least and at_most or one of the two")


@dataclass(frozen=True, slots=True)
class Equals:
    """What the pattern's first group holds on all lines it matches, together: exactly the planned values."""

    line: str
    planned: Planned

    def __post_init__(self) -> None:
        """Refuse a pattern without a group."""
        if not regex(self.line).groups:
            raise ValueError(f"{self.line!r} has no group: put ( ) round the value")


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand on the running configuration: exactly one of `present`, `absent`, `count`, `value`, `equals`.

    Without `section` it looks at the unindented lines; with it at all lines below every unindented line that `section`
    matches, and must hold in each. `each`: it must hold for each of them. `per`: it must hold for every line there that
    this pattern matches, whose first group is then `%it%`; where there is none nothing is demanded. `kinds`: on devices
    of these kinds only.
    """

    silent: Silent
    present: str = ""
    absent: str = ""
    count: Count | None = None
    value: Value | None = None
    equals: Equals | None = None
    section: str = ""
    each: Each | None = None
    per: str = ""
    kinds: tuple[Kind, ...] = EVERY_KIND

    def __post_init__(self) -> None:
        """Refuse an ambiguous demand and a broken pattern."""
        names = ("present", "absent", "count", "value", "equals")
        given = [name for name in names if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(names)} (given: {', '.join(given) or 'none'})")
        for pattern in (self.present, self.absent, self.section, self.per):
            regex(pattern)
        if self.per and not regex(self.per).groups:
            raise ValueError(f"{self.per!r} has no group: put ( ) round what is %it%")

    @property
    def patterns(self) -> tuple[str, ...]:
        """Return every pattern that it looks for."""
        return tuple(pattern for pattern in (self.line, self.section, self.per) if pattern)

    @property
    def line(self) -> str:
        """Return the pattern of the lines it looks for."""
        other = self.count or self.value or self.equals
        return other.line if other else self.present or self.absent


@dataclass(frozen=True, slots=True)
class Compare:
    """A reading (`group.field`): exactly one of `equals` (the plan's), `one_of`, `at_least`/`at_most`, `not_above`.

    `not_above`: another reading that this one, a number, must not exceed; up to `grace` it always may be.
    `ignore`: keys of rows that every device of the platform has. `where`: only the rows of these interfaces.
    `kinds`: on devices of these kinds only.
    """

    object: str
    equals: Planned | None = None
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    ignore: tuple[str, ...] = ()
    where: Each | None = None
    kinds: tuple[Kind, ...] = EVERY_KIND
    not_above: str = ""
    grace: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a comparison with nothing."""
        limited = self.at_least is not None or self.at_most is not None
        if sum((self.equals is not None, bool(self.one_of), limited, bool(self.not_above))) != 1:
            raise ValueError("give exactly one of equals, one_of, at_least/at_most, not_above")
        if self.grace and not self.not_above:
            raise ValueError("grace belongs to not_above")


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim to prove.

    `as_intended`: running equals intended (a device). `prefixes`: a site's prefixes are disjoint from all others and
    inside their aggregates (a site). `no_leak`: the site's running configurations let no packet through from any of
    `sources` to any of `targets` (empty: all; `internal`: all but the Internet) that the policy does not allow, to
    `ports` if given; and the proof has none of `concerns` to tell of. `bogus`: counted are only packets whose sender
    no packet from the Internet can have. `no_finding`: the proof has none of `concerns` to tell of (a site).
    """

    claim: Literal["as_intended", "prefixes", "no_leak", "no_finding"]
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    """`udp:443`, `tcp:853`; empty: every packet."""
    families: tuple[Family, ...] = (4, 6)
    concerns: tuple[Concern, ...] = ()
    bogus: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not belong to the claim."""
        about = bool(self.sources or self.targets or self.ports or self.bogus)
        if about and self.claim != "no_leak":
            raise ValueError(f"sources, targets, ports and bogus belong to the claim no_leak, not to {self.claim}")
        if (self.claim == "no_finding") > bool(self.concerns) or (self.concerns and self.claim not in OF_PROOF):
            raise ValueError("concerns belong to the claims no_leak and no_finding, and no_finding needs some")
        wrong = [port for port in self.ports if not PORT.fullmatch(port)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no port: write udp:443 or tcp:853")


@dataclass(frozen=True, slots=True)
class Probe:
    """Outcomes of `homeroom probe` at the site: each check whose name matches must have come out compliant.

    `roles`: empty: every role probed. `within_days`: older outcomes decide nothing.
    """

    check: str
    roles: tuple[str, ...] = ()
    within_days: float = 365.0

    def __post_init__(self) -> None:
        """Refuse a broken pattern."""
        regex(self.check)


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule holds against a subject; where it has several for a platform, all must hold.

    `config`, `reading` and `getter` say it for each platform; `proof`, `probe` and `record` for all.
    """

    config: Mapping[str, tuple[Demand, ...]] | None = None
    reading: Mapping[str, tuple[Compare, ...]] | None = None
    getter: Mapping[str, tuple[Compare, ...]] | None = None
    proof: Proof | None = None
    probe: Probe | None = None
    record: Record | None = None

    def __post_init__(self) -> None:
        """Refuse none, and a platform without a demand: it would be compliant without being looked at."""
        given = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        if not given:
            raise ValueError(f"give one of {', '.join(self.__slots__)}")
        for name in ("config", "reading", "getter"):
            said = given.get(name)
            if said is not None and (not said or not all(said.values())):
                raise ValueError(f"{name} demands nothing{''.join(f' on {p}' for p, d in said.items() if not d)}")
        for compares in (self.reading or {}).values():
            for compare in compares:
                _known(compare.object)
                if compare.not_above:
                    _known(compare.not_above)
        for compare in (one for compares in (self.getter or {}).values() for one in compares):
            if compare.object not in NAMES:
                raise ValueError(f"{compare.object!r} is told by no getter; there are {', '.join(sorted(NAMES))}")

    @property
    def objects(self) -> frozenset[str]:
        """Return every reading and getter that is looked at: what is compared, with what, and what names its rows."""
        said = (each for each in (self.reading, self.getter) if each)
        compares = [compare for each in said for listed in each.values() for compare in listed]
        names = {INTERFACES} if any(compare.where for compare in compares) else set[str]()
        return frozenset(name for one in compares for name in (one.object, one.not_above) if name) | names


def regex(pattern: str) -> re.Pattern[str]:
    """Compile a pattern, `%name%` taken for any word; ValueError when it is none."""
    try:
        return re.compile(re.sub(r"%\w+%", r"\\S+", pattern))
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error


def _known(name: str) -> None:
    """Refuse a reading that there is not: it would be unknown for ever."""
    group, _, field = name.partition(".")
    if group not in GROUPS or field not in fields_of(group):
        known = ", ".join(f"{group}.{one}" for one in fields_of(group)) if group in GROUPS else ", ".join(GROUPS)
        raise ValueError(f"{name!r} is no reading: write `group.field`, of {known}")


RECORDS: Final[tuple[str, ...]] = get_args(Record)
