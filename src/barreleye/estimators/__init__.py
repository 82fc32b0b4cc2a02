"""scikit-learn estimators: MLPClassifier and MLPRegressor by scikit-learn's own names and conventions."""

from .classifier import MLPClassifier
from .regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
