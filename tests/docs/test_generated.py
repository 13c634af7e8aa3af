"""Generated parts of the docs are as the code says; `pytest --update-golden` rewrites them."""

from pathlib import Path

import pytest

from homeroom.catalogue import load_platforms, support_table
from homeroom.platforms.ability import VERBS
from homeroom.project import shipped
from homeroom.rollout.drivers import DRIVERS

DOCS = Path(__file__).parents[2] / "docs"
END = "<!-- end -->\n"


def support():
    return support_table(load_platforms((shipped() / "templates",)))


def abilities():
    verbs = ["lost_connection" if v == "lost" else v for v in (*VERBS, "lost")]
    rows = ["| platform | " + " | ".join(v.replace("_", " ") for v in verbs) + " |", "|---" * (len(verbs) + 1) + "|"]
    for name, driver in DRIVERS.items():
        answers = [getattr(driver.ability, verb) for verb in verbs]
        rows.append(f"| `{name}` | " + " | ".join("yes" if a is True else str(a) for a in answers) + " |")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("page", "part", "make"), [("platforms.md", "support", support), ("platforms.md", "abilities", abilities)]
)
def test_generated_part_is_fresh(page, part, make, request):
    path = DOCS / page
    begin = f"<!-- generated: {part} -->\n"
    head, old, tail = split(path.read_text(encoding="utf-8"), begin)
    new = make().rstrip("\n") + "\n"
    if request.config.getoption("--update-golden"):
        path.write_text(f"{head}{begin}{new}{END}{tail}", encoding="utf-8")
    else:
        assert old == new, f"docs/{page} is stale: run pytest --update-golden and review it"


def split(text, begin):
    head, _, rest = text.partition(begin)
    old, _, tail = rest.partition(END)
    return head, old, tail
