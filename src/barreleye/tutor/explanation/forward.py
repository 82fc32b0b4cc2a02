"""The forward pass in numbers: each quantity of a Trace, worked out for one entry."""

from ...nn.heads import SoftmaxGroupsHead
from ...nn.normalization import EPSILON
from .arithmetic import added, factor, mean, number, product, total
from .formulas import SOFTMAX, defined, link, numbers
from .passes import Passes, Work


def _Z(passes: Passes, l: int) -> Work:
    W, A, b = passes.parameters.W[l], passes.trace.A[l - 1], passes.parameters.b.get(l)
    u, s = passes.units[l], passes.sample
    shapes = f"{W.shape} {A.shape}" + ("" if b is None else f" + {b.shape}")
    products = total(W.shape[1], lambda j: product(W[u, j], A[j, s]))
    return Work(f"{shapes} → {passes.trace.Z[l].shape}", products if b is None else added(products, number(b[u, 0])))


def _mu(passes: Passes, l: int) -> Work:
    Z, w, u = passes.trace.Z[l], passes.weights, passes.units[l]
    shapes = f"{Z.shape} → {passes.trace.mu[l].shape}"
    if w is None:
        return Work(shapes, mean(passes.m, total(Z.shape[1], lambda i: number(Z[u, i]))))
    summed = total(Z.shape[1], lambda i: product(w[0, i], Z[u, i]))
    return Work(shapes, mean(passes.m, summed), f"(1/m) Σᵢ wᵢ Z[{l}]ᵢ")


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
    shape = passes.trace.A[l].shape
    shapes, v, name = f"{shape} → {shape}", passes.values(l), f"g[{l}](z)"
    g, formula = link(passes.network, l)
    if type(g) in SOFTMAX:
        return Work(shapes, _softmax(passes, l), where=f"g[{l}](z)ₖ = exp(zₖ) / Σⱼ exp(zⱼ)")
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


FORWARD = {"Z": _Z, "mu": _mu, "sigma2": _sigma2, "Z_norm": _Z_norm, "Z_tilde": _Z_tilde, "A": _A}
