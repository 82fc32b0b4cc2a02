"""What several tests share: both kinds of array, distances to exact values, small problems, and a browser."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from barreleye.nn.front import Levels
from barreleye.nn.network import initialize
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network

# Nothing that the tests compile goes into the user's cache directory.
os.environ["BARRELEYE_COMPILATION_CACHE"] = "off"

# Nor do their runs go into a history, where a test does not name one.
os.environ["BARRELEYE_HISTORY"] = "off"

# A shell that starts the tests in the background has them ignore Ctrl-C; those that press it wait for it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def x64() -> Iterator[None]:
    """JAX with 64-bit numbers for the length of a test."""
    with jax.enable_x64(True):
        yield


@pytest.fixture(params=["numpy", "jax"])
def xp(request: pytest.FixtureRequest, x64: None) -> Any:
    """NumPy, then JAX with 64-bit numbers: the two namespaces that the mathematics is written for."""
    return {"numpy": np, "jax": jnp}[request.param]


@pytest.fixture(scope="session")
def distance() -> Callable[[Any, list[Any]], np.ndarray]:
    """|computed - exact| of each number, where exact holds mpmath numbers: the difference is taken in 50 digits."""

    def between(computed: Any, exact: list[Any]) -> np.ndarray:
        flat = np.asarray(computed).ravel()
        assert flat.size == len(exact)
        with mpmath.workdps(50):
            return np.array([float(abs(mpmath.mpf(float(c)) - e)) for c, e in zip(flat, exact, strict=True)])

    return between


class Problem(NamedTuple):
    network: Network
    parameters: Parameters
    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray
    D: dict[int, np.ndarray]


@pytest.fixture(scope="session")
def problem() -> Callable[..., Problem]:
    """A function that makes a network with random parameters (none of them 0) and random data that suit its head."""

    def make(g: Any = "tanh", head: Any = "sigmoid", n: Any = (3, 4, 3, 2), m: int = 6, seed: int = 1, **options: Any):
        rng = np.random.default_rng(seed)
        network = Network(n, g, head, **options)
        parameters = initialize(network, rng, "xavier_normal")
        parameters = parameters.map(lambda p: p + 0.3 * rng.standard_normal(p.shape))
        Y = {
            "probabilities": lambda: rng.random((n[-1], m)).round(rng.integers(2)),
            "distributions": lambda: rng.dirichlet(np.ones(n[-1]), m).T,
            "signs": lambda: rng.uniform(-1, 1, (n[-1], m)),
            "counts": lambda: rng.poisson(1.5, (n[-1], m)) * 1.0,
            "numbers": lambda: rng.standard_normal((n[-1], m)),
        }[network.head.targets]()
        D = {l: (rng.random((n[l], m)) < 0.7) * 1.0 for l in network.dropout_layers}
        X = rng.standard_normal((network.n_x, m))
        for _, part, rows, _ in network.front.places() if network.front else ():
            if isinstance(part, Levels):
                row = list(network.front.order or range(network.n_x))[rows.start]
                X[row] = rng.integers(0, part.levels + 1, m)
        return Problem(network, parameters, X, Y, rng.uniform(0.2, 3, (1, m)), D)

    return make


# A browser to look at pages with, installed where it is missing and may be.

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def found():
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def installed():
    """The path of Chromium, from Debian's packages if need be: root alone may fetch them, one process at a time."""
    if found() or not shutil.which("apt-get") or os.geteuid() != 0:
        return found()
    import fcntl  # which Windows lacks

    with Path(tempfile.gettempdir(), "barreleye-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            if not found():
                subprocess.run(["apt-get", "-q", *step], capture_output=True, check=False, timeout=600)
    return found()


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window, with a profile of its own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives a browser, is missing")
    path = installed()
    if path is None:
        pytest.skip("there is no Chromium to open pages with: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=path, args=[*QUIET, "--disable-sync", "--no-first-run"])
        except playwright.Error as error:
            pytest.skip(f"{path} does not start: {error.message.splitlines()[0]}")
        yield opened
        opened.close()
