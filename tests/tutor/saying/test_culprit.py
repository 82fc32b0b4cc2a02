"""The line that is named is the one to change, and the line offered is another than the learner's own."""

import pytest

from ..planting import VECTORISED, checked

DEEP = "deep_course"


def findings_of(solution, *edits):
    return [finding for _, finding in checked(solution, *edits).findings if finding.verdict == "wrong"]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "quantity"),
    [
        ('dW1 = grads["dW1"]', 'dW1 = grads["dW2"]', 'dW1 = grads["dW2"]', "W1"),
        ('W2 = parameters["W2"]\n    Z1', 'W2 = parameters["W1"]\n    Z1', 'W2 = parameters["W1"]', "dA1"),
        ('A2 = cache["A2"]', 'A2 = cache["Z2"]', 'A2 = cache["Z2"]', "dZ2"),
    ],
)
def test_a_name_that_holds_another_quantity(right, wrong, line, quantity):
    (finding,) = findings_of(VECTORISED, (right, wrong))
    assert finding.quantity == quantity
    assert finding.line == line
    assert finding.solution == right.partition("\n")[0]


def test_what_one_name_spoils_twice_is_one_finding():
    (finding,) = findings_of(VECTORISED, ('A1 = cache["A1"]', 'A1 = cache["Z1"]'))
    assert (finding.line, finding.solution) == ('A1 = cache["Z1"]', 'A1 = cache["A1"]')


@pytest.mark.parametrize("m", ["W.shape[1]", "dZ.shape[0]", "A_prev.shape[0]", "len(A_prev)"])
def test_m_counts_something_else(m):
    edit = ("A_prev, W, b = cache\n    m = A_prev.shape[1]", f"A_prev, W, b = cache\n    m = {m}")
    finding = findings_of(DEEP, edit)[0]
    array = "dZ" if m.startswith("dZ") else "A_prev"
    assert (finding.line, finding.solution) == (f"m = {m}", f"m = {array}.shape[1]")
    assert "A_prev.shape[0]" not in finding.claim.en
    assert ".shape," not in finding.claim.en
    assert ".shape." not in finding.claim.en


def test_m_is_counted_where_it_divides():
    edit = (
        "cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m",
        "cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / len(Y)",
    )
    (finding,) = findings_of(DEEP, edit)
    assert finding.line.endswith("/ len(Y)")
    assert finding.solution == finding.line.replace("len(Y)", "Y.shape[1]")


FORWARD = "    A = X\n    L = len(parameters) // 2\n    for l in range(1, L):"
UPDATE = "for l in range(L):"


@pytest.mark.parametrize(
    ("edit", "line", "solution"),
    [
        ((FORWARD, FORWARD.replace("(1, L)", "(1, L - 1)")), "for l in range(1, L - 1):", "for l in range(1, L):"),
        ((FORWARD, FORWARD.replace("(1, L)", "(1, L + 1)")), "for l in range(1, L + 1):", "for l in range(1, L):"),
        ((UPDATE, "for l in range(L - 1):"), "for l in range(L - 1):", UPDATE),
        ((UPDATE, "for l in range(1, L):"), "for l in range(1, L):", UPDATE),
    ],
)
def test_a_loop_over_other_layers(edit, line, solution):
    finding = findings_of(DEEP, edit)[0]
    assert (finding.line, finding.solution) == (line, solution)


def test_a_loop_that_is_right_is_not_blamed():
    call = 'AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")'
    finding = findings_of(DEEP, (call, call.replace("(A,", "(A_prev,")))[0]
    assert finding.mistake == "hidden layer left out"
    assert finding.line == call.replace("(A,", "(A_prev,")


def test_a_later_line_is_wrong_where_a_call_is_right():
    (finding,) = findings_of(VECTORISED, ("predictions = A2 > 0.5", 'predictions = cache["Z2"] > 0.5'))
    assert finding.line == 'predictions = cache["Z2"] > 0.5'
    assert finding.solution == "predictions = A2 > 0.5"


def test_each_of_two_mistakes_is_shown_alone_and_in_the_order_of_the_computation():
    edits = (("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)"), ("dA1 * (1 - np.power(A1, 2))", "dA1"))
    slope, mean = findings_of(VECTORISED, *edits)
    assert (slope.quantity, mean.quantity) == ("dZ1", "dW1")
    assert mean.evidence[0].difference.en == "7 times what it should be"


def test_the_one_line_that_goes_wrong_by_itself_is_named():
    edit = ("dA1 * (1 - np.power(A1, 2))", "dA1 * (1 - np.power(A1, 5))")
    (finding,) = findings_of(VECTORISED, edit)
    assert (finding.mistake, finding.quantity) == (None, "dW1")
    assert finding.line == "dZ1 = dA1 * (1 - np.power(A1, 5))"
    assert finding.solution == "dZ1 = dA1 * (1 - A1 ** 2)"
    assert (finding.should, finding.seen) == ("dZ[1] = dA[1] ∗ tanh′(Z[1])", "dZ[1] = dA[1] ∗ (1 − A[1]⁵)")
    assert "the line of dZ1" in finding.claim.en


def test_no_solution_that_the_learner_has_already():
    """A2 is spoiled in a way that no line shows, so the lines of dW1 and dZ1 are as they should be."""
    edit = ("    dZ2 = A2 - Y", "    W2 = np.tanh(W2)\n    dZ2 = A2 - Y")
    (finding,) = findings_of(VECTORISED, edit)
    assert finding.mistake is None
    assert finding.solution == ""


COST = "logprobs = np.multiply(np.log(AL), Y) + np.multiply(np.log(1 - AL), 1 - Y)"
COST_LINE = "    cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m"


@pytest.mark.parametrize(
    "wrong",
    [
        "logprobs = np.multiply(np.log(AL), Y)",
        "logprobs = np.log2(AL) * Y + np.log2(1 - AL) * (1 - Y)",
        "logprobs = np.multiply(np.log(AL), Y) + np.multiply(np.log(1 - AL), Y)",
    ],
)
def test_the_part_of_the_cost_that_is_wrong(wrong):
    edit = (COST_LINE, f"    {wrong}\n    cost = -np.sum(logprobs) / m")
    (finding,) = findings_of(DEEP, edit)
    assert finding.line == wrong
    assert finding.solution == "logprobs = Y * np.log(AL) + (1 - Y) * np.log(1 - AL)"


def test_the_line_that_divides_twice():
    edit = (COST_LINE, f"    {COST}\n    total = -np.sum(logprobs)\n    cost = total / m / m")
    (finding,) = findings_of(DEEP, edit)
    assert finding.line == "cost = total / m / m"


def test_a_count_by_another_name():
    edit = (COST_LINE, f"    n = Y.shape[0]\n    {COST}\n    cost = -np.sum(logprobs) / n")
    (finding,) = findings_of(DEEP, edit)
    assert (finding.line, finding.solution) == ("n = Y.shape[0]", "n = Y.shape[1]")


def test_each_layer_starts_from_X():
    finding = findings_of(DEEP, ("        A_prev = A\n", "        A_prev = X\n"))[0]
    assert (finding.line, finding.solution) == ("A_prev = X", "A_prev = A")


def test_what_is_overwritten_after_its_line():
    (finding,) = findings_of(VECTORISED, ("A2 = sigmoid(Z2)", "A2 = sigmoid(Z2)\n    A2[:, -1] = 0.5"))
    assert finding.line == "A2[:, -1] = 0.5"
    assert "one of the names" not in finding.claim.en
