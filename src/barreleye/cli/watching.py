"""The bar of a run in progress."""

import warnings
from collections.abc import Iterator

from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from ..models.scores import tidy
from ..nn.heads import QuantilesHead
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, listening
from ..training.progress import Progress, remember
from ..words import NOTHING, told
from .console import remark, say
from .speech import many, spoken, words


def watch(
    training: Iterator[Progress],
    epochs: int,
    score: str,
    interrupted: Interrupted,
    what: str = "training.training",
) -> tuple[list[Progress], str | None]:
    """Every Progress of the run until it is interrupted, shown as a bar; and what went wrong, if training diverged.

    score    what the best epoch is chosen by: "cost", or the name of the validation score
    what     is done, before the bar: a key of ``words``
    """
    said = "{task.fields[numbers]}"
    bar = Bar("{task.description}", BarColumn(), TaskProgressColumn(), said, TimeElapsedColumn(), console=say)
    history: list[Progress] = []
    trouble = None
    with listening(last_word=True), bar, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "training was interrupted")  # said below, in its place
        shown = bar.add_task(words(what).said(spoken()), total=epochs, numbers="")
        try:
            for progress in training:
                remember(history, progress)
                numbers = words("training.cost", value=f"{progress.cost:.4g}")
                if progress.validation_score is not None and not isinstance(progress.network.head, QuantilesHead):
                    usual = "accuracy" if progress.network.head.classifies else "R2"
                    by = {"score": usual if score == "cost" else score, "value": tidy(progress.validation_score)}
                    numbers += words("training.validation", **by)
                bar.update(shown, completed=progress.epoch, numbers=numbers.said(spoken()))
                if interrupted():
                    break
            if not interrupted():  # a run that stops early has done all of its own
                bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = told(error)
    last = history[-1]
    over = words("training.after", epochs=many("epoch", round(last.epoch)))
    how = words("training.by_hand") if interrupted() else last.stopped or over
    end = words("training.ended", how=how) if trouble is None or last.stopped else NOTHING
    took = {"steps": last.step, "seconds": f"{last.seconds:.1f}", "engine": last.engine, "why": last.engine_reason}
    remark(words("training.steps", end=end, **took))
    if last.restored is not None:
        remark(words("training.kept", step=last.restored.step, score=score))
    return history, trouble
