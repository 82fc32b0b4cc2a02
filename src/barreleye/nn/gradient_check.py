"""Is this gradient the derivative of this cost? Central differences answer without trusting any derivation.

    g_approx = (J(theta + epsilon v) - J(theta - epsilon v)) / (2 epsilon)

In full, v runs over every single parameter and the verdict is the course's

    difference = ||g - g_approx|| / (||g|| + ||g_approx||)

for all parameters together and for each array. Along random directions, v is a few random unit vectors over all
parameters at once and g_approx is compared with <g, v>: two costs a direction, whatever the network's size. A wrong
gradient passes only if it is wrong at right angles to every direction drawn.

In float64 a right gradient scores about 1e-8 and a wrong one above 1e-3. Where the cost has a kink (of ReLU, say)
and its slope from the left is not its slope from the right, any number between the two passes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .arrays import Array
from .network import backward, cost, forward
from .quantities import Gradients, Parameters, text_table
from .shapes import check_parameters
from .structure import Network
from .validation import SAY, choose, count, misshapen, positive


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found; ``bool(check)`` is the verdict, ``print(check)`` the report.

    difference    ||g - g_approx|| / (||g|| + ||g_approx||) over everything compared
    by_array      the same for each array, {"W[1]": ...}; empty for a check along directions
    worst         the name of the array with the largest difference, None along directions
    kinks         how many parameters, or directions, meet a kink of the cost, where a range of slopes is right
    tolerance     the largest difference that passes
    """

    difference: float
    by_array: Mapping[str, float]
    kinks: int
    tolerance: float

    @property
    def worst(self) -> str | None:
        return max(self.by_array, key=lambda name: self.by_array[name]) if self.by_array else None

    def __bool__(self) -> bool:
        return self.difference <= self.tolerance and all(d <= self.tolerance for d in self.by_array.values())

    def __str__(self) -> str:
        verdict = "right" if self else "WRONG"
        where = f"; the worst array is d{self.worst}" if not self and self.worst else ""
        lines = [f"gradient {verdict}: difference {self.difference:.2e} (tolerance {self.tolerance:.0e}){where}"]
        if self.by_array:
            verdicts = {name: "right" if d <= self.tolerance else "WRONG" for name, d in self.by_array.items()}
            rows = [(f"d{name}", f"{d:.2e}", verdicts[name]) for name, d in self.by_array.items()]
            lines.append(text_table(("array", "difference", "verdict"), rows))
        if self.kinks:
            met_by = f"{self.kinks} {'parameter' if self.by_array else 'direction'}{'s'[: self.kinks > 1]}"
            lines.append(f"kinks of the cost met by {met_by}: any slope between left and right passes there")
        return "\n".join(lines)


def check_gradients(
    J: Callable[[Parameters], float],
    parameters: Parameters,
    gradients: Parameters,
    *,
    directions: int | None = None,
    epsilon: float = 1e-5,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientCheck:
    """Compare ``gradients`` with central differences of the cost function J at ``parameters``.

    directions   None: one difference for each parameter. k: along k random unit vectors over all parameters
    epsilon      half the distance of the two costs compared; the parameters are taken to float64
    tolerance    the largest difference that passes

    Raises ValueError for gradients of other arrays or shapes than the parameters.

    >>> p = Parameters({1: np.array([[2.0]])}, {1: np.array([[1.0]])}, {}, {})
    >>> J = lambda q: (q.W[1] ** 2 + 3 * q.b[1]).item()
    >>> bool(check_gradients(J, p, Parameters({1: np.array([[4.0]])}, {1: np.array([[3.0]])}, {}, {})))
    True
    >>> check_gradients(J, p, Parameters({1: np.array([[8.0]])}, {1: np.array([[3.0]])}, {}, {})).worst
    'W[1]'
    """
    positive("epsilon", epsilon)
    positive("tolerance", tolerance)
    theta = parameters.map(lambda p: np.array(p, dtype=np.float64))
    g = _matching(theta, gradients)
    if directions is not None:
        return _along_directions(J, theta, g, count("directions", directions), epsilon, tolerance, seed)

    J0 = float(J(theta))
    by_array: dict[str, float] = {}
    mine, theirs, kinks = [], [], 0
    for name, p in theta.named().items():
        slopes, kinked = _differences(J, theta, p, g[name], J0, epsilon)
        kinks += kinked
        by_array[name] = _relative(g[name], slopes, J0, epsilon)
        mine.append(g[name].ravel())
        theirs.append(slopes.ravel())
    overall = _relative(np.concatenate(mine), np.concatenate(theirs), J0, epsilon)
    return GradientCheck(overall, by_array, kinks, tolerance)


def gradient_check(
    network: Network,
    parameters: Parameters,
    X: Array,
    Y: Array,
    gradients: Parameters | Gradients | Mapping[str, Array] | None = None,
    *,
    weights: Array | None = None,
    D: Mapping[int, Array] | None = None,
    directions: int | None = None,
    epsilon: float = 1e-5,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientCheck:
    """Check ``gradients`` (ours, from ``backward``, when None) of this network's cost on X (n[0], m) and Y (n[L], m).

    gradients    what ``backward`` returned, or its ``parameters``, or your own in the course's form, {"dW1": ..., ...}
    D            the dropout masks, which must stay the same through a check

    The rest is as in ``check_gradients``. A freshly initialised ReLU network can sit on kinks in every direction; our
    own gradients are then checked a small random step away, where the cost is smooth.

    >>> from .network import initialize
    >>> network = Network((2, 3, 1), "tanh")
    >>> X, Y = np.array([[0.3, -1.0], [1.0, 0.5]]), np.array([[1.0, 0.0]])
    >>> print(str(gradient_check(network, initialize(network, 0), X, Y)).split(":")[0])
    gradient right
    """
    X, Y = np.asarray(X, np.float64), np.asarray(Y, np.float64)
    check_parameters(network, parameters)

    def J(p: Parameters) -> float:
        return float(cost(network, p, forward(network, p, X, weights=weights, D=D), Y, weights))

    def check(theta: Parameters, g: Parameters) -> GradientCheck:
        return check_gradients(J, theta, g, directions=directions, epsilon=epsilon, tolerance=tolerance, seed=seed)

    def ours(theta: Parameters) -> Parameters:
        trace = forward(network, theta, X, weights=weights, D=D)
        return backward(network, theta, trace, Y, weights).parameters

    if gradients is not None:
        own = gradients.parameters if isinstance(gradients, Gradients) else gradients
        return check(parameters, own if isinstance(own, Parameters) else _of_course(own))
    theta = parameters.map(lambda p: np.asarray(p, np.float64))
    try:
        return check(theta, ours(theta))
    except ValueError:  # kinks in every direction
        rng = np.random.default_rng(seed)
        theta = theta.map(lambda p: p + 1e-3 * rng.standard_normal(p.shape))
        return check(theta, ours(theta))


class NumberCheck(NamedTuple):
    """What the check of one number of a gradient found: the slope of J by differences, and whether they agree.

    Where ``at_kink``, the slope is the number between the two sides' slopes that lies nearest to the gradient.
    """

    slope: float
    agrees: bool
    at_kink: bool


def check_number(
    J: Callable[[Parameters], float],
    parameters: Parameters,
    name: str,
    index: tuple[int, ...],
    g: float,
    *,
    epsilon: float = 1e-5,
    tolerance: float = 1e-6,
) -> NumberCheck:
    """Compare g with the central difference of J at one number: ``parameters.named()[name][index]``.

    >>> p = Parameters({1: np.array([[2.0]])}, {1: np.array([[1.0]])}, {}, {})
    >>> check_number(lambda q: (q.W[1] ** 2 + 3 * q.b[1]).item(), p, "W[1]", (0, 0), 8.0).agrees
    False
    """
    theta = parameters.map(lambda p: np.array(p, dtype=np.float64))
    J0 = float(J(theta))
    p = choose("parameter", name, theta.named())
    slope, at_kink = _slope(_along_number(J, theta, p, index), J0, g, positive("epsilon", epsilon))
    distance = _relative(np.array([g]), np.array([slope]), J0, epsilon)
    return NumberCheck(slope, distance <= tolerance, at_kink)


def _differences(
    J: Callable[[Parameters], float], theta: Parameters, p: Array, g: Array, J0: float, epsilon: float
) -> tuple[Array, int]:
    """The slope of J along each number of p, an array inside theta, and how many of them sit at a kink."""
    slopes, kinks = np.zeros(p.shape), 0
    for i in np.ndindex(p.shape):
        slopes[i], kinked = _slope(_along_number(J, theta, p, i), J0, g[i], epsilon)
        kinks += kinked
    return slopes, kinks


def _along_number(
    J: Callable[[Parameters], float], theta: Parameters, p: Array, i: tuple[int, ...]
) -> Callable[[float], float]:
    """J as a function of a step along p[i], a number inside theta, which is put back after each look."""
    at = p[i]

    def J_at(step: float) -> float:
        p[i] = at + step
        value = float(J(theta))
        p[i] = at
        return value

    return J_at


def _along_directions(
    J: Callable[[Parameters], float],
    theta: Parameters,
    g: Mapping[str, Array],
    directions: int,
    epsilon: float,
    tolerance: float,
    seed: int,
) -> GradientCheck:
    rng = np.random.default_rng(seed)
    J0 = float(J(theta))
    # Pairs (slope by g, slope by differences).
    smooth: list[tuple[float, float]] = []
    kinked: list[tuple[float, float]] = []
    while len(smooth) < directions and len(smooth) + len(kinked) < 10 * directions:
        v = theta.map(lambda p: rng.standard_normal(p.shape))
        length = np.sqrt(sum(float((part**2).sum()) for part in v.arrays()))
        v = v.map(lambda part, length=length: part / length)

        def J_at(step: float, v: Parameters = v) -> float:
            return float(J(theta.map(lambda p, along: p + step * along, v)))

        mine = sum(float((g[name] * part).sum()) for name, part in v.named().items())
        slope, at_kink = _slope(J_at, J0, mine, epsilon)
        (kinked if at_kink else smooth).append((mine, slope))
    # Where several kinks meet, the slope by g need not lie between the two sides', so such directions tell nothing.
    by_g, by_differences = np.array(smooth or kinked).T
    check = GradientCheck(_relative(by_g, by_differences, J0, epsilon), {}, len(kinked), tolerance)
    if not smooth and not check:
        raise ValueError(SAY["network.kinks"])
    return check


def _slope(J_at: Callable[[float], float], J0: float, g: float, epsilon: float) -> tuple[float, bool]:
    """The slope at 0 of J_at, which is J along one line, by central differences; and whether a kink is there.

    A smooth cost bends its two one-sided slopes apart by step J'', an eighth of it at an eighth of the step; a kink at
    the point itself keeps them apart. There the slope is the number between the two that lies nearest to g.
    """
    noise = 200 * np.finfo(np.float64).eps * max(abs(J0), 1e-3)
    first = earlier = None
    for step in (epsilon, epsilon / 8, epsilon / 64):
        right, left = (J_at(step) - J0) / step, (J0 - J_at(-step)) / step
        slope, bend = (left + right) / 2, abs(right - left)
        flat = bend <= max(1e-7 * abs(slope), noise / step)
        if flat or (earlier is not None and bend <= earlier / 4):
            # The longest step has the least rounding, unless it reached over a kink beside the point.
            same = first is None or abs(slope - first) <= max(1e-6 * abs(first), noise / step)
            return (slope if first is None or not same else first), False
        first = slope if first is None else first
        earlier = bend
    return min(max(g, min(left, right)), max(left, right)), True


def _relative(g: Array, g_approx: Array, J: float, epsilon: float) -> float:
    """||g - g_approx|| / (||g|| + ||g_approx||); 0 when rounding of costs near J explains the difference."""
    distance = float(np.linalg.norm(g - g_approx))
    rounding = 8 * np.finfo(np.float64).eps * max(abs(J), 1e-3) / epsilon * float(np.sqrt(g.size))
    if distance <= rounding:
        return 0.0
    return distance / float(np.linalg.norm(g) + np.linalg.norm(g_approx))


def _of_course(gradients: Mapping[str, Array]) -> Parameters:
    """{"dW1": ..., "db1": ..., "dgamma1": ...} as Parameters; other names, such as dA1, are passed over."""
    found = (re.fullmatch(r"d(W|b|gamma|beta)(\d+)", name) for name in gradients)
    parts = Parameters()
    for name in filter(None, found):
        getattr(parts, name[1])[int(name[2])] = np.asarray(gradients[name[0]])
    return parts


def _matching(theta: Parameters, gradients: Parameters) -> dict[str, Array]:
    """The gradients by name; ValueError where an array is missing or has another shape than its parameter."""
    mine = {name: np.asarray(dp, np.float64) for name, dp in gradients.named().items()}
    for name, p in theta.named().items():
        choose("gradient", name, mine)
        if mine[name].shape != p.shape:
            raise ValueError(misshapen(f"d{name}", mine[name], f"{name}.shape = {p.shape}"))
    return mine
