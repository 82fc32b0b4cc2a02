"""Mistakes with a constant of the learner's own, read off the numbers: planted in two solutions, and named with it."""

import pytest

from barreleye.tutor.constants import lines_drawn, read_off
from barreleye.tutor.equations import example, forward_sheet, line, worked
from barreleye.tutor.search import Reading, Trial

from .planting import LOOPED, VECTORISED, checked, diagnoses

CUT, ONE = "predictions = A2 > 0.5", "if o[j, i] > 0.5:"
BACK, SENT = "np.dot(W2.T, dZ2)", "back += w2[k, j] * e2[k, i]"
RETURNED, SCALED = '"dW1": dW1, "db1": db1,', '"dW1": dW1 / 4, "db1": db1 / 4,'
W2, B2 = "np.dot(dZ2, A1.T) / m", "np.sum(dZ2, axis=1, keepdims=True) / m"
GW2 = "e2[j, i] * h[k, i] / count"
MEANS = ("np.sum(logprobs) / m", "total / count")
STEP = "q[j, k] = p[j, k] - lr * g[j, k]"
MOVES = tuple((f"{p} - learning_rate * d{p}", f"{p} - {{}} * d{p}") for p in ("W1", "W2", "b1", "b2"))


def moves(rate: str) -> tuple[tuple[str, str], ...]:
    return tuple((old, new.format(rate)) for old, new in MOVES)


TABLE = (
    (
        "predictions cut at another line",
        "predictions",
        "between 0.3",
        (CUT, CUT.replace("0.5", "1 / 3")),
        (ONE, "if o[j, i] >= 0.33:"),
    ),
    (
        "predictions cut at another line",
        "predictions",
        "belongs at 0.5",
        (CUT, CUT.replace("0.5", "0.6")),
        (ONE, "if o[j, i] > 0.6:"),
    ),
    ("dW times a constant", "dW2", "3 times", (W2, f"3 * {W2}"), (GW2, f"{GW2} * 3")),
    ("gradients times a constant", "dW1", "0.25 times", (RETURNED, SCALED), (SENT, f"{SENT} / 4")),
    ("J times a constant", "J", "2 times", (MEANS[0], f"2 * {MEANS[0]}"), (MEANS[1], f"2 * {MEANS[1]}")),
    (
        "cost with a guard too large",
        "J",
        "0.001",
        ("np.log(A2) + (1 - Y) * np.log(1 - A2)", "np.log(A2 + 1e-3) + (1 - Y) * np.log(1 - A2 + 1e-3)"),
        ("math.log(a) + (1 - y) * math.log(1 - a)", "math.log(a + 1e-3) + (1 - y) * math.log(1 - a + 1e-3)"),
    ),
    (
        "dZ out times a constant",
        "dZ2",
        "0.9 times",
        ("dZ2 = A2 - Y", "dZ2 = 0.9 * (A2 - Y)"),
        ("e2[j, i] = a - y", "e2[j, i] = 0.9 * (a - y)"),
    ),
    ("J with a number for m", "J", "divided by 400", (MEANS[0], "np.sum(logprobs) / 400"), (MEANS[1], "total / 400")),
    (
        "dW with a number for m",
        "dW2",
        "divided by 209",
        (W2, W2.replace("/ m", "/ 209")),
        (GW2, GW2.replace("count", "209")),
    ),
    (
        "update times a constant",
        "W1",
        "exactly 2 times",
        moves("2 * learning_rate"),
        (STEP, STEP.replace("lr", "2 * lr")),
    ),
    ("update at a rate of its own", "W1", "0.5 times the gradient", moves("0.5"), (STEP, STEP.replace("lr", "0.5"))),
    (
        "dW with a multiple of W",
        "dW2",
        "0.1 W[2]",
        (W2, f"{W2} + 0.1 * W2"),
        ("return gw1, gc1, gw2, gc2", "return gw1, gc1, gw2 + 0.1 * w2, gc2"),
    ),
    (
        "dW with a multiple of W",
        "dW2",
        "(0.7/m) W[2]",
        (W2, f"{W2} + 0.7 / m * W2"),
        ("return gw1, gc1, gw2, gc2", "return gw1, gc1, gw2 + 0.7 / count * w2, gc2"),
    ),
    (
        "dA from updated W",
        "dA1",
        "after its update",
        (BACK, "np.dot((W2 - 1.2 * dW2).T, dZ2)"),
        (SENT, "back += (w2 - 0.3 * (o - labels) @ h.T / count)[k, j] * e2[k, i]"),
    ),
)


@pytest.mark.parametrize(
    ("name", "quantity", "said", "solution", "edits"),
    [
        pytest.param(
            name,
            quantity,
            said,
            solution,
            edits if isinstance(edits[0], tuple) else (edits,),
            id=f"{name}, {said}, {solution}",
        )
        for name, quantity, said, *both in TABLE
        for solution, edits in zip((VECTORISED, LOOPED), both, strict=True)
    ],
)
def test_planted(name, quantity, said, solution, edits):
    report = checked(solution, *edits)
    assert [row[1:] for row in diagnoses(report)] == [(name, quantity)]
    [(_, finding)] = report.findings
    for text in (finding.claim.en, finding.claim.zh, finding.hint.en, finding.hint.zh, finding.seen):
        assert "{" not in text
    assert said in finding.claim.en


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        ((BACK, f"0.25 * {BACK}"), "dA times a constant"),
        (("dZ1 = dA1 * (", "dZ1 = 3 * dA1 * ("), "dZ times a constant"),
    ],
)
def test_of_several_with_the_same_numbers_the_lines_tell(edit, name):
    report = checked(VECTORISED, edit)
    assert [row[1] for row in diagnoses(report)] == [name]
    [(_, finding)] = report.findings
    assert edit[1] in finding.line


def test_a_guard_in_the_logarithm_is_no_factor():
    log = "Y * np.log(A2) + (1 - Y) * np.log(1 - A2)"
    guarded = "Y * np.log(A2 + 1e-6) + (1 - Y) * np.log(1 - A2 + 1e-6)"
    assert checked(VECTORISED, (log, guarded)).verdict != "wrong"


def test_one_trial_has_a_constant_for_anything():
    v = example((3, 4, 1), m=40, seed=0)
    sheet = (*forward_sheet(2), line("answer", 2))
    trial = Trial(v, {("answer", 2): worked(sheet, v).A[2] > 0.7})
    assert lines_drawn([Reading(sheet, [trial])]) == () == read_off([Reading(sheet, [trial])])
    assert [one.name for one in lines_drawn([Reading(sheet, [trial, trial])])] == ["predictions cut at another line"]


def test_labels_are_no_reason_to_accuse_a_formula():
    """exp(Z) > 1/2 is σ(Z) > 1/3: from labels alone it is the line that is said to be elsewhere."""
    own = 'A2 = 1 / (1 + np.exp(-(np.dot(parameters["W2"], np.tanh(np.dot(parameters["W1"], X) + parameters["b1"]))'
    edit = (
        "A2, cache = forward_propagation(X, parameters)\n    predictions",
        f'{own} + parameters["b2"])))\n    predictions',
    )
    report = checked(VECTORISED, edit, (CUT, CUT.replace("0.5", "1 / 3")))
    assert diagnoses(report) == [("predict", "predictions cut at another line", "predictions")]
