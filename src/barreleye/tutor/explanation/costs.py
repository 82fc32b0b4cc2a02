"""The cost in numbers: the loss of one sample, the penalties, and J."""

from collections.abc import Iterator

import numpy as np

from ...nn.arrays import Array
from ...nn.network import cost
from .arithmetic import added, chain, grouped, mean, number, product, total
from .formulas import SOFTMAX, letters, numbers, output_loss, targets
from .passes import Passes, Step


def cost_steps(passes: Passes) -> Iterator[Step]:
    """The loss of the sample shown, the penalty R[l] of each layer that has one, and J."""
    network = passes.network
    losses = np.asarray(network.head.loss(passes.trace.Z[network.L], passes.Y))
    yield _loss(passes, losses)
    penalties = [_penalty(passes, l) for l in range(1, network.L + 1) if passes.penalties(l)]
    yield from penalties
    yield _cost(passes, losses, penalties)


def _loss(passes: Passes, losses: Array) -> Step:
    head, L, s, (n_y, m) = passes.network.head, passes.network.L, passes.sample, passes.Y.shape
    value, (of, formula) = float(losses[0, s]), output_loss(head)
    equation, worked, (y, where), Y = "loss(Z, Y)", number(value), targets(head, n_y), head.smoothed(passes.Y)
    if formula is not None:
        k = "ₖ" if n_y > 1 else ""
        text = letters(formula, of, f"z{k}", f"a{k}", f"{y.lower()}{k}", f"q{k}")
        equation = f"Σₖ {grouped(text)}" if k else text
        equation += f",  {where}" if where else ""
        counted = [k for k in range(n_y) if Y[k, s] or type(head) not in SOFTMAX]  # softmax's 0·log(a) is left out
        if counted:
            worked = total(len(counted), lambda i: numbers(formula, of, passes.values(L, counted[i])))
    shapes, worked = f"{(n_y, m)}, {(n_y, m)} → {losses.shape}", chain(f"loss[0, {s}]", worked, value)
    return Step("loss", f"loss = {equation}", shapes, worked, "cost", L, (0, s), value)


def _penalty(passes: Passes, l: int) -> Step:
    W, m = passes.parameters.W[l], passes.m
    equation, worked, value = [], [], 0.0
    for which, strength in passes.penalties(l):
        size = float((W * W).sum() if which == "L2" else abs(W).sum())
        divisor, as_number = ("(2m)", f"(2·{number(m)})") if which == "L2" else ("m", number(m))
        equation.append(f"{which}/{divisor} · Σ {f'W[{l}]²' if which == 'L2' else f'|W[{l}]|'}")
        worked.append(f"{number(strength)}/{as_number}·{number(size)}")
        value += strength / (2 * m if which == "L2" else m) * size
    name, numbers_of_it = f"R[{l}]", added(*worked)
    equation_of_it = f"{name} = {' + '.join(equation)}"
    return Step(name, equation_of_it, f"{W.shape} → ()", chain(name, numbers_of_it, value), "cost", l, (), value)


def _cost(passes: Passes, losses: Array, penalties: list[Step]) -> Step:
    L, w = passes.network.L, passes.weights
    value = float(cost(passes.network, passes.parameters, passes.trace, passes.Y, w))
    equation = " + ".join([f"J = (1/m) Σᵢ {'' if w is None else 'wᵢ '}lossᵢ", *(R.name for R in penalties)])

    def term(i: int) -> str:
        return number(losses[0, i]) if w is None else product(w[0, i], losses[0, i])

    worked = added(mean(passes.m, total(losses.shape[1], term)), *(number(R.value) for R in penalties))
    return Step("J", equation, f"{losses.shape} → ()", chain("J", worked, value), "cost", L, (), value)
