"""A change in the store as a rollout leaves it, without a device: for tests of what people see and type."""

from dataclasses import replace

from homeroom.rollout.apart import Planned
from homeroom.rollout.change import Document, Judged, pack
from homeroom.rollout.schedule import Schedule
from homeroom.rollout.schedule import pack as pack_schedule
from homeroom.rollout.waves import CANARY, Wave, WavePlan
from homeroom.store.change_docs import Done, Papers
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.configs import digest

AT = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""
REGIONS = {"a1": "north", "b1": "north", "b2": "south", "c1": "south", "c2": "south", "c3": "south", "c4": "south"}
PLAN = WavePlan(
    (
        Wave(1, CANARY, ("a1",), 60.0),
        Wave(2, "5 %", ("b1", "b2"), 30.0),
        Wave(3, "the rest", ("c1", "c2"), 0.0),
        Wave(4, "the rest", ("c3", "c4"), 0.0),
    ),
    {("ros",): tuple(REGIONS)},
)
SCHEDULE = Schedule(
    tuple(Planned(name, name, region, "router", 1, "ros", "m") for name, region in REGIONS.items()), PLAN
)
DOCUMENT = Document(
    id="move",
    title="resolver [bold]moves[/bold]",
    reason="NOC-42",
    author="ana",
    account="ana",
    created=AT,
    policy="f" * 64,
    devices=tuple(Judged(name, digest(f"{name} before"), digest(f"{name} after"), digest("diff")) for name in REGIONS),
    parts=(),
    unreachable={},
    not_pushed={},
    unchanged=(),
    edits=(),
)


def written(papers, document=DOCUMENT, *acts):
    """Put a document into the papers, judged, and with these acts; (act, by)."""
    papers.put([text := pack(document, {})])
    papers.begin(Done(document.id, "judged", AT, "ana", "ana", document.content, digest(text), document.reason))
    for act, by in acts:
        papers.add(Done(document.id, act, AT + 1, by, "noc", document.content, "", ""))


def rows(name="move"):
    before = {one.device: one.running for one in DOCUMENT.devices}
    return list(SCHEDULE.rows(name, before, AT))


def applied(engine, state="wave", wave=3, **ends):
    """Put the change into the store as applied: `ends`: device -> (state, detail, cause) of those that have ended."""
    papers, changes = Papers(engine), Changes(engine)
    written(papers, DOCUMENT, ("approved", "beto"))
    papers.put([packed := pack_schedule(SCHEDULE)])
    papers.add(Done("move", "applied", AT + 2, "beto", "noc", DOCUMENT.content, digest(packed), "NOC-42"))
    changes.add(Change("move", "approved", "planned", 0, DOCUMENT.content, "ana", "NOC-42", AT), rows())
    changes.move(changes.change("move"), "canary", AT + 3, by="beto", reason="wave 1, canary", wave=1)
    for number, (device, (end, detail, cause)) in enumerate(ends.items()):
        bring(changes, device, end, detail, cause, at=AT + 10 * (number + 1))
    for to in {
        "wave": ("baking", "wave"),
        "halted": ("halted",),
        "done": ("baking", "done"),
        "late": ("baking", "late"),
    }[state]:
        changes.move(changes.change("move"), to, AT + 200, by="beto", reason=f"it is {to}", wave=wave)
    return changes


def bring(changes, device, end, detail="", cause="", *, at=AT + 10):
    """Claim a device and bring it to a state."""
    held = changes.claim("move", device, owner="w", now=at, until=at + 100, rule=lambda *_: "")
    sha = digest(f"{device} {'after' if end == 'confirmed' else 'before'}") if cause not in {"off", "lost"} else ""
    new = replace(held, state=end, owner="", until=0.0, sha=sha, proved_at=at + 5 if sha else 0.0, at=at + 5)
    assert changes.write(held, replace(new, detail=detail, cause=cause))


def row(device, state, wave=3, at=AT, **fields):
    return Row("move", device, state, wave, REGIONS[device], at=at, **fields)
