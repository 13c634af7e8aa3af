"""NAPALM's ios driver, guarded: it does the work, we give it safe names, read its answers and clean up behind it.

What the stock driver leaves open, and what is done here:
- fixed file names on flash, on which two controllers race: names are unique per change;
- `file prompt quiet` put into the running configuration: prompts are answered, the configuration is not touched;
- answers of `configure replace`, `write memory` and most `%` errors not read: they are, and refusals raise;
- candidate and rollback files, which hold password hashes, left behind here and there: deleted on closing;
- any SSH host key accepted: the key is checked before a password is sent, for SCP's second connection too.
"""

# NAPALM has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from typing import Any, Final

from napalm.ios.ios import IOSDriver

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Login, Running
from homeroom.platforms.ios.ssh import PinnedSSH, translated

_REFUSALS: Final = (
    re.compile(r"^Failed to apply command (.+)", re.MULTILINE),
    re.compile(r"failed to apply to the IOS image\.\s+(?:\*+\s+)?(.+)"),
    re.compile(r"^\s*(%(?!\s*(?:warning|note)\b).*)", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^(.*\b(?:aborted|failed)\b.*)", re.IGNORECASE | re.MULTILINE),
)
"""Lines of refusal, most telling first. `% Warning: use /31 mask on non point-to-point interface ...` is none."""
_QUESTION: Final = r"(?:\]\?|\[confirm\])\s*$"
_DONE: Final = "Rollback Done"
_SCP: Final = "ip scp server enable"


def refusal(answer: str) -> str:
    """Return the line by which a device refused; empty when it did not."""
    found = next((match for pattern in _REFUSALS if (match := pattern.search(answer))), None)
    return found.group(1).strip() if found else ""


def _whole(text: str, running: str) -> str:
    """Put the device's own `version` line before `text`: IOS replaces by nothing that lacks it."""
    return "".join(f"{line}\n" for line in running.splitlines() if line.startswith("version ")) + text


class GuardedIOS(IOSDriver):  # type: ignore[misc]  # napalm has no types
    """One IOS device, entered with pinned keys; every method raises errors of ours only."""

    device: Any
    candidate_cfg: str
    merge_cfg: str
    rollback_cfg: str

    def __init__(self, login: Login) -> None:
        files = {f"{name}_cfg": f"{login.change}-{name}.cfg" for name in ("candidate", "merge", "rollback")}
        super().__init__(
            login.host, login.user, login.password.reveal(), timeout=60, optional_args={"port": login.port, **files}
        )
        self._login = login
        self._seen = ""
        self._archive = False
        self._litter: set[str] = set()

    @property
    def prompt_quiet_configured(self) -> bool:
        """Tell NAPALM that file prompts are taken care of: they are answered here, not switched off on the device."""
        return True

    @prompt_quiet_configured.setter
    def prompt_quiet_configured(self, _value: object) -> None: ...

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        with translated(self._login):
            super().open()

    def close(self) -> None:
        """Delete our files from the flash and hang up; never raises."""
        with suppress(Exception):  # whatever broke the connection has been reported where it happened
            for name in sorted(self._litter):
                self._file_command(f"delete /force {self._gen_full_path(name)}")
        self._litter.clear()
        self._netmiko_close()

    def running(self) -> Running:
        """Read the device."""
        with translated(self._login):
            name = self.device.find_prompt().strip().rstrip("#>")
            self._seen = self.get_config(retrieve="running")["running"]
            pending = self.has_pending_commit()
        return Running(name, self._seen, pending)

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the configuration; return the device's own difference."""
        self._check_way_back(text)
        with translated(self._login), tempfile.NamedTemporaryFile("w", encoding="utf-8") as private:
            private.write(_whole(text, self._seen))
            private.flush()
            self.load_replace_candidate(filename=private.name)
            return str(self.compare_config())

    def commit(self, minutes: int) -> None:
        """Replace the configuration; unless confirmed within `minutes`, the device itself takes it back."""
        with translated(self._login):
            self.commit_config(revert_in=60 * minutes)

    def confirm(self) -> None:
        """Keep the committed configuration and save it; CommandRejected when the device no longer waits for this."""
        with translated(self._login):
            self.confirm_commit()
        self.discard()

    def revert(self) -> None:
        """Take the committed configuration back and save; CommandRejected when the device does not say it did."""
        with translated(self._login):
            self.rollback()
        self.discard()

    def discard(self) -> None:
        """See to it that nothing of ours stays on the flash when the connection is closed."""
        self._litter |= {self.candidate_cfg, self.rollback_cfg}

    def _check_way_back(self, text: str) -> None:
        """Refuse early, and in plain words, what would fail late or could not be taken back."""
        with translated(self._login):
            archive = self._check_archive_feature()
        device = self._login.device
        if not archive:
            raise CommandRejected(device, "its archive is off: nothing could be taken back", "configure `archive`")
        if _SCP not in self._seen.splitlines():
            raise CommandRejected(device, "it takes no files", f"configure `{_SCP}`")
        if not {"archive", _SCP} <= set(text.splitlines()):
            raise CommandRejected(
                device, "the new configuration would close the way back", f"keep `archive` and `{_SCP}` in it"
            )

    # What NAPALM calls, guarded.

    def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> PinnedSSH:
        self._netmiko_device = PinnedSSH(
            self._login.pin,
            device_type=device_type,
            host=self.hostname,
            username=self.username,
            password=self.password,
            timeout=self.timeout,
            **(netmiko_optional_args or {}),
        )
        self._netmiko_device.enable()
        return self._netmiko_device

    @staticmethod
    def _create_tmp_file(config: str) -> str:
        """Write a file only we can read: NAPALM's own is open to everybody on this machine."""
        handle, name = tempfile.mkstemp()
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(config)
        return name

    def _scp_file(self, source_file: str, dest_file: str, file_system: str) -> Any:
        """Send a file as NAPALM does, but see to it that it is deleted there whatever comes of it."""
        self._litter.add(dest_file)
        return super()._scp_file(source_file, dest_file, file_system)

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Commit as NAPALM does, but take a merge back that was refused in part, whatever the words."""
        try:
            super().commit_config(message=message, revert_in=revert_in)
        except CommandRejected:
            if not self.config_replace:
                self.rollback()
                self.discard()
            raise

    def _check_archive_feature(self) -> bool:
        """Ask once a connection: nothing we push turns it off."""
        self._archive = self._archive or bool(super()._check_archive_feature())
        return self._archive

    def _commit_handler(self, cmd: str) -> str:
        """Run a command that changes the configuration; CommandRejected unless its answer says that it did."""
        merge = cmd.startswith("copy ")
        answer = self._answering(cmd) if merge else str(super()._commit_handler(cmd))  # pyright: ignore[reportUnknownArgumentType]  # napalm has no types
        if merge:
            self.device.set_base_prompt()  # it may have another name now
        line = refusal(answer) or ("" if merge or _DONE in answer else "no word of success")
        if line:
            raise CommandRejected(
                self._login.device,
                f"`{' '.join(cmd.split()[:2])}` was refused: {self._login.conceal(line)}",
                "correct the line it names, or the image that does not know it",
            )
        return answer

    def _gen_rollback_cfg(self) -> None:
        self._file_command(f"copy running-config {self._gen_full_path(self.rollback_cfg)}")

    def _discard_config(self) -> None:
        self.discard()

    def _file_command(self, command: str) -> None:
        """Run a file command; ValueError when the device refuses it, unless there was nothing to delete."""
        line = refusal(self._answering(command))
        if line and not command.startswith("delete"):
            raise ValueError(f"`{command}`: {line}")

    def _answering(self, command: str) -> str:
        """Send a command and accept what the device asks as it stands; return all it said."""
        end = f"{self.device._prompt_handler(auto_find_prompt=False)}|{_QUESTION}"  # noqa: SLF001  # our own class
        said = answer = str(self.device.send_command(command, expect_string=end, read_timeout=90))
        while re.search(_QUESTION, answer):
            answer = str(self.device.send_command("\n", expect_string=end, cmd_verify=False, read_timeout=90))
            said += answer
        return said
