"""Every mistake of the cost, planted in two solutions and diagnosed."""

import pytest

from barreleye.tutor.classics import of

from .planting import checked, diagnoses, plants

SUM, LOG = "-np.sum(logprobs) / m", "Y * np.log(A2) + (1 - Y) * np.log(1 - A2)"
ADD, LOSS = "total += -(y * math.log(a) + (1 - y) * math.log(1 - a))", "-(y * math.log(a) + (1 - y) * math.log(1 - a))"
MEAN = "total / count"


def losses(result: str) -> tuple[tuple[str, str], ...]:
    """The looped cost with the losses kept one by one, and this result."""
    return (
        ("total = 0.0", "total = np.zeros((1, count))"),
        (ADD, f"total[0, i] = {LOSS}"),
        (f"return {MEAN}", f"return {result}"),
    )


def over_samples(samples: str) -> tuple[str, str]:
    """The looped cost over these samples."""
    head = "for i in range({}):\n        y, a = labels[0, i], min("
    return head.format("count"), head.format(samples)


HALVES = "-np.sum(Y * np.log(A2)) {} np.sum((1 - Y) * np.log(1 - A2)) / m"


def half(sign: str, loss: str) -> tuple:
    """The division by m on the second sum alone."""
    return (SUM, HALVES.format(sign)), ((ADD, f"total += {loss}"), (f"return {MEAN}", "return total"))


EVERY_LABEL = "Y.T * np.log(A2) + (1 - Y.T) * np.log(1 - A2)"
PAIRED = "total {} -(t * math.log(a) + (1 - t) * math.log(1 - a))"

TABLE = (
    (
        "cost of every sample with every label",
        "J",
        (LOG, EVERY_LABEL),
        (ADD, f"for t in labels[0]:\n            {PAIRED.format('+=')}"),
    ),
    (
        "cost that is a table",
        "J",
        (SUM, "-(np.dot(Y.T, np.log(A2)) + np.dot((1 - Y).T, np.log(1 - A2))) / m"),
        (
            ("total = 0.0", "total = np.zeros((count, count))"),
            (
                ADD,
                "for k in range(count):\n            t = labels[0, k]; "
                + PAIRED.format("=").replace("total", "total[k, i]"),
            ),
        ),
    ),
    ("cost with 1/m on the second sum alone", "J", *half("-", "-y * math.log(a) - (1 - y) * math.log(1 - a) / count")),
    (
        "cost with minus on the first sum and 1/m on the second",
        "J",
        *half("+", "-y * math.log(a) + (1 - y) * math.log(1 - a) / count"),
    ),
    ("cost without minus", "J", (SUM, "np.sum(logprobs) / m"), (MEAN, "-total / count")),
    ("cost without 1/m", "J", (SUM, "-np.sum(logprobs)"), (f"return {MEAN}", "return total")),
    ("cost with 1/m twice", "J", (SUM, "-np.mean(logprobs) / m"), (MEAN, "total / count ** 2")),
    ("cost with 1/(2m)", "J", (SUM, "-np.sum(logprobs) / (2 * m)"), (MEAN, "total / (2 * count)")),
    ("cost with 1/(m - 1)", "J", (SUM, "-np.sum(logprobs) / (m - 1)"), (MEAN, "total / (count - 1)")),
    ("cost of the ones only", "J", (LOG, "Y * np.log(A2)"), (LOSS, "-y * math.log(a)")),
    ("cost of the zeros only", "J", (LOG, "(1 - Y) * np.log(1 - A2)"), (LOSS, "-(1 - y) * math.log(1 - a)")),
    (
        "cost with Y and 1 - Y swapped",
        "J",
        (LOG, "(1 - Y) * np.log(A2) + Y * np.log(1 - A2)"),
        (LOSS, "-math.log(1 - a if y == 1 else a)"),
    ),
    (
        "cost with minus between its terms",
        "J",
        (LOG, "Y * np.log(A2) - (1 - Y) * np.log(1 - A2)"),
        (LOSS, "-y * math.log(a) + (1 - y) * math.log(1 - a)"),
    ),
    (
        "cost with log(1 + A)",
        "J",
        (LOG, "Y * np.log(A2) + (1 - Y) * np.log(1 + A2)"),
        (LOSS, "-(y * math.log(a) + (1 - y) * math.log1p(a))"),
    ),
    ("cost is the squared error", "J", (SUM, "np.mean((A2 - Y) ** 2)"), (LOSS, "(a - y) ** 2")),
    ("cost is half the squared error", "J", (SUM, "np.sum((A2 - Y) ** 2) / (2 * m)"), (LOSS, "0.5 * (y - a) ** 2")),
    ("cost is the absolute error", "J", (SUM, "np.mean(np.abs(A2 - Y))"), (LOSS, "abs(a - y)")),
    (
        "cost with log10",
        "J",
        (LOG, "Y * np.log10(A2) + (1 - Y) * np.log10(1 - A2)"),
        (LOSS, "-math.log10(a if y else 1 - a)"),
    ),
    (
        "cost with log2",
        "J",
        (LOG, "Y * np.log2(A2) + (1 - Y) * np.log2(1 - A2)"),
        (LOSS, "-math.log2(a if y else 1 - a)"),
    ),
    (
        "cost with A and Y swapped",
        "J",
        (LOG, "A2 * np.log(Y) + (1 - A2) * np.log(1 - Y)"),
        (LOSS, "-(a * np.log(y) + (1 - a) * np.log(1 - y))"),
    ),
    (
        "cost with a logarithm that does not exist",
        "J",
        (LOG, "Y * np.log(A2) + (1 - Y) * np.log(1 - Y)"),
        (LOSS, "-(y * np.log(a) + (1 - y) * np.log(a - 1))"),
    ),
    (
        "cost with its sum closed too early",
        "J",
        (SUM, "-(np.sum(Y * np.log(A2)) + (1 - Y) * np.log(1 - A2)) / m"),
        (
            f"return {MEAN}",
            "return (sum(-math.log(p) for p in yhat[labels == 1]) - (1 - labels) * np.log(1 - yhat)) / count",
        ),
    ),
    ("cost with 1 // m", "J", (SUM, "-(1 // m) * np.sum(logprobs)"), (MEAN, "total * (1 // count)")),
    (
        "cost with log A twice",
        "J",
        (LOG, "Y * np.log(A2) + (1 - Y) * np.log(A2)"),
        (LOSS, "-math.log(a)"),
    ),
    *(
        (f"cost {name}", "J", (SUM, vectorised), looped)
        for name, vectorised, looped in (
            ("from the last sample alone", "-logprobs[0, -1] / m", (ADD, ADD.replace("+=", "="))),
            (
                "from the last sample alone, without 1/m",
                "-logprobs[0, -1]",
                ((ADD, ADD.replace("+=", "=")), (f"return {MEAN}", "return total")),
            ),
            ("from the first sample alone", "-logprobs[0, 0] / m", (f"    return {MEAN}", f"        return {MEAN}")),
            (
                "from the first sample alone, without 1/m",
                "-logprobs[0, 0]",
                (f"    return {MEAN}", "        return total"),
            ),
            ("without the last sample", "-np.sum(logprobs[:, :-1]) / m", over_samples("count - 1")),
            ("without the first sample", "-np.sum(logprobs[:, 1:]) / m", over_samples("1, count")),
            (
                "divided by m in the loop",
                "-np.sum(logprobs / m ** np.arange(m, 0.0, -1))",
                ((ADD, f"{ADD}\n        total /= count"), (f"return {MEAN}", "return total")),
            ),
        )
    ),
    ("cost not summed", "J", (SUM, "-logprobs"), losses("total")),
    ("cost not summed but divided", "J", (SUM, "-logprobs / m"), losses(MEAN)),
    ("cost summed over units", "J", (SUM, "-np.sum(logprobs, axis=0)"), losses("total[0]")),
    ("cost summed over units and divided", "J", (SUM, "-np.sum(logprobs, axis=0) / m"), losses("total[0] / count")),
)


def test_every_mistake_is_planted():
    assert {row[0] for row in TABLE} == {mistake.name for mistake in of("J")}


@pytest.mark.parametrize(("name", "quantity", "solution", "edits"), plants(TABLE))
def test_planted(name, quantity, solution, edits):
    assert diagnoses(checked(solution, *edits)) == [("cost", name, quantity)]
