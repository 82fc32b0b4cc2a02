"""Small pictures: where numbers lie on them."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.insight.charts import MOST_LETTERS, Curve, chart, shortened, ticks_of, width_of

AXES = {"x_name": "x", "y_name": "y"}
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


def places(path):
    return [tuple(map(float, pair.split(","))) for pair in re.findall(r"-?[\d.]+,-?[\d.]+", path)]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=9))
def test_points_lie_where_their_numbers_are(pairs):
    x, y = zip(*pairs, strict=True)
    found = chart([Curve("a", x, y, dots=True)], **AXES)
    for (a, b), (px, py) in zip(pairs, places(found.marks[0].path), strict=True):
        assert px == pytest.approx(np.interp(a, [found.x.low, found.x.high], [found.x.start, found.x.end]), abs=0.06)
        assert py == pytest.approx(np.interp(b, [found.y.low, found.y.high], [found.y.start, found.y.end]), abs=0.06)
        assert 0 <= px <= found.width
        assert 0 <= py <= found.height


def test_by_the_logarithm_equal_factors_are_equal_ways():
    found = chart([Curve("J", (0, 1, 2), (100.0, 10.0, 1.0))], log=None, **AXES)
    heights = [y for _, y in places(found.marks[0].path)]
    assert np.diff(heights) == pytest.approx([heights[1] - heights[0]] * 2, abs=0.2)
    assert {tick.name for tick in found.y.ticks} >= {"1", "10", "100"}
    assert not chart([Curve("J", (0, 1, 2), (100.0, 10.0, -1.0))], log=None, **AXES).y.log
    assert not chart([Curve("J", (0, 1, 2), (3.0, 2.0, 1.0))], log=None, **AXES).y.log


@pytest.mark.parametrize("gap", [None, float("inf"), float("nan"), 1e200])
def test_what_is_no_number_leaves_a_gap_and_a_lone_point_is_seen(gap):
    if gap is not None and gap != gap:
        gap = None  # a record holds None in its place
    found = chart([Curve("J", tuple(range(6)), (3.0, 2.0, gap, 1.0, gap, 0.5))], **AXES)
    path, lone = found.marks[0].path, found.marks[0].points
    assert [len(places(piece)) for piece in path.split("M")[1:]] == [2, 1, 1]
    assert len(lone) == 2


def test_a_picture_of_nothing_or_of_one_number_can_be_drawn():
    for values in ((None, None), (5.0, 5.0), (0.0, 0.0)):
        found = chart([Curve("J", (0, 1), values)], **AXES)
        assert found.x.ticks
        assert np.isfinite([found.y.low, found.y.high]).all()


def test_a_long_curve_keeps_its_extremes():
    y = np.sin(np.arange(50_000) / 900).tolist()
    y[31_234] = 7.0
    found = chart([Curve("J", list(range(50_000)), y)], **AXES)
    drawn = places(found.marks[0].path)
    assert len(drawn) <= 2002
    assert min(height for _, height in drawn) == pytest.approx(found.y(7.0))


@given(NUMBERS, st.floats(0.001, 1e6))
def test_ticks_are_few_round_and_within(low, size):
    found = ticks_of(low, low + size, 5)
    assert len(found) <= 7
    assert all(low - 1e-6 * size <= tick <= low + size * (1 + 1e-6) for tick in found)
    assert np.allclose(np.diff(found), np.diff(found)[:1])


@given(st.floats(1e-9, 1e3), st.floats(1.05, 1e9))
def test_ticks_by_the_logarithm_are_within(low, factor):
    found = ticks_of(low, low * factor, 5, log=True)
    assert all(low * (1 - 1e-6) <= tick <= low * factor * (1 + 1e-6) for tick in found)
    assert len(found) <= 7


def test_names_stand_beside_their_points_from_above():
    found = chart([Curve("a", (0.1, 0.5), (0.0, 1.0), dots=True)], rows=["Oslo", "很长很长很长很长很长的名字"], **AXES)
    (_, first), (_, second) = places(found.marks[0].path)
    assert first < second
    assert [tick.at for tick in found.y.ticks] == [first, second]
    assert found.y.ticks[1].name.endswith("…")


@given(st.text(max_size=60))
def test_a_shortened_name_has_room(name):
    short = shortened(name)
    assert width_of(short) <= MOST_LETTERS
    assert short == (name or "–") or short.endswith("…")


def test_one_scale_for_both_on_the_diagonal():
    found = chart([Curve("a", (0.0, 10.0), (2.0, 30.0), dots=True)], diagonal=True, **AXES)
    assert (found.x.low, found.x.high) == (found.y.low, found.y.high)
    assert found.x.low <= 0
    assert found.x.high >= 30
