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
from .batches import Source, Stream, Table, table
from .border import Rows, check_rows
from .lbfgs import LBFGS
from .members import Seed
from .passes import Passes, in_pieces
from .progress import Progress, Run
from .step import State
from .stopping import Rule

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
            raise ValueError(
                "rows in pieces have weights of their own and come in batches: pass batch_size=, no weights="
            )
        source, names = Passes(X, network, batch_size, seed, shuffle, first_step, wanted), ()
    elif Y is None and isinstance(X, Iterable) and not hasattr(X, "shape"):
        if weights is not None or batch_size is not None:
            raise ValueError(
                "a stream's batches are used as they come: leave batch_size out, and yield (X, Y, weights)"
            )
        source = Stream(X, network, wanted, first_step)
        names = source.names
    elif Y is None:
        raise ValueError("Y is missing: pass train(network, X, Y), or an iterable of batches (X, Y) as X")
    else:
        X, names = (X, ()) if is_sparse(X) else named("X", X)
        rows = check_rows(network, X, Y, weights, dtype=wanted, names=names)
        source = table(rows, batch_size, seed, shuffle, first_step)
    if validation is None:
        return source, None
    if not (isinstance(validation, tuple | list) and len(validation) in (2, 3)):
        raise TypeError("validation must be a tuple (X, Y) or (X, Y, weights) of rows that are not trained on")
    return source, check_rows(network, *validation, dtype=source.dtype, what="validation ", names=names)


def how_many_steps(source: Source, epochs: int | None, steps: int | None) -> int | None:
    """Updates in the whole run; None for a stream without a limit."""
    if steps is not None and epochs is not None:
        raise ValueError(f"epochs={epochs!r} and steps={steps!r} are both given: pass one of them")
    if steps is not None:
        return count("steps", steps)
    if math.isnan(source.steps_per_epoch):
        if epochs is not None:
            raise ValueError("a stream has no epochs: pass steps=, or nothing to use all of it")
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
            raise ValueError(f"learning_rate={learning_rate!r}: L-BFGS chooses its own step lengths; leave it out")
        return LBFGS() if isinstance(optimizer, str) else optimizer, 1.0
    if isinstance(optimizer, str):
        choose("optimizer", optimizer, {**OPTIMIZERS, "lbfgs": LBFGS})
    rule = named_optimizer(optimizer)
    return rule, rule.usual_learning_rate if learning_rate is None else learning_rate


def schedule_over(schedule: str | Schedule, steps: int | None) -> Schedule:
    """The schedule, spanning the run; ValueError where it has a name, and the run no end that it could span."""
    if steps is None and isinstance(schedule, str) and named_schedule(schedule, 1) != Constant():
        raise ValueError(
            f"schedule={schedule!r} spans the whole run, and a stream does not say how long it is: pass steps=, or a "
            "schedule with a span of its own, such as barreleye.nn.schedules.Cosine(steps=10_000)"
        )
    return named_schedule(schedule, steps or 1)


def refuse_what_lbfgs_cannot(network: Network, source: Source, schedule: Any, transforms: Any, seed: Seed) -> None:
    """L-BFGS compares costs across steps, so its cost must be one function of the parameters."""
    if not source.full_batch:
        raise ValueError("optimizer='lbfgs' needs all rows in every step: leave batch_size out, and pass X and Y whole")
    if network.dropout_layers:
        raise ValueError("optimizer='lbfgs' needs the same cost at every step, and dropout changes it: use L2, or adam")
    if schedule != "constant" or transforms:
        raise ValueError("optimizer='lbfgs' chooses its own step lengths: leave schedule, clip_norm and transforms out")
    if isinstance(seed, tuple):
        raise ValueError(f"optimizer='lbfgs' minimises one network at a time: call train() for each of seed={seed}")


def looked_at_by(rule: str | Initializer | None, network: Network, source: Source) -> np.ndarray | None:
    """Some rows of the data, as columns, where starting weights look at them; None where nothing does."""
    looks = rule is not None and named_initializer(rule).looks
    ramps = network.front is not None and any(isinstance(p, Numbers) and p.wave == "ramp" for p in network.front.parts)
    if not (looks or ramps):
        return None
    rows = source.sample if isinstance(source, Passes) else source.rows if isinstance(source, Table) else None
    if rows is None or is_sparse(rows.X):
        raise ValueError(f"initializer={rule!r} looks at rows that are all there: pass X and Y as dense arrays")
    return rows.X[:: 1 + len(rows.X) // LOOKED_AT].T


def refuse_batches_of_one(network: Network, source: Source) -> None:
    """A single row's Z is its own mean: batch norm makes 0 of it, whatever the weights."""
    if network.batch_norm_layers and source.batch_size == 1:
        raise ValueError(
            "batch norm compares the rows of a step with each other, and batch_size=1 has but one: every normalised Z "
            "would be 0. Take batches of at least 2 rows, or leave batch norm out"
        )


def refuse_what_cannot_be_shared(network: Network, source: Source, seed: Seed) -> None:
    """A body in common takes several networks with hidden layers, whose batches all of them draw from one table."""
    if not isinstance(seed, tuple) or math.isnan(source.steps_per_epoch):
        raise ValueError(f"shared=True with seed={seed!r}: pass one seed for each network, and data that is all there")
    if network.L < 2 or network.batch_norm_layers:
        raise ValueError(f"shared=True and {network!r}: a body in common has hidden layers, and no batch norm in them")


def own_parameters(ours: Parameters, theirs: Parameters, dtype: Any) -> Parameters:
    """A user's starting parameters, copied; ValueError where an array is missing or has another shape than ours."""
    given = theirs.named()
    for name, p in ours.named().items():
        choose("starting parameter", name, given)
        if tuple(given[name].shape) != p.shape:
            raise ValueError(
                f"starting parameter {name} has shape {tuple(given[name].shape)} where {p.shape} is expected"
            )
        if not np.isfinite(np.asarray(given[name])).all():
            raise ValueError(f"starting parameter {name} holds NaN or infinity")
    return ours.map(lambda _, p: np.array(p, dtype), theirs)


def own_state(ours: State, theirs: State, dtype: Any) -> State:
    """The state of an earlier run, copied; ValueError where its arrays are not those that this run would have."""
    parameters = own_parameters(ours.parameters, theirs.parameters, dtype)

    def forms(slots: Any) -> list[tuple[int, ...]]:
        return [tuple(slot.shape) for array in slots.arrays() for slot in array]

    if forms(ours.optimizer) != forms(theirs.optimizer):
        raise ValueError("the state to start from belongs to another optimizer: pass its parameters alone")
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
        raise ValueError(f"dtype={dtype!r} is not supported; choose one of: float32, float64")
    return np.dtype(wanted)


def resumed(
    resume: Progress | str | Path, begun: Run, settings: dict[str, Any], engine: str, total: int | None
) -> tuple[Run, str]:
    """The run to go on with and the engine it ran on; ValueError where the arguments are not those it began with.

    ``begun`` is the run that the arguments would start.
    """
    if isinstance(resume, Progress):
        run, saved, what = resume.fetched_run, resume.settings, "the run to resume"
    elif not isinstance(resume, str | Path):
        raise TypeError(f"resume={resume!r:.60} must be a Progress, or the path of a checkpoint")
    else:
        from .checkpoint import load_checkpoint

        (run, saved), what = load_checkpoint(resume), str(resume)
    for key in settings | {key: None for key in saved if key.startswith("hash of ")}:
        if saved.get(key) != settings.get(key):
            raise ValueError(
                f"{what} began with {key}={saved.get(key)!r}, and this run has {key}={settings.get(key)!r}: a run goes "
                "on with what it began with. To begin another from its state: parameters=progress.state, or "
                "load_checkpoint(path)[0].state"
            )
    engine = saved["engine"] if engine == "auto" else engine
    if total is not None and run.state.t >= total:
        raise ValueError(f"{what} has made its {total} steps already: ask for more epochs or steps")

    def form(run: Run) -> dict[str, Any]:
        return {name: (tuple(p.shape), np.dtype(p.dtype)) for name, p in run.state.parameters.named().items()}

    if form(run) != form(begun):
        raise ValueError(f"{what} has parameters of another shape or dtype than its network: restore it from a copy")
    slots = zip(begun.state.optimizer.arrays(), run.state.optimizer.arrays(), strict=True)
    memories = zip(begun.memories, run.memories, strict=False)
    if any(len(mine) > len(theirs) for mine, theirs in slots) or any(
        mine.keys() > set(theirs) for mine, theirs in memories
    ):
        raise ValueError(f"{what} lacks a part of what its optimizer or its rules remember: begin it anew")
    if len(run.memories) != len(begun.memories):
        raise ValueError(f"{what} had {len(run.memories)} rules and this one has {len(begun.memories)}: pass the same")
    return run, engine


def refuse_blind_rules(rules: Sequence[Rule], has_validation: bool) -> None:
    """A rule that watches the validation rows needs some."""
    if isinstance(rules, Rule):
        raise TypeError(f"rules={rules!r} must be a list of rules: pass rules=[{rules!r}]")
    for rule in rules:
        if not isinstance(rule, Rule):
            raise TypeError(
                f"rules holds {rule!r}, which is no Rule; pass for instance rules=[EarlyStopping(patience=10)]"
            )
        if rule.monitor.startswith("validation") and not has_validation:
            raise ValueError(f"{rule!r} watches {rule.monitor}: pass validation=(X, Y), or monitor='cost'")
