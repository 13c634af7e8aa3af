"""Whole configurations: replace, commit-confirm, its timer, the archive, files, times."""

import pytest

from homeroom.lab.ios import change
from homeroom.lab.ios.change import Options
from homeroom.lab.ios.config import text

FORCE = "configure replace flash:new force"


def put(device, change_text, path="flash:new"):
    """Write a changed copy of the running configuration."""
    device.write(path, change_text(device.running).encode())


def described(word):
    return lambda config: config.replace(" description management\n", f" description {word}\n")


def test_a_replace_applies_and_a_second_one_finds_nothing(talk, router):
    put(router, described("new"))
    assert talk("configure replace flash:new list force") == (
        "!Pass 1\n\n!List of Rollback Commands:\ninterface Vlan99\n description new\nend\n\n\n\n"
        "Total number of passes: 1\nRollback Done\n\n"
    )
    assert "description new" in router.running
    assert talk(FORCE) == "\nTotal number of passes: 0\nRollback Done\n\n"


def test_a_replace_of_what_runs_is_an_empty_difference(talk, router):
    put(router, str)
    assert talk("show archive config differences system:running-config flash:new") == (
        "!Contextual Config Diffs:\n!No changes were found\n"
    )


def test_without_force_it_asks(talk, router):
    put(router, described("new"))
    talk("configure replace flash:new")
    assert talk.prompt.endswith("Enter Y if you are sure you want to proceed. ? [no]: ")
    assert talk("") == ""
    assert "description management" in router.running
    talk("configure replace flash:new")
    assert "Rollback Done" in talk("Y")
    assert "description new" in router.running


def test_a_bad_line_ends_the_replace_with_the_transcript_of_ios(talk, router):
    put(router, lambda config: described("new")(config).replace("end\n", "adfjasdfadfa\nend\n"))
    assert talk(FORCE) == (
        "The rollback configlet from the last pass is listed below:\n********\n!List of Rollback Commands:\n"
        "adfjasdfadfa\nend\n********\n\n\nRollback aborted after 5 passes\n"
        "The following commands are failed to apply to the IOS image.\n********\nadfjasdfadfa\n********\n\n"
    )
    assert "description new" in router.running  # what could be applied stays


def test_revert_trigger_error_restores_the_original(talk, router):
    put(router, lambda config: described("new")(config).replace("end\n", "adfjasdfadfa\nend\n"))
    before = router.running
    out = talk(f"{FORCE} revert trigger error")
    assert out.startswith("Failed to apply command adfjasdfadfa\nAborting Rollback.\n\nRollback failed.Reverting back")
    assert out.endswith("The original configuration has been successfully restored.\n\n")
    assert router.running == before


def test_a_clear_text_secret_never_converges(talk, router):
    put(router, lambda config: config.replace("archive\n", "username new secret 0 word\narchive\n"))
    out = talk(FORCE)
    assert "username new secret 9 $9$" in out
    assert "Rollback aborted after 5 passes\n\n" in out


@pytest.mark.parametrize("without", ["version 17.9\n", "end\n"])
def test_a_file_without_version_or_end_is_no_configuration(talk, router, without):
    put(router, lambda config: config.replace(without, ""))
    assert talk(FORCE) == "%The input file is not a valid config file.\n"


def test_a_missing_file_is_named(talk):
    assert talk("configure replace flash:nope force") == "%Error opening flash:nope (No such file or directory)\n"


def test_commit_confirm_needs_the_archive(talk, router):
    talk.configure("no archive")
    put(router, str)
    assert talk(f"{FORCE} revert trigger error timer 5") == change.ARCHIVE_OFF
    assert talk("configure terminal revert timer 5") == change.ARCHIVE_OFF
    assert talk("archive config") == change.ARCHIVE_OFF
    assert talk("show archive") == " Archive feature not enabled\n"


def test_an_unconfirmed_change_is_taken_back_by_the_device_itself(talk, router, world):
    put(router, described("new"))
    out = talk(f"{FORCE} revert trigger error timer 10")
    assert out.startswith("Rollback Confirmed Change: Backing up current running config to flash:archive-")
    assert talk("show archive config rollback timer") == (
        "Time configured(or reconfigured): 14:13:20 UTC Mon Sep 21 2026\nTimer type: absolute timer\n"
        "Timer value: 10 min\nUser: netops\n"
    )
    talk.session.close()
    world.wait(599)
    assert "description new" in router.running
    world.wait(1)
    assert "description management" in router.running
    assert router.pending is None
    assert world.timers == []
    change.expire(router)  # a timer that goes off late does nothing


def test_a_confirmed_change_stays(talk, router, world):
    put(router, described("new"))
    talk(f"{FORCE} revert trigger error timer 1")
    assert talk("configure confirm") == ""
    world.wait(3600)
    assert "description new" in router.running
    assert talk("configure confirm") == change.NOTHING_PENDING
    assert talk("configure revert now") == change.NOTHING_PENDING
    assert talk("configure revert timer 5") == change.NOTHING_PENDING
    assert talk("show archive config rollback timer") == change.NOTHING_PENDING


def test_the_timer_can_be_started_anew_and_the_change_taken_back_at_once(talk, router, world):
    put(router, described("new"))
    talk(f"{FORCE} revert timer 1")
    talk("configure revert timer 100")
    world.wait(120)
    assert "description new" in router.running
    out = talk("configure revert now")
    assert out.startswith("Rollback Confirmed Change: rolling to: flash:archive-")
    assert "Rollback Done" in out
    assert "description management" in router.running


def test_a_merge_can_be_confirmed_too(talk, router, world):
    out = talk("configure terminal revert timer 5")
    assert out.endswith("Enter configuration commands, one per line.  End with CNTL/Z.\n")
    talk("interface Vlan99", "description by hand", "end")
    assert talk("configure terminal revert timer 5") == change.IN_PROGRESS
    put(router, str)
    assert talk(f"{FORCE} revert timer 5") == change.IN_PROGRESS
    world.wait(300)
    assert "description management" in router.running


def test_configure_sessions_start_again_after_a_replace(talk, router, as_user):
    other = as_user(router)
    talk("configure terminal", "interface Vlan99")
    put(router, described("new"))
    other(FORCE)
    out = talk("description lost")
    assert "Invalid input" in out
    assert talk.prompt.endswith("(config)#")


def test_times_follow_what_happens(talk, router, world):
    boot = router.boot
    assert (router.running_changed, router.startup_changed, router.engine_boots) == (boot, boot, 1)
    world.wait(10)
    talk.configure("interface Vlan99", "description management")
    assert router.running_changed == boot  # nothing changed
    version = router.version
    talk.configure("interface Vlan99", "description x")
    assert router.running_changed == boot + 10
    assert router.version > version
    world.wait(10)
    talk("write memory")
    assert router.startup_changed == router.running_saved == boot + 20
    world.wait(10)
    talk("copy running-config flash:x", "")
    assert (router.running_saved, router.startup_changed) == (boot + 30, boot + 20)


def test_a_reload_boots_the_startup_configuration(talk, router, world):
    router.tree  # noqa: B018 -- the first touch
    talk.configure("hostname gone")
    put(router, str)
    talk(f"{FORCE} revert timer 5")
    world.wait(10)
    talk("reload")
    assert talk.prompt == "Proceed with reload? [confirm]"
    talk("")
    assert talk.session.closed
    assert router.hostname == "py11-0001-ro1"
    assert (router.engine_boots, router.boot) == (2, world.now)
    assert world.timers == []
    assert router.logins == []


def test_the_archive_keeps_so_many(talk, router, world):
    talk.configure("archive", "maximum 2", "write-memory")
    for _ in range(3):
        world.wait(1)
        talk("write memory")
    assert len([name for name in router.flash.files if name.startswith("archive-")]) == 2
    lines = talk("show archive").splitlines()
    assert lines[0] == "The maximum archive configurations allowed is 2."
    assert lines[2] == "The next archive file will be named flash:archive-<timestamp>-3"
    assert lines[-1].endswith("<- Most Recent")
    talk("archive config")
    assert len(router.archives) == 4


def test_options_default_to_a_plain_replace(router):
    put(router, described("new"))
    assert "Rollback Done" in change.replace(router, "flash:new", Options(), "netops")
    merged, loaded = change.merged(router, "hostname other\nbogus\n")
    assert "hostname other" in text(merged)
    assert [bad.line for bad in loaded.rejected] == ["bogus"]
    assert router.hostname == "py11-0001-ro1"
