"""The rows with the largest loss are found, by their numbers in the file."""

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.models.worst import SHOWN, worst

RNG = np.random.default_rng(0)
M = 200
X = RNG.normal(size=M)


def trained(ready):
    *_, last = Settings(layers=(8,), epochs=40, engine="numpy").train(ready)
    return ready.model(last)


def found_by(model, ready):
    return worst(ready, model, model.outputs_of(ready.X[ready.judged]))


@pytest.mark.parametrize("quantiles", [(), (0.1, 0.5, 0.9)])
def test_a_mistyped_number_comes_first_under_its_own_number(quantiles):
    y = 100 * X
    spoilt = prepare(frame_of({"x": X, "y": y}), ["y"]).parts.test[3] + 2
    rows = {"x": np.concatenate([[0, 0], X]), "y": np.concatenate([[np.nan, np.nan], y])}
    rows["y"][spoilt] += 5000
    ready = prepare(frame_of(rows), ["y"], quantiles=quantiles)  # whose first two rows are left out
    assert ready.parts.test[3] + 2 == spoilt
    first, *others = found_by(trained(ready), ready)
    assert first.row == spoilt + 1
    assert first.truth == (pytest.approx(rows["y"][spoilt]),)
    assert abs(first.answer[0] - 100 * rows["x"][spoilt]) < 100
    variance = ready.targets.scale[0] ** 2
    for one in (first, *others):
        assert one.loss == pytest.approx((one.truth[0] - one.answer[0]) ** 2 / (2 * variance), rel=1e-6)
    assert len(others) == SHOWN - 1
    assert [one.loss for one in others] == sorted((one.loss for one in others), reverse=True)


def test_classes_go_by_the_probability_of_the_right_one():
    sky, wind = np.where(X > 0, "wet", "dry"), np.where(X > 1, "much", "little")
    ready = prepare(frame_of({"x": X, "sky": sky, "wind": wind}), ["sky", "wind"])
    model = trained(ready)
    found = found_by(model, ready)
    rows = [one.row - 1 for one in found]
    P, Q = model.answer({"x": X})
    losses = -np.log(
        [
            p[["dry", "wet"].index(s)] * q[["little", "much"].index(w)]
            for p, q, s, w in zip(P, Q, sky, wind, strict=True)
        ]
    )
    assert sorted(rows) == sorted(ready.judged[np.argsort(-losses[ready.judged])][:SHOWN])
    np.testing.assert_allclose([one.loss for one in found], losses[rows], rtol=1e-6)
    assert [one.truth for one in found] == [(sky[i], wind[i]) for i in rows]
    assert [one.answer for one in found] == [tuple(answer) for answer in model.predict({"x": X[rows]})]


def test_rows_of_another_table_have_its_numbers():
    here, there = frame_of({"x": X, "y": X}), frame_of({"x": X[:20], "y": np.where(np.arange(20) < 5, np.nan, X[:20])})
    ready = prepare(here, ["y"], test=there)
    found = found_by(trained(ready), ready)
    assert all(6 <= one.row <= 20 and one.truth[0] == pytest.approx(X[one.row - 1]) for one in found)


def test_fewer_rows_than_are_shown_are_all_of_them():
    ready = prepare(frame_of({"x": X[:12], "y": X[:12]}), ["y"])
    assert len(found_by(trained(ready), ready)) == len(ready.judged) < SHOWN
