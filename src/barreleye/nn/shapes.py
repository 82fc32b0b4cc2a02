"""The border of the equations: X, Y and weights of a wrong shape are refused, so that none broadcasts in silence.

Called by the functions of network.py and by whoever takes columns from a user.
"""

from ..words import NOTHING
from .arrays import Array, like
from .quantities import Parameters
from .structure import Network
from .validation import SAY, misshapen, transposed


def check_X(network: Network, X: Array) -> None:
    """Raise ValueError unless X is (n[0], m): a wrong shape must not broadcast into a wrong answer."""
    if X.ndim == 2 and X.shape[0] == network.n_x and X.shape[1] != 0:
        return
    hint = NOTHING
    if X.ndim == 1:
        hint = SAY["hint.column"]
    elif X.ndim == 2 and X.shape[1] == network.n_x:
        hint = transposed("X")
    size = "n[0]" if network.front is None else "n_x"
    raise ValueError(misshapen("X", X, SAY["samples"].filled(shape=f"({size}, m) = ({network.n_x}, m)"), hint))


def check_parameters(network: Network, parameters: Parameters) -> None:
    """Raise ValueError unless the arrays are this network's: of another one the answers would be no answers."""
    wanted = network.shapes()
    held = {name: tuple(p.shape) for name, p in parameters.named().items()}
    for name in sorted(wanted.keys() | held.keys()):
        if wanted.get(name) != held.get(name):
            shown = {"there": held.get(name, SAY["nothing"]), "needed": wanted.get(name, SAY["nothing"])}
            raise ValueError(SAY["network.parameters"].filled(name=name, network=network, **shown))


def check_Y(Z: Array, Y: Array) -> Array:
    """Y in Z's dtype (labels stored as uint8 would wrap around); ValueError unless it has Z's shape (n[L], m)."""
    Y = like(Y, Z)
    if Y.shape != Z.shape:
        hint = transposed("Y") if Y.shape == Z.shape[::-1] else NOTHING
        if Y.ndim == 1 and Z.shape[0] == 1:
            hint = SAY["hint.one_output"].filled(m=Y.shape[0])
        raise ValueError(misshapen("Y", Y, f"(n[L], m) = {tuple(Z.shape)}", hint))
    return Y


def check_weights(Z: Array, weights: Array | None) -> Array | None:
    """Sample weights in Z's dtype; ValueError unless (1, m): a column of them would broadcast to (m, m) in silence."""
    if weights is None:
        return None
    weights = like(weights, Z)
    if weights.shape != (1, Z.shape[1]):
        raise ValueError(misshapen("weights", weights, f"(1, m) = (1, {Z.shape[1]})"))
    return weights
