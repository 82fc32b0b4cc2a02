"""What stands before layer 1 in numbers: each part in one row of its F, its first wave, the level of the sample shown.

The row is that of the input shown, ``passes.units[0]``, in the part that makes it, and the first in the others. In
these equations l is the part's number and X are the rows that it takes.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import activation
from ...nn.arrays import Array
from ...nn.front import WAVES, Levels, Numbers, Part, Rows, own
from ...nn.notation import layer_index, paper, parsed
from ...nn.worked_out import shapes_in
from ...words import NOTHING, Text
from .formulas import replaced
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


def of_front(passes: Passes, quantity: str, k: int) -> Work | None:
    """How a quantity before layer 1 is worked out; None for one of a layer.

    Of a part of a user's own the number stands alone, in first place.
    """
    if (quantity, k) == ("ds", 0) or ((quantity, k) == ("A", 0) and passes.network.front is not None):
        return scaled(passes, quantity)
    if quantity not in ("H", "F", "dF", "dv", "dV", "dH", "dphase", "domega", "dE"):
        return None
    it = part_shown(passes, k)
    if quantity == "dF":
        return dF(passes, it)
    if type(it.part) in WORKED:
        return WORKED[type(it.part)](passes, it, quantity)._replace(front=True)
    backward = quantity.startswith("d")
    array = getattr(passes.gradients if backward else passes.trace, quantity)[k]
    text, entry = f"∂J/∂{quantity[1:]}[{k}]" if backward else f"{type(it.part).__name__}(X)", (0,) * array.ndim
    number = {"number": array[entry]}
    return Work("number", number, (0, 0), Text(text, text), shapes=str(it.X.shape), entry=entry, front=True)


def scaled(passes: Passes, quantity: str) -> Work:
    """A[0] = s[0] F, and ds[0]: F are the parts below each other."""
    names, u = [f"F[{k}]" for k in passes.trace.F], passes.units[0]
    stacked = f"[{'; '.join(names if len(names) < 4 else [names[0], '…', names[-1]])}]"
    text = "s[0] * F" if quantity == "A" else "sum(dA[0] * F, axis=1) / m"
    v = passes.numbers(0) | {"F": np.concatenate(list(passes.trace.F.values()))}
    at = (u, passes.sample if quantity == "A" else 0)
    return Work(text, v, at, paper(replaced(parsed(text), {"F": ast.Name(stacked)})), front=True)


def dF(passes: Passes, it: Shown) -> Work:
    """The part's rows of s[0] * dA[0]."""
    text, v, rows = "s[0] * dA[0]", passes.numbers(0), f"[{it.out.start}:{it.out.stop}]"
    at, entry = (it.out.start + it.row, passes.sample), (it.row, passes.sample)
    said = NOTHING + "(" + paper(text) + f"){rows}"
    return Work(text, v, at, said, shapes=f"({shapes_in(text, v)}){rows}", entry=entry, front=True)


# Numbers: waves, and what g makes of them

FIRST_WAVES = {"cosine": "cos({u})", "pairs": "cos({u})", "ramp": "maximum(0, minimum(1, {u}))"}
WAVE_SLOPES = {"cosine": "-{turn}sin({u})", "pairs": "-{turn}sin({u})", "ramp": "0 < {u} < 1"}
"""The first wave of u, and its slope by what 2π multiplies where ``turn`` is that."""
BESIDE = {"cos({u})": "sin({u})", "-{turn}sin({u})": "{turn}cos({u})"}
"""What stands below it where waves are pairs."""
LINEAR = "V[l] @ H[l] + v[l]"


def of_numbers(passes: Passes, it: Shown, quantity: str) -> Work:
    """The number shown, in its first wave; what comes of V is shown in the row shown."""
    s, x, made, pairs = passes.sample, it.x, it.p["V"].shape[1], it.part.wave == "pairs"
    row, bent = min(it.row % it.part.size, made - 1), it.part.g != "identity"
    F, dF = (f"g[l]({LINEAR})", f"(dF[l] * dg[l]({LINEAR}, F[l]))") if bent else (LINEAR, "dF[l]")
    omega = "sum(sum(dH[l] * dwave, axis=0) * X, axis=1) / m" if pairs else "sum(dH[l] * dwave * X, axis=1) / m"
    texts: dict[str, tuple[str, tuple[int, int], tuple[int, ...]]] = {
        "H": (FIRST_WAVES[it.part.wave].format(u=u_of(it)), (0, s), (x, 0, s)),
        "F": (F, (row, s), (it.row, s)),
        "dv": (f"sum({dF}, axis=1) / m", (row, 0), (x, row)),
        "dV": (f"{dF} @ H[l].T / m", (row, 0), (x, row, 0)),
        "dH": (f"V[l].T @ {dF}", (0, s), (x, 0, s)),
        "dphase": ("sum(dH[l] * dwave, axis=1) / m", (0, 0), (x, 0)),
        "domega": (omega, (0, 0), (x, 0)),
    }
    text, at, entry = texts[quantity]
    shapes = shapes_in(text, passes.numbers(it.k) | {"X": it.X, "dwave": passes.trace.H[it.k]})
    work = Work(text, of_one(passes, it, quantity), at, said(it, text), NOTHING, shapes, entry, activation(it.part.g))
    if quantity == "H":
        return work._replace(equation=waves(it, FIRST_WAVES))
    if quantity == "F" and it.part.beside:
        work = work._replace(equation=said(it, F, "[{}; X]"), shapes=f"[{shapes}; {it.X.shape}]")
        return work._replace(text="X", at=(0, s), g=None) if it.row % it.part.size == made else work
    if quantity == "domega" and pairs:
        own = said(it, text).replace("Σⱼ", "Σ{cos, sin}")
        work = work._replace(equation=Text(own, own))
    if quantity in ("dphase", "domega"):
        return work._replace(
            where=NOTHING + "wave′ = " + waves(it, WAVE_SLOPES, "2 * pi * " if quantity == "domega" else "")
        )
    return work


def u_of(it: Shown) -> str:
    """What the waves are of."""
    turn = "2 * pi * " if WAVES[it.part.wave].turn != 1 else ""
    return f"{turn}omega[l] * X" + (" + phase[l]" if "phase" in it.p else "")


def waves(it: Shown, texts: Mapping[str, str], turn: str = "") -> Text:
    """The waves of the part on paper, or their slopes."""
    text, filled = texts[it.part.wave], {"u": u_of(it), "turn": turn}
    if it.part.wave != "pairs":
        return said(it, text.format(**filled))
    return NOTHING + "[" + said(it, text.format(**filled)) + "; " + said(it, BESIDE[text].format(**filled), "{}]")


def said(it: Shown, text: str, around: str = "{}") -> Text:
    """The text on paper, in which g is that of the part."""
    before, after = around.split("{}")
    shown = layer_index(it.k)
    return NOTHING + before + paper(text, lambda index: "g" if index == "g" else shown(index)) + after


def of_one(passes: Passes, it: Shown, quantity: str) -> dict[str, Any]:
    """What the names of an equation are for the number shown: arrays of two dimensions."""
    k, x, wave, d, g = it.k, it.x, WAVES[it.part.wave], passes.gradients, activation(it.part.g)
    rows = slice(x * it.part.size, x * it.part.size + it.p["V"].shape[1])
    slopes = wave.derivative(it.part.u(it.p, it.X))[x] * (wave.turn if quantity == "domega" else 1)
    first = [0, it.part.waves // 2] if quantity == "domega" and it.part.wave == "pairs" else slice(None)
    own: dict[str, Any] = {
        **{name: {k: it.p[name][x][:, None]} for name in ("omega", "phase", "v") if name in it.p},
        **{"V": {k: it.p["V"][x]}, "H": {k: passes.trace.H[k][x]}, "F": {k: passes.trace.F[k][rows]}},
        **{"dF": {k: d.dF[k][rows]}, "dH": {k: d.dH[k][x][first]}},
        **{"X": it.X[x : x + 1], "dwave": slopes[first], "dg": {k: g.derivative}},
    }
    return passes.numbers(k) | own


# Levels and rows


def of_levels(passes: Passes, it: Shown, quantity: str) -> Work:
    """The level of the sample shown."""
    k, codes, v = it.k, it.part.codes(it.X), passes.numbers(it.k)
    code = int(codes[passes.sample])
    if quantity == "F":
        equation, x = f"E[{k}][X]ᵀ", Text(f"X = {code}", f"X = {code}")
        at, entry = (code, it.row), (it.row, passes.sample)
        return Work("E[l]", v, at, Text(equation, equation), x, str(it.p["E"].shape), entry)
    equation = paper(f"sum((X == {code}) * dF[l], axis=1) / m", layer_index(k))
    of_level = v | {"dF": {k: passes.gradients.dF[k][:, codes == code]}}
    shapes = str(passes.gradients.dF[k].shape)
    return Work("sum(dF[l], axis=1) / m", of_level, (it.row, 0), equation, shapes=shapes, entry=(code, it.row))


def of_rows(passes: Passes, it: Shown, quantity: str) -> Work:
    """What went in, as it is."""
    return Work("X", {"X": it.X}, (it.row, passes.sample))


WORKED: dict[type[Part], Callable[[Passes, Shown, str], Work]] = {Numbers: of_numbers, Levels: of_levels, Rows: of_rows}
