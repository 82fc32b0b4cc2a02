"""What is predicted: the task that a column asks for, its coding and its answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.data import targets
from barreleye.data.builtin import DATASETS, load_dataset
from barreleye.data.frame import cells_of, frame_of
from barreleye.data.targets import Targets, lacking, numbers_of, task_of


@pytest.mark.parametrize(
    ("y", "task", "reason"),
    [
        (np.array(["cat", "dog", "cat"]), "classification", "'y' holds 2 different texts, so this is classification"),
        (np.array([True, False]), "classification", "'y' holds truth values, so this is classification"),
        (
            np.repeat([3, 4, 5, 6, 7, 8], 30),
            "classification",
            "'y' holds 6 distinct whole numbers, so this is classification; --task regression overrides",
        ),
        (
            np.array([1.0, -1.0]),
            "classification",
            "'y' holds 2 distinct whole numbers, so this is classification; --task regression overrides",
        ),
        (
            np.zeros(50),
            "classification",
            "'y' holds 1 distinct whole number, so this is classification; --task regression overrides",
        ),
        (
            np.array([0.0, 1.0, 0.5] * 50),
            "regression",
            "'y' holds fractions such as 0.5, so this is regression; --task classification overrides",
        ),
        (
            np.arange(500),
            "regression",
            "'y' holds 500 distinct whole numbers, so this is regression; --task classification overrides",
        ),
    ],
)
def test_the_task_and_its_reason(y, task, reason):
    assert task_of(cells_of(y)) == (task, reason)


@pytest.mark.parametrize(
    ("distinct", "m", "task"),
    [
        (20, 400, "classification"),
        (20, 399, "regression"),
        (21, 10_000, "regression"),
        (2, 2, "classification"),
        (3, 8, "regression"),
        (3, 9, "classification"),
    ],
)
def test_whole_numbers_are_classes_when_few_of_them_share_many_rows(distinct, m, task):
    y = np.arange(m) % distinct
    assert task_of(cells_of(y))[0] == task
    assert task_of(cells_of(y.astype(np.float64)))[0] == task


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_named_dataset_is_recognised_for_what_it_is(name):
    dataset = load_dataset(name)
    task, reason = task_of(cells_of(dataset.y), dataset.target_name)
    assert task == dataset.task
    assert reason.startswith(f"{dataset.target_name!r} holds ")


def fitted(**columns):
    return targets.fit(frame_of(columns))[0]


def test_two_classes_are_one_output_more_are_one_each():
    two, three = fitted(y=["no", "yes", "no"]), fitted(y=["a", "c", "b"] * 5)
    assert (two.head, two.n_y, two.encode(frame_of({"y": ["yes", "no"]})).tolist()) == ("sigmoid", 1, [[1.0], [0.0]])
    assert (three.head, three.n_y) == ("softmax", 3)
    assert three.encode(frame_of({"y": ["b"]})).tolist() == [[0.0, 1.0, 0.0]]
    assert three.answer(np.array([[0.1, 0.2, 0.7]])).tolist() == ["c"]
    assert two.probabilities(np.array([[0.75]]))[0].tolist() == [[0.25, 0.75]]


def test_numbers_are_standardised_by_the_training_rows_and_come_back_in_their_units():
    numbers, _ = targets.fit(frame_of({"y": [1.5, 2.5, 100.25]}), weights=np.array([1.0, 1.0, 0.0]))
    assert (numbers.mean.tolist(), numbers.scale.tolist()) == ([2.0], [0.5])
    Y = numbers.encode(frame_of({"y": [3.0]}))
    assert Y.tolist() == [[2.0]]
    assert numbers.answer(Y).tolist() == [3.0]


def test_several_quantiles_have_an_output_each_and_the_median_is_the_number():
    targets = Targets(("y", "z"), (), np.array([10.0, 100]), np.array([2.0, 20]), quantiles=(0.1, 0.5, 0.9))
    Y = np.array([[12.0, 80], [10, 140]])
    coded = targets.coded(list(Y.T))
    assert (targets.head, targets.n_y, coded.shape) == ("quantiles", 6, (2, 6))
    np.testing.assert_array_equal(targets.numbers(coded), Y)
    Y_hat = coded + np.array([-1, 0, 2, -3, 0, 4])
    low, high = targets.ends(Y_hat)
    np.testing.assert_array_equal(targets.answer(Y_hat), Y)
    np.testing.assert_array_equal(Y - low, [[2, 60]] * 2)
    np.testing.assert_array_equal(high - Y, [[4, 80]] * 2)
    plain = Targets(("y",), (), np.zeros(0), np.ones(0))
    np.testing.assert_array_equal(plain.ends(Y[:, :1]), [Y[:, :1]] * 2)


def test_prices_are_numbers_and_classes_called_none_stay_classes():
    price = fitted(price=["$1,250", "$2,000", "$750.50"])
    assert price.numbers(price.encode(frame_of({"price": ["$1,000"]}))).tolist() == [[1000.0]]
    assert fitted(level=["None", "Mild", "None", "Mild"]).classes == (("Mild", "None"),)
    assert targets.lacking(cells_of(["None", "Mild", "None"])).tolist() == [False, False, False]
    assert targets.lacking(cells_of(["?", "Mild", "None"])).tolist() == [True, False, True]


def test_several_columns_of_classes_are_groups_and_of_numbers_are_side_by_side():
    both = fitted(a=["x", "y", "x"], b=["p", "q", "r"])
    assert (both.head, both.n_y) == ("softmax_groups", 5)
    assert both.answer(np.array([[0.9, 0.1, 0.2, 0.7, 0.1]])).tolist() == [["x", "q"]]
    pair = fitted(a=[1.5, 2.5], b=[0.25, 0.75])
    assert pair.answer(pair.encode(frame_of({"a": [2.5], "b": [0.25]}))).tolist() == [[2.5, 0.25]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"y": ["a", "a"]}, "'y' holds one class only, 'a'"),
        ({"y": [1.5, 1.5]}, r"'y' is 1.5 in every row"),
        ({"y": [f"name {i}" for i in range(30)]}, "looks like an identifier"),
        ({"y": [1.5, 2.5], "z": ["a", "b"]}, "targets of two kinds need two models"),
    ],
)
def test_what_cannot_be_predicted_is_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        fitted(**columns)


def test_a_class_of_no_training_row_is_named():
    with pytest.raises(ValueError, match="'y' holds 'c', which is not among the classes 'a', 'b' of the fit"):
        fitted(y=["a", "b", "a"]).encode(frame_of({"y": ["c"]}))


# Coding, as each head takes it


def classes_of(sizes, **options):
    classes = tuple(tuple(range(K)) for K in sizes)
    return Targets(tuple(f"y{k}" for k in range(len(sizes))), classes, np.zeros(0), np.ones(0), **options)


CODED = {
    "two, one output": (classes_of([2]), [1, 0], [[1], [0]]),
    "two, a share each": (classes_of([2], coding="distributions"), [1, 0], [[0, 1], [1, 0]]),
    "two, signs": (classes_of([2], coding="signs"), [1, 0], [[1], [-1]]),
    "three, a share each": (classes_of([3], coding="distributions"), [2, 0], [[0, 0, 1], [1, 0, 0]]),
    "three, one against the rest": (classes_of([3], coding="probabilities"), [2, 0], [[0, 0, 1], [1, 0, 0]]),
    "three, signs": (classes_of([3], coding="signs"), [2, 0], [[-1, -1, 1], [1, -1, -1]]),
}


@pytest.mark.parametrize("name", CODED)
def test_classes_are_coded_as_the_head_takes_them(name):
    known, places, Y = CODED[name]
    assert known.coded([np.array(places)]).tolist() == Y
    assert known.n_y == len(Y[0])


def test_several_columns_are_groups_and_labels_of_yes_and_no_have_an_output_each():
    places = [np.array([0, 1]), np.array([1, 0])]
    assert classes_of([2, 2]).coded(places).tolist() == [[1, 0, 0, 1], [0, 1, 1, 0]]
    labels = classes_of([2, 2], yes_or_no=True)
    assert (labels.coded(places).tolist(), labels.head) == ([[0, 1], [1, 0]], "sigmoid")
    assert [P.tolist() for P in labels.probabilities(np.array([[0.25, 0.5]]))] == [[[0.75, 0.25]], [[0.5, 0.5]]]


@given(
    st.lists(st.integers(2, 4), min_size=1, max_size=3),
    st.sampled_from([None, "probabilities", "distributions", "signs"]),
    st.integers(0, 2**32 - 1),
)
def test_what_is_coded_is_answered_and_probabilities_add_up(sizes, coding, seed):
    if len(sizes) > 1 and coding == "distributions":
        return  # a distribution is shared by all columns: no head for several has one
    known, rng = classes_of(sizes, coding=coding), np.random.default_rng(seed)
    places = [rng.integers(K, size=5) for K in sizes]
    answer = known.answer(known.coded(places))
    assert answer.reshape(5, -1).T.tolist() == [column.tolist() for column in places]
    anything = rng.uniform(-1 if coding == "signs" else 0, 1, (5, known.n_y))
    for P, K in zip(known.probabilities(anything), sizes, strict=True):
        assert P.shape == (5, K)
        if coding in ("probabilities", "signs") or known.widths == (1,):
            np.testing.assert_allclose(P.sum(axis=1), 1)


def test_outputs_of_one_against_the_rest_are_shared_in_proportion_and_evenly_where_all_are_0():
    known = classes_of([3], coding="probabilities")
    P = known.probabilities(np.array([[0.2, 0.1, 0.1], [0, 0, 0]]))[0]
    np.testing.assert_allclose(P, [[0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3]])


def test_numbers_without_a_scale_are_learnt_as_they_are():
    known = Targets(("y",), (), np.zeros(0), np.ones(0))
    assert known.coded([np.array([1e6, 2.0])]).tolist() == [[1e6], [2.0]]
    assert known.answer(np.array([[1e6], [2.0]])).tolist() == [1e6, 2.0]


def test_balanced_classes_weigh_alike():
    places, weights = np.array([0, 0, 0, 2]), np.array([1.0, 2.0, 1.0, 4.0])
    each = targets.balance(places, weights, 4)
    mass = np.bincount(places, each[places] * weights, 4)
    assert mass[0] == mass[2] == weights.sum() / 2


def test_a_target_that_is_missing_among_written_numbers_is_not_made_up():
    cells = cells_of(["$1,200", "?", "$1,300", None, "soon", *(f"${i},000" for i in range(1, 40))])
    assert np.flatnonzero(lacking(cells)).tolist() == [1, 3, 4]
    with pytest.raises(ValueError, match="'price' has no number in row 1"):
        numbers_of(cells, "price")


def test_dates_are_no_target_unless_they_are_asked_for_as_classes():
    frame = frame_of({"month": ["January-2005", "May-2006"] * 10})
    with pytest.raises(ValueError, match="'month' holds dates, which are neither classes nor amounts"):
        targets.fit(frame)
    assert targets.fit(frame, "classification")[0].classes == (("January-2005", "May-2006"),)
