"""The starting parameters: judged by their shapes and their spread, since random numbers may be any."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..answers import Answer, Function
from ..evidence import difference
from ..flaws import flawed
from ..judging import unjudged, wrong_as_a_whole
from ..layouts import at, leaves, name_at, read
from ..mistakes.initialization import INITIALIZATION
from ..mistakes.start import Seen, Start
from ..mistakes.starting_biases import FLAT_BIAS, LYING_BIAS
from ..pupil import Pupil, parameter_shapes
from ..report import UNJUDGED, WRONG, Finding, FunctionReport
from ..roles import ROLES
from ..stopping import NOT_WRITTEN, stop, unwritten
from ..words import Text
from .examples import examples_of

SHALLOW = ((100, 40, 20), (4, 3, 2))
DEEP = ((100, 40, 20, 10), (5, 4, 3))
TINY = 0.02
"""Weights below this spread, in every layer of a deep network, starve its ReLUs."""

USABLE = ("W starts at zero", "W starts with one number", "units start alike", "W starts as integers")
"""What is wrong with the numbers alone: the form of the parameters is as it should be."""


class Initialization:
    """The exercise for one of the two functions."""

    def __init__(self, role: str, sizes: Sequence[tuple[int, ...]]) -> None:
        self.role = role
        self.sizes = sizes

    def report(self, pupil: Pupil) -> FunctionReport:
        """Call it, read W and b, look for flaws. What cannot be used any further is not used in later exercises."""
        function = pupil.cast[self.role]
        findings, remarks = self._findings(pupil, function)
        if any(finding.verdict in (WRONG, UNJUDGED) and finding.mistake not in USABLE for finding in findings):
            pupil.distrust(self.role)
        return FunctionReport(
            function.name, self.role, ROLES[self.role].title, function.where, tuple(findings), tuple(remarks)
        )

    def _findings(self, pupil: Pupil, function: Function) -> tuple[list[Finding], list[Text]]:
        seen = []
        for n in self.sizes:
            answer = self._called(pupil, n)
            if answer.trouble is not None:
                return [stop(pupil, self.role, {}, answer)], []
            seen.append(started(n, answer))
        if not seen[0].W:
            return [holds_none(function, answer)], []
        found = flawed(INITIALIZATION, seen, function)
        if not any(one.quantity == "parameters" or (one.quantity in "Wb" and one.verdict == WRONG) for one in found):
            found += misshapen(function, seen[-1]) or self._bias_shape(pupil, function, seen)
        return found, [] if found else starving(self.role, seen)

    def _called(self, pupil: Pupil, n: Sequence[int]) -> Answer:
        counts = {"n_x": n[0], "n_h": n[1], "n_y": n[-1]}
        return pupil.call(self.role, {**counts, "layer_dims": list(n)})

    def _bias_shape(self, pupil: Pupil, function: Function, seen: Seen) -> list[Finding]:
        """A bias that is no column is right where the learner's own forward pass can use it."""
        if all(b.ndim == 2 and b.shape[1] == 1 for b in seen[0].b.values()):
            return []
        role = next((one for one in ("forward_deep", "forward") if one in pupil.cast), None)
        if role is None:
            return flawed([FLAT_BIAS], seen, function)
        v = examples_of(role)(pupil)[0]
        own_form = pupil.call(role, pupil.available(v)).trouble
        columns = {f"{q}{l}": getattr(v, q)[l] for l in v.W for q in "Wb"}
        in_columns = pupil.call(role, {**pupil.available(v), "parameters": columns, **columns}).trouble
        return flawed([LYING_BIAS], seen, function) if own_form is not None and in_columns is None else []


def started(n: Sequence[int], answer: Answer) -> Start:
    """W and b by layer in what was returned."""
    shapes = parameter_shapes(n)
    arrays = {name: np.asarray(at(answer.value, path)) for name, path in read(answer.value, shapes).items()}
    names = frozenset(name for path, _ in leaves(answer.value) if (name := name_at(path)) is not None)
    W, b = ({l: array for (letter, l), array in arrays.items() if letter == one} for one in "Wb")
    return Start(n, dict(sorted(W.items())), dict(sorted(b.items())), names)


def misshapen(function: Function, start: Start) -> list[Finding]:
    """The first parameter that has another number of entries, or another shape, than it should have."""
    for (letter, l), shape in parameter_shapes(start.n).items():
        array = getattr(start, letter).get(l)
        if array is None:
            got = Text(f"{letter}{l} is missing", f"缺少 {letter}{l}")
        elif array.size == np.prod(shape) and (letter == "b" or array.shape == shape):
            continue
        else:
            gap = difference(np.zeros(shape), array)
            got = Text(f"{letter}{l} has {gap.en}", f"{letter}{l} 的{gap.zh}")
        n = list(start.n)
        claim = Text(f"For layers of sizes {n}, {got.en}.", f"各层大小为 {n} 时，{got.zh}。")
        return [wrong_as_a_whole(function, claim)]
    return []


def starving(role: str, seen: Seen) -> list[Text]:
    """A deep network that starts from 0.01 everywhere is right, and worth a word."""
    W: Mapping[int, Any] = seen[0].W
    if role != "initialize_deep" or not all(np.std(one) < TINY for one in W.values()):
        return []
    return [
        Text(
            "All weights are about 0.01: fine for two layers, but in a deep ReLU network the signal starves on the "
            "way, and "
            "the cost stays near log 2. Dividing by √n[l−1] (or He: × √(2/n[l−1])) keeps it alive.",
            "所有权重都在 0.01 左右：两层网络没问题，但在深层 ReLU 网络里信号会逐层衰减，代价停在 log 2 附近。"
            "除以 √n[l−1]（或用 He 初始化：× √(2/n[l−1])）就好了。",
        )
    ]


def holds_none(function: Function, answer: Answer) -> Finding:
    if unwritten(function, answer):
        return unjudged(function, NOT_WRITTEN)
    got = "None" if answer.value is None else type(answer.value).__name__
    return wrong_as_a_whole(
        function,
        Text(
            f"Its answer ({got}) holds no W1: check what it returns, and by which names.",
            f"它的返回值（{got}）里没有 W1：请检查返回了什么、键名是什么。",
        ),
    )


INITIALIZATIONS = {
    one.role: one for one in (Initialization("initialize", SHALLOW), Initialization("initialize_deep", DEEP))
}
