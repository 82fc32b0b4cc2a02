"""``barreleye search DATA``. It parses, calls the library and reports; the work is done in ``search``."""

from pathlib import Path
from typing import Annotated

import typer

from . import table_options as told
from .console import Lang, chosen_language, errors_in_one_line, remark

SAMPLER = "grid, random, quasi-random, tpe (Bayesian) or cmaes."
STUDY = "Its name: the same in other processes and on other machines takes part; by default that of data and settings."


def search(
    data: told.Data,
    target: told.Target = None,
    task: told.Task = "auto",
    test: told.Test = None,
    split: told.Split = "random",
    kind: told.Kind = None,
    drop: told.Drop = "",
    missing: told.Missing = "",
    weight: told.Weight = None,
    balanced: told.Balanced = False,
    encoding: told.Encoding = None,
    recipe: told.Recipe = None,
    metric: told.Metric = None,
    sampler: Annotated[str, typer.Option(help=SAMPLER)] = "tpe",
    pruner: Annotated[str, typer.Option(help="Who is given up before its end: none, median or hyperband.")] = "median",
    trials: Annotated[int, typer.Option(min=1, help="So many in all.")] = 50,
    minutes: Annotated[float | None, typer.Option(help="That the search may take.")] = None,
    folds: Annotated[int, typer.Option(min=1, help="Of cross-validation; 1: one part set aside.")] = 1,
    space: Annotated[Path | None, typer.Option(help="A TOML file of settings to try; by default the recipe's.")] = None,
    study: Annotated[str | None, typer.Option(help=STUDY)] = None,
    storage: Annotated[str | None, typer.Option(help="A journal file or a database's URL; barreleye-results.")] = None,
    epochs: told.Epochs = None,
    members: told.Members = None,
    refit: told.Refit = False,
    coverage: told.Coverage = None,
    seed: told.Seed = 0,
    engine: told.Engine = "auto",
    device: told.Device = "auto",
    diagnose: told.Diagnose = False,
    out: told.Out = None,
    lang: Lang = None,
) -> None:
    """Search good settings for the table DATA by trials, then train with the best and save that as ``train`` does.

    Trials are judged on rows set aside, or by cross-validation. The score at the end is of rows that no trial has seen.
    Ctrl-C keeps every trial that is over, and the same command goes on.

    Examples:

      barreleye search wine --recipe plain --sampler random --trials 40 --folds 3

      barreleye search houses.csv --minutes 30 --study houses
    """
    with errors_in_one_line():
        from ..models.entry import entered
        from ..models.record import beginning
        from ..models.run import Settings
        from ..search.history import recording_by_default
        from .preparing import prepared
        from .searching import searched
        from .training import run

        spoken = chosen_language(lang)
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
            raise ValueError(f"--folds {folds}: folds are drawn at random, and --split {split} is not; leave one out")
        how = {"sampler": sampler, "pruner": pruner, "trials": trials, "minutes": minutes, "folds": folds}
        with (
            recording_by_default(remark),
            entered(lambda: beginning(ready, settings, [*notes, *ready.notes], data, "search")) as tell,
        ):
            chosen, made = searched(ready, settings, data, space, storage, study, how, tell)
            run(ready, chosen, data, notes, out, coverage or 0.9, diagnose, spoken, made)
