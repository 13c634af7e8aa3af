"""`homeroom init DIR`: a project directory with the example district, to be changed by hand."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Final

from homeroom.errors import UsageError
from homeroom.project import CONFIG, shipped
from playbooks import console

FILES: Final = (
    "programme.yaml",
    "schools.csv",
    "profiles.yaml",
    "software.yaml",
    "policy.yaml",
    "probe.yaml",
    "groups.yaml",
    "defaults.yaml",
    "waivers.yaml",
    "observe.yaml",
    "lists/proxy.txt",
)
"""What people enter. Rules and templates come from Homeroom unless the project has its own."""
REMOVABLE: Final = "cis.yaml"
"""Copied where Homeroom came with it."""
README: Final = """\
# A Homeroom project

| file | what you enter |
|---|---|
| `inventory/programme.yaml` | the programme: regions and their address pools, central services |
| `inventory/schools.csv` | the schools, in Giga's columns; `site_id` names the building schools share |
| `inventory/profiles.yaml` | the hardware, and what a site of a size gets |
| `inventory/software.yaml` | which releases may run |
| `inventory/policy.yaml` | roles, whom each may reach, what each may resolve |
| `inventory/probe.yaml` | hosts and names that `homeroom probe` checks with |
| `inventory/groups.yaml`, `inventory/defaults.yaml` | how to connect to devices |
| `inventory/waivers.yaml` | violations two people accepted, for a scope, until a date; standing decisions |
| `inventory/cis.yaml` | numbers of CIS recommendations beside the rules; remove it, and nothing mentions them |
| `inventory/observe.yaml` | how often devices are asked, how gently over thin lines, what is listened to |
| `inventory/services.yaml` | optional: size of the central servers, federation, DHCP relays, days logs are kept |
| `inventory/serials.csv` | optional: device, serial; without it the first serial a device ever said is on record |
| `inventory/records.yaml` | optional: what people looked at where Homeroom cannot, e.g. a refused name in the logs |
| `inventory/lists/proxy.txt` | our own small list of names; the others you bring with `homeroom lists import` |
| `nornir_config.yaml` | how many devices at once |

Next: `homeroom check`, then `homeroom plan` and `homeroom render --out configs`.

`ledger.csv` is what the plan decided: keep it in git. `.homeroom/` holds secrets and state: never put it in git.
To override a template or an audit rule, put your own under `templates/` or `inventory/rules/`.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the directory."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="a new or empty directory")


def run(args: argparse.Namespace) -> int:
    """Copy the example district; refuse a directory that holds anything."""
    target: Path = args.directory
    try:
        make(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be made: {error.strerror}; name another directory") from error
    if args.json:
        console.emit({"project": str(target)})
    else:
        console.say(f"made {target}; next: cd {target} && homeroom check")
    return 0


def make(target: Path) -> None:
    """Make the project at `target`; UsageError when something is there."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target} is not empty: name a new directory")
    inventory = target / "inventory"
    inventory.mkdir(parents=True)
    shutil.copyfile(shipped() / CONFIG, target / CONFIG)
    for name in FILES:
        (inventory / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(shipped() / "inventory" / name, inventory / name)
    if (shipped() / "inventory" / REMOVABLE).is_file():
        shutil.copyfile(shipped() / "inventory" / REMOVABLE, inventory / REMOVABLE)
    (target / ".gitignore").write_text(".homeroom/\n", encoding="utf-8")
    (target / "README.md").write_text(README, encoding="utf-8")
