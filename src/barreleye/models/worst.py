"""The rows that a model gets most wrong: a mistyped target, a rare case, or something that no column tells."""

from typing import Any, NamedTuple

import numpy as np

from ..data.frame import Frame
from ..nn.arrays import Array
from .model import Model
from .preparing import Prepared

SHOWN = 5


class Worst(NamedTuple):
    """A row with a large loss.

    row       its number in its file, counted from 1 below the heading
    truth     of each target
    answer    of each target
    loss      -log of the probability of the right class, or (y - y_hat)^2 / (2 variance), summed over the targets
    """

    row: int
    truth: tuple[Any, ...]
    answer: tuple[Any, ...]
    loss: float


def worst(ready: Prepared, model: Model, outputs: Array) -> list[Worst]:
    """The five judged rows with the largest loss, the largest first; outputs (m, n_y): the network's for those rows."""
    frame = ready.frame.take(ready.judged)
    return worst_of(model, frame, outputs, ready.numbers[ready.judged])[:SHOWN]


def worst_of(model: Model, frame: Frame, outputs: Array, numbers: Array) -> list[Worst]:
    """The rows of a frame that holds the targets, the largest loss first, by their numbers (m,)."""
    targets, answers = model.targets, model.answers(outputs)
    truth: list[Array]
    if targets.classes:
        y = [targets.indices(frame, i) for i in range(len(targets.names))]
        own = [P[np.arange(frame.m), of] for P, of in zip(answers, y, strict=True)]
        losses = -np.log(np.maximum(own, np.finfo(np.float64).tiny)).sum(axis=0)
        truth = [np.array(c, object)[of] for c, of in zip(targets.classes, y, strict=True)]
    else:
        Y = targets.decoded(targets.encode(frame))
        losses = (((Y - answers) / targets.scale) ** 2).sum(axis=1) / 2
        truth = list(Y.T)
    said = targets.answer(outputs).reshape(frame.m, -1)
    most = np.argsort(-losses, kind="stable").tolist()
    return [Worst(int(numbers[i]), tuple(own[i] for own in truth), tuple(said[i]), float(losses[i])) for i in most]
