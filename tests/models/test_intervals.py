"""Intervals of numbers: as wide as was promised, and no wider than need be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import barreleye
from barreleye import TableRegressor
from barreleye.data.frame import frame_of
from barreleye.models.intervals import errors_of, half_width
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings


@given(st.integers(1, 60), st.floats(0.02, 0.98), st.integers(0, 2**32 - 1))
def test_the_rank_is_the_least_that_a_new_row_keeps(m, coverage, seed):
    """Of m + 1 rows that could have come in any order, the last is within the width in ceil((m+1) c) of m + 1 cases."""
    errors = np.random.default_rng(seed).permutation(m + 1).astype(float)
    if math.ceil((m + 1) * coverage) > m:
        with pytest.raises(ValueError, match=f"more than {m} rows set aside can promise"):
            half_width(np.sort(errors[:-1])[:, None], coverage)
        return
    kept = [errors[i] <= half_width(np.sort(np.delete(errors, i))[:, None], coverage)[0] for i in range(m + 1)]
    assert coverage - 1e-12 <= np.mean(kept) <= coverage + 1 / (m + 1) + 1e-12


@pytest.mark.parametrize("coverage", [0, 1, -0.5, float("nan")])
def test_a_coverage_is_a_share(coverage):
    with pytest.raises(ValueError, match=r"coverage=.* must be a number in"):
        half_width(np.ones((20, 1)), coverage)


def table(m, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, m)
    return {"x": x, "y": 100 * np.sin(x) + 20 * rng.standard_t(4, m), "z": 5 * rng.normal(size=m)}


def test_new_rows_lie_within_and_a_file_remembers(tmp_path):
    ready = prepare(frame_of(table(1500)), ["y", "z"])
    *_, last = Settings(epochs=30, engine="numpy").train(ready)
    ready.model(last).save(tmp_path / "m.safetensors")
    model = barreleye.load(tmp_path / "m.safetensors")
    new = table(4000, seed=1)
    truth = np.column_stack([new["y"], new["z"]])
    for coverage in (0.5, 0.9):
        low, high = model.interval(new, coverage)
        within = ((low <= truth) & (truth <= high)).mean(axis=0)
        # Of n rows set aside the coverage varies as Beta(k, n + 1 - k) does: by sqrt(c (1 - c) / n).
        assert within == pytest.approx(coverage, abs=4 * math.sqrt(coverage * (1 - coverage) / len(model.errors)))
    np.testing.assert_allclose((low + high) / 2, model.answer(new))


def test_the_estimators_face_and_what_cannot_be_promised():
    rows = table(300)
    model = TableRegressor(max_iter=10, random_state=0).fit({"x": rows["x"]}, rows["y"])
    low, high = model.predict_interval({"x": rows["x"]}, coverage=0.8)
    assert low.shape == high.shape == (300,)
    with pytest.raises(ValueError, match=r"coverage=0.99 is more than 60 rows set aside can promise: at most 0.983"):
        model.predict_interval({"x": rows["x"]}, coverage=0.99)
    alone = TableRegressor(max_iter=10, early_stopping=False).fit({"x": rows["x"]}, rows["y"])
    with pytest.raises(ValueError, match="more than 0 rows set aside can promise: none"):
        alone.predict_interval({"x": rows["x"]})


def test_classes_have_no_interval():
    ready = prepare(frame_of({"x": np.arange(90.0) ** 2, "y": ["a", "b", "c"] * 30}), ["y"])
    *_, last = Settings(epochs=1, engine="numpy").train(ready)
    with pytest.raises(ValueError, match="an interval is for numbers, and the model answers with classes"):
        ready.model(last).interval({"x": [1.0]})


def test_errors_are_sizes_from_the_smallest_up():
    assert errors_of(np.array([[1.0], [5.0], [2.0]]), np.array([[2.0], [1.0], [2.0]])).ravel().tolist() == [0, 1, 4]
