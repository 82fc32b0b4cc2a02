"""What the code of a training function says about its loop."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from ..mistakes.model import Loop
from ..pupil import Pupil


def loop_of(pupil: Pupil, role: str) -> Loop:
    """Which calls stand in the loop, and whether the update's result is dropped; nothing where it cannot be read."""
    try:
        tree = ast.parse(dedent(pupil.cast[role].source))
    except SyntaxError:
        return Loop()
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    inside = [node for loop in loops for part in loop.body for node in ast.walk(part)]

    def named(*roles: str) -> set[str]:
        return {pupil.cast[one].name for one in roles if one in pupil.cast}

    starts, updates = named("initialize", "initialize_deep"), named("update", "update_deep")
    return Loop(
        initializes=bool(starts & set(called(inside))),
        returns=any(isinstance(node, ast.Return) for node in inside),
        drops_update=any(isinstance(node, ast.Expr) and updates & set(called([node.value])) for node in inside),
    )


def called(nodes: list[ast.AST]) -> Iterator[str]:
    """The names of the functions that are called in these nodes."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
