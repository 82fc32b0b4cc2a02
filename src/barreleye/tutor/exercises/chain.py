"""Forward, cost, backward, update, predict: the chain of every training step, for two layers or L."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU
from ...words import Text
from ..casting.layouts import Name, leaves, name_at
from ..casting.pupil import Pupil
from ..casting.returned import number_in, output_of
from ..casting.written import written_names
from ..classics import of
from ..constants import lines_drawn
from ..equations import Line, Softmax, Work, cost_sheet, forward_sheet, line
from ..judgement import Judged
from ..likeness import FLOAT32_TOLERANCE
from ..own_cost import judged_by_own_cost, judged_cost, judged_forward, judged_prediction, witness
from ..running.answers import Answer
from ..search import Explained, Mistake, Reading, Trial, edits_of, explanation, reproduces
from .backward import BACKWARD, backward
from .cached import named_wrongly, returned_too_early
from .examples import HIDDEN, RARER, examples_of, square_of, with_hidden
from .numeric import Numeric, every
from .update import update

# Forward


def forward_observed(pupil: Pupil, v: Work, answer: Answer, role: str) -> Mapping[Name, Any]:
    """A[L], and of the cache what its keys name, or the code that makes its tuples."""
    AL = output_of(v, answer.value)
    written = written_names(pupil.cast[role], answer.value)
    observed: dict[Name, Any] = {} if AL is None else {("A", v.L): AL}
    found: dict[Name, Any] = {}
    for path, leaf in leaves(answer.value):
        name = name_at(path) or written.get(path)
        first = {"Z": 1, "A": 0}.get(name[0]) if name is not None else None
        if name is not None and first is not None and first <= name[1] <= v.L and isinstance(leaf, np.ndarray):
            found[name] = leaf
    if np.size(AL) == 1 and v.m > 1 and ("A", v.L) in found:  # a cost beside a cache, as in gradient checking
        observed = {}
    counted_from_X = ("A", 1) in found and found["A", 1].shape == v.X.shape != v.A[1].shape  # in a list of A[0] to A[L]
    return {name: as_row(one, v) for name, one in (observed if counted_from_X else {**found, **observed}).items()}


def as_row(value: Any, v: Work) -> Any:
    """One number for each sample as (1, m), where there is one output unit."""
    return value.reshape(1, -1) if np.shape(value) == (v.m,) and v.W[v.L].shape[0] == 1 else value


def forward_readings(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
    """One reading for each hidden activation that it may be."""
    return forward_with(HIDDEN, trials)


def forward_with(kinds: Sequence[Activation], trials: Sequence[Trial]) -> list[Reading]:
    sheet = forward_sheet(trials[0].given.L)
    return [Reading(sheet, [Trial(with_hidden(v, g), observed) for v, observed in trials]) for g in kinds]


def own_forward(pupil: Pupil, role: str, trials: Sequence[Trial]) -> Judged | None:
    """A forward pass of another network than the course's; the rarer activations are worked where no other is right."""
    if explanation(forward_with(HIDDEN, trials), (), (), 0, FLOAT32_TOLERANCE) is not None:
        return None
    return judged_forward(pupil, role, forward_with((*HIDDEN, *RARER), trials))


def hidden_shown(pupil: Pupil, explained: Explained) -> Activation | None:
    """The hidden activation: what comes after is judged by it. None where a mistake has taken its place."""
    sheet, trials = explained.reading
    v, observed = trials[0]
    edits = edits_of(explained.slips, sheet)
    others = [Trial(with_hidden(v, g), observed) for g in HIDDEN if g != v.g[1]]
    return None if any(reproduces(sheet, one, edits) for one in others) else v.g[1]


def forward_understood(pupil: Pupil, explained: Explained) -> Sequence[Text]:
    g = hidden_shown(pupil, explained)
    if g is None:
        return []
    kind = type(g).__name__ + (f" ({g.slope})" if isinstance(g, LeakyReLU) else "")
    return [Text(f"The hidden activation is {kind}.", f"隐藏层的激活函数是 {kind}。")]


def forward(role: str) -> Numeric:
    return Numeric(
        role=role,
        examples=examples_of(role),
        square=square_of(role),
        available=lambda pupil, v: pupil.available(v),
        observed=lambda pupil, v, answer: forward_observed(pupil, v, answer, role),
        required=lambda v: [("A", v.L)],
        readings=forward_readings,
        rarer=lambda pupil, trials: forward_with(RARER, trials),
        understood=forward_understood,
        shows=hidden_shown,
        reworded=lambda pupil, found, findings: returned_too_early(pupil, role, found, findings),
        own=lambda pupil, trials: own_forward(pupil, role, trials),
        beside=lambda pupil, trials: named_wrongly(
            pupil, role, trials, [CHAIN[one] for one in BACKWARD if one in pupil.cast]
        ),
    )


# Cost


COST = Numeric(
    role="cost",
    examples=examples_of("cost"),
    square=lambda pupil: (),
    available=lambda pupil, v: pupil.available(v),
    observed=lambda pupil, v, answer: {("J", v.L): value} if (value := number_in(answer.value)) is not None else {},
    required=lambda v: [("J", v.L)],
    readings=lambda pupil, trials: [
        Reading(cost_sheet(trials[0].given.L, trials[0].given.g[trials[0].given.L]), trials)
    ],
    own=judged_cost,
)


# Predict


def predict_sheet(v: Work) -> tuple[Line, ...]:
    return (*forward_sheet(v.L), line("answer classes" if isinstance(v.g[v.L], Softmax) else "answer", v.L))


def predict_readings(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
    known = pupil.hidden_of("predict")
    readings = forward_with(HIDDEN if known is None else (known,), trials)
    return [Reading(predict_sheet(trials[0].given), reading.trials) for reading in readings]


def predicted(v: Work, value: Any) -> Mapping[Name, Any]:
    """The predictions, in any shape that holds one for each sample."""
    found = output_of(v, value)
    if found is None:
        return {}
    right = (v.m,) if isinstance(v.g[v.L], Softmax) else v.A[v.L].shape
    if found.size == v.m and len(right) == 1:
        return {("answer", v.L): found.reshape(right)}
    return {("answer", v.L): found.reshape(right) if found.size == v.A[v.L].size and found.ndim < 3 else found}


def predict_mistakes(pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
    """What is wrong with the labels, and then with the forward pass, where the function has one of its own."""
    labels = (*of("answer"), *lines_drawn(readings))
    forward = [helper for helper in pupil.helpers("predict") if helper.startswith("forward")]
    return labels if forward else (*labels, *every(pupil, readings))


def own_prediction(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """A prediction with the learner's own network, where it is not what the course's would give."""
    right = explanation(predict_readings(pupil, trials), (), (), 0) is not None
    return None if right else judged_prediction(pupil, trials)


PREDICT = Numeric(
    role="predict",
    examples=examples_of("predict"),
    square=square_of("predict"),
    available=lambda pupil, v: pupil.available(v),
    observed=lambda pupil, v, answer: predicted(v, answer.value),
    required=lambda v: [("answer", v.L)],
    readings=predict_readings,
    mistakes=predict_mistakes,
    own=own_prediction,
)

CHAIN: Mapping[str, Numeric] = {
    one.role: one
    for one in (
        forward("forward"),
        forward("forward_deep"),
        COST,
        backward("backward", judged_by_own_cost, witness),
        backward("backward_deep", judged_by_own_cost, witness),
        update("update"),
        update("update_deep"),
        PREDICT,
    )
}
