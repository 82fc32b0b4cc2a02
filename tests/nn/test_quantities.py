import jax
import numpy as np
import pytest

from barreleye.nn.network import backward, forward
from barreleye.nn.quantities import Parameters, shape_table, text_table

p = Parameters({2: np.full((1, 3), 2.0), 1: np.ones((3, 2))}, {1: np.full((3, 1), 3.0)}, {2: np.array([[4.0]])}, {})


def test_arrays_and_names_go_by_field_then_by_layer():
    assert list(p.named()) == ["W[1]", "W[2]", "b[1]", "gamma[2]"]
    assert [a.shape for a in p.arrays()] == [(3, 2), (1, 3), (3, 1), (1, 1)]
    for named, array in zip(p.named().values(), p.arrays(), strict=True):
        assert named is array


def test_map_applies_a_rule_to_arrays_of_the_same_place():
    total = p.map(lambda a, b, c: a + b + c, p, p)
    for array, three_times in zip(p.arrays(), total.arrays(), strict=True):
        np.testing.assert_array_equal(three_times, 3 * array)
    pairs = p.map(lambda a: (a, a.sum()))
    assert pairs.W[2][1] == 6
    with pytest.raises(KeyError):
        p.map(np.add, Parameters({1: np.ones((3, 2))}, {}, {}, {}))


def test_the_three_kinds_of_quantities_are_pytrees_as_they_stand(problem):
    network, parameters, X, Y, *_ = problem(batch_norm=True)
    trace = forward(network, parameters, X)
    gradients = backward(network, parameters, trace, Y)
    for tree in (parameters, trace, gradients):
        doubled = jax.tree.map(lambda a: 2 * a, tree)
        assert type(doubled) is type(tree)
        for name, value in tree.named().items():
            np.testing.assert_array_equal(doubled.named()[name], 2 * value)


def test_gradients_hold_the_form_of_the_parameters(problem):
    network, parameters, X, Y, *_ = problem(batch_norm=[True, False])
    gradients = backward(network, parameters, forward(network, parameters, X), Y)
    shapes = {name: dp.shape for name, dp in gradients.parameters.named().items()}
    assert shapes == {name: p.shape for name, p in parameters.named().items()}


def test_print_shows_every_quantity_of_the_second_tutorials_table(problem):
    """X, W, b, Z, A, dZ, dA, dW and db of each layer with its shape: (n_x, m), (n[l], n[l-1]), (n[l], 1), (n[l], m)."""
    network, parameters, X, Y, *_ = problem(n=(2, 4, 3, 1), m=400)
    trace = forward(network, parameters, X)
    gradients = backward(network, parameters, trace, Y)
    rows = [line.split("  ") for part in (parameters, trace, gradients) for line in str(part).splitlines()]
    shapes = {name: next(cell.strip() for cell in cells if cell.strip()) for name, *cells in rows}

    n, m = network.n, 400
    expected = {"A[0]": (n[0], m)}
    for l in (1, 2, 3):
        expected |= {f"W[{l}]": (n[l], n[l - 1]), f"dW[{l}]": (n[l], n[l - 1])}
        expected |= {f"b[{l}]": (n[l], 1), f"db[{l}]": (n[l], 1)}
        expected |= {f"{q}[{l}]": (n[l], m) for q in ("Z", "A", "dZ")}
    expected |= {f"dA[{l}]": (n[l], m) for l in (1, 2)}
    assert {name: shapes[name] for name in expected} == {name: str(shape) for name, shape in expected.items()}
    assert set(shapes) - set(expected) == {"quantity", "--------"}


def test_print_says_what_each_quantity_is(problem):
    network, parameters, X, Y, _, D = problem(
        n=(2, 4, 3, 1), batch_norm=[True, False], keep_prob=[1, 0.7], L2=[None, 2, None]
    )
    trace = forward(network, parameters, X, D=D)
    gradients = backward(network, parameters, trace, Y)
    meaning = {line.split()[0]: line.split(")  ")[-1].strip() for line in f"{trace}\n{gradients}".splitlines()}
    assert meaning["A[0]"] == "X"
    assert meaning["Z[1]"] == "W[1] A[0]"
    assert meaning["Z[2]"] == "W[2] A[1] + b[2]"
    assert meaning["mu[1]"] == "(1/m) sum over columns of Z[1]"
    assert meaning["A[1]"] == "g[1](Z_tilde[1])"
    assert meaning["A[2]"] == "g[2](Z[2]) * D[2] / keep_prob[2]"
    assert meaning["A[3]"] == "g[3](Z[3])"
    assert meaning["D[2]"] == "dropout mask of A[2]"
    assert meaning["dZ[3]"] == "derivative of the (weighted) loss by Z[L]: Y_hat - Y for a canonical head"
    assert meaning["dW[3]"] == "(1/m) dZ[3] A[2]^T"
    assert meaning["dA[2]"] == "W[3]^T dZ[3]"
    assert meaning["dG[2]"] == "dA[2] * D[2] / keep_prob[2]"
    assert meaning["dZ[2]"] == "dG[2] * g[2]'(Z[2])"
    assert meaning["dZ_tilde[1]"] == "dA[1] * g[1]'(Z_tilde[1])"
    assert meaning["dW[2]"] == "(1/m) dZ[2] A[1]^T + dR[2]"
    dG = gradients.dA[2] * trace.D[2] / 0.7
    np.testing.assert_array_equal(gradients.dG[2], dG)
    np.testing.assert_allclose(gradients.dZ[2], dG * (1 - np.tanh(trace.Z[2]) ** 2), rtol=1e-12)
    np.testing.assert_allclose(gradients.dR[2], 2 / X.shape[1] * parameters.W[2], rtol=1e-15)
    assert (
        meaning["dZ[1]"] == "gamma[1] * (dZ_tilde[1] - (dbeta[1] + Z_norm[1] * dgamma[1])) / sqrt(sigma2[1] + epsilon)"
    )
    assert meaning["db[2]"] == "(1/m) sum over columns of dZ[2]"
    assert "db[1]" not in meaning


def test_a_trace_lists_its_quantities_as_they_were_computed(problem):
    network, parameters, X, Y, _, D = problem(n=(2, 4, 1), batch_norm=True, keep_prob=0.7)
    trace = forward(network, parameters, X, D=D)
    order = ["A[0]", "Z[1]", "mu[1]", "sigma2[1]", "Z_norm[1]", "Z_tilde[1]", "D[1]", "A[1]", "Z[2]", "A[2]"]
    assert list(trace.named()) == order
    backwards = list(backward(network, parameters, trace, Y).named())
    below = ["dA[1]", "dG[1]", "dZ_tilde[1]", "dgamma[1]", "dbeta[1]", "dZ[1]", "dW[1]"]
    assert backwards == ["dZ[2]", "dW[2]", "db[2]", *below]
    assert trace.Y_hat is trace.A[2]


def test_the_input_gradient_is_listed_last(problem):
    network, parameters, X, Y, *_ = problem()
    gradients = backward(network, parameters, forward(network, parameters, X), Y, input_gradient=True)
    assert list(gradients.named())[-1] == "dA[0]"
    assert "W[1]^T dZ[1]" in str(gradients).splitlines()[-1]


def test_tables_line_up():
    assert text_table(("name", "x"), [("a", "1"), ("long name", "22")]).splitlines() == [
        "name       x",
        "---------  --",
        "a          1",
        "long name  22",
    ]
    assert shape_table({"W[1]": np.zeros((2, 3))}).splitlines()[-1] == "W[1]      (2, 3)  weights of layer 1"


def test_reprs_are_short_and_say_shapes(problem):
    network, parameters, X, *_ = problem(batch_norm=True, n=(3, 400, 300, 2))
    assert repr(parameters) == (
        "Parameters(W: (400, 3), (300, 400), (2, 300); b: (2, 1); gamma: (400, 1), (300, 1); beta: (400, 1), (300, 1))"
    )
    assert repr(parameters.map(lambda p: (p, p))).startswith("Parameters(W: [(400, 3), (400, 3)], ")
    trace = forward(network, parameters, X)
    assert repr(trace).startswith("Trace(Z: (400, 6), (300, 6), (2, 6); A: (3, 6), ")
    deep = Parameters({l: np.zeros((l, l)) for l in range(1, 100)}, {}, {}, {})
    assert repr(deep) == "Parameters(W: (1, 1), (2, 2), ..., (99, 99))"
