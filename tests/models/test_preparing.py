"""A frame made ready for training."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare

RNG = np.random.default_rng(0)


def rows(m=60, **more):
    a = RNG.normal(size=m)
    return frame_of({"a": a, "b": RNG.normal(size=m), "y": [["no", "yes"][i % 3 == 0] for i in range(m)], **more})


def test_rows_without_a_target_are_left_aside_and_counted():
    frame = frame_of({"a": RNG.normal(size=40), "y": ["x", "y", None, "?"] * 10})
    ready = prepare(frame, ["y"])
    assert ready.frame.m == 20
    assert "left out 20 rows without a value of 'y'" in ready.notes


def test_rows_keep_the_numbers_that_they_came_with():
    y, there = np.arange(12.0), np.array([1, 1, 0] * 4)
    frame = frame_of({"a": RNG.normal(size=12), "w": there * 1.0, "y": np.where(np.arange(12) == 4, np.nan, y)})
    ready = prepare(frame, ["y"], weight="w")
    assert ready.numbers.tolist() == [1, 2, 4, 7, 8, 10, 11]
    np.testing.assert_array_equal(ready.frame["y"].values, y[ready.numbers - 1])
    test = frame_of({"a": RNG.normal(size=5), "w": np.ones(5), "y": [np.nan, 7.0, 8, np.nan, 9]})
    ready = prepare(frame, ["y"], weight="w", test=test)
    assert ready.numbers[ready.parts.test].tolist() == [2, 3, 5]


def test_a_cell_of_the_other_table_that_cannot_be_read_is_named_by_its_own_row():
    test = frame_of({"a": ["1", *(f"many {i}" for i in range(20))], "y": [1.0, None, *RNG.normal(size=19)]})
    here = frame_of({"a": [str(i) for i in range(20)], "y": RNG.normal(size=20)})
    with pytest.raises(ValueError, match="row 3 of the table to test on: 'a' holds 'many 1', where a number is needed"):
        prepare(here, ["y"], test=test, kinds={"a": "number"})


def test_quantiles_are_for_numbers():
    ready = prepare(rows(z=RNG.normal(size=60)), ["z"], quantiles=(0.1, 0.5, 0.9))
    assert ready.Y.shape == (60, 3)
    assert ready.targets.head == "quantiles"
    with pytest.raises(ValueError, match=r"quantiles=\(0.1, 0.5\) are for numbers, but the targets are classes"):
        prepare(rows(), ["y"], quantiles=(0.1, 0.5))
    with pytest.raises(ValueError, match=r"lack 0.5, which is the answer"):
        prepare(rows(z=RNG.normal(size=60)), ["z"], quantiles=(0.1, 0.9))


def test_encoders_see_the_training_rows_alone():
    frame = rows()
    ready = prepare(frame, ["y"])
    far = frame["a"].values.copy()
    far[np.concatenate(ready.parts[1:])] += 1000
    again = prepare(
        frame_of({"a": far, "b": frame["b"].values, "y": [frame["y"].levels[c] for c in frame["y"].codes]}), ["y"]
    )
    np.testing.assert_array_equal(again.table.centre, ready.table.centre)
    np.testing.assert_array_equal(again.table.scale, ready.table.scale)


def test_numbers_to_predict_are_standardised_by_the_training_rows():
    ready = prepare(rows(z=RNG.normal(5, 2, 60)), ["z"])
    np.testing.assert_allclose(ready.Y[ready.parts.train].mean(), 0, atol=1e-12)
    np.testing.assert_allclose(ready.Y[ready.parts.train].std(), 1)


def test_balanced_weights_are_scikit_learns_over_the_training_rows():
    frame = rows()
    ready = prepare(frame, ["y"], balanced=True)
    train = ready.parts.train
    labels = [frame["y"].levels[code] for code in frame["y"].codes[train]]
    np.testing.assert_allclose(ready.weights[train], compute_sample_weight("balanced", labels))
    both = rows(z=["u", "u", "u", "w"] * 15)
    ready = prepare(both, ["y", "z"], balanced=True)
    columns = [[both[n].levels[code] for code in both[n].codes[ready.parts.train]] for n in ("y", "z")]
    expected = compute_sample_weight("balanced", np.transpose(columns))
    np.testing.assert_allclose(ready.weights[ready.parts.train], expected)


def test_a_column_of_weights_weighs_and_is_not_learnt_from():
    ready = prepare(rows(w=np.linspace(0, 2, 60)), ["y"], weight="W")
    assert "w" not in ready.table.encoders
    np.testing.assert_allclose(ready.weights, np.linspace(0, 2, 60)[1:])
    assert "left out 1 row of weight 0" in ready.notes
    with pytest.raises(ValueError, match="weights in 'w' must be 0 or above"):
        prepare(rows(w=np.linspace(-1, 2, 60)), ["y"], weight="w")


def test_dropped_columns_constants_and_counters_are_not_learnt_from_and_said():
    ready = prepare(rows(row=np.arange(60), same=["k"] * 60), ["y"], drop=["B"])
    assert ready.table.inputs == ("a",)
    assert "left out, for nothing can be learnt from them: 'row' (identifier), 'same' (constant)" in ready.notes


def test_a_table_of_its_own_is_tested_on():
    ready = prepare(rows(), ["y"], test=rows(20))
    assert (ready.frame.m, ready.parts.test.tolist()) == (80, list(range(60, 80)))
    with pytest.raises(ValueError, match="the table to test on has no column 'b'"):
        prepare(rows(), ["y"], test=rows(20).without(["b"]))


def test_time_and_groups_decide_the_split():
    days = np.datetime64("2020-01-01") + np.arange(60)[::-1]
    ready = prepare(rows(day=days), ["y"], split="time:day")
    assert days[ready.parts.test].min() > days[ready.parts.train].max()
    assert "day" in ready.table.inputs
    ready = prepare(rows(who=[f"p{i % 9}" for i in range(60)]), ["y"], split="group:who")
    assert "who" not in ready.table.inputs
    with pytest.raises(ValueError, match="name the column as in time:date"):
        prepare(rows(), ["y"], split="time")


@pytest.mark.parametrize("use", [{"split": "time:b"}, {"split": "group:b"}, {"weight": "b"}])
def test_a_column_that_is_dropped_may_still_split_or_weigh(use):
    frame = rows(more=np.arange(60.0) ** 2)
    frame = frame_of({**{n: frame[n][0] for n in ("a", "more")}, "y": np.arange(60) % 2, "b": np.arange(60) % 7 + 1.0})
    ready, dropped = prepare(frame, ["y"], **use), prepare(frame, ["y"], drop=["b"], **use)
    assert "b" not in dropped.table.encoders
    assert "b" not in prepare(frame, ["y"], weight="b", split="time:b").table.encoders
    assert [part.tolist() for part in dropped.parts] == [part.tolist() for part in ready.parts]
    assert (dropped.weights is None) == (ready.weights is None)


def test_a_task_that_was_asked_for_is_not_explained():
    assert not any("so this is" in note for note in prepare(rows(), ["y"], task="classification").notes)


def test_all_that_is_odd_is_said():
    y = [["no", "yes"][i % 2] for i in range(100)]
    frame = frame_of({"a": RNG.normal(size=100), "leak": [f"was {label}" for label in y], "y": y})
    ready = prepare(frame, ["y"])
    assert any(note.startswith("'leak' alone gives the target away") for note in ready.notes)


def test_a_class_of_one_row_is_trained_on_and_said():
    frame = frame_of({"a": RNG.normal(size=41), "y": ["u", "v"] * 20 + ["rare"]})
    ready = prepare(frame, ["y"])
    assert 40 in ready.parts.train
    assert any(note.startswith("class 'rare' has 1 row: the validation and test parts") for note in ready.notes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": ["z"]}, "there is no column 'z'"),
        ({"target": ["y"], "drop": ["a", "b"]}, "there is no column beside"),
        ({"target": ["y"], "split": "sideways:a"}, "split='sideways' is unknown"),
        ({"target": ["y"], "kinds": {"a": "nose"}}, "'nose' is unknown"),
        ({"target": ["y"], "task": "clasification"}, r"'clasification' is unknown \(did you mean 'classification'\?\)"),
        ({"target": ["y"], "task": "Classification"}, "did you mean 'classification'"),
        ({"target": []}, "no column to predict is named: choose from 'a', 'b', 'y'"),
        ({"target": ["y"], "drop": ["y"]}, "'y' is the target, and cannot be left out as well"),
        ({"target": ["a"], "weight": "a"}, "'a' is the target, and cannot be the weight of rows as well"),
        ({"target": ["a"], "split": "time:a"}, "'a' is the target, and cannot be what rows are split by as well"),
        ({"target": ["y"], "kinds": {"Y": "category"}}, "'y' can be given no kind, for it is the target"),
        ({"target": ["y"], "drop": ["b"], "kinds": {"b": "number"}}, "'b' can be given no kind, for it is left out"),
        ({"target": ["a"], "weight": "y"}, "'y' .* is no number: the weight of a row needs numbers"),
        ({"target": ["a"], "balanced": True}, "balanced is for classes, and 'a' holds numbers"),
    ],
)
def test_what_is_not_there_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        prepare(rows(), **options)


def test_the_task_is_decided_once_by_all_rows():
    """Few rows may look like classes: of 25 distinct years the training rows hold 20."""
    years = np.r_[np.arange(1990, 2010).repeat(25), 2010:2015]
    ready = prepare(frame_of({"a": RNG.normal(size=505), "year": years}), ["year"])
    assert ready.targets.task == "regression"


def test_a_target_alone_is_nothing_to_learn_from():
    with pytest.raises(ValueError, match="there is no column beside 'y'"):
        prepare(rows().without(["a", "b"]), ["y"])


@pytest.mark.parametrize("seed", range(6))
def test_a_bad_cell_is_missing_wherever_the_split_puts_it(seed):
    a = [str(i) for i in range(100)]
    a[9], a[60] = "abc", "oops"
    ready = prepare(frame_of({"a": a, "y": [i % 3 for i in range(100)]}), ["y"], kinds={"a": "number"}, seed=seed)
    assert ready.found["a"].why.startswith("as asked for")
    assert not np.isnan(ready.X).any()


def test_rows_are_numbered_as_they_came():
    frame = frame_of({"a": ["yes", "no"] * 15 + ["maybe"], "y": [None, *range(30)]})
    with pytest.raises(ValueError, match="row 31: 'a' holds 'maybe', where a truth is needed"):
        prepare(frame, ["y"], kinds={"a": "truth"}, task="regression")


def test_a_target_that_cannot_be_read_is_named():
    ready = prepare(frame_of({"a": RNG.normal(size=60), "y": [*(f"{i}.5" for i in range(58)), "oops", None]}), ["y"])
    assert "left out 2 rows without a value of 'y': 'oops' is none" in ready.notes


def test_marks_of_ones_own_are_counted():
    ready = prepare(frame_of({"a": [0.0, 1.5, 2.5] * 20, "y": ["x", "z"] * 30}), ["y"], marks=["0"])
    assert ready.found["a"].why == "numbers; 20 missing"
