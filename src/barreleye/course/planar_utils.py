"""``planar_utils``: what the exercise on planar data imports.

    from barreleye.course.planar_utils import plot_decision_boundary, sigmoid, load_planar_dataset, load_extra_datasets

``sigmoid`` returns A alone.
"""

from .activations import sigmoid
from .planar import load_extra_datasets, load_planar_dataset, plot_decision_boundary

__all__ = ["load_extra_datasets", "load_planar_dataset", "plot_decision_boundary", "sigmoid"]
