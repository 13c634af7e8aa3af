"""`homeroom lab`: run the emulated fleet of this project."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from homeroom.project import Project
from playbooks import console

if TYPE_CHECKING:
    from homeroom.lab.state import LabInfo


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `up`, `status`, `fault`, `down`."""
    parser.epilog = "emulated is not real: the lab shows what Homeroom does, not what a device would"
    actions = parser.add_subparsers(dest="action", metavar="{up,status,fault,down}", required=True)
    common = _common()
    start = actions.add_parser("up", help="start it, and wait until it answers", parents=[common])
    start.add_argument("--sites", type=int, metavar="N", help="emulate the first N sites only (default: all)")
    start.add_argument(
        "--minute", type=float, default=60.0, metavar="SECONDS", help="length of a device timer's minute"
    )
    start.add_argument("--ssh-port", type=int, default=0, metavar="PORT", help="default: 2222 if free, else any")
    start.add_argument("--snmp-port", type=int, default=0, metavar="PORT", help="default: 1161 if free, else any")
    actions.add_parser("status", help="list its devices; with --json also the credentials", parents=[common])
    fault = actions.add_parser("fault", help="change a device by hand, behind Homeroom's back", parents=[common])
    fault.add_argument("device", help="the device's name, e.g. py11-0042-rtr1")
    fault.add_argument("--line", action="append", required=True, help="a configuration line, as typed; repeatable")
    actions.add_parser("down", help="stop it", parents=[common])


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
    return {"up": _up, "status": _status, "fault": _fault, "down": _down}[args.action](project, args)


def _up(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    with console.progress() as bar:
        bar.add_task("starting the lab", total=None)
        info = client.up(
            project, sites=args.sites, minute=args.minute, ssh_port=args.ssh_port, snmp_port=args.snmp_port
        )
    if args.json:
        console.emit({"pid": info.pid, "devices": len(info.devices), "ports": dict(info.ports)})
    console.say(
        f"{len(info.devices)} emulated devices: SSH on port {info.ports['ssh']}, SNMP on port {info.ports['snmp']} "
        "of 127.0.0.0/8; `homeroom lab status` lists them"
    )
    return 0


def _status(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

    info = client.info(project)
    if args.json:
        console.emit(_document(project, info))
        return 0
    counts: dict[tuple[str, str], int] = {}
    for device in info.devices:
        counts[device.platform, device.kind] = counts.get((device.platform, device.kind), 0) + 1
    running = client.status(project)
    console.table("Emulated devices", ("platform", "kind", "devices"), [(*key, n) for key, n in counts.items()])
    console.say(
        f"process {info.pid}, SSH port {info.ports['ssh']}, SNMP port {info.ports['snmp']}, "
        f"{running['touched']} devices in use, {running['memory_mb']:.0f} MB; credentials: --json"
    )
    return 0


def _document(project: Project, info: LabInfo) -> dict[str, Any]:
    """Build what other programs rely on: devices and credentials."""
    from homeroom.lab.boot import AUTH, PRIV, SNMP_USER
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
        "password": vault.get("device_password").reveal(),
        "snmp": snmp,
    }
    return {"devices": devices, "credentials": credentials}


def _fault(project: Project, args: argparse.Namespace) -> int:
    from homeroom.lab import client

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
