"""One turn of a training, however it is written: right where its steps are those of a network, as a whole.

The step of every parameter is compared with the gradients of the networks that the turn may mean, up to one factor, in
which the learning rate is, and whether the cost is a mean or a sum. Only a mistake of the catalogue that gives just
these steps is told; all else that is not right is left alone, for it may be meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Activation, Identity, ReLU, Sigmoid, Tanh
from ...words import Text, catalogue
from ..casting.layouts import Name
from ..casting.turned import Cast, casts_of, data_in, turn_in
from ..classics import CATALOGUE
from ..equations import EQUATIONS, Compute, Line, Softmax, Work, backward_sheet, forward_sheet
from ..report import WRONG, Finding, FunctionReport
from ..running.calling import Runner
from ..running.turns import TURN, Kept, Numbers, Place, Turn
from ..saying.evidence import quantity_name
from ..saying.judging import layer_words
from ..search import Mistake, Slip, attempted, slips_of
from .examples import HIDDEN

SAID = catalogue("tutor_training")
SEEDS = (1, 2)
TOLERANCE = 1e-7
KINDS: tuple[Activation, ...] = (*HIDDEN, Identity())
SQUARED = Mistake("squared error", "dZ out", lambda v, l: (v.A[l] - v.Y) * v.slopes[l], "(A[l] - Y) * slope[l]")
"""No mistake: what a squared error makes of the output, where that has a slope."""
MOST_LIKELY = 6
"""Of the networks that a turn may mean, so many are looked through for mistakes."""


class Head(NamedTuple):
    """An output, and whether the cost is a squared error, so that its slope is in dZ[L]."""

    g: Activation
    squared: bool = False


ONE_UNIT = (Head(Sigmoid()), Head(Sigmoid(), True), Head(Identity()), Head(Tanh(), True), Head(ReLU(), True))
SEVERAL = (Head(Softmax()), *ONE_UNIT)


@dataclass(frozen=True)
class Network:
    """One network that the turns of a training may mean, with the gradients that it has there.

    values    the numbers by name that there are in each turn
    """

    cast: Cast
    turns: Sequence[Turn]
    values: Sequence[Numbers]
    hidden: Activation
    head: Head

    @cached_property
    def works(self) -> list[Work]:
        """What is given in each turn."""
        L = self.cast.L
        g = dict.fromkeys(range(1, L), self.hidden) | {L: self.head.g}
        found = []
        for values in self.values:
            X, Y = self.cast.given(values)
            old = self.cast.quantities(values)
            W = {l: old["W", l] for l in g}
            found.append(Work(X, Y, W, {l: old.get(("b", l), np.zeros((len(W[l]), 1))) for l in W}, g))
        return found

    @cached_property
    def sheet(self) -> tuple[Line, ...]:
        return (*forward_sheet(self.cast.L), *backward_sheet(self.cast.L))

    @cached_property
    def meant(self) -> dict[Line, Compute]:
        """What it computes in its own way."""
        return Slip(SQUARED, (self.cast.L,)).edits(self.sheet) if self.head.squared else {}

    def worked(self, slip: Slip | None = None) -> list[Work]:
        """Each turn with its gradients, right or with a slip; none where it cannot be made."""
        edits = self.meant | (slip.edits(self.sheet) if slip else {})
        found = [attempted(self.sheet, v, edits) for v in self.works]
        return [one for one in found if one is not None] if all(found) else []

    @cached_property
    def steps(self) -> list[dict[Name, Any]]:
        """By what each parameter has come down in each turn."""
        quantities = self.cast.quantities
        pairs = [(quantities(turn.before), quantities(turn.after)) for turn in self.turns]
        return [{name: old[name] - new[name] for name in old} for old, new in pairs]

    def signs(self, works: Sequence[Work]) -> dict[Name, int]:
        """For each parameter 1 or -1, where its steps are a gradient in these works, with an L2 penalty maybe, times
        one positive factor or its negative; {} where they are not."""
        rates: dict[Name, float] = {}
        penalties: list[float] = []
        for q, l in self.steps[0] if works else ():
            gradients = [getattr(v, "d" + q)[l] for v in works]
            steps, weights = [one[q, l] for one in self.steps], [getattr(v, q)[l] for v in works]
            if any(np.shape(g) != s.shape for g, s in zip(gradients, steps, strict=True)):
                return {}
            columns = [gradients, weights] if q == "W" else [gradients]
            A = np.stack([np.concatenate([np.ravel(one) for one in column]) for column in columns], axis=1)
            step = np.concatenate([np.ravel(one) for one in steps])
            if not np.isfinite(A).all() or not A[:, 0].any():
                return {}
            factors, *_ = np.linalg.lstsq(A, step)
            if np.abs(step - A @ factors).max() > TOLERANCE * np.abs(step).max() or not factors[0]:
                return {}
            rates[q, l] = factors[0]
            penalties += [factors[1] / factors[0]] if q == "W" else []
        size = max(map(abs, rates.values()), default=0.0)
        steady = all(abs(abs(rate) - size) <= 1e-6 * size for rate in rates.values())
        one_penalty = not penalties or max(penalties) - min(penalties) <= 1e-6 * max(1.0, max(penalties))
        return {name: 1 if rate > 0 else -1 for name, rate in rates.items()} if steady and one_penalty else {}

    @cached_property
    def shown(self) -> int:
        """How many of its activations are among what the first turn computes; Z[L] itself says nothing."""
        works = self.worked()
        layers = range(1, self.cast.L + (not isinstance(self.head.g, Identity)))
        values = [works[0].A[l] for l in layers] if works else []
        return sum(any(is_same(one.value, value) for one in self.turns[0].kept) for value in values)


def networks_of(turns: Sequence[Turn]) -> Iterator[Network]:
    """The networks that the turns of a training may mean."""
    values = [{**data_in(turn), **turn.before} for turn in turns]
    for cast in casts_of(turns[0]):
        if not all({cast.X, cast.Y} <= {*one} for one in values):
            continue
        _, Y = cast.given(values[0])
        for head in SEVERAL if len(Y) > 1 else ONE_UNIT:
            yield from (Network(cast, turns, values, g, head) for g in (KINDS if cast.L > 1 else KINDS[:1]))


def training_report(runner: Runner) -> FunctionReport | None:
    """What is said of the training of a file; None where it has none, or none that can be told."""
    if all(one.name != TURN for one in runner.functions):
        return None
    turns = [turn for seed in SEEDS if (turn := turn_in(runner.call(TURN, seed))) is not None]
    if len(turns) < len(SEEDS):
        return None
    with np.errstate(all="ignore"):
        networks = list(networks_of(turns))
        signs = [(one, found) for one in networks if (found := one.signs(one.worked()))]
        right = next((one for one, found in signs if set(found.values()) == {1}), None)
        if right is not None:
            loop = turns[0].loop
            return FunctionReport(name_of(loop, loop), KEY, SAID["title"], loop.where, (), (understood(right),))
        findings = next((uphill(one, found) for one, found in signs), None) or mistaken(networks)
    if not findings:
        return None
    place, _ = findings[0]
    return FunctionReport(
        name_of(place, turns[0].loop), KEY, SAID["title"], place.where, tuple(one for _, one in findings)
    )


KEY = "training"
Found = tuple[Place, Finding]


def name_of(place: Place, loop: Place) -> str:
    """The function that a line stands in; at top level the loop itself."""
    return place.function or loop.text.rstrip(":")


def understood(network: Network) -> Text:
    """How a training that is right is meant."""
    cost = SAID["squared" if network.head.squared or isinstance(network.head.g, Identity) else "cross_entropy"]
    key = "right" if network.cast.L > 1 else "right_alone"
    return SAID[key].filled(L=network.cast.L, g=type(network.hidden).__name__, cost=cost)


# Mistakes


def uphill(network: Network, signs: Mapping[Name, int]) -> list[Found]:
    """Steps that are right, but for the direction of some, or of all."""
    against = [name for name, sign in signs.items() if sign < 0]
    if len(against) == len(signs):
        place, finding = found(network, Slip(CATALOGUE[REVERSED], (network.cast.L,)))
        claim, hint = (SAID[key].filled(q=finding.quantity) for key in ("uphill", "uphill_hint"))
        return [(place, replace(finding, mistake="uphill", claim=claim, hint=hint, should="", seen=""))]
    return [
        found(network, Slip(CATALOGUE[f"{q} update adds"], (l,)), network.cast.parameters[q, l]) for q, l in against
    ]


def mistaken(networks: Sequence[Network]) -> list[Found]:
    """The one mistake of the catalogue that gives the steps of every turn."""
    most = max((one.shown for one in networks), default=0)
    for network in [one for one in networks if one.shown == most][:MOST_LIKELY]:
        own = {one.equation for one in network.meant}
        mistakes = [one for one in CATALOGUE.values() if own.isdisjoint(one.computes)]
        for slip in slips_of(network.sheet, mistakes):
            if set(network.signs(network.worked(slip)).values()) == {1}:
                return [found(network, slip)]
    return []


def found(network: Network, slip: Slip, parameter: str = "") -> Found:
    """A mistake in words, and its line: where the parameter is updated, or the first line with the mistaken numbers."""
    (mistake, layers), meant = slip, network.cast.reading
    turn, v = network.turns[0], network.works[0]
    line = line_of(network, slip, parameter)
    place = line.place if line else turn.loop
    name = (line and line.name) or quantity_name(EQUATIONS[mistake.equation].quantity, layers[0])
    words = layer_words(layers, v)
    return place, Finding(
        verdict=WRONG,
        quantity=name,
        mistake=mistake.name,
        claim=mistake.claim.filled(**words, m=v.m, q=name),
        should=meant.equation(mistake.equation).text.format(**words),
        seen=mistake.seen.format(**words),
        hint=mistake.hint.filled(**words, m=v.m, q=name),
        where=place.where,
        line=place.text,
    )


def line_of(network: Network, slip: Slip, parameter: str) -> Kept | None:
    """The line at fault: of several with the mistaken numbers, the last that returns them, else the first."""
    turn = network.turns[0]
    made = [one for one in turn.kept if not one.place.text.startswith("def ")]
    if parameter:
        new = turn.after[parameter]
        return next((one for one in reversed(made) if is_same(one.value, new)), None)
    right, *_ = network.worked()
    wrong, *_ = network.worked(slip) or [right]
    start = min(network.sheet.index(one) for one in slip.edits(network.sheet))
    for _, q, l in network.sheet[start:]:
        mistaken, meant = getattr(wrong, q)[l], getattr(right, q)[l]
        fitting = [one for one in made if is_multiple(one.value, mistaken)]
        if slip.mistake.name != REVERSED:
            fitting = [one for one in fitting if not is_multiple(one.value, meant)]
        returned = [one for one in fitting if not one.name]
        if fitting:
            return returned[-1] if returned else fitting[0]
    return None


REVERSED = "output delta reversed"


def is_same(value: Any, expected: Any) -> bool:
    """Whether these are the same numbers, however they are laid out."""
    return any(value.shape == one.shape and np.allclose(value, one, 1e-7, 1e-12) for one in laid_out(expected))


def is_multiple(value: Any, expected: Any) -> bool:
    """Whether these are the same numbers but for one factor."""
    for one in laid_out(expected) if np.size(value) > 1 and np.any(value) else ():
        if one.shape == value.shape:
            factor = float((value * one).sum() / (value * value).sum())
            return bool(np.abs(one - factor * value).max() <= 1e-6 * np.abs(one).max())
    return False


def laid_out(value: Any) -> tuple[Any, ...]:
    """Numbers as columns, as rows, and flat."""
    value = np.asarray(value)
    flat = (value.ravel(),) if 1 in value.shape else ()
    return (value, value.T, *flat)
