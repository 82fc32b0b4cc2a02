"""The picture of effects shows what was found."""

import numpy as np
import pytest

from barreleye.insight.effects import CLASSES, plot_effects
from barreleye.models.effects import Effect

AREA = Effect("number", (30.0, 60.0, 90.0), np.array([[900.0], [1300.0], [1800.0]]), ("rent",))
CITY = Effect("category", ("Bern", "", "Saint-Imier in the Jura"), np.array([[900.0], [1000.0], [1800.0]]), ("rent",))
BUILT = Effect("date", (0.0, 10957.0), np.array([[1000.0], [1200.0]]), ("rent",))


def test_each_column_has_its_axes_on_one_scale():
    figure = plot_effects({"area": AREA, "city_$": CITY, "built": BUILT}, title="flats")
    figure.draw_without_rendering()
    area, city, built = figure.axes
    assert [ax.get_xlabel() for ax in figure.axes] == ["area", "city_$", "built"]
    assert area.get_ylabel() == "mean rent"
    np.testing.assert_array_equal(area.lines[0].get_xydata(), np.column_stack([AREA.at, AREA.answers]))
    assert [label.get_text() for label in city.get_xticklabels()] == ["Bern", "–", "Saint-Imier …"]
    assert city.lines[0].get_linestyle() == "None"
    assert any(label.get_text() in ("1980", "1990") for label in built.get_xticklabels())
    assert len({ax.get_ylim() for ax in figure.axes}) == 1


@pytest.mark.parametrize(("columns", "grid"), [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3))])
def test_columns_stand_in_rows_of_at_most_three(columns, grid):
    figure = plot_effects({f"c{i}": AREA for i in range(columns)})
    assert len(figure.axes) == columns
    assert figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == grid


def test_of_many_classes_those_that_move_most_are_drawn_and_named():
    K = CLASSES + 2
    moves = np.linspace(0, 0.1, K)
    effect = Effect("number", (0.0, 1.0), np.array([np.zeros(K), moves]), tuple(f"P({k})" for k in range(K)))
    figure = plot_effects({"x": effect, "n": effect._replace(answers=np.zeros((2, K)))})
    names = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert names == [f"P({k})" for k in range(2, K)]
    assert [line.get_ydata()[1] for line in figure.axes[0].lines] == moves[2:].tolist()
    assert figure.axes[0].get_ylabel() == "mean probability"
