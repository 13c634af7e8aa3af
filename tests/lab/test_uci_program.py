"""The emulated `uci`: what it prints and writes, case by case.

With HOMEROOM_UCI naming a real `uci`, every case is run on that too.
"""

import os
import subprocess

import pytest

from homeroom.lab.uci.command import USAGE, Uci
from homeroom.lab.uci.main import RealDisk, main
from homeroom.lab.uci.model import Importer, Package

REAL = os.environ.get("HOMEROOM_UCI")
FILES = {
    "network": "\n# by hand\nconfig interface lan\n\toption device 'br0'\n\tlist dns 1.1.1.1\n\tlist dns '2.2.2.2'\n"
    "\nconfig route\n\toption target \"10.0.0.0\"\n\nconfig route\n\toption note 'it'\\''s # no comment'\n\n",
    "system": "config system\n\toption hostname 'a b'\n",
    "no.uci": "ignored\n",
}
WRITTEN = """\

config interface 'lan'
\toption device 'br0'
\tlist dns '1.1.1.1'
\tlist dns '2.2.2.2'

config route
\toption target '10.0.0.0'

config route
\toption note 'it'\\''s # no comment'

"""
SHOWN = """\
network.lan=interface
network.lan.device='br0'
network.lan.dns='1.1.1.1' '2.2.2.2'
network.@route[0]=route
network.@route[0].target='10.0.0.0'
network.@route[1]=route
network.@route[1].note='it'\\''s # no comment'
"""
SYSTEM = "system.@system[0]=system\nsystem.@system[0].hostname='a b'\n"
LINE = "uci: Parse error ({}) at line {}, byte {}\n"
# commands, standard input of the last one, what the last one prints, complains, returns
CASES = {
    "show": (["show"], "", SHOWN + SYSTEM, "", 0),
    "show one": (["show network.lan"], "", "".join(SHOWN.splitlines(keepends=True)[:3]), "", 0),
    "show by place": (["show network.@route[-1].note"], "", "network.cfg03c8b4.note='it'\\''s # no comment'\n", "", 0),
    "show names": (["-X show system"], "", "system.cfg01e48a=system\nsystem.cfg01e48a.hostname='a b'\n", "", 0),
    "show nothing": (["show network.nope"], "", "", "uci: Entry not found\n", 1),
    "show no file": (["show nope"], "", "", "uci: Entry not found\n", 1),
    "show delimited": (["-d , show network.lan.dns"], "", "network.lan.dns='1.1.1.1','2.2.2.2'\n", "", 0),
    "export": (["export network"], "", f"package network\n{WRITTEN}", "", 0),
    "export named": (["-n export system"], "", "package system\n\nconfig system 'cfg01e48a'\n\toption hostname 'a b'\n\n", "", 0),
    "get": (["get network.lan.device"], "", "br0\n", "", 0),
    "get list": (["get network.lan.dns"], "", "1.1.1.1 2.2.2.2\n", "", 0),
    "get type": (["get network.@route[0]"], "", "route\n", "", 0),
    "get nothing": (["get network.lan.nope"], "", "", "uci: Entry not found\n", 1),
    "get quietly": (["-q get network.lan.nope"], "", "", "", 1),
    "get bad name": (["get network.a-b.c"], "", "", "uci: Invalid argument\n", 1),
    "get too deep": (["get a.b.c.d"], "", "", "uci: Parse error\n", 1),
    "set": (["set network.lan.mtu=1400", "changes"], "", "network.lan.mtu='1400'\n", "", 0),
    "set section": (["set network.wan=interface", "show network.wan"], "", "network.wan=interface\n", "", 0),
    "set nothing new": (["set network.lan.device=br0", "changes"], "", "", "", 0),
    "set away": (["set network.lan.device=", "changes"], "", "-network.lan.device\n", "", 0),
    "set in no section": (["set network.nope.a=b"], "", "", "uci: Invalid argument\n", 1),
    "set without value": (["set network.lan.mtu"], "", "", "uci: Invalid argument\n", 1),
    "set bad type": (["set network.x=a b"], "", "", "uci: Invalid argument\n", 1),
    "add": (["add network rule"], "", "cfg0492bd\n", "", 0),
    "add, then show": (["add system led", "show system.@led[0]"], "", "system.cfg028bba=led\n", "", 0),
    "add to nothing": (["add nope rule"], "", "", "uci: Entry not found\n", 3),
    "add list": (["add_list network.lan.dns=3", "changes"], "", "network.lan.dns+='3'\n", "", 0),
    "add to option": (["add_list network.lan.device=x", "get network.lan.device"], "", "br0 x\n", "", 0),
    "del list": (["del_list network.lan.dns=1.1.1.1", "changes"], "", "network.lan.dns-='1.1.1.1'\n", "", 0),
    "delete": (["delete network.lan", "changes"], "", "-network.lan\n", "", 0),
    "delete item": (["delete network.lan.dns=0", "get network.lan.dns"], "", "2.2.2.2\n", "", 0),
    "delete nothing": (["delete network.nope"], "", "", "uci: Entry not found\n", 1),
    "delete package": (["delete network"], "", "", "uci: Invalid argument\n", 1),
    "rename": (["rename network.lan=office", "get network.office.device"], "", "br0\n", "", 0),
    "rename option": (["rename network.lan.device=dev", "get network.lan.dev"], "", "br0\n", "", 0),
    "reorder": (["reorder network.lan=2", "get network.@[2]"], "", "interface\n", "", 0),
    "reorder nothing": (["reorder network.nope=1"], "", "", "uci: Entry not found\n", 1),
    "revert": (["set network.lan.mtu=1", "set system.x=y", "revert network", "changes"], "", "system.x='y'\n", "", 0),
    "revert one": (["set network.lan.a=1", "set network.lan.b=2", "revert network.lan.a", "changes"], "", "network.lan.b='2'\n", "", 0),
    "commit": (["set network.lan.mtu=1400", "commit", "changes"], "", "", "", 0),
    "commit not with -P": (["set network.lan.mtu=1400", "-P {delta} commit", "changes"], "", "network.lan.mtu='1400'\n", "", 0),
    "import": (["import"], "package new\nconfig a b\n", "", "", 0),
    "import, then export": (["import new", "export new"], "", "package new\n\nconfig a 'b'\n\n", "", 0),
    "import twice": (["import"], "package a\npackage a\n", "", "uci: Duplicate entry\n", 1),
    "import rubbish": (["import"], "package a\nrubbish\n", "", LINE.format("invalid command", 2, 0), 1),
    "import nameless": (["import"], "config a\n", "", LINE.format("attempting to import a file without a package name", 1, 0), 1),
    "import no section": (["import"], "package a\noption b c\n", "", LINE.format("option/list command found before the first section", 2, 0), 1),
    "import too much": (["import"], "package a\nconfig a b c\n", "", LINE.format("too many arguments", 2, 13), 1),
    "import too little": (["import"], "package a\nconfig a\noption\n", "", LINE.format("invalid command", 3, 0), 1),
    "import bad name": (["import"], "package a\nconfig a 'b-c'\n", "", LINE.format("invalid character in name field", 2, 15), 1),
    "import bad type": (["import"], "package a\nconfig 'a b'\n", "", LINE.format("invalid character in type field", 2, 13), 1),
    "import open quote": (["import"], "package a\nconfig 'b\n", "", LINE.format("EOF with unterminated '", 2, 10), 1),
    "import two types": (["import"], "package a\nconfig b x\nconfig c x\n", "", LINE.format("section of different type overwrites prior section with same name", 3, 11), 1),
    "import merging": (["-m import network", "changes"], "", "network.lan.mtu='9'\nnetwork.lan.dns+='3'\nnetwork.new='interface'\nnetwork.cfg0592bd='rule'\n", "", 0),
    "merge without name": (["-m import"], "", "", USAGE, 255),
    "batch": (["batch"], "set network.lan.mtu='1 2'\nget network.lan.mtu\nfoo\nexit\nset a.b=c\n", "1 2\n", "Unknown command\n", 0),
    "batch faults": (["batch"], "get network.x\nget network.y\n", "", "uci: Entry not found\nuci: Entry not found\n\n", 0),
    "delimiter": (["-d ; get network.lan.dns"], "", "1.1.1.1;2.2.2.2\n", "", 0),
    "two places of changes": (["set network.lan.mtu=1", "-p {delta}2 changes"], "", "network.lan.mtu='1'\n", "", 0),
    "merge into nothing": (["-m import fresh", "export fresh"], "", "package fresh\n\nconfig a\n\n", "", 0),
    "changed type": (["set network.lan=other", "get network.lan"], "", "other\n", "", 0),
    "section away": (["set network.lan=", "show network.lan"], "", "", "uci: Entry not found\n", 1),
    "double quotes": (["import new2", "get new2.b.k"], "", 'a "q" \\ $x\n', "", 0),
    "joined lines": (["import new3", "get new3.b.k"], "", "v w\n", "", 0),
    "bad place": (["get network.@route"], "", "", "uci: Invalid argument\n", 1),
    "no place": (["get network.@route[9]"], "", "", "uci: Entry not found\n", 1),
    "rename to no name": (["rename network.lan=a-b", "changes"], "", "", "", 0),
    "no such command": (["frobnicate"], "", "", USAGE, 255),
    "no such option": (["-Z show"], "", "", USAGE, 0),
    "no command": (["-q"], "", "", USAGE, 0),
    "too many words": (["show a b"], "", "", USAGE, 255),
}  # fmt: skip
INPUT = {
    "-m import fresh": "config a\n",
    "import new2": 'config a b\n\toption k "a \\"q\\" \\\\ $x"\n',
    "import new3": "config a b\n\toption k 'v '\\\nw\n",
    "import new": "config a b\n",
    "-m import network": "config interface lan\n\toption mtu 9\n\toption device br0\n\tlist dns 3\nconfig interface new\nconfig rule\n",
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "config").mkdir()
    for name, text in FILES.items():
        (tmp_path / "config" / name).write_text(text)
    return tmp_path


def split(command, root):
    head, _, tail = command.format(delta=root / "delta").partition("=")
    words = head.split(" ")
    return [*words[:-1], f"{words[-1]}={tail}"] if tail or "=" in command else words


def ours(root, command, data):
    out, err = [], []
    uci = Uci(RealDisk(), lambda: data, out.append, err.append)
    uci.folder, uci.saved = str(root / "config"), [str(root / "delta")]
    status = uci.run(split(command, root))
    return status, "".join(out), "".join(err)


def real(root, command, data):
    line = [REAL, "-c", str(root / "config"), "-t", str(root / "delta"), *split(command, root)]
    done = subprocess.run(line, input=data, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr.replace(REAL, "uci")


@pytest.mark.parametrize("who", [ours, pytest.param(real, marks=pytest.mark.skipif(not REAL, reason="no real uci"))])
@pytest.mark.parametrize("case", CASES)
def test_case(who, case, root):
    commands, data, out, err, status = CASES[case]
    for command in commands[:-1]:
        assert who(root, command, INPUT.get(command, ""))[0] == 0
    found = who(root, commands[-1], data)
    if err == USAGE:
        assert found[0] == status
        assert USAGE[:30] in found[2]
    else:
        assert found == (status, out, err)


@pytest.mark.parametrize("who", [ours, pytest.param(real, marks=pytest.mark.skipif(not REAL, reason="no real uci"))])
def test_a_broken_file_is_named_and_the_others_are_shown(who, root):
    (root / "config/broken").write_text("what is this\n")
    assert who(root, "show", "") == (0, SHOWN + SYSTEM, LINE.format("invalid command", 1, 0))


def test_what_is_committed_is_written_in_full(root):
    assert ours(root, "set network.lan.device=br0.9", "")[0] == 0
    assert ours(root, "commit network", "")[0] == 0
    assert (root / "config/network").read_text() == WRITTEN.replace("br0", "br0.9")
    assert (root / "delta/network").read_text() == ""


def test_a_file_as_input(root, tmp_path):
    (tmp_path / "text").write_text("package fromfile\nconfig a\n")
    assert ours(root, f"-f {tmp_path / 'text'} import", "")[0] == 0
    assert (root / "config/fromfile").read_text() == "\nconfig a\n\n"


def test_what_cannot_be_written_is_said(root):
    (root / "config").chmod(0o700)
    said = []
    uci = Uci(RealDisk(), lambda: "package a\n", print, said.append)
    uci.folder = str(root / "nowhere")
    assert uci.run(["import"]) == 1
    assert said == ["uci: I/O error\n"]


def test_as_a_program(root, monkeypatch, capsys):
    monkeypatch.setenv("UCI_FOLDER", str(root / "config"))
    monkeypatch.setenv("UCI_DELTA", str(root / "delta"))
    assert main(["get", "network.lan.device"]) == 0
    assert main(["set", "network.lan.mtu=1"]) == 0
    assert main(["commit"]) == 0
    assert main(["get", "nope"]) == 1
    assert capsys.readouterr() == ("br0\n", "uci: Entry not found\n")


@pytest.mark.parametrize(
    "text",
    [
        "config a\n\toption b 'it'\\''s'\n",
        'package a\nconfig t\n\toption x "say \\"so\\" \\\\"\n\tlist y a;list y b\n',
        "package a; config t n; option k v\n",
        "package a\nconfig t\n\toption k 'two\nlines'\n\toption e ''\n\toption \\\nc d\n",
    ],
)
def test_what_is_printed_reads_back_as_the_same(text):
    for package in Importer(text, None if text.startswith("package") else Package("single")).run():
        printed = package.text(header=True)
        assert Importer(printed).run()[0].text(header=True) == printed
