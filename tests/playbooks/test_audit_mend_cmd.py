"""`homeroom audit mend` in the lab: what it offers, the change made of it, approved by another, applied: all is well."""

import pytest
from bygone import FOREIGN, SECRETS

from homeroom.store.change_docs import Papers

EDITS = {
    "ios": ["line vty 0 4", "transport input telnet ssh"],
    "eos": SECRETS["eos"],
    "ros": ["/ip service set api disabled=no"],
}
VIOLATED = {("ios", "MGT-01"), ("ios", "OPS-04"), ("eos", "SNM-01"), ("ros", "MGT-08"), ("ros", "OPS-04")}


@pytest.fixture
def audited(past, call, tmp_path):
    """Read, poll and judge: {(device, rule)} that are violated."""

    def run(*more):
        assert call("backup", *past.words())[0] == 0
        assert call("poll", *past.words())[0] == 0
        _, [found], _ = call("audit", *past.words(), *more)
        assert found["verdicts"]["error"] == 0
        return {(one["device"], one["rule"]) for one in found["violations"] if one["device"]}

    return run


@pytest.mark.timeout(300)
def test_violations_are_mended_by_a_change_that_another_approves(past, call, audited):
    assert audited() == set()
    code, [found], _ = call("audit", "mend")
    assert (code, found) == (1, {"violations": [], "devices": []})

    for platform, lines in EDITS.items():
        past.edit({platform: lines}, platform)
    named = {past.devices[platform] for platform in EDITS}
    broken = audited()
    assert {(past.devices[platform], rule) for platform, rule in VIOLATED} <= broken
    assert {device for device, _ in broken} == named

    code, [found], _ = call("audit", "mend")
    lines = {(one["device"], one["rule"]): one["lines"] for one in found["violations"]}
    assert (code, found["devices"], set(lines)) == (0, sorted(named), broken)
    ios = past.devices["ios"]
    wanted = ["  line vty 0 4", "-   transport input telnet ssh", "+   transport input ssh"]
    assert lines[ios, "MGT-01"] == wanted
    drift = [line.strip() for line in lines[ios, "OPS-04"]]
    assert {"-transport input telnet ssh", "+transport input ssh"} <= set(drift), "turned round: what is to be done"
    assert any(
        line.startswith("-") and "snmp-server community" in line for line in lines[past.devices["eos"], "SNM-01"]
    )

    only = call("audit", "mend", "--rule", "MGT-01", "--platform", "ios")[1][0]
    assert [(one["device"], one["rule"]) for one in only["violations"]] == [(ios, "MGT-01")]
    code, [none], _ = call("audit", "mend", "--rule", "MGT-01", "--platform", "ros")
    assert (code, none["violations"]) == (1, [])
    words = call("audit", "mend", people=True)[2]
    assert f"--reason TICKET makes a change of it for {len(named)} devices" in words
    assert "no rule is called MGT-99" in call("audit", "mend", "--rule", "MGT-99")[2]

    why = ("--id", "mend-1", "--reason", "NOC-7", "--as", "ana", "--overwrite")
    code, [document], _ = call("audit", "mend", *why)
    assert (code, document["state"], document["author"], document["reason"]) == (0, "planned", "ana", "NOC-7")
    assert document["title"] == "mend " + ", ".join(sorted({rule for _, rule in broken}))
    assert {one["device"] for one in document["devices"]} == named
    assert call("change", "approve", "mend-1", "--as", "ana")[0] == 2, "a second person approves it"
    assert call("change", "approve", "mend-1", "--as", "beto")[0] == 0
    assert "mend-1" in Papers(past.engine).names()
    code, said, _ = call("change", "apply", "mend-1", "--pace", "quick", "--as", "beto")
    assert (code, set(said[-1]["states"]["confirmed"])) == (0, named)

    assert audited() == set()
    code, [trend], _ = call("audit", "trend", "--change", "mend-1")
    assert {(one["subject"], one["rule"]) for one in trend["moves"] if one["rule"] != "OPS-02"} == broken
    assert all(one["better"] and one["change"] == "mend-1" for one in trend["moves"])
    assert FOREIGN not in past.said


def test_without_an_audit_there_is_nothing_to_mend(past, call, tmp_path):
    code, documents, words = call("audit", "mend", "--bundle", str(tmp_path / "nowhere"))
    assert (code, documents) == (2, [])
    assert "is not there: run `homeroom audit`, or name a --bundle" in words
