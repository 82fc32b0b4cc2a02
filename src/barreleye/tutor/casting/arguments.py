"""What each argument of a learner's function is given: by its name, else by its place."""

from collections.abc import Mapping
from typing import Any

from ..running.answers import Function
from ..syntax import defaults
from .naming import key_in, key_of
from .roles import ROLES

VAGUE = {"AL", "Y", "parameters", "grads"}
"""What a single letter stands for only where the course's function takes it: t is Y in a cost, and a step elsewhere."""


def argument_keys(function: Function, role: str, available: Mapping[str, Any], vague: bool = False) -> dict[str, str]:
    """What each argument is given, by name: what its name stands for, else the next in the course's order.

    An argument with a default keeps it, unless its name stands for something that the course's function takes.
    vague: single letters other than x and y say nothing
    """
    chosen: dict[str, str] = {}
    unclear = []
    wanted = (*ROLES[role].arguments, "m")
    apart = any(key_in(parameter.name, role) == "b" for parameter in function.parameters)
    for parameter in function.parameters:
        name = parameter.name
        key = key_in(name, role)
        if apart and key == "parameters":  # weights, where the biases come by themselves
            key = "W"
        letter = len(name) == 1 and name.lower() not in ("x", "y")
        if letter and (vague or (key in VAGUE and key not in wanted)):
            key = None
        if key in available and key not in chosen.values() and (parameter.required or key in wanted):
            chosen[name] = str(key)
        elif parameter.required:
            unclear.append(name)
    rest = [key for key in ROLES[role].arguments if key in available and key not in chosen.values()]
    return chosen | dict(zip(unclear, rest, strict=False))


def is_told_sizes(function: Function, role: str) -> bool:
    """Whether an initialization is told all sizes of the layers, those at the ends maybe by X and Y."""
    sizes = dict.fromkeys(("n_x", "n_h", "n_y", "layer_dims", "X", "Y"))
    asked = set(argument_keys(function, role, sizes).values())
    ends = not asked.isdisjoint(("n_x", "X")) and not asked.isdisjoint(("n_y", "Y"))
    return "layer_dims" in asked or ("n_h" in asked and ends) or function.has_varargs or function.has_varkw


def shared_activation(cast: Mapping[str, Function]) -> str:
    """What a pass that requires the name of an activation is given: the other pass's default, so that both agree."""
    passes = [one for role, one in cast.items() if role.startswith(("forward", "backward"))]
    found = (kind for one in passes for name, kind in defaults(one.source).items() if key_of(name) == "activation")
    return next((kind for kind in found if isinstance(kind, str)), "tanh")


def shared_penalty(cast: Mapping[str, Function]) -> float:
    """The lambda of the L2 penalty that is given where it is required: 0 unless both the cost and its gradients do."""
    passes = [one for role, one in cast.items() if role.startswith(("cost", "backward"))]
    asking = [one for one in passes if any(p.required and key_of(p.name) == "lambd" for p in one.parameters)]
    return 0.7 if len(asking) > 1 else 0.0
