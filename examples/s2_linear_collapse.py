"""Hidden layers without a non-linear g collapse: however many, together they are one linear map.

W3 (W2 (W1 x + b1) + b2) + b3 = (W3 W2 W1) x + (W3 W2 b1 + W3 b2 + b3)

python examples/s2_linear_collapse.py
"""

import numpy as np

from barreleye.course import L_layer_model, load_planar_dataset, nn_model, predict, predict_dec
from barreleye.nn.network import initialize
from barreleye.nn.network import predict as outputs
from barreleye.nn.structure import Network


def main() -> None:
    np.set_printoptions(precision=4, suppress=True)
    X = np.random.default_rng(0).standard_normal((2, 5))

    linear = Network((2, 4, 3, 1), "identity", "identity")
    parameters = initialize(linear, rng=1)
    parameters = parameters.map(lambda p: p + 0.1)  # so that the biases take part too
    W, b = parameters.W, parameters.b

    one_W = W[3] @ W[2] @ W[1]
    one_b = W[3] @ W[2] @ b[1] + W[3] @ b[2] + b[3]
    print(f"three layers, {sum(p.size for p in parameters.arrays())} numbers:", outputs(linear, parameters, X)[0])
    print(f"one layer,     {one_W.size + one_b.size} numbers:", (one_W @ X + one_b)[0])
    print("W =", one_W[0], " b =", one_b[0])

    # With a non-linear g there is no such W and b: the best straight fit leaves something over.
    bent = Network((2, 4, 3, 1), "tanh", "identity")
    Y_hat = outputs(bent, parameters, X)
    columns = np.vstack([X, np.ones(5)])
    fit = np.linalg.lstsq(columns.T, Y_hat[0], rcond=None)[0]
    print("\nwith tanh between the layers:", Y_hat[0])
    print("the best single layer:       ", fit @ columns, "\n")

    # What it costs: on the flower, hidden units without g are worth nothing.
    X, Y = load_planar_dataset()
    one_layer, _ = L_layer_model(X, Y, [2, 1], learning_rate=1.2, num_iterations=3000)
    no_g = nn_model(X, Y, n_h=20, num_iterations=3000, learning_rate=0.1, activation="identity")
    with_g = nn_model(X, Y, n_h=20, num_iterations=3000)
    print(f"flower, a single layer       {(predict_dec(one_layer, X) == Y).mean():.1%}")
    print(f"flower, 20 units, no g       {(predict(no_g, X, activation='identity') == Y).mean():.1%}")
    print(f"flower, 20 units, g = tanh   {(predict(with_g, X) == Y).mean():.1%}")


if __name__ == "__main__":
    main()
