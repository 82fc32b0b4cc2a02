"""The planar sets against the course's published points and scikit-learn's generators; the laws that each set keeps."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.data import builtin as datasets
from barreleye.data.builtin import DATASETS, load_dataset

VECTORS = json.loads((Path(__file__).parent / "course_vectors.json").read_text(encoding="utf-8"))["datasets"]
PLANAR = ["flower", "circles", "moons", "blobs", "quantiles", "no_structure", "xor", "spiral"]
SYNTHETIC = [*PLANAR, "parity"]
TABLES = ["wine", "breast_cancer", "iris", "digits", "diabetes"]


def same(ours, expected):
    # sin and cos may differ in the last digit from one processor to the next; everything else is exact.
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-14)


def same_points(points, X, y):
    same(points[0], X)
    np.testing.assert_array_equal(points[1], y)


def state(seed):
    return np.random.RandomState(seed)


def test_the_flower_is_the_courses():
    published = VECTORS["flower"]
    same_points(datasets.flower(state(1)), np.array(published["X"]).T, published["Y"][0])
    dataset = load_dataset("flower")
    same_points((dataset.X, dataset.y), np.array(published["X"]).T, published["Y"][0])


def test_the_extra_sets_drawn_one_after_the_other_are_the_courses():
    expected = VECTORS["extra_datasets"]["arrays_when_global_seed_is_1_just_before"]
    rs = state(1)
    drawn = {
        "noisy_circles": datasets.circles(rs),
        "noisy_moons": datasets.moons(rs),
        "blobs": datasets.blobs(state(5)),
        "gaussian_quantiles": datasets.gaussian_quantiles(rs),
        "no_structure": datasets.no_structure(rs),
    }
    for name, points in drawn.items():
        same(points[0], expected[name]["X"])
        np.testing.assert_array_equal(points[1], expected[name]["y"])


def test_the_second_parts_circles_and_moons_are_the_courses():
    circles, moons = VECTORS["c2_circles"], VECTORS["c2_moons"]
    same_points(datasets.circles(state(1), 300, factor=0.8, noise=0.05), circles["train_X"], circles["train_y"])
    same_points(datasets.circles(state(2), 100, factor=0.8, noise=0.05), circles["test_X"], circles["test_y"])
    same_points(datasets.moons(state(3), 300, noise=0.2), moons["X"], moons["y"])


@pytest.mark.parametrize("m", [7, 200])
@pytest.mark.parametrize("seed", [0, 9])
def test_the_generators_draw_what_scikit_learn_draws(seed, m):
    pairs = [
        (datasets.circles(state(seed), m, 0.3, 0.1), theirs.make_circles(m, factor=0.3, noise=0.1, random_state=seed)),
        (datasets.moons(state(seed), m, 0.1), theirs.make_moons(m, noise=0.1, random_state=seed)),
        (datasets.blobs(state(seed), m, 5), theirs.make_blobs(m, 2, centers=5, random_state=seed)),
        (
            datasets.gaussian_quantiles(state(seed), m, classes=3, variance=2.0),
            theirs.make_gaussian_quantiles(cov=2.0, n_samples=m, n_classes=3, random_state=seed),
        ),
    ]
    for ours, expected in pairs:
        same_points(ours, *expected)


@pytest.mark.parametrize("name", PLANAR)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), m=st.integers(6, 60))
def test_a_planar_set_is_a_function_of_its_seed_alone(name, seed, m):
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    first, second = (load_dataset(name, m=m, seed=seed) for _ in range(2))
    np.testing.assert_array_equal(first.X, second.X)
    np.testing.assert_array_equal(first.y, second.y)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert first.X.shape == (m, 2)
    assert first.y.shape == (m,)
    assert set(np.unique(first.y)) <= {0, 1}


@pytest.mark.parametrize("name", PLANAR)
def test_another_seed_gives_other_points(name):
    assert not np.array_equal(load_dataset(name, seed=1).X, load_dataset(name, seed=2).X)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_a_synthetic_set_describes_itself(name):
    dataset = load_dataset(name)
    assert (dataset.name, dataset.task, dataset.target_name) == (name, "classification", "class")
    assert dataset.X.dtype == np.float64
    assert dataset.y.dtype.kind == "i"
    assert dataset.feature_names == tuple(f"x{i + 1}" for i in range(dataset.X.shape[1]))
    assert dataset.class_names == ("0", "1")
    assert dataset.description.endswith(".")


def test_the_named_blobs_are_the_courses_six_clouds_taken_mod_2():
    X, y = datasets.blobs(state(5))
    assert set(y) == set(range(6))
    dataset = load_dataset("blobs")
    same_points((dataset.X, dataset.y), X, y % 2)


def test_labels_without_structure_cannot_be_told_from_a_fair_coin():
    dataset = load_dataset("no_structure", m=10_000)
    assert abs(dataset.y.mean() - 0.5) < 0.02
    assert max(abs(np.corrcoef(column, dataset.y)[0, 1]) for column in dataset.X.T) < 0.04


def test_xor_without_noise_is_the_truth_table_and_its_classes_alternate():
    table = load_dataset("xor", m=4, noise=0)
    assert [(*row, label) for row, label in zip(table.X.tolist(), table.y.tolist(), strict=True)] == [
        (0, 0, 0),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 0),
    ]
    noisy = load_dataset("xor", m=4_000, noise=0.1)
    np.testing.assert_array_equal(noisy.y, (noisy.X[:, 0] > 0.5) ^ (noisy.X[:, 1] > 0.5))
    spread = noisy.X - (noisy.X > 0.5)
    np.testing.assert_allclose(spread.std(axis=0), 0.1, rtol=0.05)


@pytest.mark.parametrize("arms", [1, 2, 3])
def test_spiral_arms_start_at_the_origin_and_are_turned_copies_of_each_other(arms):
    X, y = datasets.spiral(state(0), m=50 * arms, arms=arms, noise=0)
    first = X[y == 0]
    np.testing.assert_allclose(np.hypot(*first.T), np.linspace(0, 1, 50), atol=1e-12)
    turns = np.diff(np.unwrap(np.arctan2(first[1:, 1], first[1:, 0]))).sum() / (2 * np.pi)
    assert turns == pytest.approx(1.5 * 48 / 49)
    for k in range(arms):
        c, s = np.cos(2 * np.pi * k / arms), np.sin(2 * np.pi * k / arms)
        np.testing.assert_allclose(X[y == k], first @ np.array([[c, s], [-s, c]]), atol=1e-12)


@pytest.mark.parametrize("bits", [1, 2, 5])
def test_parity_holds_every_string_once_and_one_flipped_bit_flips_the_label(bits):
    dataset = load_dataset("parity", bits=bits)
    label = {tuple(map(int, row)): y for row, y in zip(dataset.X, dataset.y, strict=True)}
    assert len(label) == len(dataset.y) == 2**bits
    assert label[(0,) * bits] == 0
    for row, y in label.items():
        for i in range(bits):
            assert label[(*row[:i], 1 - row[i], *row[i + 1 :])] == 1 - y


@pytest.mark.parametrize("name", TABLES)
def test_a_real_table_is_scikit_learns_with_its_names(name):
    dataset, bundle = load_dataset(name), getattr(theirs, f"load_{name}")()
    assert dataset.feature_names == tuple(bundle.feature_names)
    assert all(type(feature) is str for feature in dataset.feature_names)
    assert dataset.X.dtype == np.float64
    if name == "diabetes":
        assert (dataset.task, dataset.class_names) == ("regression", None)
        # Theirs has columns of mean 0 and length 1; ours keeps the units.
        centred = dataset.X - dataset.X.mean(axis=0)
        np.testing.assert_allclose(centred / np.linalg.norm(centred, axis=0), bundle.data, atol=1e-12)
        assert dataset.X[:, 0].min() == 19
        np.testing.assert_array_equal(dataset.y, bundle.target)
    else:
        assert (dataset.task, dataset.class_names) == ("classification", tuple(sorted(map(str, bundle.target_names))))
        np.testing.assert_array_equal(dataset.X, bundle.data)
        np.testing.assert_array_equal(dataset.y, [bundle.target_names[k] for k in bundle.target])


def test_every_dataset_is_covered_here():
    assert list(DATASETS) == SYNTHETIC + TABLES


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("flour", {}, "dataset='flour' is unknown (did you mean 'flower'?); choose one of: flower, circles"),
        ("flower", {"nois": 1}, "flower option='nois' is unknown (did you mean 'noise'?)"),
        ("flower", {"rs": 1}, "flower option='rs' is unknown"),
        ("parity", {"seed": 1}, "parity option='seed' is unknown; choose one of: bits"),
        ("parity", {"bits": 21}, "bits=21 makes 2^21 rows; choose 20 bits at most"),
        ("iris", {"m": 5}, "iris is a table as it stands and takes no options, but got m"),
        ("moons", {"m": 1}, "m=1 must be a whole number, 2 or above"),
        ("blobs", {"m": 5}, "m=5 must be a whole number, 6 or above"),
        ("circles", {"factor": 1}, "factor=1 must be a number from 0 up to, not including, 1"),
        ("spiral", {"noise": -1}, "noise=-1 must be a finite number, 0 or above"),
        ("xor", {"seed": -1}, "seed=-1 must be a whole number, 0 or above"),
    ],
)
def test_a_wrong_name_or_option_says_what_is_right(name, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        load_dataset(name, **options)
