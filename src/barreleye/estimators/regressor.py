"""MLPRegressor: scikit-learn's multilayer perceptron regressor, and what its users asked for."""

from dataclasses import dataclass, field
from typing import Any, Self

from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if

from ..nn.arrays import Array
from ..nn.heads import Head
from ..words import catalogue
from .base import BaseMLP
from .callbacks import with_callbacks
from .options import takes
from .outputs import REGRESSOR_LINKS, head_for_numbers
from .rows import refuse_odd_targets
from .targets import Numbers

SAY = catalogue("estimators")


@dataclass(eq=False, repr=False)
class Loss:
    """A regressor's first parameter: fields of the last base come first."""

    loss: Any = field(default="squared_error", metadata=takes(str, Head))


@dataclass(eq=False, repr=False, kw_only=True)
class MLPRegressor(RegressorMixin, BaseMLP, Loss):
    """A fully connected network for regression, by scikit-learn's names, defaults and conventions.

    Every parameter, method and attribute of ``sklearn.neural_network.MLPRegressor`` is here with the same meaning. What
    is new is as in ``MLPClassifier``, and

    output_activation     "auto": the identity, or exp for loss="poisson"; "relu", "softplus", "exp", "logistic" or
                          "tanh", whose range the answer keeps to; the loss is that of the answer
    loss                  also "absolute_error", "huber", "quantile" (the median), or a Head such as QuantileHead(0.9)
    standardize_target    train on (y - mean) / deviation of each output; predictions are in y's own units. For targets
                          far from 1, such as prices

    >>> import numpy as np
    >>> X = np.linspace(-1, 1, 50).reshape(-1, 1)
    >>> y = np.sin(3 * X[:, 0])
    >>> model = MLPRegressor(hidden_layer_sizes=(8,), activation="tanh", solver="lbfgs", random_state=0)
    >>> model.fit(X, y).score(X, y) > 0.99
    True
    """

    output_activation: str = field(default="auto", metadata=takes(StrOptions({"auto", *REGRESSOR_LINKS})))
    standardize_target: bool = field(default=False, metadata=takes("boolean"))

    @available_if(lambda self: self._check_stochastic())
    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """One more pass over rows X."""
        return self._fit(X, y, sample_weight, incremental=True, validation=(X_val, y_val, sample_weight_val))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R2, the share of y's variance that the answers explain."""
        refuse_odd_targets(self, y)
        return float(super().score(X, y, sample_weight))

    def _learn(self, y: Any, before: Numbers | None, classes: Any, sample_weight: Any) -> tuple[Numbers, Head]:
        standardize, loss, link = bool(self.standardize_target), self.loss, self.output_activation
        if before is not None and standardize != bool(before.scale.size):
            raise ValueError(SAY["error.standardized"].filled(it=self, standardize=not standardize))
        numbers = Numbers.of(y, standardize, sample_weight) if before is None else before
        head = head_for_numbers(link, loss, standardize)
        return numbers.behind(head, f"loss={loss!r}" if link == "auto" else f"output_activation={link!r}"), head

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        X, y = super()._checked(X, y, reset)
        refuse_odd_targets(self, y, X.dtype)
        return X, y
