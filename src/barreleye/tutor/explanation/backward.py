"""The backward pass in numbers: each quantity of Gradients, worked out for one entry."""

from collections.abc import Callable

import numpy as np

from ...nn.activations import Activation
from ...nn.heads import ActivatedHead
from ...nn.normalization import EPSILON
from .arithmetic import added, factor, grouped, mean, mean_of, number, product, total
from .formulas import SLOPES, Values, defined, letters, numbers, output_slope, targets
from .front import FRONT_BACKWARD
from .passes import Passes, Work


def _dZ(passes: Passes, l: int) -> Work:
    if l == passes.network.L:
        return _dZ_output(passes, l)
    return _dZ_batch_norm(passes, l) if l in passes.gradients.dZ_tilde else _through_g(passes, l)


def _dZ_output(passes: Passes, l: int) -> Work:
    head, w, v, shape = passes.network.head, passes.weights, passes.values(l), passes.gradients.dZ[l].shape
    (of, formula), (y, meaning) = output_slope(head), targets(head, shape[0])
    equation, shapes, where = f"∂loss/∂Z[{l}]", f"{shape}, {shape}", ""
    worked = number(head.dZ(passes.trace.Z[l], passes.trace.A[l], passes.Y)[passes.units[l], passes.sample])
    if formula is not None:
        shapes = f"{shape} − {shape}"
        equation, worked, where = letters(formula, of, f"Z[{l}]", f"A[{l}]", y), numbers(formula, of, v), meaning
    if isinstance(head, ActivatedHead):
        slope, where = _slope(l, head.g, v)
        equation, shapes = f"{grouped(equation)} ⊙ g[{l}]′(Z[{l}])", f"({shapes}) ⊙ {shape}"
        worked = f"{grouped(worked)}·{grouped(slope)}"
    if w is not None:
        equation, shapes = f"w ⊙ {grouped(equation)}", f"{w.shape} ⊙ ({shapes})"
        worked = f"{factor(w[0, passes.sample])}·{grouped(worked)}"
    return Work(f"{shapes} → {shape}", worked, equation, where)


def _through_g(passes: Passes, l: int) -> Work:
    """dA times the slope of A: dZ[l], or dZ_tilde[l] where layer l has batch norm."""
    g, v, shape = passes.network.activations[l - 1], passes.values(l), passes.trace.A[l].shape
    dA, alpha = passes.gradients.dA[l][passes.units[l], passes.sample], passes.parameters.alpha.get(l)
    (slope, where), slopes, by_number = _slope(l, g, v), f"{shape}", number(slope_at(g, v))
    if alpha is not None:
        share = factor(alpha[passes.units[l], 0])
        slope, by_number = (f"1 + {share}·({text} − 1)" for text in (grouped(slope), factor(slope_at(g, v))))
        slopes = f"(1 + {alpha.shape} ⊙ ({shape} − 1))"
    worked = f"{factor(dA)}·{grouped(by_number)}"
    if slope != by_number:
        worked = f"{factor(dA)}·{grouped(slope)} = {worked}"
    return Work(f"{shape} ⊙ {slopes} → {shape}", worked, where=where)


def _slope(l: int, g: Activation, v: Values) -> tuple[str, str]:
    """g′(z) in numbers, and its formula in letters: nothing for an activation that has none."""
    formula = SLOPES.get(type(g))
    if formula is None:
        return number(slope_at(g, v)), ""
    return numbers(formula, g, v), defined(f"g[{l}]′(z)", formula, g)


def slope_at(g: Activation, v: Values) -> float:
    return float(g.derivative(np.asarray(v.z), np.asarray(v.a)))


def _dZ_batch_norm(passes: Passes, l: int) -> Work:
    trace, gradients, w, u, s = passes.trace, passes.gradients, passes.weights, passes.units[l], passes.sample
    gamma, shape = passes.parameters.gamma[l], trace.Z[l].shape
    scale = f"{factor(gamma[u, 0])}/√({number(trace.sigma2[l][u, 0])} + {number(EPSILON)})"
    dZ_tilde, Z_norm = number(gradients.dZ_tilde[l][u, s]), trace.Z_norm[l][u, s]
    dgamma, dbeta = gradients.dgamma[l][u, 0], gradients.dbeta[l][u, 0]
    through = added(number(dbeta), product(Z_norm, dgamma))
    weight, scaled = ("", "") if w is None else ("w ⊙ ", f"{factor(w[0, s])}·")
    equation = (
        f"gamma[{l}]/√(sigma2[{l}] + epsilon) ⊙ (dZ_tilde[{l}] − {weight}(dbeta[{l}] + Z_norm[{l}] ⊙ dgamma[{l}]))"
    )
    shapes = f"{gamma.shape} ⊙ ({shape} − {gamma.shape} − {shape} ⊙ {gamma.shape}) → {shape}"
    return Work(shapes, f"{scale}·({dZ_tilde} − {scaled}({through}))", equation)


def _dgamma(passes: Passes, l: int) -> Work:
    dZ_tilde, Z_norm, u = passes.gradients.dZ_tilde[l], passes.trace.Z_norm[l], passes.units[l]
    summed = mean_of(passes.m, dZ_tilde[u], Z_norm[u])
    return Work(f"{dZ_tilde.shape} ⊙ {Z_norm.shape} → {(len(Z_norm), 1)}", summed)


def _dalpha(passes: Passes, l: int) -> Work:
    dA, G, Z, u = passes.gradients.dA[l], passes.trace.G[l], passes.Z(l), passes.units[l]
    summed = total(G.shape[1], lambda i: f"{factor(dA[u, i])}·({number(G[u, i])} − {factor(Z[u, i])})")
    return Work(f"{dA.shape} ⊙ ({G.shape} − {Z.shape}) → {(len(G), 1)}", mean(passes.m, summed))


def _column_mean(of: str) -> Callable[[Passes, int], Work]:
    """The mean over samples of a quantity of the backward pass: db of dZ, dbeta of dZ_tilde."""

    def work(passes: Passes, l: int) -> Work:
        d, u = getattr(passes.gradients, of)[l], passes.units[l]
        return Work(f"{d.shape} → {(d.shape[0], 1)}", mean_of(passes.m, d[u]))

    return work


def _dR(passes: Passes, l: int) -> Work:
    W, m = passes.parameters.W[l], number(passes.m)
    at = W[passes.units[l], passes.units[l - 1]]
    letter = {"L2": f"(L2/m) W[{l}]", "L1": f"(L1/m) sign(W[{l}])"}
    worked = {"L2": factor(at), "L1": f"sign({number(at)})"}
    penalties = passes.penalties(l)
    terms = [f"{number(strength)}/{m}·{worked[which]}" for which, strength in penalties]
    return Work(f"{W.shape} → {W.shape}", added(*terms), " + ".join(letter[which] for which, _ in penalties))


def _dW(passes: Passes, l: int) -> Work:
    dP, A, dR = passes.dP(l), passes.trace.A[l - 1], passes.gradients.dR.get(l)
    u, j = passes.units[l], passes.units[l - 1]
    worked = mean_of(passes.m, dP[u], A[j])
    shapes, shape = f"{dP.shape} {A.T.shape}", (dP.shape[0], A.shape[0])
    if dR is None:
        return Work(f"{shapes} → {shape}", worked)
    return Work(f"{shapes} + {dR.shape} → {shape}", added(worked, number(dR[u, j])))


def _dA(passes: Passes, l: int) -> Work:
    W, dP, u = passes.parameters.W[l + 1], passes.dP(l + 1), passes.units[l]
    summed = total(len(W), lambda k: product(W[k, u], dP[k, passes.sample]))
    return Work(f"{W.T.shape} {dP.shape} → {passes.gradients.dA[l].shape}", summed)


def _dP(passes: Passes, l: int) -> Work:
    dZ, below = passes.gradients.dZ[l], passes.network.n[l - 1]
    return Work(f"{dZ.shape} → {dZ.shape}", f"{number(dZ[passes.units[l], passes.sample])}/√({below})")


BACKWARD = {
    "dZ": _dZ,
    "dA": _dA,
    "dZ_tilde": _through_g,
    "dalpha": _dalpha,
    "dgamma": _dgamma,
    "dbeta": _column_mean("dZ_tilde"),
    "dP": _dP,
    "dR": _dR,
    "dW": _dW,
    "db": _column_mean("dZ"),
    **FRONT_BACKWARD,
}
