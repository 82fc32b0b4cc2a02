"""The activations and heads as formulas, for paper: with letters in an equation, with numbers in its worked line.

z is the weighted input, a = g(z), y the target. A formula has one case or several, of which the first that holds is
worked out. ``{of.slope}`` is a field of the activation or head. Activations and heads of a user's own have no formula
here; their numbers stand alone.
"""

import re
from collections.abc import Callable
from operator import eq, gt, lt
from typing import Any, NamedTuple

from ...nn.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from ...nn.heads import (
    ERRORS,
    AbsoluteErrorHead,
    ActivatedHead,
    Exp,
    Head,
    HuberHead,
    IdentityHead,
    PoissonHead,
    QuantileHead,
    QuantilesHead,
    SigmoidHead,
    SoftmaxGroupsHead,
    SoftmaxHead,
    TanhHead,
)
from ...nn.structure import Network
from .arithmetic import factor


class Values(NamedTuple):
    """What the letters stand for in one place of a layer; y, and q of several quantiles, only in the output layer."""

    z: float
    a: float
    y: float = 0.0
    q: float = 0.0


class Case(NamedTuple):
    """A formula, and where it holds: as a text and as a test; no text: everywhere."""

    formula: str
    where: str = ""
    holds: Callable[[Values, Any], bool] = lambda v, of: True


Formula = tuple[Case, ...]


def everywhere(formula: str) -> Formula:
    return (Case(formula),)


def by_sign(above: str, below: str) -> Formula:
    """One formula for z > 0, another for the rest."""
    return Case(above, "{z} > 0", lambda v, of: v.z > 0), Case(below, "{z} ≤ 0")


def pinball(q: str) -> Formula:
    """The loss of a quantile, and ``pinball_slope`` its derivative by what stands in ``at``."""
    above = Case(f"{q}·({{y}} − {{z}})", "{y} > {z}", lambda v, of: v.y > v.z)
    return above, Case(f"(1 − {q})·({{z}} − {{y}})", "{y} ≤ {z}")


def pinball_slope(q: str, at: str) -> Formula:
    def case(formula: str, sign: str, compare: Callable[[float, float], bool] = eq) -> Case:
        return Case(formula, f"{{{at}}} {sign} {{y}}", lambda v, of: compare(getattr(v, at), v.y))

    return case(f"1 − {q}", ">", gt), case(f"−{q}", "<", lt), case("0", "=")


def letters(formula: Formula, of: Any, z: str = "z", a: str = "a", y: str = "y", q: str = "q") -> str:
    """The formula in letters, each case with its condition.

    >>> letters(SLOPES[LeakyReLU], LeakyReLU(0.25))
    '{1, z > 0; 0.25, z ≤ 0}'
    """
    if len(formula) == 1:
        return formula[0].formula.format(z=z, a=a, y=y, q=q, of=of)
    cases = "; ".join(f"{case.formula}, {case.where}" for case in formula)
    return f"{{{cases.format(z=z, a=a, y=y, q=q, of=of)}}}"


def numbers(formula: Formula, of: Any, v: Values) -> str:
    """The case of the formula that holds at v, in numbers.

    >>> numbers(SLOPES[Tanh], Tanh(), Values(z=-0.549306, a=-0.5))
    '1 − (−0.5)²'
    """
    case = next(case for case in formula if case.holds(v, of))
    text = case.formula.format(z=factor(v.z), a=factor(v.a), y=factor(v.y), q=factor(v.q), of=of)
    # A negative number that opens a parenthesis, or stands between commas, needs no parentheses of its own.
    return re.sub(
        r"(?:(?<=[(|])|(?<=, ))\((−[^()]+)\)(?=[),|]| [−+])|^\((−[^()]+)\)$", lambda found: found[1] or found[2], text
    )


ACTIVATIONS: dict[type[Activation], Formula] = {
    Identity: everywhere("{z}"),
    Sigmoid: everywhere("1 / (1 + exp(−{z}))"),
    Tanh: everywhere("tanh({z})"),
    ReLU: everywhere("max(0, {z})"),
    LeakyReLU: by_sign("{z}", "{of.slope:.4g}·{z}"),
    ELU: by_sign("{z}", "{of.alpha:.4g}·(exp({z}) − 1)"),
    SELU: by_sign("{of.scale:.4g}·{z}", "{of.scale:.4g}·{of.alpha:.4g}·(exp({z}) − 1)"),
    GELU: everywhere("{z}·Φ({z})"),
    GELUTanh: everywhere("{z}·σ(v({z}))"),
    SiLU: everywhere("{z}·σ({z})"),
    Softplus: everywhere("log(1 + exp({z}))"),
    Exp: everywhere("exp({z})"),
    Mish: everywhere("{z}·tanh(softplus({z}))"),
}
"""g(z)."""

SLOPES: dict[type[Activation], Formula] = {
    Identity: everywhere("1"),
    Sigmoid: everywhere("{a}·(1 − {a})"),
    Tanh: everywhere("1 − {a}²"),
    ReLU: by_sign("1", "0"),
    LeakyReLU: by_sign("1", "{of.slope:.4g}"),
    ELU: by_sign("1", "{a} + {of.alpha:.4g}"),
    SELU: by_sign("{of.scale:.4g}", "{a} + {of.scale:.4g}·{of.alpha:.4g}"),
    GELU: everywhere("Φ({z}) + {z}·φ({z})"),
    GELUTanh: everywhere("σ(v({z})) + {z}·v′({z})·σ(v({z}))·(1 − σ(v({z})))"),
    SiLU: everywhere("σ({z}) + {a}·(1 − σ({z}))"),
    Softplus: everywhere("σ({z})"),
    Exp: everywhere("{a}"),
    Mish: everywhere("tanh(softplus({z})) + {z}·σ({z})·(1 − tanh(softplus({z}))²)"),
}
"""g′(z), of z and a = g(z)."""

HELPERS: dict[type[Activation], str] = {
    GELU: "φ(z) = exp(−z²/2) / √(2π),  Φ′ = φ",
    GELUTanh: "v(z) = √(8/π)·(z + 0.044715·z³),  v′(z) = √(8/π)·(1 + 0.134145·z²)",
    Mish: "softplus(z) = log(1 + exp(z))",
}
"""What the letters in a formula mean that are no common knowledge."""

SOFTMAX = (SoftmaxHead, SoftmaxGroupsHead)
"""The heads whose outputs hang together: a_k = exp(z_k) / sum_j exp(z_j)."""

LINKS: dict[type[Head], Formula] = {
    SigmoidHead: everywhere("1 / (1 + exp(−{z}))"),
    TanhHead: everywhere("tanh({z})"),
    PoissonHead: everywhere("exp({z})"),
    IdentityHead: everywhere("{z}"),
    HuberHead: everywhere("{z}"),
    AbsoluteErrorHead: everywhere("{z}"),
    QuantileHead: everywhere("{z}"),
}
"""a = g[L](z) where it is the matter of one unit; that of ``SOFTMAX`` is not."""

LOSSES: dict[type[Head], Formula] = {
    SigmoidHead: everywhere("−({y}·log({a}) + (1 − {y})·log(1 − {a}))"),
    SoftmaxHead: everywhere("−{y}·log({a})"),
    SoftmaxGroupsHead: everywhere("−{y}·log({a})"),
    TanhHead: everywhere("log(2·cosh({z})) − {y}·{z}"),
    IdentityHead: everywhere("({z} − {y})²/2"),
    PoissonHead: (
        Case("{a} − {y} − {y}·({z} − log({y}))", "{y} > 0", lambda v, of: v.y > 0),
        Case("{a}", "{y} = 0"),
    ),
    HuberHead: (
        Case("({z} − {y})²/2", "|{z} − {y}| ≤ {of.delta:.4g}", lambda v, of: abs(v.z - v.y) <= of.delta),
        Case("{of.delta:.4g}·(|{z} − {y}| − {of.delta:.4g}/2)", "|{z} − {y}| > {of.delta:.4g}"),
    ),
    AbsoluteErrorHead: everywhere("|{z} − {y}|"),
    QuantileHead: pinball("{of.q:.4g}"),
    QuantilesHead: pinball("{q}"),
}
"""The loss of one output of one sample."""

OUTPUT_SLOPES: dict[type[Head], Formula] = {
    HuberHead: everywhere("max(−{of.delta:.4g}, min({of.delta:.4g}, {a} − {y}))"),
    AbsoluteErrorHead: everywhere("sign({a} − {y})"),
    QuantileHead: pinball_slope("{of.q:.4g}", "a"),
    QuantilesHead: pinball_slope("{q}", "z"),
}
"""dZ[L] of the heads that are not canonical."""


def link(network: Network, l: int) -> tuple[Activation | Head, Formula | None]:
    """g[l], be it an activation or a head, and its formula if it has one."""
    if l < network.L:
        return network.activations[l - 1], ACTIVATIONS.get(type(network.activations[l - 1]))
    if isinstance(network.head, ActivatedHead):
        return network.head.g, ACTIVATIONS.get(type(network.head.g))
    return network.head, LINKS.get(type(network.head))


def output_loss(head: Head) -> tuple[Head, Formula | None]:
    """The head that the loss belongs to, and its formula if it has one: of a where an activation comes between."""
    if isinstance(head, ActivatedHead):
        error, formula = output_loss(ERRORS[head.error]())
        return error, formula and tuple(of_output(case) for case in formula)
    return head, LOSSES.get(type(head))


def output_slope(head: Head) -> tuple[Head, Formula | None]:
    """The head that dZ[L] belongs to, and its formula: a − y for every canonical one, a user's own among them.

    Of an activated head it is the derivative of its error by a, which g′(z) multiplies.
    """
    if isinstance(head, ActivatedHead):
        return output_slope(ERRORS[head.error]())
    return head, everywhere("{a} − {y}") if type(head).dZ is Head.dZ else OUTPUT_SLOPES.get(type(head))


def targets(head: Head, n_y: int) -> tuple[str, str]:
    """The letter of what training sees in place of Y, and what it or a further letter of the loss means; "": nothing.

    >>> targets(SoftmaxHead(smoothing=0.1), 3)
    ('Y_smooth', 'Y_smooth = (1 − 0.1)·Y + 0.1/3')
    """
    if isinstance(head, SoftmaxHead) and head.smoothing is not None:
        return "Y_smooth", f"Y_smooth = (1 − {head.smoothing:.4g})·Y + {head.smoothing:.4g}/{n_y}"
    return "Y", f"q = {head.quantiles}" if isinstance(head, QuantilesHead) else ""


def of_output(case: Case) -> Case:
    """The case with a in z's place."""
    formula, where = (text.replace("{z}", "{a}") for text in (case.formula, case.where))
    return Case(formula, where, lambda v, of: case.holds(v._replace(z=v.a), of))


def defined(name: str, formula: Formula, of: Any) -> str:
    """name = formula, and what its letters mean.

    >>> defined("g(z)", ACTIVATIONS[Mish], Mish())
    'g(z) = z·tanh(softplus(z)),  softplus(z) = log(1 + exp(z))'
    """
    text = f"{name} = {letters(formula, of)}"
    return f"{text},  {HELPERS[type(of)]}" if type(of) in HELPERS else text
