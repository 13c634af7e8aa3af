"""`homeroom change` applied to a device of each platform in the lab: waves, one that is off, the way back, the record."""

import pytest

from homeroom.lab import client
from homeroom.lab.faults import Fault

WHY = ("--title", "syslog moves", "--reason", "NOC-42", "--as", "ana")


@pytest.fixture
def facts(past):
    """Change the facts for one test: another syslog server."""
    path = past.project.root / "inventory" / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[192.0.2.3,", "[192.0.2.33,", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    yield
    path.write_text(text, encoding="utf-8")


def approved(call, past, name):
    assert call("change", "new", "--id", name, *WHY, *past.words())[0] == 0
    assert call("change", "approve", name, "--as", "beto")[0] == 0


def rolled(call, verb, name, *words):
    """Carry a change on; return the code, its events, and the summary."""
    code, lines, told = call("change", verb, name, "--as", "beto", *words)
    assert lines, told
    return code, lines[:-1], lines[-1]


def test_a_change_goes_through_its_waves_to_all_but_who_is_off_then_to_them_and_back(call, past, facts):
    approved(call, past, "move")
    everyone, mute = set(past.devices.values()), past.devices["openwrt"]
    client.fault(past.project, mute, Fault("offline"))
    try:
        code, events, last = rolled(call, "apply", "move", "--pace", "quick")
    finally:
        client.heal(past.project, mute)
    assert (code, last["state"]) == (3, "late")
    assert last["states"] == {"confirmed": sorted(everyone - {mute}), "skipped": [mute]}
    assert next(one["stage"] for one in events if one["event"] == "wave") == "canary"
    states = [one["state"] for one in events if one["device"] == past.devices["ios"]]
    assert states[-5:] == ["leased", "committing", "unconfirmed", "confirming", "confirmed"]
    assert "192.0.2.33" in past.running("ios")
    assert "192.0.2.33" not in past.running("openwrt")

    code, _, last = rolled(call, "resume", "move")
    assert (code, last["state"], last["states"]) == (0, "done", {"confirmed": sorted(everyone)})
    assert "192.0.2.33" in past.running("openwrt")

    shown = call("change", "show", "move")[1][0]
    assert (shown["state"], shown["states"]) == ("done", {"confirmed": 5})
    for one in shown["devices"]:
        assert one["before"] == one["running"], "what was judged"
        assert one["after"] not in {"", one["before"]}
        assert one["proved_at"]
    assert [(one["was"], one["state"]) for one in shown["moves"] if one["state"] in {"late", "done"}] == [
        ("baking", "late"),
        ("late", "done"),
    ]

    code, _, last = rolled(call, "rollback", "move", "--wave", "1", "--reason", "NOC-43")
    back = last["states"]["confirmed"]
    assert (code, last["state"]) == (0, "done")
    shown = call("change", "show", "move")[1][0]
    assert set(back) == {one["device"] for one in shown["devices"] if one["wave"] == 1}
    act = shown["record"][-1]
    assert (act["what"], act["reason"]) == ("rolled back", f"by change {last['change']}: NOC-43")
    for platform, name in past.devices.items():
        assert ("192.0.2.33" in past.running(platform)) == (name not in back)


def test_what_moved_after_the_approval_is_not_applied(call, past, facts):
    approved(call, past, "moved")
    path = past.project.root / "inventory" / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("192.0.2.33", "192.0.2.34", 1), encoding="utf-8")
    code, [said], _ = call("change", "apply", "moved", "--as", "beto")
    assert (code, {one["reason"] for one in said["moved"]}) == (1, {"what it is to run moved"})
    assert call("change", "show", "moved")[1][0]["moves"] == []
