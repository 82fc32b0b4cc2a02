"""What train() would do, decided: its arguments checked, its rows and its starting point made, nothing begun."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..nn.initializers import Initializer
from ..nn.network import initialize
from ..nn.optimizers import GradientDescent, Optimizer
from ..nn.quantities import Parameters
from ..nn.schedules import Schedule
from ..nn.sparse import is_sparse
from ..nn.structure import Network, refuse_what_cannot_fit
from ..nn.validation import choose, positive
from .arguments import (
    how_many_steps,
    how_often,
    looked_at_by,
    named_rule,
    own_parameters,
    own_state,
    refuse_batches_of_one,
    refuse_blind_rules,
    refuse_what_cannot_be_shared,
    refuse_what_lbfgs_cannot,
    resumed,
    schedule_over,
    sources,
)
from .batches import Stream, Table
from .engine import PRECISIONS
from .engine_choice import choose_engine
from .hosts import hosts_of
from .lbfgs import LBFGS
from .members import checked_seed, each, stack
from .passes import Passes
from .progress import Progress, Run
from .run import Plan
from .scale import warn_of_another_scale
from .scores import Score
from .scores import score as named_score
from .step import Recipe, State, first_state
from .stopping import Rule
from .transforms import Clip, Transform


def planned(
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
    score: str | Score | Callable[[np.ndarray, np.ndarray], float] | None = None,
    clip_norm: float | None = None,
    transforms: Sequence[Transform] = (),
    dropout_schedule: str | Schedule = "constant",
    averaging: float = 0.9,
    parameters: Parameters | State | None = None,
    initializer: str | Initializer | None = None,
    seed: int | Sequence[int] = 0,
    shared: bool = False,
    dtype: Any = None,
    engine: str = "auto",
    device: str = "auto",
    precision: str = "float32",
    processes: int | Sequence[str] = 1,
    resume: Progress | str | Path | None = None,
) -> Plan:
    """The plan of ``train`` with the same arguments, which says what they are and what is raised.

    >>> planned(Network((2, 1)), [[0.0, 1.0], [1.0, 0.0]], [0, 1], epochs=3).total
    3
    """
    choose("precision", precision, PRECISIONS)
    hosts = hosts_of(processes, device)
    seed = checked_seed(seed)
    first_step = int(parameters.t) if isinstance(parameters, State) else 0
    source, held_out = sources(
        network,
        X,
        Y,
        weights,
        validation,
        dtype,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=each(seed)[0],
        first_step=first_step,
    )
    dtype = source.dtype
    rows_here = source.sample if isinstance(source, Passes) else source.rows if isinstance(source, Table) else None
    if held_out is not None and rows_here is not None:
        warn_of_another_scale(rows_here.X, held_out.X)
    wanted = how_many_steps(source, epochs, steps)
    total = None if wanted is None else wanted + source.first_step
    rule, rate = named_rule(optimizer, learning_rate)
    first_order = GradientDescent() if isinstance(rule, LBFGS) else rule
    clip = [] if clip_norm is None else [Clip(positive("clip_norm", clip_norm))]
    chain = clip + [transform.over(wanted or 1) for transform in transforms]
    dropping = schedule_over(dropout_schedule, wanted)
    factor = schedule_over(schedule, wanted)
    recipe = Recipe(network, first_order, rate, factor, tuple(chain), averaging, dropping, shared)
    if shared:
        refuse_what_cannot_be_shared(network, source, seed)
    if isinstance(rule, LBFGS):
        refuse_what_lbfgs_cannot(network, source, schedule, chain, seed)
    refuse_batches_of_one(network, source)
    refuse_blind_rules(rules, held_out is not None)
    refuse_what_cannot_fit(network, dtype.itemsize, len(each(seed)))
    chosen_score = named_score(score, network.head)

    looked_at = looked_at_by(initializer, network, source)
    drawn = [initialize(network, one, initializer, dtype, looked_at) for one in each(seed)]
    run = Run(first_state(recipe, stack(drawn) if isinstance(seed, tuple) else drawn[0]))
    run = run._replace(memories=tuple(r.start() for r in rules))
    if isinstance(parameters, State):
        run = run._replace(state=own_state(run.state, parameters, dtype))
    elif parameters is not None:
        run = run._replace(state=first_state(recipe, own_parameters(run.state.parameters, parameters, dtype)))
    settings = {
        "network": repr(network),
        "optimizer": repr(rule),
        "seed": list(seed) if isinstance(seed, tuple) else seed,
        "dtype": str(dtype),
    }
    settings |= source.settings() | ({"shared": True} if shared else {})
    if resume is not None:
        run, engine = resumed(resume, run, settings, engine, total)
        if isinstance(source, Stream):
            source.begin(run.state.t)

    m = source.m if isinstance(source, Table) else 0
    sparse = isinstance(source, Table) and is_sparse(source.rows.X)
    every = how_often(source, wanted, every)
    stretches = -(-(wanted or 0) // every)
    rows, members = source.batch_size or 0, len(each(seed))
    name, reason = choose_engine(engine, recipe, rows, wanted, dtype, device, members, m, stretches, sparse, len(hosts))
    return Plan(
        recipe=recipe,
        source=source,
        run=run,
        rules=tuple(
            r if r.mode or r.monitor != "validation_score" else replace(r, mode=chosen_score.mode) for r in rules
        ),
        held_out=held_out,
        score=chosen_score,
        total=total,
        every=every,
        seed=seed,
        settings={**settings, "engine": name},
        asked=engine,
        engine=name,
        reason=reason,
        device=device,
        precision=precision,
        hosts=hosts,
        lbfgs=rule if isinstance(rule, LBFGS) else None,
    )
