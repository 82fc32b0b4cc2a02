"""The report of a run: what stands on it, in both languages, whatever strangers' files hold, and in a browser."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

import barreleye
from barreleye.data.frame import frame_of
from barreleye.insight.report import markdown, page, report, write_report
from barreleye.models.preparing import prepare
from barreleye.models.record import beginning, outcome, write_record
from barreleye.models.run import Settings
from barreleye.models.worth import unjudged, worth

RNG = np.random.default_rng(0)
M = 400
HOSTILE = "<script>alert(1)</script>"
LONG = "an_endless_name_" * 12
BOTH = ("data", "split", "scores", "curves", "intervals", "importance", "dependence", "worst", "findings", "layers")
SECTIONS = {
    "classification": {*BOTH, "confusion", "calibration", "settings", "versions"},
    "regression": {*BOTH, "residuals", "settings", "versions"},
}
FINDING = {
    "code": "BE301",
    "title": {"en": "the learning rate is too high", "zh": "学习率太高"},
    "measured": {"en": "the cost rose 12 times", "zh": "代价升高了 12 次"},
    "threshold": 3.5,
    "where": None,
    "meaning": {"en": "steps pass over the valley", "zh": "每步都越过了谷底"},
    "advice": {"en": "divide it by three", "zh": "把它除以三"},
    "trial": {"en": "with 0.01 the cost falls to 0.2", "zh": "用 0.01 时代价降到 0.2"},
    "confirmed": True,
}


def trained(target, trouble=None, **more):
    x, city = RNG.normal(size=M), RNG.choice(["Oslo", "Turku", HOSTILE], M)
    days = [f"2020-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(M)]
    columns = {HOSTILE: x, "城市 | *名称*": city.tolist(), "day": days, LONG: RNG.normal(size=M), **more}
    y = {
        "two": [["yes", HOSTILE][int(one)] for one in x + RNG.normal(size=M) > 0],
        "number": (100 * x + 20 * RNG.normal(size=M)).tolist(),
    }[target]
    settings = Settings(recipe="plain", layers=(6,), epochs=8, engine="numpy")
    ready = prepare(frame_of({**columns, "y & <z>": y}), ["y & <z>"], **settings.coding)
    history = list(settings.train(ready))
    model = ready.model(history[-1])
    found = unjudged(ready, model) if trouble else worth(ready, model)
    made = beginning(ready, settings, ["a note"], "<img src=x>.csv") | outcome(
        ready, settings, history, found, trouble=trouble
    )
    return json.loads(json.dumps(made))


@pytest.fixture(scope="module")
def records():
    return {
        "classification": trained("two") | {"findings": [FINDING]},
        "regression": trained("number") | {"findings": []},
        "diverged": trained("number", trouble="training diverged at step 5: try <less>"),
    }


class Parts(HTMLParser):
    """What a page holds: ids of sections, all tags, and what one reads."""

    def __init__(self, text):
        super().__init__()
        self.sections, self.tags, self.read, self.links, self.lang = [], set(), [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        self.lang = attributes.get("lang") if tag == "html" else self.lang
        if tag == "section":
            self.sections.append(attributes["id"])
        self.links += [attributes["href"]] if "href" in attributes else []

    def handle_data(self, data):
        self.read.append(data)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["classification", "regression", "diverged"])
def test_a_page_has_every_section_and_leads_to_each(kind, lang, records):
    parts = Parts(page(records[kind], lang))
    assert set(parts.sections) == SECTIONS["regression" if kind == "diverged" else kind]
    assert {link for link in parts.links if link != "#findings"} | {"#findings"} == {f"#{s}" for s in parts.sections}
    assert parts.lang == {"en": "en", "zh": "zh-Hans"}[lang]
    assert not parts.tags & {"script", "img", "link", "iframe", "object"}


@pytest.mark.parametrize("kind", ["classification", "regression", "diverged"])
def test_what_comes_from_a_file_acts_on_nothing(kind, records):
    text = page(records[kind])
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;img src=x&gt;.csv" in text
    assert "&amp;lt;" not in text  # escaped once
    assert "http" not in re.sub(r'http-equiv="[\w-]+"', "", text)
    assert LONG not in text
    md = markdown(records[kind])
    assert "<script" not in md
    assert "城市 \\| \\*名称\\*" in md


def test_the_numbers_of_the_record_stand_on_the_page(records):
    made = records["classification"]
    read = " ".join(Parts(page(made)).read)
    scores = made["scores"]["this network"]
    assert f"{scores['accuracy']:.3f}" in read
    assert f"temperature {made['calibration']['y & <z>']['temperature']:.2f}" in read
    (row,) = made["coverage"].values()
    assert f"{row['kept']:.1%}" in read
    for one in made["worst"]:
        assert re.search(rf"\b{one['row']}\b", read)
    counts = np.array(made["confusion"]["y & <z>"])
    assert counts.sum() == made["rows"]["test"]
    assert f"{counts[0, 0] / counts[0].sum():.0%}" in read
    assert f"{counts[0, 0] / counts[:, 0].sum():.0%}" in read
    quantiles = records["regression"]["residuals"]["y & <z>"]["quantiles"]
    assert f"{quantiles[0]:.4g}" in "".join(Parts(page(records["regression"])).read)


def test_the_epoch_that_was_kept_is_told_and_marked(records):
    made = json.loads(json.dumps(records["regression"]))
    made["training"] |= {"kept step": made["curves"]["step"][4]}
    text = page(made)
    assert "Kept are the parameters of epoch 5 (step " in text
    (first, *_) = re.findall(r'class="across" d="M([\d.]+),', text)
    ends = [float(end) for end in re.search(r'class="axis" d="M([\d.]+),[\d.]+H([\d.]+)"', text).groups()]
    low, high = 1 - 0.28, 8 + 0.28  # the epochs with 4 % of room on both sides
    assert float(first) == pytest.approx(np.interp(5, [low, high], ends), abs=0.2)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_findings_speak_the_language_of_the_page(lang, records):
    other = {"en": "zh", "zh": "en"}[lang]
    read = " ".join(Parts(page(records["classification"], lang)).read)
    for part in ("title", "measured", "meaning", "advice", "trial"):
        assert FINDING[part][lang] in read
        assert FINDING[part][other] not in read
        assert FINDING[part][lang] in markdown(records["classification"], lang)
    assert "BE301" in read
    assert ("经试验证实" if lang == "zh" else "confirmed by a trial") in read
    none = {"en": "nothing was found", "zh": "没有发现"}[lang]
    assert none in page(records["regression"], lang)
    assert none not in page(records["classification"], lang)


def test_the_chinese_page_is_chinese(records):
    """Beside names, code and what the command printed, which is marked as English, no line of it has no Chinese."""
    text = page({**records["regression"], "notes": []}, "zh")
    text = re.sub(r"<(code|pre|style|title|bdi|small|text)\b.*?</\1>", "", text, flags=re.S)
    latin = [
        line for line in Parts(text).read if re.search("[a-z]{4}", line) and not re.search("[\u4e00-\u9fff]", line)
    ]
    names = {*records["regression"]["versions"], *records["regression"]["settings"], *records["regression"]["recipe"]}
    assert {line.strip() for line in latin} <= names


def test_a_run_that_diverged_says_so_and_shows_its_layers(records):
    text = page(records["diverged"])
    assert "training diverged at step 5: try &lt;less&gt;" in text
    assert text.count("Training diverged, so the network was not judged.") >= 2
    assert "the last parameters that were finite" in text
    assert "The run was not looked through" in text


@pytest.mark.parametrize("make", [page, markdown])
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_a_record_of_an_earlier_version_has_a_page_too(kind, make, records):
    made = json.loads(json.dumps(records[kind]))
    fresh = ("findings", "confusion", "residuals", "calibration", "layers", "curves", "split", "recipe", "ended")
    for part in fresh:
        made.pop(part, None)
    made["columns"] = {name: {"kind": one["kind"], "why": one["why"]} for name, one in made["columns"].items()}
    made["target"].pop("parts")
    for part in ("ending", "diverged", "judged by", "score"):
        made["training"].pop(part)
    text = make(made)
    assert text.count("it was made by an earlier version") >= 3
    assert "Scores beside baselines" in text


@pytest.mark.parametrize("make", [page, markdown])
def test_numbers_that_are_none_are_dashes(make, records):
    made = json.loads(json.dumps(records["classification"]))
    for its in made["scores"].values():
        its.update(dict.fromkeys(its))
    for one in made["importance"].values():
        one["mean"] = None
    next(iter(made["effects"].values()))["answers"][0][0] = None
    made["curves"]["cost"][2] = None
    made["curves"]["validation cost"] = [None] * len(made["curves"]["cost"])
    made["layers"][1]["A"] |= {"rms": None, "quantiles": [None] * 5}
    text = make(made)
    assert "–" in text
    assert not re.search(r"\b(None|nan|NaN)\b", text)


def test_control_characters_and_halves_of_characters_are_shown_as_such(records, tmp_path):
    made = records["regression"] | {"source": "a\x00\x1b[2J\ud800.csv"}
    write_report(tmp_path / "report.html", made, "en")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}.csv" in text


def test_a_table_of_very_many_columns_stays_a_page(records):
    made = json.loads(json.dumps(records["regression"]))
    column = made["columns"][LONG]
    made["columns"] |= {f"column {i}": column for i in range(3000)}
    made["importance"] |= {f"column {i}": {"mean": 0.1, "deviation": 0.2} for i in range(3000)}
    text = page(made)
    assert len(text.encode()) < 300 * 1024
    assert f"… and {len(made['columns']) - 60:,} more" in text


@pytest.mark.parametrize("kind", ["classification", "regression", "diverged"])
def test_markdown_has_the_same_sections_and_whole_tables(kind, records):
    for lang in ("en", "zh"):
        text = markdown(records[kind], lang)
        assert text.count("\n\n## ") == len(SECTIONS["regression" if kind == "diverged" else kind])
        widths = [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines()]
        for above, below in pairwise(widths):
            assert above == below or not above or not below  # the lines of a table have as many cells


def test_a_report_is_made_of_a_folder_a_file_or_a_record(records, tmp_path):
    write_record(tmp_path, records["regression"])
    texts = [barreleye.report(run, lang="zh") for run in (tmp_path, tmp_path / "run.json", records["regression"])]
    assert texts[0] == texts[1] == texts[2] == page(records["regression"], "zh")
    assert json.loads(report(tmp_path, format="json")) == records["regression"]
    assert report(str(tmp_path), "en", "md") == markdown(records["regression"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no .*run.json'"),
        (b"{", "is no record of a run: it is no JSON"),
        (b"\xff", "is no record of a run: it is no JSON"),
        (b"[" * 100_000, "is no record of a run: it is no JSON"),
        (b"[]", r"is no record of a run: it is \[\]"),
        (b'{"source": 3, "task": ""}', "is no record of a run"),
    ],
)
def test_what_is_no_record_is_refused(content, message, tmp_path):
    if content is not None:
        (tmp_path / "run.json").write_bytes(content)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        report(tmp_path)


@pytest.mark.parametrize(("told", "message"), [({"lang": "de"}, "lang='de'"), ({"format": "pdf"}, "format='pdf'")])
def test_an_unknown_language_or_format_is_refused(told, message, records):
    with pytest.raises(ValueError, match=message):
        report(records["regression"], **told)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["classification", "regression", "diverged"])
def test_a_browser_shows_every_section_asks_for_nothing_and_does_not_scroll_sideways(
    kind, lang, width, records, browser, tmp_path
):
    write_report(tmp_path / "report.html", records[kind], lang)
    address = (tmp_path / "report.html").as_uri()
    asked, said = [], []
    view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if width == 390 else "light")
    try:
        view.on("request", lambda request: asked.append(request.url))
        view.on("console", lambda message: said.append(message.text))
        view.on("pageerror", lambda error: said.append(str(error)))
        view.on("dialog", lambda dialog: said.append(dialog.message))
        view.goto(address)
        for name in SECTIONS["regression" if kind == "diverged" else kind]:
            assert view.locator(f"section#{name} h2").is_visible()
            assert view.locator(f"section#{name} > :nth-child(2)").is_visible()
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        assert view.locator("svg text").evaluate_all("all => all.every(one => one.getBBox().width > 0)")
        assert view.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(20, 24, 27)" if width == 390 else "rgb(255, 255, 255)"
        )
    finally:
        view.close()
    assert (asked, said) == ([address], [])
