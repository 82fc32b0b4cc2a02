import numpy as np
import pytest

from barreleye.nn.network import initialize
from barreleye.nn.optimizers import GradientDescent
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.training.batches import table
from barreleye.training.border import Rows
from barreleye.training.divergence import DivergenceError, first_non_finite, layer_of
from barreleye.training.engine import seed_word
from barreleye.training.loop import train
from barreleye.training.members import stack
from barreleye.training.step import Recipe, first_state, step
from barreleye.training.stopping import ReduceOnPlateau

FAR_TOO_LARGE = {"optimizer": "gd", "learning_rate": 1000.0}


@pytest.fixture
def numbers(task):
    """Squared errors, which nothing bounds."""
    return task("relu", "identity")


def diverges(*arguments, **options):
    """The Progress on the way, and the error."""
    seen = []
    with pytest.raises(DivergenceError) as caught:
        seen.extend(train_into(seen, *arguments, **options))
    return seen, caught.value


def train_into(seen, *arguments, **options):
    for progress in train(*arguments, **options):
        seen.append(progress)
    return []


def breaking_step(t, batch_size=None):
    """The number of updates after which the cost is not finite, found with nothing but step()."""
    recipe = Recipe(t.network, GradientDescent(), FAR_TOO_LARGE["learning_rate"])
    source, state = table(Rows(t.X, t.Y, None), batch_size, 0), first_state(recipe, initialize(t.network, 0))
    with np.errstate(all="ignore"):
        while True:
            X, Y, _ = source.at(state.t)
            after, J = step(recipe, state, X.T, Y.T, None, seed_word(0))
            if not np.isfinite(J):
                return state.t
            state = after


@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize("every", [1, 2, 3, 100])
def test_it_stops_at_the_first_cost_that_is_not_finite_with_the_last_parameters_before(
    every, batch_size, engine, numbers, assert_same
):
    """In the first stretch, at a stretch's first step, in its middle: always the same step and the same parameters."""
    t, options = numbers, FAR_TOO_LARGE | {"batch_size": batch_size}
    broken = breaking_step(t, batch_size)
    seen, error = diverges(t.network, t.X, t.Y, steps=100, every=every, engine=engine, **options)
    assert error.step == broken
    assert f"training diverged at step {broken}: " in str(error)
    assert error.progress is seen[-1]
    assert error.progress.step == broken - 1
    assert error.progress.stopped == f"diverged at step {broken}"
    assert all(np.isfinite(p).all() for p in error.progress.parameters.arrays())
    *_, uninterrupted = train(t.network, t.X, t.Y, steps=broken - 1, every=broken - 1, engine=engine, **options)
    assert_same(error.progress.state, uninterrupted.state)
    costs = np.concatenate([p.costs for p in seen])
    assert len(costs) == broken
    assert np.isfinite(costs).all()
    assert np.isfinite(error.progress.cost)


def test_a_break_in_the_very_last_update_is_met_too(engine, numbers):
    """Every cost that training looks at is finite, and the parameters after the last update are not."""
    t = numbers
    huge = {"optimizer": "gd", "learning_rate": 1e300}
    _, error = diverges(t.network, t.X * 1e20, t.Y, steps=1, engine=engine, **huge)
    assert error.step == 1
    assert error.progress.step == 0
    assert error.quantity in ("W[1]", "W[2]")


@pytest.mark.parametrize("batch_size", [None, 8])
def test_the_suggested_rate_trains(batch_size, engine, numbers):
    t, options = numbers, {"batch_size": batch_size, "steps": 300, "every": 50, "engine": engine}
    _, error = diverges(t.network, t.X, t.Y, **options | FAR_TOO_LARGE)
    assert 0 < error.suggested < 1000
    assert f"Try learning_rate={error.suggested:g} (it was 1000), clip_norm=1, or standardised features." in str(error)
    whole = list(train(t.network, t.X, t.Y, optimizer="gd", learning_rate=error.suggested, **options))
    assert whole[-1].step == 300
    assert whole[-1].cost <= whole[0].costs[0]


@pytest.mark.parametrize("every", [1, 5])
def test_a_first_update_that_breaks_gets_a_suggestion_too(every, engine, task):
    """One step a stretch: the only finite cost is seen in one stretch and the break in the next."""
    t = task("relu", "poisson")
    options = {"optimizer": "gd", "every": every, "steps": 20, "engine": engine, "parameters": t.parameters}
    _, error = diverges(t.network, t.X, t.Y, learning_rate=5000.0, **options)
    assert (error.step, error.progress.step) == (1, 0)
    assert 0 < error.suggested < 5000
    *_, last = train(t.network, t.X, t.Y, learning_rate=error.suggested, **options)
    assert last.step == 20


def test_both_engines_tell_the_same(numbers):
    t = numbers
    for every in (1, 100):
        (_, mine), (_, theirs) = (
            diverges(t.network, t.X, t.Y, steps=100, every=every, engine=engine, **FAR_TOO_LARGE)
            for engine in ("numpy", "xla")
        )
        assert str(mine) == str(theirs)
        assert (mine.step, mine.quantity, mine.suggested) == (theirs.step, theirs.quantity, theirs.suggested)


def test_the_rate_that_a_rule_had_lowered_is_the_one_that_is_told(engine, numbers):
    t = numbers
    rule = ReduceOnPlateau(monitor="cost", factor=0.5, patience=1, min_delta=1e6)
    options = {"steps": 100, "every": 1, "engine": engine, "rules": [rule]}
    seen, error = diverges(t.network, t.X, t.Y, **options | FAR_TOO_LARGE)
    assert len(seen) > 2
    assert f"(it was {error.progress.learning_rate:g})" in str(error)
    assert error.progress.learning_rate < 1000


def test_a_starting_point_without_a_finite_cost_is_no_matter_of_the_rate(engine, numbers):
    t = numbers
    seen, error = diverges(
        t.network, t.X, t.Y, parameters=t.parameters.map(lambda p: p * 1e200), steps=7, engine=engine
    )
    assert (error.step, error.suggested) == (0, None)
    assert error.quantity == "Z[2]"
    assert "training diverged at step 0: Z[2] (layer 2) is not finite. The parameters after step 0 are kept." in str(
        error
    )
    assert "start from smaller weights" in str(error)
    assert [p.step for p in seen] == [0]


@pytest.mark.parametrize("every", [1, 2, 100])
def test_a_stream_tells_what_a_table_tells(every, engine, numbers):
    """Its last batches are kept, so the same quantity, step and parameters are named."""
    t = numbers
    options = {"every": every, "engine": engine, **FAR_TOO_LARGE}
    seen, mine = diverges(t.network, [(t.X, t.Y)] * 100, **options)
    _, theirs = diverges(t.network, t.X, t.Y, steps=100, **options)
    assert (mine.step, mine.quantity, mine.progress.step) == (theirs.step, theirs.quantity, theirs.progress.step)
    np.testing.assert_allclose(mine.progress.parameters.W[1], theirs.progress.parameters.W[1], rtol=1e-12)
    assert seen[-1] is mine.progress
    assert 0 < mine.suggested < 1000
    whole = list(train(t.network, [(t.X, t.Y)] * 100, optimizer="gd", learning_rate=mine.suggested, engine=engine))
    assert whole[-1].cost <= whole[0].costs[0]


def test_a_stream_of_large_batches_keeps_its_last_look(engine, numbers, monkeypatch):
    monkeypatch.setattr("barreleye.training.batches.KEPT_BYTES", 1)
    t = numbers
    broken = breaking_step(t)
    _, error = diverges(t.network, [(t.X, t.Y)] * 100, every=100, engine=engine, **FAR_TOO_LARGE)
    assert (error.step, error.progress.step) == (broken, 0)
    assert all(np.isfinite(p).all() for p in error.progress.parameters.arrays())


def test_of_several_networks_the_one_that_broke_is_named(engine, numbers):
    t = numbers
    start = stack([t.parameters, t.parameters.map(lambda p: p * 1e200)])
    _, error = diverges(t.network, t.X, t.Y, parameters=start, seed=(3, 5), steps=7, engine=engine)
    assert "Z[2] (layer 2) in the network of seed 5 is not finite" in str(error)


def test_l_bfgs_tells_of_a_starting_point_without_a_finite_cost(engine, numbers):
    t = numbers
    start = t.parameters.map(lambda p: p * 1e200)
    seen, error = diverges(t.network, t.X, t.Y, optimizer="lbfgs", parameters=start, steps=7, engine=engine)
    assert (error.step, error.quantity, error.suggested) == (0, "Z[2]", None)
    assert seen == [error.progress]
    assert str(error).endswith("Standardise the features, start from smaller weights.")


# Which quantity went first


def rows(X, Y):
    return Rows(np.array(X, float), np.array(Y, float), None)


def found(recipe, parameters, batch, next_batch=None):
    return first_non_finite(recipe, first_state(recipe, parameters), batch, next_batch or batch, seed_word(0))


def parameters(w1, w2):
    return Parameters({1: np.array([[w1]]), 2: np.array([[w2]])}, {1: np.zeros((1, 1)), 2: np.zeros((1, 1))}, {}, {})


IDENTITIES = Network((1, 1, 1), "identity", "identity")
SMALL = rows([[1.0]], [[0.0]])


@pytest.mark.parametrize(
    ("w1", "w2", "rate", "batch", "next_batch", "expected"),
    [
        (1e300, 1.0, 0.1, rows([[1e20]], [[0]]), None, "Z[1]"),
        (1e200, 1e200, 0.1, SMALL, None, "Z[2]"),
        (1e100, 1e100, 0.1, SMALL, None, "J"),
        (1e-100, 1e200, 0.1, rows([[1.0]], [[1e150]]), None, "dA[1]"),
        (1.0, 1.0, 1e308, rows([[9.0]], [[0]]), None, "W[1]"),
        (1.0, 1.0, 1e160, SMALL, None, "Z[2]"),
        (1.0, 1.0, 1e120, SMALL, None, "J"),
        (1.0, 1.0, 0.1, SMALL, rows([[1e200]], [[0]]), "J"),
        (1.0, 1.0, 0.1, SMALL, None, None),
    ],
)
def test_the_first_quantity_in_the_order_of_computation(w1, w2, rate, batch, next_batch, expected):
    recipe = Recipe(IDENTITIES, GradientDescent(), rate)
    assert found(recipe, parameters(w1, w2), batch, next_batch) == expected


def test_a_sample_that_weighs_nothing_breaks_nothing():
    batch = rows([[1.0], [1e100]], [[0.0], [0.0]])
    recipe = Recipe(IDENTITIES, GradientDescent(), 1e-9)
    assert found(recipe, parameters(1.0, 1.0), batch) is not None
    assert found(recipe, parameters(1.0, 1.0), batch._replace(weights=np.array([1.0, 0.0]))) is None


def test_a_quantity_is_told_with_its_layer():
    assert layer_of("W[12]") == "W[12] (layer 12)"
    assert layer_of("dZ[1]") == "dZ[1] (layer 1)"
    assert layer_of("J") == "the cost J"


def test_it_is_a_floating_point_error_that_carries_what_is_needed_to_go_on():
    error = DivergenceError("it broke", None, "Z[1]", 3, 0.1)
    assert isinstance(error, FloatingPointError)
    assert (str(error), error.progress, error.quantity, error.step, error.suggested) == (
        "it broke",
        None,
        "Z[1]",
        3,
        0.1,
    )
