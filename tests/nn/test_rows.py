"""Rows from a user: every container becomes the same array and names, every fault is named by column, row and cell."""

import datetime
import decimal
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.rows import check_features, listed, named, numbers, refuse_beyond, refuse_missing

NAMES = ("age", "height")
VALUES = np.array([[30.0, 1.5], [40.0, 1.75], [50.0, 2.0]])
COLUMNS = {"age": [30.0, 40.0, 50.0], "height": [1.5, 1.75, 2.0]}


class Arrow:
    """A table with pyarrow's names: ``columns`` holds the data and ``column_names`` their names."""

    column_names = ("height", "age", "id")
    columns = (COLUMNS["height"], COLUMNS["age"], [7, 8, 9])

    def __getitem__(self, name):
        return self.columns[self.column_names.index(name)]


structured = np.array([(7, 1.5, 30), (8, 1.75, 40), (9, 2.0, 50)], [("id", int), ("height", float), ("age", float)])

HOLDERS = {
    "pandas": pd.DataFrame(COLUMNS | {"id": [7, 8, 9]})[["id", "height", "age"]],
    "pandas, nullable": pd.DataFrame(COLUMNS | {"name": ["x", None, "y"]}).convert_dtypes()[["name", "height", "age"]],
    "polars": pl.DataFrame(COLUMNS | {"name": ["x", None, "y"]}).select("name", "height", "age"),
    "arrow": Arrow(),
    "structured": structured,
    "dictionary": {"name": "xyz", **dict(reversed(COLUMNS.items()))},
    "dictionaries": [{"height": h, "id": None, "age": a} for a, h in VALUES],
}


@pytest.mark.parametrize("X", HOLDERS.values(), ids=HOLDERS)
def test_names_pick_and_order_the_columns_whatever_holds_them(X):
    found, names = named("X", X, NAMES)
    np.testing.assert_array_equal(found, VALUES)
    assert names == NAMES


PLAIN = {
    "array": VALUES,
    "list": VALUES.tolist(),
    "objects": VALUES.astype(object),
    "numbers of other kinds": [[30, decimal.Decimal("1.5")], [np.float32(40), Fraction(7, 4)], [50, True + 1]],
    "numbers as text": VALUES.astype(str),
    "masked, no cell": np.ma.masked_greater(VALUES, 99),
    "sparse": scipy.sparse.csr_array(VALUES),
    "frame without names": pd.DataFrame(VALUES),
}


@pytest.mark.parametrize("X", PLAIN.values(), ids=PLAIN)
def test_without_names_columns_are_taken_by_position(X):
    found, names = named("X", X, NAMES)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, VALUES)
    assert names == NAMES
    assert named("X", X)[1] == ()


def test_one_dictionary_of_numbers_is_one_row():
    assert named("X", {"height": 1.5, "age": 30}, NAMES)[0].tolist() == [[30, 1.5]]


def test_spaces_in_a_name_do_not_matter():
    assert named("X", {" height  of man ": [2]}, ["height of man"])[0].tolist() == [[2]]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 5))
def test_any_order_and_any_extra_columns_give_the_same_rows(order, extra):
    X = np.arange(15.0).reshape(3, 5)
    names = [f"x{i}" for i in range(5)]
    frame = pd.DataFrame(X, columns=names)[[names[i] for i in order]]
    frame.insert(extra, "other", ["p", None, "q"])
    np.testing.assert_array_equal(named("X", frame, names)[0], X)


def test_a_float32_frame_stays_so_and_an_array_is_no_copy():
    assert named("X", pd.DataFrame(VALUES.astype(np.float32), columns=NAMES))[0].dtype == np.float32
    assert named("X", VALUES)[0] is VALUES


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ({"age": [1]}, "X lacks the column 'height', and has 'age': name its columns as the network's were named"),
        ([{"a": 1}], "X lacks the columns 'age', 'height', and has 'a'"),
        ([{"age": 1, "height": 2}, {"age": 1}], "X has no 'height' in row 1"),
        (pd.DataFrame([[1, 2, 3]], columns=["age", "height", "age"]), "X has 2 columns called 'age': rename"),
        ({"age": [1, 2], "height": [1]}, r"X has columns of different lengths, {'age': 2, 'height': 1}"),
        ([[1, 2], [3]], "X is not a table of numbers"),
    ],
)
def test_columns_that_cannot_be_found_are_named(X, message):
    with pytest.raises(ValueError, match=message):
        named("X", X, NAMES)


def test_a_frame_of_its_own_names_may_not_repeat_one():
    with pytest.raises(ValueError, match="X has 2 columns called 'age'"):
        named("X", pd.DataFrame([[1, 2]], columns=["age", "age"]))


CELLS = [
    (None, ValueError, "X has None in {}, first in row 2: remove or fill in missing values first"),
    (pd.NA, ValueError, "X has <NA> in {}, first in row 2"),
    (pd.NaT, ValueError, "X has NaT in {}, first in row 2"),
    ("red", ValueError, "X holds text in {}, first 'red' in row 2: encode it first"),
    (b"red", ValueError, "X holds text in {}, first b'red' in row 2"),
    (np.datetime64("2020-01-31"), ValueError, "X holds dates or times in {}, first 2020-01-31 in row 2: make numbers"),
    (pd.Timestamp("2020-01-31"), ValueError, "X holds dates or times in {}, first 2020-01-31 00:00:00 in row 2"),
    (datetime.date(2020, 1, 31), ValueError, "X holds dates or times in {}, first 2020-01-31 in row 2"),
    (np.timedelta64(3, "D"), ValueError, "X holds dates or times in {}, first 3 days in row 2"),
    (1 + 2j, ValueError, r"X holds complex numbers in {}, first \(1\+2j\) in row 2: pass real ones"),
    (10**400, ValueError, "X holds numbers too large for a float in {}, first 1000.* in row 2: standardise"),
    ({}, TypeError, r"X holds something that is not a number in {}, first {{}} in row 2: encode it first \(.*'dict'\)"),
    (np.zeros(2), TypeError, "X holds something that is not a number in {}, first array"),
]


@pytest.mark.parametrize(("cell", "error", "message"), CELLS, ids=[str(cell)[:12] for cell, *_ in CELLS])
def test_a_cell_that_is_no_number_is_shown_with_its_column_and_row(cell, error, message):
    X = np.arange(8).reshape(4, 2).astype(object)
    X[2, 1] = cell
    with pytest.raises(error, match=message.format("column 1")):
        named("X", X)
    with pytest.raises(error, match=message.format("column 'height'")):
        named("X", X, NAMES)
    with pytest.raises(error, match=message.format("column 'height'")):
        named("X", pd.DataFrame(X, columns=NAMES)[["height", "age"]])
    if not isinstance(cell, complex | np.ndarray | np.timedelta64):  # a list of these is no array of objects
        with pytest.raises(error, match=message.format("column 'height'")):
            named("X", [dict(zip(NAMES, row, strict=True)) for row in X])


@pytest.mark.parametrize("kind", ["M8[D]", "m8[s]", complex, "U3", "S3"])
def test_an_array_of_another_kind_is_shown_by_its_first_cell(kind):
    with pytest.raises(ValueError, match=r"X holds .* in column 0, first .* in row 0"):
        named("X", np.full((2, 2), "red" if kind in ("U3", "S3") else 3).astype(kind))


def test_the_first_column_goes_before_the_first_row():
    with pytest.raises(ValueError, match="X has None in column 0, first in row 1"):
        named("X", [[1, None], [None, 2]])


def test_a_masked_cell_is_a_missing_one():
    masked = np.ma.array(VALUES, mask=VALUES == 1.75)
    with pytest.raises(ValueError, match="X has a masked cell in column 'height', first in row 1: remove or fill in"):
        named("X", masked, NAMES)
    with pytest.raises(ValueError, match="y has a masked cell, first in row 1"):
        numbers("y", masked[:, 1], float)
    with pytest.raises(ValueError, match="X has a masked cell in column 'height', first in row 1"):
        named("X", {"age": VALUES[:, 0], "height": masked[:, 1]})


@pytest.mark.parametrize(
    "y",
    [
        ["a", None, "b"],
        ["a", float("nan"), "b"],
        [0, float("inf"), 1],
        np.array([0, np.nan, 1]),
        np.array(["2020-01-01", "NaT"], "M8[D]"),
        pd.Series(["a", None, "b"], dtype="string"),
        pd.Series(["a", None, "b"], dtype="category"),
        pd.Series([0, None, 1], dtype="Int64"),
        pd.Series([True, None, False], dtype="boolean"),
        pl.Series(["a", None, "b"]),
        np.ma.masked_equal([0, 1, 2], 1),
    ],
)
def test_a_missing_label_is_told_with_its_row(y):
    with pytest.raises(ValueError, match=r"y has (NaN|None|NaT|<NA>|infinity|a masked cell), first in row 1: "):
        refuse_missing("y", y)


@pytest.mark.parametrize(
    "y", [["a", "b"], ["nan", "b"], [0, 1], [True, False], [["a"], ["b"]], np.array([1, 2], "M8[D]")]
)
def test_labels_that_are_there_pass(y):
    refuse_missing("y", y)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.int8, np.uint8, bool])
def test_what_is_within_the_limit_passes_in_every_dtype(dtype):
    X = np.array([[1, 0], [0, 1]], dtype)
    refuse_beyond("X", X, 1.0)
    refuse_beyond("X", X[:0], 1.0)
    if dtype is not bool:
        X[1, 1] = 2
        with pytest.raises(ValueError, match=r"X reaches 2.0e\+00 in column 1, first in row 1, too much"):
            refuse_beyond("X", X, 1.0, ", too much")


def test_infinity_is_beyond_every_limit():
    with pytest.raises(ValueError, match="X has infinity in column 1, first in row 0: remove or clip it first"):
        refuse_beyond("X", np.array([[1, -np.inf]]), np.inf)


def test_any_width_is_taken_where_none_is_asked_for():
    assert check_features(VALUES, None, float).shape == (3, 2)
    with pytest.raises(ValueError, match=r"X has 2 columns where the network has n\[0\] = 4 inputs"):
        check_features(VALUES, 4, float)


def test_a_long_list_of_names_is_cut():
    assert listed(range(30), 3) == "0, 1, 2 and 27 more"


def test_no_library_of_frames_is_imported_for_rows():
    code = (
        "import sys; from barreleye.nn.rows import named; named('X', [{'a': 1}]); named('X', {'a': [1]}, ['a']);"
        "print([name for name in ('pandas', 'polars', 'narwhals', 'pyarrow', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
