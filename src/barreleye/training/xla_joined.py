"""Processes joined into one XLA program: they meet at an address, and show that their sums are right."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ..words import catalogue
from .xla_setup import Devices, find_devices, whole

SAY = catalogue("training")

BROKEN = (jax.errors.JaxRuntimeError,)
SUMMED_BYTES = 2**22
"""Of each device in the test. A sum scattered over processes has come out wrong for so much, and not for less (jax
issue 40830), so no program of ours scatters one; the sums that they do take are tried with as much."""


def join(address: str, rank: int, count: int, within: float, here: bool) -> None:
    """Become process ``rank`` of ``count`` in JAX's distributed runtime (gloo on CPUs, NCCL on GPUs).

    address    host:port of the first of them, where all meet; ``here``: and where no other machine is let in
    within     seconds for all to have come

    Raises RuntimeError where the sums over processes are wrong.
    """
    jax.distributed.initialize(
        coordinator_address=address,
        num_processes=count,
        process_id=rank,
        cluster_detection_method="deactivate",
        initialization_timeout=int(within),
        coordinator_bind_address=address if here and rank == 0 else None,
    )
    refuse_wrong_sums(find_devices("auto", None))


def summed(shares: Any) -> Any:
    """The sum of the devices' shares (devices, n), and all of them, both on each device: what training asks for."""
    return whole((shares.sum(axis=0), shares))


def refuse_wrong_sums(devices: Devices, program: Callable[[Any], Any] = summed) -> None:
    """Raise RuntimeError unless sums over the devices, known beforehand, come out to the bit.

    >>> refuse_wrong_sums(find_devices("cpu", None))
    """
    for dtype in (np.float32, np.float64):
        # Whole numbers below 2^24, whose sums are exact in either.
        own = np.arange(SUMMED_BYTES // np.dtype(dtype).itemsize, dtype=np.int64) % 4093
        shares = (own * np.arange(1, devices.count + 1)[:, np.newaxis] % 4093).astype(dtype)
        with devices.at_work(dtype, "float32"):
            total, gathered = jax.jit(program)(devices.put(shares, devices.dealt))
            right = (np.asarray(total) == shares.sum(axis=0)).all() and (np.asarray(gathered) == shares).all()
        if not right:
            raise RuntimeError(SAY["error.wrong_sums"].filled(devices=devices, dtype=np.dtype(dtype)))
