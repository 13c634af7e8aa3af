"""`homeroom alerts`: what is open and told, silences that are written and ended, a test message, the files to take."""

import json
import time

import pytest
import yaml
from taking import Hook
from watched import Ticking
from watched import watched as opened

from homeroom.observe import windows
from homeroom.observe.alert_settings import load_settings
from homeroom.project import shipped
from homeroom.store import alerts
from homeroom.store.alerts import Alert
from playbooks.cli import main


@pytest.fixture
def now(_watched, tmp_path):
    """The nation as it is at this time: the command looks at the clock itself."""
    found = opened(_watched, tmp_path / "now", Ticking(int(time.time())))
    yield found
    found.state.dispose()
    found.series.dispose()


def homeroom(watched, *words):
    return main(["--project", str(watched.project.root), "alerts", *words])


def said(capsys, watched, *words):
    capsys.readouterr()
    code = homeroom(watched, *words, "--json")
    return code, json.loads(capsys.readouterr().out)


def alert(watched, key="fault:x", title="x is down"):
    region = watched.devices[0].region
    one = Alert(key, "critical", region, "s1", title, "Behind it:\n3 devices", watched.clock.now - 60)
    alerts.change(watched.state, [one], (), (), watched.clock.now)
    return region


def test_nothing_open_is_a_yes(now, capsys):
    assert said(capsys, now) == (0, {"open": []})
    assert homeroom(now) == 0
    assert "no alert is open" in capsys.readouterr().err


def test_what_is_open_is_listed_with_who_was_told(now, capsys):
    alert(now, title="\x1b[31mx\u202e is down")
    code, document = said(capsys, now)
    assert code == 1
    (one,) = document["open"]
    assert {name: one[name] for name in ("key", "rule", "severity", "site", "told", "quiet", "closed")} == {
        "key": "fault:x",
        "rule": "fault",
        "severity": "critical",
        "site": "s1",
        "told": None,
        "quiet": "",
        "closed": None,
    }
    assert homeroom(now) == 1
    shown = capsys.readouterr()
    assert "nobody was told yet" in shown.err
    assert "\u202e" not in shown.err
    assert "\x1b[31mx" not in shown.err
    assert not shown.out


def test_what_was_closed_is_listed_when_asked_for(now, capsys):
    alert(now)
    alerts.change(now.state, (), (), [alerts.lasting(now.state)[0].id], now.clock.now)
    code, document = said(capsys, now, "--past", "1")
    assert code == 0
    assert [one["key"] for one in document["closed"]] == ["fault:x"]
    assert homeroom(now, "--past", "1") == 0
    assert "fault:x" in capsys.readouterr().err


def test_a_silence_is_written_listed_and_ended(now, capsys):
    region = alert(now)
    words = (
        "silence",
        "--region",
        region,
        "--rule",
        "fault",
        "--for",
        "2h",
        "--reason",
        "NOC-7: line moved",
        "--as",
        "ana",
    )
    code, document = said(capsys, now, *words)
    assert code == 0
    assert document["silence"]["by"] == "ana"
    text = (now.project.inventory / "silences.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["silences"][0]["reason"] == "NOC-7: line moved"
    assert "silenced by ana" in said(capsys, now)[1]["open"][0]["quiet"]
    assert [one["number"] for one in said(capsys, now, "silences")[1]["silences"]] == [1]
    assert homeroom(now, "silences") == 0
    assert "line moved" in capsys.readouterr().err
    assert homeroom(now, "unsilence", "1") == 0
    assert said(capsys, now, "silences")[1] == {"silences": []}
    assert not said(capsys, now)[1]["open"][0]["quiet"]
    assert homeroom(now, "unsilence", "1") == 2


def test_silences_that_have_ended_are_left_out_by_the_next(now):
    old = windows.made(now.clock.now - 7200, 3600, "ana", "old", sites=("s9",))
    windows.save_silences(now.project, [old])
    assert homeroom(now, "silence", "--site", "s1", "--for", "30m", "--reason", "power", "--as", "ana") == 0
    assert [one.reason for one in windows.load_silences(now.project)] == ["power"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--for", "2h"), "name rules, regions, sites or keys"),
        (("--rule", "rain", "--for", "2h"), "there is no rule"),
        (("--region", "PY-99", "--for", "2h"), "there is no region"),
        (("--rule", "fault", "--for", "soon"), "write a number and m, h or d"),
        (("--rule", "fault", "--for", "91d"), "from a minute to 90 days"),
    ],
)
def test_a_silence_that_is_none_is_refused(now, capsys, words, what):
    assert homeroom(now, "silence", *words, "--reason", "r", "--as", "ana") == 2
    assert what in capsys.readouterr().err
    assert not (now.project.inventory / "silences.yaml").exists()


def test_a_test_message_is_sent_and_its_refusal_is_said(now, capsys, monkeypatch):
    monkeypatch.setenv("HOMEROOM_SECRET_HOOK", "a-secret-of-the-hook")
    with Hook(200, 503) as hook:
        now.write(f"receivers: {{noc: {{webhook: '{hook.url}', secret: hook}}}}\n")
        assert said(capsys, now, "test", "noc") == (0, {"receiver": "noc", "taken": True, "why": ""})
        assert hook.documents[0]["alerts"][0]["title"] == "a test of Homeroom's alerts"
        assert homeroom(now, "test", "noc") == 3
        assert "not taken: 127.0.0.1 answered 503" in capsys.readouterr().err
    assert homeroom(now, "test", "nobody") == 2
    assert "no receiver 'nobody'" in capsys.readouterr().err


def test_the_files_for_prometheus_and_grafana_are_written(now, capsys, tmp_path):
    code, document = said(capsys, now, "export", str(tmp_path / "out"))
    assert code == 0
    assert {"dashboards/nation.json", "prometheus/homeroom.rules.yml", "prometheus/scrape.yml"} <= {*document["files"]}
    for name in document["files"]:
        assert (tmp_path / "out" / name).stat().st_size
    (tmp_path / "file").write_text("")
    assert homeroom(now, "export", str(tmp_path / "file")) == 2


def test_the_shipped_example_of_alerts_is_one_and_so_is_what_it_has_as_comments(now):
    text = (shipped() / "inventory" / "alerts.yaml").read_text(encoding="utf-8")
    now.write(text)
    assert len(load_settings(now.project).windows) == 2
    now.write(text.replace("\n# ", "\n").replace("\nSchools", "\n# Schools"))
    assert {*load_settings(now.project).receivers} == {"noc", "duty", "head"}
