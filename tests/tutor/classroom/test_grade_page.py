from dataclasses import replace
from pathlib import Path

from barreleye.tutor.classroom.grade_page import grade_page
from barreleye.tutor.classroom.grading import Graded, sorted_book
from barreleye.words import Text


def book_of(report, total=3):
    right = replace(report, functions=report.functions[1:2], notes=())
    rows = [
        Graded("lee.py", report),
        Graded("<b>ann.py", right),
        Graded("zoe.py", None, Text("OSError: <gone>", "OSError: <gone>")),
    ]
    return sorted_book(Path("class"), rows, total)


def test_the_table_leads_to_every_report(report):
    text = grade_page(book_of(report))
    assert "1 of 3 files all right" in text
    for k, name in enumerate(("&lt;b&gt;ann.py", "lee.py", "zoe.py")):
        assert f'<a href="#file-{k}">{name}</a>' in text
        assert f'<details id="file-{k}"><summary><h3>{name}</h3>' in text
    assert "dW1 is m = 7 times too large" in text
    assert "could not be checked: OSError: &lt;gone&gt;" in text


def test_a_file_that_cannot_be_read_whole_is_not_right(report):
    unread = replace(report, functions=report.functions[1:2])
    assert "0 of 1 files all right" in grade_page(sorted_book(Path("class"), [Graded("lee.py", unread)], 1))


def test_signs_have_names(report):
    assert 'role="img" aria-label="wrong" title="wrong">✗</span>' in grade_page(book_of(report))


def test_an_interrupted_run_says_so(report):
    assert "Interrupted: 3 of 9 files checked." in grade_page(book_of(report, total=9))
    assert "Interrupted" not in grade_page(book_of(report))
    assert "已中断：9 个文件中检查了 3 个。" in grade_page(book_of(report, total=9), "zh")


def test_a_class_without_mistakes(report):
    rows = [Graded("ann.py", replace(report, functions=report.functions[1:2]))]
    assert "No mistakes were found." in grade_page(sorted_book(Path("class"), rows, 1))
