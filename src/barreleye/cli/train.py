"""``barreleye train DATA``. It parses, calls the library and reports; the work is done elsewhere."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..datasets import DATASETS, Dataset, load_dataset
from ..experiment import Experiment, baselines, prepare
from ..nn.activations import ACTIVATIONS
from ..nn.optimizers import OPTIMIZERS
from ..nn.rows import listed
from ..nn.schedules import SCHEDULES
from ..nn.structure import Network
from ..nn.validation import choose, fraction, near
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, listening
from ..training.loop import train as run
from ..training.progress import Progress
from ..training.stopping import EarlyStopping
from . import INTERRUPTED
from .console import errors_in_one_line, interruptible, say
from .results import keep, pictures, results_folder, room_for, set_aside

ADAM_RATE = 0.003
"""On seven built-in tables it is as good as Adam's usual 0.001 or better: small tables have few steps to learn in."""


def train(
    data: Annotated[str, typer.Argument(help=f"A built-in name ({', '.join(DATASETS)}) or a CSV file of numbers.")],
    target: Annotated[str | None, typer.Option(help="The CSV column to predict; the last one by default.")] = None,
    task: Annotated[str, typer.Option(help="classification, regression, or auto: by the look of the target.")] = "auto",
    encoding: Annotated[
        str | None, typer.Option(help="The CSV's encoding, such as latin-1; detected by default.")
    ] = None,
    layers: Annotated[str, typer.Option(help="Units of each hidden layer; 0 for none.")] = "64,32",
    activation: Annotated[str, typer.Option(help=f"One of: {', '.join(ACTIVATIONS)}.")] = "relu",
    optimizer: Annotated[str, typer.Option(help=f"One of: {', '.join(OPTIMIZERS)}, lbfgs.")] = "adam",
    rate: Annotated[float | None, typer.Option(help="Learning rate; 0.003 for Adam, else the usual one.")] = None,
    schedule: Annotated[str, typer.Option(help=f"One of: {', '.join(SCHEDULES)}.")] = "constant",
    clip: Annotated[float | None, typer.Option(help="The largest norm of all gradients together.")] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the training rows, at most.")] = 300,
    batch: Annotated[int, typer.Option(min=0, help="Rows in a step; 0 for all of them.")] = 32,
    patience: Annotated[
        int, typer.Option(min=0, help="Epochs without a better validation cost before it stops; 0: never.")
    ] = 30,
    l2: Annotated[float, typer.Option("--l2", help="lambda of the penalty lambda/(2m) sum W^2.")] = 0.0,
    dropout: Annotated[float, typer.Option(help="The share of hidden units dropped in each step, 0 up to 1.")] = 0.0,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Normalise Z in every hidden layer.")] = False,
    seed: Annotated[
        int, typer.Option(min=0, help="Decides the split, the starting weights, shuffles and dropout.")
    ] = 0,
    engine: Annotated[str, typer.Option(help="auto, numpy or xla.")] = "auto",
    device: Annotated[str, typer.Option(help="For XLA: auto, cpu, gpu or tpu.")] = "auto",
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    out: Annotated[Path | None, typer.Option(help="Folder for the results; a new one by default.")] = None,
) -> None:
    """Train a network on DATA, score it on rows it has never seen, and save the model and its pictures.

    A fifth of the rows is kept for that score. A fifth of the rest decides when to stop (--patience). Of a full truth
    table all rows are trained on. Each run has a folder of its own: barreleye-results/DATA, DATA-2, ...; with --out, an
    earlier run's files are moved into a folder inside it. Ctrl-C ends training and saves.

    Exit status: 0 done, 1 training diverged, 3 DATA or an option cannot be used, 130 ended by Ctrl-C.
    """
    with errors_in_one_line():
        table, notes, inferred = read(data, target, task, encoding)
        for note in notes:
            say.print(f"  {note}", style="dim")
        experiment = prepare(
            table.X,
            table.y,
            inferred,
            seed=seed,
            validate=patience > 0,
            dtype=choose("--dtype", dtype, {"float64": "float64", "float32": "float32"}),
            feature_names=table.feature_names,
            target_name=table.target_name,
        )
        if constant := experiment.constants:
            told = "The same in every row to train on, so nothing is learnt from it and it has no say"
            say.print(f"  {told}: {listed(constant)}.", style="dim")
        network = Network(
            (table.X.shape[1], *hidden_units(layers), experiment.Y.shape[1]),
            activation,
            experiment.head,
            batch_norm=batch_norm,
            keep_prob=1 - fraction("--dropout", dropout),
            L2=l2,
        )
        parts = experiment.parts
        m, n_x = table.X.shape
        say.print(f"{table.name}: {m} rows, {n_x} features, {inferred} of {table.target_name!r}", style="bold")
        say.print(f"{network!r}")
        patience = patience if len(parts.validation) else 0
        stops = f", {len(parts.validation)} rows to decide when to stop" if patience else ""
        tests = f", {len(parts.test)} rows for the score at the end" if len(parts.test) else ""
        say.print(f"{len(parts.train)} rows to train on{stops}{tests}")
        if not tests:
            say.print("  a full truth table: each row is a case of its own, so none is held out and all are learnt")
        if optimizer == "lbfgs":
            batch = 0
        if batch > len(parts.train):
            say.print(
                f"  --batch {batch} is more than the {len(parts.train)} rows to train on: each step takes them all"
            )
        training = run(
            network,
            *experiment.data(parts.train),
            validation=experiment.data(parts.validation) if patience else None,
            optimizer=optimizer,
            learning_rate=ADAM_RATE if rate is None and optimizer in ("adam", "adamw") else rate,
            schedule=schedule,
            clip_norm=clip,
            batch_size=min(batch, len(parts.train)) or None,
            epochs=epochs,
            every=1 if optimizer == "lbfgs" else None,
            rules=[EarlyStopping(patience=patience)] if patience else [],
            seed=seed,
            engine=engine,
            device=device,
            dtype=dtype,
        )
        folder = results_folder(out, data)
        model = "model.safetensors"
        with room_for(network, dtype, folder) as room, interruptible(), listening() as interrupted:
            history, trouble = watch(training, epochs, network, interrupted)
            if trouble is not None:
                model = "diverged.safetensors"
            room.close()
            earlier = set_aside(folder)
            folder, failed = keep(experiment.trained(history[-1]), folder, model)
        if trouble is None:
            report(experiment, history[-1])
        try:
            files = [model, *pictures(folder, table, experiment, history)]
        except OSError as error:
            files, failed = [model], failed or str(error)
        say.print(f"saved in {folder}: {', '.join(files)}")
        if earlier:
            say.print(f"  the files of an earlier run are in {earlier}", style="dim")
        if failed:
            raise OSError(failed)
        if trouble is not None:
            say.print(trouble, style="red")
            raise typer.Exit(1)
        if interrupted():
            raise typer.Exit(INTERRUPTED)


def read(data: str, target: str | None, task: str, encoding: str | None) -> tuple[Dataset, list[str], Any]:
    """The table called ``data``, notes for the user, and its task."""
    choose("--task", task, {"auto": 0, "classification": 0, "regression": 0})
    if data in DATASETS and not Path(data).exists():
        table = load_dataset(data)
        if target is not None:
            raise ValueError(f"--target {target!r}: the built-in {data} has its own target, {table.target_name!r}")
        return table, [table.description], table.task if task == "auto" else task
    from ..tables.numeric_csv import read_csv
    from ..tables.task import infer_task

    path = Path(data)
    if not path.exists() and not path.suffix:
        raise ValueError(
            f"there is no file {data!r}, and no built-in data of that name{near(data, DATASETS)}; "
            f"built in: {', '.join(DATASETS)}"
        )
    rows = read_csv(path, target, encoding=encoding)
    inferred, reason = infer_task(rows.y, rows.target_name)
    notes = [*rows.notes, *([reason + "."] if task == "auto" else [])]
    table = Dataset(path.stem, rows.X, rows.y, inferred, rows.feature_names, rows.target_name, str(path))
    return table, notes, inferred if task == "auto" else task


def hidden_units(layers: str) -> list[int]:
    """The units of "64,32"; none for "0".

    >>> hidden_units("64,32"), hidden_units("0")
    ([64, 32], [])
    """
    try:
        units = [int(part) for part in layers.split(",")]
    except ValueError:
        raise ValueError(f"--layers {layers!r} must be whole numbers separated by commas, such as 64,32") from None
    if units != [0] and min(units) < 1:
        raise ValueError(f"--layers {layers!r}: each hidden layer needs 1 unit or more; 0 alone means no hidden layer")
    return [] if units == [0] else units


def watch(
    training: Iterator[Progress], epochs: int, network: Network, interrupted: Interrupted
) -> tuple[list[Progress], str | None]:
    """Every Progress of the run until it is interrupted, shown as a bar; and what went wrong, if training diverged."""
    score = "accuracy" if network.head.classifies else "R2"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[numbers]}"),
    )
    history: list[Progress] = []
    trouble = None
    bar = Bar(*columns, TimeElapsedColumn(), console=say)
    with listening(last_word=True), bar, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "training was interrupted")  # said below, in its place
        shown = bar.add_task("training", total=epochs, numbers="")
        try:
            for progress in training:
                history.append(progress)
                numbers = f"cost {progress.cost:.4g}"
                if progress.validation_score is not None:
                    numbers += f"  validation {score} {tidy(progress.validation_score)}"
                bar.update(shown, completed=progress.epoch, numbers=numbers)
                if interrupted():
                    break
            if not interrupted():  # a run that stops early has done all of its own
                bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = str(error)
    last = history[-1]
    stopped = "interrupted by Ctrl-C" if interrupted() else last.stopped
    why = f"; {stopped}" if stopped else ""
    say.print(f"  {last.step} steps in {last.seconds:.1f} s on {last.engine} ({last.engine_reason}){why}", style="dim")
    if last.restored is not None:
        say.print(f"  kept are the parameters of step {last.restored.step}, the best by validation cost", style="dim")
    return history, trouble


def report(experiment: Experiment, last: Progress) -> None:
    """Held-out scores of the network and of its opponents."""
    test = experiment.judged
    measure = "accuracy" if experiment.classes is not None else "R2"
    scores = baselines(experiment)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "columns? .* the same in every row of the training")  # said before it
        scores["this network"] = experiment.score(experiment.trained(last).answer(experiment.X[test]), test)
    width = max(map(len, scores))
    which = "rows that no model has seen" if len(experiment.parts.test) else "rows, on all of which each was trained"
    say.print(f"{measure} on the {len(test)} {which}", style="bold")
    for name, value in scores.items():
        say.print(f"{name:<{width}}  {tidy(value)}", style="bold" if name == "this network" else "")


def tidy(value: float) -> str:
    """A score to three decimals, or to three digits when it is large.

    >>> tidy(0.98765), tidy(-0.0001), tidy(-23765.9)
    ('0.988', '0.000', '-2.38e+04')
    """
    return f"{value:.3g}" if abs(value) >= 100 else f"{round(value, 3) + 0.0:.3f}"
