"""Stand-ins for estimators that have already answered: what a scorer asks of the validation rows, computed once."""

from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ..nn.arrays import Array
from ..words import catalogue
from .labels import Labels
from .targets import Learnt

SAY = catalogue("estimators")


class Answering(BaseEstimator):
    """Answers as an estimator does whose network says Y_hat, whatever rows it is asked about."""

    def __init__(self, learnt: Any, Y_hat: Array) -> None:
        self.learnt = learnt
        self.Y_hat = Y_hat

    def predict(self, X: Any) -> Any:
        return self.learnt.answer(self.Y_hat)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(SAY["error.attribute"].filled(estimator=type(self).__name__, name=name))


class AnsweringClassifier(ClassifierMixin, Answering):
    """As ``Answering``, for classes."""

    def __init__(self, learnt: Labels, Y_hat: Array) -> None:
        super().__init__(learnt, Y_hat)
        self.classes_ = learnt.classes_

    def predict_proba(self, X: Any) -> Any:
        return self.learnt.probabilities(self.Y_hat)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return self.learnt.accuracy(y, self.predict(X), sample_weight)


class AnsweringRegressor(RegressorMixin, Answering):
    """As ``Answering``, for numbers."""


def answering(learnt: Learnt, Y_hat: Array) -> Answering:
    """The stand-in for what is learnt of y."""
    return AnsweringClassifier(learnt, Y_hat) if isinstance(learnt, Labels) else AnsweringRegressor(learnt, Y_hat)
