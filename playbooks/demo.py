"""`homeroom demo`: the whole way of a district, from one CSV to a report, on emulated devices."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeroom.errors import LabError, UsageError
from homeroom.lab import client
from homeroom.project import Project
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks import cli, console

MARK: Final = ".homeroom-demo"
DRIFT: Final = ("ip route 10.99.0.0 255.255.0.0 Null0",)
"""A hand edit that breaks no rule but the one on drift."""
BREACH: Final = ("snmp-server community public RO", "line vty 0 4", "transport input telnet ssh")
"""A hand edit that opens the device: clear-text SNMP and telnet."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A hand edit on a device and the rule that must find it."""

    device: str
    lines: tuple[str, ...]
    rule: str
    what: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `demo`."""
    parser.add_argument("--dir", type=Path, default=Path("demo"), help="where the demo's project goes (default: demo)")
    parser.add_argument("--sites", type=int, default=40, metavar="N", help="how many sites (default: 40)")
    parser.add_argument("--nation", choices=("kg", "py", "rs"), default="rs", help="whose schools (default: rs)")


def run(args: argparse.Namespace) -> int:
    """Run the demo; 0 when every planted fault was found and shown."""
    started = time.monotonic()
    root = args.dir.resolve()
    _clear(root)
    _step(["sample", args.nation, "--out", str(root), "--sites", str(args.sites)], "A ministry hands over one CSV")
    (root / MARK).touch()
    project = Project.locate(root)
    configs, report = root / "configs", root / "report"
    _on(root, ["check"], "Are the facts sound?")
    _on(root, ["plan"], "Decide addresses and names, once")
    _on(root, ["render", "--out", str(configs)], "Say it as each vendor does")
    _on(root, ["prove"], "Does any packet get through that the policy does not allow?")
    _on(root, ["lab", "up"], "Emulated devices: real SSH, SCP and SNMPv3")
    _on(root, ["diff"], "What would change, grouped?")
    _on(root, ["apply", "--commit"], "Push: commit-confirmed, re-checked over a fresh connection")
    planted = _plant(project)
    _on(root, ["poll"], "Watch by SNMPv3")
    _on(root, ["backup"], "Read the running configurations")
    _on(root, ["audit", "--out", str(report)], "Judge, with evidence", answers=(0, 1))
    missed = _missed(planted, report / "audit.homeroom")
    console.screen().rule("[bold]Done[/bold]", align="left")
    for fault in planted:
        console.say(f"  {'MISSED' if fault in missed else 'found '}  {fault.device}: {fault.what} ({fault.rule})")
    _next(root, configs, report, planted, time.monotonic() - started)
    return 1 if missed else 0


def _clear(root: Path) -> None:
    """Remove an earlier demo, and nothing else."""
    if not root.exists() or not any(root.iterdir()):
        return
    if not (root / MARK).exists():
        raise UsageError(f"{root} is not an earlier demo: name another place with --dir")
    client.down(Project(root))
    shutil.rmtree(root)


def _on(root: Path, words: list[str], title: str, *, answers: tuple[int, ...] = (0,)) -> None:
    _step(["--project", str(root), *words], title, answers=answers)


def _step(words: list[str], title: str, *, answers: tuple[int, ...] = (0,)) -> None:
    """Show and run one command as a person would type it; stop the demo on an unexpected answer."""
    shown = " ".join(Path(word).name if Path(word).is_absolute() else word for word in words)
    console.screen().rule(f"[bold]{title}[/bold]", align="left")
    console.screen().print(f"$ homeroom {shown}", style="dim", markup=False)
    code = cli.main(words)
    if code not in answers:
        raise LabError(f"`homeroom {shown}` answered {code}; the demo stops here")


def _plant(project: Project) -> tuple[Planted, ...]:
    """Edit two devices by hand, as somebody on site might."""
    with closing(World.open(project)) as world:
        rows = world.devices(Selector(platforms=("ios",)))
    first, last = rows[0].name, rows[-1].name
    planted = (
        Planted(first, DRIFT, "OPS-04", "a route nobody approved"),
        Planted(last, BREACH, "SNM-01", "clear-text SNMP and telnet"),
    )
    console.screen().rule("[bold]Meanwhile, on site, somebody edits two devices by hand[/bold]", align="left")
    for fault in planted:
        client.edit(project, fault.device, fault.lines)
        console.say(f"  {fault.device}: {fault.what}")
    return planted


def _missed(planted: tuple[Planted, ...], bundle: Path) -> list[Planted]:
    """Return what was planted and is not among the audit's violations."""
    from homeroom.audit.bundle.read import Bundle

    judged = (verdict for subject in Bundle.open(bundle).subjects() for verdict in subject.verdicts)
    found = {(verdict.rule, verdict.device) for verdict in judged if verdict.status == "violation"}
    return [fault for fault in planted if (fault.rule, fault.device) not in found]


def _next(root: Path, configs: Path, report: Path, planted: Sequence[Planted], seconds: float) -> None:
    """Say where things are, and what to try."""
    homeroom = f"{_command()} --project {root.name}"
    overwrite = " ".join(f"--overwrite {fault.device}" for fault in planted)
    for line in (
        f"\n  report          {report / 'audit.html'}",
        f"  configurations  {configs}",
        f"  took            {seconds:.0f} s; the lab goes on running\n",
        "What to try next:",
        f"  {homeroom} lab status        who is there: log in with ssh, walk with snmpwalk",
        f"  {homeroom} apply --commit {overwrite}",
        "      take the two hand edits back (without it they are left alone); then poll, backup and audit again",
        f"  {homeroom} lab down          stop the emulated devices",
    ):
        console.say(line)


def _command() -> str:
    """Return how `homeroom` is called here: by its name if it is on the path, else as this run called it."""
    return "homeroom" if shutil.which("homeroom") else str(Path(sys.argv[0]).resolve())
