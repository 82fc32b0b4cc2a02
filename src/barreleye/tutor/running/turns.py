"""One turn of a file's own training: the file is run as a script up to the end of the first turn of its loop.

Whatever the training is (a script, a function, a method), it is called as the file itself calls it, and seen from the
inside: the numbers before the turn, what each line computes in it, and the numbers after it. So that they tell one
mistake from another, arrays of numbers are filled at random before; those that hold nothing but 0 and 1, labels and
biases that start at zero, are left.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from .answers import Function
from .effects import by_field
from .source import Cell, parse

TURN = "<training>"
"""The name by which a turn is asked for: called with a seed, it answers a ``Turn``, taken apart, or None."""
BEGIN, END, KEEP = "<begin>", "<end>", "<keep>"
MOST_KEPT, MOST_NUMBERS = 400, 200_000
Numbers = dict[str, np.ndarray]


class Place(NamedTuple):
    """A line of the file: where it is in words, its text, and the function that it stands in, "" for none."""

    where: str = ""
    text: str = ""
    function: str = ""


class Kept(NamedTuple):
    """What a line has computed: the line, the name that it gives a value, and the value.

    A function's arguments are kept at the line of its def; what it returns has no name.
    """

    place: Place
    name: str
    value: np.ndarray


class Turn(NamedTuple):
    """The numbers at the begin and at the end of one turn, by their names, and what was computed between.

    loop    the line at which the loop begins
    """

    loop: Place
    before: Numbers
    after: Numbers
    kept: list[Kept]


class Turned(BaseException):
    """The first turn is over. No Exception, so that the learner's code does not catch it."""


def turn_of(cells: Sequence[Cell]) -> tuple[Function, Callable[..., Any]] | None:
    """The training of a file, as a function that can be called; None where it has no loop that could be one."""
    places: list[Place] = []
    bodies = [(cell, parse(cell)[0]) for cell in cells]
    nodes = (node for _, body in bodies for one in body for node in ast.walk(one))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    code = [(cell, ast.Module(_watched(cell, body, own, places), [])) for cell, body in bodies]
    first = next((one for _, module in code for one in ast.walk(module) if _is_call(one, BEGIN)), None)
    if first is None:
        return None
    compiled = [compile(ast.fix_missing_locations(module), cell.file, "exec") for cell, module in code]

    def turned(seed: int) -> tuple[Any, ...] | None:
        watch = Watch(places, np.random.default_rng(seed))
        space = {"__name__": "__main__", BEGIN: watch.begin, END: watch.end, KEEP: watch.keep}
        try:
            for one in compiled:
                exec(one, space)
        except Turned:
            return tuple(Turn(watch.loop or Place(), watch.before, watch.after, watch.kept))
        return None

    return Function(TURN, owner=TURN), turned


class Watch:
    """What is seen of a turn while it runs; the loop that is met first is the training, whatever runs inside it."""

    def __init__(self, places: Sequence[Place], rng: np.random.Generator) -> None:
        self.places, self.rng = places, rng
        self.loop: Place | None = None
        self.before: Numbers = {}
        self.after: Numbers = {}
        self.kept: list[Kept] = []

    def begin(self, place: int, names: Mapping[str, Any], outside: Mapping[str, Any]) -> None:
        self.end(place, names, outside)  # of a turn that was left by continue
        if self.loop is not None:
            return
        self.loop, self.kept = self.places[place], []
        arrays = {id(one): one for _, one in numbers({**outside, **names}) if isinstance(one, np.ndarray)}
        for one in arrays.values():
            if one.dtype.kind == "f" and one.flags.writeable and not np.isin(one, (0, 1)).all():
                one[...] = self.rng.normal(size=one.shape) / np.sqrt(min(one.shape, default=1))
        self.before = snapshot({**outside, **names})

    def end(self, place: int, names: Mapping[str, Any], outside: Mapping[str, Any]) -> None:
        """The end of a turn: of the training where it has changed some matrix."""
        if self.places[place] != self.loop:
            return
        self.after = snapshot({**outside, **names})
        pairs = [(one, self.after.get(name)) for name, one in self.before.items() if one.ndim == 2]
        if any(now is not None and not np.array_equal(now, then) for then, now in pairs):
            raise Turned
        self.loop = None

    def keep(self, place: int, name: str, value: Any) -> Any:
        """Keep a value, or each one of a tuple that is returned, and hand it on."""
        for one in value if isinstance(value, tuple) and not name else (value,):
            if self.loop is not None and len(self.kept) < MOST_KEPT and isinstance(one, np.ndarray | float):
                array = np.array(one)
                if array.dtype.kind in "fiub" and array.size <= MOST_NUMBERS:
                    self.kept.append(Kept(self.places[place], name, array))
        return value


def snapshot(tree: Any) -> Numbers:
    """A copy of each array and number, by its name; what two names stand for is there once."""
    found, met = Numbers(), set[int]()
    for name, value in numbers(tree):
        if id(value) not in met or not isinstance(value, np.ndarray):
            met.add(id(value))
            found[name] = np.array(value)
    return found


def numbers(tree: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The arrays of numbers, and the single ones, in dictionaries, lists and objects, by their names.

    >>> dict(numbers({"W": [1.0, 2.0], "net": {"b": 3.0, "f": print}}))
    {'W.0': 1.0, 'W.1': 2.0, 'net.b': 3.0}
    """
    if isinstance(tree, np.ndarray):
        if tree.dtype.kind in "fiub" and tree.size <= MOST_NUMBERS:
            yield name, tree
    elif isinstance(tree, float | int | np.number):
        yield name, tree
    elif not isinstance(tree, ModuleType | type) and depth < 5:
        parts = by_field(tree)
        pairs = (
            parts.items() if isinstance(parts, dict) else enumerate(parts if isinstance(parts, list | tuple) else ())
        )
        for key, value in list(pairs)[:100]:
            if not str(key).startswith(("__", "<")):
                yield from numbers(value, f"{name}.{key}".lstrip("."), depth + 1)


# Watching


def _watched(cell: Cell, body: list[ast.stmt], own: set[str], places: list[Place]) -> list[ast.stmt]:
    """The statements of a cell, watched: what they assign is kept, and the turns of what may be a training are told.

    own       the names of the file's functions
    places    is added to: each line that is watched
    """
    loops = {id(_training(loop, own)) for loop in _outermost(body) if _works(loop, own)}
    watching = _Watching(cell, loops, places)
    return [one for node in body for one in watching.statements(node)]


def _outermost(body: Sequence[ast.AST]) -> Iterator[ast.For | ast.While]:
    for node in body:
        if isinstance(node, ast.For | ast.While):
            yield node
        else:
            yield from _outermost(list(ast.iter_child_nodes(node)))


def _works(node: ast.AST, own: set[str]) -> list[int]:
    """The matrix products in a piece of code, and the calls of the file's own functions, by their identity."""
    return [id(one) for one in ast.walk(node) if _is_product(one) or (isinstance(one, ast.Call) and _name(one) in own)]


def _is_product(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _name(node) in ("dot", "matmul", "einsum", "outer")
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _training(loop: ast.For | ast.While, own: set[str]) -> ast.For | ast.While:
    """The loop, or, where all its work is done in one inside it, as with epochs of batches, that one."""
    works = _works(loop, own)
    inner = next((one for one in _outermost(loop.body) if _works(one, own) == works), None)
    return _training(inner, own) if inner is not None else loop


class _Watching(ast.NodeTransformer):
    def __init__(self, cell: Cell, loops: set[int], places: list[Place]) -> None:
        self.cell, self.loops, self.places = cell, loops, places
        self.inside: list[str] = []

    def statements(self, node: ast.stmt) -> list[ast.stmt]:
        seen = self.visit(node)
        return seen if isinstance(seen, list) else [seen]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._within(node, [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node, [])

    def _within(self, node: ast.FunctionDef | ast.ClassDef, given: list[ast.arg]) -> ast.AST:
        self.inside.append(node.name)
        self.generic_visit(node)
        names = [ast.copy_location(ast.Name(one.arg, ast.Load()), node) for one in given if one.arg != "self"]
        node.body = [*map(self._kept, names), *node.body]
        self.inside.pop()
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        is_training = id(node) in self.loops
        self.generic_visit(node)
        if is_training:
            spaces: list[ast.expr] = [ast.Call(ast.Name(one, ast.Load()), [], []) for one in ("locals", "globals")]
            begin, end = (self._told(name, node, *spaces) for name in (BEGIN, END))
            node.body = [begin, *node.body, end]
        return node

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return [node, *(self._kept(one) for target in node.targets for one in _single(target))]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        return [node, *map(self._kept, _single(node.target))]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        match node.value:
            case ast.Call(func=ast.Attribute(value=values, attr="append")):
                last = ast.Subscript(values, ast.UnaryOp(ast.USub(), ast.Constant(1)))
                return [node, self._kept(ast.copy_location(last, node))]
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        if node.value is not None:
            node.value = self._told(KEEP, node, ast.Constant(""), node.value).value
        return node

    def _kept(self, target: ast.expr) -> ast.stmt:
        text = ast.unparse(target)
        return self._told(KEEP, target, ast.Constant(text), ast.parse(text, mode="eval").body)

    def _told(self, name: str, at: ast.stmt | ast.expr, *values: ast.expr) -> ast.Expr:
        """The call of a watch's method, with the place and these values."""
        line = self.cell.lines[at.lineno - 1].strip()
        self.places.append(Place(self.cell.where(at.lineno), line, ".".join(self.inside)))
        call = ast.Call(ast.Name(name, ast.Load()), [ast.Constant(len(self.places) - 1), *values], [])
        return ast.copy_location(ast.Expr(call), at)


def _single(target: ast.expr) -> Iterator[ast.expr]:
    """The names, attributes and entries that get a value; of a part of an array the array."""
    match target:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            for one in elts:
                yield from _single(one)
        case ast.Subscript(value=value, slice=ast.Slice() | ast.Tuple() | ast.Compare()):
            yield from _single(value)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield target


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and _name(node) == name
