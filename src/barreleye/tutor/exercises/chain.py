"""Forward, cost, backward, update, predict: the chain of every training step, for two layers or L."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU
from ...words import Text, catalogue
from ..casting.layouts import Name, leaves, name_at
from ..casting.pupil import Pupil
from ..casting.returned import number_in, output_of
from ..classics import of
from ..constants import lines_drawn
from ..equations import Softmax, Work, cost_sheet, forward_sheet, line
from ..packing import written_names
from ..report import Finding
from ..running.answers import Answer
from ..search import Explained, Mistake, Reading, Trial, edits_of, reproduces
from .backward import BACKWARD, Backward
from .cached import named_wrongly, returned_too_early
from .examples import HIDDEN, RARER, with_hidden
from .exercise import Beside, Exercise

SAID = catalogue("tutor_judging")


@dataclass(frozen=True)
class Forward(Exercise):
    """A[L] from X and the parameters, and what a cache holds beside it."""

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """A[L], and of the cache what its keys name, or the code that makes its tuples."""
        AL = output_of(v, answer.value)
        written = written_names(pupil.cast[self.role], answer.value)
        observed: dict[Name, Any] = {} if AL is None else {("A", v.L): AL}
        found: dict[Name, Any] = {}
        for path, leaf in leaves(answer.value):
            name = name_at(path) or written.get(path)
            first = {"Z": 1, "A": 0}.get(name[0]) if name is not None else None
            if name is not None and first is not None and first <= name[1] <= v.L and isinstance(leaf, np.ndarray):
                found[name] = leaf
        if np.size(AL) == 1 and v.m > 1 and ("A", v.L) in found:  # a cost beside a cache, as in gradient checking
            observed = {}
        counted_from_X = ("A", 1) in found and found["A", 1].shape == v.X.shape != v.A[1].shape  # A[0] to A[L]
        return {name: as_row(one, v) for name, one in (observed if counted_from_X else {**found, **observed}).items()}

    def required(self, v: Work) -> Sequence[Name]:
        return [("A", v.L)]

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        return forward_with(HIDDEN, trials)

    def rarer(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        return forward_with(RARER, trials)

    def understood(self, pupil: Pupil, explained: Explained) -> Sequence[Text]:
        g = self.shows(explained)
        if g is None:
            return []
        kind = type(g).__name__ + (f" ({g.slope})" if isinstance(g, LeakyReLU) else "")
        return [SAID["chain.hidden"].filled(g=kind)]

    def shows(self, explained: Explained) -> Activation | None:
        """The hidden activation: what comes after is judged by it. None where a mistake has taken its place."""
        sheet, trials = explained.reading
        v, observed = trials[0]
        edits = edits_of(explained.slips, sheet)
        others = [Trial(with_hidden(v, g), observed) for g in HIDDEN if g != v.g[1]]
        return None if any(reproduces(sheet, one, edits) for one in others) else v.g[1]

    def beside(self, pupil: Pupil, trials: Sequence[Trial]) -> Beside:
        return named_wrongly(pupil, self.role, trials, [Backward(one) for one in BACKWARD if one in pupil.cast])

    def reworded(self, pupil: Pupil, found: Explained, findings: list[Finding]) -> list[Finding]:
        return returned_too_early(pupil, self.role, found, findings)


def as_row(value: Any, v: Work) -> Any:
    """One number for each sample as (1, m), where there is one output unit."""
    return value.reshape(1, -1) if np.shape(value) == (v.m,) and v.W[v.L].shape[0] == 1 else value


def forward_with(kinds: Sequence[Activation], trials: Sequence[Trial]) -> list[Reading]:
    """One reading for each hidden activation that it may be."""
    sheet = forward_sheet(trials[0].given.L)
    return [Reading(sheet, [Trial(with_hidden(v, g), observed) for v, observed in trials]) for g in kinds]


@dataclass(frozen=True)
class Cost(Exercise):
    """J from A[L] and Y."""

    def square(self, pupil: Pupil) -> Sequence[Work]:
        return ()

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        J = number_in(answer.value)
        return {} if J is None else {("J", v.L): J}

    def required(self, v: Work) -> Sequence[Name]:
        return [("J", v.L)]

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        v = trials[0].given
        return [Reading(cost_sheet(v.L, v.g[v.L]), trials)]


@dataclass(frozen=True)
class Predict(Exercise):
    """The labels: a forward pass, and where it lies of one half."""

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """In any shape that holds one for each sample."""
        found = output_of(v, answer.value)
        if found is None:
            return {}
        right = (v.m,) if isinstance(v.g[v.L], Softmax) else v.A[v.L].shape
        fits = found.size == v.m if len(right) == 1 else found.size == v.A[v.L].size and found.ndim < 3
        return {("answer", v.L): found.reshape(right) if fits else found}

    def required(self, v: Work) -> Sequence[Name]:
        return [("answer", v.L)]

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        known, v = pupil.hidden_of("predict"), trials[0].given
        labels = line("answer classes" if isinstance(v.g[v.L], Softmax) else "answer", v.L)
        readings = forward_with(HIDDEN if known is None else (known,), trials)
        return [Reading((*sheet, labels), given) for sheet, given in readings]

    def mistakes(self, pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
        """What is wrong with the labels, and then with the forward pass, where the function has one of its own."""
        labels = (*of("answer"), *lines_drawn(readings))
        forward = [helper for helper in pupil.helpers("predict") if helper.startswith("forward")]
        return labels if forward else (*labels, *super().mistakes(pupil, readings))
