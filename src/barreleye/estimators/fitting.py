"""One fit: where it starts, what it asks of train(), and what comes of it."""

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..models.record import state_of
from ..nn.arrays import Array
from ..nn.network import cost, forward
from ..nn.quantities import Parameters
from ..nn.structure import Network, refuse_what_cannot_fit
from ..training.divergence import DivergenceError
from ..training.lbfgs import LBFGS
from ..training.loop import train
from ..training.members import Seed, each, member, stack
from ..training.progress import Progress
from ..training.step import State
from .attributes import Fitted, History, Memory, attributes_of
from .callbacks import Hooks
from .convergence import NoImprovement
from .held_out import Rows, split, validation_arguments
from .options import Options, heeded_rate, optimizer_of, schedule_of, starting_parameters
from .own_heads import check_own_head
from .recording import follow
from .target_scale import TargetScale, target_scale
from .targets import Learnt


class Asked(NamedTuple):
    """One fit that is asked for, everything in it checked.

    rows           X, y and the sample weights
    held_out       the user's own rows to watch
    before         the fit to go on from; None: a first one
    incremental    one pass over these rows, as by partial_fit
    weigh          (y, sample_weight, dtype) -> weights of rows, the classes' own included
    """

    options: Options
    network: Network
    learnt: Learnt
    rows: Rows
    held_out: Rows | None
    constants: Array
    before: Fitted | None
    incremental: bool
    weigh: Callable[[Any, Any, Any], Any]


def fit(asked: Asked, random: np.random.RandomState) -> Fitted:
    """Train, from scratch or from where ``before`` stands; random numbers are drawn in scikit-learn's order."""
    options, network, rows, held_out, before = asked.options, asked.network, asked.rows, asked.held_out, asked.before
    rule, dtype, stopping = optimizer_of(options), rows[0].dtype, bool(options.early_stopping)
    start = starting_point(options, network, random, dtype) if before is None else before.start(rule)
    seed = before.seed if before is not None and before.seed is not None else drawn_seed(options, random)
    history = History.new(stopping) if before is None else deepcopy(before.history)
    history.n_iter = 0
    if stopping and history.validation_scores is None:
        history.validation_scores = []  # a warm start may be the first to stop early

    epochs = 1 if asked.incremental else int(options.max_iter)
    hooks = Hooks(options, *rows, 0 if isinstance(rule, LBFGS) else epochs)
    if stopping and held_out is None:
        fraction, strata = options.validation_fraction, asked.learnt.strata(rows[1])
        rows, held_out = split(rows, strata, fraction, drawn(random))
    X, y, weights = rows
    weights, Y = asked.weigh(y, weights, dtype), asked.learnt.encode(y, dtype)
    check_own_head(network.head, Y)
    scale = target_scale(Y, weights, network.head)
    settings: dict[str, Any] = {
        "weights": weights,
        "optimizer": rule,
        "engine": options.engine,
        "device": options.device,
    }
    if not isinstance(options.init, str) or options.init != "auto":
        settings["initializer"] = options.init
    memory = None if before is None else before.memory
    begun = Fitted(asked.learnt, asked.constants, network, seed, Parameters({}, {}, {}, {}), None, memory, history)
    if isinstance(rule, LBFGS):
        return minimise(options, begun, X, Y, start, settings, hooks, scale)

    m = X.shape[0]
    batch_size = rows_in_a_step(options.batch_size, m)
    steps_per_epoch = -(-m // batch_size)
    rate = heeded_rate(options.solver, options.learning_rate)
    t = int(start.t) if isinstance(start, State) else 0
    training = train(
        network,
        X,
        Y,
        **settings,
        **validation_arguments(options, asked.learnt, held_out, dtype),
        parameters=start,
        seed=seed,
        learning_rate=float(options.learning_rate_init),
        schedule=schedule_of(rate, options.power_t, m, steps_per_epoch, epochs, t, history.t),
        batch_size=batch_size,
        shuffle=bool(options.shuffle),
        epochs=epochs,
        every=steps_per_epoch,
        clip_norm=None if options.clip_norm is None else float(options.clip_norm),
        rules=[convergence(options, rate, begun, asked.incremental)],
    )
    return follow(options, training, begun, m, asked.incremental, hooks, scale)


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


def convergence(options: Options, rate: Any, begun: Fitted, incremental: bool) -> NoImprovement:
    """When the fit has converged, as the parameters say it, and what an earlier one left for it to remember."""
    stopping, history, memory = bool(options.early_stopping), begun.history, begun.memory
    best = history.best_validation_score if stopping else history.best_loss
    remembered = {} if best is None else {"best": -best if stopping else best}
    remembered |= {} if best is None or memory is None else {"since": memory.since, "factor": memory.factor}
    return NoImprovement(
        float(options.n_iter_no_change),
        float(options.tol),
        rate == "adaptive",
        stopping,
        float(options.learning_rate_init),
        tuple((name, float(value)) for name, value in remembered.items()),
        incremental,
        monitor="validation_score" if stopping else "cost",
        mode="max" if stopping else "min",
    )


# Where a fit begins


def drawn(random: np.random.RandomState, size: int | None = None) -> Any:
    """A seed, or several."""
    return random.randint(np.iinfo(np.int32).max, size=size)


def drawn_seed(options: Options, random: np.random.RandomState) -> Seed:
    """The seed of training, or one for each member."""
    return int(drawn(random)) if options.n_members == 1 else tuple(drawn(random, options.n_members).tolist())


def starting_point(options: Options, network: Network, random: np.random.RandomState, dtype: Any) -> Parameters | None:
    """The starting weights of each member, drawn one after another; None where ``init`` draws them from the seeds."""
    refuse_what_cannot_fit(network, np.dtype(dtype).itemsize, options.n_members)
    starts = [starting_parameters(network, options, random, dtype) for _ in range(options.n_members)]
    own = [one for one in starts if one is not None]
    return stack(own) if len(own) > 1 else starts[0]


# By L-BFGS


def minimise(
    options: Options,
    begun: Fitted,
    X: Array,
    Y: Array,
    start: Any,
    settings: dict[str, Any],
    hooks: Hooks,
    scale: TargetScale,
) -> Fitted:
    """Fit by L-BFGS, the members one after another."""
    lasts: list[Progress] = []
    curves, history, network, steps = [], deepcopy(begun.history), begun.network, int(options.max_iter)
    weights, seed = settings["weights"], begun.seed
    several = isinstance(seed, tuple)
    row = None if weights is None else np.asarray(weights, X.dtype).reshape(1, -1)
    for i, own_seed in enumerate(each(seed or 0)):
        own = member(start, i) if several else start
        try:
            *_, last = train(network, X, Y, **settings, parameters=own, seed=own_seed, steps=steps, every=steps)
        except DivergenceError as error:
            last = error.progress
            warnings.warn(error.said("learning_rate_init"), ConvergenceWarning, stacklevel=7)
        with np.errstate(all="ignore"):
            trace = forward(network, last.parameters, X.T, weights=row)
            curves.append([*map(float, last.costs), float(cost(network, last.parameters, trace, Y.T, row))])
        lasts.append(last)
    longest = max(map(len, curves))
    curve = np.mean([np.pad(one, (0, longest - len(one)), "edge") for one in curves], axis=0).tolist()
    history.loss, history.n_iter = curve[-1], max(last.step for last in lasts)
    history.loss_curve += curve
    history.t += len(Y) * history.n_iter
    history.best_loss = min(history.loss_curve)
    numbers = [(last.parameters, last.averages) for last in lasts]
    parameters, averages = stack(numbers) if several else numbers[0]
    # L-BFGS keeps its curvature in SciPy: there are no arrays to remember.
    memory = Memory(LBFGS, parameters.map(lambda _: ()), max(int(last.state.t) for last in lasts))
    ending = next((last.ending for last in lasts if state_of(last.ending) != "done"), lasts[-1].ending)
    fitted = begun._replace(parameters=parameters, averages=averages, memory=memory, history=history, ending=ending)
    hooks.fit_ends(lambda: attributes_of(fitted))
    trouble = ""
    for last in lasts:
        if last.ending is None or last.ending.kind == "spent":
            why = last.stopped or f"it reached max_iter={options.max_iter}"
            trouble = (
                f"lbfgs failed to converge after {last.step} iteration(s): {why}. Increase the number of iterations "
                "or scale the data."
            )
            break
    if said := scale.told(trouble, history.loss):
        warnings.warn(said, ConvergenceWarning, stacklevel=7)
    return fitted
