"""All columns as the rows that a network takes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.data.frame import frame_of
from barreleye.data.table import Table, fit, look, matching, robust_scale


@pytest.fixture
def rows():
    return frame_of(
        {
            "age": [20.0, 30.0, 40.0, None],
            "city": ["Oslo", "Turku", "Oslo", "Malmo"],
            "when": ["2020-01-01", "2020-03-01", "2020-02-01", "2020-05-01"],
            "same": ["x"] * 4,
        }
    )


@pytest.fixture
def table(rows):
    return fit(rows, look(rows))


def test_names_decide_and_order_and_further_columns_do_not(table):
    data = {"age": [25.0], "city": ["Turku"], "when": ["2020-02-02"], "same": ["x"]}
    right = table(data)
    turned = pd.DataFrame({"more": [1], "when": ["2020-02-02"], "city": ["Turku"], "age": [25.0]})
    np.testing.assert_array_equal(table(turned), right)
    np.testing.assert_array_equal(table([{name: column[0] for name, column in data.items()}]), right)
    with pytest.raises(ValueError, match="there is no column 'age', 'city', from which the model answers"):
        table(pd.DataFrame({"when": ["2020-02-02"]}))


def test_a_column_that_was_constant_has_no_say_and_may_be_left_out(table):
    data = {"age": [25.0], "city": ["Turku"], "when": ["2020-02-02"]}
    np.testing.assert_array_equal(table(data), table({**data, "same": ["y"]}))
    assert "same" not in table.inputs
    assert table.unfamiliar({**data, "same": ["y"]})["same"][:2] == (1, "y")


def test_a_cell_that_cannot_be_read_makes_its_row_nan_and_is_named(table):
    data = {"age": ["25", "old"], "city": ["Turku", "Oslo"], "when": ["2020-02-02", "2020-02-02"]}
    assert np.isnan(table(data)).any(axis=1).tolist() == [False, True]
    assert table.unread(data) == {1: "'age' holds 'old', where a number is needed"}


def test_the_scale_is_of_quartiles_and_then_of_the_range():
    X = np.column_stack([np.arange(8.0), [0, 0, 0, 0, 0, 0, 0, 4.0], np.full(8, 0.1)])
    centre, scale = robust_scale(X)
    np.testing.assert_allclose(centre, [3, 0, 0.1])
    np.testing.assert_allclose(scale, [1 / 4, 0.5, 0])


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1, max_size=20))
def test_a_row_of_weight_2_is_a_row_that_is_there_twice(rows):
    values, weights = np.array(rows, float).T
    once = robust_scale(values[:, None], weights)
    often = robust_scale(np.repeat(values, weights.astype(int))[:, None])
    np.testing.assert_array_equal(once, often)


def test_nothing_leaves_the_range_of_the_clip(table):
    X = table({"age": [1e300, -1e300], "city": ["?", "Oslo"], "when": ["1900-01-01", "2099-01-01"]})
    assert np.abs(X).max() <= 3


def test_marks_of_the_user_are_missing_here_and_later(rows):
    table = fit(rows, look(rows), ("30", "Turku"))
    X = table({"age": [30.0, None], "city": ["Turku", None], "when": ["2020-01-01"] * 2})
    np.testing.assert_array_equal(X[0], X[1])


def test_the_kind_may_be_named_and_a_date_with_its_format(rows):
    found = look(
        frame_of({"code": [1, 2, 1], "day": ["03/04/2020", "05/06/2020", "01/02/2020"]}),
        {"CODE": "category", "day": "date:%m/%d/%Y"},
    )
    assert (found["code"].kind, found["day"].how) == ("category", "%m/%d/%Y")
    with pytest.raises(ValueError, match="the kind of column 'city'='colour' is unknown"):
        look(rows, {"city": "colour"})
    with pytest.raises(ValueError, match="column 'city' is read as number, but holds 'Oslo', which is no number"):
        fit(rows, look(rows, {"city": "number"}))


def test_a_name_is_met_without_regard_to_case_where_one_alone_can_be_meant():
    assert matching("AGE", ["age", "city"]) == "age"
    assert matching("age", ["age", "AGE"]) == "age"
    with pytest.raises(ValueError, match=r"no column 'Age'"):
        matching("Age", ["age", "AGE"])
    with pytest.raises(ValueError, match=r"no column 'agee' \(did you mean 'age'\?\); the columns are 'age', 'city'"):
        matching("agee", ["age", "city"])


def test_without_a_column_to_learn_from_each_is_named():
    frame = frame_of({"id": list(range(20)), "same": ["x"] * 20})
    with pytest.raises(
        ValueError, match=r"no column is left.*'id' is identifier \(a counter of the rows\); 'same' is constant"
    ):
        fit(frame, look(frame))


def test_plain_numbers_are_taken_as_they_are_and_a_gap_cannot_be_read():
    plain = Table.plain(["b", "a"])
    assert (plain.is_plain, plain.inputs) == (True, ("b", "a"))
    rows = {"a": [1e9, -3.0, None], "b": ["0.5", "?", "2"], "c": [0, 0, 0]}
    np.testing.assert_array_equal(plain(rows), [[0.5, 1e9], [np.nan, -3.0], [2.0, np.nan]])
    assert plain.unread(rows) == {
        1: "'b' holds '?', where a number is needed",
        2: "'a' holds '', where a number is needed",
    }
