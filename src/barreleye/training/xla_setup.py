"""What XLA needs before it runs: devices, a place to keep compiled programs, and room for rows that are not there."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from ..words import NOTHING, catalogue
from .engine import PRECISIONS
from .threads import processors

SAY = catalogue("training")

ROWS = "barreleye_rows"
"""The axis of a mesh along which the rows of a batch are dealt. A user's own mesh has no axis of that name."""
ROWS_WORTH_A_DEVICE = 256
"""Of a batch; with fewer the devices of one machine wait for one another longer than they compute."""


def row_capacity(m: int) -> int:
    """Room for m rows: a power of two up to 2^20 rows, then a multiple of 2^17.

    >>> row_capacity(1000), row_capacity(1025), row_capacity(2**20 + 5) - 2**20 == 2**17
    (1024, 2048, True)
    """
    return 1 << max(5, (m - 1).bit_length()) if m <= 2**20 else -(-m // 2**17) * 2**17


def full_batch_capacity(m: int) -> int:
    """m rounded up to a multiple of a 16th of its octave: at most 6 % of the work is for rows that are not there.

    >>> full_batch_capacity(400), full_batch_capacity(401)
    (400, 416)
    """
    grain = max(1, (1 << (m.bit_length() - 1)) // 16)
    return -(-m // grain) * grain


@dataclass(frozen=True)
class Devices:
    """What shares the work of a run: each device has all parameters, and computes its part of each batch's rows.

    XLA adds up what the parts bring, in one all-reduce a step: sums over rows are sums over all rows, on whichever
    device they lie, so that no equation knows of more than one.

    whole    where arrays go that each device has
    dealt    where rows go of which each device has a part
    mesh     None for a single device
    """

    platform: str
    count: int
    whole: Any
    dealt: Any
    mesh: Mesh | None = None

    @contextmanager
    def at_work(self, dtype: Any, precision: str) -> Iterator[None]:
        """64-bit numbers allowed, products as exact as asked, programs for these devices."""
        coarse = self.platform == "gpu" and np.dtype(dtype) == np.float32
        with ExitStack() as settings:
            settings.enter_context(jax.enable_x64(True))
            settings.enter_context(jax.default_matmul_precision(PRECISIONS[precision] if coarse else "highest"))
            if self.mesh is not None:
                settings.enter_context(jax.set_mesh(self.mesh))
            yield

    def put(self, values: Any, where: Any) -> Any:
        """The arrays on the devices, ``whole`` or ``dealt``; each process puts what its own devices take."""
        if jax.process_count() == 1:
            return jax.device_put(values, where)

        def own(array: Any) -> Any:
            return jax.make_array_from_callback(array.shape, where, lambda index: array[index])

        return jax.tree.map(own, values)

    def rounded(self, rows: int) -> int:
        """So many rows, or the next number of which each device can have as many as the others."""
        return -(-rows // self.count) * self.count


def find_devices(device: str, rows: int | None) -> Devices:
    """The JAX devices of that kind for batches of so many rows; ValueError says what there is.

    Of one process as many as are worth their while; of several processes all that all of them have.

    >>> find_devices("cpu", 400).count
    1
    """
    try:
        with _own_processors():
            there = jax.devices(None if device == "auto" else device)
    except RuntimeError:
        names = ", ".join(sorted({d.platform for d in jax.devices()} | {"cpu"}))
        hint = SAY.get(f"getting.{device}", NOTHING)
        raise ValueError(SAY["error.no_device"].filled(device=device, names=names, hint=hint)) from None
    if jax.process_count() == 1 and rows is not None:
        there = there[: max(1, rows // ROWS_WORTH_A_DEVICE)]
    if len(there) == 1:
        return Devices(there[0].platform, 1, there[0], there[0])
    mesh = jax.make_mesh((len(there),), (ROWS,), axis_types=(AxisType.Auto,), devices=there)
    return Devices(there[0].platform, len(there), NamedSharding(mesh, P()), NamedSharding(mesh, P(ROWS)), mesh)


def whole(arrays: Any) -> Any:
    """In a program: arrays that each device shall have, all of them."""
    return _constrained(arrays, P())


def dealt(rows: Any) -> Any:
    """In a program: numbers of rows (..., batch), of which each device shall take its part."""
    return _constrained(rows, P(ROWS))


def _constrained(arrays: Any, how: Any) -> Any:
    if ROWS not in jax.sharding.get_abstract_mesh().axis_names:
        return arrays
    return jax.tree.map(lambda array: jax.lax.with_sharding_constraint(array, how), arrays)


@contextmanager
def _own_processors() -> Iterator[None]:
    """Have XLA start as many threads as this process was given, where it has not started any yet."""
    name = "PJRT_NPROC"
    if name in os.environ:  # the user's own choice
        yield
        return
    os.environ[name] = str(processors())
    try:
        yield
    finally:
        del os.environ[name]


def use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache directory, so that a program is compiled once per machine.

    BARRELEYE_COMPILATION_CACHE names another directory, or "off". A cache that JAX was already told of is left alone.
    """
    wanted = os.environ.get("BARRELEYE_COMPILATION_CACHE", "")
    if wanted.lower() in ("off", "0", "false", "no") or getattr(jax.config, "jax_compilation_cache_dir", None):
        return
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    directory = Path(wanted) if wanted else Path(base) / "barreleye" / "programs"
    try:
        # Whoever can write there can run code here (JAX's own warning), so nobody else may.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:  # no home, a read-only disk: compile each time
        return
    settings: dict[str, Any] = {
        "jax_compilation_cache_dir": str(directory),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)
