import numpy as np
import pytest

from barreleye.insight.runs import plot_runs

CURVES = {
    "run 1": {"step": [10, 20, 30], "epoch": [1, 2, 3], "cost": [0.9, 0.5, 0.4], "validation cost": [0.9, 0.6, 0.7]},
    "run 2": {"step": [5, 10], "epoch": [1, 2], "cost": [0.8, None], "validation cost": [None, None]},
    "run 3": {},
}


def test_the_curves_of_runs_lie_over_each_other_by_epochs():
    (ax,) = plot_runs(CURVES).axes
    assert ax.get_xlabel() == "epoch"
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["run 1", "run 1, validation", "run 1, best: epoch 2", "run 2"]
    first = ax.get_lines()[0]
    np.testing.assert_array_equal(first.get_xydata(), [[1, 0.9], [2, 0.5], [3, 0.4]])
    assert any("the cost of run 2 is nan at epoch 2" in text.get_text() for text in ax.texts)


def test_no_curve_at_all_is_refused():
    with pytest.raises(ValueError, match="there are no curves to draw: none of a, b has made an epoch"):
        plot_runs({"a": {}, "b": {"epoch": [], "cost": []}})
