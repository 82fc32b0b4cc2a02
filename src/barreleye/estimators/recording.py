"""A run followed epoch by epoch, as scikit-learn tells of it; and what it has made in the end."""

import math
import warnings
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from ..training.divergence import DivergenceError
from ..training.progress import Progress
from .attributes import Fitted, History, Memory, attributes_of
from .callbacks import Hooks
from .options import Options, optimizer_of
from .target_scale import TargetScale


def follow(
    options: Options,
    training: Iterator[Progress],
    before: Fitted,
    m: int,
    incremental: bool,
    hooks: Hooks,
    scale: TargetScale,
) -> Fitted:
    """What ``before`` has become by a run on m rows: all of its history, and the parameters that it ended with."""
    last: Progress | None = None
    history, trouble, called_off = deepcopy(before.history), "", False

    def now(progress: Progress) -> dict[str, Any]:
        return attributes_of(after(options, before, progress, history))

    hooks.epoch_begins()
    try:
        for last in training:
            if last.ending is not None and last.ending.kind == "diverged":
                continue
            history.add(last.measured, m)
            if options.verbose:
                print(f"Iteration {history.n_iter}, loss = {history.loss:.8f}")
                if history.validation_scores is not None and last.measured.validation_score is not None:
                    print(f"Validation score: {last.measured.validation_score:f}")
            if hooks.epoch_ends(partial(now, last)):
                called_off = True
                break
            if last.ending is None and not incremental and history.n_iter < options.max_iter:
                hooks.epoch_begins()
    except DivergenceError as error:
        trouble = error.said("learning_rate_init")
    assert last is not None
    if trouble:
        history.loss_curve.append(math.nan)
        if history.validation_scores is not None:
            history.validation_scores.append(math.nan)
    elif last.ending is None and not incremental and not called_off:
        trouble = (
            f"Stochastic Optimizer: Maximum iterations ({options.max_iter}) reached and the optimization hasn't "
            "converged yet."
        )
    fitted = after(options, before, last, history, best=options.early_stopping and not incremental)
    hooks.fit_ends(lambda: attributes_of(fitted))
    if said := scale.told(trouble, math.nan if incremental or called_off else history.loss):
        warnings.warn(said, ConvergenceWarning, stacklevel=7)
    if options.verbose and last.stopped:
        print(last.stopped + " Stopping.")
    return fitted


def after(options: Options, before: Fitted, progress: Progress, history: History, best: bool = False) -> Fitted:
    """What ``before`` is after this Progress, with the latest parameters or, as early stopping asks, the best ones."""
    memory, state, kept = progress.run.memories[0], progress.state, progress.run.best
    parameters, averages = (kept.parameters, kept.averages) if best and kept else (state.parameters, state.averages)
    best_so_far: Any = (
        {"best_validation_score": -memory["best"]} if options.early_stopping else {"best_loss": memory["best"]}
    )
    history, rule = replace(history, **best_so_far), type(optimizer_of(options))
    remembered = Memory(rule, state.optimizer, int(state.t), memory["since"], memory["factor"])
    made = before._replace(parameters=parameters, averages=averages, memory=remembered, history=history)
    return made._replace(ending=progress.ending)
