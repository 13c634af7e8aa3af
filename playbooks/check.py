"""`homeroom check`: validate what people entered; list what was quarantined, why, and what to do."""

from __future__ import annotations

import argparse
from collections import Counter

from homeroom.catalogue import load_platforms
from homeroom.errors import InputError, Problem
from homeroom.policy.load import load_policy
from homeroom.policy.model import Policy
from homeroom.programme.bill import bill
from homeroom.programme.load import load_facts
from homeroom.programme.model import STATES, Facts
from homeroom.project import Project
from playbooks import console

SHOWN = 50
"""Quarantined rows a person sees; `--json` has them all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add nothing: check looks at the whole programme."""
    parser.epilog = "exit codes: 0 all rows are good; 1 rows were quarantined; 2 a file is unusable"


def run(args: argparse.Namespace) -> int:
    """Check the project; 1 when rows were quarantined. Raises InputError when a file as a whole is unusable."""
    project = Project.locate(args.project)
    facts, quarantined = load_facts(project)
    policy = load_policy(project, facts)
    problems = [*_platforms(facts, project), *_resolvers(facts, policy)]
    if problems:
        raise InputError(*problems)
    if args.json:
        console.emit(document(facts, quarantined))
    else:
        _show(facts, quarantined)
    return 1 if quarantined else 0


def document(facts: Facts, quarantined: tuple[Problem, ...]) -> dict[str, object]:
    """Return what `--json` prints."""
    return {
        "programme": facts.programme.id,
        "regions": len(facts.programme.regions),
        "sites": len(facts.sites),
        "schools": sum(len(site.schools) for site in facts.sites),
        "pupils": sum(site.pupils for site in facts.sites),
        "devices": sum(_devices(facts).values()),
        "kinds": dict(_devices(facts)),
        "states": _states(facts),
        "quarantined": [
            {"file": p.file, "row": p.row, "field": p.field, "message": p.message, "remedy": p.remedy}
            for p in quarantined
        ],
    }


def _devices(facts: Facts) -> Counter[str]:
    """Count the devices of every site by kind."""
    found: Counter[str] = Counter()
    for site in facts.sites:
        if gear := bill(site, facts.equipment):
            found.update(router=1, switch=gear.switches, ap=gear.aps)
    return found


def _states(facts: Facts) -> dict[str, int]:
    """Count the schools in each programme state."""
    found = Counter(school.state for site in facts.sites for school in site.schools)
    return {state: found[state] for state in STATES}


def _platforms(facts: Facts, project: Project) -> list[Problem]:
    """Find models of a platform that no template folder describes, and releases of what there is not."""
    known = load_platforms(project.template_roots)
    return [
        Problem(
            "inventory/profiles.yaml",
            0,
            f"models.{name}.platform",
            f"no platform is called {model.platform!r}",
            f"choose one of {', '.join(sorted(known))}, or add templates/{model.platform}/platform.yaml",
        )
        for name, model in facts.equipment.models.items()
        if model.platform not in known
    ] + [
        Problem(
            "inventory/software.yaml",
            0,
            f"approved.{name}",
            f"no platform or model is called {name!r}",
            f"choose one of {', '.join(sorted({*known, *facts.equipment.models}))}",
        )
        for name in facts.software.approved
        if name not in known and name not in facts.equipment.models
    ]


def _resolvers(facts: Facts, policy: Policy) -> list[Problem]:
    """Find filter profiles of the policy that no resolver answers for."""
    return [
        Problem(
            "inventory/programme.yaml",
            0,
            "central.resolvers",
            f"names no resolver for the filter profile {name!r} of policy.yaml",
            f"add {name}: [IPv4, IPv6]",
        )
        for name in policy.profiles
        if name not in facts.programme.central.resolvers
    ]


def _show(facts: Facts, quarantined: tuple[Problem, ...]) -> None:
    counts = document(facts, quarantined)
    rows = [(name, f"{counts[name]:,}") for name in ("regions", "sites", "schools", "pupils", "devices")]
    rows += [(f"  {kind}", f"{count:,}") for kind, count in _devices(facts).items()]
    rows += [(f"schools {state}", f"{count:,}") for state, count in _states(facts).items()]
    console.table(facts.programme.name, ("what", "count"), rows)
    if not quarantined:
        console.say("every row is good")
        return
    shown = ((p.row, p.field, p.message, p.remedy) for p in quarantined[:SHOWN])
    console.table(f"quarantined in {quarantined[0].file}", ("row", "field", "what is wrong", "what to do"), shown)
    rest = f" ({len(quarantined) - SHOWN} more: --json shows all)" if len(quarantined) > SHOWN else ""
    affected = len({p.row for p in quarantined})
    console.say(f"{affected} rows were quarantined{rest}; the others go on")
