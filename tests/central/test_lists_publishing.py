"""Guards, publications, signatures: what is in force is what a person let pass, byte for byte."""

import dataclasses
import datetime as dt
import json
import stat

import pytest

from homeroom.central.lists.guards import Guards
from homeroom.central.lists.intake import Brought, take
from homeroom.central.lists.manifest import MANIFEST, SIGNATURE
from homeroom.central.lists.shelf import CURRENT, KEPT, Shelf
from homeroom.errors import StoreError, UsageError
from homeroom.policy.model import Visitors

NOW = dt.datetime(2026, 9, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def guards(example):
    _, facts, policy = example
    policy = dataclasses.replace(policy, visitors=Visitors("eduroam", "our-realm.example"))
    return Guards.of(facts.programme, policy)


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path / "lists")
    made.staged.mkdir(parents=True)
    return made


def bring(tmp_path, names, guards, *, category="adult", published=None, **more):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{name}\n" for name in names))
    brought = Brought((path,), "domains", "operator", "CC0", "Ana", **more)
    return take(category, brought, guards, published, NOW)


def many(count):
    return [f"bad{number}.example" for number in range(count)]


def publish(shelf, taken, now=NOW):
    shelf.stage(taken.category, taken.names, taken.listed)
    return shelf.publish("Ana", now)


def refusals(taken):
    return [(one.guard, one.name) for one in taken.refusals]


@pytest.mark.parametrize(
    ("name", "guard"),
    [
        ("escuelas.example", "protected"),
        ("www.escuelas.example", "protected"),
        ("mec.gov.py", "protected"),
        ("portal.edu.rs", "protected"),
        ("school.edu.kg", "protected"),
        ("forcesafesearch.google.com", "protected"),
        ("youtube.com", "protected"),
        ("a.root-servers.net", "protected"),
        ("our-realm.example", "protected"),
        ("updates.printers.example", "protected"),
        ("wikipedia.org", "popular"),
        ("facebook.com", "popular"),
    ],
)
def test_a_name_that_must_not_be_refused_refuses_the_list(tmp_path, guards, name, guard):
    assert (guard, name) in refusals(bring(tmp_path, [name, "bad.example"], guards))
    assert refusals(bring(tmp_path, ["bad.example"], guards)) == []


def test_what_lies_below_a_popular_name_may_be_refused(tmp_path, guards):
    assert refusals(bring(tmp_path, ["evil.amazonaws.com", "bad.facebook.com"], guards)) == []


def test_social_networks_stand_rightly_in_their_own_category_only(tmp_path, guards):
    assert refusals(bring(tmp_path, ["facebook.com"], guards, category="social")) == []
    assert refusals(bring(tmp_path, ["facebook.com"], guards, category="malware")) == [("popular", "facebook.com")]


def test_a_name_is_left_out_on_demand_and_what_it_covered_stays(tmp_path, guards):
    taken = bring(tmp_path, ["facebook.com", "bad.facebook.com"], guards, without=("Facebook.com",))
    assert taken.names == ("bad.facebook.com",)
    assert taken.listed.left_out == ("facebook.com",)
    with pytest.raises(UsageError, match="--without nothing: is a single label"):
        bring(tmp_path, ["bad.example"], guards, without=("nothing",))


@pytest.mark.parametrize(
    ("new", "refused"), [(120, False), (121, True), (80, False), (79, True), (49, True), (0, True), (100, False)]
)
def test_a_change_of_size_waits_for_a_person(tmp_path, guards, shelf, new, refused):
    publish(shelf, bring(tmp_path, many(100), guards))
    published = shelf.current().categories["adult"]
    taken = bring(tmp_path, many(new), guards, published=published)
    assert bool(taken.refusals) is refused
    if new == 49:
        assert "shrank to less than half: 100 names became 49" in taken.refusals[0].message
    accepted = bring(tmp_path, many(new), guards, published=published, accept="they split it")
    assert refusals(accepted) == ([] if new else [("empty", "")])
    assert accepted.listed.accepted == "they split it"


def test_accepting_opens_no_other_guard(tmp_path, guards):
    assert refusals(bring(tmp_path, ["wikipedia.org"], guards, accept="trust me")) == [("popular", "wikipedia.org")]


def test_a_file_of_another_format_is_refused_as_a_whole(tmp_path, guards):
    taken = bring(tmp_path, ["0.0.0.0 bad.example"] * 3 + many(3), guards)
    assert refusals(taken) == [("format", "")]
    assert "3 of 6 lines are refused as domains" in taken.refusals[0].message


def test_what_is_published_is_what_was_taken_with_who_when_whence_and_under_what_terms(tmp_path, guards, shelf):
    made = publish(shelf, bring(tmp_path, ["b.example.net", "a.example.net", "x.a.example.net"], guards))
    current = shelf.current()
    assert current == made
    listed = current.categories["adult"]
    (source,) = listed.sources
    assert (listed.names, listed.by, listed.time) == (2, "Ana", "2026-09-01T12:00:00+00:00")
    assert (source.file, source.origin, source.licence, source.lines, source.refused) == (
        "list.txt",
        "operator",
        "CC0",
        3,
        0,
    )
    assert len(source.sha256) == len(listed.sha256) == 64
    names = shelf.names()["adult"]
    assert list(names) == list(names) == ["a.example.net", "b.example.net"]
    assert shelf.waiting() == {}


def test_a_second_publication_keeps_the_other_categories_and_names_the_first(tmp_path, guards, shelf):
    first = publish(shelf, bring(tmp_path, many(3), guards))
    second = publish(shelf, bring(tmp_path, many(2), guards, category="social"))
    assert set(shelf.names()) == {"adult", "social"}
    assert first.previous == ""
    assert len(second.previous) == 64
    assert second.version != first.version
    same = [(shelf.folder / version / "adult.txt").stat().st_ino for version in (first.version, second.version)]
    assert same[0] == same[1]


def test_only_the_last_publications_stay(tmp_path, guards, shelf):
    for number in range(KEPT + 3):
        publish(shelf, bring(tmp_path, many(3), guards), NOW + dt.timedelta(hours=number))
    assert len([path for path in shelf.folder.glob("[0-9]*") if path.is_dir()]) == KEPT
    assert shelf.current() is not None


def test_nothing_is_published_twice_and_nothing_before_the_first(shelf):
    assert shelf.current() is None
    assert dict(shelf.names()) == {}
    with pytest.raises(StoreError, match="nothing was imported"):
        shelf.publish("Ana", NOW)


@pytest.fixture
def published(tmp_path, guards, shelf):
    """A shelf with 30 names in force."""
    publish(shelf, bring(tmp_path, many(30), guards))
    return shelf


def spoil(shelf, name, change):
    path = shelf.folder / CURRENT / name
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(change(content))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("adult.txt", lambda b: b + b"library.example\n", "is not what was signed"),
        ("adult.txt", lambda b: b[: len(b) // 2], "is not what was signed"),
        (MANIFEST, lambda b: b.replace(b'"Ana"', b'"Eve"'), "was changed after it was signed"),
        (SIGNATURE, lambda b: b[:-4] + b"AAA=", "was changed after it was signed"),
        (SIGNATURE, lambda b: b"?", "cannot be checked"),
        (SIGNATURE, lambda b: "п".encode(), "cannot be read"),
    ],
)
def test_whatever_was_changed_is_not_used(published, name, change, message):
    shelf = published
    assert len(list(shelf.names()["adult"])) == 30
    spoil(shelf, name, change)
    with pytest.raises(StoreError, match=message):
        shelf.names()


def test_a_signature_by_another_key_is_not_ours(tmp_path, guards, shelf):
    publish(shelf, bring(tmp_path, many(3), guards))
    other = Shelf(tmp_path / "others")
    other.staged.mkdir(parents=True)
    other.key.sign(b"")
    (shelf.folder / "lists.pub").write_bytes((other.folder / "lists.pub").read_bytes())
    with pytest.raises(StoreError, match="was changed after it was signed"):
        shelf.current()


def test_what_was_staged_may_not_be_changed_by_hand(tmp_path, guards, shelf):
    taken = bring(tmp_path, many(3), guards)
    shelf.stage("adult", taken.names, taken.listed)
    (shelf.staged / "adult.txt").write_text("wikipedia.org\n")
    with pytest.raises(StoreError, match="adult was changed after it was imported"):
        shelf.publish("Ana", NOW)
    (shelf.staged / "adult.json").write_text("{}")
    with pytest.raises(StoreError, match="is not understood"):
        shelf.waiting()


def test_the_key_is_private_and_one_that_is_not_is_refused(tmp_path, guards, shelf):
    publish(shelf, bring(tmp_path, many(3), guards))
    key = shelf.folder / "lists.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(StoreError, match="can be read by others: chmod 600 it"):
        shelf.key.sign(b"")
    key.write_text("nonsense")
    key.chmod(0o600)
    with pytest.raises(StoreError, match="cannot be read"):
        shelf.key.sign(b"")


def test_keys_of_another_kind_are_refused(shelf):
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    (shelf.folder / "lists.key").write_bytes(private)
    (shelf.folder / "lists.key").chmod(0o600)
    public = key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    (shelf.folder / "lists.pub").write_bytes(public)
    with pytest.raises(StoreError, match="is no Ed25519 key"):
        shelf.key.sign(b"")
    with pytest.raises(StoreError, match="is no Ed25519 key"):
        shelf.key.verify(b"", "AAAA")


def test_a_manifest_that_is_signed_but_none_of_ours_is_refused(tmp_path, guards, shelf):
    publish(shelf, bring(tmp_path, many(3), guards))
    document = json.dumps({"version": "1"}).encode()
    (shelf.folder / CURRENT / MANIFEST).write_bytes(document)
    (shelf.folder / CURRENT / SIGNATURE).write_text(shelf.key.sign(document))
    with pytest.raises(StoreError, match="is not understood"):
        shelf.current()


def test_a_publication_that_breaks_off_leaves_the_one_before_in_force(tmp_path, guards, shelf, monkeypatch):
    before = publish(shelf, bring(tmp_path, many(3), guards))
    taken = bring(tmp_path, many(2), guards, category="social")
    shelf.stage("social", taken.names, taken.listed)
    monkeypatch.setattr(type(shelf.key), "sign", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        shelf.publish("Ana", NOW)
    monkeypatch.undo()
    assert shelf.current() == before
    assert set(shelf.publish("Ana", NOW).categories) == {"adult", "social"}


def test_the_same_manifest_is_always_the_same_bytes(tmp_path, guards, shelf):
    made = publish(shelf, bring(tmp_path, many(3), guards))
    again = dataclasses.replace(made, categories=dict(reversed(list(made.categories.items()))))
    assert made.document() == again.document()


@pytest.mark.full
def test_a_million_names_go_through(tmp_path, guards, shelf):
    path = tmp_path / "million.txt"
    with path.open("w") as file:
        file.writelines(f"www.n{number}.example{number % 977}.com\n" for number in range(1_000_000))
    taken = take("adult", Brought((path,), "domains", "o", "CC0", "Ana"), guards, None, NOW)
    assert len(taken.names) == 1_000_000
    assert publish(shelf, taken).categories["adult"].names == 1_000_000
    assert sum(1 for _ in shelf.names()["adult"]) == 1_000_000
