"""Keys: echo before Enter, editing, pages, questions that take one key; and SCP's protocol."""

import pytest

from homeroom.lab import scp
from homeroom.lab.terminal import MORE, Terminal


class Line:
    def __init__(self, talk):
        self.seen, self.ended = "", False
        self.terminal = Terminal(talk.session, self.take, self.end)

    def take(self, text):
        self.seen += text

    def end(self):
        self.ended = True

    def type(self, keys):
        self.seen = ""
        self.terminal.feed(keys)
        return self.seen


@pytest.fixture
def line(talk):
    return Line(talk)


def test_it_greets_with_banner_and_prompt(line):
    line.terminal.start("\nhello\n")
    assert line.seen == "\r\nhello\r\n\r\npy11-0001-ro1#"


def test_what_is_typed_is_echoed_before_enter(line):
    assert line.type("show pri") == "show pri"
    assert line.type("v") == "v"
    assert line.type("\r") == "\r\nCurrent privilege level is 15\r\npy11-0001-ro1#"
    assert line.type("\r\n") == "\r\npy11-0001-ro1#"
    assert line.type("\n\x00") == "\r\npy11-0001-ro1#"


def test_a_line_can_be_edited(line):
    assert line.type("xx\b\x7f") == "xx\b \b\b \b"
    assert line.type("ab cd\x17") == "ab cd\b \b\b \b\b \b"
    assert line.type("\x15") == "\b \b\b \b"
    assert line.type("\t\x01") == ""
    assert line.type("show x\x03") == "show x\r\npy11-0001-ro1#"


def test_ctrl_z_leaves_configure_mode(line):
    line.type("conf t\rint vlan99\r")
    assert line.type("desc\x1a") == "desc^Z\r\npy11-0001-ro1#"
    assert line.type("\x1a") == ""


def test_passwords_are_not_echoed(line):
    line.type("disable\r")
    assert line.type("enable\r").endswith("Password: ")
    assert line.type("enablepass") == ""
    assert line.type("\r") == "\r\npy11-0001-ro1#"


def test_one_key_answers_confirm(line):
    line.type("reload\r")
    assert line.type("n") == "n\r\npy11-0001-ro1#"
    line.type("reload\r")
    assert not line.ended
    line.type("\r")
    assert line.ended


def test_long_answers_come_page_by_page(line, talk):
    first = line.type("show running-config\r")
    assert first.endswith(MORE)
    assert first.count("\n") == 24  # the line's own end, and 23 lines
    wipe = "\b" * 9 + " " * 8 + "\b" * 9
    assert line.type("\r") == f"{wipe} 10.0" or line.seen.startswith(wipe)
    assert line.seen.count("\n") == 1
    assert line.type(" ").startswith(wipe)
    assert line.type("q") == f"{wipe}py11-0001-ro1#"
    line.type("terminal length 3\r")
    line.type("show clock | include UTC\r")
    assert line.seen.endswith("#")
    line.type("show hosts\r")
    for _ in range(9):
        line.type("\r")
    assert line.seen.endswith("#")
    line.type("terminal length 0\r")
    assert MORE not in line.type("show running-config\r")
    assert talk.session.length == 0


def test_exit_ends_the_line(line):
    line.type("exit\rmore")
    assert line.ended
    assert line.type("x") == ""


class Disk(dict):
    full = False

    def read(self, path):
        return self.get(path)

    def write(self, path, data):
        if self.full:
            raise OSError("No space left on device")
        self[path] = data


class Wire:
    def __init__(self, command, disk):
        self.out, self.status = b"", None
        self.transfer = scp.Transfer(scp.request(command), disk, self.send, self.done)
        self.transfer.start()

    def send(self, data):
        self.out += data

    def done(self, status):
        self.status = status

    def feed(self, data):
        self.out = b""
        self.transfer.feed(data)
        return self.out


def test_scp_requests_are_read():
    assert scp.request("scp -t flash:/x") == scp.Request(sink=True, path="flash:/x")
    assert scp.request("scp -v -p -f 'flash:a b'") == scp.Request(sink=False, path="flash:a b")
    for other in ("show version", "scp flash:x", "scp -t -f x", "scp -t a b", "scp 'x", ""):
        assert scp.request(other) is None


def test_a_file_is_taken_in_any_pieces():
    disk = Disk()
    wire = Wire("scp -t flash:/x", disk)
    assert wire.out == b"\0"
    assert wire.feed(b"T1 0 1 0\n") == b"\0"
    assert wire.feed(b"C0644 5 ") == b""
    assert wire.feed(b"x\n") == b"\0"
    assert wire.feed(b"he") == b""
    assert wire.feed(b"llo\0") == b"\0"
    wire.transfer.end()
    assert (disk, wire.status) == ({"flash:/x": b"hello"}, 0)


def test_the_last_nul_may_be_left_out_and_the_name_be_the_clients():
    disk = Disk()
    wire = Wire("scp -t flash:", disk)
    wire.feed(b"C0644 2 name\nhi")
    wire.transfer.end()
    assert disk == {"flash:name": b"hi"}


def test_scp_says_why_it_fails():
    disk = Disk()
    disk.full = True
    wire = Wire("scp -t flash:/x", disk)
    assert wire.feed(b"C0644 1 x\nx\0") == b"\0\x01No space left on device\n"
    assert wire.feed(b"bogus\n") == b"\x01protocol error\n"
    wire.transfer.end()
    assert wire.status == 1


def test_a_file_is_sent_step_by_step():
    wire = Wire("scp -f flash:/x", Disk({"flash:/x": b"hello"}))
    assert wire.out == b""
    assert wire.feed(b"\0") == b"C0644 5 x\n"
    assert wire.feed(b"\0") == b"hello\0"
    wire.feed(b"\0")
    assert wire.status == 0


def test_a_missing_file_is_named():
    wire = Wire("scp -f flash:/x", Disk())
    assert wire.feed(b"\0") == b"\x01flash:/x: No such file or directory\n"
    assert wire.status == 1
