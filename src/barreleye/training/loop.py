"""train(): a generator of Progress. The caller owns the loop: ``break`` stops, not asking pauses, the body logs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..nn.initializers import Initializer
from ..nn.network import initialize
from ..nn.optimizers import GradientDescent, Optimizer
from ..nn.quantities import Parameters
from ..nn.rows import data_dtype, named
from ..nn.schedules import Schedule
from ..nn.schedules import schedule as named_schedule
from ..nn.structure import Network, refuse_what_cannot_fit
from .arguments import (
    USUAL_STREAM_STRETCH,
    float_dtype,
    how_many_steps,
    how_often,
    named_rule,
    new_engine,
    own_parameters,
    own_state,
    refuse_batches_of_one,
    refuse_blind_rules,
    refuse_what_lbfgs_cannot,
    resumed,
)
from .batches import Source, Stream, Table, table
from .border import check_rows
from .engine_choice import choose_engine
from .lbfgs import LBFGS, LBFGSEngine
from .members import Seed, checked_seed, each, stack
from .progress import Progress, Run
from .run import Training
from .scores import score as named_score
from .step import Recipe, State, first_state
from .stopping import Rule


def train(
    network: Network,
    X: Any,
    Y: Any = None,
    *,
    weights: Any = None,
    validation: tuple[Any, ...] | None = None,
    optimizer: str | Optimizer | LBFGS = "adam",
    learning_rate: float | None = None,
    schedule: str | Schedule = "constant",
    batch_size: int | None = None,
    shuffle: bool = True,
    epochs: int | None = None,
    steps: int | None = None,
    every: int | None = None,
    rules: Sequence[Rule] = (),
    score: str | Callable[[np.ndarray, np.ndarray], float] | None = None,
    clip_norm: float | None = None,
    averaging: float = 0.9,
    parameters: Parameters | State | None = None,
    initializer: str | Initializer | None = None,
    seed: int | Sequence[int] = 0,
    dtype: Any = None,
    engine: str = "auto",
    device: str = "auto",
    resume: "Run | str | Path | None" = None,
) -> Iterator[Progress]:
    """Minimise the network's cost over rows X (m, n[0]) and Y (m, n[L]); yields a Progress for each stretch of steps.

    X, Y            arrays or frames of rows, or dictionaries of columns; or X an iterable of batches (X, Y) or
                    (X, Y, weights), used as they come, and no Y. Columns with names are found by them in every part
    weights         sample weights (m,): a weight of 2 is a sample seen twice
    validation      (X, Y) or (X, Y, weights) that is not trained on: a cost and a score at each Progress
    optimizer       by name ("gd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lbfgs") or as an object
    learning_rate   alpha; None: the optimizer's usual one
    schedule        a factor for alpha as a function of the step, by name (spanning the run) or as an object
    batch_size      rows in a step; None: all of them
    shuffle         whether each epoch has an order of its own; False: the rows come as they are
    epochs, steps   how long: passes over the data, or updates; neither: 200 epochs, or until a stream ends
    every           steps between two Progress; None: an epoch, or a hundredth of a full-batch run
    rules           EarlyStopping, Target, ReduceOnPlateau from barreleye.training.stopping, or your own
    score           "accuracy", "r2", ... or a function (Y, Y_hat) -> float of rows, for ``validation``
    clip_norm       the largest norm of all gradients together; None: no clipping
    averaging       the share that batch norm's running averages keep at each step
    parameters      where to start; None: drawn by ``initializer`` (see ``initialize``) from ``seed``. The ``state`` of
                    another Progress brings its optimizer's memory and count of steps along, to go on with other data
    seed            decides starting weights, shuffles and dropout masks. Several seeds, (3, 5, 8): as many networks at
                    once, each as its seed alone would make it. Arrays of parameters have a leading axis for them, here
                    and in Progress; costs are their mean, and validation judges the mean of their Y_hat
    dtype           float32 or float64; None: float32 for float32 data, else float64
    engine          "numpy", "xla", or "auto": whichever is estimated to be done sooner
    device          for XLA: "auto", "cpu", "gpu" or "tpu"
    resume          a checkpoint's path, or ``progress.run``: go on from there, bit for bit, with the same arguments

    Errors in the arguments are raised at once, before the first Progress is asked for. DivergenceError when a cost is
    not finite, after a last Progress with the last finite parameters. Ctrl-C ends the run with a Progress as well.

    >>> network = Network((2, 4, 1), "tanh", "sigmoid")
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> for progress in train(network, X, Y, learning_rate=0.1, steps=300, every=100):
    ...     pass
    >>> progress.step, bool(progress.cost < 0.1)
    (300, True)
    """
    source: Source
    own_seed: Seed = checked_seed(seed)
    seeds = each(own_seed)
    if Y is None and isinstance(X, Iterable) and not hasattr(X, "shape"):
        if weights is not None or batch_size is not None:
            raise ValueError(
                "a stream's batches are used as they come: leave batch_size out, and yield (X, Y, weights)"
            )
        source = Stream(X, network, None if dtype is None else float_dtype(dtype))
        dtype, names = source.dtype, source.names
    else:
        if Y is None:
            raise ValueError("Y is missing: pass train(network, X, Y), or an iterable of batches (X, Y) as X")
        X, names = named("X", X)
        dtype = data_dtype(X) if dtype is None else float_dtype(dtype)
        first_step = int(parameters.t) if isinstance(parameters, State) else 0
        rows = check_rows(network, X, Y, weights, dtype=dtype, names=names)
        source = table(rows, batch_size, seeds[0], shuffle, first_step)
    if validation is not None and not (isinstance(validation, tuple | list) and len(validation) in (2, 3)):
        raise TypeError("validation must be a tuple (X, Y) or (X, Y, weights) of rows that are not trained on")
    held_out = None
    if validation is not None:
        held_out = check_rows(network, *validation, dtype=dtype, what="validation ", names=names)

    wanted = how_many_steps(source, epochs, steps)
    total = None if wanted is None else wanted + (source.first_step if isinstance(source, Table) else 0)
    rule, rate = named_rule(optimizer, learning_rate)
    recipe = Recipe(
        network,
        GradientDescent() if isinstance(rule, LBFGS) else rule,
        rate,
        named_schedule(schedule, wanted or USUAL_STREAM_STRETCH),
        clip_norm,
        averaging,
    )
    if isinstance(rule, LBFGS):
        refuse_what_lbfgs_cannot(network, source, schedule, clip_norm, own_seed)
    refuse_batches_of_one(network, source)
    refuse_blind_rules(rules, held_out is not None)
    chosen_score = named_score(score, network.head)
    settings = {
        "network": repr(network),
        "optimizer": repr(rule),
        "batch_size": source.batch_size if isinstance(source, Table) else None,
        "m": source.m if isinstance(source, Table) else None,
        "first_step": source.first_step if isinstance(source, Table) else 0,
        "seed": list(seeds) if isinstance(own_seed, tuple) else own_seed,
        "dtype": str(dtype),
    }
    refuse_what_cannot_fit(network, np.dtype(dtype).itemsize, len(seeds))
    drawn = [initialize(network, one, initializer, dtype) for one in seeds]
    starting = stack(drawn) if isinstance(own_seed, tuple) else drawn[0]
    run = Run(first_state(recipe, starting), memories=tuple(r.start() for r in rules))
    if isinstance(parameters, State):
        run = run._replace(state=own_state(run.state, parameters, dtype))
    elif parameters is not None:
        run = run._replace(state=first_state(recipe, own_parameters(run.state.parameters, parameters, dtype)))
    if resume is not None:
        run, engine = resumed(resume, run, settings, engine)
        if total is not None and run.state.t >= total:
            raise ValueError(f"the run to resume has made its {total} steps already: ask for more epochs or steps")

    a_step = source.batch_size if isinstance(source, Table) else 0
    name, reason = choose_engine(engine, recipe, a_step, wanted, dtype, device, len(seeds))
    runner = new_engine(name, source, own_seed, device)
    if isinstance(rule, LBFGS):
        runner = LBFGSEngine(rule, runner)
    training = Training(
        recipe=recipe,
        source=source,
        engine=runner,
        reason=reason,
        run=run._replace(state=runner.place(run.state)),
        rules=tuple(
            r if r.mode or r.monitor != "validation_score" else replace(r, mode=chosen_score.mode) for r in rules
        ),
        held_out=held_out,
        score=chosen_score,
        total=total,
        every=how_often(source, wanted, every),
        settings={**settings, "engine": name},
        seed=own_seed,
    )
    return training.progress()
