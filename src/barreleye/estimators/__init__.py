"""scikit-learn estimators: drop-in replacements for its multilayer perceptrons, and two for tables as they are."""

from .classifier import MLPClassifier
from .regressor import MLPRegressor
from .table import TableClassifier, TableRegressor

__all__ = ["MLPClassifier", "MLPRegressor", "TableClassifier", "TableRegressor"]
