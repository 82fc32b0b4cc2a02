"""Copies under other names are found, and independent solutions of one exercise are not."""

import re
from pathlib import Path

import pytest

from barreleye.tutor.classroom.copies import near_copies

SOLUTIONS = sorted((Path(__file__).parents[1] / "solutions").glob("*.py"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in SOLUTIONS}


def test_two_dozen_ways_to_write_the_course_are_no_copies():
    assert near_copies(TEXTS) == []


@pytest.mark.parametrize("name", ["deep_course.py", "right_l2.py", "right_course_two_layer.py"])
def test_a_copy_with_other_names_comments_and_layout_is_found(name):
    words = set(re.findall(r"\b[a-z]\w*\b", TEXTS[name])) - set(dir(__builtins__)) - {"np", "numpy", "import", "as"}
    keywords = {"def", "return", "for", "in", "if", "else", "lambda", "not", "and", "or", "is", "from", "while", "elif"}
    renamed = TEXTS[name]
    for word in sorted(words - keywords):
        if f" {word} = " in TEXTS[name] or f"def {word}(" in TEXTS[name]:
            renamed = re.sub(rf"(?<![.\w\"']){word}(?![\w\"'])", f"{word}_", renamed)
    renamed = '"""Mine."""\n' + renamed.replace("\n\n", "\n# a remark\n\n")
    (copy,) = near_copies({**TEXTS, "copy.py": renamed})
    assert {copy.one, copy.other} == {name, "copy.py"}
    assert copy.share > 0.9


def test_what_many_have_is_nobodys_own():
    task = "\n".join(f"x{k} = f(a, {k})" for k in range(40))
    assert near_copies({f"{k}.py": task.replace("a", f"a{k}") for k in range(8)}) == []
    assert len(near_copies({f"{k}.py": task.replace("a", f"a{k}") for k in range(2)})) == 1


def test_what_is_no_python_is_like_nothing():
    assert near_copies({"a.py": "def f(:", "b.py": "def f(:", "c.py": ""}) == []
