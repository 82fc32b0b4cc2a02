"""What a page shows of a run at one moment, as bytes: numbers and pictures in the layout of safetensors.

A page reads them without a parser: eight bytes with the length of a JSON header, the header, and the arrays, each at
the place that the header names (huggingface.co/docs/safetensors, "Format").

>>> from .experiment import Experiment
>>> from .plane import plane_of
>>> from .setup import Setup
>>> run = Experiment(Setup(), {})
>>> facts, arrays = shown(run, plane_of(run.ready, None))
>>> facts["step"], arrays["units1"].shape, arrays["answer"].dtype
(0, (8, 32, 32), dtype('uint8'))
"""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from safetensors.numpy import save

from ..insight.diagnosis.job import SAMPLE
from ..models.model import Model
from ..models.preparing import Prepared
from ..models.scores import MOST_TOLD_APART, confusion
from ..models.worth import plain
from ..nn.arrays import Array
from ..nn.network import backward, forward
from ..nn.normalization import Averages
from ..nn.quantities import Parameters, Trace
from ..nn.structure import Network
from .experiment import Experiment
from .plane import SIDE, Plane

UNITS = 24
"""Of a layer, that are drawn at most."""
DEAD = 1e-12
"""An activation whose spread over the rows is below this says the same of all."""


def encoded(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """The frame as bytes. JSON has no NaN and no infinity: they are null."""
    return save({name: np.ascontiguousarray(a) for name, a in arrays.items()}, {"facts": json.dumps(plain(facts))})


class Seen(NamedTuple):
    """The rows that a page shows, at most 2,000 of each part: their numbers, which are held out, and their truth.

    classes    the truth as places of classes; None for numbers
    """

    rows: Array
    held_out: Array
    truth: Array
    classes: Array | None


def seen_of(ready: Prepared) -> Seen:
    """The rows of a table that are shown; they stay the same while a run trains."""
    parts, targets = ready.parts, ready.targets
    each = [part[:: -(-len(part) // SAMPLE) or 1] for part in (parts.train, parts.validation)]
    rows = np.sort(np.concatenate(each))
    classes = targets.indices(ready.frame.take(rows)) if targets.classes else None
    truth = targets.decoded(ready.Y[rows].astype(np.float64))[:, 0] if classes is None else classes
    held_out = np.isin(rows, parts.validation).astype(np.uint8)
    return Seen(rows.astype(np.int32), held_out, truth.astype(np.float32), classes)


def shown(run: Experiment, plane: Plane | None, seen: Seen | None = None) -> tuple[dict[str, Any], dict[str, Array]]:
    """Facts and arrays of the run as it stands: curves, weights, what each layer makes of rows and plane, answers.

    seen    the rows that are shown, where they are known already
    """
    network, parameters = run.job.network, run.state.parameters
    last = run.progress()
    facts = {
        "step": run.step,
        "epoch": last.epoch,
        "last": run.last,
        "kept": list(run.kept),
        "edits": [list(edit) for edit in run.edits],
        "over": run.over,
        "ending": None if run.ending is None else run.ending.kind,
        "n": list(network.n),
        "score": run.setup.settings.score_of(run.ready),
        "rate": last.learning_rate,
        "cost": last.measured.cost,
        "held_out": last.measured.validation_cost,
        "scored": last.measured.validation_score,
    }
    looks = [(p.step, p.measured.cost, p.measured.validation_cost, p.measured.validation_score) for p in run.history]
    arrays = {"curve": np.array([[math.nan if x is None else x for x in row] for row in looks], np.float32)}
    for l in range(1, network.L + 1):
        arrays[f"W{l}"] = parameters.W[l].astype(np.float32)
        if l in parameters.b:
            arrays[f"b{l}"] = parameters.b[l].astype(np.float32)
    with np.errstate(all="ignore"):
        arrays["spread"] = spreads(network, parameters, *run.job.rows.columns)
        arrays["updates"] = updates(run)
        arrays |= answers(run, seen or seen_of(run.ready))
        if plane is not None:
            facts["plane"] = {"names": plane.names, "limits": plane.limits}
            arrays["points"] = plane.points[arrays["rows"]].astype(np.float32)
            arrays |= pictures(run, plane)
    return facts, arrays


def spreads(
    network: Network,
    parameters: Parameters,
    X: Array,
    Y: Array,
    weights: Array | None,
    averages: Averages | None = None,
) -> Array:
    """By layer, for columns X and Y: the spread of Z, A and dZ, how large dW is beside W, and the share of units whose
    A is the same for all columns, (L, 5)."""
    trace = forward(network, parameters, X, weights=weights, averages=averages)
    gradients = backward(network, parameters, trace, Y, weights, averages=averages)
    rows = []
    for l in range(1, network.L + 1):
        still = float((trace.A[l].std(axis=1) < DEAD).mean())
        spread = [float(v.std()) for v in (trace.Z[l], trace.A[l], gradients.dZ[l])]
        rows.append([*spread, beside(gradients.dW[l], parameters.W[l]), still])
    return np.array(rows, np.float32)


def updates(run: Experiment) -> Array:
    """By layer: how large the change of W by the next step is beside W, (L,); NaN where that step diverges."""
    following = run.engine.run(run.plan.recipe, run.state, 1)
    W, network = run.state.parameters.W, run.job.network
    changes = [following.state.parameters.W[l] - W[l] for l in range(1, network.L + 1)]
    return np.array([beside(change, W[l]) for l, change in enumerate(changes, start=1)], np.float32)


def beside(part: Array, whole: Array) -> float:
    """The root mean square of an array as a share of another's; NaN beside zeros."""
    size = float(np.sqrt((whole * whole).mean())) or math.nan
    return float(np.sqrt((part * part).mean())) / size


def answers(run: Experiment, seen: Seen) -> dict[str, Array]:
    """Of those rows the part, the truth and the answer; and of classes, which are taken for which."""
    targets = run.ready.targets
    outputs = bare(run).outputs_of(run.ready.X[seen.rows])
    arrays = {"rows": seen.rows, "held_out": seen.held_out, "truth": seen.truth}
    if seen.classes is None:
        return arrays | {"told": targets.numbers(outputs)[:, 0].astype(np.float32)}
    told = targets.probabilities(outputs)[0].argmax(axis=1)
    K = len(targets.classes[0])
    taken = {"confusion": confusion(seen.classes, told, K).astype(np.int32)} if K <= MOST_TOLD_APART else {}
    return arrays | {"told": told.astype(np.float32)} | taken


def pictures(run: Experiment, plane: Plane) -> dict[str, Array]:
    """Over the plane: the answer, and every third point of each unit's A; over a line the answer alone.

    answer    the likeliest class, or the number between its least and its greatest, 0 to 255
    sure      of classes: how sure, 0 for no better than chance, 255 for certain
    unitsl    of layer l: A, 128 for 0, 255 or 1 for its largest size on this grid
    """
    network, targets = run.job.network, run.ready.targets
    averages = run.state.averages if network.batch_norm_layers else None
    trace: Trace = forward(network, run.state.parameters, plane.X.T.astype(run.job.X.dtype), averages=averages)
    outputs = trace.Y_hat.T
    if len(plane.names) == 1:
        return {"line": _told(run, outputs).astype(np.float32)}
    arrays = {}
    if targets.classes:
        P = targets.probabilities(outputs)[0]
        K = P.shape[1]
        arrays["answer"] = P.argmax(axis=1).astype(np.uint8).reshape(SIDE, SIDE)
        arrays["sure"] = bytes_of((P.max(axis=1) - 1 / K) * K / (K - 1)).reshape(SIDE, SIDE)
    else:
        y = targets.decoded(run.ready.Y.astype(np.float64))[:, 0]
        share = (_told(run, outputs) - y.min()) / ((y.max() - y.min()) or 1.0)
        arrays["answer"] = bytes_of(share).reshape(SIDE, SIDE)
    for l in range(network.L + 1):
        A = trace.A[l][:UNITS].reshape(-1, SIDE, SIDE)[:, ::3, ::3]
        size = np.abs(A).max(axis=(1, 2), keepdims=True)
        arrays[f"units{l}"] = np.nan_to_num(128 + 127 * A / np.where(size > 0, size, 1), nan=128).astype(np.uint8)
    return arrays


def bytes_of(shares: Array) -> Array:
    """Numbers from 0 to 1 as 0 to 255; what is below or above is at the end, what is none at 0."""
    return np.nan_to_num(255 * np.clip(shares, 0, 1)).round().astype(np.uint8)


def bare(run: Experiment) -> Model:
    """The model of this step with nothing set aside to calibrate it: the network's own answers."""
    averages = run.state.averages if run.job.network.batch_norm_layers else None
    return Model(run.ready.table, run.job.network, run.state.parameters, averages, run.ready.targets)


def _told(run: Experiment, outputs: Array) -> Array:
    """The first target's number of each row, or of two classes the second one's probability."""
    targets = run.ready.targets
    return targets.probabilities(outputs)[0][:, -1] if targets.classes else targets.numbers(outputs)[:, 0]
