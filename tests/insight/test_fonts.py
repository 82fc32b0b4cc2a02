import warnings

import pytest

from barreleye.insight import fonts
from barreleye.insight.plots import plot_scatter
from barreleye.insight.style import Picture, save

X, y = [[0, 0], [1, 1]], [0, 1]


@pytest.fixture
def wide(monkeypatch):
    """A stand-in for an installed CJK font: a family, of those that matplotlib brings, that is said to have all."""
    family = "DejaVu Serif"
    known = fonts.characters
    monkeypatch.setattr(fonts, "wide_families", lambda: [family])
    monkeypatch.setattr(fonts, "characters", lambda name: known(name) | (set("身高") if name == family else set()))
    return family


def test_a_text_falls_back_on_an_installed_font_and_others_stay_as_they_are(wide):
    ax = plot_scatter(X, y, feature_names=("身高", "größe")).axes[0]
    own = Picture().add_subplot().xaxis.label.get_fontfamily()
    assert ax.xaxis.label.get_fontfamily() == [*own, wide]
    assert ax.yaxis.label.get_fontfamily() == own


def test_a_text_that_is_set_later_is_fitted_when_it_is_drawn(wide):
    figure = plot_scatter(X, y)
    figure.axes[0].set_title("高")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the stand-in has none of them in truth
        figure.draw_without_rendering()
    assert wide in figure.axes[0].title.get_fontfamily()


def test_without_a_font_one_sentence_names_the_characters_and_no_glyph_is_warned_of(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "wide_families", list)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure = plot_scatter(X, y, feature_names=("身高", "b"), title="高")
        save(figure, tmp_path / "a.png")
        save(figure, tmp_path / "a.svg")
        figure._repr_png_()
    (warning,) = caught
    assert str(warning.message).startswith("no installed font has the characters 身高: they are drawn as boxes;")
    assert str(warning.message).endswith("e.g. Noto Sans CJK")


def test_families_are_found_by_how_they_begin_the_best_first(monkeypatch):
    class Font:
        def __init__(self, name):
            self.name = name

    installed = map(Font, ["SimHei", "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK JP", "WenQuanYi Zen Hei"])
    monkeypatch.setattr(fonts.fontManager, "ttflist", list(installed))
    assert fonts.wide_families() == ["Noto Sans CJK JP", "WenQuanYi Zen Hei", "SimHei"]
