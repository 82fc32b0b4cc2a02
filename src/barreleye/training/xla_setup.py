"""What XLA needs before it runs: a device, a place to keep compiled programs, and room for rows that are not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax

from .threads import processors

GETTING_THERE = {
    "gpu": ". For an NVIDIA GPU: pip install -U 'jax[cuda13]', or 'jax[cuda12]' where nvidia-smi shows CUDA 12; for an "
    "AMD GPU 'jax[rocm7-local]'",
    "tpu": ". On a Cloud TPU machine: pip install -U 'jax[tpu]'",
}
"""What to install for a device; by docs.jax.dev, "Installation"."""


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


def find_device(device: str) -> Any:
    """The JAX device of that kind; ValueError says what there is.

    >>> find_device("cpu").platform
    'cpu'
    """
    try:
        with _own_processors():
            return jax.devices(None if device == "auto" else device)[0]
    except RuntimeError:
        there = ", ".join(sorted({d.platform for d in jax.devices()} | {"cpu"}))
        raise ValueError(
            f"device={device!r} is not to be found by JAX; choose one of: auto, {there}{GETTING_THERE.get(device, '')}"
        ) from None


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
        jax.config.update(name, value)  # type: ignore[no-untyped-call]
