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

from ..files.model_file import flatten, unflatten
from ..files.tensors import FileError, read_tensors, write_tensors
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from .progress import Best, Measured, Progress, Run
from .step import State


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

    Raises FileNotFoundError, or FileError for a damaged, foreign or newer file.
    """
    tensors, description = read_tensors(path, "checkpoint")
    try:
        state = state_of(tensors, int(description["t"]))
        best = None
        if "best" in description:
            kept = description["best"]
            measured: Any = {name: None if x is None else float(x) for name, x in kept["measured"].items()}
            best = Best(
                _parameters("best_parameters", tensors),
                _averages("best_averages", tensors),
                int(kept["step"]),
                Measured(**measured),
            )
        memories = tuple({key: float(value) for key, value in memory.items()} for memory in description["memories"])
        return Run(state, float(description["rate_factor"]), memories, best), dict(description["settings"])
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise FileError(f"{path} is not a whole checkpoint ({error!r}): restore it from a copy") from None


def state_tensors(state: State) -> dict[str, np.ndarray]:
    """A state's arrays by name, for a file: parameters, running averages, and each slot of the optimizer's memory."""
    tensors = flatten("parameters", state.parameters) | flatten("averages", state.averages)
    for k in range(max((len(slots) for slots in state.optimizer.arrays()), default=0)):
        tensors |= flatten(f"optimizer{k}", state.optimizer.map(itemgetter(k)))
    return tensors


def state_of(tensors: Mapping[str, np.ndarray], t: int) -> State:
    """The state that ``state_tensors`` took apart, after t updates."""
    parameters = _parameters("parameters", tensors)
    slots: list[Parameters] = []
    while (slot := _parameters(f"optimizer{len(slots)}", tensors)).W:
        slots.append(slot)
    memory = parameters.map(lambda _, *s: s, *slots)
    return State(parameters, memory, _averages("averages", tensors), t)


def _parameters(prefix: str, tensors: Mapping[str, np.ndarray]) -> Parameters:
    return Parameters(*unflatten(prefix, Parameters._fields, tensors))


def _averages(prefix: str, tensors: Mapping[str, np.ndarray]) -> Averages:
    return Averages(*unflatten(prefix, Averages._fields, tensors))
