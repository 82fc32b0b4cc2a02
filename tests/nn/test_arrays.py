import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from barreleye.nn.arrays import erfc, like, namespace, product


def test_the_namespace_is_that_of_the_array_and_numpy_for_plain_numbers(xp):
    assert namespace(xp.zeros(2)) is xp
    assert namespace(2.0) is np
    assert namespace(np.float32(2)) is np


def test_the_namespace_of_a_tracer_is_jax():
    import jax

    seen = []
    jax.make_jaxpr(lambda z: seen.append(namespace(z)) or z)(1.0)
    assert seen == [jnp]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_erfc_keeps_dtype_and_relative_accuracy_where_erf_is_minus_one(xp, dtype, distance):
    x = xp.asarray([-20.0, -0.3, 0.0, 0.5, 2.0, 8.0], dtype=dtype)
    values = erfc(x)
    exact = [mpmath.erfc(float(e)) for e in x]
    assert values.dtype == dtype
    assert np.all(distance(values, exact) <= 8 * np.finfo(dtype).eps * np.array([float(e) for e in exact]))


def test_like_beside_a_plain_number_is_that_number():
    assert like(0.25, 2.0) == 0.25
    assert like(np.float32(0.5), 1).dtype == np.float32


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_like_takes_the_kind_and_dtype_of_the_array(xp, dtype):
    value = like(np.float64(0.1), xp.zeros(2, dtype=dtype))
    assert namespace(value) is xp
    assert value.dtype == dtype
    assert (value * xp.ones(2, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize("inner", [1, 3])
def test_a_product_is_that_of_matrices(inner, xp):
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(4, inner)), rng.normal(size=(inner, 5))
    found = product(xp.asarray(A), xp.asarray(B))
    np.testing.assert_allclose(found, np.einsum("ij,jk->ik", A, B), rtol=1e-6)
    assert type(found) is type(xp.asarray(A))
