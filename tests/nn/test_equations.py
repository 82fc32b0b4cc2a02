"""The equations are those of ``network.py``, tree by tree, and an activation's formulas are its code."""

import ast
import inspect

import numpy as np
import pytest

from barreleye.nn import network, normalization, optimizers
from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.equations import BATCH_NORM, EQUATIONS, UPDATES
from barreleye.nn.notation import parsed, put, value, written


def lines_of(function):
    """{left side: right sides} of the assignments to Z[l] and the like in a function, in the notation."""
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            found.setdefault(ast.unparse(node.targets[0]), set()).add(in_notation(node.value))
    return found


def in_notation(tree):
    """The library's code in the notation: sums, products and what has names of its own there."""

    def new_of(node):
        match node:
            case ast.Call(func=ast.Attribute(value=x, attr="sum"), keywords=[axis, _]):
                return ast.Call(ast.Name("sum"), [put(x, new_of)], [axis])
            case ast.Call(func=ast.Name(id="product"), args=[a, b]):
                return ast.BinOp(put(a, new_of), ast.MatMult(), put(b, new_of))
            case ast.Call(func=ast.Attribute(attr="derivative")):
                return parsed("slope[l - 1]")
            case ast.Name(id="dP"):  # dZ[l], but for networks that scale P = W A
                return parsed("dZ[l]")
        return None

    return ast.unparse(put(tree, new_of))


def shifted(text):
    """The text at layer l - 1."""

    def new_of(node):
        if isinstance(node, ast.Subscript):
            index = {"l + 1": "l", "l": "l - 1"}[ast.unparse(node.slice)]
            return ast.Subscript(node.value, parsed(index), ast.Load())
        return None

    return written(put(parsed(text), new_of))


def test_the_forward_pass_is_these_equations():
    lines = lines_of(network.forward)
    product, _, bias = EQUATIONS["Z"].text.rpartition(" + ")
    assert {product, f"Z[l] + {bias}"} <= lines["Z[l]"]  # the bias is added where the layer has one
    assert EQUATIONS["A"].text in lines["A[l]"]


def test_the_backward_pass_is_these_equations():
    lines = lines_of(network.backward)
    assert EQUATIONS["dW"].text in lines["dW[l]"]
    assert EQUATIONS["db"].text in lines["db[l]"]
    assert shifted(EQUATIONS["dA"].text) in lines["dA[l - 1]"]
    assert shifted(EQUATIONS["dZ"].text) in lines["dZ[l - 1]"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_formulas_of_an_activation_are_its_code(name):
    g = ACTIVATIONS[name]()
    Z = np.linspace(-4, 4, 160)
    A = g(Z)
    fields = {field: getattr(g, field) for field in ("slope", "alpha", "scale") if hasattr(g, field)}
    assert g.formulas
    assert g.slopes
    for texts, expected in ((g.formulas, A), (g.slopes, g.derivative(Z, A))):
        for text in texts:
            np.testing.assert_allclose(value(text, {"Z": Z, "A": A, **fields}) + 0 * Z, expected, 1e-9, err_msg=text)


@pytest.mark.parametrize("name", UPDATES)
def test_an_optimizer_makes_the_steps_of_its_lines(name):
    rng, given = np.random.default_rng(0), {"alpha": 0.3, "beta": 0.8, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3}
    rule = optimizers.OPTIMIZERS[name]
    one = rule(**{field: given[field] for field in ("beta", "beta1", "beta2", "epsilon") if hasattr(rule(), field)})
    p, v = rng.normal(size=(3, 2)), {"v": np.zeros((3, 2)), "s": np.zeros((3, 2))}
    by_lines, slots = p, one.init(p)
    for t in (1, 2, 3):
        dp = rng.normal(size=(3, 2))
        p, slots = one.update(p, dp, slots, t, given["alpha"])
        v |= {"p": by_lines, "dp": dp, "t": t, **given}
        for row in UPDATES[name]:
            left, _, text = row.partition(" = ")
            v[left] = value(text, v)
        by_lines = v["p"]
        np.testing.assert_allclose(p, by_lines, 1e-12)


def test_batch_norm_is_these_equations():
    rng = np.random.default_rng(0)
    Z, gamma, beta, dZ_tilde = rng.normal(size=(4, 3, 7))
    gamma, beta = gamma[:, :1], beta[:, :1]
    named = {"Z": Z, "gamma": gamma, "beta": beta, "dZ_tilde": dZ_tilde}
    v = {q: {1: x} for q, x in named.items()} | {"epsilon": normalization.EPSILON, "m": 7, "l": 1}
    for name, one in BATCH_NORM.items():
        v[name] = {1: value(one.text, v)}
    mu, sigma2 = normalization.batch_statistics(Z, None)
    Z_norm, Z_tilde = normalization.batch_norm_forward(Z, gamma, beta, mu, sigma2)
    dZ, dgamma, dbeta = normalization.batch_norm_backward(dZ_tilde, gamma, Z_norm, sigma2, None)
    expected = mu, sigma2, Z_norm, Z_tilde, dgamma, dbeta, dZ
    for name, right in zip(BATCH_NORM, expected, strict=True):
        np.testing.assert_allclose(v[name][1], right, 1e-9, err_msg=name)
