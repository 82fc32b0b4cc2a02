import inspect
import itertools
from itertools import count

import jax
import numpy as np
import pytest

from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.heads import HEADS, QuantilesHead
from barreleye.nn.network import forward, loss, predict
from barreleye.nn.normalization import Averages
from barreleye.nn.optimizers import OPTIMIZERS, GradientDescent
from barreleye.nn.structure import Network
from barreleye.training.batches import table
from barreleye.training.border import Rows
from barreleye.training.engine import Engine, row_weights, seed_word, total_loss
from barreleye.training.lbfgs import LBFGS, LBFGSEngine
from barreleye.training.loop import train
from barreleye.training.numpy_engine import NumpyEngine
from barreleye.training.step import Recipe, first_state, slopes
from barreleye.training.xla_engine import XlaEngine

OPTIONS = [
    {},
    {"keep_prob": 0.7},
    {"batch_norm": True},
    {"L2": 0.5, "L1": 0.2},
    {"batch_norm": [True, False], "keep_prob": [None, 0.8], "L2": [0.5, None, 0.1]},
]
RUNS = [{}, {"clip_norm": 0.1}, {"schedule": "cosine"}, {"batch_size": 8}, {"batch_size": 8, "schedule": "one_cycle"}]


def both(*arguments, **keywords):
    """Every Progress of the same run on NumPy and compiled."""
    return [list(train(*arguments, engine=engine, **keywords)) for engine in ("numpy", "xla")]


def covering():
    """Every head with every dtype; along the way every activation, optimizer and option with both dtypes."""
    names = list(ACTIVATIONS)
    for j, dtype in enumerate(("float64", "float32")):
        for i, head in enumerate([*HEADS, QuantilesHead((0.1, 0.9))]):
            k = 8 * j + i
            g = [names[(2 * i) % 12], names[(2 * i + 1) % 12]]
            yield pytest.param(g, head, list(OPTIMIZERS)[i % 6], dtype, k, id=f"{'-'.join(g)}-{head}-{dtype}")


@pytest.mark.parametrize(("g", "head", "optimizer", "dtype", "k"), list(covering()))
def test_the_compiled_run_is_the_numpy_run_to_rounding(g, head, optimizer, dtype, k, task, assert_same):
    """Both engines whole. (Every combination, one step at a time and uncompiled, is in test_step.py.)"""
    t = task(g, head, n=(3, 4, 4, 2), **OPTIONS[k % 5])
    on_numpy, on_xla = both(
        t.network,
        t.X.astype(dtype),
        t.Y,
        weights=t.weights if k % 2 else None,
        optimizer=optimizer,
        learning_rate=0.01,
        steps=7,
        every=4,
        seed=k,
        **RUNS[(k + k // 5) % 5],
    )
    rtol = {"float32": 2e-3, "float64": 1e-8}[dtype]
    for mine, theirs in zip(on_numpy, on_xla, strict=True):
        assert mine.step == theirs.step
        assert mine.costs.dtype == theirs.costs.dtype == dtype
        np.testing.assert_allclose(theirs.costs, mine.costs, rtol=rtol / 10)
        assert_same(theirs.state, mine.state, rtol, rtol * 1e-2)


def test_the_covering_runs_meet_every_part_with_every_dtype():
    met = {(dtype, part) for p in covering() for g, head, optimizer, dtype, _ in [p.values] for part in [*g, optimizer]}
    assert met == {(dtype, part) for dtype in ("float32", "float64") for part in [*ACTIVATIONS, *OPTIMIZERS]}


EVERYTHING = {"batch_norm": True, "keep_prob": 0.8, "L2": 0.5, "L1": 0.2}


@pytest.mark.parametrize("batch_size", [None, 8], ids=["full batches", "mini-batches, the last one short"])
@pytest.mark.parametrize("m", [33, 34])
def test_all_options_at_once_with_any_number_of_rows(m, batch_size, task, assert_same):
    """33 rows are padded to the capacity of 34; the rows that are not there must not be felt."""
    t = task("gelu", "softmax", m=m, **EVERYTHING)
    held_out = task("gelu", "softmax", m=7, seed=2)
    on_numpy, on_xla = both(
        t.network,
        t.X,
        t.Y,
        weights=t.weights,
        validation=(held_out.X, held_out.Y, held_out.weights),
        batch_size=batch_size,
        clip_norm=0.2,
        schedule="coslog4",
        epochs=6,
        every=4,
    )
    for mine, theirs in zip(on_numpy, on_xla, strict=True):
        np.testing.assert_allclose(theirs.costs, mine.costs, rtol=1e-9)
        np.testing.assert_allclose(theirs.validation_cost, mine.validation_cost, rtol=1e-9)
        np.testing.assert_allclose(theirs.validation_score, mine.validation_score, rtol=1e-12)
        assert_same(theirs.state, mine.state, 1e-7, 1e-9)


@pytest.mark.parametrize("kind", ["table", "validation", "stream"])
def test_rows_that_fill_up_never_break_a_run(kind):
    """A batch of one row has variance 0, which batch norm makes 1/sqrt(eps): exp of any other row's Z overflows."""
    rng = np.random.default_rng(0)
    X = rng.normal(50, 1, size=(33, 4)).astype(np.float32)
    Y = rng.poisson(2, size=(33, 1)).astype(np.float32)
    network = Network((4, 8, 1), "relu", "poisson", batch_norm=True)
    options = {"optimizer": "gd", "learning_rate": 1e-4, "engine": "xla", "every": 1}
    if kind == "stream":
        batches = [(X[:32], Y[:32]), (X[32:], Y[32:])] * 3
        looks = list(train(network, batches, **options))
    else:
        validation = (X, Y) if kind == "validation" else None
        looks = list(train(network, X, Y, batch_size=32, epochs=3, validation=validation, **options))
    assert np.isfinite([p.cost for p in looks]).all()
    if kind == "validation":
        assert np.isfinite([p.validation_cost for p in looks]).all()


def test_streams_of_batches_of_changing_length(task, assert_same):
    t = task("tanh", "identity", m=60, **EVERYTHING)
    edges = np.cumsum([0, 7, 7, 3, 12, 1, 7, 9])
    parts = [slice(a, b) for a, b in itertools.pairwise(edges)]
    on_numpy, on_xla = (
        list(train(t.network, ((t.X[part], t.Y[part], t.weights[part]) for part in parts), every=3, engine=engine))
        for engine in ("numpy", "xla")
    )
    assert [p.step for p in on_numpy] == [p.step for p in on_xla] == [3, 6, 7]
    for mine, theirs in zip(on_numpy, on_xla, strict=True):
        np.testing.assert_allclose(theirs.costs, mine.costs, rtol=1e-9)
        assert_same(theirs.state, mine.state, 1e-7, 1e-9)


def test_a_stream_of_the_mini_batches_is_the_mini_batch_run(task, assert_same):
    t = task()
    order = np.random.default_rng([5, 0]).permutation(20)
    batches = [(t.X[rows], t.Y[rows]) for rows in (order[:8], order[8:16], order[16:])]
    *_, streamed = train(t.network, batches, parameters=t.parameters, engine="numpy")
    *_, by_table = train(t.network, t.X, t.Y, batch_size=8, epochs=1, seed=5, parameters=t.parameters, engine="numpy")
    assert_same(streamed.state, by_table.state)


@pytest.mark.parametrize("kind", [NumpyEngine, XlaEngine])
def test_an_engine_has_all_that_training_asks_for(kind):
    asked = {name for name, part in vars(Engine).items() if inspect.isfunction(part) and not name.startswith("_")}
    assert {"run", "evaluate"} < asked
    for name in asked:
        asked_for = inspect.signature(getattr(Engine, name))
        assert inspect.signature(getattr(kind, name)).parameters.keys() == asked_for.parameters.keys()
    assert kind.name in ("numpy", "xla")


@pytest.mark.parametrize(
    "make",
    [NumpyEngine, XlaEngine, lambda *source: LBFGSEngine(LBFGS(), NumpyEngine(*source))],
    ids=["numpy", "xla", "lbfgs"],
)
@pytest.mark.parametrize("asked", [1, 2, 4])
def test_an_engine_stops_between_steps_once_it_is_interrupted(make, asked, task, assert_same):
    t = task()
    recipe, source = Recipe(t.network, GradientDescent(), 0.1), table(Rows(t.X, t.Y, None), None, 0)
    questions = count(1)

    def run_to(steps, *interrupted):
        engine = make(source, 0)
        stretch = engine.run(recipe, engine.place(first_state(recipe, t.parameters)), steps, *interrupted)
        getattr(engine, "close", int)()
        return stretch._replace(state=engine.fetch(stretch.state))

    stretch = run_to(100, lambda: next(questions) >= asked)
    done = stretch.state.t
    assert len(stretch.costs) == done < 100
    assert stretch.ended is None
    assert_same(stretch.state, run_to(done).state)


def test_total_loss_is_the_weighted_sum_of_losses(task):
    t = task("relu", "huber", L2=3.0)
    X, Y, weights = t.X.T, t.Y.T, t.weights.reshape(1, -1)
    total, Y_hat = total_loss(t.network, t.parameters, Averages({}, {}), X, Y, weights)
    np.testing.assert_array_equal(Y_hat, predict(t.network, t.parameters, X))
    r = abs(Y_hat - Y)
    by_hand = (weights * np.where(r <= 1, r**2 / 2, r - 0.5)).sum()
    assert total == pytest.approx(by_hand, rel=1e-12)


def test_cost_and_gradients_are_those_of_the_penalised_cost(task, x64):
    t = task("tanh", "softmax", L2=0.7, batch_norm=True)
    X, Y, weights = t.X.T, t.Y.T, t.weights.reshape(1, -1)
    J, gradients, averages = slopes(t.network, t.parameters, X, Y, weights)
    oracle = jax.jit(jax.value_and_grad(lambda p: slopes(t.network, p, X, Y, weights)[0]))
    expected, by_jax = oracle(t.parameters)
    assert float(J) == pytest.approx(float(expected), rel=1e-12)
    for name, dp in by_jax.named().items():
        np.testing.assert_allclose(gradients.named()[name], dp, rtol=1e-8, atol=1e-12)
    Z = t.parameters.W[1] @ X
    np.testing.assert_allclose(averages.mu[1][:, 0], np.average(Z, axis=1, weights=t.weights), rtol=1e-12)


def test_rows_without_weights_weigh_1():
    rows = Rows(np.zeros((3, 1), np.float32), np.zeros((3, 1), np.float32), None)
    assert row_weights(rows).tolist() == [1, 1, 1]
    assert row_weights(rows).dtype == np.float32
    assert row_weights(rows._replace(weights=np.arange(3.0))).tolist() == [0, 1, 2]


def test_seeds_of_any_size_become_one_32_bit_word():
    words = {int(seed_word(seed)[0]) for seed in (*range(50), 2**40, 2**200)}
    assert len(words) == 52
    assert seed_word(3).dtype == np.uint32


def test_the_cost_on_validation_rows_is_the_loss_without_penalties_or_dropout(engine, task):
    t = task(L2=3.0, keep_prob=0.5)
    held_out = task(seed=4, m=11)
    *_, progress = train(
        t.network, t.X, t.Y, validation=(held_out.X, held_out.Y, held_out.weights), steps=3, engine=engine
    )
    trace = forward(t.network, progress.parameters, held_out.X.T)
    expected = loss(t.network, trace, held_out.Y.T, held_out.weights.reshape(1, -1))
    assert progress.validation_cost == pytest.approx(float(expected), rel=1e-12)
