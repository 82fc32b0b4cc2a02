"""What a function's own text says: its tree, the names it takes from outside, the constants it has as defaults."""

import ast
import symtable
from functools import cache
from textwrap import dedent
from typing import Any


@cache
def defaults(source: str) -> dict[str, Any]:
    """The constants that the arguments of a function have as defaults, by name; none if it is no Python.

    >>> defaults("def forward(X, parameters, act='relu', cache={}, *, rate=-1):\\n    pass")
    {'act': 'relu'}
    """
    takes = next((node.args for node in tree_of(source) if isinstance(node, ast.FunctionDef)), None)
    if takes is None:
        return {}
    named = [*takes.posonlyargs, *takes.args]
    given = zip(
        (*named[len(named) - len(takes.defaults) :], *takes.kwonlyargs),
        (*takes.defaults, *takes.kw_defaults),
        strict=True,
    )
    return {name.arg: value.value for name, value in given if isinstance(value, ast.Constant)}


@cache
def tree_of(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a function's text; none where it cannot be read."""
    try:
        return tuple(ast.walk(ast.parse(dedent(source))))
    except (SyntaxError, ValueError):
        return ()


def variables_in(node: ast.AST | None) -> set[str]:
    """The names of variables in a part of a tree.

    >>> sorted(variables_in(ast.parse("np.dot(W, p['A'])")))
    ['W', 'np', 'p']
    """
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} if node else set()


@cache
def global_names(source: str) -> frozenset[str]:
    """The names that a function's source takes from outside: other functions, modules, data. None if it is no Python.

    >>> sorted(global_names("def compute_cost(A, Y):\\n    return np.sum(A - Y) / m"))
    ['m', 'np']
    """
    try:
        tables = [symtable.symtable(dedent(source), "", "exec")]
    except (SyntaxError, ValueError):
        return frozenset()
    names: set[str] = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if isinstance(table, symtable.Function):
            names |= set(table.get_globals())
    return frozenset(names)
