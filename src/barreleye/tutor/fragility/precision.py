"""Right numbers that are not all there: in single precision, cut off far out, or with one axis less."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...nn.activations import Sigmoid
from ..casting.layouts import leaves
from ..casting.pupil import Pupil
from ..casting.returned import number_in, output_of
from ..equations import Work, forward_sheet, worked
from ..exercises.exercise import Exercise, in_float32
from ..search import Trial
from .extremes import takes_output
from .inputs import failure
from .names import CUT_OFF, FLAT, SAID, SINGLE_PRECISION, Fragile


def in_single_precision(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A function that is given float64 and returns float32."""
    v = exercise.examples(pupil)[0]
    answer = pupil.call(exercise.role, exercise.available(pupil, v))
    if in_float32([Trial(v, {("A", k): leaf for k, (_, leaf) in enumerate(leaves(answer.value))})]):
        yield Fragile(SINGLE_PRECISION)


SMALL = 2e-4
"""An output that is still so far from 0 or 1 should come out as it is; a bound of 1e-5 changes its logarithm by 1%."""


def sigmoid_cut_off(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A sigmoid by itself at Z = ±9, where it is 0.0001 from 0 and 1."""
    Z = np.array([[-9.0, -1.0, 0.0, 2.0, 9.0]])
    A = output_of(exercise.examples(pupil)[0], pupil.call("sigmoid", {"Z": Z}).value)
    gap = np.abs(A - Sigmoid()(Z)).ravel() if np.shape(A) == Z.shape else np.zeros(1)
    if gap.max() > SMALL:
        k = int(gap.argmax())
        z, got, right = Z[0, k], A[0, k], Sigmoid()(Z)[0, k]
        yield Fragile(CUT_OFF, SAID["what.sigma"].filled(z=z, right=right, got=got))


def forward_cut_off(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A forward pass whose hidden Z reach about ±20, then one whose Z[L] reaches ±9."""
    v = exercise.examples(pupil)[0]
    for place, wide in (("hidden", far_out(v, 20.0, 2.0)), ("output", far_out(v, 2.0, 9.0))):
        what = failure(pupil, exercise, wide)
        if what is not None:
            yield Fragile(CUT_OFF, SAID[f"what.{place}"].filled(what=what))
            return


def far_out(v: Work, hidden: float, output: float) -> Work:
    """v with the weights of each layer scaled so that the largest of its Z is this, in the hidden layers and at L."""
    v = v.copy()
    for l in v.W:
        v = worked(forward_sheet(v.L), v)
        scale = (output if l == v.L else hidden) / np.abs(v.Z[l]).max()
        v.W[l], v.b[l] = scale * v.W[l], scale * v.b[l]
    return worked(forward_sheet(v.L), v)


def cost_cut_off(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A cost where one output is 0.0002 from 0 and wrong: its logarithm decides."""
    v = exercise.examples(pupil)[0]
    if not takes_output(pupil, exercise, v):
        return
    A = np.where(np.arange(v.m) == v.Y[0].argmax(), SMALL, v.A[v.L])
    far = replace(v.copy(), A={**v.A, v.L: A}, Z={**v.Z, v.L: np.log(A / (1 - A))})
    right = exercise.readings(pupil, [Trial(far, {})])[0]
    J = worked(right.sheet, far).J[v.L]
    got = number_in(pupil.call("cost", exercise.available(pupil, far)).value)
    if isinstance(got, float | np.ndarray) and np.size(got) == 1 and abs(float(np.squeeze(got)) - J) > 0.02 * J:
        near = float(np.squeeze(got))
        yield Fragile(CUT_OFF, SAID["what.cost"].filled(small=SMALL, J=J, near=near))


def flat_output(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A forward pass whose one output unit gives a vector."""
    v = exercise.examples(pupil)[0]
    A = output_of(v, pupil.call(exercise.role, exercise.available(pupil, v)).value)
    if np.ndim(A) == 1:
        yield Fragile(FLAT, q=str(np.shape(A)))
