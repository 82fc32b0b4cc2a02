"""Every mistake of the update, planted in two solutions and diagnosed."""

import pytest

from barreleye.tutor.classics import of

from .planting import checked, diagnoses, plants

OLD = "q[j, k] = p[j, k] - lr * g[j, k]"
PAIRS = "for p, g in zip(params, grads):"
FIRST = "new = []\n    " + PAIRS
# In the loop over (w1, c1, w2, c2): number 0 and 2 are weights, 1 and 3 biases.
NUMBERED = (PAIRS, "for at, (p, g) in enumerate(zip(params, grads)):")


def line(p: str, right: str) -> tuple[str, str]:
    """The line of one parameter in the vectorised update, with another right side."""
    return f"{p} = {p} - learning_rate * d{p}", f"{p} = {right.format(p=p, d=f'd{p}')}"


def steps(name: str, vectorised: str, looped: str) -> tuple:
    """The mistake in all parameters, in the weights alone, in b2 alone."""
    wrong = f"q[j, k] = {looped}"
    every = tuple(line(p, vectorised) for p in ("W1", "W2", "b1", "b2"))
    return (
        (f"update {name}", "W1", every, (OLD, wrong)),
        (
            f"W update {name}",
            "W1",
            every[:2],
            (NUMBERED, (OLD, f"{wrong} if at in (0, 2) else p[j, k] - lr * g[j, k]")),
        ),
        (f"b update {name}", "b2", every[3], (NUMBERED, (OLD, f"{wrong} if at == 3 else p[j, k] - lr * g[j, k]"))),
    )


def other(vectorised: str, number: int, gradient: str) -> tuple:
    """One parameter moved along another gradient: in the vectorised update, and for this number in the loop."""
    p, d = vectorised
    return (
        (f"{p} - learning_rate * d{p}", f"{p} - learning_rate * {d}"),
        (NUMBERED, (OLD, f"{OLD}\n        if at == {number}:\n            q = p - lr * {gradient}")),
    )


TABLE = (
    *steps("adds", "{p} + learning_rate * {d}", "p[j, k] + lr * g[j, k]"),
    *steps("without learning rate", "{p} - {d}", "p[j, k] - g[j, k]"),
    *steps("without a step", "{p}", "p[j, k]"),
    *steps("keeps the step alone", "learning_rate * {d}", "lr * g[j, k]"),
    *steps("keeps minus the step alone", "-learning_rate * {d}", "-lr * g[j, k]"),
    *steps("with the learning rate twice", "{p} - learning_rate ** 2 * {d}", "p[j, k] - lr * lr * g[j, k]"),
    *steps("divides by the learning rate", "{p} - {d} / learning_rate", "p[j, k] - g[j, k] / lr"),
    *steps("scales the difference", "learning_rate * ({p} - {d})", "lr * (p[j, k] - g[j, k])"),
    *steps("multiplies by the gradient", "({p} - learning_rate) * {d}", "(p[j, k] - lr) * g[j, k]"),
    *steps("subtracts itself", "{p} - learning_rate * {p}", "p[j, k] - lr * p[j, k]"),
    ("W update with db", "W1", *other(("W1", "db1"), 0, "grads[1]")),
    ("b update with dW", "b1", *other(("b1", "dW1"), 1, "grads[0]")),
    (
        "b update with the sum of dW",
        "b2",
        *other(("b2", "dW2.sum(axis=1, keepdims=True)"), 3, "grads[2].sum(1, keepdims=True)"),
    ),
    ("W update with the gradient of the next layer", "W1", *other(("W1", "dW2"), 0, "grads[2]")),
    ("W update with the gradient of the previous layer", "W2", *other(("W2", "dW1"), 2, "grads[0]")),
    ("b update with the gradient of the next layer", "b1", *other(("b1", "db2"), 1, "grads[3]")),
    ("b update with the gradient of the previous layer", "b2", *other(("b2", "db1"), 3, "grads[1]")),
)


def test_every_mistake_is_planted():
    assert {row[0] for row in TABLE} == {mistake.name for mistake in of("W new", "b new")}


@pytest.mark.parametrize(("name", "quantity", "solution", "edits"), plants(TABLE))
def test_planted(name, quantity, solution, edits):
    assert diagnoses(checked(solution, *edits)) == [("update", name, quantity)]
