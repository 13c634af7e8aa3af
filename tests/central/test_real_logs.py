"""The log server as rendered, running: messages from devices' own addresses, and what is kept of refused names."""

import gzip
import os
import re
import subprocess
import time

import pytest
from bed import ENV, Bed, needs
from certs import Authority
from plans import plans_of

from homeroom.central import logs
from homeroom.central.press import Press
from homeroom.central.settings import Logs
from homeroom.observe.framing import Framer
from homeroom.observe.hearing import Ear, Rules, sender

pytestmark = needs("rsyslogd", "logger", "ip")
SERVER, RESOLVER, STRANGER, NOC = "192.0.2.3", "192.0.2.11", "203.0.113.99", "192.0.2.20"


class Desk:
    def __init__(self, bed, folder, device, site):
        self.bed, self.folder, self.device, self.site = bed, folder, device, site

    def send(self, source, tag, text, *, tcp=False):
        """Send one message from an address of our choice, as a device does."""
        program = (
            "import socket,sys; kind=socket.SOCK_STREAM if sys.argv[3] else socket.SOCK_DGRAM; s=socket.socket(socket.AF_INET,kind);"
            "s.bind((sys.argv[1],0)); s.connect((sys.argv[4],514)); s.sendall(sys.argv[2].encode()); s.close()"
        )
        line = f"<134>Nov 24 10:00:00 somebody {tag}: {text}" + ("\n" if tcp else "")
        done = self.bed.run("python3", "-c", program, source, line, "1" if tcp else "", SERVER)
        assert done.returncode == 0, done.stderr

    def kept(self, place, text):
        """Return the lines with `text` below a folder, waiting until they were written."""
        for _ in range(100):
            files = (self.folder / "log" / place).rglob("*.log")
            lines = [line for path in files for line in path.read_text().splitlines() if text in line]
            if lines:
                return lines
            time.sleep(0.05)
        return []


@pytest.fixture(scope="module")
def desk(example, tmp_path_factory):
    project, _, policy = example
    plans = plans_of(example)
    folder = tmp_path_factory.mktemp("logs")
    conf = folder / "rsyslog"
    (conf / "certs").mkdir(parents=True)
    (folder / "log/spool").mkdir(parents=True)
    authority = Authority("logs")
    key, certificate = authority.issue("logs", server=True)
    for name, text in (("ca.pem", authority.pem()), ("server.key", key), ("server.pem", certificate)):
        (conf / "certs" / name).write_text(text)
    made = logs.server(policy, Logs(forward=f"{NOC}:1514"), str(conf), str(folder / "log"))
    for file in logs.files(Press.of(project), made, plans):
        (folder / file.path).write_text("".join(file.chunks))
    whole = folder / "rsyslog.conf"
    whole.write_text(f'include(file="{conf}/homeroom.conf")\n')
    device = plans[0].devices[0]
    bed = Bed("log", [SERVER, RESOLVER, STRANGER, NOC, device.v4])
    listener = (
        "import socket,sys; s=socket.create_server((sys.argv[1],1514)); c=s.accept()[0]; f=open(sys.argv[2],'ab',0)\n"
        "while d:=c.recv(65536): f.write(d)"
    )
    try:
        heard = ("python3", "-c", listener, NOC, folder / "heard")
        bed.start(*heard, log=folder / "heard.log", ready=lambda: ":1514" in bed.run("ss", "-Hlnt").stdout)
        words = ("rsyslogd", "-n", "-f", whole, "-i", folder / "pid")
        assert bed.run("rsyslogd", "-N1", "-f", whole).returncode == 0
        bed.start(*words, log=folder / "out.log", ready=lambda: ":6514" in bed.run("ss", "-Hlnt").stdout)
        yield Desk(bed, folder, device, plans[0].entry.code)
    finally:
        bed.close()


@pytest.mark.parametrize("tcp", [False, True])
def test_a_devices_message_goes_to_its_sites_folder_by_its_address(desk, tcp):
    text = f"interface went down {tcp}"
    desk.send(desk.device.v4, "link", text, tcp=tcp)
    (line,) = desk.kept(f"online/{desk.site}", text)
    assert re.match(rf"\d{{4}}-\d\d-\d\dT\S+ {re.escape(desk.device.v4)} somebody info link: {text}$", line)


def test_who_is_not_known_gets_no_sites_folder_whatever_it_calls_itself(desk):
    desk.send(STRANGER, "../../etc/passwd", "let me in")
    assert desk.kept("online/unknown", "let me in")
    assert {path.name for path in (desk.folder / "log/online").iterdir()} <= {desk.site, "unknown", "central"}


def test_refused_names_are_kept_apart_with_the_asking_address(desk):
    desk.send(
        RESOLVER,
        "homeroom-dns[7]",
        "info: rpz: applied [adult] naked.example. rpz-nxdomain 10.16.3.77@5353 naked.example. A IN",
    )
    (line,) = desk.kept("blocked", "naked.example")
    assert "10.16.3.77@5353" in line
    assert not [path for path in (desk.folder / "log/online").rglob("*.log") if "naked.example" in path.read_text()]


def test_a_schools_device_cannot_write_into_the_log_of_refused_names(desk):
    desk.send(
        desk.device.v4, "homeroom-dns[7]", "info: rpz: applied [adult] made-up.example. rpz-nxdomain 10.16.3.77@53"
    )
    assert desk.kept(f"online/{desk.site}", "made-up.example")
    assert not [path for path in (desk.folder / "log/blocked").rglob("*.log") if "made-up" in path.read_text()]


def test_of_what_the_law_forbids_only_the_site_is_kept(desk):
    for address in ("10.16.3.77", "2001:db8:b0:10:1:2:3:4"):
        text = f"info: rpz: applied [illegal] {address[:4]}x.example. rpz-nxdomain {address}@5353 bad.example. A IN"
        desk.send(RESOLVER, "homeroom-dns[7]", text)
    (four,) = desk.kept("blocked", "10.1x.example")
    assert "10.16.3.77" not in four
    assert "10.16.0.0" in four
    (six,) = desk.kept("blocked", "2001x.example")
    assert "1:2:3:4" not in six
    assert "2001:db8:b0" in six


def test_other_central_services_have_a_folder_of_their_own(desk):
    desk.send(RESOLVER, "homeroom-dns[7]", "info: start of service")
    assert desk.kept("online/central", "start of service")


def test_a_message_cannot_make_a_second_line(desk):
    desk.send(desk.device.v4, "link", "first\x0b\x1b[2J\\nsecond")
    (line,) = desk.kept(f"online/{desk.site}", "first")
    assert "\x1b" not in line


def test_what_devices_say_is_handed_on_behind_the_address_it_came_from(desk):
    desk.send(STRANGER, "x", "%SYS-5-CONFIG_I: Configured from console by mallory on vty0")
    desk.send(desk.device.v4, "45", "sw1: %SYS-5-CONFIG_I: Configured from console by ana on vty0 (192.0.2.9)")
    ear = Ear({desk.device.v4: sender("rtr1", ["ios"])}, str, time.time, Rules(relays=(SERVER,)))
    for _ in range(100):
        whole = Framer().feed(path.read_bytes()) if (path := desk.folder / "heard").exists() else []
        if any(b"by ana" in one for one in whole):
            break
        time.sleep(0.05)
    for message in whole:
        ear.syslog(message, SERVER)
    assert [(row.device, row.who, row.origin) for row in ear.fetched()] == [("rtr1", "ana", "192.0.2.9")]
    assert not any(b"mallory" in one for one in whole)


def test_tls_is_spoken_on_its_port(desk):
    done = desk.bed.run("openssl", "s_client", "-connect", f"{SERVER}:6514", "-brief", input="")
    assert "TLSv1." in done.stderr


def test_retention_moves_compresses_and_forgets(desk, tmp_path):
    log = tmp_path / "log"
    script = tmp_path / "retention"
    script.write_text(
        (desk.folder / "rsyslog/homeroom-retention").read_text().replace(str(desk.folder / "log"), str(log))
    )
    ages = {
        "online/py11-0001/young.log": 29,
        "online/py11-0001/old.log": 32,
        "archive/py11-0001/kept.log.gz": 390,
        "archive/py11-0001/gone.log.gz": 400,
        "blocked/young.log": 80,
        "blocked/old.log": 92,
    }
    now = time.time()
    for name, days in ages.items():
        path = log / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("line\n")
        os.utime(path, (now - days * 86400, now - days * 86400))
    for _ in range(2):  # a second run finds nothing to do
        subprocess.run(["sh", script], check=True, env=ENV)
        found = {str(path.relative_to(log)) for path in log.rglob("*") if path.is_file()}
        assert found == {
            "online/py11-0001/young.log",
            "archive/py11-0001/old.log.gz",
            "archive/py11-0001/kept.log.gz",
            "blocked/young.log",
        }
    assert gzip.decompress((log / "archive/py11-0001/old.log.gz").read_bytes()) == b"line\n"
