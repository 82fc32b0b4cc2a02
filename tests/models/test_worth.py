"""All that is told of a model, as JSON."""

import json

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.models.worth import NOTHING, plain, worth

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
