"""Mistakes that are a factor: a quantity that is k times the right one, and a step that is k times as long."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeGuard

from ...words import Text
from ..equations import EQUATIONS, Compute
from ..search import Mistake
from .backward_mean import COUNT
from .constants import Seen, along, said, steady
from .update import RATE, slips

PLACES = {
    "Z": ("Z",),
    "A": ("A",),
    "J": ("J",),
    "dZ": ("dZ out", "dZ"),
    "dA": ("dA",),
    "dW": ("dW", "gradients", "dA"),
    "db": ("db", "gradients", "dA"),
}
"""By what is observed: the equations that a factor in it may come from; "gradients" are dW and db at once."""
WHERE = Text("Which factor in your lines is not in the equation?", "你的代码里，哪个因子是公式里没有的？")


def factors(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """k times what it should be; or divided by another number than m."""
    for quantity, l in trials[0].observed:
        if quantity not in PLACES:
            continue
        ks = [along(seen.got(quantity, l), getattr(seen.right, quantity)[l]) for seen in trials]
        k, m = steady(ks), steady([seen.right.m / k if k else None for seen, k in zip(trials, ks, strict=True)])
        if is_factor(k):
            yield from (multiplied(equation, k) for equation in PLACES[quantity])
        if m is not None and quantity in ("dW", "db", "J"):
            yield from (divided(equation, m) for equation in PLACES[quantity] if equation != "dA")


def is_factor(k: float | None) -> TypeGuard[float]:
    """Whether this is a factor, and not 1 beside a guard such as log(A + 1e-6)."""
    return k is not None and abs(k - 1) > 1e-3


def scaled(what: str, name: str, factor: Compute, paper: tuple[str, str], claim: Text, hint: Text) -> Mistake:
    """An equation, or both gradients, times a factor: on paper, the second text stands in the place of the first."""

    def times(equation: str) -> Compute:
        compute = EQUATIONS[equation].compute
        return lambda v, l: compute(v, l) * factor(v, l)

    equation = "dW" if what == "gradients" else what
    seen = EQUATIONS[equation].text.replace(*paper, 1)
    mistake = Mistake(f"{what} {name}", equation, times(equation), seen, claim, hint)
    return replace(mistake, also=(("db", times("db")),)) if what == "gradients" else mistake


@cache
def multiplied(what: str, k: float) -> Mistake:
    """k times the right numbers."""
    claim = Text(
        f"{{q}}: exactly {said(k)} times what it should be; all else is right.",
        f"{{q}}：恰好是应有值的 {said(k)} 倍，其余都对。",
    )
    if k == -1:
        claim = Text("{q}: the sign is reversed; all else is right.", "{q}：符号反了，其余都对。")
    front = "= −" if k == -1 else f"= {said(k)} · "
    return scaled(what, "times a constant", lambda v, l: k, ("= ", front), claim, WHERE)


@cache
def divided(what: str, m: float) -> Mistake:
    """Divided by one number, whatever m is."""
    claim = Text(
        f"{{q}}: divided by {said(m)}, however many samples there are; it should be m, which is {{m}} here.",
        f"{{q}}：不论有多少个样本，总是除以 {said(m)}；应当除以 m，这里 m = {{m}}。",
    )
    return scaled(what, "with a number for m", lambda v, l: v.m / m, ("(1/m)", f"(1/{said(m)})"), claim, COUNT)


def steps(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """An update whose step is k times what it should be, or goes at one rate whatever the learning rate is."""
    for letter, quantity in (("W", "W_new"), ("b", "b_new")):
        for l in trials[0].right.W:
            ks = [length(seen, letter, quantity, l) for seen in trials]
            rates = [k * seen.right.learning_rate if k else None for seen, k in zip(trials, ks, strict=True)]
            k, rate = steady(ks), steady(rates)
            if is_factor(k):
                yield from longer(k)
            if rate is not None:
                yield from at_rate(rate)


def length(seen: Seen, letter: str, quantity: str, l: int) -> float | None:
    """The step of W[l] or b[l] as a multiple of the right one."""
    old, right = getattr(seen.right, letter)[l], getattr(seen.right, quantity).get(l)
    return None if right is None else along(seen.got(quantity, l) - old, right - old)


@cache
def longer(k: float) -> tuple[Mistake, ...]:
    """k times the right step."""

    def step(p: Any, dp: Any, a: float) -> Any:
        return p - k * a * dp

    return slips(
        "times a constant",
        f"{{p}} := {{p}} − {said(k)} α d{{p}}",
        step,
        Text(
            f"{{q}}: the step is exactly {said(k)} times what it should be, α times the gradient.",
            f"{{q}}：步长恰好是应有值（α × 梯度）的 {said(k)} 倍。",
        ),
        WHERE,
    )


@cache
def at_rate(rate: float) -> tuple[Mistake, ...]:
    """A step at one rate, whatever the learning rate is."""

    def step(p: Any, dp: Any, a: float) -> Any:
        return p - rate * dp

    return slips(
        "at a rate of its own",
        f"{{p}} := {{p}} − {said(rate)} d{{p}}",
        step,
        Text(
            f"{{q}}: the step is {said(rate)} times the gradient, whatever learning_rate is handed over.",
            f"{{q}}：不论传入的 learning_rate 是多少，步长总是 {said(rate)} × 梯度。",
        ),
        RATE,
    )
