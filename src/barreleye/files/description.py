"""A network's structure as plain JSON and back: names from our own tables and numbers, nothing that could name code."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..nn.activations import ACTIVATIONS
from ..nn.front import PARTS, Front
from ..nn.heads import HEADS as NAMED_HEADS
from ..nn.heads import QuantilesHead, SoftmaxGroupsHead
from ..nn.structure import Network
from ..nn.validation import SAY, choose
from .form import NUMBER, misfit
from .tensors import FileError

HEADS: dict[str, type[Any]] = {**NAMED_HEADS, "softmax_groups": SoftmaxGroupsHead, "quantiles": QuantilesHead}

FORM = {
    "n": [int],
    "activations": [{"name": str}],
    "head": {"name": str},
    "batch_norm": [bool],
    "keep_prob": [(None, *NUMBER)],
    "L2": [(None, *NUMBER)],
    "L1": [(None, *NUMBER)],
    "parametric": (bool, [bool]),
    "ntk": bool,
    "front": (None, {"parts": [{"name": str}], "order": (None, [int]), "scale": str}),
}
"""What a description must be before it is taken for a network's."""

OFF = {"parametric": False, "ntk": False, "front": None}
"""What a description need not hold, and what it means then."""


def describe_network(network: Network) -> dict[str, Any]:
    """The network as JSON values. Raises TypeError, which says what else to do, for an activation or head of one's own.

    >>> describe_network(Network((2, 1)))["head"]
    {'name': 'sigmoid'}
    """
    held = {
        "n": list(network.n),
        "activations": [describe(g, ACTIVATIONS) for g in network.activations],
        "head": describe(network.head, HEADS),
        "batch_norm": list(network.batch_norm),
        "keep_prob": list(network.keep_prob),
        "L2": list(network.L2),
        "L1": list(network.L1),
        "parametric": any(network.parametric) and list(network.parametric),
        "ntk": network.ntk,
        "front": None if network.front is None else described_front(network.front),
    }
    return {name: value for name, value in held.items() if name not in OFF or value != OFF[name]}


def described_network(description: Any) -> Network:
    """The network that ``describe_network`` described; FileError for anything else.

    >>> network = Network((2, 3, 1), "tanh", keep_prob=0.5)
    >>> described_network(describe_network(network)) == network
    True
    """
    description = OFF | description if isinstance(description, dict) else description
    if wrong := misfit(description, FORM):
        raise FileError(SAY["file.no_network"].filled(wrong=wrong))
    try:
        return Network(
            description["n"],
            [described(g, ACTIVATIONS) for g in description["activations"]],
            described(description["head"], HEADS),
            **{name: description[name] for name in ("batch_norm", "keep_prob", "L2", "L1", "parametric", "ntk")},
            front=None if (front := description["front"]) is None else front_of(front),
        )
    except (TypeError, ValueError) as error:  # what the parts themselves say of a number out of range
        raise FileError(SAY["file.no_network"].filled(wrong=error)) from None


def described_front(front: Front) -> dict[str, Any]:
    """What stands before layer 1 as JSON values."""
    order = None if front.order is None else list(front.order)
    return {"parts": [describe(part, PARTS) for part in front.parts], "order": order, "scale": front.scale}


def front_of(description: dict[str, Any]) -> Front:
    """The front that ``described_front`` described."""
    order = description["order"]
    parts = [described(part, PARTS) for part in description["parts"]]
    return Front(tuple(parts), None if order is None else tuple(order), description["scale"])


def describe(part: Any, table: Mapping[str, type[Any]]) -> dict[str, Any]:
    """One of our own frozen dataclasses as its name in ``table`` and its fields, which may hold others of the table.

    Raises TypeError for anything else.

    >>> from ..nn.activations import LeakyReLU
    >>> describe(LeakyReLU(0.25), ACTIVATIONS)
    {'name': 'leaky_relu', 'slope': 0.25}
    """
    for name, kind in table.items():
        if type(part) is kind:
            values = {field.name: getattr(part, field.name) for field in fields(part)}
            return {"name": name} | {key: describe(v, table) if is_dataclass(v) else v for key, v in values.items()}
    raise TypeError(SAY["file.not_ours"].filled(part=part, table=", ".join(table)))


def described(description: dict[str, Any], table: Mapping[str, type[Any]]) -> Any:
    """The part that ``describe`` described; TypeError or ValueError for anything else."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in description.items()}
    kind = choose("name", values.pop("name", None), table)
    return kind(**{key: described(value, table) if isinstance(value, dict) else value for key, value in values.items()})
