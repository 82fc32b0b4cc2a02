"""Which line of a function makes a mistake, and how it should read: not always the one that computes the quantity.

A quantity may be wrong though its line is right: a name holds another quantity, m counts something else, a part was
worked out before, the loop over the layers ends too early. A line is blamed where it gives other numbers than right
ones though all that it reads is right.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...nn.notation import Tree, code, is_quantity, parsed, parts, value, written
from ...words import NOTHING, Text
from ..casting.naming import key_of
from ..equations import Equation, Work
from ..equations import Line as Place
from ..likeness import DIFFERENT, alike
from ..running.answers import Function
from ..syntax import variables_in
from .assignments import Line, quantity
from .evidence import quantity_name
from .layer_loops import LayerLoop, layer_loop
from .own_names import OwnNames, forms_of, solution_in
from .places import at_line, best_of, end_of
from .transcript import UNWORKABLE, Transcript, transcript

LONGEST = 80
"""Of an equation of the learner's, in characters."""


class Culprit(NamedTuple):
    """Where the line is, its text, and the line as it should be; "" where none is better than the learner's own."""

    where: str
    line: str
    solution: str


def culprit_of(
    function: Function,
    places: Sequence[Place],
    v: Work,
    equation: Callable[[str], Equation],
    later: Sequence[Place],
    *,
    of_m: bool,
    loop: bool,
) -> Culprit:
    """The line that gets these quantities wrong. v holds the right numbers.

    equation  an equation as the file has it, by its name
    later     the quantities that are worked out of these
    of_m      the mistake is in what is divided by
    loop      the mistake is made at some layers only, so it may lie in the loop over them
    """
    script = transcript(function.source)
    found = [(place, best) for place in places if (best := best_of(script.lines, quantity_name(*place[1:]), v.L))]
    solution = "\n".join(dict.fromkeys(solution_in(function, one, v, equation(one.equation)) for one in places))
    if not found:
        return Culprit(*end_of(function), solution)
    place, best = found[0]
    blame = Blame(function, script, place, best, v, equation(place.equation), of_m=of_m)
    fault = blame.found
    if fault is not None and fault not in (best, blame.start):
        return Culprit(*at_line(function, fault.number), blame.mended(fault))
    best = fault or blame.start
    over_layers = layer_loop(function.source, v, down=place.quantity.startswith("d"))
    if over_layers is not None and {one.l for one in places} <= set(over_layers.made) ^ set(over_layers.should):
        return Culprit(*at_line(function, over_layers.number), over_layers.mended)
    if loop and not (quantity(best.name) or ("", "0"))[1]:
        return in_loop(function, script, places, best, v, over_layers, solution)
    right = script.right(best, place[1:], v)
    wrong = [] if right is False else wrong_lines(function, later, v)
    if len(wrong) == 1:
        (other, at), *_ = wrong
        return Culprit(*at, solution_in(function, other, v, equation(other.equation)))
    return Culprit(*at_line(function, best.number), "" if right else blame.recounted(best) or solution)


class Blame:
    """Why the line of a quantity gives wrong numbers: it is wrong itself, or a line by which a name that it reads is.

    found    the line that is wrong though all that it reads is right; None where none is known to be
    """

    def __init__(
        self,
        function: Function,
        script: Transcript,
        place: Place,
        best: Line,
        v: Work,
        equation: Equation,
        *,
        of_m: bool = False,
    ) -> None:
        self.function, self.script, self.place, self.v = function, script, place, v
        self.start = self._start(best, of_m=of_m)
        turn = script.turn(best, place[1:], v)
        self.at = (place.l, place.l if turn is None else turn)
        self.forms = forms_of(equation, v, place.l)
        self.numbers = script.numbers(v, *self.at)
        trees = {written(one): one for tree in map(parsed, self.forms) for one in parts(tree)}
        made = [(tree, worked_out(text, self.numbers)) for text, tree in trees.items()]
        self.parts = [(tree, one) for tree, one in made if one is not None and variables_in(tree)]
        self.own = OwnNames(function, script, best, place[1:], v)
        self.found = self._at_fault(self.start)

    def _start(self, best: Line, *, of_m: bool) -> Line:
        """A cost may still change after the line that gives it its name: what is returned counts."""
        returned = [one for one in self.script.lines if one.name == "return" and one.number > best.number]
        if self.place.quantity not in ("J", "answer") or len(returned) != 1:
            return best
        known = self.script.made(returned[0], (self.v.L, self.v.L), self.v) is not None
        divides = of_m and returned[0].computes and best.name in returned[0].reads
        return returned[0] if known or divides else best

    def _at_fault(self, line: Line) -> Line | None:
        for one in self._reads(line):
            if one.name != line.name and self._misnamed(one):
                return one
        made = self._made(line)
        if made is None or self._is_right(made):
            return None
        helpers = [one for one in self._reads(line) if quantity(one.name) is None and key_of(one.name) != "m"]
        helpers = [one for one in helpers if not isinstance(one.value, ast.Constant)]
        same = next(
            (one for one in helpers if (its := self._made(one)) is not None and alike(its, made) != DIFFERENT), None
        )
        wrong = [one for one in helpers if self._is_no_part(one)] or [one for one in helpers if self._part_for(one)]
        if same is not None or len(wrong) == 1:
            return self._at_fault(same or wrong[0]) or same or wrong[0]
        return line

    def _reads(self, line: Line) -> Iterator[Line]:
        """The lines by which the names that a line reads have their values there."""
        for name in sorted(line.reads):
            if (held := self.script.held(name, line)) is not None and held.number != line.number:
                yield held

    def _misnamed(self, line: Line) -> bool:
        """Whether a quantity is looked up, or worked out anew, and not what its name says: W2 = g["W1"], m = len(X)."""
        if key_of(line.name) == "m":
            made = self._made(line)
            return made is not None and made.ndim == 0 and made != self.v.m
        named = self.script.target(line)
        if named is None or (line.computes and line.name not in line.reads):
            return False
        l = self.script.layer(named[1], self.at, self.v)
        return l in getattr(self.v, named[0]) and self.script.right(line, (named[0], l), self.v) is False

    def _made(self, line: Line) -> Any:
        return self.script.made(line, self.at, self.v)

    def _is_right(self, made: Any) -> bool:
        return alike(made, getattr(self.v, self.place.quantity)[self.place.l]) != DIFFERENT

    def _is_no_part(self, line: Line) -> bool:
        """Whether a line gives what is no part of the right equation, whatever its sign, or divided by m."""
        made = self._made(line)
        if made is None:
            return False
        m = self.v.m
        known = (k * one for tree, one in self.parts for k in ((1, -1, 1 / m, -1 / m) if is_of_arrays(tree) else (1,)))
        return all(alike(made, one) == DIFFERENT for one in known)

    def mended(self, line: Line) -> str:
        """Another line than the quantity's own, as it should be; "" where that is not known."""
        text = self.function.source.splitlines()[line.number - 1].strip()
        match line.value:
            case ast.Subscript(slice=ast.Constant(value=str(key))) if quantity(line.name) and quantity(key):
                return text.replace(key, as_written(key, line.name), 1)
            case ast.Name() if line.loop is not None and (letters := (quantity(line.name) or ("",))[0]):
                carried = [one.name for one in self.script.lines if one.loop is line.loop and one.name != line.name]
                return next((f"{line.name} = {name}" for name in carried if quantity(name) == (letters, "")), "")
        if quantity(line.name):
            return ""
        if counted := self.recounted(line):
            return counted
        part = self._part_for(line) or self._part_for(line, negative)
        return f"{line.name} = {code(part, self.own.of)}{self.own.remark}" if part else ""

    def _part_for(self, line: Line, signed: Callable[[Tree], Tree] = lambda part: part) -> Tree | None:
        """The part of the right equation that a line would have to give; not one that differs from all by a factor."""
        right = getattr(self.v, self.place.quantity)[self.place.l]
        fitting = (signed(tree) for tree, made in self.parts if np.shape(made) != np.shape(right))
        return next((part for part in fitting if self._gives_right(line, part)), None)

    @property
    def seen(self) -> Text:
        """The line that is wrong as it stands on paper; nothing where none is known, or it is too long to read."""
        if self.found is None:
            return NOTHING
        q, own = self.place.quantity.removesuffix("_new"), quantity(self.found.name) is None
        left = self.found.name if own else q if q in ("J", "answer") else f"{q}[{self.place.l}]"
        right = self.script.on_paper(self.found, self.at, self.v)
        return NOTHING + f"{left} = " + right if right and len(right) < LONGEST else NOTHING

    def recounted(self, line: Line) -> str:
        """A line with the samples counted where it counts something else: m = X.shape[1]; "" where that is not it."""
        text, source = (
            self.function.source.splitlines()[line.number - 1].strip(),
            ast.unparse(line.value or ast.Constant(0)),
        )
        for wrong, array in re.findall(r"(len\((\w+)\)|\w+\.shape\[\d\]|\w+\.size)", source):
            arrays = (array or wrong.partition(".")[0], self.own.data())
            for count in (f"{one}.shape[{axis}]" for one in arrays for axis in (1, 0)):
                other = ast.parse(source.replace(wrong, count, 1), mode="eval").body
                tree = self.script.transcribed(line._replace(value=other))
                if tree is not None and self._gives_right(line, tree):
                    return text.replace(wrong, count, 1)
        return ""

    def _gives_right(self, line: Line, part: Tree) -> bool:
        """Whether the quantity comes out right with this in the place of what a line computes."""
        if key_of(line.name) == "m":
            return alike(worked_out(written(part), self.numbers), self.v.m) != DIFFERENT
        made = self.script.made(self.start, self.at, self.v, {line: part})
        return made is not None and self._is_right(made)


def is_of_arrays(tree: Tree) -> bool:
    return any(is_quantity(one) for one in parts(tree))


def negative(tree: Tree) -> Tree:
    return ast.UnaryOp(ast.USub(), tree)


def worked_out(text: str, numbers: dict[str, Any]) -> Any:
    try:
        return value(text, numbers)
    except (*UNWORKABLE, NotImplementedError):
        return None


def wrong_lines(function: Function, places: Sequence[Place], right: Work) -> list[tuple[Place, tuple[str, str]]]:
    """The lines of these quantities that go wrong even where all that they read is right."""
    script = transcript(function.source)
    found = ((place, best_of(script.lines, quantity_name(*place[1:]), right.L)) for place in places)
    by_number = {
        best.number: (place, at_line(function, best.number))
        for place, best in found
        if best is not None and script.right(best, place[1:], right) is False
    }
    return list(by_number.values())


def as_written(key: str, name: str) -> str:
    """The quantity of a name in the writing of a key: "dW1" for dW1 in the writing of "dW2", "w_2" in that of "w_1"."""
    letters, layer = quantity(name) or ("", "")
    letters = letters.lower() if key.islower() else letters
    return f"{letters}{'_' if '_' in key else ''}{layer}"


def in_loop(
    function: Function,
    script: Transcript,
    places: Sequence[Place],
    best: Line,
    v: Work,
    loop: LayerLoop | None,
    solution: str,
) -> Culprit:
    """The loop, where it cannot be read; else, as that is right, the line that stands for the next layer outside."""
    if loop is None or loop.number > best.number:
        return Culprit(*at_line(function, best.loop.lineno if best.loop else best.number), solution)
    after = best_of(script.lines, quantity_name(places[-1].quantity, v.L), v.L)
    number = after.number if after and not after.loop and v.L - 1 in (one.l for one in places) else best.number
    return Culprit(*at_line(function, number), "" if number != best.number else solution)
