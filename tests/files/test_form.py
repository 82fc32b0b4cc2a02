import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.files.form import NUMBER, depth, misfit, steps

FORM = {"n": [int], "head": {"name": str}, "L2": [(None, *NUMBER)], "names": {str: [str]}, "flag": bool}
GOOD = {"n": [2, 3], "head": {"name": "relu", "slope": 0.1}, "L2": [None, 1, 0.5], "names": {"a": []}, "flag": True}


def test_what_has_the_form_fits_and_may_hold_more():
    assert misfit(GOOD, FORM) == misfit({**GOOD, "more": 1}, FORM) == ""


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"n": 3}, "n is 3"),
        ({"n": [2, True]}, "n[1] is True"),
        ({"n": [2, 3.0]}, "n[1] is 3.0"),
        ({"head": []}, "head is []"),
        ({"head": {}}, "head.name is missing"),
        ({"head": {"name": None}}, "head.name is None"),
        ({"L2": [True]}, "L2[0] is True"),
        ({"L2": ["1"]}, "L2[0] is '1'"),
        ({"names": {"a": [], "b": [1]}}, "names.b[0] is 1"),
        ({"flag": 1}, "flag is 1"),
    ],
)
def test_the_first_place_that_departs_from_it_is_named(change, found):
    assert misfit({**GOOD, **change}, FORM) == found
    assert misfit([GOOD, {**GOOD, **change}], [FORM]) == f"[1].{found}"


def test_a_value_of_any_size_is_told_in_a_few_words():
    assert len(misfit(list(range(10**5)), str)) < 100
    assert misfit(None, str) == "it is None"


@given(st.recursive(st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("ab"), inner)))
def test_depth_is_that_of_the_brackets(value):
    deepest = level = 0
    for letter in json.dumps(value):
        level += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, level)
    assert depth(value) == deepest


@pytest.mark.parametrize("bad", [-1, 2**53 + 1, 10**400, True, 1.0, "3", None])
def test_steps_are_whole_numbers_that_a_run_can_make(bad):
    assert steps("t", 2**53) == 2**53
    with pytest.raises((TypeError, ValueError), match="t="):
        steps("t", bad)
