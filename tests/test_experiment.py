"""An experiment's parts are disjoint and honest, and its answers are in the user's own units."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from barreleye.datasets import load_dataset
from barreleye.experiment import baselines, prepare
from barreleye.nn.structure import Network
from barreleye.training.loop import train


@pytest.mark.parametrize("validate", [True, False])
def test_parts_share_no_row_and_cover_all(validate):
    wine = load_dataset("wine")
    parts = prepare(wine.X, wine.y, "classification", validate=validate).parts
    assert sorted(np.concatenate(parts).tolist()) == list(range(178))
    assert (len(parts.validation) > 0) == validate


def test_classes_keep_their_proportions_in_every_part():
    y = np.array(["rare"] * 20 + ["common"] * 180)
    parts = prepare(np.random.default_rng(0).normal(size=(200, 2)), y, "classification").parts
    for part in parts:
        assert abs((y[part] == "rare").mean() - 0.1) < 0.02


def test_standardisation_has_seen_the_training_rows_only():
    diabetes = load_dataset("diabetes")
    experiment = prepare(diabetes.X, diabetes.y, "regression")
    train_rows = diabetes.X[experiment.parts.train]
    test_rows = diabetes.X[experiment.parts.test]
    expected = StandardScaler().fit(train_rows).transform(test_rows)
    np.testing.assert_allclose(experiment.data(experiment.parts.test)[0], expected, rtol=1e-12, atol=1e-12)
    assert abs(experiment.data(experiment.parts.train)[1].mean()) < 1e-12


def test_a_linear_network_answers_in_the_target_s_own_units():
    diabetes = load_dataset("diabetes")
    experiment = prepare(diabetes.X, diabetes.y, "regression", validate=False)
    network = Network((10, 1), head="identity")
    rows = experiment.parts.train
    *_, last = train(network, *experiment.data(rows), optimizer="lbfgs", steps=200, engine="numpy")
    answer = experiment.trained(last).answer(diabetes.X)
    expected = LinearRegression().fit(diabetes.X[rows], diabetes.y[rows]).predict(diabetes.X)
    np.testing.assert_allclose(answer[:, 0], expected, rtol=1e-3)
    test = experiment.parts.test
    assert experiment.score(answer[test], test) == pytest.approx(baselines(experiment)["linear regression"], abs=1e-3)


def test_a_perfect_answer_scores_one_and_text_labels_are_compared_as_text():
    y = np.array(["b", "a"] * 20)
    experiment = prepare(np.arange(80.0).reshape(40, 2), y, "classification")
    test = experiment.parts.test
    assert experiment.classes == ("a", "b")
    assert experiment.score((y[test] == "b").astype(float).reshape(-1, 1), test) == 1.0
    assert experiment.score((y[test] == "a").astype(float).reshape(-1, 1), test) == 0.0


def test_float32_stays_float32():
    iris = load_dataset("iris")
    experiment = prepare(iris.X, iris.y, "classification", dtype="float32")
    X, Y = experiment.data(experiment.parts.train)
    assert X.dtype == Y.dtype == np.float32


def test_a_missing_value_is_named_by_its_column():
    X = np.zeros((10, 2))
    X[4, 1] = np.nan
    with pytest.raises(ValueError, match="NaN in column 'height', first in row 4"):
        prepare(X, np.arange(10), "regression", feature_names=("width", "height"))


def test_whole_number_classes_are_integers_from_the_labels_to_the_score():
    experiment = prepare(np.arange(40.0).reshape(20, 2), np.array([1.0, 2.0] * 10), "classification")
    test = experiment.parts.test
    assert str(experiment.classes) == "(1, 2)"
    assert experiment.y.dtype.kind == "i"
    assert experiment.score((experiment.y[test] == 2).astype(float).reshape(-1, 1), test) == 1.0
    with pytest.raises(ValueError, match="class '3' has a single row left"):
        prepare(np.zeros((5, 1)), np.array([1.0, 1.0, 2.0, 2.0, 3.0]), "classification")


def test_an_identifier_is_no_class():
    with pytest.raises(ValueError, match="'name' holds 20 distinct texts in 20 rows"):
        prepare(np.zeros((20, 1)), np.array([f"s{i}" for i in range(20)]), "classification", target_name="name")


@pytest.mark.parametrize(("m", "part"), [(7, "test"), (9, "validation")])
def test_too_few_rows_for_r2_are_refused(m, part):
    with pytest.raises(ValueError, match=f"{m} rows are too few for regression: the {part} part would have 1"):
        prepare(np.zeros((m, 1)), np.arange(m), "regression")
    assert len(prepare(np.zeros((10, 1)), np.arange(10), "regression").parts.validation) == 2
    assert len(prepare(np.zeros((9, 1)), np.arange(9), "regression", validate=False).parts.test) == 2


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("validate", [True, False])
def test_of_a_full_truth_table_nothing_is_held_out(task, validate):
    table = load_dataset("parity", bits=3)
    experiment = prepare(table.X, table.y, task, validate=validate)
    assert [len(part) for part in experiment.parts] == [8, 0, 0]
    assert experiment.judged.tolist() == list(range(8))
    assert set(baselines(experiment).values()) <= {0.5, 0.0}
    again = prepare(np.tile(table.X, (3, 1)), np.tile(table.y, 3), task)
    assert len(again.parts.test) > 0, "rows that come again can be held out"
