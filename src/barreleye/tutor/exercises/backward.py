"""Backward propagation, for two layers or L: called with the learner's own cache."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..casting.layouts import Name, leaves, name_at
from ..casting.naming import key_of
from ..casting.pupil import Pupil, parameter_names
from ..equations import Work, backward_sheet
from ..running.answers import Answer
from ..search import Reading, Trial
from .caches import network_cache
from .examples import HIDDEN, with_hidden
from .exercise import Exercise

BACKWARD = ("backward", "backward_deep")


@dataclass(frozen=True)
class Backward(Exercise):
    """dW and db from a cache."""

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        return {**pupil.available(v), "cache": network_cache(pupil, v, self.role)}

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """dW and db by key, shape or place; dZ where keys name them. One that steps itself shows them by its step."""
        observed = pupil.quantities(answer.value, v, self.required(v))
        if self._steps_itself(pupil, answer.value):
            observed = {(q, l): (getattr(v, q[1:])[l] - new) / v.learning_rate for (q, l), new in observed.items()}
        for path, leaf in leaves(answer.value):
            name = name_at(path)
            if name is not None and name[0] == "dZ" and 1 <= name[1] <= v.L and isinstance(leaf, np.ndarray):
                observed.setdefault(name, leaf)
        return observed

    def _steps_itself(self, pupil: Pupil, value: Any) -> bool:
        """Whether it takes the learning rate and returns parameters, by their own names."""
        rated = any(key_of(one.name) == "learning_rate" for one in pupil.cast[self.role].parameters)
        names = {name[0] for path, _ in leaves(value) if (name := name_at(path))}
        return rated and {"W", "b"} <= names and not {"dW", "db"} & names

    def required(self, v: Work) -> Sequence[Name]:
        return parameter_names(v, "d")

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """dZ[L] at once from A[L] − Y, or through dA[L]; and every hidden activation where it is not known yet."""
        hidden = (trials[0].given.g[1],) if pupil.shown else HIDDEN
        L = trials[0].given.L
        code = [one.source for role, one in pupil.cast.items() if role.startswith(("backward", "linear_a"))]
        through_dA = re.search(rf"\bda_?(l|{L})\b|sigmoid_backward", "".join(code), re.IGNORECASE) is not None
        sheets = (backward_sheet(L), *(() if pupil.reading.classes else (backward_sheet(L, from_dA=True),)))
        readings = []
        for g in hidden:
            given = [Trial(v if v.g[1] == g or L == 1 else with_hidden(v, g), observed) for v, observed in trials]
            readings += [Reading(sheet, given) for sheet in (sheets[::-1] if through_dA else sheets)]
        return readings
