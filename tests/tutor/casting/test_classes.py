"""Methods of a class are judged as functions are, whatever the class keeps its numbers in."""

import numpy as np
import pytest

from barreleye.tutor.casting.classes import steps
from barreleye.tutor.casting.roles import network_of
from barreleye.tutor.checking import check_file
from barreleye.tutor.running.answers import Function
from barreleye.tutor.running.records import Record

MISTAKES = [
    ("right_class", "dZ2 = self.A2 - Y", "dZ2 = Y - self.A2", "Net.backward", "output delta reversed"),
    ("right_class", "(1 - self.A1 ** 2)", "(1 - self.A1)", "Net.backward", "slope 1 - A"),
    ("right_class", "self.W1 -= self.lr", "self.W1 += self.lr", "Net.update", "update adds"),
    ("right_class", "self.W2 @ self.A1 + self.b2", "self.W2 @ self.A1", "Net.forward", "Z without b"),
    ("right_class", ") / m)", "))", "Net.compute_cost", "cost without 1/m"),
    ("right_class", "> 0.5", "> 0.8", "Net.predict", None),
    ("right_class_rows", "X.T @ d_hidden / m", "X.T @ d_hidden", "NeuralNetwork.backward", "dW without 1/m"),
    ("right_class_rows", " * self.sigmoid_derivative(self.hidden)", "", "NeuralNetwork.backward", "slope missing"),
    ("right_class_lists", " * (self.zs[l - 1] > 0)", "", "MLP.backward", "ReLU mask"),
    (
        "right_class_dict",
        ", axis=1, keepdims=True) / m",
        ", axis=1, keepdims=True)",
        "DeepNet.backward",
        "db without 1/m",
    ),
]


@pytest.mark.parametrize(("solution", "old", "new", "name", "mistake"), MISTAKES)
def test_a_mistake_in_a_method_is_named(solution, old, new, name, mistake, checked):
    wrong = [(function.name, finding) for function, finding in checked(solution, (old, new)).findings]
    assert [function for function, finding in wrong if finding.verdict == "wrong"] == [name]
    assert wrong[0][1].verdict == "wrong"
    if mistake is not None:
        assert mistake in str(wrong[0][1].mistake)


def test_a_class_in_a_file_is_judged_at_its_lines(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(WRONG, encoding="utf-8")
    report = check_file(path)
    ((function, finding),) = report.findings
    assert (function.name, finding.where) == ("Net.backward", "line 12")
    assert report.exit_status == 1


WRONG = """\
import numpy as np
class Net:
    def __init__(self, n_x, n_h):
        self.W1, self.b1 = np.random.randn(n_h, n_x) * 0.01, np.zeros((n_h, 1))
        self.W2, self.b2 = np.random.randn(1, n_h) * 0.01, np.zeros((1, 1))
    def forward(self, X):
        self.A1 = np.tanh(self.W1 @ X + self.b1)
        self.A2 = 1 / (1 + np.exp(-np.clip(self.W2 @ self.A1 + self.b2, -500, 500)))
        return self.A2
    def backward(self, X, Y):
        m = X.shape[1]
        dZ2 = Y - self.A2
        dZ1 = self.W2.T @ dZ2 * (1 - self.A1**2)
        return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True),
                "dW2": dZ2 @ self.A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True)}
"""


def test_a_class_that_was_passed_over_is_no_reason_for_praise(checked):
    text = "import numpy as np\nclass Relu:\n    def forward(self, Z): return np.maximum(0, Z)\n"
    report = checked(text + "def tanh(Z):\n    return np.tanh(Z)\n")
    assert [note.text.en for note in report.notes] == ["class Relu: its methods (forward) are not checked"]
    assert report.exit_status == 2


UNMADE = {
    "sizes of its own": ("n_x, n_h, n_y, lr=0.5):", "lr=0.5):\n        n_x, n_h, n_y = 20, 10, 2"),
    "layers handed over": (
        "n_x, n_h, n_y, lr=0.5):",
        "layers, lr=0.5):\n        n_x, n_h, n_y = [one.size for one in layers]",
    ),
}


@pytest.mark.parametrize("why", UNMADE)
def test_a_class_whose_objects_the_check_cannot_make_is_passed_over(why, checked):
    report = checked("right_class", UNMADE[why])
    assert [(function.name, function.verdict) for function in report.functions] == [("Net.sigmoid", "right")]
    ((note,)) = [note.text.en for note in report.notes]
    assert note.startswith("class Net: its methods (__init__, forward,")
    assert report.exit_status == 2


def test_an_object_that_lacks_what_the_check_did_not_make_is_not_the_learners_mistake(checked):
    report = checked("right_class", ("def predict(self, X):", "def predict(self, X):\n        X = X * self.scale"))
    assert [(function.name, finding.verdict) for function, finding in report.findings] == [("Net.predict", "unjudged")]


def test_the_network_is_the_class_with_most_of_its_parts():
    names = ["Layer.forward", "Layer.backward", "Net.__init__", "Net.forward", "Net.backward", "Net.update", "Net.show"]
    functions = [Function(name, owner=name.split(".")[0]) for name in names]
    assert network_of(functions) == "Net"
    own = [*functions, Function("forward_propagation")]
    assert network_of(own) == ""


def test_a_step_that_was_taken_at_once_tells_the_gradients():
    before, after = (Record("Net", {"weights": [np.full((2, 2), one)], "lr": 0.5}) for one in (3.0, 2.0))
    np.testing.assert_array_equal(steps(before, after, 0.5)["dW1"], np.full((2, 2), 2.0))
    assert steps(before, before, 0.5) == {}
