"""Stand-ins for estimators that have already answered: what a scorer asks of the validation rows, computed once."""

from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ..nn.arrays import Array


class Answering(BaseEstimator):
    """Answers as ``model`` does where its network says Y_hat, whatever rows it is asked about."""

    def __init__(self, model: Any, Y_hat: Array) -> None:
        self.model = model
        self.Y_hat = Y_hat

    def predict(self, X: Any) -> Any:
        return self.model._answer(self.Y_hat)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute {name!r}: while a fit runs, a scorer has the answers for "
            "the validation rows alone, by predict, score and, for classes, predict_proba"
        )


class AnsweringClassifier(ClassifierMixin, Answering):
    """As ``Answering``, for classes."""

    def __init__(self, model: Any, Y_hat: Array) -> None:
        super().__init__(model, Y_hat)
        self.classes_ = model.classes_

    def predict_proba(self, X: Any) -> Any:
        return self.model._proba(self.Y_hat)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        return float(self.model._labels.accuracy(y, self.predict(X), sample_weight))


class AnsweringRegressor(RegressorMixin, Answering):
    """As ``Answering``, for numbers."""
