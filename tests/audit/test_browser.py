"""In a real browser: filter, open, judge, the next run obeys, undo; by keyboard, too; nothing leaves the machine."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import product

import pytest
import uvicorn

from flows import judgements
from flows.audit.web import application

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
HOW = "needs a browser: apt-get install chromium fonts-noto-cjk, and pip install playwright"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

playwright = pytest.importorskip("playwright.sync_api", reason=HOW)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=HOW)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """One browser for all tests of this file."""
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(corpus) -> Iterator[str]:
    """The pages of the corpus on a port of their own."""
    config = uvicorn.Config(application(corpus.clean, corpus.file), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(chromium, address):
    """A page that fails the test on any error, dialog or request to another machine; a refused text is none (422)."""
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda sent: None if sent.url.startswith(address) else wrong.append(sent.url))
    yield opened
    context.close()
    assert not wrong


def _is_wrong(message) -> bool:
    return message.type in ("error", "warning") and "status of 422" not in message.text


def test_filter_open_judge_obey_undo(page, corpus):
    """The whole way by mouse, to the changed snapshot and back."""
    page.goto("/removed")
    page.get_by_role("searchbox").fill("张三")
    page.get_by_role("button", name="Filter").click()
    assert page.locator(".item").count() == 1
    page.locator(".item .open").click()
    page.get_by_label("Note").first.fill("是正文的一部分")
    page.get_by_role("button", name="Wrong").first.click()
    page.get_by_text("Judged wrong").wait_for()
    assert [one.note for one in judgements.read(corpus.file).standing] == ["是正文的一部分"]
    corpus.run()
    page.goto("/removed?text=张三")
    assert page.get_by_text("Nothing matches").is_visible()
    page.goto("/judgements")
    assert page.get_by_text("obeyed").is_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back").wait_for()
    corpus.run()
    page.goto("/removed?text=张三")
    assert page.locator(".item").count() == 1


def test_keyboard_alone(page, corpus):
    """Search, walk, judge, open, walk the edits of a document, undo: without touching the mouse."""
    page.goto("/removed?what=all")
    page.keyboard.press("/")
    page.keyboard.type("张三")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=**")
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.get_by_text("Judged wrong").wait_for()
    page.keyboard.press("z")
    page.get_by_text("Taken back").wait_for()
    assert not judgements.read(corpus.file).standing
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/**")
    page.go_back()
    page.goto(page.locator(".item .source").first.get_attribute("href"))
    panel = page.locator("#panel")
    panel.locator("h1").wait_for()  # opened at the edit the link names
    first = panel.inner_text()
    page.keyboard.press("k")
    page.wait_for_function("text => document.getElementById('panel').innerText !== text", arg=first)
    page.keyboard.press("r")
    page.get_by_text("Judged right").wait_for()
    assert page.locator(".e.right").count() >= 1
    page.keyboard.press("Escape")
    assert panel.is_hidden()


def test_everything_can_be_reached_by_tab(page):
    """Tab visits the navigation, the filters, every edit and its buttons in the order they are read."""
    page.goto("/removed")
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("`${document.activeElement.name || ''} ${document.activeElement.innerText}`"))
    names = " ".join(seen)
    for wanted in ("To the content", "Overview", "Judgements", "rule", "Filter", "Right", "Wrong", "Unsure"):
        assert wanted in names, seen


def test_hostile_text_does_nothing(page):
    """A page full of markup of the corpus keeps its title and opens no dialog; rare characters are exact."""
    page.goto("/removed?what=all&source=hostile")
    page.goto(page.locator(".item .source").first.get_attribute("href"))
    assert "hacked" not in page.title()
    assert "𠮷野家、𪚥" in page.locator(".both").inner_text()
    assert page.locator(".both script, .both img, .both b[onmouseover]").count() == 0


def test_a_torn_place_is_settled_by_keys(page, corpus):
    """From the list of flags to the field, refused with the reason, then a candidate: without the mouse."""
    page.goto("/placeholders?kind=pinyin_torn")
    page.get_by_role("link", name="pinyin_torn").last.press("Enter")
    page.wait_for_url("**/document/**")
    page.keyboard.press("Tab")  # the place itself is where the link led
    assert page.evaluate("document.activeElement.name") == "candidate"
    candidate = page.evaluate("document.activeElement.innerText")
    field = page.get_by_label("What stands there")
    field.focus()
    page.keyboard.type("担其债")
    page.keyboard.press("Enter")
    assert "damaged again gives" in page.get_by_role("alert").inner_text()
    assert field.input_value() == "担其债" and not corpus.file.exists()
    page.get_by_role("button", name=candidate, exact=True).press("Enter")
    page.get_by_text("for the next run").wait_for()
    assert [one.after for one in judgements.read(corpus.file).standing] == [candidate]
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("for the next run").wait_for(state="detached")
    assert not judgements.read(corpus.file).standing


def test_works_without_scripts(chromium, address, corpus):
    """Judging is a plain form: a browser without scripts judges and comes back to the same page."""
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/removed?text=张三")
    page.get_by_role("button", name="Wrong").click()
    assert page.url.endswith("text=%E5%BC%A0%E4%B8%89")
    assert page.get_by_role("button", name="Wrong").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Undo").click()
    assert not judgements.read(corpus.file).standing
    context.close()


def test_pages_fit_and_can_be_read(page):
    """On wide and narrow screens nothing hangs over the edge, and text stands out from its ground (WCAG AA)."""
    paths = ("/", "/removed", "/removed?what=documents", "/clusters", "/placeholders", "/rules", "/quarantine")
    for path in (*paths, _torn_document(page)):
        page.goto(path)
        for width, scheme in product((1280, 380), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert page.evaluate(_CONTRAST) >= 4.5, (path, width, scheme)


def _torn_document(page):
    page.goto("/placeholders?kind=pinyin_torn")
    return page.locator(".item .open").first.get_attribute("href")


# The least contrast of text and ground among the elements that hold text.
_CONTRAST = """() => {
  const parse = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] > 0.5) return color;
    }
    return [255, 255, 255];
  };
  let least = 21;
  for (const element of document.querySelectorAll("h1, h2, p, a, span, td, th, dd, dt, button, label, li, small, b")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.offsetParent || element.closest(".skip, .near, .judge, svg")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    least = Math.min(least, (a + 0.05) / (b + 0.05));
  }
  return least;
}"""
