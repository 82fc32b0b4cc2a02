"""Checkpoints: a run saved whole, so that going on from the file equals never having stopped, bit for bit.

>>> import tempfile
>>> from barreleye.nn.structure import Network
>>> from barreleye.training.loop import train
>>> X, Y = [[0.0], [1.0]], [0, 1]
>>> network = Network((1, 2, 1))
>>> with tempfile.TemporaryDirectory() as folder:
...     halfway = next(train(network, X, Y, steps=10, every=5))
...     save_checkpoint(f"{folder}/run.safetensors", halfway)
...     *_, resumed = train(network, X, Y, steps=10, every=5, resume=f"{folder}/run.safetensors")
>>> *_, uninterrupted = train(network, X, Y, steps=10, every=5)
>>> bool((resumed.parameters.W[1] == uninterrupted.parameters.W[1]).all())
True
"""

from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from ..files.form import NUMBER, misfit, steps
from ..files.model_file import check_forms, expected_forms, flatten, members_of, unflatten
from ..files.tensors import FileError, damaged, read_tensors, warn_of_non_finite, whole, write_tensors
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..nn.validation import nonnegative
from ..words import catalogue
from .progress import Best, Measured, Progress, Run
from .step import State

SAY = catalogue("training")

FORM = {"t": int, "rate_factor": NUMBER, "memories": [{str: str}], "settings": {"engine": str}}
BEST = {"best": {"step": int, "measured": dict.fromkeys(Measured._fields, (str, None))}}
"""What a checkpoint's description must be, and what stands there beside it where a rule keeps the best parameters."""


def save_checkpoint(path: str | Path, progress: Progress) -> None:
    """Write all that the run needs in order to go on, atomically.

    It keeps the current parameters, the optimizer's memory, the running averages, the rules' memories with the best
    parameters, the learning rate's factor and the number of steps; shuffles and masks follow from seed and step.
    Raises OSError where the file cannot be written; the old one is kept then.
    """
    run = progress.fetched_run
    tensors = state_tensors(run.state)
    description: dict[str, Any] = {
        "t": int(run.state.t),
        "rate_factor": run.rate_factor,
        "memories": [{key: repr(float(value)) for key, value in memory.items()} for memory in run.memories],
        "settings": progress.settings,
    }
    if run.best is not None:
        tensors |= flatten("best_parameters", run.best.parameters) | flatten("best_averages", run.best.averages)
        measured = {name: None if x is None else repr(float(x)) for name, x in run.best.measured._asdict().items()}
        description["best"] = {"step": run.best.step, "measured": measured}
    write_tensors(path, "checkpoint", tensors, description)


def load_checkpoint(path: str | Path) -> tuple[Run, dict[str, Any]]:
    """The run, and the settings it was begun with. ``train(..., resume=path)`` reads it itself.

    Raises FileNotFoundError, or FileError for a damaged, foreign or newer file. Warns of NaN or infinity in its arrays.
    """
    tensors, description = read_tensors(path, "checkpoint", FORM)
    kept = description.get("best")
    if kept is not None and (wrong := misfit(description, BEST)):
        raise damaged(path, wrong)
    with whole(path, "checkpoint"):
        state = state_of(tensors, description["t"])
        best = None
        if kept is not None:
            parameters, averages = _parameters("best_parameters", tensors), _averages("best_averages", tensors)
            check_forms(forms_of(state.parameters), parameters, averages)
            measured: Any = {name: None if x is None else float(x) for name, x in kept["measured"].items()}
            best = Best(parameters, averages, steps("best step", kept["step"]), Measured(**measured))
        memories = tuple({key: float(value) for key, value in memory.items()} for memory in description["memories"])
        rate_factor = nonnegative("rate_factor", description["rate_factor"])
    warn_of_non_finite(path, tensors)
    return Run(state, rate_factor, memories, best), description["settings"]


def state_tensors(state: State) -> dict[str, np.ndarray]:
    """A state's arrays by name, for a file: parameters, running averages, and each slot of the optimizer's memory."""
    tensors = flatten("parameters", state.parameters) | flatten("averages", state.averages)
    for k in range(max((len(slots) for slots in state.optimizer.arrays()), default=0)):
        tensors |= flatten(f"optimizer{k}", state.optimizer.map(itemgetter(k)))
    return tensors


def state_of(tensors: Mapping[str, np.ndarray], t: int) -> State:
    """The state that ``state_tensors`` took apart, after t updates; ValueError where its arrays are not of one run."""
    parameters, averages = _parameters("parameters", tensors), _averages("averages", tensors)
    forms = forms_of(parameters)
    check_forms(forms, parameters, averages)
    slots: list[Parameters] = []
    while (slot := _parameters(f"optimizer{len(slots)}", tensors)).W:
        check_forms(forms, slot, averages, whose=SAY["error.optimizers"])
        slots.append(slot)
    dtypes = {p.dtype for part in (parameters, *slots) for p in part.arrays()}
    if len(dtypes) > 1 or not dtypes <= {np.dtype("f4"), np.dtype("f8")}:
        raise FileError(SAY["error.dtypes"].filled(dtypes=", ".join(sorted(map(str, dtypes)))))
    memory = parameters.map(lambda _, *s: s, *slots)
    return State(parameters, memory, averages, steps("t", t))


def forms_of(parameters: Parameters) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a run's arrays, by the sizes of its W; ValueError where they are of no network."""
    W = list(parameters.W.values())
    if not W or any(p.ndim < 2 for p in W):
        raise FileError(SAY["error.no_W"])
    n, members = [W[0].shape[-1], *(p.shape[-2] for p in W)], members_of(parameters)
    network = Network(n, batch_norm=[l in parameters.gamma for l in range(1, len(W))])
    others = {name: p.shape for name, p in parameters.named().items() if name[: name.index("[")] not in LAYERS}
    return others | expected_forms(network, members)


LAYERS = ("W", "b", "gamma", "beta")
"""The fields whose shapes follow from those of W. What stands before layer 1 is compared when a run goes on."""


def _parameters(prefix: str, tensors: Mapping[str, np.ndarray]) -> Parameters:
    return Parameters(*unflatten(prefix, Parameters._fields, tensors))


def _averages(prefix: str, tensors: Mapping[str, np.ndarray]) -> Averages:
    return Averages(*unflatten(prefix, Averages._fields, tensors))
