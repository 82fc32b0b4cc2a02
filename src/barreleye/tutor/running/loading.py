"""A learner's file as a module: what defines is run at once, what a function asks for is run when it asks."""

import __future__

import ast
import builtins
import linecache
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from ...words import Text, catalogue
from ..syntax import global_names, tree_of
from .answers import Function, Note
from .describing import described
from .methods import Callee, methods
from .neighbours import installed
from .source import NESTED, Cell, parse, ready_made, unreadable
from .standins import COURSE, Silent, SilentModule, StandIns, missing_in
from .toplevel import DEFINITIONS, IMPORTS, RUN, WAIT, Sorter, Statement
from .turns import turn_of
from .usual import IMPORTS as USUAL
from .usual import former_names, restore

MODULE = "learner"
"""The name of the module, which is never "__main__"."""

SAID = catalogue("tutor_running")
RESULTS = re.compile(r"(\w+_)?(caches?|grads?|gradients?|costs?|loss|AL|d?[AZ](_prev|\d+)?|d[Wb]\d*)")
"""What the functions of an exercise hand to one another: a test that calls one leaves its results behind."""
ANNOTATIONS_AS_TEXT = __future__.annotations.compiler_flag


class Program:
    """The module that a file makes, its functions, and what is to be said of it (``notes``).

    Annotations are not evaluated. Imports go through ``StandIns``, and find modules in the file's own folder, those
    ``beyond`` it, and the helper modules of the course that are given. ``package`` is what the file is a module of.
    """

    def __init__(
        self,
        path: Path,
        cells: Sequence[Cell],
        notes: list[Note],
        helpers: Mapping[str, types.ModuleType],
        beyond: Mapping[str, Path] = {},
        package: str = "",
    ) -> None:
        self.folder, self.beyond = path.parent, beyond
        self.cells = {cell.file: cell for cell in cells}
        self.notes = notes
        self.waiting: list[Statement] = []
        self.homes: dict[str, Statement] = {}
        self.failed: dict[str, tuple[Statement, Text]] = {}
        self.starred: list[str] = []
        module = types.ModuleType(MODULE)
        module.__file__, module.__package__ = str(path), package
        if any(cell.place for cell in cells):  # what IPython has
            module.__dict__.update({"_": "", "__": "", "___": "", "In": [], "Out": {}})
            module.__dict__.update({name: Silent(f"IPython.{name}") for name in ("get_ipython", "display")})
        sys.modules[MODULE] = module
        self.names = module.__dict__
        for cell in cells:
            linecache.cache[cell.file] = (len(cell.text), None, cell.text.splitlines(keepends=True), cell.file)
        sys.path.insert(0, str(self.folder))
        learners = lambda file: self.place(file, 1) is not None  # noqa: E731
        self.standins = StandIns(self.folder, learners, notes.append, helpers, beyond)
        self.standins.install()

    def place(self, file: str, line: int) -> str | None:
        """Where a line is, in words; None outside the file and the learner's other modules."""
        if file in self.cells:
            return self.cells[file].where(line)
        other = Path(file)
        if other.parent == self.folder or any(other.is_relative_to(place) for place in self.beyond.values()):
            return f"{other.name}, line {line}"
        return None

    def load(self, avoided: Mapping[int, Text], begin: Callable[[int, bool], None]) -> None:
        """Run what defines, and keep the rest waiting.

        avoided    numbers of statements that are not to be run, and why
        begin      called before a statement that could take long: its number, and whether it imports, which may
        """
        skipped = []
        for number, statement in enumerate(self._statements()):
            if statement.when != RUN:
                skipped.append(statement)
                if statement.when == WAIT:
                    self.waiting.append(statement)
            elif number in avoided:
                self._not_run(statement, avoided[number])
            else:
                if not _takes_no_time(statement.node):
                    begin(number, _imports(statement.node))
                self._load(statement)
        if skipped:
            text = SAID["load.skipped_one" if len(skipped) == 1 else "load.skipped"]
            self.notes.append(Note("skipped", skipped[0].where, text.filled(n=len(skipped), first=_line(skipped[0]))))

    def functions(self) -> tuple[tuple[Function, Callable[..., Any]], ...]:
        """What the file defines and can be called, in the order of its lines: functions, methods, and its training."""
        found: list[tuple[str, Callee, ast.stmt, Cell]] = []
        for name, statement in self.homes.items():
            value = self.names.get(name)
            node = _definition(statement, name)
            if node is None or isinstance(value, Silent | types.ModuleType):
                continue
            if isinstance(value, type) and isinstance(node, ast.ClassDef):
                bodies = {f"{name}.{one.name}": one for one in node.body if isinstance(one, ast.FunctionDef)}
                of_class = ((method, one) for method, one in methods(value, name) if method in bodies)
                found += [(method, one, bodies[method], statement.cell) for method, one in of_class]
            elif callable(value) and not isinstance(value, type):
                found.append((name, Callee(value, value), node, statement.cell))
        training = turn_of(list(self.cells.values()))
        own = ((self._function(name, one, node, cell), one.called) for name, one, node, cell in found)
        return (*own, *([training] if training else ()))

    def _function(self, name: str, one: Callee, node: ast.stmt, cell: Cell) -> Function:
        source = _source(cell, node)
        known = described(name, one.called, node.lineno, cell.where(node.lineno), source)
        given = tuple(name for name in sorted(global_names(source)) if is_given(self.names.get(name)))
        return replace(one.described(known), given=given, lacks=self._lacks(source))

    def _lacks(self, source: str) -> tuple[str, ...]:
        """The modules that a function names, or imports itself, and that are not there: they have a stand-in, or their
        import failed."""
        used = (
            missing_in(self.names[name]) if name in self.names else imported(self.homes.get(name), name)
            for name in sorted(global_names(source))
        )
        return tuple(dict.fromkeys(name for name in (*used, *map(self._not_there, _modules_in(source))) if name))

    def _not_there(self, module: str) -> str:
        """The name of a module that is nowhere; "" for one that is somewhere, or that nobody misses."""
        top = module.split(".")[0]
        there = top in self.names or self.standins.has(top) or top in self.standins.helpers
        return "" if there or installed(top) else missing_in(SilentModule(module))

    def absent(self, name: str) -> Text | None:
        """Why a name is not there, where that is no mistake of the function that looks for it; None where it is."""
        if name in self.failed:
            statement, why = self.failed[name]
            return SAID["absent.name"].filled(name=name, line=_line(statement), where=statement.where, why=why)
        modules = list(dict.fromkeys(self.starred))
        return SAID["absent.starred"].filled(name=name, modules=", ".join(modules)) if modules else None

    def define(self, name: str, function: str) -> bool:
        """Run the first waiting statement that binds a name ``function`` asks for; whether the name is there now.

        A result that a test of one of the file's own functions left behind is nobody's to ask for. What is usually
        imported is imported.
        """
        if name in self.names or hasattr(builtins, name):
            return False
        for statement in [statement for statement in self.waiting if name in statement.binds]:
            if statement not in self.waiting:  # what it needed in turn has run it
                continue
            filled = {"line": _line(statement), "function": function, "name": name}
            if RESULTS.fullmatch(name) and not _called_in(statement.node).isdisjoint(self.homes):
                self.notes.append(Note("left-behind", statement.where, SAID["load.left_behind"].filled(**filled)))
                return False
            self.waiting.remove(statement)
            text = SAID["load.asked"].filled(**filled)
            try:
                self._execute(statement)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self.failed |= dict.fromkeys(statement.binds, (statement, _said(error)))
                text = SAID["load.failed"].filled(**filled, why=_said(error))
            self.notes.append(Note("ran", statement.where, text))
            if name in self.names:
                return True
        return name in USUAL and name not in self.failed and self._imported(name)

    def _imported(self, name: str) -> bool:
        """Import what is usually imported under a name, and say so."""
        cell = next(iter(self.cells.values()))
        exec(compile(USUAL[name], cell.file, "exec", dont_inherit=True), self.names)
        text = SAID["load.forgotten_import"].filled(name=name, line=USUAL[name])
        self.notes.append(Note("import", "", text))
        return True

    def _statements(self) -> Iterator[Statement]:
        sorter = Sorter()
        for cell in self.cells.values():
            nodes, notes = parse(cell)
            self.notes += [*notes, *ready_made(cell, nodes)]
            for name, now, line in former_names(nodes):
                self.notes.append(Note("gone", cell.where(line), SAID["load.gone"].filled(name=name, now=now)))
                restore(name.split(".")[-1])
            try:
                statements = list(sorter.sorted(cell, nodes))
            except RecursionError:
                self.notes.append(Note("syntax", cell.where(None), unreadable(NESTED)))
            else:
                yield from statements

    def _load(self, statement: Statement) -> None:
        for name in statement.binds:
            self.homes.pop(name, None)
            self.homes[name] = statement
        self.standins.guarded = statement.guarded
        try:
            self._execute(statement)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._not_run(statement, _said(error))
            return
        finally:
            self.standins.guarded = False
        for module in _starred(statement.node):
            self.starred += filter(None, [missing_in(sys.modules.get(module))])

    def _execute(self, statement: Statement) -> None:
        code = compile(
            ast.Module([statement.node], []),
            statement.cell.file,
            "exec",
            flags=ANNOTATIONS_AS_TEXT,
            dont_inherit=True,
        )
        while True:
            try:
                exec(code, self.names)
                return
            except NameError as error:
                if isinstance(error, UnboundLocalError) or not self.define(error.name or "", _line(statement)):
                    raise

    def _not_run(self, statement: Statement, why: Text) -> None:
        self.failed |= dict.fromkeys(statement.binds, (statement, why))
        self.starred += _starred(statement.node)
        kind = "import" if isinstance(statement.node, IMPORTS) else "skipped"
        self.notes.append(Note(kind, statement.where, SAID["load.not_run"].filled(line=_line(statement), why=why)))


def is_given(value: object) -> bool:
    """Whether something stands in a file called like one of the course's helper modules."""
    return str(getattr(value, "__module__", "")) in COURSE


def _takes_no_time(node: ast.stmt) -> bool:
    """Whether it defines a function and runs nothing: no decorator, and no default but constants."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    defaults = [*node.args.defaults, *node.args.kw_defaults]
    return all(default is None or isinstance(default, ast.Constant) for default in defaults)


def _imports(node: ast.stmt) -> bool:
    """Whether a statement, a try around it maybe, is an import."""
    return isinstance(node, IMPORTS) or (isinstance(node, ast.If | ast.Try) and any(map(_imports, node.body)))


def _starred(node: ast.stmt) -> list[str]:
    """The module of which a statement imports all."""
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return [node.module or "."]
    return []


def _modules_in(source: str) -> list[str]:
    """The modules that a function itself imports."""
    nodes = tree_of(source)
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return named + [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]


def _called_in(node: ast.AST) -> set[str]:
    """The names that are called in a piece of code."""
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {one.id for one in calls if isinstance(one, ast.Name)}


def imported(statement: Statement | None, name: str) -> str:
    """The module that a statement imports under a name, or something of it; "" for another statement."""
    node = statement.node if statement else None
    if isinstance(node, ast.ImportFrom):
        return node.module or name
    named = node.names if isinstance(node, ast.Import) else []
    return next((one.name for one in named if (one.asname or one.name.split(".")[0]) == name), "")


def _line(statement: Statement) -> str:
    """The statement's first line."""
    lines = statement.text.split("\n")
    return lines[0].strip()[:100] + (" ..." if len(lines) > 1 else "")


def _said(error: BaseException) -> Text:
    """Python's own words, which are English."""
    text = f"{type(error).__name__}: {error}"[:400]
    return Text(text, text)


def _definition(statement: Statement, name: str) -> ast.stmt | None:
    """What in a statement defines a function of that name: a def, the last one, or an assignment; no import."""
    found: ast.stmt | None = None
    for node in ast.walk(statement.node):
        if isinstance(node, DEFINITIONS) and node.name == name:
            found = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and found is None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(part, ast.Name) and part.id == name for target in targets for part in ast.walk(target)):
                found = node
    return found


def _source(cell: Cell, node: ast.stmt) -> str:
    """The lines of a definition, its decorators among them, and the comments after the last where it is no return."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
    lines = cell.lines[first - 1 : node.end_lineno]
    ends = isinstance(node, ast.FunctionDef) and not isinstance(node.body[-1], ast.Return)
    inside = re.compile(rf"\s{{{node.col_offset + 1},}}#" if ends else "(?!)")
    return "\n".join([*lines, *takewhile(inside.match, cell.lines[node.end_lineno or 0 :])])
