"""A template cannot talk its way out: neither by what it prints nor by what it calls."""

from dataclasses import replace

import jinja2
import pytest
from folders import one_template
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import RenderError, UnsafeText
from homeroom.platforms.registry import filters_for
from homeroom.platforms.sandbox import ATTRIBUTES, NODES, VARIABLES, Environment
from homeroom.project import shipped

ROUTER = replace(
    INTENTS["router"],
    device=replace(INTENTS["router"].device, platform="test", site_name="X\nshutdown"),
    trunks=("a\nshutdown", "b"),
)
REFUSED = (
    # what is printed
    "{{ device.site_name }}",
    "{{ device.site_name | upper }}",
    "{{ trunks | join(',') }}",
    "{{ device.name ~ trunks }}",
    "{{ device.name + device.site_name }}",
    "{{ '%s' % device.site_name }}",
    "{{ '%s' | format(device.site_name) }}",
    "{{ device.site_name | indent }}",
    "{{ device.site_name | safe }}",
    "{{ device.site_name | e }}",
    "{{ device.site_name | tojson }}",
    "{{ device.site_name | default('x') }}",
    "{{ device.site_name | replace('X', 'Y') }}",
    "{{ device.site_name | attr('__class__') }}",
    "{{ trunks }}",
    "{{ [device.site_name] }}",
    "{{ {'a': 1} }}",
    "{{ device }}",
    "{{ uplink }}",
    "{{ segments }}",
    "{{ true }}",
    "{{ none }}",
    "{{ 1.5 }}",
    "{{ 'a\\nb' }}",
    "{{ 'a' 'b\\r' }}",
    "{{ device.name == 'x' }}",
    "{{ not device.name }}",
    "{{ device.name and trunks }}",
    "{% for segment in segments %}{{ segment.routed }}{% endfor %}",
    "{% for list in access %}{{ list.rules }}{% endfor %}",
    "{% for trunk in trunks %}{{ trunk }}{% endfor %}",
    "{% for x in device.site_name %}{{ x }}{% endfor %}",
    # what is reached
    "{{ device.__class__ }}",
    "{{ device.__class__.__mro__ }}",
    "{{ device.name.__class__ }}",
    "{{ device['__class__'] }}",
    "{{ trunks[0] }}",
    "{{ ''.__class__ }}",
    "{{ (device).__init__ }}",
    "{{ device.name.format(1) }}",
    "{{ device.name.encode }}",
    "{{ loop.cycle }}",
    "{% for trunk in trunks %}{{ loop.__class__ }}{% endfor %}",
    "{{ self }}",
    "{{ range(9) }}",
    "{{ lipsum() }}",
    "{{ cycler }}",
    "{{ namespace() }}",
    "{{ caller() }}",
    "{{ varargs }}",
    # what is built
    "{% set x = device.site_name %}",
    "{% set x %}a{% endset %}",
    "{% macro m(a) %}{{ a }}{% endmacro %}",
    "{% call m() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% include 'identity.j2' %}",
    "{% import 'identity.j2' as x %}",
    "{% from 'identity.j2' import x %}",
    "{% extends 'identity.j2' %}",
    "{% block a %}{% endblock %}",
    "{% with a = device.site_name %}{{ a }}{% endwith %}",
    "{% autoescape true %}{{ device.site_name }}{% endautoescape %}",
    "{% for trunk in trunks recursive %}{{ loop(trunks) }}{% endfor %}",
    "{% if device.name is defined %}{% endif %}",
    "{% do trunks.append(1) %}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ device.name if uplink else '' }}",
    "{{ trunks[0:1] }}",
    "{{ -1 }}",
    "{{ device.name | upper(1) }}",
    "{{ device.name | upper(*trunks) }}",
)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(tmp_path, text):
    with pytest.raises(RenderError):
        one_template(tmp_path, text + "\n").render(ROUTER)


PRINTED = {
    "{{ device.name }}": "py11-0042-rtr1\n",
    "{{ device.name | upper }}": "PY11-0042-RTR1\n",
    "{{ management.vlan }}": "99\n",
    "{{ management.password_hash }}": "<<secret:device_hash>>\n",
    "{{ 'word' }} {{ 7 }}": "word 7\n",
    "{% if uplinks and not radios %}yes{% endif %}": "yes",
    "{% for port in ports if port.mode == 'trunk' %}{{ loop.index }} {{ port.name }}{% endfor %}": (
        "1 GigabitEthernet0/1/0"
    ),
}


@pytest.mark.parametrize("text", PRINTED)
def test_printed(tmp_path, text):
    assert one_template(tmp_path, text + "\n").render(ROUTER).text == PRINTED[text]


def test_what_may_be_named_is_what_an_intent_holds():
    assert VARIABLES == (
        "device", "management", "segments", "access", "groups", "windows", "redirects", "uplinks", "qos", "admission",
        "trunks", "ports", "radios", "wlans",
    )  # fmt: skip
    assert {"name", "site_name", "acl4", "netmask", "cidr", "rules", "radius_secret"} <= ATTRIBUTES
    assert not {"parse", "address", "subnet", "reveal", "format"} & ATTRIBUTES
    assert not any(name.startswith("_") for name in ATTRIBUTES)


def test_nodes_that_call_or_build_text_are_not_among_the_admitted():
    forbidden = {"Call", "Macro", "CallBlock", "FilterBlock", "Assign", "AssignBlock", "Include", "Import", "Extends"}
    assert not forbidden & {node.__name__ for node in NODES}


@pytest.mark.parametrize("platform", load_platforms([shipped() / "templates"]).values(), ids=lambda p: p.name)
def test_shipped_templates_hold_no_policy(platform):
    """No role, no SSID, no number of a VLAN that the policy gives: those come with the intent."""
    policy = ("student", "staff", "guest", "eduroam", "cctv", "exam", "admin'", "school")
    for folder in platform.folders:
        for path in folder.glob("*.j2"):
            text = path.read_text(encoding="utf-8")
            for word in policy:
                assert f"'{word}" not in text, f"{path.name} decides about {word}"


def test_environment_is_closed():
    platform = load_platforms([shipped() / "templates"])["ios"]
    environment = Environment(platform.folders, filters_for(platform))
    assert environment.globals == {}
    assert environment.tests == {}
    assert set(environment.filters) == {"upper", *filters_for(platform)}
    assert environment.undefined is jinja2.StrictUndefined
    assert environment.sandboxed
    assert (environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline) == (True,) * 3


def test_constants_are_checked_like_everything_else(tmp_path):
    with pytest.raises(UnsafeText):
        one_template(tmp_path, "{{ 'a\\nb' }}\n").render(ROUTER)
