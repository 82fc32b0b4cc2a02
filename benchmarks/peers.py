"""Every contender behind one call: seconds for a step of training, on rows X and Y."""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from barreleye.nn.network import initialize
from barreleye.nn.structure import Network
from barreleye.training.loop import train

from .timing import optional


def barreleye_step(
    network: Network, X: Any, Y: Any, *, steps: int, engine: str = "xla", **options: Any
) -> Callable[[], float]:
    """Seconds a step on our engine; every cost is recorded. Compilation happens in the turn that is not counted."""

    def run() -> float:
        training = train(network, X, Y, steps=2 * steps, every=steps, engine=engine, **options)
        first = next(training).seconds
        *_, last = training
        return (last.seconds - first) / steps

    return run


def sklearn_step(
    hidden: tuple[int, ...], X: Any, y: Any, *, batch_size: int, epochs: int, **options: Any
) -> Callable[[], float]:
    """Seconds a step of scikit-learn's MLPClassifier, its loss curve recorded as it always is."""
    from sklearn.neural_network import MLPClassifier

    def run() -> float:
        model = MLPClassifier(
            hidden, batch_size=batch_size, max_iter=epochs, tol=0.0, n_iter_no_change=10**9, random_state=0, **options
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is told to stop before it has converged
            started = time.perf_counter()
            model.fit(X, y)
        return (time.perf_counter() - started) / (epochs * -(-len(X) // batch_size))

    return run


def torch_step(
    n: tuple[int, ...],
    X: Any,
    Y: Any,
    *,
    batch_size: int,
    steps: int,
    hidden: str,
    optimizer: str,
    rate: float,
    device: str = "cpu",
    compiled: bool = False,
) -> Callable[[], float] | None:
    """Seconds a step of PyTorch, eager or compiled, the cost kept at each; None without PyTorch."""
    torch = optional("torch")
    if torch is None:
        return None
    X, Y = torch.as_tensor(X, device=device), torch.as_tensor(Y, device=device)
    layers: list[Any] = []
    for l in range(1, len(n)):
        layers.append(torch.nn.Linear(n[l - 1], n[l], dtype=X.dtype))
        if l < len(n) - 1:
            layers.append(torch.nn.Tanh() if hidden == "tanh" else torch.nn.ReLU())
    labels = Y.argmax(axis=1) if n[-1] > 1 else Y
    measure = torch.nn.CrossEntropyLoss() if n[-1] > 1 else torch.nn.BCEWithLogitsLoss()
    model = torch.nn.Sequential(*layers).to(device)
    forward = torch.compile(model) if compiled else model

    def run() -> float:
        kind = torch.optim.Adam if optimizer == "adam" else torch.optim.SGD
        rule = kind(model.parameters(), lr=rate)
        costs = []
        m = len(X)
        order = torch.randperm(m, device=device)
        started = time.perf_counter()
        for i in range(steps):
            if batch_size == m:
                rows, targets = X, labels
            else:
                at = (i * batch_size) % (m - batch_size + 1)
                chosen = order[at : at + batch_size]
                rows, targets = X[chosen], labels[chosen]
            rule.zero_grad()
            J = measure(forward(rows), targets)
            J.backward()
            rule.step()
            costs.append(J.detach())
        costs[-1].item()  # a GPU answers when it is done
        return (time.perf_counter() - started) / steps

    return run


def starting_dict(network: Network) -> dict[str, Any]:
    """Starting parameters as the tutorials' dict {"W1": ..., "b1": ...}, small so that no sigmoid overflows."""
    p = initialize(network, 0, "normal")
    return {f"{name}{l}": value for name, field in (("W", p.W), ("b", p.b)) for l, value in field.items()}


def bare_products_step(n: tuple[int, ...], batch: int, dtype: Any, repeats: int = 20) -> Callable[[], float]:
    """Seconds for the matrix products of one step and nothing else: W A, dZ A^T and, above layer 1, W^T dZ, in XLA."""
    import jax

    untyped: Any = jax
    barrier, wait = untyped.lax.optimization_barrier, untyped.block_until_ready
    rng = np.random.default_rng(0)

    def matrix(*shape: int) -> Any:
        return jax.numpy.asarray(rng.standard_normal(shape).astype(dtype))

    with jax.enable_x64(True):
        layers = range(1, len(n))
        W = [matrix(n[l], n[l - 1]) for l in layers]
        A = [matrix(batch, n[l - 1]).T for l in layers]
        dZ = [matrix(n[l], batch) for l in layers]

    @jax.jit
    def products(W: Any, A: Any, dZ: Any) -> Any:
        def body(_: Any, carry: Any) -> Any:
            # The barrier keeps XLA from lifting the products, the same each time, out of the loop.
            W, A, dZ, _ = barrier(carry)
            Z = [w @ a for w, a in zip(W, A, strict=True)]
            dW = [d @ a.T for d, a in zip(dZ, A, strict=True)]
            dA = [w.T @ d for w, d in zip(W[1:], dZ[1:], strict=True)]
            return W, A, dZ, (Z, dW, dA)

        empty = jax.eval_shape(lambda: body(0, (W, A, dZ, ()))[3])
        zeros = jax.tree.map(lambda s: jax.numpy.zeros(s.shape, s.dtype), empty)
        return jax.lax.fori_loop(0, repeats, body, (W, A, dZ, zeros))[3]

    def run() -> float:
        with jax.enable_x64(True):
            started = time.perf_counter()
            wait(products(W, A, dZ))
            return (time.perf_counter() - started) / repeats

    return run
