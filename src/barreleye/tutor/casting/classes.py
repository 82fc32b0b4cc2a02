"""A learner's class that is a network: its object is parameters, cache and gradients in one.

Its methods play the parts that functions play elsewhere. What such a method answers is what it returns, or what it has
left in its object.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..running.answers import Answer, Function
from ..running.records import Record
from ..syntax import global_names, tree_of
from .layouts import at, leaves, name_at, names_of
from .naming import key_of

PARTS = {"initialize", "initialize_deep", "forward", "forward_deep", "backward", "backward_deep", "cost", "update"}
"""What makes a class a network, and not a layer: most of these."""
PASSES = {"forward", "forward_deep", "backward", "backward_deep", "update", "update_deep"}


def network_class(roles: Iterable[tuple[Function, str | None]]) -> str:
    """The class that is a network: most of its methods play parts of one; "" where functions do so, or none does."""
    parts: dict[str, set[str]] = {}
    for function, role in roles:
        if role in PARTS:
            parts.setdefault(function.owner, set()).add(str(role).removesuffix("_deep"))
    if parts.pop("", set()) & PASSES:
        return ""
    networks = {owner: found for owner, found in parts.items() if len(found) > 2 and found & PASSES}
    return max(networks, key=lambda owner: len(networks[owner]), default="")


def names_used(function: Function) -> frozenset[str]:
    """The names that a function takes from outside, and the methods of its own class that it calls.

    >>> sorted(names_used(Function("Net.f", source="def f(self): return self.g(h)", owner="Net")))
    ['Net.g', 'h']
    """
    of_class = {
        f"{function.owner}.{node.attr}"
        for node in tree_of(function.source)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and function.owner
        if node.value.id in ("self", function.owner)
    }
    return global_names(function.source) - {function.owner} | of_class


def as_attributes(value: Any) -> Mapping[str, Any]:
    """What an object is to hold: the entries of a dictionary, none of anything else."""
    return value if isinstance(value, Mapping) else {}


def answer_of_method(role: str, answer: Answer, before: Any, rate: float | None) -> Answer:
    """The answer of a method as that of a function: what it returned, or the object where the result is in there.

    before    the object that the forward pass was called with
    rate      by which a backward pass was told to multiply the gradients, where it subtracts them at once; None: the
              object's own
    """
    if answer.trouble is not None:
        return answer
    value, after = answer.value
    answer = replace(answer, value=value, at=(0,))
    left = replace(answer, value=after, at=(1,))
    if role.startswith("forward"):
        if value is None:
            return left
        return replace(answer, value=(value, after), at=()) if isinstance(value, np.ndarray) else answer
    if role.startswith("backward"):
        if of_gradients(value):
            return answer
        step = {} if of_gradients(after) else steps(before, after, rate or own_rate(before))
        return replace(answer, value=step) if step else left
    if role.startswith(("update", "initialize")):
        return answer if sum(1 for _ in leaves(value)) > 1 else left
    return answer


def without_object(answer: Answer) -> Answer:
    """The answer of a method without what it has done to its object, which is no argument of its."""
    changed, written = (tuple(path for path in each if path[:1] != (0,)) for each in (answer.changed, answer.written))
    return replace(answer, changed=changed, written=written)


def own_rate(tree: Any) -> float:
    """The learning rate that an object holds; 1 where it holds none.

    >>> own_rate(Record("Net", {"W1": 3.0, "lr": 0.1}))
    0.1
    """
    found = (leaf for path, leaf in leaves(tree) if key_of(str(path[-1])) == "learning_rate" and np.ndim(leaf) == 0)
    return float(next(found, 1.0))


def of_gradients(value: Any) -> bool:
    """Whether a tree holds gradients: by name, or because it holds several arrays and no names.

    >>> of_gradients({"dW1": np.zeros(2), "W1": np.zeros(2)}), of_gradients({"W1": np.zeros(2)}), of_gradients(None)
    (True, False, False)
    """
    found = [path for path, leaf in leaves(value) if np.ndim(leaf) > 0]
    named = [name for path in found if (name := name_at(path)) is not None]
    gradients = [letter for letter, _ in named if letter in ("dW", "db")]
    return bool(gradients) or (len(found) > 1 and not named and not isinstance(value, Record))


def steps(before: Any, after: Any, rate: float) -> dict[str, Any]:
    """The gradients that a backward pass must have had, which left other parameters behind and no gradients."""
    names = names_of([path for path, leaf in leaves(before) if np.ndim(leaf) > 0])
    try:
        moved = {name: at(before, path) - at(after, path) for path, name in names.items() if name and name[0] in "Wb"}
    except (LookupError, TypeError, ValueError):
        return {}
    return {f"d{q}{l}": step / rate for (q, l), step in moved.items()} if any(map(np.any, moved.values())) else {}
