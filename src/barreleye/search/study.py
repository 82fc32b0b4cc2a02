"""A search for good settings of a recipe: Optuna asks and tells, the trials train side by side.

What a trial is worth is measured on rows set aside, in every fold where there are several, at the epoch that was best
there. The rows that the score at the end comes from are in none of it.

>>> from ..data.builtin import load_dataset
>>> from ..models.preparing import prepare, rows_of
>>> frame, target = rows_of(load_dataset("moons"))
>>> settings = Settings(recipe="plain", epochs=10)
>>> study = Study(prepare(frame, [target]), settings, {"rate": [0.001, 0.1, "log"]}, sampler="grid", trials=4)
>>> trials = list(study.run())
>>> len(trials), study.found().best.settings["rate"] > 0.002
(4, True)
"""

import math
import os
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from ..files.tensors import FileError, whole
from ..models.preparing import Prepared
from ..models.run import Fold, Settings, fold
from ..models.scores import is_better_higher
from ..models.worth import plain
from ..nn.validation import choose, count, positive
from ..training.interruption import listening
from ..training.progress import Progress
from ..training.run import Plan
from ..training.together import Together, structure_of
from ..words import catalogue
from ..words.extras import extras
from .space import Space, at_edge, described, ends, grid, space_of

SAY = catalogue("results")

with extras():
    import optuna
    from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
    from optuna.samplers import BaseSampler, CmaEsSampler, GridSampler, QMCSampler, RandomSampler, TPESampler
    from optuna.storages import BaseStorage, JournalStorage, get_storage
    from optuna.storages.journal import JournalFileBackend
    from optuna.trial import TrialState

RUNGS = 10
"""Of a run: so often the trials are compared, where some may be given up."""
BATCH = {"tpe": 8, "cmaes": 8}
"""Trials that are asked for at once by samplers that learn from those before; of the others as many as below."""
AT_ONCE = 64
OVER = (TrialState.COMPLETE, TrialState.PRUNED)
TELLING = 10
"""Fewer trials to the end say too little of what mattered."""


class Grid(GridSampler):
    """Optuna's, without its wish to stop a loop that is not Optuna's; no more points are asked for than it has."""

    def after_trial(self, *_: Any) -> None:
        pass


SAMPLERS: dict[str, Callable[[Space, int, int], BaseSampler]] = {
    "grid": lambda space, trials, seed: Grid(grid(space, trials), seed=seed),
    "random": lambda space, trials, seed: RandomSampler(seed=seed),
    "quasi-random": lambda space, trials, seed: QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False),
    "tpe": lambda space, trials, seed: TPESampler(seed=seed),
    "cmaes": lambda space, trials, seed: CmaEsSampler(seed=seed, warn_independent_sampling=False),
}
PRUNERS: dict[str, Callable[[], BasePruner]] = {
    "none": NopPruner,
    "median": lambda: MedianPruner(n_startup_trials=5, n_warmup_steps=2),
    "hyperband": lambda: HyperbandPruner(min_resource=1, max_resource=RUNGS, reduction_factor=3),
}


class Trial(NamedTuple):
    """A trial that is over.

    state    "done", "pruned" (given up, for others were better by then) or "diverged"
    value    of the measure, the mean over the folds; None unless it is done
    epochs   that it made, the mean over the folds
    """

    number: int
    settings: Mapping[str, Any]
    state: Literal["done", "pruned", "diverged"]
    value: float | None
    epochs: float


class Found(NamedTuple):
    """What a search has found.

    measure       what was compared, on rows set aside: "log-loss", "accuracy", ..., or "cost"
    higher        whether more of it is better
    best          None while no trial is done
    importance    of each setting, shares of 1, the largest first; empty while too few trials are done to tell
    edges         {setting: "low" or "high"} where the best is at that end of its range
    """

    measure: str
    higher: bool
    trials: tuple[Trial, ...]
    best: Trial | None
    importance: Mapping[str, float]
    edges: Mapping[str, str]

    def values(self) -> dict[str, Any]:
        """As JSON values."""
        best = None if self.best is None else plain(self.best._asdict())
        found: dict[str, Any] = plain({**self._asdict(), "trials": [one._asdict() for one in self.trials]})
        return {**found, "best": best}


def ranked(trials: Iterable[Trial], higher: bool) -> list[Trial]:
    """Those that are done, the best first."""
    done = [one for one in trials if one.value is not None]
    return sorted(done, key=lambda one: one.value or 0.0, reverse=higher)


class Study:
    """Trials of settings for one prepared table.

    settings    of the recipe, for what the space does not name; each trial is one network of it
    space       see ``space_of``; None: the recipe's own
    sampler     "grid", "random", "quasi-random", "tpe" or "cmaes"
    pruner      "none", "median" or "hyperband": who is given up before its end
    trials      in all, those of other processes and earlier days on the same study included
    minutes     that a call of ``run`` may take
    folds       of cross-validation on all rows but those of the test; 1: the rows set aside anyway
    storage     where trials are kept: a file, a URL of a database, as Optuna takes it; None: in memory
    name        of the study there: another process with the same name takes part in it

    ``points`` is how many there are on a grid, None without one; where trials are fewer, they are drawn among them.

    Raises TypeError or ValueError for what cannot be meant, also where the study there was begun otherwise.
    """

    def __init__(
        self,
        ready: Prepared,
        settings: Settings,
        space: Mapping[str, Any] | str | Path | None = None,
        *,
        sampler: str = "tpe",
        pruner: str = "median",
        trials: int = 50,
        minutes: float | None = None,
        folds: int = 1,
        storage: str | Path | None = None,
        name: str = "search",
    ) -> None:
        self.ready, self.settings = ready, replace(settings, members=1, refit=False, time=None)
        self._place = storage or name
        self.space = space_of(settings.named, space, ready.targets.task)
        make, prune = choose("sampler", sampler, SAMPLERS), choose("pruner", pruner, PRUNERS)
        self.points = math.prod(map(len, grid(self.space, trials).values())) if sampler == "grid" else None
        trials = trials if self.points is None else min(trials, self.points)
        self.trials, self._minutes = count("trials", trials), None if minutes is None else positive("minutes", minutes)
        self._batch = BATCH.get(sampler, AT_ONCE)
        self.measure = self.settings.judged_by(ready)
        self.folds = folds_of(ready, count("folds", folds), self.settings.seed)
        self._refuse_what_cannot_be_tried()
        with quiet():
            kept = storage_of(storage)
            with self._whole():
                self.study = optuna.create_study(storage=kept, study_name=name, load_if_exists=True, pruner=prune())
                there = self.study.get_trials(deepcopy=False, states=OVER)
            begun = self.study.user_attrs.get("begun")
            facts = {"measure": self.measure, "rows": len(ready.X), "targets": list(ready.targets.names)}
            facts |= {"recipe": settings.named, "folds": len(self.folds)}
            facts |= {f"space of {key}": described(one) for key, one in self.space.items()}
            if begun not in (None, facts):
                odd = next(key for key in {**begun, **facts} if begun.get(key) != facts.get(key))
                before, now = (one.get(odd, "nothing") for one in (begun, facts))
                raise ValueError(SAY["error.other_study"].filled(name=name, odd=odd, before=before, now=now))
            if odd := [one.number for one in there if one.distributions != self.space]:
                raise FileError(SAY["error.torn_study"].filled(storage=storage, number=odd[0]))
            with self._whole():
                self.study.set_user_attr("begun", facts)
            others = [] if storage is None else [len(self.study.trials), os.getpid() if begun else 0]
            seed = int(np.random.SeedSequence([self.settings.seed, *others]).generate_state(1)[0])
            self.study.sampler = make(self.space, self.trials, seed)

    def _whole(self) -> AbstractContextManager[None]:
        """Where what was kept is read: a study that was damaged is a FileError."""
        return whole(self._place, "study")

    def _refuse_what_cannot_be_tried(self) -> None:
        """Plan a training for each end and choice of the space, so that none fails after others were made."""
        for name, distribution in self.space.items():
            for value in ends(distribution):
                try:
                    with_settings(self.settings, {name: value}).plan(self.ready, self.folds[0])
                except (TypeError, ValueError, AttributeError) as error:
                    raise ValueError(SAY["error.untriable"].filled(name=name, value=value, error=error)) from None

    @property
    def higher(self) -> bool:
        """Whether more of the measure is better."""
        return is_better_higher(self.measure)

    def run(self) -> Iterator[Trial]:
        """Make the trials that are left; each as it ends. Ctrl-C and the end of the minutes leave the rest."""
        ends = math.inf if self._minutes is None else time.monotonic() + 60 * self._minutes
        with quiet(), listening(last_word=True) as interrupted:
            while (left := self.trials - self.finished) > 0 and time.monotonic() < ends and not interrupted():
                asked = [self.study.ask(dict(self.space)) for _ in range(min(left, self._batch))]
                yield from self._tried(asked, ends)

    @property
    def over(self) -> tuple[Trial, ...]:
        """The trials of the study that are over, whoever made them."""
        return tuple(map(self._as_trial, self.study.get_trials(deepcopy=False, states=OVER)))

    @property
    def finished(self) -> int:
        """How many those are."""
        return len(self.over)

    def found(self) -> Found:
        """What is known by now."""
        with quiet(), self._whole():
            trials = self.over
            done = ranked(trials, self.higher)
            best = done[0] if done else None
            importance: dict[str, float] = {}
            if len({one.value for one in done}) >= TELLING:
                # Here, for scikit-learn's forests take two seconds to import.
                from optuna.importance import FanovaImportanceEvaluator, get_param_importances

                importance = get_param_importances(self.study, evaluator=FanovaImportanceEvaluator(seed=0))
            edges = {} if best is None else at_edge(self.space, best.settings)
        return Found(self.measure, self.higher, trials, best, importance, edges)

    def chosen(self, settings: Settings, best: Trial) -> Settings:
        """The settings with those of a trial, as a run takes them."""
        return with_settings(settings, best.settings)

    def _tried(self, asked: Sequence[optuna.Trial], ends: float) -> Iterator[Trial]:
        """Train the trials, those of one structure side by side, and tell the study of each that is over."""
        groups = defaultdict[Any, list[_Attempt]](list)
        for trial in asked:
            settings = with_settings(self.settings, trial.params)
            attempt = _Attempt(trial, [rarely_looked_at(settings.plan(self.ready, one)) for one in self.folds])
            groups[structure_of(attempt.plans[0])].append(attempt)
        over = set[int]()
        try:
            for attempts in groups.values():
                for ended in self._trained(attempts, ends):
                    over.add(ended.number)
                    yield ended
        finally:  # of those that were not to be ended
            for trial in asked:
                if trial.number not in over:
                    self.study.tell(trial, state=TrialState.FAIL)

    def _trained(self, attempts: Sequence["_Attempt"], ends: float) -> Iterator[Trial]:
        """The trial of each attempt as it is over."""
        plans = [plan for attempt in attempts for plan in attempt.plans]
        whose = {id(plan): attempt for attempt in attempts for plan in attempt.plans}
        together = Together(plans)
        for plan, look in together:
            attempt = whose[id(plan)]
            if (look.ending and look.ending.kind == "interrupted") or time.monotonic() > ends:
                return
            if attempt.over:
                continue
            attempt.see(plan, look, self._value)
            if (ended := self._told(attempt)) is not None:
                for one in attempt.plans:
                    together.drop(one)
                yield ended

    def _told(self, attempt: "_Attempt") -> Trial | None:
        """Tell the study how an attempt stands; its trial, where it is over."""
        trial = attempt.trial
        diverged = any(look.ending and look.ending.kind == "diverged" for look in attempt.looks.values())
        for rung, value in attempt.reached():
            trial.report(value, rung)
        attempt.over = diverged or len(attempt.last) == len(attempt.plans) or trial.should_prune()
        if not attempt.over:
            return None
        trial.set_user_attr("epochs", float(np.mean([look.epoch for look in attempt.looks.values()])))
        values = [self._value(look, held=True) for look in attempt.last.values()]
        if diverged or not np.isfinite(values).all():
            diverged = True
            trial.set_user_attr("diverged", True)
        if diverged or len(values) < len(attempt.plans):
            return self._as_trial(self.study.tell(trial, state=TrialState.PRUNED))
        return self._as_trial(self.study.tell(trial, float(np.mean(values))))

    def _value(self, look: Progress, held: bool = False) -> float:
        """The measure, lower being better: as it was at this look, or of the parameters that are held."""
        measured = look if held else look.measured
        value = measured.validation_cost if self.measure == "cost" else measured.validation_score
        return math.nan if value is None else self._signed(value)

    def _signed(self, value: float) -> float:
        return -value if self.higher else value

    def _as_trial(self, one: optuna.trial.FrozenTrial) -> Trial:
        state: Any = {TrialState.COMPLETE: "done"}.get(
            one.state, "diverged" if "diverged" in one.user_attrs else "pruned"
        )
        value = None if state != "done" or one.value is None else self._signed(one.value)
        return Trial(one.number, one.params, state, value, one.user_attrs.get("epochs", math.nan))


class _Attempt:
    """A trial under way: its plans, one for each fold, and how far each has come."""

    def __init__(self, trial: optuna.Trial, plans: Sequence[Plan]) -> None:
        self.trial, self.plans, self.over = trial, plans, False
        self.looks, self.last = dict[int, Progress](), dict[int, Progress]()
        self._values: dict[int, dict[int, float]] = defaultdict(dict)
        self._reported = 0

    def see(self, plan: Plan, look: Progress, value: Callable[[Progress], float]) -> None:
        """Note a Progress of one of its plans."""
        assert plan.total is not None
        self.looks[id(plan)] = look
        over = look.ending is not None or look.step >= plan.total
        if over:
            self.last[id(plan)] = look
        for rung in range(1, RUNGS if over else RUNGS * look.step // plan.total + 1):
            self._values[rung].setdefault(id(plan), value(look))

    def reached(self) -> Iterator[tuple[int, float]]:
        """The rungs that all folds have newly reached, and the mean of what they measured there."""
        while len(self._values.get(self._reported + 1, ())) == len(self.plans):
            self._reported += 1
            value = float(np.mean(list(self._values[self._reported].values())))
            if math.isfinite(value):
                yield self._reported, value


def with_settings(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with those of a trial, by name."""
    return replace(settings, more=tuple(values.items()))


def rarely_looked_at(plan: Plan) -> Plan:
    """The plan with a look at each rung, where no rule wants one at each epoch: its steps are the same."""
    return plan if plan.rules or plan.total is None else replace(plan, every=max(plan.every, -(-plan.total // RUNGS)))


def folds_of(ready: Prepared, folds: int, seed: int) -> list[Fold]:
    """The rows of each fold; one: those to train on and those set aside. ValueError where there are too few rows."""
    train, aside, _ = ready.parts
    if folds == 1:
        if not aside.size:
            raise ValueError(SAY["error.no_judge"])
        return [fold(ready, train, aside)]
    from sklearn.model_selection import KFold, StratifiedKFold

    rows = np.sort(np.concatenate([train, aside]))
    classes = ready.targets.indices(ready.frame.take(rows)) if ready.targets.classes else None
    stratified = classes is not None and np.bincount(classes).min() >= folds
    if len(rows) < 2 * folds:
        raise ValueError(SAY["error.many_folds"].filled(folds=folds, rows=len(rows), most=len(rows) // 2))
    splitter = (StratifiedKFold if stratified else KFold)(folds, shuffle=True, random_state=seed)
    return [fold(ready, rows[own], rows[judged]) for own, judged in splitter.split(rows, classes)]


def storage_of(place: str | Path | None) -> BaseStorage | None:
    """Where a study is kept: in memory, in a journal file that several machines may write, or in a database."""
    if place is None:
        return None
    if "://" in str(place):
        from sqlalchemy.exc import SQLAlchemyError  # here, for few searches need a database

        try:
            return get_storage(str(place))
        except (ImportError, SQLAlchemyError) as error:
            why = str(error).splitlines()[0]
            raise ValueError(SAY["error.storage"].filled(place=str(place), why=why)) from None
    if Path(place).is_dir() or not Path(place).parent.is_dir():
        text = SAY["error.storage_folder" if Path(place).is_dir() else "error.storage_nowhere"]
        raise ValueError(text.filled(place=str(place), folder=str(Path(place).parent)))
    with whole(place, "study"):
        return JournalStorage(JournalFileBackend(str(place)))


@contextmanager
def quiet() -> Iterator[None]:
    """Optuna says nothing of its own on the screen meanwhile."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            warnings.filterwarnings("ignore", "training was interrupted")  # whoever searches is told of the search
            yield
    finally:
        optuna.logging.set_verbosity(level)
