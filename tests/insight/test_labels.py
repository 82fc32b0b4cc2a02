"""Labels in pictures: in the language asked for, and in English where no installed font can write them."""

import numpy as np
import pytest

from barreleye.insight import fonts
from barreleye.insight.curves import plot_costs
from barreleye.insight.fonts import label, labels_in


@pytest.fixture
def wide(monkeypatch):
    """A font that has every character, as where a Chinese one is installed."""
    everything = frozenset(map(chr, range(0x20, 0x10000)))
    monkeypatch.setattr(fonts, "wide_families", lambda: ["Everything"])
    monkeypatch.setattr(fonts, "characters", lambda family: everything)


def test_labels_are_in_the_language_within_the_with_and_english_after_it(wide):
    with labels_in("zh"):
        assert label("mean", name="rent") == "平均 rent"
        ax = plot_costs([0.69, 0.4, 0.2], validation=([1, 2], [0.7, 0.5])).axes[0]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("步", "代价 J")
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["训练", "验证", "最好：步 2, J = 0.5"]
    assert label("mean", name="rent") == "mean rent"


def test_where_no_font_can_write_them_they_are_english(monkeypatch):
    monkeypatch.setattr(fonts, "wide_families", list)
    with labels_in("zh"):
        assert plot_costs(np.array([0.5, 0.4])).axes[0].get_ylabel() == "cost J"
