"""The forward pass in numbers: each quantity of a Trace, worked out for one entry."""

from ...nn.heads import QuantilesHead, SoftmaxGroupsHead
from ...nn.normalization import EPSILON
from .arithmetic import added, factor, mean, mean_of, number, product, total
from .formulas import SOFTMAX, defined, link, numbers
from .front import FRONT_FORWARD, scaled
from .passes import Passes, Work


def _P(passes: Passes, l: int) -> Work:
    W, A, u = passes.parameters.W[l], passes.trace.A[l - 1], passes.units[l]
    products = total(W.shape[1], lambda j: product(W[u, j], A[j, passes.sample]))
    return Work(f"{W.shape} {A.shape} → {passes.trace.Z[l].shape}", products)


def _Z(passes: Passes, l: int) -> Work:
    b, P, u, WA = passes.parameters.b.get(l), passes.trace.P.get(l), passes.units[l], _P(passes, l)
    shapes, worked = WA.shapes.partition(" →")[0], WA.numbers
    if P is not None:
        shapes, worked = f"{P.shape}", f"{number(P[u, passes.sample])}/√({passes.network.n[l - 1]})"
    if b is not None:
        shapes, worked = f"{shapes} + {b.shape}", added(worked, number(b[u, 0]))
    return Work(f"{shapes} → {passes.trace.Z[l].shape}", worked)


def _mu(passes: Passes, l: int) -> Work:
    Z, w, u = passes.trace.Z[l], passes.weights, passes.units[l]
    shapes = f"{Z.shape} → {passes.trace.mu[l].shape}"
    if w is None:
        return Work(shapes, mean_of(passes.m, Z[u]))
    return Work(shapes, mean_of(passes.m, w[0], Z[u]), f"(1/m) Σᵢ wᵢ Z[{l}]ᵢ")


def _sigma2(passes: Passes, l: int) -> Work:
    Z, w, u = passes.trace.Z[l], passes.weights, passes.units[l]
    shapes, mu = f"{Z.shape} → {passes.trace.sigma2[l].shape}", factor(passes.trace.mu[l][u, 0])
    if w is None:
        return Work(shapes, mean(passes.m, total(Z.shape[1], lambda i: f"({number(Z[u, i])} − {mu})²")))
    summed = total(Z.shape[1], lambda i: f"{number(w[0, i])}·({number(Z[u, i])} − {mu})²")
    return Work(shapes, mean(passes.m, summed), f"(1/m) Σᵢ wᵢ (Z[{l}]ᵢ − mu[{l}])²")


def _Z_norm(passes: Passes, l: int) -> Work:
    trace, u = passes.trace, passes.units[l]
    shapes = f"({trace.Z[l].shape} − {trace.mu[l].shape}) / {trace.sigma2[l].shape} → {trace.Z_norm[l].shape}"
    above = f"({number(trace.Z[l][u, passes.sample])} − {factor(trace.mu[l][u, 0])})"
    return Work(shapes, f"{above} / √({number(trace.sigma2[l][u, 0])} + {number(EPSILON)})")


def _Z_tilde(passes: Passes, l: int) -> Work:
    gamma, beta, Z_norm = passes.parameters.gamma[l], passes.parameters.beta[l], passes.trace.Z_norm[l]
    u = passes.units[l]
    scaled = product(gamma[u, 0], Z_norm[u, passes.sample])
    shapes = f"{gamma.shape} ⊙ {Z_norm.shape} + {beta.shape} → {Z_norm.shape}"
    return Work(shapes, added(scaled, number(beta[u, 0])))


def _A(passes: Passes, l: int) -> Work:
    """A[l] is s F before layer 1, Z + alpha (G - Z) in a parametric layer, and else g[l](Z), as G[l] is there."""
    if l == 0:
        return scaled(passes)
    if l not in passes.trace.G:
        return _g(passes, l)
    alpha, shape, (z, g, *_) = passes.parameters.alpha[l], passes.trace.A[l].shape, passes.values(l)
    mixed = f"{factor(alpha[passes.units[l], 0])}·({number(g)} − {factor(z)})"
    return Work(f"{shape} + {alpha.shape} ⊙ ({shape} − {shape}) → {shape}", added(number(z), mixed))


def _g(passes: Passes, l: int) -> Work:
    shape = passes.trace.A[l].shape
    shapes, v, name = f"{shape} → {shape}", passes.values(l), f"g[{l}](z)"
    g, formula = link(passes.network, l)
    if type(g) in SOFTMAX:
        return Work(shapes, _softmax(passes, l), where=f"g[{l}](z)ₖ = exp(zₖ) / Σⱼ exp(zⱼ)")
    if isinstance(g, QuantilesHead):
        k, size = passes.units[l], len(g.quantiles)
        Z = passes.trace.Z[l][k - k % size :][:size, passes.sample]
        return Work(shapes, f"sort({', '.join(map(number, Z))})[{k % size}]", where=f"g[{l}](z) = sort(z)")
    if formula is None:
        return Work(shapes, f"g[{l}]({number(v.z)})")
    return Work(shapes, numbers(formula, g, v), where=defined(name, formula, g))


def _softmax(passes: Passes, l: int) -> str:
    """exp(z) over the sum of exp(z) of the classes of one question."""
    head, unit, Z = passes.network.head, passes.units[l], passes.trace.Z[l][:, passes.sample]
    group = slice(0, len(Z))
    if isinstance(head, SoftmaxGroupsHead):
        group = next(group for group in head.groups() if group.start <= unit < group.stop)
    below = total(len(Z[group]), lambda k: f"exp({number(Z[group][k])})")
    return f"exp({number(Z[unit])}) / ({below})"


FORWARD = {
    "P": _P,
    "Z": _Z,
    "mu": _mu,
    "sigma2": _sigma2,
    "Z_norm": _Z_norm,
    "Z_tilde": _Z_tilde,
    "G": _g,
    "A": _A,
    **FRONT_FORWARD,
}
