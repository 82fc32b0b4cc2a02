"""MLPClassifier: scikit-learn's multilayer perceptron classifier, and what its users asked for."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d

from ..nn.arrays import Array
from ..nn.heads import Head
from ..training.members import mean
from .answering import AnsweringClassifier
from .base import BaseMLP
from .callbacks import with_callbacks
from .class_weights import weights_of
from .options import takes
from .outputs import CLASSIFIER_LINKS, coded, head_for_labels, probabilities, refuse_spread_of_one, units
from .rows import refuse_odd_targets
from .targets import Labels


@dataclass(eq=False, repr=False, kw_only=True)
class MLPClassifier(ClassifierMixin, BaseMLP):
    """A fully connected network for classification, by scikit-learn's names, defaults and conventions.

    Every parameter, method and attribute of ``sklearn.neural_network.MLPClassifier`` means the same here. New are

    activation          any of the library's by name, an Activation, or one for each hidden layer
    solver              also "adamw", "rmsprop", or an Optimizer
    learning_rate       also "cosine", "one_cycle", "coslog4", "warmup", "step", "exponential" or "inverse_time", each
                        spanning the epochs of one fit, or a Schedule, which counts updates and goes on over
                        warm starts and partial_fit; for every solver but lbfgs. "invscaling" and "adaptive" are for
                        sgd, as in scikit-learn
    dropout             the share of hidden units dropped in training, for all layers or each
    batch_norm          whether hidden layers normalise Z, for all or each
    weight_decay        decoupled decay: W loses learning_rate * weight_decay * W in each update, apart from ``alpha``,
                        which is the lambda of the penalty alpha / (2m) sum W^2 in the loss. None: adamw's usual 0.01,
                        and none for the other solvers; 0.0: none
    clip_norm           the largest norm of all gradients together
    init                "auto" (scikit-learn's), "he_normal", "xavier_uniform", ... or an Initializer
    output_activation   "auto": "logistic" for two classes and for several labels at once, "softmax" for more classes.
                        "logistic" for more classes is one against the rest, probabilities divided by their sum;
                        "softmax" for two classes has two outputs; "tanh" learns labels -1 and +1, its probabilities
                        are (1 + tanh) / 2; or a Head whose targets are probabilities, distributions or signs
    n_members           k networks trained at once, each from a seed of its own; answers come from the mean of their
                        outputs, the spread by return_std=True; coefs_[i] is (k, n_in, n_out), the others alike
    class_weight        None, "balanced" or {class: weight}
    scoring             what early stopping watches: any scikit-learn scorer or its name; None: accuracy
    engine, device      "auto", "numpy" or "xla"; "auto", "cpu", "gpu" or "tpu". "auto" is what should be done sooner,
                        heeding what this process has compiled; to the bit, a fit repeats on a named engine

    ``fit`` takes X_val and y_val, a validation set of one's own. validation_loss_curve_ holds its loss by epoch.
    y may be binary, multiclass, multilabel (an indicator matrix) or several columns of classes.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).score(X, y) > 0.95
    True
    """

    class_weight: Any = field(default=None, metadata=takes(StrOptions({"balanced"}), dict, list, None))
    output_activation: Any = field(default="auto", metadata=takes(StrOptions({"auto", *CLASSIFIER_LINKS}), Head))

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
        classes: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """One more pass over rows X; ``classes`` names all on the first call, by a list for each of several columns."""
        if classes is None and not hasattr(self, "coefs_"):
            raise ValueError("classes must be passed on the first call to partial_fit.")
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, incremental=True, classes=classes, validation=validation)

    def predict_proba(self, X: Any, return_std: bool = False) -> Any:
        """The probability of each class of ``classes_``, (m, n_classes); a list of them for several columns of y.

        return_std=True returns their standard deviation over the members of the fit beside them, in the same form.
        """
        Y_hats = self._predict_rows(X)
        P = self._proba(mean(Y_hats))
        if not return_std:
            return P
        refuse_spread_of_one(Y_hats)
        members = [self._proba(Y_hat) for Y_hat in Y_hats]
        return P, [np.std(p, axis=0) for p in zip(*members, strict=True)] if isinstance(P, list) else np.std(
            members, axis=0
        )

    def predict_log_proba(self, X: Any) -> Any:
        """The logarithm of ``predict_proba``."""
        P = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return [np.log(p) for p in P] if isinstance(P, list) else np.log(P)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the share of rows whose label is right; of several columns, the share with every label right."""
        refuse_odd_targets(self, y)
        return self._labels.accuracy(y, self.predict(X), sample_weight)

    def _encode(self, y: Any, first: bool, classes: Any = None, sample_weight: Any = None) -> None:
        if first:
            self._labels = Labels(y) if classes is None else Labels.of_classes(classes, y)
            self.classes_ = self._labels.classes_
        elif classes is not None:
            self._labels.refuse_other_classes(classes)
        self._labels.refuse_others(y, self.warm_start)

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        X, y = super()._checked(X, y, reset)
        y = y.toarray() if hasattr(y, "toarray") else y
        return X, column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _targets(self, y: Any, dtype: Any) -> Array:
        return coded(self._network.head, self._labels, self._labels.encode(y, dtype))

    def _columns(self, Y_hat: Array) -> Array:
        """The probabilities of the labels' columns."""
        return probabilities(self._network.head, self._labels, Y_hat)

    def _proba(self, Y_hat: Array) -> Any:
        return self._labels.by_class(self._columns(Y_hat))

    def _answer(self, Y_hat: Array) -> Any:
        return self._labels.decode(self._columns(Y_hat))

    def _spread(self, Y_hats: list[Array]) -> Array:
        deviation = np.std([self._columns(Y_hat) for Y_hat in Y_hats], axis=0)
        return self._labels.of_decoded(self._columns(mean(Y_hats)), deviation)

    def _weights(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        return weights_of(self.class_weight, y, sample_weight, dtype)

    def _stratify_by(self, y: Any) -> Any:
        return y if self._labels.kind in ("binary", "multiclass") else None

    def _as_answering(self, Y_hat: Array) -> Any:
        return AnsweringClassifier(self, Y_hat)

    @property
    def _head(self) -> Head:
        return head_for_labels(self.output_activation, self._labels)

    @property
    def _n_outputs(self) -> int:
        return units(self._head, self._labels)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
