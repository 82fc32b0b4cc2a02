import re
from dataclasses import replace

import pytest

from barreleye.nn.activations import Tanh
from barreleye.tutor.edits import edits
from barreleye.tutor.equations import EQUATIONS, on_paper
from barreleye.tutor.report import Finding, Report, place
from barreleye.tutor.running.answers import Note
from barreleye.tutor.showing.wording import finding_rows, next_step, note_lines, right_line, summary, to_mend
from barreleye.words import Text


def test_the_summary_counts_each_verdict(report):
    read = replace(report, notes=())
    assert summary(read, "en") == "1 right, 1 fragile, 1 wrong"
    assert summary(read, "zh") == "1 个正确，1 个不够稳健，1 个有误"


def test_the_summary_says_that_something_is_missing_from_it(report):
    assert summary(report, "zh") == "1 个正确，1 个不够稳健，1 个有误，有一部分无法读取"
    assert summary(replace(report, functions=()), "en") == "no function of the course found, a part cannot be read"


def test_notes_of_one_kind_are_said_three_times_at_most():
    notes = tuple(Note("magic", f"cell {k}", Text("%pylab {inline}", "魔法 {inline}")) for k in range(1, 6))
    assert list(note_lines(Report("a.ipynb", (), notes), "en")) == [
        *(f"cell {k}: %pylab {{inline}}" for k in (1, 2, 3)),
        "and 2 more like this",
    ]


def test_a_note_is_said_in_the_language(report):
    assert list(note_lines(report, "zh"))[:2] == [
        "第 50 行：X = f() 没有运行",
        "第 2 单元格，第 3 行：无法读取：invalid syntax：def f(:",
    ]


def test_a_long_note_is_cut():
    (said,) = note_lines(Report("a.py", (), (Note("printed", "", Text("x" * 999, "")),)), "en")
    assert said == f"{'x' * 200} ..."


def test_the_next_step_is_the_gravest_thing(report):
    assert "cell 2, line 3" in next_step(report, "en")  # what cannot be read comes before all else
    nowhere = (Note("syntax", "", Text("cannot be read", "无法读取")),)
    assert "homework.py cannot be read" in next_step(replace(report, notes=nowhere), "en")
    read = Report("a.py", report.functions)
    assert "backward_propagation" in next_step(read, "en")
    assert "mend what is fragile, as said above: sigmoid." in next_step(Report("a.py", report.functions[:2]), "en")
    assert "Well done" in next_step(Report("a.py", report.functions[1:2]), "en")
    assert "forward_propagation" in next_step(Report("a.py", ()), "zh")


def test_the_words_in_an_equation_are_in_the_language():
    should, seen = Text("mean of Z", "Z 的平均值"), "dW[1] = dZ[1]"
    rows = finding_rows(Finding("wrong", "dW1", None, Text("", ""), should=should, seen=seen), "zh")
    assert [text for _, text in rows] == ["Z 的平均值", "dW[1] = dZ[1]"]


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("dA[l] * dg[l](Z[l], Z[l])", "dZ[{l}] = dA[{l}] ∗ {g}′，其中用 Z[{l}] 代替了 A[{l}]"),
        ("mean(dZ[l], axis=0, keepdims=False)", "dZ[{l}] = dZ[{l}] 对单元的平均值，成了一维数组"),
        ("dZ[l] @ A[l - 1].T / m", "dZ[{l}] = (1/m) dZ[{l}] A[{p}]ᵀ"),
    ],
)
def test_an_equation_knows_its_chinese(text, chinese):
    assert on_paper("dZ", text).zh == chinese


@pytest.mark.parametrize("line", ["J", "db", "dZ", "answer"])
def test_no_english_word_is_left_in_an_equation(line):
    english = re.compile(r"\b(of|over|where|else|with|in|place|samples|units|as|flat|the|and|mean|between)\b")
    texts = {on_paper(EQUATIONS[line].quantity, edit.text) for edit in edits(line, Tanh())}
    assert len(texts) > 10
    assert not [text for text in texts if english.search(text.zh)]


@pytest.mark.parametrize(
    "left",
    [{"unchecked": ("adam",)}, {"notes": (Note("methods", "line 3", Text("Net", "Net")),)}],
)
def test_what_was_left_alone_is_not_praised(report, left):
    assert next_step(Report("a.py", report.functions[:2], **left), "en").startswith("What was judged is right")
    assert next_step(Report("a.py", (), **left), "zh") == "这里没有能够判断的内容，原因见上。"
    assert "right" not in next_step(Report("a.py", (), **left), "en")


def test_what_is_wrong_comes_first_and_what_is_right_is_one_line(report):
    assert [one.verdict for one in to_mend(report)] == ["wrong", "fragile"]
    twice = replace(report, functions=report.functions[1:2] * 2)
    assert right_line(twice, "zh") == "正确：forward_propagation、forward_propagation"
    assert right_line(Report("a.py", ()), "en") == ""


def test_places_are_translated_and_other_text_is_not():
    assert place("line 7").zh == "第 7 行"
    assert place("helper.py, line 7").zh == "helper.py，第 7 行"
    assert place("cell 3, line 12").en == "cell 3, line 12"
