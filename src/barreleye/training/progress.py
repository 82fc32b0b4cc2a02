"""What training reports: Progress, and Run, from which it can go on."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from .engine import Ending, Engine
from .step import State, with_number


class Measured(NamedTuple):
    """What a look found, as Progress tells it."""

    cost: float
    validation_cost: float | None = None
    validation_score: float | None = None


class Best(NamedTuple):
    """The parameters that an early-stopping rule liked best so far, when that was, and what was measured then."""

    parameters: Parameters
    averages: Averages
    step: int
    measured: Measured


class Run(NamedTuple):
    """All that a run needs in order to go on as if it had never stopped.

    state          a State, or an engine's own form of it, which ``Engine.fetch`` reads
    rate_factor    what rules have made of the learning rate so far
    memories       what each rule remembers, in the order of the rules
    """

    state: Any
    rate_factor: float = 1.0
    memories: tuple[dict[str, float], ...] = ()
    best: Best | None = None


@dataclass(frozen=True)
class Progress:
    """Where training stands after a stretch of steps (an epoch, or ``every`` steps).

    step                updates made since the beginning
    epoch               passes over the data made, a fraction within one; nan for a stream
    costs               J before each update of this stretch, with penalties and dropout: (steps,)
    cost                the mean of ``costs``, each as often as its batch has rows; for full batches their last
    validation_cost     mean loss on the validation rows, without penalties or dropout; None without such rows
    validation_score    the score on the validation rows; None without
    restored            the best of an earlier step, where the run has ended and a rule kept it; else None
    measured            these three numbers as they were at this step, for a curve: where the best parameters are
                        restored, the three above are those of the parameters that are held
    learning_rate       the rate of the last update
    seconds             since training began, compilation and validation included
    engine              "numpy" or "xla", and why that one, in ``engine_reason``
    ending              why this Progress is the last; None when it is not, or when all steps are done; ``stopped`` is
                        the same in words

    Of several networks trained at once, costs are means, and validation is of the mean of their Y_hat.

    >>> from barreleye.training.loop import train
    >>> *_, progress = train(Network((1, 1)), [[0.0], [1.0]], [0, 1], steps=10, every=5, learning_rate=0.5)
    >>> progress.step, len(progress.costs), progress.parameters.W[1].shape
    (10, 5, (1, 1))
    """

    step: int
    epoch: float
    costs: np.ndarray
    measured: Measured
    learning_rate: float
    seconds: float
    network: Network
    run: Run
    engine: str
    engine_reason: str
    settings: dict[str, Any]
    ending: Ending | None = None
    restored: Best | None = None
    _engine: Engine | None = None

    @property
    def cost(self) -> float:
        return self._held.cost

    @property
    def validation_cost(self) -> float | None:
        return self._held.validation_cost

    @property
    def validation_score(self) -> float | None:
        return self._held.validation_score

    @property
    def stopped(self) -> str | None:
        return None if self.ending is None else self.ending.said

    @property
    def _held(self) -> Measured:
        return self.measured if self.restored is None else self.restored.measured

    @cached_property
    def fetched_run(self) -> Run:
        """The run with its state as NumPy arrays, as a checkpoint keeps it; nothing in it is restored."""
        return self.run if self._engine is None else self.run._replace(state=self._engine.fetch(self.run.state))

    @cached_property
    def state(self) -> State:
        """Parameters, optimizer memory and running averages as NumPy arrays: the best ones where they were restored."""
        state = self.fetched_run.state
        if self.restored is not None:
            state = state._replace(parameters=self.restored.parameters, averages=self.restored.averages)
        return state

    @property
    def parameters(self) -> Parameters:
        """W, b, gamma and beta as NumPy arrays."""
        return self.state.parameters

    @property
    def averages(self) -> Averages:
        """Batch norm's running averages as NumPy arrays, as ``predict`` takes them."""
        return self.state.averages

    def with_number(self, name: str, place: tuple[int, int], value: float) -> "Progress":
        """This moment with one number of its parameters set by hand, to go on from with ``resume=``.

        >>> from barreleye.training.loop import train
        >>> progress = next(train(Network((1, 1)), [[0.0], [1.0]], [0, 1], every=5)).with_number("W[1]", (0, 0), 2)
        >>> progress.step, progress.parameters.W[1]
        (5, array([[2.]]))
        """
        run = self.fetched_run
        return replace(self, run=run._replace(state=with_number(run.state, name, place, value)), _engine=None)

    def without_arrays(self) -> "Progress":
        """What a curve needs of it: the arrays of a network's every epoch, kept, would fill the memory."""
        return replace(self, run=self.run._replace(state=None, best=None), restored=None, _engine=None)

    def __repr__(self) -> str:
        parts = [f"step {self.step}", f"cost {self.cost:.6g}"]
        if self.validation_cost is not None:
            parts.append(f"validation cost {self.validation_cost:.6g}")
        if self.validation_score is not None:
            parts.append(f"validation score {self.validation_score:.4g}")
        if self.restored:
            parts.append(f"parameters of step {self.restored.step}")
        if self.stopped:
            parts.append(f"stopped: {self.stopped}")
        return f"Progress({', '.join(parts)})"


def remember(history: list[Progress], progress: Progress) -> None:
    """Put a Progress at the end of a history, in which the last alone keeps its arrays.

    >>> from barreleye.training.loop import train
    >>> history: list[Progress] = []
    >>> for progress in train(Network((1, 1)), [[0.0], [1.0]], [0, 1], steps=4, every=2):
    ...     remember(history, progress)
    >>> [one.step for one in history], history[0].run.state, history[-1].parameters.W[1].shape
    ([2, 4], None, (1, 1))
    """
    if history:
        history[-1] = history[-1].without_arrays()
    history.append(progress)
