"""layer_sizes: n_x and n_y are read off the data, n_h is free."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...words import Text
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

SHAPES = ((5, 7, 1), (3, 8, 3), (6, 9, 4))
"""(n_x, m, n_y) of the data that it is given: none of them alike."""


class LayerSizes:
    """The exercise: call it with data of several shapes and look at the numbers."""

    role = "layer_sizes"

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
            if sizes is None or not all(is_numeric(one) for one in sizes[::2]):
                return [holds_not(function, answer, Text("n_x, n_h and n_y", "n_x、n_h、n_y"))]
            seen.append(Sizes(X, Y, *sizes))
        wrong = {
            quantity
            for one in seen
            for quantity, right in (("n_x", one.X.shape[0]), ("n_y", one.Y.shape[0]))
            if not same(getattr(one, quantity), right)
        }
        found = flawed(SIZES, seen, function) if wrong else []
        if found and found[0].quantity == "order":  # which explains every number
            return found[:1]
        unexplained = wrong - {finding.quantity for finding in found}
        return found + ([no_match(function, seen[0])] if unexplained else [])


def same(size: Any, right: int) -> bool:
    return np.ndim(size) == 0 and bool(size == right)


def is_numeric(size: Any) -> bool:
    """Whether it is a number, or several, such as a whole shape."""
    return all(
        isinstance(one, float | int | np.ndarray) for one in (size if isinstance(size, tuple | list) else [size])
    )


def sizes_in(value: Any) -> tuple[Any, Any, Any] | None:
    """n_x, n_h, n_y in what was returned: by key in a dictionary, else in this order; n_h may be left out."""
    if isinstance(value, Mapping):
        by_key = {key_of(str(key)): size for key, size in value.items()}
        return (by_key["n_x"], by_key.get("n_h"), by_key["n_y"]) if {"n_x", "n_y"} <= set(by_key) else None
    if isinstance(value, tuple | list | np.ndarray) and len(value) in (2, 3):
        return value[0], value[1] if len(value) == 3 else None, value[-1]
    return None


def no_match(function: Function, seen: Sizes) -> Finding:
    right = f"n_x = {seen.X.shape[0]}, n_y = {seen.Y.shape[0]}"
    got = f"n_x = {seen.n_x}, n_y = {seen.n_y}"
    return wrong_as_a_whole(
        function,
        Text(
            f"For X of shape {seen.X.shape} and Y of shape {seen.Y.shape} it gives {got}; it should give {right}.",
            f"X 的形状为 {seen.X.shape}、Y 的形状为 {seen.Y.shape} 时，它给出 {got}；应为 {right}。",
        ),
    )


STRUCTURE = {LayerSizes.role: LayerSizes()}
