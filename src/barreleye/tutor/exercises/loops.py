"""What the code of a training function says about its loop."""

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..mistakes.training import Loop
from ..running.answers import Function
from ..syntax import tree_of, variables_in


def loop_of(pupil: Pupil, role: str) -> Loop:
    """Which calls stand in the loop, and what becomes of the update there; nothing where it cannot be read."""
    nodes = tree_of(pupil.cast[role].source)
    if not nodes:
        return Loop()
    loops = [node for node in nodes if isinstance(node, ast.For | ast.While)]
    inside = list({node: None for loop in loops for part in loop.body for node in ast.walk(part)})

    def named(role: str) -> set[str]:
        return {pupil.cast[one].name for one in (role, f"{role}_deep") if one in pupil.cast}

    updates, forwards = named("update"), named("forward")
    kept = {name for call in called(inside, forwards) for name in variables_in(call)}
    taken = [
        targets_of(node)
        for node in inside
        if isinstance(node, ast.Expr | ast.Assign) and any(called([node.value], updates))
    ]
    count = {one.name for one in pupil.cast[role].parameters if key_of(one.name) == "num_iterations"}
    return Loop(
        line=loops[0].lineno if loops else 0,
        initializes=any(called(inside, named("initialize"))),
        returns=any(isinstance(node, ast.Return) for node in inside),
        breaks=any(isinstance(node, ast.Break) for node in inside),
        costs=len(list(called(inside, named("cost")))),
        updates=len(list(called(inside, updates))),
        drops_update=any(not names or (kept and not names & kept) for names in taken),
        updates_outside=bool(set(called(nodes, updates))) and not set(called(inside, updates)),
        ignores_count=bool(count) and not count & variables_in(nodes[0]),
        updates_under=next((condition for loop in loops for condition in conditions(loop, updates)), ""),
    )


def called(nodes: Iterable[ast.AST], names: set[str]) -> Iterator[ast.Call]:
    """The calls of these functions among the nodes."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def targets_of(node: ast.Expr | ast.Assign) -> set[str]:
    """The names that take a value; none where it is dropped.

    >>> sorted(targets_of(ast.parse("W, b = step(W, b)").body[0])), targets_of(ast.parse("step(W, b)").body[0])
    (['W', 'b'], set())
    """
    return {name for target in getattr(node, "targets", ()) for name in variables_in(target)}


def conditions(loop: ast.For | ast.While, names: set[str]) -> Iterator[str]:
    """The conditions in a loop under which these functions are called, as they are written."""
    for node in ast.walk(loop):
        if isinstance(node, ast.If) and any(called((one for part in node.body for one in ast.walk(part)), names)):
            yield f"if {ast.unparse(node.test)}"


def turns_of(function: Function, count: str, asked: Sequence[int]) -> tuple[int, ...] | None:
    """How often ``for ... in range(...)`` runs where the argument ``count`` has these values; None where it is unclear.

    >>> turns_of(Function("train", source="def train(n):\\n    for i in range(1, n):\\n        pass"), "n", [1, 2, 3])
    (0, 1, 2)
    """
    for node in tree_of(function.source):
        match node:
            case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=bounds)) if count in variables_in(node.iter):
                try:
                    return tuple(len(range(*(whole(bound, count, k) for bound in bounds))) for k in asked)
                except (ArithmeticError, ValueError):
                    return None
    return None


def whole(node: ast.expr, count: str, k: int) -> int:
    """The value of a sum, difference, product or whole quotient of numbers and ``count``; ValueError for other things.

    >>> whole(ast.parse("2 * n + 1", mode="eval").body, "n", 3)
    7
    """
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Name(id=name) if name == count:
            return k
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](whole(left, count, k), whole(right, count, k))
    raise ValueError(f"no such number: {ast.unparse(node)}")


OPERATIONS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
