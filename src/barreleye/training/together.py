"""Many trainings side by side: plans whose structures agree, each in a place of one program, a program for each core.

Plans may differ in all that is a number (learning rate, penalties, dropout, decay), in their seeds and in their rows.
Each is the run that it would be alone, to rounding. A place that becomes free takes the next plan. What is done sooner
than a program is compiled is done one after another.

>>> from ..nn.structure import Network
>>> from .plan import planned
>>> X, Y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
>>> network = Network((2, 4, 1), "tanh", "sigmoid")
>>> plans = [planned(network, X, Y, learning_rate=rate, steps=300, every=100) for rate in (0.001, 0.01, 0.1)]
>>> costs = {plans.index(plan): progress.cost for plan, progress in Together(plans)}
>>> sorted(costs, key=lambda i: costs[i])
[2, 1, 0]
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..nn.sparse import is_sparse
from .batches import Table
from .engine import Stretch
from .engine_choice import compiling_pays
from .forked import forked_after_xla
from .interruption import listening
from .numbers import split
from .progress import Progress
from .run import INTERRUPTED, Plan, Training
from .threads import processors

BYTES_AT_ONCE = 2**22
"""Of what a core works on in a step, about what its caches hold: with twice as much a step takes half as long again."""
MOST_PLACES = 128
"""For a core, or for a GPU; beyond, waiting together gains nothing."""


def structure_of(plan: Plan) -> Any:
    """What plans have in common that can go side by side; None for one that has to go alone."""
    source = plan.source
    if not isinstance(source, Table) or is_sparse(source.rows.X) or forked_after_xla():
        return None
    if plan.lbfgs is not None or plan.hosts or not isinstance(plan.seed, int):
        return None
    batch = None if source.full_batch else source.batch_size
    return repr(split(plan.recipe)[0]), batch, str(source.dtype), plan.held_out is None, plan.device, plan.precision


class _Seat:
    """A place that is taken: the training in it, and where it stands since its last look."""

    def __init__(self, training: Training) -> None:
        self.training, self.state = training, training.run.state
        self.costs: list[np.ndarray] = []

    @property
    def steps(self) -> int:
        """To the next look."""
        return self.training.steps - (self.state.t - self.training.run.state.t)

    def stretch(self, finite: bool) -> Stretch:
        """All since the last look."""
        costs, self.costs = np.concatenate(self.costs), []
        return Stretch(self.state, costs, finite)


class Together:
    """The trainings of plans, as many at a time as there are places; yields each plan with each Progress of it.

    plans     of one structure (``structure_of``), taken one by one as places become free
    places    how many at once; None: as many as plans, if that can be told, within what a core works on well

    A run that diverges ends with a Progress whose ending says so, and nothing is raised. Ctrl-C ends each with a
    Progress. ValueError for plans of different structures.
    """

    def __init__(self, plans: Iterable[Plan], places: int | None = None) -> None:
        self._waiting = iter(plans)
        wanted = places or (len(plans) if isinstance(plans, Sequence) else MOST_PLACES * processors())
        self._first = next(self._waiting, None)
        self._structure = None if self._first is None else structure_of(self._first)
        self._wanted = wanted
        self._dropped: set[int] = set()
        self._blocks: list[tuple[Any, list[_Seat | None]]] = []

    def drop(self, plan: Plan) -> None:
        """Make no more steps of that plan: its place goes to the next."""
        self._dropped.add(id(plan))

    def __iter__(self) -> Iterator[tuple[Plan, Progress]]:
        if self._first is None:
            return
        if self._structure is None or not compiled(self._first, self._wanted):
            yield from self._alone()
            return
        from .xla_places import Places, on_cpu

        here = on_cpu(self._first.device)
        cores = min(processors(), self._wanted) if here else 1
        most = cores * (at_once(self._first) if here else MOST_PLACES)
        rounds = -(-self._wanted // most)  # as many in each, so that few places stand empty in the last
        k = -(-self._wanted // (cores * rounds))
        self._blocks = [(Places(k, self._first.device, self._first.precision), [None] * k) for _ in range(cores)]
        with ThreadPoolExecutor(cores) as workers:
            while self._seated():
                with listening() as interrupted:
                    done = list(workers.map(self._called, [block for block in self._blocks if any(block[1])]))
                    looks = [look for part in done for look in part]
                for seat, stretch, evaluated in looks:
                    yield seat.training.plan, self._looked(seat, stretch, evaluated)
                if interrupted():
                    yield from self._interrupted()
                    return

    def _alone(self) -> Iterator[tuple[Plan, Progress]]:
        """One after another, each on an engine of its own."""
        while (plan := self._next()) is not None:
            try:
                for look in plan.progress():
                    yield plan, look
                    if look.ending == INTERRUPTED:
                        return
                    if id(plan) in self._dropped:
                        break
            except FloatingPointError:  # told by the last look
                pass

    def _seated(self) -> bool:
        """Free the places of those that are done, give them to the next, and say whether any is taken."""
        for places, seats in self._blocks:
            for i, seat in enumerate(seats):
                if seat is not None and (not seat.training.steps or id(seat.training.plan) in self._dropped):
                    seats[i] = None
                if seats[i] is None and (plan := self._next()) is not None:
                    seats[i] = self._seat(places, plan)
        return any(seat is not None for _, seats in self._blocks for seat in seats)

    def _next(self) -> Plan | None:
        """The next plan that nobody has dropped."""
        plan, self._first = self._first or next(self._waiting, None), None
        while plan is not None and id(plan) in self._dropped:
            plan = next(self._waiting, None)
        if plan is not None and structure_of(plan) != self._structure:
            raise ValueError("plans of different structures cannot go side by side: see structure_of")
        return plan

    @staticmethod
    def _seat(places: Any, plan: Plan) -> _Seat:
        from .xla_places import PlaceEngine

        return _Seat(Training(plan, PlaceEngine(places, plan)))

    @staticmethod
    def _called(block: tuple[Any, list[_Seat | None]]) -> list[tuple[_Seat, Stretch, Any]]:
        """One call of the block's program; of those that have come to a look the stretch, and what is held out judged.

        A place that is free does what the first that is taken does, and nobody asks.
        """
        places, seats = block
        taken = [seat for seat in seats if seat is not None]
        filled = [seat or taken[0] for seat in seats]
        plans, recipes = [one.training.plan for one in filled], [one.training.recipe_now for one in filled]
        stretches = places.run(plans, recipes, [one.state for one in filled], min(seat.steps for seat in taken))
        finite = {}
        for seat, stretch in zip(seats, stretches, strict=True):
            if seat is not None:
                seat.state, finite[seat] = stretch.state, stretch.finite
                seat.costs.append(stretch.costs)
        looking = [seat for seat in taken if not seat.steps or not finite[seat]]
        evaluated = dict[_Seat, tuple[float, np.ndarray]]()
        if any(finite[seat] and seat.training.held_out is not None for seat in looking):
            held_out = [one.training.held_out for one in filled]
            found = places.evaluate(recipes, [one.state for one in filled], held_out)
            evaluated = dict(zip(filled, found, strict=True))
        return [(seat, seat.stretch(finite[seat]), evaluated.get(seat)) for seat in looking]

    @staticmethod
    def _looked(seat: _Seat, stretch: Stretch, evaluated: Any) -> Progress:
        """What is told of a training behind a stretch."""
        training = seat.training
        return training.after(stretch, evaluated=evaluated) if stretch.finite else training.diverged(stretch).progress

    def _interrupted(self) -> Iterator[tuple[Plan, Progress]]:
        """The last Progress of all that are under way."""
        for _, seats in self._blocks:
            for seat in seats:
                if seat is not None and seat.training.steps:
                    training = seat.training
                    costs = seat.costs or [np.zeros(0)]
                    look = training.after(Stretch(seat.state, np.concatenate(costs), True), interrupted=True)
                    yield training.plan, training.over(look, INTERRUPTED)


def compiled(plan: Plan, networks: int) -> bool:
    """Whether there is to be a program for so many: not for NumPy, where that was asked for or is done sooner."""
    if plan.asked == "auto" and plan.engine == "numpy":
        rows = plan.source.batch_size or 0
        return compiling_pays(plan.recipe, rows, plan.total or 0, plan.source.dtype, networks)
    return plan.engine == "xla"


def at_once(plan: Plan) -> int:
    """The networks that a core works on at once."""
    parameters = plan.run.state.parameters.arrays()
    units = sum(plan.recipe.network.n) * (plan.source.batch_size or 1)
    each = parameters[0].itemsize * (units + 4 * sum(p.size for p in parameters))
    return max(1, min(MOST_PLACES, BYTES_AT_ONCE // each))
