import ast

import pytest

from barreleye.tutor.running.source import Cell, parse, ready_made
from barreleye.words import Text


def names(cell):
    return [getattr(node, "name", type(node).__name__) for node in parse(cell)[0]]


def test_an_error_is_said_and_the_functions_around_it_are_saved():
    whole = "import numpy as np\n\n@property\n@other\ndef f(\n    a,\n):\n    return a\n\n"
    text = whole + "def g(x)\n    return x\n\nprint(f(1))\ndef h():\n    pass\n"
    statements, notes = parse(Cell("", "", text))
    assert [getattr(node, "name", "import") for node in statements] == ["import", "f", "h"]
    assert [node.lineno for node in statements] == [1, 5, 14]
    (note,) = notes
    assert (note.kind, note.where) == ("syntax", "line 10")
    assert note.text == Text("cannot be read: expected ':': def g(x)", "无法读取：expected ':'（原文：def g(x)）")


def test_every_lost_function_is_said_once():
    notes = parse(Cell("", "cell 3", "def f(:\n    pass\ndef g(:\n    pass\nx = (\n"))[1]
    assert [note.where for note in notes] == ["cell 3, line 1", "cell 3, line 3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print 'a'", "Python 2: write print(...)"),
        ("def f():\n\tx = 1\n        y = 2\n", "inconsistent use of tabs"),
        ("x = （1）", "invalid character '（'"),
        ("a\0b", "null bytes"),
        ("(" * 300 + ")" * 300, "nested"),
    ],
)
def test_what_is_wrong_with_the_text_is_said(text, said):
    statements, (note,) = parse(Cell("", "", text))
    assert statements == []
    assert note.kind == "syntax"
    assert said in note.text.en


def test_escapes_that_are_none_say_nothing():
    assert parse(Cell("", "", "x = '\\d'\n"))[1] == []


def test_magics_are_left_out_and_lines_keep_their_numbers():
    text = (
        "%matplotlib inline\n!pip install x\nif True:\n    %time f()\nfiles = !ls\nnp.dot?\nd = 7 % 3\ndef f(): pass\n"
    )
    statements, (note,) = parse(Cell("", "cell 1", text))
    assert [type(node).__name__ for node in statements] == [
        "Pass",
        "Pass",
        "If",
        "Pass",
        "Pass",
        "Assign",
        "FunctionDef",
    ]
    assert statements[-1].lineno == 8
    assert (note.kind, note.where) == ("magic", "cell 1, line 1")
    said = "not Python, left out: %matplotlib inline and 4 more"
    assert note.text == Text(said, "不是 Python 代码，已略去：%matplotlib inline，另有 4 行")


def test_what_looks_like_a_magic_in_a_string_is_kept():
    statements, notes = parse(Cell("", "", 'x = """\n%time\n!ls\n"""\ny = (7\n% 3)\n'))
    assert ast.literal_eval(statements[0].value) == "\n%time\n!ls\n"
    assert notes == []


@pytest.mark.parametrize(("magic", "kept"), [("%%time", 1), ("%%bash", 0), ("%%html", 0), ("%%capture out", 1)])
def test_cell_magics_of_python_keep_their_cell(magic, kept):
    statements, (note,) = parse(Cell("", "cell 2", f"{magic}\ndef f(): pass\n"))
    assert sum(isinstance(node, ast.FunctionDef) for node in statements) == kept
    assert note.text.en == f"not Python, left out: {magic}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import barreleye as be\nimport numpy", ["line 1"]),
        ("def f():\n    from barreleye.course import compute_cost\n", ["line 2"]),
        ("from .barreleye import f\nimport barreleyes\nbarreleye = 'barreleye'", []),
    ],
)
def test_an_import_of_barreleye_is_noticed_wherever_it_stands(text, lines):
    cell = Cell("", "", text)
    notes = list(ready_made(cell, parse(cell)[0]))
    assert [note.where for note in notes] == lines
    assert {note.kind for note in notes} <= {"ready-made"}


def test_a_constant_after_a_line_that_cannot_be_read_is_kept():
    statements, notes = parse(Cell("", "", 'print "a"\nEPS = 1e-15\nrate: float = 1\nf(\ndef g():\n    return EPS\n'))
    assert [ast.unparse(one).split("\n")[0] for one in statements] == ["EPS = 1e-15", "rate: float = 1", "def g():"]
    assert notes[0].where == "line 1"


def test_a_function_that_is_nested_too_deeply_hides_no_other():
    """Whoever reads a tree does it by recursion, which has an end."""
    text = "def f(z):\n    return {}\n\ndef g(z):\n    return z\n"
    statements, notes = parse(Cell("", "", text.format("+".join(["z"] * 150))))
    assert ([one.name for one in statements], notes) == (["f", "g"], [])
    statements, (note, _) = parse(Cell("", "", text.format("+".join(["z"] * 250))))
    assert [(one.name, one.lineno) for one in statements] == [("g", 4)]
    assert note.text == Text("cannot be read: nested too deeply", "无法读取：嵌套太深")
