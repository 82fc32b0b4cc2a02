"""Data by name, as rows: planar point sets drawn with NumPy alone, and the real tables that come with scikit-learn.

Each planar generator takes the legacy ``RandomState`` to draw from and returns X (m, 2) and y (m,). The course's
helpers draw from one, so the same state gives their very points. NumPy's global state is never touched.

>>> dataset = load_dataset("circles", m=100, seed=3)
>>> dataset.X.shape, dataset.class_names
((100, 2), ('0', '1'))
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import choose, count, fraction, nonnegative, positive
from ..words import catalogue

SAY = catalogue("table")

Task: TypeAlias = Literal["classification", "regression"]
Points: TypeAlias = tuple[Array, Array]
"""X of shape (m, n_x), float64, and y of shape (m,), whole numbers from 0."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A table to learn from: rows X (m, n_x) in float64 and one label or target for each in y (m,).

    ``y`` holds what a person would write down: a class's name where it has one, else its number; a float64 target for
    regression.

    >>> load_dataset("iris").y[0], load_dataset("iris").feature_names[0]
    (np.str_('setosa'), 'sepal length (cm)')
    """

    name: str
    X: Array
    y: Array
    task: Task
    feature_names: tuple[str, ...]
    target_name: str
    description: str

    def __repr__(self) -> str:
        m, n_x = self.X.shape
        return f"Dataset({self.name!r}, {m} rows, {n_x} features, {self.task} of {self.target_name!r})"

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The distinct labels in sorted order, as text; None for regression."""
        return None if self.task == "regression" else tuple(str(label) for label in np.unique(self.y))


def load_dataset(name: str, **options: Any) -> Dataset:
    """The dataset called ``name``, one of the keys of ``DATASETS``.

    The options of a planar set are its generator's arguments (``m`` points, ``noise``, ...) and a ``seed``, with the
    course's values as defaults; ``parity`` takes ``bits``. The real tables take none. Raises ValueError for an unknown
    name or option, with the valid ones, and TypeError or ValueError for a value out of range.

    >>> load_dataset("parity", bits=2).y
    array([0, 1, 1, 0])
    >>> load_dataset("flour")
    Traceback (most recent call last):
        ...
    ValueError: dataset='flour' is unknown (did you mean 'flower'?); choose one of: flower, circles, moons, blobs, \
quantiles, no_structure, xor, spiral, parity, wine, breast_cancer, iris, digits, diabetes
    """
    return choose("dataset", name, DATASETS)(name, options)


def flower(rs: np.random.RandomState, m: int = 400, noise: float = 0.2) -> Points:
    """The course's flower: r = 4 sin(4 theta) has petals, which fall to class 0 on one half turn, to 1 on the other.

    ``noise`` is the standard deviation added to the angle (radians) and to the radius. Rows are not shuffled.

    >>> X, y = flower(np.random.RandomState(1))
    >>> X.shape, y.sum()
    ((400, 2), np.int64(200))
    """
    m, noise = count("m", m, 2), nonnegative("noise", noise)
    petals, sizes = [], (m // 2, m - m // 2)
    for k, size in enumerate(sizes):
        # 3.12 is the course's number; pi would close the flower.
        theta = np.linspace(k * 3.12, (k + 1) * 3.12, size) + noise * rs.randn(size)
        r = 4 * np.sin(4 * theta) + noise * rs.randn(size)
        petals.append(np.column_stack([r * np.sin(theta), r * np.cos(theta)]))
    return np.concatenate(petals), np.repeat([0, 1], sizes)


def circles(rs: np.random.RandomState, m: int = 200, factor: float = 0.5, noise: float = 0.3) -> Points:
    """A unit circle (class 0) round a circle of radius ``factor`` in [0, 1) (class 1), shuffled.

    ``noise`` is the standard deviation added to each coordinate. The draws are those of scikit-learn's make_circles.

    >>> X, y = circles(np.random.RandomState(0), m=4, noise=0)
    >>> np.hypot(*X.T)[np.argsort(y)]
    array([1. , 1. , 0.5, 0.5])
    """
    m, factor, noise = count("m", m, 2), fraction("factor", factor), nonnegative("noise", noise)
    outer, inner = (np.linspace(0, 2 * np.pi, size, endpoint=False) for size in (m // 2, m - m // 2))
    X = np.concatenate([_on_circle(outer), _on_circle(inner) * factor])
    return _noisy(rs, *_shuffled(rs, X, np.repeat([0, 1], [len(outer), len(inner)])), noise)


def moons(rs: np.random.RandomState, m: int = 200, noise: float = 0.2) -> Points:
    """Two half circles that reach into each other: the upper is class 0, the lower class 1, shuffled.

    ``noise`` is the standard deviation added to each coordinate. The draws are those of scikit-learn's make_moons.

    >>> X, y = moons(np.random.RandomState(0), noise=0)
    >>> float(X[y == 0, 1].min().round(9)), float(X[y == 1, 1].max())
    (0.0, 0.5)
    """
    m, noise = count("m", m, 2), nonnegative("noise", noise)
    upper, lower = (np.linspace(0, np.pi, size) for size in (m // 2, m - m // 2))
    # Two subtractions, as scikit-learn writes them: (1, 0.5) - circle rounds differently in the last digit.
    X = np.concatenate([_on_circle(upper), 1 - _on_circle(lower) - [0, 0.5]])
    return _noisy(rs, *_shuffled(rs, X, np.repeat([0, 1], [len(upper), len(lower)])), noise)


def blobs(rs: np.random.RandomState, m: int = 200, centres: int = 6) -> Points:
    """Normal clouds of variance 1 round centres drawn from [-10, 10]^2, shuffled; y is the number of the centre.

    The draws are those of scikit-learn's make_blobs. The course, and ``load_dataset``, train on y mod 2.

    >>> np.bincount(blobs(np.random.RandomState(5))[1])
    array([34, 34, 33, 33, 33, 33])
    """
    centres = count("centres", centres)
    m = count("m", m, centres)
    sizes = [m // centres + (k < m % centres) for k in range(centres)]
    middles = rs.uniform(-10, 10, (centres, 2))
    X = np.concatenate([rs.normal(middle, 1, (size, 2)) for middle, size in zip(middles, sizes, strict=True)])
    return _shuffled(rs, X, np.repeat(np.arange(centres), sizes))


def gaussian_quantiles(rs: np.random.RandomState, m: int = 200, classes: int = 2, variance: float = 0.5) -> Points:
    """One normal cloud round the origin, cut into rings that hold equally many points: class 0 innermost, shuffled.

    ``variance`` is that of each coordinate. Rows that do not divide evenly go to the last class. The draws are those of
    scikit-learn's make_gaussian_quantiles.

    >>> X, y = gaussian_quantiles(np.random.RandomState(1))
    >>> bool(np.hypot(*X[y == 0].T).max() < np.hypot(*X[y == 1].T).min())
    True
    """
    classes, variance = count("classes", classes), positive("variance", variance)
    m = count("m", m, classes)
    X = np.sqrt(variance) * rs.standard_normal((m, 2))
    X = X[np.argsort((X**2).sum(axis=1))]
    return _shuffled(rs, X, np.minimum(np.arange(m) // (m // classes), classes - 1))


def no_structure(rs: np.random.RandomState, m: int = 200) -> Points:
    """Two unrelated draws from the unit square, both (m, 2), as the course returns them.

    The second is no label. ``load_dataset`` makes a coin toss of it: class 1 where its first column is 0.5 or above.

    >>> X, second = no_structure(np.random.RandomState(1))
    >>> X.shape, second.shape
    ((200, 2), (200, 2))
    """
    m = count("m", m)
    return rs.rand(m, 2), rs.rand(m, 2)


def xor(rs: np.random.RandomState, m: int = 200, noise: float = 0.2) -> Points:
    """The corners of the unit square in turn, plus noise; y is 1 where exactly one coordinate of the corner is 1.

    ``noise`` is the standard deviation added to each coordinate. ``m=4, noise=0`` is the truth table.

    >>> X, y = xor(np.random.RandomState(1), m=4, noise=0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    m, noise = count("m", m, 4), nonnegative("noise", noise)
    corners, labels = parity(2)
    turn = np.arange(m) % 4
    return _noisy(rs, corners[turn], labels[turn], noise)


def spiral(rs: np.random.RandomState, m: int = 400, arms: int = 2, noise: float = 0.2) -> Points:
    """Spiral arms, one class each, that turn once and a half from the origin out to radius 1.

    r = t, theta = 3 pi t + 2 pi k / arms for class k, t from 0 to 1. ``noise`` is the standard deviation added to the
    angle (radians). Rows are not shuffled.

    >>> X, y = spiral(np.random.RandomState(1), m=300, arms=3)
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    arms, noise = count("arms", arms), nonnegative("noise", noise)
    m = count("m", m, arms)
    sizes = [m // arms + (k < m % arms) for k in range(arms)]
    y = np.repeat(np.arange(arms), sizes)
    t = np.concatenate([np.linspace(0, 1, size) for size in sizes])
    theta = 3 * np.pi * t + 2 * np.pi * y / arms + noise * rs.standard_normal(m)
    return t[:, None] * _on_circle(theta), y


def parity(bits: int = 4) -> Points:
    """All 2^bits strings of bits, in counting order; y is the XOR of a row's bits. At most 20 bits, a million rows.

    >>> X, y = parity(3)
    >>> X[5].tolist(), y[5]
    ([1.0, 0.0, 1.0], np.int64(0))
    """
    if count("bits", bits) > 20:
        raise ValueError(SAY["error.bits"].filled(bits=bits))
    X = np.arange(2**bits)[:, None] >> np.arange(bits)[::-1] & 1
    return X.astype(np.float64), X.sum(axis=1) % 2


def _on_circle(theta: Array) -> Array:
    return np.column_stack([np.cos(theta), np.sin(theta)])


def _shuffled(rs: np.random.RandomState, X: Array, y: Array) -> Points:
    # The indices are shuffled, not the rows: the same draws as scikit-learn's.
    order = np.arange(len(y))
    rs.shuffle(order)
    return X[order], y[order]


def _noisy(rs: np.random.RandomState, X: Array, y: Array, noise: float) -> Points:
    return X + rs.normal(scale=noise, size=X.shape), y


def _two_blobs(rs: np.random.RandomState, m: int = 200, centres: int = 6) -> Points:
    X, y = blobs(rs, m, centres)
    return X, y % 2


def _coin_tosses(rs: np.random.RandomState, m: int = 200) -> Points:
    X, second = no_structure(rs, m)
    return X, (second[:, 0] >= 0.5).astype(int)


def _synthetic(points: Callable[..., Points], seed: int | None, name: str, options: dict[str, Any]) -> Dataset:
    # A generator that draws takes a RandomState; whoever asks for a named set gives the seed of one instead.
    valid = {"seed" if argument == "rs" else argument: argument for argument in signature(points).parameters}
    for option in options:
        choose(f"{name} option", option, valid)
    if "seed" in valid:
        rs = np.random.RandomState(count("seed", options.pop("seed", seed), 0))
        points = partial(points, rs)
    X, y = points(**options)
    features = tuple(f"x{i + 1}" for i in range(X.shape[1]))
    return Dataset(name, X, y, "classification", features, "class", SAY[f"builtin.{name}"])


def _packaged(file: str, **how: Any) -> Array:
    # The files lie in scikit-learn's folder; importing scikit-learn to read them takes longer than a training.
    found = find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(SAY["error.no_sklearn"])
    return np.loadtxt(Path(found.submodule_search_locations[0], "datasets", "data", file), **how)


def _with_classes(file: str) -> Points:
    # The first line: rows, columns, and the names of the classes that the last column counts.
    heading = _packaged(file, delimiter=",", max_rows=1, dtype=str)
    rows = _packaged(file, delimiter=",", skiprows=1)
    return rows[:, :-1], heading[2:][rows[:, -1].astype(int)]


def _digits() -> Points:
    rows = _packaged("digits.csv.gz", delimiter=",")
    return rows[:, :-1], rows[:, -1].astype(int)


def _diabetes() -> Points:
    # Unscaled, so that an age is an age; scikit-learn's default differs by a shift and a scale for each column.
    return _packaged("diabetes_data_raw.csv.gz"), _packaged("diabetes_target.csv.gz")


def _bundled(
    rows: Callable[[], Points], features: str, target_name: str, name: str, options: dict[str, Any]
) -> Dataset:
    if options:
        raise ValueError(SAY["error.no_options"].filled(name=name, options=", ".join(options)))
    X, y = rows()
    task: Task = "regression" if y.dtype.kind == "f" else "classification"
    return Dataset(name, X, y, task, tuple(features.split(", ")), target_name, SAY[f"builtin.{name}"])


WINE = (
    "alcohol, malic_acid, ash, alcalinity_of_ash, magnesium, total_phenols, flavanoids, nonflavanoid_phenols, "
    "proanthocyanins, color_intensity, hue, od280/od315_of_diluted_wines, proline"
)
CELLS = (
    "radius, texture, perimeter, area, smoothness, compactness, concavity, concave points, symmetry, fractal dimension"
)
NUCLEI = ", ".join(way.format(part) for way in ("mean {}", "{} error", "worst {}") for part in CELLS.split(", "))
FLOWERS = "sepal length (cm), sepal width (cm), petal length (cm), petal width (cm)"
PIXELS = ", ".join(f"pixel_{i}_{j}" for i in range(8) for j in range(8))
PATIENTS = "age, sex, bmi, bp, s1, s2, s3, s4, s5, s6"

_wine, _breast_cancer, _iris = (
    partial(_with_classes, f"{name}.csv") for name in ("wine_data", "breast_cancer", "iris")
)

DATASETS: dict[str, partial[Dataset]] = {
    "flower": partial(_synthetic, flower, 1),
    "circles": partial(_synthetic, circles, 1),
    "moons": partial(_synthetic, moons, 1),
    # The course seeds this one with 5, whatever the state of the others.
    "blobs": partial(_synthetic, _two_blobs, 5),
    "quantiles": partial(_synthetic, gaussian_quantiles, 1),
    "no_structure": partial(_synthetic, _coin_tosses, 1),
    "xor": partial(_synthetic, xor, 1),
    "spiral": partial(_synthetic, spiral, 1),
    "parity": partial(_synthetic, parity, None),
    "wine": partial(_bundled, _wine, WINE, "cultivar"),
    "breast_cancer": partial(_bundled, _breast_cancer, NUCLEI, "diagnosis"),
    "iris": partial(_bundled, _iris, FLOWERS, "species"),
    "digits": partial(_bundled, _digits, PIXELS, "digit"),
    "diabetes": partial(_bundled, _diabetes, PATIENTS, "progression"),
}


def options_of(name: str) -> dict[str, Any]:
    """The options of the dataset called ``name``, with their defaults; none of a real table.

    >>> options_of("moons"), options_of("wine")
    ({'m': 200, 'noise': 0.2, 'seed': 1}, {})
    """
    if DATASETS[name].func is not _synthetic:
        return {}
    points, seed = DATASETS[name].args
    told = {key: p.default for key, p in signature(points).parameters.items() if p.default is not Parameter.empty}
    return told if seed is None else told | {"seed": seed}
