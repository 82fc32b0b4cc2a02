import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from barreleye.insight.plots import plot_decision_boundary, plot_scatter
from barreleye.insight.style import Picture, class_style

CORNERS = np.array([[-1.0, -2.0], [1.0, 2.0]])


def sigmoid_of(f):
    return lambda rows: 1 / (1 + np.exp(-f(rows[:, 0], rows[:, 1])))


def lines(ax):
    """The vertices of every drawn boundary, (n, 2)."""
    contours = [artist for artist in ax.collections if hasattr(artist, "levels")]
    return np.concatenate([path.vertices for contour in contours for path in contour.get_paths()])


def shading(figure):
    """The colour on paper, RGB, at rows of points in the first axes: the shading without what lies on it."""
    ax = figure.axes[0]
    for artist in ax.collections:
        artist.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255

    def at(points):
        column, row = np.floor(ax.transData.transform(points)).astype(int).T
        return pixels[row, column]

    return at


def test_the_boundary_line_lies_where_the_probability_is_one_half():
    figure = plot_decision_boundary(sigmoid_of(lambda x1, x2: x2 - x1**2), CORNERS, [0, 1])
    found = lines(figure.axes[0])
    np.testing.assert_allclose(found[:, 1], found[:, 0] ** 2, atol=2e-4)
    assert np.ptp(found[:, 0]) == pytest.approx(2 * 1.16, abs=0.01)


def test_the_boundary_line_lies_where_a_signed_score_is_0():
    def tanh(rows):
        return np.tanh(3 * (rows[:, 1:] - 0.5 * rows[:, :1]))

    figure = plot_decision_boundary(tanh, CORNERS, [-1, 1], positive_at=0)
    found = lines(figure.axes[0])
    np.testing.assert_allclose(found[:, 1], 0.5 * found[:, 0], atol=1e-6)
    assert figure.axes[1].get_ylabel() == "score of 1"
    assert figure.axes[1].get_ylim() == (-1, 1)


@pytest.mark.parametrize("positive_at", [0.2, 0.5, 0.9])
def test_another_threshold_moves_the_boundary_and_the_white_of_the_shading(positive_at):
    f = sigmoid_of(lambda x1, x2: 6 * x1)
    figure = plot_decision_boundary(f, CORNERS, [0, 1], positive_at=positive_at)
    x1 = np.log(positive_at / (1 - positive_at)) / 6
    np.testing.assert_allclose(lines(figure.axes[0])[:, 0], x1, atol=1e-3)
    at = shading(figure)
    np.testing.assert_allclose(at([[x1, 0]]), 1, atol=0.03)
    assert (at([[-1.1, 0]])[0] @ [1, 0, -1]) > 0.1 > -0.1 > (at([[1.15, 0]])[0] @ [1, 0, -1])


def test_each_cell_of_the_shading_is_centred_on_the_point_that_was_asked():
    asked = []

    def predict(rows):
        asked.append(rows)
        return np.clip(rows[:, 1] / 4 + 0.5, 0, 1)

    figure = plot_decision_boundary(predict, CORNERS, [0, 1], resolution=11)
    ax = figure.axes[0]
    (low1, low2), (high1, high2) = np.concatenate(asked).min(axis=0), np.concatenate(asked).max(axis=0)
    cell1, cell2 = (high1 - low1) / 10, (high2 - low2) / 10
    expected = (low1 - cell1 / 2, high1 + cell1 / 2, low2 - cell2 / 2, high2 + cell2 / 2)
    np.testing.assert_allclose(ax.images[0].get_extent(), expected)
    assert (*ax.get_xlim(), *ax.get_ylim()) == (low1, high1, low2, high2)
    below, above = shading(figure)([[0.5, -1.5], [0.5, 1.5]])
    assert below[0] > below[2]  # orange, the first class
    assert above[0] < above[2]  # blue


def test_two_probability_columns_draw_the_same_as_the_second_alone():
    f = sigmoid_of(lambda x1, x2: x2 - x1)
    one = plot_decision_boundary(f, CORNERS, [0, 1]).axes[0]
    two = plot_decision_boundary(lambda rows: np.stack([1 - f(rows), f(rows)], axis=1), CORNERS, [0, 1]).axes[0]
    np.testing.assert_array_equal(lines(one), lines(two))
    np.testing.assert_array_equal(one.images[0].get_array(), two.images[0].get_array())


def softmax_of_three(rows):
    """Likeliest: class 0 left of x1 = 0 and below x2 = 1, class 1 right of it and below, class 2 above."""
    Z = 4 * np.stack([-rows[:, 0], rows[:, 0], 2 * rows[:, 1] - 2 + np.abs(rows[:, 0])], axis=1)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_three_classes_are_shaded_in_their_colours_and_parted_where_the_two_likeliest_tie():
    figure = plot_decision_boundary(softmax_of_three, CORNERS, [0, 2])
    ax = figure.axes[0]
    found = lines(ax)
    found = found[np.hypot(found[:, 0], found[:, 1] - 1) > 0.05]  # where all three meet, lines end within a cell
    upright, level = np.abs(found[:, 0]) < 2e-3, np.abs(found[:, 1] - 1) < 2e-3
    assert (upright | level).all()
    assert upright.any()
    assert level.any()
    assert found[upright, 1].max() < 1.01
    at = shading(figure)
    sure, unsure = (at(points) for points in ([[-1, 0], [1, 0], [0.02, 2]], [[-0.05, 0], [0.05, 0], [0.02, 1.02]]))
    for k in range(3):
        hue = 1 - np.array(to_rgb(class_style(k)[0]))
        for colour in (sure[k], unsure[k]):
            share = (1 - colour) / np.where(hue > 0.2, hue, np.nan)
            assert np.nanmax(share) == pytest.approx(np.nanmin(share), abs=0.02)
        assert unsure[k].sum() > sure[k].sum() + 0.1


def test_ten_classes_have_ten_legend_entries():
    def nearest(rows):
        return np.eye(10)[np.clip(np.round(rows[:, 0]), 0, 9).astype(int)]

    X = np.stack([np.arange(10.0), np.arange(10.0)], axis=1)
    figure = plot_decision_boundary(nearest, X, np.arange(10), resolution=40)
    assert len(figure.axes[0].get_legend().get_texts()) == 10


def test_the_grid_is_of_bounded_size_asked_in_portions_and_reaches_beyond_the_data():
    asked = []

    def predict(rows):
        asked.append(rows)
        return rows[:, 0] * 0

    plot_decision_boundary(predict, np.array([[0, 100], [1, 300]], np.float32), [0, 1], resolution=150)
    assert max(map(len, asked)) == 10_000
    grid = np.concatenate(asked)
    assert grid.shape == (150 * 150, 2)
    assert grid.dtype == np.float32
    np.testing.assert_allclose([grid.min(axis=0), grid.max(axis=0)], [[-0.08, 84], [1.08, 316]], rtol=1e-6)


def test_regression_shades_prediction_and_points_by_the_same_colours():
    X = np.random.default_rng(0).normal(size=(50, 2))
    y = 3 * X[:, 0] + 10
    figure = plot_decision_boundary(lambda rows: 3 * rows[:, 0] + 10, X, y, task="regression")
    ax, bar = figure.axes
    (points,) = ax.collections
    at = shading(figure)
    np.testing.assert_allclose(at(X), points.to_rgba(y)[:, :3], atol=0.03)
    x1 = np.array(ax.get_xlim())
    np.testing.assert_allclose(bar.get_ylim(), 3 * x1 + 10)
    assert bar.get_ylabel() == "prediction (y in the points)"
    assert ax.get_legend() is None


def test_a_prediction_of_one_class_everywhere_is_said_and_draws_no_line():
    for p, name in ((0.2, "no"), (0.8, "yes")):
        figure = plot_decision_boundary(
            lambda rows, p=p: np.full(len(rows), p), CORNERS, [0, 1], class_names=["no", "yes"]
        )
        assert figure.axes[0].texts[0].get_text() == f"no boundary here: {name} everywhere"
    figure = plot_decision_boundary(lambda rows: np.tile([0.2, 0.5, 0.3], (len(rows), 1)), CORNERS, [0, 1])
    assert figure.axes[0].texts[0].get_text() == "no boundary here: 1 everywhere"


def test_hard_labels_and_a_feature_that_never_varies_can_be_drawn():
    X = np.array([[0.0, 7.0], [1.0, 7.0]])
    figure = plot_decision_boundary(lambda rows: rows[:, 0] > 0.5, X, ["a", "b"])
    np.testing.assert_allclose(lines(figure.axes[0])[:, 0], 0.5, atol=1e-4)
    assert figure.axes[0].get_ylim() == (0, 14)
    assert plot_decision_boundary(lambda rows: rows[:, 0] * 0, [[0, 0]], [0]).axes[0].get_xlim() == (-1, 1)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (1, 2)])
def test_hard_classes_have_even_regions_no_bar_and_a_line_without_stairs(low, high):
    figure = plot_decision_boundary(
        lambda rows: np.where(rows[:, 1] > 0.3 * rows[:, 0], high, low), CORNERS, [low, high], resolution=60
    )
    (ax,) = figure.axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [str(low), str(high)]
    found = lines(ax)
    assert len(found) > 60
    np.testing.assert_allclose(found[:, 1], 0.3 * found[:, 0], atol=1e-3)
    at = shading(figure)
    np.testing.assert_allclose(*at([[-0.5, 1], [0.5, 1.5]]))
    assert at([[0, -1]])[0, 0] > at([[0, -1]])[0, 2]


def test_probabilities_keep_their_bar_even_where_most_are_0_or_1():
    figure = plot_decision_boundary(lambda rows: np.clip(rows[:, 0] * 9, 0, 1), CORNERS, [0, 1])
    assert figure.axes[1].get_ylabel() == "probability of 1"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda rows: rows[:5, 0], r"shape \(5,\) for 400 rows where \(400,\) or \(400, K\) is expected$"),
        (lambda rows: rows[:, :1].T, r"shape \(1, 400\) .* look like columns, pass lambda rows: f\(rows.T\).T"),
        (lambda rows: 0.5, r"shape \(\) for 400 rows"),
        (lambda rows: rows[:, :0], r"shape \(400, 0\)"),
        (lambda rows: np.where(rows[:, 0] > 1, np.nan, 0.5), r"returned \[nan\] at \[1.0.*only finite"),
        (lambda rows: np.full(len(rows), "cat"), "<U3 values and not scores"),
        (lambda rows: np.tile([2.0, -1.0, 0.0], (len(rows), 1)), "between -1 and 2: .* probabilities"),
    ],
)
def test_answers_that_cannot_be_drawn_are_refused_with_advice(answer, message):
    with pytest.raises(ValueError, match=message):
        plot_decision_boundary(answer, CORNERS, [0, 1], resolution=20)


def test_arguments_that_make_no_picture_are_refused():
    def half(rows):
        return np.full(len(rows), 0.5)

    with pytest.raises(ValueError, match="only two features can be drawn"):
        plot_decision_boundary(half, np.zeros((4, 3)), np.zeros(4))
    with pytest.raises(ValueError, match="resolution=1"):
        plot_decision_boundary(half, CORNERS, [0, 1], resolution=1)
    with pytest.raises(ValueError, match="positive_at=nan"):
        plot_decision_boundary(half, CORNERS, [0, 1], positive_at=np.nan)
    with pytest.raises(ValueError, match="3 different labels"):
        plot_decision_boundary(half, np.zeros((3, 2)), ["a", "b", "c"])
    with pytest.raises(ValueError, match="predict returned 3 numbers a row, and one can be drawn"):
        plot_decision_boundary(lambda rows: np.ones((len(rows), 3)), CORNERS, [0.5, 1], task="regression")
    with pytest.raises(ValueError, match="y holds text, first 'a' in row 0"):
        plot_scatter(CORNERS, ["a", "b"], task="regression")


def test_a_scatter_of_classes_has_a_legend_and_one_of_numbers_a_colour_bar():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    of_classes = plot_scatter(X, np.arange(40) % 2, class_names=["red", "blue"], title="Raw data")
    assert [text.get_text() for text in of_classes.axes[0].get_legend().get_texts()] == ["red", "blue"]
    assert of_classes.axes[0].get_title(loc="left") == "Raw data"
    of_numbers = plot_scatter(X, rng.normal(size=40), title="Raw data")
    assert [ax.get_ylabel() for ax in of_numbers.axes] == ["x2", "y"]
    assert of_numbers.axes[0].get_title(loc="left") == "Raw data"


def test_feature_names_are_shown_letter_by_letter():
    ax = plot_scatter(CORNERS, [0, 1], feature_names=("price ($)", "tax ($)")).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("price ($)", "tax ($)")
    assert not ax.xaxis.label.get_parse_math()


def test_large_numbers_at_the_ticks_need_no_offset():
    figure = plot_scatter(CORNERS * 1e4 + 1e6, [0, 1])
    figure.draw_without_rendering()
    ax = figure.axes[0]
    assert "1,000,000" in [label.get_text() for label in ax.get_xticklabels()]
    assert ax.xaxis.get_offset_text().get_text() == ""


def test_pictures_are_drawn_on_the_axes_given():
    figure = Picture()
    left, right = figure.subplots(1, 2)
    assert plot_scatter(CORNERS, [0, 1], ax=left) is figure
    assert plot_decision_boundary(lambda rows: rows[:, 0], CORNERS, [0, 1], ax=right, resolution=20) is figure
    assert len(left.collections) == 2
    assert len(right.images) == 1
