"""Rows in parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.data.frame import cells_of
from barreleye.data.split import parts_of, too_rare


@given(
    classes=st.lists(st.integers(0, 3), min_size=8, max_size=60),
    seed=st.integers(0, 5),
    validation=st.booleans(),
)
def test_each_row_is_in_one_part_and_each_class_is_trained_on(classes, seed, validation):
    classes = np.array(classes)
    parts = parts_of(len(classes), classes=classes, validation=validation, seed=seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(classes)))
    assert set(classes[parts.train]) == set(classes)
    assert all((np.diff(part) > 0).all() for part in parts)


def test_classes_keep_their_proportions():
    classes = np.repeat([0, 1], [800, 200])
    for part in parts_of(1000, classes=classes):
        assert classes[part].mean() == pytest.approx(0.2, abs=0.005)
    assert [len(part) for part in parts_of(1000, classes=classes)] == [640, 160, 200]


def test_a_seed_decides_and_another_decides_otherwise():
    assert (parts_of(50, seed=1).test == parts_of(50, seed=1).test).all()
    assert (parts_of(50, seed=1).test != parts_of(50, seed=2).test).any()


def test_a_class_too_rare_for_every_part_is_trained_on_and_told():
    classes = np.array([0] * 20 + [1] * 2)
    parts = parts_of(22, classes=classes)
    assert (classes[parts.train] == 1).any()
    lacks = "validation" if (classes[parts.test] == 1).any() else "test"
    assert too_rare(classes, ["common", "rare"], parts) == [f"class 'rare' has 2 rows: the {lacks} part has none of it"]


def test_by_time_the_latest_rows_are_held_out():
    days = np.datetime64("2020-01-01") + np.random.default_rng(0).permutation(50)
    parts = parts_of(50, by=cells_of(days))
    assert days[parts.train].max() < days[parts.validation].min()
    assert days[parts.validation].max() < days[parts.test].min()
    texts = cells_of([f"{int(str(day)[8:]):02d}/01/2020" for day in days[:20]])
    assert len(parts_of(20, by=texts).test) == 4


def test_no_group_is_on_both_sides():
    groups = cells_of([f"patient {i % 12}" for i in range(120)])
    parts = parts_of(120, by=groups, grouped=True)
    held = [set(groups.codes[part].tolist()) for part in parts]
    assert all(held)
    assert sum(map(len, held)) == len(set().union(*held))


def test_too_few_rows_and_groups_are_refused():
    with pytest.raises(ValueError, match="2 rows cannot spare any for test"):
        parts_of(2)
    with pytest.raises(ValueError, match="'who' holds 2 groups: 3 are needed at least"):
        parts_of(20, by=cells_of(["a", "b"] * 10), grouped=True, name="who")
    assert [len(part) for part in parts_of(30, by=cells_of(["a", "b", "c"] * 10), grouped=True)] == [10, 10, 10]
    with pytest.raises(ValueError, match="'who' holds 1 group: 2 are needed"):
        parts_of(20, by=cells_of(["a"] * 20), grouped=True, validation=False, name="who")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([None, *(f"{i}.5.2020" for i in range(1, 20))], "'day' has 1 missing cell: rows without a time"),
        (["?", *(f"{i}.5.2020" for i in range(1, 20))], "'day' has 1 missing cell"),
        ([np.nan] * 20, "'day' has 20 missing cells"),
        ([7.0] * 20, "'day' is the same in every row: none is later than another"),
        (["late", "early"] * 10, "'day' holds text"),
    ],
)
def test_a_column_that_puts_the_rows_in_no_order_is_named(cells, message):
    with pytest.raises(ValueError, match=message):
        parts_of(20, by=cells_of(cells), name="day")


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_another_share(share):
    parts = parts_of(1000, classes=np.arange(1000) % 4, test=False, share=share)
    assert [len(part) for part in parts] == [1000 - 1000 * share, 1000 * share, 0]
    assert np.bincount(parts.validation % 4).tolist() == [250 * share] * 4
