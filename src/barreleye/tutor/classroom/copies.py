"""Files whose code is alike once layout, comments and names are taken away: by the passages that few others share.

A passage is three statements of one body, one after another. Those that more than a few of a class have are the
exercise's own, or the only way to write it, and say nothing.
"""

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import combinations
from typing import NamedTuple

TOGETHER = 3
"""Statements of a passage."""
COMMON = 0.15
"""Of the class: a passage that more files have, and more than two, is nobody's own."""
FEWEST, NEAR = 12, 0.75
"""Own passages, and the share of them found in the other file, from which two files are called near copies."""


class Copy(NamedTuple):
    """Two files, and how much of the own passages of the one with fewer is in the other."""

    one: str
    other: str
    share: float


def near_copies(texts: Mapping[str, str]) -> list[Copy]:
    """The pairs of files that are near copies, the nearest first. Files without code, or unreadable, have no passages.

    >>> lines = [f"x{k} = f(a, {k})" for k in range(40)]
    >>> a, b = "\\n".join(lines), "\\n".join(lines).replace("a", "height").replace("x", "y")
    >>> near_copies({"a.py": a, "b.py": b, "c.py": "print('something else')"})
    [Copy(one='a.py', other='b.py', share=1.0)]
    """
    passages = {name: frozenset(passages_of(text)) for name, text in texts.items()}
    holders: dict[str, list[str]] = {}
    for name, found in passages.items():
        for passage in found:
            holders.setdefault(passage, []).append(name)
    most = max(2, COMMON * len(texts))
    own = {passage: names for passage, names in holders.items() if len(names) <= most}
    sizes = Counter(name for names in own.values() for name in names)
    shared = Counter(pair for names in own.values() for pair in combinations(names, 2))
    pairs = [Copy(*pair, n / min(sizes[name] for name in pair)) for pair, n in shared.items()]
    near = (copy for copy in pairs if min(sizes[copy.one], sizes[copy.other]) >= FEWEST and copy.share >= NEAR)
    return sorted(near, key=lambda copy: (-copy.share, copy))


def passages_of(text: str) -> Iterator[str]:
    """Each run of statements of each body, its names replaced by numbers in the order in which they come."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the learner's text would be warned of is no matter here
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for body in bodies(tree):
        lines = [line for line in map(flat, body) if line is not None]
        for start in range(len(lines) - TOGETHER + 1):
            yield renamed(lines[start : start + TOGETHER])


def bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statements of the file, of each function and class, of each loop and branch."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body:
                yield body


def flat(statement: ast.stmt) -> ast.stmt | None:
    """The statement without the bodies in it; None for what is no code of one's own: an import, a docstring, pass."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
        return None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None
    fields = dict(ast.iter_fields(statement))
    bare = {name: [] if name in ("body", "orelse", "finalbody", "handlers") else part for name, part in fields.items()}
    return type(statement)(**bare)


class _Renamed(ast.NodeTransformer):
    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}

    def number(self, name: str) -> str:
        return self.numbers.setdefault(name, f"n{len(self.numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self.number(node.id), ast.Load())

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self.number(node.arg), None)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        names = [node.name, *(one.arg for one in node.args.args)]
        return ast.Tuple([ast.Name(self.number(name), ast.Load()) for name in names], ast.Load())


def renamed(statements: Sequence[ast.stmt]) -> str:
    """The statements as text in which each name is the number of its first appearance."""
    rename = _Renamed()
    return "\n".join(ast.dump(rename.visit(deepcopy(statement))) for statement in statements)
