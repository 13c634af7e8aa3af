"""A small programme of two regions, and a way to write schools into it."""

import csv
import shutil

import pytest

from homeroom.project import CONFIG, Project, shipped

PROGRAMME = """\
id: test
name: Escuelas
country: PY
timezone: America/Asuncion
regions:
  - {id: PY-11, name: Central, pool4: 10.16.0.0/12, pool6: "2001:db8:10::/44"}
  - {id: PY-ASU, name: Asunción, pool4: 10.32.0.0/12, pool6: "2001:db8:20::/44"}
wan_pool: 100.64.0.0/10
legacy: [172.16.0.0/12]
central:
  domain: escuelas.example
  resolvers:
    pupil: [192.0.2.11, "2001:db8:ffff::11"]
  ntp: [192.0.2.1]
  syslog: [192.0.2.3]
  radius: [192.0.2.5]
  noc: [198.51.100.0/24]
management_user: netops
banner:
  - Solo personal autorizado.
"""
SCHOOL = {
    "school_id_govt": "1101",
    "school_name": "Escuela Básica N.º 1",
    "latitude": "-25.39281",
    "longitude": "-57.35419",
    "education_level": "Primary",
    "admin1": "PY-11",
    "school_area_type": "urban",
    "num_students": "200",
    "num_classrooms": "8",
    "connectivity_govt": "yes",
    "connectivity_type_govt": "fiber",
    "download_speed_contracted": "100",
    "site_id": "",
    "programme_state": "",
    "school_id_giga": "",
}


@pytest.fixture
def project(tmp_path):
    """A project directory with the small programme and no school."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / CONFIG).touch()
    (tmp_path / "inventory" / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    shutil.copyfile(shipped() / "inventory" / "profiles.yaml", tmp_path / "inventory" / "profiles.yaml")
    return Project(tmp_path)


@pytest.fixture
def write(project):
    """Write schools.csv: each school is a good one with the given changes."""

    def go(*changes):
        with (project.inventory / "schools.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, SCHOOL)
            writer.writeheader()
            writer.writerows(SCHOOL | change for change in changes)
        return project

    return go


@pytest.fixture
def edit(project):
    """Replace a text in programme.yaml or profiles.yaml; the text must be there."""

    def go(name, old, new):
        path = project.inventory / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return project

    return go
