"""Which engine does a job sooner: NumPy at once, or XLA after compiling? An estimate from measured constants.

The constants were read on a 2-core x86-64 machine by ``python -m benchmarks engines``, which prints them anew. They
need to be right within a factor of two or so: near the break-even point either choice is good. The choice depends on
the job alone, and not on what this process has imported or compiled before: the same run must take the same engine
again, because the two agree to rounding but not to the bit.
"""

from typing import Any

import numpy as np

from ..nn.validation import choose
from .step import Recipe

NUMPY_LAYER_SECONDS = 1.6e-5
"""Calls into NumPy for one layer, forward and backward, when the arrays are tiny."""
NUMPY_UPDATE_SECONDS = {"GradientDescent": 1e-6, "Momentum": 3e-6, "Nesterov": 4e-6, "RMSProp": 5e-6}
NUMPY_USUAL_UPDATE_SECONDS = 7e-6
"""Calls into NumPy to update one parameter array (Adam's number where an optimizer is not listed)."""
NUMPY_ELEMENT_SECONDS = 4.5e-9
"""Activation, derivative and their products for one unit of one sample, or the update of one parameter, in float64."""
FLOPS = {4: 4.6e11, 8: 2.4e11}
"""Multiply-adds count two, by bytes of a number; both engines run at about the same rate in large products."""
XLA_COMPILE_SECONDS = 0.45
XLA_STEP_SECONDS = 3e-6
XLA_ELEMENT_SECONDS = 1.2e-9


def choose_engine(
    engine: str,
    recipe: Recipe,
    rows: int,
    steps: int | None,
    dtype: Any,
    device: str = "auto",
    members: int = 1,
    sparse: bool = False,
) -> tuple[str, str]:
    """("numpy" or "xla", why), for ``steps`` updates (None: unknown, many) of batches of ``rows`` rows.

    members: the networks trained at once; sparse: whether X is.

    Raises ValueError for an engine of another name, and for NumPy on another device than the CPU.

    >>> from barreleye.nn.structure import Network
    >>> choose_engine("auto", Recipe(Network((2, 4, 1))), 400, 50, "float64")[0]
    'numpy'
    """
    choose("engine", engine, {"auto": 0, "numpy": 0, "xla": 0})
    elsewhere = device not in ("auto", "cpu")
    if engine == "numpy" and elsewhere:
        raise ValueError(f"device={device!r} is for engine='xla': NumPy computes on the CPU")
    if engine == "auto" and elsewhere:
        return "xla", f"for device={device!r}"
    if engine != "auto":
        return engine, "as asked for"
    if sparse:
        return "numpy", "it multiplies sparse rows as they are"
    if steps is None:
        return "xla", "a stream may be long, so compiling pays"
    numpy_seconds, xla_seconds = estimate_seconds(recipe, rows, steps, dtype, members)
    estimates = f"estimated {numpy_seconds:.2g} s on NumPy, {xla_seconds:.2g} s compiled"
    return ("numpy" if numpy_seconds <= xla_seconds else "xla"), estimates


def estimate_seconds(recipe: Recipe, rows: int, steps: int, dtype: Any, members: int = 1) -> tuple[float, float]:
    """Seconds for the whole job on NumPy, and on XLA with one compilation.

    NumPy takes the members' steps one by one; XLA begins a step once for all of them.

    >>> from barreleye.nn.structure import Network
    >>> numpy_seconds, xla_seconds = estimate_seconds(Recipe(Network((2, 4, 1))), 400, 10**6, "float64")
    >>> numpy_seconds > 5 * xla_seconds
    True
    """
    n = recipe.network.n
    L = recipe.network.L
    itemsize = np.dtype(dtype).itemsize
    products = 6.0 * rows * sum(n[l] * n[l - 1] for l in range(1, L + 1)) / FLOPS[itemsize]
    elements = rows * sum(n[1:]) * itemsize / 8
    parameters = sum(n[l] * (n[l - 1] + 1) for l in range(1, L + 1)) * itemsize / 8
    update = NUMPY_UPDATE_SECONDS.get(type(recipe.optimizer).__name__, NUMPY_USUAL_UPDATE_SECONDS)
    numpy_step = L * NUMPY_LAYER_SECONDS + 2 * L * update + (elements + parameters) * NUMPY_ELEMENT_SECONDS + products
    xla_step = XLA_STEP_SECONDS + members * ((elements + parameters) * XLA_ELEMENT_SECONDS + products)
    return steps * members * numpy_step, XLA_COMPILE_SECONDS + steps * xla_step
