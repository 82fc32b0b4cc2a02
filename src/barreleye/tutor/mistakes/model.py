"""Mistakes in the loop of training: they show in the parameters after k, k + 1 and k + 2 iterations."""

from ..flaws import Flaw
from .model_iterations import ITERATIONS
from .model_steps import STEPS
from .training import Training

__all__ = ["ITERATIONS", "MODEL", "STEPS"]

MODEL: tuple[Flaw[Training], ...] = (*ITERATIONS, *STEPS)
