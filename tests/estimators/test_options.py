"""Constructors are made of fields: each says what it takes, and no parameter is written twice."""

import inspect
from dataclasses import dataclass, field, fields

import pytest
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from barreleye import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor
from barreleye.estimators.options import takes

ESTIMATORS = [MLPClassifier, MLPRegressor, TableClassifier, TableRegressor]
X, Y = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_each_parameter_says_what_it_takes_and_takes_its_default(Estimator):
    model = Estimator()
    names = {one.name for one in fields(Estimator)}
    assert set(inspect.signature(Estimator).parameters) == names == set(model.get_params())
    assert set(model._parameter_constraints) == names
    model._validate_params()
    assert repr(model) == f"{Estimator.__name__}()"
    assert model != clone(model)  # estimators are themselves, as scikit-learn's are: no field is compared


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_what_a_field_does_not_take_is_refused_by_name(Estimator):
    for name in {one.name for one in fields(Estimator)} - {"loss", "activation", "hidden_layer_sizes", "class_weight"}:
        with pytest.raises(InvalidParameterError, match=f"{name}"):
            Estimator(**{name: object()})._validate_params()


def test_a_subclass_may_add_parameters_and_may_have_fewer():
    @dataclass(eq=False, repr=False, kw_only=True)
    class Wider(MLPClassifier):
        depth: int = field(default=2, metadata=takes(int))

    class Narrower(MLPClassifier):
        def __init__(self, alpha=0.1):
            self.alpha = alpha

    assert clone(Wider(depth=3, alpha=0.5)).get_params().items() >= {"depth": 3, "alpha": 0.5}.items()
    with pytest.raises(InvalidParameterError, match="'depth' parameter of Wider"):
        Wider(depth="deep").fit(X, Y)
    narrow = Narrower(0.5).set_params(alpha=0.25)
    assert narrow.get_params() == {"alpha": 0.25}
    narrow._validate_params()
    assert (narrow.solver, narrow.max_iter) == ("adam", 200)
