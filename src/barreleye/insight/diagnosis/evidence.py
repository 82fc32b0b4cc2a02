"""What the rules read: the job, its history, and the network at its start and at its end, on the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ...data.frame import Frame, Numbers
from ...data.targets import standard
from ...models.linear import linear
from ...nn.arrays import Array
from ...nn.network import backward, forward
from ...nn.normalization import Averages
from ...nn.quantities import Gradients, Parameters, Trace
from ...nn.structure import Network
from ...training.border import Rows
from ...training.members import how_many, member
from ...training.progress import Progress
from .job import Job, losses, mean

QUIET = 0.05
"""Of the highest rate: where a schedule goes in cycles, costs are compared only where the rate is below this share."""


class Look(NamedTuple):
    """A network at one moment: its parameters, and what its two passes compute on the job's rows, without dropout.

    losses    of the rows (m,), as predictions are judged
    loss      their mean
    """

    parameters: Parameters
    averages: Averages | None
    trace: Trace
    gradients: Gradients
    losses: Array
    loss: float


class Table(NamedTuple):
    """What a table run adds: the columns as they came, and the final answers' losses on rows that nothing has seen.

    features, y    of the training rows; y (m,): places of classes, or numbers
    places         which columns of X are made of each
    rows           those that are judged, with a weight each, or None
    losses         of their answers (m,), those of all networks together, calibrated
    calibrated     whether probabilities were made as sure as they are right
    """

    features: Frame
    y: Array
    places: Mapping[str, slice]
    rows: Rows
    losses: Array
    calibrated: bool


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that a diagnosis reads, each part computed once, when a rule first asks.

    job        of one network: of several, the first; its rows are the ones that are looked at
    history    every Progress, of which the last has its arrays
    names      of X's columns
    edges      of the search that the settings come from: see ``search.study.Found``
    """

    job: Job
    history: Sequence[Progress]
    names: Sequence[str] = ()
    table: Table | None = None
    edges: Mapping[str, str] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        return self.job.network

    @property
    def last(self) -> Progress:
        return self.history[-1]

    @property
    def diverged(self) -> bool:
        return self.last.ending is not None and self.last.ending.kind == "diverged"

    @property
    def ran_out(self) -> bool:
        """Whether the run made all of its steps: no rule, no Ctrl-C and no divergence ended it."""
        return self.last.ending is None

    @property
    def classes(self) -> Any:
        """The class of each looked-at row (m,); None for numbers, for counts and for several questions at once."""
        return classes_of(self.network, self.job.rows.Y)

    @property
    def features(self) -> Frame:
        """The columns of the training rows as they came."""
        if self.table is not None:
            return self.table.features
        X = self.job.rows.X
        return Frame({self.name(j): Numbers(x) for j, x in enumerate(X.T)}, len(X))

    @property
    def y(self) -> Array:
        """Of those rows the classes, or the first of the numbers to predict."""
        if self.table is not None:
            return self.table.y
        return self.job.rows.Y[:, 0] if self.classes is None else self.classes

    @property
    def places(self) -> Mapping[str, slice]:
        """Of each of those columns: which columns of X are made of it."""
        X = self.job.X
        return {self.name(j): slice(j, j + 1) for j in range(X.shape[1])} if self.table is None else self.table.places

    @cached_property
    def start(self) -> Look:
        """Before the first step; batch norm by the rows themselves."""
        return self.look(self.job.start, None)

    @cached_property
    def end(self) -> Look:
        """What was kept: the last parameters, or the best where a rule restored them."""
        return self.look(*kept(self.last, self.network))

    def look(self, parameters: Parameters, averages: Averages | None) -> Look:
        """Those parameters on the job's rows."""
        network, rows = self.network, self.job.rows
        X, Y, weights = rows.columns
        with np.errstate(all="ignore"):
            trace = forward(network, parameters, X, weights=weights, averages=averages)
            gradients = backward(network, parameters, trace, Y, weights)
        each = losses(network, parameters, averages, rows)
        return Look(parameters, averages, trace, gradients, each, mean(each, rows))

    @cached_property
    def constant(self) -> Parameters:
        """The best answer that is the same for all rows, as a network of one input that is 0."""
        rows = self.job.rows
        nothing = np.zeros((len(rows.Y), 1))
        weights = None if rows.weights is None else rows.weights.astype(np.float64)
        return linear(_blind(self.network), nothing, rows.Y.astype(np.float64), weights)

    def constant_losses(self, rows: Rows) -> Array:
        """Of that constant on rows (m,)."""
        return losses(_blind(self.network), self.constant, None, rows._replace(X=np.zeros((len(rows.Y), 1))))

    @cached_property
    def base(self) -> float:
        """Its mean loss on the job's rows: what a network that has learnt nothing pays; above 0."""
        return max(mean(self.constant_losses(self.job.rows), self.job.rows), 1e-12)

    @cached_property
    def blank(self) -> float:
        """The mean loss on the job's rows of outputs Z = 0: log K for K classes."""
        Y = self.job.rows.Y.T
        return max(mean(self.network.head.judge.loss(np.zeros(Y.shape), Y)[0], self.job.rows), 1e-12)

    @cached_property
    def linear_loss(self) -> float:
        """The mean loss on the job's rows of the linear model that fits them."""
        rows, straight = self.job.rows, Network((self.job.X.shape[1], self.network.n[-1]), head=self.network.head.judge)
        X = standardised(rows.X.astype(np.float64), rows.X)
        fitted = linear(straight, X, rows.Y.astype(np.float64), rows.weights)
        return mean(losses(straight, fitted, None, rows._replace(X=X)), rows)

    @cached_property
    def costs(self) -> Array:
        """The cost of each Progress that can be compared with others: of a rate in cycles those where it is low."""
        rates = np.array([one.learning_rate for one in self.history])
        top = rates.max()
        low = rates <= QUIET * top
        earlier, later = np.maximum.accumulate(rates), np.maximum.accumulate(rates[::-1])[::-1]
        in_cycles = bool((low & (earlier > top / 2) & (later > top / 2)).any())
        costs = np.array([one.measured.cost for one in self.history])
        return costs[low] if in_cycles else costs

    @cached_property
    def reached(self) -> float:
        """What it paid on its rows at the end; or what it came down to, where an early step was restored."""
        return self.end.loss if self.last.restored is None else min(self.end.loss, float(self.costs.min()))

    @property
    def peak(self) -> float:
        """The highest cost of any step that took all rows; of batches, which differ from each other, 0."""
        whole = self.job.options.get("batch_size") in (None, len(self.job.X))
        return max((float(one.costs.max()) for one in self.history if whole and len(one.costs)), default=0.0)

    @cached_property
    def steady(self) -> bool:
        """Whether the rate at the end is still what it was at its highest, or nearly."""
        rates = [one.learning_rate for one in self.history]
        return rates[-1] >= max(rates) / 2

    @cached_property
    def validation_costs(self) -> Array:
        """The mean loss of the validation rows at each Progress that has one."""
        told = [one.measured.validation_cost for one in self.history]
        return np.array([cost for cost in told if cost is not None])

    def name(self, column: int) -> str:
        """Of a column of X: its name, or its number."""
        return self.names[column] if len(self.names) > column else str(column)


def kept(progress: Progress, network: Network) -> tuple[Parameters, Averages | None]:
    """The parameters that a Progress holds, and batch norm's averages if any; of several networks the first's.

    Those of the best step where a rule restored them.
    """
    numbers = (progress.parameters, progress.averages)
    parameters, averages = numbers if how_many(numbers[0]) is None else member(numbers, 0)
    return parameters, averages if network.batch_norm_layers else None


def classes_of(network: Network, Y: Array) -> Any:
    """The class (m,) of each row of Y (m, n_y) as a number; None for numbers and for several questions at once."""
    if network.head.targets == "distributions":
        return Y.argmax(axis=1)
    if network.head.classifies and Y.shape[1] == 1:
        return (Y[:, 0] > (0.0 if network.head.targets == "signs" else 0.5)).astype(int)
    return None


def standardised(X: Array, like: Array) -> Array:
    """X with the mean and the deviation of each column of ``like`` taken out; a constant column becomes 0.

    >>> standardised(np.array([[3.0, 5.0]]), np.array([[1.0, 5.0], [3.0, 5.0]]))
    array([[1., 0.]])
    """
    middle, deviation = standard(like)
    return ((X - middle) / deviation).astype(X.dtype)


def _blind(network: Network) -> Network:
    return Network((1, network.n[-1]), head=network.head.judge)
