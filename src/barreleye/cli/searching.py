"""The search of ``barreleye search``, shown: its trials, what mattered, and where to look further."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..models.entry import Record
from ..models.folder import RESULTS
from ..models.preparing import Prepared
from ..models.run import Settings
from ..models.scores import short, tidy
from ..search.space import described, space_of
from ..search.study import Found, Study, Trial, ranked
from ..training.interruption import listening
from ..words import Text, listed
from .console import interruptible, remark, say
from .endings import INTERRUPTED
from .showing import show
from .speech import many, spoken, words
from .training import Search

SHOWN = 10


def searched(
    ready: Prepared,
    settings: Settings,
    data: str,
    space: Path | None,
    storage: str | None,
    name: str | None,
    how: Mapping[str, Any],
    tell: Callable[[Callable[[], Record]], None],
) -> tuple[Settings, Search]:
    """The settings of the best trial, and the search. Leaves with a status of its own where Ctrl-C ended it.

    how     further arguments of ``Study``
    tell    of what has become of it, as ``entered`` has it
    """
    tried = space_of(settings.named, space, ready.targets.task)
    alike = sorted((key, value) for key, value in how.items() if key not in ("trials", "minutes"))
    known = repr((ready.data_read, ready.targets.names, settings, tried, alike))
    name = name or f"{Path(data).stem}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"
    if storage is None:
        RESULTS.mkdir(exist_ok=True)
    place = storage or RESULTS / f"{name}.journal"
    study = Study(ready, settings, tried, storage=place, name=name, **how)
    say.print(
        words("search.title", name=repr(name), trials=many("trial", study.trials), space=listed(study.space)),
        style="bold",
    )
    for setting, distribution in study.space.items():
        remark(f"{setting}: {described(distribution)}")
    if study.points is not None and study.points > study.trials:
        remark(words("search.grid", points=many("point", study.points), n=study.trials))
    remark(words("search.judged", measure=study.measure, rows=judging(study), place=place))
    before = study.finished
    if before:
        remark(words("search.before", trials=many("trial", before)))
    with interruptible(), listening(last_word=True) as interrupted:
        watched(study, before)
    found = study.found()
    tell(lambda: {"state": "interrupted" if interrupted() else "running", "search": found.values()})
    if found.best is None:
        if not interrupted():
            raise ValueError(words("search.nothing"))
    else:
        report(found)
    if interrupted():
        say.print(words("search.goes_on", trials=many("trial", len(found.trials))))
        raise typer.Exit(INTERRUPTED)
    assert found.best is not None
    return study.chosen(settings, found.best), Search(found, study.space, tell)


def judging(study: Study) -> Text:
    """Which rows trials are judged on."""
    rows, folds = sum(len(one.aside) for one in study.folds), len(study.folds)
    if folds == 1:
        return words("search.aside", rows=many("row", rows))
    return words("search.folded", n=f"{rows:,}", folds=folds)


def watched(study: Study, before: int) -> None:
    """Make the trials, with a bar that tells the best so far."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), "{task.fields[best]}", TimeElapsedColumn())
    best = ranked(study.over, study.higher)[:1]
    with Bar(*columns, console=say) as bar:
        shown = bar.add_task(
            words("search.trials").said(spoken()), total=study.trials, completed=before, best=told(study, best)
        )
        for trial in study.run():
            best = ranked([*best, trial], study.higher)[:1]
            bar.update(shown, advance=1, best=told(study, best))


def told(study: Study, best: Sequence[Trial]) -> str:
    """The best so far, if there is one, behind the bar."""
    values = (words("search.best", measure=study.measure, value=tidy(one.value or 0.0)) for one in best)
    return "".join(value.said(spoken()) for value in values)


def report(found: Found) -> None:
    """The best trials, what mattered, and what is at the edge."""
    done = ranked(found.trials, found.higher)
    names = list(found.importance) or list(done[0].settings)
    lines = [
        (str(one.number), tidy(one.value or 0.0), f"{one.epochs:.0f}", *(short(one.settings[name]) for name in names))
        for one in done[:SHOWN]
    ]
    show([(words("search.trial"), found.measure, words("search.epochs"), *names), *lines], marked=1)
    states = [one.state for one in found.trials]
    others = [words(f"search.{one}", n=states.count(one)) for one in ("pruned", "diverged") if one in states]
    if others:
        remark(words("search.and", others=listed(others)))
    if found.importance:
        shares = [f"{name} {share:.0%}" for name, share in found.importance.items()]
        remark(words("search.mattered", names=listed(shares)))
    for name, end in found.edges.items():
        remark(words("search.edge", name=name, end=words(f"search.{end}")))
