"""What MLPClassifier and MLPRegressor share: fit, partial_fit, warm starts, prediction, tracing, saving.

scikit-learn's rows are (m, n_x) and its weights (n_in, n_out); the library's are the transposes, which cost nothing.
"""

import math
import warnings
from abc import ABCMeta, abstractmethod
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import check_scoring
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.network import backward, cost, forward, predict
from ..nn.normalization import Averages
from ..nn.quantities import Gradients, Parameters, Trace
from ..nn.structure import Network
from ..training.divergence import DivergenceError
from ..training.lbfgs import LBFGS
from ..training.loop import train
from ..training.progress import Progress
from ..training.step import State
from .attributes import attributes_after, attributes_of, averages_of, parameters_of
from .callbacks import CallbackSupportMixin, Hooks
from .convergence import NoImprovement
from .options import CONSTRAINTS, network_of, optimizer_of, schedule_of, starting_parameters
from .rows import checked_rows, refuse_huge


class BaseMLP(CallbackSupportMixin, BaseEstimator, metaclass=ABCMeta):
    """The part of both estimators that does not depend on what y holds."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CONSTRAINTS

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
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        self._encode(y, first or not hasattr(self, "_labels"), classes, sample_weight)
        own = self._own_validation(*validation)
        self._random_state = check_random_state(self.random_state)
        if first:
            self._forget()
        if self.early_stopping and incremental and own is None:
            raise ValueError(
                "partial_fit does not support early_stopping=True without a validation set of its own: "
                "pass X_val and y_val"
            )
        if self.solver == "lbfgs" and self.early_stopping:
            raise ValueError(
                "early_stopping=True has no effect on solver='lbfgs', which minimises one cost over all rows: "
                "use solver='adam', or leave early_stopping out"
            )
        return self._train(X, y, sample_weight, own, first, incremental)

    def _forget(self) -> None:
        """Attributes as before a first fit."""
        self.n_iter_, self.t_ = 0, 0
        self.n_outputs_ = self._n_outputs
        self.out_activation_ = self._out_activation
        self.loss_curve_: list[float] = []
        self.validation_loss_curve_: list[float] | None = None
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_ = -np.inf if self.early_stopping else None
        self.best_loss_ = None if self.early_stopping else np.inf
        self._no_improvement_count = 0
        self._state: State | None = None
        self._seed: int | None = None
        for name in ("coefs_", "intercepts_"):
            self.__dict__.pop(name, None)

    def _train(self, X: Array, y: Any, sample_weight: Any, validation: Any, first: bool, incremental: bool) -> Self:
        network = network_of(self, X.shape[1], self._head)
        self.n_layers_ = network.L + 1
        rule = optimizer_of(self)
        start: Parameters | State | None
        if first:
            start = starting_parameters(network, self, self._random_state, X.dtype)
        else:
            start = self._resting_point(network, rule, X.dtype)
        self._network, self._rule = network, rule
        if getattr(self, "_seed", None) is None:
            self._seed = int(self._random_state.randint(np.iinfo(np.int32).max))

        epochs = 1 if incremental else int(self.max_iter)
        hooks = Hooks(self, X, y, sample_weight, epochs)
        held_out = validation
        if self.early_stopping and validation is None:
            X, held_out_X, y, held_out_y, sample_weight, held_out_weight = self._split(X, y, sample_weight)
            held_out = held_out_X, held_out_y, held_out_weight
        weights = self._weights(y, sample_weight, X.dtype)

        m = len(X)
        batch_size = min(200, m) if self.batch_size == "auto" else int(self.batch_size)
        if batch_size > m:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
            )
            batch_size = m
        steps_per_epoch = -(-m // batch_size)
        settings: dict[str, Any] = {
            "weights": weights,
            "optimizer": rule,
            "parameters": start,
            "seed": self._seed,
            "engine": self.engine,
            "device": self.device,
        }
        if not isinstance(self.init, str) or self.init != "auto":
            settings["initializer"] = self.init
        Y = self._targets(y, X.dtype)
        self.n_iter_ = 0
        if isinstance(rule, LBFGS):
            return self._minimise(network, X, Y, weights, settings, hooks)

        criterion = NoImprovement(
            "validation_score" if self.early_stopping else "cost",
            "max" if self.early_stopping else "min",
            float(self.n_iter_no_change),
            float(self.tol),
            self.learning_rate == "adaptive",
            bool(self.early_stopping),
            float(self.learning_rate_init),
            tuple(self._memory().items()),
            incremental,
        )
        t = int(start.t) if isinstance(start, State) else 0
        training = train(
            network,
            X,
            Y,
            **settings,
            **self._validation(held_out, X.dtype),
            learning_rate=float(self.learning_rate_init),
            schedule=schedule_of(self.learning_rate, self.power_t, m, steps_per_epoch, t, int(self.t_)),
            batch_size=batch_size,
            shuffle=bool(self.shuffle),
            epochs=epochs,
            every=steps_per_epoch,
            clip_norm=None if self.clip_norm is None else float(self.clip_norm),
            rules=[criterion],
        )
        self._follow(training, m, incremental, hooks)
        return self

    def _follow(self, training: Any, m: int, incremental: bool, hooks: Hooks) -> None:
        """Every epoch of a run, recorded as scikit-learn records it; then the parameters it ended with."""
        last: Progress | None = None
        trouble, called_off = None, False
        hooks.epoch_begins()
        try:
            for last in training:
                if last.stopped is not None and last.stopped.startswith("diverged"):
                    continue
                self._record(last, m)
                if hooks.epoch_ends(partial(attributes_after, last)):
                    called_off = True
                    training.close()
                    break
                if last.stopped is None and self.n_iter_ < self.max_iter:
                    hooks.epoch_begins()
        except DivergenceError as error:
            trouble = str(error)
        assert last is not None
        self._keep(last, incremental)
        hooks.fit_ends(lambda: {})
        if trouble is not None:
            self.loss_curve_.append(math.nan)
            if self.validation_scores_ is not None:
                self.validation_scores_.append(math.nan)
            warnings.warn(trouble, ConvergenceWarning, stacklevel=5)
        elif last.stopped is None and not incremental and not called_off:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't "
                "converged yet.",
                ConvergenceWarning,
                stacklevel=5,
            )
        if self.verbose and last.stopped:
            print(last.stopped + " Stopping.")

    def _record(self, progress: Progress, m: int) -> None:
        """One epoch's loss, and its validation loss and score where there are any."""
        self.n_iter_ += 1
        self.t_ += m
        self.loss_ = progress.cost
        self.loss_curve_.append(self.loss_)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")
        if progress.validation_cost is not None:
            if self.validation_loss_curve_ is None:
                self.validation_loss_curve_ = []
            self.validation_loss_curve_.append(progress.validation_cost)
        scores = getattr(self, "validation_scores_", None)  # scikit-learn's attributes may be set by hand
        if scores is not None and progress.validation_score is not None:
            scores.append(progress.validation_score)
            if self.verbose:
                print(f"Validation score: {progress.validation_score:f}")

    def _keep(self, progress: Progress, incremental: bool) -> None:
        """The parameters and the memory of the end of a run; with early stopping, the best parameters."""
        memory = progress.run.memories[0]
        self._no_improvement_count = int(memory["since"])
        self._factor = memory["factor"]
        state, best = progress.state, progress.run.best
        if not self.early_stopping:
            self.best_loss_ = memory["best"]
        else:
            self.best_validation_score_ = -memory["best"]
            if best is not None and not incremental:
                state = state._replace(parameters=best.parameters, averages=best.averages)
        self._rest(state)

    def _minimise(
        self, network: Network, X: Array, Y: Array, weights: Any, settings: dict[str, Any], hooks: Hooks
    ) -> Self:
        """Fit by L-BFGS."""
        *_, last = train(network, X, Y, **settings, steps=int(self.max_iter), every=int(self.max_iter))
        row = None if weights is None else np.asarray(weights, X.dtype).reshape(1, -1)
        trace = forward(network, last.parameters, X.T, weights=row)
        self.loss_ = float(cost(network, last.parameters, trace, Y.T, row))
        self.n_iter_ = last.step
        self.loss_curve_ += [*map(float, last.costs), self.loss_]
        self.t_ += len(X) * self.n_iter_
        self.best_loss_ = min(self.loss_curve_)
        self._rest(last.state)
        hooks.fit_ends(lambda: {})
        unfinished = last.stopped is None or "exceeds limit" in last.stopped or "total no" in last.stopped
        if unfinished:
            why = last.stopped or f"it reached max_iter={self.max_iter}"
            warnings.warn(
                f"lbfgs failed to converge after {self.n_iter_} iteration(s): {why}. Increase the number of iterations "
                "or scale the data.",
                ConvergenceWarning,
                stacklevel=5,
            )
        return self

    # Data on its way in

    def _check_stochastic(self) -> bool:
        """partial_fit is there for every solver but lbfgs."""
        if self.solver == "lbfgs":
            raise AttributeError(
                "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic: it needs all rows."
            )
        return True

    def _own_validation(self, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any] | None:
        """X_val and y_val, checked against the X and y of this fit; None where there are none."""
        if X is None and y is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val belong together: pass both or neither")
        X, y = self._checked(X, y, reset=False)
        return X, y, None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        """X as dense rows of float32 or float64, and y; errors in scikit-learn's words, and ours where it has none."""
        X, y = checked_rows(self, X, y, reset=reset, multi_output=True, y_numeric=not is_classifier(self))
        refuse_huge(X)
        return X, y

    def _weights(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        """Sample weights, times class weights where a classifier has them."""
        return sample_weight

    def _split(self, X: Array, y: Any, sample_weight: Any) -> tuple[Any, ...]:
        """Part of the rows set aside for early stopping, classes in proportion."""
        weights = np.ones(len(X), X.dtype) if sample_weight is None else sample_weight
        X, X_val, y, y_val, w, w_val = train_test_split(
            X,
            y,
            weights,
            random_state=self._random_state,
            test_size=self.validation_fraction,
            stratify=self._stratify_by(y),
        )
        if len(X_val) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return (X, X_val, y, y_val, None, None) if sample_weight is None else (X, X_val, y, y_val, w, w_val)

    def _stratify_by(self, y: Any) -> Any:
        return None

    def _validation(self, held_out: Any, dtype: Any) -> dict[str, Any]:
        """train()'s arguments for the rows that are set aside, with the score that early stopping watches."""
        if held_out is None:
            return {}
        X, y, weights = held_out
        scorer = check_scoring(self, self.scoring)
        options = {} if weights is None else {"sample_weight": weights}

        def score(_: Array, Y_hat: Array) -> float:
            return float(scorer(self._as_answering(Y_hat), X, y, **options))

        Y = self._targets(y, dtype)
        return {"validation": (X, Y) if weights is None else (X, Y, weights), "score": score}

    @abstractmethod
    def _as_answering(self, Y_hat: Array) -> Any:
        """A stand-in for the fitted estimator whose predictions for the validation rows are already known."""

    # Parameters, as attributes and as the library's

    def _memory(self) -> dict[str, float]:
        """What an earlier fit left for the criterion of convergence."""
        best = self.best_validation_score_ if self.early_stopping else self.best_loss_
        if best is None:
            return {}
        signed = -best if self.early_stopping else best
        return {
            "best": float(signed),
            "since": float(self._no_improvement_count),
            "factor": getattr(self, "_factor", 1.0),
        }

    def _rest(self, state: State) -> None:
        """Take over a state as attributes."""
        self.__dict__.update(attributes_of(state))
        self._state = state

    def _resting_point(self, network: Network, rule: Any, dtype: Any) -> Parameters | State:
        """Where a warm start or partial_fit goes on: the attributes' parameters, with the optimizer's memory."""
        parameters = parameters_of(self, network, dtype)
        state: State | None = getattr(self, "_state", None)
        if state is None or isinstance(rule, LBFGS) or type(rule) is not type(self._rule):
            return parameters
        return state._replace(parameters=parameters, averages=averages_of(self, network, dtype) or Averages({}, {}))

    # After fitting

    def _predict_rows(self, X: Any) -> Array:
        """Y_hat (m, n_outputs_) on NumPy alone."""
        check_is_fitted(self)
        X = checked_rows(self, X)
        network = self._network
        averages = averages_of(self, network)
        return predict(network, parameters_of(self, network), X.T, averages).T

    def predict(self, X: Any) -> Any:
        """The network's answer for each row of X (m, n_features_in_), on NumPy alone: no compilation.

        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> from barreleye import MLPClassifier
        >>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).predict(X[:2])
        array([0, 0])
        """
        return self._answer(self._predict_rows(X))

    def trace(self, X: Any) -> Trace:
        """Everything that the forward pass computes for rows X: Z[l], A[l] (n[l], m), ...; print it for the shapes.

        >>> from barreleye import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit([[0], [1]], [0.0, 1.0])
        >>> model.trace([[0.5]]).A[1].shape
        (3, 1)
        """
        check_is_fitted(self)
        X = checked_rows(self, X)
        network = self._network
        averages = averages_of(self, network)
        return forward(network, parameters_of(self, network), X.T, averages=averages)

    def gradients(self, X: Any, y: Any, sample_weight: Any = None) -> Gradients:
        """Everything that the backward pass computes for rows X and targets y: dZ[l], dA[l], dW[l], db[l], dA[0], ...

        Of the cost with its penalty, without dropout, batch norm by its running averages.

        >>> from barreleye import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit([[0], [1]], [0.0, 1.0])
        >>> model.gradients([[0.0], [1.0]], [0.0, 1.0]).dW[1].shape
        (3, 1)
        """
        trace = self.trace(X)
        _, y = self._checked(X, y, reset=False)
        network = self._network
        dtype = trace.A[0].dtype
        weights = self._weights(y, None if sample_weight is None else np.asarray(sample_weight, dtype), dtype)
        row = None if weights is None else np.asarray(weights, dtype).reshape(1, -1)
        averages = averages_of(self, network)
        Y = self._targets(y, dtype).T
        return backward(network, parameters_of(self, network), trace, Y, row, averages=averages, input_gradient=True)

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
