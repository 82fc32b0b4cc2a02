import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest

from barreleye.nn.validation import check, choose, count, finite, fraction, nonnegative, positive, share

GOOD = {
    positive: [1e-300, 1, 1e300],
    nonnegative: [0, 0.5, 1e300],
    finite: [-1e300, -1, 0, 2.5],
    fraction: [0, 0.5, 1 - 1e-16],
    share: [1e-300, 0.5, 1],
}
BAD = {
    positive: [0, -0.0, -1],
    nonnegative: [-1e-300, -1],
    finite: [],
    fraction: [-0.1, 1, 2],
    share: [0, -0.5, 1 + 1e-15, 2],
}


@pytest.mark.parametrize(("checked", "value"), [(f, x) for f, values in GOOD.items() for x in values])
def test_a_number_in_range_comes_back_as_a_plain_float(checked, value):
    assert checked("x", value) == value
    assert type(checked("x", value)) is float


@pytest.mark.parametrize("value", [np.float32(0.5), np.float64(0.5), np.array(0.5), Decimal("0.5")])
def test_any_kind_of_number_becomes_a_python_float_that_changes_no_dtype(value):
    x = share("keep_prob", value)
    assert type(x) is float
    assert (x * np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize(("checked", "value"), [(f, x) for f, values in BAD.items() for x in values])
def test_a_number_out_of_range_is_named_with_its_value_and_the_range(checked, value):
    with pytest.raises(ValueError, match=f"^rate={value!r} must be a .*(number|finite)"):
        checked("rate", value)


@pytest.mark.parametrize("checked", GOOD)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_in_no_range(checked, value):
    with pytest.raises(ValueError, match=f"^rate={value!r} must be"):
        checked("rate", value)


@pytest.mark.parametrize("checked", GOOD)
@pytest.mark.parametrize("value", ["0.1", b"1", None, True, [0.1], {}, 1j, np.zeros(2)])
def test_what_is_no_number_is_a_type_error(checked, value):
    with pytest.raises(TypeError, match=r"^rate=.* must be a"):
        checked("rate", value)


@pytest.mark.parametrize("value", [1, 7, np.int64(3), np.uint8(2), 10**30])
def test_a_count_is_a_whole_number_and_comes_back_as_int(value):
    assert count("n", value) == value
    assert type(count("n", value)) is int


@pytest.mark.parametrize("value", [3.0, 3.5, "3", None, True, np.bool_(True), np.float64(3)])
def test_what_is_not_a_whole_number_is_a_type_error(value):
    with pytest.raises(TypeError, match=r"^n\[1\]=.* must be a whole number, 1 or above"):
        count("n[1]", value)


def test_a_count_below_the_least_is_refused():
    assert count("epochs", 0, least=0) == 0
    for value, least in ((0, 1), (-1, 0), (np.int64(1), 2)):
        with pytest.raises(ValueError, match=rf"^epochs=.* must be a whole number, {least} or above"):
            count("epochs", value, least=least)


def test_an_unknown_name_lists_the_known_ones_and_suggests_the_nearest():
    table = {"relu": 1, "tanh": 2}
    assert choose("activation", "tanh", table) == 2
    with pytest.raises(ValueError, match=r"did you mean 'tanh'\?\); choose one of: relu, tanh"):
        choose("activation", "tahn", table)
    with pytest.raises(ValueError, match=r"^activation=\['relu'\] is unknown"):
        choose("activation", ["relu"], table)
    with pytest.raises(ValueError, match=r"^activation='zzz' is unknown; choose one of: relu, tanh$"):
        choose("activation", "zzz", table)


def test_check_replaces_fields_by_what_their_checks_return():
    @dataclass(frozen=True)
    class Rule:
        beta: float
        epsilon: float

        def __post_init__(self):
            check(self, beta=fraction, epsilon=positive)

    assert type(Rule(np.float32(0.5), 1).beta) is float
    assert hash(Rule(0.5, 1)) == hash(Rule(np.float64(0.5), 1.0))
    with pytest.raises(ValueError, match=r"^epsilon=0 must be a finite number above 0"):
        Rule(0.5, 0)
