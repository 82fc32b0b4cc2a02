"""A traced array computes what NumPy computes, and its lines compute it again, in either dialect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.models.tracing import NUMPY, TORCH, Traced, lines
from barreleye.nn.arrays import erfc, like, namespace

X = np.linspace(-2, 2, 12).reshape(4, 3)
USES = {
    "operators": lambda x: (2 - x) * x / (1 + abs(x)) @ x.T + -(x[:, :1] ** 2) % 3,
    "comparisons": lambda x: like((x > 0) & (x <= 1.5), x),
    "an array on the left": lambda x: X.T @ x - X[0, 0] * x[:3, :],
    "slices": lambda x: x[1:, ::2].sum(axis=0, keepdims=True),
    "concat": lambda x: namespace(x).concat([x, x[:2, :]], axis=0),
    "take": lambda x: namespace(x).take(x, np.array([2, 0, 3]), axis=0),
    "the largest": lambda x: x - namespace(x).max(x, axis=0, keepdims=True),
    "sort": lambda x: namespace(x).sort(x, axis=0),
    "where": lambda x: namespace(x).where(x > 0, x, like(0.5, x)),
    "more in one place": lambda x: namespace(x).minimum(namespace(x).maximum(x, like(-1, x)), like(1, x)),
    "another axis": lambda x: namespace(x).permute_dims(x[:, :, None], (2, 1, 0)),
    "erfc": erfc,
}


def run(made, dialect, **names):
    exec("\n".join(lines([("Y", made)], dialect)), names)
    return names["Y"]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_its_lines_make_the_same_array_again(use, dtype):
    x, of = X.astype(dtype), USES[use]
    made, wanted = of(Traced(x, "x")), of(x)
    near = 4 * np.finfo(dtype).eps
    for found in (made.value, run(made, NUMPY, np=np, x=x, erfc=erfc)):
        assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
        np.testing.assert_allclose(found, wanted, near, near)


@pytest.mark.parametrize("use", [use for use in USES if use != "an array on the left"])
def test_its_lines_make_the_same_array_in_pytorch(use):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'barreleye[benchmark]'")
    found = run(USES[use](Traced(X, "x")), TORCH, torch=torch, x=torch.from_numpy(X))
    np.testing.assert_allclose(found.numpy(), USES[use](X), 1e-15, 1e-15)


def test_what_is_used_twice_is_made_once_and_two_names_are_kept():
    x = Traced(X, "x")
    e = namespace(x).exp(x)
    assert lines([("A", e / (1 + e))], NUMPY, shapes=False) == ["t1 = np.exp(x)", "A = t1 / (1 + t1)"]
    assert lines([("Z", e), ("A", e), ("B", 1 + e)], NUMPY)[1:] == ["A = Z  # (4, m)", "B = 1 + A  # (4, m)"]


def test_what_hangs_on_values_is_refused():
    with pytest.raises(TypeError, match="cannot hang on its values"):
        bool(Traced(X, "x") > 0)


@given(st.floats())
def test_any_number_is_spelt_so_that_it_comes_back(number):
    found = run(Traced(np.ones(1), "x") * number, NUMPY, np=np, x=np.ones(1))
    assert np.array_equal(found, [number], equal_nan=True)
