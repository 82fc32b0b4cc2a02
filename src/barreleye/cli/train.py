"""``barreleye train DATA``. It parses, calls the library and reports; the work is done in ``models``."""

from pathlib import Path
from typing import Annotated

import typer

from ..nn.validation import choose
from .console import errors_in_one_line


def train(
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
    stream: Annotated[bool, typer.Option("--stream")] = False,
    recipe: str | None = None,
    metric: str | None = None,
    members: Annotated[int | None, typer.Option(min=1)] = None,
    epochs: int | None = None,
    time: float | None = None,
    refit: Annotated[bool, typer.Option("--refit")] = False,
    layers: str | None = None,
    activation: str | None = None,
    head: str = "identity",
    optimizer: str | None = None,
    rate: float | None = None,
    schedule: str | None = None,
    clip: float | None = None,
    batch: Annotated[int | None, typer.Option(min=0)] = None,
    patience: Annotated[int | None, typer.Option(min=0)] = None,
    l2: Annotated[float | None, typer.Option("--l2")] = None,
    dropout: float | None = None,
    batch_norm: Annotated[bool, typer.Option("--batch-norm")] = False,
    coverage: float | None = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    engine: str = "auto",
    device: str = "auto",
    precision: str = "float32",
    processes: Annotated[int | None, typer.Option(min=1)] = None,
    hosts: str | None = None,
    dtype: str | None = None,
    diagnose: Annotated[bool, typer.Option("--diagnose")] = False,
    out: Path | None = None,
    lang: str | None = None,
) -> None:
    """Train a network on the table DATA, score it on rows it has never seen, and save the model and its report."""
    with errors_in_one_line():
        from ..models.run import Settings
        from .options import hidden_units, processes_of, refuse_batches_of_lbfgs
        from .preparing import prepared
        from .training import run

        refuse_batches_of_lbfgs(batch, optimizer)
        units = None if layers is None else hidden_units(layers)
        settings = Settings(
            *(units, activation, optimizer, rate, schedule, clip, epochs, batch, patience, l2, dropout),
            *(batch_norm or None, members, seed, engine, device, recipe, metric, time, refit),
            precision=precision,
            processes=processes_of(processes, hosts),
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
            stream=stream,
            head=head,
            coverage=coverage,
            validate=patience != 0,
            dtype=dtype,
        )
        run(ready, settings, data, notes, out, coverage or 0.9, diagnose)
