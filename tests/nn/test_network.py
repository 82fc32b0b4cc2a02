import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier, MLPRegressor

from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.heads import HEADS
from barreleye.nn.network import backward, cost, forward, initialize, loss, predict
from barreleye.nn.normalization import Averages
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network

OPTIONS = {
    "plain": {},
    "L2": {"L2": 0.7},
    "L1": {"L1": 0.3},
    "batch norm": {"batch_norm": True},
    "dropout": {"keep_prob": 0.7},
    "parametric": {"parametric": True},
    "ntk": {"ntk": True, "L2": 0.5},
    "weights": {},
    "everything": {
        **{"L2": [0.7, 0.1, 0.2], "L1": 0.3, "batch_norm": [True, False], "keep_prob": [0.7, 0.6]},
        **{"parametric": [True, True], "ntk": True},
    },
}


def everything(network, parameters, X, Y, weights=None, D=None):
    """J and the gradients."""
    trace = forward(network, parameters, X, weights=weights, D=D)
    return cost(network, parameters, trace, Y, weights), backward(network, parameters, trace, Y, weights)


# The equations


def test_two_layers_are_the_textbooks_lines():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(2, 5)), np.array([[1.0, 0, 1, 1, 0]])
    W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((4, 2), (4, 1), (1, 4), (1, 1)))
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    J_by_hand = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / 5
    dZ2 = A2 - Y
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (1 - A1**2)

    network, parameters = Network((2, 4, 1), "tanh"), Parameters({1: W1, 2: W2}, {1: b1, 2: b2}, {}, {})
    trace = forward(network, parameters, X)
    gradients = backward(network, parameters, trace, Y)
    by_hand = {"Z[1]": Z1, "A[1]": A1, "Z[2]": Z2, "A[2]": A2, "dZ[2]": dZ2, "dA[1]": dA1, "dZ[1]": dZ1}
    by_hand |= {"dW[2]": dZ2 @ A1.T / 5, "db[2]": dZ2.mean(axis=1, keepdims=True)}
    by_hand |= {"dW[1]": dZ1 @ X.T / 5, "db[1]": dZ1.mean(axis=1, keepdims=True)}
    for name, value in by_hand.items():
        np.testing.assert_allclose((trace.named() | gradients.named())[name], value, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(cost(network, parameters, trace, Y), J_by_hand, rtol=1e-13)


@pytest.mark.parametrize("which", OPTIONS)
@pytest.mark.parametrize("head", HEADS)
def test_every_gradient_is_what_jax_finds(head, which, problem, x64):
    """For a network whose hidden layers are every activation, one each, wide enough that none is dead."""
    hidden = len(ACTIVATIONS)
    sizes = {name: hidden + name.startswith("L") for name in OPTIONS[which] if name != "ntk"}
    options = OPTIONS[which] | {name: np.resize(OPTIONS[which][name], size).tolist() for name, size in sizes.items()}
    p = problem(list(ACTIVATIONS), head, n=[6] * (hidden + 2), m=4, **options)
    J = functools.partial(lambda parameters, X, weights: everything(p.network, parameters, X, p.Y, weights, p.D)[0])
    weights = p.weights if which in ("weights", "everything") else None
    by_parameters, by_X = jax.grad(J, argnums=(0, 1))(p.parameters, jnp.asarray(p.X), weights)

    trace = forward(p.network, p.parameters, p.X, weights=weights, D=p.D)
    gradients = backward(p.network, p.parameters, trace, p.Y, weights, input_gradient=True)
    m = 4 if weights is None else weights.sum()
    mine = gradients.parameters.named() | {"X": gradients.dA[0] / m}
    assert abs(mine["W[1]"]).max() > 1e-6  # a signal reaches the first layer
    rounding = 1e-14 * max(abs(dp).max() for dp in mine.values())  # of a shift that the next layer's batch norm undoes
    for name, expected in (by_parameters.named() | {"X": by_X}).items():
        np.testing.assert_allclose(mine[name], expected, rtol=1e-8, atol=rounding, err_msg=name)


def test_with_running_averages_the_statistics_are_constants(problem, x64):
    p = problem(batch_norm=True)
    elsewhere = forward(p.network, p.parameters, p.X + 1)
    averages = Averages(elsewhere.mu, elsewhere.sigma2)

    def J(parameters):
        trace = forward(p.network, parameters, p.X, averages=averages)
        return cost(p.network, parameters, trace, p.Y)

    trace = forward(p.network, p.parameters, p.X, averages=averages)
    mine = backward(p.network, p.parameters, trace, p.Y, averages=averages).parameters
    for name, expected in jax.jit(jax.grad(J))(p.parameters).named().items():
        np.testing.assert_allclose(mine.named()[name], expected, rtol=1e-10, err_msg=name)


def test_the_penalties_are_those_of_the_course():
    """lambda/(2m) sum W^2 and lambda/m sum |W| over the layers that have one; biases go free."""
    W = {1: np.array([[1.0, -2.0]]), 2: np.array([[3.0]])}
    parameters = Parameters(W, {1: np.array([[5.0]]), 2: np.array([[7.0]])}, {}, {})
    X, Y = np.ones((2, 4)), np.ones((1, 4))
    plain = everything(Network((2, 1, 1)), parameters, X, Y)[0]

    def penalty(weights=None, **options):
        return everything(Network((2, 1, 1), **options), parameters, X, Y, weights)[0] - plain

    assert penalty(L2=0.8) == pytest.approx(0.8 / 8 * (1 + 4 + 9))
    assert penalty(L1=0.8) == pytest.approx(0.8 / 4 * (1 + 2 + 3))
    assert penalty(L2=[0.8, None], L1=[None, 0.4]) == pytest.approx(0.8 / 8 * 5 + 0.4 / 4 * 3)
    assert penalty(np.full((1, 4), 5.0), L2=0.8) == pytest.approx(0.8 / 40 * 14)  # m is the sum of the weights


def test_identity_layers_collapse_to_one_linear_map(problem):
    network, parameters, X, *_ = problem("identity", "identity")
    W, b = parameters.W, parameters.b
    W_all = W[3] @ W[2] @ W[1]
    b_all = W[3] @ (W[2] @ b[1] + b[2]) + b[3]
    np.testing.assert_allclose(predict(network, parameters, X), W_all @ X + b_all, rtol=1e-12)


def test_dropped_units_are_0_and_the_rest_is_scaled_up(problem):
    network, parameters, X, _, _, D = problem("sigmoid", n=(3, 4, 1), keep_prob=0.7)
    plain, dropped = forward(network, parameters, X), forward(network, parameters, X, D=D)
    np.testing.assert_allclose(dropped.A[1], np.where(D[1] > 0, plain.A[1] / 0.7, 0), rtol=1e-15)
    np.testing.assert_array_equal(dropped.D[1], D[1])
    assert not plain.D


# Sample weights, order of samples


@pytest.mark.parametrize("options", [OPTIONS["plain"], OPTIONS["everything"]], ids=["plain", "everything"])
@pytest.mark.parametrize("head", ["softmax", "huber"])
@settings(max_examples=15, deadline=None)
@given(repeats=st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(lambda r: sum(r) > 1))
def test_a_whole_weight_is_a_sample_repeated_and_0_one_not_there(problem, head, options, repeats):
    network, parameters, X, Y, _, D = problem("tanh", head, **options)
    which = np.repeat(np.arange(6), repeats)
    copies = [a[:, which] for a in (X, Y)]
    J, by_weight = everything(network, parameters, X, Y, np.array([repeats], float), D)
    J_copies, by_copy = everything(network, parameters, *copies, D={l: mask[:, which] for l, mask in D.items()})
    np.testing.assert_allclose(J, J_copies, rtol=1e-11)
    for name, expected in by_copy.parameters.named().items():
        np.testing.assert_allclose(by_weight.parameters.named()[name], expected, rtol=1e-8, atol=1e-10, err_msg=name)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_the_samples_changes_nothing(problem, order):
    p = problem("tanh", "softmax", **OPTIONS["everything"])
    J, gradients = everything(*p)
    shuffled = [a[:, order] for a in (p.X, p.Y, p.weights)]
    J_shuffled, other = everything(p.network, p.parameters, *shuffled, {l: mask[:, order] for l, mask in p.D.items()})
    np.testing.assert_allclose(J_shuffled, J, rtol=1e-12)
    for name, expected in gradients.parameters.named().items():
        np.testing.assert_allclose(other.parameters.named()[name], expected, rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(other.dZ[1], gradients.dZ[1][:, order], rtol=1e-9, atol=1e-12)


@settings(max_examples=10, deadline=None)
@given(c=st.floats(1e-6, 1e6))
def test_only_the_ratios_of_the_weights_matter(problem, c):
    p = problem("tanh", "softmax", batch_norm=True)
    J, gradients = everything(*p)
    J_scaled, scaled = everything(p.network, p.parameters, p.X, p.Y, c * p.weights)
    np.testing.assert_allclose(J_scaled, J, rtol=1e-12)
    for name, expected in gradients.parameters.named().items():
        np.testing.assert_allclose(scaled.parameters.named()[name], expected, rtol=1e-9, atol=1e-12, err_msg=name)


# scikit-learn as an oracle


def as_parameters(model):
    W = {l: coef.T for l, coef in enumerate(model.coefs_, start=1)}
    return Parameters(W, {l: b.reshape(-1, 1) for l, b in enumerate(model.intercepts_, start=1)}, {}, {})


@pytest.mark.parametrize("g", ["tanh", "logistic", "relu", "identity"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_fitted_classifier_of_scikit_learn_gives_the_same_probabilities_cost_and_zero_gradient(g, classes):
    rng = np.random.default_rng(3)
    rows, labels = rng.normal(size=(60, 4)), rng.integers(classes, size=60)
    model = MLPClassifier((5, 3), activation=g, solver="lbfgs", alpha=1.5, tol=1e-6, max_iter=4000, random_state=0)
    model.fit(rows, labels)
    head, Y = ("sigmoid", labels.reshape(1, -1)) if classes == 2 else ("softmax", np.eye(classes)[:, labels])
    network = Network((4, 5, 3, len(Y)), "sigmoid" if g == "logistic" else g, head, L2=1.5)
    parameters = as_parameters(model)

    Y_hat = predict(network, parameters, rows.T)
    np.testing.assert_allclose(Y_hat[-1], model.predict_proba(rows)[:, -1], rtol=1e-10)
    J, gradients = everything(network, parameters, rows.T, Y)
    np.testing.assert_allclose(J, model.loss_, rtol=1e-8)
    if g != "relu":  # whose minimum may lie at a kink
        assert max(abs(dp).max() for dp in gradients.parameters.arrays()) < 1e-3


def test_a_fitted_regressor_of_scikit_learn_gives_the_same_predictions_and_cost():
    rng = np.random.default_rng(4)
    rows, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    model = MLPRegressor(
        hidden_layer_sizes=(6,), activation="tanh", solver="lbfgs", alpha=2.0, max_iter=4000, random_state=0
    )
    model.fit(rows, y)
    network, parameters = Network((3, 6, 1), "tanh", "identity", L2=2.0), as_parameters(model)
    np.testing.assert_allclose(predict(network, parameters, rows.T)[0], model.predict(rows), rtol=1e-10)
    np.testing.assert_allclose(everything(network, parameters, rows.T, y.reshape(1, -1))[0], model.loss_, rtol=1e-10)


# What the functions promise their callers


def test_nothing_given_is_changed_in_place(problem):
    p = problem(**OPTIONS["everything"])
    given_arrays = [*p.parameters.arrays(), p.X, p.Y, p.weights, *p.D.values()]
    for array in given_arrays:
        array.flags.writeable = False
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    for array in trace.named().values():
        array.flags.writeable = False
    before = {name: array.copy() for name, array in trace.named().items()}
    cost(p.network, p.parameters, trace, p.Y, p.weights)
    backward(p.network, p.parameters, trace, p.Y, p.weights)
    for name, array in trace.named().items():
        np.testing.assert_array_equal(array, before[name])


def test_the_cost_is_the_loss_and_its_penalties(problem):
    p = problem(**OPTIONS["everything"])
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    bare = Network(p.network.n, p.network.activations, p.network.head)
    assert loss(p.network, trace, p.Y, p.weights) == cost(bare, p.parameters, trace, p.Y, p.weights)
    assert loss(p.network, trace, p.Y, p.weights) < cost(p.network, p.parameters, trace, p.Y, p.weights)


def test_the_input_gradient_comes_on_request_only(problem):
    p = problem()
    trace = forward(p.network, p.parameters, p.X)
    assert 0 not in backward(p.network, p.parameters, trace, p.Y).dA
    assert backward(p.network, p.parameters, trace, p.Y, input_gradient=True).dA[0].shape == p.X.shape


@pytest.mark.parametrize("head", HEADS)
def test_predict_is_the_forward_passes_last_activation(head, problem):
    network, parameters, X, *_ = problem(head=head, keep_prob=0.5)
    trace = forward(network, parameters, X)
    np.testing.assert_array_equal(predict(network, parameters, X), trace.A[3])
    assert trace.Y_hat is trace.A[3]


def test_predict_with_batch_norm_needs_the_running_averages(problem):
    network, parameters, X, *_ = problem(batch_norm=[False, True])
    with pytest.raises(ValueError, match="layer 2 has batch norm: pass the running averages of its training as avera"):
        predict(network, parameters, X)
    trace = forward(network, parameters, X)
    np.testing.assert_allclose(predict(network, parameters, X, Averages(trace.mu, trace.sigma2)), trace.Y_hat)


def test_jax_compiles_the_same_lines_to_the_same_numbers(problem, x64):
    p = problem("mish", "softmax", **OPTIONS["everything"])
    J, gradients = everything(*p)
    J_compiled, compiled = jax.jit(functools.partial(everything, p.network))(*p[1:])
    np.testing.assert_allclose(J_compiled, J, rtol=1e-13)
    for name, expected in gradients.named().items():
        np.testing.assert_allclose(compiled.named()[name], expected, rtol=1e-9, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("others", ["float32", "float64", "int64", "uint8"])
def test_float32_stays_float32_whatever_the_labels_weights_and_masks_are(others, problem, xp):
    """Under JAX with 64-bit numbers on, so that nothing is saved by their being off."""
    p = problem("gelu", "softmax", **OPTIONS["everything"])
    parameters = p.parameters.map(lambda a: xp.asarray(a, dtype="float32"))
    Y, weights = (xp.asarray(a.round(), dtype=others) for a in (p.Y, p.weights))
    D = {l: xp.asarray(mask, dtype=others) for l, mask in p.D.items()}
    X = xp.asarray(p.X, dtype="float32")

    def run(parameters, X, Y, weights, D):
        trace = forward(p.network, parameters, X, weights=weights, D=D)
        gradients = backward(p.network, parameters, trace, Y, weights, input_gradient=True)
        J = cost(p.network, parameters, trace, Y, weights)
        Y_hat = predict(p.network, parameters, X, Averages(trace.mu, trace.sigma2))
        return trace.named() | gradients.named() | {"J": J, "Y_hat": Y_hat}

    found = (run if xp is np else jax.jit(run))(parameters, X, Y, weights, D)
    assert {name: str(a.dtype) for name, a in found.items()} == dict.fromkeys(found, "float32")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "bool", "int64"])
@pytest.mark.parametrize("head", ["sigmoid", "identity"])
def test_integer_labels_do_not_wrap_around(head, dtype, problem):
    network, parameters, X, *_ = problem(head=head)
    Y = np.array([[0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 0, 1]])
    J, gradients = everything(network, parameters, X, Y.astype(float))
    J_small, small = everything(network, parameters, X, Y.astype(dtype))
    assert J_small == J
    for name, expected in gradients.named().items():
        np.testing.assert_array_equal(small.named()[name], expected)


def test_labels_may_be_a_plain_list():
    network = Network((2, 1))
    assert everything(network, initialize(network), np.ones((2, 3)), [[0, 1, 1]])[0] > 0


# Errors at the border


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((7, 3), "; the samples of X look like rows, pass X.T"),
        ((3,), r"; a single sample is a column, x.reshape\(-1, 1\)"),
        ((4, 7), ""),
        ((3, 0), ""),
        ((3, 2, 2), ""),
        ((), ""),
    ],
)
@pytest.mark.parametrize("run", [forward, predict])
def test_an_X_of_the_wrong_shape_is_refused_with_a_hint(run, shape, hint):
    network = Network((3, 2, 1))
    told = str(shape).replace("(", r"\(").replace(")", r"\)")
    message = rf"^X has shape {told} where \(n\[0\], m\) = \(3, m\), samples as columns, is expected{hint}$"
    with pytest.raises(ValueError, match=message):
        run(network, initialize(network), np.zeros(shape))


@pytest.mark.parametrize(
    ("n_y", "shape", "hint"),
    [
        (1, (5,), r"; for one output, pass Y.reshape\(1, 5\)"),
        (1, (5, 1), "; the samples of Y look like rows, pass Y.T"),
        (3, (5, 3), "; the samples of Y look like rows, pass Y.T"),
        (3, (1, 5), ""),
        (3, (5,), ""),
        (1, (1, 6), ""),
        (1, (), ""),
    ],
)
@pytest.mark.parametrize("run", [loss, cost, backward])
def test_a_Y_of_the_wrong_shape_is_refused_with_a_hint(run, n_y, shape, hint):
    network = Network((3, 2, n_y))
    parameters = initialize(network)
    trace = forward(network, parameters, np.ones((3, 5)))
    told = str(shape).replace("(", r"\(").replace(")", r"\)")
    arguments = (network, trace) if run is loss else (network, parameters, trace)
    with pytest.raises(ValueError, match=rf"^Y has shape {told} where \(n\[L\], m\) = \({n_y}, 5\) is expected{hint}$"):
        run(*arguments, np.zeros(shape))


@pytest.mark.parametrize("shape", [(5, 1), (5,), (1, 4), (1, 1), ()])
def test_weights_of_the_wrong_shape_are_refused(shape, problem):
    """A column of them would broadcast the losses to (m, m) and pass in silence."""
    network, parameters, X, Y, *_ = problem(m=5, batch_norm=True)
    trace = forward(network, parameters, X)
    message = r"^weights has shape \(.*\) where \(1, m\) = \(1, 5\) is expected$"
    with pytest.raises(ValueError, match=message):
        forward(network, parameters, X, weights=np.ones(shape))
    with pytest.raises(ValueError, match=message):
        loss(network, trace, Y, np.ones(shape))
    for run in (cost, backward):
        with pytest.raises(ValueError, match=message):
            run(network, parameters, trace, Y, np.ones(shape))


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_batch_without_weight_costs_nothing_and_teaches_nothing(options, problem):
    """The penalties are parts of the same sum over samples, so that they vanish with them."""
    network, parameters, X, Y, *_ = problem(m=5, **options)
    J, gradients = everything(network, parameters, X, Y, np.zeros((1, 5)))
    assert J == 0
    assert not any(dp.any() for dp in gradients.parameters.arrays())
