"""The DHCP servers as rendered: what they think of a nation's subnets, and the answers that relayed questions get."""

import dataclasses
import json

import pytest
from bed import Bed, needs
from plans import plans_of

from homeroom.central import dhcp
from homeroom.central.press import Press
from homeroom.central.settings import Dhcp
from homeroom.errors import RenderError

SERVER = "192.0.2.9"
RELAY = """
import socket, struct, sys
gateway, server = sys.argv[1:3]
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.bind((gateway, 67))
out.settimeout(1)
mac = bytes.fromhex("020000000001") + bytes(10)
head = struct.pack("!BBBBIHH4s4s4s4s16s192s4s", 1, 1, 6, 1, 7, 0, 0, bytes(4), bytes(4), bytes(4),
                   socket.inet_aton(gateway), mac, bytes(192), bytes.fromhex("63825363"))
out.sendto(head + bytes([53, 1, 1, 55, 3, 3, 6, 15, 255]), (server, 67))
try:
    answer = out.recv(2000)
except TimeoutError:
    sys.exit("no answer")
options, at = {}, 240
while answer[at] != 255:
    options[answer[at]] = answer[at + 2:at + 2 + answer[at + 1]]
    at += 2 + answer[at + 1]
dotted = socket.inet_ntoa
print(dotted(answer[16:20]), dotted(options[3]), dotted(options[6]) if 6 in options else "-", options[15].decode())
"""


EVERY = Dhcp(every=True)


def render(example, folder, settings=EVERY, plans=None):
    project, facts, policy = example
    folders = (str(folder), str(folder))
    made = dhcp.servers(facts.programme, policy, plans or plans_of(example), settings, folders)
    for file in dhcp.files(Press.of(project), made):
        path = folder / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(file.chunks))
    return made


def test_every_role_but_management_has_a_subnet_of_its_own_at_every_site(example, tmp_path):
    made = render(example, tmp_path)
    plans = plans_of(example)
    for family, server in zip((4, 6), made, strict=True):
        document = json.loads((tmp_path / f"kea/kea-dhcp{family}.conf").read_text())[f"Dhcp{family}"]
        subnets = document[f"subnet{family}"]
        assert len(subnets) == len(server.subnets) == len(plans) * 8
        assert len({one["id"] for one in subnets}) == len(subnets)
        assert all(0 < one["id"] < 2**32 - 1 for one in subnets)
        assert "shared-networks" not in document
        assert {one["user-context"]["role"] for one in subnets} == set(example[2].roles) - {"management"}


def test_option_6_is_the_address_of_the_roles_own_profile(example, tmp_path):
    (server, _) = render(example, tmp_path)
    central = example[1].programme.central
    for subnet in server.subnets:
        profile = example[2].roles[subnet.role].profile
        assert subnet.resolver == (central.resolvers[profile][0] if profile else "")


def test_only_the_named_sites_relay_and_a_name_nobody_has_is_refused(example, tmp_path):
    (server, _) = render(example, tmp_path, Dhcp(sites=("aregua",)))
    assert {subnet.site for subnet in server.subnets} == {"py11-0001"}
    assert render(example, tmp_path, Dhcp())[0].subnets == ()
    with pytest.raises(RenderError, match="names atlantis"):
        render(example, tmp_path, Dhcp(sites=("aregua", "atlantis")))


@needs("kea-dhcp4", "kea-dhcp6", "ip", "python3")
def test_kea_takes_the_files_and_answers_each_relay_from_its_own_subnet(example, tmp_path):
    plans = plans_of(example)[:2]
    render(example, tmp_path, plans=plans)
    bed, site = Bed("dhcp", []), Bed("relay", [])
    try:
        bed.ip("link", "add", "up0", "netns", bed.name, "type", "veth", "peer", "name", "up1", "netns", site.name)
        bed.ip("-n", bed.name, "addr", "add", f"{SERVER}/32", "dev", "up0")
        wanted = {}
        for plan in plans:
            for role, prefix in plan.v4.items():
                if role == "management" and plan is not plans[0]:
                    continue
                site.ip("-n", site.name, "addr", "add", f"{prefix.address(1)}/32", "dev", "up1")
                wanted[role, prefix.address(1)] = prefix
        for end, name in ((bed, "up0"), (site, "up1")):
            end.ip("-n", end.name, "link", "set", name, "up")
            end.ip("-n", end.name, "route", "add", "default", "dev", name)
        for family in (4, 6):
            done = bed.run(f"kea-dhcp{family}", "-t", tmp_path / f"kea/kea-dhcp{family}.conf")
            assert done.returncode == 0, done.stdout[-2000:]
        conf = tmp_path / "kea/kea-dhcp4.conf"
        conf.write_text(conf.read_text().replace("syslog:homeroom-dhcp4", "stdout"))
        bed.start(
            *("env", f"KEA_PIDFILE_DIR={tmp_path}", f"KEA_LOCKFILE_DIR={tmp_path}", "kea-dhcp4", "-c"),
            tmp_path / "kea/kea-dhcp4.conf",
            log=tmp_path / "out.log",
            ready=lambda: f"{SERVER}:67" in bed.run("ss", "-Hlnu").stdout,
        )
        central = example[1].programme.central
        for (role, gateway), prefix in wanted.items():
            done = site.run("python3", "-c", RELAY, gateway, SERVER)
            if role == "management":  # has no subnet
                assert "no answer" in done.stderr
                continue
            assert done.returncode == 0, f"{role} {done.stderr}"
            given, router, resolver, domain = done.stdout.split()
            assert prefix.contains(type(prefix).parse(given))
            assert (router, domain) == (gateway, central.domain)
            profile = example[2].roles[role].profile
            assert resolver == (central.resolvers[profile][0] if profile else "-")
    finally:
        site.close()
        bed.close()


@pytest.mark.full
@needs("kea-dhcp4", "kea-dhcp6", "ip")
def test_kea_takes_a_nation_of_4000_sites(example, tmp_path):
    plans = [plan for plan in plans_of(example) for _ in range(1)]
    first = plans[0]
    many = []
    for number in range(4000):
        move4, move6 = number << 9, number << 72
        v4 = {
            role: dataclasses.replace(p, first=p.first - first.entry.v4.first + (10 << 24) + move4)
            for role, p in first.v4.items()
        }
        v6 = {role: dataclasses.replace(p, first=p.first + move6) for role, p in first.v6.items()}
        many.append(dataclasses.replace(first, v4=v4, v6=v6))
    made = render(example, tmp_path, plans=many)
    assert len(made[0].subnets) == 32000
    bed = Bed("nation", [])
    try:
        for family in (4, 6):
            done = bed.run(f"kea-dhcp{family}", "-t", tmp_path / f"kea/kea-dhcp{family}.conf", seconds=250)
            assert done.returncode == 0, done.stdout[-2000:]
    finally:
        bed.close()
