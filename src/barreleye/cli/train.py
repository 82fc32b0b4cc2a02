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
from .console import errors_in_one_line


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
    layers: Annotated[str, typer.Option(help="Units of each hidden layer; 0 for none.")] = "64,32",
    activation: Annotated[str, typer.Option(help=f"One of: {', '.join(ACTIVATIONS)}.")] = "relu",
    head: Annotated[
        str, typer.Option(help="Of numbers: identity (their mean) or quantiles (the median, ends).")
    ] = "identity",
    optimizer: Annotated[str, typer.Option(help=f"One of: {', '.join(OPTIMIZERS)}, lbfgs.")] = "adam",
    rate: Annotated[float | None, typer.Option(help="Learning rate; 0.003 for Adam, else the usual one.")] = None,
    schedule: Annotated[str, typer.Option(help=f"One of: {', '.join(SCHEDULES)}.")] = "constant",
    clip: Annotated[float | None, typer.Option(help="The largest norm of all gradients together.")] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the training rows, at most.")] = 300,
    batch: Annotated[int | None, typer.Option(min=0, help="Rows in a step, 32 by default; 0 for all of them.")] = None,
    patience: Annotated[int, typer.Option(min=0, help="Epochs without a better validation cost; 0: any.")] = 30,
    l2: Annotated[float, typer.Option("--l2", help="lambda of the penalty lambda/(2m) sum W^2.")] = 0.0,
    dropout: Annotated[float, typer.Option(help="The share of hidden units dropped in each step, 0 up to 1.")] = 0.0,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Normalise Z in every hidden layer.")] = False,
    members: Annotated[int, typer.Option(min=1, help="Networks trained at once; their mean answers.")] = 1,
    coverage: Annotated[
        float | None, typer.Option(help="How often intervals or sets are to hold the truth; 0.9 by default.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of split, starting weights, shuffles, dropout.")] = 0,
    engine: Annotated[str, typer.Option(help="auto, numpy or xla.")] = "auto",
    device: Annotated[str, typer.Option(help="For XLA: auto, cpu, gpu or tpu.")] = "auto",
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    out: Annotated[Path | None, typer.Option(help="Folder for the results; barreleye-results/DATA by default.")] = None,
) -> None:
    """Train a network on the table DATA, score it on rows it has never seen, and save the model and its pictures.

    A fifth of the rows is kept for that score. A fifth of the rest decides when to stop (--patience).
    """
    with errors_in_one_line():
        from ..models.preparing import prepare
        from ..models.promises import possible
        from ..models.run import Settings
        from .options import hidden_units, kinds_of, quantiles_of, rows_in_step, source, split_at_commas
        from .training import run

        steps = rows_in_step(batch, optimizer)
        settings = Settings(
            *(hidden_units(layers), activation, optimizer, rate, schedule, clip, epochs, steps, patience, l2),
            *(dropout, batch_norm, members, seed, engine, device),
        )
        dtype = choose("--dtype", dtype, {"float64": "float64", "float32": "float32"})
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
            validate=patience > 0,
            seed=seed,
            dtype=dtype,
        )
        if coverage is not None:
            possible(ready, coverage)
        run(ready, settings, data, notes, out, coverage or 0.9)
