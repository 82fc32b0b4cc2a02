"""Unit by unit: one sample with the shape of every product, then m samples at once; and what one wrong square does.

python examples/s5_one_then_many.py
"""

import numpy as np

from barreleye.course import initialize_parameters_deep, load_planar_dataset, sigmoid
from barreleye.nn.network import backward, forward
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network


def one_sample(x: np.ndarray, y: float, p: dict[str, np.ndarray]) -> np.ndarray:
    """dW1 for one sample x (2, 1), with the shape of everything on the way: sigmoid hidden units, sigmoid output."""
    z1 = p["W1"] @ x + p["b1"]
    a1 = sigmoid(z1)
    z2 = p["W2"] @ a1 + p["b2"]
    a2 = sigmoid(z2)
    dz2 = a2 - y
    dW2 = dz2 @ a1.T
    dz1 = p["W2"].T @ dz2 * a1 * (1 - a1)
    dW1 = dz1 @ x.T
    print("One sample:")
    print(f"  z1 = W1 x + b1          {p['W1'].shape} {x.shape} + {p['b1'].shape} -> {z1.shape}")
    print(f"  z2 = W2 a1 + b2         {p['W2'].shape} {a1.shape} + {p['b2'].shape} -> {z2.shape}")
    print(f"  dW2 = dz2 a1'           {dz2.shape} {a1.T.shape} -> {dW2.shape}")
    print(f"  dz1 = W2' dz2 * g'(z1)  {p['W2'].T.shape} {dz2.shape} * {a1.shape} -> {dz1.shape}")
    print(f"  dW1 = dz1 x'            {dz1.shape} {x.T.shape} -> {dW1.shape}\n")
    return dW1


def many_samples(X: np.ndarray, Y: np.ndarray, p: dict[str, np.ndarray], hidden: str) -> np.ndarray:
    """dW1 for all m samples: the same products, with m columns instead of one. The mean over them is the 1/m in dW1."""
    network = Network((2, 4, 1), hidden, "sigmoid")
    parameters = Parameters({1: p["W1"], 2: p["W2"]}, {1: p["b1"], 2: p["b2"]}, {}, {})
    trace = forward(network, parameters, X)
    gradients = backward(network, parameters, trace, Y)
    m = X.shape[1]
    print(f"{m} sample{'s' if m > 1 else ''}, {hidden} hidden units:\n{trace}\n\n{gradients}\n")
    return gradients.dW[1]


def trained(X: np.ndarray, Y: np.ndarray, p: dict[str, np.ndarray], squared: bool, rate: float = 0.4) -> float:
    """The accuracy of the tutorials' plain loop with tanh hidden units: g'(z) = 1 - a^2, or (1 - a)^2 by mistake."""
    W1, b1, W2, b2, m = p["W1"], p["b1"], p["W2"], p["b2"], X.shape[1]
    for _ in range(2500):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        dZ2 = A2 - Y
        dZ1 = W2.T @ dZ2 * ((1 - A1) ** 2 if squared else 1 - A1**2)
        # db is the mean over columns: axis=1 and keepdims=True keep it a column. Then both layers move at once.
        dW1, db1 = dZ1 @ X.T / m, dZ1.sum(axis=1, keepdims=True) / m
        dW2, db2 = dZ2 @ A1.T / m, dZ2.sum(axis=1, keepdims=True) / m
        W1, b1, W2, b2 = W1 - rate * dW1, b1 - rate * db1, W2 - rate * dW2, b2 - rate * db2
    return float(((W2 @ np.tanh(W1 @ X + b1) + b2 > 0) == Y).mean())


def main() -> None:
    X, Y = load_planar_dataset()
    p = initialize_parameters_deep([2, 4, 1], initialization="lecun")
    alone = one_sample(X[:, :1], float(Y[0, 0]), p)
    same = many_samples(X[:, :1], Y[:, :1], p, "sigmoid")
    print(f"by hand and by the library, one sample: dW1 differs by {abs(alone - same).max():.0e}\n")
    # With tanh hidden units a single factor of the backward pass changes: a (1 - a) becomes 1 - a^2.
    many_samples(X, Y, p, "tanh")
    start = initialize_parameters_deep([2, 4, 1], seed=2)  # the exercise's start: 0.01 x normal
    # At the exercise's rate, 1.2, the mistaken slope goes to and fro for ever: each processor rounds it to another end.
    print("On the flower, 2,500 steps at rate 0.4:")
    print(f"  tanh' = 1 - a^2    accuracy {trained(X, Y, start, squared=False):.2%}")
    print(f"  tanh' = (1 - a)^2  accuracy {trained(X, Y, start, squared=True):.2%}, worse than a coin")


if __name__ == "__main__":
    main()
