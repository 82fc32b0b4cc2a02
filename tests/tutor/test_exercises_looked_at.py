"""Published exercises that have no equation: what is wrong with what they give is named."""

import pytest

SOLUTION = "second_course"

LOOKS = {
    "shuffled_Y = Y[:, permutation]": ("shuffled_Y = Y", "labels apart"),
    "    if m % mini_batch_size != 0:": ("    if False:", "samples lost"),
    "k * mini_batch_size : (k + 1) * mini_batch_size]\n        mini_batch_Y": (
        "k * mini_batch_size : (k + 2) * mini_batch_size]\n        mini_batch_Y",
        "samples twice",
    ),
    "np.random.permutation(m)": ("range(m)", "in order"),
    "np.zeros((layers_dims[l], layers_dims[l - 1]))": ("np.ones((layers_dims[l], layers_dims[l - 1]))", "not zeros"),
    "np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10": (
        "np.random.rand(layers_dims[l], layers_dims[l - 1]) * 10",
        "rand",
    ),
    "np.sqrt(2 / layers_dims[l - 1])": ("(2 / layers_dims[l - 1])", "he"),
    "sqrt(2 / layers_dims[l - 1])": ("sqrt(2 / layers_dims[l])", "he"),
    "w = w - learning_rate * dw": ("w = w + learning_rate * dw", "one step"),
    "range(num_iterations)": ("range(num_iterations + 1)", "steps"),
    "predict(w, b, X_test)": ("predict(w, b, X_test) * 0", "answers"),
    "gradapprox = (J_plus - J_minus) / (2 * epsilon)": ("gradapprox = (J_plus - J_minus) / epsilon", "difference"),
}


def said(report):
    return {one.name: one.findings for one in report.functions if one.findings}


@pytest.mark.parametrize("line", LOOKS)
def test_what_is_no_equation_is_looked_at(line, checked):
    new, mistake = LOOKS[line]
    findings = [finding for findings in said(checked(SOLUTION, (line, new))).values() for finding in findings]
    assert mistake in [finding.mistake for finding in findings]


def test_a_wrong_spread_is_shown_at_the_line_of_W(checked):
    (findings,) = said(checked(SOLUTION, ("np.sqrt(2 / layers_dims[l - 1])", "(2 / layers_dims[l - 1])"))).values()
    assert findings[0].line.startswith('parameters["W" + str(l)] = np.random.randn')


@pytest.mark.parametrize(
    "given", ["[]", "3", "[(X[0], Y)]", "[(None, Y)]", "['ab', 'cd']", "[(X, Y), (X[:, :1], 'y')]"]
)
def test_an_answer_of_any_form_is_told_of(given, checked):
    report = checked(f"def random_mini_batches(X, Y, mini_batch_size=64, seed=0):\n    return {given}\n")
    (function,) = report.functions
    assert function.verdict in ("wrong", "unjudged")
