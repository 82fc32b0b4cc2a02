"""The page of a report, read back with an HTML parser."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from barreleye.tutor.report import Report
from barreleye.tutor.showing.page import page
from barreleye.words import Text


class Reader(HTMLParser):
    """The elements and the text of a page; fails where an end tag has no start."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def tags(self):
        return [tag for tag, _ in self.elements]


def test_everything_found_is_said(report):
    text = Reader(page(report)).text
    for words in (
        "Check of homework.py",
        "1 right, 1 fragile, 1 wrong, a part cannot be read",
        "✗ wrong: the backward pass",
        "✓ right: forward_propagation",
        "dW1 is m = 7 times too large: the 1/m is missing.",
        "dW[1] = (1/m) dZ[1] A[0]ᵀ",
        "0.86408",
        "No learning curve would have shown this mistake",
        "cell 2, line 3",
    ):
        assert words in text


def test_everything_found_is_said_in_chinese(report):
    reader = Reader(page(report, "zh"))
    assert dict(reader.elements)["html"] == {"lang": "zh-Hans"}
    for words in ("检查 homework.py", "有误：反向传播", "大了 m = 7 倍", "提示", "答案", "学习曲线看不出这个错误"):
        assert words in reader.text


def test_hints_and_solutions_unfold(report):
    reader = Reader(page(report))
    unfolding = [attributes for tag, attributes in reader.elements if tag == "details"]
    assert len(unfolding) == 3  # two hints, one solution
    assert all("open" not in attributes for attributes in unfolding)


def test_nothing_is_fetched_and_nothing_runs(report):
    reader = Reader(page(report))
    assert not {"script", "link", "img", "iframe", "base"} & set(reader.tags())
    assert not {"src", "href", "onclick", "style"} & {name for _, attributes in reader.elements for name in attributes}
    assert "url(" not in page(report)
    assert "@import" not in page(report)


def test_a_learners_text_is_text(report):
    evil = "</p><script>alert(1)</script>"
    finding = replace(
        report.functions[2].findings[0],
        claim=Text(evil, evil),
        should=evil,
        seen=evil,
        hint=Text(evil, evil),
        solution=evil,
        line=evil,
        where=evil,
        quantity=evil,
    )
    function = replace(report.functions[2], name=evil, where=evil, findings=(finding,), remarks=(Text(evil, evil),))
    notes = tuple(replace(note, text=Text(evil, evil), where=evil) for note in report.notes)
    for lang in ("en", "zh"):
        reader = Reader(page(Report(evil, (function,), notes, (evil,)), lang))
        assert "script" not in reader.tags()
        assert reader.text.count(evil) >= 12


def test_pictures_can_be_heard_and_headings_follow_each_other(report):
    reader = Reader(page(report))
    pictures = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert [picture["role"] for picture in pictures] == ["img", "img"]
    assert pictures[1]["aria-label"] == "this equation: 90.50% correct, cost 0.243"
    levels = [int(tag[1]) for tag in reader.tags() if tag in ("h1", "h2", "h3", "h4")]
    assert levels == [1, 2, 2, 2]


def test_a_curve_is_a_line_without_the_pages_style_too(report):
    pictures = [attributes for tag, attributes in Reader(report._repr_html_()).elements if tag == "svg"]
    assert [(picture["fill"], picture["stroke"]) for picture in pictures] == [("none", "currentColor")] * 2


@pytest.mark.parametrize("which", ["right", "mistaken"])
def test_a_curve_lies_within_its_picture(report, which):
    far = replace(report.functions[2].findings[1].curves, mistaken=(0.7, 1e300))
    finding = replace(report.functions[2].findings[1], curves=far)
    reader = Reader(page(Report("a.py", (replace(report.functions[2], findings=(finding,)),))))
    curve = next(a for tag, a in reader.elements if tag == "polyline" and a["class"] == which)
    points = [tuple(map(float, point.split(","))) for point in curve["points"].split()]
    assert len(points) == len(getattr(far, which))
    assert all(0 <= x <= 320 and 0 <= y <= 170 for x, y in points)
