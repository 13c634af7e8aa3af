import pytest
from folders import PLAIN, write

from homeroom.catalogue import FEATURES, load_platforms, support_table
from homeroom.errors import InputError, RenderError
from homeroom.platforms.registry import PLATFORMS, code_for, filters_for
from homeroom.project import shipped

SHIPPED = load_platforms([shipped() / "templates"])
CELLS = [(platform, *cell) for platform in SHIPPED.values() for cell in platform.cells()]


def name(value):
    return getattr(value, "name", None) or str(value)


def refusal(roots):
    with pytest.raises(InputError) as caught:
        load_platforms(roots)
    return str(caught.value)


@pytest.mark.parametrize(("platform", "kind", "feature", "answer"), CELLS, ids=name)
def test_every_cell_is_answered_with_true_or_a_sentence(platform, kind, feature, answer):
    assert answer is True or len(answer.split()) > 3, f"{platform.name}, {kind}: {feature} wants true or a sentence"


@pytest.mark.parametrize("platform", SHIPPED.values(), ids=name)
def test_a_template_exists_exactly_where_the_answer_is_true(platform):
    able = {feature for kind, feature, answer in platform.cells() if answer is True}
    assert {path.stem for folder in platform.folders for path in folder.glob("*.j2")} == able
    assert set(platform.order) == able


def test_no_file_stands_in_templates_without_a_meaning():
    room = shipped() / "templates"
    for path in room.rglob("*"):
        if path.is_relative_to(room / "central"):
            continue  # no platform: tests/central/test_printing.py
        known = path.is_dir() or path.name in {"platform.yaml", "README.md"} or path.stem in FEATURES
        assert known, f"nobody reads {path}"


def test_every_platform_has_code():
    assert set(SHIPPED) <= set(PLATFORMS)
    for platform in SHIPPED.values():
        assert code_for(platform) is PLATFORMS[platform.name]
        assert all(callable(entry) for entry in PLATFORMS[platform.name].filters.values())


def test_support_table_says_every_cell():
    table = support_table(SHIPPED)
    assert table.count("\n| ") == len(FEATURES)
    for platform, kind, feature, answer in CELLS:
        assert answer is True or answer in table, (platform.name, kind, feature)


def test_project_folder_wins_over_the_shipped_one(tmp_path):
    own = write(
        tmp_path, "ios", (shipped() / "templates/ios/platform.yaml").read_text(encoding="utf-8"), dns="! ours\n"
    )
    platforms = load_platforms([own, shipped() / "templates"])
    assert platforms["ios"].template("dns") == tmp_path / "ios" / "dns.j2"
    assert platforms["ios"].template("identity") == shipped() / "templates" / "ios" / "identity.j2"
    assert platforms["ios"].template("nothing") is None
    assert set(platforms) == set(SHIPPED)


def test_child_is_the_difference_from_its_parent(tmp_path):
    child = "parent: ios\nfeatures: {dns: the ministry's own resolver answers}\n"
    platforms = load_platforms([write(tmp_path, "rugged", child), shipped() / "templates"])
    rugged = platforms["rugged"]
    assert rugged.lineage == ("rugged", "ios")
    assert rugged.napalm == "ios"
    assert rugged.kinds == ("router", "switch", "wlc")
    assert rugged.answer("router", "dns") == "the ministry's own resolver answers"
    assert rugged.answer("router", "identity") is True
    assert code_for(rugged) is PLATFORMS["ios"]
    assert filters_for(rugged) is PLATFORMS["ios"].filters


def test_templates_without_code_have_no_way_back(tmp_path):
    platform = load_platforms([write(tmp_path, "vrp", identity="sysname {{ device.name }}\n")])["vrp"]
    assert filters_for(platform) == {}
    with pytest.raises(RenderError) as caught:
        code_for(platform)
    assert str(caught.value) == "vrp has templates but no code: give it a parent among ios, openwrt, ros, junos, eos"


BAD = {
    "unknown key": (
        PLAIN + "colour: red\n",
        (
            "templates/test/platform.yaml:14: colour: unknown key; the keys are parent, napalm, stateful, kinds, order, "
            "features; remove it"
        ),
    ),
    "unknown feature": (
        PLAIN.replace("  dns:", "  dnss:"),
        (
            f"templates/test/platform.yaml:8: features.dnss: unknown key; the keys are {', '.join(FEATURES)}; "
            "did you mean dns?"
        ),
    ),
    "unknown kind": (
        PLAIN.replace("[router]", "[router, fridge]"),
        "templates/test/platform.yaml:1: kinds[1]: 'fridge' is not one of router, switch, ap, wlc; choose one of them",
    ),
    "false is no answer": (
        PLAIN.replace("dns: not on this platform", "dns: false"),
        "templates/test/platform.yaml:8: features.dns: 'false' is not one of True; choose one of them",
    ),
    "missing answer": (
        PLAIN.replace("  dns: not on this platform\n", ""),
        "templates/test/platform.yaml: features.dns: not answered for kind router; write true, or one sentence why not",
    ),
    "kind not answered": (
        PLAIN.replace("[router]", "[router, switch]").replace("dns: not on this platform", "dns: {router: not here}"),
        "templates/test/platform.yaml: features.dns: not answered for kind switch; write true, or one sentence why not",
    ),
    "no kinds": (
        PLAIN.replace("kinds: [router]\n", ""),
        (
            "templates/test/platform.yaml: kinds: missing; say which kinds of device run it: [router, switch]\n"
            "templates/test/platform.yaml: identity.j2: is the template of no feature answered true; "
            "remove it, or answer true"
        ),
    ),
    "order holds no feature": (
        PLAIN.replace("[identity]", "[identity, dnss]"),
        (f"templates/test/platform.yaml: order: dnss is no feature; the features are {', '.join(FEATURES)}"),
    ),
    "order twice": (
        PLAIN.replace("[identity]", "[identity, identity]"),
        "templates/test/platform.yaml: order: a feature stands in it twice; keep one",
    ),
    "order lacks a feature": (
        PLAIN.replace("[identity]", "[]"),
        "templates/test/platform.yaml: order: identity is missing; say where its section stands",
    ),
    "template missing": (
        PLAIN.replace("dns: not on this platform", "dns: true").replace("[identity]", "[identity, dns]"),
        "templates/test/platform.yaml: features.dns: is true, but there is no dns.j2; write it, or the reason why not",
    ),
    "parent unknown": (
        "parent: iso\n",
        "templates/test/platform.yaml: parent: no platform is called iso; name one of test",
    ),
    "parent circle": (
        "parent: test\n",
        "templates/test/platform.yaml: parent: test -> test is a circle; let one of them stand alone",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_platform_file_is_named_with_its_remedy(tmp_path, case):
    text, message = BAD[case]
    assert refusal([write(tmp_path, "test", text, identity="x\n")]) == message


def test_stray_template_is_named(tmp_path):
    assert refusal([write(tmp_path, "test", identity="x\n", vlans="y\n")]) == (
        "templates/test/platform.yaml: vlans.j2: is the template of no feature answered true; remove it, or answer true"
    )
