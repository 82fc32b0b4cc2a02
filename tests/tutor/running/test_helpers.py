import importlib
import inspect
import subprocess
import sys

import numpy as np
import pytest

from barreleye.tutor.running.helpers import mentioned
from barreleye.tutor.running.standins import COURSE

BEGIN = """
import gc, sys, types
import numpy as np
from barreleye.tutor.running.helpers import served
names = sys.argv[1:]
helpers = served(names)
def about():
    return sorted({f"{one.__module__}.{one.__name__}" for one in gc.get_objects()
                   if isinstance(one, types.FunctionType)})
"""


def told(program, *names):
    done = subprocess.run([sys.executable, "-c", BEGIN + program, *names], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_helpers_that_are_named_are_found_through_the_modules_beside(tmp_path):
    (tmp_path / "mine.py").write_text("from reg_utils import *\nimport mine")
    (tmp_path / "other.py").write_text("import opt_utils")
    assert mentioned(["from planar_utils import sigmoid\nimport mine"], tmp_path) == {"planar_utils", "reg_utils"}
    assert mentioned(["planar_utils_of_mine", "s" * 1000], tmp_path) == set()


def test_a_helper_brings_what_it_needs_and_no_more():
    names = told("print(*about(), sep='\\n')", "planar_utils")
    assert "barreleye.course.activations.sigmoid" in names
    assert [name for name in names if name.startswith("barreleye.course.") and "backward" in name] == []
    assert [name for name in names if name.startswith(("barreleye.nn.network", "barreleye.course.deep"))] == []
    names = told("print(*about(), sep='\\n')", "dnn_utils")
    assert "barreleye.course.single_layer.relu_backward" in names
    assert "barreleye.course.single_layer.linear_backward" not in names
    program = "print([one for one in sys.modules if one.startswith('barreleye')], [*map(str, about())].count('x'))"
    assert told(program) == ["[] 0"]


def answers(module):
    """What the functions of a helper module answer, each of them called."""
    rng = np.random.default_rng(0)
    X, Y, Z, n = rng.standard_normal((2, 3)), np.array([[1, 0, 1]]), rng.standard_normal((3, 3)), [2, 3, 2, 1]
    P = {f"W{l}": rng.standard_normal((n[l], n[l - 1])) for l in (1, 2, 3)} | {
        f"b{l}": np.ones((n[l], 1)) for l in (1, 2, 3)
    }
    grads = {f"d{name}": value for name, value in P.items()}
    W, b = P["W1"], P["b1"]
    sizes = (2, 3, 1) if "linear_forward" in module.__all__ else (n,)
    called = {
        **{"sigmoid": lambda f: f(Z), "relu": lambda f: f(Z), "load_planar_dataset": lambda f: f()},
        **{
            "sigmoid_backward": lambda f: f(Z, Z),
            "relu_backward": lambda f: f(Z, Z),
            "load_extra_datasets": lambda f: f(),
        },
        **{"initialize_parameters": lambda f: f(*sizes), "initialize_parameters_deep": lambda f: f(n)},
        **{"linear_forward": lambda f: f(X, W, b), "linear_activation_forward": lambda f: f(X, W, b, "relu")},
        "linear_backward": lambda f: f(Z, module.linear_forward(X, W, b)[1]),
        "linear_activation_backward": lambda f: f(Z, module.linear_activation_forward(X, W, b, "relu")[1], "relu"),
        **{"forward_propagation": lambda f: f(X, P), "L_model_forward": lambda f: f(X, P)},
        "backward_propagation": lambda f: f(X, Y, module.forward_propagation(X, P)[1]),
        "L_model_backward": lambda f: f(np.full((1, 3), 0.4), Y, module.L_model_forward(X, P)[1]),
        **{"compute_cost": lambda f: f(np.full((1, 3), 0.4), Y), "compute_loss": lambda f: f(np.full((1, 3), 0.4), Y)},
        **{
            "update_parameters": lambda f: f(P, grads, 0.1),
            "predict": lambda f: f(X, Y, P),
            "predict_dec": lambda f: f(P, X),
        },
        **{"load_dataset": lambda f: f(), "load_params_and_grads": lambda f: f()},
        **{"dictionary_to_vector": lambda f: f(P), "gradients_to_vector": lambda f: f(grads)},
        "vector_to_dictionary": lambda f: f(np.arange(20.0), n),
    }
    return [f"{name}: {called[name](getattr(module, name))!r}" for name in module.__all__ if name in called]


@pytest.mark.parametrize("name", sorted(set(COURSE.values())))
def test_a_helper_answers_without_the_rest_as_it_does_with_it(name):
    program = f"{inspect.getsource(answers)}\nprint(*answers(helpers[names[0]]), sep='\\n')"
    here = "\n".join(answers(importlib.import_module(f"barreleye.course.{name}")))
    assert "\n".join(told(program, name)).endswith(here)
