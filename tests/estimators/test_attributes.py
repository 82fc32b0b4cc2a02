"""The attributes are the numbers: what is set by hand predicts, is saved, is pickled and is gone on from."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.datasets import load_iris

from barreleye.estimators import MLPClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, y = load_iris(return_X_y=True)
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0, "engine": "numpy", "batch_norm": True}


def through_file(model, tmp_path):
    model.save(tmp_path / "model")
    return type(model).load(tmp_path / "model")


COPIES = {
    "file": through_file,
    "pickle": lambda model, _: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, _: copy.deepcopy(model),
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("settings", [{}, {"n_members": 2}, {"solver": "lbfgs"}], ids=["one", "two", "lbfgs"])
def test_what_was_set_by_hand_is_there_afterwards(way, settings, tmp_path):
    model = MLPClassifier(**QUICK, **settings).fit(X, y)
    model.coefs_[0][..., 0, 0] = 7.0
    model.coefs_[1] = np.round(model.coefs_[1])
    model.intercepts_[1] = np.zeros_like(model.intercepts_[1]).tolist()
    model.batch_norm_means_[0] += 0.5
    there = COPIES[way](model, tmp_path)
    np.testing.assert_array_equal(there.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(there.coefs_[0], model.coefs_[0])


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("go_on", ["fit", "partial_fit"])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_training_goes_on_from_what_was_set_by_hand_with_the_optimizers_memory(way, go_on, solver, tmp_path):
    """Steps of rate 1e-12 leave the weights where they were put."""
    model = MLPClassifier(**QUICK, solver=solver, warm_start=True).fit(X, y)
    t = model._memory.t
    model.coefs_[1] = np.arange(12.0).reshape(4, 3)
    model.set_params(learning_rate_init=1e-12)
    model = COPIES[way](model, tmp_path)
    getattr(model, go_on)(X, y)
    np.testing.assert_allclose(model.coefs_[1], np.arange(12.0).reshape(4, 3), atol=1e-9)
    assert model._memory.t == t + (2 if go_on == "fit" else 1)


@pytest.mark.parametrize("name", ["coefs_", "intercepts_", "batch_norm_scales_", "batch_norm_variances_"])
@pytest.mark.parametrize("use", ["predict", "save", "partial_fit"])
def test_arrays_of_another_shape_are_named(name, use, tmp_path):
    model = MLPClassifier(**QUICK).fit(X, y)
    getattr(model, name)[0] = np.ones((5, 2))
    with pytest.raises(ValueError, match=rf"{name}\[0\] has shape \(5, 2\) where \(.*\) is expected"):
        {"predict": model.predict, "save": lambda X: model.save(tmp_path / "m")}.get(
            use, lambda X: model.partial_fit(X, y)
        )(X)


def test_whole_numbers_are_numbers():
    model = MLPClassifier(**QUICK | {"batch_norm": False}).fit(X, y)
    whole = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    model.coefs_[1] = whole
    answer = model.predict_proba(X)
    model.coefs_[1] = np.array(whole, float)
    np.testing.assert_array_equal(answer, model.predict_proba(X))
