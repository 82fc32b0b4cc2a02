"""Each rule on both sides of its threshold: evidence made by hand, or by the shortest run that shows it."""

from dataclasses import replace

import numpy as np
import pytest

from barreleye import Network, initialize
from barreleye.data.frame import frame_of
from barreleye.insight.diagnose import RULES, trained
from barreleye.insight.diagnosis.evidence import Evidence, Table
from barreleye.insight.diagnosis.job import Job
from barreleye.nn.front import Front, Levels
from barreleye.nn.front import Rows as AsTheyAre
from barreleye.nn.initializers import Normal
from barreleye.training.border import Rows

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 2))
Y = (X[:, :1] * X[:, 1:] > 0).astype(float)
NUMBERS = X[:, :1] - 0.5 * X[:, 1:]


def evidence(X=X, Y=Y, n=(2, 6, 1), g="tanh", head="sigmoid", told=None, **options):
    """What a few steps on these rows leave."""
    options = {"steps": 20, "learning_rate": 0.01, "engine": "numpy"} | options
    job = Job.of(Network(n, g, head, **(told or {})), X, Y, **options)
    return Evidence(job, trained(job))


def with_costs(found, costs, validation=None, rates=None):
    """The same evidence with another history of costs; the last Progress keeps its arrays."""
    last = found.last
    several = []
    for i, cost in enumerate(costs):
        measured = last.measured._replace(cost=cost, validation_cost=None if validation is None else validation[i])
        rate = last.learning_rate if rates is None else rates[i]
        several.append(replace(last, measured=measured, costs=np.array([cost]), learning_rate=rate))
    return replace(found, history=several)


def seen(code, found):
    with np.errstate(all="ignore"):
        return RULES[code].check(found)


def from_parameters(change, **options):
    """Evidence of a run from parameters that ``change`` makes of the usual ones."""
    network = Network(options.pop("n", (2, 6, 1)), options.pop("g", "tanh"), "sigmoid")
    job = Job.of(network, X, Y, steps=20, learning_rate=1e-6, engine="numpy", parameters=change(initialize(network, 0)))
    return Evidence(job, trained(job))


@pytest.mark.parametrize(("scale", "fault"), [([1, 1], False), ([9, 9], False), ([12, 1], True), ([1, 0.02], False)])
def test_101_columns_are_of_unit_size(scale, fault):
    assert (seen("BE101", evidence(X * scale)) is not None) == fault


@pytest.mark.parametrize(("size", "fault"), [(5, False), (0.05, False), (5.5, True)])
def test_101_columns_vary_about_as_much_as_each_other(size, fault):
    unlike = np.column_stack([X * 0.05, X[:, 0] * size])
    assert (seen("BE101", evidence(unlike, n=(3, 6, 1))) is not None) == fault


def test_101_says_which_column():
    found = seen("BE101", replace(evidence(X * [1, 50]), names=("age", "income")))
    assert found.where.en == "column income"
    assert found.key == "size"


@pytest.mark.parametrize(("scale", "shift", "fault"), [(1, 0, False), (5, 20, False), (20, 0, True), (1, 30, True)])
def test_102_targets_are_near_0_and_of_unit_size(scale, shift, fault):
    found = evidence(Y=NUMBERS / NUMBERS.std() * scale + shift, head="identity", steps=1)
    assert (seen("BE102", found) is not None) == fault


def test_102_is_for_numbers():
    assert seen("BE102", evidence()) is None


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (X[:, 0] + 1e-3 * X[:, 1], None),
        (5 - 2 * X[:, 0], {"column": "2", "other": "0"}),
        (3.0 * Y[:, 0], {"column": "2"}),
        (np.ones(120), None),
        ((np.arange(120) == 3) * 1.0, None),
    ],
)
def test_103_a_column_repeats_or_tells_all(column, says):
    found = seen("BE103", evidence(np.column_stack([X, column]), n=(3, 6, 1)))
    assert (None if found is None else found.values) == says


def test_103_two_columns_that_hardly_vary_are_no_twins():
    once = (np.arange(120) == 3) * 1.0
    assert seen("BE103", evidence(np.column_stack([X, once, 2 * once]), n=(4, 6, 1))) is None


@pytest.mark.parametrize(("share", "fault"), [(0.1, True), (0.3, False)])
def test_104_a_rare_class_is_not_found(share, fault):
    rare = (np.arange(120) < 120 * share).astype(float)[:, None]
    rows = np.column_stack([X[:, 0], rare[:, 0] + 0.7 * X[:, 1]])
    found = evidence(rows, rare, steps=100, learning_rate=0.02)
    assert (seen("BE104", found) is not None) == fault
    assert seen("BE104", evidence(rows, rare, steps=100, learning_rate=0.02, weights=np.ones(120))) is None


@pytest.mark.parametrize(("wrong", "fault"), [(0, False), (4, False), (14, True)])
def test_105_labels_that_the_trained_network_doubts(wrong, fault):
    labels = (X[:, :1] > 0).astype(float)
    chosen = RNG.choice(120, wrong, replace=False)
    labels[chosen] = 1 - labels[chosen]
    found = evidence(Y=labels, n=(2, 1), steps=150, learning_rate=0.05, validation=(X, labels))
    assert (seen("BE105", found) is not None) == fault


@pytest.mark.parametrize(("factor", "fault"), [(1, False), (300, True)])
def test_201_the_first_loss(factor, fault):
    found = from_parameters(lambda p: p._replace(W={1: p.W[1], 2: p.W[2] * factor}))
    assert (seen("BE201", found) is not None) == fault


@pytest.mark.parametrize(
    ("weights", "fault"),
    [(lambda p: np.full_like(p, 0.1), True), (lambda p: p * 1e-9, False), (lambda p: p * 1e9, False)],
)
def test_202_units_that_are_alike(weights, fault):
    assert (seen("BE202", from_parameters(lambda p: p.map(weights))) is not None) == fault


def test_202_needs_a_few_steps():
    network = Network((2, 6, 1), "tanh")
    zeros = initialize(network, 0, "zeros")
    assert seen("BE202", evidence(parameters=zeros, steps=9)) is None
    assert seen("BE202", evidence(parameters=zeros, steps=10)) is not None


@pytest.mark.parametrize(("scale", "fault"), [(0.5, False), (1.0, False), (0.01, True), (10.0, True)])
def test_203_starting_weights_of_another_size(scale, fault):
    found = evidence(n=(2, 8, 8, 1), g="relu", initializer=Normal(scale), steps=1)
    assert (seen("BE203", found) is not None) == fault


def test_203_leaves_a_start_that_looks_at_the_data_alone():
    assert seen("BE203", evidence(initializer="from_data", steps=1)) is None


def test_301_a_run_that_diverged():
    found = evidence(Y=NUMBERS, head="identity", optimizer="gd", learning_rate=1e9)
    assert found.diverged
    assert seen("BE301", found).key == "diverged"


@pytest.mark.parametrize(("peak", "fault"), [(1.5, False), (9.0, True)])
def test_301_a_cost_that_blows_up(peak, fault):
    found = evidence(Y=(X[:, :1] > 0) * 1.0, learning_rate=0.1, steps=100)
    assert (seen("BE301", with_costs(found, [0.7, peak, 0.5, 0.2])) is not None) == fault


def test_301_a_loss_that_stays_at_the_constants():
    assert seen("BE301", evidence(learning_rate=1e-6)).key == "stuck"
    assert seen("BE301", evidence(learning_rate=0.05, steps=300)) is None


FALLING, FLAT = np.linspace(1.0, 0.5, 40), np.full(40, 0.5)


def test_302_a_loss_that_is_still_falling_at_a_constant_rate():
    found = evidence(steps=60, learning_rate=0.01)
    assert seen("BE302", with_costs(found, FALLING)) is not None
    assert seen("BE302", with_costs(found, FALLING, rates=np.linspace(1, 0, 40))) is None
    assert seen("BE302", with_costs(evidence(learning_rate=0.05, steps=500), FALLING)) is None  # it has learnt
    assert seen("BE302", evidence(optimizer="lbfgs", learning_rate=None)) is None


@pytest.mark.parametrize(("costs", "fault"), [(FALLING, True), (FLAT, False), (FALLING[::-1], False)])
def test_303_the_lowest_cost_comes_last(costs, fault):
    found = evidence(steps=60)
    assert (seen("BE303", with_costs(found, FLAT, validation=costs)) is not None) == fault
    assert (seen("BE303", with_costs(found, costs)) is not None) == fault


@pytest.mark.parametrize(("amplitude", "fault"), [(0.001, False), (0.1, True)])
def test_304_a_cost_that_swings(amplitude, fault):
    swinging = 0.5 + amplitude * (-1.0) ** np.arange(40)
    found = evidence(steps=60)
    assert (seen("BE304", with_costs(found, swinging)) is not None) == fault
    in_cycles = np.tile([1.0, 0.5, 0.0, 0.5], 10)  # compared where the rate is 0 alone
    assert seen("BE304", with_costs(found, swinging, rates=in_cycles)) is None


@pytest.mark.parametrize(("dead", "fault"), [(2, False), (3, False), (4, True)])
def test_401_units_that_are_flat_on_all_rows(dead, fault):
    bias = np.where(np.arange(6) < dead, -100.0, 10.0)[:, None]
    found = seen("BE401", from_parameters(lambda p: p._replace(b=p.b | {1: bias}), g="relu"))
    assert (found is not None) == fault
    if fault:
        assert (found.values["dead"], found.values["units"], found.values["rows"]) == (4, 6, 120)


def test_401_zeros_are_not_death():
    found = evidence(n=(2, 40, 1), g="relu")
    assert (found.end.trace.A[1] == 0).mean() > 0.3
    assert seen("BE401", found) is None


@pytest.mark.parametrize("g", ["tanh", "sigmoid"])
@pytest.mark.parametrize(("factor", "fault"), [(1, False), (100, True)])
def test_402_units_at_an_end_of_their_range(g, factor, fault):
    found = from_parameters(lambda p: p._replace(W={1: p.W[1] * factor, 2: p.W[2]}), g=g)
    assert (seen("BE402", found) is not None) == fault


@pytest.mark.parametrize(("g", "fault"), [("sigmoid", True), ("relu", False)])
def test_403_gradients_that_vanish(g, fault):
    assert (seen("BE403", evidence(n=(2, *(8,) * 7, 1), g=g, steps=1)) is not None) == fault


def test_403_a_last_layer_of_zeros_sends_no_gradient_to_any_layer():
    def muted(p):
        return p._replace(W=p.W | {5: p.W[5] * 0})

    assert seen("BE403", from_parameters(muted, n=(2, 6, 6, 6, 6, 1))) is None


@pytest.mark.parametrize(("scale", "fault"), [(0.5, False), (5.0, True)])
def test_404_gradients_that_explode(scale, fault):
    found = evidence(n=(2, *(8,) * 5, 1), g="relu", initializer=Normal(scale), steps=1)
    assert (seen("BE404", found) is not None) == fault


def test_405_a_layer_that_does_not_move():
    def cut(p):  # the second layer's units are dead: no gradient comes to the first
        return p._replace(b=p.b | {2: p.b[2] - 100})

    network = Network((2, 6, 6, 1), "relu")
    found = evidence(n=(2, 6, 6, 1), g="relu", parameters=cut(initialize(network, 0)), Y=Y * 0.2, learning_rate=0.1)
    what = seen("BE405", found)
    assert (what.values["layer"], what.values["moved"]) == (1, 0.0)
    assert seen("BE405", evidence(n=(2, 6, 6, 1), learning_rate=0.05)) is None


def test_501_the_validation_loss_rises_while_the_cost_falls():
    labels = (RNG.random((120, 1)) < 0.5) * 1.0
    found = evidence(X[:60], labels[:60], n=(2, 40, 1), steps=400, learning_rate=0.05, validation=(X[60:], labels[60:]))
    assert seen("BE501", found) is not None
    best = [0.1 * i for i in range(20)]
    assert seen("BE501", with_costs(found, best, validation=np.linspace(0.7, 1.5, 20))) is None  # the cost rises too
    assert seen("BE501", replace(found, history=[*found.history[:1], replace(found.last, restored=object())])) is None


@pytest.mark.parametrize(("n", "fault"), [((2, 1), True), ((2, 12, 1), False)])
def test_502_no_better_than_a_linear_model(n, fault):
    assert (seen("BE502", evidence(n=n, steps=400, learning_rate=0.05)) is not None) == fault


@pytest.mark.parametrize(("learnable", "fault"), [(True, False), (False, True)])
def test_503_no_better_than_a_constant(learnable, fault):
    labels = (X[:, :1] > 0) * 1.0 if learnable else (np.random.default_rng(1).random((120, 1)) < 0.5) * 1.0
    found = evidence(X[:60], labels[:60], n=(2, 1), steps=200, learning_rate=0.05, validation=(X[60:], labels[60:]))
    assert (seen("BE503", found) is not None) == fault


def test_503_of_a_table_is_of_its_final_answers():
    found = evidence(steps=50)
    rows = Rows(X, Y, None)
    table = Table(frame_of({"a": X[:, 0]}), Y[:, 0], {"a": slice(0, 1)}, rows, found.constant_losses(rows), True)
    assert seen("BE503", replace(found, table=table)) is not None
    assert seen("BE503", replace(found, table=table._replace(losses=table.losses / 2))) is None


@pytest.mark.parametrize(("factor", "fault"), [(1, False), (6, True), (0.2, True)])
def test_504_probabilities_too_sure_or_not_sure_enough(factor, fault):
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(600, 1))
    labels = (rng.random((600, 1)) < 1 / (1 + np.exp(-2 * rows))) * 1.0
    network = Network((1, 1))
    start = initialize(network, 0)._replace(W={1: np.array([[2.0 * factor]])})
    held_out = (rows[300:], labels[300:])
    job = Job.of(network, rows[:300], labels[:300], parameters=start, learning_rate=1e-9, steps=1, validation=held_out)
    found = seen("BE504", Evidence(job, trained(job)))
    assert (found is not None) == fault
    if fault:
        assert found.values["how"].en == ("surer than it is right" if factor > 1 else "less sure than it is right")
        assert found.trial.confirms
        assert found.trial.after < found.trial.before


@pytest.mark.parametrize(("factor", "fault"), [(1, False), (0.001, True)])
def test_505_answers_that_do_not_depend_on_the_input(factor, fault):
    found = from_parameters(lambda p: p._replace(W={1: p.W[1], 2: p.W[2] * factor}))
    assert (seen("BE505", found) is not None) == fault


def test_506_a_loss_near_the_constants_asks_for_sixteen_rows():
    found = evidence(learning_rate=1e-6)
    what = seen("BE506", found)
    assert what.values["rows"] == 16
    (attempt,) = RULES["BE506"].attempts(found, what)
    assert attempt.job.X.shape == (16, 2)
    assert attempt.confirms(np.zeros(16), np.full(16, 0.02), 0.69) is False
    assert attempt.confirms(np.zeros(16), np.full(16, 0.6), 0.69) is True
    assert seen("BE506", evidence(learning_rate=0.05, steps=300)) is None


@pytest.mark.parametrize(("told", "fault"), [({"L2": 0.1}, False), ({"L2": 100}, True), ({"keep_prob": 0.6}, False)])
def test_601_what_holds_the_network_back(told, fault):
    assert (seen("BE601", evidence(told=told)) is not None) == fault


def test_601_dropout_of_most_units():
    assert seen("BE601", evidence(told={"keep_prob": 0.1})).values == {"share": "90%"}


def test_101_numbers_that_name_a_level_have_no_size():
    rows = np.column_stack([X[:, 0], np.arange(120) % 40])
    front = Front((AsTheyAre(1), Levels(40, 2)))
    assert seen("BE101", evidence(rows)) is not None
    assert seen("BE101", evidence(rows, n=(front.n_out, 4, 1), told={"front": front}, steps=1)) is None
