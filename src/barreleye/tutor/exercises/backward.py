"""Backward propagation, for two layers or L: called with the learner's own cache."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..casting.layouts import Name, Path, leaves, name_at, replaced
from ..casting.naming import key_of
from ..casting.pupil import Pupil, parameter_names
from ..casting.returned import cache_of, held
from ..casting.written import written_names
from ..equations import Work, backward_sheet
from ..likeness import DIFFERENT, alike
from ..running.answers import Answer, Opaque
from ..search import Reading, Trial
from .examples import HIDDEN, with_hidden

BACKWARD = ("backward", "backward_deep")


def backward_available(pupil: Pupil, v: Work, role: str) -> Mapping[str, Any]:
    """What a backward function may ask for; its cache is the learner's own, with right numbers in it."""
    given = pupil.available(v)
    first, second = ("forward_deep", "forward") if role == "backward_deep" else ("forward", "forward_deep")
    source = next((one for one in (first, second) if one in pupil.cast and one not in pupil.broken), None)
    if source is None:
        return {**given, "cache": course_cache(v, role)}
    run = v
    answer = pupil.call(source, pupil.available(run))
    if answer.trouble is not None and pupil.slips.get(source):  # known to run where all sizes are the same
        run = pupil.example((4,) * (v.L + 1), 4, 9, pupil.hidden_of(source))
        answer = pupil.call(source, pupil.available(run))
    found = cache_of(answer, v.A[v.L]) if answer.trouble is None else None
    if found is None:
        return {**given, "cache": course_cache(v, role)}
    path, cache = found
    written = written_names(pupil.cast[source], answer.value, path)
    if role == "backward_deep" and pupil.misheld and source not in pupil.misheld:  # a helper fills it wrongly
        return {**given, "cache": course_cache(v, role)}
    if source in pupil.misheld:
        names = pupil.misheld[source]
        return {**given, "cache": renamed(cache, names, written, v) if names else course_cache(v, role)}
    if not pupil.slips.get(source):
        return {**given, "cache": held(answer, path)}
    right = mended(cache, written, pupil.worked_as(source, run), v)
    if right is not None and not whole(right, v):
        return {**given, "cache": course_cache(v, role)}
    return {**given, "cache": right or held(answer, path)}


def whole(cache: Any, v: Work) -> bool:
    """Whether a cache has every hidden A, or every hidden Z, and the output layer: not after a layer was left out."""
    arrays = [leaf for _, leaf in leaves(cache)]

    def there(quantity: Mapping[int, Any], l: int) -> bool:
        return any(alike(leaf, quantity[l]) != DIFFERENT for leaf in arrays)

    hidden = any(all(there(q, l) for l in range(1, v.L)) for q in (v.A, v.Z))
    once = sum(alike(leaf, v.X) != DIFFERENT for leaf in arrays) < 2  # else X stands where the A of a layer should
    return hidden and once and any(there(q, v.L) for q in (v.A, v.Z, v.W))


def course_cache(v: Work, role: str) -> Any:
    """The cache as the course has it, for a learner who has no forward function that could make one."""
    if role == "backward_deep":
        return [((v.A[l - 1], v.W[l], v.b[l]), v.Z[l]) for l in range(1, v.L + 1)]
    return {f"{q}{l}": getattr(v, q)[l] for l in range(1, v.L + 1) for q in ("Z", "A")}


def renamed(cache: Any, names: Mapping[Name, Name], written: Mapping[Path, Name], v: Work) -> Any:
    """The learner's cache with the right numbers under every name of a letter that holds those of another quantity.

    written    the names that its places without keys have in the learner's code
    """
    letters = {letter for letter, _ in names}
    paths = {path: name for path, _ in leaves(cache) if (name := name_at(path) or written.get(path))}
    right = {path: getattr(v, q)[l] for path, (q, l) in paths.items() if q in letters and l in getattr(v, q)}
    return replaced(cache, right)


def mended(cache: Any, written: Mapping[Path, Name], mistaken: Work, right: Work) -> Any:
    """The learner's cache with right numbers where a mistaken forward pass left wrong ones; None if opaque.

    Of quantities with the same numbers the one that is named is taken, by a key or where the code has ``written`` its
    name, else the first that has not been found yet.
    """
    values: dict[Path, Any] = {}
    met: list[Name] = []
    for path, leaf in leaves(cache):
        if isinstance(leaf, Opaque):
            return None
        fitting = [
            (quantity, l)
            for l in sorted({*mistaken.A, *mistaken.Z})
            for quantity in ("Z", "A", "W", "b")
            if l in getattr(mistaken, quantity) and np.ndim(leaf) > 0
            if alike(leaf, getattr(mistaken, quantity)[l]) != DIFFERENT
        ]
        if fitting:
            keyed = name_at(path) if any(letter.isdigit() for letter in str(path[-1:])) else None
            name = keyed or written.get(path)
            its = name if name in fitting else next((one for one in fitting if one not in met), fitting[0])
            met.append(its)
            values[path] = getattr(right, its[0])[its[1]]
    return replaced(cache, values)


def gradients_observed(pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
    """dW and db by key, shape or place; dZ where keys name them. One that steps itself shows them by its step."""
    observed = pupil.quantities(answer.value, v, parameter_names(v, "d"))
    if steps_itself(pupil, answer.value):
        observed = {(q, l): (getattr(v, q[1:])[l] - new) / v.learning_rate for (q, l), new in observed.items()}
    for path, leaf in leaves(answer.value):
        name = name_at(path)
        if name is not None and name[0] == "dZ" and 1 <= name[1] <= v.L and isinstance(leaf, np.ndarray):
            observed.setdefault(name, leaf)
    return observed


def steps_itself(pupil: Pupil, value: Any) -> bool:
    """Whether a backward pass takes the learning rate and returns parameters, by their own names."""
    role = next(role for role in BACKWARD if role in pupil.cast)
    rated = any(key_of(one.name) == "learning_rate" for one in pupil.cast[role].parameters)
    names = {name[0] for path, _ in leaves(value) if (name := name_at(path))}
    return rated and {"W", "b"} <= names and not {"dW", "db"} & names


def backward_readings(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
    """dZ[L] at once from A[L] − Y, or through dA[L]; and every hidden activation where it is not known yet."""
    hidden = (trials[0].given.g[1],) if pupil.shown else HIDDEN
    L = trials[0].given.L
    text = "".join(
        function.source for role, function in pupil.cast.items() if role.startswith(("backward", "linear_a"))
    )
    through_dA = re.search(rf"\bda_?(l|{L})\b|sigmoid_backward", text, re.IGNORECASE) is not None
    readings = []
    for g in hidden:
        given = [Trial(v if v.g[1] == g or L == 1 else with_hidden(v, g), observed) for v, observed in trials]
        sheets = (backward_sheet(L), *(() if pupil.reading.classes else (backward_sheet(L, from_dA=True),)))
        readings += [Reading(sheet, given) for sheet in (sheets[::-1] if through_dA else sheets)]
    return readings
