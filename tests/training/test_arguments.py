import numpy as np
import pytest

from barreleye.nn.network import initialize
from barreleye.nn.optimizers import OPTIMIZERS, Adam
from barreleye.nn.structure import Network
from barreleye.training.arguments import (
    USUAL_EPOCHS,
    USUAL_STREAM_STRETCH,
    float_dtype,
    how_many_steps,
    how_often,
    named_rule,
    own_parameters,
    refuse_blind_rules,
    refuse_what_lbfgs_cannot,
)
from barreleye.training.batches import Stream, table
from barreleye.training.border import Rows
from barreleye.training.lbfgs import LBFGS
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping

NETWORK = Network((1, 2, 1))
ROWS = Rows(np.zeros((10, 1)), np.zeros((10, 1)), None)
FULL, MINI = table(ROWS, None, 0), table(ROWS, 4, 0)
STREAM = Stream([([[1.0]], [1])], NETWORK)


@pytest.mark.parametrize(
    ("source", "epochs", "steps", "total"),
    [
        (MINI, 2, None, 6),
        (FULL, 2, None, 2),
        (MINI, None, 7, 7),
        (MINI, None, None, 3 * USUAL_EPOCHS),
        (STREAM, None, None, None),
        (STREAM, None, 9, 9),
    ],
)
def test_epochs_and_steps_are_counted(source, epochs, steps, total):
    assert how_many_steps(source, epochs, steps) == total


@pytest.mark.parametrize(
    ("source", "epochs", "steps", "message"),
    [
        (MINI, 2, 3, "epochs=2 and steps=3 are both given: pass one of them"),
        (STREAM, 2, None, "a stream has no epochs: pass steps="),
        (MINI, 0, None, "epochs=0 must be a whole number, 1 or above"),
        (MINI, None, -1, "steps=-1 must be a whole number, 1 or above"),
    ],
)
def test_how_long_is_checked(source, epochs, steps, message):
    with pytest.raises(ValueError, match=message):
        how_many_steps(source, epochs, steps)


@pytest.mark.parametrize(
    ("source", "total", "every", "expected"),
    [
        (MINI, 30, None, 3),
        (FULL, 1000, None, 10),
        (FULL, 5, None, 1),
        (STREAM, None, None, USUAL_STREAM_STRETCH),
        (STREAM, None, 1, 1),
        (MINI, 30, 7, 7),
    ],
)
def test_looks_come_each_epoch_or_a_hundred_times_a_run(source, total, every, expected):
    assert how_often(source, total, every) == expected


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_brings_its_usual_rate(name):
    rule, rate = named_rule(name, None)
    assert type(rule) is OPTIMIZERS[name]
    assert rate == rule.usual_learning_rate
    assert named_rule(Adam(0.5), 0.25) == (Adam(0.5), 0.25)


def test_l_bfgs_takes_no_rate():
    assert named_rule("lbfgs", None)[0] == LBFGS()
    assert named_rule(LBFGS(memory=3), None)[0] == LBFGS(memory=3)
    with pytest.raises(ValueError, match=r"learning_rate=0.1: L-BFGS chooses its own step lengths"):
        named_rule("lbfgs", 0.1)


def test_an_unknown_optimizer_lists_those_there_are():
    with pytest.raises(ValueError, match=r"optimizer='adma' is unknown \(did you mean 'adam'\?\).*gd, .*adamw, lbfgs"):
        named_rule("adma", None)


@pytest.mark.parametrize(
    ("network", "source", "schedule", "transforms", "seed", "message"),
    [
        (NETWORK, MINI, "constant", None, 0, "needs all rows in every step: leave batch_size out"),
        (NETWORK, STREAM, "constant", None, 0, "needs all rows in every step"),
        (Network((1, 2, 1), keep_prob=0.5), FULL, "constant", None, 0, "dropout changes it"),
        (NETWORK, FULL, "cosine", None, 0, "leave schedule, clip_norm and transforms out"),
        (NETWORK, FULL, "constant", 1.0, 0, "leave schedule, clip_norm and transforms out"),
        (NETWORK, FULL, "constant", None, (4, 5), r"one network at a time: call train\(\) for each of seed=\(4, 5\)"),
    ],
)
def test_l_bfgs_says_what_it_cannot_do(network, source, schedule, transforms, seed, message):
    with pytest.raises(ValueError, match=message):
        refuse_what_lbfgs_cannot(network, source, schedule, transforms, seed)
    refuse_what_lbfgs_cannot(NETWORK, FULL, "constant", None, 0)


def test_starting_parameters_are_copied_in_the_run_s_dtype():
    ours, theirs = initialize(NETWORK, 0, dtype=np.float32), initialize(NETWORK, 1)
    own = own_parameters(ours, theirs, np.float32)
    for name, p in own.named().items():
        assert p.dtype == np.float32
        np.testing.assert_allclose(p, theirs.named()[name], rtol=1e-6)
        assert not np.shares_memory(p, theirs.named()[name])
    same = own_parameters(theirs, theirs, np.float64)
    assert not np.shares_memory(same.W[1], theirs.W[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": {1: np.zeros((2, 1))}}, r"starting parameter='W\[2\]' is unknown.*choose one of"),
        ({"b": {1: np.zeros(2), 2: np.zeros((1, 1))}}, r"b\[1\] has shape \(2,\) where \(2, 1\) is expected"),
        ({"b": {1: np.full((2, 1), np.nan), 2: np.zeros((1, 1))}}, r"b\[1\] holds NaN or infinity"),
    ],
)
def test_starting_parameters_are_checked(change, message):
    good = initialize(NETWORK, 0)
    with pytest.raises(ValueError, match=message):
        own_parameters(good, good._replace(**change), np.float64)


@pytest.mark.parametrize("bad", ["float16", "int32", "flaot32", int, object])
def test_a_dtype_is_float32_or_float64(bad):
    with pytest.raises(ValueError, match=r"dtype=.* is not supported; choose one of: float32, float64"):
        float_dtype(bad)
    assert float_dtype(np.float32) == float_dtype("float32") == np.float32


def test_rules_must_be_rules_and_see_what_they_watch():
    with pytest.raises(TypeError, match=r"rules holds 'early', which is no Rule; pass for instance rules=\["):
        refuse_blind_rules(["early"], True)
    with pytest.raises(ValueError, match=r"watches validation_cost: pass validation=\(X, Y\), or monitor='cost'"):
        refuse_blind_rules([EarlyStopping()], False)
    refuse_blind_rules([EarlyStopping(monitor="cost")], False)


def test_a_run_to_go_on_with_is_the_one_that_would_begin():
    X = np.zeros((4, 1))
    settings = {"steps": 3, "every": 1, "engine": "numpy"}
    progress = next(train(NETWORK, X, X[:, :1], **settings))
    assert next(train(NETWORK, X, X[:, :1], **settings, resume=progress)).step == 2
    for other in (Network((1, 3, 1)), Network((1, 2, 1), batch_norm=True)):
        with pytest.raises(ValueError, match="the run to resume began with network="):
            train(other, X, X[:, :1], **settings, resume=progress)
    with pytest.raises(ValueError, match="the run to resume began with dtype="):
        train(NETWORK, X, X[:, :1], **settings, dtype=np.float32, resume=progress)
    with pytest.raises(ValueError, match="the run to resume had 0 rules and this one has 1: pass the same"):
        train(NETWORK, X, X[:, :1], **settings, rules=[EarlyStopping(monitor="cost")], resume=progress)
