"""All that is told of a model, as JSON."""

import json

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, log_loss

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.models.worth import NOTHING, plain, unjudged, worth

RNG = np.random.default_rng(0)
X = RNG.normal(size=200)


@pytest.mark.parametrize("y", [X, X > 0, np.digitize(X, [-1, 1])])
def test_everything_is_json_and_says_what_was_found(y):
    ready = prepare(frame_of({"x": X, "n": RNG.normal(size=200), "y": y}), ["y"])
    *_, last = Settings(layers=(4,), epochs=5, engine="numpy").train(ready)
    found = worth(ready, ready.model(last), 0.8)
    values = json.loads(json.dumps(found.values(), allow_nan=False))
    assert list(values["scores"])[-1] == "this network"
    assert values["coverage"]["y"]["coverage"] == 0.8
    assert next(iter(values["importance"])) == "x"
    assert set(values["effects"]) == {"x", "n"}
    assert [one["row"] for one in values["worst"]] == [one.row for one in found.worst]


def test_dates_are_written_as_people_write_them():
    days = [f"2020-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(200)]
    ready = prepare(frame_of({"day": days, "y": X}), ["y"])
    *_, last = Settings(layers=(4,), epochs=1, engine="numpy").train(ready)
    at = worth(ready, ready.model(last)).values()["effects"]["day"]["at"]
    assert set(at) <= set(days)
    assert at == sorted(at)


def test_nothing_is_said_of_nothing():
    assert not any(NOTHING.values().values())


def test_values_are_plain():
    odd = (np.int64(3), np.nan, np.inf, np.datetime64("2020-01-01"), np.bool_(True), None, "a")
    assert plain(odd) == [3, None, None, "2020-01-01", True, None, "a"]


def told(y, **options):
    ready = prepare(frame_of({"x": np.tile(X, 2), "y": np.tile(y, 2)}), ["y"], **options)
    *_, last = Settings(layers=(4,), epochs=5, engine="numpy").train(ready)
    model = ready.model(last)
    return ready, model, worth(ready, model)


@pytest.mark.parametrize("K", [2, 3])
def test_confusion_and_sharpness_are_those_of_the_judged_rows(K):
    ready, model, found = told(np.digitize(X + 0.5 * RNG.normal(size=200), [0, 1][: K - 1]))
    rows = ready.frame.take(ready.judged)
    y, P = ready.targets.indices(rows), model.answer(rows.without(["y"]))
    np.testing.assert_array_equal(found.confusions["y"], confusion_matrix(y, P.argmax(axis=1), labels=range(K)))
    one = found.sharpness["y"]
    assert (one.temperature, one.rows) == (model.calibrations[0].temperature, len(ready.parts.validation))
    assert one.calibrated[1]["log-loss"] == pytest.approx(log_loss(y, P, labels=range(K)))
    given = ready.targets.probabilities(model.outputs_of(ready.X[ready.judged]))[0]
    assert one.given[1]["log-loss"] == pytest.approx(log_loss(y, given, labels=range(K)))
    assert one.given[0].rows.sum() == one.calibrated[0].rows.sum() == len(y)
    values = json.loads(json.dumps(found.values()["calibration"]["y"], allow_nan=False))
    assert values["calibrated"]["scores"]["ECE"] == pytest.approx(found.scores["this network"]["ECE"])


def test_without_a_calibration_there_is_the_given_one_alone():
    _, _, found = told(X > 0, validate=False)
    assert (found.sharpness["y"].temperature, found.sharpness["y"].calibrated) == (None, None)
    assert found.values()["calibration"]["y"]["calibrated"] is None


def test_of_many_classes_there_is_no_table():
    _, _, found = told([f"class {i % 25}" for i in range(200)])
    assert found.confusions == {}
    assert list(found.sharpness) == ["y"]


def test_residuals_are_of_each_number_in_its_own_units():
    ready, model, found = told(1000 * X)
    rows = ready.frame.take(ready.judged)
    residuals = model.predict(rows.without(["y"])) - rows["y"].values
    assert found.residuals["y"].quantiles[[0, 3, -1]] == pytest.approx(
        [residuals.min(), np.median(residuals), residuals.max()]
    )
    assert (found.confusions, found.sharpness) == ({}, {})


def test_of_a_network_that_diverged_the_layers_are_told_alone():
    ready, model, found = told(X)
    alone = unjudged(ready, model).values()
    assert alone.pop("layers") == found.values()["layers"] != []
    assert not any(alone.values())


def test_the_truth_of_the_judged_rows_may_lie_beyond_the_training_rows():
    m = 60
    frame = frame_of({"t": np.arange(m) * 1.5, "x": np.sqrt(np.arange(m) + 0.5), "y": np.arange(m) ** 2.0})
    settings = Settings(recipe="tuned", layers=(8,), epochs=2, members=1, engine="numpy")
    ready = prepare(frame, ["y"], split="time:t", **settings.coding)
    assert ready.targets.limits.size
    *_, last = settings.train(ready)
    model, y = ready.model(last), np.arange(m)[ready.judged] ** 2.0
    found = worth(ready, model)
    assert y.min() > ready.targets.limits[1]
    answers = found.answers[:, 0]
    assert answers.max() <= ready.targets.limits[1]
    assert found.scores["this network"]["RMSE"] == pytest.approx(np.sqrt(np.mean((y - answers) ** 2)))
    mean = np.mean(np.arange(m)[np.concatenate(ready.parts[:2])] ** 2.0)  # an opponent needs no rows to stop by
    assert found.scores["mean"]["RMSE"] == pytest.approx(np.sqrt(np.mean((y - mean) ** 2)), rel=1e-6)
    assert max(one.truth[0] for one in found.worst) == y.max()
    assert all(one.kept < 0.2 for one in found.promises.values())
