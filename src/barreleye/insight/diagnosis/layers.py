"""BE4xx: what is wrong inside the network: units that are dead or saturated, gradients that vanish or explode."""

from collections.abc import Iterator

import numpy as np

from ...nn.activations import Sigmoid, Tanh
from ...nn.arrays import Array
from ...nn.structure import Network
from .evidence import Evidence, Look
from .experiment import Attempt, fresh, other_rates, percent, said, unseen_loss, usual_start
from .finding import Rule, Seen
from .job import remade

FAILED = 0.5
"""Of the constant's loss: a run that pays more at its end has failed."""
DEAD = 0.5
"""The share of a layer's units that may be 0 for every row. Single zeros are healthy: half of all there are."""
SATURATED = 0.5
"""The share of rows for which a unit is near an end of its range, and of units of which that is true."""
EDGE = 0.97
VANISHED, EXPLODED = 1e-3, 1e3
"""The root mean square of dZ[1] beside that of the last hidden layer's."""
STILL, MOVED = 1e-4, 1e-2
"""By what share of itself a layer's Z changed in the run."""
LEARNT = 0.1
"""Of the constant's loss: a network that pays less has learnt its rows, whatever its units look like."""


def dead_units(evidence: Evidence) -> Seen | None:
    """BE401: units whose slope is 0 for every row, so that no gradient reaches their weights again."""
    if evidence.end.loss < LEARNT * evidence.base:
        return None
    now, before = dead(evidence.network, evidence.end), dead(evidence.network, evidence.start)
    if not now or max(now.values()) <= DEAD:
        return None
    l = max(now, key=lambda layer: now[layer])
    units = evidence.network.n[l]
    values = {"layer": l, "dead": round(now[l] * units), "units": units, "rows": len(evidence.job.rows.X)}
    where = said("where.layer", layer=l)
    return Seen(values | {"before": round(before[l] * units)}, DEAD, where, about=before[l] > DEAD)


def revived(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """Where they were dead at the start, another start; else shorter steps; and in any case a slope below 0 as well."""
    yield from usual_start(evidence) if seen.about else other_rates(evidence, 0.1)
    leaky = with_activation(evidence.network, "leaky_relu")
    yield Attempt(said("change.activation", name="leaky_relu"), evidence.job.changed(leaky))


def dead(network: Network, look: Look) -> dict[int, float]:
    """By layer the share of units whose slope is 0 for every row; of a parametric layer it never is."""
    found = {}
    for l in range(1, network.L):
        if l not in network.parametric_layers:
            Z = look.trace.Z_tilde.get(l, look.trace.Z[l])
            slope = network.activations[l - 1].derivative(Z, look.trace.A[l])
            found[l] = float((slope == 0).all(axis=1).mean())
    return found


def saturated_units(evidence: Evidence) -> Seen | None:
    """BE402: tanh or sigmoid units near an end of their range for most rows from the start, or in a run that fails."""
    network = evidence.network
    if evidence.end.loss < LEARNT * evidence.base:
        return None
    failed = evidence.end.loss > FAILED * evidence.base
    for look, when in ((evidence.start, "start"), *([(evidence.end, "end")] if failed else [])):
        for l in range(1, network.L):
            share = saturated(network, l, look.trace.A[l])
            if share > SATURATED:
                values = {"layer": l, "share": f"{share:.0%}", "when": said(f"BE402.{when}")}
                return Seen(values, SATURATED, said("where.layer", layer=l), about=when)
    return None


def saturated(network: Network, l: int, A: Array) -> float:
    """The share of units of layer l that are near an end of their range for more than half of the rows."""
    g = network.activations[l - 1]
    if isinstance(g, Tanh):
        at_end = np.abs(A) > EDGE
    elif isinstance(g, Sigmoid):
        at_end = np.abs(2 * A - 1) > 2 * EDGE - 1
    else:
        return 0.0
    return float((at_end.mean(axis=1) > SATURATED).mean())


def desaturated(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """Starting weights with which every Z has unit size on these rows; or shorter steps."""
    if seen.about == "start":
        fitting = Attempt(said("change.from_data"), evidence.job.changed(parameters=None, initializer="from_data"))
        for attempt in (*usual_start(evidence), fitting):
            yield attempt._replace(measure=unseen_loss(evidence))
    else:
        yield from other_rates(evidence, 0.1)


def sizes(evidence: Evidence) -> tuple[Array, int]:
    """The root mean square of dZ of each hidden layer at the start, (L - 1,), and L."""
    dZ, L = evidence.start.gradients.dZ, evidence.network.L
    with np.errstate(all="ignore"):
        return np.array([float(np.sqrt((dZ[l].astype(np.float64) ** 2).mean())) for l in range(1, L)]), L


def vanishing(evidence: Evidence) -> Seen | None:
    """BE403: at the start dZ[1] is less than a thousandth of the last hidden layer's."""
    size, L = sizes(evidence)
    if L < 4 or not size[-1] > 0 or size[0] / size[-1] >= VANISHED or evidence.end.loss < LEARNT * evidence.base:
        return None
    values = {"first": float(size[0]), "last": float(size[-1]), "layer": L - 1}
    return Seen(values, VANISHED, said("where.layer", layer=1))


def reached_again(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """The usual start; where it is that already, ReLU with He's weights, then batch norm."""
    yield from usual_start(evidence)
    relu = with_activation(evidence.network, "relu")
    if relu.activations != evidence.network.activations:
        yield Attempt(said("change.activation", name="relu"), fresh(evidence.job, relu))
    if not evidence.network.batch_norm_layers:
        yield Attempt(said("change.batch_norm"), fresh(evidence.job, with_batch_norm(evidence.network)))


def exploding(evidence: Evidence) -> Seen | None:
    """BE404: at the start dZ[1] is more than a thousand times the last hidden layer's."""
    size, L = sizes(evidence)
    if L < 3 or not size[-1] > 0 or size[0] / size[-1] <= EXPLODED:
        return None
    values = {"first": float(size[0]), "last": float(size[-1]), "layer": L - 1}
    return Seen(values, EXPLODED, said("where.layer", layer=1))


def held_in(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """The usual start; then gradients clipped to norm 1."""
    yield from usual_start(evidence)
    yield Attempt(said("change.clip"), evidence.job.changed(clip_norm=1.0))


def still_layer(evidence: Evidence) -> Seen | None:
    """BE405: a hidden layer whose Z the whole run has hardly changed, while another's did."""
    if evidence.network.L < 3 or evidence.end.loss < LEARNT * evidence.base:
        return None
    start, end = evidence.start.trace.Z, evidence.end.trace.Z
    with np.errstate(all="ignore"):
        moved = {l: float(np.linalg.norm(end[l] - Z) / (np.linalg.norm(Z) or 1)) for l, Z in start.items()}
    l = min(moved, key=lambda layer: moved[layer])
    if moved[l] >= STILL or max(moved.values()) <= MOVED:
        return None
    return Seen({"layer": l, "moved": moved[l], "most": max(moved.values())}, STILL, said("where.layer", layer=l))


def with_activation(network: Network, name: str) -> Network:
    """The network with that activation in every hidden layer."""
    return remade(network, activations=name)


def with_batch_norm(network: Network) -> Network:
    """The network with batch norm in every hidden layer."""
    return remade(network, batch_norm=True)


LAYERS: dict[str, Rule] = {
    "BE401": Rule(dead_units, revived, {"share": percent(DEAD)}),
    "BE402": Rule(saturated_units, desaturated, {"share": percent(SATURATED), "edge": percent(EDGE)}),
    "BE403": Rule(vanishing, reached_again, {"ratio": VANISHED}),
    "BE404": Rule(exploding, held_in, {"ratio": EXPLODED}),
    "BE405": Rule(still_layer, None, {"still": percent(STILL), "moved": percent(MOVED)}, yields=True),
}
