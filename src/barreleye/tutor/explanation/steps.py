"""Each quantity of a forward and a backward pass as a step: its equation, its shapes, and its numbers in one place.

The equations are those that ``print(trace)`` and ``print(gradients)`` show, and the values are those of the trace and
the gradients themselves: nothing is computed a second time, except the finite differences, which are there to doubt it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ...nn.arrays import Array
from ...nn.gradient_check import check_number
from ...nn.quantities import equations
from .arithmetic import chain
from .backward import BACKWARD
from .costs import cost_steps
from .forward import FORWARD
from .passes import Passes, Step, Work

PRINTED = {
    "^T": "ᵀ",
    " * ": " ⊙ ",
    " - ": " − ",
    "sqrt(": "√(",
    "] Z_norm": "] ⊙ Z_norm",
    "] (": "] ⊙ (",
    "wave'": "wave′",
}
"""What the plain letters of the equations look like on paper."""


def steps(passes: Passes) -> Iterator[Step]:
    """Every step of the two passes, in the order in which they are computed."""
    trace, gradients = passes.trace.named(), passes.gradients.named()
    made_by = equations(trace)
    for name, array in list(trace.items())[1:]:  # the first is what goes in
        yield _step(passes, name, array, made_by[name], "forward", FORWARD)
    yield from cost_steps(passes)
    made_by = equations(gradients)
    for name, array in gradients.items():
        step = _step(passes, name, array, made_by[name], "backward", BACKWARD)
        p = name[1:]
        yield _checked(passes, step, p) if p in passes.parameters.named() else step


def _step(
    passes: Passes, name: str, array: Array, text: str, part: str, rules: Mapping[str, Callable[[Passes, int], Work]]
) -> Step:
    quantity, l = name.split("[")[0], int(name.split("[")[1][:-1])
    work = rules[quantity](passes, l)
    entry = work.entry or (passes.units[l], _column(passes, quantity, l, array))
    value = float(array[entry])
    equation = f"{name} = {typeset(text, l) if work.equation is None else work.equation}"
    equation += f",  {work.where}" if work.where else ""
    worked = chain(f"{name}[{', '.join(map(str, entry))}]", work.numbers, value)
    return Step(name, equation, work.shapes, worked, part, 0 if work.entry else l, entry, value)


def _column(passes: Passes, quantity: str, l: int, array: Array) -> int:
    """The column shown: of a matrix of weights the unit below, of what has one column that, else the sample."""
    if quantity in ("dW", "dR"):
        return passes.units[l - 1]
    return 0 if array.shape[1] == 1 else passes.sample


def _checked(passes: Passes, step: Step, p: str) -> Step:
    """The step beside the finite difference of the cost at the parameter called p."""
    found = check_number(passes.J, passes.parameters, p, step.entry, step.value)
    if found.at_kink:
        return replace(step, at_kink=True)
    return replace(step, difference=found.slope, agrees=found.agrees)


def typeset(text: str, l: int) -> str:
    """An equation of ``print(trace)`` as it stands on paper.

    >>> typeset("(1/m) dZ[2] A[1]^T", 2), typeset("(1/m) sum over columns of dZ[2]", 2)
    ('(1/m) dZ[2] A[1]ᵀ', '(1/m) Σᵢ dZ[2]ᵢ')
    """
    text = re.sub(r"mean of (\S+) over columns", r"(1/m) Σᵢ \1ᵢ", text)
    text = re.sub(r"variance of Z\[(\d+)\] over columns", r"(1/m) Σᵢ (Z[\1]ᵢ − mu[\1])²", text)
    before, of_columns, summed = text.partition("sum over columns of ")
    if of_columns:
        text = before + "Σᵢ " + re.sub(r"(\[\d+\]|wave'|\bX\b)", r"\1ᵢ", summed)
    for plain, printed in PRINTED.items():
        text = text.replace(plain, printed)
    return text.replace("g'", f"g[{l}]′")
