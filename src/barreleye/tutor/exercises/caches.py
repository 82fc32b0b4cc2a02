"""The caches that functions are given: the learner's own, with right numbers in them, else the course's."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..casting.layouts import Name, Path, leaves, name_at, replaced
from ..casting.pupil import Pupil
from ..casting.returned import cache_of, held
from ..casting.roles import ROLES
from ..equations import Work
from ..likeness import DIFFERENT, alike
from ..packing import written_names
from ..running.answers import Answer, Opaque

# Of the whole network


def network_cache(pupil: Pupil, v: Work, role: str) -> Any:
    """What a backward function is given: what the learner's forward function makes, with right numbers in it."""
    first, second = ("forward_deep", "forward") if role == "backward_deep" else ("forward", "forward_deep")
    source = next((one for one in (first, second) if one in pupil.cast and one not in pupil.broken), None)
    if source is None:
        return course_cache(v, role)
    run = v
    answer = pupil.call(source, pupil.available(run))
    if answer.trouble is not None and pupil.slips.get(source):  # known to run where all sizes are the same
        run = pupil.example((4,) * (v.L + 1), 4, 9, pupil.hidden_of(source))
        answer = pupil.call(source, pupil.available(run))
    found = cache_of(answer, v.A[v.L]) if answer.trouble is None else None
    filled_by_helper = role == "backward_deep" and pupil.misheld and source not in pupil.misheld
    if found is None or filled_by_helper:
        return course_cache(v, role)
    path, cache = found
    written = written_names(pupil.cast[source], answer.value, path)
    if source in pupil.misheld:
        names = pupil.misheld[source]
        return renamed(cache, names, written, v) if names else course_cache(v, role)
    if not pupil.slips.get(source):
        return held(answer, path)
    right = mended(cache, written, pupil.worked_as(source, run), v)
    if right is not None and not whole(right, v):
        return course_cache(v, role)
    return right or held(answer, path)


def course_cache(v: Work, role: str) -> Any:
    """The cache as the course has it, for a learner who has no forward function that could make one."""
    if role == "backward_deep":
        return [((v.A[l - 1], v.W[l], v.b[l]), v.Z[l]) for l in range(1, v.L + 1)]
    return {f"{q}{l}": getattr(v, q)[l] for l in range(1, v.L + 1) for q in ("Z", "A")}


def whole(cache: Any, v: Work) -> bool:
    """Whether a cache has every hidden A, or every hidden Z, and the output layer: not after a layer was left out."""
    arrays = [leaf for _, leaf in leaves(cache)]

    def there(quantity: Mapping[int, Any], l: int) -> bool:
        return any(alike(leaf, quantity[l]) != DIFFERENT for leaf in arrays)

    hidden = any(all(there(q, l) for l in range(1, v.L)) for q in (v.A, v.Z))
    once = sum(alike(leaf, v.X) != DIFFERENT for leaf in arrays) < 2  # else X stands where the A of a layer should
    return hidden and once and any(there(q, v.L) for q in (v.A, v.Z, v.W))


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


# Of one layer


def running(pupil: Pupil, role: str, given: Mapping[str, Any], caches: Iterable[Any]) -> dict[str, Any]:
    """What is given, with the first of these caches on which the function runs; with the very first where none does."""
    names = ("cache", ROLES[role].arguments[1])
    offers = [{**given, **dict.fromkeys(names, cache)} for cache in caches]
    return next((offer for offer in offers if pupil.call(role, offer).trouble is None), offers[0])


def activation_caches(pupil: Pupil, kind: str, v: Work) -> Iterator[Any]:
    """What sigmoid_backward and its like may be given: what came with A from the learner's own activation, or Z."""
    yield from own(pupil, kind, v, {"Z": v.Z[1]}, (1,))
    layer = {"A_prev": v.A[0], "W": v.W[1], "b": v.b[1], "activation": kind}
    yield from own(pupil, "linear_activation_forward", v, layer, (1, 1))
    yield v.Z[1]
    yield from own(pupil, "linear_activation_forward", v, layer, (1,))


def linear_caches(pupil: Pupil, v: Work, given: Mapping[str, Any]) -> Iterator[Any]:
    """What linear_backward may be given: (A_prev, W, b) in the learner's own form."""
    yield from own(pupil, "linear_forward", v, given, (1,))
    yield from own(pupil, "linear_activation_forward", v, {**given, "activation": "relu"}, (1, 0), (1,))
    yield v.A[0], given["W"], given["b"]


def layer_caches(pupil: Pupil, v: Work, given: Mapping[str, Any]) -> Iterator[Any]:
    """What linear_activation_backward may be given: ((A_prev, W, b), Z) in the learner's own form."""
    yield from own(pupil, "linear_activation_forward", v, given, (1,))
    yield (v.A[0], given["W"], given["b"]), v.Z[1]


def own(pupil: Pupil, role: str, v: Work, given: Mapping[str, Any], *paths: Path) -> Iterator[Any]:
    """These parts of what the learner's own function returns, with right numbers in them; none where it is no use."""
    if role not in pupil.cast or role in pupil.broken:
        return
    if role in pupil.misheld or (pupil.misheld and role == "linear_activation_forward"):  # which may call it
        return
    answer = pupil.call(role, given)
    if answer.trouble is not None or not isinstance(answer.value, tuple | list):
        return
    for path in paths:
        found = reached(answer, path)
        if found is None:
            continue
        written = written_names(pupil.cast[role], answer.value, path)
        right = mended(found, written, pupil.worked_as(role, v), v) if pupil.slips.get(role) else None
        yield held(answer, path) if right is None else right


def reached(answer: Answer, path: Path) -> Any:
    """The part of an answer at a path; None where there is nothing."""
    value = answer.value
    for step in path:
        if not isinstance(value, tuple | list) or len(value) != 2:
            return None
        value = value[step]  # type: ignore[index]
    return value
