"""Laws of the delta, run on an emulated device: forward leads to the new configuration, back to the old from anywhere."""

from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from roshouse import made, shown

from homeroom.errors import ParseError
from homeroom.lab.ros.device import Halted
from homeroom.lab.ros.trap import Trap
from homeroom.platforms.ros.delta import delta
from homeroom.platforms.ros.model import merge, parse
from homeroom.platforms.ros.parser import RosParser, difference
from homeroom.platforms.ros.scripts import backward, forward

BASE = """\
/interface bridge add name=bridge
/interface bridge port add bridge=bridge interface=ether2
/interface vlan add interface=bridge name=management vlan-id=99
"""
POOL = (
    "/interface vlan add interface=bridge name=v10 vlan-id=10",
    "/interface vlan add comment=x interface=bridge mtu=1400 name=v10 vlan-id=11",
    "/interface vlan add disabled=yes interface=ether3 name=v20 vlan-id=20",
    "/interface bridge port add bridge=bridge interface=ether3 pvid=10",
    '/interface bridge port add bridge=bridge comment="a; b {c} [d] \\$e \\"f\\"" interface=ether3',
    "/interface bridge vlan add bridge=bridge tagged=bridge vlan-ids=10",
    "/interface bridge vlan add bridge=bridge tagged=bridge,ether2 untagged=ether3 vlan-ids=10",
    "/interface ethernet set [ find default-name=ether4 ] comment=printer disabled=yes",
    "/interface ethernet set [ find default-name=ether4 ] mtu=1400 name=lan4",
    "/interface wifi configuration add name=school ssid=school",
    '/interface wifi configuration add hide-ssid=yes name=school ssid="my school" security.passphrase=12345678',
    "/interface wifi set [ find default-name=wifi1 ] configuration=school configuration.mode=ap disabled=no",
    "/ip address add address=10.0.0.1/22 interface=management",
    "/ip address add address=10.0.0.1/22 comment=gateway interface=management",
    "/ip pool add name=p10 ranges=10.0.0.10-10.0.3.250",
    "/ip dns set allow-remote-requests=yes servers=10.1.1.1,10.1.1.2",
    "/ip dns set servers=10.1.1.2",
    "/ip firewall address-list add address=10.0.0.0/8 list=inside",
    "/ip firewall filter add chain=input connection-state=established,related",
    "/ip firewall filter add action=drop chain=input in-interface=management",
    "/ip firewall filter add action=reject chain=forward reject-with=icmp-admin-prohibited",
    '/ip firewall filter add action=drop chain=forward comment="line\\nbreak" log=yes log-prefix=x',
    "/ip firewall nat add action=masquerade chain=srcnat out-interface=ether1",
    "/ip route add dst-address=10.9.0.0/16 gateway=10.0.0.2",
    "/ip route add disabled=yes distance=5 dst-address=10.9.0.0/16 gateway=10.0.0.2",
    "/ip service set telnet disabled=yes",
    "/ip service set www address=10.0.0.0/8 disabled=yes",
    "/snmp set contact=noc enabled=yes",
    "/snmp community add addresses=10.0.0.0/8 name=homeroom security=private",
    '/system identity set name="a b"',
    "/system ntp client set enabled=yes servers=10.1.1.3",
)


def chosen(lines):
    """A configuration: of lines that contradict each other the first is kept."""
    kept = []
    for line in lines:
        if all(clash(line) != clash(other) for other in kept):
            kept.append(line)
    return BASE + "\n".join(kept) + "\n"


def clash(line):
    if " firewall filter " in line:
        return line
    words = line.split(" add ")[0] if " add " in line else line.split(" set ")[0] + line.split(" set ")[1].split("=")[0]
    key = next(
        (
            word
            for word in line.split()
            if word.startswith(("name=v", "interface=ether3", "address=10.0.0.1", "dst-address"))
        ),
        "",
    )
    return words + (
        key if " add " in line or "[" in line else line.split(" set ")[1].split(" ")[0] * (" service " in line)
    )


configs = st.lists(st.sampled_from(POOL), max_size=12, unique=True).map(chosen)


def boots(text):
    """A device that runs this; None when the device itself would refuse it."""
    device = made(config=text)
    try:
        device.config  # noqa: B018 -- it boots
    except Trap:
        return None
    return device


def said(device):
    return RosParser().lines(shown(device))


@settings(max_examples=200)
@given(configs, configs, st.integers(0, 30))
def test_forward_leads_to_the_new_and_back_from_anywhere_to_the_old(old, new, stop):
    device = boots(old)
    assume(device is not None and boots(new) is not None)
    was, wanted = parse(shown(device)), parse(new)
    assert difference(was, parse(old)) == "", "an export means what was configured"
    scripts = backward(delta(wanted, was), "homeroom-x", "back")
    groups = forward(delta(was, wanted))
    device.stop_after = stop
    with suppress(Halted):
        device.run("".join(f"{command.text}\n" for group in groups for command in group))
        assert said(device) == RosParser().lines(new)
    device.stop_after = None
    for script in scripts:
        device.config.add("/system script", {"name": script.name, "source": script.source})
    device.run_script("homeroom-x")
    assert said(device) == RosParser().lines(old)
    assert [entry.name for entry in device.config.table("/system script")] == []


@given(configs)
def test_a_configuration_differs_from_itself_in_nothing(text):
    assert RosParser().diff(text, text) == ""
    assert delta(parse(text), parse(text)) == ()
    assert RosParser().lines("\n".join(RosParser().lines(text))) == RosParser().lines(text)


@given(configs, configs)
def test_two_configurations_differ_exactly_when_there_is_something_to_do(old, new):
    steps = delta(parse(old), parse(new))
    assert bool(steps) == bool(RosParser().diff(old, new))
    assert difference(parse(old), parse(new)).count("\n+") <= len(new.splitlines())


def steps(old, new):
    return [str(step) for step in delta(parse(old), parse(new))]


def test_what_depends_goes_first_and_comes_last():
    old = "/interface vlan add interface=bridge name=v vlan-id=10\n/ip address add address=10.0.0.1/24 interface=v\n"
    new = "/interface vlan add interface=bridge name=w vlan-id=10\n/ip address add address=10.0.0.1/24 interface=w\n"
    assert steps(old, new) == [
        "/ip address remove [find where address=10.0.0.1/24 interface=v]",
        "/interface vlan remove [find where name=v]",
        "/interface vlan add interface=bridge name=w vlan-id=10",
        "/ip address add address=10.0.0.1/24 interface=w",
    ]


def test_an_entry_is_changed_in_place_and_what_is_no_longer_said_goes_to_its_default():
    old = "/interface vlan add comment=x interface=bridge mtu=1400 name=v vlan-id=10\n"
    new = "/interface vlan add interface=bridge name=v vlan-id=11\n"
    assert steps(old, new) == ['/interface vlan set [find where name=v] comment="" mtu=1500 vlan-id=11']


def test_what_has_no_known_default_is_unset_where_it_has_a_name_and_written_anew_where_it_has_none():
    old = "/interface wifi security add name=s passphrase=12345678\n/ip dhcp-server network add address=10.0.0.0/24 domain=x\n"
    new = "/interface wifi security add name=s\n/ip dhcp-server network add address=10.0.0.0/24 gateway=10.0.0.1\n"
    assert steps(old, new) == [
        "/interface wifi security set [find where name=s] !passphrase",
        "/ip dhcp-server network add address=10.0.0.0/24 gateway=10.0.0.1",
    ]
    text = "".join(command.text for group in forward(delta(parse(old), parse(new))) for command in group)
    assert "network remove [find where address=10.0.0.0/24]; /ip dhcp-server network add" in text


def test_a_setting_nobody_knows_must_be_said():
    with pytest.raises(ParseError) as error:
        steps("/ip proxy set max-cache-size=none\n", "/ip address add address=10.0.0.1/24 interface=ether1\n")
    assert str(error.value) == "/ip proxy: nobody knows what max-cache-size is when nothing is said: say it in the text"


def test_an_unknown_menu_goes_by_name_or_by_everything():
    old = "/ppp secret add name=a password=b\n/ip ipsec policy add src-address=10.0.0.0/8\n"
    new = "/ppp secret add name=a password=c\n"
    assert steps(old, new) == [
        "/ip ipsec policy remove [find where src-address=10.0.0.0/8]",
        "/ppp secret set [find where name=a] password=c",
    ]


def test_an_ordered_menu_is_brought_into_order_with_the_fewest_commands():
    rules = [f"/ip firewall filter add action=drop chain=input comment={name}" for name in "abcd"]
    old, new = "\n".join(rules), "\n".join([rules[0], rules[2], rules[1].replace("=b", "=x"), rules[3]])
    (group,) = forward(delta(parse(old), parse(new)))
    assert [command.text.partition("; ")[2] or command.text for command in group] == [
        "{",
        ":local r [/ip firewall filter find where dynamic=no]",
        ':if ([:len $r] != 4) do={ :error "/ip firewall filter changed while it was being changed" }',
        "/ip firewall filter add action=drop chain=input comment=x place-before=($r->3)",
        "/ip firewall filter remove ($r->1)",
        "}",
    ]
    assert [str(command) for command in group][
        3
    ] == "line 3: `/ip firewall filter add action=drop chain=input comment=x`"


def test_a_merge_runs_its_lines_on_what_is_there():
    base = parse("/ip address add address=10.0.0.1/24 interface=ether1\n/ip dns set servers=10.1.1.1\n")
    merged = merge(
        base, "/ip address remove [find address=10.0.0.1/24]\n/ip dns set !servers allow-remote-requests=yes\n"
    )
    assert difference(base, merged) == (
        "/ip address\n-add address=10.0.0.1/24 interface=ether1\n"
        "/ip dns\n-set servers=10.1.1.1\n+set allow-remote-requests=yes\n"
    )
    assert difference(base, merge(base, "")) == ""


def test_a_long_way_back_is_cut_into_scripts_that_the_last_one_runs():
    lines = "".join(f"/ip firewall address-list add address=10.0.{n}.0/24 list=x\n" for n in range(40))
    scripts = backward(delta(parse(lines), parse("")), "homeroom-x", "back", longest=2000)
    assert [script.name for script in scripts] == [*(f"homeroom-x-{n}" for n in range(1, len(scripts))), "homeroom-x"]
    assert len(scripts) > 3
    device = made(config=lines)
    for script in scripts:
        device.config.add("/system script", {"name": script.name, "source": script.source})
    device.run_script("homeroom-x")
    assert said(device) == ()
    assert device.config.table("/system script") == []


def test_a_way_back_that_fails_keeps_itself_for_the_next_time():
    steps = delta(
        parse(""), parse("/ip address add address=10.0.0.1/24 interface=nowhere\n/ip dns set servers=10.1.1.1\n")
    )
    device = made(config="")
    for script in backward(steps, "homeroom-x", "back"):
        device.config.add("/system script", {"name": script.name, "source": script.source})
    device.run_script("homeroom-x")
    assert said(device) == ("/ip dns set servers=10.1.1.1",) or "homeroom-x" in str(said(device))
    assert [entry.name for entry in device.config.table("/system script")] == ["homeroom-x"]
