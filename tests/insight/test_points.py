import numpy as np
import pytest
from matplotlib.colors import Normalize, to_rgba

from barreleye.insight.points import checked_rows, classes, draw_classes, draw_numbers, is_regression, point_style
from barreleye.insight.style import Picture, class_style

NAMES = ("height", "width")
nan = float("nan")


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((5, 3)), np.zeros(5), r"\(5, 3\), and only two features can be drawn: choose two columns"),
        (np.zeros((5, 1)), np.zeros(5), r"\(5, 1\), and only two features can be drawn: pass X of shape \(m, 2\)"),
        (np.zeros((2, 5)), np.zeros(5), r"\(2, 5\), and only two features can be drawn: its samples look like columns"),
        (np.zeros(2), np.zeros(1), "X has 1 dimensions"),
        (np.zeros((0, 2)), np.zeros(0), "there is no row"),
        (np.zeros((5, 2)), np.zeros(4), r"y has shape \(4,\) where \(5,\) is expected, one label for each row of X$"),
        (np.zeros((5, 2)), np.zeros((1, 5)), r"y has shape \(1, 5\) where \(5,\) .*; pass y.ravel\(\)"),
        ([[0, 1], [2, nan]], [0, 1], "X has NaN in column 'width', first in row 1"),
        ([[0, 1], [2, 3]], [0, np.inf], "y has infinity, first in row 1"),
        ([[0, 1], [2, 3]], np.array(["cat", nan], object), "y has NaN, first in row 1"),
        ([[0, 1], [2, 3]], ["cat", None], "y has None, first in row 1"),
    ],
)
def test_rows_that_cannot_be_drawn_are_refused_with_advice(X, y, message):
    with pytest.raises(ValueError, match=message):
        checked_rows(X, y, NAMES)


def test_text_for_a_feature_and_a_third_feature_name_are_refused():
    with pytest.raises(ValueError, match="X holds text in column 'height', first 'tall' in row 0"):
        checked_rows([["tall", 1]], [0], NAMES)
    with pytest.raises(ValueError, match="must be two names"):
        checked_rows([[1, 1]], [0], ("a", "b", "c"))


def test_rows_keep_single_precision_and_whole_numbers_become_double():
    assert checked_rows(np.zeros((1, 2), np.float32), [0], NAMES)[0].dtype == np.float32
    assert checked_rows([[1, 2]], [0], NAMES)[0].dtype == np.float64


def test_what_y_holds_is_told_by_the_task_then_by_names_and_answers_then_by_its_look():
    fractions, labels = np.array([0.5, 1.5, 2.0]), np.array([0, 1, 1])
    assert is_regression(None, fractions, None)
    assert not is_regression(None, labels, None)
    assert is_regression("regression", labels, None)
    assert not is_regression("classification", fractions, None)
    assert not is_regression(None, fractions, {0.5: "a", 1.5: "b", 2.0: "c"})
    assert not is_regression(None, fractions, None, K=3)
    with pytest.raises(ValueError, match="did you mean 'regression'"):
        is_regression("regresion", labels, None)


@pytest.mark.parametrize(
    ("y", "class_names", "K", "numbers", "names"),
    [
        (["dog", "cat", "dog"], None, None, [1, 0, 1], ["cat", "dog"]),
        ([5, 7, 5], None, 2, [0, 1, 0], ["5", "7"]),
        ([1.0, 0.0], ["no", "yes"], 2, [1, 0], ["no", "yes"]),
        ([1, -1], None, 2, [1, 0], ["-1", "1"]),
        ([-1, -1], ["no", "yes"], 2, [0, 0], ["no", "yes"]),
        ([True, False], None, 2, [1, 0], ["False", "True"]),
        ([2, 0], None, 3, [2, 0], ["0", "1", "2"]),
        (["b", "c"], {"c": "C", "b": "B", "a": "A"}, 3, [1, 0], ["C", "B", "A"]),
        ([False, False], None, 2, [0, 0], ["False", "True"]),
        ([1.0, 1.0], None, None, [0, 0], ["1"]),
    ],
)
def test_labels_become_class_numbers(y, class_names, K, numbers, names):
    k, found = classes(np.array(y), class_names, K)
    assert (k.tolist(), found) == (numbers, names)


@pytest.mark.parametrize(
    ("y", "class_names", "K", "message"),
    [
        ([0, 1, 2], None, 2, r"3 different labels \(0, 1, 2\) that do not fit K = 2 classes"),
        (["a", "b"], None, 3, "2 different labels .* K = 3 classes: pass class_names={label: name}"),
        ([0, 1], {0: "zero", 2: "two"}, None, "do not fit"),
        ([0, 1], ["a", "b", "c"], 2, "has 3 names, and predict tells 2 classes apart"),
        (range(9), None, 2, r"\(0, 1, 2, 3, 4, 5, ...\)"),
    ],
)
def test_labels_that_do_not_fit_the_classes_are_refused(y, class_names, K, message):
    with pytest.raises(ValueError, match=message):
        classes(np.array(y), class_names, K)


def test_each_class_is_drawn_at_its_rows_in_its_colour_and_marker():
    rng = np.random.default_rng(0)
    X, k = rng.normal(size=(30, 2)), np.arange(30) % 3
    ax = Picture().add_subplot()
    draw_classes(ax, X, k, ["a", "b", "c"], "title")
    assert ax.get_title(loc="left") == "title"
    shapes = set()
    for i, points in enumerate(ax.collections):
        np.testing.assert_array_equal(points.get_offsets(), X[k == i])
        np.testing.assert_array_equal(points.get_facecolor()[0], to_rgba(class_style(i)[0]))
        shapes.add(points.get_paths()[0].vertices.tobytes())
    assert len(shapes) == 3


def test_names_from_data_are_shown_letter_by_letter_in_a_legend_that_reads_row_by_row():
    names = ["_hidden?", "$x^$", *(f"class number {i}" for i in range(2, 5))]
    ax = Picture(layout="constrained").add_subplot()
    draw_classes(ax, np.zeros((5, 2)), np.arange(5), names, None)
    legend = ax.get_legend()
    ax.figure.draw_without_rendering()
    texts = legend.get_texts()
    boxes = [text.get_window_extent() for text in texts]
    by_place = sorted(range(5), key=lambda i: (-round(boxes[i].y0 / 10), boxes[i].x0))
    assert [texts[i].get_text() for i in by_place] == names
    assert min(box.y0 for box in boxes) > ax.bbox.y1
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_legend_and_title_lie_within_the_figure_outside_the_axes_and_do_not_overlap(n):
    figure = Picture(layout="constrained")
    ax = figure.add_subplot()
    draw_classes(ax, np.random.default_rng(0).random((n, 2)), np.arange(n), [f"class {i}" for i in range(n)], "Title")
    figure.draw_without_rendering()
    figure.draw_without_rendering()
    legend, title = ax.get_legend().get_window_extent(), ax._left_title.get_window_extent()
    assert not legend.overlaps(title)
    assert ax.bbox.height > figure.bbox.height / 2
    assert legend.y0 >= ax.bbox.y1 - 1 or legend.x0 >= ax.bbox.x1 - 1
    for box in (legend, title):
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1 + 1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1 + 1


def test_numbers_are_drawn_by_a_continuous_colour():
    X, y = np.random.default_rng(0).normal(size=(4, 2)), np.array([0.0, 1.0, 2.0, 4.0])
    points = draw_numbers(Picture().add_subplot(), X, y, Normalize(0, 4))
    np.testing.assert_array_equal(points.get_array(), y)
    assert points.get_cmap().name == "cividis"


def test_many_points_are_small_and_see_through():
    assert point_style(10)["s"] > point_style(3000)["s"] > point_style(10**6)["s"]
    assert point_style(10**6)["alpha"] < 1
