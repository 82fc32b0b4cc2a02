"""The course's helper modules for a learner's code, with what they need of barreleye and without the rest.

They are loaded before the walls are built, since afterwards the library cannot be read. A helper's functions come with
the functions that they call, which whoever looks for them finds; all else that was loaded is forgotten, so that no
solution lies about in a process whose file asks for a sigmoid.
"""

import gc
import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ...words import read_catalogues
from .standins import COURSE, SilentModule

LIBRARY = "barreleye"
OWN = (f"{LIBRARY}.tutor.", f"{LIBRARY}.words")
"""The process's own modules, which hold no solutions."""


def mentioned(texts: Iterable[str], folder: Path) -> set[str]:
    """The helper modules that are named in the texts, or in the modules of the folder that these name in turn."""
    waiting, words = list(texts), set[str]()
    while waiting:
        new = set(re.findall(r"\w+", waiting.pop())) - words
        words |= new
        for name in new:
            try:
                beside = folder / f"{name}.py"
                waiting.append(beside.read_text("utf-8", "replace") if beside.is_file() else "")
            except (OSError, ValueError):  # no name that a file can have
                continue
    return words & COURSE.keys()


def served(names: Iterable[str]) -> dict[str, SilentModule]:
    """The helper modules of these names; their pictures, and what they lack, are silent.

    Afterwards barreleye's modules hold what these need, and cannot be imported.
    """
    read_catalogues()  # what is forgotten below finds no file any more
    modules = {name: importlib.import_module(f"{LIBRARY}.course.{COURSE[name]}") for name in names}
    served = {name: SilentModule(name, **dict(_public(module))) for name, module in modules.items()}
    modules.clear()
    kept = _needed([value for module in served.values() for value in vars(module).values()])
    for name in [name for name in sys.modules if _ours(name)]:
        module = sys.modules.pop(name)
        if not name.startswith(OWN):
            names_of = vars(module)
            for one in [one for one in names_of if one not in kept.get(id(names_of), ()) and not one.startswith("__")]:
                del names_of[one]
        del module
    gc.collect()
    return served


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(module, name)) for name in module.__all__ if not name.startswith("plot_"))


def _needed(roots: list[Any]) -> dict[int, set[str]]:
    """By the identity of a module's dictionary, the names in it that the roots lead to."""
    kept: dict[int, set[str]] = {}
    seen: dict[int, Any] = {}
    while roots:
        value = roots.pop()
        if id(value) in seen or isinstance(value, ModuleType):
            continue
        seen[id(value)] = value
        if isinstance(value, FunctionType):
            if not _ours(value.__module__):
                continue
            names = value.__globals__
            used = set(_names(value.__code__))
            spaces = [names, *(vars(names[name]) for name in used if isinstance(names.get(name), ModuleType))]
            for space in spaces:
                if _ours(space.get("__name__")):
                    found = used & space.keys()
                    kept.setdefault(id(space), set()).update(found)
                    roots += [space[name] for name in found]
            roots += [part for part in gc.get_referents(value) if part is not names]
        elif not isinstance(value, type) or _ours(value.__module__):
            roots += gc.get_referents(value)
    return kept


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function's code looks up, those of the functions in it as well."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _ours(module: Any) -> bool:
    return str(module).split(".")[0] == LIBRARY
