import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.structure import Network
from barreleye.training.engine import seed_word
from barreleye.training.masks import dropout_masks, mix


def masks(t=0, seed=0, n=40, m=1000, keep_prob=0.5, xp=np, dtype=None):
    network = Network((2, n, n, 1), keep_prob=keep_prob)
    return dropout_masks(network, xp.asarray(seed_word(seed)), t, xp.zeros((2, m), dtype=dtype or xp.float32))


@pytest.mark.parametrize("keep_prob", [0.05, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_the_share_that_is_kept_is_keep_prob_to_within_chance(keep_prob, seed):
    for D in masks(seed=seed, keep_prob=keep_prob).values():
        assert set(np.unique(D)) <= {0, 1}
        deviation = np.sqrt(keep_prob * (1 - keep_prob) / D.size)
        assert abs(D.mean() - keep_prob) < 4.5 * deviation
        columns, units = D.mean(axis=0), D.mean(axis=1)
        assert columns.std() == pytest.approx(np.sqrt(keep_prob * (1 - keep_prob) / 40), rel=0.2)
        assert units.std() == pytest.approx(np.sqrt(keep_prob * (1 - keep_prob) / 1000), rel=0.5)


def correlation(a, b):
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.mark.parametrize("keep_prob", [0.5, 0.9])
def test_masks_look_independent_from_step_to_step_layer_to_layer_and_seed_to_seed(keep_prob):
    D = masks(keep_prob=keep_prob)
    others = [masks(t, keep_prob=keep_prob)[1] for t in (1, 2, 3, 1000, 2**31)]
    others += [masks(seed=seed, keep_prob=keep_prob)[1] for seed in (1, 2, 3)]
    for other in [D[2], *others]:
        assert abs(correlation(D[1], other)) < 4.5 / np.sqrt(D[1].size)


@pytest.mark.parametrize("keep_prob", [0.5, 0.9])
def test_units_and_samples_look_independent_of_their_neighbours(keep_prob):
    D = masks(keep_prob=keep_prob)[1]
    for shift in (1, 2, 3, 7, 16, 32):
        assert abs(correlation(D[:, shift:], D[:, :-shift])) < 4.5 / np.sqrt(D.size)
        assert abs(correlation(D[shift:], D[:-shift])) < 4.5 / np.sqrt(D.size) * 2
    centred = (D - D.mean(axis=1, keepdims=True)) / D.std(axis=1, keepdims=True)
    among_units = centred @ centred.T / D.shape[1]
    assert abs(among_units - np.eye(40)).max() < 5.5 / np.sqrt(1000)


def test_one_unit_is_kept_in_some_steps_and_not_in_others():
    kept = np.array([masks(t, m=3, n=5)[1] for t in range(2000)])
    assert abs(kept.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / np.sqrt(2000)
    in_a_row = np.mean(kept[1:] == kept[:-1], axis=0)
    assert abs(in_a_row - 0.5).max() < 4.5 * 0.5 / np.sqrt(2000)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 2**20), st.floats(0.01, 1))
def test_both_engines_draw_the_same_masks(seed, t, keep_prob):
    with jax.enable_x64(True):
        mine = masks(t, seed, 5, 7, keep_prob)
        theirs = masks(t, seed, 5, 7, keep_prob, jnp)
    assert mine.keys() == theirs.keys()
    for l, D in mine.items():
        np.testing.assert_array_equal(D, theirs[l])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 5))
def test_columns_do_not_depend_on_how_many_there_are(m, padding, t):
    np.testing.assert_array_equal(masks(t, m=m + padding)[1][:, :m], masks(t, m=m)[1])


def test_masks_have_the_data_s_dtype_and_only_layers_with_dropout_have_one():
    network = Network((2, 3, 4, 5, 1), keep_prob=[0.5, None, 1])
    D = dropout_masks(network, seed_word(0), 0, np.zeros((2, 7), np.float32))
    assert {l: (d.shape, d.dtype) for l, d in D.items()} == {1: ((3, 7), np.float32)}
    assert masks(dtype=np.float64)[1].dtype == np.float64
    assert dropout_masks(Network((2, 3, 1)), seed_word(0), 0, np.zeros((2, 7))) == {}


def test_mix_is_a_bijection_that_changes_half_of_the_bits():
    x = np.random.default_rng(0).integers(0, 2**32, 20000, dtype=np.uint64).astype(np.uint32)
    x = np.unique(x)
    assert len(np.unique(mix(x))) == len(x)
    assert len(np.unique(mix(np.arange(2**16, dtype=np.uint32)))) == 2**16
    for bit in range(32):
        changed = mix(x) ^ mix(x ^ np.uint32(1 << bit))
        share = np.unpackbits(changed.view(np.uint8)).mean()
        assert 0.45 < share < 0.55
