from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from barreleye.insight.activation_grid import limits, plot_activations, shown
from barreleye.insight.style import Picture
from barreleye.nn.activations import ACTIVATIONS, Activation, LeakyReLU, activation

INF = np.inf


@dataclass(frozen=True)
class Sine(Activation):
    def __call__(self, Z):
        return np.sin(Z)

    def derivative(self, Z, A):
        return np.cos(Z)


def spans(ax):
    """Each shaded region as (from, to, hatched)."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return sorted((*sorted((p.get_x(), p.get_x() + p.get_width())), p.get_hatch() is not None) for p in patches)


def test_every_activation_has_a_panel_on_one_scale():
    figure = plot_activations()
    assert [ax.get_title(loc="left") for ax in figure.axes] == list(ACTIVATIONS)
    assert {(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes} == {((-5, 5), (-2, 3))}
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()][:2] == ["g", "g′"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_g_is_the_solid_line_and_its_slope_the_dashed_one(name):
    figure = plot_activations(name)
    solid, dashed = (line for line in figure.axes[0].get_lines() if len(line.get_xdata()) > 2)
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    z = solid.get_xdata()
    np.testing.assert_array_equal(solid.get_ydata(), activation(name)(z))
    slopes = np.gradient(solid.get_ydata(), z)
    smooth = np.abs(z) > 0.02
    np.testing.assert_allclose(dashed.get_ydata()[smooth], slopes[smooth], atol=1e-3)


def test_saturation_is_shaded_where_the_slope_is_below_5_percent():
    sigmoid = spans(plot_activations("sigmoid").axes[0])
    z = -np.log((1 - np.sqrt(0.8)) / 2) + np.log1p(-(1 - np.sqrt(0.8)) / 2)  # sigma (1 - sigma) = 0.05
    assert sigmoid == [(-5, pytest.approx(-z, abs=0.01), False), (pytest.approx(z, abs=0.01), 5, False)]
    z = np.arctanh(np.sqrt(0.95))  # 1 - tanh^2 = 0.05
    tanh = spans(plot_activations("tanh").axes[0])
    assert tanh == [(-5, pytest.approx(-z, abs=0.01), False), (pytest.approx(z, abs=0.01), 5, False)]


def test_only_relu_is_dead_and_a_leak_keeps_it_alive():
    assert spans(plot_activations("relu").axes[0]) == [(-5, 0, True)]
    assert spans(plot_activations("leaky_relu").axes[0]) == []
    assert spans(plot_activations("identity").axes[0]) == []
    others = [name for name in ACTIVATIONS if name != "relu"]
    assert not any(hatched for ax in plot_activations(others).axes for *_, hatched in spans(ax))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("identity", "(−∞, ∞)"),
        ("sigmoid", "(0, 1)"),
        ("tanh", "(−1, 1)"),
        ("relu", "[0, ∞)"),
        ("leaky_relu", "(−∞, ∞)"),
        ("elu", "(−1, ∞)"),
        ("selu", "(−1.76, ∞)"),
        ("gelu", "[−0.17, ∞)"),
        ("gelu_tanh", "[−0.17, ∞)"),
        ("silu", "[−0.278, ∞)"),
        ("softplus", "(0, ∞)"),
        ("mish", "[−0.309, ∞)"),
    ],
)
def test_the_range_is_that_of_the_papers(name, text):
    assert plot_activations(name).axes[0].texts[0].get_text() == f"range {text}"


def test_your_own_activation_and_other_constants_can_be_drawn():
    figure = plot_activations([Sine(), LeakyReLU(slope=0.3)])
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Sine()", "LeakyReLU(slope=0.3)"]
    low, high, levels_off = limits(Sine())
    assert (low, high) == (pytest.approx(-1, abs=1e-4), pytest.approx(1, abs=1e-4))
    assert levels_off == {-1: True, 1: True}
    assert limits(LeakyReLU(slope=0.001))[:2] == (-INF, INF)


def test_numbers_are_shown_with_a_true_minus():
    assert [shown(x) for x in (INF, -0.27846, 0.0)] == ["∞", "−0.278", "0"]


def test_panels_are_drawn_on_the_axes_given():
    figure = Picture()
    axes = figure.subplots(2, 2)
    assert plot_activations("relu", ax=axes[0, 0]) is figure
    assert plot_activations(["relu", "tanh", "elu", "selu"], ax=axes) is figure
    assert axes[1, 1].get_title(loc="left") == "selu"
    assert axes[0, 0].get_legend() is not None


def test_unknown_names_no_names_and_too_few_axes_are_refused():
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        plot_activations(["relu", "rleu"])
    with pytest.raises(ValueError, match="activation=3 is unknown"):
        plot_activations(3)
    with pytest.raises(ValueError, match="name at least one"):
        plot_activations([])
    with pytest.raises(ValueError, match="ax holds 1 axes for 2 activations"):
        plot_activations(["relu", "tanh"], ax=Picture().add_subplot())
