"""Which engine does a job sooner: NumPy at once, or XLA after compiling? An estimate from measured constants.

The constants were read on a 2-core x86-64 machine by ``python -m benchmarks engines``, which prints them anew. They
need to be right within a factor of two or so: near the break-even point either choice is good.

A program that is compiled already costs nothing more. And where many jobs of one program are each too short for a
compilation, as in a search, NumPy takes them until what it has lost to XLA would have paid for one. So the choice
depends on the jobs before it in this process, but not on the clock: a process that makes the same calls takes the same
engines. (The two agree to rounding, not to the bit.) A process in which XLA cannot run, forked
after XLA had started, has NumPy alone.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..nn.validation import choose
from ..words import catalogue
from ..words.extras import installed, lacking
from .batches import Source
from .engine import Engine
from .forked import forked_after_xla
from .members import Seed
from .numbers import split
from .numpy_engine import NumpyEngine
from .step import Recipe
from .threads import processors

SAY = catalogue("results")

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
FRONT_COMPILE_SECONDS = 1.2
"""More, where something stands before layer 1."""
XLA_START_SECONDS = 2e-3
"""Rows and parameters to the device and back, for a program that is compiled."""
XLA_STRETCH_SECONDS = 5e-4
NUMPY_STRETCH_SECONDS = 1.5e-4
"""Each Progress: a call of the program or none, and what is reported of it."""
XLA_STEP_SECONDS = 3e-6
XLA_ELEMENT_SECONDS = 1.2e-9


JOBS_KEPT = 16
"""As many as the programs that xla_programs.py keeps."""

_lost: dict[Any, float] = {}
"""By job, the used last at the end: the seconds that NumPy has lost to a compiled program; infinity: it is compiled."""


def choose_engine(
    engine: str,
    recipe: Recipe,
    rows: int,
    steps: int | None,
    dtype: Any,
    device: str = "auto",
    members: int = 1,
    m: int = 0,
    stretches: int = 1,
    sparse: bool = False,
    processes: int = 0,
) -> tuple[str, str]:
    """("numpy" or "xla", why), for ``steps`` updates (None: unknown, many) of batches of ``rows`` of ``m`` rows.

    members: the networks trained at once; stretches: how many Progress the steps are in; sparse: whether
    X is; processes: how many others share each batch.

    Raises ValueError for an engine of another name, and for NumPy on another device than the CPU or in several
    processes; ModuleNotFoundError for XLA without the extra "fast".

    >>> from barreleye.nn.structure import Network
    >>> choose_engine("auto", Recipe(Network((2, 4, 1))), 400, 50, "float64")[0]
    'numpy'
    """
    choose("engine", engine, {"auto": 0, "numpy": 0, "xla": 0})
    elsewhere = device not in ("auto", "cpu")
    if engine == "numpy" and elsewhere:
        raise ValueError(SAY["error.numpy_device"].filled(device=device))
    if engine == "numpy" and processes:
        raise ValueError(SAY["error.numpy_processes"].filled(processes=processes))
    if not installed("jax") and (engine == "xla" or elsewhere or processes):
        raise lacking("jax")
    if processes:
        return "xla", SAY["engine.processes"].filled(n=processes)
    if engine == "numpy":
        return engine, SAY["engine.asked"]
    if engine == "auto" and not elsewhere and forked_after_xla():
        return "numpy", SAY["engine.forked"]
    if engine == "auto" and not elsewhere and not installed("jax"):
        return "numpy", SAY["engine.absent"]
    if engine == "auto" and not elsewhere and sparse:
        return "numpy", SAY["engine.sparse"]
    job = (repr(split(recipe)[0]), rows, m.bit_length(), str(np.dtype(dtype)), device, members)
    name, reason = "xla", SAY["engine.asked"]
    lost = _lost.pop(job, 0.0)
    if engine == "auto" and elsewhere:
        reason = SAY["engine.device"].filled(device=repr(device))
    elif engine == "auto" and steps is None:
        reason = SAY["engine.stream"]
    elif engine == "auto" and steps is not None:
        numpy_seconds, xla_seconds = estimate_seconds(recipe, rows, steps, dtype, members, stretches)
        loss = numpy_seconds - xla_seconds
        if loss <= 0:
            name, reason = "numpy", SAY["engine.starting"]
        elif lost + loss <= XLA_COMPILE_SECONDS + FRONT_COMPILE_SECONDS * (recipe.network.front is not None):
            name, reason = "numpy", SAY["engine.compiling"]
            lost += loss
        elif lost == math.inf:
            reason = SAY["engine.compiled"]
        else:
            reason = SAY["engine.pays_together" if lost else "engine.pays"]
    _lost[job] = math.inf if name == "xla" else lost
    while len(_lost) > JOBS_KEPT:
        _lost.pop(next(iter(_lost)), None)
    return name, reason


def estimate_seconds(
    recipe: Recipe, rows: int, steps: int, dtype: Any, members: int = 1, stretches: int = 1
) -> tuple[float, float]:
    """Seconds for the whole job on NumPy, and on XLA when its program is compiled.

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
    xla_step = XLA_STEP_SECONDS + members / min(members, processors()) * (
        (elements + parameters) * XLA_ELEMENT_SECONDS + products
    )
    return (
        stretches * NUMPY_STRETCH_SECONDS + steps * members * numpy_step,
        XLA_START_SECONDS + stretches * XLA_STRETCH_SECONDS + steps * xla_step,
    )


def compiling_pays(recipe: Recipe, rows: int, steps: int, dtype: Any, networks: int) -> bool:
    """Whether so many networks of one structure, each with so many steps, are done sooner by a program compiled anew.

    >>> from barreleye.nn.structure import Network
    >>> [compiling_pays(Recipe(Network((2, 4, 1))), 400, 50, "float64", networks) for networks in (1, 1000)]
    [False, True]
    """
    numpy_seconds, xla_seconds = estimate_seconds(recipe, rows, steps, dtype)
    compiling = XLA_COMPILE_SECONDS + FRONT_COMPILE_SECONDS * (recipe.network.front is not None)
    return installed("jax") and networks * numpy_seconds > networks * xla_seconds + compiling


def new_engine(
    name: str,
    source: Source,
    seed: Seed,
    device: str,
    shared: bool = False,
    precision: str = "float32",
    hosts: Sequence[str] = (),
) -> Engine:
    """The engine of that name, on that device, in a process on each of the hosts."""
    if hosts:
        from .processes import Processes

        return Processes(source, seed, device, shared, precision, hosts)
    if name == "numpy":
        return NumpyEngine(source, seed, shared)
    from .xla_engine import XlaEngine

    return XlaEngine(source, seed, device, shared, precision)
