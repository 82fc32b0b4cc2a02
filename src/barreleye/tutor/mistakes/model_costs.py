"""Mistakes in the costs that a right training shows."""

from typing import NamedTuple

from ...words import Text
from ..flaws import Flaw


class Shown(NamedTuple):
    """How often the cost before the first step was shown in a long training, which calls the cost in no loop."""

    first: int


COSTS: tuple[Flaw[Shown], ...] = (
    Flaw(
        "cost of the first parameters",
        "cost",
        lambda seen: {} if seen.first > 1 else None,
        Text(
            "The training is right, but the cost that it shows is always that of the first parameters: it is computed "
            "once, before the loop.",
            "训练本身是对的，但显示的代价始终是初始参数的代价：它只在循环之前算了一次。",
        ),
        Text("Which lines must run again whenever the parameters have changed?", "参数每变一次，哪些行必须重新运行？"),
        "each iteration: J of the parameters of this iteration",
        "each iteration: J of the first parameters",
        "cost = compute_cost(A2, Y)  # inside the loop",
    ),
)
