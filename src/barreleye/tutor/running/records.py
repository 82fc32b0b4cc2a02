"""Objects with named fields (dataclasses, named tuples, namespaces): taken apart by field, and made again."""

import copy
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
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
    return dict(vars(value)) if isinstance(value, SimpleNamespace) else None


def remade(like: Any, values: Mapping[str, Any]) -> Any:
    """An object of the same class with these fields; a namespace where the class has others.

    >>> remade(SimpleNamespace(W1=1.0), {"W1": 2.0})
    namespace(W1=2.0)
    """
    if set(fields_of(like) or ()) != set(values):
        return SimpleNamespace(**values)
    if isinstance(like, tuple):
        return like._replace(**values)  # type: ignore[attr-defined]
    made = copy.copy(like)
    for name, value in values.items():
        object.__setattr__(made, name, value)  # which a frozen one allows, too
    return made
