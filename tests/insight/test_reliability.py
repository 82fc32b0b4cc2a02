"""The reliability diagram shows each bin's rows."""

import numpy as np
import pytest

from barreleye.insight.reliability import plot_reliability


def test_points_stand_at_the_confidence_and_the_share_of_right_rows():
    P = np.array([[0.9, 0.1]] * 10 + [[0.3, 0.7]] * 30)
    y = np.array([0] * 7 + [1] * 3 + [1] * 15 + [0] * 15)
    figure = plot_reliability({"before": P, "after": P}, y, title="rain")
    points = figure.axes[0].collections
    assert len(points) == 2
    np.testing.assert_allclose(points[0].get_offsets(), [[0.7, 0.5], [0.9, 0.7]])
    small, large = sorted(points[0].get_sizes())
    assert large - 10 == pytest.approx(3 * (small - 10))
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "before: error 0.200",
        "after: error 0.200",
    ]
