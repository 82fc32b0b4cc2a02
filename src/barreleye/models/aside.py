"""A model told by rows set aside how sharp its probabilities should be, and how far its answers may be trusted."""

from dataclasses import replace

import numpy as np

from ..data.frame import Frame
from ..data.targets import numbers_of
from ..nn.arrays import Array
from . import calibration
from .conformal import Aside, excess, groups_in, some, usual_size
from .model import Model


def informed(model: Model, X: Array, frame: Frame, weights: Array | None = None) -> Model:
    """The model with its probabilities calibrated, if the rows are enough for that, and with the scores of the rows.

    X (m, n_x)    the rows, coded
    frame         the rows as they came, targets included
    weights       (m,) of rows, for the calibration; how ill answers suit the truth is told by each row alike
    """
    targets = model.targets
    if not frame.m:
        return model
    if targets.classes:
        y = [targets.indices(frame, i) for i in range(len(targets.names))]
        if calibration.tells(targets, frame):
            P = targets.probabilities(model.outputs_of(X))
            fitted = tuple(calibration.fit(p, own, weights) for p, own in zip(P, y, strict=True))
            model = replace(model, calibrations=fitted)
    kept = some(frame.m)
    frame = frame.take(kept)
    outputs, spread = model.opinions_of(X[kept])
    beta = np.empty(0)
    if targets.classes:
        P = model.answers(outputs)
        scores = np.column_stack([1 - p[np.arange(frame.m), own[kept]] for p, own in zip(P, y, strict=True)])
    else:
        Y = np.column_stack([numbers_of(frame[name], name) for name in targets.names])
        beyond = excess(Y, *targets.ends(outputs))
        beta = usual_size(beyond) if spread.size else beta
        scores = beyond / (spread + beta) if spread.size else beyond
    if not np.isfinite(scores).all():  # of a network that diverged
        return model
    return replace(model, aside=Aside(scores.astype(np.float64), beta, groups_in(model.table.frame(frame).columns)))
