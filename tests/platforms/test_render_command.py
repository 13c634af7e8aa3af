import contextlib
import json

import pytest

from homeroom.platforms.registry import PLATFORMS
from homeroom.policy.compare import same
from homeroom.project import Project
from homeroom.store.world import World
from playbooks import cli


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The example district, planned."""
    root = tmp_path_factory.mktemp("district") / "p"
    assert cli.main(["init", str(root)]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    return root


def run(project, capsys, *words, code=0):
    assert cli.main(["--project", str(project), *words]) == code
    return capsys.readouterr()


def test_json_counts_what_was_rendered(project, capsys):
    out = run(project, capsys, "render", "--json").out
    document = json.loads(out)
    assert out.count("\n") == 1
    assert document["devices"] == sum(document["platforms"].values()) > 100
    assert document["features"]["identity"] == document["devices"]
    assert document["files"] == 0
    assert document["out"] is None
    assert {"platform", "kind", "feature", "reason"} == set(document["unsupported"][0])
    reasons = {
        (entry["platform"], entry["kind"], entry["feature"]): entry["reason"] for entry in document["unsupported"]
    }
    reason = "an access point only bridges; the site's router hands out and enforces the resolver"
    assert reasons["openwrt", "ap", "dns"] == reason


def test_out_holds_one_file_a_device(project, capsys, tmp_path):
    said = run(project, capsys, "render", "--out", str(tmp_path / "a" / "b"), "--kind", "router").err
    with contextlib.closing(World.open(Project.locate(project))) as world:
        routers = [device.name for device in world.devices() if device.kind == "router"]
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(f"{name}.cfg" for name in routers)
    assert f"ios: {len(routers)} devices" in said
    assert "no wireless on ios router: these models have no radio" in said.replace("\n", " ")
    assert f"{len(routers)} files in" in said


def test_selectors_choose(project, capsys):
    document = json.loads(run(project, capsys, "render", "--json", "--platform", "openwrt", "--site", "ita").out)
    assert set(document["platforms"]) == {"openwrt"}
    assert document["features"].keys() == {"identity", "management", "segmentation", "wireless"}


def test_nothing_selected_is_bad_usage(project, capsys):
    said = run(project, capsys, "render", "--device", "nobody", code=2).err
    assert said == "homeroom render: no device is selected: `homeroom plan` first, or loosen the selectors\n"


def test_a_folder_that_cannot_be_made(project, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    said = run(project, capsys, "render", "--out", str(tmp_path / "file" / "x"), code=2).err
    assert said.endswith("cannot be made: Not a directory; name another directory\n")


def test_every_rendered_text_reads_back_as_its_intent(project, tmp_path, capsys):
    run(project, capsys, "render", "--out", str(tmp_path))
    with contextlib.closing(World.open(Project.locate(project))) as world:
        intents = list(world.intents())
    assert intents
    for intent in intents:
        text = (tmp_path / f"{intent.device.name}.cfg").read_text(encoding="utf-8")
        access = PLATFORMS[intent.device.platform].parse.access(text)
        lists = access.by_name()
        assert [(one.family, one.name) for one in intent.access] == list(lists)
        assert all(same(lists[one.family, one.name].rules, one.rules) for one in intent.access)
        assert access.groups == intent.groups
        assert access.windows == intent.windows
        assert access.missing == ()
