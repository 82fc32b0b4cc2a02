"""Which steps of a run are kept, so that their number is bounded: the first, the last, and fewer the older they are."""

from collections.abc import Sequence


def superfluous(steps: Sequence[int]) -> int:
    """The place of the step that is missed least: the one in the smallest gap, as seen from the last step.

    The first and the last are never it.

    >>> superfluous([0, 10, 20, 30]), superfluous([0, 50, 51, 52, 100])
    (1, 2)
    """
    last = steps[-1]
    return min(range(1, len(steps) - 1), key=lambda i: (steps[i + 1] - steps[i - 1]) / (last - steps[i] + 1))
