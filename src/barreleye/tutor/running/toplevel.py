"""Which of a file's top-level statements are run when it is loaded: what defines, not what trains, prints or plots.

Run are imports, functions, classes, and names given to constants: literals, and expressions of them, of names given so
before, and of NumPy (``np.pi``, ``np.array([...])``, but nothing of ``np.random``). The rest waits: a statement that
binds a name is run if a function asks for that name. What ``if __name__ == "__main__"`` guards is never run.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..syntax import variables_in
from .source import Cell

RUN, WAIT, NEVER = "run", "wait", "never"

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
LIBRARIES = {"numpy", "math", "cmath", "functools", "operator", "itertools", "collections", "fractions"}
BUILTINS = {
    *("int", "float", "complex", "bool", "str", "len", "range", "list", "dict", "tuple", "set", "abs", "min", "max"),
    *("sum", "round", "zip", "enumerate", "sorted", "reversed", "slice", "pow", "divmod"),
}
COMPOSED = (
    *(
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Set,
        ast.UnaryOp,
        ast.BinOp,
        ast.BoolOp,
        ast.Compare,
        ast.IfExp,
        ast.Subscript,
    ),
    *(ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    *(ast.expr_context, ast.keyword),
)


@dataclass(frozen=True)
class Statement:
    """A top-level statement: whether it is run, and the names that it binds.

    guarded    it stands in a try: its imports are to fail where a module is missing
    """

    node: ast.stmt
    cell: Cell
    when: str
    binds: frozenset[str]
    guarded: bool = False

    @property
    def where(self) -> str:
        return self.cell.where(self.node.lineno)

    @property
    def text(self) -> str:
        """Its source, without decorators; the first line of it is what the learner knows it by."""
        node = self.node
        rows = [line.encode("utf-8", "surrogatepass") for line in self.cell.lines[node.lineno - 1 : node.end_lineno]]
        rows[-1] = rows[-1][: node.end_col_offset]
        rows[0] = rows[0][node.col_offset :]
        return b"\n".join(rows).decode("utf-8", "replace")


class Sorter:
    """Sorts statements in the order in which they stand, and remembers what the names stand for."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.libraries: set[str] = set()
        self.modules: set[str] = set()
        self.functions: set[str] = set()

    def sorted(self, cell: Cell, nodes: Iterable[ast.stmt], *, inside: bool = False) -> Iterator[Statement]:
        """The statements as they are to be run; ``inside`` a guard only definitions and imports are looked for."""
        for node in nodes:
            when = self._when(node)
            if inside and not isinstance(node, (*DEFINITIONS, *IMPORTS, ast.If, ast.Try)):
                continue
            if when == RUN:
                self._learn(node)
            elif isinstance(node, ast.If) and when != NEVER:
                yield from self.sorted(cell, [*node.body, *node.orelse], inside=True)
            elif isinstance(node, ast.Try):
                yield from self.sorted(cell, node.body, inside=True)
            if not (inside and when != RUN) and not _says_nothing(node):
                yield Statement(node, cell, when, frozenset(bound(node)), isinstance(node, ast.Try))

    def _when(self, node: ast.stmt) -> str:
        if isinstance(node, ast.If) and _is_main(node.test):
            return NEVER
        return RUN if self._defines(node) else WAIT

    def _defines(self, node: ast.stmt) -> bool:
        if isinstance(node, (*DEFINITIONS, *IMPORTS, ast.Pass)):
            return True
        if isinstance(node, ast.Assign):
            return all(self._is_target(target) for target in node.targets) and self.is_constant(node.value)
        if isinstance(node, ast.AnnAssign):
            return node.value is None or (self._is_target(node.target) and self.is_constant(node.value))
        if isinstance(node, ast.AugAssign):
            return self._is_target(node.target) and bound(node) <= self.known and self.is_constant(node.value)
        if isinstance(node, ast.If):
            return self.is_constant(node.test) and all(map(self._defines, [*node.body, *node.orelse]))
        if isinstance(node, ast.Try):
            handled = [part for handler in node.handlers for part in handler.body]
            return all(map(self._defines, [*node.body, *handled, *node.orelse, *node.finalbody]))
        return _says_nothing(node)

    def _is_target(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Subscript):  # parameters["W1"] = ...
            root = _root(node)
            return isinstance(root, ast.Name) and root.id in self.known and self.is_constant(node.slice)
        if isinstance(node, ast.Tuple | ast.List):
            return all(map(self._is_target, node.elts))
        return isinstance(node, ast.Name)

    def is_constant(self, node: ast.AST) -> bool:
        """Whether an expression only builds a value out of literals, known names and NumPy."""
        if isinstance(node, ast.Constant | ast.Lambda):
            return True
        if isinstance(node, ast.Name):
            return node.id in self.known | self.libraries | self.functions or node.id in BUILTINS
        if isinstance(node, ast.Attribute):
            return node.attr != "random" and self.is_constant(node.value)
        if isinstance(node, ast.Call):
            root = _root(node.func)
            callable_here = isinstance(root, ast.Constant | ast.List | ast.Tuple | ast.Dict) or (
                isinstance(root, ast.Name) and root.id in self.known | self.libraries | BUILTINS
            )
            return callable_here and all(map(self.is_constant, ast.iter_child_nodes(node)))
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            names = {name for part in node.generators for name in variables_in(part.target)}
            added = names - self.known
            self.known |= added
            try:
                return all(
                    self.is_constant(part)
                    for part in ast.walk(node)
                    if isinstance(part, ast.expr) and part is not node and not isinstance(part, ast.ListComp)
                )
            finally:
                self.known -= added
        return isinstance(node, COMPOSED) and all(map(self.is_constant, ast.iter_child_nodes(node)))

    def _learn(self, node: ast.stmt) -> None:
        """Remember what the names that a run statement binds stand for."""
        names = bound(node)
        for group in (self.known, self.libraries, self.functions):
            group -= names
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in LIBRARIES and not alias.name.startswith("numpy.random"):
                    self.libraries.add(alias.asname or alias.name.split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in LIBRARIES and not (node.module or "").startswith("numpy.random"):
                self.libraries |= names - {"random"}
        elif isinstance(node, DEFINITIONS):
            self.functions |= names
        elif isinstance(node, ast.If | ast.Try):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt):
                    self._learn(child)
        else:
            self.known |= names


def bound(node: ast.AST) -> set[str]:
    """The names that running a statement can bind in the module: not those inside functions and classes.

    >>> sorted(bound(ast.parse("for i in range(3):\\n    parameters, costs = step(lambda x: x)").body[0]))
    ['costs', 'i', 'parameters']
    """
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return set()
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, IMPORTS):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return {name for child in ast.iter_child_nodes(node) for name in bound(child)}


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def _is_main(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
