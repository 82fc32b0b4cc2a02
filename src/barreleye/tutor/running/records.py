"""Objects with named fields (dataclasses, named tuples, namespaces, objects of a learner's own classes): taken apart by
field, and made again."""

import copy
import os
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, SimpleNamespace
from typing import Any


class Record(dict[str, Any]):
    """Such an object where its class is not known: its fields by name, and the name of the class.

    >>> Record("Cache", {"Z1": 1.0})
    Cache(Z1=1.0)
    """

    def __init__(self, kind: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.kind = kind

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in self.items())})"


def fields_of(value: Any) -> dict[str, Any] | None:
    """The fields of such an object by name; None for anything else.

    >>> fields_of(SimpleNamespace(W1=1.0)), fields_of((1.0, 2.0))
    ({'W1': 1.0}, None)
    """
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value) if hasattr(value, one.name)}
    return dict(vars(value)) if isinstance(value, SimpleNamespace) or is_own(type(value)) else None


WRITTEN_IN_PYTHON = 1 << 9
"""The flag Py_TPFLAGS_HEAPTYPE of a class."""
STANDARD = os.path.dirname(os.__file__)


def is_own(cls: type) -> bool:
    """Whether a class is a learner's: its methods, or its module, stand in no library."""
    if not cls.__flags__ & WRITTEN_IN_PYTHON or not cls.__dictoffset__ or issubclass(cls, type | BaseException):
        return False
    code = next((one.__code__ for one in vars(cls).values() if isinstance(one, FunctionType)), None)
    module = sys.modules.get(cls.__module__)
    file = code.co_filename if code else str(getattr(module, "__file__", None) or "")
    top = cls.__module__.split(".")[0]
    if top == "barreleye" or (code is None and top in sys.builtin_module_names):
        return False
    return "site-packages" not in file and not file.startswith(STANDARD) and not file.startswith("<frozen")


def remade(like: Any, values: Mapping[str, Any]) -> Any:
    """An object of the same class with these fields; a namespace where the class has others.

    like    an object of the class, or the class itself

    >>> remade(SimpleNamespace(W1=1.0), {"W1": 2.0})
    namespace(W1=2.0)
    """
    if isinstance(like, type) or (is_own(type(like)) and not is_dataclass(like)):
        anew: Any = object.__new__(like if isinstance(like, type) else type(like))
        vars(anew).update(values)
        return anew
    if set(fields_of(like) or ()) != set(values):
        return SimpleNamespace(**values)
    if isinstance(like, tuple):
        return like._replace(**values)  # type: ignore[attr-defined]
    made = copy.copy(like)
    for name, value in values.items():
        object.__setattr__(made, name, value)  # which a frozen one allows, too
    return made
