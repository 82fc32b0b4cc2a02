"""The constructor's parameters: what scikit-learn checks of each, and what they ask of a network and of training."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils._param_validation import Options as OneOf

from ..nn.activations import ACTIVATIONS, Activation, Sigmoid
from ..nn.heads import Head
from ..nn.initializers import INITIALIZERS, Initializer, RandomSource
from ..nn.optimizers import Adam, AdamW, GradientDescent, Momentum, Nesterov, Optimizer, RMSProp
from ..nn.quantities import Parameters
from ..nn.schedules import SCHEDULES, Constant, Schedule, schedule
from ..nn.structure import Network
from ..nn.validation import choose
from ..training.lbfgs import LBFGS
from ..words import catalogue
from .convergence import InverseScaling, Since

SAY = catalogue("estimators")

SOLVERS = ("adam", "adamw", "sgd", "rmsprop", "lbfgs")
RATES_OF_SGD = ("invscaling", "adaptive")
LEARNING_RATES = ("constant", *RATES_OF_SGD)

AT_LEAST_0 = Interval(Real, 0, None, closed="left")
ABOVE_0 = Interval(Real, 0, None, closed="neither")
BELOW_1 = Interval(Real, 0, 1, closed="left")
FROM_1 = Interval(Integral, 1, None, closed="left")
ENGINES, DEVICES = StrOptions({"auto", "numpy", "xla"}), StrOptions({"auto", "cpu", "gpu", "tpu"})


def takes(*values: Any) -> dict[str, list[Any]]:
    """What a parameter takes, in the terms of scikit-learn's checks, to be kept with its field."""
    return {"takes": list(values)}


class Constructed(BaseEstimator):
    """An estimator that is a dataclass: the fields are its constructor's parameters, and say what they take."""

    @property
    def _parameter_constraints(self) -> dict[str, list[Any]]:
        return {one.name: one.metadata["takes"] for one in fields(self)}


@dataclass(eq=False, repr=False)
class Options(Constructed):
    """The constructor's parameters that both estimators have, each with what it takes: scikit-learn's, then ours."""

    hidden_layer_sizes: Any = field(default=(100,), metadata=takes("array-like", FROM_1))
    activation: Any = field(default="relu", metadata=takes(str, Activation, "array-like"))
    _: KW_ONLY
    solver: Any = field(default="adam", metadata=takes(StrOptions({*SOLVERS}), Optimizer))
    alpha: float = field(default=0.0001, metadata=takes(AT_LEAST_0))
    batch_size: Any = field(default="auto", metadata=takes(StrOptions({"auto"}), FROM_1))
    learning_rate: Any = field(default="constant", metadata=takes(StrOptions({*LEARNING_RATES, *SCHEDULES}), Schedule))
    learning_rate_init: float = field(default=0.001, metadata=takes(ABOVE_0))
    power_t: float = field(default=0.5, metadata=takes(AT_LEAST_0))
    max_iter: int = field(default=200, metadata=takes(FROM_1))
    shuffle: bool = field(default=True, metadata=takes("boolean"))
    random_state: Any = field(default=None, metadata=takes("random_state"))
    tol: float = field(default=1e-4, metadata=takes(AT_LEAST_0))
    verbose: Any = field(default=False, metadata=takes("verbose"))
    warm_start: bool = field(default=False, metadata=takes("boolean"))
    momentum: float = field(default=0.9, metadata=takes(Interval(Real, 0, 1, closed="both")))
    nesterovs_momentum: bool = field(default=True, metadata=takes("boolean"))
    early_stopping: bool = field(default=False, metadata=takes("boolean"))
    validation_fraction: float = field(default=0.1, metadata=takes(BELOW_1))
    beta_1: float = field(default=0.9, metadata=takes(BELOW_1))
    beta_2: float = field(default=0.999, metadata=takes(BELOW_1))
    epsilon: float = field(default=1e-8, metadata=takes(ABOVE_0))
    n_iter_no_change: Any = field(default=10, metadata=takes(FROM_1, OneOf(Real, {np.inf})))
    max_fun: int = field(default=15000, metadata=takes(FROM_1))
    dropout: Any = field(default=0.0, metadata=takes(BELOW_1, "array-like"))
    batch_norm: Any = field(default=False, metadata=takes("boolean", "array-like"))
    weight_decay: float | None = field(default=None, metadata=takes(AT_LEAST_0, None))
    clip_norm: float | None = field(default=None, metadata=takes(ABOVE_0, None))
    init: Any = field(default="auto", metadata=takes(StrOptions({"auto", *INITIALIZERS}), Initializer))
    n_members: int = field(default=1, metadata=takes(FROM_1))
    scoring: Any = field(default=None, metadata=takes(str, callable, None))
    engine: str = field(default="auto", metadata=takes(ENGINES))
    device: str = field(default="auto", metadata=takes(DEVICES))


def hidden_sizes(hidden_layer_sizes: Any) -> tuple[int, ...]:
    """The units of each hidden layer; a single number is one layer. ValueError, in scikit-learn's words, for others."""
    sizes = hidden_layer_sizes if hasattr(hidden_layer_sizes, "__iter__") else [hidden_layer_sizes]
    if any(not isinstance(n, Integral) or isinstance(n, bool) or n <= 0 for n in sizes):
        raise ValueError(SAY["error.hidden_sizes"].filled(sizes=list(sizes)))
    return tuple(int(n) for n in sizes)


def network_of(options: Options, n_x: int, n_y: int, head: Head) -> Network:
    """The network that an estimator's parameters describe, for n_x features and a head of n_y outputs."""
    sizes = hidden_sizes(options.hidden_layer_sizes)
    return Network(
        (n_x, *sizes, n_y),
        named_activations(options.activation),
        head,
        batch_norm=yes_or_no(options.batch_norm),
        keep_prob=keep(options.dropout),
        L2=float(options.alpha),
    )


def named_activations(activation: Any) -> Any:
    """scikit-learn's names as ours; an Activation, or one for each layer, as it is."""
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        named: dict[str, type[Activation]] = {**ACTIVATIONS, "logistic": Sigmoid}
        return choose("activation", activation, named)()
    return [named_activations(one) for one in activation]


def yes_or_no(batch_norm: Any) -> bool | Sequence[bool]:
    """batch_norm for all hidden layers, or for each."""
    return bool(batch_norm) if np.ndim(batch_norm) == 0 else [bool(one) for one in batch_norm]


def keep(dropout: Any) -> float | Sequence[float]:
    """keep_prob = 1 - dropout, for all hidden layers or for each."""
    return 1 - float(dropout) if np.ndim(dropout) == 0 else [1 - float(one) for one in dropout]


def optimizer_of(options: Options) -> Optimizer | LBFGS:
    """The optimizer that the parameters of ``solver`` describe."""
    solver = options.solver
    if isinstance(solver, Optimizer):
        return solver
    decay = {} if options.weight_decay is None else {"weight_decay": float(options.weight_decay) or None}
    if solver == "lbfgs":
        return LBFGS(tolerance=float(options.tol), evaluations=int(options.max_fun), flatness=2.2e-9)
    if solver in ("adam", "adamw"):
        kind = Adam if solver == "adam" else AdamW
        return kind(float(options.beta_1), float(options.beta_2), float(options.epsilon), **decay)
    if solver == "rmsprop":
        return RMSProp(float(options.beta_2), float(options.epsilon), **decay)
    momentum = float(options.momentum)
    if momentum == 0:
        return GradientDescent(**decay)
    if momentum == 1:
        raise ValueError(SAY["error.momentum"])
    return Nesterov(momentum, **decay) if options.nesterovs_momentum else Momentum(momentum, 0.0, **decay)


def heeded_rate(solver: Any, learning_rate: Any) -> Any:
    """``learning_rate`` as the solver heeds it: "invscaling" and "adaptive" are for "sgd" alone, as in scikit-learn.

    Other solvers' steps have a size of their own, of which these two would leave next to nothing.

    >>> heeded_rate("sgd", "adaptive"), heeded_rate("adam", "adaptive"), heeded_rate("adam", "cosine")
    ('adaptive', 'constant', 'cosine')
    """
    return "constant" if learning_rate in RATES_OF_SGD and solver != "sgd" else learning_rate


def schedule_of(
    rule: Any, power_t: float, m: int, steps_per_epoch: int, epochs: int, first_step: int, t_: int
) -> Schedule:
    """The schedule of the rate that is heeded: scikit-learn's three, one of the library's over this fit, or your own.

    m rows an epoch, and what an earlier fit has done: first_step updates, t_ samples seen.
    """
    if rule == "invscaling":
        return InverseScaling(float(power_t), float(m), float(steps_per_epoch), float(first_step), float(t_))
    if rule in ("constant", "adaptive"):
        return Constant()
    chosen = schedule(rule, epochs * steps_per_epoch)
    return chosen if isinstance(rule, Schedule) or first_step == 0 else Since(float(first_step), chosen)


def starting_parameters(network: Network, options: Options, rng: RandomSource, dtype: Any) -> Parameters | None:
    """scikit-learn's starting weights from the same random numbers; None where ``init`` names another rule.

    W and b uniform on [-c, c], c = sqrt(6 / (n[l-1] + n[l])), with 2 for 6 when the activation is the sigmoid.
    """
    if not (isinstance(options.init, str) and options.init == "auto"):
        return None
    n = network.n
    factor = 2.0 if isinstance(options.activation, str) and options.activation in ("logistic", "sigmoid") else 6.0
    normalised = network.batch_norm_layers
    W, b = {}, {}
    for l in range(1, network.L + 1):
        bound = np.sqrt(factor / (n[l - 1] + n[l]))
        W[l] = np.ascontiguousarray(rng.uniform(-bound, bound, (n[l - 1], n[l])).T, dtype)
        b[l] = rng.uniform(-bound, bound, n[l]).reshape(-1, 1).astype(dtype)
    return Parameters(
        W,
        {l: b[l] for l in b if l not in normalised},
        {l: np.ones((n[l], 1), dtype) for l in normalised},
        {l: b[l] for l in normalised},
    )
