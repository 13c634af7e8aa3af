"""Plain Nornir files: strict, without secrets, deep-merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import InputError
from homeroom.store.elements import inherit, merge, read_defaults, read_elements


def problems(path, text, read=read_elements):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value).splitlines()


def test_no_file_is_nothing(tmp_path):
    assert read_elements(tmp_path / "hosts.yaml") == {}
    assert read_defaults(tmp_path / "defaults.yaml") == {}


def test_empty_elements(tmp_path):
    path = tmp_path / "hosts.yaml"
    path.write_text("a:\nb: {}\nc: {port: }\n", encoding="utf-8")
    assert read_elements(path) == {"a": {}, "b": {}, "c": {}}


def test_golden_every_mistake_at_once(tmp_path):
    text = """
one: {hostnme: x, port: "22", password: p, groups: ios}
two: [1]
three: {connection_options: {napalm: {optional_args: 1, password: p}, netmiko: [1]}}
"""
    assert problems(tmp_path / "hosts.yaml", text) == [
        (
            "inventory/hosts.yaml: one.hostnme: unknown key; the keys are hostname, port, username, platform, groups, data, "
            "connection_options; remove it"
        ),
        "inventory/hosts.yaml: one.port: is not a whole number; correct it",
        "inventory/hosts.yaml: one.password: is a secret; put it into HOMEROOM_SECRET_<NAME>, or `homeroom secret set NAME`",
        "inventory/hosts.yaml: one.groups: is not a list; correct it",
        "inventory/hosts.yaml: two: is not a mapping; write keys and values: key: value",
        (
            "inventory/hosts.yaml: three.connection_options.napalm.optional_args: unknown key; the keys are hostname, port, "
            "username, platform, extras; remove it"
        ),
        (
            "inventory/hosts.yaml: three.connection_options.napalm.password: is a secret; "
            "put it into HOMEROOM_SECRET_<NAME>, or `homeroom secret set NAME`"
        ),
        "inventory/hosts.yaml: three.connection_options.netmiko: is not a mapping; write keys and values: key: value",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "inventory/groups.yaml: (top): is not a mapping; write keys and values: key: value"),
        ("a: [\n", "inventory/groups.yaml:2: (file): is not YAML: "),
        (
            "a: {port: 1}\nb: *a\n",
            "inventory/groups.yaml:2: (file): is not YAML: found undefined alias 'a'; correct the line",
        ),
    ],
)
def test_golden_not_an_inventory_file(tmp_path, text, message):
    assert problems(tmp_path / "groups.yaml", text)[0].startswith(message)


def test_golden_unreadable(tmp_path):
    (tmp_path / "groups.yaml").mkdir()
    with pytest.raises(InputError, match=r"^inventory/groups\.yaml: \(file\): cannot be read: .*; save it as UTF-8$"):
        read_elements(tmp_path / "groups.yaml")


def test_golden_defaults(tmp_path):
    assert problems(tmp_path / "defaults.yaml", "passwrd: x\n", read_defaults) == [
        (
            "inventory/defaults.yaml: (top).passwrd: unknown key; the keys are hostname, port, username, platform, groups, data, "
            "connection_options; remove it"
        )
    ]


def test_golden_deep_merge():
    host = {"data": {"radius": {"a": 9}, "list": [1]}, "connection_options": {"napalm": {"extras": {"timeout": 5}}}}
    group = {"data": {"radius": {"a": 1, "b": 2}, "list": [2], "plain": {"x": 1}}}
    defaults = {"connection_options": {"napalm": {"port": 22, "extras": {"optional_args": {"secret": 1}}}}}
    assert inherit(host, (group, defaults)) == {
        "data": {"radius": {"a": 9, "b": 2}, "list": [1], "plain": {"x": 1}},
        "connection_options": {"napalm": {"port": 22, "extras": {"timeout": 5, "optional_args": {"secret": 1}}}},
    }


def test_a_scalar_wins_over_a_mapping_further_away():
    assert merge([{"a": 1}, {"a": {"b": 2}}]) == {"a": 1}
    assert merge([{"a": {"b": 2}}, {"a": 1}]) == {"a": {"b": 2}}


TREES = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.integers() | st.lists(st.integers(), max_size=2),
        lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    ),
)


@given(TREES, TREES, TREES)
def test_law_merging_is_associative_and_shares_nothing(a, b, c):
    assert merge([a]) == a
    assert merge([merge([a, b]), c]) == merge([a, b, c])
    merged = merge([a, b])
    for value in merged.values():
        if isinstance(value, (dict, list)):
            assert all(value is not other for tree in (a, b) for other in tree.values())
