"""Importance: by whole columns, as dealing out the cells of the table itself has it."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, root_mean_squared_error

from barreleye.data.frame import Frame, frame_of, take
from barreleye.models.importance import Rise, importance, told
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
M = 400
CITY = RNG.choice(["Oslo", "Turku", "Malmo"], M)
SIZE, NOISE = RNG.normal(size=(2, M))
TABLE = {"city": CITY, "size": SIZE, "noise": NOISE, "same": ["x"] * M}
TARGETS = {
    "classes": np.where((CITY == "Oslo") | (SIZE > 1), "dear", "cheap"),
    "numbers": 1000 * ((CITY == "Oslo") + SIZE),
}


@pytest.mark.parametrize("what", list(TARGETS))
def test_it_is_the_rise_of_the_loss_when_a_column_is_dealt_out(what):
    ready = prepare(frame_of({**TABLE, "y": TARGETS[what]}), ["y"])
    *_, last = Settings(epochs=30, engine="numpy").train(ready)
    model = ready.model(last)
    rows = ready.frame.take(ready.parts.test)

    rng = np.random.default_rng(1)

    def loss(frame):
        if what == "numbers":
            return root_mean_squared_error(rows["y"].values, model.answer(frame)[:, 0])
        labels = [rows["y"].levels[code] for code in rows["y"].codes]
        return log_loss(labels, model.answer(frame), labels=model.targets.classes[0])

    def dealt(name):
        cells = take(rows[name], rng.permutation(rows.m))
        return loss(Frame({**rows.columns, name: cells}, rows.m)) - loss(rows)

    found = importance(ready, model)
    assert list(found)[:2] in (["city", "size"], ["size", "city"])
    assert set(found) == {"city", "size", "noise"}
    for name, rise in found.items():
        own = [dealt(name) for _ in range(40)]
        assert rise.mean == pytest.approx(np.mean(own), abs=4 * np.std(own) / np.sqrt(5) + 1e-9)
        assert rise.deviation == pytest.approx(np.std(own), rel=0.9, abs=1e-3)


@pytest.mark.parametrize(
    ("rises", "said"),
    [
        ({"a": (0.001, 0.01)}, "no column matters by itself"),
        ({"a": (25000.0, 10.0)}, "shuffling the cells of 'a' raises RMSE by 25,000"),
        (
            {str(k): (0.5, 0.01) for k in range(9)},
            "shuffling the cells of '0' raises RMSE by 0.5, of '1' by 0.5, of '2' by 0.5, of '3' by 0.5, "
            "of '4' by 0.5, of '5' by 0.5; of 3 more by less",
        ),
        (
            {"a": (1.0, 0.1), "b": (0.005, 0.0001)},
            "shuffling the cells of 'a' raises RMSE by 1; of 1 other column hardly",
        ),
    ],
)
def test_what_is_told(rises, said):
    assert told({name: Rise(*rise) for name, rise in rises.items()}, "RMSE") == said
