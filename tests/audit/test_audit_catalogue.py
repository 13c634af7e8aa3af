"""docs/rules.md is what the rule files say."""

from homeroom.audit.catalogue import markdown
from homeroom.audit.load import load_rules
from homeroom.project import CHECKOUT


def test_the_documentation_is_printed_from_the_rules(request):
    text = markdown(load_rules([CHECKOUT / "inventory" / "rules"]))
    path = CHECKOUT / "docs" / "rules.md"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
