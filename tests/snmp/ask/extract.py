"""Cut a recording down to what is asked of that device, and of each column to its first rows.

    python -m tests.snmp.ask.extract RECORDING[.bz2] > tests/snmp/recordings/NAME.snmprec

A recording is what snmpsim-record-commands writes, or `snmpbulkwalk -Ob -On` turned into `OID|tag|value`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from homeroom.snmp.ask.load import IDENTIFY, Catalogue, load
from homeroom.snmp.ask.model import Vendor
from homeroom.snmp.ber import Oid, Value, dotted
from tests.snmp.ask.snmprec import lines, value_of

ROWS = 16
NAMES = 80
"""Rows of the columns that only give names to the rows of others."""
_NAMING = {"ifName", "ifDescr", "dot1dBasePortIfIndex", "dot1qPvid", "lldpLocPortId", "lldpLocPortDesc"}


def vendor_of(catalogue: Catalogue, path: Path, platform: str = "") -> Vendor:
    """Find the vendor by the first lines: sysDescr and sysObjectID lead every walk of mib-2."""
    found: dict[Oid, Value] = {}
    for name, tag, said in lines(path):
        if name in {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"}:
            found[dotted(name)] = value_of(tag, said)
        if len(found) == len(IDENTIFY):
            break
    object_id, description = (found.get(name) for name in IDENTIFY)
    told = description.decode(errors="backslashreplace") if isinstance(description, bytes) else ""
    return catalogue.of(object_id if isinstance(object_id, tuple) else (), told, platform)


def kept(vendor: Vendor, path: Path) -> Iterator[str]:
    """Yield the lines to keep."""
    known = {".".join(map(str, oid)): fields for oid, fields in vendor.by_oid.items()}
    sizes = sorted({len(oid) for oid in vendor.by_oid})
    taken: Counter[str] = Counter()
    for name, tag, said in lines(path):
        parts = name.split(".")
        for size in sizes:
            oid = ".".join(parts[:size])
            if size < len(parts) and oid in known:
                most = NAMES if any(one.object in _NAMING for one in known[oid]) else ROWS
                taken[oid] += 1
                if taken[oid] <= most:
                    yield f"{name}|{tag}|{said}"
                break


def main() -> None:
    source = Path(sys.argv[1])
    catalogue = load()
    for line in kept(vendor_of(catalogue, source), source):
        print(line)  # noqa: T201 -- a command


if __name__ == "__main__":
    main()
