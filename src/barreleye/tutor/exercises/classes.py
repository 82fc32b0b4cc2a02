"""A network for several classes: a softmax output, Y one-hot and the cost − (1/m) Σ Y log A. It is not checked yet.

On the one sigmoid unit of the course its functions look like known mistakes, which they are not.
"""

import re
from collections.abc import Sequence

from ...words import Text
from ..casting.pupil import Pupil
from ..search import Slip

SEVERAL_CLASSES = Text(
    "It is of a network for several classes (softmax output, Y one-hot), which is not checked yet. With one sigmoid "
    "unit, as in the course, the output would be σ(Z) and the cost would need (1 − Y) log(1 − A) too.",
    "它属于多分类网络（softmax 输出，Y 为 one-hot），目前还不检查。若像课程那样只有一个 sigmoid 输出单元，"
    "输出应为 σ(Z)，代价里还要有 (1 − Y) log(1 − A)。",
)
LOOKS_LIKE = {"softmax over one unit", "cost of the ones only"}


def of_several_classes(pupil: Pupil, slips: Sequence[Slip]) -> bool:
    """Whether these slips are what right functions for several classes look like, and no function speaks against it.

    The output is a softmax, or the file has no forward pass; its cost, if it has one, has no 1 − Y.
    """
    if not slips or not {slip.mistake.name for slip in slips} <= LOOKS_LIKE:
        return False
    cast = pupil.cast
    sources = [cast[role].source for role in ("forward", "forward_deep", "linear_activation_forward") if role in cast]
    cost = cast["cost"].source if "cost" in cast else ""
    shares = not sources or any("softmax" in source.lower() for source in sources)
    return shares and not re.search(r"\b1\.?0?\s*-\s*[Yy]", cost)
