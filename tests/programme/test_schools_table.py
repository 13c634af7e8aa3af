"""schools.csv as a file: what makes it unusable as a whole."""

import pytest

from homeroom.errors import InputError
from homeroom.programme.columns import IGNORED, REQUIRED, USED
from homeroom.programme.load import load_facts
from homeroom.programme.table import read_table

HEADER = ",".join(REQUIRED)
ROW = "1101,Escuela,-25.39281,-57.35419,Primary,PY-11,urban,200,8,yes"
EXCEL = "save it as UTF-8 (in Excel: CSV UTF-8)"
OURS = "remove it: columns are Giga's, site_id and programme_state"


def problems(project, data):
    (project.inventory / "schools.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(InputError) as caught:
        load_facts(project)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", ": (file): is empty; write a header line and a line for each school"),
        (" \n\n", ": (file): is empty; write a header line and a line for each school"),
        ("\ufeff", ": (file): is empty; write a header line and a line for each school"),
        (HEADER, ": (file): holds no school; write a line for each school"),
        (f"{HEADER}\n\n\n", ": (file): holds no school; write a line for each school"),
        (f"{HEADER}\n{ROW}".encode("utf-16"), f": (file): is UTF-16, not UTF-8; {EXCEL}"),
        (f"{HEADER}\n{ROW}\nÑ".encode("latin-1"), f":3: (file): byte 0xD1 is not UTF-8; {EXCEL}"),
        (HEADER.replace(",", ";"), ":1: (header): is separated by semicolons; save it with commas"),
        (HEADER.replace(",", "\t"), ":1: (header): is separated by tabs; save it with commas"),
        (HEADER.replace(",", "|"), ":1: (header): is separated by bars; save it with commas"),
        (HEADER.replace(",num_students", ""), ":1: num_students: missing column; add it"),
        (f"{HEADER},num_student", ":1: num_student: unknown column; did you mean num_students?"),
        (f"{HEADER},xyzzy", f":1: xyzzy: unknown column; {OURS}"),
        (f"{HEADER},", f":1: (header): unknown column; {OURS}"),
        (f"{HEADER},latitude", ":1: latitude: column given twice; keep one"),
        (f'{HEADER}\n{ROW}\n1102,"Escuela,-25', ":3: (file): is not CSV: unexpected end of data; look for a quote that is not closed"),
        (f'{HEADER}\n{ROW}\n"1102"x,Escuela', ":3: (file): is not CSV: ',' expected after '\"'; look for a quote that is not closed"),
        (f"{HEADER}\n{'x' * 200_000}", ":2: (file): is not CSV: field larger than field limit (131072); look for a quote that is not closed"),
    ],
)  # fmt: skip
def test_each_unusable_file(project, data, message):
    assert problems(project, data) == [f"inventory/schools.csv{message}"]


def test_a_missing_file(project):
    with pytest.raises(InputError) as caught:
        load_facts(project)
    assert (
        str(caught.value) == "inventory/schools.csv: (file): cannot be read: No such file or directory; check the path"
    )


def test_all_problems_of_the_header_come_together(project):
    found = problems(project, HEADER.replace("latitude", "lat").replace("admin1,", "") + ",foo")
    assert [text.split(": ")[1] for text in found] == ["lat", "foo", "latitude", "admin1"]


def test_a_single_column_without_a_separator_lacks_the_others(project):
    assert len(problems(project, "latitude\n1")) == len(REQUIRED) - 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_are_fine(project, end, mark):
    text = mark + end.join((HEADER, ROW, "", ROW.replace("1101", "1102"), ""))
    (project.inventory / "schools.csv").write_bytes(text.encode())
    facts, quarantined = load_facts(project)
    assert not quarantined
    assert [site.schools[0].row for site in facts.sites] == [2, 4]


def test_a_row_is_known_by_the_line_it_starts_on(project):
    rows = [HEADER, ROW.replace("Escuela", '"Es\ncuela"'), ROW.replace("1101", "1102").replace("200", "x")]
    (project.inventory / "schools.csv").write_text("\n".join(rows), encoding="utf-8")
    _, quarantined = load_facts(project)
    assert [(problem.row, problem.field) for problem in quarantined] == [(2, "school_name"), (4, "num_students")]


def test_every_giga_column_is_accepted(project):
    header = [*USED, *sorted(IGNORED)]
    row = dict(zip(REQUIRED, ROW.split(","), strict=True))
    path = project.inventory / "schools.csv"
    path.write_text(",".join(header) + "\n" + ",".join(row.get(name, "") for name in header), encoding="utf-8")
    assert read_table(path, "schools.csv").columns == tuple(header)
    facts, quarantined = load_facts(project)
    assert (len(facts.sites), quarantined) == (1, ())


def test_no_column_is_both_used_and_ignored():
    assert not IGNORED & set(USED)
    assert len(set(USED)) == len(USED)
