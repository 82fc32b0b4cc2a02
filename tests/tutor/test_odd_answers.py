"""Whatever a learner's functions return, a check ends with a report."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from barreleye.tutor.casting.roles import ROLES
from barreleye.tutor.checking import check

SOLUTIONS = Path(__file__).parent / "solutions"
ODD = {
    "a word": "cat",
    "an object": object(),
    "objects": np.array([[object()], [None]], dtype=object),
    "a complex number": np.array([[1j]]),
    "rows of different lengths": [[1.0], [2.0, 3.0]],
    "a word and a dictionary": ("cat", {"Z1": None, "A1": "dog", "A2": object()}),
    "objects by name": {f"{q}{l}": object() for q in ("W", "b", "dW", "db", "Z", "A") for l in (1, 2, 3)},
    "words by name": {f"{q}{l}": "cat" for q in ("W", "b", "dW", "db", "Z", "A") for l in (1, 2, 3)},
    "keys of any kind": {0: 1.0, None: 2.0, ("W", 1): np.ones((2, 2))},
    "four words": ("cat", "dog", "cow", "hen"),
}


def returning(value, role):
    """A function with the course's name and arguments that returns a value, whatever it is given."""
    arguments = ", ".join(f"{name}=None" if name in ROLES[role].optional else name for name in ROLES[role].arguments)
    names = {"value": value}
    exec(f"def {ROLES[role].names[0]}({arguments}):\n    return value\n", names)
    return names[ROLES[role].names[0]]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.filterwarnings("ignore")
def test_no_odd_answer_stops_a_check(name):
    for role in ROLES:
        report = check(returning(ODD[name], role))
        assert len(report.functions) == 1


@pytest.mark.parametrize("name", ["an object", "a complex number", "objects by name", "words by name"])
@pytest.mark.filterwarnings("ignore")
def test_no_odd_answer_stops_the_check_of_the_other_functions(name):
    solution = runpy.run_path(str(SOLUTIONS / "two_layer_vectorised.py"))
    functions = {one: value for one, value in solution.items() if hasattr(value, "__code__")}
    for role in ("initialize", "forward", "cost", "backward", "update"):
        report = check(functions | {ROLES[role].names[0]: returning(ODD[name], role)})
        assert len(report.functions) == len(functions)
