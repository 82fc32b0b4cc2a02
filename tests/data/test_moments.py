"""Dates and times in the ways that people write them."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.data.moments import formats, moment, moments, reading_of


@pytest.mark.parametrize(
    ("levels", "first"),
    [
        (["2020-01-31", "2020-02-01"], (2020, 1, 31)),
        (["31/01/2020", "01/02/2020"], (2020, 1, 31)),
        (["01/31/2020", "02/01/2020"], (2020, 1, 31)),
        (["31.1.2020", "1.2.2020"], (2020, 1, 31)),
        (["31 January 2020", "1 February 2020"], (2020, 1, 31)),
        (["Jan 31, 2020", "Feb 01, 2020"], (2020, 1, 31)),
        (["31-Jan-20", "01-Feb-20"], (2020, 1, 31)),
        (["2020年1月31日", "2020年2月1日"], (2020, 1, 31)),
        (["2020-01", "2020-02"], (2020, 1, 1)),
        (["20200131", "20200201"], (2020, 1, 31)),
        (["31/01/2020 13:45", "01/02/2020 00:00"], (2020, 1, 31, 13, 45)),
        (["2020-01-31T13:45:10Z", "2020-02-01T00:00:00Z"], (2020, 1, 31, 13, 45, 10)),
        (["2020-01-31T13:45:10+02:00", "2020-02-01T00:00:00+02:00"], (2020, 1, 31, 11, 45, 10)),
        (["01/31/2020 1:45 PM", "02/01/2020 12:00 AM"], (2020, 1, 31, 13, 45)),
        (["2020-01-31 13:45:10 UTC", "2020-02-01 00:00:00 UTC"], (2020, 1, 31, 13, 45, 10)),
        (["18.00.00", "19.30.00"], (1900, 1, 1, 18)),
        (["18.01.20", "19.12.21"], (2020, 1, 18)),
    ],
)
def test_moments_in_many_dresses(levels, first):
    reading = reading_of(levels)
    assert moment(levels[0], reading.format) == dt.datetime(*first)
    assert reading.remark == ""


def test_an_order_of_day_and_month_that_only_the_rows_tell_is_said():
    days = ["01/05/2020", "02/03/2020", "03/04/2020", "04/01/2020"]
    assert reading_of(days)[:2] == ("%m/%d/%Y", "'01/05/2020' is read month before day: so the rows run on in time")
    assert "could be day or month first" in reading_of(["03/04/2020", "01/02/2021", "05/01/2020"]).remark


@pytest.mark.parametrize(
    "levels", [["red"], ["A/5 21171", "PC 17599"], ["1.5", "2.25"], ["12345678", "99999999"], ["2020"], []]
)
def test_names_and_numbers_are_no_dates(levels):
    assert reading_of(levels) is None


def test_a_text_that_is_no_such_date_is_none():
    assert np.isnat(moments(["2020-02-30"], "%Y-%m-%d")).all()


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0)))
def test_what_a_format_writes_it_reads(when):
    for form in formats()[:60:7]:
        written = when.strftime(form)
        assert moment(written, form).strftime(form) == written


@pytest.mark.parametrize("place", [0, 1, 39])
def test_a_few_odd_texts_do_not_hide_the_dates(place):
    days = [f"{1 + i % 28:02d}/{1 + i % 12:02d}/2020" for i in range(40)]
    days[place] = "unknown"
    days[20] = "31/02/2020"
    reading = reading_of(days)
    assert (reading.format, set(reading.odd)) == ("%d/%m/%Y", {"unknown", "31/02/2020"})
    assert reading_of(days[:20] + ["later"] * 3 + ["soon"]) is None
