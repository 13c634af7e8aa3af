"""Grafana's dashboards and Prometheus's rules as they ship: well formed, and understood by Debian's Prometheus."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from test_metrics import serving
from watched import fault

import homeroom.observe
from homeroom.observe.meters import Meters
from homeroom.snmp.wire.line import Stats

SHIPPED = Path(homeroom.observe.__file__).parent
DASHBOARDS = sorted((SHIPPED / "dashboards").glob("*.json"))
RULES = SHIPPED / "prometheus" / "homeroom.rules.yml"
CASES = Path(__file__).parent / "homeroom.rules.test.yml"
CORE = {"stat", "timeseries", "table", "gauge", "bargauge"}
"""Panels that Grafana has without a plugin."""


def expressions(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    return [target["expr"] for panel in document["panels"] for target in panel["targets"]]


def filled(expression, region):
    """Put values where Grafana would."""
    return expression.replace("$__rate_interval", "2m").replace("$region", region)


def names(expression):
    return set(re.findall(r"\bhomeroom_[a-z_]+", expression))


def tool(name):
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed: apt-get install prometheus")
    return name


def test_there_are_the_dashboards_that_the_docs_name():
    assert [path.stem for path in DASHBOARDS] == ["nation", "poller", "region", "wireless"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_is_one_that_grafana_takes(path):
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["schemaVersion"] == 39
    assert said["uid"] == f"homeroom-{path.stem}"
    assert said["id"] is None, "Grafana gives the number"
    ids = [panel["id"] for panel in said["panels"]]
    assert len(set(ids)) == len(ids)
    assert {panel["type"] for panel in said["panels"]} <= CORE
    assert "__inputs" not in said
    variables = {one["name"] for one in said["templating"]["list"]}
    assert "datasource" in variables
    for panel in said["panels"]:
        assert panel["title"]
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert [one["refId"] for one in panel["targets"]] == ["A", "B", "C", "D"][: len(panel["targets"])]
        for one in (panel, *panel["targets"]):
            assert one["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    used = set(re.findall(r"\$\{?([a-z]+)", json.dumps(said["panels"])))
    assert used <= variables


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_do_not_lie_over_each_other(path):
    cells = set()
    for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
        place = panel["gridPos"]
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & own
        cells |= own


def test_prometheus_takes_the_rules():
    done = subprocess.run([tool("promtool"), "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_alert_fires_when_it_should_and_not_before():
    fires = set(re.findall(r"- alert: (\w+)", RULES.read_text(encoding="utf-8")))
    tried = set(re.findall(r"alertname: (\w+)", CASES.read_text(encoding="utf-8")))
    assert fires == tried
    text = CASES.read_text(encoding="utf-8").replace("RULES", str(RULES))
    done = subprocess.run(
        [tool("promtool"), "test", "rules", "/dev/stdin"], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_of_a_scrape_is_taken(tmp_path):
    config = tmp_path / "prometheus.yml"
    shutil.copy(SHIPPED / "prometheus" / "scrape.yml", config)
    config.write_text(config.read_text() + f"rule_files: ['{RULES}']\n")
    done = subprocess.run([tool("promtool"), "check", "config", config], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Prometheus:
    """A real one, on a free port of this machine."""

    def __init__(self, folder, target):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{RULES}']\n"
            "scrape_configs:\n  - job_name: homeroom\n    static_configs:\n"
            f"      - targets: ['{target[0]}:{target[1]}']\n"
        )
        words = [
            tool("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=warn",
        ]
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log, env={"PATH": os.environ["PATH"]})

    def ask(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def scrapes(self):
        found = self.ask("query", query="count_over_time(homeroom_build_info[1m])")["data"]["result"]
        return int(found[0]["value"][1]) if found else 0

    def until(self, question):
        for _ in range(300):
            with contextlib.suppress(OSError):
                if question():
                    return
            time.sleep(0.1)
        raise AssertionError(Path(self.log.name).read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.mark.full
def test_a_real_prometheus_scrapes_and_answers_every_panel(watched, tmp_path):
    tool("prometheus")
    watched.meters = Meters(engine=Stats())
    watched.write("receivers: {noc: {webhook: 'https://noc.example/x', secret: hook}}\n")
    router = watched.router()
    watched.judged(fault(router.name), down=[router.name])
    watched.drifted(watched.devices[0].name, "+ x")
    alerting = watched.alerting()
    alerting._ready()

    def look(address):
        server = Prometheus(tmp_path, address)
        try:
            server.until(lambda: server.scrapes() > 2)
            _panels(server, router.region)
            _rules(server)
        finally:
            server.stop()

    async def go():
        async with serving(watched, alerting=alerting, every=1) as one:
            await asyncio.to_thread(look, one.address)

    asyncio.run(go())


def _panels(server, region):
    there = set(server.ask("label/__name__/values")["data"])
    for path in DASHBOARDS:
        for expression in expressions(path):
            assert names(expression) <= there, expression
            now = time.time()
            query = filled(expression, region)
            one = server.ask("query", query=query, time=now)
            assert one["status"] == "success", (expression, one)
            many = server.ask("query_range", query=query, start=now - 60, end=now, step=5)
            assert many["status"] == "success", (expression, many)
    for expression in ('sum(homeroom_schools{state="up"})', f'homeroom_faults_open{{region="{region}"}}'):
        assert server.ask("query", query=expression)["data"]["result"]


def _rules(server):
    server.until(lambda: all(rule["lastEvaluation"] > "0002" for rule in _all(server)))
    assert {rule["health"] for rule in _all(server)} == {"ok"}
    there = set(server.ask("label/__name__/values")["data"]) | {"homeroom_"}
    for rule in _all(server):
        assert names(rule["query"]) <= there, rule["query"]


def _all(server):
    return [rule for group in server.ask("rules")["data"]["groups"] for rule in group["rules"]]
