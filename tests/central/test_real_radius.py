"""The RADIUS servers as rendered, running: eapol_test as the device, radclient as the switch, a second realm's server."""

import dataclasses
import re

import pytest
from bed import Bed, needs
from certs import Authority

from homeroom.central import radius
from homeroom.central.press import Press
from homeroom.central.settings import Radius
from homeroom.policy.model import Visitors

pytestmark = needs("freeradius", "eapol_test", "radclient", "ip")

SERVER, AWAY, SWITCH, STRANGER = "192.0.2.5", "198.51.100.9", "10.16.1.2", "203.0.113.99"
SECRET, FEDERATION = "between-switch-and-server", "between-the-realms"
MINE, OTHER = "escuelas.example", "uni.example"
PEOPLE = """
ana NT-Password := "0xbba22b4ceb3b0ff06bbd2d2ddc9b7ff1"
	Filter-Id := "student"

marko Cleartext-Password := "hello-staff"
	Filter-Id := "staff"

laptop-7
	Filter-Id := "admin"

camera-person Cleartext-Password := "hello-camera"
	Filter-Id := "cctv"

nowhere Cleartext-Password := "hello-nowhere"
	Filter-Id := "headmaster"
"""
MACHINES = """
02-00-00-00-00-01
	Filter-Id := "iot"

02-00-00-00-00-02
	Filter-Id := "cctv"

02-00-00-00-00-03
	Filter-Id := "staff"
"""
PUPIL_PASSWORD = "hello-student"


def nt_hash(password):
    """The NT hash: MD4 of UTF-16LE, worked out by FreeRADIUS's own tool."""
    import subprocess

    out = subprocess.run(["smbencrypt", password], capture_output=True, text=True, check=True).stdout
    return out.split()[-1]


def install(press, made, folder, authority, *, people, machines):
    conf = folder / "freeradius"
    for file in radius.files(press, made):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(file.chunks)
        text = text.replace("<<secret:radius>>", SECRET).replace("<<secret:federation>>", FEDERATION)
        path.write_text(text.replace("reject_delay = 1", "reject_delay = 0"))
    (conf / "certs").mkdir()
    key, certificate = authority["servers"].issue("radius.escuelas.example", server=True)
    (conf / "certs/server.key").write_text(key)
    (conf / "certs/server.pem").write_text(certificate)
    (conf / "certs/people-ca.pem").write_text(authority["people"].pem())
    (conf / "people").write_text(people)
    (conf / "machines").write_text(machines)
    (folder / "log").mkdir()


def start(bed, folder, address):
    conf = folder / "freeradius"
    words = ("freeradius", "-f", "-xx", "-l", "stdout", "-d", conf, "-n", "radiusd", "-D", "/usr/share/freeradius")
    done = bed.run(*words, "-C")
    assert done.returncode == 0, done.stdout[-3000:]

    def ready():
        return address in bed.run("ss", "-Hlnu", "sport = :1812").stdout

    bed.start(*words, log=folder / "out.log", ready=ready)


class Desk:
    def __init__(self, bed, folder, authorities):
        self.bed, self.folder, self.authorities = bed, folder, authorities
        self.count = 0
        self.answer = ""

    def log(self, name="access.log"):
        return (self.folder / "here/log" / name).read_text()

    def eap(
        self,
        method,
        identity,
        anonymous,
        *,
        password="",
        phase2="",
        cert=None,
        secret=SECRET,
        source=SWITCH,
        ca="servers",
        patience=10,
        port=15,
    ):
        """Log in as a device would; return (accepted, VLAN). `port`: NAS-Port-Type, 15 wired, 19 on the air."""
        self.count += 1
        home = self.folder / f"device{self.count}"
        home.mkdir()
        (home / "ca.pem").write_text(self.authorities[ca].pem())
        lines = [
            "key_mgmt=WPA-EAP",
            f"eap={method}",
            f'identity="{identity}"',
            f'anonymous_identity="{anonymous}"',
            f'ca_cert="{home}/ca.pem"',
            'domain_match="radius.escuelas.example"' if method else "",
        ]
        if password:
            lines += [f'password="{password}"', f'phase2="auth={phase2}"']
        if cert:
            (home / "key.pem").write_text(cert[0])
            (home / "cert.pem").write_text(cert[1])
            lines += [f'client_cert="{home}/cert.pem"', f'private_key="{home}/key.pem"']
        (home / "conf").write_text("network={\n" + "\n".join(f"  {line}" for line in lines) + "\n}\n")
        out = self.bed.run(
            "eapol_test",
            "-c",
            home / "conf",
            "-a",
            SERVER,
            "-s",
            secret,
            "-A",
            source,
            "-t",
            str(patience),
            "-r0",
            "-M",
            "02:00:00:00:01:00",
            f"-N61:d:{port}",
        ).stdout
        self.answer = out.rsplit("RADIUS message: code=2 (Access-Accept)", 1)[-1]
        return out.rstrip().endswith("SUCCESS"), vlan(out)

    def mac(self, name, calling=None, password=None, *, authentic=True):
        attributes = (
            f'User-Name="{name}",User-Password="{password or name}",NAS-IP-Address={SWITCH},Service-Type=Call-Check,'
            f'Calling-Station-Id="{calling or name}"{",Message-Authenticator=0x00" if authentic else ""},Packet-Src-IP-Address={SWITCH}'
        )
        out = self.bed.run("radclient", "-x", "-r1", "-t3", SERVER, "auth", SECRET, input=attributes)
        found = re.search(r"Received (\S+)", out.stdout)
        vlan = re.search(r'Received.*Tunnel-Private-Group-Id(?::0)? = "(\w+)"', out.stdout, re.DOTALL)
        return found.group(1) if found else out.stderr, vlan.group(1) if vlan else ""


def vlan(out):
    accept = out.rsplit("RADIUS message: code=2 (Access-Accept)", 1)
    found = re.search(r"Attribute 81 \(.*?\n\s+Value: (\S+)", accept[1]) if len(accept) == 2 else None
    return bytes.fromhex(found.group(1)).decode() if found else ""


def folders(base):
    return str(base / "freeradius"), str(base), str(base / "log")


@pytest.fixture(scope="module")
def desk(example, tmp_path_factory):
    project, facts, policy = example
    folder = tmp_path_factory.mktemp("radius")
    press = Press.of(project)
    authorities = {name: Authority(name) for name in ("servers", "people", "elsewhere")}
    people = PEOPLE.replace("0xbba22b4ceb3b0ff06bbd2d2ddc9b7ff1", f"0x{nt_hash(PUPIL_PASSWORD)}")
    policy = dataclasses.replace(policy, visitors=Visitors("eduroam", MINE))
    here, away = folder / "here", folder / "away"
    made = radius.server(facts.programme, policy, Radius((AWAY,)), folders(here), (SERVER, ""))
    other = dataclasses.replace(policy, visitors=Visitors("eduroam", OTHER))
    theirs = radius.server(facts.programme, other, Radius((AWAY,)), folders(away), (AWAY, ""))
    install(press, made, here, authorities, people=people, machines=MACHINES)
    install(press, theirs, away, authorities, people=people, machines="")
    sites = away / "freeradius/sites.conf"
    head, tail = sites.read_text().split("server away {")
    intruding = "post-auth {\n\t\tupdate reply {\n\t\t\tTunnel-Private-Group-Id := 'staff'\n\t\t\tFilter-Id := 'staff'\n\t\t\tFramed-IP-Address := 10.99.99.99\n\t\t}\n"
    sites.write_text(f"{head}server away {{{tail.replace('post-auth {', intruding, 1)}")
    bed = Bed("rad", [SERVER, AWAY, SWITCH, STRANGER])
    try:
        start(bed, away, AWAY)
        start(bed, here, SERVER)
        yield Desk(bed, folder, authorities)
    finally:
        bed.close()


def test_a_pupil_gets_the_vlan_by_name_through_peap(desk):
    assert desk.eap("PEAP", f"ana@{MINE}", f"anonymous@{MINE}", password=PUPIL_PASSWORD, phase2="MSCHAPV2") == (
        True,
        "student",
    )
    assert "Attribute 11 " in desk.answer  # Filter-Id, for what knows no VLAN by name


def test_on_the_air_the_vlan_is_a_number(desk):
    words = "PEAP", f"ana@{MINE}", f"anonymous@{MINE}"
    assert desk.eap(*words, password=PUPIL_PASSWORD, phase2="MSCHAPV2", port=19) == (True, "10")


@pytest.mark.parametrize("phase2", ["MSCHAPV2", "PAP"])
def test_staff_get_theirs_through_ttls(desk, phase2):
    assert desk.eap("TTLS", f"marko@{MINE}", f"anonymous@{MINE}", password="hello-staff", phase2=phase2) == (
        True,
        "staff",
    )


def test_who_leaves_the_realm_out_is_one_of_ours(desk):
    assert desk.eap("PEAP", "ana", "anonymous", password=PUPIL_PASSWORD, phase2="MSCHAPV2") == (True, "student")


def test_a_certificate_of_our_authority_gets_the_role_of_its_name(desk):
    cert = desk.authorities["people"].issue(f"laptop-7@{MINE}")
    assert desk.eap("TLS", f"laptop-7@{MINE}", f"laptop-7@{MINE}", cert=cert) == (True, "admin")


def test_certificates_of_others_and_names_that_were_struck_off_are_refused(desk):
    foreign = desk.authorities["elsewhere"].issue(f"laptop-7@{MINE}")
    assert desk.eap("TLS", f"laptop-7@{MINE}", f"laptop-7@{MINE}", cert=foreign)[0] is False
    gone = desk.authorities["people"].issue(f"laptop-8@{MINE}")
    assert desk.eap("TLS", f"laptop-8@{MINE}", f"laptop-8@{MINE}", cert=gone)[0] is False


@pytest.mark.parametrize(
    ("method", "phase2", "who", "password"),
    [
        ("PEAP", "MSCHAPV2", "ana", "wrong"),
        ("TTLS", "PAP", "ana", "wrong"),
        ("TTLS", "PAP", "nobody", "hello-staff"),
        ("TTLS", "PAP", "laptop-7", "laptop-7"),
    ],
)
def test_a_wrong_password_is_refused(desk, method, phase2, who, password):
    assert desk.eap(method, f"{who}@{MINE}", f"anonymous@{MINE}", password=password, phase2=phase2) == (False, "")


@pytest.mark.parametrize(("who", "password"), [("camera-person", "hello-camera"), ("nowhere", "hello-nowhere")])
def test_a_right_password_gives_no_role_that_is_not_for_people(desk, who, password):
    assert desk.eap("TTLS", f"{who}@{MINE}", f"anonymous@{MINE}", password=password, phase2="PAP") == (False, "")


def test_a_device_that_pins_another_authority_does_not_send_its_password(desk):
    assert (
        desk.eap(
            "PEAP", f"ana@{MINE}", f"anonymous@{MINE}", password=PUPIL_PASSWORD, phase2="MSCHAPV2", ca="elsewhere"
        )[0]
        is False
    )


@pytest.mark.parametrize(
    "spelling",
    ["02-00-00-00-00-01", "02:00:00:00:00:01", "0200.0000.0001", "020000000001", "02-00-00-00-00-01".upper()],
)
def test_a_known_machine_gets_its_role_by_its_address_however_it_is_spelt(desk, spelling):
    if "." in spelling:
        spelling = "0200.0000.0001"
    assert desk.mac(spelling, "02-00-00-00-00-01") == ("Access-Accept", "iot")


def test_a_camera_gets_the_cameras_vlan(desk):
    assert desk.mac("02-00-00-00-00-02") == ("Access-Accept", "cctv")


def test_an_address_gives_no_role_of_people_and_no_stranger_gets_in(desk):
    assert desk.mac("02-00-00-00-00-03") == ("Access-Reject", "")
    assert desk.mac("02-00-00-00-00-99") == ("Access-Reject", "")


def test_a_machine_may_ask_for_itself_only(desk):
    assert desk.mac("02-00-00-00-00-01", "02-00-00-00-00-02") == ("Access-Reject", "")


def test_a_person_cannot_come_in_without_eap(desk):
    assert desk.mac("marko", "02-00-00-00-00-01", "hello-staff") == ("Access-Reject", "")


def test_a_visitor_is_asked_about_at_home_and_gets_the_visitors_vlan_whatever_home_says(desk):
    for method, phase2 in (("TTLS", "PAP"), ("PEAP", "MSCHAPV2")):
        who = desk.eap(method, f"marko@{OTHER}", f"anonymous@{OTHER}", password="hello-staff", phase2=phase2)
        assert who == (True, "eduroam")
        assert "MS-MPPE" in desk.answer or "Attribute 26" in desk.answer
        assert "Attribute 8 " not in desk.answer
    assert "F-TICKS/eduroam/1.0#REALM=uni.example#VISCOUNTRY=PY" in desk.log("fticks.log")


@pytest.mark.parametrize("realm", [OTHER, "nowhere.example", "uni..example", "localhost", ""])
def test_a_visitor_nobody_vouches_for_is_refused(desk, realm):
    password = "wrong" if realm == OTHER else "hello-staff"
    assert desk.eap("TTLS", f"marko@{realm}", f"anonymous@{realm}", password=password, phase2="PAP")[0] is False


def test_our_own_people_elsewhere_are_answered_without_a_vlan_and_nobody_else_is(desk):
    abroad = {"password": "hello-staff", "phase2": "PAP", "secret": FEDERATION, "source": AWAY}
    assert desk.eap("TTLS", f"marko@{MINE}", f"anonymous@{MINE}", **abroad) == (True, "")
    assert desk.eap("TTLS", f"marko@{MINE}", f"anonymous@{OTHER}", **abroad)[0] is False
    assert desk.eap("TTLS", f"marko@{MINE}", "anonymous@localhost", **abroad)[0] is False
    assert desk.eap("TTLS", f"marko@{MINE}", "anonymous", **abroad)[0] is False


def test_a_realm_of_nobody_outside_does_not_help_our_own_inside(desk):
    right = {"password": "hello-staff", "phase2": "PAP"}
    assert desk.eap("TTLS", f"marko@{MINE}", "anonymous@localhost", **right)[0] is False
    assert desk.eap("TTLS", f"marko@{MINE}", f"anonymous@{MINE}", **right) == (True, "staff")


def test_a_question_without_a_message_authenticator_gets_no_answer(desk):
    assert desk.mac("02-00-00-00-00-01", authentic=False)[0] != "Access-Accept"
    assert desk.mac("02-00-00-00-00-01")[0] == "Access-Accept"


def test_a_stranger_and_a_wrong_secret_get_no_answer(desk):
    right = {"password": PUPIL_PASSWORD, "phase2": "MSCHAPV2"}
    assert desk.eap("PEAP", "ana", "anonymous", **right, source=STRANGER, patience=1)[0] is False
    assert desk.eap("PEAP", "ana", "anonymous", **right, secret="guessed-secret", patience=1)[0] is False
    assert desk.eap("PEAP", "ana", "anonymous", **right)[0] is True


def test_the_log_leads_from_a_device_to_a_person_and_holds_no_password(desk):
    desk.eap("TTLS", f"marko@{MINE}", f"anonymous@{MINE}", password="hello-staff", phase2="PAP")
    desk.eap("TTLS", f"ana@{MINE}", f"anonymous@{MINE}", password="a-wrong-one", phase2="PAP")
    log = desk.log()
    assert re.search(
        r"accept user=\S+ inner=marko@escuelas\.example role=staff mac=02-00-00-00-01-00 .*nas=10\.16\.1\.2|accept user=\S+ inner=marko@escuelas\.example role=staff mac=02-00-00-00-01-00",
        log,
    )
    assert "reject user=anonymous@escuelas.example" in log
    every = "".join(path.read_text() for path in (desk.folder / "here/log").iterdir())
    for secret in ("hello-staff", "a-wrong-one", PUPIL_PASSWORD, SECRET):
        assert secret not in every


def test_accounting_is_kept(desk):
    attributes = f'User-Name="ana",User-Password="a-leaked-one",Acct-Status-Type=Start,Acct-Session-Id="s1",NAS-IP-Address={SWITCH},Framed-IP-Address=10.16.0.20,Packet-Src-IP-Address={SWITCH}'
    done = desk.bed.run("radclient", "-x", "-r1", "-t3", f"{SERVER}:1813", "acct", SECRET, input=attributes)
    assert "Accounting-Response" in done.stdout
    (path,) = (desk.folder / "here/log").glob("accounting-*.log")
    assert "Framed-IP-Address = 10.16.0.20" in path.read_text()
    assert "User-Password" not in path.read_text()
