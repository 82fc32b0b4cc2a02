"""Definitions of the library in its own words, with all that they need, for a program that does without it.

>>> from ..data.table import clipped
>>> imports, text = quoted([clipped])
>>> text.splitlines()[-2:]
['    X = xp.clip(X, -1e100, 1e100)', '    return X / xp.sqrt(1 + xp.square(X / CLIP))']
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import Any, NamedTuple

from ..words import Text, catalogue

HOME = __package__.partition(".")[0]
ALWAYS = {"__call__"}
"""Methods that are kept though nobody speaks of them by name."""


class Module(NamedTuple):
    """A module's lines, its definitions by name, and the module and name of what it imports; "": the module itself.

    said    the texts that it says, by the name of the catalogue in it
    """

    lines: list[str]
    defined: dict[str, ast.stmt]
    imported: dict[str, tuple[str, str]]
    said: dict[str, Mapping[str, Text]]


def quoted(roots: Sequence[Any], lang: str = "en") -> tuple[list[str], str]:
    """Lines that import what is needed of Python and NumPy, and the text of the roots and of all that they speak of.

    What they say from a catalogue stands in its place, in that language.

    Of a class there are its fields, and the methods whose names occur in the rest. Raises ValueError where two modules
    define the same name.
    """
    wanted, spoken = {(one.__module__, one.__name__) for one in roots}, set(ALWAYS)
    imports = dict[str, set[str]]()
    before: Any = None
    while before != (len(wanted), len(spoken)):
        before = len(wanted), len(spoken)
        for module, name in sorted(wanted):
            source = read(module)
            for node in inside(source.defined[name], spoken):
                if isinstance(node, ast.Attribute):
                    spoken.add(node.attr)
                if isinstance(node, ast.Name) and node.id not in source.said:
                    own = (module, node.id) if node.id in source.defined else source.imported.get(node.id)
                    if own is not None and own[0].startswith(HOME):
                        wanted.add(own)
                    elif own is not None:
                        imports.setdefault(own[0], set()).add(own[1] or node.id)
    names = [name for _, name in wanted]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{', '.join(twice)} cannot be quoted: two modules define it")
    modules = {module for module, _ in wanted}
    order = TopologicalSorter({one: {home for home, _ in read(one).imported.values()} & modules for one in modules})
    said = [
        in_words("\n".join(text_of(read(module).lines, node, spoken)), read(module).said, lang)
        for module in order.static_order()
        for name, node in read(module).defined.items()
        if (module, name) in wanted
    ]
    return [import_line(module, names) for module, names in sorted(imports.items())], "\n\n\n".join(said)


def in_words(text: str, said: Mapping[str, Mapping[str, Text]], lang: str) -> str:
    """Code with the texts themselves where it takes them from a catalogue.

    >>> in_words('raise ValueError(SAY["a.b"].filled(n=2))', {"SAY": {"a.b": Text("{n} less", "少 {n}")}}, "zh")
    "raise ValueError('少 {n}'.format(n=2))"
    """
    for name, texts in said.items():

        def literal(found: re.Match[str], texts: Mapping[str, Text] = texts) -> str:
            return repr(texts[found[1]].said(lang)) + ".format" * bool(found[2])

        text = re.sub(rf'\b{name}\["([\w.]+)"\](\.filled\b)?', literal, text)
    return text


def import_line(module: str, names: Set[str]) -> str:
    """The line that imports the names from a module, or the module itself under its usual name.

    >>> import_line("numpy", {"np"}), import_line("re", {"re"}), import_line("abc", {"ABC"})
    ('import numpy as np', 'import re', 'from abc import ABC')
    """
    if names in ({module}, {"np"}):
        return f"import {module}" + " as np" * (names == {"np"})
    return f"from {module} import {', '.join(sorted(names))}"


@cache
def read(module: str) -> Module:
    """A module of the library, from its source."""
    spec = find_spec(module)
    text = Path(str(spec and spec.origin)).read_text(encoding="utf-8")
    defined, imported = dict[str, ast.stmt](), dict[str, tuple[str, str]]()
    said = dict[str, Mapping[str, Text]]()
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                defined[node.name] = node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name("catalogue"), args=[room])):
                said[name] = catalogue(ast.literal_eval(room))
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                defined[name] = node
            case ast.ImportFrom():
                home = resolve_name("." * node.level + (node.module or ""), module.rpartition(".")[0])
                imported |= {one.asname or one.name: (home, one.name) for one in node.names}
            case ast.Import():
                imported |= {one.asname or one.name: (one.name, "") for one in node.names}
    return Module(text.splitlines(), defined, imported, said)


def members(node: ast.ClassDef, spoken: Set[str]) -> Iterator[ast.stmt]:
    """What is kept of a class: its fields, and what is spoken of by name."""
    for one in node.body:
        match one:
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                if name in spoken:
                    yield one
            case ast.AnnAssign(target=ast.Name(id=name)):
                if name in spoken or "ClassVar" not in ast.unparse(one.annotation):
                    yield one


def inside(node: ast.stmt, spoken: Set[str]) -> Iterator[ast.AST]:
    """All nodes of what is kept of a definition."""
    if not isinstance(node, ast.ClassDef):
        yield from ast.walk(node)
        return
    for part in (*node.bases, *node.decorator_list, *members(node, spoken)):
        yield from ast.walk(part)


def text_of(lines: list[str], node: Any, spoken: Set[str]) -> Iterator[str]:
    """The lines of what is kept of a definition, without the examples in its docstring."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))]) - 1
    body = getattr(node, "body", [])
    held = body[0] if body and ast.get_docstring(node) is not None else None
    if held is None and not isinstance(node, ast.ClassDef):
        yield from lines[first : node.end_lineno]
        return
    start = body[0].lineno - 1
    yield from lines[first:start]
    if held is not None:
        yield from without_examples(lines[start : held.end_lineno])
        yield from [""] * isinstance(node, ast.ClassDef)
        start = held.end_lineno
    if not isinstance(node, ast.ClassDef):
        yield from lines[start : node.end_lineno]
        return
    for one in members(node, spoken):
        if isinstance(one, ast.FunctionDef) and one is not node.body[1]:
            yield ""
        yield from text_of(lines, one, spoken)


def without_examples(docstring: Iterable[str]) -> list[str]:
    """The lines of a docstring up to its first example.

    >>> without_examples(['    \"\"\"Adds.', '', '    >>> 1 + 1', '    2', '    \"\"\"'])
    ['    \"\"\"Adds.\"\"\"']
    """
    kept = list[str]()
    for line in docstring:
        if line.lstrip().startswith(">>>"):
            while not kept[-1].strip():
                kept.pop()
            short = len(kept) == 1 and len(kept[0]) < 118
            return [kept[0] + '"""'] if short else [*kept, '    """']
        kept.append(line)
    return kept
