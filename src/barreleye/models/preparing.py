"""A frame made ready for training: targets, parts, kinds, coded rows and weights; and the model that training makes.

>>> from ..data.frame import frame_of
>>> rows = frame_of({"x": [0.1 * i for i in range(20)], "y": [i % 2 for i in range(20)]})
>>> ready = prepare(rows, ["y"])
>>> ready.X.shape, [len(part) for part in ready.parts], ready.targets.head
((20, 1), [13, 3, 4], 'sigmoid')
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data import table as columns
from ..data import targets as wanted
from ..data.builtin import Dataset
from ..data.fingerprint import fingerprint
from ..data.frame import Frame, Numbers, as_texts, counted, frame_of, take
from ..data.marks import MISSING
from ..data.remarks import codes_for_missing, giveaways, running_on
from ..data.split import SHARE, Parts, parts_of, too_rare
from ..data.table import Found, Table, matching
from ..data.targets import Targets
from ..nn.arrays import Array
from ..nn.rows import listed
from ..training.progress import Progress
from ..words import catalogue
from .aside import informed
from .model import Model
from .streamed import Streamed
from .uses import row_weights, split_by, uses, weights_in

SAY = catalogue("table")


@dataclass(frozen=True)
class Prepared:
    """A table ready to train on; encoders and scales are fitted on its training rows alone.

    frame      the rows that have a target, all columns that are not left out by name
    X, Y       the coded rows (m, n_x) and targets (m, n_y)
    weights    of rows (m,); None: all count alike
    notes      what was decided and is worth knowing, in sentences
    numbers    (m,) of the rows, as they came, counted from 1; those of another table to test on in it
    data_read  the fingerprint of all that was read, of what is left out too
    balanced   whether the weights make classes count alike
    split      how rows are held out for the score: as ``prepare`` was told, "table" for another one's, "none"
    stream     the training rows where they are, if they are too many for the memory: all that is here is a sample
    """

    frame: Frame
    found: Mapping[str, Found]
    table: Table
    targets: Targets
    X: Array
    Y: Array
    weights: Array | None
    parts: Parts
    notes: tuple[str, ...]
    numbers: Array
    data_read: str
    balanced: bool = False
    split: str = "random"
    stream: Streamed | None = None

    @property
    def totals(self) -> tuple[int, int, int]:
        """The rows of each part, whether they are here or not."""
        train, validation, test = map(len, self.parts)
        if self.stream is not None:
            train, validation, streamed = self.stream.source.totals
            test = streamed or test
        return train, validation, test

    @property
    def judged(self) -> Array:
        """The rows that scores are of: those that no model has seen; where none are held out, all."""
        return self.parts.test if self.parts.test.size else self.parts.train

    def data(self, part: Array) -> tuple[Array, ...]:
        """X, Y and the weights, if there are any, of those rows, for train()."""
        rows = (self.X[part], self.Y[part])
        return rows if self.weights is None else (*rows, self.weights[part])

    def model(self, progress: Progress) -> Model:
        """The network as it is after this Progress, ready for rows as they come.

        The rows that say when to stop also tell how far its answers may be trusted.
        """
        network, aside = progress.network, self.parts.validation
        averages = progress.averages if network.batch_norm_layers else None
        model = Model(self.table, network, progress.parameters, averages, self.targets)
        weights = None if self.weights is None else self.weights[aside]
        return informed(model, self.X[aside], self.frame.take(aside), weights)


def prepare(
    frame: Frame,
    target: Sequence[str],
    *,
    task: str = "auto",
    test: Frame | None = None,
    kinds: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    marks: Sequence[str] = (),
    weight: str | None = None,
    balanced: bool = False,
    split: str = "random",
    share: float = SHARE,
    quantiles: tuple[float, ...] = (),
    hold_out: bool = True,
    validate: bool = True,
    seed: int = 0,
    dtype: Any = np.float64,
    numbered: bool = False,
    each_class: bool = False,
    clamped: bool = False,
    parted: Array | None = None,
) -> Prepared:
    """Leave aside rows without a target; split; tell the columns' kinds; fit encoders on the training rows; code all.

    target      one column or several
    test        rows of another table to test on, in place of a part of these
    kinds       {column: kind} where the recognised one is not meant
    drop        columns to leave out, of which one may still say how rows count or are split
    marks       further texts or numbers that stand for a missing cell
    weight      a column of weights of rows
    balanced    whether each class counts as much as any other; for classes alone
    split       "random" (classes in proportion), "time:COLUMN" (the latest rows are held out) or "group:COLUMN" (no
                group on both sides; the column itself is not learnt from)
    share       of the rows that are set aside to test, and of the others to stop by
    quantiles   to learn of each number in place of its mean
    hold_out, validate    whether rows are set aside to test, and to stop by
    numbered    whether the levels of a category of many are numbered, for a network that learns what each is worth
    each_class  whether two classes have an output each
    clamped     whether answers stay within the numbers of the training rows
    parted      (m,) of each row its part, where they are parted already

    Raises ValueError for what cannot be trained on, by name.
    """
    notes: list[str] = []
    data_read = fingerprint(frame, *([] if test is None else [test]))
    if not target:
        raise ValueError(SAY["error.no_target"].filled(names=listed(frame.names, 20)))
    target = [matching(name, frame.names) for name in target]
    way, by = split_by(split, frame)
    drop = [matching(name, frame.names) for name in drop]
    weight = None if weight is None else matching(weight, frame.names)
    kinds = {matching(name, frame.names): kind for name, kind in (kinds or {}).items()}
    aside = uses(target, drop, weight, by, kinds, learnt=way == "time")
    frame, rows_of_test = frame.without([name for name in drop if name not in (weight, by)]), 0
    gone = np.logical_or.reduce([wanted.lacking(frame[name]) for name in target])
    numbers = np.arange(1, frame.m + 1)  # of the rows, as they came
    if gone.any():
        written = [level for name in target for level in as_texts(take(frame[name], gone)).levels]
        odd = [level for level in written if level.lower() not in MISSING]
        left = SAY["note.without"].filled(rows=counted(int(gone.sum()), "row"), target=listed(target))
        notes.append(left + SAY["note.none"].filled(levels=listed(odd, 3)) if odd else left)
        frame, numbers = frame.take(~gone), numbers[~gone]
    counting = np.ones(frame.m, bool) if weight is None else weights_in(frame[weight], weight) > 0
    if not counting.all():
        none = int((~counting).sum())
        frame, numbers = frame.take(counting), numbers[counting]
        notes.append(SAY["note.weightless"].filled(rows=counted(none, "row")))
    if frame.m < 3:
        raise ValueError(SAY["error.few_rows"].filled(rows=counted(frame.m, "row"), target=listed(target)))
    if test is not None:
        frame, of_test = below(frame, test, target)
        numbers, rows_of_test = np.concatenate([numbers, of_test]), len(of_test)
    own = np.arange(frame.m - rows_of_test)
    targets, why = wanted.fit(Frame({name: frame[name] for name in target}, frame.m), task)
    notes += [why] if why else []
    classes = targets.indices(frame) if targets.classes else None
    if balanced and classes is None:
        raise ValueError(SAY["error.balanced"].filled(target=listed(target)))
    whole = test is None and parted is None and is_truth_table(frame.without(target))
    if whole:
        notes.append(SAY["note.truth_table"])
    if parted is not None:
        parts = Parts(*(np.flatnonzero(parted[numbers[own] - 1] == k) for k in range(len(Parts._fields))))
    else:
        parts = parts_of(
            len(own),
            classes=classes,
            test=hold_out and test is None and not whole,
            validation=validate and not whole,
            seed=seed,
            by=None if by is None else frame.take(own)[by],
            grouped=way == "group",
            name=by or "",
            share=share,
        )
    if test is not None:
        parts = parts._replace(test=np.arange(len(own), frame.m))
    if classes is not None and len(targets.classes) == 1:
        notes += too_rare(classes, targets.classes[0], parts)
    alike = [targets.indices(frame, i) for i in range(len(targets.names))] if balanced else []
    weights = row_weights(frame, weight, alike, parts.train)
    of_training = None if weights is None else weights[parts.train]
    if not targets.classes:
        targets, _ = wanted.fit(
            Frame({n: frame[n] for n in target}, frame.m).take(parts.train), targets.task, of_training
        )
    if each_class and len(targets.classes) == 1:
        targets = replace(targets, coding="distributions")
    targets = replace(targets, quantiles=quantiles)
    features = frame.without([name for name in frame.names if name in aside])
    if not features.names:
        raise ValueError(SAY["error.alone"].filled(names=listed(frame.names)))
    found = columns.look(columns.without_marks(features, marks), kinds)
    table = columns.fit(features.take(parts.train), found, marks, of_training, numbered)
    notes += left_out(found)
    if not marks:
        notes += codes_for_missing(features)
    Y = targets.encode(frame)
    if clamped and not targets.classes:
        own = targets.decoded(Y[parts.train])
        targets = replace(targets, limits=np.array([own.min(axis=0), own.max(axis=0)]))
    y = Y[:, 0] if classes is None else classes
    inputs = features.without([name for name in features.names if name not in table.inputs])
    if way == "random" and parts.test.size and test is None:
        notes += running_on(inputs, table)
    notes += giveaways(inputs.take(parts.train), y[parts.train], targets.task == "classification")
    X = table(features, dtype)
    unread = table.unread(features) if np.isnan(X).any() else {}
    if unread:
        row, said = next(iter(unread.items()))
        where = " of the table to test on" if row >= len(own) else ""
        raise ValueError(f"row {numbers[row]}{where}: {said}")
    how = "table" if test is not None else split if parts.test.size else "none"
    coded = (X, Y.astype(dtype), weights)
    return Prepared(frame, found, table, targets, *coded, parts, tuple(notes), numbers, data_read, balanced, how)


def is_truth_table(frame: Frame) -> bool:
    """Whether the rows are all that columns of 0 and 1 can make, each once: no row can stand for another.

    >>> is_truth_table(frame_of([[0, 0], [0, 1], [1, 0], [1, 1]])), is_truth_table(frame_of([[0, 0], [0, 1], [1, 0]]))
    (True, False)
    """
    if not frame.columns or len(frame.columns) > 20 or frame.m != 2 ** len(frame.columns):
        return False
    if not all(isinstance(cells, Numbers) and np.isin(cells.values, (0, 1)).all() for _, cells in frame):
        return False
    rows = np.column_stack([cells[0] for _, cells in frame])
    return len(np.unique(rows, axis=0)) == frame.m


def below(frame: Frame, test: Frame, target: Sequence[str]) -> tuple[Frame, Array]:
    """The rows of another table below those of the first, as far as they have a target; and their numbers in it."""
    from ..data.read import joined

    lacking = [name for name in frame.names if name not in test.names]
    if lacking:
        raise ValueError(SAY["error.test_column"].filled(names=listed(lacking)))
    test = Frame({name: test[name] for name in frame.names}, test.m)
    there = ~np.logical_or.reduce([wanted.lacking(test[name]) for name in target])
    test = test.take(there)
    if not test.m:
        raise ValueError(SAY["error.test_rows"].filled(target=listed(target)))
    return joined([frame, test]), 1 + np.flatnonzero(there)


def left_out(found: Mapping[str, Found]) -> list[str]:
    """The columns that have no say, in a sentence."""
    empty = {"constant", "identifier"}
    said = [f"{name!r} ({what.kind})" for name, what in found.items() if what.kind in empty]
    return [SAY["note.left_out"].filled(names=", ".join(said))] if said else []


def rows_of(dataset: Dataset) -> tuple[Frame, str]:
    """A built-in table as a frame, and the name of its target."""
    frame = frame_of(dataset.X, dataset.feature_names)
    target = frame_of({dataset.target_name: dataset.y})
    return Frame({**frame.columns, **target.columns}, frame.m), dataset.target_name
