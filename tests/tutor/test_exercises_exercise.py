"""What leans on something wrong that has no name is not judged, nor accused of what it looks like."""

import pytest

from .deep_planting import COURSE
from .planting import VECTORISED, checked

UNNAMED = {
    "sigmoid_backward": ("dZ = dA * s * (1 - s)", "dZ = dA * s**2.3 * (1 - s)"),
    "linear_backward": ("dA_prev = np.dot(W.T, dZ)", "dA_prev = np.sin(np.dot(W.T, dZ))"),
    "relu": ("A = np.maximum(0, Z)", "A = np.maximum(1.3 + 0.2 * Z, Z)"),
    "sigmoid": ("A = 1 / (1 + np.exp(-Z))", "A = 1 / (2.2 + np.exp(-Z))"),
}


@pytest.mark.parametrize("helper", UNNAMED)
def test_only_the_helper_is_wrong(helper):
    report = checked(COURSE, UNNAMED[helper])
    assert [(one.exercise, finding.mistake) for one, finding in report.findings if finding.verdict == "wrong"] == [
        (helper, None)
    ]
    leaning = [finding.claim for _, finding in report.findings if finding.verdict == "unjudged"]
    assert leaning
    assert all(f"It builds on {helper}, which is wrong" in claim.en for claim in leaning)
    assert all(f"它依赖 {helper}" in claim.zh for claim in leaning)


def test_a_mistake_that_is_told_of_one_layer_is_not_told_of_the_network_again():
    """A_prev.shape[0] is n[l-1]: of one layer alone it might be n_x as well, which would not explain the others."""
    report = checked(COURSE, ("m = A_prev.shape[1]", "m = A_prev.shape[0]"))
    assert [one.exercise for one, finding in report.findings if finding.verdict == "wrong"] == ["linear_backward"]


SMALL = {"1e-12": None, "2e-6": 5, "1e-5": 4}
"""What is added before a logarithm is taken, and to how many digits the cost is right with it."""


@pytest.mark.parametrize(("small", "n"), SMALL.items())
def test_numbers_that_are_right_to_some_digits_are_right(small, n):
    logs = f"np.log(AL + {small}) + (1 - Y) * np.log(1 - AL + {small})"
    report = checked("right_deep_own_helpers", ("np.log(AL + eps) + (1 - Y) * np.log(1 - AL + eps)", logs))
    (cost,) = [one for one in report.functions if one.exercise == "cost"]
    assert (report.verdict, len(cost.remarks)) == ("right", 0 if n is None else 1)
    assert all(f"right to {n} digits" in remark.en for remark in cost.remarks)


def test_numbers_that_come_in_float32_are_not_said_to_be_right_to_some_digits():
    report = checked(
        "right_deep_own_helpers", ("return grads\n", "return {k: np.float32(v) for k, v in grads.items()}\n")
    )
    (backward,) = [one for one in report.functions if one.exercise == "backward_deep"]
    assert [finding.mistake for finding in backward.findings] == ["computes in float32"]
    assert backward.remarks == ()


HIDDEN = {"sigmoid": "sigmoid(Z1)", "Leaky ReLU": "np.maximum(0.1 * Z1, Z1)"}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hidden_activation_that_is_right_is_not_accused_of_a_wrong_output(hidden):
    edits = (("np.tanh(Z1)", HIDDEN[hidden]), ("A2 = sigmoid(Z2)", "A2 = np.sin(Z2)"))
    (finding,) = [
        finding for one, finding in checked(VECTORISED, *edits).findings if one.exercise == "forward"
    ]  # fmt: skip
    assert (finding.mistake, finding.quantity, finding.line) == (None, "A2", "A2 = np.sin(Z2)")
    assert finding.should == "A[2] = σ(Z[2])"


def test_the_line_tells_the_hidden_activation_where_the_numbers_do_not():
    edits = (
        ("np.tanh(Z1)", "sigmoid(Z1)"),
        ("A2 = sigmoid(Z2)", "A2 = np.sin(Z2)"),
        ('{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', "(Z1, A1, Z2, A2)"),
    )
    (finding,) = [finding for one, finding in checked(VECTORISED, *edits).findings if one.exercise == "forward"]
    assert (finding.mistake, finding.line) == (None, "A2 = np.sin(Z2)")
    assert "tanh" not in finding.should + finding.solution


@pytest.mark.parametrize("hidden", ["tanh", *HIDDEN])
def test_Z_returned_in_place_of_A(hidden):
    report = checked(
        VECTORISED, ("np.tanh(Z1)", HIDDEN.get(hidden, "np.tanh(Z1)")), ("return A2, cache", "return Z2, cache")
    )
    (finding,) = [finding for one, finding in report.findings if one.exercise == "forward"]
    assert (finding.mistake, finding.line) == ("Z returned in place of A", "return Z2, cache")
    assert finding.solution == "return A2, cache"


def test_an_output_without_sigmoid_is_none_that_is_returned_too_early():
    ((_, finding),) = checked(VECTORISED, ("A2 = sigmoid(Z2)", "A2 = Z2")).findings
    assert finding.mistake == "output without sigmoid"
