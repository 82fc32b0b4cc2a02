"""scikit-learn's callbacks hear of every epoch, may judge the model as it is, and may call the fit off."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss

from barreleye.estimators import MLPClassifier, MLPRegressor

callback = pytest.importorskip("sklearn.callback", reason="this scikit-learn has no callbacks yet")
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, y = load_iris(return_X_y=True)


class Listener:
    """Records what it hears; asks to stop after epoch ``stop``."""

    def __init__(self, stop=None):
        self.stop, self.heard, self.scores = stop, [], []

    def setup(self, estimator, context):
        self.heard.append("setup")

    def teardown(self, estimator, context):
        self.heard.append("teardown")

    def on_fit_task_begin(self, estimator, context, **_):
        self.heard.append(("begin", context.task_name))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None):
        self.heard.append(("end", context.task_name))
        if context.task_name == "epoch":
            self.scores.append(fitted_estimator.score(X, y))
            return context.task_id == self.stop
        return False


def test_every_epoch_is_heard_between_the_ends_of_the_fit():
    listener = Listener()
    MLPClassifier((4,), max_iter=3, random_state=0).set_callbacks(listener).fit(X, y)
    epoch = [("begin", "epoch"), ("end", "epoch")]
    assert listener.heard == ["setup", ("begin", "fit"), *epoch * 3, ("end", "fit"), "teardown"]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_the_model_they_are_shown_is_the_model_of_that_epoch(kind):
    listener = Listener()
    options = {"hidden_layer_sizes": (4,), "random_state": 0, "learning_rate_init": 0.01}
    model = kind(**options, max_iter=4).set_callbacks(listener).fit(X, y)
    shorter = kind(**options, max_iter=2).fit(X, y)
    assert listener.scores[1] == shorter.score(X, y)
    assert listener.scores[3] == model.score(X, y)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_callback_can_call_the_fit_off(early_stopping):
    options = {"hidden_layer_sizes": (4,), "random_state": 0, "early_stopping": early_stopping}
    model = MLPClassifier(**options, max_iter=50).set_callbacks(Listener(stop=2)).fit(X, y)
    assert model.n_iter_ == 3
    whole = MLPClassifier(**options, max_iter=3).fit(X, y)
    for mine, theirs in zip(model.coefs_, whole.coefs_, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_scikit_learn_s_own_monitor_works():
    monitor = callback.ScoringMonitor(scoring="accuracy")
    MLPClassifier((4,), max_iter=3, random_state=0).set_callbacks(monitor).fit(X, y)
    assert monitor.get_logs() is not None


def test_a_fit_without_callbacks_is_the_same_fit():
    plain = MLPClassifier((4,), max_iter=3, random_state=0).fit(X, y)
    heard = MLPClassifier((4,), max_iter=3, random_state=0).set_callbacks(Listener()).fit(X, y)
    np.testing.assert_array_equal(plain.coefs_[0], heard.coefs_[0])


def test_each_partial_fit_is_a_fit_of_one_epoch():
    listener = Listener()
    model = MLPClassifier((4,), random_state=0).set_callbacks(listener)
    model.partial_fit(X, y, classes=[0, 1, 2])
    once = ["setup", ("begin", "fit"), ("begin", "epoch"), ("end", "epoch"), ("end", "fit"), "teardown"]
    assert listener.heard == once
    model.partial_fit(X, y)
    assert listener.heard == once * 2
    assert listener.scores[-1] == model.score(X, y)


def test_lbfgs_is_one_task_without_epochs():
    listener = Listener()
    MLPClassifier((4,), solver="lbfgs", max_iter=5, random_state=0).set_callbacks(listener).fit(X, y)
    assert listener.heard == ["setup", ("begin", "fit"), ("end", "fit"), "teardown"]


def test_several_members_are_one_fit_and_the_ensemble_is_shown():
    listener = Listener()
    model = MLPClassifier((4,), n_members=3, max_iter=2, random_state=0).set_callbacks(listener).fit(X, y)
    assert listener.heard.count(("end", "epoch")) == 2
    assert listener.scores[-1] == model.score(X, y)


class Keeper(Listener):
    """Keeps the model of each epoch, and stops once the validation score has fallen."""

    def __init__(self):
        super().__init__()
        self.kept = []

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None, **_):
        if context.task_name != "epoch":
            return False
        self.kept.append(fitted_estimator)
        scores = fitted_estimator.validation_scores_ or [0.0]
        return scores[-1] < max(scores)


def test_the_models_of_earlier_epochs_stay_as_they_were():
    keeper = Keeper()
    model = MLPClassifier((4,), max_iter=3, random_state=0).set_callbacks(keeper).fit(X, y)
    assert [len(one.loss_curve_) for one in keeper.kept] == [1, 2, 3]
    assert [one.loss_ for one in keeper.kept] == model.loss_curve_


def test_a_fit_that_is_called_off_keeps_the_best_of_early_stopping():
    options = {"learning_rate_init": 0.2, "early_stopping": True, "scoring": "neg_log_loss", "random_state": 0}
    model = MLPClassifier((8,), max_iter=200, **options).set_callbacks(Keeper())
    model.fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    assert model.n_iter_ < 200
    assert model.validation_scores_[-1] < max(model.validation_scores_) == model.best_validation_score_
    judged = -log_loss(y[1::2], model.predict_proba(X[1::2]))
    assert judged == pytest.approx(model.best_validation_score_)
