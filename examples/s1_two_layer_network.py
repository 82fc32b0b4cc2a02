"""Why one layer is not enough, and how two layers learn: XOR first, then the flower.

python examples/s1_two_layer_network.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import numpy as np

from barreleye.course import (
    L_layer_model,
    backward_propagation,
    forward_propagation,
    initialize_parameters_deep,
    initialize_parameters_zeros,
    load_planar_dataset,
    nn_model,
    plot_decision_boundary,
    predict,
    predict_dec,
)
from barreleye.insight.plots import save


def xor() -> None:
    """No straight line separates XOR, so a single layer fails; four hidden units are plenty."""
    X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0, 1, 1, 0]])
    one_layer, costs = L_layer_model(X, Y, [2, 1], learning_rate=1.2, num_iterations=2000)
    print(
        f"XOR, one layer : {predict_dec(one_layer, X).astype(int)}, cost {costs[-1]:.4f}: log 2, no better than a coin"
    )
    start = initialize_parameters_deep([2, 4, 1], initialization="lecun")
    two_layers = nn_model(X, Y, n_h=4, num_iterations=2000, parameters=start)
    print(f"XOR, two layers: {predict(two_layers, X).astype(int)}")
    # All weights zero: every hidden unit computes the same and gets the same gradient, for ever.
    stuck = nn_model(X, Y, n_h=4, num_iterations=2000, parameters=initialize_parameters_zeros([2, 4, 1]))
    print(f"XOR, from zeros: W1 is still {'0' if not stuck['W1'].any() else 'moving'} after 2,000 steps\n")


def one_by_one_or_all_at_once(X: np.ndarray, Y: np.ndarray) -> None:
    """The gradient of all samples at once is the mean of the gradients of one sample at a time."""
    parameters = initialize_parameters_deep([2, 4, 1], initialization="lecun")
    _, cache = forward_propagation(X, parameters)
    at_once = backward_propagation(parameters, cache, X, Y)
    m = X.shape[1]
    dW1 = np.zeros_like(parameters["W1"])
    for i in range(m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        _, cache = forward_propagation(x, parameters)
        dW1 += backward_propagation(parameters, cache, x, y)["dW1"] / m
    apart = abs(dW1 - at_once["dW1"]).max()
    print(f"dW1 by a loop over {m} samples and by one matrix product: {apart:.0e} apart\n")


def main(folder: Path) -> None:
    xor()
    X, Y = load_planar_dataset()
    one_by_one_or_all_at_once(X, Y)
    print(f"The flower: X {X.shape}, Y {Y.shape}")
    parameters = nn_model(X, Y, n_h=4, num_iterations=10000, learning_rate=1.2, print_cost=True)
    print(f"accuracy {(predict(parameters, X) == Y).mean():.2%}")
    figure = plot_decision_boundary(lambda x: predict(parameters, x.T), X, Y)
    print(save(figure, folder / "s1-flower.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
