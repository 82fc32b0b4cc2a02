"""What a model answers on average as one column runs over its values: partial dependence (Friedman 2001, section 8.2).

>>> from ..data.frame import frame_of
>>> from .preparing import prepare
>>> from .run import Settings
>>> x = np.linspace(-1, 1, 200)
>>> ready = prepare(frame_of({"x": x, "y": 3 * x}), ["y"])
>>> *_, last = Settings(layers=(16,), epochs=60, engine="numpy").train(ready)
>>> found = effects(ready, ready.model(last), ["x"])["x"]
>>> found.kind, len(found.at), float(found.answers[-1, 0] - found.answers[0, 0]) > 4
('number', 11, True)
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from ..data.frame import Texts, as_texts, plain
from ..data.quantities import Date, Number
from ..nn.arrays import Array
from ..words import Text, catalogue
from .importance import some_judged
from .model import Model
from .preparing import Prepared
from .scores import amount

SAY = catalogue("results")

COLUMNS, LEVELS, TOLD = 5, 12, 3
"""Of columns that are drawn; of names, the commonest; of columns that are told."""
QUANTILES = np.linspace(0.05, 0.95, 11)


class Effect(NamedTuple):
    """The mean answers along a column.

    kind       of the column
    at         its values: numbers, days since 1970, or names ("": an empty cell)
    answers    (len(at), n): numbers in the first target's units; of two classes the second one's probability, of more
               each one's
    names      of what is answered, (n)
    """

    kind: str
    at: tuple[float | str, ...]
    answers: Array
    names: tuple[str, ...]

    @property
    def written(self) -> list[float | str]:
        """The values, dates as people write them."""
        if self.kind != "date":
            return list(self.at)
        return [plain(np.datetime64(round(float(day) * 86_400_000_000), "us")) for day in self.at]


def effects(ready: Prepared, model: Model, columns: Iterable[str]) -> dict[str, Effect]:
    """The effects of the first five of those columns that have values to run over, which free text has not.

    The rows are those that are judged, their other columns as they are: where columns hang together, some of the rows
    that are asked about never occur.
    """
    part = some_judged(ready, model)
    X, found = ready.X[part], dict[str, Effect]()
    for name in columns:
        places = values(ready, name, part)
        if len(found) == COLUMNS or len(places) < 2:
            continue
        own, answers = ready.table.places[name], []
        for row in places.values():
            other = X.copy()
            other[:, own] = X[row, own]
            said = model.answers(model.outputs_of(other))
            answers.append((said[0] if ready.targets.classes else said[:, :1]).mean(axis=0))
        classes = next(iter(ready.targets.classes), ())
        names = tuple(f"P({label})" for label in classes) or ready.targets.names[:1]
        first = int(len(names) == 2)  # the other class has what is left
        found[name] = Effect(ready.found[name].kind, tuple(places), np.array(answers)[:, first:], names[first:])
    return found


def values(ready: Prepared, name: str, part: Array) -> dict[float | str, int]:
    """The values that a column runs over in those rows, each with the place of a row that has it."""
    encoder, cells = ready.table.encoders[name], ready.table.frame(ready.frame.take(part))[name]
    if isinstance(encoder, Number | Date):
        numbers = encoder.numbers(cells) if isinstance(encoder, Number) else encoder.days(cells)
        there = numbers[np.isfinite(numbers)]
        if not there.size:
            return {}
        wanted = np.unique(np.quantile(there, QUANTILES, method="inverted_cdf")).tolist()
        return {value: int(np.flatnonzero(numbers == value)[0]) for value in wanted}
    texts = as_texts(cells)
    if encoder.kind == "text":
        texts = Texts(texts.codes[:0], ())
    codes, first, times = np.unique(texts.codes, return_index=True, return_counts=True)
    most = np.argsort(-times, kind="stable")[:LEVELS].tolist()
    return {texts.levels[codes[i]] if codes[i] >= 0 else "": int(first[i]) for i in most}


def told(found: Mapping[str, Effect]) -> Text:
    """How far the mean answer goes along each column, in a sentence.

    >>> print(told({"area": Effect("number", (30.0, 90.0), np.array([[900.0], [1800.0]]), ("rent",))}))
    the mean answer lies between 900 and 1,800 along 'area'
    """
    said = []
    for name, effect in list(found.items())[:TOLD]:
        widest = int(np.ptp(effect.answers, axis=0).argmax())
        low, high = effect.answers[:, widest].min(), effect.answers[:, widest].max()
        key = "effect.along" if len(effect.names) == 1 else "effect.along_class"
        ends = {"low": amount(float(low)), "high": amount(float(high)), "which": effect.names[widest]}
        said.append(SAY[key].filled(name=repr(name), **ends))
    return SAY["effect.between"].filled(ranges=SAY["importance.comma"].join(said))
