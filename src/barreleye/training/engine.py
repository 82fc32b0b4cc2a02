"""What the training loop asks of an engine. Two answer: NumPy's (numpy_engine.py) and XLA's (xla_engine.py)."""

from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

from ..nn.arrays import Array
from ..nn.network import forward
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..words import Text, catalogue
from .border import Rows
from .interruption import Interrupted, never
from .step import Recipe, State

SAY = catalogue("training")


class Ending(NamedTuple):
    """Why a run is over before all its steps are made: what a program goes by, and the words for people.

    kind    "converged", "stuck" (no step of L-BFGS lowers the cost) or "spent" (its evaluations are), "rule", "stream",
            "interrupted" or "diverged"
    """

    kind: Literal["converged", "stuck", "spent", "rule", "stream", "interrupted", "diverged"]
    said: Text


STREAM_ENDED = Ending("stream", SAY["ended.stream"])


Placed: TypeAlias = Any
"""A state where an engine computes, in its own form: what ``place`` makes and ``fetch`` reads, with its count t."""


PRECISIONS = {"float32": "highest", "tf32": "TF32_TF32_F32", "bfloat16": "BF16_BF16_F32"}
"""How coarse matrix products of float32 arrays may be on a GPU, and what JAX calls that."""


class Stretch(NamedTuple):
    """What a few steps brought: the state after them, J before each update, and whether all of it is finite.

    costs is shorter than was asked for when there was nothing more to do (``ended`` says why), when Ctrl-C was pressed,
    or when a cost was not finite: then that cost is the last.
    """

    state: Placed
    costs: np.ndarray
    finite: bool
    ended: Ending | None = None


class Engine(Protocol):
    """Runs ``step`` over a source of batches."""

    name: str

    def place(self, state: State) -> Placed:
        """The state where the engine computes: as its own arrays, on its device."""
        ...

    def fetch(self, state: Placed) -> State:
        """The state as NumPy arrays."""
        ...

    def run(self, recipe: Recipe, state: Placed, steps: int, interrupted: Interrupted = never) -> Stretch:
        """Up to ``steps`` steps from ``state``, whose t says which batches come next; fewer once it is interrupted."""
        ...

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        """J, its gradients and batch norm's statistics over all rows at once, as NumPy arrays; no update is made."""
        ...

    def evaluate(self, recipe: Recipe, state: Placed, rows: Rows) -> tuple[float, np.ndarray]:
        """The loss without penalties, and Y_hat as rows (m, n_y), on data that is not trained on."""
        ...


def total_loss(
    network: Network, parameters: Parameters, averages: Averages, X: Array, Y: Array, weights: Array
) -> tuple[Array, Array]:
    """sum over samples of weight * loss, and Y_hat, for columns X and Y: the part of evaluation that engines share."""
    trace = forward(network, parameters, X, averages=averages if network.batch_norm_layers else None)
    return (weights * network.head.judge.loss(trace.Z[network.L], Y)).sum(), trace.Y_hat


def row_weights(rows: Rows) -> np.ndarray:
    """The rows' weights (m,), ones when there are none."""
    return np.ones(rows.X.shape[0], rows.X.dtype) if rows.weights is None else rows.weights


def seed_word(seed: int) -> Any:
    """A seed of any size as the uint32 array of shape (1,) that dropout masks hash.

    >>> seed_word(0).shape
    (1,)
    """
    return np.random.SeedSequence(seed).generate_state(1)
