"""One school on the kernel: the rendered OpenWrt router, the rendered resolvers, a host a role, and the world outside.

The firewall is what OpenWrt would load for the rendered configuration; the resolvers are Unbound with the rendered
files; the hosts ask with `homeroom probe`, as a machine at a school does.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from homeroom.catalogue import load_platforms, stateful
from homeroom.central import dns
from homeroom.central.press import Press
from homeroom.central.settings import Dns
from homeroom.intent.build import Builder
from homeroom.lab.uci.fw4 import ruleset
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import read_ledger
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project
from playbooks.cli import main

ROOT = Path(__file__).parents[2]
SITE = "luque-centro"
MODEL = {"platform": "openwrt", "kind": "router", "uplinks": ["wan", "lan5"], "ports": ["lan1", "lan2", "lan3", "lan4"]}
UPSTREAM = "203.0.113.53"
NOC = {4: "198.51.100.9", 6: "2001:db8:ffff:100::9"}
DOORS = (22, 443, 9100)
"""What every role's host listens on."""
CORE = "core"
ROUTER = "router"
ALWAYS = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "until": "23:59"}
DAEMON = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": "/usr/lib/python3/dist-packages"}
ANCHOR = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
WORLD = {
    "www.example.org": "203.0.113.80",
    "health.example.org": "203.0.113.81",
    "science.example.org": "203.0.113.82",
    "exams.escuelas.example": "192.0.2.65",
    "updates.printers.example": "203.0.113.83",
    "www.google.com": "203.0.113.84",
    "forcesafesearch.google.com": "216.239.38.120",
    "www.bing.com": "203.0.113.85",
    "strict.bing.com": "204.79.197.220",
    "duckduckgo.com": "203.0.113.86",
    "safe.duckduckgo.com": "203.0.113.87",
    "www.youtube.com": "203.0.113.88",
    "restrict.youtube.com": "216.239.38.120",
    "restrictmoderate.youtube.com": "216.239.38.119",
    "use-application-dns.net": "203.0.113.89",
    "mask.icloud.com": "203.0.113.90",
    "mask-h2.icloud.com": "203.0.113.91",
    **{
        f"{name}.probe.example": "203.0.113.92"
        for name in ("illegal", "malware", "adult", "gambling", "social", "proxy")
    },
}
"""What the names of the checks resolve to outside."""


class School:
    """The namespaces, and what is asked in them. `folder` holds the project and the daemons' files."""

    def __init__(self, net, folder, window=ALWAYS):
        self.net = net
        self.folder = folder
        self.project = self.facts = self.policy = None
        self._project(window)
        self._plan()
        self._wire()

    def _project(self, window):
        path = self.folder / "school"
        assert main(["init", str(path)]) == 0
        change(path / "inventory" / "profiles.yaml", lambda it: it["models"].update({"C1121-8P": MODEL}))
        change(path / "inventory" / "policy.yaml", lambda it: it["windows"].update(school_day=window))
        assert main(["plan", "--project", str(path)]) == 0
        self.project = Project(path)
        self.facts, _ = load_facts(self.project)
        self.policy = load_policy(self.project, self.facts)

    def _plan(self):
        site = next(site for site in self.facts.sites if site.id == SITE)
        vlans = {name: role.vlan for name, role in self.policy.roles.items()}
        entry = read_ledger(self.project.ledger).entries[SITE]
        self.plan = site_plan(site, entry, self.facts.equipment, vlans)
        platforms = load_platforms(self.project.template_roots)
        builder = Builder(self.facts, self.policy, stateful(platforms))
        self.router = next(iter(builder.site(self.plan)))
        self.text = Renderer(platforms).render(self.router).text
        hosts = {
            role: [{"address": address, "ports": list(DOORS)} for address in self.host(role)]
            for role in self.policy.roles
        }
        change(self.project.inventory / "probe.yaml", lambda it: it.update(hosts=hosts))

    def host(self, role):
        """The addresses of a role's host; the management role's is a device of the site."""
        if role == "management":
            device = next(device for device in self.plan.devices if device.kind == "ap")
            return device.v4, device.v6
        return self.plan.v4[role].address(10), self.plan.v6[role].address(0x10)

    def _wire(self):
        """Lay the cables: gateways, hosts and their doors."""
        net = self.net
        for name in (CORE, ROUTER, *self.policy.roles):
            net.add(name)
        for key in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"):
            net.run(ROUTER, "sysctl", "-qw", key)
        for segment in self.router.segments:
            role = segment.role
            net.link(ROUTER, role, role, "eth0")
            gateways = f"{segment.gateway4}/{segment.v4.length}", f"{segment.gateway6}/{segment.v6.length}"
            net.address(ROUTER, role, *gateways)
            v4, v6 = self.host(role)
            net.address(role, "eth0", f"{v4}/{segment.v4.length}", f"{v6}/{segment.v6.length}")
            net.run(role, "ip", "route", "add", "default", "via", segment.gateway4)
            net.run(role, "ip", "-6", "route", "add", "default", "via", segment.gateway6)
            net.serve(role, tcp=DOORS)
        net.serve(ROUTER, tcp=[22, 80])
        self._outside()

    def _outside(self):
        net, up, central = self.net, self.router.uplinks[0], self.facts.programme.central
        net.link(ROUTER, "wan", CORE, "school")
        net.address(ROUTER, "wan", f"{up.v4}/31", "fe80::2/64")
        net.address(CORE, "school", f"{up.peer4}/31", "fe80::1/64")
        net.run(ROUTER, "ip", "route", "add", "default", "via", up.peer4)
        net.run(ROUTER, "ip", "-6", "route", "add", "default", "via", "fe80::1", "dev", "wan")
        net.run(CORE, "ip", "route", "add", str(self.plan.entry.v4), "via", up.v4)
        net.run(CORE, "ip", "-6", "route", "add", str(self.plan.entry.v6), "via", "fe80::2", "dev", "school")
        targets = yaml.safe_load((self.project.inventory / "probe.yaml").read_text())
        everywhere = {*targets["control"], *targets["foreign"], *central.ntp, UPSTREAM, *NOC.values(), "203.0.113.250"}
        everywhere |= {address for pair in central.resolvers.values() for address in pair}
        everywhere |= {prefix.network for prefix in self.policy.endpoints["doh"] if prefix.is_host}
        net.address(CORE, "lo", *(f"{address}/{128 if ':' in address else 32}" for address in everywhere))
        net.serve(
            CORE, tcp=[22, 80, 443, 853, 8443], quic=targets["control"], ntp=list(central.ntp), dns=targets["foreign"]
        )

    def firewall(self, text=None):
        """Load the router's rules; `text` instead of those of the rendered configuration."""
        zones = {segment.role: segment.role for segment in self.router.segments} | {"wan": "wan"}
        rules = text if text is not None else ruleset(self.text, zones)
        self.net.run(ROUTER, "nft", "-f", "-", input=f"flush ruleset\n{rules}")
        return rules

    def resolvers(self, change_policy=lambda policy: policy):
        """Start the rendered resolvers in the core, which ask one that knows the world."""
        conf = self.folder / "unbound"
        conf.mkdir()
        (self.folder / "root.key").write_text(ANCHOR)
        settings = Dns(cache=64, threads=1)
        policy = change_policy(self.policy)
        made = dns.resolvers(self.facts.programme, policy, settings, str(conf), str(self.folder))
        lists = {category: [f"{category}.probe.example"] for category in self.policy.categories}
        for file in dns.files(Press.of(self.project), made, policy, lists):
            (self.folder / file.path).write_text("".join(file.chunks))
        self._unbound("upstream", self._upstream())
        for one in made:
            path = self.folder / f"{one.name}.test.conf"
            path.write_text(f'include: "{conf / one.name}.conf"\n{_here(self.folder, one.name)}')
            self._unbound(one.name, path)
        for address in (UPSTREAM, *(one.profiles[0].addresses[0] for one in made)):
            self._wait_for(address)

    def _upstream(self):
        rows = "".join(f'  local-data: "{name}. A {address}"\n' for name, address in WORLD.items())
        rows += '  local-data: "forcesafesearch.google.com. AAAA 2001:4860:4802:32::78"\n'
        rows += '  local-data: "www.example.org. HTTPS 1 . alpn=h2"\n'
        path = self.folder / "upstream.conf"
        path.write_text(
            f'server:\n  interface: {UPSTREAM}\n  access-control: 0.0.0.0/0 allow\n  chroot: ""\n  username: ""\n'
            f'  pidfile: ""\n  use-syslog: no\n  num-threads: 1\n  local-zone: "." static\n{rows}'
            "remote-control:\n  control-enable: no\n"
        )
        return path

    def _unbound(self, name, path):
        with (self.folder / f"{name}.out").open("w") as out:
            self.net.start(CORE, ["unbound", "-d", "-p", "-c", str(path)], stdout=out, stderr=out, env=DAEMON)

    def _wait_for(self, address):
        code = (
            "import sys, time, dns.message, dns.query\n"
            "query = dns.message.make_query('www.example.org', 'A')\n"
            "for _ in range(100):\n"
            "    try:\n"
            f"        dns.query.udp(query, '{address}', timeout=0.2)\n"
            "        sys.exit(0)\n"
            "    except Exception:\n"
            "        time.sleep(0.05)\n"
            "sys.exit(1)\n"
        )
        self.net.run(CORE, sys.executable, "-c", code)

    def probe(self, role, *words):
        """What `homeroom probe` says in a role's network."""
        command = [sys.executable, "-m", "playbooks.cli", "probe", "--project", str(self.project.root), "--json"]
        command += ["--site", SITE, "--role", role, "--wait", "0.6", *words]
        done = self.net.try_(role, *command, cwd=ROOT)
        assert done.stdout, done.stderr[-3000:]
        document = json.loads(done.stdout)
        assert done.returncode == (0 if set(document["verdicts"]) == {"compliant"} else 1)
        return {one["check"]: one for one in document["outcomes"]}

    def probe_all(self, roles=()):
        """Every role's outcomes, side by side."""
        names = list(roles or self.policy.roles)
        with ThreadPoolExecutor(4) as pool:
            return dict(zip(names, pool.map(self.probe, names), strict=True))

    def reaches(self, name, address, port, source):
        """Whether a TCP connection opens from one address of a namespace."""
        code = f"import socket; socket.create_connection(({address!r}, {port}), 1, source_address=({source!r}, 0))"
        return self.net.try_(name, sys.executable, "-c", code).returncode == 0


def _here(folder, name):
    return (
        f'server:\n  username: ""\n  use-syslog: no\n  logfile: "{folder}/{name}.log"\n  num-threads: 1\n'
        f'  val-permissive-mode: yes\nforward-zone:\n  name: "."\n  forward-addr: {UPSTREAM}\n'
    )


def change(path, edit):
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def bad(outcomes):
    """What is not as the policy says: (role, check, verdict, seen)."""
    return [
        (role, name, one["verdict"], one["seen"])
        for role, found in outcomes.items()
        for name, one in found.items()
        if one["verdict"] != "compliant"
    ]
