"""Rows drawn and parted by a hash: evenly, and the same however they come."""

import numpy as np
import pytest
from scipy.stats import chisquare

from barreleye.data.frame import frame_of
from barreleye.data.sample import DRAW, PART, Sample, hashed, parted


def offered(sample, m, sizes):
    ends = np.cumsum(sizes)
    for begin, end in zip(ends - sizes, ends, strict=True):
        rows = np.arange(begin, end)
        sample.offer(frame_of({"n": rows / 1.0, "t": [f"t{i % 7}" for i in rows]}), rows)
    assert ends[-1] == m
    return sample.taken()


def test_a_sample_is_the_same_in_whatever_blocks_its_rows_come():
    (one, rows), (other, its) = (
        offered(Sample(50, 3), 1000, sizes) for sizes in (np.array([1000]), np.array([1, 9, 490, 0, 300, 200]))
    )
    assert rows.tolist() == its.tolist() == sorted(rows.tolist())
    assert len(rows) == 50
    for frame in (one, other):
        assert frame["n"].values.tolist() == rows.tolist()
        assert [frame["t"].levels[code] for code in frame["t"].codes] == [f"t{i % 7}" for i in rows]


def test_fewer_rows_than_the_sample_holds_are_all_there_in_order():
    frame, rows = offered(Sample(2000, 0), 1000, np.array([400, 600]))
    assert rows.tolist() == list(range(1000)) == frame["n"].values.tolist()
    assert Sample(5, 0).taken() is None


def test_every_row_is_as_likely_as_any_other():
    counts = np.zeros(20)
    for seed in range(400):
        counts[offered(Sample(200, seed), 1000, np.array([500, 500]))[1] // 50] += 1
    assert chisquare(counts).pvalue > 1e-4


def test_parts_have_their_shares_and_do_not_hang_on_what_is_drawn():
    rows = np.arange(200_000)
    which = parted(rows, 1)
    assert np.bincount(which) / 2000 == pytest.approx([64, 16, 20], abs=0.5)
    assert (parted(rows[1234:1300], 1) == which[1234:1300]).all()
    assert (parted(rows, 2) != which).any()
    assert np.bincount(parted(rows, 1, test=False)) / 2000 == pytest.approx([80, 20], abs=0.5)
    assert not parted(rows, 1, test=False, validation=False).any()
    draws, parts = (hashed(rows, 1, use) / 2.0**64 for use in (DRAW, PART))
    assert abs(np.corrcoef(draws, parts)[0, 1]) < 0.01
    assert abs(np.corrcoef(parts[1:], parts[:-1])[0, 1]) < 0.01
