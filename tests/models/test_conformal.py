"""Scores of rows set aside: what they promise is kept, in all rows and in each group, and by how much it may be off."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta as beta_distribution

from barreleye.data.frame import Numbers, coded
from barreleye.models.conformal import (
    MOST_GROUPS,
    MOST_ROWS,
    Aside,
    coverage_range,
    excess,
    groups_in,
    limit,
    rank,
    some,
    usual_size,
)


@given(st.integers(1, 60), st.floats(0.02, 0.98), st.integers(0, 2**32 - 1))
def test_the_rank_is_the_least_that_a_new_row_keeps(m, coverage, seed):
    """Of m + 1 rows that could have come in any order, the last is within the limit in ceil((m+1) c) of m + 1 cases."""
    scores = np.random.default_rng(seed).permutation(m + 1).astype(float)
    if math.ceil((m + 1) * coverage) > m:
        with pytest.raises(ValueError, match=f"more than {m} rows set aside can promise"):
            limit(scores[:-1, None], coverage)
        return
    kept = [scores[i] <= limit(np.delete(scores, i)[:, None], coverage)[0] for i in range(m + 1)]
    assert coverage - 1e-12 <= np.mean(kept) <= coverage + 1 / (m + 1) + 1e-12


@pytest.mark.parametrize("coverage", [0, 1, -0.5, float("nan")])
def test_a_coverage_is_a_share(coverage):
    for ask in (lambda: limit(np.ones((20, 1)), coverage), lambda: coverage_range(20, coverage)):
        with pytest.raises(ValueError, match=r"coverage=.* must be a number between"):
            ask()


@given(st.integers(2, MOST_ROWS), st.floats(0.05, 0.95))
def test_the_range_is_that_of_the_beta_distribution(m, coverage):
    k = math.ceil((m + 1) * coverage)
    if k <= m:
        right = beta_distribution.ppf([0.05, 0.95], k, m + 1 - k)
        np.testing.assert_allclose(coverage_range(m, coverage), right, rtol=1e-9, atol=1e-12)


def test_a_range_of_too_few_rows_is_refused():
    with pytest.raises(ValueError, match=r"coverage=0.95 is more than 18 rows set aside can promise: at most 0.947"):
        coverage_range(18, 0.95)
    with pytest.raises(ValueError, match="no row was set aside"):
        coverage_range(0, 0.5)


def test_excess_is_the_error_of_a_point_and_the_score_between_quantiles():
    y = np.array([1.0, 5.0, 2.0, 9.0])
    np.testing.assert_array_equal(excess(y, y - [1, -1, 0, 2], y - [1, -1, 0, 2]), [1, 1, 0, 2])
    np.testing.assert_array_equal(excess(y, np.full(4, 2.0), np.full(4, 6.0)), [1, -1, 0, 3])


def test_beta_is_the_median_size_of_the_errors_and_never_0():
    errors = np.column_stack([[1.0, -3, 2], [0, 0, 5], [1e-9, -1e-9, 1]])
    np.testing.assert_allclose(usual_size(errors), [2, 1, 1e-9])


def grouped(m=400):
    rng = np.random.default_rng(0)
    codes = rng.choice(3, m, p=[0.6, 0.38, 0.02])
    scores = rng.exponential(np.array([1.0, 10.0, 5.0])[codes])[:, None]
    names = ["Bern", "Genf", None]
    return scores, codes, Aside(scores, groups={"city": coded([names[code] for code in codes])})


def test_each_group_goes_by_its_own_rows():
    scores, codes, aside = grouped()
    cells = coded(["Genf", "Bern", "Genf"])
    limits, without = aside.limits(0.8, "city", cells)
    own = [np.sort(scores[codes == k, 0])[rank((codes == k).sum(), 0.8) - 1] for k in (1, 0, 1)]
    np.testing.assert_array_equal(limits[:, 0], own)
    assert without == ()
    assert own[0] > 5 * own[1]


def test_a_group_that_lacks_rows_goes_by_all_and_is_named():
    scores, codes, aside = grouped()
    assert 2 < (codes == 2).sum() < 19
    limits, without = aside.limits(0.95, "city", coded([None, "Bern", "Zug"]))
    of_all = aside.limits(0.95)[0][0, 0]
    assert (limits[:, 0] == of_all).tolist() == [True, False, True]
    assert set(without) == {"", "Zug"}
    empty = (codes == 2).sum()
    limits, without = aside.limits(0.5, "city", coded([None]))
    assert limits[0, 0] == np.sort(scores[codes == 2, 0])[rank(empty, 0.5) - 1]
    assert without == ()


def test_groups_of_numbers_are_told_by_their_text():
    aside = Aside(np.arange(20.0)[:, None], groups=groups_in({"rooms": Numbers(np.repeat([3.0, 4.0], 10))}))
    limits, _ = aside.limits(0.5, "rooms", Numbers(np.array([4.0, 3.0])))
    assert limits.ravel().tolist() == [15, 5]


def test_a_column_that_makes_no_groups_is_refused():
    k = MOST_GROUPS
    names = {"few": ["a", None], "most": [*range(k)], "many": [*range(k + 1)], "all": [*range(2 * k + 1)], "same": [1]}
    columns = {
        name: coded([None if c is None else str(c) for c in (cells * 2 * k)[: 2 * k + 2]])
        for name, cells in names.items()
    }
    assert list(groups_in(columns)) == ["few", "most"]
    for groups, there in (({}, "no column does"), ({"city": coded(["a", "b"])}, "those that do are 'city'")):
        with pytest.raises(ValueError, match=rf"by='c0' does not part the rows .* 2 to 40 groups: {there}"):
            Aside(np.arange(20.0)[:, None], groups=groups).limits(0.5, "c0", coded(["x"]))


def test_no_more_rows_are_kept_than_tell_something():
    assert some(0).tolist() == []
    assert some(MOST_ROWS - 1).tolist() == list(range(MOST_ROWS - 1))
    assert max(len(some(m)) for m in (MOST_ROWS, MOST_ROWS + 1, 3 * MOST_ROWS - 1, 10**6)) <= MOST_ROWS
