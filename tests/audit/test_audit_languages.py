"""The languages: complete, with the right forms, strict about what is missing; numbers and dates as people write them."""

import pytest
import yaml

from homeroom.audit.report.speech import FOLDER, codes, form, language, read, spoken
from homeroom.errors import InputError, UsageError


def test_these_are_the_languages_and_each_is_complete():
    assert codes() == ("en", "es", "ky", "ru", "sr")
    assert [language(code).tag for code in codes()] == ["en", "es", "ky", "ru", "sr-Cyrl"]
    assert spoken("es-PY") == "es"
    assert spoken("gn") == "en"


def changed(tmp_path, change, code="es"):
    found = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    change(found)
    path = tmp_path / f"{code}.yaml"
    path.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["texts"].pop("map"), "texts.map: missing"),
        (lambda d: d["texts"].update(maps="x"), "texts.maps: unknown key"),
        (lambda d: d["counts"].pop("sites"), "counts.sites: missing"),
        (lambda d: d["texts"].update(since="desde"), "texts.since: has not the places"),
        (lambda d: d["counts"]["sites"].pop("one"), "counts.sites: has the forms other; give one, other"),
        (lambda d: d["months"].pop(), "months: are 11; give twelve"),
        (lambda d: d.pop("decimal"), "decimal: missing"),
        (lambda d: d.update(colour="x"), "colour: unknown key"),
    ],
)
def test_a_file_that_is_not_complete_is_an_error_that_names_the_key(tmp_path, change, says):
    with pytest.raises(InputError, match=r"lang/es\.yaml") as error:
        read(changed(tmp_path, change))
    assert says in str(error.value)


def test_there_is_no_other_language():
    with pytest.raises(UsageError, match="no language is called 'xx'; there are en, es, ky, ru, sr"):
        language("xx")


def test_plural_forms_are_those_of_each_language():
    slavic = {n: form("one_few_many", n) for n in (0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 1001, 1_000_000)}
    assert [n for n, f in slavic.items() if f == "one"] == [1, 21, 101, 1001]
    assert [n for n, f in slavic.items() if f == "few"] == [2, 4, 22]
    assert [form("one_other", n) for n in (0, 1, 2, 21)] == ["other", "one", "other", "other"]
    said = [language("ru").count("devices", n) for n in (1, 3, 12, 21)]
    assert said == ["1 устройство", "3 устройства", "12 устройств", "21 устройство"]
    assert [language("sr").count("sites", n) for n in (1, 2, 5)] == ["1 локација", "2 локације", "5 локација"]
    assert [language("ky").count("schools", n) for n in (1, 2137)] == ["1 мектеп", "2\u00a0137 мектеп"]


@pytest.mark.parametrize(
    ("code", "number", "share", "moment"),
    [
        ("en", "50,000", "33.3%", "15 Jan 2027, 08:00:00 UTC"),
        ("es", "50.000", "33,3 %", "15 ene 2027, 08:00:00 UTC"),
        ("ru", "50\u00a0000", "33,3\u00a0%", "15 января 2027 г., 08:00:00 UTC"),
        ("sr", "50.000", "33,3%", "15. јануар 2027. 08:00:00 UTC"),
        ("ky", "50\u00a0000", "33,3\u00a0%", "2027-ж. 15-январь, 08:00:00 UTC"),
    ],
)
def test_numbers_and_dates_are_written_as_people_write_them(code, number, share, moment):
    say = language(code)
    assert (say.number(50_000), say.share(1, 3), say.stamp(1_800_000_000.0)) == (number, share, moment)


def test_shares_and_dates_are_honest():
    say = language("en")
    assert [say.share(*pair) for pair in ((0, 0), (0, 9), (9, 9), (99999, 100000), (1, 100000), (1, 3))] == [
        "–", "0%", "100%", "99.9%", "0.1%", "33.3%",
    ]  # fmt: skip
    assert (say.date("2027-03-09"), say.date("soon"), say.stamp(1e18)) == ("9 Mar 2027", "soon", f"{10**18}")


def test_a_word_that_there_is_not_is_an_error():
    with pytest.raises(KeyError):
        language("en")("colour")
