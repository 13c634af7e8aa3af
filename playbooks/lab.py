"""`homeroom lab`: run the emulated fleet of this project."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from homeroom.errors import LabError
from homeroom.project import Project
from playbooks import console

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeroom.lab.state import LabInfo


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `up`, `status`, `fault`, `service`, `down`."""
    parser.epilog = "emulated is not real: the lab shows what Homeroom does, not what a device would"
    actions = parser.add_subparsers(dest="action", metavar="{up,status,fault,service,down}", required=True)
    common = _common()
    start = actions.add_parser("up", help="start it, and wait until it answers", parents=[common])
    start.add_argument("--sites", type=int, metavar="N", help="emulate the first N sites only (default: all)")
    start.add_argument(
        "--minute", type=float, default=60.0, metavar="SECONDS", help="length of a device timer's minute"
    )
    start.add_argument("--ssh-port", type=int, default=0, metavar="PORT", help="default: 2222 if free, else any")
    start.add_argument("--snmp-port", type=int, default=0, metavar="PORT", help="default: 1161 if free, else any")
    start.add_argument(
        "--port", action="append", default=[], type=_port, metavar="NAME=NUMBER", help="https=8443, api=8728, ..."
    )
    start.add_argument("--processes", type=int, default=0, metavar="N", help="default: 1, for a nation one a core")
    start.add_argument("--latency", action="store_true", help="answer as late as from the site: by its kind of link")
    start.add_argument("--syslog", default="", metavar="HOST:PORT", help="whom devices tell that they were changed")
    actions.add_parser("status", help="list its devices; with --json also the credentials", parents=[common])
    _faults(actions.add_parser("fault", help="break a device, or change it behind Homeroom's back", parents=[common]))
    _services(actions.add_parser("service", help="have a service beyond the schools answer, or not", parents=[common]))
    actions.add_parser("down", help="stop it", parents=[common])


def _faults(fault: argparse.ArgumentParser) -> None:
    """Add the arguments of `fault`; which faults there are is said by `homeroom.lab.faults`, when it is armed."""
    fault.epilog = (
        "kinds: cut, half_open, slow, reboot (these need --step: connect, login, read, load, compare, commit, confirm, "
        "rollback, save, close); refuse_login, wrong_host_key, full_flash, ignore_rollback, clock_jump, snmp_silent, "
        "packet_loss, offline, uplink_down, dns_dead, radius_dead; edit changes the device by hand "
        "(--line), clear heals it"
    )
    fault.add_argument("device", help="a device, e.g. py11-0042-rtr1; all of a school by its code: py11-0042")
    fault.add_argument("kind", nargs="?", default="edit", help="what goes wrong; without one: edit")
    fault.add_argument("--line", action="append", default=[], help="edit: a line, as typed on the device; repeatable")
    fault.add_argument("--step", help="at which step of a change it strikes")
    fault.add_argument("--late", action="store_true", help="cut, reboot: after the step took effect")
    fault.add_argument("--seconds", type=float, default=0, metavar="N", help="how slow, how long, how far off")
    fault.add_argument("--share", type=float, default=0, metavar="P", help="packet_loss: 0 to 1")
    fault.add_argument("--times", type=int, default=1, metavar="N", help="how often it strikes (default: once)")


def _services(service: argparse.ArgumentParser) -> None:
    """Add the arguments of `service`."""
    service.epilog = (
        "the central services of programme.yaml answer, and all of their networks (/24, /64); elsewhere nothing does"
    )
    service.add_argument("address", help="IPv4 or IPv6: of a central service, or of another host of your own")
    which = service.add_mutually_exclusive_group(required=True)
    which.add_argument("--up", action="store_true", help="it answers")
    which.add_argument("--down", action="store_false", dest="up", help="it answers no more")
    service.add_argument("--kind", choices=("dns", "echo"), help="DNS queries or echoes only (default: both)")


def _port(text: str) -> tuple[str, int]:
    """Read `NAME=NUMBER`."""
    name, _, number = text.partition("=")
    return name, int(number)


def _common() -> argparse.ArgumentParser:
    """Let the options that every command has stand after the action too."""
    from pathlib import Path

    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    return common


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    project = Project.locate(args.project)
    return {"up": _up, "status": _status, "fault": _fault, "service": _service, "down": _down}[args.action](
        project, args
    )


def _up(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    with console.progress() as bar:
        bar.add_task("starting the lab", total=None)
        info = client.up(
            project,
            sites=args.sites,
            minute=args.minute,
            ssh_port=args.ssh_port,
            snmp_port=args.snmp_port,
            ports=dict(args.port),
            processes=args.processes,
            latency=args.latency,
            syslog=args.syslog,
        )
    if args.json:
        console.emit({"pid": info.pid, "devices": len(info.devices), "ports": dict(info.ports)})
    console.say(
        f"{len(info.devices)} emulated devices: {_ports(info)} of 127.0.0.0/8; `homeroom lab status` lists them; to "
        f"them, {_central(project)} answer as central services (DNS, NTP, syslog, RADIUS): `homeroom lab service`"
    )
    return 0


def _central(project: Project) -> str:
    """Say in which networks the central services are."""
    from homeroom.lab.services import Services
    from homeroom.programme.load import read_programme

    programme = read_programme(project.inventory / "programme.yaml", "inventory/programme.yaml")
    return " and ".join(map(str, Services(programme.central).networks)) or "no addresses"


def _ports(info: LabInfo) -> str:
    names = {
        "ssh": "SSH",
        "netconf": "NETCONF",
        "https": "HTTPS",
        "api": "API",
        "api-ssl": "API over TLS",
        "snmp": "SNMP",
    }
    return ", ".join(f"{names.get(name, name)} on port {port}" for name, port in info.ports.items())


def _status(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    info, running = client.info(project), client.status(project)
    if args.json:
        console.emit(_document(project, info) | {key: running[key] for key in ("faults", "changes", "services")})
        return 0
    counts: dict[tuple[str, str], int] = {}
    for device in info.devices:
        counts[device.platform, device.kind] = counts.get((device.platform, device.kind), 0) + 1
    console.table("Emulated devices", ("platform", "kind", "devices"), [(*key, n) for key, n in counts.items()])
    armed = [(name, fault) for name, faults in sorted(running["faults"].items()) for fault in faults]
    if armed:
        console.table("Faults", ("device", "fault"), armed)
    if running["services"]:
        said = [(address, _answers(answers)) for address, answers in running["services"].items()]
        console.table("Services", ("address", "answers"), said)
    console.say(
        f"process {info.pid}{' and others' if running['processes'] > 1 else ''}, {_ports(info)}, "
        f"{running['touched']} devices in use, {running['memory_mb']:.0f} MB; credentials: --json"
    )
    return 0


def _document(project: Project, info: LabInfo) -> dict[str, Any]:
    """Build what other programs rely on: devices and credentials."""
    from homeroom.lab.boot import AUTH, PRIV
    from homeroom.lab.platforms import PLATFORMS, SNMP_USER
    from homeroom.programme.load import read_programme
    from homeroom.secret import Vault

    vault = Vault.open(project)
    programme = read_programme(project.inventory / "programme.yaml", "inventory/programme.yaml")
    devices = [
        {"name": d.name, "address": d.address, "platform": d.platform, "kind": d.kind, "ports": info.served(d)}
        for d in info.devices
    ]
    snmp = {
        "user": SNMP_USER,
        "auth": AUTH,
        "auth_key": vault.get("snmp_auth").reveal(),
        "priv": PRIV,
        "priv_key": vault.get("snmp_priv").reveal(),
    }
    credentials = {
        "username": programme.management_user,
        "usernames": {name: one.user for name, one in PLATFORMS.items() if one.user},
        "password": vault.get("device_password").reveal(),
        "snmp": snmp,
    }
    return {"devices": devices, "credentials": credentials}


def _fault(project: Project, args: argparse.Namespace) -> int:
    if args.kind == "edit":
        return _edit(project, args)
    from homeroom.lab import client
    from homeroom.lab.faults import Fault

    if args.kind == "clear":
        names, what = client.heal(project, args.device), "healed"
    else:
        fault = Fault(args.kind, args.step, args.late, args.seconds, args.share, args.times)
        names, what = client.fault(project, args.device, fault), fault.said
    if args.json:
        console.emit({"devices": names, "fault": what})
    console.say(f"{', '.join(names)}: {what}")
    return 0


def _answers(answers: Mapping[str, bool]) -> str:
    """Say what an address answers: `echo, not dns`."""
    return ", ".join(name if up else f"not {name}" for name, up in sorted(answers.items()))


def _service(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    changed = client.service(project, args.address, up=args.up, kind=args.kind)
    if args.json:
        console.emit({"services": changed})
    answers = [f"{address}: {_answers(said)}" for address, said in changed.items()]
    console.say("; ".join(answers) or "the central services answer as programme.yaml has them")
    return 0


def _edit(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    if not args.line:
        raise LabError("an edit by hand needs what is typed: --line, once or more")
    client.edit(project, args.device, args.line)
    if args.json:
        console.emit({"device": args.device, "lines": len(args.line)})
    console.say(f"{args.device}: {len(args.line)} lines changed by hand")
    return 0


def _down(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    stopped = client.down(project)
    if args.json:
        console.emit({"stopped": stopped})
    console.say("the lab is stopped" if stopped else "no lab was running")
    return 0
