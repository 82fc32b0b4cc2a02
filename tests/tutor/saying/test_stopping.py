"""Unfinished functions and calls that do not fit are not judged; errors of the learner's own are."""

import numpy as np
import pytest
from rich.console import Console

from barreleye.tutor.checking import check
from barreleye.tutor.running.answers import Function, Opaque
from barreleye.tutor.saying.stopping import drawn_from, empty, unfinished


def only(report):
    (function,) = report.functions
    (finding,) = function.findings
    return finding


BODIES = {
    "pass": "pass",
    "dots": "...",
    "docstring": '"""TODO"""',
    "comment": "# YOUR CODE HERE\n    pass",
    "not implemented": "raise NotImplementedError()",
    "none": "return None",
    "to fill in": "cost = None\n    return cost",
    "NumPy's none": "cost = None\n    return np.squeeze(cost)",
    "sum of none": "logprobs = None\n    return -np.sum(logprobs) / Y.shape[1]",
}


@pytest.mark.parametrize("body", BODIES)
def test_what_is_not_written_yet_is_not_judged(body, checked):
    finding = only(checked(f"import numpy as np\n\n\ndef compute_cost(A2, Y):\n    {BODIES[body]}\n"))
    assert (finding.verdict, finding.unwritten) == ("unjudged", True)


def test_every_function_of_an_empty_exercise_is_told_so(checked):
    heads = (
        "sigmoid(z)",
        "layer_sizes(X, Y)",
        "initialize_parameters(n_x, n_h, n_y)",
        "forward_propagation(X, parameters)",
        "backward_propagation(parameters, cache, X, Y)",
        "update_parameters(parameters, grads, learning_rate=1.2)",
        "nn_model(X, Y, n_h, num_iterations=10)",
        "predict(parameters, X)",
    )
    report = checked("import numpy as np\n" + "".join(f"def {head}:\n    pass\n" for head in heads))
    assert [finding.unwritten for _, finding in report.findings] == [True] * len(heads)
    assert report.verdict == "unjudged"


def test_a_written_function_that_forgets_its_return_is_wrong(checked):
    finding = only(checked("def compute_cost(A2, Y):\n    J = (A2 - Y).sum()\n"))
    assert (finding.verdict, finding.mistake) == ("wrong", "returns nothing")


MISFITS = {
    "an object": "def predict(model, x):\n    return model.forward(x)\n",
    "a cache": "def cost(cache, Y):\n    a = cache['A2']\n    return -(Y * a).mean()\n",
    "a list": "def update(params, grads, lr):\n    return [p - lr * g[0] for p, g in params['all']]\n",
    "a loop": "def forward(X, params):\n    for one in params:\n        X = one['U'] @ X + one['c']\n    return X\n",
    "many parts": "def forward(X, params):\n    U, V, W, b, c = params\n    return U @ X + b\n",
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_call_that_does_not_fit_is_not_held_against_the_function(name, checked):
    finding = only(checked("import numpy as np\n" + MISFITS[name]))
    assert finding.verdict == "unjudged"
    assert "handed over" in finding.claim.en
    assert "传入的是" in finding.claim.zh


OWN_ERRORS = {
    "NameError": "def cost(A2, Y):\n    return a - Y\n",
    "UnboundLocalError": "def cost(A2, Y):\n    a = a + Y\n    return a\n",
    "ValueError": "def forward(X, parameters):\n    return parameters['W1'] @ X @ X\n",
    "ZeroDivisionError": "def cost(A2, Y):\n    return 1 / 0\n",
    "RecursionError": "def cost(A2, Y):\n    return cost(A2, Y)\n",
    "TypeError": "def cost(A2, Y):\n    return Y.shape(1)\n",
}


@pytest.mark.parametrize("name", OWN_ERRORS)
def test_errors_of_the_functions_own_are_wrong(name, checked):
    finding = only(checked("import numpy as np\n" + OWN_ERRORS[name]))
    assert finding.verdict == "wrong"
    assert name in finding.claim.en


def test_a_key_that_the_learners_own_parameters_do_not_have_is_wrong(checked):
    report = checked(SPELT)
    assert [(one.name, one.verdict) for one in report.functions] == [("init_params", "right"), ("forward", "wrong")]


SPELT = """
import numpy as np


def init_params(n_x, n_h, n_y):
    rng = np.random.default_rng(1)
    W1, W2 = rng.normal(size=(n_h, n_x)) * 0.01, rng.normal(size=(n_y, n_h)) * 0.01
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}


def forward(X, params):
    return params["w1"] @ X
"""


def test_a_name_that_is_nowhere_is_not_called_a_global(checked):
    report = checked("def backward_propagation(parameters, cache, X, Y):\n    return {'dW2': cache['A2'] - y}\n")
    assert only(report).mistake == "undefined name"


def test_list_of_dictionaries_is_judged_by_the_learners_own_form(checked):
    report = checked(LIST_OF_DICTIONARIES)
    assert [one.verdict for one in report.functions] == ["right", "right"]


LIST_OF_DICTIONARIES = """
import numpy as np


def init_parameters(dims):
    return [{"W": np.random.randn(o, i) * np.sqrt(2 / i), "b": np.zeros((o, 1))} for i, o in zip(dims[:-1], dims[1:])]


def forward_pass(X, layers):
    A = X
    for n, layer in enumerate(layers):
        Z = layer["W"] @ A + layer["b"]
        A = np.tanh(Z) if n < len(layers) - 1 else (1 + np.tanh(Z / 2)) / 2
    return A, layers
"""


def test_empty_is_none_in_every_form():
    assert empty(Opaque("ndarray", "array(None, dtype=object)"))
    assert not empty(Opaque("Network", "<Network>"))


def test_a_text_that_is_no_python_is_not_called_unfinished():
    assert not unfinished(Function("f", source="def f(:"))


def test_names_are_followed_through_subscripts_and_loops():
    assert drawn_from(["cache"], "a = cache['A']\nb = len(a)\nfor c in a:\n    pass") == {"cache", "a", "c"}


CALLER = """
import numpy as np

def predict(parameters, X):
    A2, cache = forward_propagation(X, parameters)
    return A2 > 0.5

def nn_model(X, Y, n_h, num_iterations=10):
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, {})
    return {}
"""


def test_what_calls_a_function_that_could_not_be_read_is_not_judged(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(f"{CALLER}\ndef forward_propagation(X, parameters):\n    return (1\n\nx = 1\n", encoding="utf-8")
    findings = [finding for _, finding in check(path).findings]
    assert [finding.verdict for finding in findings] == ["unjudged", "unjudged"]
    assert all("forward_propagation" in finding.claim.en for finding in findings)


def test_a_name_that_is_nowhere_is_told_once(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(NO_NUMPY.replace("np.", "nump."), encoding="utf-8")
    first, *others = [finding for _, finding in check(path).findings]
    assert (first.verdict, first.mistake) == ("wrong", "undefined name")
    assert [one.verdict for one in others] == ["unjudged", "unjudged"]
    assert all("forward_propagation" in one.claim.en and "forward_propagation" in one.claim.zh for one in others)


def test_a_forgotten_import_of_numpy_is_said_once_and_the_functions_are_judged(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(NO_NUMPY, encoding="utf-8")
    report = check(path)
    assert [note.text.en.split(":")[0] for note in report.notes] == ["np is used, and nothing imports it"]
    assert not any("NameError" in finding.claim.en for _, finding in report.findings)
    assert report.verdict == "wrong"  # for reasons of its own


NO_NUMPY = """
def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    return np.tanh(Z1), {}

def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2)) / Y.shape[1]

def update_parameters(parameters, grads, learning_rate=1.2):
    return {key: np.array(parameters[key]) for key in parameters}
"""


@pytest.mark.parametrize(
    ("edit", "exercise", "maker"),
    [
        (('"A1": A1, ', ""), "backward", "forward_propagation"),
        (('{"dW1": dW1', '{"W1": dW1'), "update", "backward_propagation"),
    ],
)
def test_a_key_that_is_not_there_is_told_with_the_function_that_lacks_it(edit, exercise, maker, checked):
    report = checked(KEYS, edit)
    ((found, finding),) = [(one.exercise, finding) for one, finding in report.findings if finding.verdict == "wrong"]
    assert (found, finding.mistake) == (exercise, "entry that is not there")
    assert maker in finding.claim.en
    assert maker in finding.claim.zh


KEYS = """
import numpy as np

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ A1 - parameters["b2"]))
    return A2, {"Z1": Z1, "A1": A1, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1 = cache["A1"]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
    dW1, db1 = dZ1 @ X.T / m, dZ1.mean(axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True)}

def update_parameters(parameters, grads, learning_rate=1.2):
    dW1 = grads["dW1"]
    W1 = parameters["W1"] - learning_rate * dW1
    b1 = parameters["b1"] - learning_rate * grads["db1"]
    W2 = parameters["W2"] - learning_rate * grads["dW2"]
    b2 = parameters["b2"] - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
"""


def test_an_answer_too_large_to_be_compared_is_not_judged():
    def compute_cost(A2, Y):
        return np.ones((3000, 3000))

    (finding,) = (finding for _, finding in check(compute_cost).findings)
    assert (finding.verdict, finding.claim.en) == (
        "unjudged",
        "It gives more than can be compared: more than 200,000 parts or 32 MiB",
    )
    assert "WireError" not in finding.claim.zh + finding.claim.en


def test_an_empty_place_at_the_end_of_a_function_without_a_return_is_not_written_yet(tmp_path):
    path = tmp_path / "homework.py"
    body = "def linear_backward(dZ, cache):\n    A_prev, W, b = cache\n    m = A_prev.shape[1]\n"
    for mark, verdict in (("    # YOUR CODE HERE\n", "unjudged"), ("    # the end\n", "wrong")):
        path.write_text(body + mark, "utf-8")
        assert check(path, console=Console(quiet=True)).functions[0].verdict == verdict
