"""``barreleye search DATA``. It parses, calls the library and reports; the work is done in ``search``."""

from pathlib import Path
from typing import Annotated

import typer

from .console import errors_in_one_line, remark
from .speech import words


def search(
    data: str,
    target: str | None = None,
    task: str = "auto",
    test: str | None = None,
    split: str = "random",
    kind: list[str] | None = None,
    drop: str = "",
    missing: str = "",
    weight: str | None = None,
    balanced: Annotated[bool, typer.Option("--balanced")] = False,
    encoding: str | None = None,
    recipe: str | None = None,
    metric: str | None = None,
    sampler: str = "tpe",
    pruner: str = "median",
    trials: Annotated[int, typer.Option(min=1)] = 50,
    minutes: float | None = None,
    folds: Annotated[int, typer.Option(min=1)] = 1,
    space: Path | None = None,
    study: str | None = None,
    storage: str | None = None,
    epochs: int | None = None,
    members: Annotated[int | None, typer.Option(min=1)] = None,
    refit: Annotated[bool, typer.Option("--refit")] = False,
    coverage: float | None = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    engine: str = "auto",
    device: str = "auto",
    diagnose: Annotated[bool, typer.Option("--diagnose")] = False,
    out: Path | None = None,
    lang: str | None = None,
) -> None:
    """Search good settings for the table DATA by trials, then train with the best and save that as ``train`` does."""
    with errors_in_one_line():
        from ..models.entry import entered
        from ..models.record import beginning
        from ..models.run import Settings
        from ..search.history import recording_by_default
        from .preparing import prepared
        from .searching import searched
        from .training import run

        settings = Settings(
            epochs=epochs,
            members=members,
            seed=seed,
            engine=engine,
            device=device,
            recipe=recipe,
            metric=metric,
            refit=refit,
        )
        ready, notes = prepared(
            data,
            target,
            settings,
            task=task,
            test=test,
            kind=kind,
            drop=drop,
            missing=missing,
            weight=weight,
            balanced=balanced,
            split=split,
            encoding=encoding,
            coverage=coverage,
        )
        if folds > 1 and split != "random":
            raise ValueError(words("options.folds", folds=folds, split=split))
        how = {"sampler": sampler, "pruner": pruner, "trials": trials, "minutes": minutes, "folds": folds}
        with (
            recording_by_default(remark),
            entered(lambda: beginning(ready, settings, [*notes, *ready.notes], data, "search")) as tell,
        ):
            chosen, made = searched(ready, settings, data, space, storage, study, how, tell)
            run(ready, chosen, data, notes, out, coverage or 0.9, diagnose, made)
