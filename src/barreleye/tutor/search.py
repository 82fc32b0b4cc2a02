"""Which mistakes give exactly these numbers? Every mistake is worked on the learner's own inputs and compared.

A *slip* is a catalogued mistake made at some layers. Single slips are tried before pairs, so what is said is the
simplest explanation; where none gives the numbers on every trial, nothing is claimed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Any, NamedTuple

import numpy as np

from ..nn.notation import parsed, without_count, written
from ..words import NOTHING, Text
from .equations import EQUATIONS, Compute, Line, Work, on_paper, worked
from .likeness import DIFFERENT, SAME, SAME_NUMBERS, TOLERANCE, alike


@dataclass(frozen=True)
class Mistake:
    """One way to get one equation wrong.

    name        unique, in words: "dW without 1/m"
    equation    the key in EQUATIONS whose place it takes
    compute     what is computed instead
    text        that right-hand side, in the language of ``nn.notation``
    words       gives its claim and its hint when they are asked for: of a thousand mistakes one is told
    also        further equations that the same slip gets wrong at the same layers: (key, what is computed instead)
    """

    name: str
    equation: str
    compute: Compute
    text: str
    words: Callable[[], tuple[Text, Text]] = field(default=lambda: (NOTHING, NOTHING), compare=False)
    also: tuple[tuple[str, Compute], ...] = ()

    @property
    def seen(self) -> Text:
        """The mistaken equation as it stands on paper."""
        return on_paper(EQUATIONS[self.equation].quantity, self.text)

    @property
    def claim(self) -> Text:
        """What is said of it; {q} is the quantity ("dW1"), {m}, {l}, {p} (the layer before), {n} (the next)."""
        return self.words()[0]

    @property
    def hint(self) -> Text:
        """What is said before the solution is."""
        return self.words()[1]

    @property
    def of_m(self) -> bool:
        """Whether it is by what is divided by that it differs from the equation."""
        right = EQUATIONS[self.equation].notation
        return written(without_count(parsed(self.text))) == written(without_count(parsed(right)))

    @property
    def computes(self) -> dict[str, Compute]:
        """What is computed instead, by equation."""
        return {self.equation: self.compute, **dict(self.also)}


class Slip(NamedTuple):
    """A mistake at these layers."""

    mistake: Mistake
    layers: tuple[int, ...]

    def edits(self, sheet: Sequence[Line]) -> dict[Line, Compute]:
        computes = self.mistake.computes
        return {one: computes[one.equation] for one in sheet if one.equation in computes and one.l in self.layers}


def edits_of(slips: Iterable[Slip], sheet: Sequence[Line]) -> dict[Line, Compute]:
    """What is computed instead, at every line of the sheet where one of the slips is made."""
    return {place: compute for slip in slips for place, compute in slip.edits(sheet).items()}


class Trial(NamedTuple):
    """What was given to a function, and the quantities that it gave back: {("dW", 1): array, ...}."""

    given: Work
    observed: Mapping[tuple[str, int], Any]


def slips_of(sheet: Sequence[Line], catalogue: Iterable[Mistake]) -> list[Slip]:
    """Every mistake at all the layers where its equation stands, at all but the last, and at each one of them."""
    found = []
    for mistake in catalogue:
        layers = tuple(one.l for one in sheet if one.equation == mistake.equation)
        hidden = tuple(l for l in layers if l != max(layers))
        places = (layers, hidden, *((l,) for l in layers))
        found += [Slip(mistake, place) for place in dict.fromkeys(places) if place]
    return found


class Reading(NamedTuple):
    """One way to take a function's answers: by this sheet, with these things given (such as a hidden activation)."""

    sheet: Sequence[Line]
    trials: Sequence[Trial]


class Explained(NamedTuple):
    """The slips that give the learner's numbers, and the reading in which they do."""

    slips: tuple[Slip, ...]
    reading: Reading


def none(reading: Reading) -> Iterable[Mistake]:
    """No further mistakes."""
    return ()


def explanation(
    readings: Sequence[Reading],
    catalogue: Iterable[Mistake],
    inherited: Sequence[Slip] = (),
    most: int = 2,
    tolerance: float = TOLERANCE,
    beyond: Callable[[Reading], Iterable[Mistake]] = none,
    contradicted: Callable[[Explained], bool] = lambda explained: False,
) -> Explained | None:
    """The slips that give every trial's numbers in one of the readings: () when all is right, None when nothing does.

    inherited    slips already reported elsewhere (in a function that this one calls): tried first, and beside others
    most         how many new slips are combined
    beyond       further mistakes of a reading, made and tried where those of the catalogue do not fit; in pairs only in
                 the likeliest readings
    contradicted whether something else than the numbers speaks against one mistake: another with the same numbers is
                 told then, if there is one

    >>> from .equations import backward_sheet, example
    >>> sheet, v = backward_sheet(2), example((3, 4, 1), m=7, seed=0)
    >>> no_mean = Mistake("no 1/m", "dW", lambda v, l: v.dZ[l] @ v.A[l - 1].T, "")
    >>> mistaken = worked(sheet, v, Slip(no_mean, (1,)).edits(sheet))
    >>> trial = Trial(v, {("dW", 1): mistaken.dW[1], ("dW", 2): mistaken.dW[2]})
    >>> [(slip.mistake.name, slip.layers) for slip in explanation([Reading(sheet, [trial])], [no_mean]).slips]
    [('no 1/m', (1,))]
    """
    catalogue = tuple(catalogue)
    tables = [
        Table(reading, slips_of(reading.sheet, catalogue), part, tolerance)
        for reading in readings
        for part in parts_of(inherited)
    ]
    for size in range(most + 1):
        believed = contradicted if size == 1 else (lambda explained: False)
        found = first_of(((table, table.candidates(size)) for table in tables), believed)
        if found is None and size > 0:
            likeliest = tables if size == 1 else tables[:2]
            further = ((table, slips_of(table.reading.sheet, beyond(table.reading))) for table in likeliest)
            found = first_of(((table, table.further(size, slips)) for table, slips in further), believed)
        if found is not None:
            return found
    return None


def first_of(
    tables: Iterable[tuple["Table", Iterable[tuple[Slip, ...]]]], contradicted: Callable[[Explained], bool]
) -> Explained | None:
    """The first of these combinations that gives every number in its shape; else the first that gives the numbers.

    One that is contradicted stands back behind all others that give every number in its shape.
    """
    near: Explained | None = None
    fitting: Explained | None = None
    for table, candidates in tables:
        for chosen in candidates:
            likeness = table.likeness(chosen)
            if likeness == SAME or (likeness == SAME_NUMBERS and not chosen):
                found = Explained(chosen, table.reading)
                if not contradicted(found):
                    return found
                fitting = fitting or found
            elif likeness == SAME_NUMBERS and near is None:
                near = Explained(chosen, table.reading)
    return fitting or near


def parts_of(inherited: Sequence[Slip]) -> list[tuple[Slip, ...]]:
    """Nothing of what is inherited, each slip of it, and pairs at different places."""
    return [part for size in range(3) for part in combinations(inherited, size) if apart(part)]


CANNOT_BE_MADE = (ValueError, IndexError, TypeError, KeyError, NotImplementedError)
"""What an equation raises that cannot be made there, or would not run on these shapes; a softmax has no slope."""
Made = tuple[Slip, list[Any]]
"""A slip, and what is observed with it."""
MOST_PAIRS = 400
"""Of further slips, that are worked: each takes half a millisecond."""


class Table:
    """Which slip, made beside those of ``base``, changes which observed quantity of the first trial, and makes it fit.

    Pairs are many. Where only one of two slips changes a quantity, that slip alone must make it fit already; so nearly
    all pairs are refused without being worked.
    """

    def __init__(self, reading: Reading, slips: Sequence[Slip], base: tuple[Slip, ...], tolerance: float) -> None:
        self.reading = reading
        self.base = base
        self.tolerance = tolerance
        self._slips = [slip for slip in slips if apart((*base, slip))]
        self._made: list[Made] = []
        self._edits = edits_of(base, reading.sheet)
        self._work = attempted(reading.sheet, reading.trials[0].given, self._edits)

    def candidates(self, size: int) -> Iterator[tuple[Slip, ...]]:
        """Combinations of ``size`` slips, with those of the base, that may give the first trial's numbers.

        Those of one slip come before those of two.
        """
        if size == 0:
            yield self.base
        elif size == 1:
            observed = list(self.reading.trials[0].observed.values())
            for slip, found in self._that_can_be_made(self._slips):
                self._made.append((slip, found))
                if all(alike(seen, x, self.tolerance) for seen, x in zip(observed, found, strict=True)):
                    yield (*self.base, slip)
        else:
            yield from self._pairs(self._made, [])

    def further(self, size: int, slips: Sequence[Slip]) -> Iterator[tuple[Slip, ...]]:
        """The same of slips that are many: one of them, or one with another of them or of the table's own.

        Two that change the same quantities and no other would be too many to try.
        """
        if size == 1:
            yield from self._quickly(slips)
        elif slips:
            more = list(self._that_can_be_made([slip for slip in slips if apart((*self.base, slip))]))
            yield from islice(self._pairs(self._made, more), MOST_PAIRS)

    def _that_can_be_made(self, slips: Sequence[Slip]) -> Iterator[tuple[Slip, list[Any]]]:
        """The slips that run and change something, and what is observed with each."""
        for slip in slips:
            work = self._with(slip)
            found = self._values(work)
            if work is not None and found is not None and self._changes(slip, work):
                yield slip, found

    def _quickly(self, slips: Sequence[Slip]) -> Iterator[tuple[Slip, ...]]:
        """Each is worked no further than to the first quantity that comes out otherwise than observed."""
        sheet, (given, observed) = self.reading.sheet, self.reading.trials[0]
        base = self._values(self._work)
        if self._work is None or base is None:
            return
        right = [alike(seen, x, self.tolerance) != DIFFERENT for seen, x in zip(observed.values(), base, strict=True)]
        fits = dict(zip(observed, right, strict=True))
        first_wrong = next((i for i, one in enumerate(sheet) if not fits.get((one.quantity, one.l), True)), len(sheet))
        for slip in slips:
            edits = slip.edits(sheet)
            start = next(i for i, one in enumerate(sheet) if one in edits)
            if start <= first_wrong and apart((*self.base, slip)):
                v = self._work.before(sheet[start:], given)
                if follows(sheet[start:], v, self._edits | edits, observed, self.tolerance) and self._changes(slip, v):
                    yield (*self.base, slip)

    def _pairs(self, own: list[Made], more: list[Made]) -> Iterator[tuple[Slip, ...]]:
        """Two of the slips; if there are more, one at least of those, and some wrong quantity is the matter of one."""
        made = [*own, *more]
        fits, changes, right = self._matrices(made)
        for i in range(len(made)):
            start = max(i + 1, len(own) if more else 0)
            mine, others = changes[i], changes[start:]
            good = np.where(mine, others | fits[i], np.where(others, fits[start:], right)).all(axis=1)
            if more:
                good &= (~right & (mine ^ others)).any(axis=1)
            for j in np.flatnonzero(good) + start:
                if apart((made[i][0], made[j][0])):
                    yield (*self.base, made[i][0], made[j][0])

    def likeness(self, chosen: Sequence[Slip]) -> int:
        """How well these slips give the numbers of every trial."""
        sheet = self.reading.sheet
        edits = edits_of(chosen, sheet)
        likeness = SAME
        for trial in self.reading.trials:
            likeness = min(likeness, reproduces(sheet, trial, edits, self.tolerance))
            if likeness == DIFFERENT:
                break
        return likeness

    def _with(self, slip: Slip) -> Work | None:
        """The first trial worked with this slip beside those of the base: before its first line nothing changes."""
        sheet, given = self.reading.sheet, self.reading.trials[0].given
        edits = slip.edits(sheet)
        start = next(i for i, one in enumerate(sheet) if one in edits)
        if self._work is None:
            return attempted(sheet, given, self._edits | edits)
        return attempted(sheet[start:], self._work.before(sheet[start:], given), self._edits | edits)

    def _changes(self, slip: Slip, work: Work) -> bool:
        """Whether the slip changes a line in each of its layers in some trial: not a sum over one unit alone."""
        same = unchanged(slip, self.reading.sheet, work)
        for trial in self.reading.trials[1:] if same else ():
            other = attempted(self.reading.sheet, trial.given, self._edits | slip.edits(self.reading.sheet))
            same &= unchanged(slip, self.reading.sheet, other) if other else set()
        return not same

    def _values(self, v: Work | None) -> list[Any] | None:
        """The observed quantities in a work."""
        return None if v is None else [getattr(v, name)[l] for name, l in self.reading.trials[0].observed]

    def _matrices(self, made: list[Made]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """By slip and observed quantity: does it fit, does it differ from the base; by quantity: does the base fit."""
        observed = list(self.reading.trials[0].observed.values())
        base = self._values(self._work)
        fits = np.zeros((len(made), len(observed)), bool)
        changes = np.ones_like(fits)
        right = np.zeros(len(observed), bool)
        if base is not None:
            right[:] = [alike(seen, x, self.tolerance) for seen, x in zip(observed, base, strict=True)]
        for i, (_, found) in enumerate(made):
            for j, (seen, x) in enumerate(zip(observed, found, strict=True)):
                changes[i, j] = base is None or (x is not base[j] and alike(x, base[j], 1e-12) != SAME)
                fits[i, j] = right[j] if not changes[i, j] else alike(seen, x, self.tolerance)
        return fits, changes, right


def unchanged(slip: Slip, sheet: Sequence[Line], work: Work) -> set[int]:
    """The layers in which a slip gives, in a work with it, what their equations give there."""
    changed = set()
    for one in slip.edits(sheet):
        try:
            with np.errstate(all="ignore"):
                right = EQUATIONS[one.equation].compute(work, one.l)
        except CANNOT_BE_MADE:
            right = None
        if right is None or alike(getattr(work, one.quantity)[one.l], right) == DIFFERENT:
            changed.add(one.l)
    return set(slip.layers) - changed


def apart(slips: Sequence[Slip]) -> bool:
    """Whether no two of them take the place of the same line."""
    places = [(equation, l) for slip in slips for equation in slip.mistake.computes for l in slip.layers]
    return len(places) == len(set(places))


def reproduces(sheet: Sequence[Line], trial: Trial, edits: Mapping[Line, Compute], tolerance: float = TOLERANCE) -> int:
    """How well the sheet, worked with these edits, gives all that was observed: the least of the likenesses."""
    v = attempted(sheet, trial.given, edits)
    if v is None:
        return DIFFERENT
    likeness = SAME
    for (name, l), observed in trial.observed.items():
        likeness = min(likeness, alike(observed, getattr(v, name)[l], tolerance))
        if likeness == DIFFERENT:
            break
    return likeness


def follows(
    sheet: Sequence[Line],
    v: Work,
    edits: Mapping[Line, Compute],
    observed: Mapping[tuple[str, int], Any],
    tolerance: float,
) -> bool:
    """Work the sheet in v; False as soon as something is not as it was observed, or cannot be made."""
    with np.errstate(all="ignore"):
        for one in sheet:
            try:
                x = edits.get(one, EQUATIONS[one.equation].compute)(v, one.l)
            except CANNOT_BE_MADE:
                return False
            seen = observed.get((one.quantity, one.l))
            if seen is not None and alike(seen, x, tolerance) == DIFFERENT:
                return False
            getattr(v, one.quantity)[one.l] = x
    return True


def attempted(sheet: Sequence[Line], given: Work, edits: Mapping[Line, Compute]) -> Work | None:
    """The sheet worked with these edits; None where they cannot be made there, or would not run on these shapes."""
    try:
        return worked(sheet, given, edits)
    except CANNOT_BE_MADE:
        return None
