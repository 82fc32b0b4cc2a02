"""What a model promises of its answers, and how far it keeps that on rows that no model has seen."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..words import Text, catalogue
from .conformal import coverage_range, rank, some
from .model import Model
from .preparing import Prepared
from .scores import amount

SAY = catalogue("results")


class Promise(NamedTuple):
    """Of one target: that an interval or set holds the truth with a probability of ``coverage``.

    rows         that were set aside and tell how large it must be
    low, high    between what shares of new rows that makes it hold, in nine cases of ten
    size         the mean half width of the intervals in the number's own units, or the mean number of classes in a set
    kept         the share of the judged rows for which it holds
    """

    coverage: float
    rows: int
    low: float
    high: float
    size: float
    kept: float


def promises(ready: Prepared, model: Model, outputs: Array, spread: Array, coverage: float = 0.9) -> dict[str, Promise]:
    """The promise for each target; none where too few rows were set aside.

    outputs, spread: what ``Model.opinions_of`` says of the judged rows
    """
    scores = model.aside.scores
    if rank(len(scores), coverage) > len(scores):
        return {}
    frame, limits = ready.frame.take(ready.judged), model.aside.limits(coverage)[0]
    if model.targets.classes:
        y = [ready.targets.indices(frame, i) for i in range(len(ready.targets.names))]
        sets = model.sets(outputs, limits)
        sizes = [each.sum(axis=1).mean() for each in sets]
        kept = [each[np.arange(frame.m), own].mean() for each, own in zip(sets, y, strict=True)]
    else:
        low, high = model.ends(outputs, spread, limits)
        Y = ready.targets.decoded(ready.Y[ready.judged].astype(np.float64))
        sizes, kept = (high - low).mean(axis=0) / 2, ((low <= Y) & (high >= Y)).mean(axis=0)
    between = coverage_range(len(scores), coverage)
    each = zip(ready.targets.names, sizes, kept, strict=True)
    return {name: Promise(coverage, len(scores), *between, float(size), float(part)) for name, size, part in each}


def possible(ready: Prepared, coverage: float) -> None:
    """Raise ValueError for a coverage that the rows which will be set aside cannot promise."""
    coverage_range(len(some(len(ready.parts.validation))), coverage)


def told(made: Mapping[str, Promise], model: Model) -> list[Text]:
    """Each promise and what came of it, in a sentence."""
    said = []
    for name, (coverage, rows, low, high, size, kept) in made.items():
        share = f"{100 * coverage:g}%"
        if model.targets.classes:
            what = SAY["promise.sets"].filled(size=f"{size:.2f}", name=repr(name), share=share)
        elif model.aside.beta.size or model.targets.quantiles:
            what = SAY["promise.intervals"].filled(size=amount(2 * size), name=repr(name), share=share)
        else:
            what = SAY["promise.within"].filled(size=amount(size), name=repr(name), share=share)
        found = {"rows": rows, "low": f"{low:.0%}", "high": f"{high:.0%}", "kept": f"{kept:.1%}"}
        said.append(SAY["promise.kept"].filled(what=what, **found))
    return said
