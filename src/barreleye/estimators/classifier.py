"""MLPClassifier: scikit-learn's multilayer perceptron classifier, and what its users asked for."""

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from ..nn.arrays import Array
from ..nn.heads import Head
from .base import BaseMLP
from .callbacks import with_callbacks
from .options import CONSTRAINTS
from .targets import Labels, balanced_weights, refuse_missing


class MLPClassifier(ClassifierMixin, BaseMLP):
    """A fully connected network for classification, by scikit-learn's names, defaults and conventions.

    Every parameter, method and attribute of ``sklearn.neural_network.MLPClassifier`` is here with the same meaning.
    What is new:

    activation          any of the library's by name, an Activation, or one for each hidden layer
    solver              also "adamw", "rmsprop", or an Optimizer
    learning_rate       also "cosine", "one_cycle", ... or a Schedule, for every solver but lbfgs
    dropout             the share of hidden units dropped in training, for all layers or each
    batch_norm          whether hidden layers normalise Z, for all or each
    weight_decay        decoupled decay: W loses learning_rate * weight_decay * W in each update, apart from ``alpha``,
                        which is the lambda of the penalty alpha / (2m) sum W^2 in the loss
    clip_norm           the largest norm of all gradients together
    init                "auto" (scikit-learn's), "he_normal", "xavier_uniform", ... or an Initializer
    class_weight        None, "balanced" or {class: weight}
    scoring             what early stopping watches: any scikit-learn scorer or its name; None: accuracy
    engine, device      "auto", "numpy" or "xla"; "auto", "cpu", "gpu" or "tpu"

    ``fit`` takes X_val and y_val, a validation set of one's own. validation_loss_curve_ holds its loss by epoch.
    y may be binary, multiclass, multilabel (an indicator matrix) or several columns of classes.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).score(X, y) > 0.95
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS,
        "class_weight": [StrOptions({"balanced"}), dict, list, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: Any = 10,
        max_fun: int = 15000,
        dropout: Any = 0.0,
        batch_norm: Any = False,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
        init: Any = "auto",
        class_weight: Any = None,
        scoring: Any = None,
        engine: str = "auto",
        device: str = "auto",
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.batch_norm = batch_norm
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.init = init
        self.class_weight = class_weight
        self.scoring = scoring
        self.engine = engine
        self.device = device

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
        """Fit to rows X (m, n_features) and labels y.

        X_val, y_val    rows to watch instead of a part of X: they need early_stopping=True to stop the fit
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
        classes: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """One more pass over rows X; ``classes`` names every class on the first call."""
        first = _check_partial_fit_first_call(self, classes)
        return self._fit(
            X,
            y,
            sample_weight,
            incremental=True,
            classes=classes if first else None,
            validation=(X_val, y_val, sample_weight_val),
        )

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class of ``classes_``, (m, n_classes); a list of them for several columns of y."""
        Y_hat = self._predict_rows(X)
        return self._labels.probabilities(Y_hat)

    def predict_log_proba(self, X: Any) -> Any:
        """The logarithm of ``predict_proba``."""
        P = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return [np.log(p) for p in P] if isinstance(P, list) else np.log(P)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the share of rows whose label is right; of several columns, the share with every label right."""
        return self._labels.accuracy(y, self.predict(X), sample_weight)

    def _encode(self, y: Any, first: bool, classes: Any = None, sample_weight: Any = None) -> None:
        refuse_missing(y)
        if first:
            multilabel = type_of_target(y) in ("multilabel-indicator", "multiclass-multioutput")
            self._labels = Labels(y if classes is None or multilabel else np.asarray(classes))
            self.classes_ = self._labels.classes_
        if self._labels.kind == "multiclass-multioutput":
            return
        found = unique_labels(y)
        if self.warm_start and set(found) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously "
                f"got {self.classes_}, `y` has {found}"
            )
        if len(np.setdiff1d(found, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {found}."
            )

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        X, y = super()._checked(X, y, reset)
        y = y.toarray() if hasattr(y, "toarray") else y
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _targets(self, y: Any, dtype: Any) -> Array:
        return self._labels.encode(y, dtype)

    def _answer(self, Y_hat: Array) -> Any:
        return self._labels.decode(Y_hat)

    def _weights(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        if self.class_weight is None:
            return sample_weight
        if isinstance(self.class_weight, str):
            weights = balanced_weights(y, sample_weight).astype(dtype)
        else:
            weights = compute_sample_weight(self.class_weight, y).astype(dtype)
        return weights if sample_weight is None else weights * sample_weight

    def _stratify_by(self, y: Any) -> Any:
        return y if self._labels.kind in ("binary", "multiclass") else None

    def _as_answering(self, Y_hat: Array) -> Any:
        return _Answering(self, Y_hat)

    @property
    def _head(self) -> Head:
        return self._labels.head

    @property
    def _n_outputs(self) -> int:
        return self._labels.n_outputs

    @property
    def _out_activation(self) -> str:
        return "softmax" if self._labels.kind in ("multiclass", "multiclass-multioutput") else "logistic"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class _Answering(ClassifierMixin, BaseEstimator):
    """A classifier that has already answered: what a scorer asks of the validation rows, without computing it again."""

    def __init__(self, model: MLPClassifier, Y_hat: Array) -> None:
        self.model = model
        self.Y_hat = Y_hat
        self.classes_ = model.classes_

    def predict(self, X: Any) -> Any:
        return self.model._answer(self.Y_hat)

    def predict_proba(self, X: Any) -> Any:
        return self.model._labels.probabilities(self.Y_hat)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self.model._labels.accuracy(y, self.predict(X), sample_weight)
