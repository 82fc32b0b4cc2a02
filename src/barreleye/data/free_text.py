"""Columns of free text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..nn.arrays import Array
from .encoding import Encoder, Suits
from .frame import Cells, Texts, as_texts


@dataclass(frozen=True)
class Text(Encoder):
    """Free text, by the letters in it: TF-IDF of runs of 3 and 4 characters, and its 30 main directions (SVD).

    scikit-learn fits it; an answer needs NumPy alone. As in skrub's defaults.
    """

    grams: tuple[str, ...]
    directions: Array
    """(len(grams), k): the weight of each run, idf included, in each direction."""
    idf: Array
    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if self.directions.ndim != 2 or {len(self.directions), *self.idf.shape} != {len(self.grams)}:
            raise ValueError(f"directions of shape {self.directions.shape} for {len(self.grams)} runs of characters")

    DIRECTIONS: ClassVar[int] = 30
    MOST_GRAMS: ClassVar[int] = 10_000
    ROWS: ClassVar[int] = 50_000

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        return Suits(f"{len(cells.levels)} different texts") if isinstance(cells, Texts) else None

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = as_texts(cells)
        rows = texts.codes[texts.codes >= 0]
        if len(rows) > cls.ROWS:
            rows = rows[np.linspace(0, len(rows) - 1, cls.ROWS).astype(int)]
        vectorizer = TfidfVectorizer(analyzer=grams_of, max_features=cls.MOST_GRAMS, dtype=np.float64)
        weights = vectorizer.fit_transform([texts.levels[code] for code in rows])
        k = min(cls.DIRECTIONS, *(size - 1 for size in weights.shape))
        svd = TruncatedSVD(max(k, 1), random_state=0).fit(weights)
        return cls(tuple(map(str, vectorizer.get_feature_names_out())), svd.components_.T.copy(), vectorizer.idf_)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"text {i + 1}" for i in range(self.directions.shape[1]))

    def of_levels(self, levels: Sequence[str]) -> Array:
        places = {gram: i for i, gram in enumerate(self.grams)}
        rows = np.zeros((len(levels) + 1, self.directions.shape[1]))
        for row, level in enumerate(levels):
            found = [places[gram] for gram in grams_of(level) if gram in places]
            if found:
                used, times = np.unique(found, return_counts=True)
                weights = times * self.idf[used]
                rows[row] = weights @ self.directions[used] / np.sqrt((weights**2).sum())
        return rows


def grams_of(text: str) -> list[str]:
    """Runs of 3 and 4 characters within words, a space at either end of a word counting.

    >>> grams_of("An ox")
    [' an', 'an ', ' an ', ' ox', 'ox ', ' ox ']
    """
    found = []
    for word in text.lower().split():
        padded = f" {word} "
        for n in (3, 4):
            found += [padded[i : i + n] for i in range(max(1, len(padded) - n + 1))]
            if len(padded) <= n:  # a short word counts once
                break
    return found
