import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.structure import Network
from barreleye.training.batches import Stream, Table, fingerprint, table
from barreleye.training.border import Rows


def numbered(m, weights=None):
    return Rows(np.arange(m, dtype=float).reshape(m, 1), np.arange(m, dtype=float).reshape(m, 1) / m, weights)


SIZES = st.integers(1, 40).flatmap(lambda m: st.tuples(st.just(m), st.integers(1, m)))


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(0, 2**70), st.integers(0, 4))
def test_every_epoch_sees_every_row_once(sizes, seed, epoch):
    m, batch_size = sizes
    t = table(numbered(m), batch_size, seed)
    per_epoch = t.steps_per_epoch
    batches = [t.batch(epoch * per_epoch + k) for k in range(per_epoch)]
    assert sorted(np.concatenate(batches).tolist()) == list(range(m))
    assert {len(b) for b in batches[:-1]} <= {batch_size}
    assert len(batches[-1]) == m - batch_size * (per_epoch - 1)


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(0, 200), st.integers(1, 20))
def test_steps_can_be_taken_up_anywhere(sizes, t, steps):
    """batches(t) is batch(t), batch(t + 1), ... filled up, whatever was asked for before."""
    m, batch_size = sizes
    at_once = table(numbered(m), batch_size, 3).batches(t, steps)
    assert at_once.shape == (steps, batch_size)
    assert at_once.dtype == np.int32
    source = table(numbered(m), batch_size, 3)
    for k in reversed(range(steps)):
        rows = source.batch(t + k)
        np.testing.assert_array_equal(at_once[k, : len(rows)], rows)
        assert (~at_once[k, len(rows) :] == rows[-1]).all()


def test_epochs_and_seeds_shuffle_differently():
    orders = [tuple(table(numbered(50), 10, seed).order(epoch)) for seed in range(4) for epoch in range(5)]
    assert len(set(orders)) == 20
    first = np.array([table(numbered(50), 10, seed).order(0)[0] for seed in range(1000)])
    assert np.bincount(first, minlength=50).min() > 2, "any row may come first"


def test_at_gives_the_rows_of_a_step_with_their_weights():
    t = table(numbered(7, np.arange(7.0)), 3, 0)
    X, Y, weights = t.at(4)
    chosen = t.batch(4)
    np.testing.assert_array_equal(X[:, 0], chosen)
    np.testing.assert_array_equal(Y[:, 0], chosen / 7)
    np.testing.assert_array_equal(weights, chosen)


def test_full_batches_are_the_rows_as_they_are():
    rows = numbered(7)
    t = table(rows, None, 0)
    assert t.full_batch
    assert t.steps_per_epoch == 1
    assert t.at(5) is rows


@pytest.mark.parametrize(
    ("batch_size", "error", "message"),
    [
        (0, ValueError, "batch_size=0 must be a whole number, 1 or above"),
        (-3, ValueError, "batch_size=-3 must be a whole number, 1 or above"),
        (2.0, TypeError, r"batch_size=2.0 must be a whole number, 1 or above"),
        ("auto", TypeError, "batch_size='auto' must be a whole number, 1 or above"),
    ],
)
def test_a_batch_size_that_is_not_a_count_is_an_error(batch_size, error, message):
    with pytest.raises(error, match=message):
        table(numbered(7), batch_size, 0)


def test_a_batch_size_above_m_warns_and_means_all_rows():
    with pytest.warns(UserWarning, match="batch_size=8 is larger than the 7 rows there are; all 7 are used"):
        assert table(numbered(7), 8, 0).full_batch
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(table(numbered(7), 7, 0), Table)


NETWORK = Network((2, 1))


def batch(m, dtype=float):
    return np.ones((m, 2), dtype), np.ones(m)


def test_a_stream_gives_its_batches_in_order_and_no_more():
    stream = Stream(iter([batch(2), batch(3), (*batch(1), [2.0])]), NETWORK)
    assert [len(rows.X) for rows in stream.take(2)] == [2, 3]
    (last,) = stream.take(5)
    assert last.weights.tolist() == [2]
    assert stream.take(1) == []


def test_a_stream_is_read_no_further_than_asked():
    taken = []

    def batches():
        for m in range(1, 9):
            taken.append(m)
            yield batch(m)

    stream = Stream(batches(), NETWORK)
    assert taken == [1], "one batch tells the dtype"
    stream.take(3)
    assert taken == [1, 2, 3]


def test_an_iterable_may_fill_one_buffer_again_and_again():
    X, Y = np.zeros((2, 2)), np.zeros(2)

    def batches():
        for k in range(3):
            X[:] = k
            yield X, Y

    assert [rows.X[0, 0] for rows in Stream(batches(), NETWORK).take(3)] == [0, 1, 2]


def test_the_end_of_a_stream_is_known_with_its_last_batch():
    stream = Stream([batch(1), batch(2)], NETWORK)
    assert not stream.ended()
    assert [len(rows.X) for rows in stream.take(2)] == [1, 2]
    assert stream.ended()
    assert stream.take(1) == []


def test_an_error_of_the_iterable_comes_when_its_batch_is_taken():
    def batches():
        yield batch(1)
        raise OSError("the disk is gone")

    stream = Stream(batches(), NETWORK)
    stream.take(1)
    assert not stream.ended()
    for _ in range(2):
        with pytest.raises(OSError, match="the disk is gone"):
            stream.take(1)


def test_batches_that_were_taken_come_again_until_they_are_forgotten():
    stream = Stream((batch(m) for m in range(1, 9)), NETWORK, first_step=10)
    stream.take(5)
    assert [len(stream.at(t).X) for t in (10, 14)] == [1, 5]
    assert stream.at(15) is None, "not read yet"
    stream.forget(12)
    assert stream.at(11) is None
    assert not stream.rewind(11)
    assert len(stream.kept(0).rows.X) == 3 + 4 + 5
    assert stream.rewind(13)
    assert [len(rows.X) for rows in stream.take(3)] == [4, 5, 6]


def test_what_a_stream_keeps_is_bounded(monkeypatch):
    monkeypatch.setattr("barreleye.training.batches.KEPT_BYTES", 3 * 10 * 3 * 8)
    stream = Stream((batch(10) for _ in range(50)), NETWORK)
    assert len(stream.take(40)) == 40
    assert len(stream.kept(0).rows.X) <= 40


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (4000, 700)])
def test_a_fingerprint_tells_one_changed_number(shape, dtype):
    values = np.random.default_rng(0).normal(size=shape).astype(dtype)
    changed = values.copy()
    changed[shape[0] // 2, -1] = np.nextafter(changed[shape[0] // 2, -1], dtype(9))
    assert fingerprint(values) == fingerprint(values.copy())
    assert fingerprint(values) != fingerprint(changed)
    assert shape[0] == 1 or fingerprint(values) != fingerprint(np.ascontiguousarray(values[::-1]))


@pytest.mark.parametrize(("dtype", "expected"), [(np.float32, np.float32), (np.int64, np.float64)])
def test_the_first_batch_decides_the_dtype(dtype, expected):
    stream = Stream([batch(2, dtype), batch(2, np.float64)], NETWORK)
    assert stream.dtype == expected
    assert [rows.X.dtype for rows in stream.take(2)] == [expected, expected]


@pytest.mark.parametrize(
    ("batches", "error", "message"),
    [
        ([], ValueError, r"the iterable of batches is empty: it must yield \(X, Y\) or \(X, Y, weights\) as rows"),
        ([np.ones((2, 2))], TypeError, r"batch 0 is ndarray, not a tuple \(X, Y\) or \(X, Y, weights\)"),
        ([(np.ones((2, 2)),)], TypeError, "batch 0 is tuple, not a tuple"),
        ([batch(2), (np.ones((2, 3)), np.ones(2))], ValueError, r"batch 1 X has 3 columns where .* n\[0\] = 2 inputs"),
        ([batch(2), (np.ones((2, 2)), np.ones(3))], ValueError, "batch 1 Y has 3 rows and X has 2"),
        ([(np.full((2, 2), np.nan), np.ones(2))], ValueError, "batch 0 X has NaN in column 0, first in row 0"),
    ],
    ids=["empty", "no tuple", "one item", "width", "length", "NaN"],
)
def test_a_bad_batch_is_named_by_its_number(batches, error, message):
    with pytest.raises(error, match=message):
        Stream(batches, NETWORK).take(5)
