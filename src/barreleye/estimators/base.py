"""What MLPClassifier and MLPRegressor share: fit, partial_fit, warm starts, prediction, tracing, saving.

scikit-learn's rows are (m, n_x) and its weights (n_in, n_out); the library's are the transposes, which cost nothing.
"""

from abc import ABCMeta, abstractmethod
from numbers import Integral
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.network import backward, forward
from ..nn.normalization import Averages
from ..nn.prediction import predict_rows
from ..nn.quantities import Gradients, Parameters, Trace
from ..nn.sparse import dense
from ..training.interruption import listening
from ..training.members import how_many, mean, member
from .attributes import Memory, averages_of, parameters_of
from .callbacks import CallbackSupportMixin
from .class_weights import refuse_balanced
from .compatibility import refuse_endless
from .fitting import fit
from .held_out import own_validation
from .odd_parameters import refuse_odd_parameters
from .options import Options
from .outputs import link_name, refuse_spread_of_one
from .rows import checked_rows, constants, warn_of_change


class BaseMLP(CallbackSupportMixin, Options, metaclass=ABCMeta):
    """The part of both estimators that does not depend on what y holds."""

    # What a subclass says of its targets

    @abstractmethod
    def _encode(self, y: Any, first: bool, classes: Any = None, sample_weight: Any = None) -> None:
        """Learn from y what targets there are, on a first fit; check y against it on a later one."""

    @abstractmethod
    def _targets(self, y: Any, dtype: Any) -> Array:
        """y as the network takes it, rows (m, n_outputs_)."""

    @abstractmethod
    def _answer(self, Y_hat: Array) -> Any:
        """What ``predict`` says for the network's rows Y_hat (m, n_outputs_)."""

    @abstractmethod
    def _spread(self, Y_hats: list[Array]) -> Array:
        """The standard deviation over the members, in the form and the units of ``predict``'s answer."""

    @property
    @abstractmethod
    def _head(self) -> Head:
        """The output layer: its activation and loss."""

    @property
    @abstractmethod
    def _n_outputs(self) -> int:
        """Columns of the targets."""

    # Fitting

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
        self._constants = constants(X, None if first else getattr(self, "_constants", None))
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        self._encode(y, first or not hasattr(self, "_labels"), classes, sample_weight)
        own = own_validation(self, *validation)
        self._random_state = check_random_state(self.random_state)
        if first:
            self._forget()
        if self.early_stopping and incremental and own is None:
            raise ValueError(
                "partial_fit does not support early_stopping=True without a validation set of its own: "
                "pass X_val and y_val"
            )
        with listening(last_word=True):
            fit(self, X, y, sample_weight, own, first=first, incremental=incremental)
        return self

    def _forget(self) -> None:
        """Attributes as before a first fit."""
        self.n_iter_, self.t_ = 0, 0
        self.n_outputs_ = self._n_outputs
        self.out_activation_ = link_name(self._head)
        self.loss_curve_: list[float] = []
        self.validation_loss_curve_: list[float] | None = None
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_ = -np.inf if self.early_stopping else None
        self.best_loss_ = None if self.early_stopping else np.inf
        self._no_improvement_count = 0
        self._memory: Memory | None = None
        self._seed: int | None = None
        for name in ("coefs_", "intercepts_"):
            self.__dict__.pop(name, None)

    # Data on its way in

    def _validate_params(self) -> None:
        refuse_odd_parameters(self)
        super()._validate_params()

    def _check_stochastic(self) -> bool:
        """partial_fit is there for every solver but lbfgs, and every learning rate that needs no last step."""
        if self.solver == "lbfgs":
            raise AttributeError(
                "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic: it needs all rows."
            )
        refuse_endless(self.learning_rate)
        refuse_balanced(getattr(self, "class_weight", None))
        return True

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        """X as rows of float32 or float64, and y; errors in scikit-learn's words, and ours where it has none."""
        return checked_rows(self, X, y, reset=reset, multi_output=True, y_numeric=not is_classifier(self))

    def _weights(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        """Sample weights, times class weights where a classifier has them."""
        return sample_weight

    def _stratify_by(self, y: Any) -> Any:
        """The classes whose proportions a split keeps, where a classifier has them."""
        return None

    @abstractmethod
    def _as_answering(self, Y_hat: Array) -> Any:
        """A stand-in for the fitted estimator whose predictions for the validation rows are already known."""

    # After fitting

    def _fitted(self) -> list[tuple[Parameters, Averages | None]]:
        """The parameters and running averages of each member; one pair without members."""
        check_is_fitted(self)
        parameters, averages = parameters_of(self, self._network), averages_of(self, self._network)
        members = how_many(parameters)
        if members is None:
            return [(parameters, averages)]
        return [(member(parameters, i), member(averages, i)) for i in range(members)]

    def _predict_rows(self, X: Any) -> list[Array]:
        """Y_hat (m, n_outputs_) of each member, on NumPy alone."""
        fitted = self._fitted()
        X = checked_rows(self, X)
        names, untold = (
            getattr(self, "feature_names_in_", ()),
            "its weights are as they were drawn: leave it out of both",
        )
        warn_of_change(X, self._constants, names, untold, stacklevel=4)
        return [predict_rows(self._network, parameters, X, averages) for parameters, averages in fitted]

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
        answer = self._answer(mean(Y_hats))
        if not return_std:
            return answer
        refuse_spread_of_one(Y_hats)
        return answer, self._spread(Y_hats)

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
        weights = self._weights(y, sample_weight, dtype)
        row = None if weights is None else np.asarray(weights, dtype).reshape(1, -1)
        parameters, averages = self._member(member)
        Y = self._targets(y, dtype).T
        return backward(self._network, parameters, trace, Y, row, averages=averages, input_gradient=True)

    def _member(self, index: int) -> tuple[Parameters, Averages | None]:
        fitted = self._fitted()
        if not isinstance(index, Integral) or isinstance(index, bool) or not 0 <= index < len(fitted):
            raise ValueError(f"member={index!r} is not there: the fit has {len(fitted)}, counted from 0")
        return fitted[index]

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

    def __getstate__(self) -> dict[str, Any]:
        # A generator of legacy random numbers pickles, but belongs to the fit that is over.
        return {name: value for name, value in super().__getstate__().items() if name != "_random_state"}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coefs_")  # other attributes are set before a fit can still fail

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
