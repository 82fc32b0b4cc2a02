"""One GPU: a step at each precision of products, beside PyTorch's at the same precision, eager and compiled."""

from typing import Any, NamedTuple

import numpy as np

from barreleye.nn.structure import Network

from .peers import barreleye_step, torch_step
from .timing import Seconds, interleave, optional, table
from .training_speed import Contenders, present


class Case(NamedTuple):
    n: tuple[int, ...]
    batch: int
    m: int
    steps: int


LARGE = (Case((784, 512, 256, 10), 1024, 2**16, 500), Case((784, 4096, 4096, 10), 8192, 2**17, 100))
TINY = (Case((8, 16, 16, 3), 32, 128, 4),)
IN_TORCH = {"float32": "highest", "tf32": "high", "bfloat16": "medium"}
"""Our precisions, and what PyTorch calls those of float32 products."""


def gpu(tiny: bool = False) -> str:
    """Milliseconds a step with Adam on float32 data; ``tiny``: of small networks, on whatever device there is.

    Where JAX sees no GPU, a sentence says so.
    """
    import jax

    platform = jax.devices()[0].platform
    if platform != "gpu" and not tiny:
        return f"### One GPU\n\nJAX sees none here, its device is {platform!r}; `--tiny` tries the benchmark itself.\n"
    torch = optional("torch")
    theirs = {"gpu": "cuda"}.get(platform, platform)
    if torch is None or (theirs == "cuda" and not torch.cuda.is_available()):
        print("PyTorch is not there, or sees no GPU: it is left out\n")
        torch = None
    parts = []
    for case in TINY if tiny else LARGE:
        for precision, in_torch in IN_TORCH.items():
            contenders: Contenders = {"barreleye, XLA": ours(case, platform, precision)}
            if torch is not None:
                torch.set_float32_matmul_precision(in_torch)
                contenders["PyTorch eager"] = pytorchs(case, theirs, compiled=False)
                contenders["torch.compile"] = pytorchs(case, theirs, compiled=True)
            network = "-".join(map(str, case.n))
            title = f"{network}, Adam, batch {case.batch:,}, products of {precision}: a step on {platform}"
            parts.append(table(title, interleave(present(contenders), 1 if tiny else 5), "barreleye, XLA", 1e-3, "ms"))
    return "\n".join(parts)


def ours(case: Case, device: str, precision: str) -> Seconds:
    """A step of ours, its data kept on the device."""
    told: dict[str, Any] = {"batch_size": case.batch, "steps": case.steps, "device": device, "precision": precision}
    return barreleye_step(Network(case.n, "relu", "softmax"), *data(case), **told)


def pytorchs(case: Case, device: str, compiled: bool) -> Seconds | None:
    """A step of PyTorch's, its data on the device as ours are."""
    told: dict[str, Any] = {"batch_size": case.batch, "steps": case.steps, "hidden": "relu", "optimizer": "adam"}
    return torch_step(case.n, *data(case), rate=1e-3, device=device, compiled=compiled, **told)


def data(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Rows of random numbers, and one-hot classes."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((case.m, case.n[0]), dtype=np.float32)
    return X, np.eye(case.n[-1], dtype=np.float32)[rng.integers(0, case.n[-1], case.m)]
