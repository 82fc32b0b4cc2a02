"""The constructor's parameters: what scikit-learn checks of each, and what they ask of a network and of training."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from ..nn.activations import ACTIVATIONS, Activation, Sigmoid
from ..nn.heads import Head
from ..nn.initializers import INITIALIZERS, Initializer, RandomSource
from ..nn.optimizers import Adam, AdamW, GradientDescent, Momentum, Nesterov, Optimizer, RMSProp
from ..nn.quantities import Parameters
from ..nn.schedules import SCHEDULES, Constant, Schedule, schedule
from ..nn.structure import Network
from ..nn.validation import choose
from ..training.lbfgs import LBFGS
from .convergence import InverseScaling, Since

SOLVERS = ("adam", "adamw", "sgd", "rmsprop", "lbfgs")
RATES_OF_SGD = ("invscaling", "adaptive")
LEARNING_RATES = ("constant", *RATES_OF_SGD)

CONSTRAINTS: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [str, Activation, "array-like"],
    "solver": [StrOptions({*SOLVERS}), Optimizer],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "learning_rate": [StrOptions({*LEARNING_RATES, *SCHEDULES}), Schedule],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    "dropout": [Interval(Real, 0, 1, closed="left"), "array-like"],
    "batch_norm": ["boolean", "array-like"],
    "weight_decay": [Interval(Real, 0, None, closed="left"), None],
    "clip_norm": [Interval(Real, 0, None, closed="neither"), None],
    "init": [StrOptions({"auto", *INITIALIZERS}), Initializer],
    "n_members": [Interval(Integral, 1, None, closed="left")],
    "scoring": [str, callable, None],
    "engine": [StrOptions({"auto", "numpy", "xla"})],
    "device": [StrOptions({"auto", "cpu", "gpu", "tpu"})],
}
"""scikit-learn's parameters with what they take there and more, then ours."""


def hidden_sizes(hidden_layer_sizes: Any) -> tuple[int, ...]:
    """The units of each hidden layer; a single number is one layer. ValueError, in scikit-learn's words, for others."""
    sizes = hidden_layer_sizes if hasattr(hidden_layer_sizes, "__iter__") else [hidden_layer_sizes]
    if any(not isinstance(n, Integral) or isinstance(n, bool) or n <= 0 for n in sizes):
        raise ValueError(
            f"hidden_layer_sizes must be > 0, got {list(sizes)}: whole numbers, one for each hidden layer."
        )
    return tuple(int(n) for n in sizes)


def network_of(options: Any, n_x: int, head: Head) -> Network:
    """The network that an estimator's parameters describe, for n_x features and a head of as many units as it needs."""
    sizes = hidden_sizes(options.hidden_layer_sizes)
    return Network(
        (n_x, *sizes, options.n_outputs_),
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


def optimizer_of(options: Any) -> Optimizer | LBFGS:
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
        raise ValueError("momentum=1 never forgets a gradient and cannot converge; choose a value below 1")
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


def starting_parameters(network: Network, options: Any, rng: RandomSource, dtype: Any) -> Parameters | None:
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
