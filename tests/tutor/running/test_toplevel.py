import ast

import pytest

from barreleye.tutor.running.source import Cell
from barreleye.tutor.running.toplevel import NEVER, RUN, WAIT, Sorter, bound

BEFORE = "import numpy as np\nfrom math import sqrt\nimport matplotlib.pyplot as plt\nn = 3\ndef f(x): return x\n"


def sort(text):
    cell = Cell("", "", text)
    return list(Sorter().sorted(cell, ast.parse(text).body))


def when(line):
    """What becomes of one statement after a few imports, a constant and a function."""
    return [statement.when for statement in sort(BEFORE + line)[5:]]


@pytest.mark.parametrize(
    "line",
    [
        "import torch",
        "from testCases import *",
        "class A: pass",
        "def g(): train()",
        "layers = [2, n, 1]",
        "eps: float = 1e-8",
        "x: int",
        "a, b = 1, -n ** 2",
        "W = np.array([[1., 2.]]).T.reshape(-1, 1)",
        "pi = np.pi * sqrt(2) + np.linalg.norm([3, 4])",
        "table = {'f': f, 'g': lambda x: x, **{'n': n}}",
        "vectorised = np.vectorize(f)",
        "layers = {}\nlayers['a'] = n\nlayers['b'] += 1",
        "sizes = [n * i for i in range(n) if i]",
        "pairs = {a: b for a, b in zip([1], [n])}",
        "text = f'{n:>3}' + '%d' % n",
        "if n > 2:\n    def g(): pass\nelse:\n    g = None",
        "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np",
    ],
)
def test_what_defines_is_run(line):
    assert set(when(line)) == {RUN}


@pytest.mark.parametrize(
    "line",
    [
        "f(3)",
        "y = f(3)",
        "X = np.random.randn(2, 3)",
        "X, Y = load_planar_dataset()",
        "figure = plt.figure()",
        "plt.rcParams['figure.figsize'] = (7, 4)",
        "n += unknown",
        "unknown += 1",
        "x = unknown",
        "x = [f(i) for i in range(3)]",
        "x = (y := 3)",
        "np.exp = None",
        "for i in range(3): pass",
        "while True: pass",
        "with open('a') as file: pass",
        "assert n == 4",
        "del n",
        "x = open('a')",
        "x = input()",
    ],
)
def test_what_acts_waits(line):
    assert when(line) == [WAIT]


def test_what_main_guards_never_runs():
    assert when("if __name__ == '__main__':\n    def g(): pass") == [NEVER]


def test_words_alone_say_nothing():
    assert when("'a docstring'\n...\npass") == []


def test_definitions_inside_a_guard_are_found():
    statements = sort("if os.environ.get('X'):\n    train()\n    def g(): pass\nelif a:\n    import numpy as np\n")
    assert [(type(s.node).__name__, s.when) for s in statements] == [
        ("FunctionDef", RUN),
        ("Import", RUN),
        ("If", WAIT),
    ]
    statements = sort("try:\n    import numpy as np\n    train()\nexcept Exception:\n    pass\n")
    assert [(type(s.node).__name__, s.when) for s in statements] == [("Import", RUN), ("Try", WAIT)]


def test_a_name_stands_for_what_it_was_last_given():
    assert [s.when for s in sort("import numpy as np\nnp = f()\nx = np.array([1])")] == [RUN, WAIT, RUN]
    assert [s.when for s in sort("n = 1\nimport n\nx = n.y")] == [RUN, RUN, WAIT]
    assert [s.when for s in sort("from numpy import random, array\nx = random(3)\ny = array(3)")] == [RUN, WAIT, RUN]
    assert [s.when for s in sort("import numpy.random as r\nx = r.rand()")] == [RUN, WAIT]


def test_bound_names():
    text = "with a as (b, c):\n    import d.e, f as g\n    for h in i: j = 1\n    def k(l): m = 1\n"
    text += "    n[0] = [o for o in p]\n"
    assert bound(ast.parse(text)) == {"b", "c", "d", "g", "h", "j", "k"}
