"""layer_sizes: n_x and n_y are read off the data, n_h is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...words import catalogue, listed
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..flaws import flawed
from ..judgement import Judged, Judgement
from ..mistakes.sizes import SIZES, Sizes
from ..report import Finding
from ..running.answers import Function
from ..saying.judging import wrong_as_a_whole
from ..saying.stopping import stop
from .lacking import holds_not

SAID = catalogue("tutor_judging")
SHAPES = ((5, 7, 1), (3, 8, 3), (6, 9, 4))
"""(n_x, m, n_y) of the data that it is given: none of them alike."""


@dataclass(frozen=True)
class LayerSizes:
    """The exercise: call it with data of several shapes and look at the numbers."""

    role: str = "layer_sizes"

    def judged(self, pupil: Pupil) -> Judged:
        findings = self._findings(pupil, pupil.cast[self.role])
        return Judged(findings, (), Judgement(broken=bool(findings)))

    def _findings(self, pupil: Pupil, function: Function) -> list[Finding]:
        seen = []
        for n_x, m, n_y in SHAPES:
            X, Y = np.ones((n_x, m)), (np.arange(n_y * m).reshape(n_y, m) % 2).astype(float)
            answer = pupil.call(self.role, {**pupil.reading.data(X, Y), "n_h": 4})
            if answer.trouble is not None:
                return [stop(pupil, self.role, {}, answer)]
            sizes = sizes_in(answer.value)
            if sizes is None or not all(map(is_numeric, sizes[::2])):
                return [holds_not(function, answer, listed(["n_x", "n_h", "n_y"]))]
            seen.append(Sizes(X, Y, *sizes))
        right = {"n_x": [len(one.X) for one in seen], "n_y": [len(one.Y) for one in seen]}
        got = {name: [getattr(one, name) for one in seen] for name in right}
        wrong = {name for name in right if not all(map(same, got[name], right[name]))}
        found = flawed(SIZES, seen, function) if wrong else []
        if found and found[0].quantity == "order":  # which explains every number
            return found[:1]
        if not wrong - {finding.quantity for finding in found}:
            return found
        words = {"X": seen[0].X.shape, "Y": seen[0].Y.shape, "n_x": right["n_x"][0], "n_y": right["n_y"][0]}
        claim = SAID["structure.sizes"].filled(**words, got_x=seen[0].n_x, got_y=seen[0].n_y)
        return [*found, wrong_as_a_whole(function, claim)]


def same(size: Any, right: int) -> bool:
    return np.ndim(size) == 0 and bool(size == right)


def is_numeric(size: Any) -> bool:
    """Whether it is a number, or several, such as a whole shape."""
    every = size if isinstance(size, tuple | list) else [size]
    return all(isinstance(one, float | int | np.ndarray) for one in every)


def sizes_in(value: Any) -> tuple[Any, Any, Any] | None:
    """n_x, n_h, n_y in what was returned: by key in a dictionary, else in this order; n_h may be left out."""
    if isinstance(value, Mapping):
        by_key = {key_of(str(key)): size for key, size in value.items()}
        return (by_key["n_x"], by_key.get("n_h"), by_key["n_y"]) if {"n_x", "n_y"} <= set(by_key) else None
    if isinstance(value, tuple | list | np.ndarray) and len(value) in (2, 3):
        return value[0], value[1] if len(value) == 3 else None, value[-1]
    return None


STRUCTURE = {"layer_sizes": LayerSizes()}
