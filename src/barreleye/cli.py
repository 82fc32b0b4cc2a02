"""The command line: ``barreleye train DATA``. It parses, calls the library and reports; the work is done elsewhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from .datasets import DATASETS, Dataset, load_dataset
from .experiment import Experiment, baselines, prepare
from .nn.structure import Network
from .nn.validation import choose, fraction, near
from .training.divergence import DivergenceError
from .training.loop import train as run
from .training.progress import Progress
from .training.stopping import EarlyStopping

app = typer.Typer(
    help="Fully connected neural networks that you can see through.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
say = Console(highlight=False)

ADAM_RATE = 0.003
"""On seven built-in tables it is as good as Adam's usual 0.001 or better: small tables have few steps to learn in."""


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        say.print(f"barreleye {version('barreleye')}")
        raise typer.Exit


@app.callback()
def barreleye(
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Fully connected neural networks that you can see through."""


@app.command()
def train(
    data: Annotated[str, typer.Argument(help=f"A built-in name ({', '.join(DATASETS)}) or a CSV file of numbers.")],
    target: Annotated[str | None, typer.Option(help="The CSV column to predict; the last one by default.")] = None,
    task: Annotated[str, typer.Option(help="classification, regression, or auto: by the look of the target.")] = "auto",
    layers: Annotated[str, typer.Option(help="Units of each hidden layer; 0 for none.")] = "64,32",
    activation: Annotated[str, typer.Option(help="relu, tanh, leaky_relu, silu, mish, ...")] = "relu",
    optimizer: Annotated[str, typer.Option(help="adam, adamw, gd, momentum, nesterov, rmsprop or lbfgs.")] = "adam",
    rate: Annotated[float | None, typer.Option(help="Learning rate; 0.003 for Adam, else the usual one.")] = None,
    schedule: Annotated[str, typer.Option(help="constant, cosine, one_cycle, warmup, coslog4, ...")] = "constant",
    epochs: Annotated[int, typer.Option(help="Passes over the training rows, at most.")] = 300,
    batch: Annotated[int, typer.Option(help="Rows in a step; 0 for all of them.")] = 32,
    patience: Annotated[
        int, typer.Option(help="Epochs without a better validation cost before it stops; 0: never.")
    ] = 30,
    l2: Annotated[float, typer.Option("--l2", help="lambda of the penalty lambda/(2m) sum W^2.")] = 0.0,
    dropout: Annotated[float, typer.Option(help="The share of hidden units dropped in each step, 0 up to 1.")] = 0.0,
    batch_norm: Annotated[bool, typer.Option("--batch-norm", help="Normalise Z in every hidden layer.")] = False,
    seed: Annotated[int, typer.Option(help="Decides the split, the starting weights, shuffles and dropout.")] = 0,
    engine: Annotated[str, typer.Option(help="auto, numpy or xla.")] = "auto",
    device: Annotated[str, typer.Option(help="For XLA: auto, cpu, gpu or tpu.")] = "auto",
    dtype: Annotated[str, typer.Option(help="float64 or float32.")] = "float64",
    out: Annotated[Path | None, typer.Option(help="Folder for the results; barreleye-results/NAME by default.")] = None,
) -> None:
    """Train a network on DATA, score it on rows it has never seen, and save the model and its pictures."""
    with errors_in_one_line():
        table, notes, inferred = read(data, target, task)
        for note in notes:
            say.print(f"  {note}", style="dim")
        experiment = prepare(
            table.X,
            table.y,
            inferred,
            seed=seed,
            validate=patience > 0,
            dtype=choose("dtype", dtype, {"float64": "float64", "float32": "float32"}),
            feature_names=table.feature_names,
            target_name=table.target_name,
        )
        network = Network(
            (table.X.shape[1], *hidden_units(layers), experiment.Y.shape[1]),
            activation,
            experiment.head,
            batch_norm=batch_norm,
            keep_prob=1 - fraction("dropout", dropout),
            L2=l2,
        )
        parts = experiment.parts
        m, n_x = table.X.shape
        say.print(f"[bold]{table.name}[/]: {m} rows, {n_x} features, {inferred} of {table.target_name!r}")
        say.print(
            f"{network!r}, trained on {len(parts.train)} rows"
            + (f", stopped by {len(parts.validation)}" if patience else "")
        )
        if optimizer == "lbfgs":
            batch = 0
        training = run(
            network,
            *experiment.data(parts.train),
            validation=experiment.data(parts.validation if patience else parts.test),
            optimizer=optimizer,
            learning_rate=ADAM_RATE if rate is None and optimizer in ("adam", "adamw") else rate,
            schedule=schedule,
            batch_size=min(batch, len(parts.train)) or None,
            epochs=epochs,
            every=1 if optimizer == "lbfgs" else None,
            rules=[EarlyStopping(patience=patience)] if patience else [],
            seed=seed,
            engine=engine,
            device=device,
            dtype=dtype,
        )
        history, trouble = watch(training, epochs, network)
        folder = out or Path("barreleye-results") / table.name
        report(experiment, network, history[-1])
        save(folder, table, experiment, network, history)
        if trouble is not None:
            say.print(f"[red]{trouble}[/]")
            raise typer.Exit(1)


def read(data: str, target: str | None, task: str) -> tuple[Dataset, list[str], Any]:
    """The table called ``data``, notes for the user, and its task."""
    choose("task", task, {"auto": 0, "classification": 0, "regression": 0})
    if data in DATASETS and not Path(data).exists():
        table = load_dataset(data)
        if target is not None:
            raise ValueError(f"--target {target!r}: the built-in {data} has its own target, {table.target_name!r}")
        return table, [table.description], table.task if task == "auto" else task
    from .tables.numeric_csv import read_csv
    from .tables.task import infer_task

    path = Path(data)
    if not path.exists() and not path.suffix:
        raise ValueError(
            f"there is no file {data!r}, and no built-in data of that name{near(data, DATASETS)}; "
            f"built in: {', '.join(DATASETS)}"
        )
    rows = read_csv(path, target)
    inferred, reason = infer_task(rows.y, rows.target_name)
    notes = [*rows.notes, reason + "."]
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
    return [] if units == [0] else units


def watch(training: Iterator[Progress], epochs: int, network: Network) -> tuple[list[Progress], str | None]:
    """Every Progress of the run, shown as a bar; and what went wrong, if training diverged."""
    score = "accuracy" if network.head.classifies else "R2"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[numbers]}"),
    )
    history: list[Progress] = []
    trouble = None
    # The bar counts what there was to do; a run that stops early has done all of its own.
    with Bar(*columns, TimeElapsedColumn(), console=say) as bar:
        shown = bar.add_task("training", total=epochs, numbers="")
        try:
            for progress in training:
                history.append(progress)
                numbers = f"cost {progress.cost:.4f}"
                if progress.validation_score is not None:
                    numbers += f"  {score} {progress.validation_score:.3f}"
                bar.update(shown, completed=progress.epoch, numbers=numbers)
            bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = str(error)
    last = history[-1]
    why = f"; {last.stopped}" if last.stopped else ""
    say.print(f"  {last.step} steps in {last.seconds:.1f} s on {last.engine} ({last.engine_reason}){why}", style="dim")
    return history, trouble


def report(experiment: Experiment, network: Network, last: Progress) -> None:
    """Held-out scores of the network and of its opponents, as a table."""
    test = experiment.parts.test
    measure = "accuracy" if experiment.classes is not None else "R2"
    table = Table("", f"held-out {measure}, {len(test)} rows", box=None, header_style="bold", pad_edge=False)
    for name, value in baselines(experiment).items():
        table.add_row(name, f"{value:.3f}")
    score = experiment.score(experiment.answer(network, last, experiment.X[test]), test)
    table.add_row("[bold]this network[/]", f"[bold]{score:.3f}[/]")
    say.print(table)


def save(folder: Path, table: Dataset, experiment: Experiment, network: Network, history: list[Progress]) -> None:
    """The model file, the cost curve, and for two features the decision boundary; says where they are."""
    import numpy as np

    from .files.model_file import save_model
    from .insight.plots import plot_costs, plot_decision_boundary
    from .insight.plots import save as save_picture

    folder.mkdir(parents=True, exist_ok=True)
    last = history[-1]
    arrays = {"X.mean": experiment.of_X.mean, "X.scale": experiment.of_X.scale}
    if experiment.of_Y is not None:
        arrays |= {"Y.mean": experiment.of_Y.mean, "Y.scale": experiment.of_Y.scale}
    details = {
        "task": experiment.task,
        "features": list(table.feature_names),
        "target": table.target_name,
        "classes": None if experiment.classes is None else list(experiment.classes),
        "steps": (last.restored or last).step,
    }
    averages = last.averages if network.batch_norm_layers else None
    save_model(folder / "model.safetensors", network, last.parameters, averages, arrays=arrays, details=details)
    files = ["model.safetensors", "cost.png"]
    validation = None
    if experiment.parts.validation.size:
        looks = [p for p in history if p.validation_cost is not None and np.isfinite(p.validation_cost)]
        validation = ([p.step for p in looks], [p.validation_cost for p in looks])
    best = last.restored.step if last.restored else None
    picture = plot_costs(np.concatenate([p.costs for p in history]), validation=validation, best=best, title=table.name)
    save_picture(picture, folder / "cost.png")
    if table.X.shape[1] == 2:
        names: Any = {"feature_names": table.feature_names, "task": experiment.task}
        if experiment.classes is not None:
            names["class_names"] = {label: str(label) for label in experiment.classes}
        picture = plot_decision_boundary(
            lambda rows: experiment.answer(network, last, rows), table.X, table.y, title=table.name, **names
        )
        save_picture(picture, folder / "boundary.png")
        files.append("boundary.png")
    say.print(f"saved in [bold]{folder}[/]: {', '.join(files)}")


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """What the library says of bad input, without a traceback; BARRELEYE_TRACEBACK=1 shows it."""
    try:
        yield
    except (ValueError, TypeError, OSError, MemoryError) as error:
        if os.environ.get("BARRELEYE_TRACEBACK"):
            raise
        Console(stderr=True, highlight=False).print(f"[red]error:[/] {error}", soft_wrap=True, markup=True)
        raise typer.Exit(2) from None


def main() -> None:
    """The entry point of the ``barreleye`` command."""
    app()


if __name__ == "__main__":
    main()
