"""What is out of a check's reach is said, and not held against the function."""

import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.circumstances import fixes_sizes, kept
from barreleye.tutor.fragility.names import USES_GLOBAL

FORWARD = """
def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
"""
UPDATE = """
def update_parameters(parameters, grads, learning_rate):
    return {k: parameters[k] - learning_rate * grads["d" + k] for k in parameters}
"""
MOMENTUM = """
velocity = {}
def update_parameters(parameters, grads, learning_rate):
    for k in parameters:
        velocity[k] = 0.9 * velocity.get(k, 0) + 0.1 * grads["d" + k]
    return {k: parameters[k] - learning_rate * velocity[k] for k in parameters}
"""
GLOBALS = """
W1, b1, W2, b2 = np.ones((4, 2)), np.zeros((4, 1)), np.ones((1, 4)), np.zeros((1, 1))
def forward(X):
    return 1 / (1 + np.exp(-(W2 @ np.tanh(W1 @ X + b1) + b2)))
"""


@pytest.fixture
def of_file(tmp_path):
    """The report on a file of this text, run in a process of its own."""

    def report(text):
        file = tmp_path / "learner.py"
        file.write_text(text)
        return check(file)

    return report


def only(report):
    """The one finding of a report."""
    ((_, finding),) = report.findings
    return finding


def findings(report):
    return {function.exercise: finding for function, finding in report.findings}


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("import nowhere_to_be_found as lib", "return lib.sigmoid(lib.tensor(z)).numpy()"),
        ("from nowhere_to_be_found import functional as lib", "return float(lib.sigmoid(z))"),
        ("import nowhere_to_be_found.nn as lib", "return [v for v in lib.sigmoid(z)]"),
        ("import nowhere_to_be_found.nn as lib", "return z + 0 * lib.one"),
        ("from dnn_utils import not_in_it as lib", "return lib(z, z)"),
    ],
)
def test_a_module_that_is_not_there_is_named_and_nothing_is_accused(line, body, of_file):
    found = findings(of_file(f"import numpy as np\n{line}\ndef sigmoid(z):\n    {body}\n{FORWARD}"))
    assert {one.verdict for one in found.values()} == {"unjudged"}
    name = "dnn_utils.not_in_it" if "dnn_utils" in line else "nowhere_to_be_found"
    assert name in found["sigmoid"].claim.en
    assert name in found["sigmoid"].claim.zh
    assert "builds on sigmoid" in found["forward"].claim.en


def test_a_module_whose_pictures_are_missing_excuses_nothing(of_file):
    source = (
        "import matplotlib.pyplot as plt\ndef compute_cost(A2, Y):\n    plt.plot(Y)\n    return (A2 - Y).sum() + 1\n"
    )
    assert only(of_file(source)).verdict == "wrong"


def test_a_module_that_is_missing_elsewhere_excuses_nothing(of_file):
    report = of_file("import numpy as np\nimport nowhere_to_be_found as lib\n" + UPDATE.replace("- l", "+ l"))
    assert only(report).verdict == "wrong"


def test_what_is_kept_between_calls_is_named(checked):
    finding = only(checked(MOMENTUM))
    assert (finding.verdict, finding.mistake) == ("unjudged", None)
    assert "velocity" in finding.claim.en
    assert "velocity" in finding.claim.zh


def test_a_known_mistake_is_told_though_something_is_kept(checked):
    source = UPDATE.replace("    return", "    calls['n'] = calls.get('n', 0) + 1\n    return").replace("- l", "+ l")
    assert only(checked("calls = {}\n" + source)).verdict == "wrong"


def test_parameters_from_outside_are_named(checked):
    finding = only(checked("import numpy as np\n" + GLOBALS))
    assert (finding.verdict, finding.mistake) == ("unjudged", None)
    assert "W1, W2, b1, b2" in finding.claim.en
    assert finding.mistake != USES_GLOBAL.name


@pytest.mark.parametrize(
    ("line", "verdict"),
    [('assert parameters["W1"].shape == (4, 2)', "unjudged"), ("assert X.shape == A2.shape", "wrong")],
)
def test_an_assert_of_fixed_sizes_is_not_held_against_the_function(line, verdict, checked):
    head = "import numpy as np\ndef sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))\n"
    assert only(checked(head + FORWARD.replace("    return", f"    {line}\n    return"))).verdict == verdict


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("assert W1.shape == (n_h, n_x)", False),
        ("assert dW1.shape == W1.shape", False),
        ("assert X.shape[0] == 12288", True),
        ("    assert (W.shape == (20, 12288))", True),
        ("assert cost.shape == ()", False),
        ("W = np.zeros((4, 2))", False),
    ],
)
def test_sizes_in_an_assert(line, fixed):
    assert fixes_sizes(line) == fixed


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("v['W'] = v['W'] + g", ["v"]),
        ("global t\n    t += 1", ["t"]),
        ("global t\n    t = t + 1", ["t"]),
        ("cache['Z'] = g", []),
        ("v = {}\n    v['W'] = v.get('W', 0)", []),
        ("return beta * g", []),
    ],
)
def test_data_that_is_changed_and_read_again(body, names):
    assert kept(f"def f(g):\n    {body}\n") == names


CLIPPED = """
def update_parameters(parameters, grads, learning_rate=0.1, max_norm=0.5):
    norm = np.sqrt(sum(np.sum(one**2) for one in grads.values()))
    scale = min(1.0, max_norm / norm)
    return {k: parameters[k] - learning_rate * scale * grads["d" + k] for k in parameters}
"""


def test_clipped_gradients_are_another_method(checked):
    assert checked("import numpy as np\n" + CLIPPED).verdict == "unjudged"
    climbing = ("[k] - learning_rate * scale", "[k] + learning_rate")
    assert checked("import numpy as np\n" + CLIPPED, climbing).verdict == "wrong"


LABELS = (
    """
import numpy as np
def sigmoid(Z): return 1 / (1 + np.exp(-Z))
"""
    + FORWARD
    + """
def predict(parameters, X):
    return forward_propagation(X, parameters)[0]
def labels_of(parameters, X):
    return predict(parameters, X) > 0.5
"""
)


def test_probabilities_are_no_mistake_where_another_function_makes_labels_of_them(checked):
    assert checked(LABELS).functions[-1].verdict == "unjudged"
    assert checked(LABELS, ("> 0.5", "== 1")).functions[-1].verdict == "wrong"


TODO = """
def update_parameters_with_gd(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        # TODO: update W and b of layer l
        pass
    return parameters
"""


def test_a_place_for_code_that_holds_none_is_not_written_yet(of_file):
    (function,) = of_file(TODO).functions
    assert function.verdict == "unjudged"
    assert "not written" in function.findings[0].claim.en
    done = TODO.replace("pass", 'parameters[f"W{l}"] = parameters[f"W{l}"] + learning_rate * grads[f"dW{l}"]')
    (function,) = of_file(done).functions
    assert function.verdict == "wrong"


DIGITS = """
def softmax(Z):
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)
def init_params():
    return np.random.rand(10, 784) - 0.5, np.random.rand(10, 1), np.random.rand(10, 10) - 0.5, np.random.rand(10, 1)
def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)
"""


def test_parameters_of_sizes_that_a_file_fixes_say_nothing_of_its_layout(of_file):
    verdicts = {one.name: one.verdict for one in of_file("import numpy as np\n" + DIGITS).functions}
    assert verdicts["forward_prop"] == "right"


OWN = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes[1:], sizes)]
        self.b = [np.zeros((a, 1)) for a in sizes[1:]]
    def forward(self, X):
        for W, b in zip(self.W, self.b):
            X = np.cos(W @ X) + b
        return X
    def backward(self, X, Y):
        A = self.forward(X)
        self.dW = [np.sin(W) * np.sum(A - Y) for W in self.W]
        self.db = [np.cos(b) * np.sum(A - Y) for b in self.b]
"""


def test_a_method_whose_numbers_are_no_known_mistake_is_not_judged(of_file):
    assert {one.verdict for one in of_file(OWN).functions} <= {"right", "fragile", "unjudged"}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def scores(W1, b1, W2, b2, X):\n    return W2 @ np.tanh(W1 @ X + b1) + b2", "forward"),
        ("weights_ih = np.ones((3, 2))\ndef feed_forward(X):\n    return 1 / (1 + np.exp(-(weights_ih @ X)))", ""),
        ("def fit(x, y, steps=3):\n    return np.mean(x.sum(axis=1) - y.ravel()[: len(x)]) + np.zeros(3) @ x", ""),
    ],
)
def test_what_may_be_meant_otherwise_is_not_judged(code, name, of_file):
    code = code.replace("scores", "forward") if name else code
    assert {one.verdict for one in of_file(f"import numpy as np\n{code}\n").functions} <= {"unjudged", "right"}
