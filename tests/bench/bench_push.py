"""What a push costs the machine that pushes: plain nornir + NAPALM, our NAPALM path, our fast path, Ansible.

200 emulated devices in a process of their own; the figures are CPU milliseconds of this process a device (user and
system, `getrusage`). All three do the same on the device: file by SCP, MD5 compared there, the device's difference,
a rollback file, the change, `write memory`. Rounds are interleaved and the ratio is the median of the rounds'.
`guarded_apply` is a whole push as `homeroom apply` makes it, by its own desk: claimed and journalled on disk, services
asked, on trial under a timer, read back over a second connection, asked again, confirmed, read again.
"""

import contextlib
import dataclasses
import importlib.util
import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from bringing import desk, whatever
from nornir.core import Nornir
from nornir.core.configuration import Config, LoggingConfig
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import ThreadedRunner
from nornir_napalm.plugins.tasks import napalm_configure, napalm_get

from homeroom.lab import client
from homeroom.platforms.box import Login
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.fast import FastIOS
from homeroom.project import Project
from homeroom.rollout.admission import Limits
from homeroom.rollout.fleet import muster
from homeroom.rollout.target import Terms
from homeroom.secret import Vault
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks import cli

DEVICES, ROUNDS, WORKERS, ANSIBLE = 200, 3, 50, 60
LIMITS = {
    "homeroom_fast_times_cheaper": {"modern": 5, "legacy": 12},
    "homeroom_napalm_times_cheaper": 1.3,
    "fast_pushes_a_second_a_core": 100,
}
RULES = 240
"""Access rules that make a replaced configuration about 300 lines long."""


def cpu(who=resource.RUSAGE_SELF):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


class Bed:
    """A project, its lab, and the first so many IOS devices of it."""

    def __init__(self, folder, devices, *, legacy=False):
        os.environ["HOMEROOM_LAB_SSH"] = "legacy" if legacy else ""
        self.project = Project.locate(folder)
        self.info = client.up(self.project)
        self.devices = [one for one in self.info.devices if one.platform == "ios"][:devices]
        self.vault = Vault.open(self.project)
        self.port = self.info.ports["ssh"]
        with contextlib.closing(World.open(self.project)) as world:
            self.user = world.programme.management_user
        self.password = self.vault.get("device_password")
        self.number = 0

    def nornir(self):
        """A plain inventory, as people write it for nornir_napalm."""
        options = {"napalm": ConnectionOptions(extras={"optional_args": {"port": self.port}})}
        hosts = Hosts(
            {
                one.name: Host(
                    one.name,
                    hostname=one.address,
                    username=self.user,
                    password=self.password.reveal(),
                    platform="ios",
                    connection_options=options,
                )
                for one in self.devices
            }
        )
        config = Config(logging=LoggingConfig(enabled=False))
        return Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(WORKERS), config=config)

    def login(self, host):
        return Login(
            host.name, host.hostname, self.port, self.user, self.password, lambda _key: None, str, f"b{self.number}"
        )

    def merge(self, host):
        """Three lines, each time others."""
        return (
            f"snmp-server location round {self.number} of {host.name}\n"
            f"snmp-server contact round-{self.number}\nntp server 10.9.{self.number}.9\n"
        )

    def replacement(self, running):
        """The running configuration with an access list of another kind each time, about 300 lines in all."""
        lines = running[running.index("\nversion ") + 1 :].splitlines()
        kept, inside = [], False
        for line in lines:
            inside = line == "ip access-list extended BENCH" or (inside and line.startswith(" "))
            if not inside and line != "end" and not line.startswith("version "):
                kept.append(line)
        return "\n".join([*kept, *self.rules(), "end"]) + "\n"

    def rules(self):
        """An access list, each time another one."""
        head = "ip access-list extended BENCH"
        return [
            head,
            *(f" {10 * n} permit tcp any host 10.{self.number}.0.{n} eq {1000 + n}" for n in range(1, RULES + 1)),
        ]


def plain(bed, task, replace):
    """nornir_napalm's own tasks."""
    if replace:
        found = task.run(napalm_get, getters=["config"], getters_options={"config": {"retrieve": "running"}})
        running = found.result["config"]["running"]
        text = next(f"{line}\n" for line in running.splitlines() if line.startswith("version "))
        text += bed.replacement(running)
    else:
        text = bed.merge(task.host)
    assert task.run(napalm_configure, configuration=text, replace=replace).diff
    task.host.close_connections()


def guarded(bed, task, replace):
    """Our NAPALM driver, by NAPALM's verbs."""
    box = GuardedIOS(bed.login(task.host))
    box.open()
    try:
        if replace:
            diff = box.candidate(bed.replacement(box.running().text))
        else:
            box.load_merge_candidate(config=bed.merge(task.host))
            diff = box.compare_config()
        assert diff
        box.commit_config()
        box.discard()
    finally:
        box.close()


def fast(bed, task, replace):
    """The fast transport."""
    box = FastIOS(bed.login(task.host))
    box.open()
    try:
        diff = box.candidate(bed.replacement(box.running().text)) if replace else box.merge(bed.merge(task.host))
        assert diff
        box.commit(0)
        box.discard()
    finally:
        box.close()


TRANSPORTS = (("homeroom_napalm_ms", "napalm"), ("homeroom_fast_ms", "fast"))


class Whole:
    """Whole pushes by one transport, as `apply` makes them, of what is rendered for the devices and an access list."""

    def __init__(self, bed, engine, transport):
        bed.number += 1
        self.change = f"bench{time.time_ns()}"
        names = tuple(one.name for one in bed.devices)
        self.fleet = muster(bed.project, Selector(devices=names), engine, time.time)
        self.hosts = self.fleet.nornir.inventory.hosts
        for name in names:
            self.hosts[name].data["transport"] = transport
            self.fleet.keyring.keys.forget(name)  # modern and legacy devices show different keys
        extra = "".join(f"{line}\n" for line in bed.rules())
        self.members = {
            name: dataclasses.replace(one, work=dataclasses.replace(one.work, text=one.work.text + extra))
            for name, one in self.fleet.members.items()
        }
        approved = {name: whatever(one.work) for name, one in self.members.items()}
        new = Change(self.change, "wave", "approved", 1, "content", "ana", "bench", time.time())
        Changes(engine).add(new, [Row(self.change, name, wave=1) for name in names])
        self.desk = desk(engine, self.change, approved, [], terms=Terms(), limits=Limits(WORKERS, WORKERS))

    def enter(self, name):
        return self.fleet.keyring.enter(self.hosts[name], self.fleet.members[name].driver, self.change)

    def __call__(self, bed, task, replaces):
        row = self.desk.bring(self.members[task.host.name], partial(self.enter, task.host.name))
        assert row.state == "confirmed", row


def guarded_apply(bed):
    """Return what a whole push costs a device by each transport, in CPU milliseconds."""
    engine = connect(bed.project)
    try:
        return {name: round(measure(bed, Whole(bed, engine, way), True)[0], 2) for name, way in TRANSPORTS}
    finally:
        engine.dispose()


WAYS = {
    "nornir_napalm": plain,
    "homeroom_napalm": guarded,
    "homeroom_fast": fast,
}


def measure(bed, way, replace):
    """Return CPU milliseconds a device and wall seconds in all, of one push to every device."""
    bed.number += 1
    nornir = bed.nornir()
    before, began = cpu(), time.perf_counter()
    result = nornir.run(lambda task: way(bed, task, replace))
    used, wall = cpu() - before, time.perf_counter() - began
    broken = {name: str(one[-1].exception or one[0].exception) for name, one in result.items() if one.failed}
    assert not broken, next(iter(broken.items()))
    return 1000 * used / len(bed.devices), wall


def rounds(bed, count):
    """Measure all ways, round by round; medians, and the medians of the rounds' ratios."""
    found = {}
    for replace in (False, True):
        raw = {name: [] for name in WAYS}
        for _ in range(count):
            for name, way in WAYS.items():
                raw[name].append(measure(bed, way, replace))
        costs = {name: [cost for cost, _ in values] for name, values in raw.items()}
        figures = {f"{name}_ms": round(statistics.median(values), 2) for name, values in costs.items()}
        for name in ("homeroom_napalm", "homeroom_fast"):
            shares = [theirs / ours for theirs, ours in zip(costs["nornir_napalm"], costs[name], strict=True)]
            figures[f"{name}_times_cheaper"] = round(statistics.median(shares), 2)
        figures["fast_pushes_a_second_a_core"] = round(1000 / figures["homeroom_fast_ms"])
        figures["wall_s"] = {name: round(statistics.median(w for _, w in values), 1) for name, values in raw.items()}
        found["replace" if replace else "merge"] = figures
    return found | {"guarded_apply": guarded_apply(bed)}


def warm(bed):
    """Load every module and touch every device before anything is measured."""
    few = bed.devices
    for name, way in WAYS.items():
        bed.devices = few if name == "homeroom_fast" else few[:2]
        measure(bed, way, replace=False)
        measure(bed, way, replace=True)
    bed.devices = few
    ConnectionPluginRegister.auto_register()


PLAYBOOK = """\
- hosts: all
  gather_facts: false
  tasks:
    - cisco.ios.ios_config:
        lines:
          - snmp-server location ansible {{ inventory_hostname }}
          - snmp-server contact ansible
          - ntp server 10.7.7.7
        save_when: modified
"""


def ansible(bed, folder):
    """Return what ios_config costs a device: three lines and a save, without rollback file, MD5 or trial."""
    if importlib.util.find_spec("ansible") is None or importlib.util.find_spec("ansible_collections") is None:
        return {"not_measured": "ansible is not installed: pip install ansible"}
    few = bed.devices[:ANSIBLE]
    login = f"ansible_user={bed.user} ansible_password={bed.password.reveal()} ansible_port={bed.port}"
    kind = "ansible_connection=ansible.netcommon.network_cli ansible_network_os=cisco.ios.ios"
    hosts = "".join(f"{one.name} ansible_host={one.address} {login} {kind}\n" for one in few)
    (folder / "hosts.ini").write_text(hosts, encoding="utf-8")
    (folder / "push.yaml").write_text(PLAYBOOK, encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_HOST_KEY_CHECKING": "false",
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_STDOUT_CALLBACK": "minimal",
        "ANSIBLE_LIBSSH_HOST_KEY_AUTO_ADD": "true",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    before = cpu(resource.RUSAGE_CHILDREN)
    command = ["ansible-playbook", "-i", "hosts.ini", "-f", str(WORKERS), "push.yaml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    used = cpu(resource.RUSAGE_CHILDREN) - before
    changed = done.stdout.count("| CHANGED")
    if done.returncode or changed != len(few):
        return {"not_measured": f"{changed} of {len(few)} devices changed: {(done.stdout + done.stderr)[-300:]}"}
    return {"devices": len(few), "ms": round(1000 * used / len(few))}


@contextlib.contextmanager
def lab(folder, devices, *, legacy=False):
    bed = Bed(folder, devices, legacy=legacy)
    try:
        warm(bed)
        yield bed
    finally:
        client.down(bed.project)


def run(devices=DEVICES, count=ROUNDS):
    """Return the figures of all ways, with modern and with legacy SSH."""
    for name in ("paramiko", "netmiko", "nornir", "asyncssh"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    ConnectionPluginRegister.auto_register()
    results = {"devices": devices, "rounds": count, "workers": WORKERS}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with contextlib.redirect_stdout(sys.stderr):
            assert cli.main(["sample", "py", "--out", folder, "--sites", str(devices // 2)]) == 0
            assert cli.main(["--project", folder, "plan"]) == 0
        with lab(root, devices) as bed:
            results["modern"] = rounds(bed, count)
            results["ansible"] = ansible(bed, root)
        with lab(root, devices, legacy=True) as bed:
            results["legacy"] = rounds(bed, count)
    fast = results["modern"]["merge"]["homeroom_fast_ms"]
    if "ms" in results["ansible"]:
        results["ansible"]["times_the_fast_path"] = round(results["ansible"]["ms"] / fast)
    return results | {"limits": LIMITS}


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:])), indent=1))
