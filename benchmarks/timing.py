"""Fair timing: contenders take turns in one process, medians and ratios are quoted, the spread is shown."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping
from typing import Any

Seconds = Callable[[], float]
"""Runs the job once and returns its seconds, or what a unit of it took."""


def interleave(contenders: Mapping[str, Seconds], rounds: int) -> dict[str, list[float]]:
    """The times of each contender over ``rounds`` turns (A B C A B C ...), after one turn that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            seconds = run()
            if turn:
                times[name].append(seconds)
    return times


def table(title: str, times: Mapping[str, list[float]], ours: str, unit: float, unit_name: str) -> str:
    """A Markdown table: median, range, and how many times as long as ``ours`` each took (median of the ratios)."""
    lines = [
        f"### {title}",
        "",
        f"| | median, {unit_name} | min - max | times ours |",
        "|---|---:|---:|---:|",
    ]
    for name, values in times.items():
        ratio = statistics.median(a / b for a, b in zip(values, times[ours], strict=True))
        median, low, high = (f(values) / unit for f in (statistics.median, min, max))
        lines.append(f"| {name} | {median:.3g} | {low:.3g} - {high:.3g} | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """One line on what the numbers were measured with."""
    import jax
    import numpy
    import sklearn

    versions = [f"Python {platform.python_version()}", f"NumPy {numpy.__version__}", f"JAX {jax.__version__}"]
    versions.append(f"scikit-learn {sklearn.__version__}")
    torch = optional("torch")
    versions.append(f"PyTorch {torch.__version__}" if torch else "PyTorch not installed")
    load = os.getloadavg()[0]
    device = jax.devices()[0].device_kind
    return f"{os.cpu_count()} cores, device {device}, load {load:.1f} at the start; {', '.join(versions)}\n"


def optional(name: str) -> Any:
    """The module of that name, or None where it is not installed."""
    try:
        return __import__(name)
    except ImportError:
        return None
