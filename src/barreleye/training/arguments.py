"""What the arguments of train() mean, checked: how long, how often, which optimizer, where to start, where to go on."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..nn.front import Numbers
from ..nn.initializers import Initializer
from ..nn.initializers import initializer as named_initializer
from ..nn.normalization import Averages
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.optimizers import optimizer as named_optimizer
from ..nn.quantities import Parameters
from ..nn.rows import named
from ..nn.schedules import Constant, Schedule
from ..nn.schedules import schedule as named_schedule
from ..nn.sparse import is_sparse
from ..nn.structure import Network
from ..nn.validation import choose, count
from ..words import Text, catalogue
from .batches import Source, Stream, Table, table
from .border import Rows, check_rows
from .lbfgs import LBFGS
from .members import Seed
from .passes import Passes, in_pieces
from .progress import Progress, Run
from .step import State
from .stopping import Rule

SAY = catalogue("training")

USUAL_EPOCHS = 200
USUAL_STREAM_STRETCH = 100
LOOKED_AT = 4096
"""Rows that are enough to tell how large a layer's Z is."""


def sources(
    network: Network,
    X: Any,
    Y: Any,
    weights: Any,
    validation: Any,
    dtype: Any,
    *,
    batch_size: int | None,
    shuffle: bool,
    seed: int,
    first_step: int,
) -> tuple[Source, Rows | None]:
    """What is trained on and what is only judged, checked, of one dtype."""
    wanted = None if dtype is None else float_dtype(dtype)
    source: Source
    names: tuple[str, ...] = ()
    if Y is None and in_pieces(X):
        if weights is not None or batch_size is None:
            raise ValueError(SAY["error.pieces"])
        source, names = Passes(X, network, batch_size, seed, shuffle, first_step, wanted), ()
    elif Y is None and isinstance(X, Iterable) and not hasattr(X, "shape"):
        if weights is not None or batch_size is not None:
            raise ValueError(SAY["error.stream_batches"])
        source = Stream(X, network, wanted, first_step)
        names = source.names
    elif Y is None:
        raise ValueError(SAY["error.no_Y"])
    else:
        X, names = (X, ()) if is_sparse(X) else named("X", X)
        rows = check_rows(network, X, Y, weights, dtype=wanted, names=names)
        source = table(rows, batch_size, seed, shuffle, first_step)
    if validation is None:
        return source, None
    if not (isinstance(validation, tuple | list) and len(validation) in (2, 3)):
        raise TypeError(SAY["error.validation"])
    return source, check_rows(network, *validation, dtype=source.dtype, what=SAY["validation_rows"], names=names)


def how_many_steps(source: Source, epochs: int | None, steps: int | None) -> int | None:
    """Updates in the whole run; None for a stream without a limit."""
    if steps is not None and epochs is not None:
        raise ValueError(SAY["error.epochs_and_steps"].filled(epochs=epochs, steps=steps))
    if steps is not None:
        return count("steps", steps)
    if math.isnan(source.steps_per_epoch):
        if epochs is not None:
            raise ValueError(SAY["error.stream_epochs"])
        return None
    return count("epochs", USUAL_EPOCHS if epochs is None else epochs) * source.steps_per_epoch


def how_often(source: Source, total: int | None, every: int | None) -> int:
    """Steps between two Progress."""
    if every is not None:
        return count("every", every)
    if math.isnan(source.steps_per_epoch):
        return USUAL_STREAM_STRETCH
    return source.steps_per_epoch if not source.full_batch else max(1, (total or 1) // 100)


def named_rule(optimizer: str | Optimizer | LBFGS, learning_rate: float | None) -> tuple[Optimizer | LBFGS, float]:
    """The optimizer and the learning rate it starts from."""
    if optimizer == "lbfgs" or isinstance(optimizer, LBFGS):
        if learning_rate is not None:
            raise ValueError(SAY["error.lbfgs_rate"].filled(learning_rate=learning_rate))
        return LBFGS() if isinstance(optimizer, str) else optimizer, 1.0
    if isinstance(optimizer, str):
        choose("optimizer", optimizer, {**OPTIMIZERS, "lbfgs": LBFGS})
    rule = named_optimizer(optimizer)
    return rule, rule.usual_learning_rate if learning_rate is None else learning_rate


def schedule_over(schedule: str | Schedule, steps: int | None) -> Schedule:
    """The schedule, spanning the run; ValueError where it has a name, and the run no end that it could span."""
    if steps is None and isinstance(schedule, str) and named_schedule(schedule, 1) != Constant():
        raise ValueError(SAY["error.endless_schedule"].filled(schedule=schedule))
    return named_schedule(schedule, steps or 1)


def refuse_what_lbfgs_cannot(network: Network, source: Source, schedule: Any, transforms: Any, seed: Seed) -> None:
    """L-BFGS compares costs across steps, so its cost must be one function of the parameters."""
    if not source.full_batch:
        raise ValueError(SAY["error.lbfgs_rows"])
    if network.dropout_layers:
        raise ValueError(SAY["error.lbfgs_dropout"])
    if schedule != "constant" or transforms:
        raise ValueError(SAY["error.lbfgs_steps"])
    if isinstance(seed, tuple):
        raise ValueError(SAY["error.lbfgs_seeds"].filled(seed=seed))


def looked_at_by(rule: str | Initializer | None, network: Network, source: Source) -> np.ndarray | None:
    """Some rows of the data, as columns, where starting weights look at them; None where nothing does."""
    looks = rule is not None and named_initializer(rule).looks
    ramps = network.front is not None and any(isinstance(p, Numbers) and p.wave == "ramp" for p in network.front.parts)
    if not (looks or ramps):
        return None
    rows = source.sample if isinstance(source, Passes) else source.rows if isinstance(source, Table) else None
    if rows is None or is_sparse(rows.X):
        raise ValueError(SAY["error.looks"].filled(rule=rule))
    return rows.X[:: 1 + len(rows.X) // LOOKED_AT].T


def refuse_batches_of_one(network: Network, source: Source) -> None:
    """A single row's Z is its own mean: batch norm makes 0 of it, whatever the weights."""
    if network.batch_norm_layers and source.batch_size == 1:
        raise ValueError(SAY["error.batches_of_one"])


def refuse_what_cannot_be_shared(network: Network, source: Source, seed: Seed) -> None:
    """A body in common takes several networks with hidden layers, whose batches all of them draw from one table."""
    if not isinstance(seed, tuple) or math.isnan(source.steps_per_epoch):
        raise ValueError(SAY["error.shared_seed"].filled(seed=seed))
    if network.L < 2 or network.batch_norm_layers:
        raise ValueError(SAY["error.shared_network"].filled(network=network))


def own_parameters(ours: Parameters, theirs: Parameters, dtype: Any) -> Parameters:
    """A user's starting parameters, copied; ValueError where an array is missing or has another shape than ours."""
    given = theirs.named()
    for name, p in ours.named().items():
        choose("starting parameter", name, given)
        if tuple(given[name].shape) != p.shape:
            raise ValueError(SAY["error.start_shape"].filled(name=name, given=tuple(given[name].shape), p=p))
        if not np.isfinite(np.asarray(given[name])).all():
            raise ValueError(SAY["error.start_nan"].filled(name=name))
    return ours.map(lambda _, p: np.array(p, dtype), theirs)


def own_state(ours: State, theirs: State, dtype: Any) -> State:
    """The state of an earlier run, copied; ValueError where its arrays are not those that this run would have."""
    parameters = own_parameters(ours.parameters, theirs.parameters, dtype)

    def forms(slots: Any) -> list[tuple[int, ...]]:
        return [tuple(slot.shape) for array in slots.arrays() for slot in array]

    if forms(ours.optimizer) != forms(theirs.optimizer):
        raise ValueError(SAY["error.other_optimizer"])
    memory = theirs.optimizer.map(lambda slots: tuple(np.array(slot, dtype) for slot in slots))
    averages = [{l: np.array(p, dtype) for l, p in part.items()} for part in theirs.averages]
    return State(parameters, memory, Averages(*averages), int(theirs.t))


def float_dtype(dtype: Any) -> np.dtype[Any]:
    """float32 or float64; ValueError for any other.

    >>> float_dtype("float32")
    dtype('float32')
    """
    try:
        wanted = np.dtype(dtype)
    except TypeError:
        wanted = None
    if wanted not in (np.float32, np.float64):
        raise ValueError(SAY["error.dtype"].filled(dtype=dtype))
    return np.dtype(wanted)


def resumed(
    resume: Progress | str | Path, begun: Run, settings: dict[str, Any], engine: str, total: int | None
) -> tuple[Run, str]:
    """The run to go on with and the engine it ran on; ValueError where the arguments are not those it began with.

    ``begun`` is the run that the arguments would start.
    """
    if isinstance(resume, Progress):
        run, saved, what = resume.fetched_run, resume.settings, SAY["run_to_resume"]
    elif not isinstance(resume, str | Path):
        raise TypeError(SAY["error.resume"].filled(resume=resume))
    else:
        from .checkpoint import load_checkpoint

        (run, saved), what = load_checkpoint(resume), Text(str(resume), str(resume))
    for key in settings | {key: None for key in saved if key.startswith("hash of ")}:
        if saved.get(key) != settings.get(key):
            raise ValueError(
                SAY["error.began_otherwise"].filled(what=what, key=key, had=saved.get(key), has=settings.get(key))
            )
    engine = saved["engine"] if engine == "auto" else engine
    if total is not None and run.state.t >= total:
        raise ValueError(SAY["error.made"].filled(what=what, total=total))

    def form(run: Run) -> dict[str, Any]:
        return {name: (tuple(p.shape), np.dtype(p.dtype)) for name, p in run.state.parameters.named().items()}

    if form(run) != form(begun):
        raise ValueError(SAY["error.other_parameters"].filled(what=what))
    slots = zip(begun.state.optimizer.arrays(), run.state.optimizer.arrays(), strict=True)
    memories = zip(begun.memories, run.memories, strict=False)
    if any(len(mine) > len(theirs) for mine, theirs in slots) or any(
        mine.keys() > set(theirs) for mine, theirs in memories
    ):
        raise ValueError(SAY["error.lacks_memory"].filled(what=what))
    if len(run.memories) != len(begun.memories):
        raise ValueError(SAY["error.other_rules"].filled(what=what, had=len(run.memories), has=len(begun.memories)))
    return run, engine


def refuse_blind_rules(rules: Sequence[Rule], has_validation: bool) -> None:
    """A rule that watches the validation rows needs some."""
    if isinstance(rules, Rule):
        raise TypeError(SAY["error.rules"].filled(rules=rules))
    for rule in rules:
        if not isinstance(rule, Rule):
            raise TypeError(SAY["error.no_rule"].filled(rule=rule))
        if rule.monitor.startswith("validation") and not has_validation:
            raise ValueError(SAY["error.blind_rule"].filled(rule=rule))
