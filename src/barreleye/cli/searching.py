"""The search of ``barreleye search``, shown: its trials, what mattered, and where to look further."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..data.frame import counted
from ..models.entry import Record
from ..models.folder import RESULTS
from ..models.preparing import Prepared
from ..models.run import Settings
from ..models.scores import short, tidy
from ..search.space import described, space_of
from ..search.study import Found, Study, Trial, ranked
from ..training.interruption import listening
from .console import interruptible, remark, say
from .endings import INTERRUPTED
from .showing import show
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
    say.print(f"search {name!r}: {counted(study.trials, 'trial')} of {', '.join(study.space)}", style="bold")
    for setting, distribution in study.space.items():
        remark(f"{setting}: {described(distribution)}")
    if study.points is not None and study.points > study.trials:
        remark(f"the grid has {counted(study.points, 'point')}, and {study.trials} drawn among them are tried")
    remark(f"judged by {study.measure} on {judging(study)}; kept in {place}")
    before = study.finished
    if before:
        remark(f"{counted(before, 'trial')} made before")
    with interruptible(), listening(last_word=True) as interrupted:
        watched(study, before)
    found = study.found()
    tell(lambda: {"state": "interrupted" if interrupted() else "running", "search": found.values()})
    if found.best is None:
        if not interrupted():
            raise ValueError("no trial came to its end: give it more --minutes or --trials, or a calmer --space")
    else:
        report(found)
    if interrupted():
        say.print(f"interrupted after {counted(len(found.trials), 'trial')}: the same command goes on")
        raise typer.Exit(INTERRUPTED)
    assert found.best is not None
    return study.chosen(settings, found.best), Search(found, study.space, tell)


def judging(study: Study) -> str:
    """Which rows trials are judged on."""
    rows, folds = sum(len(one.aside) for one in study.folds), len(study.folds)
    return f"{counted(rows, 'row')} set aside" if folds == 1 else f"{rows:,} rows in {folds} folds"


def watched(study: Study, before: int) -> None:
    """Make the trials, with a bar that tells the best so far."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), "{task.fields[best]}", TimeElapsedColumn())
    best = ranked(study.over, study.higher)[:1]
    with Bar(*columns, console=say) as bar:
        shown = bar.add_task("trials", total=study.trials, completed=before, best=told(study, best))
        for trial in study.run():
            best = ranked([*best, trial], study.higher)[:1]
            bar.update(shown, advance=1, best=told(study, best))


def told(study: Study, best: Sequence[Trial]) -> str:
    """The best so far, if there is one, behind the bar."""
    return "".join(f"best {study.measure} {tidy(one.value or 0.0)}" for one in best)


def report(found: Found) -> None:
    """The best trials, what mattered, and what is at the edge."""
    done = ranked(found.trials, found.higher)
    names = list(found.importance) or list(done[0].settings)
    lines = [
        (str(one.number), tidy(one.value or 0.0), f"{one.epochs:.0f}", *(short(one.settings[name]) for name in names))
        for one in done[:SHOWN]
    ]
    show([("trial", found.measure, "epochs", *names), *lines], marked=1)
    states = [one.state for one in found.trials]
    counts = {"pruned": "given up early", "diverged": "diverged"}
    others = [f"{states.count(state)} {said}" for state, said in counts.items() if state in states]
    if others:
        remark(f"and {', '.join(others)}")
    if found.importance:
        remark("what mattered: " + ", ".join(f"{name} {share:.0%}" for name, share in found.importance.items()))
    for name, end in found.edges.items():
        remark(f"the best {name} is at the {end} end of what was tried: widen it with --space")
