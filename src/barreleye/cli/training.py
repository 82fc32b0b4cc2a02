"""The run of ``barreleye train``: the bar that it shows, and what it leaves."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..data.frame import counted
from ..insight.pictures import pictures
from ..models.folder import keep, results_folder, room_for, set_aside
from ..models.preparing import Prepared
from ..models.run import Settings, record, write_record
from ..models.worth import NOTHING
from ..nn.heads import QuantilesHead
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, listening
from ..training.progress import Progress
from .console import interruptible, say
from .endings import INTERRUPTED
from .judging import report, tidy
from .showing import introduce


def run(
    ready: Prepared, settings: Settings, data: str, notes: Sequence[str], out: Path | None, coverage: float
) -> None:
    """Show the table, train, show the scores, and leave the model, the record and the pictures in a folder.

    Raises OSError for what could not be kept; training that diverged or was interrupted has a status of its own.
    """
    training = settings.train(ready)  # which refuses what does not go together before the table fills the screen
    introduce(ready, settings, data, notes)
    with (
        interruptible(),
        results_folder(out, data) as made,
        room_for(settings.network(ready), settings.members, ready.X.dtype, made) as room,
        listening() as interrupted,
    ):
        history, trouble = watch(training, settings.epochs, interrupted)
        room.close()
        earlier = set_aside(made)
        files = ["diverged.safetensors" if trouble else "model.safetensors"]
        model = ready.model(history[-1])
        folder, failed = keep(model, made, files[0])
    found = NOTHING if trouble else report(ready, model, coverage)
    try:
        write_record(folder, record(ready, settings, history[-1], found, [*notes, *ready.notes], data))
        drawn, remarks = pictures(folder, ready, model, history, found.effects, Path(data).stem)
        files += ["run.json", *drawn]
        for remark in remarks:
            say.print(f"  {remark}", style="dim")
    except OSError as error:
        failed = failed or str(error)
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


def watch(training: Iterator[Progress], epochs: int, interrupted: Interrupted) -> tuple[list[Progress], str | None]:
    """Every Progress of the run until it is interrupted, shown as a bar; and what went wrong, if training diverged."""
    said = "{task.fields[numbers]}"
    bar = Bar("{task.description}", BarColumn(), TaskProgressColumn(), said, TimeElapsedColumn(), console=say)
    history: list[Progress] = []
    trouble = None
    with listening(last_word=True), bar, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "training was interrupted")  # said below, in its place
        shown = bar.add_task("training", total=epochs, numbers="")
        try:
            for progress in training:
                history.append(progress)
                numbers = f"cost {progress.cost:.4g}"
                if progress.validation_score is not None and not isinstance(progress.network.head, QuantilesHead):
                    score = "accuracy" if progress.network.head.classifies else "R2"
                    numbers += f"  validation {score} {tidy(progress.validation_score)}"
                bar.update(shown, completed=progress.epoch, numbers=numbers)
                if interrupted():
                    break
            if not interrupted():  # a run that stops early has done all of its own
                bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = str(error)
    last = history[-1]
    ended = "interrupted by Ctrl-C" if interrupted() else last.stopped or f"the {counted(epochs, 'epoch')} are over"
    why = f"; {ended}" if trouble is None or last.stopped else ""
    say.print(f"  {last.step} steps in {last.seconds:.1f} s on {last.engine} ({last.engine_reason}){why}", style="dim")
    if last.restored is not None:
        say.print(f"  kept are the parameters of step {last.restored.step}, the best by validation cost", style="dim")
    return history, trouble
