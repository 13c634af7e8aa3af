"""Generated parts of the docs are as the code says; `pytest --update-golden` rewrites them."""

from pathlib import Path

import pytest

from homeroom.platforms.catalogue import load_platforms, support_table
from homeroom.project import shipped

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- generated -->\n", "<!-- end -->\n"


def support():
    return support_table(load_platforms((shipped() / "templates",)))


@pytest.mark.parametrize(("page", "make"), [("platforms.md", support)])
def test_generated_part_is_fresh(page, make, request):
    path = DOCS / page
    head, old, tail = split(path.read_text(encoding="utf-8"))
    new = make().rstrip("\n") + "\n"
    if request.config.getoption("--update-golden"):
        path.write_text(f"{head}{BEGIN}{new}{END}{tail}", encoding="utf-8")
    else:
        assert old == new, f"docs/{page} is stale: run pytest --update-golden and review it"


def split(text):
    head, _, rest = text.partition(BEGIN)
    old, _, tail = rest.partition(END)
    return head, old, tail
