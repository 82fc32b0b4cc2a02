"""Why one layer is not enough, and how two layers learn: XOR first, then the flower.

python examples/s1_two_layer_network.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import numpy as np

from barreleye.course import (
    L_layer_model,
    backward_propagation,
    compute_cost,
    forward_propagation,
    initialize_parameters,
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
    """No straight line separates XOR, so a single layer fails. Two layers can, but not from every start."""
    X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0, 1, 1, 0]])
    one_layer, costs = L_layer_model(X, Y, [2, 1], learning_rate=1.2, num_iterations=2000)
    print(f"XOR, one layer: {predict_dec(one_layer, X).astype(int)}, cost {costs[-1]:.4f}: log 2, a coin's\n")

    # As the tutorial starts, W = 0.01 x normal, and as it goes on, 1.2 and 10,000 iterations.
    tutorial, zeros = initialize_parameters(2, 4, 1), initialize_parameters_zeros([2, 4, 1])
    for name, start in (
        ("0.01 x normal", tutorial),
        ("zeros", zeros),
        ("1 x normal", {**tutorial, "W1": 100 * tutorial["W1"], "W2": 100 * tutorial["W2"]}),
        ("normal / sqrt(n[l-1])", initialize_parameters_deep([2, 4, 1], initialization="lecun")),
    ):
        _, cache = forward_propagation(X, start)
        first = backward_propagation(start, cache, X, Y)
        trained = nn_model(X, Y, n_h=4, num_iterations=10000, learning_rate=1.2, parameters=start)
        A2, _ = forward_propagation(X, trained)
        print(f"XOR, two layers from {name:22} first |dW1| {abs(first['dW1']).max():.0e}, ", end="")
        print(f"cost {compute_cost(A2, Y):.4f}, {predict(trained, X).astype(int)}")
    print("Near 0 tanh is a straight line, and so is the network: it sees XOR as one layer does, A2 = 1/2 everywhere,")
    print("and dW1 is the product of two small numbers, W2 and the little that A2 - Y has left. Zeros are a dead end;")
    print("0.01 x normal is so flat a plateau that 10,000 iterations do not leave it. Larger weights start off it.\n")


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
