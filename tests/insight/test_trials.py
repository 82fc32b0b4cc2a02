import numpy as np
import pytest

from barreleye.insight.trials import plot_trials
from barreleye.search.space import space_of
from barreleye.search.study import Found, Trial

SPACE = space_of("plain", {"rate": [0.001, 0.1, "log"], "layers": ["16", "64,32"], "dropout": [0.0, 0.5]})
RNG = np.random.default_rng(0)


def found(values, higher=False):
    trials = tuple(
        Trial(
            k,
            {"rate": 10.0 ** RNG.uniform(-3, -1), "layers": ("16", "64,32")[k % 2], "dropout": RNG.uniform(0, 0.5)},
            "pruned" if value is None else "done",
            value,
            5.0,
        )
        for k, value in enumerate(values)
    )
    done = [one for one in trials if one.value is not None]
    best = (max if higher else min)(done, key=lambda one: one.value, default=None)
    return Found("accuracy" if higher else "cost", higher, trials, best, {"dropout": 0.7, "rate": 0.3}, {})


def test_each_setting_has_a_panel_the_most_important_first_and_the_best_is_marked():
    search = found([0.5, 0.4, None, 0.2, 0.3, 0.6])
    figure = plot_trials(search, SPACE, title="a < b")
    assert [ax.get_xlabel() for ax in figure.axes] == ["trial", "dropout", "rate", "layers"]
    assert [ax.get_xscale() for ax in figure.axes] == ["linear", "linear", "log", "linear"]
    assert all(len(ax.collections[0].get_offsets()) == 5 for ax in figure.axes)
    stars = [ax.lines[-1].get_xydata()[0] for ax in figure.axes]
    assert stars[0].tolist() == [3, 0.2]
    assert stars[1].tolist() == [search.best.settings["dropout"], 0.2]
    assert figure.axes[0].lines[0].get_ydata().tolist() == [0.5, 0.4, 0.2, 0.2, 0.2]
    assert [text.get_text() for text in figure.axes[3].get_xticklabels()] == ["16", "64,32"]


def test_more_is_better_where_it_is():
    figure = plot_trials(found([0.5, 0.9, 0.6], higher=True), SPACE)
    assert figure.axes[0].lines[0].get_ydata().tolist() == [0.5, 0.9, 0.9]


def test_one_wild_trial_does_not_hide_the_others():
    low, high = plot_trials(found([0.5, 0.4, 0.45, 0.42, 1e9]), SPACE).axes[0].get_ylim()
    assert low < 0.4
    assert 0.5 < high < 1


@pytest.mark.parametrize("values", [[], [None, None], [0.5], [0.5] * 6])
def test_few_trials_and_equal_ones_are_drawn(values):
    plot_trials(found(values), SPACE).draw_without_rendering()
