"""Fonts for texts that matplotlib's own font cannot write, such as Chinese names: set on each text, never globally."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text

from ..words import catalogue

WIDE = (
    "Noto Sans CJK", "Noto Sans SC", "Source Han Sans", "WenQuanYi", "Microsoft YaHei", "PingFang", "Hiragino Sans",
    "SimHei", "Heiti", "STHeiti", "Droid Sans Fallback", "Arial Unicode MS", "Noto Serif CJK", "Source Han Serif",
    "SimSun", "Songti", "AR PL", "Microsoft JhengHei", "Yu Gothic", "MS Gothic", "Malgun Gothic", "Nanum", "Unifont",
)  # fmt: skip
"""How the names of families with Chinese, Japanese or Korean characters begin, the best first."""

_told: WeakKeyDictionary[Figure, set[str]] = WeakKeyDictionary()


def fit_fonts(figure: Figure) -> str:
    """Give each text whose font lacks some of its characters an installed family that has them, to fall back on.

    Returns the characters that no such font has; one warning a figure names them.
    """
    without: set[str] = set()
    for text in figure.findobj(Text):
        content = text.get_text()
        if content.isascii():
            continue
        families = list(text.get_fontfamily())
        lacking = {c for c in content if c.isprintable() and not c.isspace()}.difference(*map(characters, families))
        if not lacking:
            continue
        for family in wide_families():
            if found := lacking & characters(family):
                families.append(family)
                lacking -= found
        text.set_fontfamily(families)
        without |= lacking
    fresh = without - _told.setdefault(figure, set())
    if fresh:
        _told[figure] |= fresh
        shown = "".join(sorted(fresh)[:12]) + ("..." if len(fresh) > 12 else "")
        warnings.warn(
            f"no installed font has the characters {shown}: they are drawn as boxes; install one that has them, e.g. "
            "Noto Sans CJK",
            stacklevel=3,
        )
    return "".join(sorted(without))


@contextmanager
def readable(figure: Figure) -> Iterator[None]:
    """Draw within it: texts have fonts that fit, and matplotlib does not warn of every character that none has."""
    if not fit_fonts(figure):
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        yield


_labels = ContextVar("the language of labels", default="en")


@contextmanager
def labels_in(lang: str) -> Iterator[None]:
    """Pictures that are made within it have labels in the language "en" or "zh"."""
    token = _labels.set(lang)
    try:
        yield
    finally:
        _labels.reset(token)


def label(key: str, **values: Any) -> str:
    """A label of ``words/pictures.toml`` in the language of ``labels_in``; in English where no font can write it.

    >>> label("mean", name="rent")
    'mean rent'
    """
    text = catalogue("pictures")[key].filled(**values)
    own = {letter for letter in catalogue("pictures")[key].zh if not letter.isascii()}
    can = _labels.get() == "zh" and any(own <= characters(family) for family in wide_families())
    return text.zh if can else text.en


def wide_families() -> list[str]:
    """The installed families of ``WIDE``, the best first."""
    installed = sorted({font.name for font in fontManager.ttflist})
    return [family for start in WIDE for family in installed if family.startswith(start)]


def characters(family: str) -> frozenset[str]:
    """All that the regular font of the family can write."""
    return _characters(findfont(FontProperties(family=[family])))


@lru_cache(maxsize=64)
def _characters(path: str) -> frozenset[str]:
    return frozenset(map(chr, get_font(path).get_charmap()))
