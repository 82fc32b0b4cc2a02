"""One encoder for each kind of column: which column is of which kind, and the numbers that are made of it."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

import barreleye
from barreleye.data import encoders
from barreleye.data.encoders import KINDS, Category, Constant, Date, Number, Text, Truth
from barreleye.data.frame import Frame, cells_of, frame_of, take
from barreleye.data.free_text import grams_of
from barreleye.data.names import NUMBERED
from barreleye.data.quantities import parts_of
from barreleye.data.table import Found, fit, look


def kind_of(values, name="column"):
    return look(frame_of({name: values}))[name].kind


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1.5, 2.5, None], "number"),
        (["1,200", "3"], "number"),
        (["5%", "7%"], "number"),
        (["red", "green", "red"], "category"),
        (["NA", "Gd", "NA"], "category"),
        (["yes", "no", None], "truth"),
        (["TRUE", "FALSE", "?"], "truth"),
        ([True, False], "truth"),
        ([0, 1, 1], "truth"),
        (["是", "否"], "truth"),
        (["2020-01-01", "2020-01-02"], "date"),
        ([20200101, 20200102, 20200103], "date"),
        ([7, 7, 7], "constant"),
        ([None, None], "constant"),
        (list(range(1, 30)), "identifier"),
        ([i for i in range(60) if i % 7], "identifier"),
        (list(range(1990, 2020)), "number"),
        ([f"P{i:03d}x{i * 7 % 13}" for i in range(30)], "identifier"),
        ([f"the {i} quick foxes number {i * i}" for i in range(60)], "text"),
        ([f"street {i % 50}" for i in range(300)], "text"),
        ([f"{i % 12}th" for i in range(300)], "category"),
        ([3, 1, 2] * 10, "number"),
    ],
)
def test_the_kind_of_a_column(values, kind):
    assert kind_of(values) == kind


def test_numbers_that_are_called_an_identifier_and_differ_in_every_row_are_one():
    rows = [17, 3, 99, 4, 12, 55, 23, 8, 61, 42]
    assert kind_of(rows, "customer_id") == "identifier"
    assert kind_of(rows, "price") == "number"


def test_a_missing_number_is_the_median_and_told_by_an_indicator():
    encoder = Number.fit(cells_of([1.0, None, 3.0, 5.0]))
    assert encoder.parts == ("", "missing")
    assert encoder(cells_of([None, 7.0])).tolist() == [[3.0, 1.0], [7.0, 0.0]]
    assert Number.fit(cells_of([1.0, 3.0]))(cells_of([None])).tolist() == [[2.0]]


def test_a_cell_that_cannot_be_read_is_nan_and_a_missing_mark_is_not():
    encoder = Number.fit(cells_of(["$1,000", "$3,000"]))
    assert np.isnan(encoder(cells_of(["$2,000", "soon", "?"]))[:, 0]).tolist() == [False, True, False]
    dates = Date.fit(cells_of(["2020-01-01", "2021-06-01"]), "%Y-%m-%d")
    assert np.isnan(dates(cells_of(["2020-05-05", "soon", ""])))[:, 0].tolist() == [False, True, False]


def test_two_names_are_one_column_and_more_are_one_each():
    two = Category.fit(cells_of(["a", "b", "a"]))
    assert two(cells_of(["a", "b", None, "c"])).ravel().tolist() == [-1, 1, 0, 0]
    three = Category.fit(cells_of(["a", "b", "c", None]))
    assert three.parts == ("is a", "is b", "is c", "missing")
    assert three(cells_of(["b", None, "d"])).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert three.unfamiliar(cells_of(["b", "d", None])) == ["d"]


def test_rarer_names_go_together_with_those_never_seen():
    values = [f"n{i}" for i in range(12) for _ in range(20 - i)]
    encoder = Category.fit(cells_of(values))
    assert len(encoder.levels) == 9
    assert encoder.parts[-1] == "is another"
    assert encoder(cells_of(["n11", "never"]))[:, -1].tolist() == [1, 1]


@pytest.mark.parametrize(("levels", "gaps", "numbered"), [(9, 0, False), (8, 1, False), (9, 1, True), (10, 0, True)])
def test_levels_are_numbered_where_they_are_more_than_nine_gaps_among_them(levels, gaps, numbered):
    cells = cells_of([f"n{i}" for i in range(levels)] * 2 + [None] * gaps)
    encoder = Category.fit(cells, NUMBERED)
    assert encoder.numbered == numbered
    assert (encoder.rows, len(encoder.parts)) == ((levels + 1, 1) if numbered else (None, levels + gaps))
    assert not any(encoder.measured)
    assert not Category.fit(cells).numbered


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("abcdefghijklmno"), min_size=1, max_size=40), st.randoms())
def test_numbered_levels_count_from_1_in_order_and_0_is_none_of_them(asked, random):
    known = list("bcdefghijklm")
    random.shuffle(known)
    encoder = Category.fit(cells_of([*known, "?", "b"]), NUMBERED)
    expected = [0 if level in "ano" else "abcdefghijklm".index(level) for level in asked]
    assert encoder(cells_of([*asked, None, "?", ""])).ravel().tolist() == [*expected, 0, 0, 0]
    assert encoder.unfamiliar(cells_of([*asked, None, "?"])) == list(
        dict.fromkeys(level for level in asked if level in "ano")
    )


def test_numbered_levels_that_are_numbers_are_known_in_every_writing():
    encoder = Category.fit(cells_of(list(range(1, 13))), NUMBERED)
    place = {level: i for i, level in enumerate(sorted(map(str, range(1, 13))), start=1)}
    assert encoder(cells_of(["1.0", "02", "12", "13"])).ravel().tolist() == [place["1"], place["2"], place["12"], 0]


def test_numbered_levels_pass_the_scale_as_they_are():
    frame = frame_of({"n": [0.0, 5.0, 9.0] * 8, "town": [f"town {i % 12:02d}" for i in range(24)]})
    table = fit(frame, look(frame), numbered=True)
    assert table.names == ("n", "town level")
    np.testing.assert_array_equal(table(frame)[:, 1], np.arange(24) % 12 + 1)
    np.testing.assert_array_equal(table(frame, np.float32)[:, 1], np.arange(24) % 12 + 1)


def test_names_that_are_numbers_are_known_in_every_writing():
    encoder = Category.fit(cells_of([1, 2, 3]))
    assert encoder(cells_of(["1.0", "02", "3"])).tolist() == np.eye(3).tolist()


def test_truth_in_any_spelling_is_plus_and_minus_one():
    encoder = Truth.fit(cells_of(["yes", "no"]))
    assert encoder(cells_of(["YES", "n", None, "?", "false"])).ravel().tolist() == [1, -1, 0, 0, -1]
    assert np.isnan(encoder(cells_of(["perhaps"]))).all()


def test_a_date_goes_round_in_month_weekday_and_hour_as_far_as_they_vary():
    days = cells_of([np.datetime64("2020-01-01"), np.datetime64("2020-01-08"), np.datetime64("2020-07-01")])
    encoder = Date.fit(days)
    assert encoder.parts == ("days", "month sin", "month cos")
    assert encoder(days)[:, 0].tolist() == [0, 7, 182]
    hours = cells_of([np.datetime64("2020-01-01T00:00"), np.datetime64("2020-01-01T06:00")])
    made = Date.fit(hours)
    assert made(hours)[1, [made.parts.index("hour sin"), made.parts.index("hour cos")]] == pytest.approx([1, 0])


def test_a_time_alone_is_an_hour_and_no_month():
    times = cells_of(["18:00", "06:30", "23:59"])
    assert Date.fit(times, "%H:%M").parts == ("days", "hour sin", "hour cos")


def test_a_constant_has_no_say_and_what_differs_is_told():
    encoder = Constant.fit(cells_of([7, 7]))
    assert encoder(cells_of([8, 9])).shape == (2, 0)
    assert encoder.unfamiliar(cells_of([7, 8])) == ["8"]


def test_free_text_is_scikit_learns_tf_idf_seen_from_its_main_directions():
    rows = [
        f"{a} {b} in {c}" for a in ("red", "blue", "old") for b in ("house", "boat", "car") for c in ("Oslo", "Turku")
    ]
    encoder = Text.fit(cells_of(rows))
    oracle = TfidfVectorizer(analyzer=grams_of).fit(rows)
    weights = oracle.transform([*rows, "green boat"]).toarray()
    np.testing.assert_allclose(encoder(cells_of([*rows, "green boat"])), weights @ encoder.directions, atol=1e-12)
    assert encoder(cells_of(["", None, "zzz"])).tolist() == [[0.0] * len(encoder.parts)] * 3


def test_the_letters_of_words_are_scikit_learns_char_wb():
    for text in ("An old, red house", "x", "Ünïcode  spaces\tand more"):
        oracle = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4)).build_analyzer()
        assert sorted(grams_of(text)) == sorted(oracle(text))


def test_a_new_kind_is_entered_in_one_place():
    """Each class of a kind is named once in the whole source, beside its own definition: in KINDS."""
    source = {
        path: path.read_text(encoding="utf-8") for path in Path(barreleye.__file__).parent.joinpath("data").glob("*.py")
    }
    module = ast.parse(source[Path(inspect.getfile(encoders))])
    table = next(node for node in module.body if isinstance(node, ast.AnnAssign) and node.target.id == "KINDS")
    assert {node.id for node in ast.walk(table.value) if isinstance(node, ast.Name)} >= {
        kind.__name__ for kind in KINDS.values()
    }
    assert all(kind.kind == name for name, kind in KINDS.items())


def test_what_is_read_as_missing_is_known_from_all_rows_and_not_from_those_of_the_training():
    numbers = cells_of([*map(str, range(40)), "abc"])
    why = Number.suits(numbers, "a")
    assert why.why == "numbers; 'abc' read as missing"
    encoder = Number.fit(take(numbers, slice(0, 40)), why.how)
    assert encoder(cells_of(["abc", "7"])).tolist() == [[encoder.median], [7.0]]
    days = cells_of([f"{1 + i % 28}.5.20{10 + i // 4}" for i in range(40)] + ["soon"])
    date = Date.fit(take(days, slice(0, 40)), Date.suits(days, "day").how)
    assert not np.isnan(date(cells_of(["soon"]))).any()
    assert np.isnan(date(cells_of(["never"]))).all()


def test_moments_that_a_file_or_frame_knew_are_known_when_they_are_written():
    date = Date.fit(cells_of(np.array(["2020-01-01", "2021-05-03"], "datetime64[D]")))
    written = date(cells_of(["2021-05-03", "04/03/2021"]))
    np.testing.assert_array_equal(written[0], date(cells_of(np.array(["2021-05-03"], "datetime64[D]")))[0])
    assert np.isnan(written[1]).all()


def test_infinity_lies_beyond_all_others():
    cells = cells_of([1.0, 2.0, 3.0, np.inf, -np.inf] * 4)
    assert Number.suits(cells, "a").why == "numbers; 8 infinite, read as far beyond the others"
    table = fit(Frame({"a": cells}, 20), {"a": Found("number", "")})
    assert table({"a": [np.inf, -np.inf, 2.0]})[:, 0] == pytest.approx([3, -3, 0])


@given(st.datetimes())
def test_the_parts_of_a_moment_are_the_calendars(moment):
    when = np.datetime64(moment, "us")
    day, year = when.astype("datetime64[D]"), when.astype("datetime64[Y]")
    found = {name: float(value) for name, value in parts_of(np.float64(when.astype(int) / 86_400_000_000)).items()}
    if day + 1 > when + np.timedelta64(1, "s"):  # a number of days far from 1970 rounds what is nearer
        assert found["year"] == moment.year
        assert found["month"] == pytest.approx(float((day - year.astype("datetime64[D]")).astype(int)) / 365.25)
        assert found["weekday"] * 7 == pytest.approx(moment.weekday())
        assert found["hour"] * 24 == pytest.approx((when - day) / np.timedelta64(1, "h"), abs=1e-4)
