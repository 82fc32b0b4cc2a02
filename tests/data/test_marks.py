"""Numbers as tables write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.data.marks import STYLES, Style, plain_number, style_of


@pytest.mark.parametrize(
    ("levels", "numbers"),
    [
        (["1.5", "-2", "+3e2"], [1.5, -2, 300]),
        (["1,234", "12", "1,234,567.5"], [1234, 12, 1234567.5]),
        (["1.234.567,5", "12"], [1234567.5, 12]),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1 234", "5\u00a0678"], [1234, 5678]),
        (["1'234.5", "7"], [1234.5, 7]),
        (["12%", "3.5 %"], [12, 3.5]),
        (["$1,250", "-$3", "$-4", "($7)"], [1250, -3, -4, -7]),
        (["€ 5", "6 €"], [5, 6]),
        (["CHF 1'250.50", "CHF 3"], [1250.5, 3]),
        (["¥1,000", "2元"], [1000, 2]),
    ],
)
def test_numbers_in_many_dresses(levels, numbers):
    style, odd = style_of(levels)
    assert odd == []
    assert [style.number(level) for level in levels] == numbers


def test_a_lone_comma_is_a_thousand_unless_the_file_has_decimal_commas():
    assert style_of(["1,234"])[0].number("1,234") == 1234
    assert style_of(["1,234"], decimal=",")[0].number("1,234") == 1.234


@pytest.mark.parametrize(
    "levels", [["red", "green"], ["12%", "red", "7"], ["1-2", "3-4"], ["2020-01-01"], [], ["A1", "5"]]
)
def test_names_are_no_numbers(levels):
    assert style_of(levels) is None


def test_one_odd_cell_among_many_numbers_is_told():
    style, odd = style_of([str(i) for i in range(60)] + ["unknown"])
    assert (style.number("7"), odd) == (7, ["unknown"])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back_to_the_last_bit(x):
    assert Style().number(repr(x)) == x
    assert plain_number(repr(x)) == x


@given(st.integers(-(10**12), 10**12), st.sampled_from([s for s in STYLES if s.thousands and s.sign == ""]))
def test_thousands_marks_do_not_change_the_number(n, style):
    assert style.number(f"{n:,}".replace(",", style.thousands)) == n
