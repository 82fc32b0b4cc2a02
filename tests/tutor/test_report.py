"""What follows from a report's parts, and its faces in Python."""

import subprocess
import sys
from dataclasses import replace

import pytest

from barreleye.tutor.report import Report


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
    assert "np.dot(dZ1, X.T) / m" in report.said(solution=True)
    with pytest.raises(ValueError, match=r"lang='fr' is unknown; choose one of: en, zh"):
        report.said("fr")


def test_a_report_shows_itself_in_one_line(report):
    assert repr(report) == "<Report on homework.py: 1 right, 1 fragile, 1 wrong, a part cannot be read>"


def test_a_notebook_shows_it_as_html(report):
    html = replace(report, source="<b>")._repr_html_()
    assert html.startswith("<div>")
    assert "dW1 is m = 7 times too large" in html
    assert repr(Report("a.py", ())) == "<Report on a.py: no function of the course found>"


def test_a_report_is_made_without_what_prints_it():
    program = "import sys, barreleye.tutor.report; print('rich' in sys.modules, 'jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
