"""The page in a browser: it trains, goes back, is drawn on, edited, opened by its address, in both languages."""

import json
import re
import subprocess
import sys
import time
import urllib.parse

import numpy as np
import pytest

from barreleye.data.builtin import load_dataset
from barreleye.models.preparing import prepare, rows_of
from barreleye.models.run import Settings

SMALL = {"width": 800, "height": 900}
LARGE = {"width": 1280, "height": 900}
WAIT = 20_000


def started(*arguments):
    command = [sys.executable, "-m", "barreleye.cli", "studio", "--no-browser", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return process, re.search(r"http://\S+", process.stdout.readline())[0]


@pytest.fixture(scope="module")
def address():
    process, found = started("moons")
    yield found
    process.kill()
    process.communicate()


@pytest.fixture
def page(browser, address):
    with opened(browser, address, LARGE) as made:
        made.ask({"do": "open", "setup": {"data": {"name": "moons"}}})
        yield made


class opened:
    """A page, which may not complain on its console nor ask anything of anybody else."""

    def __init__(self, browser, address, size=LARGE, fragment=""):
        self.context = browser.new_context(viewport=size, locale="en-GB", accept_downloads=True)
        self.page, self.address = self.context.new_page(), address
        self.wrong = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        own = address.split("/")[2]
        self.page.on(
            "request",
            lambda r: None if own in r.url or r.url.startswith(("data:", "blob:")) else self.wrong.append(r.url),
        )
        self.page.goto(address + fragment)
        self.page.wait_for_selector("#where span", timeout=WAIT)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        wrong = self.wrong
        self.context.close()
        assert error[0] is not None or not wrong, wrong

    def ask(self, command):
        """Send a command through the page's own socket, and wait for what it shows."""
        self.page.evaluate("command => window.studio.ask(command)", command)

    def facts(self):
        told = "JSON.stringify(window.studio.frame, (key, value) => (key === 'arrays' ? undefined : value))"
        return json.loads(self.page.evaluate(told))["sides"][0]

    def array(self, name):
        return np.array(self.page.evaluate(f"Array.from(window.studio.frame.sides[0].arrays[{json.dumps(name)}])"))

    def until(self, condition):
        """Wait for a condition on the last frame f and its first side s; the page's policy forbids to wait in it."""
        self.wait(f"(() => {{ const f = window.studio.frame, s = f.sides[0]; return Boolean({condition}); }})()")

    def wait(self, condition):
        until = time.monotonic() + WAIT / 1000
        while not self.page.evaluate(condition):
            assert time.monotonic() < until, condition
            self.page.wait_for_timeout(20)

    def pixels(self, selector):
        return self.page.evaluate(
            "selector => { const c = document.querySelector(selector); return c.toDataURL(); }", selector
        )

    def click(self, selector):
        self.page.click(selector, timeout=WAIT)


def test_it_trains_and_the_pictures_change_and_pause_stops_it(page):
    before = {name: page.pixels(name) for name in ("#plane", "#board", "#curve")}
    page.click("#play")
    page.until("s.step > 20")
    page.click("#play")
    page.until("!f.playing")
    assert all(page.pixels(name) != picture for name, picture in before.items())
    step = page.facts()["step"]
    page.page.wait_for_timeout(200)
    assert page.facts()["step"] == step
    assert f"step {step:,}" in page.page.inner_text("#where")


def test_back_and_forward_give_the_same_numbers(page):
    page.ask({"do": "step", "steps": 30})
    page.until("s.step === 30")
    W = page.array("W1")
    page.page.evaluate(
        "() => { const s = document.getElementById('back'); s.value = 12; s.dispatchEvent(new Event('input')); }"
    )
    page.until("s.step === 12")
    assert not np.array_equal(page.array("W1"), W)
    page.page.keyboard.press("Escape")
    for _ in range(18):
        page.click("#step")
    page.until("s.step === 30")
    assert np.array_equal(page.array("W1"), W)


def test_points_that_are_drawn_are_learnt(page):
    page.click("#draw")
    box = page.page.locator("#plane").bounding_box()

    def put(x, y):
        page.page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])

    for x, y in ((0.2, 0.2), (0.3, 0.2), (0.25, 0.3)):
        put(x, y)
    page.page.locator("#answer .tools button").nth(1).click()
    put(0.8, 0.8)
    page.until("s.setup.data.name === 'drawn' && s.setup.data.points.length === 4")
    page.ask({"do": "step", "steps": 300})
    page.until("s.step === 300")
    assert np.array_equal(page.array("truth"), page.array("told"))
    assert page.array("truth").tolist() == [0, 0, 0, 1]


def test_a_weight_that_is_edited_by_hand_changes_the_answer(page):
    page.ask({"do": "step", "steps": 50})
    page.until("s.step === 50")
    before = page.array("sure")
    page.click("#look")
    page.page.fill("#parameter", "W[1][0, 1] = 40")
    page.page.press("#parameter", "Enter")
    page.until("s.edits.length === 1")
    assert page.array("W1")[1] == 40
    assert not np.array_equal(page.array("sure"), before)


def test_an_edge_can_be_clicked(page):
    box = page.page.locator("#board").bounding_box()
    left, top, width, height = (box[name] for name in ("x", "y", "width", "height"))
    hit = False
    for down in range(60, int(height), 4):  # somewhere down the middle between two layers there is an edge
        page.page.mouse.click(left + 0.25 * width, top + down)
        if page.page.locator("#editor").is_visible():
            hit = True
            break
    assert hit
    page.page.fill("#editor input", "-2.5")
    page.page.press("#editor input", "Enter")
    page.until("s.edits.length === 1")
    assert page.facts()["edits"][0][3] == -2.5


def test_the_numbers_stand_in_the_equations_and_the_differences_agree(page):
    page.click("#look")
    page.page.wait_for_selector("#equations .step", timeout=WAIT)
    text = page.page.inner_text("#equations")
    assert "dW[1] = (1/m) dZ[1] A[0]ᵀ" in text
    assert "✓" in text
    assert "✗" not in text


def test_a_table_of_ones_own(page, tmp_path):
    file = tmp_path / "own <b>.csv"
    rows = "".join(
        f"{i * 37 % 11},{['Oslo', 'Turku'][i % 2]},{'<i>big</i>' if i * 37 % 11 > 5 else 'small'}\n" for i in range(60)
    )
    file.write_text("size,town,y\n" + rows)
    page.page.set_input_files("#file", str(file))
    page.until(f"s.setup.data.name === {json.dumps(file.name)}")
    assert page.facts()["about"]["classes"] == ["<i>big</i>", "small"]
    assert "<i>big</i>" in page.page.inner_text("#answer")
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    page.page.set_input_files("#file", str(bad))
    page.page.wait_for_selector("#said span", timeout=WAIT)
    assert page.facts()["setup"]["data"]["name"] == file.name


def test_the_address_opens_the_same_network_data_and_step(page, browser, address):
    page.ask({"do": "set", "settings": {"layers": [5, 3], "activation": "relu", "seed": 7}})
    page.ask({"do": "step", "steps": 25})
    page.until("s.step === 25")
    page.ask({"do": "edit", "name": "W[1]", "place": [0, 0], "value": 1.25})
    page.ask({"do": "step", "steps": 5})
    page.until("s.step === 30")
    W, url = page.array("W2"), page.page.url
    state = json.loads(urllib.parse.unquote(url.split("#")[1]))
    assert state["step"] == 30
    page.ask({"do": "set", "data": {"name": "xor"}})
    page.until("s.setup.data.name === 'xor'")
    with opened(browser, address, LARGE, "#" + url.split("#")[1]) as other:
        other.until("s.step === 30")
        assert np.array_equal(other.array("W2"), W)


def test_two_runs_stand_side_by_side(page):
    page.ask({"do": "compare", "settings": {"rate": 0.5}})
    page.until("f.sides.length === 2")
    page.click("#epoch")
    page.until("s.step > 0")
    assert page.page.locator("#beside").is_visible()
    assert page.page.inner_text("#where").count("step") == 2
    page.click("#uncompare")
    page.until("f.sides.length === 1")


def test_what_is_wrong_is_said_and_confirmed(page):
    page.ask({"do": "set", "settings": {"optimizer": "gd", "rate": 90}})
    page.ask({"do": "step", "steps": 150})
    page.until("f.findings.length > 0")
    page.click("#diagnose")
    page.page.wait_for_selector("#findings details[open]", timeout=WAIT)
    assert "BE301" in page.page.inner_text("#findings")


def test_an_error_is_said_and_the_run_goes_on(page):
    page.page.fill("input[name=rate]", "-3")
    page.page.press("input[name=rate]", "Enter")
    page.page.wait_for_selector("#said span", timeout=WAIT)
    assert "rate=-3 must be" in page.page.inner_text("#said")
    page.click("#step")
    page.until("s.step === 1")


def test_keys_work(page):
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowRight")
    page.until("s.step === 2")
    page.page.keyboard.press("ArrowLeft")
    page.until("s.step === 1")
    page.page.keyboard.press("r")
    page.until("s.step === 0")
    page.page.keyboard.press("Space")
    page.until("f.playing")
    page.page.keyboard.press("Space")
    page.until("!f.playing")


def test_what_is_taken_along(page, tmp_path):
    page.ask({"do": "step", "steps": 10})
    page.until("s.step === 10")
    page.click("#show_script")
    page.page.wait_for_selector("#script:not([hidden])", timeout=WAIT)
    names: dict = {}
    exec(page.page.inner_text("#script").replace("print(progress)", ""), names)
    assert np.array_equal(
        names["progress"].parameters.W[1].ravel().astype(np.float32), page.array("W1").astype(np.float32)
    )
    with page.page.expect_download() as download:
        page.click("#take a[download='model.safetensors']")
    assert download.value.path().stat().st_size > 1000


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_both_languages_at_both_widths(browser, address, size):
    with opened(browser, address, size) as page:
        page.ask({"do": "open", "setup": {}})  # stands still, whatever the test before left playing
        for lang in ("zh", "en"):
            page.page.evaluate(f"window.studio.speak('{lang}')")
            page.wait(f"document.documentElement.lang === '{lang}'")
            page.click("#look") if page.page.locator("#look").count() else None
            text = page.page.inner_text("body")
            assert "undefined" not in text
            assert "NaN" not in text
            assert bool(re.search("[一-鿿]", page.page.inner_text("main h2 >> nth=0"))) == (lang == "zh")
            width = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    frame, target = rows_of(load_dataset("iris"))
    ready = prepare(frame, [target])
    *_, last = Settings(layers=(6,), epochs=10, engine="numpy").train(ready)
    file = tmp_path_factory.mktemp("model") / "model.safetensors"
    ready.model(last).save(file)
    return file


def test_a_trained_model_is_looked_into(browser, model):
    process, address = started("iris", "--model", str(model))
    try:
        with opened(browser, address) as page:
            page.page.wait_for_selector("#told", timeout=WAIT)
            before = page.page.inner_text("#answer")
            slider = page.page.locator(".what input[type=range]").nth(2)
            slider.fill("6.5")
            page.until("f.changed.length === 1")
            assert page.page.inner_text("#answer") != before
            page.click("#undo")
            page.until("f.changed.length === 0")
            page.page.locator("#data td button").nth(3).click()
            page.until("f.number === f.worst[3].row")
            assert "Z[1] = W[1] A[0] + b[1]" in page.page.inner_text("#numbers")
            page.page.set_viewport_size(SMALL)
            page.page.evaluate("window.studio.speak('zh')")
            page.wait("document.documentElement.lang === 'zh'")
            width = page.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]
    finally:
        process.kill()
        process.communicate()
