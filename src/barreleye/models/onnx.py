"""A model as an ONNX graph, from columns as they come to probabilities or numbers.

The graph is the library's own code: encoders, forward pass, head and calibration are written against the Array API, and
ndonnx (github.com/Quantco/ndonnx) is an Array API whose arrays are values of a graph. There is no second forward pass.

Inputs and outputs are called as sklearn-onnx has them. A table's columns are an input each, (N, 1), by their names:
numbers as float64 with NaN for a missing one, dates as days since 1970, everything else as texts with "" for a missing
one. Rows that an estimator was fitted on without columns are one input X (N, n_x). Classes come out as "label" (N,) and
"probabilities" (N, K), numbers as "variable" (N, n); of several columns of classes each name is followed by "_" and the
column.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..files.atomic import write_atomically
from ..nn.arrays import Array
from ..nn.network import forward
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..training.members import mean
from ..words.extras import extras
from .model import Model, each_member


def to_onnx(model: Model) -> Any:
    """The onnx.ModelProto of a model, checked by ONNX's own checker.

    Raises ModuleNotFoundError without the extra "onnx".

    >>> from ..data.builtin import load_dataset
    >>> from .preparing import prepare, rows_of
    >>> from .run import Settings
    >>> frame, target = rows_of(load_dataset("iris"))
    >>> ready, settings = prepare(frame, [target]), Settings(recipe="plain", epochs=3)
    >>> *_, last = settings.train(ready)
    >>> graph = to_onnx(ready.model(last)).graph
    >>> [value.name for value in graph.input][:2], [value.name for value in graph.output]
    (['sepal length (cm)', 'sepal width (cm)'], ['label', 'probabilities'])
    """
    with extras():
        import ndonnx
        import onnx
    table, dtype = model.table, getattr(ndonnx, str(model.parameters.W[1].dtype))
    if table.is_plain:
        inputs = {"X": ndonnx.argument(shape=("N", len(table.names)), dtype=dtype)}
        X = inputs["X"]
    else:
        inputs = {
            name: ndonnx.argument(shape=("N", 1), dtype=getattr(ndonnx, table.encoders[name].graph_dtype))
            for name in table.inputs
        }
        X = table.in_graph({name: column[:, 0] for name, column in inputs.items()}).astype(dtype)
    members = [constants(*one, ndonnx.asarray) for one in each_member(model.parameters, model.averages)]
    each = [forward(model.network, p, X.T, averages=a).Y_hat.T for p, a in members]
    targets, answers, outputs = model.targets, model.answers(mean(each)), dict[str, Any]()
    if not targets.classes:
        outputs["variable"] = ndonnx.reshape(answers, (-1, len(targets.names)))  # a graph shows the shapes it is told
    for name, classes, P in zip(targets.names, targets.classes, answers if targets.classes else (), strict=False):
        end = "" if len(targets.classes) == 1 else f"_{name}"
        outputs[f"label{end}"] = ndonnx.take(ndonnx.asarray(labels(classes)), ndonnx.argmax(P, axis=1), axis=0)
        outputs[f"probabilities{end}"] = ndonnx.reshape(P, (-1, len(classes)))
    made = ndonnx.build(inputs, outputs)
    made.producer_name = "barreleye"
    onnx.checker.check_model(made)
    return made


def save_onnx(model: Model, path: str | Path, lang: str = "en") -> None:
    """Write the graph of a model, which is the same in either language, atomically. Raises as ``to_onnx``; OSError."""
    write_atomically(Path(path), to_onnx(model).SerializeToString())


def constants(parameters: Parameters, averages: Averages | None, asarray: Any) -> tuple[Parameters, Averages | None]:
    """The arrays as constants of a graph."""

    def each(fields: Mapping[str, Mapping[int, Array]]) -> dict[str, dict[int, Array]]:
        return {name: {l: asarray(array) for l, array in values.items()} for name, values in fields.items()}

    return Parameters(**each(parameters._asdict())), averages and Averages(**each(averages._asdict()))


def labels(classes: tuple[Any, ...]) -> Array:
    """Classes as an array of one type that ONNX knows: texts, where they are of several."""
    kinds = {type(one) for one in classes}
    return np.array(classes if len(kinds) == 1 or kinds == {int, float} else list(map(str, classes)))
