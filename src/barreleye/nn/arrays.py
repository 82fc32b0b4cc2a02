"""What the mathematics asks of an array, and the functions that the Array API standard lacks or leaves slow."""

import math
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""An array of the Array API standard: a NumPy array, a JAX array or tracer inside ``jit``, a value of an ONNX graph.

The standard publishes no static type, so this name documents intent where a type checker cannot.
"""


def namespace(value: Any) -> ModuleType:
    """The array functions that go with ``value``: its own namespace, or NumPy for a plain number.

    >>> namespace(np.zeros(3)) is np, namespace(7) is np
    (True, True)
    """
    if isinstance(value, np.ndarray):  # every line of a step on NumPy asks: the answer that needs no call comes first
        return np
    own = getattr(value, "__array_namespace__", None)
    return np if own is None else own()


def erfc(x: Array) -> Array:
    """The complementary error function of each element, by SciPy, by its port inside JAX, or by ONNX's erf.

    The standard has no erf. The complement keeps its relative accuracy where erf rounds to -1; ONNX has erf of float32
    alone.

    >>> float(erfc(np.asarray(0.0)))
    1.0
    """
    xp = namespace(x)
    if xp is np:
        from scipy.special import erfc as of
    elif hasattr(xp, "erfc"):
        of = xp.erfc
    elif xp.__name__ == "ndonnx":
        erf = import_module("spox.opset.ai.onnx.v21").erf
        return 1 - xp.astype(xp.asarray(erf(xp.astype(x, xp.float32).unwrap_spox())), x.dtype)
    else:
        from jax.scipy.special import erfc as of
    return of(x)


_SINE = [(2 * math.pi) ** (2 * j + 1) * (-1) ** j / math.factorial(2 * j + 1) for j in range(11)]


def cosine(turns: Array) -> Array:
    """cos(2 pi t) for each number t of turns, to a few units in the last place of 1.

    A turn more or less changes nothing, so t is brought into [-1/2, 1/2]; there cos(2 pi t) = sin(2 pi (1/4 - |t|)),
    of which eleven terms of the series are enough, or seven in 32 bits. XLA's own cosine takes twenty times as long on
    a CPU.

    >>> cosine(np.array([0.0, 0.25, 0.5, 7.0])).round(15) + 0
    array([ 1.,  0., -1.,  1.])
    """
    xp = namespace(turns)
    if xp is not np and hasattr(xp, "cosine"):
        return xp.cosine(turns)
    x = 0.25 - abs(turns - xp.round(turns))
    square = x * x
    series = _SINE[: 7 if xp.finfo(x.dtype).bits == 32 else 11]
    total = series[-1]
    for coefficient in series[-2::-1]:
        total = total * square + coefficient
    return total * x


def sums_by(codes: Array, values: Array, n: int) -> Array:
    """(n, k): for each number below n the sum of the rows of values (m, k) whose code (m,) it is.

    The standard has no such sum; NumPy and JAX each have their own.

    >>> sums_by(np.array([1, 1, 0]), np.array([[1.0], [2.0], [4.0]]), 3)
    array([[4.],
           [3.],
           [0.]])
    """
    xp = namespace(values)
    total = xp.zeros((n, values.shape[1]), dtype=values.dtype)
    if xp is np:
        np.add.at(total, codes, values)
        return total
    return total.at[codes].add(values)


def product(A: Array, B: Array) -> Array:
    """A @ B, for a B that may have a single row: then it is the outer product, which NumPy makes sooner by elements.

    >>> product(np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]]))
    array([[3., 4.],
           [6., 8.]])
    """
    return A * B if B.shape[0] == 1 else A @ B


def number_like(value: Any, x: Array) -> Any:
    """A number that leaves x's dtype as it is: a Python float itself, which no array heeds, anything else as ``like``.

    >>> (np.zeros(2, np.float32) * number_like(np.float64(0.5), np.zeros(2, np.float32))).dtype
    dtype('float32')
    """
    return value if type(value) is float else like(value, x)


def like(value: Any, x: Array) -> Array:
    """``value`` as an array of x's kind and dtype, so that float32 arithmetic stays float32; x may be a plain number.

    >>> like(0.5, np.zeros(2, np.float32)).dtype
    dtype('float32')
    """
    if type(value) is type(x) and hasattr(x, "dtype"):
        return value if value.dtype == x.dtype else value.astype(x.dtype)
    return namespace(x).asarray(value, dtype=getattr(x, "dtype", None))


def shapes(fields: Any) -> str:
    """A short repr of a named tuple of arrays by layer: its shapes.

    >>> from barreleye.nn.normalization import Averages
    >>> shapes(Averages({1: np.zeros((3, 1)), 2: np.zeros((1, 1))}, {}))
    'Averages(mu: (3, 1), (1, 1))'
    """

    def shape(value: Any) -> str:
        several = isinstance(value, tuple)  # an optimizer's memory
        return f"[{', '.join(map(shape, value))}]" if several else str(tuple(getattr(value, "shape", ())))

    def listed(layers: dict[int, Any]) -> str:
        each = [shape(value) for _, value in sorted(layers.items())]
        return ", ".join(each if len(each) <= 4 else [*each[:2], "...", each[-1]])

    parts = [f"{name}: {listed(layers)}" for name, layers in fields._asdict().items() if layers]
    return f"{type(fields).__name__}({'; '.join(parts)})"
