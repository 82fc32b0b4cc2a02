"""The step of plain gradient descent by the equations, in every way in which it may be taken."""

from collections.abc import Sequence
from dataclasses import replace as changed

from ...words import NOTHING
from ..casting.layouts import Name
from ..casting.pupil import Pupil
from ..equations import backward_sheet, forward_sheet, update_sheet
from ..search import Mistake, Reading, Slip, Trial, slips_of
from .examples import HIDDEN
from .steps import fitted_rate


def readings_of(
    pupil: Pupil, role: str, trials: Sequence[Trial], rate: float | None, by: Sequence[Name] = ()
) -> list[Reading]:
    """One step as a sheet, for each hidden activation; the rate is fitted where the function takes none.

    by    the parameters to which it is fitted; all of them where none is named
    """
    L = trials[0].given.L
    ways = (False,) if pupil.reading.classes else (False, True)
    sheets = [(*forward_sheet(L), *backward_sheet(L, from_dA=from_dA), *update_sheet(L)) for from_dA in ways]
    known = pupil.hidden_of(role)
    calls_forward = any(one.startswith("forward") for one in pupil.helpers(role))
    kinds = [known] if known is not None and calls_forward else HIDDEN
    readings = []
    for g in kinds:
        given = [Trial(changed(v.copy(), g={l: g if l < L else v.g[l] for l in v.g}), seen) for v, seen in trials]
        if not rate:
            rates = [fitted_rate(sheets[0], v, seen, by) for v, seen in given]
            given = [Trial(changed(v, learning_rate=a), seen) for (v, seen), a in zip(given, rates, strict=True)]
        readings += [Reading(sheet, given) for sheet in sheets]
    return readings


def inherited_in(pupil: Pupil, role: str, readings: Sequence[Reading]) -> tuple[Slip, ...]:
    """The slips of the functions that a training calls, at every place where these readings may have them."""
    mistakes = list(dict.fromkeys(slip.mistake for slip in pupil.inherited(role)))
    mistakes += [SLOPE_FROM_Z] if mistakes else []
    return tuple(dict.fromkeys(slip for reading in readings for slip in slips_of(reading.sheet, mistakes)))


SLOPE_FROM_Z = Mistake(
    "slope from Z",
    "dZ",
    lambda v, l: v.dA[l] * v.g[l].derivative(v.Z[l], v.g[l](v.Z[l])),
    "dZ[{l}] = dA[{l}] ∗ {g}′(Z[{l}])",
    NOTHING,
)
"""No mistake, but what it amounts to where A is wrong: a slope that is worked out from Z again does not see it."""
