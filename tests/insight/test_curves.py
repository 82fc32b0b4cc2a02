import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.insight.curves import MOST_POINTS, is_noisy, plot_costs, running_mean, thinned
from barreleye.insight.style import Picture

SMOOTH = 1 / np.arange(1.0, 51)


def texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_smooth_curve_is_drawn_as_it_is_on_a_log_scale():
    figure = plot_costs(SMOOTH, title="Cost")
    (ax,) = figure.axes
    (line,) = ax.get_lines()
    np.testing.assert_array_equal(line.get_xydata(), np.stack([np.arange(50), SMOOTH], axis=1))
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "cost J", "log")
    assert ax.get_title(loc="left") == "Cost"
    assert ax.get_legend() is None
    assert plot_costs(SMOOTH, log=False).axes[0].get_yscale() == "linear"


def test_steps_may_be_given():
    (line,) = plot_costs([3, 2, 1], steps=[0, 100, 200]).axes[0].get_lines()
    assert line.get_xdata().tolist() == [0, 100, 200]


def test_a_log_axis_is_labelled_with_plain_numbers():
    figure = plot_costs([0.8, 0.5, 0.25])
    figure.draw_without_rendering()
    ax = figure.axes[0]
    labels = [label.get_text() for label in ax.get_yticklabels(which="both") if label.get_text()]
    assert {"0.3", "0.4", "0.6"} <= set(labels)
    assert not any("10^" in label for label in labels)


def test_a_noisy_curve_is_drawn_faint_below_its_running_mean():
    J = np.random.default_rng(0).lognormal(size=1000)
    ax = plot_costs(J).axes[0]
    faint, clear = ax.get_lines()
    assert faint.get_alpha() < 0.5
    assert clear.get_alpha() is None
    np.testing.assert_array_equal(faint.get_ydata(), J)
    i = 500
    assert clear.get_ydata()[i] == pytest.approx(J[i - 5 : i + 6].mean())
    assert texts(ax) == ["training", "mean of 11 costs"]


def test_a_hundred_thousand_costs_are_drawn_by_few_points_that_keep_every_spike():
    J = np.random.default_rng(0).lognormal(size=100_000)
    J[54_321] = 1e6
    faint, clear = plot_costs(J).axes[0].get_lines()
    assert len(faint.get_xdata()) <= MOST_POINTS + 2
    assert len(clear.get_xdata()) <= MOST_POINTS + 2
    np.testing.assert_array_equal(faint.get_ydata(), J[faint.get_xdata()])
    assert {0, 54_321, 99_999} <= set(faint.get_xdata().tolist())
    assert J.min() in faint.get_ydata()


def test_the_best_validation_step_is_marked():
    ax = plot_costs(SMOOTH, validation=([10, 20, 30, 40], [0.5, 0.3, 0.25, 0.4])).axes[0]
    assert texts(ax) == ["training", "validation", "best: step 30, J = 0.25"]
    star = next(line for line in ax.get_lines() if line.get_marker() == "*")
    assert star.get_xydata().tolist() == [[30, 0.25]]
    validation = next(line for line in ax.get_lines() if line.get_marker() not in ("*", "None"))
    assert validation.get_xydata().tolist() == [[10, 0.5], [20, 0.3], [30, 0.25], [40, 0.4]]


def test_a_best_step_that_is_named_is_the_one_marked():
    validation = ([10, 20, 30, 40], [0.5, 0.3, 0.25, 0.4])
    assert texts(plot_costs(SMOOTH, validation=validation, best=20).axes[0])[-1] == "best: step 20, J = 0.3"
    assert texts(plot_costs(SMOOTH, best=49).axes[0])[-1] == "best: step 49, J = 0.02"
    ax = plot_costs(SMOOTH, validation=validation, best=45).axes[0]
    assert texts(ax)[-1] == "best: step 45"
    assert not any(line.get_marker() == "*" for line in ax.get_lines())


def test_the_best_step_is_found_among_the_finite_validation_costs():
    ax = plot_costs(SMOOTH, validation=([1, 2, 3], [np.nan, 0.5, 0.6])).axes[0]
    assert texts(ax)[-1] == "best: step 2, J = 0.5"


def test_validation_that_has_not_happened_yet_is_left_out():
    ax = plot_costs(SMOOTH, validation=([], [])).axes[0]
    assert ax.get_legend() is None
    assert len(ax.get_lines()) == 1


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_a_cost_without_a_logarithm_makes_the_scale_linear_and_a_note_says_so(bad):
    for costs, validation in (([1, 0.5, bad], None), ([1, 0.5], ([1, 2], [1, bad]))):
        ax = plot_costs(costs, validation=validation).axes[0]
        assert ax.get_yscale() == "linear"
        assert ax.texts[0].get_text() == "linear scale: a cost of 0 or below has no logarithm"


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_costs_that_are_not_finite_are_left_out_and_the_first_such_step_is_named(value):
    ax = plot_costs([3, 2, float(value), float("nan")], steps=[0, 1000, 2000, 3000]).axes[0]
    assert ax.get_lines()[0].get_ydata().tolist() == [3, 2]
    assert ax.texts[0].get_text() == f"the cost is {value} at step 2,000"
    assert plot_costs([float(value)] * 2).axes[0].texts[0].get_text() == f"the cost is {value} at step 0"


@pytest.mark.parametrize(
    "J", [[3, 2, np.nan, np.inf, 1, 0.5], np.r_[np.tile([3.0, 1], 30), np.nan, np.tile([3.0, 1], 9)]]
)
def test_no_line_bridges_costs_that_are_not_finite(J):
    for line in plot_costs(J).axes[0].get_lines():
        t, drawn = line.get_data()
        gap = np.flatnonzero(np.isnan(drawn))
        assert gap.size == 1
        assert t[gap[0] - 1] < np.flatnonzero(~np.isfinite(J))[0] < t[gap[0] + 1]


def test_a_validation_that_diverges_is_drawn_up_to_there_without_an_overflow():
    figure = plot_costs([3, 2, 1e90, 1e250], validation=([1, 2, 3], [2, 1e99, 1e307]))
    figure.draw_without_rendering()
    assert figure.axes[0].get_ylim()[1] < 1e110
    plot_costs([3, 1e250], validation=([1], [1e300])).draw_without_rendering()


def test_a_cost_between_two_gaps_is_a_visible_point():
    (line,) = plot_costs([3, 2, np.nan, 1, np.nan, 1, 0.5]).axes[0].get_lines()
    assert line.get_marker() == "o"
    assert line.get_ydata()[line.get_markevery()].tolist() == [1]


@pytest.mark.parametrize("T", [1, 2, 3, 6, 11])
def test_the_ticks_of_a_short_run_are_whole_steps_none_below_0(T):
    figure = plot_costs(np.linspace(2, 1, T))
    figure.draw_without_rendering()
    ax = figure.axes[0]
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == round(tick) >= 0 for tick in ticks)


def test_the_legend_of_a_run_covers_none_of_its_curves():
    J = np.random.default_rng(0).lognormal(size=200)
    figure = plot_costs(J, validation=(range(0, 200, 4), np.ones(50)), title="moons")
    figure.draw_without_rendering()
    figure.draw_without_rendering()
    ax = figure.axes[0]
    box = ax.get_legend().get_window_extent()
    assert box.y0 >= ax.bbox.y1 - 1
    assert box.x1 <= figure.bbox.x1
    assert not box.overlaps(ax._left_title.get_window_extent())


def test_several_runs_differ_in_colour_and_in_line_and_each_has_its_own_marks():
    runs = {"_a": SMOOTH, "b$": SMOOTH[:20] * 2, "c": [1, 0.5, 0.4]}
    ax = plot_costs(runs, steps={"c": [0, 25, 50]}, validation={"c": ([0, 50], [1, 0.7])}, best={"b$": 7}).axes[0]
    assert texts(ax) == ["_a", "b$", "b$, best: step 7", "c", "c, validation", "c, best: step 50"]
    a, b, c = (next(line for line in ax.get_lines() if len(line.get_xdata()) == n) for n in (50, 20, 3))
    assert len({line.get_color() for line in (a, b, c)}) == len({line.get_linestyle() for line in (a, b, c)}) == 3
    assert c.get_xdata().tolist() == [0, 25, 50]
    many = plot_costs({f"run {i}": [2, 1] for i in range(30)}).axes[0].get_lines()
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in many}) == 30


def test_a_single_cost_is_a_visible_point():
    assert plot_costs([0.5]).axes[0].get_lines()[0].get_marker() == "o"


@pytest.mark.parametrize(
    ("costs", "options", "message"),
    [
        ([[1, 2]], {}, r"costs has shape \(1, 2\) where \(T,\) is expected"),
        ([], {}, "nothing to draw"),
        ({}, {}, "nothing to draw"),
        ({"a": [1], "b": []}, {}, "nothing to draw"),
        ({"a": [[1]]}, {}, r"costs of 'a' has shape \(1, 1\)"),
        ([1, 2], {"steps": [1]}, r"costs has 2 costs and steps of shape \(1,\)"),
        ([1, 2], {"validation": [1, 2, 3]}, r"must be a pair \(steps, costs\)"),
        ([1, 2], {"validation": 3}, r"must be a pair \(steps, costs\)"),
        ([1, 2], {"validation": ([1], [1, 2])}, r"validation has 2 costs and steps of shape \(1,\)"),
        ([1, 2], {"validation": {"a": ([1], [1])}}, r"validation names the runs \['a'\], and costs holds one"),
        ({"a": [1]}, {"validation": ([1], [1])}, r"validation must be a dict with the run names of costs, \['a'\]"),
        ({"a": [1]}, {"best": {"b": 1}}, r"best must be a dict with the run names of costs, \['a'\]"),
    ],
)
def test_costs_that_cannot_be_drawn_are_refused(costs, options, message):
    with pytest.raises(ValueError, match=message):
        plot_costs(costs, **options)


def test_text_is_refused():
    with pytest.raises(ValueError, match="costs holds text, first 'a' in row 0"):
        plot_costs(["a"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1e3), min_size=30, max_size=60), st.integers(1, 14))
def test_the_running_mean_is_the_mean_of_the_costs_around_each_step(costs, half):
    J = np.array(costs)
    reach = [min(half, i) for i in range(J.size)]
    expected = [J[i - r : i + r + 1].mean() for i, r in enumerate(reach)]
    np.testing.assert_allclose(running_mean(J, half), expected, rtol=1e-12, atol=1e-12)


def test_the_running_mean_of_tiny_late_costs_keeps_its_digits():
    J = np.concatenate([np.full(1000, 1e6), np.full(1000, 1e-12)])
    np.testing.assert_allclose(running_mean(J, 5)[1005:], 1e-12, rtol=1e-12)


def test_a_curve_is_noisy_by_how_far_it_travels_and_not_by_rounding():
    rng = np.random.default_rng(0)
    falling = np.log(1 / np.arange(1, 1001))
    assert not is_noisy(falling)
    assert not is_noisy(falling + 1e-12 * rng.normal(size=1000))
    assert not is_noisy(np.full(1000, -1.0))
    assert is_noisy(falling + 0.5 * rng.normal(size=1000))


def test_a_short_curve_is_not_thinned():
    t, J = np.arange(MOST_POINTS), np.random.default_rng(0).random(MOST_POINTS)
    assert thinned(t, J)[1] is J


def test_the_cost_curve_is_drawn_on_the_axes_given():
    figure = Picture()
    ax = figure.add_subplot()
    assert plot_costs([2, 1], ax=ax) is figure
    assert len(ax.get_lines()) == 1
