"""A hand-made single hidden layer on planar data: from the raw scatter to a coloured decision boundary.

And a trap on the way: a tanh output with the cross-entropy of a sigmoid.

    python examples/s4_planar.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import numpy as np

from barreleye.course import (
    L_layer_model,
    compute_cost,
    forward_propagation,
    initialize_parameters,
    initialize_parameters_deep,
    load_extra_datasets,
    load_planar_dataset,
    model,
    nn_model,
    plot_decision_boundary,
    predict,
    predict_dec,
)
from barreleye.insight.plots import plot_scatter, save


def the_trap(X: np.ndarray, Y: np.ndarray) -> None:
    """tanh as output: its values lie in -1..1, so log(A2) has no value from the first step on."""
    p, m = initialize_parameters(2, 4, 1), X.shape[1]
    A2, _ = forward_propagation(X, p, output="tanh")
    try:
        compute_cost(A2, Y)
    except ValueError as error:
        print(f"The naive tanh output, asked for its cost:\n  {error}\n")

    # The naive loop does not notice: its update A2 - Y never looks at that cost. It is the gradient of another one.
    W1, b1, W2, b2 = p["W1"], p["b1"], p["W2"], p["b2"]
    for _ in range(5000):
        A1 = np.tanh(W1 @ X + b1)
        dZ2 = np.tanh(W2 @ A1 + b2) - Y
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W1, b1 = W1 - 1.2 * dZ1 @ X.T / m, b1 - 1.2 * dZ1.sum(axis=1, keepdims=True) / m
        W2, b2 = W2 - 1.2 * dZ2 @ A1.T / m, b2 - 1.2 * dZ2.sum(axis=1, keepdims=True) / m
    A2 = np.tanh(W2 @ np.tanh(W1 @ X + b1) + b2)
    with np.errstate(invalid="ignore"):
        cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    print(f"The naive loop: cost {cost}, accuracy {((A2 > 0.5) == Y).mean():.1%}")

    # Right: labels -1 and +1, P(1) = sigmoid(2Z) = (1 + tanh Z)/2, and dZ2 = A2 - Y again.
    right = nn_model(X, Y, n_h=4, num_iterations=5000, learning_rate=0.6, output="tanh")
    A2, _ = forward_propagation(X, right, output="tanh")
    accuracy = (predict(right, X, output="tanh") == Y).mean()
    print(f"The right tanh output: cost {compute_cost(A2, Y, output='tanh'):.4f}, accuracy {accuracy:.1%}\n")


def improvements(X: np.ndarray, Y: np.ndarray) -> None:
    """Other hidden activations, more units, more layers, another optimizer, a penalty."""
    for g, n_h, learning_rate in (("tanh", 4, 1.2), ("sigmoid", 4, 1.2), ("relu", 20, 0.3), ("leaky_relu", 20, 0.3)):
        start = initialize_parameters_deep([2, n_h, 1], initialization="he")
        parameters = nn_model(X, Y, n_h, 2000, learning_rate, activation=g, parameters=start)
        print(f"  {n_h:2} hidden units, {g:15} accuracy {(predict(parameters, X, activation=g) == Y).mean():.1%}")
    for name, optimizer in (("20 + 10 ReLU units", "gd"), ("... with Adam", "adam")):
        deeper = model(X, Y, [2, 20, 10, 1], optimizer, learning_rate=0.01, num_epochs=200, print_cost=False)
        print(f"  {name:32} accuracy {(predict_dec(deeper, X) == Y).mean():.1%}")
    # A penalty is not there to raise this accuracy, which is on the training data, but to keep the weights small.
    for name, lambd in (("... on all samples at once", 0.0), ("... and with L2, lambda = 1", 1.0)):
        smooth, _ = L_layer_model(X, Y, [2, 20, 10, 1], 0.3, 1000, initialization="he", lambd=lambd)
        size = sum((smooth[f"W{l}"] ** 2).sum() for l in (1, 2, 3))
        print(f"  {name:32} accuracy {(predict_dec(smooth, X) == Y).mean():.1%}, sum of W^2 {size:.0f}")
    print()


def main(folder: Path) -> None:
    X, Y = load_planar_dataset()
    print(save(plot_scatter(X.T, Y.ravel(), title="the flower, raw"), folder / "s4-scatter.png"))
    parameters = nn_model(X, Y, n_h=4, num_iterations=5000, print_cost=True)
    print(f"accuracy {(predict(parameters, X) == Y).mean():.1%}")

    def probability(x: np.ndarray) -> np.ndarray:  # rows in, as plot_decision_boundary asks; columns inside
        return forward_propagation(x.T, parameters)[0]

    print(save(plot_decision_boundary(probability, X, Y), folder / "s4-boundary.png"), "\n")
    the_trap(X, Y)
    improvements(X, Y)

    _, moons, *_ = load_extra_datasets()
    X, Y = moons[0].T, moons[1].reshape(1, -1)  # these come as rows, as in the course's own helper
    start = initialize_parameters_deep([2, 8, 1], initialization="lecun")
    parameters = nn_model(X, Y, n_h=8, num_iterations=5000, parameters=start)
    print(f"the moons: accuracy {(predict(parameters, X) == Y).mean():.1%}")
    print(save(plot_decision_boundary(probability, X, Y), folder / "s4-moons.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
