"""What an IOS device says, read: refusals, free space, files of ours, a waiting commit. No transport in here.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference; transcripts of real devices in napalm-automation
/napalm #135 and #1701.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from homeroom.errors import CommandRejected

_REFUSALS: Final = (
    re.compile(r"^Failed to apply command (.+)", re.MULTILINE),
    re.compile(r"failed to apply to the IOS image\.\s+(?:\*+\s+)?(.+)"),
    re.compile(r"^\s*(%(?!\s*(?:warning|note)\b).*)", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^(.*\b(?:aborted|failed)\b.*)", re.IGNORECASE | re.MULTILINE),
)
"""Lines of refusal, most telling first. `% Warning: use /31 mask on non point-to-point interface ...` is none."""
DONE: Final = "Rollback Done"
SAVED: Final = "[OK]"
SCP: Final = "ip scp server enable"
_ARCHIVE_OFF: Final = "Archive feature not enabled"
_NONE_PENDING: Final = "No Rollback Confirmed Change pending"
_DISK: Final = re.compile(r"^Directory of ([\w-]+:)", re.MULTILINE)
_FREE: Final = re.compile(r"\((\d+) (k?)bytes free\)", re.IGNORECASE)
_OURS: Final = re.compile(r"\s(homeroom-\S+-(?:candidate|merge|rollback)\.cfg)\s*$", re.MULTILINE)
_USER: Final = re.compile(r"User: ?(\S+)")
_LEVEL: Final = re.compile(r"privilege level is (\d+)")
_MD5: Final = re.compile(r"= ([0-9a-f]{32})\b")
_NOISE: Final = ("Contextual Config Diffs", "No changes were found", "ntp clock-period")


def refusal(answer: str, sent: str = "") -> str:
    """Return the line by which a device refused; empty when it did not. A line of `sent` that it names stands first."""
    found = next((match for pattern in _REFUSALS if (match := pattern.search(answer))), None)
    if found is None:
        return ""
    line = found.group(1).strip()
    named = _named(answer[: found.start(1)], sent)
    return f"{named}: {line}" if named else line


def _named(before: str, sent: str) -> str:
    """Return the last line before a refusal, if it is one of those that were sent; the caret is none."""
    lines = [line.strip() for line in before.splitlines() if line.strip(" ^")]
    return lines[-1] if lines and lines[-1] in {line.strip() for line in sent.splitlines()} else ""


def files(change: str) -> dict[str, str]:
    """Return the names of the files a change leaves on a device while it is under way, by their use."""
    return {use: f"homeroom-{change}-{use}.cfg" for use in ("candidate", "merge", "rollback")}


def left(listing: str) -> set[str]:
    """Return the files of ours in a `dir`, whichever change left them."""
    return set(_OURS.findall(listing))


def disk(listing: str) -> str:
    """Return the file system a `dir` lists (`flash:`); empty when it does not say."""
    found = _DISK.search(listing)
    return found.group(1) if found else ""


def space(listing: str) -> int | None:
    """Return how many bytes are free by a `dir`; None when it does not say."""
    found = _FREE.search(listing)
    return int(found.group(1)) * (1024 if found.group(2) else 1) if found else None


def free(listing: str) -> int:
    """Return how many bytes are free by a `dir`; 0 when it does not say."""
    return space(listing) or 0


def pending(timer: str) -> str:
    """Return whose commit waits for its confirmation, by `show archive config rollback timer`; empty: none does."""
    if _NONE_PENDING in timer or refusal(timer):
        return ""
    found = _USER.search(timer)
    return found.group(1) if found else "somebody"


def archive_on(answer: str) -> bool:
    """Tell by `show archive` whether the archive is on."""
    return _ARCHIVE_OFF not in answer and not refusal(answer)


def level(answer: str) -> int:
    """Return the level `show privilege` speaks of; 0 when it does not."""
    found = _LEVEL.search(answer)
    return int(found.group(1)) if found else 0


def md5(answer: str) -> str:
    """Return the digest `verify /md5` printed; empty when it printed none."""
    found = _MD5.search(answer)
    return found.group(1) if found else ""


def difference(answer: str) -> str:
    """Return what `show archive config differences` found; empty when it found nothing."""
    noises = [noise for noise in _NOISE if noise in answer]
    return "\n".join(line for line in answer.splitlines() if not any(noise in line for noise in noises)).strip()


def increment(answer: str) -> str:
    """Return what `show archive config incremental-diffs` would do, `-` before what it takes away; empty: nothing."""
    kept = [
        line for line in answer.splitlines() if line.strip() and line.strip() != "end" and "List of Comm" not in line
    ]
    if any("No changes were found" in line for line in kept) and not any("re-ordered" in line for line in kept):
        return ""
    kept = [line for line in kept if "No changes were found" not in line]
    return "\n".join(f"{'-' if line.lstrip().startswith('no ') else '+'}{line}" for line in kept)


def whole(text: str, running: str) -> str:
    """Put the device's own `version` line before `text`: IOS replaces by nothing that lacks it."""
    return "".join(f"{line}\n" for line in running.splitlines() if line.startswith("version ")) + text


@dataclass(frozen=True, slots=True)
class Means:
    """What a device has for taking a change, and for taking it back."""

    level: int
    archive: bool
    scp: bool
    free: int

    def check(self, device: str, needed: int) -> None:
        """Refuse early what would fail late; `needed`: bytes for the candidate and the way back."""
        if self.level != _FULL:
            raise CommandRejected(
                device, f"our user has privilege {self.level} on it, not {_FULL}", f"give it `privilege {_FULL}`"
            )
        if not self.archive:
            raise CommandRejected(device, "its archive is off: nothing could be taken back", "configure `archive`")
        if not self.scp:
            raise CommandRejected(device, "it takes no files", f"configure `{SCP}`")
        if self.free < needed:
            raise CommandRejected(
                device,
                f"its flash has {self.free} bytes free, the change and the way back need {needed}",
                "delete files there",
            )


_FULL: Final = 15


def means(privilege: str, archive: str, listing: str, config: str) -> Means:
    """Read a device's means from `show privilege`, `show archive`, `dir` and (a part of) its configuration."""
    return Means(level(privilege), archive_on(archive), SCP in config.splitlines(), free(listing))


def check_way_back(device: str, text: str) -> None:
    """Refuse a whole configuration under which it could not be taken back."""
    if not {"archive", SCP} <= set(text.splitlines()):
        raise CommandRejected(
            device, "the new configuration would close the way back", f"keep `archive` and `{SCP}` in it"
        )


def needs(text: str, running: str) -> int:
    """Return the bytes of flash that a change takes: the candidate, the rollback file, the device's own archive."""
    return len(text.encode()) + 2 * len(running.encode())
