"""What MLPClassifier and MLPRegressor share: fit, partial_fit, warm starts, prediction, tracing, saving.

scikit-learn's rows are (m, n_x) and its weights (n_in, n_out); the library's are the transposes, which cost nothing.
"""

from abc import ABCMeta, abstractmethod
from numbers import Integral
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context, is_classifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d

from ..models.model import each_member
from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.network import backward, forward
from ..nn.normalization import Averages
from ..nn.prediction import predict_rows
from ..nn.quantities import Gradients, Parameters, Trace
from ..nn.sparse import dense
from ..training.interruption import listening
from ..training.members import mean
from ..words import catalogue
from .attributes import attributes_of, fitted_of
from .callbacks import CallbackSupportMixin, with_callbacks
from .class_weights import refuse_balanced
from .entering import ending_of, run_of
from .fitting import Asked, fit
from .held_out import Rows, naming_validation
from .options import Options, network_of
from .outputs import refuse_spread_of_one
from .refusals import refuse_another_network, refuse_endless, refuse_odd_parameters, refuse_what_has_no_effect
from .rows import checked_rows, constants, warn_of_change
from .targets import Learnt

SAY = catalogue("estimators")


class BaseMLP(CallbackSupportMixin, Options, metaclass=ABCMeta):
    """The part of both estimators that does not depend on what y holds."""

    @abstractmethod
    def _learn(self, y: Any, before: Any, classes: Any, sample_weight: Any) -> tuple[Learnt, Head]:
        """What y holds, and the output layer for it; later what it held ``before``, once y is checked against it."""

    def _weigh(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        """Sample weights, times class weights where a classifier has them."""
        return sample_weight

    # Fitting

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
        """Fit to rows X (m, n_features) and targets y: labels or numbers, (m,) or, for several columns, (m, n).

        X_val, y_val    rows to watch instead of a part of X: they need early_stopping=True to stop the fit. In a
                        Pipeline, transform_input=["X_val"] has the steps before transform them too
        """
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        incremental: bool = False,
        classes: Any = None,
        validation: tuple[Any, Any, Any] = (None, None, None),
    ) -> Self:
        first = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        X, y = self._checked(X, y, reset=first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        learnt, head = self._learn(y, None if first else getattr(self, "_learnt", None), classes, sample_weight)
        own = self._own_validation(*validation)
        if self.early_stopping and incremental and own is None:
            raise ValueError(SAY["error.partial_stopping"])
        refuse_what_has_no_effect(self, own)
        random, before = check_random_state(self.random_state), None
        with listening(last_word=True):
            network = network_of(self, X.shape[1], learnt.targets.n_y, head)
            if first:
                self.__dict__.pop("coefs_", None)  # a fit that fails leaves nothing to predict with
            elif hasattr(self, "_network"):
                before = fitted_of(self, self._network, X.dtype)
                refuse_another_network(self, network, before)
            else:  # coefs_ were set by hand
                before = fitted_of(self, network, X.dtype)
            same = constants(X, None if before is None else before.constants)
            asked = Asked(self, network, learnt, (X, y, sample_weight), own, same, before, incremental, self._weigh)
            with run_of(self, asked) as ended:
                fitted = fit(asked, random)
                ended(lambda: ending_of(fitted))
            self.__dict__.update(attributes_of(fitted))
        return self

    # Data on its way in

    def _validate_params(self) -> None:
        refuse_odd_parameters(self)
        super()._validate_params()

    def _check_stochastic(self) -> bool:
        """partial_fit is there for every solver but lbfgs, and every learning rate that needs no last step."""
        if self.solver == "lbfgs":
            raise AttributeError(SAY["error.partial_lbfgs"])
        refuse_endless(self.learning_rate)
        refuse_balanced(getattr(self, "class_weight", None))
        return True

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        """X as rows of float32 or float64, and y; errors in scikit-learn's words, and ours where it has none."""
        X, y = checked_rows(self, X, y, reset=reset, multi_output=True, y_numeric=not is_classifier(self))
        y = y.toarray() if hasattr(y, "toarray") else y
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _own_validation(self, X: Any, y: Any, sample_weight: Any) -> Rows | None:
        """X_val and y_val, checked against the X and y of this fit; None where there are none."""
        if X is None and y is None:
            if sample_weight is not None:
                raise ValueError(SAY["error.weights_val"])
            return None
        if X is None or y is None:
            raise ValueError(SAY["error.val"])
        with naming_validation():
            X, y = self._checked(X, y, reset=False)
            return X, y, None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)

    # After fitting

    def _members(self) -> list[tuple[Parameters, Averages | None]]:
        """The parameters and running averages of each member; one pair without members."""
        check_is_fitted(self)
        fitted = fitted_of(self)
        return each_member(fitted.parameters, fitted.averages)

    def _predict_rows(self, X: Any) -> list[Array]:
        """Y_hat (m, n_outputs_) of each member, on NumPy alone."""
        members = self._members()
        X = checked_rows(self, X)
        warn_of_change(X, self._constants, getattr(self, "feature_names_in_", ()), stacklevel=4)
        return [predict_rows(self._network, parameters, X, averages) for parameters, averages in members]

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """The network's answer for each row of X (m, n_features_in_), on NumPy alone: no compilation.

        Of several members, the answer of the mean of their outputs. return_std=True returns the spread beside it: the
        standard deviation over the members of their numbers or, for labels, of their probabilities of that label.

        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> from barreleye import MLPClassifier
        >>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).predict(X[:2])
        array([0, 0])
        """
        Y_hats = self._predict_rows(X)
        answer = self._learnt.answer(mean(Y_hats))
        if not return_std:
            return answer
        refuse_spread_of_one(Y_hats)
        return answer, self._learnt.spread(Y_hats)

    def trace(self, X: Any, member: int = 0) -> Trace:
        """Everything that the forward pass computes for rows X: Z[l], A[l] (n[l], m), ...; print it for the shapes.

        member: which of several networks.

        >>> from barreleye import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit([[0], [1]], [0.0, 1.0])
        >>> model.trace([[0.5]]).A[1].shape
        (3, 1)
        """
        parameters, averages = self._member(member)
        return forward(self._network, parameters, dense(checked_rows(self, X)).T, averages=averages)

    def gradients(self, X: Any, y: Any, sample_weight: Any = None, member: int = 0) -> Gradients:
        """Everything that the backward pass computes for rows X and targets y: dZ[l], dA[l], dW[l], db[l], dA[0], ...

        Of the cost with its penalty, without dropout, batch norm by its running averages. member: as for ``trace``.

        >>> from barreleye import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit([[0], [1]], [0.0, 1.0])
        >>> model.gradients([[0.0], [1.0]], [0.0, 1.0]).dW[1].shape
        (3, 1)
        """
        trace = self.trace(X, member)
        X, y = self._checked(X, y, reset=False)
        dtype = trace.A[0].dtype
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=dtype, ensure_non_negative=True)
        weights = self._weigh(y, sample_weight, dtype)
        row = None if weights is None else np.asarray(weights, dtype).reshape(1, -1)
        parameters, averages = self._member(member)
        Y = self._learnt.encode(y, dtype).T
        return backward(self._network, parameters, trace, Y, row, averages=averages, input_gradient=True)

    def _member(self, index: int) -> tuple[Parameters, Averages | None]:
        members = self._members()
        if not isinstance(index, Integral) or isinstance(index, bool) or not 0 <= index < len(members):
            raise ValueError(SAY["error.member"].filled(index=index, members=len(members)))
        return members[index]

    def save(self, path: str | Path) -> None:
        """Write the fitted estimator to a safe file: safetensors and JSON, no pickle, nothing that could be run.

        Raises TypeError for an activation, head, optimizer or schedule of your own, which no file can name. A scoring
        function and a RandomState are left out with a warning.
        """
        from .saving import save

        save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what ``save`` wrote. Raises FileNotFoundError, or FileError for a damaged, foreign or newer file."""
        from .saving import load

        return load(cls, path)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coefs_")  # other attributes are set before a fit can still fail

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
