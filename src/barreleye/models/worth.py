"""What a model's answers are worth, all of it, on the rows that no model has seen."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .effects import Effect, effects
from .importance import Rise, importance
from .model import Model
from .preparing import Prepared
from .promises import Promise, promises
from .scores import opponents, scores
from .worst import Worst, worst


class Worth(NamedTuple):
    """How good answers are beside others', what they promise, what they hang on, and where they fail.

    answers      to the judged rows, as ``Model.answers`` gives them
    scores       by who answers: a constant, a linear model, and at the end "this network"
    promises     by target
    rises        of the loss, by column, the largest first
    effects      of the first columns among those
    worst        the rows with the largest losses
    """

    answers: Any
    scores: Mapping[str, Mapping[str, float]]
    promises: Mapping[str, Promise]
    rises: Mapping[str, Rise]
    effects: Mapping[str, Effect]
    worst: list[Worst]

    def values(self) -> dict[str, Any]:
        """As JSON values; None for what is no finite number."""
        return {
            "scores": plain(self.scores),
            "coverage": {name: plain(one._asdict()) for name, one in self.promises.items()},
            "importance": {name: plain(one._asdict()) for name, one in self.rises.items()},
            "effects": {name: plain({**one._asdict(), "at": one.written}) for name, one in self.effects.items()},
            "worst": [plain(one._asdict()) for one in self.worst],
        }


NOTHING = Worth((), {}, {}, {}, {}, [])
"""Of a network that diverged."""


def worth(ready: Prepared, model: Model, coverage: float = 0.9) -> Worth:
    """Everything that is told of a model."""
    outputs, spread = model.opinions_of(ready.X[ready.judged])
    answers = model.answers(outputs)
    found = {**opponents(ready), "this network": scores(ready, answers, ready.judged)}
    rises = importance(ready, model)
    promised = promises(ready, model, outputs, spread, coverage)
    return Worth(answers, found, promised, rises, effects(ready, model, rises), worst(ready, model, outputs))


def plain(value: Any) -> Any:
    """A value as JSON has it.

    >>> plain({"a": (np.float64(0.5), float("nan")), "b": np.array([1])})
    {'a': [0.5, None], 'b': [1]}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(one) for one in (value.tolist() if isinstance(value, np.ndarray) else value)]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, str | int) or value is None else str(value)
