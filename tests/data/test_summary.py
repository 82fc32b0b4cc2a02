"""What a column holds, in a few numbers."""

import numpy as np
import pytest

from barreleye.data import table as columns
from barreleye.data.frame import frame_of
from barreleye.data.summary import Summary, summary


def summary_of(cells, **kinds):
    frame = frame_of({"c": cells})
    found = columns.look(frame, kinds)
    encoder = columns.KINDS[found["c"].kind].fit(frame["c"], found["c"].how)
    return found["c"].kind, summary(frame["c"], encoder)


def test_numbers_however_they_are_written():
    kind, found = summary_of(["CHF 1,000", "CHF 3,000", "?", "CHF 2,500", "", "CHF 1,000"])
    assert kind == "number"
    assert found[:5] == (pytest.approx(1 / 3), 3, 1000, 1000, 3000)
    assert sum(found.bars) == 4
    assert (found.bars[0], found.bars[12], found.bars[15]) == (2, 1, 1)


def test_days_are_written_as_people_write_them():
    days = [f"{1 + i % 28:02d}.{1 + i % 12:02d}.2020" for i in range(84)]
    kind, found = summary_of([*days, ""])
    assert kind == "date"
    assert (found.low, found.high) == ("2020-01-01", "2020-12-28")
    assert found.missing == pytest.approx(1 / 85)
    assert sum(found.bars) == 84


def test_names_and_their_rows_without_the_marks():
    kind, found = summary_of(["Oslo", "?", "Turku", "Oslo", None, "Zug", "Zug", "Zug"])
    assert kind == "category"
    assert found == Summary(0.25, 3, common=(("Zug", 3), ("Oslo", 2), ("Turku", 1)))


def test_of_texts_and_identifiers_nothing_is_kept_but_how_many():
    texts = [f"a text of some length, number {i % 90}, and more of it {i % 7}" for i in range(300)]
    kind, found = summary_of(texts)
    assert kind == "text"
    assert found == Summary(0, len(set(texts)))
    kind, found = summary_of([f"id-{i}x{i}" for i in range(100)])
    assert (kind, found) == ("identifier", Summary(0, 100))


@pytest.mark.parametrize(
    "values", [[np.inf, 1.0, 2.0, -np.inf], [1e308, -1e308, 0.0], [5.0, 5.0, np.nan], [np.nan, np.nan, 1.0]]
)
def test_extreme_numbers_have_a_summary(values):
    frame = frame_of({"c": values})
    found = summary(frame["c"], columns.KINDS["number"].fit(frame["c"]))
    finite = [value for value in values if np.isfinite(value)]
    assert (found.low, found.high) == (min(finite), max(finite))
    assert sum(found.bars) == len(finite)
    assert found.missing == pytest.approx(np.isnan(values).mean())
