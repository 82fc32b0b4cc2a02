"""The planar data are the exercise's very points, and the boundary is drawn with or without pyplot."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from barreleye import course
from barreleye.course import initialization, optimization

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "course_vectors.json").read_text())["datasets"]
X, Y = course.load_planar_dataset()
EXTRA = ("noisy_circles", "noisy_moons", "blobs", "gaussian_quantiles", "no_structure")


def test_the_flower_is_the_published_one():
    np.testing.assert_allclose(X, PUBLISHED["flower"]["X"], rtol=1e-13, atol=1e-15)
    assert (PUBLISHED["flower"]["Y"] == Y).all()
    assert Y.dtype == np.uint8


def test_the_extra_sets_are_the_published_ones_as_rows():
    published = PUBLISHED["extra_datasets"]["arrays_when_global_seed_is_1_just_before"]
    for name, (points, labels) in zip(EXTRA, course.load_extra_datasets(), strict=True):
        np.testing.assert_allclose(points, published[name]["X"], rtol=1e-12, atol=1e-14, err_msg=name)
        np.testing.assert_allclose(labels, published[name]["y"], rtol=1e-12, err_msg=name)


def test_the_global_random_state_is_drawn_from_on_request():
    np.random.seed(1)
    from_global = course.load_extra_datasets(seed=None)
    next_draw = np.random.rand()
    for (points, labels), (global_points, global_labels) in zip(course.load_extra_datasets(), from_global, strict=True):
        assert (points == global_points).all()
        assert (labels == global_labels).all()
    np.random.seed(1)
    assert np.random.rand() != next_draw


def test_the_other_exercises_sets_are_the_published_ones():
    train_X, train_Y, test_X, test_Y = initialization.load_dataset()
    circles, moons = PUBLISHED["c2_circles"], PUBLISHED["c2_moons"]
    for ours, published in ((train_X, circles["train_X"]), (test_X, circles["test_X"])):
        np.testing.assert_allclose(ours.T, published, rtol=1e-12, atol=1e-14)
    assert train_Y.ravel().tolist() == circles["train_y"]
    assert test_Y.ravel().tolist() == circles["test_y"]
    moons_X, moons_Y = optimization.load_dataset()
    np.testing.assert_allclose(moons_X.T, moons["X"], rtol=1e-12, atol=1e-14)
    assert moons_Y.ravel().tolist() == moons["y"]


def no_pyplot(monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)


@pytest.mark.parametrize("shape", [lambda k: (k,), lambda k: (1, k), lambda k: (k, 1)])
def test_the_boundary_takes_classes_in_any_shape(shape, monkeypatch):
    no_pyplot(monkeypatch)
    figure = course.plot_decision_boundary(lambda x: (x[:, 0] > 0).reshape(shape(len(x))), X, Y)
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_xlabel() == "x1"


def test_the_model_is_asked_with_rows_and_the_shading_is_its_answer(monkeypatch):
    no_pyplot(monkeypatch)
    shapes = []

    def right_half(x):
        shapes.append(x.shape)
        return x[:, 0] > 1

    figure = course.plot_decision_boundary(right_half, X, Y.ravel())
    assert all(len(shape) == 2 and shape[1] == 2 for shape in shapes)
    shades = figure.axes[0].get_images()[0].get_array()
    assert (shades[:, 0] == 0).all()
    assert (shades[:, -1] == 1).all()


def test_pyplots_current_axes_are_used_where_the_reader_has_imported_it(monkeypatch):
    mine = Figure()
    axes = mine.add_subplot()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", SimpleNamespace(gca=lambda: axes))
    assert course.plot_decision_boundary(lambda x: x[:, 0] > 0, X, Y) is mine
    assert axes.get_ylabel() == "x2"
    assert mine.axes == [axes]  # no colour bar takes room from a subplot
    axes.set_title("mine")
    mine.canvas.draw()
    legend = axes.get_legend().get_window_extent()
    assert legend.y1 < axes.title.get_window_extent().y0


def test_a_pyplot_without_its_display_is_done_without(monkeypatch):
    def gca():
        raise ImportError("Cannot load backend 'TkAgg'")

    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", SimpleNamespace(gca=gca))
    assert course.plot_decision_boundary(lambda x: x[:, 0] > 0, X, Y).axes


def test_a_model_of_columns_and_an_x_of_rows_are_explained(monkeypatch):
    no_pyplot(monkeypatch)
    with pytest.raises(ValueError, match=r"pass X\.T"):
        course.plot_decision_boundary(lambda x: x[:, 0] > 0, X.T, Y)
    with pytest.raises(ValueError, match=r"predict\(parameters, x\.T\)"):
        course.plot_decision_boundary(lambda x: x[0] > 0, X, Y)
