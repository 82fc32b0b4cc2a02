"""The bar of a run in progress."""

import warnings
from collections.abc import Iterator

from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..data.frame import counted
from ..models.scores import tidy
from ..nn.heads import QuantilesHead
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, listening
from ..training.progress import Progress, remember
from .console import say


def watch(
    training: Iterator[Progress], epochs: int, score: str, interrupted: Interrupted, what: str = "training"
) -> tuple[list[Progress], str | None]:
    """Every Progress of the run until it is interrupted, shown as a bar; and what went wrong, if training diverged.

    score    what the best epoch is chosen by: "cost", or the name of the validation score
    what     is done, before the bar
    """
    said = "{task.fields[numbers]}"
    bar = Bar("{task.description}", BarColumn(), TaskProgressColumn(), said, TimeElapsedColumn(), console=say)
    history: list[Progress] = []
    trouble = None
    with listening(last_word=True), bar, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "training was interrupted")  # said below, in its place
        shown = bar.add_task(what, total=epochs, numbers="")
        try:
            for progress in training:
                remember(history, progress)
                numbers = f"cost {progress.cost:.4g}"
                if progress.validation_score is not None and not isinstance(progress.network.head, QuantilesHead):
                    usual = "accuracy" if progress.network.head.classifies else "R2"
                    numbers += f"  validation {usual if score == 'cost' else score} {tidy(progress.validation_score)}"
                bar.update(shown, completed=progress.epoch, numbers=numbers)
                if interrupted():
                    break
            if not interrupted():  # a run that stops early has done all of its own
                bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = str(error)
    last = history[-1]
    over = f"after {counted(round(last.epoch), 'epoch')}"
    ended = "interrupted by Ctrl-C" if interrupted() else last.stopped or over
    why = f"; {ended}" if trouble is None or last.stopped else ""
    say.print(f"  {last.step} steps in {last.seconds:.1f} s on {last.engine} ({last.engine_reason}){why}", style="dim")
    if last.restored is not None:
        say.print(
            f"  kept are the parameters of step {last.restored.step}, the best by validation {score}", style="dim"
        )
    return history, trouble
