"""What an estimator says of arguments that cannot be meant: it names them as its user does, and what to pass."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from barreleye import MLPClassifier, MLPRegressor
from barreleye.nn.activations import Mish
from barreleye.training.lbfgs import LBFGS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = load_iris(return_X_y=True)
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0, "engine": "numpy"}
WATCHED = {**QUICK, "early_stopping": True}


def parameter(settings, message, labels=y):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**{**QUICK, **settings}).fit(X, labels)


# standardize_target


def test_a_changed_standardize_target_leaves_a_fit_as_it_is(tmp_path):
    model = MLPRegressor(**QUICK, standardize_target=True, warm_start=True).fit(X, 100.0 + X[:, 0])
    before = model.predict(X)
    np.testing.assert_array_equal(model.set_params(standardize_target=False).predict(X), before)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(MLPRegressor.load(tmp_path / "model").predict(X), before)
    for go_on in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match="standardize_target=False, but the fit to go on from had True"):
            go_on(X, X[:, 0])


@pytest.mark.parametrize("standardized", [True, False])
def test_huge_targets_are_told_to_be_divided(standardized):
    model = MLPRegressor(**QUICK, standardize_target=standardized)
    with pytest.raises(ValueError, match=r"y reaches 5\.1e\+200, first in row 0, too large to square in float64"):
        model.fit(X, X[:, 0] * 1e200)
    with pytest.raises(ValueError, match="too large to square in float32"):
        model.fit(X.astype(np.float32), X[:, 0] * 1e20)


def test_poisson_takes_no_standardised_targets():
    with pytest.raises(ValueError, match="would move the counts that loss='poisson' takes"):
        MLPRegressor("poisson", **QUICK, standardize_target=True).fit(X, y)


def test_targets_that_an_output_cannot_answer():
    with pytest.raises(ValueError, match="y holds -1, but loss='poisson' takes 0 or above"):
        MLPRegressor("poisson", **QUICK).fit(X, y - 1)
    with pytest.raises(ValueError, match="y holds 2, but output_activation='tanh' takes -1 to 1"):
        MLPRegressor(**QUICK, output_activation="tanh").fit(X, y)


# Classes


def test_partial_fit_is_told_the_classes_of_several_columns():
    labels = np.c_[y, y // 2]
    model = MLPClassifier((8,), random_state=0, learning_rate_init=0.05, engine="numpy")
    model.partial_fit(X[:100], labels[:100], classes=[[0, 1, 2], [0, 1]])  # without the last class of either column
    for _ in range(150):
        model.partial_fit(X, labels)
    assert [part.shape for part in model.predict_proba(X)] == [(150, 3), (150, 2)]
    assert model.score(X, labels) > 0.9
    model.partial_fit(X, labels, classes=[[0, 1, 2], [0, 1]])
    with pytest.raises(ValueError, match="not the same as on last call to partial_fit"):
        model.partial_fit(X, labels, classes=[[0, 1], [0, 1]])
    with pytest.raises(ValueError, match=r"y has 1 column\(s\) where that of the fit had 2"):
        model.partial_fit(X, y)


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        (np.c_[y, y // 2], [0, 1, 2], r"y of 2 column\(s\): pass one list of classes for each"),
        (np.c_[y, y // 2], [[0, 1, 2]], r"y of 2 column\(s\): pass one list of classes for each"),
        (np.c_[y == 0, y == 1, y == 2].astype(int), [0, 1], r"pass for its labels, classes=range\(3\)"),
        (y, [[0, 1, 2]], r"pass one list of its classes"),
        (y, [0], "classes holds one class only, '0'"),
        (np.c_[y, y // 2], [[0, 1, 2], [5]], r"classes\[1\] holds one class only, '5'"),
    ],
)
def test_classes_that_do_not_fit_y(labels, classes, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**QUICK).partial_fit(X, labels, classes=classes)


def test_several_labels_stay_yes_or_no():
    labels = np.c_[y == 0, y == 1].astype(int)
    model = MLPClassifier(**QUICK).fit(X, labels)
    with pytest.raises(ValueError, match="y holds 2, but the columns of the fit say yes or no"):
        model.partial_fit(X, 2 * labels)
    with pytest.raises(ValueError, match=r"y has 3 column\(s\) where that of the fit had 2"):
        model.partial_fit(X, np.c_[labels, labels[:, 0]])


def test_two_columns_of_0_and_2_are_two_columns_of_classes():
    labels = 2 * np.c_[y == 0, y == 2].astype(int)
    model = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, labels)
    assert [classes.tolist() for classes in model.classes_] == [[0, 2], [0, 2]]
    assert model.score(X, labels) > 0.9


def test_balanced_weights_need_all_rows():
    model = MLPClassifier(**QUICK, class_weight="balanced")
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError) as caught:
        model.partial_fit(X, y, classes=[0, 1, 2])
    assert "compute_class_weight" in str(caught.value.__cause__)
    MLPClassifier(**QUICK, class_weight={0: 2.0, 1: 1, 2: 0.5}).partial_fit(X, y, classes=[0, 1, 2])


@pytest.mark.parametrize("weight", [-1, np.nan, np.inf, "a", None])
def test_a_class_weight_is_a_number(weight):
    parameter({"class_weight": {0: weight, 1: 1, 2: 1}}, f"the weight of class 0 is {weight!r}")


def test_class_weights_are_by_class():
    parameter({"class_weight": [1, 2]}, r"is a list, and y has 1 column\(s\): pass \{class: weight\}")
    parameter({"class_weight": [1, 2]}, r"y has 2 column\(s\): pass one \{class: weight\} for each", np.c_[y, y // 2])


# Validation


@pytest.mark.parametrize(
    ("scoring", "weights", "error", "message"),
    [
        (
            lambda e, X, y: e.coefs_[0].sum(),
            None,
            AttributeError,
            "'coefs_': while a fit runs, a scorer has the answers",
        ),
        (lambda e, X, y: 0.5, np.ones(150), TypeError, "takes no sample_weight, and the rows to watch have weights"),
        (lambda e, X, y: "good", None, ValueError, "gave 'good' for the rows to watch, not a number"),
        (lambda e, X, y: float("nan"), None, ValueError, "gave nan for the rows to watch"),
    ],
)
def test_scorers_that_cannot_be_watched(scoring, weights, error, message):
    with pytest.raises(error, match=message):
        MLPClassifier(**WATCHED, scoring=scoring).fit(X, y, sample_weight=weights)


def test_errors_about_the_rows_to_watch_say_so():
    with pytest.raises(ValueError, match="in X_val and y_val: X has 3 features"):
        MLPClassifier(**WATCHED).fit(X, y, X_val=X[:, :3], y_val=y)
    with pytest.raises(ValueError, match="in X_val and y_val: y holds 3"):
        MLPClassifier(**WATCHED).fit(X, y, X_val=X, y_val=y + 1)


def test_too_few_rows_to_set_some_aside():
    with pytest.raises(ValueError, match=r"validation_fraction=0\.1 of 9 rows .*pass X_val and y_val"):
        MLPClassifier(**WATCHED).fit(X[::17], y[::17])
    with pytest.raises(ValueError, match=r"validation_fraction=0\.1 of 22 rows .* too small for 3 classes"):
        MLPClassifier(**WATCHED).fit(X[::7], y[::7])
    with pytest.raises(ValueError, match="no row is left to train on"):
        MLPRegressor(**WATCHED, validation_fraction=0.99).fit(X[:10], y[:10])


# Parameters


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dropout": [0.2, 0.3]}, r"dropout=\[0\.2, 0\.3\] has 2 value\(s\), and hidden_layer_sizes=\(4,\) 1 layer"),
        ({"activation": ["relu", "tanh"]}, r"activation=\['relu', 'tanh'\] has 2 value\(s\)"),
        ({"batch_norm": [True, False]}, r"batch_norm=\[True, False\] has 2 value\(s\)"),
        ({"activation": [3]}, r"activation=\[3\] holds 3: name an activation for each layer"),
        ({"activation": Mish}, r"activation=Mish is a class: pass an instance, Mish\(\)"),
        ({"solver": LBFGS()}, "pass solver='lbfgs'"),
        ({"n_members": True}, "n_members=True is no number of networks"),
    ],
)
def test_parameters_are_named_as_the_estimator_names_them(settings, message):
    parameter(settings, message)


@pytest.mark.parametrize("member", ["a", 1.5, True, -1, 1])
def test_a_member_is_a_number_that_is_there(member):
    model = MLPClassifier(**QUICK).fit(X, y)
    with pytest.raises(ValueError, match=f"member={member!r} is not there: the fit has 1"):
        model.trace(X, member=member)
    with pytest.raises(ValueError, match=f"member={member!r} is not there"):
        model.gradients(X, y, member=member)


def test_weights_of_gradients_are_those_of_fit():
    model = MLPClassifier(**QUICK, alpha=0).fit(X, y)
    np.testing.assert_allclose(model.gradients(X, y, 2.0).dW[1], model.gradients(X, y).dW[1])
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        model.gradients(X, y, -np.ones(150))
    with pytest.raises(ValueError, match="contains NaN"):
        model.gradients(X, y, np.full(150, np.nan))
