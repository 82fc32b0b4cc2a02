"""What a fit has made, as one value; and an estimator's attributes, which tell it as scikit-learn does: both ways.

The attributes are the numbers: there is no second copy, so ``coefs_`` that a user sets by hand are what predicts, what
is saved and what training goes on from. They are (n_in, n_out) as scikit-learn has them; those of several networks have
a leading axis: coefs_[i] is (k, n_in, n_out).
"""

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

import numpy as np

from ..nn.arrays import Array
from ..nn.normalization import Averages
from ..nn.optimizers import Optimizer
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..nn.validation import misshapen
from ..training.engine import Ending
from ..training.lbfgs import LBFGS
from ..training.members import Seed
from ..training.progress import Measured
from ..training.step import State
from .labels import Labels
from .outputs import link_name
from .targets import Learnt


class Memory(NamedTuple):
    """What training remembers beside the numbers, for a fit that goes on.

    rule             the kind of optimizer that it is of
    optimizer, t     its arrays, and the updates made
    since, factor    epochs without an improvement, and what has become of the learning rate
    """

    rule: type[Optimizer] | type[LBFGS]
    optimizer: Parameters
    t: int
    since: float = 0.0
    factor: float = 1.0


@dataclass
class History:
    """What scikit-learn tells of an estimator's fits, by its names: n_iter is n_iter_, and so on.

    t    the rows seen
    """

    n_iter: int = 0
    t: int = 0
    loss: float = math.nan
    loss_curve: list[float] = field(default_factory=list)
    validation_loss_curve: list[float] | None = None
    validation_scores: list[float] | None = None
    best_loss: float | None = None
    best_validation_score: float | None = None

    @classmethod
    def new(cls, early_stopping: bool) -> Self:
        """Before a first fit."""
        if early_stopping:
            return cls(validation_scores=[], best_validation_score=-math.inf)
        return cls(best_loss=math.inf)

    def add(self, measured: Measured, m: int) -> None:
        """One epoch of m rows."""
        self.n_iter += 1
        self.t += m
        self.loss = measured.cost
        self.loss_curve.append(measured.cost)
        if measured.validation_cost is not None:
            self.validation_loss_curve = self.validation_loss_curve or []
            self.validation_loss_curve.append(measured.validation_cost)
        if self.validation_scores is not None and measured.validation_score is not None:
            self.validation_scores.append(measured.validation_score)


class Fitted(NamedTuple):
    """What a fit has made: what is learnt of y, and of X, the network with its numbers, and all that goes on from it.

    constants    of X: see ``rows.constants``
    ending       why training was over before all its steps were made; None: it was not, or nobody knows any more
    """

    learnt: Learnt
    constants: Array
    network: Network
    seed: Seed | None
    parameters: Parameters
    averages: Averages | None
    memory: Memory | None
    history: History
    ending: Ending | None = None

    def start(self, rule: Optimizer | LBFGS) -> Parameters | State:
        """Where that rule goes on: from the numbers, with the memory of a run of its kind; L-BFGS has none."""
        memory = self.memory
        if memory is None or isinstance(rule, LBFGS) or type(rule) is not memory.rule:
            return self.parameters
        return State(self.parameters, memory.optimizer, self.averages or Averages({}, {}), memory.t)


def attributes_of(fitted: Fitted) -> dict[str, Any]:
    """All that a fit sets: scikit-learn's attributes, three of batch norm, and what later calls need."""
    p, averages, network, learnt = fitted.parameters, fitted.averages or Averages({}, {}), fitted.network, fitted.learnt
    layers = sorted(p.W)

    def rows(numbers: dict[int, Array]) -> list[Any]:
        return [np.array(numbers[l][..., 0]) if l in numbers else None for l in layers]

    history = deepcopy(fitted.history)
    return {
        **{f"{one.name}_": getattr(history, one.name) for one in fields(history)},
        "coefs_": [np.array(p.W[l].mT, order="C") for l in layers],
        "intercepts_": rows({**p.b, **p.beta}),
        "batch_norm_scales_": rows(p.gamma),
        "batch_norm_means_": rows(averages.mu),
        "batch_norm_variances_": rows(averages.sigma2),
        "n_layers_": network.L + 1,
        "n_outputs_": network.n[-1],
        "out_activation_": link_name(network.head),
        **({"classes_": learnt.classes_} if isinstance(learnt, Labels) else {}),
        "_learnt": learnt,
        "_constants": fitted.constants,
        "_network": network,
        "_seed": fitted.seed,
        "_memory": fitted.memory,
        "_no_improvement_count": int(fitted.memory.since) if fitted.memory else 0,  # of which scikit-learn has tests
    }


def fitted_of(model: Any, network: Network | None = None, dtype: Any = None) -> Fitted:
    """What the attributes tell: ``attributes_of`` backwards. Attributes beside coefs_ may be missing, if set by hand.

    Raises ValueError for arrays of other shapes than the network's.
    """
    network = network or model._network
    history = History(
        **{one.name: getattr(model, f"{one.name}_") for one in fields(History) if hasattr(model, f"{one.name}_")}
    )
    there: Any = {name: getattr(model, f"_{name}", None) for name in ("learnt", "constants", "seed", "memory")}
    parameters, averages = parameters_of(model, network, dtype), averages_of(model, network, dtype)
    return Fitted(network=network, parameters=parameters, averages=averages, history=history, **there)


def parameters_of(model: Any, network: Network, dtype: Any = None) -> Parameters:
    """An estimator's coefs_ and intercepts_ as the library's Parameters, without a copy.

    Raises ValueError, here as in ``averages_of``, for arrays of other shapes than the network's.
    """
    normalised = network.batch_norm_layers
    layers = range(1, network.L + 1)
    b = {l: _column(model, "intercepts_", network, l, dtype) for l in layers}
    return Parameters(
        {l: _numbers(model, "coefs_", l, (network.n[l - 1], network.n[l]), dtype).mT for l in layers},
        {l: b[l] for l in layers if l not in normalised},
        {l: _column(model, "batch_norm_scales_", network, l, dtype) for l in normalised},
        {l: b[l] for l in normalised},
    )


def averages_of(model: Any, network: Network, dtype: Any = None) -> Averages | None:
    """An estimator's running averages; None for a network without batch norm."""
    layers = network.batch_norm_layers
    if not layers:
        return None
    return Averages(
        {l: _column(model, "batch_norm_means_", network, l, dtype) for l in layers},
        {l: _column(model, "batch_norm_variances_", network, l, dtype) for l in layers},
    )


def _column(model: Any, attribute: str, network: Network, l: int, dtype: Any) -> Array:
    """Layer l's numbers of that attribute as a column (n[l], 1), or one for each member."""
    return _numbers(model, attribute, l, (network.n[l],), dtype)[..., None]


def _numbers(model: Any, attribute: str, l: int, shape: Sequence[int], dtype: Any) -> Array:
    """Layer l's floating-point numbers of that attribute, of that shape, or as many of it as there are members."""
    values = np.asarray(getattr(model, attribute)[l - 1], dtype)
    expected = (*np.shape(model.coefs_[0])[:-2], *shape)
    if values.shape != expected:
        raise ValueError(misshapen(f"{attribute}[{l - 1}]", values, str(expected)))
    return values if values.dtype.kind == "f" else values.astype(np.float64)
