"""A training as a value: it begins where ``train`` begins, and its losses are those that predictions are judged by."""

import numpy as np
import pytest
from scipy.sparse import csr_array

import barreleye as be
from barreleye.insight.diagnosis.job import SAMPLE, Job, losses, remade, some
from barreleye.nn.front import Front, Numbers
from barreleye.training.border import Rows

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(30, 2)), RNG.integers(0, 2, (30, 1)).astype(float)
NORMALISED = be.Network((2, 4, 1), batch_norm=True)
FRONT = Front((Numbers(2, waves=3, size=2),))


@pytest.mark.parametrize(
    ("network", "options"),
    [
        (be.Network((2, 4, 1)), {"seed": 3}),
        (be.Network((2, 4, 4, 1), "tanh"), {"initializer": "normal", "seed": (5, 6)}),
        (be.Network((2, 4, 1), "selu", ntk=True, parametric=True), {"initializer": "from_data"}),
        (be.Network((FRONT.n_out, 4, 1), front=FRONT), {"initializer": "from_data", "dtype": "float32"}),
        (NORMALISED, {"parameters": be.initialize(NORMALISED, 8)}),
    ],
)
def test_it_starts_where_training_starts(network, options):
    job = Job.of(network, X, Y, optimizer="gd", learning_rate=1e-12, steps=1, engine="numpy", **options)
    (first,) = job.train()
    several = first.parameters.W[1].ndim == 3
    for name, p in job.start.named().items():
        trained = first.parameters.named()[name]
        np.testing.assert_allclose(trained[0] if several else trained, p, atol=1e-9)
        assert (trained[0] if several else trained).dtype == p.dtype


def test_one_thing_is_changed():
    job = Job.of(be.Network((2, 3, 1)), X, Y, epochs=4, learning_rate=0.1, seed=(3, 4), shared=True)
    other = job.changed(steps=7, learning_rate=None)
    assert (other.options["steps"], "epochs" in other.options, other.rate) == (7, False, 0.001)
    assert job.rate == 0.1
    assert job.alone.options["seed"] == 3
    assert not job.alone.options.get("shared")
    assert job.changed(optimizer="lbfgs", learning_rate=None).rate is None


@pytest.mark.parametrize("rows", [(iter([(X, Y)]), None), (csr_array(X), Y)])
def test_rows_that_cannot_be_looked_at_are_refused(rows):
    with pytest.raises(ValueError, match="pass X and Y as dense arrays"):
        Job.of(be.Network((2, 1)), *rows)


def test_losses_are_those_of_the_judge():
    network = be.Network((2, 4, 1), "tanh", keep_prob=0.5, L2=3.0)
    p = be.initialize(network, 0)
    found = losses(network, p, None, Rows(X, Y, None))
    y_hat = be.predict(network, p, X.T)[0]
    np.testing.assert_allclose(found, -np.log(np.where(Y[:, 0] == 1, y_hat, 1 - y_hat)))


def test_many_rows_are_looked_at_by_every_kth():
    many = some(Rows(np.zeros((3 * SAMPLE + 1, 1)), np.zeros((3 * SAMPLE + 1, 1)), np.ones(3 * SAMPLE + 1)))
    assert [len(part) for part in many] == [1501, 1501, 1501]
    assert len(some(Rows(X, Y, None)).X) == 30


def test_a_network_is_made_anew_with_all_it_had():
    network = be.Network((FRONT.n_out, 4, 1), "selu", ntk=True, parametric=True, keep_prob=0.5, L2=[1, 0], front=FRONT)
    assert remade(network) == network
    assert remade(network, keep_prob=None).L2 == (1.0, None)
