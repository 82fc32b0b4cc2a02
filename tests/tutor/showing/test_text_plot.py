from hypothesis import given
from hypothesis import strategies as st

from barreleye.tutor.showing.text_plot import text_plot

numbers = st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=1, max_size=30), st.integers(1, 50), st.integers(1, 9), numbers, numbers)
def test_it_fills_its_place_whatever_the_numbers(y, width, height, low, high):
    lines = text_plot(range(len(y)), y, width, height, len(y) - 1, (min(low, high), max(low, high)))
    assert [len(line) for line in lines] == [width] * height


def test_corners():
    assert text_plot([0, 1], [0, 0], 2, 1, 1, (0, 1)) == ["⣀⣀"]
    assert text_plot([0, 1], [1, 1], 2, 1, 1, (0, 1)) == ["⠉⠉"]
    assert text_plot([0], [9], 2, 2, 1, (0, 1)) == ["⠁ ", "  "]  # above the range: at its edge
