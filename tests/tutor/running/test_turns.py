"""One turn of a file's training, seen from the inside."""

import numpy as np

from barreleye.tutor.running.source import Cell
from barreleye.tutor.running.turns import TURN, Turn, numbers, turn_of

LOOP = """
import numpy as np
W, lines = np.full((2, 3), 0.5), []
print_me = [lines.append(k) for k in range(2)]

class Step:
    def take(self, W, x):
        self.g = W @ x
        return W - self.g.sum() * np.ones((2, 3))

step, x = Step(), np.arange(3.0) + 2
for epoch in range(10):
    for k in range(4):
        lines.append(epoch)
        W = step.take(W, x)
"""


def turn(code, seed=0):
    function, turned = turn_of([Cell("<homework>", "", code)])
    assert function.name == TURN
    return Turn(*turned(seed))


def test_the_turn_of_the_innermost_loop_that_does_all_the_work_is_seen():
    seen = turn(LOOP)
    assert (seen.loop.where, seen.loop.text) == ("line 13", "for k in range(4):")
    assert [(one.place.where, one.place.function, one.name) for one in seen.kept] == [
        ("line 7", "Step.take", "W"),
        ("line 7", "Step.take", "x"),
        ("line 8", "Step.take", "self.g"),
        ("line 9", "Step.take", ""),
        ("line 15", "", "W"),
    ]
    W, x = seen.before["W"], seen.before["x"]
    np.testing.assert_allclose(seen.kept[2].value, W @ x)
    np.testing.assert_allclose(seen.after["W"], W - (W @ x).sum())


def test_arrays_are_filled_at_random_but_for_zeros_and_ones():
    first, other = turn(LOOP, 1), turn(LOOP, 2)
    assert not np.array_equal(first.before["W"], other.before["W"])
    labels = LOOP.replace("W, lines", "Y = np.eye(3)\nW, lines")
    np.testing.assert_array_equal(turn(labels).before["Y"], np.eye(3))


def test_a_loop_that_changes_no_matrix_is_no_training():
    _, turned = turn_of([Cell("<homework>", "", LOOP.replace("W = step.take(W, x)", "step.take(W, x)"))])
    assert turned(0) is None
    assert turn_of([Cell("<homework>", "", "for k in range(3):\n    print(k)\n")]) is None


def test_one_array_has_one_name():
    W = np.ones((2, 2))
    assert list(dict(numbers({"W": W, "net": {"W": W, "b": 2.0}}))) == ["W", "net.W", "net.b"]
    code = LOOP.replace("for epoch", "V = W\nfor epoch")
    assert "V" not in turn(code).before
