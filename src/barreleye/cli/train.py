"""``barreleye train DATA``. It parses, calls the library and reports; the work is done in ``models``."""

from typing import Annotated

import typer

from ..nn.activations import ACTIVATIONS
from ..nn.optimizers import OPTIMIZERS
from ..nn.schedules import SCHEDULES
from ..nn.validation import choose
from . import table_options as told
from .console import Lang, chosen_language, errors_in_one_line


def train(
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
    members: told.Members = None,
    epochs: told.Epochs = None,
    time: Annotated[float | None, typer.Option(help="Seconds that training may take, about.")] = None,
    refit: told.Refit = False,
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
    coverage: told.Coverage = None,
    seed: told.Seed = 0,
    engine: told.Engine = "auto",
    device: told.Device = "auto",
    dtype: Annotated[str | None, typer.Option(help="float64 or float32; tuned: float32.")] = None,
    diagnose: told.Diagnose = False,
    out: told.Out = None,
    lang: Lang = None,
) -> None:
    """Train a network on the table DATA, score it on rows it has never seen, and save the model and its report.

    A fifth of the rows is kept for that score. A fifth of the rest decides which epoch was best. The options from
    --layers on describe a plain network: without them and --recipe, training is tuned for tables.
    """
    with errors_in_one_line():
        from ..models.run import Settings
        from .options import hidden_units, refuse_batches_of_lbfgs
        from .preparing import prepared
        from .training import run

        spoken = chosen_language(lang)
        refuse_batches_of_lbfgs(batch, optimizer)
        units = None if layers is None else hidden_units(layers)
        settings = Settings(
            *(units, activation, optimizer, rate, schedule, clip, epochs, batch, patience, l2, dropout),
            *(batch_norm or None, members, seed, engine, device, recipe, metric, time, refit),
        )
        if dtype is not None:
            choose("--dtype", dtype, {"float64": 0, "float32": 0})
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
            head=head,
            coverage=coverage,
            validate=patience != 0,
            dtype=dtype,
        )
        run(ready, settings, data, notes, out, coverage or 0.9, diagnose, spoken)
