"""What an OpenWrt device is asked to try: BusyBox's ping and nslookup, its clock and its space; odd answers."""

import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest
from around import ECHO, NAME, Around, asked_under_faults, refused_before_it_is_asked
from uci_house import House

from homeroom.errors import CommandRejected, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Question
from homeroom.platforms.openwrt import asking
from homeroom.platforms.openwrt.shell import Answer

BUSYBOX = shutil.which("busybox")


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def number(house):
    house.last = getattr(house, "last", 100) + 1
    return house.last


@pytest.fixture
def device(house, number):
    return house.device(number)


@pytest.fixture
def box(house, number, device):
    box = house.enter(number)
    yield box
    box.close()


def test_each_question_gets_its_answer_in_order_in_one_command(box, device, house, monkeypatch):
    ran, run = [], box._shell.run
    monkeypatch.setattr(box._shell, "run", lambda command: (ran.append(command), run(command))[1])
    device.beyond = Around("10.1.1.1", "2001:db8::53", resolving=("2001:db8::53",))
    before = house.call(device.stored)
    assert box.ask(
        [
            ECHO,
            Question("echo", "10.1.1.2"),
            Question("echo", "2001:DB8:0::53"),
            NAME,
            Question("name", "2001:db8::53", name="nothing.invalid"),
            Question("name", "2001:db8::53", name="www.school.example"),
        ]
    ) == (True, False, True, False, True, True)
    assert device.beyond.asked == ["10.1.1.1", "10.1.1.2", "2001:db8::53", "10.1.1.1", *["2001:db8::53"] * 2]
    assert box.ask([]) == ()
    assert len(ran) == 1
    assert house.call(device.stored) == before


def test_it_asks_from_its_own_addresses_only(box, device):
    device.beyond = Around("10.1.1.1")
    assert box.ask([Question("echo", "10.1.1.1", "10.0.7.200"), Question("echo", "10.1.1.1", "10.0.7.199")]) == (
        True,
        False,
    )


def test_faults_around_the_device(box, device):
    assert asked_under_faults(box, device) == [(True, False), (False, False)]


@pytest.mark.parametrize(
    "question",
    [
        Question("echo", "10.1.1.1; reboot"),
        Question("echo", "fe80::1%$(reboot)"),
        Question("echo", "10.1.1.1", "2001:db8::1"),
        Question("name", "10.1.1.1", name="a$(reboot)"),
        Question("name", "10.1.1.1", name="-debug"),
    ],
)
def test_what_is_no_address_and_no_name_never_reaches_the_device(box, device, question):
    assert refused_before_it_is_asked(box, device, question)


def test_its_clock_and_its_space(box, device, house):
    device.faults.arm(Fault("clock_jump", seconds=-86400))
    clock, free = box.vitals()
    assert abs(clock + 86400 - time.time()) < 60
    assert free == house.call(lambda: device.files.free) // 1024 * 1024
    device.faults.arm(Fault("full_flash"))
    assert box.vitals().free == 0


def said(box, monkeypatch, out, status=0, err=""):
    monkeypatch.setattr(box._shell, "run", lambda command: Answer(status, out, err))


@pytest.mark.parametrize(
    ("out", "what"),
    [
        ("", "it answers 0 of 2 questions"),
        ("yes\n", "it answers 1 of 2 questions"),
        ("yes\nno\nyes\n", "it answers 3 of 2 questions"),
        ("yes\nYES\n", "it answers a question with `YES`"),
        ("odd ping: bad address\nno\n", "it answers a question with `ping: bad address`"),
        ("odd geheim-geheim\nno\n", "it answers a question with `<<secret:key>>`"),
    ],
)
def test_answers_that_are_none(box, monkeypatch, out, what):
    said(box, monkeypatch, out)
    with pytest.raises(CommandRejected) as failed:
        box.ask([ECHO, NAME])
    assert failed.value.what == what


def test_a_device_without_the_programs_cannot_ask(box, monkeypatch):
    said(box, monkeypatch, "unable\nno\n")
    assert box.ask([NAME, ECHO]) == (None, False)
    said(box, monkeypatch, "", 2, "ash: syntax error\n")
    with pytest.raises(CommandRejected, match="could not be asked: ash: syntax error"):
        box.ask([ECHO])


DF = "overlayfs:/overlay   {0} {0} {0} 1% /"


@pytest.mark.parametrize(
    ("out", "what"),
    [
        ("", "its clock says ``"),
        ("soon\n", "its clock says `soon`"),
        ("12\n", "how much space"),
        (f"12\n{DF.format(1)}\n", "how much space"),
        (f"12\n{DF.format(1)}\n{DF.format('lots')}\n", "how much space"),
        (f"12\n\n{DF.format(1)}\n", "how much space"),
    ],
)
def test_vitals_that_are_none(box, monkeypatch, out, what):
    said(box, monkeypatch, out)
    with pytest.raises(CommandRejected, match=what):
        box.vitals()


def test_the_least_space_counts_also_when_df_breaks_its_line():
    assert asking.vitals(f"12\n{DF.format(9)}\n  4 2 2 50% /overlay\n") == (12.0, 2048)


def test_a_lost_connection_is_told(box, house, device):
    house.call(lambda: [drop() for drop in list(device.drops.values())])
    with pytest.raises(Unreachable):
        box.ask([ECHO])
    with pytest.raises(Unreachable):
        box.vitals()


# --- the same script on a real BusyBox


class Server(threading.Thread):
    """A DNS server on a port of 127.0.0.53 that answers with one result code, or not at all."""

    def __init__(self, code):
        super().__init__(daemon=True)
        self.code, self.sock = code, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.53", 0))
        self.place = f"127.0.0.53:{self.sock.getsockname()[1]}"
        self.start()

    def run(self):
        while (asked := self.sock.recvfrom(512))[0] != b"end":
            if self.code is not None:
                head = asked[0][:2] + struct.pack(">HHHHH", 0x8180 | self.code, 1, 0, 0, 0)
                self.sock.sendto(head + asked[0][12:], asked[1])

    def close(self):
        self.sock.sendto(b"end", self.sock.getsockname())
        self.join(5)
        self.sock.close()


@pytest.mark.skipif(BUSYBOX is None, reason="BusyBox is not installed (Debian package busybox)")
@pytest.mark.parametrize(("code", "word"), [(0, "yes"), (2, "yes"), (3, "yes"), (5, "yes"), (None, "no")])
def test_a_real_busybox_judges_name_servers(code, word, tmp_path):
    server = Server(code)
    try:
        assert ran(tmp_path, Question("name", server.place, name="www.school.example")) == f"{word}\n"
    finally:
        server.close()


@pytest.mark.skipif(BUSYBOX is None, reason="BusyBox is not installed (Debian package busybox)")
def test_a_real_busybox_judges_what_it_cannot_send(tmp_path):
    assert ran(tmp_path, Question("name", "127.0.0.53:1", name="a.example")) == "no\n"
    assert ran(tmp_path, Question("name", "nowhere.invalid", name="a.example")).startswith("odd nslookup: bad address")
    assert ran(tmp_path, Question("echo", "nowhere.invalid")).startswith("odd ping: bad address")
    assert ran(tmp_path, Question("echo", "127.0.0.1"), programs=["head"]) == "unable\n"


def ran(folder, question, programs=("ping", "nslookup", "head")):
    for name in programs:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(BUSYBOX)
    for name in {"ping", "nslookup"} - set(programs):
        (folder / name).unlink(missing_ok=True)
    command = [BUSYBOX, "sh", "-c", asking.script([question])]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=True).stdout
