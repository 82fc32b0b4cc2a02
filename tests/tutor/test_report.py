"""What follows from a report's parts, and its faces in Python."""

import subprocess
import sys
from dataclasses import replace

import pytest

from barreleye.tutor.report import HINTS
from barreleye.tutor.running.answers import Note
from barreleye.tutor.showing.shown import ShownReport
from barreleye.words import Text


@pytest.mark.parametrize(
    ("functions", "read", "unread"),
    [
        (slice(1, 2), ("right", 0), ("unjudged", 2)),
        (slice(0, 2), ("fragile", 0), ("unjudged", 2)),
        (slice(0, 3), ("wrong", 1), ("wrong", 1)),
        (slice(0, 0), ("unjudged", 2), ("unjudged", 2)),
    ],
)
def test_a_file_of_which_a_part_cannot_be_read_is_not_right(report, functions, read, unread):
    report = replace(report, functions=report.functions[functions])
    whole = replace(report, notes=report.notes[:1])
    assert (whole.verdict, whole.exit_status) == read
    assert (report.verdict, report.exit_status) == unread


def test_a_report_is_printed_in_either_language(report):
    assert str(report) == report.said()
    assert "dW1 is m = 7 times too large: the 1/m is missing." in str(report)
    assert "dW1 大了 m = 7 倍：缺少 1/m。" in report.said("zh")
    assert "np.dot(dZ1, X.T) / m" not in str(report)
    assert "np.dot(dZ1, X.T) / m" in report.said(hint="line")
    with pytest.raises(ValueError, match=r"lang='fr' is unknown; choose one of: en, zh"):
        report.said("fr")
    with pytest.raises(ValueError, match=r"hint='all' is unknown; choose one of: where, quantity, equation, line"):
        report.said("en", hint="all")


def test_a_report_is_printed_in_its_own_language_else_in_the_locales(report, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "dW1 大了 m = 7 倍" in str(replace(report, lang=None))
    assert "dW1 大了" not in str(report)
    assert "dW1 大了 m = 7 倍" in replace(report, lang="zh")._repr_html_()


def test_a_report_shows_itself_in_one_line(report):
    assert repr(report) == "<Report on homework.py: 1 right, 1 fragile, 1 wrong, a part cannot be read>"


def test_a_notebook_shows_it_as_html(report):
    html = replace(report, source="<b>")._repr_html_()
    assert html.startswith("<div>")
    assert "dW1 is m = 7 times too large" in html
    assert repr(ShownReport("a.py", ())) == "<Report on a.py: no function of the course found>"


def test_a_report_is_made_without_what_prints_it():
    program = "import sys, barreleye.tutor.report; print('rich' in sys.modules, 'jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    "left", [{"unchecked": ("adam",)}, {"notes": (Note("methods", "line 3", Text("class Net", "类 Net")),)}]
)
def test_what_is_passed_over_is_not_judged(report, left):
    right = replace(report, functions=report.functions[1:2], notes=())
    assert (right.verdict, right.exit_status) == ("right", 0)
    passed_over = replace(right, **left)
    assert passed_over.counts == {"right": 1, "fragile": 0, "wrong": 0, "unjudged": 1}
    assert (passed_over.verdict, passed_over.exit_status) == ("unjudged", 2)
    assert replace(right, unknown=("plot_it",)).verdict == "right"


def test_a_hint_gives_away_no_more_than_its_level(report):
    whole = report.hinted("line")
    assert whole == report
    for level, hidden in zip(
        HINTS, (["dW1", "1/m", "7 times"], ["the 1/m", "dW[1] ="], ["np.dot(dZ1, X.T) / m"]), strict=False
    ):
        said = str(report.hinted(level).functions[2].findings[0])
        assert not [one for one in hidden if one in said.replace("    dW1 = np.dot(dZ1, X.T)'", "")], level
    assert report.hinted("quantity").functions[2].findings[0].evidence
    assert [one.verdict for one in report.hinted("where").functions] == [one.verdict for one in report.functions]
