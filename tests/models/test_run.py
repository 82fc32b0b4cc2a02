"""Settings: the network and the training that they make of a prepared table."""

import numpy as np
import pytest

from barreleye import TableRegressor
from barreleye.data.frame import frame_of
from barreleye.models import run
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.nn.heads import AbsoluteErrorHead, QuantilesHead
from barreleye.training.loop import train

RNG = np.random.default_rng(0)
M = 150
A, B = RNG.normal(size=(2, M))
TARGETS = {"two": A + B > 0, "three": np.digitize(A, (-0.5, 0.5)), "number": A + 0.1 * B}
TINY = {"layers": (8,), "epochs": 4, "engine": "numpy", "recipe": "tuned", "members": 1}


def rows(target="two", **more):
    return frame_of({"a": A, "b": B, **more, "y": TARGETS[target]})


def ready_for(settings, target="two", **options):
    return prepare(rows(target), ["y"], **settings.coding, **options)


@pytest.fixture
def calls(monkeypatch):
    """What ``train`` is asked for, and that it does it."""
    asked = []

    def spy(network, X, Y, **told):
        asked.append({"network": network, "rows": len(X), **told})
        return train(network, X, Y, **told)

    monkeypatch.setattr(run, "train", spy)
    return asked


def test_a_budget_of_time_holds_for_the_refit_too(calls):
    columns = {"a": A, "b": B}
    TableRegressor(
        hidden_layer_sizes=(8,), recipe="tuned", time_budget=0.3, refit=True, engine="numpy", random_state=0
    ).fit(columns, TARGETS["number"])
    trial, own, again = calls
    assert trial["epochs"] == 3
    assert again["rows"] == M > own["rows"]
    assert (own["epochs"], own["seed"]) == (again["epochs"], again["seed"])
    assert own["epochs"] < 256


def test_what_diverges_within_a_budget_says_so():
    model = TableRegressor(hidden_layer_sizes=(8,), solver="gd", learning_rate_init=1e8, time_budget=5, engine="numpy")
    with pytest.warns(match="training diverged"):
        model.fit({"a": A, "b": B}, TARGETS["number"])


def test_quantiles_stay_quantiles_where_the_absolute_error_counts():
    settings = Settings(**TINY, metric="mae")
    assert settings.network(ready_for(settings, "number")).head == AbsoluteErrorHead()
    ready = ready_for(settings, "number", quantiles=(0.05, 0.5, 0.95))
    assert settings.network(ready).head == QuantilesHead((0.05, 0.5, 0.95))
