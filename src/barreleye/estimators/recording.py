"""What a run leaves in the estimator: the curves, epoch by epoch, and in the end the parameters and the memory."""

import math
import warnings
from functools import partial
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from ..training.divergence import DivergenceError
from ..training.progress import Progress
from .attributes import attributes_after, attributes_of
from .callbacks import Hooks
from .target_scale import TargetScale


def follow(model: Any, training: Any, m: int, incremental: bool, hooks: Hooks, scale: TargetScale) -> None:
    """Every epoch of a run of m rows, recorded as scikit-learn records it; then the parameters it ended with."""
    last: Progress | None = None
    trouble, called_off = "", False
    hooks.epoch_begins()
    try:
        for last in training:
            if last.ending is not None and last.ending.kind == "diverged":
                continue
            record(model, last, m)
            if hooks.epoch_ends(partial(attributes_after, last)):
                called_off = True
                training.close()
                break
            if last.ending is None and not incremental and model.n_iter_ < model.max_iter:
                hooks.epoch_begins()
    except DivergenceError as error:
        trouble = str(error)
    assert last is not None
    keep(model, last, incremental)
    hooks.fit_ends(lambda: {})
    if trouble:
        model.loss_curve_.append(math.nan)
        if model.validation_scores_ is not None:
            model.validation_scores_.append(math.nan)
    elif last.ending is None and not incremental and not called_off:
        trouble = (
            f"Stochastic Optimizer: Maximum iterations ({model.max_iter}) reached and the optimization hasn't "
            "converged yet."
        )
    if said := scale.told(trouble, math.nan if incremental or called_off else model.loss_):
        warnings.warn(said, ConvergenceWarning, stacklevel=7)
    if model.verbose and last.stopped:
        print(last.stopped + " Stopping.")


def record(model: Any, progress: Progress, m: int) -> None:
    """One epoch's loss, and its validation loss and score where there are any."""
    model.n_iter_ += 1
    model.t_ += m
    measured = progress.measured
    model.loss_ = measured.cost
    model.loss_curve_.append(model.loss_)
    if model.verbose:
        print(f"Iteration {model.n_iter_}, loss = {model.loss_:.8f}")
    if measured.validation_cost is not None:
        if model.validation_loss_curve_ is None:
            model.validation_loss_curve_ = []
        model.validation_loss_curve_.append(measured.validation_cost)
    scores = getattr(model, "validation_scores_", None)  # scikit-learn's attributes may be set by hand
    if scores is not None and measured.validation_score is not None:
        scores.append(measured.validation_score)
        if model.verbose:
            print(f"Validation score: {measured.validation_score:f}")


def keep(model: Any, progress: Progress, incremental: bool) -> None:
    """The parameters and the memory of the end of a run; with early stopping, the best parameters."""
    memory = progress.run.memories[0]
    model._no_improvement_count = int(memory["since"])
    model._factor = memory["factor"]
    state, best = progress.state, progress.run.best
    if not model.early_stopping:
        model.best_loss_ = memory["best"]
    else:
        model.best_validation_score_ = -memory["best"]
        if best is not None and not incremental:
            state = state._replace(parameters=best.parameters, averages=best.averages)
    model.__dict__.update(attributes_of(state))


def memory_of(model: Any) -> dict[str, float]:
    """What an earlier fit left for the criterion of convergence."""
    best = model.best_validation_score_ if model.early_stopping else model.best_loss_
    if best is None:
        return {}
    signed = -best if model.early_stopping else best
    return {
        "best": float(signed),
        "since": float(model._no_improvement_count),
        "factor": getattr(model, "_factor", 1.0),
    }
