"""The published outputs of the course's exercises, each recomputed by the function that the exercise is about.

An entry of the file holds the numbers as printed by the source ("published") and at full precision ("computed"), and
how closely each must be met. Where an edition's own seed differs from the default here, the start is passed.
"""

import contextlib
import io
import json
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from barreleye import course
from barreleye.course import initialization, optimization

FILE = json.loads((Path(__file__).parents[1] / "data" / "course_vectors.json").read_text())
VECTORS = {vector["id"]: vector for vector in FILE["vectors"]}


def arrays(value):
    """The lists of numbers of a JSON value as arrays."""
    if isinstance(value, dict):
        return {name: arrays(item) for name, item in value.items()}
    return np.array(value) if isinstance(value, list) else value


def inputs(name):
    given = VECTORS[name]["inputs"]
    return arrays(VECTORS[given["same_as"]]["inputs"] if "same_as" in given else given)


def printed(model, *args, **options):
    """What ``model`` returns, and the costs that it prints, {iteration: cost}."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        result = model(*args, **options)
    lines = (line.removeprefix("Cost after ").split() for line in out.getvalue().splitlines())
    return result, {int(number.rstrip(":")): float(J) for _, number, J in lines}


def accuracy(predictions, Y):
    return 100 * float((predictions == Y).mean())


@cache
def flower_run():
    given = inputs("c1w3.flower.n_h4.cost_curve.seed2.stable_part")
    X, Y = course.load_planar_dataset()
    parameters, costs = printed(course.nn_model, X, Y, given["n_h"], given["num_iterations"], print_cost=True)
    return accuracy(course.predict(parameters, X), Y), {str(i): J for i, J in costs.items()}


# --- the planar exercise


def layer_sizes(i):
    return {"sizes": course.layer_sizes(np.zeros(i["X_shape"]), np.zeros(i["Y_shape"]))}


def initialize_parameters(i):
    return course.initialize_parameters(i["n_x"], i["n_h"], i["n_y"], seed=i["seed"])


def forward_propagation(i):
    A2, cache = course.forward_propagation(i["X"], i["parameters"])
    assert (cache["A2"] == A2).all()
    return cache


def compute_cost(i):
    return {"cost": course.compute_cost(i["A2"], i["Y"])}


def backward_propagation(i):
    return course.backward_propagation(i["parameters"], i["cache"], i["X"], i["Y"])


def update_parameters(i):
    return course.update_parameters(i["parameters"], i["grads"], i["learning_rate"])


def nn_model(i):
    start = course.initialize_parameters(2, i["n_h"], 1, seed=i["init_seed"])
    parameters, costs = printed(
        course.nn_model,
        i["X"],
        i["Y"],
        i["n_h"],
        i["num_iterations"],
        i["learning_rate"],
        True,
        parameters=start,
    )
    return {**parameters, **{f"cost@{iteration}": J for iteration, J in costs.items()}}


def predict(i):
    return {"predictions": course.predict(i["parameters"], i["X"], activation="tanh")}


def flower_costs(i):
    return flower_run()[1]


def flower_accuracy(i):
    return {"accuracy_truncated_percent": int(flower_run()[0])}


def flower_accuracy_by_size(i):
    X, Y = course.load_planar_dataset()
    models = {n_h: course.nn_model(X, Y, int(n_h), i["num_iterations"], i["learning_rate"]) for n_h in i["n_h"]}
    return {str(n_h): accuracy(course.predict(parameters, X), Y) for n_h, parameters in models.items()}


def logistic_regression_baseline(i):
    from sklearn.linear_model import LogisticRegressionCV

    X, Y = course.load_planar_dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of defaults that scikit-learn is about to change
        baseline = LogisticRegressionCV().fit(X.T, Y.ravel())
    return {"accuracy_truncated_percent": int(100 * baseline.score(X.T, Y.ravel()))}


# --- the deep network, step by step, and its application


def initialize_parameters_deep(i):
    return course.initialize_parameters_deep(i["layer_dims"].tolist(), seed=i["seed"])


def linear_forward(i):
    return {"Z": course.linear_forward(i["A_prev"], i["W"], i["b"])[0]}


def linear_activation_forward(i):
    A, (_, Z) = course.linear_activation_forward(i["A_prev"], i["W"], i["b"], i["activation"])
    return {"Z": Z, "A": A}


def L_model_forward(i):
    AL, caches = course.L_model_forward(i["X"], i["parameters"])
    Z = {f"Z{l}": Z for l, (_, Z) in enumerate(caches, start=1)}
    return {"AL": AL, **Z, **{f"A{l}": A_prev for l, ((A_prev, _, _), _) in enumerate(caches)}}


def deep_cost(i):
    return {"cost": course.compute_cost(i["AL"], i["Y"])}


def linear_backward(i):
    dA_prev, dW, db = course.linear_backward(i["dZ"], (i["A_prev"], i["W"], i["b"]))
    return {"dA_prev": dA_prev, "dW": dW, "db": db}


def linear_activation_backward(i):
    cache = ((i["A_prev"], i["W"], i["b"]), i["Z"])
    dA_prev, dW, db = course.linear_activation_backward(i["dA"], cache, i["activation"])
    return {"dA_prev": dA_prev, "dW": dW, "db": db}


def update_parameters_deep(i):
    return course.update_parameters_deep(i["parameters"], i["grads"], i["learning_rate"])


def two_layer_model(i):
    sizes = i["layers_dims"].tolist()
    parameters, costs = course.two_layer_model(i["X"], i["Y"], sizes, i["learning_rate"], i["num_iterations"])
    return {**parameters, "cost@0": costs[0]}


def L_layer_model(i):
    sizes, how = i["layers_dims"].tolist(), {"initialization": "lecun", "seed": i["init_seed"]}
    parameters, costs = course.L_layer_model(i["X"], i["Y"], sizes, i["learning_rate"], i["num_iterations"], **how)
    return {**parameters, "cost@0": costs[0]}


# --- the NumPy warm-up


def softmax(i):
    return {"softmax": course.softmax(i["x"])}


def sigmoid(i):
    return {"out": course.sigmoid(i["x"])}


def sigmoid_derivative(i):
    return {"out": course.sigmoid_derivative(i["x"])}


# --- initialization, regularization, gradient checking


def initialize_parameters_zeros(i):
    return course.initialize_parameters_zeros(i["layer_dims"].tolist())


def initialize_parameters_he(i):
    return course.initialize_parameters_he(i["layer_dims"].tolist())


def initialization_model(i):
    X, Y, test_X, test_Y = initialization.load_dataset()
    sizes = i["layers_dims"].tolist()
    parameters, costs = course.L_layer_model(
        X, Y, sizes, i["learning_rate"], i["num_iterations"], initialization=i["init"], seed=i["init_seed"]
    )
    scores = {
        "train_accuracy": (course.predict_dec(parameters, X) == Y).mean(),
        "test_accuracy": (course.predict_dec(parameters, test_X) == test_Y).mean(),
    }
    return {**scores, **{str(100 * k): J for k, J in enumerate(costs) if k % 10 == 0}}


def compute_cost_with_regularization(i):
    return {"cost": course.compute_cost_with_regularization(i["A3"], i["Y"], i["parameters"], i["lambd"])}


def backward_propagation_with_regularization(i):
    layers = [
        (i["cache"][f"Z{l}"], i["cache"][f"A{l}"], *(i["parameters"][f"{p}{l}"] for p in "Wb")) for l in (1, 2, 3)
    ]
    cache = [part for layer in layers for part in layer]
    return course.backward_propagation_with_regularization(i["X"], i["Y"], cache, i["lambd"])


def forward_propagation_with_dropout(i):
    A3, cache = course.forward_propagation_with_dropout(i["X"], i["parameters"], i["keep_prob"], seed=i["mask_seed"])
    names = ["Z1", "D1", "A1", "W1", "b1", "Z2", "D2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3"]
    assert (cache[names.index("A3")] == A3).all()
    return dict(zip(names, cache, strict=True))


def right_gradients(i):
    J, cache = course.forward_propagation_n(i["X"], i["Y"], i["parameters"])
    return J, course.backward_propagation_n(i["X"], i["Y"], cache)


def gradient_check_n(i):
    gradients = right_gradients(i)[1]
    return {"difference": course.gradient_check_n(i["parameters"], gradients, i["X"], i["Y"], i["epsilon"])}


def gradient_check_n_of_planted_bugs(i):
    gradients = right_gradients(i)[1]
    wrong = {**gradients, "dW2": 2 * gradients["dW2"], "db1": 4 * gradients["db1"]}
    return {"difference": course.gradient_check_n(i["parameters"], wrong, i["X"], i["Y"], i["epsilon"])}


# --- optimization


def update_parameters_with_gd(i):
    return course.update_parameters_with_gd(i["parameters"], i["grads"], i["learning_rate"])


def update_parameters_with_momentum(i):
    parameters, v = course.update_parameters_with_momentum(
        i["parameters"], i["grads"], i["v"], i["beta"], i["learning_rate"]
    )
    return {**parameters, **{f"v_{name}": array for name, array in v.items()}}


def update_parameters_with_adam(i):
    numbers = (i[name] for name in ("t", "learning_rate", "beta1", "beta2", "epsilon"))
    parameters, v, s = course.update_parameters_with_adam(i["parameters"], i["grads"], i["v"], i["s"], *numbers)
    memories = {f"{which}_{name}": array for which, memory in (("v", v), ("s", s)) for name, array in memory.items()}
    return {**parameters, **memories}


def first_rows_with_adam(i):
    return {name: array[0] for name, array in update_parameters_with_adam(i).items()}


def random_mini_batches(i):
    batches = course.random_mini_batches(i["X"], i["Y"], i["mini_batch_size"], i["shuffle_seed"])
    return {f"{name}{k}": part for k, batch in enumerate(batches) for name, part in zip("XY", batch, strict=True)}


def update_lr(i):
    return {"lr": course.update_lr(i["learning_rate0"], i["epoch_num"], i["decay_rate"])}


def schedule_lr_decay(i):
    return {"lr": [course.schedule_lr_decay(*case) for case in i["cases"]]}


def optimization_model(i):
    X, Y = optimization.load_dataset()
    parameters, costs = printed(
        optimization.model,
        X,
        Y,
        i["layers_dims"].tolist(),
        i["optimizer"],
        i["learning_rate"],
        i["mini_batch_size"],
        num_epochs=i["num_epochs"],
    )
    return {**{str(e): J for e, J in costs.items()}, "accuracy": (course.predict_dec(parameters, X) == Y).mean()}


RECOMPUTED: dict[str, Callable] = {
    "c1w3.layer_sizes.1": layer_sizes,
    "c1w3.initialize_parameters.2_4_1": initialize_parameters,
    "c1w3.forward_propagation.v2018": forward_propagation,
    "c1w3.compute_cost.v2018": compute_cost,
    "c1w3.compute_cost.5examples": compute_cost,
    "c1w3.backward_propagation.v2018": backward_propagation,
    "c1w3.update_parameters": update_parameters,
    "c1w3.nn_model.2x3.n_h4.seed3": nn_model,
    "c1w3.predict": predict,
    "c1w3.flower.n_h4.cost_curve.seed2.stable_part": flower_costs,
    "c1w3.flower.n_h4.cost_curve.seed2.late_part": flower_costs,
    "c1w3.flower.n_h4.accuracy.seed2": flower_accuracy,
    "c1w3.flower.accuracy_by_n_h.seed2": flower_accuracy_by_size,
    "c1w4.initialize_parameters.3_2_1": initialize_parameters,
    "c1w4.initialize_parameters_deep.5_4_3": initialize_parameters_deep,
    "c1w4.linear_forward": linear_forward,
    "c1w4.linear_activation_forward.sigmoid": linear_activation_forward,
    "c1w4.linear_activation_forward.relu": linear_activation_forward,
    "c1w4.L_model_forward.2hidden": L_model_forward,
    "c1w4.compute_cost": deep_cost,
    "c1w4.linear_backward": linear_backward,
    "c1w4.linear_activation_backward.sigmoid": linear_activation_backward,
    "c1w4.linear_activation_backward.relu": linear_activation_backward,
    "c1w4.update_parameters": update_parameters_deep,
    "c1w4app.two_layer_model.small_a": two_layer_model,
    "c1w4app.L_layer_model.small_a": L_layer_model,
    "c1w2.softmax_rows": softmax,
    "c1w2.sigmoid": sigmoid,
    "c1w2.sigmoid_derivative": sigmoid_derivative,
    "c2w1.init.zeros.3_2_1": initialize_parameters_zeros,
    "c2w1.init.he.3_1_2": initialize_parameters_he,
    "c2w1.init.model.zeros": initialization_model,
    "c2w1.init.model.he": initialization_model,
    "c2w1.compute_cost_with_regularization": compute_cost_with_regularization,
    "c2w1.backward_propagation_with_regularization": backward_propagation_with_regularization,
    "c2w1.forward_propagation_with_dropout": forward_propagation_with_dropout,
    "c2w1.gradient_check_n.fixed": gradient_check_n,
    "c2w2.update_parameters_with_gd.w2_3x2": update_parameters_with_gd,
    "c2w2.update_parameters_with_momentum.w2_3x2": update_parameters_with_momentum,
    "c2w2.update_parameters_with_adam.first_rows.w2_3x2": first_rows_with_adam,
    "c2w2.update_parameters_with_adam.full.w2_3x2": update_parameters_with_adam,
    "c2w2.random_mini_batches.5x7": random_mini_batches,
    "c2w2.update_lr": update_lr,
    "c2w2.schedule_lr_decay": schedule_lr_decay,
    "c2w2.model.gd": optimization_model,
    "c2w2.model.adam": optimization_model,
    "c1w3.flower.logistic_regression_baseline": logistic_regression_baseline,
    "c2w1.gradient_check_n.planted_bugs": gradient_check_n_of_planted_bugs,
}


def test_no_vector_is_left_out():
    assert set(RECOMPUTED) == set(VECTORS)


def runs(vector, which, quantity):
    """The numbers of which one must be met: a single one, unless published runs of one exercise differ by rounding."""
    others = (run[quantity] for run in vector.get("other_published_runs", {}).values() if quantity in run)
    equal_code = vector.get("accuracies_of_3_equal_implementations", {}).get(quantity, [])
    return [vector[which][quantity], *others, *equal_code]


@pytest.mark.parametrize("name", VECTORS)
def test_published_output(name):
    vector = VECTORS[name]
    found, check = RECOMPUTED[name](inputs(name)), vector["check"]
    for which in ("published", "computed"):
        assert vector[which], name
        for quantity in vector[which]:
            ours, candidates = np.asarray(found[quantity]), [np.asarray(run) for run in runs(vector, which, quantity)]
            where = f"{quantity} of {name}: ours {ours}, {which} {candidates}"
            assert ours.shape == candidates[0].shape, where
            assert any(np.allclose(ours, run, check["rtol"], check["atol"]) for run in candidates), where
