"""Outputs, costs and caches are found in whatever a function returns."""

import numpy as np
import pytest

from barreleye.tutor.casting.returned import cache_of, number_in, output_of
from barreleye.tutor.equations import example
from barreleye.tutor.running.answers import Answer, Opaque

V = example((3, 4, 1), 7, 0)
A1, A2, Z1, Z2 = V.A[1], V.A[2], V.Z[1], V.Z[2]


@pytest.mark.parametrize(
    "value",
    [A2, (A1, A2), ({"Z1": Z1}, A2), ([Z1, A1], A2), (A2, {"Z1": Z1}), (A2, Z2), [A2, (V.X, Z1, A1)],
     (A2, Z1, A1, Z2), (Z1, A1, Z2, A2), {"Z2": Z2, "A2": A2},
     {"AL": A2, "Z2": Z2}, {"A1": A1, "A2": A2, "Z2": Z2}, (A2, Opaque("Tape", "")), A2.tolist()],
)  # fmt: skip
def test_the_output_is_found_in_what_a_forward_pass_returns(value):
    np.testing.assert_array_equal(output_of(V, value), A2)


@pytest.mark.parametrize("value", [None, "text", [], [[1.0], [2.0, 3.0]], {"text": "A2"}])
def test_where_there_is_no_output_none_is_found(value):
    assert output_of(V, value) is None


def test_the_cache_is_the_second_of_a_pair_or_all_of_it():
    cache = {"Z1": Z1}
    assert cache_of(Answer(1, (A2, cache)), A2) == ((1,), cache)
    assert cache_of(Answer(1, (cache, A2)), A2) == ((0,), cache)
    assert cache_of(Answer(1, cache), A2) == ((), cache)
    assert cache_of(Answer(1, A2), A2) is None


def test_the_cost_is_the_number_or_the_first_of_several():
    assert number_in(0.5) == number_in((0.5, {"m": 7})) == number_in({"cost": 0.5}) == 0.5
    assert number_in(None) is None
