import inspect
import itertools
import types
from dataclasses import dataclass

import numpy as np
import pytest

from barreleye.nn import network as network_module
from barreleye.nn import normalization, units
from barreleye.nn.activations import ACTIVATIONS, Tanh
from barreleye.nn.gradient_check import check_gradients, gradient_check
from barreleye.nn.heads import HEADS, SigmoidHead
from barreleye.nn.network import backward, forward, initialize, predict
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network

REGULARISERS = [{}, {"L2": 0.5}, {"L1": 0.3}]
BATCH_NORM = [{}, {"batch_norm": True}]
DROPOUT = [{}, {"keep_prob": 0.7}]
OTHERS = [{}, {"parametric": True, "ntk": True}]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("g", ACTIVATIONS)
def test_our_gradients_are_right(g, head, problem):
    """With every regulariser, with and without batch norm, dropout and sample weights: in full and along directions."""
    for parts in itertools.product(REGULARISERS, BATCH_NORM, DROPOUT, OTHERS):
        options = parts[0] | parts[1] | parts[2] | parts[3]
        p = problem(g, head, n=(2, 3, 2), m=5, seed=4, **options)
        data = (p.network, p.parameters, p.X, p.Y)
        full = gradient_check(*data, D=p.D)
        assert full, f"{options}\n{full}"
        assert full.kinks == 0
        along = gradient_check(*data, D=p.D, weights=p.weights, directions=2)
        assert along, f"{options}\n{along}"


# Planted bugs: the library's own source with one line changed


@dataclass(frozen=True)
class SquaredTanh(Tanh):
    """The slope that one of the tutorials writes."""

    def derivative(self, Z, A):
        return (1 - A) ** 2


@dataclass(frozen=True)
class NaiveTanhHead(SigmoidHead):
    """dZ = A - Y with another link than the loss has."""

    def dZ(self, Z, A, Y):
        return np.tanh(Z) - Y


def planted(old, new, module=network_module):
    """``backward`` of a copy of the library in whose source ``old`` reads ``new``."""
    copies = {}
    for original in (normalization, units, network_module):
        source = inspect.getsource(original)
        if original is module:
            assert source.count(old) == 1, f"{old!r} is no longer one line of {module.__name__}"
            source = source.replace(old, new)
        copies[original] = types.ModuleType(original.__name__)
        copies[original].__package__ = original.__package__
        exec(compile(source, original.__file__, "exec"), vars(copies[original]))
    copies[units].batch_norm_backward = copies[normalization].batch_norm_backward
    copies[network_module].unit_backward = copies[units].unit_backward
    return copies[network_module].backward


BUGS = {
    "dW without 1/m": ("dW[l] = dP @ A[l - 1].T / m", "dW[l] = dP @ A[l - 1].T"),
    "db without 1/m": ("db[l] = dZ[l].sum(axis=1, keepdims=True) / m", "db[l] = dZ[l].sum(axis=1, keepdims=True)"),
    "db summed over units": ("db[l] = dZ[l].sum(axis=1, keepdims=True)", "db[l] = 0 * W[l][:, :1] + dZ[l].sum()"),
    "dZ[L] with the wrong sign": ("dZ[L] = network.head.dZ", "dZ[L] = -network.head.dZ"),
    "dA without the transpose": ("product(W[l].T, dP)", "product(W[l], dP)"),
    "dA with W already updated": ("product(W[l].T, dP)", "product((W[l] - 0.1 * dW[l]).T, dP)"),
    "dW with A of its own layer": ("@ A[l - 1].T / m", "@ A[l].T / m"),
    "g' forgotten": ("slope = g.derivative(Z, A)", "slope = 1", units),
    "g' at A": ("slope = g.derivative(Z, A)", "slope = g.derivative(A, A)", units),
    "g' of the layer before": ("network.activations[l - 1]", "network.activations[l - 2]", units),
    "dropout without / keep_prob": ("dA * trace.D[l] / network.keep_prob[l - 1]", "dA * trace.D[l]", units),
    "dropout without its mask": ("dA * trace.D[l] / network", "dA / network", units),
    "g' of the dropped A": ("else g(Z) if dropped else", "else", units),
    "alpha left out of dZ": ("slope = 1 + parameters.alpha[l] * (slope - 1)", "pass", units),
    "alpha without the line's own slope": ("slope = 1 + parameters", "slope = parameters", units),
    "dalpha of the dropped A": ("(dA * (A - Z)).sum", "(dA * (trace.A[l] - Z)).sum", units),
    "dalpha without 1/m": ("keepdims=True) / m\n        slope", "keepdims=True)\n        slope", units),
    "dW without the ntk factor": ("dW[l] = dP", "dW[l] = dZ[l]"),
    "dA without the ntk factor": ("product(W[l].T, dP)", "product(W[l].T, dZ[l])"),
    "L2 without 1/m": ("[L2 / m * W]", "[L2 * W]"),
    "L2 twice": ("[L2 / m * W]", "[2 * L2 / m * W]"),
    "L2 forgotten": ("dW[l] = dW[l] + gradients.dR[l]", "pass"),
    "L1 without its sign": ("L1 / m * namespace(W).sign(W)", "L1 / m"),
    "sample weights ignored": ("dZ[L] = weights * dZ[L]", "pass"),
    "m columns in place of their weight": (
        "m = sample_count(Y, weights)",
        "m = Y.shape[1]",
    ),
    "batch norm as if mu and sigma2 were constants": ("    if statistics:", "    if False:", normalization),
    "batch norm without the mean of dZ_norm": ("(dbeta + Z_norm * dgamma)", "(Z_norm * dgamma)", normalization),
    "batch norm without the variance's part": ("(dbeta + Z_norm * dgamma)", "dbeta", normalization),
    "batch norm without 1 / sigma": ("return dZ / namespace(dZ).sqrt(sigma2 + EPSILON)", "return dZ", normalization),
    "batch norm over sigma2": ("namespace(dZ).sqrt(sigma2 + EPSILON)", "(sigma2 + EPSILON)", normalization),
    "batch norm without gamma": ("dZ = gamma * dZ_tilde", "dZ = dZ_tilde", normalization),
    "dgamma without Z_norm": ("dgamma = (dZ_tilde * Z_norm)", "dgamma = dZ_tilde", normalization),
    "dbeta without 1/m": ("    dbeta = dZ_tilde", "    dbeta = m * dZ_tilde", normalization),
}


def everything(problem, g=("tanh", "gelu"), head="sigmoid"):
    """A network with every option and square matrices, so that no shape gives a mistake away."""
    options = {"batch_norm": [True, False], "keep_prob": [0.7, 0.6], "L2": 0.5, "L1": 0.3}
    options |= {"parametric": [False, True], "ntk": True}
    return problem(list(g), head, n=(3, 3, 3, 3), seed=6, **options)


def verdicts(p, gradients):
    """In full, and along five directions."""
    given = (p.network, p.parameters, p.X, p.Y, gradients)
    return [gradient_check(*given, weights=p.weights, D=p.D, directions=directions) for directions in (None, 5)]


def test_without_a_bug_the_same_check_passes(problem):
    p = everything(problem)
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    unchanged = planted("dZ[L] = network.head.dZ", "dZ[L] = network.head.dZ")
    for found in verdicts(p, unchanged(p.network, p.parameters, trace, p.Y, p.weights).parameters):
        assert found, found


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_caught_in_full_and_along_directions(bug, problem):
    p = everything(problem)
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    wrong = planted(*bug)(p.network, p.parameters, trace, p.Y, p.weights).parameters
    full, along = verdicts(p, wrong)
    assert not full
    assert not along
    assert min(full.difference, along.difference) > 1e-4  # far from the tolerance of 1e-6, and from luck


@pytest.mark.parametrize(
    ("g", "head"), [((SquaredTanh(), "gelu"), "sigmoid"), (("tanh", "gelu"), NaiveTanhHead())], ids=["(1-A)^2", "tanh"]
)
def test_the_tutorials_own_mistakes_are_caught(g, head, problem):
    p = everything(problem, g, head)
    for found in verdicts(p, None):
        assert found.difference > 1e-3


def test_gradients_of_parameters_updated_since_the_forward_pass_are_caught(problem):
    p = everything(problem)
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    updated = p.parameters.map(lambda array: 0.9 * array)
    for found in verdicts(p, backward(p.network, updated, trace, p.Y, p.weights).parameters):
        assert found.difference > 1e-3


def test_one_wrong_number_among_all_is_caught_and_located(problem):
    p = problem(n=(5, 6, 4, 2))
    right = backward(p.network, p.parameters, forward(p.network, p.parameters, p.X), p.Y).parameters
    wrong = right.map(np.copy)
    wrong.W[2][3, 4] += 1e-3 * abs(wrong.W[2]).max()
    found = gradient_check(p.network, p.parameters, p.X, p.Y, wrong)
    assert not found
    assert found.worst == "W[2]"
    assert [name for name, d in found.by_array.items() if d > found.tolerance] == ["W[2]"]
    assert not gradient_check(p.network, p.parameters, p.X, p.Y, wrong, directions=5)


# Where the cost has a kink


def at_a_kink():
    """X = 0 and b[1] = 0 put Z[1] exactly on the kink of ReLU."""
    network, one = Network((1, 1, 1), "relu", "identity"), np.ones((1, 1))
    return network, Parameters({1: one, 2: 2 * one}, {1: 0 * one, 2: one}, {}, {}), 0 * one, 0.5 * one


def test_at_a_kink_of_relu_any_slope_between_the_sides_passes():
    network, parameters, X, Y = at_a_kink()
    ours = backward(network, parameters, forward(network, parameters, X), Y).parameters
    assert ours.b[1] == 0
    s = 0.5 * 2  # the slope by b[1] is 0 on the left and (Y_hat - Y) W[2] on the right
    for slope, verdict in ((0, True), (s / 2, True), (s, True), (-0.1, False), (s + 0.1, False)):
        found = gradient_check(network, parameters, X, Y, ours._replace(b={**ours.b, 1: np.array([[slope]])}))
        assert bool(found) is verdict
        assert found.kinks == 1
    assert "kinks of the cost met by 1 parameter:" in str(found)


def test_at_a_kink_the_slope_along_a_direction_is_between_those_of_its_sides():
    network, parameters, X, Y = at_a_kink()
    found = gradient_check(network, parameters, X, Y, directions=4)
    assert found, found
    assert found.kinks == 40  # ten times as many were tried, and each of them met one
    assert "kinks of the cost met by 40 directions" in str(found)
    ours = backward(network, parameters, forward(network, parameters, X), Y).parameters
    wrong = ours._replace(b={**ours.b, 2: 1.2 * ours.b[2]})
    with pytest.raises(ValueError, match="every direction meets a kink of the cost"):
        gradient_check(network, parameters, X, Y, wrong, directions=4)


@pytest.mark.parametrize("n", [(2, 3, 3, 1), (2, 8, 8, 1), (2, 20, 7, 5, 1)])
def test_relu_networks_pass_as_they_are_initialised(n):
    """Biases start at 0, so a sample that dies in one layer sits on the kinks of all units of the next."""
    rng = np.random.default_rng(0)
    X, Y = 2 * rng.normal(size=(2, 60)), (rng.random((1, 60)) < 0.5) * 1.0
    for seed in range(10):
        network = Network(n, "relu")
        parameters = initialize(network, seed)
        assert gradient_check(network, parameters, X, Y)
        assert gradient_check(network, parameters, X, Y, directions=5)


def test_the_result_of_backward_can_be_passed_as_it_is(problem):
    p = problem(n=(2, 3, 1))
    gradients = backward(p.network, p.parameters, forward(p.network, p.parameters, p.X), p.Y)
    assert gradient_check(p.network, p.parameters, p.X, p.Y, gradients)


def test_a_weight_of_0_is_a_kink_of_L1(problem):
    p = problem(n=(2, 3, 1), L1=0.5)
    p.parameters.W[1][1, 0] = 0
    found = gradient_check(p.network, p.parameters, p.X, p.Y)
    assert found
    assert found.kinks == 1


def test_zeros_everywhere_pass_too():
    """The symmetry lesson's start: most gradients are exactly 0, and every unit of ReLU sits at its kink."""
    X, Y = np.random.default_rng(0).normal(size=(2, 6)), np.array([[0.0, 1, 1, 0, 1, 1]])
    for g in ("tanh", "relu"):
        network = Network((2, 3, 1), g)
        for directions in (None, 3):
            assert gradient_check(network, initialize(network, 0, "zeros"), X, Y, directions=directions)


# The checker itself

square = Parameters({1: np.array([[3.0, -1.0]])}, {1: np.array([[0.5]])}, {}, {})


def J(q):
    return float((q.W[1] ** 2).sum() + np.sin(q.b[1]).item())


def right(q=square):
    return Parameters({1: 2 * q.W[1]}, {1: np.cos(q.b[1])}, {}, {})


def test_the_difference_is_the_courses_ratio_of_norms():
    g = right()
    wrong = g._replace(W={1: 1.5 * g.W[1]})
    norm = np.linalg.norm
    flat = [np.append(q.W[1], q.b[1]) for q in (wrong, g)]
    found = check_gradients(J, square, wrong)
    assert found.difference == pytest.approx(norm(flat[0] - flat[1]) / (norm(flat[0]) + norm(flat[1])), rel=1e-6)
    assert found.by_array["W[1]"] == pytest.approx(0.5 / 2.5, rel=1e-6)
    assert found.by_array["b[1]"] < 1e-8


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e12])
def test_the_verdict_does_not_depend_on_the_scale_of_the_cost(scale):
    g = right().map(lambda a: scale * a)
    for directions in (None, 3):
        assert check_gradients(lambda q: scale * J(q), square, g, directions=directions)
        wrong = g.map(lambda a: 1.01 * a)
        assert not check_gradients(lambda q: scale * J(q), square, wrong, directions=directions)


def test_float32_parameters_are_checked_in_float64(problem):
    p = problem("sigmoid", "softmax")
    small = p.parameters.map(lambda a: a.astype(np.float32))
    for directions in (None, 3):
        assert gradient_check(p.network, small, np.float32(p.X), np.float32(p.Y), directions=directions)
    assert {a.dtype for a in small.arrays()} == {np.dtype(np.float32)}


def test_nothing_given_is_changed(problem):
    p = problem()
    for array in [*p.parameters.arrays(), p.X, p.Y]:
        array.flags.writeable = False
    for directions in (None, 2):
        assert gradient_check(p.network, p.parameters, p.X, p.Y, directions=directions)


def test_a_seed_repeats_its_directions_and_another_draws_others():
    wrong = right()._replace(W={1: right().W[1] + 0.1})
    found = [check_gradients(J, square, wrong, directions=2, seed=seed).difference for seed in (0, 0, 1)]
    assert found[0] == found[1] != found[2]


def test_the_report_names_the_verdict_and_the_worst_array():
    g = right()
    good = str(check_gradients(J, square, g))
    assert good.startswith("gradient right: difference ")
    assert "(tolerance 1e-06)" in good
    assert [line.split()[0] for line in good.splitlines()[3:]] == ["dW[1]", "db[1]"]
    bad = str(check_gradients(J, square, g._replace(b={1: -g.b[1]})))
    assert bad.startswith("gradient WRONG: difference ")
    assert "the worst array is db[1]" in bad
    assert bad.splitlines()[-1].split() == ["db[1]", "1.00e+00", "WRONG"]
    along = check_gradients(J, square, g, directions=2)
    assert along.worst is None
    assert len(str(along).splitlines()) == 1


def test_gradients_of_other_arrays_or_shapes_are_refused():
    g = right()
    with pytest.raises(ValueError, match=r"gradient='b\[1\]' is unknown .*choose one of: W\[1\]"):
        check_gradients(J, square, g._replace(b={}))
    with pytest.raises(ValueError, match=r"dW\[1\] has shape \(2, 1\) where W\[1\].shape = \(1, 2\)"):
        check_gradients(J, square, g._replace(W={1: g.W[1].T}))
    with pytest.raises(ValueError, match=r"db\[1\] has shape \(\) where b\[1\].shape = \(1, 1\)"):
        check_gradients(J, square, g._replace(b={1: g.b[1].sum()}))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"epsilon": 0}, "epsilon=0 must be a finite number above 0"),
        ({"tolerance": -1}, "tolerance=-1 must be a finite number above 0"),
        ({"directions": 0}, "directions=0 must be a whole number, 1 or above"),
    ],
)
def test_an_option_out_of_range_is_named(option, message):
    with pytest.raises(ValueError, match=message):
        check_gradients(J, square, right(), **option)


def test_gradients_in_the_course_s_form():
    network = Network((2, 3, 1), "tanh")
    parameters, X, Y = initialize(network, 0), np.array([[0.3, -1.0], [1.0, 0.5]]), np.array([[1.0, 0.0]])
    g = backward(network, parameters, forward(network, parameters, X), Y).parameters
    mine = {"dW1": g.W[1], "db1": g.b[1], "dW2": g.W[2], "db2": g.b[2], "dA1": None}
    assert gradient_check(network, parameters, X, Y, mine)
    assert gradient_check(network, parameters, X, Y, mine | {"dW2": 2 * g.W[2]}).worst == "W[2]"
    with pytest.raises(ValueError, match="W\\[1\\]"):
        gradient_check(network, parameters, X, Y, {"dW2": g.W[2]})


@pytest.mark.parametrize("n", [(2, 3, 3, 1), (2, 4, 1), (2, 1)])
def test_parameters_of_another_network_are_refused(n):
    network, X, Y = Network((2, 3, 1), "tanh"), np.ones((2, 4)), np.ones((1, 4))
    for asked in (predict, lambda *three: gradient_check(*three, Y)):
        with pytest.raises(ValueError, match=r"the parameters hold .* as W\[\d\], and .* has .*: they are another's"):
            asked(network, initialize(Network(n), 0), X)
