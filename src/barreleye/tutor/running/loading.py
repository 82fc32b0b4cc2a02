"""A learner's file as a module: what defines is run at once, what a function asks for is run when it asks."""

import __future__

import ast
import builtins
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...words import Text
from ..syntax import global_names
from .answers import Function, Note
from .describing import described
from .source import NESTED, Cell, parse, ready_made, unreadable
from .standins import Silent, StandIns, missing_in
from .toplevel import DEFINITIONS, IMPORTS, RUN, WAIT, Sorter, Statement

MODULE = "learner"
"""The name of the module, which is never "__main__"."""

ANNOTATIONS_AS_TEXT = __future__.annotations.compiler_flag


class Program:
    """The module that a file makes, its functions, and what is to be said of it (``notes``).

    Annotations are not evaluated. Imports go through ``StandIns``, and find modules in the file's own folder, and the
    helper modules of the course that are given.
    """

    def __init__(
        self, path: Path, cells: Sequence[Cell], notes: list[Note], helpers: Mapping[str, types.ModuleType]
    ) -> None:
        self.folder = path.parent
        self.cells = {cell.file: cell for cell in cells}
        self.notes = notes
        self.waiting: list[Statement] = []
        self.homes: dict[str, Statement] = {}
        module = types.ModuleType(MODULE)
        module.__file__ = str(path)
        sys.modules[MODULE] = module
        self.names = module.__dict__
        for cell in cells:
            linecache.cache[cell.file] = (len(cell.text), None, cell.text.splitlines(keepends=True), cell.file)
        sys.path.insert(0, str(self.folder))
        self.standins = StandIns(self.folder, lambda file: self.place(file, 1) is not None, notes.append, helpers)
        self.standins.install()

    def place(self, file: str, line: int) -> str | None:
        """Where a line is, in words; None outside the file and the modules beside it."""
        if file in self.cells:
            return self.cells[file].where(line)
        beside = Path(file)
        return f"{beside.name}, line {line}" if beside.parent == self.folder else None

    def load(self, avoided: Mapping[int, Text], begin: Callable[[int, bool], None]) -> None:
        """Run what defines, and keep the rest waiting.

        avoided    numbers of statements that are not to be run, and why
        begin      called before a statement that could take long: its number, and whether it imports only what is
                   installed, which may
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
                    begin(number, self._imports_installed(statement))
                self._load(statement)
        if skipped:
            n, first = len(skipped), _line(skipped[0])
            text = Text(
                f"{n} statement{'s' if n > 1 else ''} at top level not run; the first: {first}",
                f"顶层有 {n} 条语句没有运行；第一条是：{first}",
            )
            self.notes.append(Note("skipped", skipped[0].where, text))

    def functions(self) -> tuple[Function, ...]:
        """What the file defines and can be called, in the order of its lines."""
        found = []
        for name, statement in self.homes.items():
            value = self.names.get(name)
            if callable(value) and not isinstance(value, type | Silent | types.ModuleType):
                node = _definition(statement, name)
                if node is not None:
                    found.append((node, statement.cell, name, value))
        return tuple(
            replace(described(name, value, node.lineno, cell.where(node.lineno), source), lacks=self._lacks(source))
            for node, cell, name, value in found
            for source in [_source(cell, node)]
        )

    def _lacks(self, source: str) -> tuple[str, ...]:
        """The modules that a function names and that are not there: they have a stand-in, or their import failed."""
        used = (
            missing_in(self.names[name]) if name in self.names else imported(self.homes.get(name), name)
            for name in sorted(global_names(source))
        )
        return tuple(dict.fromkeys(name for name in used if name))

    def define(self, name: str, function: str) -> bool:
        """Run the first waiting statement that binds a name ``function`` asks for; whether the name is there now."""
        if name in self.names or hasattr(builtins, name):
            return False
        for statement in [statement for statement in self.waiting if name in statement.binds]:
            if statement not in self.waiting:  # what it needed in turn has run it
                continue
            self.waiting.remove(statement)
            text = Text(
                f"{_line(statement)} was run, because {function} uses the global {name}",
                f"{function} 用到了全局变量 {name}，因此运行了 {_line(statement)}",
            )
            try:
                self._execute(statement)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                text += Text("; it failed: ", "；但运行出错：") + _said(error)
            self.notes.append(Note("ran", statement.where, text))
            if name in self.names:
                return True
        return False

    def _statements(self) -> Iterator[Statement]:
        sorter = Sorter()
        for cell in self.cells.values():
            nodes, notes = parse(cell)
            self.notes += [*notes, *ready_made(cell, nodes)]
            try:
                statements = list(sorter.sorted(cell, nodes))
            except RecursionError:
                self.notes.append(Note("syntax", cell.where(None), unreadable(NESTED)))
            else:
                yield from statements

    def _imports_installed(self, statement: Statement) -> bool:
        if not isinstance(statement.node, (*IMPORTS, ast.If, ast.Try)):
            return False
        names = []
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
        return bool(names) and not any(self.standins.has(name.split(".")[0]) for name in names)

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
        if isinstance(statement.node, ast.ClassDef):
            methods = [node.name for node in statement.node.body if isinstance(node, ast.FunctionDef)]
            if methods:
                text = Text(
                    f"class {statement.node.name}: its methods ({', '.join(methods)}) are not checked",
                    f"类 {statement.node.name} 的方法（{'、'.join(methods)}）不作检查",
                )
                self.notes.append(Note("methods", statement.where, text))

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
        kind = "import" if isinstance(statement.node, IMPORTS) else "skipped"
        line = _line(statement)
        self.notes.append(Note(kind, statement.where, Text(f"{line} was not run: ", f"{line} 没有运行：") + why))


def _takes_no_time(node: ast.stmt) -> bool:
    """Whether it defines a function and runs nothing: no decorator, and no default but constants."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    defaults = [*node.args.defaults, *node.args.kw_defaults]
    return all(default is None or isinstance(default, ast.Constant) for default in defaults)


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
    """The lines of a definition, its decorators among them."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
    return "\n".join(cell.lines[first - 1 : node.end_lineno])
