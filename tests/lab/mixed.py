"""A project with devices of all five platforms, for tests of the lab as a whole."""

import yaml

from homeroom.project import Project
from playbooks.cli import main

MODELS = {
    "SRX345": {
        "platform": "junos",
        "kind": "router",
        "uplinks": ["ge-0/0/0"],
        "ports": [f"ge-0/0/{n}" for n in range(1, 8)],
    },
    "CCS-720XP-24ZY4": {
        "platform": "eos",
        "kind": "switch",
        "uplinks": ["Ethernet25", "Ethernet26"],
        "ports": [f"Ethernet{n}" for n in range(1, 25)],
    },
    "RB5009UG+S+": {
        "platform": "ros",
        "kind": "router",
        "uplinks": ["sfp-sfpplus1"],
        "ports": [f"ether{n}" for n in range(1, 9)],
    },
}


def project(root, sites=10):
    """Make the project: medium schools have Junos and EOS, the others RouterOS and IOS; access points are OpenWrt."""
    assert main(["sample", "py", "--sites", str(sites), "--seed", "7", "--out", str(root)]) == 0
    path = root / "inventory" / "profiles.yaml"
    equipment = yaml.safe_load(path.read_text(encoding="utf-8"))
    equipment["models"] |= MODELS
    for profile in equipment["profiles"]:
        if profile["name"] == "medium":
            profile |= {"router": "SRX345", "switch": "CCS-720XP-24ZY4"}
        else:
            profile |= {"router": "RB5009UG+S+"}
    path.write_text(yaml.safe_dump(equipment), encoding="utf-8")
    assert main(["--project", str(root), "plan"]) == 0
    return Project.locate(root)
