"""What lies around a learner's code is no mistake of it: missing modules and files, packages, older NumPy."""

import json
import textwrap

import pytest

from barreleye.tutor.checking import check_file

SIGMOID = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))\n"
LAYER = """\
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = relu(Z) if activation == "relu" else sigmoid(Z)
    assert A.shape == (W.shape[0], A_prev.shape[1])
    return A, (linear_cache, activation_cache)
"""
FORWARD = """\
def forward_propagation(X, parameters):
    A1 = np.tanh(np.dot(parameters["W1"], X) + parameters["b1"])
    A2 = sigmoid(np.dot(parameters["W2"], A1) + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
"""


@pytest.fixture
def report(tmp_path):
    def check_text(text, name="own.py", seconds=2.0, **others):
        for other, content in others.items():
            path = tmp_path / (other.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return check_file(path, seconds=seconds)

    return check_text


def verdicts(report):
    return {one.name: one.verdict for one in report.functions}


ABSENT = {
    "all of a module": "from my_layers import *\n" + LAYER,
    "names of a module": "from my_layers import linear_forward, relu, sigmoid\n" + LAYER,
    "an import in the function": LAYER.replace(
        ":\n", ":\n    from my_layers import linear_forward, relu, sigmoid\n", 1
    ),
    "in a helper": "def linear_forward(A, W, b):\n    from my_layers import dot\n    return dot(W, A) + b, None\n"
    + LAYER,
    "a function of the course alone": LAYER,
}


@pytest.mark.parametrize("name", ABSENT)
def test_what_was_not_handed_in_leaves_a_function_unjudged(name, report):
    assert verdicts(report(ABSENT[name]))["linear_activation_forward"] == "unjudged"


def test_a_name_written_like_one_that_is_there_is_the_learners_mistake(report):
    text = SIGMOID + FORWARD.replace("sigmoid(", "sigmod(")
    assert verdicts(report(text))["forward_propagation"] == "wrong"


def test_a_data_file_that_is_not_there_is_no_mistake(report):
    text = SIGMOID + "def predict(parameters, X):\n    return np.load('weights.npy') @ X > 0.5\n"
    found = report(text)
    assert verdicts(found)["predict"] == "unjudged"
    assert "weights.npy" in {function.name: finding.claim.en for function, finding in found.findings}["predict"]
    text = SIGMOID + "X_all = np.loadtxt('data.csv')\ndef predict(parameters, X):\n    return X_all @ X\n"
    assert "comes from X_all = np.loadtxt('data.csv') (line 4)" in next(iter(report(text).findings))[1].claim.en


def test_an_import_that_takes_longer_than_a_call_may_is_waited_for(report):
    slow = "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass\n"
    text = "import numpy as np\nfrom slow import sigmoid\n" + FORWARD
    assert verdicts(report(text, seconds=0.3, slow=slow + SIGMOID)) == {"forward_propagation": "right"}


def test_a_name_whose_import_does_not_end_leaves_a_function_unjudged(report):
    text = "import numpy as np\nfrom slow import sigmoid\n" + FORWARD
    found = report(text, seconds=0.2, slow="while True: pass\n")
    assert verdicts(found) == {"forward_propagation": "unjudged"}


PACKAGE = SIGMOID + "def linear_forward(A, W, b):\n    return np.dot(W, A) + b, (A, W, b)\n"


@pytest.mark.parametrize(
    "line",
    [
        "from week1.parts import sigmoid",
        "from .parts import sigmoid",
        "from ..week1.parts import sigmoid",
        "from parts import *",
    ],
)
def test_a_package_is_found_however_it_is_run(line, report):
    found = report(f"import numpy as np\n{line}\n{FORWARD}", "homework/week1/own.py", homework__week1__parts=PACKAGE)
    assert verdicts(found) == {"forward_propagation": "right"}


def test_a_folder_above_is_read_where_it_is_imported_and_not_else(report, tmp_path):
    text = "import numpy as np\nfrom tools.parts import sigmoid\n" + FORWARD
    assert (
        verdicts(report(text, "homework/week1/own.py", homework__tools__parts=PACKAGE))["forward_propagation"]
        == "right"
    )
    (tmp_path / "homework/notes.txt").write_text("secret")
    text = SIGMOID + "def predict(parameters, X):\n    return open(__file__ + '/../../notes.txt').read()\n"
    assert verdicts(report(text, "homework/week1/own.py"))["predict"] == "unjudged"


def test_what_is_fragile_in_a_helper_that_was_given_is_a_remark(report):
    text = "import numpy as np\nfrom planar_utils import sigmoid\n" + FORWARD
    given = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
    (function,) = report(text, planar_utils=given).functions
    assert function.verdict == "right"
    assert "helper module" in function.remarks[-1].en
    assert "sigmoid overflows" in function.remarks[-1].en
    (function,) = report(text.replace("planar_utils", "mine"), mine=given).functions
    assert function.verdict == "fragile"


def test_names_that_numpy_had_are_taken_for_what_is_written_now(report):
    found = report(
        SIGMOID + "def predict(parameters, X):\n    return (sigmoid(X[:1]) > 0.5).astype(np.int)\nx = np.Inf\n"
    )
    notes = [(note.where, note.text.en) for note in found.notes if note.kind == "gone"]
    assert [where for where, _ in notes] == ["line 5", "line 6"]
    assert notes[0][1].startswith("np.int is no longer in NumPy: write int.")
    assert "AttributeError" not in str(found)


def test_ipythons_last_result_is_there_in_a_notebook_alone(report):
    text = (
        "import numpy as np\ndef cost(A, Y, k):\n    return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))\n"
    )
    text += "def compute_cost(AL, Y):\n    return cost(AL, Y, _)\n"
    cells = [{"cell_type": "code", "source": text}]
    assert verdicts(report(json.dumps({"cells": cells, "nbformat": 4}), "own.ipynb"))["compute_cost"] != "wrong"
    assert verdicts(report(text))["compute_cost"] == "wrong"


LEFT = """\
import numpy as np
def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    return Z, (A, W, b)
Z, linear_cache = linear_forward(np.ones((3, 2)), np.ones((1, 3)), np.ones((1, 1)))
def linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    A = np.maximum(0, Z) if activation == "relu" else 1 / (1 + np.exp(-Z))
    return A, (linear_cache, Z)
"""


def test_a_result_of_a_test_is_not_fed_to_a_function_that_forgot_its_own(report):
    found = report(LEFT)
    (function, finding), *_ = found.findings
    assert (function.name, finding.mistake, finding.where) == ("linear_activation_forward", "undefined name", "line 9")
    assert [note.where for note in found.notes if note.kind == "left-behind"] == ["line 5"]


EDITIONS = {
    "2017": """\
    ### START CODE HERE ### (≈ 2 lines of code)
    logprobs = None
    J = None
    ### END CODE HERE ###
    J = float(np.squeeze(J))
    return J
""",
    "2021": """\
    # (≈ 1 line)
    # J = ...
    # YOUR CODE STARTS HERE


    # YOUR CODE ENDS HERE
    return float(J)
""",
    "in part": """\
    m, J = Y.shape[1], None
    assert isinstance(J, float)
    return J
""",
}


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_empty_place_of_any_edition_is_not_written_yet(edition, report):
    found = report("import numpy as np\ndef compute_cost(A2, Y):\n" + EDITIONS[edition])
    assert [finding.claim.en for _, finding in found.findings] == ["It is not written yet."]


def test_a_function_that_waits_for_another_is_told_for_which(report):
    text = "import numpy as np\ndef squash(z):\n    s = None\n    return s\n" + FORWARD.replace(
        "sigmoid(", "1 * squash("
    )
    found = report(text)
    assert [finding.claim.en for _, finding in found.findings] == ["It calls squash, which is not written yet."]
