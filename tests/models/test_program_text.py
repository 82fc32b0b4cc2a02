"""What stands in a program reads back as what it was, whatever it was."""

import ast
import base64
import io
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barreleye.models.program_text import base64_of, folded, import_lines, literal, quotable

VALUES = st.text() | st.floats() | st.integers() | st.booleans()


@given(st.text())
def test_no_text_ends_a_docstring(text):
    assert ast.literal_eval(f'"""{quotable(text)}"""') == text


@given(VALUES | st.lists(VALUES).map(tuple))
def test_a_literal_is_the_value_again(value):
    found = eval(literal(value), {"float": float})
    assert repr(found) == repr(value)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.integers(10, 60))
def test_a_line_is_folded_within_brackets_alone(numbers, width):
    line = f"x = max([{', '.join(map(str, numbers))}, 0])"
    parts = folded(line, width)
    names = {"max": max}
    exec("\n".join(parts), names)
    assert names["x"] == max(numbers)
    assert "".join(part.strip() for part in parts).replace(" ", "") == line.replace(" ", "")
    assert all(len(part) <= width + 12 for part in parts[1:])


def test_imports_stand_once_and_in_two_groups():
    lines = import_lines(["import math", "from abc import ABC", "import numpy as np"], ["torch"])
    gap = lines.index("")
    assert lines[gap + 1 :] == ["import numpy as np", "import torch"]
    assert lines.count("import math") == 1
    assert lines[0] == "from abc import ABC"


def test_arrays_come_back_from_base64():
    arrays = {"W1 0": np.array([[math.pi]]), "texts": np.array(["a", "猫"])}
    found = np.load(io.BytesIO(base64.b64decode("".join(base64_of(arrays)))))
    assert {name: found[name].tolist() for name in found} == {"W1 0": [[math.pi]], "texts": ["a", "猫"]}
