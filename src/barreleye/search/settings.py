"""A search from a table to a model, in one call."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..data.frame import frame_of
from ..data.read import read
from ..models.entry import entered
from ..models.model import Model
from ..models.preparing import prepare
from ..models.record import beginning, outcome
from ..models.run import Settings
from ..models.scores import scores
from ..models.worth import NOTHING
from ..training.progress import Progress, remember
from ..words import catalogue
from .study import Found, Study

SAY = catalogue("results")


class Searched(NamedTuple):
    """A search that is over.

    found     the trials, the best of them, what mattered, and what is at an edge
    model     of a training with the best settings, as ``barreleye train`` makes it
    scores    of that model on rows that neither it nor any trial has seen
    """

    found: Found
    model: Model
    scores: Mapping[str, float]

    def __repr__(self) -> str:
        best, scores = self.found.best, ", ".join(f"{name} {value:.4g}" for name, value in self.scores.items())
        return f"Searched({len(self.found.trials)} trials, best {best and dict(best.settings)}, {scores})"


def search_settings(
    data: Any,
    target: str | Sequence[str],
    *,
    recipe: str | None = None,
    metric: str | None = None,
    epochs: int | None = None,
    members: int | None = None,
    seed: int = 0,
    engine: str = "auto",
    device: str = "auto",
    space: Mapping[str, Any] | str | Path | None = None,
    sampler: str = "tpe",
    pruner: str = "median",
    trials: int = 50,
    minutes: float | None = None,
    folds: int = 1,
    storage: str | Path | None = None,
    name: str = "search",
    **how: Any,
) -> Searched:
    """Search settings of a recipe for a table by trials, and train with the best: ``barreleye search`` in Python.

    data      the path of a file, a frame, a dictionary of columns, or a list of dictionaries
    target    the column to predict, or several
    how       further arguments of ``prepare``: kinds, drop, marks, weight, balanced, split, task, ...
    recipe, metric, epochs, members, seed, engine, device    of every training; trials have one network each
    space, sampler, pruner, trials, minutes, folds, storage, name    as for ``Study``

    Within ``History.recording`` it is a run of the history. Raises ValueError for what cannot be meant, and where no
    trial came to its end.

    >>> rows = {"x": [k / 30 for k in range(60)], "y": [(k / 30) ** 2 for k in range(60)]}
    >>> space = {"rate": [0.001, 0.1, "log"]}
    >>> searched = search_settings(rows, "y", recipe="plain", epochs=20, space=space, trials=5)
    >>> len(searched.found.trials), searched.scores["R2"] > 0.5, sorted(searched.found.best.settings)
    (5, True, ['rate'])
    """
    settings = Settings(
        recipe=recipe, metric=metric, epochs=epochs, members=members, seed=seed, engine=engine, device=device
    )
    is_file = isinstance(data, str | Path)
    frame, notes = read(data) if is_file else (frame_of(data), ())
    if not isinstance(target, Sequence):
        raise TypeError(SAY["error.target_name"].filled(target=target))
    wanted = [target] if isinstance(target, str) else list(target)
    ready = prepare(frame, wanted, seed=seed, dtype=settings.dtype, **settings.coding, **how)
    asked: dict[str, Any] = {"sampler": sampler, "pruner": pruner, "trials": trials, "minutes": minutes, "folds": folds}
    study = Study(ready, settings, space, storage=storage, name=name, **asked)
    begun = partial(
        beginning, ready, notes=[*notes, *ready.notes], source=str(data) if is_file else name, kind="search"
    )
    with entered(lambda: begun(settings=settings)) as tell:
        for _ in study.run():
            pass
        found = study.found()
        tell(lambda: {"state": "running", "search": found.values()})
        if found.best is None:
            raise ValueError(SAY["error.no_trial"].filled(n=len(found.trials)))
        chosen, history = study.chosen(settings, found.best), list[Progress]()
        for progress in chosen.train(ready):
            remember(history, progress)
        model = ready.model(history[-1])
        reached = scores(ready, model.answers(model.outputs_of(ready.X[ready.judged])), ready.judged)
        worth = NOTHING._replace(scores={"this network": reached})
        tell(lambda: begun(settings=chosen) | outcome(ready, chosen, history, worth) | {"search": found.values()})
    return Searched(found, model, reached)
