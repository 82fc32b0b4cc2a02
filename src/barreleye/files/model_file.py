"""Model files: a trained network, its parameters, and whatever its owner needs beside them.

>>> import tempfile, numpy as np
>>> from barreleye.nn.network import Network, initialize
>>> network = Network((2, 3, 1))
>>> with tempfile.TemporaryDirectory() as folder:
...     save_model(f"{folder}/model.safetensors", network, initialize(network, 0), details={"target": "y"})
...     load_model(f"{folder}/model.safetensors").details
{'target': 'y'}
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..nn.validation import SAY
from ..words import Text
from .description import describe_network, described_network
from .tensors import FileError, read_tensors, warn_of_non_finite, write_tensors

HISTORY = "arrays.estimator."
"""How the names of arrays begin that no answer is computed with; they may hold NaN."""


class Model(NamedTuple):
    """What a model file holds.

    arrays     further arrays by name, such as the mean and scale of the features
    details    further JSON values by name, such as feature names and class labels
    """

    network: Network
    parameters: Parameters
    averages: Averages
    arrays: dict[str, np.ndarray]
    details: dict[str, Any]

    def __repr__(self) -> str:
        named = [f"{what}: {', '.join(there)}" for what, there in zip(self._fields[3:], self[3:], strict=True) if there]
        return f"Model({'; '.join([repr(self.network), *named])})"


def save_model(
    path: str | Path,
    network: Network,
    parameters: Parameters,
    averages: Averages | None = None,
    *,
    arrays: Mapping[str, np.ndarray] | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write a model file atomically; arrays of several networks trained at once have a leading axis.

    Raises TypeError for an activation or head of the user's own, ValueError for parameters of another network,
    OSError where the file cannot be written.
    """
    averages = averages or Averages({}, {})
    if network.batch_norm_layers and not averages.mu:
        raise ValueError(SAY["file.averages"])
    check_arrays(network, parameters, averages, members=members_of(parameters), whose=SAY["file.whose.network"])
    tensors = flatten("parameters", parameters)
    tensors |= flatten("averages", averages)
    tensors |= {f"arrays.{name}": np.asarray(array) for name, array in (arrays or {}).items()}
    write_tensors(path, "model", tensors, {"network": describe_network(network), "details": dict(details or {})})


def load_model(path: str | Path) -> Model:
    """Read a model file. Raises FileNotFoundError, or FileError for a damaged, foreign or newer one.

    Warns of NaN or infinity in its arrays.
    """
    tensors, description = read_tensors(path, "model", {"network": {}, "details": {}})
    network = described_network(description["network"])
    parameters = Parameters(*unflatten("parameters", Parameters._fields, tensors))
    averages = Averages(*unflatten("averages", Averages._fields, tensors))
    check_arrays(network, parameters, averages, members=members_of(parameters))
    warn_of_non_finite(path, {name: t for name, t in tensors.items() if not name.startswith(HISTORY)})
    arrays = {name.removeprefix("arrays."): t for name, t in tensors.items() if name.startswith("arrays.")}
    return Model(network, parameters, averages, arrays, description["details"])


def members_of(parameters: Parameters) -> tuple[int, ...]:
    """The leading axis of several networks' parameters; ValueError for what has more, or none in it."""
    members = next(iter(parameters.W.values()), np.zeros((0, 0))).shape[:-2]
    if len(members) > 1 or 0 in members:
        raise FileError(SAY["file.axes"].filled(members=members))
    return members


def flatten(prefix: str, fields: Any) -> dict[str, np.ndarray]:
    """{"parameters.W.1": ...} of a NamedTuple of dicts by layer.

    >>> list(flatten("averages", Averages({1: np.zeros(1)}, {1: np.ones(1)})))
    ['averages.mu.1', 'averages.sigma2.1']
    """
    return {f"{prefix}.{name}.{l}": np.asarray(p) for name, field in fields._asdict().items() for l, p in field.items()}


def unflatten(prefix: str, names: tuple[str, ...], tensors: Mapping[str, np.ndarray]) -> list[dict[int, np.ndarray]]:
    """The dicts by layer that ``flatten`` took apart, in the order of ``names``."""
    parts: dict[str, dict[int, np.ndarray]] = {name: {} for name in names}
    for key, tensor in tensors.items():
        head, _, layer = key.rpartition(".")
        name = head.removeprefix(f"{prefix}.")
        if head.startswith(f"{prefix}.") and name in parts and re.fullmatch("0|[1-9][0-9]{0,8}", layer):
            parts[name][int(layer)] = tensor
    return [dict(sorted(part.items())) for part in parts.values()]


def check_arrays(
    network: Network,
    parameters: Parameters,
    averages: Averages,
    *,
    members: tuple[int, ...] = (),
    whose: Text | None = None,
) -> None:
    """Raise FileError unless the arrays are those of the network, floating point, and no variance is negative.

    members: the leading axes of every array, for several networks.
    """
    check_forms(expected_forms(network, members), parameters, averages, whose)


def expected_forms(network: Network, members: tuple[int, ...] = ()) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a network's parameters and running averages, with the members' axis before each."""
    shapes = network.shapes()
    for l in network.batch_norm_layers:
        shapes |= {f"{name}[{l}]": (network.n[l], 1) for name in ("mu", "sigma2")}
    return {name: (*members, *shape) for name, shape in shapes.items()}


def check_forms(
    expected: Mapping[str, tuple[int, ...]],
    parameters: Parameters,
    averages: Averages,
    whose: Text | None = None,
) -> None:
    """Raise FileError unless the arrays have these names and shapes, are floats, and no variance is negative."""
    whose = whose or SAY["file.whose.file"]
    running = {f"{name}[{l}]": p for name, field in averages._asdict().items() for l, p in field.items()}
    found = parameters.named() | running
    shapes = {name: tuple(p.shape) for name, p in found.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != shapes.get(name):
            shown = {"here": shapes.get(name, SAY["file.absent"]), "wanted": expected.get(name, SAY["file.unknown"])}
            raise FileError(SAY["file.array_shape"].filled(whose=whose, name=name, **shown))
        if found[name].dtype.kind != "f":
            raise FileError(SAY["file.array_dtype"].filled(whose=whose, name=name, dtype=found[name].dtype))
        if name.startswith("sigma2") and (found[name] < 0).any():
            raise FileError(SAY["file.variance"].filled(whose=whose, name=name))
