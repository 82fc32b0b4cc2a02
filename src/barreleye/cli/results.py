"""A run's files: no run takes another's place, and a full disk is told before the work rather than after it."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..datasets import Dataset
from ..experiment import Experiment
from ..files.atomic import reserve
from ..nn.structure import Network
from ..trained import Trained
from ..training.progress import Progress
from .console import say

FILES = ("model.safetensors", "diverged.safetensors", "cost.png", "boundary.png")
"""What a run leaves."""

PICTURES = 2**19
"""Bytes that the pictures and the model's description take, at most."""


def new_folder(wanted: Path) -> Path:
    """A folder made anew: ``wanted``, or wanted-2, wanted-3, ... where there is one."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    for folder in numbered(wanted):
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def numbered(wanted: Path) -> Iterator[Path]:
    """wanted, wanted-2, wanted-3, ...

    >>> names = numbered(Path("wine"))
    >>> str(next(names)), str(next(names))
    ('wine', 'wine-2')
    """
    yield wanted
    yield from (wanted.with_name(f"{wanted.name}-{k}") for k in count(2))


def results_folder(out: Path | None, data: str) -> Path:
    """The folder of a run's files, made before an hour of training and not after it; OSError in words where it cannot.

    Without --out each run has a folder of its own.
    """
    folder = out or Path("barreleye-results") / Path(data).name
    try:
        if out is None:
            return new_folder(folder)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"--out {str(folder)!r} cannot be made a folder: {error.strerror}") from None
    if not os.access(out, os.W_OK):
        raise OSError(f"--out {str(out)!r} is a folder that may not be written to: choose another")
    return out


def room_for(network: Network, dtype: str, folder: Path) -> BinaryIO:
    """Room for a run's files in the folder, held until it is closed; OSError that says what to do where it lacks."""
    weights = sum(units * (inputs + 4) for inputs, units in zip(network.n, network.n[1:], strict=False))
    try:
        return reserve(folder, weights * np.dtype(dtype).itemsize + PICTURES)
    except OSError as error:
        with suppress(OSError):  # it stays where it holds something
            folder.rmdir()
        raise OSError(f"{error}: make room, or choose another folder with --out") from None


def set_aside(folder: Path) -> Path | None:
    """The earlier run's files in the folder, moved into one of their own inside it; None where there are none."""
    there = [folder / name for name in FILES if (folder / name).exists()]
    if not there:
        return None
    earlier = new_folder(folder / "earlier")
    for file in there:
        file.rename(earlier / file.name)
    return earlier


def keep(trained: Trained, folder: Path, name: str) -> tuple[Path, str]:
    """Save the model in the folder; where that fails, in the temporary folder or at home. Where it is, and what failed.

    Raises OSError where it cannot be saved anywhere.
    """
    try:
        trained.save(folder / name)
        return folder, ""
    except OSError as error:
        for other in (tempfile.gettempdir(), os.path.expanduser("~")):
            with suppress(OSError):
                instead = new_folder(Path(other) / f"barreleye-{folder.name}")
                try:
                    trained.save(instead / name)
                except OSError:
                    instead.rmdir()
                    raise
                return instead, f"{error}; the model is in {str(instead)!r} instead"
        raise OSError(f"{error}, nor in {tempfile.gettempdir()!r}, nor at home: the model is lost") from error


def pictures(folder: Path, table: Dataset, experiment: Experiment, history: list[Progress]) -> list[str]:
    """Draw the cost curve, and for two features the decision boundary; the names of their files."""
    from ..insight.plots import plot_costs, plot_decision_boundary
    from ..insight.plots import save as save_picture

    last = history[-1]
    validation = None
    if experiment.parts.validation.size:
        looks = [p for p in history if p.validation_cost is not None]
        validation = ([p.step for p in looks], [p.validation_cost for p in looks])
    best = last.restored.step if last.restored else None
    costs = np.concatenate([p.costs for p in history])
    drawn = ["cost.png"]
    with warnings.catch_warnings(record=True) as remarks:  # such as: no installed font has these characters
        warnings.simplefilter("always")
        picture = plot_costs(costs, validation=validation, best=best, title=table.name)
        save_picture(picture, folder / "cost.png")
        if table.X.shape[1] == 2:
            names: Any = {"feature_names": table.feature_names, "task": experiment.task}
            if experiment.classes is not None:
                names["class_names"] = {label: str(label) for label in experiment.classes}
            answer = experiment.trained(last).answer
            picture = plot_decision_boundary(answer, table.X, experiment.y, title=table.name, **names)
            save_picture(picture, folder / "boundary.png")
            drawn.append("boundary.png")
    for remark in dict.fromkeys(str(remark.message) for remark in remarks):
        say.print(f"  {remark}", style="dim")
    return drawn
