"""Without pyarrow a CSV file has the same cells as with it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barreleye.data import arrow
from barreleye.data.blocks import arrow_cells
from barreleye.data.csv_layout import Layout
from barreleye.data.frame import Numbers, Texts
from barreleye.data.plain_csv import cells_in, plain_cells

NUMBERS = ["1", "-2.5", "+3", "1e3", " 7 ", "1,5", "0x1", "1_000", "inf", "nan", "", "NA", ".5", "5.", "1e", "--1", "٣"]
DATES = [
    "2024-01-31",
    "2024-02-30",
    "2024-01-31 12:00",
    "2024-01-31T12:00:01",
    "2024-01-31T12:00:01.5",
    "2024-01",
    "2024",
    "",
    "?",
]
WORDS = ["a", " a ", "NA", "null", "日", "a b", "-"]


def same(one, other):
    assert type(one) is type(other)
    for mine, theirs in zip(one, other, strict=True):
        if isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, theirs)
        else:
            assert mine == theirs


@settings(deadline=None)
@given(
    st.sampled_from([NUMBERS, DATES, WORDS, [*NUMBERS, *WORDS]]).flatmap(
        lambda texts: st.lists(st.sampled_from(texts), min_size=1, max_size=6)
    ),
    st.sampled_from([".", ","]),
    st.booleans(),
)
@example(["2024-01-31T12"], ".", False)
@example(["٣"], ".", False)
@example(["2024-01-31 12:00:01.1234567"], ".", False)
def test_cells_are_read_as_pyarrow_reads_them(texts, decimal, as_text):
    same(cells_in(texts, decimal, as_text), arrow.cells_in(pa.array(texts, pa.string()), decimal, as_text))


def layout(skip=1, encoding="utf-8"):
    return Layout("a.csv", encoding, ";", skip, ("a", "b"), ",", False, ())


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1,5;x\n\n2;y\n",
        'a;b\r\n"1,5";"x;\n""y"""\r\n2;z\r\n',
        "a;b\n1;x\n2\n3;y;z\n4;w\n",
        "a;b\n1;x\n3;4;5",
        "a;b\n1;x",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_rows_are_told_apart_as_pyarrow_tells_them(content, first):
    content = content if first else content.partition("\n")[2]
    for names in (["a", "b"], ["b"]):
        mine, unread = plain_cells(layout(), content.encode(), names, {"b": Texts}, first)
        theirs, kept_apart = arrow_cells(layout(), content.encode(), names, {"b": Texts}, first)
        assert unread == {row: text.rstrip("\r\n") for row, text in kept_apart.items()}
        assert mine.keys() == theirs.keys()
        for name in names if len(mine["b"][0]) else []:
            same(mine[name], theirs[name])


def test_other_encodings_are_decoded():
    cells, _ = plain_cells(layout(0, "gb18030"), "日内瓦;1,5\n".encode("gb18030"), ["a", "b"], {}, True)
    assert cells["a"].levels == ("日内瓦",)
    assert isinstance(cells["b"], Numbers)
