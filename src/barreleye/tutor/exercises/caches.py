"""The caches of one layer's functions: what the learner's own forward functions return, else the course's tuples."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..casting.layouts import Path
from ..casting.pupil import Pupil
from ..casting.returned import held
from ..casting.roles import ROLES
from ..casting.written import written_names
from ..equations import Work
from ..running.answers import Answer
from .backward import mended


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
