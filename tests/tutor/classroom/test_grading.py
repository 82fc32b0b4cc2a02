"""A class graded with a check of our own, and once with the real one."""

import gc
import json
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from barreleye.tutor.checking import check_file
from barreleye.tutor.classroom.grading import Graded, graded, sorted_book
from barreleye.tutor.classroom.submissions import files_in
from barreleye.tutor.report import Report
from barreleye.tutor.running.answers import Note
from barreleye.words import Text

WRONG_UPDATE = """
import numpy as np

def update_parameters(parameters, grads, learning_rate=1.2):
    return {name: parameters[name] + learning_rate * grads["d" + name] for name in parameters}
"""


def test_one_file_that_breaks_stops_no_other(folder, report):
    def check(path, stop):
        if path.name == "b.py":
            raise OSError("disk on fire")
        return replace(report, source=path.name)

    rows = {row.file: row for row in graded(folder, files_in(folder), check, jobs=3)}
    assert len(rows) == 4
    assert (rows["b.py"].report, rows["b.py"].trouble, rows["b.py"].verdict) == (
        None,
        Text("OSError: disk on fire", "OSError: disk on fire"),
        "unjudged",
    )
    assert (rows["a.py"].counts["right"], rows["a.py"].score, rows["a.py"].verdict) == (1, 67, "wrong")


def test_checks_run_side_by_side(folder):
    together = threading.Barrier(4, timeout=20)

    def check(path, stop):
        together.wait()
        return Report(path.name, ())

    assert all(row.report for row in graded(folder, files_in(folder), check, jobs=4))


def test_who_stops_asking_stops_the_rest(folder):
    begun = []

    def check(path, stop):
        begun.append(path)
        time.sleep(0.05)
        return Report(path.name, ())

    rows = graded(folder, files_in(folder), check, jobs=1)
    next(rows)
    rows.close()
    assert len(begun) < 4


def test_a_check_that_runs_is_ended_within_a_second_and_leaves_nothing_behind(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (tmp_path / "a.py").write_text("")
    (tmp_path / "b.py").write_text("import time\ndef update_parameters(parameters, grads):\n    time.sleep(60)\n")
    ended = threading.Event()

    def check(path, stop):
        try:
            return check_file(path, seconds=60, stop=stop)
        finally:
            ended.set() if path.name == "b.py" else None

    rows = graded(tmp_path, [tmp_path / "a.py", tmp_path / "b.py"], check, jobs=2)
    next(rows)
    time.sleep(1)
    began = time.monotonic()
    rows.close()
    assert ended.wait(10)
    assert time.monotonic() - began < 2
    gc.collect()
    assert list(scratch.iterdir()) == []


def test_mistakes_are_counted_by_files_and_said_once(book):
    commonest = book.commonest
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


def test_fragile_is_not_right(book):
    assert (book.right, book.fragile) == (0, 1)
    assert [(row.counts["right"], row.counts["fragile"], row.score) for row in book.rows if row.file == "b.py"] == [
        (1, 1, 100)
    ]
    assert book.counted == ["right", "fragile", "wrong"]


def test_one_mistake_with_other_numbers_is_the_same_mistake(report):
    function = report.functions[2]
    other = replace(function.findings[0], claim=Text("dW1 is m = 9 times too large", ""))
    rows = [
        Graded("a.py", replace(report, functions=(replace(function, findings=function.findings[:1]),))),
        Graded("b.py", replace(report, functions=(replace(function, findings=(other, other)),))),
    ]
    (common,) = sorted_book(Path("class"), rows, 2).commonest
    assert (common.files, common.claim) == (2, function.findings[0].claim)


def test_files_that_hang_or_cannot_be_read_are_rows_like_others(tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG_UPDATE)
    (tmp_path / "hangs.py").write_text(
        "def update_parameters(parameters, grads, learning_rate=1.2):\n    while True: pass\n"
    )
    (tmp_path / "torn.py").write_text("def update_parameters(:\n")
    (tmp_path / "torn.ipynb").write_text("{")
    started = time.monotonic()
    rows = graded(tmp_path, files_in(tmp_path), lambda path, stop: check_file(path, seconds=0.5, stop=stop), jobs=2)
    found = {row.file: row for row in rows}
    assert time.monotonic() - started < 60
    assert found["wrong.py"].verdict == "wrong"
    assert found["wrong.py"].claims("en")[0].startswith("update_parameters: W")
    assert found["hangs.py"].verdict != "right"
    assert "line 1: cannot be read" in found["torn.py"].remarks("en")[-1]
    assert found["torn.ipynb"].trouble
    assert found["torn.ipynb"].trouble.zh.startswith("torn.ipynb 不是完整的笔记本")


def test_a_name_that_is_no_utf_8_loses_nothing(tmp_path, report):
    name = os.fsdecode("张伟.py".encode("gbk"))
    try:
        (tmp_path / name).write_text("def sigmoid(z):\n    return z\n")
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    (row,) = graded(tmp_path, files_in(tmp_path), lambda path, stop: check_file(path, stop=stop), jobs=1)
    assert (row.file, row.report.verdict, Path(row.report.source).name) == ("张伟.py", "wrong", "张伟.py")


def test_files_with_the_same_text_are_named_in_both(folder, report, book):
    text = "def f():\n\n    return 1\n"
    for name in ("a.py", "lee/hw.py"):
        (folder / name).write_text(text)
    cells = [{"cell_type": "code", "source": "def f():\n    return 1"}]
    (folder / "王" / "作业.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    rows = list(graded(folder, files_in(folder), lambda path, stop: report, jobs=1))
    book = sorted_book(folder, rows, 4)
    assert [row.twins for row in book.rows] == [
        ("lee/hw.py", "王/作业.ipynb"),
        (),
        ("a.py", "王/作业.ipynb"),
        ("a.py", "lee/hw.py"),
    ]
    assert book.rows[0].remarks("en")[-1] == "the same text as lee/hw.py and 王/作业.ipynb"
    many = replace(book.rows[0], twins=("b", "c", "d", "e", "f"))
    assert many.remarks("zh")[-1] == "内容完全相同的文件：b、c、d、另外 2 个文件"


def test_what_cannot_be_read_is_said_before_what_follows_from_it(report):
    row = Graded("a.py", report)
    assert row.said("en")[0] == "cell 2, line 3: cannot be read: invalid syntax: def f(:"
    assert Graded("a.py", replace(report, notes=())).said("en")[0].startswith("backward_propagation: dW1")


def test_errors_are_counted_together_only_where_they_say_the_same(report):
    function = report.functions[2]

    def row(name, said):
        finding = replace(function.findings[0], quantity="", mistake=None, claim=Text(said, said))
        return Graded(name, replace(report, functions=(replace(function, findings=(finding,)),)))

    rows = [row("a", "It stops with KeyError"), row("b", "It never ends"), row("c", "It never ends")]
    assert [(one.claim.en, one.files) for one in sorted_book(Path("class"), rows, 3).commonest] == [
        ("It never ends", 2),
        ("It stops with KeyError", 1),
    ]


def test_one_error_with_many_names_is_one_row(report):
    function = report.functions[2]

    def row(name):
        said = f"It stops with NameError: name {name!r} is not defined"
        finding = replace(function.findings[0], mistake="undefined name", claim=Text(said, said), kind="NameError")
        return Graded(name, replace(report, functions=(replace(function, findings=(finding,)),)))

    (common,) = sorted_book(Path("class"), [row(f"name{k}") for k in range(5)], 5).commonest
    assert (common.files, common.claim.zh) == (5, "运行时出错：NameError")


def test_what_is_asked_for_and_missing_costs_points_and_is_named(report):
    wanted = {"compute_cost": "cost", "backward_propagation": "backward", "my_forward": "forward"}
    (row,) = sorted_book(Path("class"), [Graded("a.py", replace(report, notes=()))], 1, wanted).rows
    assert (row.missing, row.score, row.verdict) == (("compute_cost",), 33, "wrong")  # the forward pass alone is right
    assert [row.exercise(name) for name in wanted] == ["", "wrong", "right"]
    assert row.remarks("zh") == ["缺少要求的函数：compute_cost"]
    right = replace(report, functions=report.functions[1:2], notes=())
    (row,) = sorted_book(Path("class"), [Graded("a.py", right)], 1, wanted).rows
    assert row.verdict == "unjudged"


def test_near_copies_are_named_in_both_and_once_in_the_book(report):
    lines = [f"x{k} = f(a, {k}) + {k % 7}" for k in range(30)]
    texts = {"a.py": "\n".join(lines), "b.py": "\n".join(lines).replace("a", "w"), "c.py": "y = g(1)\n" * 30}
    rows = [Graded(name, replace(report, notes=()), text=text) for name, text in texts.items()]
    book = sorted_book(Path("class"), rows, 3)
    assert book.rows[1].remarks("en") == ["100% of the code is that of a.py, names aside"]
    assert [copy.zh for copy in book.copies] == ["a.py 与 b.py：不计变量名，代码有 100% 相同"]
    assert book.rows[2].near == ()


def test_a_teacher_sees_what_was_ready_made(report):
    note = Note("ready-made", "line 1", Text("it imports barreleye", "它导入了 barreleye"))
    assert "line 1: it imports barreleye" in Graded("a.py", replace(report, notes=(note,))).remarks("en")
