"""Whatever a user has becomes a frame: arrays, lists, dictionaries, and frames of three libraries."""

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from barreleye.data.frame import Numbers, Texts, Times, as_texts, cells_of, frame_of, missing, take

COLUMNS = {
    "n": [1.5, None, 3.0],
    "w": [1, 2, 3],
    "t": ["x", None, "x"],
    "b": [True, False, None],
    "d": [dt.datetime(2020, 1, 2, 3, 4), None, dt.datetime(2021, 1, 1)],
}


@pytest.mark.parametrize(
    "made",
    [
        lambda: COLUMNS,
        lambda: [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
        lambda: pd.DataFrame(COLUMNS),
        lambda: pd.DataFrame(
            {**COLUMNS, "w": pd.array([1, 2, 3], "Int64"), "b": pd.array([True, False, None], "boolean")}
        ),
        lambda: pl.DataFrame(COLUMNS),
        lambda: pl.LazyFrame(COLUMNS),
        lambda: pa.table(COLUMNS),
    ],
    ids=["columns", "rows", "pandas", "nullable", "polars", "lazy", "arrow"],
)
def test_every_kind_of_table_is_the_same_frame(made):
    frame = frame_of(made())
    assert (frame.names, frame.m) == (tuple(COLUMNS), 3)
    np.testing.assert_array_equal(frame["n"].values, [1.5, np.nan, 3])
    np.testing.assert_array_equal(frame["w"].values, [1, 2, 3])
    assert [None if c < 0 else frame["t"].levels[c] for c in frame["t"].codes] == ["x", None, "x"]
    np.testing.assert_array_equal(frame["b"].values, [1, 0, np.nan])
    assert frame["b"].truth
    assert isinstance(frame["d"], Times)
    assert frame["d"].values[0] == np.datetime64("2020-01-02T03:04")
    assert missing(frame["d"]).tolist() == [False, True, False]


def test_arrays_and_lists_take_the_names_that_are_expected():
    assert frame_of(np.zeros((2, 2)), ("a", "b")).names == ("a", "b")
    assert frame_of([[1, "x"], [2, "y"]]).names == ("x1", "x2")
    assert isinstance(frame_of([[1, "x"], [2, "y"]])["x2"], Texts)
    with pytest.raises(ValueError, match="the rows have 3 columns, where 2 are expected: 'a', 'b'"):
        frame_of(np.zeros((2, 3)), ("a", "b"))


def test_one_row_may_be_a_dictionary():
    frame = frame_of({"a": 1, "b": "x"})
    assert (frame.m, frame["b"].levels) == (1, ("x",))


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (np.zeros(3), TypeError, r"this has shape \(3,\); for one row pass"),
        ({"a": [1, 2], "b": [1]}, ValueError, "'b' has 1 cells and 'a' 2"),
        ({"a": [1j]}, TypeError, "'a' holds '1j'"),
        ({"a": [[1], [2, 3]]}, TypeError, r"'a' holds '\[1\]'"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data, error, message):
    with pytest.raises(error, match=message):
        frame_of(data)


def test_cells_that_hold_nothing_in_any_library_are_missing():
    for nothing in (None, np.nan, pd.NA, pd.NaT, float("nan")):
        assert missing(cells_of(["x", nothing])).tolist() == [False, True]
    assert missing(cells_of(np.ma.array([1.0, 2.0], mask=[False, True]))).tolist() == [False, True]


def test_decimals_are_numbers_and_times_with_a_zone_are_in_utc():
    assert cells_of([decimal.Decimal("1.5"), None]).values[0] == 1.5
    zone = dt.timezone(dt.timedelta(hours=2))
    assert cells_of([dt.datetime(2020, 1, 1, 2, tzinfo=zone)]).values[0] == np.datetime64("2020-01-01T00:00")
    assert cells_of([dt.date(2020, 1, 1)]).values[0] == np.datetime64("2020-01-01")


def test_rows_are_taken_and_levels_without_rows_go():
    part = take(cells_of(["a", "b", None, "c"]), [3, 2, 0])
    assert sorted(part.levels) == ["a", "c"]
    assert [None if c < 0 else part.levels[c] for c in part.codes] == ["c", None, "a"]


def test_numbers_as_texts_are_written_as_people_write_them():
    assert as_texts(Numbers(np.array([4.0, 0.1, 1e20, -3.0]))).levels == ("-3", "0.1", "4", "1e+20")


def test_how_long_something_took_is_seconds_and_a_time_of_day_is_written():
    took = [dt.timedelta(minutes=1), None, dt.timedelta(days=1)]
    for data in ({"d": took}, pd.DataFrame({"d": took}), pl.DataFrame({"d": took})):
        np.testing.assert_array_equal(frame_of(data)["d"].values, [60.0, np.nan, 86400.0])
    assert frame_of({"t": [dt.time(9, 30)]})["t"].levels == ("09:30:00",)
