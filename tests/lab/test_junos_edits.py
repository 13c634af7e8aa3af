"""How an emulated Junos device takes commands and loads, what it compares, and the small parts under it."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junos_house import WHOLE

from homeroom.errors import LabError
from homeroom.lab.junos import crypt, jsonform, sets, statements, text, xmlform
from homeroom.lab.junos.compare import compare
from homeroom.lab.junos.framing import Framing
from homeroom.lab.junos.tree import Bad, locate, merge


def read(config):
    reader = text.Reader(config)
    assert reader.errors == []
    return reader.tree


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("sett system", "unknown command: sett"),
        ("set system host-name", "missing argument: host-name"),
        ("set system services ssh nonsense", "syntax error: nonsense"),
        ("delete system time-zone", "statement not found: time-zone"),
        ("delete system host-name other", "statement not found: other"),
        ("delete system login user nobody", "statement not found: nobody"),
        ("delete vlans nobody", "statement not found: nobody"),
        ("delete system ntp peer", "statement not found: peer"),
        ("delete weather", "syntax error: weather"),
        ("insert firewall family inet filter STUDENT term a before term z", "statement not found: z"),
        ("rename vlans student", "missing argument: student"),
        ("top sing", "unknown command: "),
    ],
)
def test_a_bad_command_is_named_and_changes_nothing(command, message):
    tree = read(WHOLE)
    (bad,) = sets.load(tree, command)
    assert str(bad) == message
    assert text.show(tree) == WHOLE


def test_commands_that_edit():
    tree = read(WHOLE)
    commands = """
        # a comment
        edit firewall family inet filter STUDENT
        insert term a before term b
        rename term a to term first
        copy term first to term last
        up
        up 3
        top set system host-name r2
        deactivate system ntp
        activate interfaces ge-0/0/3
        annotate vlans student "for pupils"
        delete interfaces ge-0/0/10 unit 0 family ethernet-switching vlan members staff
        delete system ntp server
        delete system name-server 10.1.1.1
        delete security
    """
    assert sets.load(tree, commands) == []
    shown = text.show(tree)
    assert shown.index("term first") < shown.index("term b") < shown.index("term last")
    assert "host-name r2;" in shown
    assert "members student;" in shown
    assert "    ge-0/0/3 {" in shown
    assert "    /* for pupils */\n    student {" in shown
    assert not {"security", "ntp", "10.1.1.1"} & set(shown.replace(";", " ").split())
    assert sets.load(tree, "delete") == []
    assert text.show(tree) == ""


# --- loading


def test_tags_say_how_a_statement_is_loaded():
    tree = read(WHOLE)
    tags = """
    system { replace: ntp { server 10.3.3.3; } delete: name-server { 10.1.1.1; } }
    interfaces { active: ge-0/0/3 { description on; } inactive: ge-0/0/2 { mtu 9000; } }
    /* note */
    vlans { delete: student; staff { vlan-id 20; } }
    """
    merge(tree, read(tags))
    shown = text.show(tree)
    assert "        server 10.3.3.3;\n    }" in shown
    assert "10.1.1.2" not in shown.split("syslog")[1]
    assert "    ge-0/0/3 {\n        description on;" in shown
    assert "    inactive: ge-0/0/2 {\n        mtu 9000;" in shown
    assert "/* note */\nvlans {\n    staff {" in shown


def test_xml_says_how_an_element_is_loaded():
    tree = read(WHOLE)
    said = """<configuration xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">
      <system><ntp replace="replace"><server><name>10.3.3.3</name></server></ntp><host-name>r9</host-name></system>
      <interfaces><interface active="active"><name>ge-0/0/3</name></interface>
        <interface inactive="inactive"><name>ge-0/0/2</name></interface></interfaces>
      <vlans nc:operation="delete"/><routing-options operation="replace"/>
      <snmp><location>here</location></snmp></configuration>"""
    reader = xmlform.Reader(ET.fromstring(said))
    assert reader.errors == []
    merge(tree, reader.tree)
    shown = text.show(tree)
    assert "vlans" not in shown
    assert "routing-options" not in shown
    assert "inactive: ge-0/0/2" in shown
    assert "inactive: ge-0/0/3" not in shown
    assert [node.key for node in tree.entries("system", "ntp", "server")] == ["10.3.3.3"]


def test_bad_elements_and_members_are_named():
    reader = xmlform.Reader(ET.fromstring("<c><vlans><vlan><vlan-id>1</vlan-id></vlan></vlans><x/></c>"))
    assert [str(bad) for bad in reader.errors] == ["missing mandatory element: 'name': vlan", "syntax error: x"]
    reader = jsonform.Reader('{"vlans": {"vlan": [{"name": "a", "vlan-id": 5000}]}, "x": 1, "system": 5}')
    assert [str(bad) for bad in reader.errors] == ["Value 5000 is not within range (1..4094): 5000", "syntax error: x"]
    assert [str(bad) for bad in jsonform.Reader("{").errors] == ["syntax error: {"]
    assert jsonform.Reader("[]").errors == []


def test_a_filter_picks():
    tree = read(WHOLE)
    pick = "<c><system><ntp><server><name>10.1.1.2</name></server></ntp></system><vlans/></c>"
    assert xmlform.show(tree, ET.fromstring(pick)) == (
        "<system><ntp><server><name>10.1.1.2</name></server></ntp></system>"
        "<vlans><vlan><name>student</name><vlan-id>10</vlan-id><l3-interface>irb.10</l3-interface></vlan></vlans>"
    )


# --- comparing


def test_differences_are_shown_as_show_compare_does():
    old, new = read(WHOLE), read(WHOLE)
    commands = """
        set system host-name r2
        delete interfaces ge-0/0/3
        set interfaces ge-0/0/4 disable
        insert firewall family inet filter STUDENT term a before term b
        deactivate vlans student
        set routing-options static route 0.0.0.0/0 next-hop 10.0.0.253
        set firewall family inet filter STUDENT term b from source-address 10.7.0.0/16
        set snmp location here
    """
    assert sets.load(new, commands) == []
    assert (
        compare(old, new)
        == """\
[edit]
+  snmp {
+      location here;
+  }
[edit system]
-  host-name r1;
+  host-name r2;
[edit interfaces]
-   inactive: ge-0/0/3 {
-       disable;
-   }
+   ge-0/0/4 {
+       disable;
+   }
[edit firewall family inet filter STUDENT]
!     term a { ... }
!     term b { ... }
[edit firewall family inet filter STUDENT term b from]
+     source-address {
+         10.7.0.0/16;
+     }
[edit routing-options static route 0.0.0.0/0]
-     next-hop 10.0.0.254;
+     next-hop [ 10.0.0.254 10.0.0.253 ];
[edit vlans]
!   inactive: student { ... }
"""
    )


# --- smaller parts


def test_the_statement_table_refuses_a_group_that_is_none(monkeypatch):
    top = statements.Statement("a", kids={"<nobody": statements.Statement("<nobody")})
    with pytest.raises(LabError, match=r"statements.txt: no group is called nobody"):
        statements._include(top, {})


def test_places():
    tree = read(WHOLE)
    assert tree.find("system", "login", "user", "netops", "uid").values == ["2000"]
    assert tree.find("weather") is None
    assert tree.find("interfaces", "interface", "ge-0/0/3", "disable") is None  # inactive
    assert tree.value("system", "time-zone", default="UTC") == "UTC"
    assert tree.entries("protocols", "lldp", "interface") == []
    assert locate(tree, ["vlans", "student", "vlan-id", "10"])[2] == "10"
    assert str(Bad("a", "b")) == "a: b"


@pytest.mark.parametrize(
    ("password", "salt", "hashed"),
    [
        # from the specification's own tests (akkadia.org)
        (
            "Hello world!",
            "saltstring",
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        ),
    ],
)
def test_sha512_crypt(password, salt, hashed):
    assert crypt.sha512(password, salt) == hashed
    assert crypt.opens(password, hashed)
    assert not crypt.opens("other", hashed)
    assert not crypt.opens(password, "$1$abc$def")
    assert not crypt.opens(password, "")


@given(
    st.lists(st.binary(min_size=1, max_size=50).filter(lambda b: b"]]>" not in b), min_size=1, max_size=4), st.data()
)
def test_messages_survive_any_cut_of_the_stream(messages, data):
    chunked = data.draw(st.booleans())
    framing = Framing()
    framing.chunked = chunked
    stream = b""
    for message in messages:
        stream += b"\n#%d\n%s\n##\n" % (len(message), message) if chunked else message + b"]]>]]>"
    got, at = [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, len(stream)))
        got += list(framing.feed(stream[at : at + step]))
        at += step
    assert got == messages


def test_a_broken_chunk_is_no_message():
    framing = Framing()
    framing.chunked = True
    assert framing.frame("ä") == b"\n#2\n\xc3\xa4\n##\n"
    with pytest.raises(LabError, match="a NETCONF chunk without a size"):
        list(framing.feed(b"hello"))
