"""What these tests share: a lab with a device of each platform pushed, and a way to call commands on it."""

import json
import sys
import warnings
from pathlib import Path

import pytest
from bygone import Past

from homeroom.lab import client
from homeroom.project import Project
from homeroom.store.db import connect
from playbooks import cli

sys.path += [str(Path(__file__).parents[1] / name) for name in ("lab", "audit")]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The example district, planned; nothing of it runs."""
    root = tmp_path_factory.mktemp("planned") / "district"
    assert cli.main(["init", str(root)]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    return Project(root)


@pytest.fixture
def engine(project):
    """An empty store of it."""
    (project.state / "state.db").unlink(missing_ok=True)
    engine = connect(project)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    import mixed

    project = mixed.project(tmp_path_factory.mktemp("past") / "district")
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        client.up(project, minute=1.0)
    one = Past(project)
    assert cli.main(["--project", str(project.root), "apply", "--commit", "--json", *one.words()]) == 0
    yield one
    one.engine.dispose()
    client.down(project)


@pytest.fixture
def call(past, capsys):
    """Run a command on the district: (exit code, its JSON documents, what people see); all that was said is kept."""

    def run(*words, people=False):
        capsys.readouterr()
        code = cli.main(["--project", str(past.project.root), *([] if people else ["--json"]), *words])
        out, err = capsys.readouterr()
        past.said += out + err
        return code, [json.loads(line) for line in out.splitlines()], " ".join(err.split())

    return run
