"""Which exec command of an IOS device is which step of a change, for faults to strike at: a table as data.

`connect` and `login` are said by the SSH server, `load` also by a file that comes by SCP.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.lab.faults import Step

_TABLE: Final[tuple[tuple[str, Step], ...]] = (
    (r"conf\w* (revert now|replace \S*rollback)", "rollback"),
    (r"conf\w* confirm", "confirm"),
    (r"conf\w* replace|copy \S+ (system:)?running-config|conf\w* t", "commit"),
    (r"wr\w*( mem\w*)?$|copy (system:)?run\S* (nvram:)?start", "save"),
    (r"sh\w* archive config|sh\w* \S*diff", "compare"),
    (r"tclsh|copy \S+ (boot)?flash:", "load"),
    (r"sh\w* (run|start)|more ", "read"),
    (r"exit|logout|quit|del\w* ", "close"),
)
STEPS: Final[tuple[tuple[re.Pattern[str], Step], ...]] = tuple((re.compile(words), where) for words, where in _TABLE)


def step(line: str) -> Step | None:
    """Return which step a line typed in exec mode is; None when it is none."""
    typed = line.strip()
    return next((where for words, where in STEPS if words.match(typed)), None)
