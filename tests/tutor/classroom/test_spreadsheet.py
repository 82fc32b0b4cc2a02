import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from barreleye.tutor.classroom.grading import Graded, sorted_book
from barreleye.tutor.classroom.spreadsheet import harmless, to_csv
from barreleye.words import Text


def test_the_table_has_a_row_for_each_file_and_a_column_for_each_exercise(book):
    data = to_csv(book)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["file"] for row in rows] == ["'=cmd|' /C calc'!A0.py", "b.py", "c.py", "lee/hw.py"]
    assert list(rows[0])[6:-2] == ["sigmoid", "forward", "backward"]  # the course's order
    lee = rows[3]
    assert (lee["right"], lee["score"], lee["verdict"], lee["backward"]) == ("1", "67", "wrong", "wrong")
    assert lee["mistakes"].splitlines()[0] == "backward_propagation: dW1 is m = 7 times too large: the 1/m is missing."
    assert lee["remarks"] == "cell 2, line 3: cannot be read: invalid syntax: def f(:"
    assert rows[0]["remarks"] == "could not be checked: OSError: gone"
    assert rows[1]["backward"] == ""
    assert rows[2]["remarks"] == "no function of the course found"


def test_the_table_in_chinese(book):
    text = to_csv(book, "zh").decode("utf-8-sig")
    assert text.splitlines()[0].startswith("文件,得分,结论,正确数,不够稳健数,有误数,sigmoid,")
    assert "dW1 大了 m = 7 倍" in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\n=1"])
def test_no_text_becomes_a_formula(text):
    assert harmless(text) == "'" + text


def test_other_text_stays():
    assert harmless("a=b-c@d") == "a=b-c@d"
    assert harmless("") == ""


def test_no_text_acts_on_a_terminal(report):
    finding = replace(report.functions[2].findings[0], claim=Text("a\x1b[31m\u202e\x00b", ""))
    function = replace(report.functions[2], findings=(finding,))
    data = to_csv(sorted_book(Path("class"), [Graded("a.py", replace(report, functions=(function,)))], 1))
    assert "a�[31m��b" in data.decode("utf-8-sig")
