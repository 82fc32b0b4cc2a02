"""What a model's answers hang on: how much worse they are when the cells of one column are dealt out anew.

>>> from ..data.frame import frame_of
>>> from .preparing import prepare
>>> from .run import Settings
>>> rng = np.random.default_rng(0)
>>> rows = {"a": rng.normal(size=200), "b": rng.normal(size=200)}
>>> ready = prepare(frame_of({**rows, "y": rows["a"] > 0}), ["y"])
>>> *_, last = Settings(layers=(16,), epochs=20, engine="numpy").train(ready)
>>> rise = importance(ready, ready.model(last))
>>> rise["a"].mean > 10 * abs(rise["b"].mean)
True
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..data.frame import counted
from ..training.members import how_many
from ..words import NOTHING, Text, catalogue
from .model import Model
from .preparing import Prepared
from .scores import amount, loss_in, scores

SAY = catalogue("results")

ROWS, REPEATS = 2000, 5
"""Of the rows that are judged; and how often each column is dealt out."""
LEAST_ROWS, LEAST_ASKED = 10, 400
SHOWN = 6


def some_judged(ready: Prepared, model: Model) -> np.ndarray:
    """Judged rows that are enough to ask a model about again and again: fewer where several networks answer each."""
    most = max(ROWS // (how_many(model.parameters) or 1), LEAST_ASKED)
    return ready.judged[:: 1 + len(ready.judged) // most]


class Rise(NamedTuple):
    """How much the loss rises without a column, and the deviation of that over the deals."""

    mean: float
    deviation: float


def importance(ready: Prepared, model: Model) -> dict[str, Rise]:
    """By column, the largest first: the rise of log-loss, or of RMSE in the target's units, on rows no model has seen.

    Of fewer than ten rows, nothing.

    Permutation importance (Breiman 2001, Random Forests, section 10) of a whole column, whatever number of inputs is
    made of it. Columns that tell the same share what they tell: each alone looks dispensable.
    """
    if len(ready.judged) < LEAST_ROWS:
        return {}
    part = some_judged(ready, model)
    X, rng = ready.X[part], np.random.default_rng(0)

    def loss(X: np.ndarray) -> float:
        found = scores(ready, model.answers(model.outputs_of(X)), part)
        return found[loss_in(found)]

    usual, rises = loss(X), {}
    for name, own in ready.table.places.items():
        dealt = []
        for _ in range(REPEATS):
            other = X.copy()
            other[:, own] = X[rng.permutation(len(X)), own]
            dealt.append(loss(other) - usual)
        rises[name] = Rise(float(np.mean(dealt)), float(np.std(dealt)))
    return dict(sorted(rises.items(), key=lambda item: -item[1].mean))


def told(rises: Mapping[str, Rise], measure: str) -> Text:
    """The columns that matter most, in a sentence: by twice the deviation, and a hundredth of the first one, at least.

    >>> print(told({"age": Rise(0.25, 0.01), "city": Rise(0.01, 0.02)}, "log-loss"))
    shuffling the cells of 'age' raises log-loss by 0.25; of 1 other column hardly
    """
    most = max(rise.mean for rise in rises.values())
    clear = {name: rise.mean for name, rise in rises.items() if rise.mean > max(2 * rise.deviation, most / 100)}
    shown = [
        SAY["importance.next" if i else "importance.first"].filled(name=repr(name), measure=measure, rise=amount(rise))
        for i, (name, rise) in enumerate(list(clear.items())[:SHOWN])
    ]
    if not shown:
        return SAY["importance.none"]
    small, rest = len(clear) - len(shown), len(rises) - len(clear)
    columns = SAY["importance.comma"].join(shown)
    said = SAY["importance.shuffling"].filled(columns=columns)
    said += SAY["importance.smaller"].filled(n=small) if small else NOTHING
    return said + SAY["importance.hardly"].filled(columns=counted(rest, "other column")) if rest else said
