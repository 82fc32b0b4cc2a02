"""A training as a value: what ``train`` is asked for, so that it can be asked again with one thing changed.

>>> job = Job.of(Network((2, 3, 1), "tanh"), [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], steps=20, learning_rate=1)
>>> job.rate, job.changed(learning_rate=0.1).rate, job.start.W[1].shape
(1.0, 0.1, (3, 2))
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from functools import cached_property
from typing import Any, Self

import numpy as np

from ...nn.arrays import Array
from ...nn.network import forward
from ...nn.normalization import Averages
from ...nn.quantities import Parameters
from ...nn.sparse import is_sparse
from ...nn.structure import Network
from ...training.arguments import named_rule
from ...training.border import Rows, check_rows
from ...training.lbfgs import LBFGS
from ...training.loop import train
from ...training.members import each, how_many, member
from ...training.plan import planned
from ...training.progress import Progress
from ...words import catalogue

SAY = catalogue("pictures")

SAMPLE = 2000
"""Rows that are enough to tell what a layer does: every k-th, so that they are the same at every look."""


@dataclass(frozen=True, eq=False)
class Job:
    """What ``train`` is asked for: a network, checked rows and the other arguments, by their names."""

    network: Network
    X: Array
    Y: Array
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, X: Any, Y: Any, **options: Any) -> Self:
        """The job of the arguments of ``train``, rows checked as there. ValueError for a stream or a sparse X."""
        if Y is None or is_sparse(X):
            raise ValueError(SAY["refused.rows"])
        rows = check_rows(network, X, Y, options.get("weights"), dtype=options.get("dtype"))
        held_out = options.get("validation")
        if held_out is not None:
            options["validation"] = check_rows(network, *held_out, dtype=rows.X.dtype, what="validation ")
        return cls(network, rows.X, rows.Y, options)

    def changed(self, network: Network | None = None, X: Any = None, Y: Any = None, **options: Any) -> "Job":
        """The same job with something else in it; ``steps`` and ``epochs`` take each other's place."""
        told = dict(self.options)
        for one, other in (("steps", "epochs"), ("epochs", "steps")):
            if one in options:
                told.pop(other, None)
        return Job(
            network or self.network,
            self.X if X is None else X,
            self.Y if Y is None else Y,
            {name: value for name, value in (told | options).items() if value is not None},
        )

    def recoded(self, X: Callable[[Array], Array] | None = None, Y: Callable[[Array], Array] | None = None) -> "Job":
        """The same job on other columns: what X and Y make of its rows, of the validation rows too."""
        of_X, of_Y, given = X or np.asarray, Y or np.asarray, self.options.get("validation")
        held_out = None if given is None else (of_X(given[0]), of_Y(given[1]), *given[2:])
        return self.changed(X=of_X(self.X), Y=of_Y(self.Y), validation=held_out)

    @property
    def alone(self) -> "Job":
        """The job of the first of its networks, where there are several."""
        several = isinstance(self.options.get("seed", 0), tuple | list)
        return self.changed(seed=self.seed, shared=None) if several else self

    @property
    def seed(self) -> int:
        """The first of its seeds."""
        given = self.options.get("seed", 0)
        return int(each(tuple(given) if isinstance(given, list) else given)[0])

    @cached_property
    def rate(self) -> float | None:
        """The learning rate before its schedule; None for L-BFGS, which has none."""
        rule, rate = named_rule(self.options.get("optimizer", "adam"), self.options.get("learning_rate"))
        return None if isinstance(rule, LBFGS) else float(rate)

    def train(self) -> Iterator[Progress]:
        """``train`` with all of it."""
        return train(self.network, self.X, self.Y, **self.options)

    @cached_property
    def start(self) -> Parameters:
        """The parameters that training begins with; of several networks those of the first."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is to be said of the rows was said when they were trained on
            p = planned(self.network, self.X, self.Y, **self.options).run.state.parameters
        return p if how_many(p) is None else member(p, 0)

    @cached_property
    def rows(self) -> Rows:
        """At most 2,000 of the rows that are trained on."""
        return some(Rows(self.X, self.Y, self.options.get("weights")))

    @cached_property
    def held_out(self) -> Rows | None:
        """At most 2,000 of the validation rows."""
        given = self.options.get("validation")
        return None if given is None else some(Rows(*given, *[None] * (3 - len(given))))


def some(rows: Rows) -> Rows:
    """Every k-th row, so that at most 2,000 are left."""
    each_kth = slice(None, None, -(-len(rows.X) // SAMPLE) or 1)
    X, Y, weights = rows
    return Rows(X[each_kth], Y[each_kth], None if weights is None else np.asarray(weights)[each_kth])


def losses(network: Network, parameters: Parameters, averages: Averages | None, rows: Rows) -> Array:
    """The loss of each row (m,), as predictions are judged: no dropout, no penalty, no smoothing of labels."""
    X, Y, _ = rows.columns
    with np.errstate(all="ignore"):
        Z = forward(network, parameters, X, averages=averages).Z[network.L]
        return network.head.judge.loss(Z, Y)[0].astype(np.float64)


def mean(values: Array, rows: Rows) -> float:
    """The mean over rows, as their weights say."""
    return float(np.average(values, weights=rows.weights))


def remade(network: Network, **fields: Any) -> Network:
    """The network with other arguments in the place of some of its own.

    >>> remade(Network((2, 4, 1)), batch_norm=True)
    Network(2 - 4 relu, batch norm - 1 sigmoid)
    """
    own = {one.name: getattr(network, one.name) for one in fields_of(network)}
    return Network(**(own | fields))
