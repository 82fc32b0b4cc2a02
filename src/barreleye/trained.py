"""A network trained on a table, with all that its predictions need, and its safe file.

>>> import numpy as np, tempfile
>>> from barreleye.nn.network import Network, initialize
>>> from barreleye.tables.preparation import standardisation
>>> network = Network((2, 3, 1))
>>> X = np.array([[1.0, 20.0], [3.0, 10.0]])
>>> model = Trained(network, initialize(network, 0), None, standardisation(X), None, ("cat", "dog"), ("a", "b"), "kind")
>>> with tempfile.TemporaryDirectory() as folder:
...     model.save(f"{folder}/model.safetensors")
...     loaded = load_trained(f"{folder}/model.safetensors")
>>> bool((loaded.predict(X) == model.predict(X)).all())
True
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files.form import NUMBER, misfit
from .files.model_file import Model, load_model, save_model
from .files.tensors import FileError
from .nn.arrays import Array
from .nn.normalization import Averages
from .nn.prediction import predict_rows
from .nn.quantities import Parameters
from .nn.rows import check_features
from .nn.structure import Network
from .tables.preparation import Standardisation, decode

FORM = {"features": [str], "target": str, "classes": (None, [(str, bool, *NUMBER)])}
"""What the details of a model file must be, for a network that was trained on a table."""


@dataclass(frozen=True)
class Trained:
    """A network and what surrounds it: features in their own units on one side, classes or numbers on the other.

    averages       batch norm's running averages; None without batch norm
    of_X, of_Y     the standardisations of features and of a regression's target (None for classes)
    classes        the labels of the network's outputs; None for regression
    feature_names  the columns of X, by which a frame's or a dictionary's are found

    Rows X (m, n_x) may be an array, by position; or a frame, a dictionary or a list of dictionaries, by name: their
    order does not matter and other columns are ignored.
    """

    network: Network
    parameters: Parameters
    averages: Averages | None
    of_X: Standardisation
    of_Y: Standardisation | None
    classes: tuple[object, ...] | None
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"

    def __repr__(self) -> str:
        what = "a number" if self.classes is None else f"{len(self.classes)} classes"
        return f"Trained({self.network!r}: {self.target_name!r}, {what}, from {self.network.n[0]} features)"

    def answer(self, X: Any) -> Array:
        """Probabilities (m, n_y), or numbers in the target's own units (m, 1), for rows X (m, n_x) as they come.

        Raises TypeError or ValueError with the column's name for one that is not there, and for NaN, text and the like;
        and for rows of another width. Warns where a column differs that was the same in every row of the training.
        """
        dtype = self.parameters.W[1].dtype
        X = check_features(X, self.network.n[0], dtype, names=self.feature_names)
        self.of_X.warn_of_change(X, self.feature_names)
        Y_hat = predict_rows(
            self.network, self.parameters, X, self.averages, lambda rows: self.of_X(rows).astype(dtype)
        )
        return Y_hat if self.of_Y is None else self.of_Y.back(Y_hat)

    def predict(self, X: Any) -> Array:
        """The class of each row of X (m, n_x), or its number: (m,)."""
        answer = self.answer(X)
        return answer[:, 0] if self.classes is None else decode(answer, self.classes)

    def save(self, path: str | Path) -> None:
        """Write a model file atomically; ``load_trained`` reads it. Raises OSError where it cannot be written."""
        arrays = {"X.mean": self.of_X.mean, "X.scale": self.of_X.scale}
        if self.of_Y is not None:
            arrays |= {"Y.mean": self.of_Y.mean, "Y.scale": self.of_Y.scale}
        details = {
            "features": list(self.feature_names),
            "target": self.target_name,
            "classes": None if self.classes is None else list(self.classes),
        }
        save_model(path, self.network, self.parameters, self.averages, arrays=arrays, details=details)


def load_trained(path: str | Path) -> Trained:
    """The model that ``Trained.save`` or ``barreleye train`` wrote.

    Raises FileNotFoundError, or FileError for a damaged, foreign or newer file. Warns of NaN or infinity in its arrays.
    """
    model = load_model(path)
    if wrong := _not_of_a_table(model):
        raise FileError(f"{path} holds a network, but not one trained on a table ({wrong}): use load_model")
    arrays, details = model.arrays, model.details
    return Trained(
        model.network,
        model.parameters,
        model.averages if model.network.batch_norm_layers else None,
        Standardisation(arrays["X.mean"], arrays["X.scale"]),
        Standardisation(arrays["Y.mean"], arrays["Y.scale"]) if "Y.mean" in arrays else None,
        None if details["classes"] is None else tuple(details["classes"]),
        tuple(details["features"]),
        details["target"],
    )


def _not_of_a_table(model: Model) -> str:
    """What of a Trained the file lacks, or has in another length; "" where it is whole."""
    if wrong := misfit(model.details, FORM):
        return wrong
    n, names, classes = model.network.n, model.details["features"], model.details["classes"]
    if len(names) not in (0, n[0]):
        return f"{len(names)} names for {n[0]} features"
    if classes is not None and not len(set(classes)) == len(classes) == max(2, n[-1]):
        return f"{len(classes)} classes for {n[-1]} outputs"
    of_Y = {"Y.mean": n[-1], "Y.scale": n[-1]} if "Y.mean" in model.arrays else {}
    for name, length in ({"X.mean": n[0], "X.scale": n[0]} | of_Y).items():
        found = model.arrays.get(name)
        if found is None or found.shape != (length,) or found.dtype.kind != "f":
            return f"{name} is not {length} numbers"
        if name.endswith("scale") and (found < 0).any():
            return f"{name} has a number below 0"
    dtypes = {str(p.dtype) for p in model.parameters.arrays()}
    return "" if dtypes <= {"float32", "float64"} else f"weights of {', '.join(sorted(dtypes))}"
