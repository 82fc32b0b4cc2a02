"""A fit of an MLP as the record of a run, which a history keeps where one listens."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from ..data.fingerprint import fingerprint
from ..data.frame import frame_of
from ..models.entry import Record, entered
from ..models.record import origin, state_of
from ..models.worth import plain
from ..nn.sparse import is_sparse
from ..training.lbfgs import LBFGS
from .attributes import Fitted
from .fitting import Asked
from .options import Options


def run_of(options: Options, asked: Asked) -> AbstractContextManager[Callable[[Callable[[], Record]], None]]:
    """The run that a fit is to a history, as ``entered`` has it; a partial_fit is a part of one, and told to nobody."""
    return nullcontext(lambda _: None) if asked.incremental else entered(lambda: beginning_of(options, asked))


def beginning_of(options: Options, asked: Asked) -> Record:
    """What is known of a fit before it."""
    X, y, weights = asked.rows
    arrays = [X.data, X.indices, X.indptr] if is_sparse(X) else [X]
    arrays += [np.asarray(y)] + ([] if weights is None else [weights])
    settings = {name: getattr(value, "__name__", value) for name, value in options.get_params(deep=False).items()}
    settings["seed"] = settings.pop("random_state")
    names = ["y"] if np.ndim(y) == 1 else [f"y{i + 1}" for i in range(np.shape(y)[1])]
    return {
        "kind": "fit",
        "source": type(options).__name__,
        "fingerprint": fingerprint(*(frame_of(array.reshape(len(array), -1)) for array in arrays)),
        "target": {"names": names},
        "task": asked.learnt.targets.task,
        "rows": {"train": len(y)},
        "settings": plain(settings),
        "network": repr(asked.network),
        **origin(),
    }


def ending_of(fitted: Fitted) -> Record:
    """What has become of a fit: its curves, and the score of the rows set aside, or the cost where there are none."""
    history, best = fitted.history, fitted.history.best_validation_score
    score = (
        {"name": "cost", "value": history.loss} if best is None else {"name": "best validation score", "value": best}
    )
    costs = measured(history.loss_curve)
    first = 0 if fitted.memory is not None and fitted.memory.rule is LBFGS else 1  # L-BFGS tells of its start, too
    curves: dict[str, Any] = {"epoch": list(range(first, first + len(costs))), "cost": costs}
    watched = {"validation cost": history.validation_loss_curve, "validation score": history.validation_scores}
    for name, values in watched.items():
        if values:  # a warm start may be the first fit that watches rows
            known = measured(values)
            curves[name] = [None] * (len(costs) - len(known)) + known
    stopped = None if fitted.ending is None else fitted.ending.said
    return plain(
        {
            "state": state_of(fitted.ending),
            "score": score,
            "training": {"epochs": history.n_iter, "cost": history.loss, "stopped": stopped},
            "curves": curves,
        }
    )


def measured(curve: Sequence[float]) -> list[float]:
    """A curve without the NaN that stands in it for a divergence.

    >>> measured([0.5, float("nan")])
    [0.5]
    """
    return [value for value in curve if not math.isnan(value)]
