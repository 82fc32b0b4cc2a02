"""Right numbers that are not all there: in single precision, cut off far out, or with one axis less."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...nn.activations import Sigmoid
from ...words import Text
from ..casting.layouts import leaves
from ..casting.pupil import Pupil
from ..casting.returned import number_in, output_of
from ..equations import Work, forward_sheet, worked
from ..exercises.numeric import Numeric, in_float32
from ..search import Trial
from .extremes import takes_output
from .inputs import failure
from .names import Fragile, Fragility

SINGLE_PRECISION = Fragility(
    "computes in float32",
    Text(
        "Its numbers carry only about 7 digits: what it is given is float64, and what it returns is float32.",
        "它的数值只有约 7 位有效数字：传入的是 float64，返回的却是 float32。",
    ),
    Text("Which line makes a float32, with astype or dtype?", "哪一行用 astype 或 dtype 变成了 float32？"),
)
CUT_OFF = Fragility(
    "cut off",
    Text("Something is cut off too soon, as by np.clip: {what}.", "有数值过早地被截断了（例如被 np.clip）：{what}。"),
    Text(
        "Bounds of ±500 for Z and of 1e-15 for A keep exp and log in range. (If it is meant, as in ReLU6, leave it.)",
        "Z 取 ±500、A 取 1e-15 这样的界限，就足以让 exp 和 log 不越界。（若是有意为之，例如 ReLU6，就不必改。）",
    ),
)
FLAT = Fragility(
    "one axis less",
    Text(
        "Its numbers are right, in an array of shape {q}; in the course the output is a matrix, (n_y, m).",
        "数值是对的，但数组形状是 {q}；课程里的输出是矩阵 (n_y, m)。",
    ),
    Text("Which step drops an axis, such as ravel or squeeze?", "哪一步去掉了一个轴（例如 ravel 或 squeeze）？"),
)


def in_single_precision(pupil: Pupil, numeric: Numeric) -> Iterator[Fragile]:
    """A function that is given float64 and returns float32."""
    v = numeric.examples(pupil)[0]
    answer = pupil.call(numeric.role, numeric.available(pupil, v))
    if in_float32([Trial(v, {("A", k): leaf for k, (_, leaf) in enumerate(leaves(answer.value))})]):
        yield Fragile(SINGLE_PRECISION)


SMALL = 2e-4
"""An output that is still so far from 0 or 1 should come out as it is; a bound of 1e-5 changes its logarithm by 1%."""


def sigmoid_cut_off(pupil: Pupil, numeric: Numeric) -> Iterator[Fragile]:
    """A sigmoid by itself at Z = ±9, where it is 0.0001 from 0 and 1."""
    Z = np.array([[-9.0, -1.0, 0.0, 2.0, 9.0]])
    A = output_of(numeric.examples(pupil)[0], pupil.call("sigmoid", {"Z": Z}).value)
    gap = np.abs(A - Sigmoid()(Z)).ravel() if np.shape(A) == Z.shape else np.zeros(1)
    if gap.max() > SMALL:
        k = int(gap.argmax())
        z, got, right = Z[0, k], A[0, k], Sigmoid()(Z)[0, k]
        yield Fragile(
            CUT_OFF,
            Text(f"σ({z:.0f}) = {right:.5f} comes out as {got:.5f}", f"σ({z:.0f}) = {right:.5f}，得到的却是 {got:.5f}"),
        )


def forward_cut_off(pupil: Pupil, numeric: Numeric) -> Iterator[Fragile]:
    """A forward pass whose hidden Z reach about ±20, then one whose Z[L] reaches ±9."""
    v = numeric.examples(pupil)[0]
    for place, wide in (
        (Text("where the hidden Z reach ±20", "隐藏层的 Z 达到 ±20 时"), far_out(v, 20.0, 2.0)),
        (Text("where Z of the output reaches ±9", "输出层的 Z 达到 ±9 时"), far_out(v, 2.0, 9.0)),
    ):
        what = failure(pupil, numeric, wide)
        if what is not None:
            yield Fragile(CUT_OFF, Text(f"{place.en}, {what.en}", f"{place.zh}，{what.zh}"))
            return


def far_out(v: Work, hidden: float, output: float) -> Work:
    """v with the weights of each layer scaled so that the largest of its Z is this, in the hidden layers and at L."""
    v = v.copy()
    for l in v.W:
        v = worked(forward_sheet(v.L), v)
        scale = (output if l == v.L else hidden) / np.abs(v.Z[l]).max()
        v.W[l], v.b[l] = scale * v.W[l], scale * v.b[l]
    return worked(forward_sheet(v.L), v)


def cost_cut_off(pupil: Pupil, numeric: Numeric) -> Iterator[Fragile]:
    """A cost where one output is 0.0002 from 0 and wrong: its logarithm decides."""
    v = numeric.examples(pupil)[0]
    if not takes_output(pupil, numeric, v):
        return
    A = np.where(np.arange(v.m) == v.Y[0].argmax(), SMALL, v.A[v.L])
    far = replace(v.copy(), A={**v.A, v.L: A}, Z={**v.Z, v.L: np.log(A / (1 - A))})
    right = numeric.readings(pupil, [Trial(far, {})])[0]
    J = worked(right.sheet, far).J[v.L]
    got = number_in(pupil.call("cost", numeric.available(pupil, far)).value)
    if isinstance(got, float | np.ndarray) and np.size(got) == 1 and abs(float(np.squeeze(got)) - J) > 0.02 * J:
        near = float(np.squeeze(got))
        yield Fragile(
            CUT_OFF,
            Text(
                f"where a 1 has the probability {SMALL}, J = {J:.4f} comes out as {near:.4f}",
                f"当标签 1 的概率是 {SMALL} 时，J = {J:.4f}，得到的却是 {near:.4f}",
            ),
        )


def flat_output(pupil: Pupil, numeric: Numeric) -> Iterator[Fragile]:
    """A forward pass whose one output unit gives a vector."""
    v = numeric.examples(pupil)[0]
    A = output_of(v, pupil.call(numeric.role, numeric.available(pupil, v)).value)
    if np.ndim(A) == 1:
        yield Fragile(FLAT, q=str(np.shape(A)))
