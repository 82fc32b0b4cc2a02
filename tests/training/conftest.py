"""What the tests of training share: small problems as rows, both engines, and comparisons of whole states."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network


class Task(NamedTuple):
    network: Network
    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray
    parameters: Parameters


@pytest.fixture(params=["numpy", "xla"])
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def task(problem: Callable[..., Any]) -> Callable[..., Task]:
    """A function that makes a network with random parameters and 20 rows that suit its head."""

    def make(g: Any = "tanh", head: Any = "sigmoid", n: Any = (3, 4, 2), m: int = 20, **options: Any) -> Task:
        p = problem(g, head, n=n, m=m, **options)
        X, Y, weights = (np.ascontiguousarray(a) for a in (p.X.T, p.Y.T, p.weights[0]))
        return Task(p.network, X, Y, weights, p.parameters)

    return make


@pytest.fixture(scope="session")
def assert_same() -> Callable[..., None]:
    """A function that fails unless two states (or parameters, memories, averages) are equal, bit for bit by default."""

    def check(mine: Any, other: Any, rtol: float = 0.0, atol: float = 0.0) -> None:
        mine, other = leaves(mine), leaves(other)
        assert mine.keys() == other.keys()
        for name, p in mine.items():
            assert np.asarray(p).dtype == np.asarray(other[name]).dtype, name
            np.testing.assert_allclose(p, other[name], rtol=rtol, atol=atol, err_msg=name)

    return check


def leaves(value: Any, name: str = "") -> dict[str, Any]:
    """Every number and array inside named tuples, dicts and tuples, by the way that leads to it."""
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in leaves(part, f"{name}.{key}").items()}
    if isinstance(value, tuple):
        names = getattr(value, "_fields", range(len(value)))
        return {k: v for key, part in zip(names, value, strict=True) for k, v in leaves(part, f"{name}.{key}").items()}
    return {} if value is None else {name: value}
