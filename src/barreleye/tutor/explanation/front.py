"""What stands before layer 1 in numbers: each part in one row of its F, its first wave, the level of the sample shown.

The row is that of the input shown, ``passes.units[0]``, in the part that makes it, and the first in the others. In
these equations X are the rows that the part takes, and a condition in parentheses is 1 where it holds, else 0.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Activation, activation
from ...nn.arrays import Array
from ...nn.front import WAVES, Levels, Numbers, Part, Rows, own
from .arithmetic import added, factor, grouped, mean, mean_of, number, product, total
from .formulas import ACTIVATIONS, SLOPES, Values, defined, numbers
from .passes import Passes, Work


class Shown(NamedTuple):
    """Part k, with its parameters, the rows of X that it takes and of A[0] that it makes; and what is shown of it.

    row    of its F
    x      the row of its X that this row is made of, and ``x_of_all`` the same among all rows of X
    """

    k: int
    part: Any
    p: dict[str, Array]
    X: Array
    out: slice
    row: int
    x: int
    x_of_all: int


def part_shown(passes: Passes, k: int) -> Shown:
    front = passes.network.front
    assert front is not None  # or there is no part k
    _, part, rows, out = list(front.places())[k - 1]
    row = passes.units[0] - out.start
    row = row if 0 <= row < part.n_out else 0
    x = row * part.n_x // part.n_out
    x_of_all = (front.order or range(front.n_x))[rows.start + x]
    return Shown(k, part, own(passes.parameters, part, k), front.ordered(passes.X)[rows], out, row, x, x_of_all)


# The scale behind all parts


def scaled(passes: Passes) -> Work:
    """A[0] = s[0] F."""
    s, F, u = passes.parameters.s[0], np.concatenate(list(passes.trace.F.values())), passes.units[0]
    worked = product(s[u, 0], F[u, passes.sample])
    return Work(f"{s.shape} ⊙ {F.shape} → {F.shape}", worked, f"s[0] ⊙ {_stacked(passes)}")


def _ds(passes: Passes, l: int) -> Work:
    dA, F, u = passes.gradients.dA[0], np.concatenate(list(passes.trace.F.values())), passes.units[0]
    equation = f"(1/m) Σᵢ dA[0]ᵢ ⊙ {_stacked(passes)}ᵢ"
    return Work(f"{dA.shape} ⊙ {F.shape} → {(len(F), 1)}", mean_of(passes.m, dA[u], F[u]), equation)


def _stacked(passes: Passes) -> str:
    """F of the parts below each other."""
    names = [f"F[{k}]" for k in passes.trace.F]
    return f"[{'; '.join(names if len(names) < 4 else [names[0], '…', names[-1]])}]"


def _dF(passes: Passes, it: Shown) -> Work:
    s, dA, dF = passes.parameters.s[0], passes.gradients.dA[0], passes.gradients.dF[it.k]
    u, i = it.out.start + it.row, passes.sample
    equation = f"(s[0] ⊙ dA[0])[{it.out.start}:{it.out.stop}]"
    shapes = f"({s.shape} ⊙ {dA.shape})[{it.out.start}:{it.out.stop}] → {dF.shape}"
    return Work(shapes, product(s[u, 0], dA[u, i]), equation, entry=(it.row, i))


# Numbers: waves, and what g makes of them


class WaveText(NamedTuple):
    """A wave of u on paper: that of the first, of all, and their slope, by what 2π multiplies where t is 2π."""

    first: str
    all: str
    slope: str


SHOWN_WAVES = {
    "cosine": WaveText("cos({u})", "cos({u})", "−{t}sin({u})"),
    "pairs": WaveText("cos({u})", "[cos({u}); sin({u})]", "[−{t}sin({u}); {t}cos({u})]"),
    "ramp": WaveText("max(0, min(1, {u}))", "max(0, min(1, {u}))", "(0 < {u} < 1)"),
}


def _u(it: Shown) -> str:
    """What the waves are of, in letters."""
    turn = "2π " if WAVES[it.part.wave].turn != 1 else ""
    return f"{turn}omega[{it.k}] X" + (f" + phase[{it.k}]" if "phase" in it.p else "")


def _H(passes: Passes, it: Shown) -> Work:
    wave, omega, shape = SHOWN_WAVES[it.part.wave], it.p["omega"], passes.trace.H[it.k].shape
    u = "2π·" if WAVES[it.part.wave].turn != 1 else ""
    u += product(omega[it.x, 0], it.X[it.x, passes.sample])
    shapes = f"{omega.shape} {it.X.shape}"
    if "phase" in it.p:
        u, shapes = added(u, number(it.p["phase"][it.x, 0])), f"{shapes} + {omega.shape}"
    entry = (it.x, 0, passes.sample)
    return Work(f"{shapes} → {shape}", wave.first.format(u=u), wave.all.format(u=_u(it)), entry=entry)


def _F_of_numbers(passes: Passes, it: Shown) -> Work:
    V, v, H, F = it.p["V"], it.p["v"], passes.trace.H[it.k], passes.trace.F[it.k]
    g, i, c = activation(it.part.g), passes.sample, it.row % it.part.size
    shapes, equation, where = f"{V.shape} {H.shape} + {v.shape}", f"V[{it.k}] H[{it.k}] + v[{it.k}]", ""
    if it.part.g != "identity":
        equation, where = f"g({equation})", defined("g(z)", ACTIVATIONS[type(g)], g)
    if it.part.beside:
        shapes, equation = f"[{shapes}; {it.X.shape}]", f"[{equation}; X]"
    if c == V.shape[1]:
        worked = number(it.X[it.x, i])
    else:
        products = total(V.shape[2], lambda j: product(V[it.x, c, j], H[it.x, j, i]))
        worked = added(products, number(v[it.x, c]))
        if it.part.g != "identity":
            z = V[it.x, c] @ H[it.x, :, i] + v[it.x, c]
            worked = f"g({worked}) = {numbers(ACTIVATIONS[type(g)], g, Values(z, F[it.row, i]))}"
    return Work(f"{shapes} → {F.shape}", worked, equation, where, entry=(it.row, i))


class Behind(NamedTuple):
    """m J by V H + v of the number shown: dF, or dF ⊙ g′ where g bends it.

    factors    dF (made, m), and g′ beside it where it is not 1
    row        the one shown of those rows
    letters    of their product, and what g′ is
    """

    factors: list[Array]
    row: int
    letters: str
    where: str

    def equation(self, text: str) -> str | None:
        return text.format(self.letters) if self.where else None


def _behind(passes: Passes, it: Shown) -> Behind:
    made, size, k = it.p["V"].shape[1], it.part.size, it.k
    rows = slice(it.x * size, it.x * size + made)
    factors, row = [passes.gradients.dF[k][rows]], min(it.row % size, made - 1)
    if it.part.g == "identity":
        return Behind(factors, row, f"dF[{k}]", "")
    g: Activation = activation(it.part.g)
    Z = it.p["V"][it.x] @ passes.trace.H[k][it.x] + it.p["v"][it.x][:, None]
    factors.append(g.derivative(Z, passes.trace.F[k][rows]))
    return Behind(factors, row, f"(dF[{k}] ⊙ g′(V[{k}] H[{k}] + v[{k}]))", defined("g′(z)", SLOPES[type(g)], g))


def _dv(passes: Passes, it: Shown) -> Work:
    behind, v = _behind(passes, it), it.p["v"]
    worked = mean_of(passes.m, *(rows[behind.row] for rows in behind.factors))
    shapes, equation = f"{passes.gradients.dF[it.k].shape} → {v.shape}", behind.equation("(1/m) Σᵢ {}ᵢ")
    return Work(shapes, worked, equation, behind.where, entry=(it.x, behind.row))


def _dV(passes: Passes, it: Shown) -> Work:
    behind, H = _behind(passes, it), passes.trace.H[it.k]
    worked = mean_of(passes.m, *(rows[behind.row] for rows in behind.factors), H[it.x, 0])
    shapes = f"{passes.gradients.dF[it.k].shape} {H.shape}ᵀ → {it.p['V'].shape}"
    equation = behind.equation(f"(1/m) {{}} H[{it.k}]ᵀ")
    return Work(shapes, worked, equation, behind.where, entry=(it.x, behind.row, 0))


def _dH(passes: Passes, it: Shown) -> Work:
    behind, V, i = _behind(passes, it), it.p["V"], passes.sample
    worked = total(V.shape[1], lambda c: product(V[it.x, c, 0], *(rows[c, i] for rows in behind.factors)))
    shapes = f"{V.shape}ᵀ {passes.gradients.dF[it.k].shape} → {passes.trace.H[it.k].shape}"
    return Work(shapes, worked, behind.equation(f"V[{it.k}]ᵀ {{}}"), behind.where, entry=(it.x, 0, i))


def _slopes(it: Shown) -> Array:
    """wave′ of the waves of the number shown, (waves, m)."""
    return WAVES[it.part.wave].derivative(it.part.u(it.p, it.X))[it.x]


def _dphase(passes: Passes, it: Shown) -> Work:
    dH = passes.gradients.dH[it.k]
    where = f"wave′ = {SHOWN_WAVES[it.part.wave].slope.format(t='', u=_u(it))}"
    worked = mean_of(passes.m, dH[it.x, 0], _slopes(it)[0])
    return Work(f"{dH.shape} ⊙ {dH.shape} → {it.p['phase'].shape}", worked, where=where, entry=(it.x, 0))


def _domega(passes: Passes, it: Shown) -> Work:
    dH, x, slopes = passes.gradients.dH[it.k], it.X[it.x], WAVES[it.part.wave].turn * _slopes(it)
    pairs = it.part.wave == "pairs"
    waves = (0, it.part.waves // 2) if pairs else (0,)

    def term(i: int) -> str:
        return f"{grouped(added(*(product(dH[it.x, j, i], slopes[j, i]) for j in waves)))}·{factor(x[i])}"

    equation = f"(1/m) Σᵢ Σ{{cos, sin}} dH[{it.k}]ᵢ ⊙ wave′ᵢ ⊙ Xᵢ" if pairs else None
    where = f"wave′ = {SHOWN_WAVES[it.part.wave].slope.format(t='2π·', u=_u(it))}"
    shapes = f"{dH.shape} ⊙ {dH.shape} ⊙ {it.X.shape} → {it.p['omega'].shape}"
    return Work(shapes, mean(passes.m, total(len(x), term)), equation, where, entry=(it.x, 0))


# Levels and rows


def _F_of_levels(passes: Passes, it: Shown) -> Work:
    code = int(it.part.codes(it.X)[passes.sample])
    shapes, entry = f"{it.p['E'].shape} → {passes.trace.F[it.k].shape}", (it.row, passes.sample)
    return Work(shapes, f"E[{it.k}][{code}, {it.row}]", f"E[{it.k}][X]ᵀ", entry=entry)


def _dE(passes: Passes, it: Shown) -> Work:
    codes, dF = it.part.codes(it.X), passes.gradients.dF[it.k]
    code = int(codes[passes.sample])
    worked = mean_of(passes.m, dF[it.row][codes == code])
    equation = f"(1/m) Σᵢ (Xᵢ = x) ⊙ dF[{it.k}]ᵢ"
    return Work(f"{dF.shape} → {it.p['E'].shape}", worked, equation, f"x = {code}", entry=(code, it.row))


def _F_of_rows(passes: Passes, it: Shown) -> Work:
    at = (it.row, passes.sample)
    return Work(f"{it.X.shape} → {it.X.shape}", number(it.X[at]), "X", entry=at)


Rule = Callable[[Passes, Shown], Work]

WORKED: dict[type[Part], dict[str, Rule]] = {
    Numbers: {
        **{"H": _H, "F": _F_of_numbers, "dF": _dF},
        **{"dv": _dv, "dV": _dV, "dH": _dH, "dphase": _dphase, "domega": _domega},
    },
    Levels: {"F": _F_of_levels, "dF": _dF, "dE": _dE},
    Rows: {"F": _F_of_rows, "dF": _dF},
}


def of_part(quantity: str) -> Callable[[Passes, int], Work]:
    """How the quantity is worked out for part k; for a part of a user's own the number stands alone, in first place."""

    def work(passes: Passes, k: int) -> Work:
        it = part_shown(passes, k)
        rules: dict[str, Rule] = WORKED.get(type(it.part), {"dF": _dF})
        if quantity in rules:
            return rules[quantity](passes, it)
        backward = quantity.startswith("d")
        array = getattr(passes.gradients if backward else passes.trace, quantity)[k]
        entry = (0,) * array.ndim
        equation = f"∂J/∂{quantity[1:]}[{k}]" if backward else f"{type(it.part).__name__}(X)"
        return Work(f"{it.X.shape} → {array.shape}", number(array[entry]), equation, entry=entry)

    return work


FRONT_FORWARD = {name: of_part(name) for name in ("H", "F")}
FRONT_BACKWARD = {"ds": _ds} | {name: of_part(name) for name in ("dF", "dv", "dV", "dH", "dphase", "domega", "dE")}
