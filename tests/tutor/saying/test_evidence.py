"""What is said where no known mistake explains the numbers, and where two of them would contradict each other."""

import numpy as np

from barreleye.tutor.running.answers import Answer, Function, Opaque, Trouble
from barreleye.tutor.saying.evidence import difference, evidence, kind_of
from barreleye.tutor.saying.troubles import stopped
from barreleye.words import Text

from ..planting import VECTORISED, checked


def finding_of(*edits):
    ((_, finding),) = checked(VECTORISED, *edits).findings
    return finding


def test_it_looks_behind_a_line_that_is_right():
    finding = finding_of(("(1 - np.power(A1, 2))", "(1 - np.power(np.mean(A1, axis=1, keepdims=True), 2))"))
    assert finding.mistake is None
    assert "the line of dZ1" in finding.claim.en
    assert finding.line.startswith("dZ1 =")
    assert finding.solution == "dZ1 = dA1 * (1 - A1 ** 2)"
    assert "dZ1" in finding.hint.en


def test_quantities_returned_under_each_others_names():
    finding = finding_of(('"db1": db1', '"db1": db2'), ('"db2": db2', '"db2": db1'))
    assert "Its numbers are those of db1" in finding.claim.en
    assert finding.line.startswith('grads = {"dW1"') or finding.line == "return grads"
    assert finding.solution == ""


def test_no_finding_shows_numbers_that_are_right():
    """1/m in dZ2, and none in layer 1: layer 1 comes out right, so neither mistake can be told from the numbers."""
    edits = (
        ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m"),
        ("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)"),
        ("np.sum(dZ1, axis=1, keepdims=True) / m", "np.sum(dZ1, axis=1, keepdims=True)"),
    )
    finding = finding_of(*edits)
    assert (finding.mistake, finding.quantity) == (None, "dW2")
    assert "dZ2" in finding.claim.en
    assert all(one.difference.en != "the same numbers" for one in finding.evidence)


def test_every_quantity_of_a_mistake_has_its_line_in_the_solution():
    edits = (
        ("np.dot(dZ2, A1.T) / m", "np.dot(dZ2, A1.T)"),
        ("db2 = np.sum(dZ2, axis=1, keepdims=True) / m", "db2 = np.sum(dZ2, axis=1, keepdims=True)"),
    )
    assert finding_of(*edits).solution.splitlines() == [
        "dW2 = np.dot(dZ2, A1.T) / m",
        "db2 = np.sum(dZ2, axis=1, keepdims=True) / m",
    ]


def test_a_wrong_m_is_found_where_m_is_counted():
    finding = finding_of(("cache, X, Y):\n    m = X.shape[1]", "cache, X, Y):\n    m = X.shape[0]"))
    assert (finding.line, finding.solution) == ("m = X.shape[0]", "m = X.shape[1]")


def test_where_the_first_numbers_agree_those_that_differ_most_are_shown():
    expected, got = np.zeros((2, 4)), np.zeros((2, 4))
    expected[1, 0], expected[1, 3] = 1, 3
    shown = evidence("A1", expected, got)
    assert (shown.expected, shown.got) == ("(2, 4): [1, 0] 1, [1, 3] 3", "(2, 4): [1, 0] 0, [1, 3] 0")


def test_what_cannot_travel_goes_by_its_own_name():
    assert kind_of(Opaque("Params", "<Params object>")) == "Params"
    assert difference(np.zeros(2), Opaque("Params", "<Params object>")).en == "a Params, not numbers"


def test_what_the_check_itself_says_is_said_in_the_language():
    def claim(kind, kind_of_error, message, chinese=""):
        trouble = Trouble(kind, kind_of_error, message, chinese=chinese)
        return stopped(Function("f"), Answer((), trouble=trouble)).claim

    late = claim("timeout", "", "still running after 2 s", "2 秒后仍未结束")
    assert late == Text("It did not finish in time: still running after 2 s", "它没有在规定时间内结束：2 秒后仍未结束")
    assert "Forbidden" not in claim("forbidden", "Forbidden", "input() waits for the keyboard").en
    assert claim("error", "KeyError", "'W3'").zh == "它运行时出错：KeyError：没有键 'W3'"
