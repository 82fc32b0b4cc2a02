"""One run of a training on a prepared table: its settings, and its progress.

>>> from ..data.builtin import load_dataset
>>> from .preparing import prepare, rows_of
>>> frame, target = rows_of(load_dataset("xor"))
>>> ready = prepare(frame, [target], kinds={"x1": "number"})
>>> *_, last = Settings(layers=(4,), epochs=3, engine="numpy").train(ready)
>>> last.epoch
3.0
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..data.targets import Task
from ..nn.activations import ACTIVATIONS
from ..nn.heads import SoftmaxHead
from ..nn.optimizers import OPTIMIZERS
from ..nn.rows import listed
from ..nn.schedules import SCHEDULES
from ..nn.structure import Network
from ..nn.validation import check, choose, count, fraction, nonnegative, positive
from ..training.divergence import DivergenceError
from ..training.engine import PRECISIONS
from ..training.hosts import hosts_of
from ..training.plan import planned
from ..training.progress import Progress
from ..training.run import Plan
from ..training.stopping import EarlyStopping, Monitor
from ..words import catalogue
from .calibration import tells
from .model import Model
from .preparing import Prepared
from .recipes import RECIPES, Recipe, front_of, members_of, recipe, with_setting
from .scores import METRICS, head_of, watched

SAY = catalogue("results")

OF_PLAIN = ("layers", "activation", "optimizer", "rate", "schedule", "clip", "batch", "patience", "l2", "dropout")
"""What a person who describes a network names; with batch_norm."""


TABLE = catalogue("table")

FULL_EPOCHS_ROWS = 100_000
"""Of a stream of more rows so many of each of a recipe's epochs are learnt from: new rows teach more than old ones."""
LOOK_STEPS = 1000
"""Between two looks at a stream, whose epochs may be long."""

CYCLES = (1 / 15, 3 / 15, 7 / 15, 1.0)
"""Of a run with the schedule coslog4: the shares at which its rate is 0."""


@dataclass(frozen=True)
class Settings:
    """What a training of a table may be told, in the words of ``train`` and ``Network``. None: as the recipe has it.

    recipe       "tuned", "tabm" or "plain"; None: "plain" where something of the network is told (layers, activation,
                 optimizer, rate, schedule, clip, batch, patience, l2, dropout, batch_norm), else "tuned"
    batch        rows in a step; 0: all of them
    patience     epochs without a better validation cost before it stops; 0: never
    metric       what counts: "log-loss", "accuracy" or "auc" for classes, "rmse" or "mae" for numbers
    members      networks trained at once, each with a seed of its own, whose mean answers; None: with "tuned" 8 up to
                 2,000 training rows, 4 up to 10,000, else 1, with "tabm" 8, and with "plain" 1
    time         seconds that it may take, about: fewer members, then fewer epochs
    refit        train once more on all rows but those of the test, for as many epochs as were best
    precision    of matrix products of float32 on a GPU, see ``train``
    processes    how many share each batch, or the hosts of one each, see ``train``
    more         further settings of the recipe and of its parts, by name: see ``recipes.with_setting``
    """

    layers: tuple[int, ...] | None = None
    activation: str | None = None
    optimizer: str | None = None
    rate: float | None = None
    schedule: str | None = None
    clip: float | None = None
    epochs: int | None = None
    batch: int | None = None
    patience: int | None = None
    l2: float | None = None
    dropout: float | None = None
    batch_norm: bool | None = None
    members: int | None = None
    seed: int = 0
    engine: str = "auto"
    device: str = "auto"
    recipe: str | None = None
    metric: str | None = None
    time: float | None = None
    refit: bool = False
    precision: str = "float32"
    processes: int | tuple[str, ...] = 1
    more: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        """Raise TypeError or ValueError for what can be known to be wrong before there is a table."""
        words = {"activation": ACTIVATIONS, "optimizer": (*OPTIMIZERS, "lbfgs"), "schedule": SCHEDULES}
        words |= {"engine": ("auto", "numpy", "xla"), "device": ("auto", "cpu", "gpu", "tpu")}
        words |= {
            "precision": PRECISIONS,
            "recipe": RECIPES,
            "metric": [name for names in METRICS.values() for name in names],
        }
        for name, known in words.items():
            if getattr(self, name) is not None:
                choose(name, getattr(self, name), dict.fromkeys(known))
        hosts_of(self.processes, self.device)
        whole = partial(count, least=0)
        checks: dict[str, Any] = {"rate": positive, "clip": positive, "time": positive, "l2": nonnegative}
        checks |= {"epochs": count, "members": count, "batch": whole, "patience": whole, "seed": whole}
        checks |= {"dropout": fraction}
        if self.optimizer == "lbfgs" and self.named != "plain":
            raise ValueError(SAY["error.lbfgs_recipe"].filled(it=self))
        check(self, **{name: checked for name, checked in checks.items() if getattr(self, name) is not None})

    @property
    def named(self) -> str:
        """The recipe's name."""
        told = [name for name in (*OF_PLAIN, "batch_norm") if getattr(self, name) is not None]
        return self.recipe or ("plain" if told else "tuned")

    def recipe_for(self, task: Task, rows: int) -> Recipe:
        """The recipe for so many training rows, with what was told in place of its own."""
        told = {name: getattr(self, name) for name in (*OF_PLAIN, "batch_norm", "epochs")}
        made = recipe(self.named, task, rows, **told)
        for name, value in self.more:
            made = with_setting(made, name, value)
        return replace(made, batch=0) if made.optimizer == "lbfgs" and self.batch is None else made

    def recipe_of(self, ready: Prepared) -> Recipe:
        """The recipe for that table; of a stream of many rows with fewer epochs, where nobody says how many."""
        rows = ready.totals[0]
        made = self.recipe_for(ready.targets.task, rows)
        if ready.stream is None or self.epochs is not None or rows <= FULL_EPOCHS_ROWS:
            return made
        return replace(made, epochs=max(1, made.epochs * FULL_EPOCHS_ROWS // rows))

    @property
    def coding(self) -> dict[str, Any]:
        """How the recipe wants a table prepared: arguments of ``prepare``."""
        own = RECIPES[self.named]["classification"]
        return {"numbered": own.levels is not None, "each_class": own.each_class, "clamped": own.clamped}

    @property
    def dtype(self) -> str:
        """Of the coded rows, and so of all that is computed from them."""
        return RECIPES[self.named]["classification"].dtype

    def members_for(self, rows: int) -> int:
        """How many networks are trained at once on so many rows."""
        return self.members or members_of(RECIPES[self.named]["classification"], rows)

    def network(self, ready: Prepared) -> Network:
        """The network for the coded columns and the targets."""
        made = self.recipe_of(ready)
        head, front = head_of(ready), front_of(ready.table, made)
        if head == "softmax":
            head = SoftmaxHead(self.smoothing_for(ready))
        if self.metric_for(ready) == "mae" and head == "identity":  # quantiles have the median among them
            head = "absolute_error"
        return Network(
            (ready.X.shape[1] if front is None else front.n_out, *made.layers, ready.targets.n_y),
            made.activation,
            head,
            batch_norm=made.batch_norm,
            keep_prob=1 - made.dropout,
            L2=made.l2,
            parametric=made.parametric,
            ntk=made.ntk,
            front=front,
        )

    def metric_for(self, ready: Prepared) -> str:
        """What counts; ValueError for a metric of the other task."""
        known = METRICS[ready.targets.task]
        if self.metric is not None and self.metric not in known:
            what = (SAY["error.classes"], SAY["error.numbers"])
            other, own = what if ready.targets.task == "regression" else what[::-1]
            names = listed(ready.targets.names)
            raise ValueError(
                SAY["error.metric"].filled(it=self, other=other, names=names, own=own, known=", ".join(known))
            )
        return self.metric or known[0]

    def smoothing_for(self, ready: Prepared) -> float | None:
        """How much of the labels is smoothed: for accuracy, and for log-loss where too few rows calibrate."""
        made, metric = self.recipe_of(ready), self.metric_for(ready)
        if metric == "accuracy":
            return made.smoothing
        amount = made.smoothing_uncalibrated if metric == "log-loss" else None
        if amount is None or tells(ready.targets, ready.frame.take(ready.parts.validation)):
            return None
        return amount

    def judged_by(self, ready: Prepared) -> str:
        """The score of the rows set aside by which the best epoch is chosen; "cost": the network's own loss there."""
        metric = self.metric_for(ready)
        own = (self.named == "plain" and self.metric is None) or watched(ready, metric, ready.parts.validation) is None
        return "cost" if own else "log-loss" if metric == "auc" else metric

    def score_of(self, ready: Prepared) -> str | None:
        """The name of the score of the rows set aside; None for that of quantiles, which has none."""
        judged = self.judged_by(ready)
        usual = {"classification": "accuracy", "regression": None if ready.targets.quantiles else "R2"}
        return usual[ready.targets.task] if judged == "cost" else judged

    def train(self, ready: Prepared) -> Iterator[Progress]:
        """Train on the training rows; the validation rows, if there are any, say which epoch was best."""
        return self.within(ready)._train(ready, ready.parts.train, ready.parts.validation)

    def again(self, ready: Prepared, last: Progress) -> Iterator[Progress]:
        """Train once more, on the validation rows too, as far as the epoch that ``last`` kept.

        Where the rate goes in cycles, as far as the end of that one: within it nothing says which step is a good one.

        Where ``time`` is told, ask it of what ``within`` returned, and train that: it has the members and epochs.
        """
        best = last.step if last.restored is None else last.restored.step
        made = self.recipe_of(ready)
        share = best / last.step * last.epoch
        ends = [end * made.epochs for end in CYCLES if made.schedule == "coslog4" and end * made.epochs >= share]
        share = min([math.ceil(end) for end in ends], default=share)
        rows = np.sort(np.concatenate([ready.parts.train, ready.parts.validation]))
        for progress in self._train(ready, rows, rows[:0]):
            yield progress
            if progress.epoch >= share - 1e-9:
                return

    def _train(self, ready: Prepared, part: np.ndarray, aside: np.ndarray) -> Iterator[Progress]:
        return self.plan(ready, fold(ready, part, aside)).progress()

    def plan(self, ready: Prepared, on: "Fold") -> Plan:
        """What would be trained on those rows, judged by those set aside."""
        *what, options = self.arguments(ready, on)
        return planned(*what, **options)

    def arguments(self, ready: Prepared, on: "Fold | None" = None) -> tuple[Network, Any, Any, dict[str, Any]]:
        """What ``train`` is asked for: the network, X, Y, and the other arguments by their names.

        on    None: the training rows, judged by the validation rows
        """
        on = on or fold(ready, ready.parts.train, ready.parts.validation)
        made = self.recipe_of(ready)
        members = self.members_for(ready.totals[0])
        full = made.batch == 0 or made.optimizer == "lbfgs"
        score = None if self.judged_by(ready) == "cost" else watched(ready, self.metric_for(ready), on.aside)
        by: Monitor = "validation_cost" if score is None else "validation_score"
        rows: tuple[Any, Any] = on.rows[0], on.rows[1]
        weights = on.rows[2] if len(on.rows) > 2 else None
        m, looks = len(on.rows[0]), 1
        if ready.stream is not None:
            if full:
                raise ValueError(TABLE["error.stream_full"].filled(what=f"batch={made.batch}, {made.optimizer}"))
            stream = ready.stream.of((0,) if on.aside.size else (0, 1), on.rows)
            rows, weights, m = (stream, None), None, sum(stream.sizes)
            looks = -(-m // (min(made.batch or 1, m) * LOOK_STEPS))
        rules = [EarlyStopping(patience=(made.patience or 0) * looks or None, monitor=by)]
        options = {
            "weights": weights,
            "validation": on.held_out if on.aside.size else None,
            "optimizer": made.optimizer,
            "learning_rate": made.rate,
            "schedule": made.schedule,
            "clip_norm": made.clip,
            "transforms": made.transforms,
            "dropout_schedule": made.dropout_schedule,
            "batch_size": None if full else min(made.batch or 1, m),
            "epochs": made.epochs,
            "every": 1 if made.optimizer == "lbfgs" else LOOK_STEPS if looks > 1 else None,
            "rules": rules if on.aside.size and (made.patience or self.named != "plain") else [],
            "score": score,
            "initializer": made.initializer,
            "seed": self.seed if members == 1 else tuple(range(self.seed, self.seed + members)),
            "shared": made.shared and members > 1,
            "engine": self.engine,
            "device": self.device,
            "precision": self.precision,
            "processes": self.processes,
        }
        return self.network(ready), *rows, options

    def within(self, ready: Prepared) -> "Settings":
        """The settings with as many members and epochs as ``time`` allows, by the time that a few epochs take.

        Without ``time`` they are returned as they are.
        """
        if self.time is None:
            return self
        epochs = self.recipe_of(ready).epochs
        members = self.members_for(ready.totals[0])
        trial = replace(self, time=None, members=1, epochs=3)
        seconds = list[float]()
        with suppress(DivergenceError):  # the training itself will tell of it
            for one in trial._train(replace(ready, stream=None), ready.parts.train, ready.parts.validation):
                seconds.append(one.seconds)
        more = ready.totals[0] / len(ready.parts.train)  # rows of a stream than here
        each = more * (seconds[-1] - seconds[0]) / max(len(seconds) - 1, 1) or 1e-4
        left = max(self.time - seconds[-1], 0) / (2 if self.refit else 1)
        affordable = max(1, int(left / each))  # epochs of one network
        members = max(1, min(members, affordable // epochs))
        return replace(self, time=None, members=members, epochs=min(epochs, affordable // members))


class Fold(NamedTuple):
    """Rows to train on and rows set aside, by their numbers, and coded: X, Y and their weights, if they have any."""

    part: np.ndarray
    aside: np.ndarray
    rows: tuple[np.ndarray, ...]
    held_out: tuple[np.ndarray, ...]


def fold(ready: Prepared, part: np.ndarray, aside: np.ndarray) -> Fold:
    """Those rows of a table, coded once for all that are trained on them."""
    return Fold(part, aside, ready.data(part), ready.data(aside))


def refitted(model: Model, again: Sequence[Progress]) -> Model:
    """The model with the parameters of a run on more rows, if there was one; what rows set aside have told stays."""
    if not again:
        return model
    averages = None if model.averages is None else again[-1].averages
    return replace(model, parameters=again[-1].parameters, averages=averages)
