from dataclasses import replace
from types import SimpleNamespace

import pytest
from folders import one_template, write
from intents import CONTROLLER, INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import RenderError, UnsafeText, UnsupportedFeature, UsageError
from homeroom.platforms.registry import PLATFORMS
from homeroom.platforms.render import Refusal, Renderer
from homeroom.project import Project, shipped
from homeroom.taint import unsafe
from tasks.render_config import render_config

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
DEVICES = INTENTS | {"wlc": CONTROLLER}
KINDS = list(DEVICES)
SUFFIX = {"router": "ios/router.cfg", "switch": "ios/switch.cfg", "ap": "openwrt/ap.cfg", "wlc": "ios/wlc.cfg"}


ROUTER = replace(INTENTS["router"], device=replace(INTENTS["router"].device, platform="test"))


@pytest.mark.parametrize("kind", KINDS)
def test_golden(kind, golden):
    golden(SUFFIX[kind], RENDERER.render(DEVICES[kind]).text)


@pytest.mark.parametrize("kind", KINDS)
def test_rendering_is_deterministic_and_means_the_same_twice(kind):
    one, other = RENDERER.render(DEVICES[kind]).text, Renderer(RENDERER.platforms).render(DEVICES[kind]).text
    assert one == other
    assert PLATFORMS[DEVICES[kind].device.platform].parse.diff(one, other) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_features_stand_in_the_platforms_order_and_the_rest_has_reasons(kind):
    intent = DEVICES[kind]
    rendered = RENDERER.render(intent)
    platform = RENDERER.platforms[intent.device.platform]
    assert rendered.device == intent.device.name
    assert rendered.platform == platform.name
    answers = {feature: answer for where, feature, answer in platform.cells() if where == kind}
    assert list(rendered.features) == [feature for feature in platform.order if answers[feature] is True]
    assert rendered.unsupported == tuple(Refusal(f, a) for f, a in answers.items() if a is not True)
    assert rendered.text == "".join(rendered.features.values())
    assert all(text.endswith("\n") for text in rendered.features.values())


@pytest.mark.parametrize("kind", KINDS)
def test_no_line_is_blank_by_accident_or_ends_in_blanks(kind):
    for line in RENDERER.render(DEVICES[kind]).text.splitlines():
        assert line == line.rstrip()
        assert "{" not in line, line


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_are_markers(kind):
    text = RENDERER.render(DEVICES[kind]).text
    assert ("<<secret:device_hash>>" in text) == (kind != "ap")
    assert ("<<secret:radius>>" in text) == (kind == "ap")
    assert ("<<secret:radius_hidden>>" in text) == (kind != "ap")
    assert unsafe("<<") is not None, "no other text can print a marker's brackets"


def test_some_features_only():
    rendered = RENDERER.render(INTENTS["router"], ["dns", "identity"])
    assert list(rendered.features) == ["identity", "dns"]
    assert rendered.unsupported == ()


def test_an_unsupported_feature_answers_with_the_written_reason():
    with pytest.raises(UnsupportedFeature) as caught:
        RENDERER.render(INTENTS["ap"], ["dns"])
    assert str(caught.value) == "an access point only bridges; the site's router hands out and enforces the resolver"


def test_a_feature_nobody_knows():
    with pytest.raises(UsageError) as caught:
        RENDERER.render(INTENTS["ap"], ["dnss"])
    assert str(caught.value) == (
        "no feature is called dnss; there are identity, management, aaa, segmentation, dns, filtering, layer2, "
        "wireless, qos, uplinks"
    )


def test_a_platform_nobody_knows():
    intent = replace(INTENTS["ap"], device=replace(INTENTS["ap"].device, platform="vrp"))
    with pytest.raises(RenderError) as caught:
        RENDERER.render(intent)
    assert str(caught.value) == f"no platform is called vrp; there are {', '.join(RENDERER.platforms)}"


def test_a_kind_the_platform_has_not():
    intent = replace(INTENTS["ap"], device=replace(INTENTS["ap"].device, platform="ios"))
    with pytest.raises(RenderError) as caught:
        RENDERER.render(intent)
    assert str(caught.value) == "ios has no ap; it has router, switch, wlc"


WRONG = {
    "misspelt variable": (
        "! one\nhostname {{ devcie.name }}\n",
        (
            "templates/test/identity.j2:2: no variable is called devcie; there are access, admission, device, groups, "
            "management, ports, qos, radios, redirects, segments, trunks, uplinks, windows, wlans"
        ),
    ),
    "misspelt attribute": (
        "! one\n\nhostname {{ device.nmae }}\n",
        "templates/test/identity.j2:3: no intent holds nmae",
    ),
    "misspelt in a condition": (
        "{% if device.nmae %}\n{% endif %}\n",
        "templates/test/identity.j2:1: no intent holds nmae",
    ),
    "attribute of another object": (
        "! one\nvlan {{ device.vlan }}\n",
        "py11-0042-rtr1: templates/test/identity.j2:2: 'Device' object has no attribute 'vlan'",
    ),
    "unknown filter": (
        "! one\nhostname {{ device.name | shout }}\n",
        "templates/test/identity.j2:2: No filter named 'shout'.",
    ),
    "broken syntax": (
        "{% for x in ports %}\n",
        (
            "templates/test/identity.j2:1: Unexpected end of template. Jinja was looking for the following tags: "
            "'endfor' or 'else'. The innermost block that needs to be closed is 'for'."
        ),
    ),
    "loop variable outside its loop": (
        "{% for port in ports %}\n{% endfor %}\n{{ port.name }}\n",
        "py11-0042-rtr1: templates/test/identity.j2:3: 'port' is undefined",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_template_is_named_with_file_and_line(tmp_path, case):
    text, message = WRONG[case]
    with pytest.raises(RenderError) as caught:
        one_template(tmp_path, text).render(ROUTER)
    assert str(caught.value) == message


def test_unsafe_text_is_named_with_its_place(tmp_path):
    intent = replace(ROUTER, device=replace(ROUTER.device, site_name="X\nusername backdoor privilege 15"))
    with pytest.raises(UnsafeText) as caught:
        one_template(tmp_path, "! one\n! {{ device.site_name }}\n").render(intent)
    assert str(caught.value) == (
        "py11-0042-rtr1: templates/test/identity.j2:2: 'X\\nusername backdoor privilege 15': U+000A at position 2 is refused; "
        "write it without control, quote or comment characters (’ « » “ ” are fine)"
    )


def test_names_in_any_script_come_out_unchanged(tmp_path):
    names = ("Escuela Ñandutí & Hijos", "№ 5 орто мектеби", "Школа „Вук Караџић“ (Ниш)", "L’École «Nord»", "学校")
    renderer = one_template(tmp_path, "{{ device.site_name }}\n")
    for name in names:
        intent = replace(ROUTER, device=replace(ROUTER.device, site_name=name))
        assert renderer.render(intent).text == f"{name}\n"


def test_the_project_of_the_checkout_renders():
    assert Renderer.of(Project(shipped())).render(INTENTS["router"]).text == RENDERER.render(INTENTS["router"]).text


def test_a_projects_own_template_is_taken(tmp_path):
    text = (shipped() / "templates/ios/platform.yaml").read_text(encoding="utf-8")
    own = write(tmp_path, "ios", text, identity="hostname OURS-{{ device.name }}\n")
    rendered = Renderer(load_platforms([own, shipped() / "templates"])).render(INTENTS["router"])
    assert rendered.features["identity"] == "hostname OURS-py11-0042-rtr1\n"


def test_task_hands_the_rendered_back():
    host = SimpleNamespace(name="py11-0042-ap01")
    result = render_config(SimpleNamespace(host=host), RENDERER, {"py11-0042-ap01": INTENTS["ap"]})
    assert result.result == RENDERER.render(INTENTS["ap"])
    assert not result.failed


def test_an_unsafe_device_name_is_shown_so_that_it_harms_nobody(tmp_path):
    intent = replace(ROUTER, device=replace(ROUTER.device, name="a\x1b[2Jb"))
    with pytest.raises(UnsafeText) as caught:
        one_template(tmp_path, "hostname {{ device.name }}\n").render(intent)
    assert str(caught.value).startswith(
        "'a\\x1b[2Jb': templates/test/identity.j2:1: 'a\\x1b[2Jb': U+001B at position 2"
    )
