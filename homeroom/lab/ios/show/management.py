"""`show` about management: configuration, archive, SNMP, NTP, access lists, files.

Sources: output of Cisco devices recorded in networktocode/ntc-templates (tests/cisco_ios: show_archive,
show_archive_filelist, show_snmp_user, show_snmp_group, show_ip_access-lists, show_ipv6_access-lists,
show_file_systems) and in napalm-automation/napalm (test/ios/mocked_data: test_get_config/normal,
test_get_ntp_stats/normal); Cisco IOS XE 17 System Management Configuration Guide, "Contextual Configuration Diff
Utility" and "Configuration Rollback Confirmed Change".
"""

from __future__ import annotations

import hashlib
import re

from homeroom.lab import clock, flash
from homeroom.lab.ios import change, diff
from homeroom.lab.ios.apply import load
from homeroom.lab.ios.config import shown, text
from homeroom.lab.ios.session import Session
from homeroom.lab.section import Section
from homeroom.lab.snmp.engine import engine_id

V = tuple[str, ...]


def running(s: Session, _words: V, _values: V) -> str:
    """`show running-config [all | full | brief]`."""
    device = s.device
    body = shown(device.running)
    head = f"!\n! Last configuration change at {clock.stamp(device.running_changed)}"
    head += f" by {device.changed_by}\n" if device.changed_by else "\n"
    if device.saved_by:
        head += f"! NVRAM config last updated at {clock.stamp(device.startup_changed)} by {device.saved_by}\n"
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n{head}!\n{body}\n"


def running_part(s: Session, words: V, values: V) -> str:
    """`show running-config interface X | vlan N | aaa | ...`: the lines that begin so."""
    start = " ".join([words[2], *values]) if values else words[2]
    part = Section("global")
    for slot, entry in s.device.tree.entries.items():
        if re.match(rf"(no )?{re.escape(start)}( |$)", entry.line):
            part.entries[slot] = entry
    if values and not part.entries and words[2] == "interface":
        if values[0] not in s.device.box.ports:
            return f"{' ' * (len(s.prompt) + 30)}^\n% Invalid input detected at '^' marker.\n"
        body = f"interface {values[0]}\n!\nend\n"
    else:
        body = text(part)
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n!\n{shown(body)}\n"


def startup(s: Session, _words: V, _values: V) -> str:
    """`show startup-config`."""
    device = s.device
    device.tree  # noqa: B018 -- it fills the startup configuration on first touch
    if not device.startup:
        return "startup-config is not present\n"
    body = shown(device.startup)
    changed = clock.stamp(device.startup_changed)
    return f"Using {len(body)} out of 33554432 bytes\n!\n! Last configuration change at {changed}\n!\n{body}\n"


def archive(s: Session, _words: V, _values: V) -> str:
    """`show archive`."""
    device = s.device
    if not device.archiving:
        return " Archive feature not enabled\n"
    section = device.tree.section("archive")
    path, limit = (section.value("path "), int(section.value("maximum ", "10"))) if section else ("", 10)
    kept = device.archives[-limit:]
    out = (
        f"The maximum archive configurations allowed is {limit}.\n"
        f"There are currently {len(kept)} archive configurations saved.\n"
        f"The next archive file will be named {path}-<timestamp>-{len(device.archives)}\n Archive #  Name\n"
    )
    for n in range(1, limit + 1):
        name = kept[n - 1] if n <= len(kept) else ""
        out += f"   {n:<8} {name}{' <- Most Recent' if n == len(kept) else ''}".rstrip() + "\n"
    return out


def rollback_timer(s: Session, _words: V, _values: V) -> str:
    """`show archive config rollback timer`."""
    pending = s.device.pending
    if pending is None:
        return change.NOTHING_PENDING
    return (
        f"Time configured(or reconfigured): {clock.stamp(pending.at)}\nTimer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


def _file(s: Session, path: str) -> str | None:
    data = None if path in {"running-config", "startup-config"} else s.device.read(path)
    return None if data is None else data.decode("utf-8", "replace")


def differences(s: Session, _words: V, values: V) -> str:
    """`show archive config differences [OLD [NEW]]`; one file alone is the new one, against the running config."""
    paths = [value for value in values if value != "ignorecase"] or ["nvram:startup-config"]
    if len(paths) == 1:
        paths = ["system:running-config", *paths]
    if not values:
        paths.reverse()
    trees: list[Section] = []
    rejected: tuple[str, ...] = ()
    for path in paths:
        config = _file(s, path)
        if config is None:
            return f"%Error opening {path} (No such file or directory)\n"
        loaded = load(config, s.device.chassis.scratch())
        trees.append(loaded.tree)
        rejected = tuple(bad.line for bad in loaded.rejected)
    return "\n".join(diff.contextual(trees[0], trees[1], rejected)) + "\n"


def incremental(s: Session, _words: V, values: V) -> str:
    """`show archive config incremental-diffs FILE [ignorecase]`."""
    config = _file(s, values[0])
    if config is None:
        return f"%Error opening {values[0]} (No such file or directory)\n"
    tree, loaded = change.merged(s.device, config)
    rejected = tuple(bad.line for bad in loaded.rejected)
    return "\n".join(diff.incremental(s.device.tree, tree, rejected)) + "\n"


def config_lock(_s: Session, _words: V, _values: V) -> str:
    """`show configuration lock`."""
    return "Config Session Lock\n---------------------\n"


def _engine(s: Session) -> str:
    """Return the engine id by which the device's SNMP agent goes."""
    return engine_id(s.device).hex().upper()


def snmp_user(s: Session, _words: V, values: V) -> str:
    """`show snmp user [NAME]`."""
    out = ""
    groups = [line.split()[0] for line in s.device.tree.lines("snmp-server group ")]
    for name, user in s.device.snmp_users().items():
        if not values or name == values[0]:
            out += (
                f"\nUser name: {name}\nEngine ID: {_engine(s)}\nstorage-type: nonvolatile\t active\n"
                f"Authentication Protocol: {user.auth.replace('SHA-', 'SHA') or 'None'}\n"
                f"Privacy Protocol: {'AES128' if user.priv == 'AES' else user.priv or 'None'}\n"
                f"Group-name: {groups[0] if groups else name}\n"
            )
    return out + "\n"


def snmp_group(s: Session, _words: V, _values: V) -> str:
    """`show snmp group`."""
    out = ""
    for line in s.device.tree.lines("snmp-server group "):
        words = line.split()
        option = dict(zip(words, [*words[1:], ""], strict=True))
        out += (
            f"groupname: {words[0]:<33}security model:{words[1]} {words[2] if len(words) > 2 else ''}\n"
            "contextname: <no context specified>         storage-type: nonvolatile\n"
            f"readview : {option.get('read', 'v1default'):<33}"
            f"writeview: {option.get('write', '<no writeview specified>'):<31}\n"
            f"notifyview: {option.get('notify', '<no notifyview specified>')}\n"
            f"row status: active{f'	access-list: {words[-1]}' if 'access' in words else ''}\n\n"
        )
    return out


def snmp(s: Session, words: V, _values: V) -> str:
    """`show snmp [chassis | location | contact | engineID | host | view | community]`."""
    tree, what = s.device.tree, words[-1]
    if what == "chassis":
        return f"{tree.value('snmp-server chassis-id ', s.device.box.serial)}\n"
    if what in {"location", "contact"}:
        return f"{tree.value(f'snmp-server {what} ')}\n"
    if what == "engineID":
        return f"Local SNMP engineID: {_engine(s)}\nRemote Engine ID          IP-addr    Port\n"
    if what == "view":
        return "".join(
            f"{line.split()[0]} {line.split()[1]} - {line.split()[2]} nonvolatile active\n"
            for line in tree.lines("snmp-server view ")
        )
    return f"Chassis: {s.device.box.serial}\n0 SNMP packets input\n0 SNMP packets output\n"


def ntp_associations(s: Session, _words: V, _values: V) -> str:
    """`show ntp associations`: the first server is the one it follows."""
    servers = [line.split()[0] for line in s.device.tree.lines("ntp server ")]
    if not servers:
        return "%NTP is not enabled.\n"
    out = "\n  address         ref clock       st   when   poll reach  delay  offset   disp\n"
    for n, server in enumerate(servers):
        out += f"{'*' if n == 0 else '+'}~{server:<15} .GNSS.           1     54     64   377  1.186   0.122  1.659\n"
    return out + " * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n"


def ntp_status(s: Session, _words: V, _values: V) -> str:
    """`show ntp status`."""
    servers = s.device.tree.lines("ntp server ")
    if not servers:
        return "%NTP is not enabled.\n"
    return (
        f"Clock is synchronized, stratum 2, reference is {servers[0].split()[0]}    \n"
        "nominal freq is 250.0000 Hz, actual freq is 250.0003 Hz, precision is 2**10\n"
        "loopfilter state is 'CTRL' (Normal Controlled Loop), drift is 0.000000000 s/s\n"
        "system poll interval is 64, last update was 54 sec ago.\n"
    )


def access_lists(s: Session, words: V, values: V) -> str:
    """`show access-lists`, `show ip access-lists`, `show ipv6 access-list`, each `[NAME]`."""
    out, which = "", words[1]
    for kind in ("Standard", "Extended") if which in {"access-lists", "ip"} else ():
        for name, body in s.device.tree.sections(f"ip access-list {kind.lower()} "):
            if not values or values[0] == name:
                out += f"{kind} IP access list {name}\n" + "".join(
                    f"    {_matchable(entry.line, kind)}\n" for entry in body
                )
    for name, body in s.device.tree.sections("ipv6 access-list ") if which in {"access-lists", "ipv6"} else ():
        if not values or values[0] == name:
            out += f"IPv6 access list {name}\n"
            out += "".join(
                f"    {' '.join(entry.line.split()[2:])} sequence {entry.line.split()[1]}\n" for entry in body
            )
    return out


def _matchable(line: str, kind: str) -> str:
    """Print an entry as `show access-lists` does: standard lists pad `deny` and name the wildcard bits."""
    words = line.split()
    if kind == "Standard":
        words[1] = words[1].replace("deny", "deny  ")
        if len(words) > 3 and "." in words[3]:
            words[2:4] = [f"{words[2]}, wildcard bits {words[3]}"]
    return " ".join(words)


def file_systems(s: Session, _words: V, _values: V) -> str:
    """`show file systems`."""
    return (
        "File Systems:\n\n       Size(b)       Free(b)      Type  Flags  Prefixes\n"
        "             -             -    opaque     rw   system:\n"
        f"*{flash.SIZE:>13} {s.device.free:>13}      disk     rw   {s.device.box.disk}\n"
        "             -             -    opaque     rw   null:\n"
        "       2097152       2057602     nvram     rw   nvram:\n             -             -   network     rw   scp:\n"
    )


def crypto_key(s: Session, _words: V, _values: V) -> str:
    """`show crypto key mypubkey ...`: SSH's key, by its name only."""
    digest = hashlib.sha256(s.device.box.digest).hexdigest()[:16]
    domain = s.device.tree.value("ip domain name ")
    return f"Key name: {s.device.hostname}.{domain}\nKey type: ED25519 KEYS\n Key id: {digest}\n"


def nothing(_s: Session, _words: V, _values: V) -> str:
    """Answer nothing, as IOS does about what is not used."""
    return ""


def no_bgp(_s: Session, _words: V, _values: V) -> str:
    """`show bgp ...`, `show ip bgp ...`."""
    return "% BGP not active\n"
