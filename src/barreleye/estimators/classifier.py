"""MLPClassifier: scikit-learn's multilayer perceptron classifier, and what its users asked for."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if

from ..nn.heads import Head
from ..training.members import mean
from ..words import catalogue
from .base import BaseMLP
from .callbacks import with_callbacks
from .class_weights import weights_of
from .labels import Labels, log_of
from .options import takes
from .outputs import CLASSIFIER_LINKS, head_for_labels, refuse_spread_of_one
from .rows import refuse_odd_targets

SAY = catalogue("estimators")


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
            raise ValueError(SAY["error.classes_first"])
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, incremental=True, classes=classes, validation=validation)

    def predict_proba(self, X: Any, return_std: bool = False) -> Any:
        """The probability of each class of ``classes_``, (m, n_classes); a list of them for several columns of y.

        return_std=True returns their standard deviation over the members of the fit beside them, in the same form.
        """
        Y_hats = self._predict_rows(X)
        P = self._learnt.probabilities(mean(Y_hats))
        if not return_std:
            return P
        refuse_spread_of_one(Y_hats)
        members = [self._learnt.probabilities(Y_hat) for Y_hat in Y_hats]
        if isinstance(P, list):
            return P, [np.std(column, axis=0) for column in zip(*members, strict=True)]
        return P, np.std(members, axis=0)

    def predict_log_proba(self, X: Any) -> Any:
        """The logarithm of ``predict_proba``."""
        return log_of(self.predict_proba(X))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the share of rows whose label is right; of several columns, the share with every label right."""
        refuse_odd_targets(self, y)
        return self._learnt.accuracy(y, self.predict(X), sample_weight)

    def _learn(self, y: Any, before: Labels | None, classes: Any, sample_weight: Any) -> tuple[Labels, Head]:
        if before is None:
            labels = Labels.of(y) if classes is None else Labels.of_classes(classes, y)
        else:
            labels = before
            if classes is not None:
                labels.refuse_other_classes(classes)
        labels.refuse_others(y, self.warm_start)
        head = head_for_labels(self.output_activation, labels.targets)
        return labels.behind(head, ""), head

    def _weigh(self, y: Any, sample_weight: Any, dtype: Any) -> Any:
        return weights_of(self.class_weight, y, sample_weight, dtype)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
