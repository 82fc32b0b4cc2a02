"""MLPRegressor: scikit-learn's multilayer perceptron regressor, and what its users asked for."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from ..nn.arrays import Array
from ..nn.heads import Head
from .answering import AnsweringRegressor
from .base import BaseMLP
from .callbacks import with_callbacks
from .options import takes
from .outputs import REGRESSOR_LINKS, head_for_numbers, refuse_out_of_range
from .rows import refuse_odd_targets


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

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit to rows X (m, n_features) and targets y (m,) or (m, n_outputs).

        X_val, y_val    rows to watch instead of a part of X: they need early_stopping=True to stop the fit. In a
                        Pipeline, transform_input=["X_val"] has the steps before transform them too
        """
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

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

    def _encode(self, y: Any, first: bool, classes: Any = None, sample_weight: Any = None) -> None:
        if not first and bool(self.standardize_target) != self._standardized:
            raise ValueError(
                f"standardize_target={self.standardize_target}, but the fit to go on from had {self._standardized}: "
                "set it back, or fit anew with warm_start=False"
            )
        if first:
            y = np.asarray(y, np.float64)
            self._standardized: bool = bool(self.standardize_target)
            self._labels = 1 if y.ndim == 1 else y.shape[1]
            self._one_column = y.ndim == 1
            self._y_mean, self._y_scale = np.zeros(self._labels), np.ones(self._labels)
            if self._standardized:
                mean = np.average(y, axis=0, weights=sample_weight)
                deviation = np.sqrt(np.average((y - mean) ** 2, axis=0, weights=sample_weight))
                self._y_mean = np.atleast_1d(mean)
                self._y_scale = np.atleast_1d(np.where(deviation > 0, deviation, 1.0))

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        X, y = super()._checked(X, y, reset)
        refuse_odd_targets(self, y, X.dtype)
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _targets(self, y: Any, dtype: Any) -> Array:
        Y = np.asarray(y, np.float64).reshape(len(y), -1)
        Y = ((Y - self._y_mean) / self._y_scale).astype(dtype)
        refuse_out_of_range(Y, self._network.head, self.loss, self.output_activation)
        return Y

    def _answer(self, Y_hat: Array) -> Any:
        if self._standardized:
            Y_hat = Y_hat * self._y_scale.astype(Y_hat.dtype) + self._y_mean.astype(Y_hat.dtype)
        return Y_hat.ravel() if self._one_column else Y_hat

    def _spread(self, Y_hats: list[Array]) -> Array:
        deviation = np.std(Y_hats, axis=0)
        if self._standardized:
            deviation = deviation * self._y_scale.astype(deviation.dtype)
        return deviation.ravel() if self._one_column else deviation

    def _as_answering(self, Y_hat: Array) -> Any:
        return AnsweringRegressor(self, Y_hat)

    @property
    def _head(self) -> Head:
        return head_for_numbers(self.output_activation, self.loss, bool(self.standardize_target))

    @property
    def _n_outputs(self) -> int:
        return self._labels
