"""Names and formats: what is taken, and the place and reason of every line that is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.central.lists.compact import compact, covered
from homeroom.central.lists.formats import SHOWN, read, sniff
from homeroom.central.lists.names import LONGEST, Refused, normal
from homeroom.errors import UsageError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bad.Example", "bad.example"),
        ("bad.example.", "bad.example"),
        ("_service.bad.example", "_service.bad.example"),
        ("лоше.срб", "xn--e1alj4b.xn--90a3ac"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("xn--e1alj4b.xn--90a3ac", "xn--e1alj4b.xn--90a3ac"),
        ("shop.co.uk", "shop.co.uk"),
        ("one.of.many.on.github.io", "one.of.many.on.github.io"),
    ],
)
def test_a_name_becomes_its_a_label(text, name):
    assert normal(text) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("co.uk", "public suffix"),
        ("gov.rs", "public suffix"),
        ("github.io", "public suffix"),
        ("com.py", "public suffix"),
        ("anything.ck", "public suffix"),
        ("example", "single label"),
        ("203.0.113.1", "an address"),
        ("2001:db8::1", "an address"),
        ("bad..example", "no domain name"),
        ("-bad.example", "no domain name"),
        ("bad.example-", "no domain name"),
        ("bad.ex_ample", "no domain name"),
        ("bad example.com", "no domain name"),
        ("bad.example\nCNAME", "no domain name"),
        ("bad.123", "no domain name"),
        ("*.bad.example", "no domain name"),
        ("a" * 64 + ".example", "no domain name"),
        (("a" * 60 + ".") * 3 + "b" * 44 + ".example", f"{LONGEST} is the most"),
        ("\u202ebad.example", "no internationalised name"),
        ("", "single label"),
    ],
)
def test_a_name_is_refused_with_the_reason(text, reason):
    with pytest.raises(Refused, match=reason):
        normal(text)


def write(tmp_path, text, name="list.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


RPZ = """$TTL 60
$ORIGIN rpz.theirs.
@ SOA ns. h. 1 60 60 60 60
@ IN NS ns.
; remark
bad.example CNAME .
*.bad.example 60 IN CNAME .
worse.example.rpz.theirs. CNAME *.
ok.example CNAME rpz-passthru.
32.1.2.0.192.rpz-ip CNAME .
mine.example A 192.0.2.1
safe.example CNAME other.example.
"""
ADBLOCK = """[Adblock Plus]
! remark
||bad.example^
||worse.example^$important
@@||ok.example^
||part.example^$script
||path.example/x^
example.com##.ad
"""


@pytest.mark.parametrize(
    ("kind", "text", "names", "refused"),
    [
        ("domains", "# ours\nbad.example\n\nworse.example # why\n*.worst.example\n", ["bad", "worse", "worst"], 0),
        (
            "hosts",
            "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 bad.example worse.example\n192.0.2.1 real.example\n0.0.0.0\n",
            ["bad", "worse"],
            2,
        ),
        (
            "rpz",
            RPZ,
            ["bad", "bad", "worse"],
            4,
        ),
        (
            "adblock",
            ADBLOCK,
            ["bad", "worse"],
            4,
        ),
    ],
)
def test_each_format_gives_its_names_and_counts_what_it_refuses(tmp_path, kind, text, names, refused):
    path = write(tmp_path, text)
    for asked in (kind, "auto"):
        reading, found = read(path, asked)
        assert (reading.format, found, reading.refused) == (kind, [f"{name}.example" for name in names], refused)


def test_a_ut1_directory_stands_for_its_domains(tmp_path):
    (tmp_path / "adult").mkdir()
    write(tmp_path / "adult", "bad.example\n203.0.113.7\n", "domains")
    reading, names = read(tmp_path / "adult")
    assert names == ["bad.example"]
    assert reading.shown == [
        f"{tmp_path}/adult/domains:2: '203.0.113.7' is an address: bring those with `homeroom lists endpoints`"
    ]


def test_only_the_first_refused_lines_are_kept_but_all_are_counted(tmp_path):
    reading, _ = read(write(tmp_path, "word\n" * (SHOWN + 7)), "domains")
    assert (reading.refused, len(reading.shown)) == (SHOWN + 7, SHOWN)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.txt cannot be read: No such file"):
        read(tmp_path / "nowhere.txt")


def test_a_file_of_bytes_is_read_line_by_line_and_refused(tmp_path):
    path = tmp_path / "bytes"
    path.write_bytes(b"\xff\xfe\x00bad.example\ngood.example\n")
    reading, names = read(path)
    assert (names, reading.refused) == (["good.example"], 1)


def test_nothing_is_taken_for_domains():
    assert sniff([]) == sniff(["# only", ""]) == "domains"


LABELS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=2, max_size=5)
NAMES = st.lists(LABELS.map(".".join), max_size=30)


@given(NAMES)
def test_compact_covers_exactly_what_the_list_covered_with_none_to_spare(names):
    made = compact(names)
    every = set(made)
    assert made == sorted(every)
    assert all(name in every or covered(name, every) for name in names)
    assert every <= set(names)
    assert not any(covered(name, every) for name in made)
