"""The command line: modes, prompts, refusals, questions, filters, files, Tcl."""

import hashlib

import pytest

from homeroom.lab.faults import Fault
from homeroom.lab.flash import SIZE, Flash, name
from homeroom.lab.ios import auth, pipes
from homeroom.lab.ios.apply import load
from homeroom.lab.ios.config import Chassis
from homeroom.lab.ios.exec import EXEC, grammar
from homeroom.lab.ios.grammar import Match, expand, walk

INVALID = "^\n% Invalid input detected at '^' marker.\n"


def test_prompts_follow_the_mode(talk):
    assert talk.prompt == "py11-0001-ro1#"
    seen = []
    for line in (
        "configure terminal",
        "interface vlan 99",
        "exit",
        "archive",
        "log config",
        "end",
        "disable",
        "enable",
    ):
        talk(line)
        seen.append(talk.prompt)
    assert seen == [
        "py11-0001-ro1(config)#",
        "py11-0001-ro1(config-if)#",
        "py11-0001-ro1(config)#",
        "py11-0001-ro1(config-archive)#",
        "py11-0001-ro1(config-archive-log-cfg)#",
        "py11-0001-ro1#",
        "py11-0001-ro1>",
        "Password: ",
    ]


def test_the_prompt_is_cut_at_20_characters_in_config_mode(talk):
    talk.configure("hostname a-host-name-of-more-than-twenty")
    assert talk.prompt == "a-host-name-of-more-than-twenty#"
    talk("configure terminal")
    assert talk.prompt == "a-host-name-of-more-(config)#"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("", ""),
        ("! comment", ""),
        ("bogus", " " * 14 + INVALID),
        ("show bogus", " " * 19 + INVALID),
        ("show", "% Incomplete command.\n"),
        ("sh r", '% Ambiguous command:  "sh r"\n'),
        ("show version | bogus x", " " * 29 + INVALID),
        ("show interfaces gi9/9/9", " " * 30 + INVALID),
        ("terminal width 511", ""),
        ("clear counters", ""),
    ],
)
def test_exec_lines(talk, line, answer):
    assert talk(line) == answer


def test_config_lines_are_refused_below_what_was_typed(talk):
    talk("configure terminal", "interface vlan 99")
    assert talk("bogus") == " " * len("py11-0001-ro1(config-if)#") + INVALID
    assert talk.prompt == "py11-0001-ro1(config-if)#"
    assert talk("hostname") == "% Incomplete command.\n"
    assert "uptime is" in talk("do show version")
    assert talk("do bogus") == " " * (len("py11-0001-ro1(config-if)#") + 3) + INVALID
    talk("exit", "exit")
    assert talk.prompt == "py11-0001-ro1#"


def test_every_exec_command_is_understood_in_full():
    for pattern, handler in EXEC.items():
        if not any(word in pattern for word in ("<", "WORD", "IFACE", "LINE", "A.B", "X:X", "H.H", "VLANS")):
            for words in expand(pattern):
                read = walk(grammar(), " ".join(words))
                assert isinstance(read, Match), words
                assert callable(handler)


def test_users_of_level_1_look_and_do_not_touch(as_user, router):
    reader = as_user(router, "reader")
    assert reader.prompt == "py11-0001-ro1>"
    assert "uptime is" in reader("show version")
    assert reader("show running-config").endswith(INVALID)
    assert reader("configure terminal").endswith(INVALID)
    reader("enable")
    assert reader("wrong") == ""
    assert reader.prompt == "Password: "
    assert reader("wrong", "wrong") == "% Bad secrets\n\n"
    assert reader.prompt == "py11-0001-ro1>"
    reader("enable", "enablepass")
    assert reader.prompt == "py11-0001-ro1#"
    assert reader("enable") == ""
    assert reader("show privilege") == "Current privilege level is 15\n"


def test_enable_without_a_secret_is_an_error(talk):
    talk.configure("no enable secret")
    assert talk("disable", "enable", "x") == "% Error in authentication.\n\n"


def test_exit_ends_the_session_and_frees_the_line(talk, router):
    assert [login.user for login in router.logins] == ["netops"]
    talk("exit")
    assert talk.session.closed
    assert router.logins == []


def test_removing_a_user_asks(talk, router):
    talk("configure terminal", "username new secret 0 word", "no username new")
    assert talk.prompt.endswith("with same name.Do you want to continue? [confirm]")
    talk("n")
    assert "username new" in router.running
    talk("no username new", "")
    assert "username new" not in router.running
    assert talk("no username new") == ""


def test_configure_alone_asks_from_where(talk):
    talk("configure")
    assert talk.prompt == "Configuring from terminal, memory, or network [terminal]? "
    assert talk("network") == "?Must be terminal\n"
    assert talk("configure", "").startswith("Enter configuration commands")


def test_a_banner_is_typed_over_several_lines(talk, router):
    talk("configure terminal")
    assert talk("banner motd #") == "Enter TEXT message.  End with the character '#'.\n"
    assert talk.prompt == ""
    talk("hello", "exit", "#")
    assert talk.prompt == "py11-0001-ro1(config)#"
    assert "banner motd \x03\nhello\nexit\n\x03" in router.running
    talk("banner motd #short#")
    assert "banner motd \x03short\x03" in router.running


def test_ctrl_c_ends_what_is_open(talk):
    talk("configure terminal", "banner motd #", "text")
    talk.session.interrupt()
    assert talk.prompt == "py11-0001-ro1#"
    talk("reload")
    talk.session.interrupt()
    assert talk.prompt == "py11-0001-ro1#"


def test_tclsh_writes_files_when_it_is_left(talk, router):
    talk("tclsh")
    assert talk.prompt == "py11-0001-ro1(tcl)#"
    talk('puts [open "flash:x.txt" w+] {line 1')
    assert talk.prompt == "+>"
    talk("line 2}")
    assert "uptime" in talk("show version")
    assert "x.txt" not in router.flash.files
    talk("tclquit")
    assert router.flash.read("flash:x.txt") == b"line 1\nline 2\n"
    assert talk("tclsh", 'puts [open "nowhere:x" w+] {x}', "tclquit") == 'couldn\'t open "nowhere:x": Invalid path\n'


OUTPUT = "hostname a\ninterface Vlan10\n description ab\n!\ninterface Vlan20\n no ip address\n!\nend\n"


@pytest.mark.parametrize(
    ("filtered", "wanted"),
    [
        ("include description|host", "hostname a\n description ab\n"),
        ("inc a$", "hostname a\n"),
        ("exclude interface|!|end", "hostname a\n description ab\n no ip address\n"),
        ("begin Vlan20", "interface Vlan20\n no ip address\n!\nend\n"),
        ("begin nothing", ""),
        ("section Vlan10", "interface Vlan10\n description ab\n"),
        ("section include interface", "interface Vlan10\n description ab\ninterface Vlan20\n no ip address\n"),
        ("section exclude interface", "hostname a\n!\n!\nend\n"),
        ("section description", " description ab\n"),
        ("count interface", "Number of lines which match regexp = 2\n"),
        ("include (", ""),
        ("redirect flash:x", ""),
        ("tee flash:x", OUTPUT),
    ],
)
def test_filters(filtered, wanted):
    assert pipes.apply(pipes.known(filtered), filtered, OUTPUT) == wanted


def test_filters_are_known_by_their_beginning():
    assert pipes.known("inc x") == "include"
    assert pipes.known("x") is None
    assert pipes.known("") is None


def test_copying_asks_unless_quiet(talk, router):
    talk("copy running-config startup-config")
    assert talk.prompt == "Destination filename [startup-config]? "
    assert talk("") == "Building configuration...\n[OK]\n"
    talk("copy running-config flash:x")
    assert talk.prompt == "Destination filename [x]? "
    size = len(router.running)
    assert talk("") == f"\n{size} bytes copied in 0.310 secs ({int(size / 0.31)} bytes/sec)\n"
    talk("copy running-config flash:x", "")
    assert talk.prompt == (
        "%Warning:There is a file already existing with this name \nDo you want to over write? [confirm]"
    )
    assert talk("n") == ""
    talk("copy running-config flash:", "y.cfg")
    assert "y.cfg" in router.flash.files
    talk.configure("file prompt quiet")
    assert "bytes copied" in talk("copy running-config flash:x")
    assert "bytes copied" in talk("copy null: flash:empty")
    assert router.flash.read("flash:empty") == b""
    assert talk("copy flash:nope flash:y") == "%Error opening flash:nope (No such file or directory)\n"


def test_copying_into_the_running_configuration_merges(talk, router):
    talk.configure("file prompt quiet")
    router.write("flash:merge", b"hostname merged\nbogus line\n")
    out = talk("copy flash:merge running-config")
    assert out.startswith("bogus line\n^\n% Invalid input detected at '^' marker.\n\n27 bytes copied in")
    assert router.hostname == "merged"
    assert "by netops" in talk("show running-config")
    assert "[OK]" in talk("copy flash:merge startup-config")
    assert router.startup == "hostname merged\nbogus line\n"


def test_a_full_flash_refuses(talk, router):
    talk.configure("file prompt quiet")
    router.write("flash:big", bytes(router.flash.free - 10))
    assert talk("copy running-config flash:x") == "%Error copying running-config (No space left on device)\n"


def test_files_are_listed_read_checked_renamed_deleted(talk, router):
    router.write("flash:one.cfg", b"abc\n")
    assert talk("dir").startswith(
        "Directory of bootflash:/\n\n   11  -rw-         958026240  Sep 21 2026 14:13:20 +00:00"
    )
    assert talk("dir flash:").startswith("Directory of flash:/\n")
    assert "   12  -rw-                 4  Sep 21 2026 14:13:20 +00:00  one.cfg\n" in talk("dir flash:/one.cfg")
    assert "one.cfg" in talk("dir flash:one*")
    assert talk("dir flash:/two.cfg") == "%Error opening flash:/two.cfg (No such file or directory)\n"
    assert talk("dir tftp:x") == "%Error opening tftp:x (No such file or directory)\n"
    assert "startup-config" in talk("dir nvram:")
    assert f"{SIZE} bytes total ({router.flash.free} bytes free)\n" in talk("show flash:")
    assert talk("more flash:one.cfg") == "abc\n"
    assert talk("more flash:nope") == "%Error opening flash:nope (No such file or directory)\n"
    digest = hashlib.md5(b"abc\n").hexdigest()
    assert (
        talk("verify /md5 flash:one.cfg") == f".MD5 of flash:one.cfg Done!\nverify /md5 (flash:one.cfg) = {digest}\n\n"
    )
    assert "Verified" in talk(f"verify /md5 flash:one.cfg {digest}")
    assert "%Error verifying" in talk("verify /md5 flash:one.cfg 00")
    assert talk("verify /md5 flash:nope") == "%Error verifying flash:nope (No such file or directory)\n"
    assert talk("rename flash:one.cfg flash:two.cfg") == ""
    assert talk("rename flash:one.cfg flash:x") == "%Error renaming flash:one.cfg (No such file or directory)\n"
    talk("delete flash:two.cfg")
    assert talk.prompt == "Delete filename [two.cfg]? "
    talk("")
    assert talk.prompt == "Delete flash:two.cfg? [confirm]"
    talk("")
    assert router.flash.files == {}
    assert talk("delete /force flash:two.cfg") == "%Error deleting flash:two.cfg (No such file or directory)\n"
    router.write("a1", b"")
    router.write("a2", b"")
    assert talk("delete /force a*") == ""
    assert router.flash.files == {}


def test_writing_and_erasing(talk, router):
    assert talk("write") == "Building configuration...\n[OK]\n"
    assert talk("write terminal").startswith("version 17.9\n")
    talk("write erase")
    assert talk.prompt.endswith("Continue? [confirm]")
    assert talk("") == "[OK]\nErase of nvram: complete\n"
    assert talk("show startup-config") == "startup-config is not present\n"
    talk.configure("file prompt quiet")
    assert talk("erase startup-config") == "[OK]\nErase of nvram: complete\n"
    assert router.read("startup-config") is None


def test_paths_in_flash():
    assert name("flash:/x") == name("bootflash:x") == name("x") == "x"
    assert name("tftp:x") is None
    flash = Flash()
    with pytest.raises(OSError, match="Invalid path"):
        flash.write("tftp:x", b"", 0)
    assert not flash.delete("flash:x")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("username a secret 9 {nine}", True),
        ("username a privilege 15 secret 9 {nine}", True),
        ("username a password 0 word", True),
        ("username a password 7 05080F1C22", False),
        ("username a password 7 {seven}", True),
        ("username a secret 8 {eight}", True),
        ("username a secret 5 $1$x$y", False),
        ("username b secret 9 {nine}", False),
    ],
)
def test_passwords_in_every_form_ios_keeps(line, right):
    kept = {
        "nine": auth.type9("word", "abcdefghijklmn"),
        "seven": auth.type7("word", 5),
        "eight": auth._type8("word", "abcdefghijklmn"),
    }
    tree = load(line.format(**kept), Chassis()).tree
    assert auth.opens(tree, "a", "word") is right
    assert not auth.opens(tree, "a", "other")


def test_type_7_is_ciscos():
    assert auth.type7("cisco", 2) == "02050D480809"  # the pair known from Cisco's own documents


def test_levels_and_enable_secrets():
    tree = load("username a privilege 7 secret 9 x\nusername b secret 9 x\nenable password word\n", Chassis()).tree
    assert (auth.level(tree, "a"), auth.level(tree, "b"), auth.level(tree, "c")) == (7, 1, 1)
    assert auth.enables(tree, "word") is True
    assert auth.enables(tree, "x") is False
    assert auth.enables(load("", Chassis()).tree, "x") is None


class Deaf:
    """Nothing beyond the device answers it."""

    def echoes(self, device, address):
        return False

    resolves = echoes


def test_ping_answers_from_the_devices_own_networks_and_routes(talk, router):
    assert "Success rate is 100 percent (5/5)" in talk("ping 10.0.7.200")
    assert "Sending 3, 64-byte ICMP Echos to 10.0.7.200, timeout is 1 seconds:\n!!!\n" in talk(
        "ping 10.0.7.200 timeout 1 size 64 repeat 3"
    )
    talk.configure("no ip default-gateway")
    assert "Success rate is 0 percent (0/5)\n" in talk("ping 10.99.0.1")
    talk.configure("ip route 10.99.0.0 255.255.0.0 10.0.7.194")
    assert "100 percent" in talk("ping 10.99.0.1")
    assert "  1 10.99.0.1 1 msec" in talk("traceroute 10.99.0.1")
    assert "*  *  *" in talk("traceroute 192.0.2.1")
    assert talk("ping a-name") == "% Unrecognized host or address, or protocol not running.\n"
    router.beyond = Deaf()
    assert "Success rate is 0 percent" in talk("ping 10.99.0.1")
    assert "Success rate is 100 percent" in talk("ping 10.0.7.193")


def test_ping_takes_its_options_in_any_order_and_prints_as_ios_does(talk):
    assert talk("ping ip 10.0.7.200 repeat 2 df-bit timeout 1 source vlan 99") == (
        "Type escape sequence to abort.\nSending 2, 100-byte ICMP Echos to 10.0.7.200, timeout is 1 seconds:\n"
        "Packet sent with a source address of 10.0.7.193 \n!!\n"
        "Success rate is 100 percent (2/2), round-trip min/avg/max = 1/1/1 ms\n"
    )
    assert "!" * 70 + "\n!!\nSuccess" in talk("ping 10.0.7.200 repeat 72")
    assert talk("ping 10.0.7.200 colour blue").endswith(INVALID)
    assert talk("ping 10.0.7.200 repeat").startswith("% Incomplete")


def test_ping_refuses_a_source_that_the_device_has_not(talk):
    no_address = "% Invalid source address- IP address not on any of our up interfaces\n"
    assert talk("ping 10.0.7.200 source 10.0.7.200") == no_address
    assert talk("ping 10.0.7.200 source nowhere") == no_address
    assert talk("ping 10.0.7.200 source Gi0/0/0").startswith("% Invalid source interface")
    talk.configure("interface Vlan99", "shutdown")
    assert talk("ping 10.0.7.200 source 10.0.7.193").startswith("% Unrecognized host")


def test_ping_goes_over_ipv6(talk):
    talk.configure("ipv6 route 2001:db8:1::/48 2001:db8:0:99::2")
    assert talk("ping ipv6 2001:db8:1::53 repeat 2 timeout 1 source 2001:db8:0:99::1") == (
        "Type escape sequence to abort.\nSending 2, 100-byte ICMP Echos to 2001:DB8:1::53, timeout is 1 seconds:\n"
        "Packet sent with a source address of 2001:DB8:0:99::1\n!!\n"
        "Success rate is 100 percent (2/2), round-trip min/avg/max = 1/1/1 ms\n"
    )
    said = talk("ping ipv6 2001:db8:2::1")
    assert said.endswith("seconds:\n\n% No valid route for destination\nSuccess rate is 0 percent (0/1)\n")
    assert talk("ping ipv6 10.0.7.200").startswith("% Unrecognized host")


def test_a_full_flash_has_no_space(talk, router):
    router.faults.arm(Fault("full_flash"))
    assert talk("dir").endswith("3249049600 bytes total (0 bytes free)\n")
    assert "             0      disk" in talk("show file systems")
