"""Mistakes that nobody listed: made by edits, found by their numbers, said by their kind; their code is the plant."""

import re

import numpy as np
import pytest

from barreleye.nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from barreleye.nn.notation import code
from barreleye.tutor.classics import CATALOGUE
from barreleye.tutor.equations import (
    EQUATIONS,
    Softmax,
    backward_sheet,
    cost_sheet,
    example,
    forward_sheet,
    line,
    update_sheet,
    worked,
)
from barreleye.tutor.search import Reading, Slip, Trial, explanation
from barreleye.tutor.unlisted import beyond, unlisted

from .planting import VECTORISED, checked, said_of

HIDDEN = (Tanh(), Sigmoid(), ReLU(), LeakyReLU(0.1), Softmax())
EVERY = [
    (equation, g, mistake)
    for equation in EQUATIONS
    for g in (HIDDEN if equation == "A" else HIDDEN[:4] if equation == "dZ" else HIDDEN[:1])
    for mistake in unlisted(equation, g)
]


def test_there_are_many_and_none_is_listed_or_twice():
    names = [(mistake.name, equation, type(g)) for equation, g, mistake in EVERY]
    assert len(names) == len(set(names)) > 800
    assert not {name for name, *_ in names} & {*CATALOGUE}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_what_is_said_of_every_edit_can_be_filled_in_and_ends(equation):
    for mistake in {mistake for one, _, mistake in EVERY if one == equation}:
        assert max(len(said.en) for said in said_of(mistake)) < 220


SHEETS = {
    **dict.fromkeys(("Z", "A"), forward_sheet),
    **{"J": cost_sheet, "J classes": lambda L: cost_sheet(L, Softmax())},
    "dA out": lambda L: backward_sheet(L, from_dA=True),
    **dict.fromkeys(("dZ out", "dW", "db", "dA", "dZ"), backward_sheet),
    **dict.fromkeys(("W new", "b new"), update_sheet),
}


@pytest.mark.parametrize("equation", SHEETS)
@pytest.mark.parametrize("hidden", [Tanh(), ReLU()], ids=["tanh", "relu"])
def test_an_edit_is_found_by_its_numbers(equation, hidden):
    """Each edit, made at one layer, is explained by itself, where all that follows from it is seen."""
    sheet = SHEETS[equation](4)
    examples = [example(n, 7, seed, hidden) for seed, n in enumerate(((5, 4, 3, 6, 2), (2, 5, 6, 3, 2)))]
    examples = [worked(backward_sheet(4), v) for v in examples]
    l = 4 if "out" in equation or equation[0] == "J" else 2
    tried = 0
    for mistake in unlisted(equation, hidden if equation in ("A", "dZ") else Sigmoid())[::4]:
        edits = Slip(mistake, (l,)).edits(sheet)
        try:
            done = [worked(sheet, v, edits) for v in examples]
        except ValueError:
            continue  # it runs only where all sizes are the same
        trials = [
            Trial(v, {(one.quantity, one.l): getattr(work, one.quantity)[one.l] for one in sheet})
            for v, work in zip(examples, done, strict=True)
        ]
        if all(np.isfinite(np.asarray(x, float)).all() for trial in trials for x in trial.observed.values()):
            found = explanation([Reading(sheet, trials)], CATALOGUE.values(), (), 1, beyond=beyond)
            assert [(slip.mistake.name, slip.layers) for slip in found.slips] == [(mistake.name, (l,))]
            tried += 1
    assert tried


def named(layer):
    """What the solution calls a quantity, where the line is one of this layer."""

    def name(q, index):
        if not index:
            return {"alpha": "learning_rate"}.get(q, q)
        l = eval(index, {"l": layer})
        if (q, l) == ("A", 0):
            return "X"
        return {"n": f"np.shape({'X' if l == 0 else f'W{l}'})[0]", "slope": "(1 - A1 ** 2)"}.get(q, f"{q}{l}")

    return name


LINES = {
    ("Z", 2): "Z2 = np.dot(W2, A1) + b2",
    ("A", 1): "A1 = np.tanh(Z1)",
    ("A", 2): "A2 = sigmoid(Z2)",
    ("J", 2): "cost = -np.sum(logprobs) / m",
    ("dZ out", 2): "dZ2 = A2 - Y",
    ("dW", 2): "dW2 = np.dot(dZ2, A1.T) / m",
    ("db", 1): "db1 = np.sum(dZ1, axis=1, keepdims=True) / m",
    ("dA", 1): "dA1 = np.dot(W2.T, dZ2)",
    ("dZ", 1): "dZ1 = dA1 * (1 - np.power(A1, 2))",
    ("W new", 1): "W1 = W1 - learning_rate * dW1",
    ("b new", 2): "b2 = b2 - learning_rate * db2",
}
UNKNOWN_THERE = r"\b(dg|leak|like|step|softmax|relu|sinh|l - 2|d?[ZAWb]\[l [-+] 1\])"


def plants():
    """Every so many-th edit of each line, as code in the vectorised solution."""
    for (equation, l), old in LINES.items():
        g = Tanh() if l == 1 else Sigmoid()
        there = [one for one in unlisted(equation, g) if not one.also and not re.search(UNKNOWN_THERE, one.name)]
        there = [one for one in there if "new" not in equation or not re.search(r"\bm\b", one.name)]
        for mistake in there[2 :: max(1, len(there) // 2)]:
            left, _, text = mistake.name.partition(" = ")
            new = f"{old.partition(' = ')[0]} = {code(text, named(l))}"
            yield pytest.param(old, f"m = X.shape[1]\n    {new}" if left in "ZA" else new, id=mistake.name)


@pytest.mark.parametrize(("old", "new"), [*plants()])
def test_planted(old, new):
    """A name is given, and nothing else is said."""
    report = checked(VECTORISED, (old, new))
    found = [finding for _, finding in report.findings if finding.verdict == "wrong"]
    assert [finding.mistake for finding in found] != [None]
    assert len(found) == 1


@pytest.mark.parametrize("constant", ["0.7", "0 * np.sum(A2)", "-3.0"])
def test_a_constant_has_no_name(constant):
    report = checked(VECTORISED, ("cost = -np.sum(logprobs) / m", f"cost = {constant}"))
    names = {finding.mistake for _, finding in report.findings}
    assert names <= {None, "cost with 1 // m"}  # whose sentence says that the cost is always 0


def test_labels_are_too_few_numbers_for_edits():
    v = example((3, 4, 1), 7, 0)
    sheet = (*forward_sheet(2), line("answer", 2))
    assert not [*beyond(Reading(sheet, [Trial(v, {("answer", 2): v.A[2] > 0.5})]))]
