"""The same function on inputs of another form: one sample, whole numbers, booleans, another order in memory."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from textwrap import shorten

import numpy as np

from ...words import Text
from ..casting.pupil import Pupil
from ..equations import Work, forward_sheet, worked
from ..exercises.exercise import Exercise
from ..likeness import DIFFERENT, FLOAT32_TOLERANCE, alike
from ..running.answers import Answer
from ..saying.evidence import difference, quantity_name
from ..saying.messages import told
from ..search import Trial, explanation
from .names import BOOLEAN_Y, MEMORY_ORDER, ONE_SAMPLE, REMEMBERS, SAID, UINT8_Y, WHOLE_X, Fragile, Fragility


def one_sample(v: Work) -> Work:
    """The first sample alone."""
    Z, A = ({l: a[:, :1] for l, a in layered.items()} for layered in (v.Z, v.A))
    return replace(v.copy(), X=v.X[:, :1], Y=v.Y[:, :1], Z=Z, A=A)


def whole_X(v: Work) -> Work:
    """X in whole numbers, and all that follows from it."""
    X = np.rint(2 * v.X).astype(int)
    return worked(forward_sheet(v.L), replace(v.copy(), X=X, A={0: X}))


def in_other_order(v: Work) -> Work:
    """X, W and A with columns in one piece, as a transpose has them; Y as every second column of a wider array."""
    W = {l: np.asfortranarray(one) for l, one in v.W.items()}
    A = {l: np.asfortranarray(one) for l, one in v.A.items()}
    return replace(v.copy(), X=A[0], Y=np.repeat(v.Y, 2, axis=1)[:, ::2], W=W, A=A)


def other_numbers(v: Work) -> Work:
    """Other numbers in arrays of the same shapes."""
    X, dW = -0.7 * v.X, {l: -2 * one for l, one in v.dW.items()}
    Y = np.roll(v.Y, 1, axis=0) if len(v.Y) > 1 else 1 - v.Y
    return worked(forward_sheet(v.L), replace(v.copy(), X=X, Y=Y, A={0: X}, dW=dW))


FORMS: tuple[tuple[Fragility, Callable[[Work], Work]], ...] = (
    (ONE_SAMPLE, one_sample),
    (WHOLE_X, whole_X),
    (UINT8_Y, lambda v: replace(v.copy(), Y=v.Y.astype(np.uint8))),
    (BOOLEAN_Y, lambda v: replace(v.copy(), Y=v.Y.astype(bool))),
    (MEMORY_ORDER, in_other_order),
)


def on_other_inputs(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """The forms of input on which a function that is right elsewhere fails, each name once."""
    remembers = list(on_other_numbers(pupil, exercise))
    if remembers:
        yield from remembers
        return
    v = exercise.examples(pupil)[0]
    said: set[str] = set()
    for fragility, form in () if pupil.reading.whole else FORMS:
        what = failure(pupil, exercise, form(v)) if fragility.name not in said else None
        if what is not None:
            said.add(fragility.name)
            yield Fragile(fragility, what)


def on_other_numbers(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A function that is right on the first numbers of a shape and fails on the next keeps something between calls."""
    what = failure(pupil, exercise, other_numbers(exercise.examples(pupil)[0]))
    if what is not None:
        yield Fragile(REMEMBERS, what)


def failure(pupil: Pupil, exercise: Exercise, v: Work) -> Text | None:
    """How the function fails on v: it stops, lacks a quantity, or gives another one; None where it is right."""
    answer = pupil.call(exercise.role, exercise.available(pupil, v))
    if answer.trouble is not None:
        return stops(answer)
    observed = exercise.observed(pupil, v, answer)
    needed = {name: observed[name] for name in exercise.required(v) if name in observed}
    if len(needed) < len(exercise.required(v)):
        return SAID["what.lacks"]
    trials = [Trial(v, needed)]
    readings = exercise.readings(pupil, trials)
    ways = (one(pupil, trials) for one in (exercise.readings, exercise.rarer))
    if any(
        explanation(way, (), (), 0, FLOAT32_TOLERANCE) for way in ways
    ):  # what is not to all digits is said elsewhere
        return None
    right = worked(readings[0].sheet, readings[0].trials[0].given)
    for (quantity, l), got in needed.items():
        expected = getattr(right, quantity)[l]
        if alike(got, expected, FLOAT32_TOLERANCE) == DIFFERENT:
            gap, name = difference(expected, got), quantity_name(quantity, l)
            return SAID["what.one"].filled(name=name, gap=gap)
    return SAID["what.numbers"]


def stops(answer: Answer) -> Text:
    trouble = answer.trouble
    assert trouble is not None
    said = told(trouble.type or trouble.kind, shorten(trouble.message, 120, placeholder=" ...").rstrip("."))
    return SAID["what.stops"].filled(said=said)
