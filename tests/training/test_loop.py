import itertools
import types

import numpy as np
import pytest
from sklearn.metrics import r2_score

from barreleye.nn.network import initialize, predict
from barreleye.nn.schedules import SCHEDULES, Cosine, schedule
from barreleye.nn.structure import Network
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping, Target


def last(*arguments, **keywords):
    *_, progress = train(*arguments, **keywords)
    return progress


# The loop belongs to the caller


def test_it_is_the_tutorial_s_loop(engine):
    """The two-layer network of the course, written out, gives the same costs and parameters."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(2, 20)), rng.integers(0, 2, (1, 20)) * 1.0
    network = Network((2, 4, 1), "tanh", "sigmoid")
    start = initialize(network, 3, "normal")
    W1, b1, W2, b2 = start.W[1], start.b[1], start.W[2], start.b[2]
    costs = []
    for _ in range(30):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        costs.append(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
        dZ2 = A2 - Y
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W1, b1 = W1 - 1.2 * dZ1 @ X.T / 20, b1 - 1.2 * dZ1.mean(axis=1, keepdims=True)
        W2, b2 = W2 - 1.2 * dZ2 @ A1.T / 20, b2 - 1.2 * dZ2.mean(axis=1, keepdims=True)
    progress = last(
        network, X.T, Y.T, optimizer="gd", learning_rate=1.2, steps=30, every=30, parameters=start, engine=engine
    )
    np.testing.assert_allclose(progress.costs, costs, rtol=1e-10)
    np.testing.assert_allclose(progress.parameters.W[1], W1, rtol=1e-8)
    np.testing.assert_allclose(progress.parameters.b[2], b2, rtol=1e-8)


def test_break_stops_and_what_was_seen_stays(engine, task, assert_same):
    t = task()
    for progress in train(t.network, t.X, t.Y, steps=1000, every=5, engine=engine):
        if progress.step == 15:
            break
    assert progress.stopped is None
    assert_same(progress.state, last(t.network, t.X, t.Y, steps=15, every=5, engine=engine).state)


def test_nothing_is_computed_before_the_first_progress_is_asked_for(task):
    t = task()
    run = train(
        t.network,
        t.X,
        t.Y,
        steps=4,
        engine="numpy",
        score=lambda Y, Y_hat: calls.append(1) or 0.0,
        validation=(t.X, t.Y),
    )
    calls: list[int] = []
    assert isinstance(run, types.GeneratorType)
    assert not calls
    next(run)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"steps": 3, "every": 1}, [1, 2, 3]),
        ({"steps": 7, "every": 3}, [3, 6, 7]),
        ({"steps": 2, "every": 50}, [2]),
        ({"batch_size": 8, "epochs": 3}, [3, 6, 9]),
        ({"batch_size": 8, "epochs": 2, "every": 4}, [4, 6]),
        ({"batch_size": 8, "steps": 4}, [3, 4]),
        ({"epochs": 4}, [1, 2, 3, 4]),
        ({"steps": 300}, list(range(3, 301, 3))),
    ],
    ids=str,
)
def test_progress_comes_when_it_should_and_its_costs_are_all_the_steps(options, steps, engine, task):
    t = task()
    whole = list(train(t.network, t.X, t.Y, engine=engine, **options))
    assert [p.step for p in whole] == steps
    assert [len(p.costs) for p in whole] == np.diff([0, *steps]).tolist()
    per_epoch = 3 if "batch_size" in options else 1
    assert [p.epoch for p in whole] == [s / per_epoch for s in steps]
    assert whole[-1].stopped is None
    seconds = [p.seconds for p in whole]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0


def test_the_cost_is_the_last_of_full_batches_and_the_mean_over_the_rows_of_mini_batches(task):
    t = task()
    full = last(t.network, t.X, t.Y, steps=6, every=6, engine="numpy")
    assert full.cost == full.costs[-1]
    mini = last(t.network, t.X, t.Y, steps=6, every=6, batch_size=8, engine="numpy")
    assert mini.cost == pytest.approx(np.average(mini.costs, weights=[8, 8, len(t.X) - 16] * 2))


def test_how_often_one_looks_changes_nothing(engine, task, assert_same):
    t = task()
    options = {"batch_size": 8, "steps": 11, "engine": engine}
    often, rarely = (list(train(t.network, t.X, t.Y, every=every, **options)) for every in (1, 11))
    assert_same(often[-1].state, rarely[-1].state)
    np.testing.assert_array_equal(np.concatenate([p.costs for p in often]), rarely[-1].costs)


def test_the_rate_of_the_last_update_is_told(task):
    t = task()
    rates = [
        p.learning_rate
        for p in train(t.network, t.X, t.Y, learning_rate=0.2, schedule="cosine", steps=4, every=1, engine="numpy")
    ]
    np.testing.assert_allclose(rates, [0.2 * float(Cosine(4)(k)) for k in range(4)])


# What goes in


def test_the_user_s_arrays_are_never_changed(engine, task):
    t = task(batch_norm=True)
    start = initialize(t.network, 5)
    arrays = [t.X, t.Y, t.weights, *start.arrays()]
    copies = [a.copy() for a in arrays]
    for a in arrays:
        a.flags.writeable = False
    progress = last(
        t.network,
        t.X,
        t.Y,
        weights=t.weights,
        validation=(t.X, t.Y, t.weights),
        parameters=start,
        steps=3,
        engine=engine,
    )
    for a, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, copy)
    assert not any(np.shares_memory(p, q) for p in progress.parameters.arrays() for q in start.arrays())


def test_weights_are_samples_repeated(engine, task):
    t = task()
    repeats = np.arange(20) % 3
    weighted, repeated = (
        last(t.network, X, Y, weights=w, steps=5, every=5, optimizer="gd", engine=engine, parameters=t.parameters)
        for X, Y, w in (
            (t.X, t.Y, repeats),
            (np.repeat(t.X, repeats, axis=0), np.repeat(t.Y, repeats, axis=0), None),
        )
    )
    np.testing.assert_allclose(weighted.costs, repeated.costs, rtol=1e-10)
    np.testing.assert_allclose(weighted.parameters.W[1], repeated.parameters.W[1], rtol=1e-9)


def test_one_output_may_be_a_flat_y(task):
    t = task(n=(3, 4, 1))
    flat, column = (last(t.network, t.X, Y, steps=3, engine="numpy") for Y in (t.Y[:, 0], t.Y))
    assert flat.cost == column.cost


def test_the_initializer_decides_where_it_starts(task):
    t = task()
    first = next(train(t.network, t.X, t.Y, initializer="zeros", steps=1, engine="numpy"))
    assert (first.parameters.W[1] == 0).all(), "with all weights 0 no gradient reaches the first layer"
    assert first.costs[0] == pytest.approx(2 * np.log(2), rel=1e-12)


@pytest.mark.parametrize("head", ["sigmoid", "softmax", "tanh"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_of_ten_thousand_stay_finite(head, dtype, engine, task):
    """Wrong by 1e4 on some samples and right by 1e4 on others: the cost is the wrong ones' logits."""
    t = task("tanh", head, n=(3, 4, 2))
    sign = np.where(t.X[:, :1] > 0, 1.0, -1.0)
    Y = np.hstack([np.maximum(sign, 0), np.maximum(-sign, 0)]) if head != "tanh" else np.hstack([sign, -sign])
    start = initialize(t.network, 0, "zeros")._replace(b={1: np.zeros((4, 1)), 2: np.array([[1e4], [-1e4]])})
    progress = last(t.network, t.X, Y, steps=3, every=3, dtype=dtype, parameters=start, engine=engine)
    assert np.isfinite(progress.costs).all()
    wrong = (sign < 0).mean()
    assert progress.costs[0] == pytest.approx(wrong * {"sigmoid": 2e4, "softmax": 2e4, "tanh": 4e4}[head], rel=1e-6)


def test_a_layer_that_no_memory_holds_is_refused_with_its_size():
    with pytest.raises(MemoryError, match=r"1,000,000 x 1,000,000 in layer 2\).*this machine has"):
        train(Network((1, 10**6, 10**6, 1)), [[0.0]], [0])


# Seeds and dtypes


RICH = {"batch_norm": True, "keep_prob": 0.7}


def test_the_same_seed_gives_the_same_bits(engine, task, assert_same):
    t = task(**RICH)
    first, again = (last(t.network, t.X, t.Y, batch_size=8, epochs=4, seed=9, engine=engine) for _ in range(2))
    assert_same(first.state, again.state)
    np.testing.assert_array_equal(first.costs, again.costs)


@pytest.mark.parametrize(
    ("options", "starts"), [({}, None), ({"batch_size": 8}, "given"), (RICH, "given")], ids=["W", "shuffles", "masks"]
)
def test_another_seed_gives_others(options, starts, task):
    structure = {key: value for key, value in options.items() if key != "batch_size"}
    t = task(**structure)
    costs = {
        last(
            t.network,
            t.X,
            t.Y,
            batch_size=options.get("batch_size"),
            steps=3,
            seed=seed,
            engine="numpy",
            parameters=None if starts is None else t.parameters,
        ).cost
        for seed in (0, 1, 2, 2**100)
    }
    assert len(costs) == 4


@pytest.mark.parametrize("optimizer", ["adam", "nesterov", "lbfgs"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_of_the_data_is_kept_in_every_number(dtype, optimizer, engine, task):
    """float32 stays float32: parameters, optimizer memory, running averages, best ones, costs."""
    t = task("selu", "huber", batch_norm=True)
    X, Y = t.X.astype(dtype), t.Y.astype(dtype)
    schedule = {} if optimizer == "lbfgs" else {"schedule": "cosine", "clip_norm": 1.0}
    progress = last(
        t.network,
        X,
        Y,
        weights=t.weights,
        validation=(X, Y),
        optimizer=optimizer,
        steps=4,
        every=2,
        engine=engine,
        rules=[EarlyStopping(patience=9)],
        **schedule,
    )
    run = progress.fetched_run
    arrays = [*progress.parameters.arrays(), *progress.averages.mu.values(), *progress.averages.sigma2.values()]
    arrays += [s for slots in run.state.optimizer.arrays() for s in slots]
    arrays += [*run.best.parameters.arrays(), *run.best.averages.mu.values(), progress.costs]
    assert {a.dtype for a in arrays} == {np.dtype(dtype)}
    assert len(arrays) > 8


def test_a_dtype_may_be_asked_for(task):
    t = task()
    progress = last(t.network, t.X, t.Y, dtype="float32", steps=2, engine="numpy")
    assert progress.parameters.W[1].dtype == np.float32


# What is refused, before anything runs


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate=0 must be a finite number above 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate=-0.1 must be a finite number above 0"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate=nan must be a finite number above 0"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate='fast' must be a finite number above 0"),
        (
            {"optimizer": "adma"},
            ValueError,
            r"optimizer='adma' is unknown \(did you mean 'adam'\?\); choose one of: gd,",
        ),
        ({"schedule": "cosin"}, ValueError, "schedule='cosin' is unknown .*cosine.*; choose one of: constant,"),
        ({"engine": "torch"}, ValueError, "engine='torch' is unknown; choose one of: auto, numpy, xla"),
        ({"precision": "fp16"}, ValueError, "precision='fp16' is unknown.*; choose one of: float32, tf32, bfloat16"),
        ({"score": "f1"}, ValueError, "score='f1' is unknown.*; choose one of: accuracy, r2"),
        ({"initializer": "hee"}, ValueError, "initializer='hee' is unknown.*; choose one of: zeros"),
        ({"batch_size": 0}, ValueError, "batch_size=0 must be a whole number, 1 or above"),
        ({"epochs": 0}, ValueError, "epochs=0 must be a whole number, 1 or above"),
        ({"steps": 2.5}, TypeError, "steps=2.5 must be a whole number, 1 or above"),
        ({"every": 0}, ValueError, "every=0 must be a whole number, 1 or above"),
        ({"epochs": 1, "steps": 1}, ValueError, "epochs=1 and steps=1 are both given"),
        ({"clip_norm": 0}, ValueError, "clip_norm=0 must be a finite number above 0"),
        ({"averaging": 1.5}, ValueError, "averaging=1.5 must be a number from 0"),
        ({"seed": -1}, ValueError, "seed=-1 must be a whole number, 0 or above"),
        ({"dtype": "int8"}, ValueError, "dtype='int8' is not supported; choose one of: float32, float64"),
        ({"rules": [EarlyStopping()]}, ValueError, "watches validation_cost: pass validation"),
        ({"validation": ([[1, 2]], [1])}, ValueError, r"validation X has 2 columns where the network has n\[0\] = 3"),
        ({"validation": ([[1, 2, 3]], [[7, 1]])}, ValueError, "validation Y holds 7, but SigmoidHead"),
        ({"weights": [-1] * 20}, ValueError, "weights must be 0 or above"),
        ({"resume": "nowhere.safetensors"}, FileNotFoundError, "there is no file 'nowhere.safetensors'"),
    ],
    ids=str,
)
def test_arguments_are_checked_when_train_is_called_and_not_later(options, error, message, task):
    t = task()
    with pytest.raises(error, match=message):
        train(t.network, t.X, t.Y, **options)


def test_missing_labels_are_asked_for(task):
    t = task()
    with pytest.raises(ValueError, match=r"Y is missing: pass train\(network, X, Y\), or an iterable of batches"):
        train(t.network, t.X)


def test_a_batch_size_above_m_warns_at_the_call(task):
    t = task()
    with pytest.warns(UserWarning, match="batch_size=21 is larger than the 20 rows there are; all 20 are used"):
        run = train(t.network, t.X, t.Y, batch_size=21, steps=1, engine="numpy")
    assert next(run).settings["batch_size"] == 20


@pytest.mark.parametrize("options", [{"weights": [1.0]}, {"batch_size": 5}])
def test_a_stream_takes_no_weights_or_batch_size_beside_it(options, task):
    t = task()
    with pytest.raises(ValueError, match="a stream's batches are used as they come: leave batch_size out"):
        train(t.network, [(t.X, t.Y)], **options)


# Streams


def test_a_stream_is_followed_to_its_end(engine, task):
    t = task()
    whole = list(train(t.network, [(t.X, t.Y)] * 5, every=2, engine=engine))
    assert [p.step for p in whole] == [2, 4, 5]
    assert whole[-1].stopped == "the stream of batches ended"
    assert np.isnan(whole[-1].epoch)


def test_a_stream_that_ends_with_a_stretch_has_one_last_progress(engine, task):
    t = task()
    rule = EarlyStopping(9, monitor="cost", mode="max")
    whole = list(train(t.network, [(t.X, t.Y)] * 4, every=2, engine=engine, rules=[rule]))
    assert [p.step for p in whole] == [2, 4]
    assert len(np.concatenate([p.costs for p in whole])) == 4
    assert [p.stopped for p in whole] == [None, "the stream of batches ended"]
    assert whole[-1].restored.step == 2


def test_a_batch_that_fails_comes_after_the_progress_before_it(engine, task):
    t = task()

    def batches():
        yield t.X, t.Y
        yield t.X, t.Y
        raise OSError("the disk is gone")

    run = train(t.network, batches(), every=2, engine=engine)
    assert next(run).step == 2
    with pytest.raises(OSError, match="the disk is gone"):
        next(run)


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "constant"])
def test_a_schedule_by_name_needs_an_end_that_it_can_span(name, task):
    """It would have fallen to its end within the first of many batches, and stayed there."""
    t = task()
    batches = [(t.X, t.Y)] * 4
    with pytest.raises(ValueError, match=f"schedule='{name}' spans the whole run.*: pass steps=, or a schedule with"):
        train(t.network, batches, schedule=name)
    *_, named = train(t.network, batches, schedule=name, steps=4, engine="numpy")
    *_, own = train(t.network, batches, schedule=schedule(name, 4), engine="numpy")
    np.testing.assert_array_equal(named.parameters.W[1], own.parameters.W[1])


def test_an_endless_stream_is_left_by_steps_or_break(engine, task):
    t = task()
    endless = itertools.repeat((t.X, t.Y))
    assert [p.step for p in train(t.network, endless, steps=5, every=3, engine=engine)] == [3, 5]
    for progress in train(t.network, endless, every=3, engine=engine):
        if progress.step >= 6:
            break
    assert progress.step == 6


# What comes out


def test_rules_and_scores_by_their_own_direction(engine, task):
    """A target on a score where lower is better is reached from above."""
    t = task("tanh", "identity")
    progress = last(
        t.network,
        t.X,
        t.Y,
        validation=(t.X, t.Y),
        score="root_mean_squared_error",
        optimizer="gd",
        steps=400,
        every=10,
        engine=engine,
        learning_rate=0.2,
        rules=[Target("validation_score", target=0.5)],
    )
    assert progress.step < 400
    assert progress.validation_score <= 0.5
    assert "validation_score" in progress.stopped
    Y_hat = predict(t.network, progress.parameters, t.X.T).T
    assert progress.validation_score == pytest.approx(np.sqrt(np.mean((Y_hat - t.Y) ** 2)), rel=1e-9)


def test_running_averages_predict_what_was_scored(engine, task):
    t = task("tanh", "identity", batch_norm=True)
    progress = last(t.network, t.X, t.Y, validation=(t.X, t.Y), score="r2", steps=60, engine=engine)
    Y_hat = predict(t.network, progress.parameters, t.X.T, progress.averages).T
    assert progress.validation_score == pytest.approx(r2_score(t.Y, Y_hat), rel=1e-9)


def test_auto_says_which_engine_it_took_and_why(task):
    t = task()
    progress = next(train(t.network, t.X, t.Y, steps=2))
    assert progress.engine == "numpy"
    assert "less time than" in progress.engine_reason
    assert next(train(t.network, t.X, t.Y, steps=2, engine="numpy")).engine_reason == "as asked for"


def test_without_shuffling_the_rows_come_as_they_are(engine, task):
    t = task()
    in_order = last(t.network, t.X, t.Y, epochs=1, batch_size=8, shuffle=False, engine=engine)
    batches = ((t.X[i : i + 8], t.Y[i : i + 8]) for i in range(0, len(t.X), 8))
    streamed = last(t.network, batches, engine=engine)
    np.testing.assert_allclose(in_order.parameters.W[1], streamed.parameters.W[1], rtol=1e-12)


def test_a_state_goes_on_with_its_memory_and_its_count_of_steps_on_other_data(engine, task):
    t = task()
    half = last(t.network, t.X, t.Y, steps=3, engine=engine)
    other = last(t.network, t.X[:-3], t.Y[:-3], epochs=2, batch_size=8, parameters=half.state, engine=engine)
    assert other.step == 3 + 2 * 3
    assert other.epoch == 2
    again = last(t.network, t.X, t.Y, steps=2, parameters=half.state, engine=engine)
    straight = last(t.network, t.X, t.Y, steps=5, engine=engine)
    np.testing.assert_allclose(again.parameters.W[1], straight.parameters.W[1], rtol=1e-12)


def test_each_of_many_short_runs_has_an_order_of_its_own(task):
    t = task()
    state, firsts = last(t.network, t.X, t.Y, steps=1, engine="numpy").state, []
    for _ in range(2):
        run = last(t.network, t.X, t.Y, epochs=1, batch_size=1, parameters=state, engine="numpy")
        firsts.append(run.costs[0])
        state = state._replace(t=run.state.t)
    assert firsts[0] != firsts[1]


def test_a_state_of_another_optimizer_is_refused(task):
    t = task()
    state = last(t.network, t.X, t.Y, steps=1, optimizer="adam", engine="numpy").state
    with pytest.raises(ValueError, match="belongs to another optimizer: pass its parameters alone"):
        train(t.network, t.X, t.Y, optimizer="gd", parameters=state)
