"""What `show` commands say in JSON, from the running configuration.

Source: the shapes of `show ... | json` in NAPALM's recorded outputs (test/eos/mocked_data) and in pyeapi's and
Ansible's facts modules; the sessions' as in napalm #2166.
"""

from __future__ import annotations

from typing import Any, Final

from homeroom.lab.eos import view
from homeroom.lab.eos.cli import Cli, Data
from homeroom.lab.eos.config import tree
from homeroom.lab.eos.ports import ipv4
from homeroom.lab.eos.sessions import MAX_OPEN, MAX_SAVED

V = tuple[str, ...]
_NEW_SESSIONS: Final = (4, 32)
"""From this release on a commit that waits is named beside the sessions, not by its state."""
_MEMORY: Final = 8_099_816


def version(cli: Cli, _words: V, _values: V) -> Data:
    """`show version`."""
    box = cli.device.box
    return {
        "mfgName": "Arista",
        "modelName": box.model,
        "hardwareRevision": "11.00",
        "serialNumber": box.serial,
        "systemMacAddress": box.mac(0),
        "hwMacAddress": box.mac(0),
        "configMacAddress": "00:00:00:00:00:00",
        "version": box.release,
        "architecture": "x86_64",
        "internalVersion": box.build,
        "internalBuildId": f"{box.digest.hex()[:8]}-homeroom",
        "imageFormatVersion": "3.0",
        "imageOptimization": "Default",
        "bootupTimestamp": cli.device.boot,
        "uptime": cli.device.uptime,
        "memTotal": _MEMORY,
        "memFree": 5_230_396,
        "isIntlVersion": False,
    }


def hostname(cli: Cli, _words: V, _values: V) -> Data:
    """`show hostname`."""
    name, domain = cli.device.hostname, cli.device.tree.value("dns domain ")
    return {"hostname": name, "fqdn": f"{name}.{domain}" if domain else name}


def sessions(cli: Cli, words: V, _values: V) -> Data:
    """`show configuration sessions [detail]`: the shape changed with 4.32."""
    device, waiting = cli.device, cli.device.sessions.waiting
    new, detail = device.box.numbers >= _NEW_SESSIONS, "detail" in words
    found: Data = {}
    for name, session in device.sessions.open.items():
        one: Data = {"state": session.state, "description": "", "instances": {}}
        if session.state != "pending":
            one |= {"state": "committed" if new else "completed", "completedTime": session.completed}
            one["commitUser"] = session.user
        if waiting is not None and waiting.name == name and not new:
            one["state"] = "pendingCommitTimer"
            one |= {"commitBy": waiting.until} if detail else {}
        found[name] = one
    whole: Data = {
        "sessions": found,
        "maxSavedSessions": MAX_SAVED,
        "maxOpenSessions": MAX_OPEN,
        "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False,
    }
    if waiting is not None and new:
        whole |= {"commitTimerSessionName": waiting.name, "commitTimerExpireTime": waiting.until}
    return whole


def running(cli: Cli, _words: V, _values: V) -> Data:
    """`show running-config`."""
    with cli.step("read"):
        head = [line for line in cli.device.running.splitlines()[:2] if line.startswith("! device")]
        return {"header": [f"{line}\n!\n" for line in head], "cmds": tree(cli.device.tree)}


def users(cli: Cli, _words: V, _values: V) -> Data:
    """`show users accounts`."""
    found: Data = {}
    for line in cli.device.tree.lines("username "):
        name, *words = line.split()
        one = found.setdefault(name, {"username": name})
        if words[0] in {"ssh-key", "sshkey"}:
            one["sshAuthorizedKey"] = " ".join(words[1:])
            continue
        one["privLevel"] = int(words[1])
        if "role" in words:
            one["role"] = words[words.index("role") + 1]
        if "secret" in words:
            one["secret"] = words[-1]
    return {"users": found}


def snmp(cli: Cli, words: V, _values: V) -> Data:
    """`show snmp v2-mib {chassis|contact|location}`."""
    what = words[-1]
    name = {"chassis": "chassisId"}.get(what, what)
    line = {"chassis": "chassis-id"}.get(what, what)
    default = cli.device.box.serial if what == "chassis" else ""
    return {name: cli.device.tree.value(f"snmp-server {line} ", default)}


def vrfs(cli: Cli, _words: V, _values: V) -> Data:
    """`show vrf`."""
    tree_ = cli.device.tree
    named: dict[str, list[str]] = {"default": [], **{name: [] for name, _ in tree_.sections("vrf instance ")}}
    for name, body in view.bodies(tree_).items():
        if ipv4(body):
            named.setdefault(body.value("vrf ", "default"), []).append(name)
    state: dict[str, Any] = {"supported": True, "protocolState": "up", "routingState": "up"}
    return {
        "vrfs": {
            name: {
                "routeDistinguisher": "",
                "vrfState": "up",
                "protocols": {"ipv4": state, "ipv6": state},
                "interfaces": ports,
                "interfacesV4": ports,
                "interfacesV6": [],
            }
            for name, ports in named.items()
        }
    }


def banner(cli: Cli, words: V, _values: V) -> Data:
    """`show banner {login|motd}`."""
    return {{"login": "loginBanner", "motd": "motd"}[words[-1]]: view.banner(cli.device.tree, words[-1])}


def clock(cli: Cli, _words: V, _values: V) -> Data:
    """`show clock`."""
    zone = cli.device.tree.value("clock timezone ", "UTC")
    return {"utcTime": cli.device.clock(), "clockSource": {"local": True}, "timezone": zone}


def cooling(_cli: Cli, _words: V, _values: V) -> Data:
    """`show system environment cooling`: two fans that turn."""
    fans = [
        {"label": f"{n}", "status": "ok", "fans": [{"label": f"{n}/1", "status": "ok", "actualSpeed": 41}]}
        for n in (1, 2)
    ]
    return {"coolingMode": "automatic", "overrideFanSpeed": 0, "fanTraySlots": fans, "powerSupplySlots": []}


def temperature(_cli: Cli, _words: V, _values: V) -> Data:
    """`show system environment temperature`: one sensor."""
    sensor: Data = {
        "name": "TempSensor1",
        "description": "Board sensor",
        "currentTemperature": 38.0,
        "overheatThreshold": 75.0,
        "criticalThreshold": 85.0,
        "hwStatus": "ok",
        "inAlertState": False,
    }
    return {"systemStatus": "temperatureOk", "tempSensors": [sensor], "cardSlots": [], "powerSupplySlots": []}


def power(cli: Cli, _words: V, _values: V) -> Data:
    """`show system environment power`: one supply."""
    supply = {"modelName": "PWR-500AC", "capacity": 500.0, "outputPower": 78.5, "state": "ok", "managed": True}
    return {"powerSupplies": {"1": {**supply, "uptime": cli.device.boot}}}


def api(cli: Cli, _words: V, _values: V) -> Data:
    """`show management api http-commands`."""
    on = view.api(cli.device.tree)
    return {
        "enabled": on,
        "httpServer": {"configured": False, "running": False, "port": 80},
        "httpsServer": {"configured": on, "running": on, "port": 443},
        "localHttpServer": {"configured": False, "running": False, "port": 8080},
        "unixSocketServer": {"configured": False, "running": False},
    }
