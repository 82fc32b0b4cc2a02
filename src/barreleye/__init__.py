"""Barreleye: fully connected neural networks that you can see through.

The names below are the library's front door; each loads its module when it is first used.

>>> import barreleye as be
>>> network = be.Network((2, 4, 1), "tanh", "sigmoid")
>>> parameters = be.initialize(network, 1)
>>> print(be.forward(network, parameters, be.load_dataset("xor", m=4, noise=0).X.T))
quantity  shape   what it is
--------  ------  ----------------
A[0]      (2, 4)  X
Z[1]      (4, 4)  W[1] A[0] + b[1]
A[1]      (4, 4)  g[1](Z[1])
Z[2]      (1, 4)  W[2] A[1] + b[2]
A[2]      (1, 4)  g[2](Z[2])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .words.extras import extras

if TYPE_CHECKING:
    from .data.builtin import Dataset, load_dataset
    from .estimators import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor
    from .files.model_file import load_model, save_model
    from .insight.diagnose import diagnose
    from .insight.plots import plot_activations, plot_costs, plot_decision_boundary, plot_scatter
    from .insight.report import report
    from .models.model import Model, load
    from .nn.gradient_check import check_gradients, gradient_check
    from .nn.network import backward, cost, forward, initialize, loss, predict
    from .nn.quantities import Gradients, Parameters, Trace
    from .nn.structure import Network
    from .search.history import History
    from .search.settings import search_settings
    from .training.checkpoint import load_checkpoint, save_checkpoint
    from .training.divergence import DivergenceError
    from .training.lbfgs import LBFGS
    from .training.loop import train
    from .training.progress import Progress
    from .training.stopping import EarlyStopping, ReduceOnPlateau, Target
    from .tutor.checking import check
    from .tutor.explain import explain

__version__ = "0.1.0"

_HOME = {
    "data.builtin": ("Dataset", "load_dataset"),
    "estimators": ("MLPClassifier", "MLPRegressor", "TableClassifier", "TableRegressor"),
    "files.model_file": ("load_model", "save_model"),
    "insight.diagnose": ("diagnose",),
    "insight.plots": ("plot_activations", "plot_costs", "plot_decision_boundary", "plot_scatter"),
    "insight.report": ("report",),
    "nn.gradient_check": ("check_gradients", "gradient_check"),
    "nn.network": ("backward", "cost", "forward", "initialize", "loss", "predict"),
    "nn.quantities": ("Gradients", "Parameters", "Trace"),
    "nn.structure": ("Network",),
    "models.model": ("Model", "load"),
    "search.history": ("History",),
    "search.settings": ("search_settings",),
    "training.checkpoint": ("load_checkpoint", "save_checkpoint"),
    "training.divergence": ("DivergenceError",),
    "training.lbfgs": ("LBFGS",),
    "training.loop": ("train",),
    "training.progress": ("Progress",),
    "training.stopping": ("EarlyStopping", "ReduceOnPlateau", "Target"),
    "tutor.checking": ("check",),
    "tutor.explain": ("explain",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [  # noqa: RUF022 - in the order in which one meets them
    "Network",
    "Parameters",
    "Trace",
    "Gradients",
    "initialize",
    "forward",
    "predict",
    "loss",
    "cost",
    "backward",
    "check_gradients",
    "gradient_check",
    "explain",
    "check",
    "MLPClassifier",
    "MLPRegressor",
    "TableClassifier",
    "TableRegressor",
    "train",
    "Progress",
    "LBFGS",
    "EarlyStopping",
    "Target",
    "ReduceOnPlateau",
    "DivergenceError",
    "diagnose",
    "search_settings",
    "save_checkpoint",
    "load_checkpoint",
    "Model",
    "save_model",
    "load_model",
    "load",
    "report",
    "History",
    "Dataset",
    "load_dataset",
    "plot_scatter",
    "plot_decision_boundary",
    "plot_costs",
    "plot_activations",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'barreleye' has no attribute {name!r}")
    with extras():
        value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
