"""A model of a table: the columns' encoders, a network with its parameters, and what its outputs mean.

>>> from ..data import targets as of_targets, table as of_columns
>>> from ..data.frame import frame_of
>>> from ..nn.network import Network, initialize
>>> rows = frame_of({"x": [0.0, 1.0, 2.0, 3.0], "y": ["no", "no", "yes", "yes"]})
>>> table = of_columns.fit(rows.without(["y"]), of_columns.look(rows.without(["y"])))
>>> targets, _ = of_targets.fit(rows.without(["x"]))
>>> network = Network((1, 3, 1))
>>> model = Model(table, network, initialize(network, 0), None, targets)
>>> model.answer({"x": [1.5]}).shape, model.predict([[1.5], [2.5]]).shape
((1, 2), (2,))
"""

import warnings
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ..data.encoders import KINDS
from ..data.encoding import Encoder
from ..data.frame import Frame
from ..data.table import Table
from ..data.targets import Coding, Targets
from ..files.form import NUMBER, misfit
from ..files.model_file import Model as ModelFile
from ..files.model_file import load_model, save_model
from ..files.tensors import FileError
from ..nn.arrays import Array
from ..nn.heads import QuantilesHead
from ..nn.normalization import Averages
from ..nn.prediction import blocks, predict_rows
from ..nn.quantities import Parameters
from ..nn.rows import listed
from ..nn.structure import Network
from ..training.members import how_many, mean, member
from ..words import catalogue
from .calibration import Calibration
from .conformal import Aside, aside_in, coverage_range, lacking, likely

SAY = catalogue("results")

ROWS = 2**16
"""That are coded at a time, so that memory does not grow with the rows."""

FORMS: dict[Any, Any] = {str: str, float: NUMBER, bool: bool, tuple[str, ...]: [str]}
"""What a file holds for a field of an encoder, by the field's type."""


@dataclass(frozen=True, repr=False)
class Model:
    """A network and what surrounds it: columns as they come on one side, classes or numbers on the other.

    Of several networks trained at once, whose arrays have a leading axis, the mean of their outputs is what they say.

    averages        batch norm's running averages; None without batch norm
    calibrations    of the probabilities of each column of classes; none where too few rows were set aside to tell
    aside           what rows set aside tell of how far answers may be trusted; nothing where there were none
    """

    table: Table
    network: Network
    parameters: Parameters
    averages: Averages | None
    targets: Targets
    calibrations: tuple[Calibration, ...] = ()
    aside: Aside = field(default_factory=Aside)

    def __repr__(self) -> str:
        columns = f"{len(self.feature_names)} column{'s' * (len(self.feature_names) != 1)}"
        return f"Model({' and '.join(map(repr, self.targets.names))} from {columns}, {self.network!r})"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns that it answers from."""
        return self.table.inputs

    def answer(self, data: Any) -> Any:
        """The probability of each class (m, K), or numbers in the target's own units (m, n), for rows as they come.

        data: whatever ``frame_of`` takes: columns go by their names. For several columns of classes a list of
        probabilities. Raises ValueError for a missing column and for a cell that cannot be read, with its row.
        """
        answers = self.answers(self.heard(self.table.frame(data))[0])
        return answers[0] if isinstance(answers, list) and len(answers) == 1 else answers

    def answers(self, Y_hat: Array) -> Any:
        """What the network's outputs (m, n_y) say: probabilities by column of classes, a list of them, or numbers."""
        if not self.targets.classes:
            return self.targets.numbers(Y_hat)
        P = self.targets.probabilities(Y_hat)
        return [calibrated(p) for calibrated, p in zip(self.calibrations, P, strict=True)] if self.calibrations else P

    def heard(self, frame: Frame) -> tuple[Array, Array]:
        """``opinions_of`` the rows of a frame. Raises ValueError for a cell that cannot be read, with its row."""
        outputs, spread = self.opinions(frame)
        if np.isnan(outputs).any() and (unread := self.table.unread(frame)):
            row, why = next(iter(unread.items()))
            raise ValueError(SAY["error.row"].filled(row=row, why=why))
        return outputs, spread

    def opinions(self, data: Any) -> tuple[Array, Array]:
        """``opinions_of`` the rows as they come: NaN in rows with a cell that cannot be read."""
        frame, dtype = self.table.frame(data), self.parameters.W[1].dtype
        parts = [self.opinions_of(self.table(frame.take(part), dtype)) for part in blocks(frame.m, ROWS)]
        if not parts:
            return np.empty((0, self.network.n[-1]), dtype), np.empty((0, 0))
        outputs, spread = zip(*parts, strict=True)
        return np.concatenate(outputs), np.concatenate(spread)

    @property
    def first(self) -> tuple[Parameters, Averages | None]:
        """The parameters and running averages of the first of several networks, or of the only one: to look into."""
        return each_member(self.parameters, self.averages)[0]

    def outputs(self, data: Any) -> Array:
        """The network's outputs (m, n_y), NaN in rows with a cell that cannot be read."""
        return self.opinions(data)[0]

    def outputs_of(self, X: Array) -> Array:
        """The network's outputs (m, n_y) for rows X (m, n_x) that are coded already."""
        return self.opinions_of(X)[0]

    def opinions_of(self, X: Array) -> tuple[Array, Array]:
        """The outputs (m, n_y) for coded rows X, and the deviation (m, n) of the members' numbers, in their own units.

        (m, 0) where there is none: of a single network, of classes, and of quantiles, which say themselves how far.
        """
        each = [predict_rows(self.network, p, X, a) for p, a in each_member(self.parameters, self.averages)]
        outputs: Array = mean(each)
        if len(each) == 1 or self.targets.classes or self.targets.quantiles:
            return outputs, np.zeros((len(outputs), 0))
        return outputs, np.std([self.targets.numbers(Y_hat) for Y_hat in each], axis=0, dtype=np.float64)

    def predict(self, data: Any) -> Array:
        """The likeliest class of each row, or its number: (m,), or (m, n) for several targets."""
        answer = self.answer(data)
        if not self.targets.classes:
            return answer[:, 0] if answer.shape[1] == 1 else answer
        listed = answer if isinstance(answer, list) else [answer]
        found = [np.array(c, object)[P.argmax(axis=1)] for c, P in zip(self.targets.classes, listed, strict=True)]
        return found[0] if len(found) == 1 else np.column_stack(found)

    def interval(self, data: Any, coverage: float = 0.9, by: str | None = None) -> tuple[Array, Array]:
        """From where to where the number of each row lies, (m, n) each, with a probability of ``coverage`` at least.

        Split conformal prediction by the rows set aside. Of several networks: the wider, the less they agree on a row.
        With quantiles: from the lowest to the highest one, both moved out or in as far.

        by: a column of few values, such as a category: it holds for each of them. Where too few rows were set aside for
        one, all of them stand in, with a warning.

        Raises ValueError for classes, and where too few rows were set aside to promise it.
        """
        if self.targets.classes:
            raise ValueError(SAY["error.no_interval"])
        frame = self.table.frame(data)
        limits = self.limits(frame, coverage, by)
        return self.ends(*self.heard(frame), limits)

    def set(self, data: Any, coverage: float = 0.9, by: str | None = None) -> Any:
        """Which classes (m, K) hold the right one together, with a probability of ``coverage`` at least.

        Those whose probability is not below that of the right class in so many of the rows set aside (Sadinle, Lei and
        Wasserman 2019, arXiv 1609.00451), and in any case the likeliest. A list of them for several columns of classes,
        for each of which it holds. by, errors: as for ``interval``; ValueError for numbers.
        """
        if not self.targets.classes:
            raise ValueError(SAY["error.no_set"])
        frame = self.table.frame(data)
        limits = self.limits(frame, coverage, by)
        sets = self.sets(self.heard(frame)[0], limits)
        return sets[0] if len(sets) == 1 else sets

    def coverage_range(self, coverage: float = 0.9) -> tuple[float, float]:
        """Between what shares of new rows that holds, in nine cases of ten: it hangs on which rows were set aside."""
        return coverage_range(len(self.aside.scores), coverage)

    def limits(self, frame: Frame, coverage: float, by: str | None) -> Array:
        """``Aside.limits`` for the rows of a frame; groups that lack rows are a warning."""
        if by is not None and by not in frame.names:
            raise ValueError(SAY["error.unknown_by"].filled(by=repr(by), names=listed(frame.names, 20)))
        limits, without = self.aside.limits(coverage, by, None if by is None else frame[by])
        if without:
            warnings.warn(lacking(by, without, coverage), stacklevel=3)
        return limits

    def ends(self, outputs: Array, spread: Array, limits: Array) -> tuple[Array, Array]:
        """From where to where numbers lie, (m, n) each, for what ``heard`` returns and scores that are not exceeded."""
        low, high = self.targets.ends(outputs)
        return self.aside.ends(low, self.targets.numbers(outputs), high, spread, limits)

    def sets(self, outputs: Array, limits: Array) -> list[Array]:
        """By column which classes (m, K) are in, for outputs and scores that are not exceeded."""
        return [likely(P, most) for P, most in zip(self.answers(outputs), limits.T, strict=True)]

    def save(self, path: str | Path, arrays: Mapping[str, Array] | None = None, **more: Any) -> None:
        """Write a model file atomically; ``load`` reads it. Raises OSError where it cannot be written.

        arrays, more: further arrays and JSON values by name, for whoever reads the file by ``load_model``.
        """
        encoders: dict[str, Encoder] = {} if self.table.is_plain else self.table.encoders
        described = {name: state_of(encoder, f"columns.{i}") for i, (name, encoder) in enumerate(encoders.items())}
        held = {"centre": self.table.centre, "scale": self.table.scale}
        held |= {"target.mean": self.targets.mean, "target.scale": self.targets.scale}
        held |= {"target.limits": self.targets.limits} if self.targets.limits.size else {}
        for own in (self.aside.arrays(), *(own for _, own in described.values())):
            held |= own
        columns: list[Any] = [[name, facts] for name, (facts, _) in described.items()]
        details = {
            "columns": columns or list(self.table.inputs),
            "marks": list(self.table.marks),
            "targets": list(self.targets.names),
            "classes": [list(map(label_of, classes)) for classes in self.targets.classes],
            "coding": self.targets.coding,
            "yes_or_no": self.targets.yes_or_no,
            "quantiles": list(self.targets.quantiles),
            "groups": [[name, list(texts.levels)] for name, texts in self.aside.groups.items()],
            "calibrations": [[one.temperature, one.rows] for one in self.calibrations],
            **more,
        }
        held |= arrays or {}
        save_model(path, self.network, self.parameters, self.averages, arrays=held, details=details)


def load(path: str | Path) -> Model:
    """The model that ``Model.save``, an estimator's ``save`` or ``barreleye train`` wrote, whose folder does as well.

    Raises FileNotFoundError, or FileError for a damaged, foreign or newer file.
    """
    path = Path(path, "model.safetensors") if Path(path).is_dir() else path
    return model_in(load_model(path), path)


def model_in(file: ModelFile, path: str | Path) -> Model:
    """The model of a table that a model file holds. Raises FileError for a network that was not trained on one."""
    arrays, details = file.arrays, file.details
    try:
        columns, centre, scale = details["columns"], arrays["centre"], arrays["scale"]
        if scale.size:
            encoders = {str(n): restored(facts, f"columns.{i}", arrays) for i, (n, facts) in enumerate(columns)}
            table = Table(encoders, centre, scale, tuple(map(str, details["marks"])))
        else:
            table = Table.plain(list(map(str, columns)))
        classes = tuple(tuple(map(label_of, column)) for column in details["classes"])
        mean, deviation = arrays["target.mean"], arrays["target.scale"]
        names, coding, yes_or_no = tuple(map(str, details["targets"])), details["coding"], details["yes_or_no"]
        limits = arrays.get("target.limits", np.empty((0, 0)))
        quantiles = tuple(details.get("quantiles", ()))
        targets = Targets(names, classes, mean, deviation, coding, yes_or_no, quantiles, limits)
        calibrations = tuple(Calibration(temperature, rows) for temperature, rows in details["calibrations"])
        aside = aside_in(arrays, details)
        fitting = (len(table.names), targets.n_y) == (file.network.n_x, file.network.n[-1])
        fitting &= aside.scores.shape[1] in (0, len(names)) and aside.beta.shape in ((0,), (len(names),))
        fitting &= not aside.beta.size or (how_many(file.parameters) or 1) > 1
        fitting &= not quantiles or file.network.head == QuantilesHead(quantiles)
        told_apart = all(len(set(column)) == len(column) > 1 for column in classes) and len(classes) in (0, len(names))
        told_apart &= not yes_or_no or set(classes) == {(0, 1)}
        sizes = table.is_plain or {centre.size, scale.size} == {len(table.names)}
        standard = {mean.shape, deviation.shape} in ({(0,)}, set() if classes else {(len(names),)})
        standard &= not limits.size or (limits.shape == (2, len(names)) and bool((limits[0] <= limits[1]).all()))
        standard &= bool((deviation != 0).all()) and len(calibrations) in (0, len(classes))
        if not (fitting and told_apart and sizes and standard and coding in (None, *get_args(Coding))):
            raise ValueError(SAY["error.no_fit"])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise FileError(SAY["error.no_table"].filled(path=path, error=error)) from None
    averages = file.averages if file.network.batch_norm_layers else None
    return Model(table, file.network, file.parameters, averages, targets, calibrations, aside)


def each_member(parameters: Parameters, averages: Averages | None) -> list[tuple[Parameters, Averages | None]]:
    """The parameters and running averages of each of several networks trained at once; one pair of a single one."""
    numbers, members = (parameters, averages), how_many(parameters)
    return [numbers] if members is None else [member(numbers, i) for i in range(members)]


def label_of(label: Any) -> Any:
    """A class as a file may hold it. Raises TypeError for anything else."""
    if isinstance(label, str | int | float):
        return label
    raise TypeError(SAY["error.odd_class"].filled(label=label))


def state_of(encoder: Encoder, prefix: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """An encoder's kind and fields as JSON values, and its arrays by name."""
    values = {field.name: getattr(encoder, field.name) for field in fields(encoder)}
    arrays = {f"{prefix}.{name}": value for name, value in values.items() if isinstance(value, np.ndarray)}
    facts = {name: value for name, value in values.items() if not isinstance(value, np.ndarray)}
    return {"kind": encoder.kind, **facts}, arrays


def restored(facts: Mapping[str, Any], prefix: str, arrays: Mapping[str, Array]) -> Encoder:
    """The encoder that ``state_of`` described. Raises KeyError, TypeError or ValueError for anything else."""
    kind = KINDS[facts["kind"]]
    held = [field for field in fields(kind) if field.default is MISSING or field.name in facts]
    forms = {field.name: FORMS[field.type] for field in held if field.type in FORMS}
    if wrong := misfit(facts, forms):
        raise ValueError(SAY["error.odd_column"].filled(kind=kind, wrong=wrong))
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts.items() if name != "kind"
    }
    values |= {
        name.removeprefix(f"{prefix}."): array for name, array in arrays.items() if name.startswith(f"{prefix}.")
    }
    wanted = {field.name for field in fields(kind)}
    if not {field.name for field in fields(kind) if field.default is MISSING} <= values.keys() <= wanted:
        raise ValueError(SAY["error.column_fields"].filled(kind=kind, wanted=sorted(wanted), found=sorted(values)))
    return kind(**values)
