"""Every mistake of the prediction, planted in two solutions and diagnosed."""

import pytest

from barreleye.tutor.classics import of

from .planting import checked, diagnoses, plants

CUT, ONE = "predictions = A2 > 0.5", "if o[j, i] > 0.5:\n                answers[j, i] = 1"

TABLE = (
    ("prediction reversed", "predictions", (CUT, "predictions = A2 < 0.5"), (ONE, ONE.replace(">", "<"))),
    ("probabilities for predictions", "predictions", (CUT, "predictions = A2"), ("return answers", "return o")),
    (
        "scores for predictions",
        "predictions",
        (CUT, 'predictions = cache["Z2"]'),
        (("o, _ = ", "o, kept = "), ("return answers", "return kept[2]")),
    ),
    ("predictions are always 1", "predictions", (CUT, "predictions = A2 > 0"), (ONE, ONE.replace("0.5", "0"))),
    (
        "predictions are always 0",
        "predictions",
        (CUT, "predictions = np.argmax(A2, axis=0)"),
        (ONE, "answers[j, i] = int(o[j, i])"),
    ),
    (
        "predictions from the rounded Z",
        "predictions",
        (CUT, 'predictions = np.round(cache["Z2"])'),
        (("o, _ = ", "o, kept = "), (ONE, "answers[j, i] = round(kept[2][j, i])")),
    ),
    (
        "predictions from Z above 0.5",
        "predictions",
        (CUT, 'predictions = cache["Z2"] > 0.5'),
        (("o, _ = ", "o, kept = "), (ONE, ONE.replace("o[j, i]", "kept[2][j, i]"))),
    ),
    (
        "predictions from another layer",
        "predictions",
        (CUT, 'predictions = cache["A1"] > 0.5'),
        ("o, _ = forward_prop(data, params)", "_, (s1, o, s2, h) = forward_prop(data, params)"),
    ),
    (
        "predictions of -1 and 1",
        "predictions",
        (CUT, "predictions = np.where(A2 > 0.5, 1, -1)"),
        ("answers = np.zeros(o.shape)", "answers = -np.ones(o.shape)"),
    ),
    (
        "predictions cut at the mean",
        "predictions",
        (CUT, "predictions = A2 > np.mean(A2)"),
        (ONE, ONE.replace("0.5", "o.mean()")),
    ),
)


def test_every_mistake_is_planted():
    assert {row[0] for row in TABLE} == {mistake.name for mistake in of("answer")}


@pytest.mark.parametrize(("name", "quantity", "solution", "edits"), plants(TABLE))
def test_planted(name, quantity, solution, edits):
    assert diagnoses(checked(solution, *edits)) == [("predict", name, quantity)]
