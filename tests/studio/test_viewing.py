"""A trained model on a table: the rows it gets wrong, one row changed, and followed through the layers."""

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.studio.viewing import LISTED, Viewing

M = 120
RNG = np.random.default_rng(0)
SIZE = RNG.normal(size=M)
TABLE = {
    "size": SIZE.tolist(),
    "town": RNG.choice(["Oslo", "Turku", "Bergen"], M).tolist(),
    "day": [f"2020-{1 + i % 12:02d}-11" for i in range(M)],
}
TABLE["size"][5] = None
TARGETS = {
    "classes": np.where(SIZE + RNG.normal(size=M) > 0, "big", "small").tolist(),
    "numbers": (100 * SIZE + RNG.normal(size=M)).tolist(),
}


def viewing(target, **settings):
    frame = frame_of({**TABLE, "y": TARGETS[target]})
    told = Settings(**{"layers": (5,), "epochs": 20, "engine": "numpy"} | settings)
    ready = prepare(frame, ["y"], **told.coding)
    *_, last = told.train(ready)
    return Viewing(ready.model(last), frame, "the model"), frame


@pytest.fixture(scope="module")
def classes():
    return viewing("classes")


def test_rows_are_listed_by_what_they_cost(classes):
    view, frame = classes
    facts = view.shown()[0]
    P = view.model.answer(frame)
    place = {name: i for i, name in enumerate(view.model.targets.classes[0])}
    losses = -np.log([P[i, place[label]] for i, label in enumerate(TARGETS["classes"])])
    assert [one["row"] - 1 for one in facts["worst"]] == np.argsort(-losses, kind="stable")[:LISTED].tolist()
    assert facts["wrong"] == (view.model.predict(frame) != np.array(TARGETS["classes"])).sum()
    assert facts["number"] == facts["worst"][0]["row"]


def test_a_row_is_answered_as_the_model_answers_it(classes):
    view, frame = classes
    for number in (1, 6, 77):
        view.do({"do": "row", "number": number})
        facts = view.shown()[0]
        assert facts["answer"] == pytest.approx(view.model.answer(frame.take([number - 1]))[0])
        assert facts["row"]["town"] == TABLE["town"][number - 1]
        assert facts["truth"] == TARGETS["classes"][number - 1]
    view.do({"do": "row", "number": 6})
    assert view.shown()[0]["row"]["size"] is None


def test_a_column_that_is_changed_changes_the_answer_and_the_row_comes_back(classes):
    view, frame = classes
    view.do({"do": "row", "number": 3})
    view.do({"do": "change", "column": "size", "value": 2.5})
    view.do({"do": "change", "column": "town", "value": "Turku"})
    facts = view.shown()[0]
    own = {"size": [2.5], "town": ["Turku"], "day": [TABLE["day"][2]]}
    assert facts["answer"] == pytest.approx(view.model.answer(own)[0])
    assert facts["changed"] == ["size", "town"]
    view.do({"do": "change", "column": "size"})
    assert view.shown()[0]["row"]["size"] is None
    view.do({"do": "row", "number": 3})
    assert view.shown()[0]["answer"] == pytest.approx(view.model.answer(frame.take([2]))[0])


def test_along_a_column_stands_what_would_be_answered(classes):
    view, _ = classes
    view.do({"do": "row", "number": 9})
    arrays = view.shown()[1]
    column = view.column("size")
    at = np.linspace(column["low"], column["high"], 41)
    rows = {"size": at, "town": [TABLE["town"][8]] * 41, "day": [TABLE["day"][8]] * 41}
    assert arrays["0.along0"] == pytest.approx(view.model.answer(rows), rel=1e-5)
    assert set(view.column("town")["levels"]) == {"Oslo", "Turku", "Bergen"}


@pytest.mark.parametrize("settings", [{}, {"recipe": "tuned", "members": 2, "layers": (8,)}, {"batch_norm": True}])
@pytest.mark.parametrize("target", TARGETS)
def test_every_kind_of_model_can_be_looked_into(target, settings):
    view, frame = viewing(target, **settings)
    facts, arrays = view.shown()
    L = view.model.network.L
    assert arrays["0.spread"].shape == (L, 5)
    assert f"0.A{L}" in arrays
    assert bool(facts["steps"]) != bool(settings.get("batch_norm"))
    assert {step["part"] for step in facts["steps"]} <= {"forward"}
    without = Viewing(view.model, frame.without(["y"]), "no truth")
    facts, arrays = without.shown()
    assert (facts["worst"], facts["truth"]) == ([], None)
    assert np.isnan(arrays["0.spread"][:, 2:4]).all()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"do": "row", "number": M + 1}, f"row {M + 1} is not there"),
        ({"do": "row", "number": 0}, "row=0 must be"),
        ({"do": "change", "column": "sise", "value": 1}, "column='sise' is unknown .did you mean 'size'"),
        ({"do": "change", "column": "size", "value": "big"}, "value='big' must be a finite number"),
        ({"do": "look", "unit": {"1": 99}}, "unit=99 is out of range"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_changes(classes, message, said):
    view, _ = classes
    view.do({"do": "row", "number": 2})
    before = view.shown()[0]
    with pytest.raises((ValueError, TypeError), match=said):
        view.do(message)
    after = view.shown()[0]
    assert after | {"version": 0} == before | {"version": 0}
