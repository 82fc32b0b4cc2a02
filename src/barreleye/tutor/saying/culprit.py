"""Which line of a function makes a mistake, and how it should read: not always the one that computes the quantity.

A quantity may be wrong though its line is right: a name holds another quantity, m counts something else, the loop over
the layers ends too early.
"""

import ast
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..casting.naming import key_of
from ..equations import Line as Equation
from ..equations import Work
from ..running.answers import Function
from ..syntax import variables_in
from .assignments import Line, assignments, plain, quantity
from .cost_parts import wrong_part
from .evidence import quantity_name
from .layer_loops import LayerLoop, layer_loop
from .lines import Reader, Unreadable, makes_right
from .own_names import in_own_names
from .places import OTHERS, at_line, best_of, end_of, loop_around

Solved = Callable[[Sequence[Equation]], str]


class Culprit(NamedTuple):
    """Where the line is, its text, and the line as it should be; "" where none is better than the learner's own."""

    where: str
    line: str
    solution: str
    elsewhere: bool = False
    """Whether it is another line than the one that computes the quantity."""


def culprit_of(
    function: Function,
    places: Sequence[Equation],
    v: Work,
    solved: Solved,
    later: Sequence[Equation],
    *,
    of_m: bool,
    loop: bool,
) -> Culprit:
    """The line that gets these quantities wrong. v holds the right numbers.

    solved    the lines of code for some quantities
    later     the quantities that are worked out of these
    of_m      the mistake may lie in the number of samples
    loop      it is made at some layers only, so it may lie in the loop over them
    """
    lines = list(assignments(function.source))
    found = [(place, best) for place in places if (best := best_of(lines, quantity_name(*place[1:]), v.L))]
    solution = solved(places)
    if not found:
        return Culprit(*end_of(function), solution)
    place, best = found[0]
    other = (miscounted(function, lines, v, place.quantity) if of_m else None) or misread(function, lines, best)
    other = other or (restarted(lines) if loop and place.quantity in ("Z", "A") else None)
    if other is not None:
        return Culprit(*at_line(function, other[0]), other[1], True)
    over_layers = layer_loop(function.source, v, down=place.quantity.startswith("d"))
    if over_layers is not None and {one.l for one in places} <= set(over_layers.made) ^ set(over_layers.should):
        return Culprit(*at_line(function, over_layers.number), over_layers.mended, True)
    if loop and not (quantity(best.name) or ("", "0"))[1]:
        return in_loop(function, places, best, v, over_layers, solution)
    wrong = [] if makes_right(function.source, best, place[1:], v) is False else wrong_lines(function, later, v)
    if len(wrong) == 1:
        return Culprit(*wrong[0][1], solved([wrong[0][0]]), True)
    part = wrong_part(function.source, lines, best, v) if place.quantity == "J" and not of_m else None
    if part is not None:
        return Culprit(*at_line(function, part[0].number), in_own_names(part[1], function, v) or solution, True)
    best = dividing(lines, best) if of_m else best
    letters, layer = quantity(best.name) or ("", "")
    own = (letters, int(layer)) if layer.isdigit() and place.quantity[-4:] != "_new" else place[1:]
    if not makes_right(function.source, best, own, v):
        return Culprit(*at_line(function, best.number), solution)
    return Culprit(*at_line(function, overwritten(lines, best) or best.number), "")


def wrong_lines(function: Function, places: Sequence[Equation], right: Work) -> list[tuple[Equation, tuple[str, str]]]:
    """The lines of these quantities that go wrong even where all that they read is right."""
    lines = list(assignments(function.source))
    found = ((place, best_of(lines, quantity_name(*place[1:]), right.L)) for place in places)
    by_number = {
        best.number: (place, at_line(function, best.number))
        for place, best in found
        if best is not None and makes_right(function.source, best, place[1:], right) is False
    }
    return list(by_number.values())


def dividing(lines: Sequence[Line], best: Line) -> Line:
    """The line after this one that divides what it has summed up: return total / m; else the one that sums it up."""
    if divides(best.value) or quantity(best.name):
        return best
    after = [one for one in lines if one.number > best.number and best.name in variables_in(one.value)]
    chosen = [one for one in after if divides(one.value)] or [one for one in after if sums(one.value)]
    return next(iter(chosen), best)


def sums(value: ast.expr | None) -> bool:
    return any(getattr(one, "attr", getattr(one, "id", "")) == "sum" for one in ast.walk(value or ast.Constant(0)))


def divides(value: ast.expr | None) -> bool:
    nodes = ast.walk(value or ast.Constant(0))
    return any(isinstance(one, ast.Div) or getattr(one, "attr", "") in ("mean", "average", "divide") for one in nodes)


def restarted(lines: Sequence[Line]) -> tuple[int, str] | None:
    """The line in the loop over the layers that makes each of them start from X: A_prev = X; and that line mended."""
    for one in lines:
        match one.value:
            case ast.Name(id=name) if one.loop and key_of(name) == "X" and quantity(one.name) == ("A", "0"):
                return one.number, f"{one.name} = A"
    return None


def miscounted(function: Function, lines: Sequence[Line], v: Work, q: str) -> tuple[int, str] | None:
    """The line that takes m to be another number than that of the samples, and that line mended."""
    data = "Y" if q in ("J", "answer") else "X"
    for one in lines:
        divisor = (
            not one.computes
            and not quantity(one.name)
            and re.search(rf"[^/]/ *{re.escape(one.name)}\b", function.source)
        )
        if (plain(one.name) in OTHERS["m"] or divisor) and one.value is not None:
            try:
                counted = Reader(function.source, v, 1, 1).value(one.value)
                wrong = isinstance(counted, int | float) and counted != v.m
            except (Unreadable, ValueError, TypeError, LookupError, AttributeError):
                wrong = re.search(r"shape\[0\]|len\(", ast.unparse(one.value)) is not None
            if wrong:
                held = re.fullmatch(r"(\w+)\.shape\[0\]|len\((\w+)\)", ast.unparse(one.value))
                array = (held[1] or held[2]) if held else ""
                return one.number, f"{one.name} = {array if key_of(array) == data else data}.shape[1]"
    for number, text in enumerate(function.source.splitlines(), 1):
        mended = re.sub(r"/ *(?:len\((\w+)\)|(\w+)\.shape\[0\])", r"/ \1\2.shape[1]", text.strip())
        if mended != text.strip() and not text.lstrip().startswith("#"):
            return number, mended
    return None


def misread(function: Function, lines: Sequence[Line], best: Line) -> tuple[int, str] | None:
    """The line that gives a name which ``best`` reads another quantity: W2 = parameters["W1"]; and that line mended."""
    read = variables_in(best.value)
    for one in lines:
        if one.name not in read or not isinstance(one.value, ast.Subscript):
            continue
        key = one.value.slice
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        mine, its = quantity(one.name), quantity(key.value)
        if mine and its and mine != its and mine[1].isdigit() and its[1].isdigit():
            text = function.source.splitlines()[one.number - 1].strip()
            return one.number, text.replace(key.value, as_written(key.value, one.name), 1)
    return None


def overwritten(lines: Sequence[Line], best: Line) -> int:
    """The line before ``best`` that works out anew what a name holds which ``best`` reads: W2 = W2 - ...; else 0."""
    read = variables_in(best.value)
    looked_up = {one.name for one in lines if not one.computes}
    anew = (one for one in lines if one.name in read & looked_up and one.computes and one.number < best.number)
    return max((one.number for one in anew), default=0)


def as_written(key: str, name: str) -> str:
    """The quantity of a name in the writing of a key: "dW1" for dW1 in the writing of "dW2", "w_2" in that of "w_1"."""
    letters, layer = quantity(name) or ("", "")
    letters = letters.lower() if key.islower() else letters
    return f"{letters}{'_' if '_' in key else ''}{layer}"


def in_loop(
    function: Function, places: Sequence[Equation], best: Line, v: Work, loop: LayerLoop | None, solution: str
) -> Culprit:
    """The loop, where it cannot be read; else, as that is right, the line that stands for the next layer outside."""
    if loop is None or loop.number > best.number:
        return Culprit(*at_line(function, loop_around(function.source, best.number)), solution)
    after = best_of(assignments(function.source), quantity_name(places[-1].quantity, v.L), v.L)
    number = after.number if after and not after.loop and v.L - 1 in (one.l for one in places) else best.number
    return Culprit(*at_line(function, number), "" if number != best.number else solution)
