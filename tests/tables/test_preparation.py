"""Targets as numbers and back, stratified parts, standardisation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler

from barreleye.tables.preparation import (
    as_labels,
    decode,
    encode_targets,
    refuse_identifier,
    split,
    standardisation,
    warn_of_change,
)


@given(
    st.lists(st.sampled_from(["red", "green", "blue", "猫"]), min_size=2, max_size=30).filter(lambda y: len({*y}) > 1)
)
def test_labels_survive_encoding_and_decoding(labels):
    targets = encode_targets(np.array(labels), "classification")
    assert decode(targets.Y, targets.classes).tolist() == labels
    assert targets.head == ("sigmoid" if len({*labels}) == 2 else "softmax")


def test_numbers_are_one_column():
    assert encode_targets(np.array([1, 2]), "regression").Y.tolist() == [[1.0], [2.0]]


def test_text_is_no_target_of_a_regression():
    with pytest.raises(ValueError, match="'price' holds text, first 'high' in row 0"):
        encode_targets(np.array(["high", "low"]), "regression", "price")


def test_whole_number_classes_are_integers_and_others_stay():
    assert str(encode_targets(np.array([2.0, 1.0, 3.0]), "classification").classes) == "(1, 2, 3)"
    for y in (np.array([0.5, 1.0]), np.array([np.inf, 1.0]), np.array([np.nan, 1.0]), np.array(["1.0"])):
        assert as_labels(y) is y


def test_a_constant_number_is_nothing_to_predict():
    with pytest.raises(ValueError, match="'price' is 3 in every row: there is nothing to predict"):
        encode_targets(np.full(5, 3.0), "regression", "price")


def test_a_column_of_single_texts_is_an_identifier():
    with pytest.raises(ValueError, match="'name' holds 200 distinct texts in 200 rows: it looks like an identifier"):
        refuse_identifier(np.array([f"s{i}" for i in range(200)]), "name")
    with pytest.raises(ValueError, match="3 distinct numbers in 4 rows: it looks like a quantity or an identifier"):
        refuse_identifier(np.array([1, 2, 3, 3]), "price")
    refuse_identifier(np.array(["a", "b", "b"]), "kind")


def test_one_class_is_nothing_to_tell_apart():
    with pytest.raises(ValueError, match="one class only"):
        encode_targets(np.array([1, 1]), "classification")


@settings(max_examples=30, deadline=None)
@given(st.integers(10, 200), st.integers(2, 4), st.integers(0, 5))
def test_a_split_covers_every_row_once_with_every_class_in_both_parts(m, K, seed):
    y = np.arange(m) % K
    kept, off = split(m, 0.2, seed, y)
    assert sorted([*kept, *off]) == list(range(m))
    assert {*y[kept]} == {*y[off]} == {*range(K)}


def test_too_few_rows_to_split_are_refused():
    with pytest.raises(ValueError, match="3 rows are too few to split off a test part of 90%"):
        split(3, 0.9, 0, None)


def test_a_class_with_a_single_row_cannot_be_in_both_parts():
    with pytest.raises(ValueError, match="class 'c' has a single row left"):
        split(5, 0.4, 0, np.array(["a", "a", "b", "b", "c"]))


@given(arrays(float, (7, 3), elements=st.floats(-1e6, 1e6)))
def test_standardisation_is_scikit_learn_s_and_has_a_way_back(X):
    s = standardisation(X)
    np.testing.assert_allclose(s.back(s(X)), X, rtol=1e-9, atol=1e-6)
    varied = X.std(axis=0) > 1e-3
    np.testing.assert_allclose(s(X)[:, varied], StandardScaler().fit_transform(X)[:, varied], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("value", [0.1, 1e9, 1e-9, 0.0])
def test_a_constant_column_becomes_zero(value):
    X = np.full((11, 1), value)
    assert np.abs(standardisation(X)(X)).max() < 1e-6


def test_a_column_that_was_constant_is_told_once_in_the_same_words():
    constants = np.array([7.0, np.nan, 0.1])
    with pytest.warns(UserWarning, match="column 'a' was the same in every row of the training and another now: so"):
        warn_of_change(np.array([[8.0, 1.0, 0.1]]), constants, "abc", "so", 1)
    with pytest.warns(UserWarning, match="columns 0, 2 were the same"):
        warn_of_change(np.array([[7.0, 1.0, 0.1], [8.0, 1.0, 9.0]]), constants, (), "so", 1)
    warn_of_change(np.array([[7.0, 5.0, 0.1 + 1e-17]]), constants, (), "so", 1)
