"""``barreleye train DATA``. It parses, calls the library and reports; the work is done in ``models``."""

from pathlib import Path
from typing import Annotated

import typer

from ..data.builtin import DATASETS
from ..data.encoders import KINDS
from ..nn.activations import ACTIVATIONS
from ..nn.optimizers import OPTIMIZERS
from ..nn.schedules import SCHEDULES
from ..nn.validation import choose
from .console import Lang, chosen_language, errors_in_one_line

RECIPE = "tuned: RealMLP's, for tables; tabm: TabM's; plain: what --layers, --activation, ... describe."


def train(
    data: Annotated[str, typer.Argument(help=f"CSV, TSV, Parquet, Feather, or: {', '.join(DATASETS)}.")],
    target: Annotated[str | None, typer.Option(help="Columns to predict: a,b; the last one by default.")] = None,
    task: Annotated[str, typer.Option(help="classification, regression, or auto: by the look of the target.")] = "auto",
    test: Annotated[str | None, typer.Option(help="A file of rows to score on, in place of a fifth of DATA.")] = None,
    split: Annotated[str, typer.Option(help="random, time:COLUMN (the latest), group:COLUMN.")] = "random",
    kind: Annotated[list[str] | None, typer.Option(help=f"COLUMN=KIND, one of: {', '.join(KINDS)}.")] = None,
    drop: Annotated[str, typer.Option(help="Columns to leave out: a,b.")] = "",
    missing: Annotated[str, typer.Option(help="Further marks of a missing cell, such as -200,none.")] = "",
    weight: Annotated[str | None, typer.Option(help="A column of weights of rows.")] = None,
    balanced: Annotated[bool, typer.Option("--balanced", help="Each class counts as much as any other.")] = False,
    encoding: Annotated[str | None, typer.Option(help="Such as latin-1; detected by default.")] = None,
    recipe: Annotated[str | None, typer.Option(help=RECIPE)] = None,
    metric: Annotated[str | None, typer.Option(help="What counts: log-loss, accuracy, auc; rmse, mae.")] = None,
    members: Annotated[int | None, typer.Option(min=1, help="Networks whose mean answers; tuned: 8, 4 or 1.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training rows; tuned: 256, plain: 300.")] = None,
    time: Annotated[float | None, typer.Option(help="Seconds that training may take, about.")] = None,
    refit: Annotated[bool, typer.Option("--refit", help="Train once more, on the validation rows too.")] = False,
    layers: Annotated[str | None, typer.Option(help="Units of each hidden layer; 0 for none; plain: 64,32.")] = None,
    activation: Annotated[str | None, typer.Option(help=f"plain: relu. One of: {', '.join(ACTIVATIONS)}.")] = None,
    head: Annotated[str, typer.Option(help="Of numbers: identity (their mean) or quantiles.")] = "identity",
    optimizer: Annotated[str | None, typer.Option(help=f"plain: adam. One of: {', '.join(OPTIMIZERS)}, lbfgs.")] = None,
    rate: Annotated[float | None, typer.Option(help="Learning rate; plain: 0.003 for Adam, else the usual.")] = None,
    schedule: Annotated[str | None, typer.Option(help=f"plain: constant. One of: {', '.join(SCHEDULES)}.")] = None,
    clip: Annotated[float | None, typer.Option(help="The largest norm of all gradients together.")] = None,
    batch: Annotated[int | None, typer.Option(min=0, help="Rows in a step; 0 for all of them; plain: 32.")] = None,
    patience: Annotated[int | None, typer.Option(min=0, help="Epochs without a better one; 0: any; plain: 30.")] = None,
    l2: Annotated[float | None, typer.Option("--l2", help="lambda of the penalty lambda/(2m) sum W^2.")] = None,
    dropout: Annotated[float | None, typer.Option(help="The share of hidden units dropped in each step.")] = None,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Normalise Z in every hidden layer.")] = False,
    coverage: Annotated[float | None, typer.Option(help="How often intervals or sets hold; 0.9 by default.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of split, starting weights, shuffles, dropout.")] = 0,
    engine: Annotated[str, typer.Option(help="auto, numpy or xla.")] = "auto",
    device: Annotated[str, typer.Option(help="For XLA: auto, cpu, gpu or tpu.")] = "auto",
    dtype: Annotated[str | None, typer.Option(help="float64 or float32; tuned: float32.")] = None,
    diagnose: Annotated[bool, typer.Option("--diagnose", help="Try all that may be wrong, and say it.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; barreleye-results/DATA by default.")] = None,
    lang: Lang = None,
) -> None:
    """Train a network on the table DATA, score it on rows it has never seen, and save the model and its report.

    A fifth of the rows is kept for that score. A fifth of the rest decides which epoch was best. The options from
    --layers on describe a plain network: without them and --recipe, training is tuned for tables.
    """
    with errors_in_one_line():
        from ..models.preparing import prepare
        from ..models.promises import possible
        from ..models.run import Settings
        from .options import hidden_units, kinds_of, quantiles_of, refuse_batches_of_lbfgs, source, split_at_commas
        from .training import run

        spoken = chosen_language(lang)
        refuse_batches_of_lbfgs(batch, optimizer)
        units = None if layers is None else hidden_units(layers)
        settings = Settings(
            *(units, activation, optimizer, rate, schedule, clip, epochs, batch, patience, l2, dropout),
            *(batch_norm or None, members, seed, engine, device, recipe, metric, time, refit),
        )
        dtype = choose("--dtype", dtype or settings.dtype, {"float64": "float64", "float32": "float32"})
        frame, wanted, notes = source(data, target, encoding)
        ready = prepare(
            frame,
            wanted,
            task=task,
            test=None if test is None else source(test, None, encoding)[0],
            kinds=kinds_of(kind or []),
            drop=split_at_commas(drop),
            marks=split_at_commas(missing),
            weight=weight,
            balanced=balanced,
            split=split,
            quantiles=quantiles_of(head, coverage),
            validate=patience != 0,
            seed=seed,
            dtype=dtype,
            **settings.coding,
        )
        if coverage is not None:
            possible(ready, coverage)
        run(ready, settings, data, notes, out, coverage or 0.9, diagnose, spoken)
