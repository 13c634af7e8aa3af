"""The store of a small district as if it had been backed up, polled and probed, and the command run on it."""

import contextlib
import datetime as dt
import json
from pathlib import Path

from judged import readings

from homeroom.audit.bundle.read import Bundle
from homeroom.platforms.render import Renderer
from homeroom.probe.load import load_targets
from homeroom.reading import Reading, Status
from homeroom.store import configs, probes
from homeroom.store import readings as store
from homeroom.store.db import connect
from homeroom.store.probes import Probed
from homeroom.store.world import World
from playbooks.cli import main


def devices(project):
    with contextlib.closing(World.open(project)) as world:
        return [row.name for row in world.devices()]


def fill(project, now, change=lambda intent, text: text, names=None):
    """Backup, poll and probe, as if all ran what was intended and nothing leaked (`change` may differ)."""
    engine, renderer = connect(project), Renderer.of(project)
    rows, states, outcomes = [], [], []
    with contextlib.closing(World.open(project)) as world:
        for _, plan, intents in world.built():
            roles = {*plan.v4, *plan.v6} if intents else ()
            outcomes += [Probed(plan.entry.site, role, "names", "compliant", "refused", "", now) for role in roles]
            for intent in intents:
                device = intent.device
                configs.save_running(engine, device.name, change(intent, renderer.render(intent).text), now)
                found = readings(intent, now)
                if names and device.name in names:
                    said = Reading(device.name, "identity.name", "", names[device.name], now)
                    found["identity.name"] = {"": said}
                rows += [row for table in found.values() for row in table.values()]
                states.append(Status(device.name, now, True, "", now))
    store.save(engine, rows, states)
    probes.add(engine, outcomes)
    engine.dispose()
    _seen(project, now)


def _seen(project, now):
    """Somebody saw on a log server that a refused name came there."""
    name = next(name for names in load_targets(project).blocked_names.values() for name in names)
    day = dt.datetime.fromtimestamp(now - 86400, dt.UTC).date()
    line = f"rpz: applied [adult] {name}. rpz-nxdomain 10.0.0.5@4711 {name}. A IN"
    text = f"block_events: {{at: {day}, by: A. Baez, line: '{line}'}}\n"
    (project.inventory / "records.yaml").write_text(text, encoding="utf-8")


def audit(project, capsys, *words):
    """Run the command: (exit code, its JSON document)."""
    capsys.readouterr()
    code = main(["--project", str(project.root), "--json", "audit", *words])
    return code, json.loads(capsys.readouterr().out)


def verdicts(document):
    """Every verdict of the bundle that a run wrote."""
    return [one for subject in Bundle.open(Path(document["bundle"])).subjects() for one in subject.verdicts]
