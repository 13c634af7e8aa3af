"""What must hold after the rampage, found from outside: by the devices' own words, and by SQL in the journal."""

from collections import Counter

import witness

from homeroom.rollout.drivers import driver_for
from homeroom.secret import Vault

RUNS = {"confirmed": {"new"}, "rolled_back": {"old"}, "pending": {"old"}, "needs_human": {"old", "new"}}
"""State in the journal -> what may run there. Of a skipped device its cause says it."""


def runs(ground, old, new):
    """Device -> `old`, `new`, or in what it differs from both; read by stock clients."""
    vault = Vault.open(ground.project)
    found = {}
    for name, text in witness.read_all(witness.inventory(ground.root), set(new)):
        if isinstance(text, Exception):
            found[name] = f"unread: {text!r}"
            continue
        one = new[name]
        shown = driver_for((one.platform,)).redact(vault.conceal(text), vault.mark)
        if not one.parse.diff(one.text, shown):
            found[name] = "new"
        elif not one.parse.diff(old[name].text, shown):
            found[name] = "old"
        else:
            found[name] = f"neither: {one.parse.diff(one.text, shown)[:400]}"
    return found


def wrongs(ground, change, devices, found, counts):
    """Yield every promise that is broken. `counts`: device -> commits that took effect during the change."""
    rows = ground.states(change)
    if set(rows) != set(devices):
        yield f"lost or made up: {sorted(set(rows) ^ set(devices))}"
    for device, number in sorted(counts.items()):
        if number > 1:
            yield f"{device} was committed {number} times"
    last = dict(ground.query("SELECT device, state FROM event WHERE change = ? ORDER BY id", change))
    for device, (state, cause, detail) in sorted(rows.items()):
        may = {"new"} if (state, cause) == ("skipped", "unchanged") else RUNS.get(state, {"old"})
        if found[device] not in may:
            yield f"{device} is {state} ({cause or 'no cause'}: {detail}) and runs {found[device]}"
        if last.get(device, "pending") != state:
            yield f"{device}: its row says {state}, its last event {last.get(device)}"
        if state not in {"confirmed", "rolled_back", "skipped", "needs_human"}:
            yield f"{device} was left {state}: {detail}"
        if state != "confirmed" and cause != "unchanged" and not detail:
            yield f"{device} is {state}, and nobody says why"


def reported(run, rows):
    """Yield the devices that did not get it and that the last line of the last process does not name so."""
    last = run.events[-1] if run.events else {}
    said = {device: state for state, names in last.get("states", {}).items() for device in names}
    for device, (state, _, _) in sorted(rows.items()):
        if said.get(device) != state:
            yield f"{device} is {state}, reported as {said.get(device)}"


def sums(rows):
    return dict(Counter(state for state, _, _ in rows.values()))
