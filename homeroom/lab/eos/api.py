"""eAPI without its transport: one JSON-RPC request in, one response out.

Source: Arista eAPI, JSON-RPC 2.0 `runCmds` as pyeapi and Ansible's httpapi plugin send it: commands are strings or
{cmd, input}, `version` 1 or `latest`, `format` json or text; the first command that fails ends the request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from homeroom.lab.eos.cli import Cli, Format, Refusal, Struck
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.exec import grammar

_KNOWN: Final = frozenset({"version", "cmds", "format", "timestamps", "autoComplete", "expandAliases", "stopOnError"})
_PARSE, _REQUEST, _METHOD, _PARAMS = -32700, -32600, -32601, -32602
Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of a request. `body` None: the connection breaks, or (`silent`) nothing ever comes."""

    body: bytes | None
    delay: float = 0
    silent: bool = False


def answer(device: EosDevice, user: str, body: bytes) -> Reply:
    """Answer one request of a user who is logged in."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return _error(None, _PARSE, "Parse error")
    if not isinstance(request, dict):
        return _error(None, _REQUEST, "Invalid request")
    asked = cast("Object", request)
    number, params = asked.get("id"), asked.get("params")
    if asked.get("method") != "runCmds":
        return _error(number, _METHOD, f"Method not found: {asked.get('method')}")
    wrong = _wrong(params)
    if wrong or not isinstance(params, dict):
        return _error(number, _PARAMS, wrong)
    return _run(device, user, number, cast("Object", params))


def _wrong(params: object) -> str:
    """Say what is wrong with the parameters; empty when nothing is."""
    if not isinstance(params, dict):
        return "Invalid params: expected an object"
    given = cast("Object", params)
    unknown = sorted(given.keys() - _KNOWN)
    if unknown:
        return f"runCmds() got an unexpected keyword argument '{unknown[0]}'"
    if given.get("version") not in {1, "1", "latest"}:
        return f"unsupported version: {given.get('version')}"
    if given.get("format", "json") not in {"json", "text"}:
        return f"unsupported format: {given.get('format')}"
    return "" if isinstance(given.get("cmds"), list) else "cmds must be a list"


def _run(device: EosDevice, user: str, number: object, params: Object) -> Reply:
    cli = Cli(device, user, grammar(), short=bool(params.get("autoComplete")))
    form: Format = "text" if params.get("format") == "text" else "json"
    asked = [_command(one) for one in params["cmds"]]
    results: list[Object] = []
    for place, (line, text) in enumerate(asked, 1):
        try:
            results.append(cli.run(line, text, form))
        except Refusal as refusal:
            message = f"CLI command {place} of {len(asked)} '{line}' failed: {refusal.reason}"
            data = [*results, {"errors": list(refusal.errors)}]
            return _error(number, refusal.code, message, data, cli)
        except Struck:
            return Reply(None, cli.delay)
    return _reply({"jsonrpc": "2.0", "id": number, "result": results}, cli)


def _command(one: object) -> tuple[str, str]:
    if isinstance(one, dict):
        given = cast("Object", one)
        return str(given.get("cmd", "")), str(given.get("input", ""))
    return str(one), ""


def _error(number: object, code: int, message: str, data: list[Object] | None = None, cli: Cli | None = None) -> Reply:
    error: Object = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return _reply({"jsonrpc": "2.0", "id": number, "error": error}, cli)


def _reply(response: Object, cli: Cli | None) -> Reply:
    if cli is not None and cli.silent:
        return Reply(None, cli.delay, silent=True)
    return Reply(json.dumps(response).encode(), cli.delay if cli else 0)
