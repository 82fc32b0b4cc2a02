"""How many threads the products of matrices get: what they are worth, and what this process has been given.

Threads wait for one another at the end of each product. On a machine that is busy with other work one of them may not
be running just then, and a product of 20 microseconds takes 20 milliseconds.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from ..nn.structure import Network

FLOPS_PER_THREAD = 5e7
"""About a millisecond of one thread: the least that is worth another."""


def processors(root: Path = Path("/sys/fs/cgroup")) -> int:
    """The processors of this process: by affinity, a container's quota, and OMP_NUM_THREADS (which joblib sets, too).

    >>> 1 <= processors() <= os.cpu_count()
    True
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    limits = [len(affinity(0)) if affinity else os.cpu_count() or 1]
    told = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    if told.isdecimal():
        limits.append(int(told))
    try:
        quota, period = (root / "cpu.max").read_text().split()
        limits.append(-(-int(quota) // int(period)))
    except (OSError, ValueError):  # no control group, or "max": no quota
        pass
    return max(1, min(limits))


def worthwhile(network: Network, rows: int) -> int:
    """The threads that the largest product of a step on so many rows is worth.

    >>> from barreleye.nn.structure import Network
    >>> worthwhile(Network((30, 100, 1)), 200)
    1
    """
    n = network.n
    flops = 2.0 * rows * max(n[l] * n[l - 1] for l in range(1, network.L + 1))
    return 1 if flops < 2 * FLOPS_PER_THREAD else min(int(flops / FLOPS_PER_THREAD), processors())


_lock = threading.Lock()
_asked: dict[object, int] = {}
_usual: list[tuple[Any, int]] = []


@contextmanager
def blas_threads(most: int) -> Iterator[None]:
    """At most so many threads for each product of NumPy's; never more than the user, the environment or joblib set.

    BLAS has one number for the whole process. So where several fits run in threads of one process the least that one
    asks for holds, and the usual number comes back when the last of them is done.

    >>> import numpy as np
    >>> with blas_threads(1):
    ...     A = np.ones((3, 3)) @ np.ones((3, 3))
    """
    token = object()
    with _lock:
        if not _asked:
            _usual[:] = [(library, library.get_num_threads()) for library in _libraries()]
        _asked[token] = most
        _set()
    try:
        yield
    finally:
        with _lock:
            _asked.pop(token, None)
            _set()


def _set() -> None:
    for library, usual in _usual:
        wanted = min([usual, *_asked.values()])
        if library.get_num_threads() != wanted:
            library.set_num_threads(wanted)


@cache
def _libraries() -> list[Any]:
    """The BLAS libraries of this process; looked for once, because that takes milliseconds."""
    from threadpoolctl import ThreadpoolController

    return list(ThreadpoolController().select(user_api="blas").lib_controllers)


def _alone() -> None:
    """In a forked child the other threads, and what they asked for, are gone."""
    global _lock
    _lock = threading.Lock()
    _asked.clear()
    _set()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alone)
