"""Is a bundle what was signed? Needs the file and the public key, nothing else; every fault comes with its bytes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from homeroom.audit.bundle import content, order, records, seal
from homeroom.audit.bundle.fault import Fault
from homeroom.errors import BundleError

_LONGEST: Final = 1 << 26
"""Bytes of a line; what is longer is no line of ours, and is not held in memory."""


def verify(path: Path, public_key: bytes, previous: str | None = None) -> list[Fault]:
    """Return all faults, by place; none: it is as it was signed with this key (32 bytes), and hangs together.

    `previous`: the root that the run before must have (empty: there was none); None: any. BundleError when the file is
    no bundle at all.
    """
    try:
        read = _read(path)
        found = [*_faults(read, public_key, previous)]
        if not found:
            found = [*content.faults(path)]
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror}): name the file of an audit") from error
    return sorted(found, key=lambda fault: (fault.start, fault.end))


_KEPT: Final = frozenset({"header", "index", "root", "signature"})


@dataclass(slots=True)
class _Lines:
    """The lines of a file: where each begins, its hash; those kept that say what the others must be."""

    starts: array[int] = field(default_factory=lambda: array("Q"))
    digests: list[bytes] = field(default_factory=list[bytes])
    kept: dict[int, tuple[str, bytes]] = field(default_factory=dict[int, tuple[str, bytes]])
    """Line -> kind and bytes, of headers, index, roots, signatures."""
    size: int = 0

    def span(self, first: int, after: int | None = None) -> tuple[int, int]:
        """Return where some lines (one, unless told up to which) begin and end."""
        after = first + 1 if after is None else after
        return self.at(first), self.at(after)

    def at(self, line: int) -> int:
        """Return where a line begins; of one after the last the file's end."""
        return self.starts[line] if line < len(self.starts) else self.size

    def pairs(self) -> list[int]:
        """Return the lines that are a root with a signature after it."""
        kind = {line: kept[0] for line, kept in self.kept.items()}
        return [line for line, name in kind.items() if name == "root" and kind.get(line + 1) == "signature"]

    def last(self, kind: str) -> int | None:
        """Return the last line of a kind."""
        return max((line for line, kept in self.kept.items() if kept[0] == kind), default=None)


def _read(path: Path) -> _Lines:
    found = _Lines()
    with path.open("rb", buffering=1 << 20) as file:
        while raw := file.readline(_LONGEST):
            kind = records.kind_of(raw)
            if kind in _KEPT:
                found.kept[len(found.starts)] = (kind, raw)
            found.starts.append(found.size)
            found.digests.append(hashlib.sha256(raw).digest())
            found.size += len(raw)
    if not {"header", "root"} & {kind for kind, _ in found.kept.values()}:
        raise BundleError(f"{path} is no evidence bundle: name the file that `homeroom audit` wrote")
    return found


def _faults(read: _Lines, public_key: bytes, previous: str | None) -> Iterator[Fault]:
    """Find what is not as it was signed."""
    yield from _header(read, public_key)
    pairs = read.pairs()
    if not pairs:
        yield _unsealed(read)
        return
    wrong = {line: seal.wrong(read.kept[line][1], read.kept[line + 1][1], public_key) for line in pairs}
    root = next((line for line in pairs if not wrong[line]), pairs[-1])
    if wrong[root] == "root":
        yield Fault(*read.span(root), "the root was changed: the signature is not of it")
    elif wrong[root]:
        what = "the signature is not one of this key over the root: it was changed, or another key signed"
        yield Fault(*read.span(root + 1), what)
    if root + 2 < len(read.starts):
        yield Fault(*read.span(root + 2, len(read.starts)), "was added after the signature")
    try:
        yield from _below(read, root, previous)
    except (BundleError, KeyError, TypeError, ValueError, IndexError):
        if not wrong[root]:
            yield Fault(*read.span(root), "was signed, but is no root: what wrote it is broken")


def _header(read: _Lines, public_key: bytes) -> Iterator[Fault]:
    """Hold the key that the header names against the given one."""
    kind, raw = read.kept.get(0, ("", b""))
    try:
        named = records.payload(raw).get("key") if kind == "header" else None
    except BundleError:
        return  # its hash will not be the one signed
    if named is not None and named != public_key.hex():
        yield Fault(*read.span(0), f"the header names the key {str(named)[:64]!r}, given was {public_key.hex()!r}")


def _unsealed(read: _Lines) -> Fault:
    """Say where the end was damaged: without root and signature nothing above them can be checked."""
    root, signature = read.last("root"), read.last("signature")
    if signature:
        above = max((line for line, kept in read.kept.items() if kept[0] == "index" and line < signature), default=-1)
        first = min(above + 1 or signature, signature - 1)
        return Fault(*read.span(first, signature), "the root was changed: nothing above it can be checked")
    if root is not None:
        first = root if root + 1 == len(read.starts) else root + 1
        return Fault(read.at(first), read.size, "the signature after the root was changed or cut off")
    return Fault(read.size, read.size, "was cut off here: root and signature are missing, nothing can be checked")


def _below(read: _Lines, root: int, previous: str | None) -> Iterator[Fault]:
    """Hold every line above the root against what the root says of it."""
    said: Mapping[str, Any] = records.payload(read.kept[root][1])
    if previous is not None and said["previous"] != previous:
        after = said["previous"] or "none"
        what = f"follows run {after}, not {previous or 'none'}: an older run shown again, or one between is missing"
        yield Fault(*read.span(root), what)
    wanted, offsets = _signed(read, said)
    blind = [line for line, digest in enumerate(wanted) if digest is None]
    if blind:
        yield Fault(*read.span(blind[0], blind[-1] + 1), "cannot be checked: the index of these lines was changed")
    for first, after, what in order.differences(read.digests[:root], wanted, offsets):
        yield Fault(*read.span(first, after), what)


def _signed(read: _Lines, said: Mapping[str, Any]) -> tuple[list[bytes | None], list[int]]:
    """Return the hash and the beginning of every line as signed; None where the index that says it is damaged."""
    index = [(int(start), bytes.fromhex(sha)) for start, sha in said["index"]]
    known = {sha for _, sha in index}
    wanted: list[bytes | None] = [None] * int(said["lines"])
    offsets = [0] * len(wanted)
    for line, (kind, raw) in read.kept.items():
        if kind == "index" and read.digests[line] in known:
            found = records.payload(raw)
            rows = cast("Sequence[tuple[int, str]]", found["lines"])
            for place, (start, sha) in enumerate(rows, int(found["first"])):
                wanted[place], offsets[place] = bytes.fromhex(sha), int(start)
    return [*wanted, *(sha for _, sha in index)], [*offsets, *(start for start, _ in index)]
