"""docs/snmp.md says of each maker what it was tried on, and of each recording what was read; neither goes stale."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.model import Vendor
from homeroom.snmp.ask.read import gathered, read
from homeroom.snmp.ask.rows import GROUPS, Readings
from tests.snmp.ask.extract import vendor_of
from tests.snmp.ask.snmprec import varbinds

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "snmp.md"
FOLDER = ROOT / "tests" / "snmp" / "recordings"
END = "<!-- end -->\n"
CATALOGUE = load()


def row(*cells: object) -> str:
    said = [", ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in cells]
    return "| " + " | ".join(str(one).replace("|", "\\|") if one not in (None, "") else "-" for one in said) + " |"


def table(head: Iterable[str], rows: Iterable[str]) -> str:
    head = list(head)
    return "\n".join([row(*head), "|---" * len(head) + "|", *rows]) + "\n"


def groups(vendor: Vendor) -> list[str]:
    return [
        group.replace("_", " ").replace("bsss", "BSSs").replace("ssids", "SSIDs").replace("vlans", "VLANs")
        for group in GROUPS
        if any(one.table.group == group for one in vendor.fields) and group not in ("changes", "air")
    ]


def moved(vendor: Vendor) -> str:
    """By what `show.token` knows a change: a number of its own, ticks since its boot; else it must be fetched."""
    fields = {one.name for one in vendor.fields if one.table.group == "changes"}
    if fields & {"serial", "checksum"}:
        return "by a number"
    return "by a time" if fields & {"running", "startup"} else "no"


def makers() -> str:
    rows = [
        row(
            f"`{vendor.name}`",
            vendor.maker or "any",
            groups(vendor),
            moved(vendor),
            vendor.tried,
        )
        for vendor in sorted(CATALOGUE.vendors.values(), key=lambda one: (one.maker.lower(), one.name))
    ]
    return table(("file", "maker", "asked for", "says that its configuration changed", "tried on"), rows)


def some(values: Iterable[object], most: int = 3) -> list[str]:
    found = [str(one) for one in dict.fromkeys(values) if one not in (None, "")]
    return [*found[:most], *(["..."] if len(found) > most else [])]


def recorded(path: Path) -> str:
    vendor = vendor_of(CATALOGUE, path, "openwrt" if path.stem.startswith("openwrt") else "")
    said: Readings = read(vendor, gathered(vendor, varbinds(path)))
    who = said.identity
    return row(
        path.stem,
        who.maker,
        who.name,
        who.model,
        who.serial,
        who.software,
        some(one.name for one in said.interfaces),
        some(sorted(one.id for one in said.vlans if one.id is not None)),
        some([*(one.name for one in said.ssids), *(one.ssid for one in said.bsss)]),
        some(sorted({one.channel for one in said.radios if one.channel})),
        said.totals.clients,
    )


def recordings() -> str:
    head = ["recording", "maker", "name", "model", "serial", "software"]
    head += ["interfaces", "VLANs", "SSIDs", "channels", "clients"]
    return table(head, [recorded(path) for path in sorted(FOLDER.glob("*.snmprec"))])


@pytest.mark.parametrize(("part", "make"), [("makers", makers), ("recorded", recordings)])
def test_the_page_says_what_the_files_say(part, make, request):
    begin = f"<!-- generated: {part} -->\n"
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    old, _, tail = rest.partition(END)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(f"{head}{begin}{make()}{END}{tail}", encoding="utf-8")
    else:
        assert old == make(), "docs/snmp.md is stale: run pytest --update-golden and review it"


def test_twelve_devices_of_six_makers_are_read_with_all_that_they_are_known_by():
    whole = air = 0
    makers_ = set()
    for path in FOLDER.glob("*.snmprec"):
        vendor = vendor_of(CATALOGUE, path, "openwrt" if path.stem.startswith("openwrt") else "")
        said = read(vendor, gathered(vendor, varbinds(path)))
        if all((said.identity.model, said.identity.serial, said.identity.software, said.interfaces)):
            whole += 1
            makers_.add(said.identity.maker)
        air += bool(said.radios and said.totals.clients is not None)
    assert whole >= 12
    assert len(makers_) >= 6
    assert air >= 5


def test_each_test_file_that_the_page_names_is_there():
    named = {word for word in PAGE.read_text(encoding="utf-8").split("`") if word.endswith(".py") and "test_" in word}
    assert len(named) > 8
    assert [name for name in named if not (ROOT / "tests" / "snmp" / name).is_file()] == []
