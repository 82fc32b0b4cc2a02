"""One fit: where it starts, what it asks of train(), and what of the run becomes the estimator's."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..nn.arrays import Array
from ..nn.network import cost, forward
from ..nn.quantities import Parameters
from ..nn.structure import Network, refuse_what_cannot_fit
from ..training.divergence import DivergenceError
from ..training.lbfgs import LBFGS
from ..training.loop import train
from ..training.members import each, member, stack
from ..training.step import State
from .attributes import attributes_of, parameters_of, state_of
from .callbacks import Hooks
from .compatibility import refuse_another_network, refuse_what_has_no_effect
from .convergence import NoImprovement
from .held_out import split, validation_arguments
from .options import heeded_rate, network_of, optimizer_of, schedule_of, starting_parameters
from .own_heads import check_own_head
from .recording import follow, memory_of
from .target_scale import TargetScale, target_scale


def fit(model: Any, X: Array, y: Any, sample_weight: Any, validation: Any, *, first: bool, incremental: bool) -> None:
    """Train on checked rows and labels, from scratch on a ``first`` fit, for one epoch on an ``incremental`` one."""
    refuse_what_has_no_effect(model, validation)
    if not first and hasattr(model, "_network"):  # coefs_ may have been set by hand
        refuse_another_network(model)
    network, rule = network_of(model, X.shape[1], model._head), optimizer_of(model)
    begin = starting_point if first else resting_point
    start = begin(model, network, rule, X.dtype)
    model.n_layers_, model._network, model._rule = network.L + 1, network, rule
    if getattr(model, "_seed", None) is None:
        model._seed = drawn_seed(model)

    epochs = 1 if incremental else int(model.max_iter)
    hooks = Hooks(model, X, y, sample_weight, 0 if isinstance(rule, LBFGS) else epochs)
    if model.early_stopping and validation is None:
        (X, y, sample_weight), validation = split(model, X, y, sample_weight)
    weights, Y = model._weights(y, sample_weight, X.dtype), model._targets(y, X.dtype)
    check_own_head(network.head, Y)
    scale = target_scale(Y, weights, network.head)
    settings: dict[str, Any] = {"weights": weights, "optimizer": rule, "engine": model.engine, "device": model.device}
    if not isinstance(model.init, str) or model.init != "auto":
        settings["initializer"] = model.init
    model.n_iter_ = 0
    if model.early_stopping and getattr(model, "validation_scores_", None) is None:
        model.validation_scores_ = []  # a warm start may be the first to stop early
    if isinstance(rule, LBFGS):
        minimise(model, network, X, Y, start, settings, hooks, scale)
        return

    m = X.shape[0]
    batch_size = rows_in_a_step(model.batch_size, m)
    steps_per_epoch = -(-m // batch_size)
    rate = heeded_rate(model.solver, model.learning_rate)
    t = int(start.t) if isinstance(start, State) else 0
    training = train(
        network,
        X,
        Y,
        **settings,
        **validation_arguments(model, validation, X.dtype),
        parameters=start,
        seed=model._seed,
        learning_rate=float(model.learning_rate_init),
        schedule=schedule_of(rate, model.power_t, m, steps_per_epoch, epochs, t, int(model.t_)),
        batch_size=batch_size,
        shuffle=bool(model.shuffle),
        epochs=epochs,
        every=steps_per_epoch,
        clip_norm=None if model.clip_norm is None else float(model.clip_norm),
        rules=[convergence(model, rate, incremental)],
    )
    follow(model, training, m, incremental, hooks, scale)


def rows_in_a_step(batch_size: Any, m: int) -> int:
    """The batch size of m rows, "auto" being 200, never more than there are."""
    size = min(200, m) if batch_size == "auto" else int(batch_size)
    if size > m:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped: "
            f"batch_size={size}, and there are {m} rows",
            stacklevel=7,
        )
    return min(size, m)


def convergence(model: Any, rate: Any, incremental: bool) -> NoImprovement:
    """When the fit has converged, as the parameters say it."""
    return NoImprovement(
        float(model.n_iter_no_change),
        float(model.tol),
        rate == "adaptive",
        bool(model.early_stopping),
        float(model.learning_rate_init),
        tuple(memory_of(model).items()),
        incremental,
        monitor="validation_score" if model.early_stopping else "cost",
        mode="max" if model.early_stopping else "min",
    )


# Where a fit begins


def drawn_seed(model: Any) -> int | tuple[int, ...]:
    """The seed of training, or one for each member, from ``random_state``."""
    largest = np.iinfo(np.int32).max
    if model.n_members == 1:
        return int(model._random_state.randint(largest))
    return tuple(model._random_state.randint(largest, size=model.n_members).tolist())


def starting_point(model: Any, network: Network, _: Any, dtype: Any) -> Parameters | None:
    """The starting weights of each member, drawn one after another; None where ``init`` draws them from the seeds."""
    refuse_what_cannot_fit(network, np.dtype(dtype).itemsize, model.n_members)
    drawn = [starting_parameters(network, model, model._random_state, dtype) for _ in range(model.n_members)]
    starts = [one for one in drawn if one is not None]
    return stack(starts) if len(starts) > 1 else drawn[0]


def resting_point(model: Any, network: Network, rule: Any, dtype: Any) -> Parameters | State:
    """Where a warm start or partial_fit goes on: the attributes' parameters, with the optimizer's memory."""
    if getattr(model, "_memory", None) is None or isinstance(rule, LBFGS) or type(rule) is not type(model._rule):
        return parameters_of(model, network, dtype)
    return state_of(model, network, dtype)


# By L-BFGS


def minimise(
    model: Any,
    network: Network,
    X: Array,
    Y: Array,
    start: Any,
    settings: dict[str, Any],
    hooks: Hooks,
    scale: TargetScale,
) -> None:
    """Fit by L-BFGS, the members one after another."""
    lasts, curves = [], []
    weights = settings["weights"]
    row = None if weights is None else np.asarray(weights, X.dtype).reshape(1, -1)
    for i, seed in enumerate(each(model._seed)):
        own = member(start, i) if isinstance(model._seed, tuple) else start
        steps = int(model.max_iter)
        try:
            *_, last = train(network, X, Y, **settings, parameters=own, seed=seed, steps=steps, every=steps)
        except DivergenceError as error:
            last = error.progress
            warnings.warn(str(error), ConvergenceWarning, stacklevel=7)
        with np.errstate(all="ignore"):
            trace = forward(network, last.parameters, X.T, weights=row)
            curves.append([*map(float, last.costs), float(cost(network, last.parameters, trace, Y.T, row))])
        lasts.append(last)
    longest = max(map(len, curves))
    curve = np.mean([np.pad(one, (0, longest - len(one)), "edge") for one in curves], axis=0).tolist()
    model.loss_, model.n_iter_ = curve[-1], max(last.step for last in lasts)
    model.loss_curve_ += curve
    model.t_ += len(Y) * model.n_iter_
    model.best_loss_ = min(model.loss_curve_)
    # L-BFGS keeps its curvature in SciPy: there is nothing to remember.
    states = [last.state._replace(optimizer=last.parameters.map(lambda _: ())) for last in lasts]
    model.__dict__.update(attributes_of(stack(states) if isinstance(model._seed, tuple) else states[0]))
    hooks.fit_ends(lambda: {})
    trouble = ""
    for last in lasts:
        if last.ending is None or last.ending.kind == "spent":
            why = last.stopped or f"it reached max_iter={model.max_iter}"
            trouble = (
                f"lbfgs failed to converge after {last.step} iteration(s): {why}. Increase the number of iterations "
                "or scale the data."
            )
            break
    if said := scale.told(trouble, model.loss_):
        warnings.warn(said, ConvergenceWarning, stacklevel=7)
