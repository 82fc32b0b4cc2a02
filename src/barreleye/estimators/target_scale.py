"""Targets on a scale of their own: millions are out of reach of small steps, and a millionth is less than ``tol``."""

import math
from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..nn.heads import Head
from .outputs import link_name

LARGE, SMALL = 10.0, 0.1
"""Beyond these a starting network's answers, which are around 1, are far from the targets."""


class TargetScale(NamedTuple):
    """What a warning adds on such targets, nothing for others; and the loss of always answering their mean."""

    advice: str = ""
    J_of_mean: float = math.inf

    def told(self, trouble: str, J: float) -> str:
        """The warning of a fit that ended with cost J, in that trouble or none; "" where there is nothing to say."""
        if not trouble and self.J_of_mean <= J:
            trouble = "The fit answers no better than the mean of y."
        return f"{trouble} {self.advice}".strip() if trouble else ""


def target_scale(Y: Array, weights: Array | None, head: Head) -> TargetScale:
    """The scale of targets Y (m, n_y) as the network takes them; heads that cannot standardise have no advice.

    >>> from barreleye.nn.heads import IdentityHead
    >>> print(target_scale(np.array([[290_000.0], [310_000.0]]), None, IdentityHead()).advice)
    y has mean 300,000 and standard deviation 10,000: standardize_target=True brings it to the network's scale.
    >>> target_scale(np.array([[-1.0], [1.0]]), None, IdentityHead())
    TargetScale(advice='', J_of_mean=inf)
    """
    if head.targets != "numbers" or link_name(head) != "identity" or (weights is not None and not np.any(weights)):
        return TargetScale()
    exact = np.asarray(Y, np.float64)
    mean = np.average(exact, axis=0, weights=weights)
    deviation = np.sqrt(np.average((exact - mean) ** 2, axis=0, weights=weights))
    off = (np.maximum(abs(mean), deviation) > LARGE) | ((deviation > 0) & (deviation < SMALL))
    if not off.any():
        return TargetScale()
    losses = np.asarray(head.loss(np.broadcast_to(mean[:, None], exact.T.shape), exact.T))
    k = int(off.argmax())
    which = f" in column {k}" if len(off) > 1 else ""
    return TargetScale(
        f"y has mean {mean[k]:,.6g} and standard deviation {deviation[k]:,.6g}{which}: standardize_target=True brings "
        "it to the network's scale.",
        float(np.average(np.ravel(losses), weights=weights)),
    )
