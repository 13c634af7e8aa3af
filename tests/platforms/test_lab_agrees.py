"""What we render is what an IOS device takes and shows again: every line known, none hidden, none changed."""

import pytest
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.lab.ios.apply import load
from homeroom.lab.ios.config import Chassis, shown, text
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.render import Renderer
from homeroom.project import shipped

PARSER = IosParser()
HASH = "$9$aaaaaaaaaaaaaa$" + "b" * 43


@pytest.mark.parametrize("kind", ["router", "switch"])
def test_running_equals_rendered(kind):
    rendered = Renderer(load_platforms([shipped() / "templates"])).render(INTENTS[kind]).text
    loaded = load(PARSER.wire(rendered.replace("<<secret:device_hash>>", HASH)), Chassis())
    assert loaded.rejected == ()
    running = shown(text(loaded.tree)).replace(HASH, "<<secret:device_hash>>")
    assert PARSER.diff(rendered, running) == ""
    assert PARSER.lines(rendered) == PARSER.lines(running)
    assert PARSER.access(rendered).by_name() == PARSER.access(running).by_name()
