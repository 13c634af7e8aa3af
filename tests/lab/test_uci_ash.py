"""The emulated shell, case by case, and each case on a real BusyBox ash where there is one."""

import shutil
import subprocess

import pytest
from uci_bench import bench, run

BUSYBOX = shutil.which("busybox")
CASES = {
    # words
    "echo a  b 'c  d' \"e  f\"": "a b c  d e  f\n",
    'echo a\\ b "x\\$y" \'x\\y\' "a\\b"': "a b x$y x\\y a\\b\n",
    "x='a  b'; echo $x \"$x\" '$x' ${x}c": "a b a  b $x a bc\n",
    "x=; echo [${x:-d}] [${x-d}] [${y-d}] [${y:+z}] [${x+z}]": "[d] [] [d] [] [z]\n",
    "echo ${y:=new} $y": "new new\n",
    "p=/a/b/c.tar.gz; echo ${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${#p}": "c.tar.gz a/b/c.tar.gz /a/b/c.tar /a/b/c 13\n",
    "x='a b'; set -- $x c; echo $# $1 $3; shift; echo $*": "3 a c\nb c\n",
    'set -- \'a b\' c; for w in "$@"; do echo "<$w>"; done; for w; do echo $w; done': "<a b>\n<c>\na b\nc\n",
    'set --; echo $# "$@"; for w in "$@"; do echo no; done': "0\n",
    "echo $((1 + 2 * 3)) $((7 / 2)) $((7 % 4)) $(( (1+1)*2 )) $((3 > 2))": "7 3 3 4 1\n",
    "n=4; n=$((n - 1)); echo $n $((2 * $n))": "3 6\n",
    'echo $(echo a; echo b) "$(echo a; echo b)" `echo c`': "a b a\nb c\n",
    'echo "$(echo "a b")" ; echo a$(echo \' b c \')d': "a b\na b c d\n",
    "echo a#b # comment": "a#b\n",
    "false; echo $?; true; echo $?": "1\n0\n",
    'echo "a\\\nb" c\\\nd': "ab cd\n",
    # lists and pipes
    "true && echo yes || echo no; false && echo yes || echo no": "yes\nno\n",
    "! true; echo $?; ! false && echo ok": "1\nok\n",
    "echo one two | cut -d ' ' -f 2 | cat": "two\n",
    "x=1; echo y | { read x; }; echo $x; (x=2); echo $x; { x=3; }; echo $x": "1\n1\n3\n",
    "false | true; echo $?; true | false; echo $?": "0\n1\n",
    "x=$(false); echo $?; x=$(exit 3); echo $?": "1\n3\n",
    # compound commands
    "if false; then echo a; elif true; then echo b; else echo c; fi": "b\n",
    "if false; then echo a; else echo c; fi; if false; then echo; fi; echo $?": "c\n0\n",
    "n=0; while [ $n -lt 3 ]; do n=$((n+1)); [ $n = 2 ] && continue; echo $n; done": "1\n3\n",
    "until false; do echo once; break; done": "once\n",
    "for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done; echo $i": "1\n2\n",
    "case a.b in *.c) echo c;; a.?|x) echo hit;; *) echo other;; esac": "hit\n",
    "case x in (x) echo paren ;; esac; case '*' in '*') echo star; esac": "paren\nstar\n",
    "case z9 in [a-c]*) echo no;; *[!a-z]) echo digit;; esac": "digit\n",
    "f() { echo $1 $#; return 4; }; f a b; echo $?": "a 2\n4\n",
    "f() ( x=2 ); x=1; f; echo $x": "1\n",
    "f() { g; }; g() { echo deep; }; f": "deep\n",
    "(exit 5); echo $?; { echo a; echo b; } | tail -n 1": "5\nb\n",
    "set -- a b; f() { set -- x; echo $1; }; f; echo $1": "x\na\n",
    "eval 'x=5; echo $x'; echo $x": "5\n5\n",
    "x=1 sh -c 'echo $x'; echo [$x]": "1\n[]\n",
    "sh -c 'echo $0 $1' zero one": "zero one\n",
    "echo 'echo $1 in' >s; sh ./s arg; . ./s 2>&1 | cat": "arg in\nin\n",
    "echo 'echo from stdin' | sh": "from stdin\n",
    # redirections
    "echo a >f; echo b >>f; cat f; cat <f | head -n 1": "a\nb\na\n",
    "ls nowhere 2>/dev/null; echo $?; ls nowhere 2>&1 | cat": "1\nls: nowhere: No such file or directory\n",
    "{ echo out; echo err >&2; } 2>e >o; cat o e": "out\nerr\n",
    "x=v; cat <<E\n$x \\$x `echo c`\n\ttab\nE\ncat <<'E'\n$x\nE": "v $x c\n\ttab\n$x\n",
    "cat <<-E\n\t\tindented\n\tE": "indented\n",
    "cat <<A; cat <<B\na\nA\nb\nB": "a\nb\n",
    ": >f; [ -e f ] && [ ! -s f ] && echo empty": "empty\n",
    "if true; then echo a; echo b; fi >f; wc -l <f": "2\n",
    "while read a b; do echo $b-$a; done <<E\n1 2 3\n4\nE": "2 3-1\n-4\n",
    # tests
    "[ a = a ] && [ a != b ] && [ -n x ] && [ -z '' ] && [ 2 -gt 1 ] && echo ok": "ok\n",
    "[ 1 -eq 1 -a 2 -le 1 ] || echo no; [ 1 -ge 2 -o x ] && echo yes; [ ! -e zz ] && echo gone": "no\nyes\ngone\n",
    "mkdir d; [ -d d ] && [ ! -f d ] && echo dir; ln -s d l; [ -L l ] && echo link": "dir\nlink\n",
    "[ ]; echo $?; [ '' ]; echo $?; test x; echo $?": "1\n1\n0\n",
    # files
    "mkdir -p a/b; echo 1 >a/b/c; cp -a a e; mv e/b/c e/d; ls e; ls -d a; rm -rf a; ls": "b\nd\na\ne\n",
    "touch b a .h; ls; echo *; echo .h*; echo no*; rm a b; ls -A": "a\nb\na b\n.h\nno*\n.h\n",
    "mkdir x y; touch x/1 y/1 y/2; echo */2 x/* ?/1": "y/2 x/1 x/1 y/1\n",
    "echo x >f; mkdir d; cp f d; cp f d/g; cat d/f d/g; mv d/f d/g .; ls . d": None,
    "echo a >f; cmp f f && echo same; echo b >g; cmp -s f g || echo other": "same\nother\n",
    "printf abc | md5sum; printf abc | sha256sum | cut -c 1-8": "900150983cd24fb0d6963f7d28e17f72  -\nba7816bf\n",
    "mkdir d; rmdir d; mkdir -p p/q; rmdir p 2>/dev/null || echo full": "full\n",
    "ln -s target l; readlink l; rm l; ls": "target\n",
    "echo x >f; chmod 600 f; ls -l f | cut -c 1-10": "-rw-------\n",
    "cd /; pwd; cd /nowhere 2>/dev/null || echo $?": "/\n2\n",
    "umask 077; touch f; ls -l f | cut -c 1-10": "-rw-------\n",
    "echo a | tee f >g; cat f g": "a\na\n",
    # text
    "printf '%s-%d|%5s|%-3s|\\n' a 7 b c; printf '%s\\n' x y; printf '%03d %x\\n' 7 255": "a-7|    b|c  |\nx\ny\n007 ff\n",
    "echo -n a; echo -e 'b\\tc'; echo '-e'": "ab\tc\n\n",
    "printf 'c\\na\\nb\\na\\n' >f; sort f; sort -u f; sort -r f | uniq; printf '10\\n9\\n' | sort -n": None,
    "printf '1\\n2\\n3\\n' >f; head -n 2 f; tail -n 1 f; tail -n +2 f; head -1 f": "1\n2\n3\n2\n3\n1\n",
    "printf 'a b\\nc\\n' | wc; printf 'x\\n' | wc -l": None,
    "printf 'ab\\ncd\\nAb\\n' >f; grep b f; grep -v b f; grep -ic ab f; grep -n c f; grep -q zz f || echo none": None,
    "printf 'a.c\\nabc\\n' >f; grep -F a.c f; grep -c -e a.c -e b f; grep -E 'x|b' f; grep -o b f; grep -w a f": None,
    "echo a:b:c | cut -d: -f2-; echo abc | cut -c2; echo x | cut -d: -f1": "b:c\nb\nx\n",
    "echo hello | tr a-y b-z; echo a1b2 | tr -d 0-9; echo ab | tr ab '\\nx'": "ifmmp\nab\n\nx\n",
    "echo aXbXc | sed s/X/-/; echo aXbXc | sed s/X/-/g; printf 'a\\nb\\n' | sed /a/d; printf 'a\\nb\\n' | sed -n /a/p": None,
    "basename /a/b.c .c; dirname /a/b; dirname x": "b\n/a\n.\n",
    # processes
    "sleep 0 & wait; echo done; kill -0 $$ && echo alive": "done\nalive\n",
    "(echo in background) >f & wait; cat f": "in background\n",
    "command -v f; f() { :; }; command -v f; command echo direct": "f\ndirect\n",
    "exec echo last; echo never": "last\n",
    "trap '' HUP; unset x; export y=1; echo [$x] $y": "[] 1\n",
    "nothere 2>/dev/null; echo $?": "127\n",
    "exit 3": "",
}


def emulated(script):
    device, clock = bench()
    said = run(device, f"mkdir /tmp/w; cd /tmp/w\n{script}")
    clock.wait(1)
    return said.out, said.status


@pytest.mark.parametrize("script", CASES)
def test_as_posix_says(script):
    out, status = emulated(script)
    assert status is not None
    if CASES[script] is not None:
        assert out == CASES[script]


@pytest.fixture(scope="module")
def applets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bin")
    for name in subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True).stdout.split():
        (folder / name).symlink_to(BUSYBOX)
    return folder


@pytest.mark.skipif(BUSYBOX is None, reason="BusyBox is not installed (Debian package busybox)")
@pytest.mark.parametrize("script", CASES)
def test_as_busybox_does(script, tmp_path, applets):
    real = subprocess.run(
        [BUSYBOX, "sh", "-c", script],
        capture_output=True, text=True, cwd=tmp_path, env={"PATH": str(applets)}, check=False, timeout=20,
    )  # fmt: skip
    assert emulated(script) == (real.stdout, real.returncode)


BAD = {
    "if true": 'ash: syntax error: unexpected end of file (expecting "then")\n',
    "echo 'a": "ash: syntax error: unterminated quoted string\n",
    'echo "a': "ash: syntax error: unterminated quoted string\n",
    "fi": 'ash: syntax error: unexpected "fi"\n',
    "( echo": 'ash: syntax error: unexpected end of file (expecting ")")\n',
    "echo ${x": "ash: syntax error: missing '}'\n",
    "echo ${}": "ash: syntax error: bad substitution\n",
    "echo | | x": 'ash: syntax error: unexpected "|"\n',
    "echo $(( 1 + ))": "ash: arithmetic syntax error\n",
    "echo $(( 1 / 0 ))": "ash: arithmetic syntax error\n",
    "echo $(( f(1) ))": "ash: arithmetic syntax error\n",
    "echo ${x:?is missing}": "ash: x: is missing\n",
    "case x in y echo": 'ash: syntax error: unexpected "echo" (expecting ")")\n',
}


@pytest.mark.parametrize("script", BAD)
def test_what_is_no_script_is_refused(script):
    said = run(bench()[0], script)
    assert (said.err, said.status) == (BAD[script], 2)


MESSAGES = {
    "nothere": ("ash: nothere: not found\n", 127),
    "/bin/nothere": ("ash: /bin/nothere: not found\n", 127),
    "cat nofile": ("cat: can't open 'nofile': No such file or directory\n", 1),
    "rm nofile": ("rm: can't remove 'nofile': No such file or directory\n", 1),
    "rm /etc": ("rm: '/etc' is a directory\n", 1),
    "mkdir /etc": ("mkdir: can't create directory '/etc': File exists\n", 1),
    "mkdir /a/b": ("mkdir: can't create directory '/a/b': No such file or directory\n", 1),
    "cp nofile x": ("cp: can't stat 'nofile': No such file or directory\n", 1),
    "cp /etc x": ("cp: omitting directory '/etc'\n", 1),
    "cp /etc/banner /no/x": ("cp: can't create '/no/x': No such file or directory\n", 1),
    "mv nofile x": ("mv: can't rename 'nofile': No such file or directory\n", 1),
    "rmdir nofile": ("rmdir: 'nofile': No such file or directory\n", 1),
    "ls nofile": ("ls: nofile: No such file or directory\n", 1),
    "chmod 600 nofile": ("chmod: nofile: No such file or directory\n", 1),
    "ln -s a /etc/banner": ("ln: /etc/banner: File exists\n", 1),
    "cmp nofile /etc/banner": ("cmp: nofile: No such file or directory\n", 2),
    "echo x >/no/x": ("ash: /no/x: No such file or directory\n", 1),
    "{ echo x; } </no/x": ("ash: /no/x: No such file or directory\n", 1),
    "cd /no": ("ash: cd: can't cd to /no: No such file or directory\n", 2),
    "sleep x": ("sleep: invalid number 'x'\n", 1),
    "kill 77": ("ash: can't kill pid 77: No such process\n", 1),
    "[ a = a": ("ash: missing ]\n", 2),
    "[ x -eq 1 ]": ("ash: x: bad number\n", 2),
    "[ a b ]": ("ash: b: unknown operand\n", 2),
    "sh nofile": ("sh: can't open 'nofile': No such file or directory\n", 2),
    "sed y/a/b/ /etc/banner": ("sed: unsupported command y/a/b/\n", 1),
    "ubus call nothing at": ("Command failed: Not found\n", 4),
}


@pytest.mark.parametrize("command", MESSAGES)
def test_messages(command):
    said = run(bench()[0], command)
    assert (said.err, said.status) == MESSAGES[command]


def test_what_only_the_emulation_says():
    device, _ = bench()
    assert run(device, "set | grep HOME; umask; f() { :; }; command -v f ls nope; cd; pwd").out == (
        "HOME='/root'\n0022\nf\n/root\n"
    )
    assert run(device, "set -e; set -- a; shift 2; echo $?; command -v ls; command -v nope").out == "1\n/bin/ls\n"
    assert run(device, "sleep 1 & sleep 2 & kill $!; wait $!; echo $?; [ ! x ]; echo $?").out == "143\n1\n"
    assert run(
        device, "touch a; ls -l a; ln -s a l; ls -l l | cut -c 1-10; readlink -f l; ln -sf b l; readlink l"
    ).out == ("-rw-r--r--    1 root     root             0 Jan  1 00:00 a\nlrwxrwxrwx\n/root/a\nb\n")
    assert run(device, "ln -s x /etc/config; ls /etc/config/x; readlink /etc; echo $?; rm /etc/config/x").out == "1\n"
    assert run(device, "chmod +x a; ls -l a | cut -c 1-10; mkdir -m 700 m; ls -ld m | cut -c 1-10").out == (
        "-rwxr-xr-x\ndrwx------\n"
    )
    assert run(
        device, "echo ab >b; echo ac >c; cmp b c; mv b /etc/b; mv /etc/b b2; cat b2; df /tmp | tail -n 1"
    ).out == ("b c differ: char 2, line 1\nab\ntmpfs                    60000      1000     59000   1% /tmp\n")
    assert (
        run(device, "rm -f nope; rm -- -x; echo $?; grep -l x nofile; printf 'a\\x41\\0101\\q\\n'").out == "1\naAA\\q\n"
    )
    assert run(
        device, "printf 'x y\\n' | cut -s -d ' ' -f 2; printf 'a\\nb\\n' | sed 's/b/[&]/'; echo x | grep -h x"
    ).out == ("y\na\n[b]\nx\n")


def test_a_script_that_never_waits_is_ended():
    device, _ = bench()
    said = run(device, "while true; do :; done")
    assert said.status == 137
    assert device.processes.running == {}


def test_background_jobs_wait_by_the_device_s_clock():
    device, clock = bench()
    said = run(device, "sleep 1m & echo $!; (sleep 2; echo late >/tmp/f) & exit 0")
    assert said.status == 0
    pid = said.out.strip()
    assert f"{pid} root" in run(device, "ps").out
    assert run(device, f"cat /proc/{pid}/cmdline").out == "sleep\x001m"
    clock.wait(3)
    assert run(device, "cat /tmp/f").out == "late\n"
    assert run(device, f"kill {pid}").status == 0
    assert device.processes.running == {}


def test_an_open_standard_input_is_waited_for():
    from homeroom.lab.uci.streams import Io, Source

    device, _ = bench()
    source, out = Source(closed=False), []
    device.run("read a; echo got $a; cat", Io(source, out.append, out.append))
    source.feed("one\ntw")
    assert out == ["got one\n"]
    source.feed("o\n")
    source.close()
    assert "".join(out) == "got one\ntwo\n"
