"""The spread of a network's layers on rows that it learnt from."""

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.layers import layers, spread
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 2))


def trained(y, **told):
    settings = Settings(**{"layers": (6,), "epochs": 3, "engine": "numpy", "recipe": "plain", **told})
    ready = prepare(frame_of({"a": X[:, 0], "b": X[:, 1], "y": y}), ["y"], **settings.coding)
    *_, last = settings.train(ready)
    return ready, ready.model(last)


def test_the_spreads_are_those_of_the_equations_on_paper():
    ready, model = trained(X[:, 0] > 0, layers=(6,))
    rows = ready.parts.train
    assert len(rows) == 256  # all of them
    p, A0, Y = model.parameters, ready.X[rows].T, ready.Y[rows].T
    A1 = np.maximum(p.W[1] @ A0 + p.b[1], 0)
    dZ2 = 1 / (1 + np.exp(-(p.W[2] @ A1 + p.b[2]))) - Y
    dZ1 = (p.W[2].T @ dZ2) * (A1 > 0)
    first, second, third = layers(ready, model)
    assert (first.units, second.units, third.units) == (2, 6, 1)
    for found, values in ((first.A, A0), (second.A, A1), (second.dZ, dZ1), (second.W, p.W[1]), (third.dZ, dZ2)):
        assert found.mean == pytest.approx(values.mean())
        assert found.rms == pytest.approx(np.linalg.norm(values) / values.size**0.5)
        np.testing.assert_allclose(found.quantiles, np.percentile(values, (5, 25, 50, 75, 95)))


def test_units_that_say_the_same_of_every_row_are_counted():
    ready, model = trained(X[:, 0] > 0)
    model.parameters.b[1][:2] = -1e3  # dead
    model.parameters.W[1][2] = 0  # and one that says the same without being 0
    model.parameters.b[1][2] = 5
    assert [layer.still for layer in layers(ready, model)] == [0, 3, 0]


@pytest.mark.parametrize("told", [{"batch_norm": True}, {"recipe": "tuned", "members": 2}, {"recipe": "tabm"}])
def test_every_network_has_them(told):
    ready, model = trained(X[:, 0] + X[:, 1], **told)
    found = layers(ready, model)
    assert len(found) == model.network.L + 1
    assert all(np.isfinite(one.rms) for layer in found[1:] for one in (layer.A, layer.dZ, layer.W))


def test_rows_that_count_for_nothing_have_no_derivative():
    ready, model = trained(X[:, 0] > 0)
    ready.__dict__["weights"] = np.zeros(len(ready.X))
    assert layers(ready, model)[1].dZ.rms == 0


def test_a_spread_in_float32_is_told_in_float64():
    assert spread(np.full((3, 3), 1e30, np.float32)).rms == pytest.approx(1e30)
