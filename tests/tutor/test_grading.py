"""A class graded with a check of our own, and once with the real one."""

import csv
import io
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from barreleye.tutor.checking import check_file
from barreleye.tutor.grading import Graded, files_in, graded, harmless, sorted_book, to_csv
from barreleye.tutor.report import Report
from barreleye.tutor.words import Text

WRONG_UPDATE = """
import numpy as np

def update_parameters(parameters, grads, learning_rate=1.2):
    return {name: parameters[name] + learning_rate * grads["d" + name] for name in parameters}
"""


@pytest.fixture
def folder(tmp_path):
    """Students' files: in folders of their own and not, a notebook, and what is not theirs."""
    for name in (
        *("b.py", "a.py", "lee/hw.py", "王/作业.ipynb", "notes.txt"),
        *("lee/__pycache__/x.py", ".git/x.py", "lee/.ipynb_checkpoints/hw.ipynb"),
    ):
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "class"


def names(folder, files):
    return [file.relative_to(folder).as_posix() for file in files]


def test_scripts_and_notebooks_are_found_at_any_depth(folder):
    assert names(folder, files_in(folder)) == ["a.py", "b.py", "lee/hw.py", "王/作业.ipynb"]


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no \.py or \.ipynb file"):
        files_in(tmp_path)
    with pytest.raises(ValueError, match="is not a folder"):
        files_in(tmp_path / "nowhere")


def test_one_file_that_breaks_stops_no_other(folder, report):
    def check(path):
        if path.name == "b.py":
            raise OSError("disk on fire")
        return replace(report, source=path.name)

    rows = {row.file: row for row in graded(folder, files_in(folder), check, jobs=3)}
    assert len(rows) == 4
    assert (rows["b.py"].report, rows["b.py"].trouble, rows["b.py"].verdict) == (
        None,
        "OSError: disk on fire",
        "unjudged",
    )
    assert (rows["a.py"].right, rows["a.py"].found, rows["a.py"].verdict) == (1, 3, "wrong")


def test_checks_run_side_by_side(folder):
    together = threading.Barrier(4, timeout=20)

    def check(path):
        together.wait()
        return Report(path.name, ())

    assert all(row.report for row in graded(folder, files_in(folder), check, jobs=4))


def test_who_stops_asking_stops_the_rest(folder):
    begun = []

    def check(path):
        begun.append(path)
        time.sleep(0.05)
        return Report(path.name, ())

    rows = graded(folder, files_in(folder), check, jobs=1)
    next(rows)
    rows.close()
    assert len(begun) < 4


def book_of(report):
    rows = [
        Graded("lee/hw.py", report),
        Graded("=cmd|' /C calc'!A0.py", None, "OSError: gone"),
        Graded("b.py", replace(report, functions=report.functions[:2], notes=())),
        Graded("c.py", Report("c.py", ())),
    ]
    return sorted_book(Path("class"), rows, 5)


def test_mistakes_are_counted_by_files_and_said_once(report):
    commonest = book_of(report).commonest
    assert [(common.verdict, common.files) for common in commonest] == [("wrong", 1), ("wrong", 1), ("fragile", 2)]
    assert commonest[-1].claim.en == "sigmoid overflows at -1000."


def test_mistakes_without_a_name_are_counted_by_function_and_quantity(report):
    function = report.functions[2]
    unnamed = [
        replace(function.findings[0], mistake=None, claim=Text(f"dW1 is off by {k}", f"dW1 相差 {k}")) for k in (1, 2)
    ]
    rows = [
        Graded(f"{k}.py", replace(report, functions=(replace(function, findings=(one,)),)))
        for k, one in enumerate(unnamed)
    ]
    (common,) = sorted_book(Path("class"), rows, 2).commonest
    assert common.files == 2
    assert common.claim.en == "the backward pass: dW1 is wrong in a way that has no name"
    (alone,) = sorted_book(Path("class"), rows[:1], 1).commonest
    assert alone.claim == unnamed[0].claim


def test_fragile_is_not_right(report):
    book = book_of(report)
    assert (book.right, book.fragile) == (0, 1)
    assert [(row.right, row.fragile, row.found) for row in book.rows if row.file == "b.py"] == [(1, 1, 2)]


def test_one_mistake_with_other_numbers_is_the_same_mistake(report):
    function = report.functions[2]
    other = replace(function.findings[0], claim=replace(function.findings[0].claim, en="dW1 is m = 9 times too large"))
    rows = [
        Graded("a.py", replace(report, functions=(replace(function, findings=function.findings[:1]),))),
        Graded("b.py", replace(report, functions=(replace(function, findings=(other, other)),))),
    ]
    (common,) = sorted_book(Path("class"), rows, 2).commonest
    assert (common.files, common.claim) == (2, function.findings[0].claim)


def test_the_table_has_a_row_for_each_file_and_a_column_for_each_exercise(report):
    data = to_csv(book_of(report))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["file"] for row in rows] == ["'=cmd|' /C calc'!A0.py", "b.py", "c.py", "lee/hw.py"]
    assert list(rows[0])[7:] == ["sigmoid", "forward", "backward"]  # the course's order
    lee = rows[3]
    assert (lee["right"], lee["found"], lee["verdict"], lee["backward"]) == ("1", "3", "wrong", "wrong")
    assert lee["mistakes"].splitlines()[0] == "backward_propagation: dW1 is m = 7 times too large: the 1/m is missing."
    assert lee["remarks"] == "cell 2, line 3: cannot be read: invalid syntax: def f(:"
    assert rows[0]["remarks"] == "could not be checked: OSError: gone"
    assert rows[1]["backward"] == ""
    assert rows[2]["remarks"] == "no function of the course found"


def test_the_table_in_chinese(report):
    text = to_csv(book_of(report), "zh").decode("utf-8-sig")
    assert text.splitlines()[0].startswith("文件,正确数,不够稳健数,函数数,结论,错误,备注,")
    assert "dW1 大了 m = 7 倍" in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_no_text_becomes_a_formula(text):
    assert harmless(text) == "'" + text


def test_other_text_stays():
    assert harmless("a=b-c@d") == "a=b-c@d"
    assert harmless("") == ""


def test_files_that_hang_or_cannot_be_read_are_rows_like_others(tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG_UPDATE)
    (tmp_path / "hangs.py").write_text(
        "def update_parameters(parameters, grads, learning_rate=1.2):\n    while True: pass\n"
    )
    (tmp_path / "torn.py").write_text("def update_parameters(:\n")
    (tmp_path / "torn.ipynb").write_text("{")
    started = time.monotonic()
    rows = graded(tmp_path, files_in(tmp_path), lambda path: check_file(path, seconds=0.5), jobs=2)
    found = {row.file: row for row in rows}
    assert time.monotonic() - started < 60
    assert found["wrong.py"].verdict == "wrong"
    assert found["wrong.py"].claims("en")[0].startswith("update_parameters: W")
    assert found["hangs.py"].verdict != "right"
    assert "line 1: cannot be read" in found["torn.py"].remarks("en")[-1]
    assert found["torn.ipynb"].trouble
