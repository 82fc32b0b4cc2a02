import json
import os

import pytest

from barreleye.tutor.running.reading import Unreadable, read
from barreleye.tutor.running.source import parse


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
    assert [type(node).__name__ for node in parse(cell)[0]] == (["Assign"] if data else [])
    assert "\r" not in cell.text
    if "函数".encode("gb18030") in data or "函数".encode() in data:
        assert "函数" in cell.text


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.py")
    with pytest.raises(Unreadable, match="is a folder; a folder of files is checked by: barreleye grade"):
        read(tmp_path)
    for text, message in {
        "": "is empty; save it again from Jupyter",
        '{"cells": [': "is not a whole notebook: its JSON is broken",
        "[" * 100_000: "is not a whole notebook: its JSON is broken",
        "[]": "is JSON, but not a notebook",
        '{"cells": [], "nbformat": 2}': "has notebook format 2, and 3 and 4 are read",
        '{"cells": [], "nbformat": 99}': "has notebook format 99, and 3 and 4 are read",
        '{"cells": [3]}': "is not a notebook that can be read",
        '{"cells": [{"cell_type": "code", "source": [1]}]}': "is not a notebook that can be read",
    }.items():
        path = tmp_path / "a.ipynb"
        path.write_text(text)
        with pytest.raises(Unreadable, match=message) as error:
            read(path)
        assert path.name in str(error.value)
        assert path.name in error.value.text.zh


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.py", "keep the functions in a file without the data"), ("a.IPYNB", "clear the notebook's outputs")],
)
def test_a_file_may_be_too_large(tmp_path, monkeypatch, name, advice):
    monkeypatch.setattr("barreleye.tutor.running.reading.LARGEST", 10)
    (tmp_path / name).write_text("x = 1     \n")
    with pytest.raises(Unreadable, match=f"has more than 0 MiB: {advice}"):
        read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_would_be_waited_for_or_is_not_there_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(Unreadable, match="is a pipe or a device"):
        read(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to("nowhere.py")
    with pytest.raises(Unreadable, match="is a link that leads nowhere"):
        read(tmp_path / "link.py")


def test_code_cells_are_numbered_as_they_run(tmp_path):
    cells = read(notebook(tmp_path / "a.ipynb", code("a = 1"), {"cell_type": "markdown", "source": "b"}, code("c")))
    assert [(cell.place, cell.text) for cell in cells] == [("cell 1", "a = 1\n"), ("cell 2", "c\n")]
    assert cells[1].where(4) == "cell 2, line 4"
    assert cells[1].where(None) == "cell 2"


def test_the_third_format_of_notebooks_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}], "nbformat": 3}))
    assert [cell.text for cell in read(path)] == ["a = 1"]
