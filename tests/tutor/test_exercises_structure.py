"""layer_sizes: what is read off the data, and in which order."""

import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.mistakes.sizes import SIZES

from .deep_planting import COURSE, LOOPED, found, rows, texts_of

NX, NY, RETURN = "n_x = X.shape[0]", "n_y = Y.shape[0]", "return (n_x, n_h, n_y)"
IN, OUT, BACK = "inputs, samples = data.shape", "outputs = len(labels)", "return inputs, 5, outputs"

TABLE = (
    (
        "layer_sizes",
        "sizes in reverse",
        "order",
        {COURSE: (RETURN, "return (n_y, n_h, n_x)"), LOOPED: (BACK, "return outputs, 5, inputs")},
    ),
    (
        "layer_sizes",
        "hidden size first",
        "order",
        {COURSE: (RETURN, "return (n_h, n_x, n_y)"), LOOPED: (BACK, "return 5, inputs, outputs")},
    ),
    (
        "layer_sizes",
        "hidden size last",
        "order",
        {COURSE: (RETURN, "return (n_x, n_y, n_h)"), LOOPED: (BACK, "return inputs, outputs, 5")},
    ),
    (
        "layer_sizes",
        "n_x counts the samples",
        "n_x",
        {COURSE: (NX, "n_x = X.shape[1]"), LOOPED: (IN, "samples, inputs = data.shape")},
    ),
    (
        "layer_sizes",
        "n_x counts every number",
        "n_x",
        {COURSE: (NX, "n_x = X.size"), LOOPED: (IN, "inputs = sum(len(row) for row in data)")},
    ),
    ("layer_sizes", "n_x is a shape", "n_x", {COURSE: (NX, "n_x = X.shape"), LOOPED: (IN, "inputs = np.shape(data)")}),
    ("layer_sizes", "n_x from Y", "n_x", {COURSE: (NX, "n_x = Y.shape[0]"), LOOPED: (IN, "inputs = len(labels)")}),
    (
        "layer_sizes",
        "n_y counts the samples",
        "n_y",
        {COURSE: (NY, "n_y = Y.shape[1]"), LOOPED: (OUT, "outputs = samples")},
    ),
    (
        "layer_sizes",
        "n_y counts every number",
        "n_y",
        {COURSE: (NY, "n_y = Y.size"), LOOPED: (OUT, "outputs = len(labels) * samples")},
    ),
    (
        "layer_sizes",
        "n_y is a shape",
        "n_y",
        {COURSE: (NY, "n_y = Y.shape"), LOOPED: (OUT, "outputs = np.shape(labels)")},
    ),
    ("layer_sizes", "n_y from X", "n_y", {COURSE: (NY, "n_y = X.shape[0]"), LOOPED: (OUT, "outputs = len(data)")}),
    (
        "layer_sizes",
        "n_y counts the classes",
        "n_y",
        {COURSE: (NY, "n_y = len(np.unique(Y))"), LOOPED: (OUT, "outputs = len(set(labels.ravel()))")},
    ),
    ("layer_sizes", "n_x is a fixed number", "n_x", {COURSE: (NX, "n_x = 2"), LOOPED: (IN, "inputs = 12288")}),
    ("layer_sizes", "n_y is a fixed number", "n_y", {COURSE: (NY, "n_y = 1"), LOOPED: (OUT, "outputs = 1")}),
)


def test_every_mistake_is_planted():
    assert {name for _, name, *_ in TABLE} == {flaw.name for flaw in SIZES}


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows(TABLE))
def test_planted(exercise, name, quantity, solution, edits):
    assert found(solution, *edits) == [(exercise, name, quantity)]
    assert "{" not in " ".join(texts_of(solution, *edits))


def test_both_sizes_may_be_wrong():
    edits = ((NX, "n_x = X.shape[1]"), (NY, "n_y = Y.shape[1]"))
    assert [quantity for *_, quantity in found(COURSE, *edits)] == ["n_x", "n_y"]


def test_numbers_without_a_known_reason_are_shown():
    def layer_sizes(X, Y):
        return X.shape[0] + 1, 4, Y.shape[0]

    ((_, finding),) = check(layer_sizes).findings
    assert finding.mistake is None
    assert "n_x = 6" in finding.claim.zh


@pytest.mark.parametrize("answer", [lambda n_x, n_y: {"n_x": n_x, "n_h": 4, "n_y": n_y}, lambda n_x, n_y: [n_x, n_y]])
def test_other_forms_are_right(answer):
    def layer_sizes(X, Y):
        return answer(X.shape[0], Y.shape[0])

    assert not list(check(layer_sizes).findings)


def test_an_answer_that_holds_no_sizes():
    def layer_sizes(X, Y):
        print(X.shape[0], Y.shape[0])

    ((_, finding),) = check(layer_sizes).findings
    assert (finding.mistake, finding.claim.en[:9]) == ("returns nothing", "It prints")
