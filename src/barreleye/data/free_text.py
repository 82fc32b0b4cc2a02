"""Columns of free text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import unfit
from ..words import catalogue
from .encoding import Encoder, Suits
from .frame import Cells, Texts, as_texts

SAY = catalogue("table")


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
            raise ValueError(unfit(f"directions.shape, {len(self.grams)} grams", self.directions.shape))

    DIRECTIONS: ClassVar[int] = 30
    MOST_GRAMS: ClassVar[int] = 10_000
    ROWS: ClassVar[int] = 50_000

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        return Suits(SAY["why.texts"].filled(n=len(cells.levels))) if isinstance(cells, Texts) else None

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

    def in_graph(self, column: Array, marks: Sequence[str] = ()) -> Array:
        """Counts of the runs by a graph of its own, which knows the letters of the runs in both their cases.

        Words are parted and spelt by onnxruntime's Tokenizer (domain com.microsoft), for ONNX itself has none.
        """
        import ndonnx
        import spox

        counts = ndonnx.asarray(spox.inline(counting(self.grams))(texts=column.unwrap_spox())["counts"])
        weights = counts.astype(ndonnx.float64) * self.idf
        size = ndonnx.sqrt((weights * weights).sum(axis=1, keepdims=True))
        return weights @ ndonnx.asarray(self.directions) / ndonnx.where(size > 0, size, ndonnx.asarray(1.0))


def counting(grams: Sequence[str]) -> Any:
    """The ONNX model that counts the runs of ``grams_of`` in texts (N,): counts (N, len(grams))."""
    from onnx import TensorProto, checker, helper

    by_length = [[i for i, gram in enumerate(grams) if len(gram) == n] for n in (3, 4)]
    letters = sorted(set("".join(grams)))
    capitals = {letter.upper(): letter for letter in letters if letter.upper().lower() == letter != letter.upper()}
    lower = dict(zip(letters, letters, strict=True)) | {
        one: letter for one, letter in capitals.items() if len(one) == 1
    }
    node: Any = helper.make_node
    tokenizer = {"domain": "com.microsoft", "mark": 0, "mincharnum": 1, "pad_value": ""}
    nodes = [
        node("StringConcat", ["texts", "end"], ["ended"]),  # a word is there then in every text
        node("Tokenizer", ["ended"], ["words"], separators=[re.escape(c) for c in WHITE], **tokenizer),
        node("StringConcat", ["space", "words"], ["begun"]),
        node("StringConcat", ["begun", "space"], ["padded"]),
        node("Reshape", ["padded", "flat"], ["each"]),
        node("Tokenizer", ["each"], ["cased"], tokenexp=".", **tokenizer),
        node(
            "LabelEncoder",
            ["cased"],
            ["letters"],
            domain="ai.onnx.ml",
            keys_strings=list(lower),
            values_strings=list(lower.values()),
            default_string="\0",
        ),
        node(
            "TfIdfVectorizer",
            ["letters"],
            ["in each"],
            mode="TF",
            min_gram_length=3,
            max_gram_length=4,
            max_skip_count=0,
            ngram_counts=[0, 0, 0, 3 * len(by_length[0])],
            ngram_indexes=[place for places in by_length for place in places],
            pool_strings=[letter for places in by_length for place in places for letter in grams[place]],
        ),
        node("Shape", ["words"], ["shape"]),
        node("Concat", ["shape", "runs"], ["by word"], axis=0),
        node("Reshape", ["in each", "by word"], ["counts in each"]),
        node("ReduceSum", ["counts in each", "one"], ["counts"], keepdims=0),
    ]
    whole = {"flat": [-1], "runs": [len(grams)], "one": [1]}
    fixed = [helper.make_tensor(name, TensorProto.INT64, [1], value) for name, value in whole.items()]
    texts = {"space": b" ", "end": b" \1"}
    fixed += [helper.make_tensor(name, TensorProto.STRING, [1], [text]) for name, text in texts.items()]  # type: ignore[list-item]
    given = [helper.make_tensor_value_info("texts", TensorProto.STRING, ["N"])]
    made = [helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["N", len(grams)])]
    domains = {"": 21, "ai.onnx.ml": 4, "com.microsoft": 1}
    model = helper.make_model(
        helper.make_graph(nodes, "counting", given, made, fixed),
        opset_imports=[helper.make_opsetid(name, version) for name, version in domains.items()],
        ir_version=10,
    )
    checker.check_model(model)
    return model


WHITE = " \t\n\r\v\f\xa0\u3000"
"""What parts words."""


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
