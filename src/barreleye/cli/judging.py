"""What ``barreleye train`` shows of a trained network: its scores, what it promises, goes by and gets wrong."""

from collections.abc import Sequence
from typing import Any

from ..models import effects, importance, promises
from ..models.model import Model
from ..models.preparing import Prepared
from ..models.scores import comparison, confusion, loss_in, tidy
from ..models.worst import Worst
from ..models.worth import Worth, worth
from ..words import NOTHING, Text, catalogue
from .console import remark, say
from .showing import show
from .speech import many, words

CLASSES_SHOWN = 12


def report(ready: Prepared, model: Model, coverage: float) -> Worth:
    """How good the network is, beside a constant and the linear model, what it promises, goes by and gets wrong."""
    found = worth(ready, model, coverage)
    which = "judging.unseen" if ready.parts.test.size else "judging.all"
    say.print(words(which, rows=many("row", len(ready.judged))), style="bold")
    ours = found.scores["this network"]
    names = catalogue("results")
    lines = [(names[f"who.{who}"], *(tidy(its[measure]) for measure in ours)) for who, its in found.scores.items()]
    show([("", *ours), *lines], marked=len(lines))
    for name, calibration in zip(ready.targets.names, model.calibrations, strict=False):
        of_which = words("judging.of", name=repr(name)) if len(model.calibrations) > 1 else NOTHING
        how = words("judging.balanced") if ready.balanced else NOTHING
        remark(of_which + calibration.said + how)
    show_confusion(ready, found.answers)
    said = [*comparison(found.scores, model.network.L - 1), *promises.told(found.promises, model)]
    said += [importance.told(found.rises, loss_in(ours))] if found.rises else []
    said += [effects.told(found.effects)] if found.effects else []
    for sentence in said:
        remark(sentence)
    show_worst(ready, found.worst)
    return found


def show_worst(ready: Prepared, rows: Sequence[Worst]) -> None:
    """The rows that are answered worst: their numbers, what is true and what was answered."""
    names = ready.targets.names if len(ready.targets.names) > 1 else ("",)
    of = [Text(name and f"{name} ", name and f"{name} ") for name in names]
    heading = [name + words(f"judging.{what}") for what in ("is", "answered") for name in of]
    say.print(words("judging.worst"), style="bold")
    cells = [(f"{one.row:,}", *map(written, (*one.truth, *one.answer, one.loss))) for one in rows]
    show([(words("judging.row"), *heading, words("judging.loss")), *cells])


def written(value: Any) -> str:
    """A class, or a number as long as a person would write it."""
    return tidy(value) if isinstance(value, float) else str(value)[:40]


def show_confusion(ready: Prepared, answers: Any) -> None:
    """Which class was taken for which."""
    targets, names = ready.targets, [str(label) for label in next(iter(ready.targets.classes), ())]
    if len(targets.classes) != 1 or len(names) > CLASSES_SHOWN:
        return
    right = targets.indices(ready.frame.take(ready.judged))
    counts = confusion(right, answers[0].argmax(axis=1), len(names))
    lines = [(name, *map(str, row)) for name, row in zip(names, counts.tolist(), strict=True)]
    show([(words("judging.confusion"), *names), *lines])
