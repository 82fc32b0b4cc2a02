"""Settings: the network and the training that they make of a prepared table."""

from dataclasses import replace
from types import SimpleNamespace

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import barreleye
from barreleye import TableRegressor
from barreleye.data.frame import frame_of
from barreleye.models import run
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings, refitted
from barreleye.nn.front import Levels
from barreleye.nn.heads import AbsoluteErrorHead, IdentityHead, QuantilesHead, SigmoidHead, SoftmaxHead
from barreleye.training.loop import train
from barreleye.training.plan import planned

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
    """What is planned, and that it is done."""
    asked = []

    def spy(network, X, Y, **told):
        asked.append({"network": network, "rows": len(X), **told})
        return planned(network, X, Y, **told)

    monkeypatch.setattr(run, "planned", spy)
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


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({}, "tuned"),
        ({"epochs": 3, "members": 2, "seed": 1, "metric": "auc", "time": 1.0, "refit": True}, "tuned"),
        ({"layers": (8,)}, "plain"),
        ({"dropout": 0.0}, "plain"),
        ({"batch_norm": False}, "plain"),
        ({"patience": 0}, "plain"),
        ({"layers": (8,), "recipe": "tuned"}, "tuned"),
        ({"recipe": "plain"}, "plain"),
    ],
)
def test_who_describes_a_network_has_the_plain_recipe(told, named):
    settings = Settings(**told)
    assert settings.named == named
    tuned = named == "tuned"
    assert settings.coding == {"numbered": tuned, "each_class": tuned, "clamped": tuned}
    assert settings.dtype == ("float32" if tuned else "float64")


@pytest.mark.parametrize(("rows", "members"), [(1, 8), (2000, 8), (2001, 4), (10_000, 4), (10_001, 1), (10**7, 1)])
def test_fewer_rows_have_more_members(rows, members):
    assert Settings().members_for(rows) == members
    assert Settings(members=3).members_for(rows) == 3
    assert Settings(recipe="plain").members_for(rows) == 1
    assert Settings(recipe="plain", members=3).members_for(rows) == 3


@pytest.mark.parametrize(
    ("target", "told", "head", "n_y"),
    [
        ("two", {}, SoftmaxHead(smoothing=0.03), 2),  # too few rows are set aside to calibrate
        ("two", {"recipe": "plain"}, SigmoidHead(), 1),
        ("two", {"metric": "auc"}, SoftmaxHead(), 2),
        ("two", {"metric": "accuracy"}, SoftmaxHead(smoothing=0.1), 2),
        ("three", {"metric": "accuracy"}, SoftmaxHead(smoothing=0.1), 3),
        ("two", {"metric": "accuracy", "recipe": "plain"}, SigmoidHead(), 1),
        ("three", {"metric": "accuracy", "recipe": "plain"}, SoftmaxHead(), 3),
        ("number", {}, IdentityHead(), 1),
        ("number", {"metric": "mae"}, AbsoluteErrorHead(), 1),
    ],
)
def test_the_head_is_of_the_target_and_of_what_counts(target, told, head, n_y):
    settings = Settings(**{**TINY, **told})
    network = settings.network(ready_for(settings, target))
    assert (network.head, network.n[-1]) == (head, n_y)
    tuned = settings.named == "tuned"
    assert (network.ntk, network.parametric, network.front is not None) == (tuned, (tuned,), tuned)
    assert network.keep_prob == ((0.85,) if tuned else (None,))


@pytest.mark.parametrize(("m", "smoothing"), [(240, 0.03), (320, None)])
def test_labels_are_smoothed_where_probabilities_cannot_be_calibrated(m, smoothing):
    columns = {"a": np.arange(m) % 7, "b": np.arange(m) % 11, "y": np.arange(m) % 2}
    settings = Settings(**TINY)
    ready = prepare(frame_of(columns), ["y"], **settings.coding)
    assert settings.network(ready).head == SoftmaxHead(smoothing)
    *_, last = settings.train(ready)
    assert bool(ready.model(last).calibrations) == (smoothing is None)


@pytest.mark.parametrize(("target", "metric"), [("two", "rmse"), ("number", "log-loss"), ("number", "accuracy")])
def test_a_metric_of_the_other_task_is_refused(target, metric):
    settings = Settings(**TINY, metric=metric)
    said = rf"metric='{metric}' is for (numbers|classes), and .* holds (classes|numbers): "
    with pytest.raises(ValueError, match=said):
        settings.network(ready_for(settings, target))


@pytest.mark.parametrize(
    ("target", "told", "by", "better"),
    [
        ("two", {}, "log-loss", "min"),
        ("two", {"metric": "auc"}, "log-loss", "min"),
        ("two", {"metric": "accuracy"}, "accuracy", "max"),
        ("number", {}, "cost", None),
        ("number", {"metric": "mae"}, "cost", None),
        ("two", {"recipe": "plain"}, "cost", None),
        ("two", {"recipe": "plain", "metric": "log-loss"}, "log-loss", "min"),
    ],
)
def test_the_epoch_is_kept_that_was_best_by_what_counts(target, told, by, better, calls):
    settings = Settings(**{**TINY, "epochs": 12, **told})
    ready = ready_for(settings, target)
    assert settings.judged_by(ready) == by
    *history, last = settings.train(ready)
    history.append(last)
    values = [one.measured.validation_cost if by == "cost" else one.measured.validation_score for one in history]
    best = max(values) if better == "max" else min(values)
    latest = max(k for k, value in enumerate(values) if value == best)
    assert (last.step if last.restored is None else last.restored.step) == history[latest].step
    (rule,) = calls[0]["rules"]
    assert rule.monitor == ("validation_cost" if by == "cost" else "validation_score")
    assert rule.patience == (None if settings.named == "tuned" else 30)


def test_the_whole_run_is_as_the_recipe_has_it(calls):
    settings = Settings(**TINY, seed=5)
    ready = ready_for(settings)
    list(settings.train(ready))
    made, (told,) = settings.recipe_for("classification", len(ready.parts.train)), calls
    assert told["rows"] == len(ready.parts.train)
    assert (told["epochs"], told["batch_size"], told["seed"]) == (4, 64, 5)
    assert (told["learning_rate"], told["schedule"], told["initializer"]) == (0.04, "coslog4", "from_data")
    assert (told["transforms"], told["dropout_schedule"]) == (made.transforms, "flat_cosine")


def test_batches_are_no_larger_than_the_rows_and_0_means_all(calls):
    for told, size in (({"batch": 1000}, "rows"), ({"batch": 0}, None), ({"batch": 20}, 20)):
        settings = Settings(**{**TINY, "epochs": 1, **told})
        list(settings.train(ready_for(settings)))
        assert calls[-1]["batch_size"] == (calls[-1]["rows"] if size == "rows" else size)


def test_members_are_the_networks_that_their_seeds_would_make_alone():
    several = Settings(**{**TINY, "members": 2}, seed=5)
    ready = ready_for(several, validate=False)
    *_, both = several.train(ready)
    for k in (0, 1):
        *_, alone = Settings(**TINY, seed=5 + k).train(ready)
        for name, array in alone.parameters.named().items():
            np.testing.assert_array_equal(both.parameters.named()[name][k], array, err_msg=name)


def test_once_more_is_on_all_rows_but_those_of_the_test_as_far_as_was_best(calls):
    settings = Settings(**{**TINY, "epochs": 10, "batch": 16}, refit=True)
    ready = ready_for(settings, "number")
    *_, last = settings.train(ready)
    best = last.run.best._replace(step=last.step * 4 // 10)
    again = list(settings.again(ready, replace(last, restored=best)))
    # The rate's cycles end at 1/15, 3/15, 7/15 and the end of the ten epochs: after the fourth at 4.67.
    assert [one.epoch for one in again] == pytest.approx([1, 2, 3, 4, 5])
    told = calls[-1]
    assert told["epochs"] == 10  # its schedules are those of the whole run
    assert (told["rows"], told["validation"], told["rules"]) == (M - len(ready.parts.test), None, [])
    rows = np.sort(np.concatenate([ready.parts.train, ready.parts.validation]))
    by_hand = train(
        settings.network(ready),
        ready.X[rows],
        ready.Y[rows],
        **{name: told[name] for name in told if name not in ("network", "rows")},
    )
    for one, other in zip(again, by_hand, strict=False):
        for name, array in one.parameters.named().items():
            np.testing.assert_array_equal(array, other.parameters.named()[name], err_msg=name)


def test_once_more_with_a_rate_without_cycles_is_as_far_as_was_best():
    settings = Settings(layers=(4,), epochs=10, patience=20, engine="numpy", refit=True)
    ready = ready_for(settings, "number")
    *_, last = settings.train(ready)
    best = last.run.best._replace(step=last.step * 4 // 10)
    again = list(settings.again(ready, replace(last, restored=best)))
    assert again[-1].epoch == pytest.approx(last.step * 4 // 10 / last.step * 10, abs=1)


def test_lbfgs_is_for_the_plain_recipe():
    with pytest.raises(ValueError, match="take recipe='plain', not 'tuned'"):
        Settings(recipe="tuned", optimizer="lbfgs")
    assert Settings(optimizer="lbfgs").named == "plain"


def test_what_rows_set_aside_have_told_stays_with_the_refitted_model():
    settings = Settings(**TINY, refit=True)
    columns = {name: np.tile(column, 3) + RNG.normal(size=3 * M) / 9 for name, column in (("a", A), ("b", B))}
    frame = frame_of({**columns, "y": np.tile(TARGETS["two"], 3)})
    ready = prepare(frame, ["y"], **settings.coding)
    *_, last = settings.train(ready)
    model = ready.model(last)
    assert refitted(model, []) is model
    *_, end = again = list(settings.again(ready, last))
    new = refitted(model, again)
    assert (new.calibrations, new.aside) == (model.calibrations, model.aside)
    assert new.calibrations
    assert new.parameters is end.parameters
    assert any((new.parameters.W[1] != model.parameters.W[1]).ravel())


def timed(monkeypatch, each, begin=0.5):
    """A training whose epochs take so many seconds each, after so many of beginning."""

    def pretended(self, ready, part, aside):
        assert (self.members, self.epochs, self.time) == (1, 3, None)
        return (SimpleNamespace(seconds=begin + each * k) for k in range(3))

    monkeypatch.setattr(Settings, "_train", pretended)


@pytest.mark.parametrize(
    ("time", "refit", "members", "epochs"),
    [
        (1000, False, 8, 256),
        (2.5 + 8 * 256 + 0.5, False, 8, 256),
        (2.5 + 8 * 256 - 0.5, False, 7, 256),
        (2.5 + 8 * 256 + 0.5, True, 4, 256),
        (2.5 + 300, False, 1, 256),
        (2.5 + 100.5, False, 1, 100),
        (0.1, False, 1, 1),
    ],
)
def test_a_budget_is_for_fewer_members_and_then_for_fewer_epochs(time, refit, members, epochs, monkeypatch):
    settings = Settings(time=time, refit=refit)
    ready = ready_for(settings)
    timed(monkeypatch, each=1.0 if time != 1000 else 0.01)
    within = settings.within(ready)
    assert (within.members_for(1), within.recipe_for("classification", 1).epochs) == (members, epochs)
    assert within.time is None
    assert within == replace(settings, time=None, members=members, epochs=epochs)


@hypothesis.settings(deadline=None)
@given(st.floats(0.01, 1e4), st.floats(1e-4, 100), st.integers(1, 9), st.integers(1, 300), st.booleans())
def test_a_budget_is_kept_as_far_as_one_epoch_allows(time, each, members, epochs, refit):
    settings = Settings(time=time, members=members, epochs=epochs, refit=refit)
    with pytest.MonkeyPatch.context() as patch:
        timed(patch, each)
        within = settings.within(READY)
    assert 1 <= within.members <= members
    assert 1 <= within.epochs <= epochs
    spent = 0.5 + 2 * each + (1 + refit) * within.members * within.epochs * each
    assert spent <= time * (1 + 1e-9) or (within.members, within.epochs) == (1, 1)
    if within.members > 1:
        assert within.epochs == epochs  # epochs are taken away from the last member alone


READY = ready_for(Settings())


def test_without_a_budget_nothing_is_tried():
    settings = Settings()
    assert settings.within(ready_for(settings)) is settings


@pytest.mark.parametrize("target", ["two", "number"])
def test_a_category_of_thirty_levels_from_the_table_to_the_file(target, tmp_path):
    """Each level is worth what its row says; one that is new or missing is worth what row 0 says."""
    levels = [f"level {i:02d}" for i in range(30)]
    town = RNG.integers(0, 30, 300)
    worth = np.linspace(-2, 2, 30)[RNG.permutation(30)][town]
    y = worth if target == "number" else [["no", "yes"][int(one > 0)] for one in worth]
    frame = frame_of({"a": RNG.normal(size=300), "town": [levels[k] for k in town], "y": y})
    settings = Settings(layers=(8,), epochs=5, engine="numpy", recipe="tuned", members=1, rate=0.2)
    ready = prepare(frame, ["y"], **settings.coding, dtype=settings.dtype)
    *_, last = settings.train(ready)
    model = ready.model(last)
    (part,) = (part for part in model.network.front.parts if isinstance(part, Levels))
    assert part == Levels(30, 8)

    asked = {"a": [0.3] * 4, "town": [levels[7], "never met", None, "?"]}
    answers = model.answer(asked)
    model.save(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(barreleye.load(tmp_path / "model.safetensors").answer(asked), answers)
    np.testing.assert_array_equal(answers[1], answers[2])
    np.testing.assert_array_equal(answers[1], answers[3])
    assert abs(answers[0] - answers[1]).max() > 1e-4

    E = model.parameters.E[2].copy()
    E[0] = E[8]  # the levels are sorted and counted from 1
    as_level_7 = replace(model, parameters=model.parameters._replace(E={2: E})).answer(asked)
    np.testing.assert_array_equal(as_level_7[1], answers[0])


def test_answers_of_the_tuned_recipe_stay_within_the_numbers_of_training():
    settings = Settings(**{**TINY, "rate": 5.0})
    ready = ready_for(settings, "number")
    *_, last = settings.train(ready)
    answers = ready.model(last).predict({"a": np.linspace(-90, 90, 99), "b": np.zeros(99)})
    own = ready.frame.take(ready.parts.train)["y"].values
    np.testing.assert_allclose([answers.min(), answers.max()], [own.min(), own.max()])  # reached, and not passed


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"recipe": "tuend"}, "recipe='tuend' is unknown"),
        ({"metric": "f1"}, "metric='f1' is unknown"),
        ({"members": 0}, "members=0 must be"),
        ({"time": 0}, "time=0 must be"),
        ({"epochs": 0}, "epochs=0 must be"),
        ({"dropout": 1.0}, "dropout=1.0 must be"),
        ({"patience": -1}, "patience=-1 must be"),
        ({"l2": -0.1}, "l2=-0.1 must be"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_there_is_a_table(told, message):
    with pytest.raises(ValueError, match=message):
        Settings(**told)


@pytest.mark.parametrize("rows_set_aside", [True, False])
def test_networks_with_a_body_in_common_are_trained_on_numpy_too(rows_set_aside):
    settings = Settings(recipe="tabm", epochs=1, engine="numpy")
    ready = ready_for(settings, validate=rows_set_aside)
    *_, last = settings.train(ready)
    assert ready.model(last).answer({"a": A, "b": B}).shape == (M, 2)


@pytest.mark.parametrize(
    ("target", "told", "options", "score"),
    [
        ("number", {}, {"quantiles": (0.05, 0.5, 0.95)}, None),
        ("two", {"recipe": "tuned"}, {}, "log-loss"),
        ("two", {"metric": "accuracy"}, {}, "accuracy"),
    ],
)
def test_the_score_of_rows_set_aside_has_a_name(target, told, options, score):
    settings = Settings(**{"recipe": "plain", **told})
    assert settings.score_of(ready_for(settings, target, **options)) == score
