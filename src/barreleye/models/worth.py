"""What a model's answers are worth, all of it, on the rows that no model has seen."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array
from .calibration import Calibration, Reliability, reliability
from .effects import Effect, effects
from .importance import Rise, importance
from .layers import Layer, layers
from .model import Model
from .preparing import Prepared
from .promises import Promise, promises
from .residuals import Residuals, residuals
from .scores import MOST_TOLD_APART, confusion, of_classes, opponents, scores
from .worst import Worst, worst


class Sharpness(NamedTuple):
    """Of one column of classes: how far probabilities hold as the network gives them, and calibrated.

    temperature          of the calibration, and the other rows that told it; None where they were too few
    given, calibrated    reliability and scores of each; None: there is no calibration
    """

    temperature: float | None
    rows: int
    given: tuple[Reliability, Mapping[str, float]]
    calibrated: tuple[Reliability, Mapping[str, float]] | None

    def values(self) -> dict[str, Any]:
        """As JSON values."""
        both = {"given": self.given, "calibrated": self.calibrated}
        told = {name: one and {**one[0]._asdict(), "scores": one[1]} for name, one in both.items()}
        return plain({"temperature": self.temperature, "rows": self.rows, **told})


class Worth(NamedTuple):
    """How good answers are beside others', what they promise, what they hang on, and where they fail.

    answers      to the judged rows, as ``Model.answers`` gives them
    scores       by who answers: a constant, a linear model, and at the end "this network"
    promises     by target
    rises        of the loss, by column, the largest first
    effects      of the first columns among those
    worst        the rows with the largest losses
    confusions   by column of at most 20 classes: rows by their class (down) and by the answer (across), (K, K)
    sharpness    by column of classes
    residuals    by column of numbers
    layers       of the network, on rows that it learnt from
    """

    answers: Any
    scores: Mapping[str, Mapping[str, float]]
    promises: Mapping[str, Promise]
    rises: Mapping[str, Rise]
    effects: Mapping[str, Effect]
    worst: list[Worst]
    confusions: Mapping[str, Array]
    sharpness: Mapping[str, Sharpness]
    residuals: Mapping[str, Residuals]
    layers: list[Layer]

    def values(self) -> dict[str, Any]:
        """As JSON values; None for what is no finite number."""
        return {
            "scores": plain(self.scores),
            "coverage": {name: plain(one._asdict()) for name, one in self.promises.items()},
            "importance": {name: plain(one._asdict()) for name, one in self.rises.items()},
            "effects": {name: plain({**one._asdict(), "at": one.written}) for name, one in self.effects.items()},
            "worst": [plain(one._asdict()) for one in self.worst],
            "confusion": plain(self.confusions),
            "calibration": {name: one.values() for name, one in self.sharpness.items()},
            "residuals": {name: plain(one._asdict()) for name, one in self.residuals.items()},
            "layers": [plain({**one._asdict(), **spreads(one)}) for one in self.layers],
        }


def spreads(layer: Layer) -> dict[str, Any]:
    """The spreads of a layer by their names, as JSON has them."""
    return {name: one and one._asdict() for name, one in (("A", layer.A), ("dZ", layer.dZ), ("W", layer.W))}


NOTHING = Worth((), {}, {}, {}, {}, [], {}, {}, {}, [])
"""Of a network that is not judged."""


def unjudged(ready: Prepared, model: Model) -> Worth:
    """What is told of a network that diverged: its layers alone."""
    return NOTHING._replace(layers=layers(ready, model))


def worth(ready: Prepared, model: Model, coverage: float = 0.9) -> Worth:
    """Everything that is told of a model."""
    outputs, spread = model.opinions_of(ready.X[ready.judged])
    answers, names = model.answers(outputs), ready.targets.names
    rises = importance(ready, model)
    confusions, sharpness, of_numbers = dict[str, Array](), dict[str, Sharpness](), dict[str, Residuals]()
    if ready.targets.classes:
        frame = ready.frame.take(ready.judged)
        given = ready.targets.probabilities(outputs)
        for i, (name, P) in enumerate(zip(names, answers, strict=True)):
            y, K = ready.targets.indices(frame, i), P.shape[1]
            if K <= MOST_TOLD_APART:
                confusions[name] = confusion(y, P.argmax(axis=1), K)
            sharpness[name] = sharpness_of(y, given[i], P, model.calibrations[i] if model.calibrations else None)
    else:
        Y = ready.targets.decoded(ready.Y[ready.judged].astype(np.float64))
        of_numbers = {name: residuals(*each) for name, *each in zip(names, Y.T, answers.T, strict=True)}
    return Worth(
        answers=answers,
        scores={**opponents(ready), "this network": scores(ready, answers, ready.judged)},
        promises=promises(ready, model, outputs, spread, coverage),
        rises=rises,
        effects=effects(ready, model, rises),
        worst=worst(ready, model, outputs),
        confusions=confusions,
        sharpness=sharpness,
        residuals=of_numbers,
        layers=layers(ready, model),
    )


def sharpness_of(y: Array, given: Array, answered: Array, calibration: Calibration | None) -> Sharpness:
    """How far probabilities (m, K) hold before and after their calibration; y (m,): places of the right classes."""
    before, after = ((reliability(P, y), of_classes(y, P)) for P in (given, answered))
    if calibration is None:
        return Sharpness(None, 0, before, None)
    return Sharpness(calibration.temperature, calibration.rows, before, after)


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
