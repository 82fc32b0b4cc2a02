"""The starting parameters: judged by their shapes and their spread, since random numbers may be any."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...words import Text, catalogue, listed
from ..casting.arguments import is_told_sizes
from ..casting.forms import told
from ..casting.layouts import leaves, names_of
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..flaws import WORDS, flawed
from ..judgement import Judged, Judgement
from ..mistakes.starting import B_CODE, B_SHOULD, FLAT_BIAS, INITIALIZATION, LYING_BIAS, W_CODE, W_SHOULD, Seen, Start
from ..report import UNJUDGED, WRONG, Finding
from ..running.answers import Answer, Function, Opaque
from ..saying.evidence import difference
from ..saying.judging import unjudged, wrong_as_a_whole
from ..saying.places import place_of
from ..saying.stopping import stop
from .examples import examples_of
from .lacking import holds_not

SAID = catalogue("tutor_judging")

SHALLOW = ((100, 40, 20), (4, 3, 2))
DEEP = ((100, 40, 20, 10), (5, 4, 3))
TINY = 0.02
"""Weights below this spread, in every layer of a deep network, starve its ReLUs."""

USABLE = ("W starts at zero", "W starts with one number", "units start alike", "W starts as integers")
"""What is wrong with the numbers alone: the form of the parameters is as it should be."""


@dataclass(frozen=True)
class Initialization:
    """The exercise: called for networks of these sizes."""

    role: str
    sizes: Sequence[tuple[int, ...]]

    def judged(self, pupil: Pupil) -> Judged:
        """Call it, read W and b, look for flaws. What cannot be used any further is not used in later exercises."""
        findings, remarks = self._findings(pupil, pupil.cast[self.role])
        unusable = any(one.verdict in (WRONG, UNJUDGED) and one.mistake not in USABLE for one in findings)
        return Judged(findings, remarks, Judgement(broken=unusable))

    def _findings(self, pupil: Pupil, function: Function) -> tuple[list[Finding], list[Text]]:
        is_told = is_told_sizes(function, self.role)
        seen = []
        for n in self.sizes:
            answer = pupil.started(self.role, n)
            if answer.trouble is not None:
                return [stop(pupil, self.role, told(n), answer)], []
            seen.append((started if is_told else of_own_sizes)(pupil, n, answer))
        if not seen[0].W:
            return [holds_not(function, answer, listed(["W1"]))], []
        found = flawed(INITIALIZATION, seen, function)
        if not is_told:
            if misshapen(pupil, function, seen[0]):
                return [unjudged(function, SAID["initialization.own_sizes"])], []
            found = [one for one in found if one.verdict == WRONG]  # from few numbers the spread cannot be told
            return with_lines(found, function), []
        if not any(one.quantity == "parameters" or (one.quantity in "Wb" and one.verdict == WRONG) for one in found):
            found += misshapen(pupil, function, seen[-1]) or bias_shape(pupil, function, seen)
        return with_lines(found, function), [] if found else remarks_on(self.role, seen)


def bias_shape(pupil: Pupil, function: Function, seen: Seen) -> list[Finding]:
    """A bias that is no column is right where the learner's own forward pass can use it."""
    if all(b.ndim == 2 and b.shape[1] == 1 for b in seen[0].b.values()):
        return []
    role = next((one for one in ("forward_deep", "forward") if one in pupil.cast), None)
    if role is None:
        return flawed([FLAT_BIAS], seen, function)
    v = examples_of(role, pupil)[0]
    own_form = pupil.call(role, pupil.available(v)).trouble
    columns = {f"{q}{l}": getattr(v, q)[l] for l in v.W for q in "Wb"}
    in_columns = pupil.call(role, {**pupil.available(v), "parameters": columns, **columns}).trouble
    return flawed([LYING_BIAS], seen, function) if own_form is not None and in_columns is None else []


def started(pupil: Pupil, n: Sequence[int], answer: Answer) -> Start:
    """W and b by layer in what was returned."""
    found = pupil.parameters_in(answer.value, n)
    arrays = {name: np.asarray(leaf) for name, leaf in found.items() if not isinstance(leaf, Opaque)}
    names = frozenset(filter(None, names_of(path for path, _ in leaves(answer.value)).values()))
    W, b = ({l: array for (letter, l), array in arrays.items() if letter == one} for one in "Wb")
    b = b if pupil.reading.biases else {l: np.zeros((len(one), 1)) for l, one in W.items()}  # that nobody misses
    return Start(n, dict(sorted(W.items())), dict(sorted(b.items())), names)


def of_own_sizes(pupil: Pupil, n: Sequence[int], answer: Answer) -> Start:
    """W and b by layer in what a function returned that is not told all of n: with the sizes that it has chosen."""
    start = started(pupil, n, answer)
    if not start.W or any(one.ndim != 2 for one in start.W.values()):
        return start
    return started(pupil, (start.W[min(start.W)].shape[1], *(len(one) for one in start.W.values())), answer)


def misshapen(pupil: Pupil, function: Function, start: Start) -> list[Finding]:
    """The first parameter that has another number of entries, or another shape, than it should have."""
    for (letter, l), shape in pupil.shapes(start.n).items():
        array = pupil.reading.turned((letter, l), getattr(start, letter).get(l))
        words = {"q": f"{letter}{l}", "n": list(start.n)}
        if array is None:
            claim = SAID["initialization.missing"].filled(**words)
        elif array.size == np.prod(shape) and (letter == "b" or array.shape == shape):
            continue
        else:
            gap = difference(*pupil.reading.handed((np.zeros(shape), array)))
            claim = SAID["initialization.misshapen"].filled(gap=gap, **words)
        should, code = (W_SHOULD, W_CODE) if letter == "W" else (B_SHOULD, B_CODE)
        finding = replace(wrong_as_a_whole(function, claim), quantity=f"{letter}{l}", hint=WORDS["hint.rows"])
        return [replace(finding, should=should, solution=f"{letter} = {code}")]
    return []


def remarks_on(role: str, seen: Seen) -> list[Text]:
    """What is right and worth a word: a deep network that starts from 0.01 everywhere, biases that are not zero."""
    W: Mapping[int, Any] = seen[0].W
    starving = role == "initialize_deep" and all(np.std(one) < TINY for one in W.values())
    biased = [f"b{l}" for l, b in seen[0].b.items() if b.any()]
    remarks = [SAID["initialization.starving"]] if starving else []
    return [*remarks, SAID["initialization.biased"].filled(q=listed(biased))] if biased else remarks


# The line, and what should stand there


def with_lines(findings: Sequence[Finding], function: Function) -> list[Finding]:
    """The findings with the line of the parameter, and that line in the learner's own names."""
    return [with_line(one, function) if one.quantity[:1] in ("W", "b") else one for one in findings]


def with_line(finding: Finding, function: Function) -> Finding:
    named = re.findall(r"\b[Wb]\d", finding.claim.en) or [f"{finding.quantity[:1]}1"]
    where, line = place_of(function, named[:1])
    counts = {key_of(one.name): one.name for one in function.parameters}
    solution = finding.solution
    if {"n_x", "n_h", "n_y"} <= set(counts):
        n = [counts[key] for key in ("n_x", "n_h", "n_y")]
        solution = "\n".join(start_of(name[0], int(name[1:]), n) for name in named if int(name[1:]) in (1, 2))
    elif "layer_dims" in counts:
        target, equals, _ = line.partition(" = ")
        layer = re.search(r"\{(.+?)\}|str\((.+?)\)|\[(\w+(?: [+-] \d)?)\]$", target)
        l = next(filter(None, layer.groups())) if layer else "l"
        code = solution.removeprefix("W = ").removeprefix("b = ").replace("n[l", f"{counts['layer_dims']}[{l}")
        solution = (target + equals + code if equals else code).replace(" + 1-1]", "]").replace("-1]", " - 1]")
    return replace(finding, where=where or finding.where, line=line, solution=solution)


def start_of(letter: str, l: int, n: Sequence[str]) -> str:
    """The line of a parameter in a network of two layers.

    >>> start_of("W", 1, ["n_x", "n_h", "n_y"])
    'W1 = np.random.randn(n_h, n_x) * 0.01'
    """
    if letter == "b":
        return f"b{l} = np.zeros(({n[l]}, 1))"
    return f"W{l} = np.random.randn({n[l]}, {n[l - 1]}) * 0.01"


INITIALIZATIONS = {
    one.role: one for one in (Initialization("initialize", SHALLOW), Initialization("initialize_deep", DEEP))
}
