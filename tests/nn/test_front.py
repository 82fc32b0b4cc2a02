import inspect
import itertools
import types

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barreleye.nn import front as front_module
from barreleye.nn.front import (
    PARTS,
    Front,
    Levels,
    Numbers,
    Part,
    Rows,
    front_backward,
    front_forward,
    initialize_front,
)
from barreleye.nn.network import backward, cost, forward, initialize, predict
from barreleye.nn.quantities import Trace
from barreleye.nn.structure import Network

WITHOUT_TORCH = "compares with PyTorch, which the library does not need: pip install torch to run this too"

FRONTS = {
    "PBLD": Front((Numbers(3),)),
    "PL": Front((Numbers(3, waves=6, wave="pairs", beside=False),)),
    "PLR": Front((Numbers(3, waves=6, wave="pairs", g="relu", beside=False, sigma=0.5),)),
    "ramps": Front((Numbers(2, waves=5, wave="ramp", size=3),)),
    "levels": Front((Levels(4, size=3), Levels(2, size=1))),
    "rows": Front((Rows(3),)),
    "ordered": Front((Numbers(2), Levels(3, size=2), Rows(1)), order=(2, 0, 3, 1)),
    "all": Front((Numbers(2, g="tanh"), Levels(3), Rows(2), Numbers(1, wave="ramp"), Levels(5, size=2))),
}


@pytest.mark.parametrize("which", FRONTS)
@pytest.mark.parametrize("options", [{}, {"parametric": True, "ntk": True, "keep_prob": 0.7, "L2": 0.3}], ids=["", "+"])
def test_every_gradient_is_what_jax_finds(which, options, problem, x64):
    front = FRONTS[which]
    p = problem("mish", "softmax", n=(front.n_out, 5, 3), m=7, front=front, **options)

    def J(parameters, X):
        trace = forward(p.network, parameters, X, weights=p.weights, D=p.D)
        return cost(p.network, parameters, trace, p.Y, p.weights)

    by_parameters, by_X = jax.grad(J, argnums=(0, 1))(p.parameters, jnp.asarray(p.X))
    trace = forward(p.network, p.parameters, p.X, weights=p.weights, D=p.D)
    gradients = backward(p.network, p.parameters, trace, p.Y, p.weights, input_gradient=True)
    mine = gradients.parameters.named() | {"X": gradients.dX[0] / p.weights.sum()}
    assert mine.keys() - {"X"} == p.network.shapes().keys()
    assert abs(mine["s[0]"]).max() > 1e-6
    for name, expected in (by_parameters.named() | {"X": by_X}).items():
        np.testing.assert_allclose(mine[name], expected, rtol=1e-9, atol=1e-13, err_msg=name)


def test_pbld_is_what_pytorch_makes_of_the_papers_lines():
    """e = W2^T cos(2 pi w x + b) + b2 beside x, each column with parameters of its own, and its gradients."""
    torch = pytest.importorskip("torch", reason=WITHOUT_TORCH)
    front, rng = Front((Numbers(4, waves=16, size=4),)), np.random.default_rng(0)
    parameters, X, weight = initialize_front(front, rng), rng.normal(size=(4, 9)), rng.normal(size=(16, 9))
    theirs = {name: torch.tensor(array, requires_grad=True) for name, array in parameters.named().items()}
    x = torch.tensor(X).T
    columns = []
    for j in range(4):
        h = torch.cos(2 * torch.pi * x[:, j : j + 1] * theirs["omega[1]"][j] + theirs["phase[1]"][j])
        columns += [h @ theirs["V[1]"][j].T + theirs["v[1]"][j], x[:, j : j + 1]]
    out = torch.cat(columns, dim=1) * theirs["s[0]"][:, 0]
    (out * torch.tensor(weight).T).sum().backward()

    A0, H, F = front_forward(front, parameters, X)
    np.testing.assert_allclose(A0, out.detach().numpy().T, rtol=1e-12, atol=1e-14)
    gradients = front_backward(front, parameters, Trace(X={0: X}, H=H, F=F), weight, 1).parameters.named()
    assert gradients.keys() == theirs.keys()
    for name, tensor in theirs.items():
        np.testing.assert_allclose(gradients[name], tensor.grad.numpy(), rtol=1e-10, atol=1e-13, err_msg=name)


def test_starting_values_are_those_of_the_paper():
    parameters = initialize_front(Front((Numbers(300), Levels(500, size=8), Rows(2))), np.random.default_rng(0))
    omega, phase, V, v = (getattr(parameters, name)[1] for name in ("omega", "phase", "V", "v"))
    assert omega.std() == pytest.approx(0.1, rel=0.03)
    assert phase.min() == pytest.approx(-np.pi, abs=0.01)
    assert phase.max() == pytest.approx(np.pi, abs=0.01)
    for array in (V, v):
        assert abs(array).max() == pytest.approx(1 / 4, abs=0.01)
        assert array.std() == pytest.approx(1 / 4 / np.sqrt(3), rel=0.05)
    assert parameters.E[2].std() == pytest.approx(1, rel=0.03)
    assert (parameters.s[0] == 1).all()


@settings(max_examples=30, deadline=None)
@given(x=st.lists(st.floats(-100, 100), min_size=3, max_size=30, unique=True), waves=st.integers(1, 9))
@example(x=[0.0, 1.0, 2.2250738585e-313], waves=2)
@example(x=[0.0, 2.0, 2.2250738585072014e-308], waves=4)
@example(x=[0.0, 1e-310, 2e-310], waves=1)
def test_ramps_code_a_number_by_the_quantiles_that_it_has_passed(x, waves):
    """Gorishniy et al. (2022), piecewise-linear encoding: 1 for a bin that is behind, the share of the one it is in."""
    X = np.array([x])
    front = Front((Numbers(1, waves=waves, wave="ramp"),))
    parameters = initialize_front(front, np.random.default_rng(0), X=X)
    H = front_forward(front, parameters, X)[1][1][0]
    edges = np.quantile(X[0], np.linspace(0, 1, waves + 1))
    for k, (low, high) in enumerate(itertools.pairwise(edges)):
        if high - low > max(1e-6 * abs(edges).max(), 1e-30):
            np.testing.assert_allclose(H[k], np.clip((X[0] - low) / (high - low), 0, 1), atol=1e-6)


def test_a_level_that_training_never_met_is_row_0():
    front = Front((Levels(3, size=2),))
    parameters = initialize_front(front, np.random.default_rng(0))
    F = front_forward(front, parameters, np.array([[0.0, 1.0, 3.0, 4.0, -1.0, np.nan]]))[2][1]
    E = parameters.E[1]
    np.testing.assert_array_equal(F.T, E[[0, 1, 3, 0, 0, 0]])


def test_predictions_go_block_by_block_through_the_front(monkeypatch, problem):
    p = problem(n=(FRONTS["all"].n_out, 4, 2), m=50, front=FRONTS["all"])
    whole = forward(p.network, p.parameters, p.X).Y_hat
    monkeypatch.setattr("barreleye.nn.network.PREDICTED_AT_ONCE", 100)
    np.testing.assert_allclose(predict(p.network, p.parameters, p.X), whole, rtol=1e-12)


def test_both_kinds_of_array_and_32_bits(problem):
    p = problem(n=(FRONTS["all"].n_out, 4, 2), m=9, front=FRONTS["all"], parametric=True, ntk=True)
    small = p.parameters.map(lambda a: a.astype(np.float32))
    X, Y = p.X.astype(np.float32), p.Y.astype(np.float32)
    for there in (small, jax.tree.map(jnp.asarray, small)):
        trace = forward(p.network, there, X if there is small else jnp.asarray(X))
        gradients = backward(p.network, there, trace, Y if there is small else jnp.asarray(Y))
        wide = backward(p.network, p.parameters, forward(p.network, p.parameters, p.X), p.Y).parameters.named()
        for name, value in gradients.parameters.named().items():
            assert value.dtype == np.float32, name
            np.testing.assert_allclose(value, wide[name], rtol=2e-3, atol=2e-5, err_msg=name)


def test_a_printed_trace_names_what_the_front_made(problem):
    p = problem(n=(FRONTS["all"].n_out, 4, 2), front=FRONTS["all"], parametric=True, ntk=True)
    trace = forward(p.network, p.parameters, p.X)
    shown = str(trace)
    lines = ["H[1]", "wave(omega[1] X + phase[1])", "s[0] * F, the parts below each other", "P[1] / sqrt(n[0]) + b[1]"]
    lines += ["W[2] A[1]", "Z[1] + alpha[1] * (G[1] - Z[1])"]
    for line in lines:
        assert line in shown
    gradients = str(backward(p.network, p.parameters, trace, p.Y))
    for line in ["W[1]^T dP[1]", "dA[1] * (1 + alpha[1] * (g[1]'(Z[1]) - 1))", "(1/m) dP[2] A[1]^T", "V[1]^T dF[1]"]:
        assert line in gradients


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Numbers(0), ValueError, "n=0 must be a whole number"),
        (lambda: Numbers(1, wave="sine"), ValueError, "wave='sine' is unknown"),
        (lambda: Numbers(1, waves=3, wave="pairs"), ValueError, "waves=3 must be even"),
        (lambda: Numbers(1, size=1), ValueError, "size=1 leaves nothing for the waves"),
        (lambda: Numbers(1, sigma=-1), ValueError, "sigma=-1 must be a finite number above 0"),
        (lambda: Levels(2, size=0), ValueError, "size=0 must be"),
        (lambda: Front(()), TypeError, "must be a list of one Numbers"),
        (lambda: Front((3,)), TypeError, "must be a list of one Numbers"),
        (lambda: Network((5, 1), front=Front((Rows(4),))), ValueError, r"n\[0\]=5 inputs of layer 1, and .* makes 4"),
        (lambda: Network((5, 1), front=5), TypeError, "front=5 must be a Front"),
        (lambda: forward(NETWORK, initialize(NETWORK), np.ones((4, 2))), ValueError, r"\(n_x, m\) = \(1, m\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()


NETWORK = Network((4, 1), front=Front((Numbers(1),)))


def test_every_kind_of_part_has_a_name_and_is_tried_above():
    assert {type(part) for front in FRONTS.values() for part in front.parts} == set(PARTS.values())
    ours = {kind for kind in Part.__subclasses__() if kind.__module__ == Part.__module__}
    assert ours == set(PARTS.values())


BUGS = {
    "ds of the scaled rows": ("(dA0 * F).sum", "(dA0 * parameters.s[0] * F).sum"),
    "ds without 1/m": ("keepdims=True) / m}", "keepdims=True)}"),
    "dF without s": ("parameters.s[0] * dA0", "dA0"),
    "dV without g'": ("dE * activation(self.g).derivative(", "dE + 0 * activation(self.g).derivative("),
    "dv of one column": ("dE.sum(axis=2)", "dE[:, :, 0]"),
    "domega without 2 pi": ('"omega": factor * domega', '"omega": domega'),
    "domega without x": ("(du * X[:, None, :]).sum(axis=2)", "du.sum(axis=2)"),
    "the slope of a cosine with a sine's sign": ("return -cosine(u - 0.25)", "return cosine(u - 0.25)"),
    "a ramp that has a slope everywhere": ("((u > 0) & (u < 1))", "(u == u)"),
    "dE of the last column of each level alone": ("sums_by(self.codes(X), dF.T", "sums_by(self.codes(X)[:1], dF.T[:1]"),
    "parts one row off": ("x, out = x + part.n_x, out + part.n_out", "x, out = x + part.n_x, out + part.n_out - 1"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug):
    """The library's own source with one line changed, against central differences of its own forward pass."""
    old, new = BUGS[bug]
    source = inspect.getsource(front_module)
    assert source.count(old) == 1, f"{old!r} is no longer one line"
    if bug.startswith("parts"):  # wrong both ways alike: backward alone has it
        source = source.replace("def front_backward", "places = Front.places\n\n\ndef front_backward")
    copy = types.ModuleType(front_module.__name__)
    copy.__package__ = front_module.__package__
    exec(compile(source.replace(old, new), front_module.__file__, "exec"), vars(copy))

    def made(module):
        parts = [module.Numbers(2, g="tanh"), module.Levels(3), module.Numbers(1, wave="ramp", waves=3)]
        return module.Front((*parts, module.Rows(1)))

    front, rng = made(front_module), np.random.default_rng(3)
    X = np.vstack([rng.normal(size=(2, 8)), rng.integers(0, 4, (1, 8)), rng.normal(size=(2, 8))])
    parameters = initialize_front(front, rng)
    parameters = parameters.map(lambda a: a + 0.3 * rng.standard_normal(a.shape))
    weight = rng.normal(size=(front.n_out, 8))
    trace = Trace(X={0: X}, **dict(zip(("H", "F"), front_forward(front, parameters, X)[1:], strict=True)))
    wrong = copy.front_backward(made(copy), parameters, trace, weight, 8).parameters.named()
    right = front_backward(front, parameters, trace, weight, 8).parameters.named()
    for name, array in parameters.named().items():
        by_difference = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            sides = []
            for step in (1e-6, -1e-6):
                kept = array[place]
                array[place] = kept + step
                sides.append((front_forward(front, parameters, X)[0] * weight).sum() / 8)
                array[place] = kept
            by_difference[place] = (sides[0] - sides[1]) / 2e-6
        np.testing.assert_allclose(right[name], by_difference, atol=1e-7, err_msg=name)
    assert any(abs(wrong[name] - right[name]).max() > 1e-4 for name in right)
