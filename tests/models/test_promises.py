"""What is promised of answers, and what comes of it on the judged rows."""

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.conformal import coverage_range
from barreleye.models.preparing import prepare
from barreleye.models.promises import possible, promises, told
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
M = 400
X = RNG.normal(size=M)
TABLE = {
    "x": X,
    "y": 10 * X + RNG.normal(size=M),
    "z": RNG.normal(size=M),
    "sky": np.where(X + RNG.normal(size=M) > 0, "wet", "dry"),
}


def trained(names, members=1, **how):
    ready = prepare(frame_of({name: TABLE[name] for name in ("x", *names)}), list(names), **how)
    *_, last = Settings(layers=(8,), epochs=10, members=members, engine="numpy").train(ready)
    return ready, ready.model(last)


def promised(ready, model, *coverage):
    return promises(ready, model, *model.opinions_of(ready.X[ready.judged]), *coverage)


@pytest.mark.parametrize("how", [{}, {"members": 3}, {"quantiles": (0.1, 0.5, 0.9)}])
def test_of_numbers_the_mean_half_width_and_the_share_within(how):
    ready, model = trained(["y", "z"], **how)
    found = promised(ready, model, 0.8)
    new = {"x": X[ready.judged]}
    low, high = model.interval(new, 0.8)
    for i, name in enumerate(("y", "z")):
        y, one = TABLE[name][ready.judged], found[name]
        assert one.kept == pytest.approx(((low[:, i] <= y) & (y <= high[:, i])).mean())
        assert one.size == pytest.approx((high - low)[:, i].mean() / 2)
        assert (one.coverage, one.rows, (one.low, one.high)) == (0.8, 64, coverage_range(64, 0.8))
    said = told(found, model)
    kind = "lie in intervals" if how else "lie within"
    assert all(sentence.startswith(f"80% of {name!r} {kind}") for sentence, name in zip(said, "yz", strict=True))
    assert "64 other rows promise" in said[0]


def test_of_classes_the_mean_size_of_a_set_and_how_often_it_holds_the_right_one():
    ready, model = trained(["sky"])
    one = promised(ready, model, 0.9)["sky"]
    sets, right = model.set({"x": X[ready.judged]}, 0.9), (TABLE["sky"][ready.judged] == "wet").astype(int)
    assert one.size == pytest.approx(sets.sum(axis=1).mean())
    assert one.kept == pytest.approx(sets[np.arange(len(sets)), right].mean())
    assert told({"sky": one}, model)[0].startswith(
        f"sets of {one.size:.2f} classes on average hold the right 'sky' in 90%"
    )


def test_too_few_rows_promise_nothing_and_what_was_asked_for_is_refused():
    ready, model = trained(["y"])
    assert promised(ready, model, 0.99) == {}
    with pytest.raises(ValueError, match=r"coverage=0.99 is more than 64 rows set aside can promise: at most 0.984"):
        possible(ready, 0.99)
    possible(ready, 0.98)
    ready, model = trained(["y"], validate=False)
    assert promised(ready, model) == {}
