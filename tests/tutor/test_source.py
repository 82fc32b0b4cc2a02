import ast
import json

import pytest

from barreleye.tutor.source import Cell, parse, read
from barreleye.tutor.words import Text


def names(cell):
    return [getattr(node, "name", type(node).__name__) for node in parse(cell)[0]]


def notebook(path, *cells, **fields):
    path.write_text(json.dumps({"cells": list(cells), "nbformat": 4, **fields}), encoding="utf-8")
    return path


def code(*lines):
    return {"cell_type": "code", "source": [line + "\n" for line in lines]}


@pytest.mark.parametrize(
    "data",
    [
        "# 激活函数\nx = 'é'\n".encode(),
        "# 激活函数\nx = 'é'\n".encode("utf-8-sig"),
        "# 激活函数\r\nx = 'é'\r\n".encode("utf-16"),
        "# -*- coding: gb18030 -*-\nx = '函数'\n".encode("gb18030"),
        "x = '函数'\n".encode("gb18030"),
        b"# coding: no-such-thing\nx = 1\n",
        b"x = '\xff'\n",
        b"x\t=\t1\r",
        b"",
    ],
)
def test_text_in_any_encoding_is_read(tmp_path, data):
    path = tmp_path / "a.py"
    path.write_bytes(data)
    (cell,) = read(path)
    assert cell.place == ""
    assert names(cell) == (["Assign"] if data else [])
    assert "\r" not in cell.text
    if "函数".encode("gb18030") in data or "函数".encode() in data:
        assert "函数" in cell.text


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.py")
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    for text, message in {
        "": "is empty; save it again from Jupyter",
        '{"cells": [': "is not a whole notebook: its JSON is broken",
        "[" * 100_000: "is not a whole notebook: its JSON is broken",
        "[]": "is JSON, but not a notebook",
        '{"cells": [3]}': "is not a notebook that can be read",
        '{"cells": [{"cell_type": "code", "source": [1]}]}': "is not a notebook that can be read",
    }.items():
        path = tmp_path / "a.ipynb"
        path.write_text(text)
        with pytest.raises(ValueError, match=message) as error:
            read(path)
        assert str(path) in str(error.value)


def test_a_file_may_be_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("barreleye.tutor.source.LARGEST", 10)
    (tmp_path / "a.py").write_text("x = 1     \n")
    with pytest.raises(ValueError, match="has more than 0 MiB: clear the notebook's outputs"):
        read(tmp_path / "a.py")


def test_code_cells_are_numbered_as_they_run(tmp_path):
    cells = read(notebook(tmp_path / "a.ipynb", code("a = 1"), {"cell_type": "markdown", "source": "b"}, code("c")))
    assert [(cell.place, cell.text) for cell in cells] == [("cell 1", "a = 1\n"), ("cell 2", "c\n")]
    assert cells[1].where(4) == "cell 2, line 4"
    assert cells[1].where(None) == "cell 2"


def test_the_third_format_of_notebooks_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}], "nbformat": 3}))
    assert [cell.text for cell in read(path)] == ["a = 1"]


def test_an_error_is_said_and_the_functions_around_it_are_saved():
    whole = "import numpy as np\n\n@property\n@other\ndef f(\n    a,\n):\n    return a\n\n"
    text = whole + "def g(x)\n    return x\n\nprint(f(1))\ndef h():\n    pass\n"
    statements, notes = parse(Cell("", "", text))
    assert [getattr(node, "name", "import") for node in statements] == ["import", "f", "h"]
    assert [node.lineno for node in statements] == [1, 5, 14]
    (note,) = notes
    assert (note.kind, note.where) == ("syntax", "line 10")
    assert note.text == Text("cannot be read: expected ':': def g(x)", "无法读取：expected ':'：def g(x)")


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
    assert note.text == Text(said, "不是 Python 代码，已略去：%matplotlib inline 等 5 行")


def test_what_looks_like_a_magic_in_a_string_is_kept():
    statements, notes = parse(Cell("", "", 'x = """\n%time\n!ls\n"""\ny = (7\n% 3)\n'))
    assert ast.literal_eval(statements[0].value) == "\n%time\n!ls\n"
    assert notes == []


@pytest.mark.parametrize(("magic", "kept"), [("%%time", 1), ("%%bash", 0), ("%%html", 0), ("%%capture out", 1)])
def test_cell_magics_of_python_keep_their_cell(magic, kept):
    statements, (note,) = parse(Cell("", "cell 2", f"{magic}\ndef f(): pass\n"))
    assert sum(isinstance(node, ast.FunctionDef) for node in statements) == kept
    assert note.text.en == f"not Python, left out: {magic}"
