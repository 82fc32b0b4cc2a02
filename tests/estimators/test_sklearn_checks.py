"""scikit-learn's checks of estimators, over several configurations, with nothing on the list of expected failures.

Some options are not here because the checks contradict them, for scikit-learn's own classes too: early stopping has no
validation part to take from a dozen rows, and other rows in it when a row of weight 2 becomes two, as a network with
dropout and one with batches have other masks and batches then.
"""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from barreleye import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor

SMALL = {"hidden_layer_sizes": (8,), "max_iter": 60, "learning_rate_init": 0.02}
WHOLE = {"early_stopping": False, "batch_size": None, "max_iter": 60}

CONFIGURATIONS = [
    MLPClassifier(),
    MLPClassifier(**SMALL, batch_norm=True, activation="gelu"),
    MLPClassifier((8,), solver="lbfgs", activation="tanh", alpha=0.1, max_iter=30),
    MLPClassifier(**SMALL, class_weight="balanced", solver="rmsprop", init="he_normal"),
    MLPRegressor(),
    MLPRegressor(**SMALL, standardize_target=True, solver="adamw"),
    MLPRegressor(**SMALL, solver="sgd", activation=["mish"], momentum=0.5),
    MLPRegressor(**SMALL, loss="huber", clip_norm=10.0, learning_rate="cosine"),
    TableClassifier(**WHOLE),
    TableClassifier(**WHOLE, class_weight="balanced", batch_norm=True),
    TableRegressor(**WHOLE),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(CONFIGURATIONS)
def test_passes_the_check(estimator, check):
    check(estimator)
