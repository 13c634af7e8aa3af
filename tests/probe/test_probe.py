"""Checks follow the policy; what servers really answer is read rightly; a negative counts only beside its control."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import socket
import threading

import dns.message
import dns.rcode
import dns.rrset
import pytest

from homeroom.errors import InputError
from homeroom.policy.load import load_policy
from homeroom.probe.checks import Place, checks
from homeroom.probe.load import load_targets
from homeroom.probe.model import Check, Host, Outcome
from homeroom.probe.run import judge, run
from homeroom.probe.wire import ask, read
from homeroom.project import Project, shipped
from homeroom.store.db import connect
from homeroom.store.probes import newest
from playbooks.cli import main

POLICY = load_policy(Project(shipped()))
TARGETS = load_targets(Project(shipped()))
LESSON = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 11, 24, 23, 0, tzinfo=dt.UTC)


def of(role, now=LESSON, targets=TARGETS, families=(4,)):
    place = Place(
        role, ("192.0.2.11", "2001:db8:ffff::11"), ("10.16.8.1", "2001:db8::1"), ("192.0.2.1",), ("10.16.15.193",), now
    )
    return {check.id: check for check in checks(POLICY, place, targets, families)}


def wants(every):
    return {name: check.want for name, check in every.items()}


def test_a_pupil_in_a_lesson_and_at_night():
    lesson, night = wants(of("student")), wants(of("student", NIGHT))
    assert lesson["v4 Internet, TCP 443"] == "open"
    assert night["v4 Internet, TCP 443"] == "closed"
    assert lesson["v4 Internet, QUIC"] == lesson["v4 Internet, TCP 8443"] == "closed"
    assert lesson["v4 illegal: illegal.probe.example"] == lesson["v4 social: social.probe.example"] == "refused"
    assert lesson["v4 safe search: www.google.com"] == lesson["v4 YouTube strict"] == "redirected"
    assert lesson["v4 no HTTPS records"] == "empty"
    assert lesson["v4 canary: use-application-dns.net"] == "refused"
    assert lesson["v4 no other resolver: 8.8.8.8"] == lesson["v4 no other resolver: 8.8.8.8 over TCP"] == "unanswered"
    assert lesson["v4 no DNS over HTTPS: 8.8.8.8"] == lesson["v4 no DNS over TLS: 8.8.8.8"] == "closed"
    assert lesson["v4 student to device 10.16.15.193, SSH"] == "closed"


def test_a_teacher_and_an_examinee():
    staff, exam = wants(of("staff")), wants(of("exam"))
    assert staff["v4 Internet, QUIC"] == "open"
    assert staff["v4 social: social.probe.example"] == "answered"
    assert "v4 no HTTPS records" not in staff
    assert exam["v4 resolver"] == "answered"
    assert exam["v4 not on the allow list: www.example.org"] == "refused"
    assert exam["v4 Internet, TCP 443"] == "closed"


def test_neighbours_by_the_matrix_and_both_families():
    hosts = {
        "iot": (Host("10.16.14.140", (9100, 23)), Host("2001:db8::9", (9100,))),
        "staff": (Host("10.16.12.9", (22,)),),
    }
    every = of("student", targets=dataclasses.replace(TARGETS, hosts=hosts), families=(4, 6))
    assert every["v4 student to iot, TCP 9100 10.16.14.140"].want == "open"
    assert every["v4 student to iot, TCP 23 10.16.14.140"].want == "closed"
    assert every["v6 student to iot, TCP 9100 2001:db8::9"].want == "open"
    assert every["v4 student to staff, TCP 22 10.16.12.9"].want == "closed"
    assert {check.address.count(":") > 0 for name, check in every.items() if name.startswith("v6")} == {True}


def test_every_negative_has_a_control_that_is_asked_first():
    for role in POLICY.roles:
        every = of(role, families=(4, 6))
        order = list(every)
        for check in every.values():
            if check.control:
                assert order.index(check.control) < order.index(check.id)
                assert every[check.control].want in {"answered", "open"}
    assert of("cctv")["v4 clock"].kind == "ntp"
    assert of("cctv", families=(6,))["v6 gateway"].kind == "ping"  # no clock of this family


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def answers(query):
    """A resolver of three names."""
    name = query.question[0].name
    reply = dns.message.make_response(query)
    if name.to_text() == "bad.example.":
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif name.to_text() == "broken.example.":
        reply.set_rcode(dns.rcode.SERVFAIL)
    elif name.to_text() == "www.google.com.":
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", "forcesafesearch.google.com."))
        reply.answer.append(dns.rrset.from_text("forcesafesearch.google.com.", 60, "IN", "A", "216.239.38.120"))
    elif query.question[0].rdtype == 1:
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "203.0.113.80"))
    return reply


@pytest.fixture
def resolver():
    """The same answers over UDP and TCP, on one port of 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))

        def datagrams():
            with contextlib.suppress(OSError):
                while True:
                    data, peer = udp.recvfrom(4096)
                    if not data:
                        return
                    udp.sendto(answers(dns.message.from_wire(data)).to_wire(), peer)

        def streams():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = tcp.accept()
                    with connection:
                        data = connection.recv(4096)
                        if len(data) > 2:
                            wire = answers(dns.message.from_wire(data[2:])).to_wire()
                            connection.sendall(len(wire).to_bytes(2, "big") + wire)

        threads = [threading.Thread(target=serve, daemon=True) for serve in (datagrams, streams)]
        for thread in threads:
            thread.start()
        yield port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        tcp.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)


def question(port, name, want="answered", **more):
    return Check(name, name, "dns", "127.0.0.1", port, want, name=name, **more)


def seen(check, wait=1.0):
    return asyncio.run(ask(check, wait))[0]


def test_answers_of_a_resolver(resolver):
    assert seen(question(resolver, "www.example.org")) == "answered"
    assert seen(question(resolver, "www.example.org", over="tcp")) == "answered"
    assert seen(question(resolver, "bad.example")) == "refused"
    assert seen(question(resolver, "broken.example")) == "error"
    assert seen(question(resolver, "www.example.org", qtype="HTTPS")) == "empty"
    safe = ("forcesafesearch.google.com",)
    assert seen(question(resolver, "www.google.com", expect=safe)) == "redirected"
    assert seen(question(resolver, "www.example.org", expect=safe)) == "answered"


def test_a_cname_without_an_address_helps_nobody():
    query = dns.message.make_query("www.google.com", "A")
    reply = dns.message.make_response(query)
    reply.answer.append(dns.rrset.from_text("www.google.com.", 60, "IN", "CNAME", "forcesafesearch.google.com."))
    assert read(reply, ("forcesafesearch.google.com",))[0] == "answered"


def test_doors(listener):
    def tcp(address, port):
        return Check("x", "x", "tcp", address, port, "open")

    assert seen(tcp("127.0.0.1", listener)) == "open"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert seen(tcp("127.0.0.1", closed.getsockname()[1])) == "rejected"
        assert seen(Check("x", "x", "quic", "127.0.0.1", closed.getsockname()[1], "closed")) == "rejected"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        assert seen(Check("x", "x", "quic", "127.0.0.1", mute.getsockname()[1], "closed"), 0.2) == "silent"
    assert seen(tcp("2001:db8:dead::1", 443), 0.3) in {"no_route", "silent", "rejected"}


def test_quic_server_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        got = []

        def serve():
            data, peer = server.recvfrom(2048)
            got.append(data)
            server.sendto(b"\x80\0\0\0\0", peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert seen(Check("x", "x", "quic", "127.0.0.1", server.getsockname()[1], "open")) == "open"
        thread.join(5)
    assert len(got[0]) == 1200  # RFC 9000, 14.1: smaller ones are dropped
    assert got[0][0] & 0xC0 == 0xC0


def outcome(verdict):
    return Outcome(question(53, "c"), "answered", verdict, "", 0.0)


@pytest.mark.parametrize(
    ("want", "saw", "control", "verdict"),
    [
        ("closed", "silent", "compliant", "compliant"),
        ("closed", "rejected", "compliant", "compliant"),
        ("closed", "open", "compliant", "violation"),
        ("closed", "no_route", "compliant", "unknown"),
        ("closed", "silent", "violation", "unknown"),
        ("closed", "silent", None, "unknown"),
        ("refused", "silent", "compliant", "violation"),
        ("unanswered", "silent", "compliant", "compliant"),
        ("unanswered", "answered", "compliant", "violation"),
        ("open", "open", None, "compliant"),
        ("open", "silent", None, "violation"),
        ("answered", "redirected", None, "compliant"),
        ("redirected", "answered", None, "violation"),
        ("empty", "error", "compliant", "unknown"),
    ],
)
def test_verdicts(want, saw, control, verdict):
    check = Check("x", "x", "tcp", "127.0.0.1", 1, want, "control")
    assert judge(check, saw, outcome(control) if control else None)[0] == verdict


def test_a_run_keeps_the_order_and_tells(resolver, listener):
    control = question(resolver, "www.example.org")
    door = Check("door", "door", "tcp", "127.0.0.1", listener, "closed", control.id)
    bad = question(resolver, "bad.example", "refused", control=control.id)
    heard = []
    found = asyncio.run(run((bad, door, control), heard.append, wait=1.0))
    assert [one.check.id for one in found] == ["bad.example", "door", "www.example.org"]
    assert [one.verdict for one in found] == ["compliant", "violation", "compliant"]
    assert heard[0].check is control
    assert len(heard) == 3


@pytest.fixture
def project(tmp_path):
    assert main(["init", str(tmp_path)]) == 0
    assert main(["plan", "--project", str(tmp_path)]) == 0
    return tmp_path


def test_the_command_keeps_what_it_saw(project, capsys):
    words = [
        "probe",
        "--project",
        str(project),
        "--site",
        "luque-centro",
        "--role",
        "cctv",
        "--family",
        "4",
        "--wait",
        "0.2",
    ]
    capsys.readouterr()
    assert main([*words, "--json"]) == 1  # a machine that reaches nothing proves nothing
    document = json.loads(capsys.readouterr().out)
    assert all(one["verdict"] != "compliant" for one in document["outcomes"])
    kept = newest(connect(Project(project)), "luque-centro")
    assert [one.check for one in kept] == sorted(one["check"] for one in document["outcomes"])
    assert newest(connect(Project(project)), "elsewhere") == ()
    assert main([*words, "--dry-run"]) == 0
    assert "SSH" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("--site", "nowhere", "--role", "student"), ("--site", "luque-centro", "--role", "head")]
)
def test_places_nobody_knows(project, capsys, words):
    assert main(["probe", "--project", str(project), *words]) == 2
    assert "is called" in capsys.readouterr().err


def test_targets_that_mean_nothing(project):
    path = project / "inventory" / "probe.yaml"
    path.write_text("control: [here]\nopen_names: []\nforeign: [8.8.8.8]\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_targets(Project(project))
    assert str(caught.value).splitlines() == [
        "inventory/probe.yaml:1: control[0]: 'here' is no address; write an IPv4 or IPv6 address",
        "inventory/probe.yaml:2: open_names: is empty; name some: they are the controls",
    ]
