"""Where a project is found."""

import pytest

from homeroom import project as module
from homeroom.errors import UsageError
from homeroom.project import CHECKOUT, CONFIG, Project, shipped


@pytest.fixture
def made(tmp_path):
    root = tmp_path / "made"
    (root / "inventory" / "rules").mkdir(parents=True)
    (root / CONFIG).touch()
    return root


def test_a_named_directory_is_taken_as_it_is(made):
    assert Project.locate(made).root == made.resolve()


def test_a_named_directory_without_config_is_refused(tmp_path):
    with pytest.raises(UsageError) as caught:
        Project.locate(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds no nornir_config.yaml: name a project directory, or make one with `homeroom init`"
    )


def test_the_working_directory_and_its_parents_are_searched(made, monkeypatch):
    monkeypatch.chdir(made / "inventory" / "rules")
    assert Project.locate().root == made.resolve()


def test_elsewhere_the_shipped_project_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Project.locate().root == CHECKOUT


def test_without_any_project_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "CHECKOUT", tmp_path / "none")
    with pytest.raises(UsageError) as caught:
        Project.locate()
    assert str(caught.value) == f"no nornir_config.yaml in {tmp_path} or above it: run `homeroom init DIR`"


def test_in_a_wheel_the_bundled_project_is_the_shipped_one(made, monkeypatch):
    assert shipped() == CHECKOUT
    monkeypatch.setattr(module, "BUNDLED", made)
    assert shipped() == made


def test_nearest_roots_come_first(made):
    project = Project(made)
    assert project.rule_roots == (made / "inventory" / "rules", CHECKOUT / "inventory" / "rules")
    assert project.template_roots == (CHECKOUT / "templates",)
    assert Project(CHECKOUT).template_roots == (CHECKOUT / "templates",)


def test_paths(made):
    project = Project(made)
    assert project.ledger == made / "ledger.csv"
    assert project.inventory == made / "inventory"


def test_state_is_private_and_made_on_demand(made):
    folder = Project(made).state
    assert folder.stat().st_mode & 0o777 == 0o700
    assert Project(made).state == folder


def test_the_bundled_project_is_read_only(made, monkeypatch):
    monkeypatch.setattr(module, "BUNDLED", made)
    with pytest.raises(UsageError, match="the project that came with Homeroom is read-only: run `homeroom init DIR`"):
        _ = Project(made).state


def test_state_that_cannot_be_made(made):
    (made / ".homeroom").touch()
    with pytest.raises(UsageError) as caught:
        _ = Project(made).state
    assert str(caught.value) == f"{made / '.homeroom'} cannot be made: File exists; check who owns it"
