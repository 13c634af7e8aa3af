"""NETCONF as an emulated Junos device speaks it."""

import xml.etree.ElementTree as ET

import pytest
from junos_desk import Desk

from homeroom.lab.faults import Fault


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def device(desk):
    return desk.device


@pytest.fixture
def base(desk):
    return desk.base


@pytest.fixture
def enter(desk):
    return desk.enter


@pytest.fixture
def talk(desk):
    return desk.talk


def test_it_greets_with_junos_capabilities(talk):
    said = talk()
    hello = said.out[0].decode()
    assert hello.endswith("</hello>\n]]>]]>\n")
    assert "<capability>http://xml.juniper.net/netconf/junos/1.0</capability>" in hello
    assert "<session-id>2101</session-id>" in hello


def test_a_reply_carries_the_requests_attributes(talk):
    assert talk()("<close-session/>").startswith(
        '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" '
        'xmlns:junos="http://xml.juniper.net/junos/22.4R3/junos" message-id="7">\n<ok/>\n</rpc-reply>'
    )


def test_unknown_operations_are_named(talk):
    said = talk()
    assert said("<get-weather/>").split("<rpc-error>")[1].split("\n</rpc-error>")[0] == (
        "\n<error-type>protocol</error-type>\n<error-tag>operation-failed</error-tag>\n"
        "<error-severity>error</error-severity>\n<error-message>syntax error</error-message>\n"
        "<error-info><bad-element>get-weather</bad-element></error-info>"
    )
    said.session.feed(b"<weather/>]]>]]>")
    assert b"<bad-element>weather</bad-element>" in said.out[-1]


@pytest.mark.parametrize("junk", [b"<rpc>]]>]]>", b"hello]]>]]>"])
def test_what_is_no_netconf_ends_the_session(talk, enter, junk, desk):
    said = talk()
    said.session.feed(junk)
    assert len(desk.dropped) == 1


def test_a_load_is_answered_with_its_errors(talk, base):
    said = talk()
    answer = said(
        '<load-configuration format="text"><configuration-text>system { host-nam x; host-name y; }'
        "</configuration-text></load-configuration>"
    )
    results = ET.fromstring(answer.split("\n]]>")[0])[0]
    assert results.findtext(".//{*}bad-element") == "host-nam"
    assert results.findtext("{*}load-error-count") == "1"
    assert base.candidate.value("system", "host-name") == "y"
    warned = said(
        '<load-configuration action="set"><configuration-set>delete vlans x</configuration-set></load-configuration>'
    )
    assert "<error-severity>warning</error-severity>" in warned
    assert "<ok/>" in warned


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ('<load-configuration action="sing"/>', "invalid value"),
        ("<load-configuration/>", "missing mandatory element"),
        ('<load-configuration rollback="x"/>', "Invalid numeric value: 'x'"),
        ('<load-configuration rollback="9"/>', "rollback file 9 does not exist"),
        ("<edit-config/>", "missing mandatory element"),
        ("<kill-session><session-id>1</session-id></kill-session>", "no such session"),
        ("<file-show><filename>/etc/passwd</filename></file-show>", "could not resolve file: /etc/passwd"),
        ("<command>show weather</command>", "syntax error"),
        ('<command format="text">show configuration weather</command>', "syntax error"),
        ('<command format="text">show version | sing</command>', "syntax error"),
        (
            "<get-rollback-information><rollback>77</rollback></get-rollback-information>",
            "rollback file 77 does not exist",
        ),
        (
            "<get-rollback-information><rollback>x</rollback></get-rollback-information>",
            "rollback file -1 does not exist",
        ),
        ("<commit><confirmed/><confirm-timeout>x</confirm-timeout></commit>", "Invalid numeric value: 'x'"),
    ],
)
def test_refusals(talk, operation, message):
    assert f"<error-message>{message}</error-message>" in talk()(operation)


def test_configurations_in_every_form(talk, device):
    said = talk()
    assert "set system ntp server 10.1.1.1" in said('<get-configuration format="set" database="committed"/>')
    assert '"host-name": ' in said('<get-configuration format="json"/>').replace("&quot;", '"')
    picked = said(
        '<get-configuration format="text"><configuration><system><ntp/></system></configuration></get-configuration>'
    )
    assert "system {\n    ntp {\n        server 10.1.1.1;\n    }\n}\n" in picked
    assert "snmp" not in picked
    whole = said("<get-config><source><candidate/></source></get-config>")
    assert f"<host-name>{device.name}</host-name>" in whole
    part = said(
        '<get-config><source><running/></source><filter type="subtree"><configuration><vlans/></configuration></filter></get-config>'
    )
    assert "<vlan><name>management</name>" in part
    assert "snmp" not in part


def test_the_other_ways_to_load(talk, base):
    said = talk()
    said(
        '<load-configuration format="json"><configuration-json>{"snmp": {"location": "j"}}</configuration-json></load-configuration>'
    )
    assert base.candidate.value("snmp", "location") == "j"
    said(
        '<load-configuration action="update" format="text"><configuration-text>system { host-name only; }'
        "</configuration-text></load-configuration>"
    )
    assert base.candidate.value("snmp", "location") == ""
    said("<discard-changes/>")
    said(
        '<load-configuration action="merge" format="text"><configuration-text>system { replace: ntp { server 10.3.3.3; } }'
        "</configuration-text></load-configuration>"
    )
    assert len(base.candidate.entries("system", "ntp", "server")) == 2
    said(
        '<load-configuration action="replace" format="text"><configuration-text>system { replace: ntp { server 10.3.3.3; } }'
        "</configuration-text></load-configuration>"
    )
    assert len(base.candidate.entries("system", "ntp", "server")) == 1
    said(
        "<edit-config><target><candidate/></target><config-text><configuration-text>snmp { location e; }"
        "</configuration-text></config-text></edit-config>"
    )
    assert base.candidate.value("snmp", "location") == "e"
    said(
        "<edit-config><target><candidate/></target><default-operation>replace</default-operation><config><configuration>"
        "<system><host-name>only</host-name></system></configuration></config></edit-config>"
    )
    assert base.candidate.entries("system", "ntp", "server") == []


def test_confirmed_commits_by_either_protocol(talk, base):
    said = talk()
    said("<commit-configuration><confirmed/></commit-configuration>")
    assert base.commits[0].minutes == 10
    said("<commit-configuration><check/></commit-configuration>")
    assert not base.pending
    said("<commit><confirmed/></commit>")
    assert base.commits[0].minutes == 10
    said("<commit><confirmed/><confirm-timeout>61</confirm-timeout></commit>")
    assert base.commits[0].minutes == 2
    assert "<commit-confirmed>rollback pending</commit-confirmed>" in said("<get-commit-information/>")
    assert "<comment>commit confirmed, rollback in 2mins</comment>" in said("<get-commit-revision-information/>")
    said("<commit-configuration><log>done</log></commit-configuration>")
    answer = said("<get-commit-information/>")
    assert "rollback pending" not in answer
    assert "<log>done</log>" in answer


def test_a_reader_changes_nothing(talk):
    said = talk("reader")
    for operation in ("<lock-configuration/>", "<commit/>", "<discard-changes/>", '<load-configuration rollback="0"/>'):
        assert "<error-message>permission denied</error-message>" in said(operation)
    assert "<ok/>" in said("<close-session/>")
    assert said.ended == [1]


def test_private_and_killed_sessions(talk, device, enter, desk):
    said = talk()
    assert "uncommitted changes will be discarded on exit" in said(
        "<open-configuration><private/></open-configuration>"
    )
    assert "<ok/>" in said("<close-configuration/>")
    assert "<ok/>" in said("<open-configuration/>")
    victim = enter("other")
    device.base.take(victim)
    assert "<ok/>" in said(f"<kill-session><session-id>{victim.pid}</session-id></kill-session>")
    assert desk.dropped == [victim]
    assert device.base.lock is None


def test_it_shows_what_the_configuration_makes(talk):
    said = talk()
    assert '<ifa-local junos:emit="emit">10.0.7.193/27</ifa-local>' in said(
        "<get-interface-information><terse/></get-interface-information>"
    )
    one = said("<get-interface-information><interface-name>ge-0/0/3.0</interface-name></get-interface-information>")
    assert one.count("<physical-interface>") == 1
    assert "<command>" not in said("<command>show version</command>")
    assert "<output>\nHostname: " in said('<command format="text">show version</command>')
    assert "<vlan" not in said('<command format="xml">show interfaces terse</command>')
    assert "<physical-interface>" in said("<command>show interfaces</command>")
    assert "<file-content" in said("<file-show><filename>/config/juniper.conf</filename></file-show>")
    assert "domain school.example" in said("<file-show><filename>/etc/resolv.conf</filename></file-show>")
    assert "<configuration-output>\nversion" in said("<get-rollback-information/>")
    assert "<system-memory-total>" in said("<get-system-memory-information/>")
    assert "<filesystem-name>" in said("<get-system-storage/>")


def test_a_slow_answer_and_none_at_all(talk, device):
    said = talk()
    device.faults.arm(Fault("slow", "read", seconds=3))
    assert said("<get-config/>") == ""
    ((wait, call),) = said.delayed
    assert wait == 3
    call()
    assert b"<rpc-reply" in said.out[-1]
    device.faults.arm(Fault("half_open", "close"))
    assert said("<close-session/>") == ""
