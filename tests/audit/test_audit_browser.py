"""The page in a browser: nothing that keeps a person out, the search finds, the keyboard is enough, print shows all."""

import shutil

import bundles
import pytest

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import packed, page
from homeroom.audit.report.speech import codes, language

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
VIEWS = ("summary", "auditor", "engineer", "noc", "about")

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    opened = Bundle.open(bundles.small(folder))
    return {code: page.write(opened, folder / f"{code}.html", lang=code) for code in codes()}


@pytest.fixture
def show(browser):
    contexts = []

    def open_(path, view="", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        wrong = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text))
        tab.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
        tab.goto(f"{path.as_uri()}{view}")
        tab.wrong = wrong
        return tab

    yield open_
    for context in contexts:
        context.close()


def audited(tab):
    """What axe finds, worse than moderate."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(tab).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def checked(show, path, views, scheme):
    for view in views:
        tab = show(path, f"#view-{view}", color_scheme=scheme, bypass_csp=True)
        if view == "engineer":
            tab.locator("#list summary").first.click()
            tab.locator("#list .case").first.wait_for()
        assert audited(tab) == [], (path.name, view, scheme)
        assert tab.wrong == []


def test_nothing_serious_keeps_a_person_out(show, pages):
    checked(show, pages["en"], ("auditor",), "light")
    checked(show, pages["sr"], ("engineer",), "dark")


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", codes())
def test_nothing_serious_in_any_view_language_and_scheme(show, pages, lang, scheme):
    checked(show, pages[lang], VIEWS, scheme)


def test_the_list_is_searched_and_filtered(show, pages):
    tab = show(pages["ru"], "#view-engineer")
    found = tab.locator("#found")
    tab.locator("#list summary").first.wait_for()
    say = language("ru")
    assert found.inner_text() == say.count("found", 17)
    tab.fill("#f-text", "fx000004")
    assert found.inner_text() == say.count("found", 1)
    tab.locator("#list summary").click()
    text = tab.locator("#list").inner_text()
    for words in (say("mend"), say("raw"), "ip ssh version 2", bundles.SHA, "16 декабря 2026 г., 08:00:00 UTC"):
        assert words in text
    tab.fill("#f-text", "")
    tab.select_option("#f-rule", "SEG-01")
    tab.select_option("#f-verdict", packed.LETTERS["violation"])
    assert tab.locator("#list > details").count() == 2
    tab.select_option("#f-verdict", packed.LETTERS["error"])
    assert found.inner_text() == say("nothing_found")
    tab.select_option("#f-rule", "")
    tab.select_option("#f-verdict", "")
    tab.select_option("#f-platform", "junos")
    assert tab.locator("#list > details").count() == sum(e.platform == "junos" for e in bundles.subjects())
    assert tab.wrong == []


def test_the_keyboard_is_enough(show, pages):
    tab = show(pages["en"])
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    links = tab.locator("#views a")
    links.nth(2).focus()
    tab.keyboard.press("Enter")
    tab.locator("#list summary").first.wait_for()
    assert tab.locator(".view:visible").count() == 1
    assert tab.evaluate("document.activeElement.id") == "view-engineer"
    assert links.nth(2).get_attribute("aria-current") == "true"
    tab.locator("#list summary").first.focus()
    tab.keyboard.press("Enter")
    tab.locator("#list .case").first.wait_for()


def test_hostile_text_makes_no_element(show, pages):
    tab = show(pages["en"], "#view-engineer")
    for summary in tab.locator("#list summary").all():
        summary.click()
    assert tab.locator("img").count() == 0
    assert "<img src=x onerror=alert(1)>" in tab.locator("#list").inner_text()
    assert tab.wrong == []


def test_print_and_no_script_show_every_view(show, pages):
    tab = show(pages["es"])
    tab.emulate_media(media="print")
    assert tab.locator(".view:visible").count() == len(VIEWS)
    still = show(pages["es"], java_script_enabled=False)
    assert still.locator(".view:visible").count() == len(VIEWS)
    assert still.locator("#find:visible").count() == 0


def test_no_view_is_wider_than_a_telephone(show, pages):
    for view in VIEWS:
        tab = show(pages["ky"], f"#view-{view}", viewport={"width": 390, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_a_fleet_s_pages_are_found_from_the_first(show, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_PACKED", 500)
    monkeypatch.setattr(packed, "MOST_SUBJECTS", 6)
    tab = show(page.write(Bundle.open(bundles.small(tmp_path)), tmp_path / "audit.html"), "#view-engineer")
    tab.fill("#l-text", "00-0001-r4")
    tab.locator("#list a").click()
    tab.wait_for_url("**/audit-devices/*.html*")
    tab.locator("#list details[open] .case").first.wait_for()
    assert "00-0001-r4" in tab.locator("#list summary").inner_text()
    assert tab.wrong == []
