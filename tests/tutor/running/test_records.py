"""Objects with named fields are taken apart, travel by field, and are made again as what they were."""

from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from barreleye.tutor.running.calling import Held, InProcess
from barreleye.tutor.running.records import Record, fields_of, remade


@dataclass(frozen=True)
class Cache:
    Z1: object
    A1: object


Pair = namedtuple("Pair", "Z1 A1")

OBJECTS = [Cache(1.0, 2.0), Pair(1.0, 2.0), SimpleNamespace(Z1=1.0, A1=2.0)]


@pytest.mark.parametrize("value", OBJECTS)
def test_an_object_is_made_again_with_other_numbers(value):
    assert fields_of(value) == {"Z1": 1.0, "A1": 2.0}
    made = remade(value, {"Z1": 3.0, "A1": 4.0})
    assert type(made) is type(value)
    assert fields_of(made) == {"Z1": 3.0, "A1": 4.0}
    assert fields_of(value) == {"Z1": 1.0, "A1": 2.0}


@pytest.mark.parametrize("value", [(1.0, 2.0), {"Z1": 1.0}, Cache, 1.0, None])
def test_anything_else_has_no_fields(value):
    assert fields_of(value) is None


@pytest.mark.parametrize("value", OBJECTS)
def test_a_learners_object_comes_as_a_record_and_returns_as_its_own_class(value):
    runner = InProcess({"make": lambda: value, "kind": lambda one: type(one).__name__, "read": lambda one: one})
    answer = runner.call("make")
    assert answer.value == {"Z1": 1.0, "A1": 2.0}
    assert answer.value.kind == type(value).__name__
    assert runner.call("kind", answer.value).value == type(value).__name__
    assert runner.call("read", Held(answer.call, ("A1",))).value == 2.0


def test_a_record_of_an_unknown_class_is_a_namespace():
    runner = InProcess({"read": lambda one: one.W1})
    assert runner.call("read", Record("Parameters", {"W1": np.ones(2)})).value.tolist() == [1, 1]


def test_what_is_changed_inside_an_object_is_seen():
    def step(parameters):
        parameters.W1 -= 1.0

    answer = InProcess({"step": step}).call("step", Record("Parameters", {"W1": np.ones(2)}))
    assert answer.changed == ((0, "W1"),)
    assert answer.arguments_after[0][0]["W1"].tolist() == [0, 0]


MAKERS = {
    "dataclass": "from dataclasses import dataclass\n@dataclass(frozen=True)\n"
    "class P:\n    W1: object\n    b1: object\n"
    "    W2: object\n    b2: object\n@dataclass\nclass C:\n    Z1: object\n    A1: object\n    A2: object\n",
    "named tuple": "from collections import namedtuple\nP = namedtuple('P', 'W1 b1 W2 b2')\n"
    "C = namedtuple('C', 'Z1 A1 A2')\n",
    "namespace": "from types import SimpleNamespace\ndef P(W1, b1, W2, b2):\n"
    "    return SimpleNamespace(W1=W1, b1=b1, W2=W2, b2=b2)\n"
    "def C(Z1, A1, A2):\n    return SimpleNamespace(Z1=Z1, A1=A1, A2=A2)\n",
}
NETWORK = """
import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    r = np.random.RandomState(2)
    return P(r.randn(n_h, n_x) * 0.01, np.zeros((n_h, 1)), r.randn(n_y, n_h) * 0.01, np.zeros((n_y, 1)))

def forward_propagation(X, p):
    Z1 = p.W1 @ X + p.b1
    A1 = np.tanh(Z1)
    A2 = np.exp(-np.logaddexp(0, -(p.W2 @ A1 + p.b2)))
    return A2, C(Z1, A1, A2)

def backward_propagation(p, c, X, Y):
    m = X.shape[1]
    dZ2 = c.A2 - Y
    dZ1 = p.W2.T @ dZ2 * (1 - c.A1 ** 2)
    return P(dZ1 @ X.T / m, dZ1.mean(1, keepdims=True), dZ2 @ c.A1.T / m, dZ2.mean(1, keepdims=True))

def update_parameters(p, g, learning_rate):
    return P(*(getattr(p, k) - learning_rate * getattr(g, k) for k in ("W1", "b1", "W2", "b2")))
"""


@pytest.mark.parametrize("maker", MAKERS)
def test_a_network_in_objects_is_judged(maker, checked):
    report = checked(MAKERS[maker] + NETWORK)
    assert [(function.exercise, function.verdict) for function in report.functions] == [
        (one, "right") for one in ("initialize", "forward", "backward", "update")
    ]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_mistake_in_objects_is_explained(maker, checked):
    report = checked(MAKERS[maker] + NETWORK.replace("dZ2 @ c.A1.T / m", "dZ2 @ c.A1.T"))
    assert [(function.exercise, finding.mistake) for function, finding in report.findings] == [
        ("backward", "dW without 1/m")
    ]
