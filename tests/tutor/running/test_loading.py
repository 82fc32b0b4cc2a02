import sys
import textwrap

import pytest

from barreleye.tutor.running.loading import MODULE, Program
from barreleye.tutor.running.reading import read
from barreleye.tutor.running.standins import SilentModule
from barreleye.words import Text


@pytest.fixture
def load(tmp_path, monkeypatch):
    """A function that loads a file of a text, here; what it does to the interpreter is undone."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setitem(sys.modules, MODULE, None)
    begun = []

    def program(text, avoided=(), name="a.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        made = Program(path, read(path), [], {})
        made.begun = begun
        made.load(dict(avoided), lambda number, patient: begun.append((number, patient)))
        return made

    yield program
    for module in [name for name, module in sys.modules.items() if isinstance(module, SilentModule)]:
        del sys.modules[module]


def functions(program):
    return [function for function, _ in program.functions()]


def said(program):
    return [(note.kind, note.where, note.text.en) for note in program.notes]


def test_functions_are_found_in_the_order_of_their_lines_and_the_last_of_a_name_wins(load):
    program = load(
        """\
        import numpy as np
        from math import sqrt
        def f(a): return 1

        @staticmethod
        @np.vectorize
        def g(z):
            return z
        relu = lambda Z: np.maximum(0, Z)
        tanh = np.tanh
        vectorised = np.vectorize(f)
        class Net: pass
        text, number = "a", 3
        def f(a, b=2):
            return 2
        if number:
            def h(): return 3
        try:
            from nosuch import i
        except ImportError:
            def i(): return 4
        """
    )
    found = {function.name: function for function in functions(program)}
    assert [name for name in found if name not in ("g",)] == ["relu", "tanh", "vectorised", "f", "h", "i"]
    assert (found["f"].line, found["f"].where) == (14, "line 14")
    assert found["f"].source == "def f(a, b=2):\n    return 2"
    assert found["f"].parameters[1].name == "b"
    assert found["relu"].where == "line 9"
    assert found["relu"].source == "relu = lambda Z: np.maximum(0, Z)"
    assert found["h"].line == 17
    assert found["g"].source.startswith("@staticmethod\n")
    assert program.names["f"](1) == 2
    assert said(program) == []


def test_imported_functions_and_classes_are_not_the_learners(load):
    program = load("from os.path import join\nfrom numpy import tanh\nclass A:\n    def forward(self): pass\n")
    assert [(function.name, function.owner) for function in functions(program)] == [("A.forward", "A")]
    assert said(program) == []


def test_what_acts_is_not_run_until_it_is_asked_for(load):
    program = load(
        """\
        def f(): return X + Y
        def size(): return 2
        X = size()
        raise SystemExit
        Y = X + size()
        """
    )
    assert said(program) == [("skipped", "line 3", "3 statements at top level not run; the first: X = size()")]
    assert not program.define("nowhere", "f")
    assert program.define("Y", "f")
    assert not program.define("Y", "f")
    assert program.names["f"]() == 6
    assert said(program)[1:] == [
        ("ran", "line 3", "X = size() was run, because Y = X + size() uses the global X"),
        ("ran", "line 5", "Y = X + size() was run, because f uses the global Y"),
    ]
    assert program.notes[-1].text.zh == "f 用到了全局变量 Y，因此运行了 Y = X + size()"


def test_a_statement_that_fails_is_said_and_the_next_is_tried(load):
    program = load("X = load('a')\nfor X in range(3): print()\nZ = Z + f()\n")
    assert program.define("X", "f")
    assert program.names["X"] == 2
    assert not program.define("Z", "f")
    kinds = [text for _, _, text in said(program)[1:]]
    assert (
        kinds[0]
        == "X = load('a') was run, because f uses the global X; it failed: NameError: name 'load' is not defined"
    )
    assert "for X in range(3): print() was run" in kinds[1]
    assert "it failed: NameError: name 'Z' is not defined" in kinds[2]


def test_a_definition_gets_the_names_that_it_needs(load):
    program = load("def f(rate=rate): return rate\nrate = 1\n")
    assert "f" not in program.names
    program = load("def choose(): return 2\nrate = max(1, choose())\ndef f(rate=rate): return rate\n")
    assert program.names["f"]() == 2


def test_main_is_never_run_and_annotations_are_not_evaluated(load):
    program = load("def f(x: Tensor) -> Missing: return g()\nif __name__ == '__main__':\n    def g(): pass\n")
    assert not program.define("g", "f")
    assert program.names["f"].__annotations__ == {"x": "Tensor", "return": "Missing"}


def test_dataclasses_work(load):
    program = load(
        "from dataclasses import dataclass\n@dataclass\nclass Cache:\n    A: int\ndef f(): return Cache(1).A\n"
    )
    assert program.names["f"]() == 1


def test_what_cannot_be_run_is_said(load):
    program = load("import os, os.nosuch\nx = 1 / 0\nreturn 3\ndef f():\n    nonlocal y\nbreak\ndef g(): pass\n")
    assert said(program) == [
        (
            "import",
            "line 1",
            "import os, os.nosuch was not run: ModuleNotFoundError: No module named 'os.nosuch'; 'os' is not a package",
        ),
        ("skipped", "line 2", "x = 1 / 0 was not run: ZeroDivisionError: division by zero"),
        (
            "skipped",
            "line 4",
            "def f(): ... was not run: SyntaxError: no binding for nonlocal 'y' found (a.py, line 5)",
        ),
        ("skipped", "line 3", "2 statements at top level not run; the first: return 3"),
    ]
    assert [function.name for function in functions(program)] == ["g"]


@pytest.mark.parametrize("terms", [900, 5000])
def test_a_cell_that_is_nested_too_deeply_is_said(load, terms):
    program = load("x = " + "+".join(["1"] * terms))
    assert said(program) == [("syntax", "", "cannot be read: nested too deeply")]
    assert program.notes[0].text.zh == "无法读取：嵌套太深"


def test_a_missing_module_is_silent_but_not_in_a_try(load):
    program = load("import nosuch1 as a\ntry:\n    import nosuch2 as b\nexcept ImportError:\n    b = 1\n")
    assert program.names["b"] == 1
    assert said(program) == [("stand-in", "", "nosuch1 is replaced by a stand-in that does nothing")]


def test_modules_beside_the_file_are_found_and_their_lines_are_the_learners(load, tmp_path):
    (tmp_path / "my_utils.py").write_text("def helper(): return 1 / 0\n")
    program = load("from my_utils import helper\ndef f(): return helper()\n")
    assert [function.name for function in functions(program)] == ["f"]
    assert program.place(str(tmp_path / "my_utils.py"), 1) == "my_utils.py, line 1"
    assert program.place(__file__, 1) is None
    del sys.modules["my_utils"]


def test_what_could_take_long_is_announced_and_can_be_avoided(load, tmp_path):
    (tmp_path / "own.py").write_text("")
    text = "import json\nimport own\nx = 1\ndef f(a=1, *, b, c=2): pass\n@staticmethod\ndef g(): pass\n"
    text += "try:\n    import csv\nexcept E:\n    pass\ndef h(a=1 + 1): pass\ndef i(*, a=[]): pass\n"
    assert load(text).begun == [(0, True), (1, True), (2, False), (4, False), (5, True), (6, False), (7, False)]
    program = load(text, avoided={2: Text("still running after 2 s", "2 秒后仍未结束")})
    assert said(program) == [("skipped", "line 3", "x = 1 was not run: still running after 2 s")]
    assert program.notes[0].text.zh == "x = 1 没有运行：2 秒后仍未结束"
    del sys.modules["own"]


def test_an_import_of_barreleye_itself_is_a_note(load):
    program = load("def sigmoid(z):\n    import barreleye.course as course\n    return course.sigmoid(z)\n")
    assert [(note.kind, note.where) for note in program.notes] == [("ready-made", "line 2")]
