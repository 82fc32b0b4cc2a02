"""Each quantity of a forward and a backward pass as a step: its equation, its shapes, and its numbers in one place.

All comes of the equation's text, and the values are those of the trace and the gradients themselves: nothing is
computed a second time, except the finite differences, which are there to doubt it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ...nn.arrays import Array
from ...nn.gradient_check import check_number
from ...nn.notation import layer_index, paper, parsed, written
from ...nn.worked_out import number, shapes_in, worked_out
from ...words import NOTHING, Text
from .formulas import defined, spelled
from .front import of_front
from .layers import cost_works, of_layer
from .passes import Passes, Step, Work


def steps(passes: Passes) -> Iterator[Step]:
    """Every step of the two passes, in the order in which they are computed."""
    trace, gradients = passes.trace.named(), passes.gradients.named()
    for name, array in list(trace.items())[1:]:  # the first is what goes in
        yield _step(name, "forward", *_work(passes, name), array)
    for name, l, work, array in cost_works(passes):
        yield _step(name, "cost", l, work, array)
    for name, array in gradients.items():
        step, p = _step(name, "backward", *_work(passes, name), array), name[1:]
        yield _checked(passes, step, p) if p in passes.parameters.named() else step


def _work(passes: Passes, name: str) -> tuple[int, Work]:
    """How the quantity of that name is worked out, and its layer: 0 for all that stands before layer 1."""
    quantity, _, index = name[:-1].partition("[")
    before = of_front(passes, quantity, int(index))
    return (int(index), of_layer(passes, quantity, int(index))) if before is None else (0, before)


def _step(name: str, part: str, l: int, work: Work, array: Array) -> Step:
    tree = parsed(work.text) if isinstance(work.text, str) else work.text
    own = "" if work.front else f"[{l}]"
    equation = work.equation or paper(
        tree, lambda index: f"g{own}" if index == "g" else layer_index(work.v["l"])(index)
    )
    called = re.search(r"\b(d?g)\[l\]\(", written(tree))
    meant = [work.where, defined(work.g, called[1], own) if called and work.g else NOTHING]
    equation = NOTHING + f"{name} = " + Text(",  ", ",  ").join(filter(None, [equation, *meant]))
    entry = work.entry or tuple(min(at, n - 1) for at, n in zip(work.at, array.shape, strict=True))
    found = float(array[entry])
    i, j = work.at or (0, 0)
    ways = [worked_out(spelled(tree, work.g, slopes=slopes), work.v, (i, j)) for slopes in (not work.front, False)]
    equals = [way for way in dict.fromkeys(ways) if not re.fullmatch(r"−?[\d.]+(e[−+]?\d+)?", way)]
    place = f"{name}[{', '.join(map(str, entry))}]" if entry else name
    worked = " = ".join([place, *equals, number(found, 6)])
    shapes = f"{shapes_in(tree, work.v) if work.shapes is None else work.shapes} → {array.shape}"
    return Step(name, equation, shapes, worked, part, l, entry, found)


def _checked(passes: Passes, step: Step, p: str) -> Step:
    """The step beside the finite difference of the cost at the parameter called p."""
    found = check_number(passes.J, passes.parameters, p, step.entry, step.value)
    if found.at_kink:
        return replace(step, at_kink=True)
    return replace(step, difference=found.slope, agrees=found.agrees)
