"""One API session: login, then commands; each sentence that comes in is answered, and each names its step for faults.

Source: the vendor's manual, API. Every reply of a tagged sentence carries its tag; a refusal is `!trap` and then
`!done`; what cannot go on is `!fatal`, and the connection is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.lab.faults import Step
from homeroom.lab.ros import rows, verbs
from homeroom.lab.ros.actions import COMMANDS, Reply, Whole, export
from homeroom.lab.ros.config import INTERFACE, Entry
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.query import select
from homeroom.lab.ros.runner import change
from homeroom.lab.ros.schema import menus
from homeroom.lab.ros.trap import MISSING, Trap, no_item

_WRONG: Final = "invalid user name or password (6)"
_STEPS: Final[Mapping[str, Step]] = {
    "/login": "login",
    "/export": "read",
    "/file/add": "load",
    "/system/script/add": "save",
    "/system/scheduler/add": "save",
    "/import": "commit",
    "/system/scheduler/remove": "confirm",
    "/system/script/run": "rollback",
    "/system/script/remove": "close",
    "/file/remove": "close",
}
_QUIET: Final = frozenset(
    {
        "detail",
        "stats",
        "stats-detail",
        "without-paging",
        "terse",
        "brief",
        "count-only",
        ".proplist",
        "value-list",
        "from",
    }
)


def step(command: str, params: Mapping[str, str]) -> Step | None:
    """Return which step of a change a command is."""
    return "compare" if command == "/import" and "dry-run" in params else _STEPS.get(command)


class Session:
    """One session, no transport: `answer(words)` gives the sentences that go back, None when it ends here."""

    def __init__(self, device: RosDevice) -> None:
        self.device = device
        self.user = ""
        self._committed = False

    def answer(self, words: Sequence[str]) -> Iterator[list[str]]:
        """Answer a sentence."""
        command, params, queries, tag = _split(words)
        if not self.user and command != "/login":
            yield ["!fatal", "not logged in"]
            return
        try:
            found, ret = self._do(command, params, queries)
        except Trap as trap:
            category = [] if trap.category is None else [f"=category={trap.category}"]
            yield ["!trap", *category, f"=message={trap.message}", *tag]
            yield ["!done", *tag]
            return
        for row in found:
            yield ["!re", *(f"={name}={value}" for name, value in row.items()), *tag]
        yield ["!done", *([f"=ret={ret}"] if ret else []), *tag]

    def _do(self, command: str, params: dict[str, str], queries: list[str]) -> Reply:
        if command == "/login":
            return self._login(params)
        path, verb = target(command)
        whole = COMMANDS.get(command)
        if whole is not None:
            return self._counted(whole, command, params)
        if verb in {"print", "getall"}:
            return self._print(path, params, queries)
        if verb == "export":
            return export(self.device, params, path)
        if (path not in menus() and path != INTERFACE) or verb not in verbs.VERBS:
            raise Trap("no such command", MISSING)
        return self._change(path, verb, params)

    def _counted(self, whole: Whole, command: str, params: dict[str, str]) -> Reply:
        """Do a command, and count a change of the configuration: the files that a session imports are one commit."""
        where = step(command, params)
        self._committed = self._committed and where != "rollback"
        if where != "commit" or self._committed:
            return whole(self.device, params)
        before = self.device.outline()
        try:
            return whole(self.device, params)
        finally:  # what came before a refused line stays
            self._committed = before != self.device.outline()
            self.device.changes.committed += self._committed

    def _login(self, params: Mapping[str, str]) -> Reply:
        device, user = self.device, params.get("name", "")
        if device.faults.standing("refuse_login") or not device.opens(user, params.get("password", "")):
            device.say(f"login failure for user {user} via api")
            raise Trap(_WRONG)
        self.user = user
        device.changed_by = user
        return [], ""

    def _print(self, path: str, params: Mapping[str, str], queries: list[str]) -> Reply:
        unknown = [name for name in params if name not in _QUIET]
        if unknown:
            raise Trap(f"unknown parameter {unknown[0]}")
        found = rows.rows(self.device, path)
        if found is None:
            raise Trap("no such command", MISSING)
        chosen = select(found, queries)
        if "count-only" in params:
            return [], f"{len(chosen)}"
        wanted = params.get(".proplist", "").split(",") if params.get(".proplist") else None
        if wanted is None:
            return chosen, ""
        return [{name: row[name] for name in wanted if name in row} for row in chosen], ""

    def _change(self, path: str, verb: str, params: dict[str, str]) -> Reply:
        config = self.device.config
        if verb == "add":
            if path == INTERFACE or not menus()[path].adds:
                raise Trap("no such command", MISSING)
            before = params.pop("place-before", "")
            return [], config.add(path, params, before).id
        entries = self._entries(path, verb, params)
        if verb == "get":
            return [], entries[0].get(params.get("value-name", "")) if entries else ""
        values = {name: value for name, value in params.items() if not name.startswith("!")}
        change(config, verb, entries, values, [name[1:] for name in params if name.startswith("!")])
        return [], ""

    def _entries(self, path: str, verb: str, params: dict[str, str]) -> list[Entry]:
        config = self.device.config
        if path != INTERFACE and menus()[path].kind == "single":
            return [config.single(path)]
        which = ",".join(filter(None, (params.pop(name, "") for name in (".id", "numbers"))))
        if not which and verb != "remove":
            raise no_item()
        return config.pick(path, which)


def _split(words: Sequence[str]) -> tuple[str, dict[str, str], list[str], list[str]]:
    params: dict[str, str] = {}
    for word in words[1:]:
        if word.startswith("="):
            name, _, value = word[1:].partition("=")
            params[name] = value
    queries = [word for word in words[1:] if word.startswith("?")]
    return words[0], params, queries, [word for word in words[1:] if word.startswith(".tag=")]


def target(command: str) -> tuple[str, str]:
    """Return the menu and the verb of `/ip/address/print`; Trap in RouterOS's words when the way leads nowhere."""
    words = verbs.spread([command])
    if not words or not command.startswith("/"):
        raise Trap("no such command", MISSING)
    path, verb = " ".join(words[:-1]), words[-1].strip("/")
    if path and path not in verbs.prefixes() and path not in rows.REPORTS and command not in COMMANDS:
        known = any(report.startswith(f"{path} ") for report in rows.REPORTS)
        if not known:
            raise Trap("no such command prefix", MISSING)
    return path, verb
