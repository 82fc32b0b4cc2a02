"""Bad input and faults: what each must end in. Data, labels, hyperparameters, numbers; in this order."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError

from barreleye import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.standard_normal((40, 3))
y = np.arange(40) % 2
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0}
ESTIMATORS = pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])


def with_value(value, row=4, column=1):
    changed = X.copy()
    changed[row, column] = value
    return changed


# Data


@ESTIMATORS
@pytest.mark.parametrize(("value", "what"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")])
def test_nan_and_infinity_in_X_name_column_and_first_row(Estimator, value, what):
    bad = with_value(value)
    with pytest.raises(ValueError, match=f"X has {what} in column 1, first in row 4"):
        Estimator(**QUICK).fit(bad, y)
    with pytest.raises(ValueError, match=f"X has {what} in column 'b', first in row 4"):
        Estimator(**QUICK).fit(pd.DataFrame(bad, columns=list("abc")), y)
    model = Estimator(**QUICK).fit(X, y)
    for use in (model.predict, model.trace, lambda X: model.partial_fit(X, y), lambda X: model.gradients(X, y)):
        with pytest.raises(ValueError, match=f"X has {what} in column 1, first in row 4"):
            use(bad)
    with pytest.raises(ValueError, match=f"X has {what} in column 1, first in row 4"):
        model.fit(X, y, X_val=bad, y_val=y)


@ESTIMATORS
def test_nan_in_y(Estimator):
    bad = np.where(np.arange(40) == 3, np.nan, y)
    with pytest.raises(ValueError, match="y has NaN, first in row 3"):
        Estimator(**QUICK).fit(X, bad)


@ESTIMATORS
def test_different_lengths_give_both_sizes(Estimator):
    with pytest.raises(ValueError, match=r"\[40, 39\]"):
        Estimator(**QUICK).fit(X, y[:-1])
    with pytest.raises(ValueError, match=r"\(4,\).*\(40,\)"):
        Estimator(**QUICK).fit(X, y, sample_weight=np.ones(4))
    with pytest.raises(ValueError, match=r"\[40, 7\]"):
        Estimator(**QUICK).fit(X, y, X_val=X, y_val=y[:7])
    with pytest.raises(ValueError, match=r"\[40, 7\]"):
        Estimator(**QUICK).fit(X, y).gradients(X, y[:7])


@ESTIMATORS
def test_one_and_three_dimensions_get_a_hint(Estimator):
    with pytest.raises(ValueError, match=r"(?s)1D array.*reshape\(-1, 1\)"):
        Estimator(**QUICK).fit(X[:, 0], y)
    with pytest.raises(ValueError, match=r"(?s)1D array.*reshape\(1, -1\)"):
        Estimator(**QUICK).fit(X, y).predict(X[0])
    with pytest.raises(ValueError, match="dim 3"):
        Estimator(**QUICK).fit(X[None], y)


@ESTIMATORS
def test_no_rows_and_no_columns(Estimator):
    with pytest.raises(ValueError, match="0 sample"):
        Estimator(**QUICK).fit(X[:0], y[:0])
    with pytest.raises(ValueError, match="0 feature"):
        Estimator(**QUICK).fit(X[:, :0], y)


@ESTIMATORS
def test_a_text_column_is_named(Estimator):
    frame = pd.DataFrame(X, columns=list("abc"))
    frame["b"] = "red"
    with pytest.raises(ValueError, match="text in column 'b', first 'red' in row 0"):
        Estimator(**QUICK).fit(frame, y)
    with pytest.raises(ValueError, match="text in column 1"):
        Estimator(**QUICK).fit(np.array(frame), y)


@ESTIMATORS
def test_complex_numbers(Estimator):
    with pytest.raises(ValueError, match="Complex data not supported"):
        Estimator(**QUICK).fit(X + 1j, y)


@ESTIMATORS
def test_huge_numbers_are_told_to_be_scaled(Estimator):
    with pytest.raises(ValueError, match=r"X reaches 1\.0e\+300 in column 1, first in row 4, .*: standardise"):
        Estimator(**QUICK).fit(with_value(1e300), y)
    with pytest.raises(ValueError, match=r"X reaches 1\.0e\+30 in column 1, first in row 4, .*: standardise"):
        Estimator(**QUICK).fit(with_value(1e30).astype(np.float32), y)


@ESTIMATORS
def test_another_number_of_features_later(Estimator):
    model = Estimator(**QUICK).fit(X, y)
    for use in (model.predict, model.trace, lambda X: model.partial_fit(X, y)):
        with pytest.raises(ValueError, match=r"2 features, but .* is expecting 3"):
            use(X[:, :2])
    with pytest.raises(ValueError, match=r"2 features, but .* is expecting 3"):
        Estimator(**QUICK).fit(X, y, X_val=X[:, :2], y_val=y)


@ESTIMATORS
def test_reordered_and_duplicated_columns(Estimator):
    frame = pd.DataFrame(X, columns=list("abc"))
    model = Estimator(**QUICK).fit(frame, y)
    with pytest.raises(ValueError, match="must be in the same order"):
        model.predict(frame[list("bca")])
    with pytest.raises(ValueError, match="must be in the same order"):
        Estimator(**QUICK).fit(frame, y, X_val=frame[list("bca")], y_val=y)
    frame.columns = ["a", "a", "b"]
    with pytest.raises(Exception, match=r"'a'|duplicate|should match"):
        model.predict(frame)


@ESTIMATORS
@pytest.mark.parametrize("batch_norm", [False, True])
def test_constant_columns_are_safe(Estimator, batch_norm):
    constant = X.copy()
    constant[:, 1] = 7.0
    model = Estimator(**QUICK, batch_norm=batch_norm).fit(constant, y)
    assert all(np.isfinite(p).all() for p in model.coefs_ + model.intercepts_)
    assert np.isfinite(model.predict(constant)).all()


# Labels


def test_one_class_only():
    with pytest.raises(ValueError, match="one class only, 'a'"):
        MLPClassifier(**QUICK).fit(X, ["a"] * 40)
    MLPClassifier(**QUICK).partial_fit(X, ["a"] * 40, classes=["a", "b"])  # more may come


@pytest.mark.parametrize("classes", [["no", "yes"], ["blue", "green", "red"]])
def test_string_labels_round_trip(classes):
    labels = np.array(classes)[np.arange(40) % len(classes)]
    model = MLPClassifier((30,), max_iter=400, learning_rate_init=0.05, random_state=0).fit(X, labels)
    assert model.classes_.tolist() == classes
    assert model.predict(X).dtype == labels.dtype
    assert (model.predict(X) == labels).mean() > 0.9


def test_none_among_labels():
    for bad in (np.array(["a", None] * 20, dtype=object), pd.Series(["a", None] * 20, dtype=object)):
        with pytest.raises(ValueError, match="y has None, first in row 1"):
            MLPClassifier(**QUICK).fit(X, bad)


def test_continuous_y_for_a_classifier():
    with pytest.raises(ValueError, match="continuous"):
        MLPClassifier(**QUICK).fit(X, X[:, 0])


@ESTIMATORS
def test_column_vector_y_warns(Estimator):
    with pytest.warns(DataConversionWarning, match="column-vector y"):
        model = Estimator(**QUICK).fit(X, y.reshape(-1, 1))
    assert model.predict(X).shape == (40,)


def test_a_class_that_the_validation_part_lacks():
    """A part of ours has every class; a class of one row cannot be split; an own part may lack one, but not add one."""
    labels = np.r_[np.zeros(30), np.ones(5), np.full(5, 2)].astype(int)
    seen = []

    def scorer(estimator, X, y):
        seen.append(set(y.tolist()))
        return 0.0

    MLPClassifier(**QUICK, early_stopping=True, validation_fraction=0.2, scoring=scorer).fit(X, labels)
    assert all(classes == {0, 1, 2} for classes in seen)
    with pytest.raises(ValueError, match=r"only 1 member.*\[2\]"):
        MLPClassifier(**QUICK, early_stopping=True).fit(X, np.r_[y[:39], 2])
    own = MLPClassifier(**QUICK, early_stopping=True)
    own.fit(X, y, X_val=X[::2], y_val=y[::2])
    with pytest.raises(ValueError, match=r"y holds 2, which is not among the classes 0, 1"):
        own.fit(X, y, X_val=X, y_val=y + 1)
    with pytest.raises(NotFittedError):  # a fit that failed leaves nothing to predict with
        own.predict(X)
    with pytest.raises(ValueError, match=r"y holds 2, which is not among the classes 0, 1"):
        own.fit(X, y, X_val=X, y_val=y).gradients(X, y + 1)


# Hyperparameters


@ESTIMATORS
@pytest.mark.parametrize("rate", [0, -1.0, np.nan, np.inf, "fast"])
def test_learning_rate_gives_name_range_and_value(Estimator, rate):
    with pytest.raises(ValueError, match=rf"'learning_rate_init'.* float in the range \(0.0, inf\). Got {rate!r}"):
        Estimator(**QUICK, learning_rate_init=rate).fit(X, y)


@ESTIMATORS
@pytest.mark.parametrize("sizes", [(0,), (3.5,), (4, -1), 0, 3.5, (True,)])
def test_layer_sizes(Estimator, sizes):
    with pytest.raises(ValueError, match=r"hidden_layer_sizes"):
        Estimator(hidden_layer_sizes=sizes).fit(X, y)


@pytest.mark.parametrize(
    ("parameter", "valid"),
    {
        "activation": "mish",
        "solver": "adamw",
        "init": "he_normal",
        "learning_rate": "cosine",
        "engine": "xla",
        "device": "gpu",
        "class_weight": "balanced",
    }.items(),
)
def test_unknown_names_list_the_valid_ones(parameter, valid):
    with pytest.raises(ValueError, match=rf"(?s){parameter}.*{valid}"):
        MLPClassifier(**QUICK, **{parameter: "nope"}).fit(X, y)
    with pytest.raises(ValueError, match="loss='nope' is unknown; choose one of: squared_error, poisson"):
        MLPRegressor("nope", **QUICK).fit(X, y)


@ESTIMATORS
def test_batch_size(Estimator):
    with pytest.raises(ValueError, match=r"'batch_size'.*Got 0"):
        Estimator(**QUICK, batch_size=0).fit(X, y)
    with pytest.warns(UserWarning, match="larger than sample size"):
        Estimator(**QUICK, batch_size=41).fit(X, y)


@ESTIMATORS
@pytest.mark.parametrize("init", ["auto", "he_normal"])
def test_layers_too_large_for_the_memory_are_refused_with_their_size(Estimator, init):
    with pytest.raises(MemoryError, match=r"7,450\.6 GiB \(1,000,000 x 1,000,000 in layer 2\)"):
        Estimator(hidden_layer_sizes=(10**6, 10**6), init=init).fit(X, y)


def test_dropout_batch_norm_and_clip_norm():
    for settings in ({"dropout": 1.0}, {"dropout": [0.1, 0.1]}, {"batch_norm": "yes"}, {"clip_norm": 0}):
        with pytest.raises(ValueError, match=r"dropout|keep_prob|batch_norm|clip_norm"):
            MLPClassifier(**QUICK, **settings).fit(X, y)


# Numbers


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_ten_thousand_stay_finite(dtype):
    for labels in (y, np.arange(40) % 3, np.stack([y, 1 - y], axis=1)):
        model = MLPClassifier(**QUICK).fit(X.astype(dtype), labels)
        model.coefs_[1] *= dtype(1e5)
        Z = model.trace(X.astype(dtype)).Z[2]
        assert np.abs(Z).max() > 1e4
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            P = model.predict_proba(X.astype(dtype))
            gradients = model.gradients(X.astype(dtype), labels)
        assert P.dtype == dtype
        assert np.isfinite(P).all()
        assert np.isfinite(gradients.dW[1]).all()
        more = model.partial_fit(X.astype(dtype), labels)
        assert np.isfinite(more.loss_)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_divergence_names_layer_quantity_and_step_and_suggests_a_rate(engine):
    settings = {
        "activation": "identity",
        "solver": "sgd",
        "learning_rate_init": 50.0,
        "engine": engine,
        "max_iter": 400,
    }
    model = MLPRegressor(hidden_layer_sizes=(4,), random_state=0, **settings)
    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(X, 100.0 * y)
    message = str(caught[0].message)
    assert "diverged at step" in message
    assert re.search(r"(layer \d|the cost J).* is not finite", message)
    assert all(np.isfinite(p).all() for p in model.coefs_ + model.intercepts_)
    rate = float(message.split("learning_rate_init=")[1].split(" ")[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        again = model.set_params(learning_rate_init=rate).fit(X, 100.0 * y)
    assert np.isfinite(again.loss_curve_).all()


@ESTIMATORS
@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_same_seed_is_bit_identical(Estimator, engine):
    settings = {**QUICK, "dropout": 0.2, "early_stopping": True, "batch_size": 7, "engine": engine}
    one, two = (Estimator(**settings).fit(X, y) for _ in range(2))
    other = Estimator(**{**settings, "random_state": 1}).fit(X, y)
    for a, b, c in zip(one.coefs_, two.coefs_, other.coefs_, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)
