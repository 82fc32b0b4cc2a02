"""The border of the equations: X, Y and weights of a wrong shape are refused, so that none broadcasts in silence.

Called by the functions of network.py and by whoever takes columns from a user.
"""

from .arrays import Array, like
from .quantities import Parameters
from .structure import Network


def check_X(network: Network, X: Array) -> None:
    """Raise ValueError unless X is (n[0], m): a wrong shape must not broadcast into a wrong answer."""
    if X.ndim == 2 and X.shape[0] == network.n_x and X.shape[1] != 0:
        return
    hint = ""
    if X.ndim == 1:
        hint = "; a single sample is a column, x.reshape(-1, 1)"
    elif X.ndim == 2 and X.shape[1] == network.n_x:
        hint = "; its samples look like rows, pass X.T"
    size = "n[0]" if network.front is None else "n_x"
    raise ValueError(
        f"X has shape {tuple(X.shape)} where ({size}, m) = ({network.n_x}, m), samples as columns, is expected{hint}"
    )


def check_parameters(network: Network, parameters: Parameters) -> None:
    """Raise ValueError unless the arrays are this network's: of another one the answers would be no answers."""
    wanted = network.shapes()
    held = {name: tuple(p.shape) for name, p in parameters.named().items()}
    for name in sorted(wanted.keys() | held.keys()):
        if wanted.get(name) != held.get(name):
            there = f"shape {held[name]}" if name in held else "nothing"
            needed = f"shape {wanted[name]}" if name in wanted else "no such array"
            raise ValueError(f"the parameters hold {there} as {name}, and {network!r} has {needed}: they are another's")


def check_Y(Z: Array, Y: Array) -> Array:
    """Y in Z's dtype (labels stored as uint8 would wrap around); ValueError unless it has Z's shape (n[L], m)."""
    Y = like(Y, Z)
    if Y.shape != Z.shape:
        hint = "; its samples look like rows, pass Y.T" if Y.shape == Z.shape[::-1] else ""
        if Y.ndim == 1 and Z.shape[0] == 1:
            hint = f"; for one output, pass Y.reshape(1, {Y.shape[0]})"
        raise ValueError(f"Y has shape {tuple(Y.shape)} where (n[L], m) = {tuple(Z.shape)} is expected{hint}")
    return Y


def check_weights(Z: Array, weights: Array | None) -> Array | None:
    """Sample weights in Z's dtype; ValueError unless (1, m): a column of them would broadcast to (m, m) in silence."""
    if weights is None:
        return None
    weights = like(weights, Z)
    if weights.shape != (1, Z.shape[1]):
        raise ValueError(f"weights have shape {tuple(weights.shape)} where (1, m) = (1, {Z.shape[1]}) is expected")
    return weights
