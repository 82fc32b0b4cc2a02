"""Right code that is called in a manner of its own is right, or not judged: what the check guessed accuses nobody."""

import pytest

SIGMOID = "import numpy as np\n\n\ndef sigmoid(z):\n    return 0.5 * (1 + np.tanh(z / 2))\n\n\n"
START = """def initialize_parameters(n_x, n_h, n_y):
    W1, W2 = np.random.randn(n_h, n_x) * 0.01, np.random.randn(n_y, n_h) * 0.01
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}
"""
PASSES = """def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
def backward_propagation(parameters, cache, X, Y):
    m, d2 = X.shape[1], cache["A2"] - Y
    d1 = parameters["W2"].T @ d2 * (1 - cache["A1"] ** 2)
    dW1, db1 = d1 @ X.T / m, d1.mean(1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": d2 @ cache["A1"].T / m, "db2": d2.mean(1, keepdims=True)}
def update_parameters(parameters, grads, learning_rate=1.2):
    return {k: parameters[k] - learning_rate * grads["d" + k] for k in parameters}
"""
STEP = """        A2, cache = forward_propagation(X, p)
        p = update_parameters(p, backward_propagation(p, cache, X, Y), lr)
"""
HANDED = "def fit(X, Y, parameters, lr=0.1, epochs=200):\n    p = parameters\n    for _ in range(epochs):\n"
WITH_SEED = "    p = initialize_parameters(X.shape[0], n_h, Y.shape[0])\n    for _ in range(epochs):\n"
VALIDATED = "def train(X, Y, X_val, Y_val, n_h=4, epochs=300, lr=0.5):\n    seen = []\n" + WITH_SEED
WATCHED = "        seen.append(((forward_propagation(X_val, p)[0] > 0.5) == Y_val).mean())\n"
DISPATCHED = """def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    A = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[activation](Z)
    return A, ((A_prev, W, b), Z)
"""
NUMBERED = """def initialize_parameters(n_x, n_h, n_y):
    first = {"W": np.random.randn(n_h, n_x) * 0.01, "b": np.zeros((n_h, 1))}
    return {1: first, 2: {"W": np.random.randn(n_y, n_h) * 0.01, "b": np.zeros((n_y, 1))}}
"""
FROM_DATA = START.replace("n_x, n_h, n_y):\n", "X, Y, n_h=4):\n    n_x, n_y = X.shape[0], Y.shape[0]\n")
WHOLE = """def gradient_descent(X, Y, alpha, iterations):
    p = initialize_parameters(X, Y)
    for _ in range(iterations):
        A2, cache = forward_propagation(X, p)
        p = update_parameters(p, backward_propagation(p, cache, X, Y), alpha)
    return p
"""
HIDDEN_OUTSIDE = "n_hidden = 4\n" + START.replace("n_x, n_h, n_y", "n_x, n_y").replace("n_h", "n_hidden")
NO_SIZES = """def initialize_parameters():
    W1, W2 = np.random.randn(4, 2) * 0.01, np.random.randn(1, 4) * 0.01
    return {"W1": W1, "b1": np.zeros((4, 1)), "W2": W2, "b2": np.zeros((1, 1))}
"""
LISTS = """def feedforward(X, Ws, bs):
    As, Zs = [X], []
    for W, b in zip(Ws, bs):
        Zs.append(W @ As[-1] + b)
        As.append(sigmoid(Zs[-1]) if len(Zs) == len(Ws) else np.maximum(Zs[-1], 0))
    return As, Zs
def update(Ws, bs, dWs, dbs, eta):
    return [W - eta * d for W, d in zip(Ws, dWs)], [b - eta * d for b, d in zip(bs, dbs)]
"""
TRAINED = SIGMOID + START + PASSES
RIGHT = {
    "np.tanh in a table of functions": SIGMOID + DISPATCHED,
    "layers by number": SIGMOID + NUMBERED,
    "parameters handed to the training": TRAINED + HANDED + STEP + "    return p\n",
    "validation data": TRAINED + VALIDATED + STEP + WATCHED + "    return p, seen\n",
    "sizes from the data, gradient_descent the training": SIGMOID + FROM_DATA + PASSES + WHOLE,
    "hidden units from outside": SIGMOID + HIDDEN_OUTSIDE + PASSES,
    "no sizes at all": SIGMOID + NO_SIZES,
    "lists of weights and of biases": SIGMOID + LISTS,
    "the largest of several outputs": "import numpy as np\n\n\ndef compute_cost(AL, Y):\n"
    "    return -np.sum(Y * np.log(AL + 1e-12)) / Y.shape[1]\n"
    "def predict(AL):\n    return np.argmax(AL, axis=0)\n",
}


@pytest.mark.parametrize("manner", RIGHT)
def test_it_is_right(manner, checked):
    said = [(one.name, one.verdict, [f.claim.en for f in one.findings]) for one in checked(RIGHT[manner]).functions]
    assert [one for one in said if one[1] != "right"] == []
    assert len(said) > 1


def test_gradient_descent_with_iterations_is_the_training(checked):
    exercises = {one.name: one.exercise for one in checked(SIGMOID + FROM_DATA + PASSES + WHOLE).functions}
    assert exercises["gradient_descent"] == "model"
    assert exercises["update_parameters"] == "update"


CONFIG = START.replace(
    "n_x, n_h, n_y):\n", 'config):\n    n_x, n_h, n_y = config["n_x"], config["n_h"], config["n_y"]\n'
)
FLAT = """def unroll(v, n_x, n_h):
    return v[: n_h * n_x].reshape(n_h, n_x)
def predict(theta, n_x, n_h, n_y, X):
    W1 = unroll(theta, n_x, n_h)
    return sigmoid(W1 @ X).mean(0) > 0.5
"""
GUESSED = {
    "a dictionary of sizes": SIGMOID + CONFIG,
    "a flat vector, taken apart in a helper": SIGMOID + FLAT,
    "weights that do not fit each other": SIGMOID + NO_SIZES.replace("np.random.randn(1, 4)", "np.random.randn(4, 1)"),
    "a training of its own sizes": SIGMOID
    + NO_SIZES
    + PASSES
    + "def train(X, Y, epochs=9, lr=0.5):\n"
    + WITH_SEED.replace("X.shape[0], n_h, Y.shape[0]", "")
    + STEP
    + "    return p\n",
}


@pytest.mark.parametrize("guess", GUESSED)
def test_it_is_not_judged(guess, checked):
    functions = checked(GUESSED[guess]).functions
    assert {one.verdict for one in functions} <= {"right", "unjudged"}
    assert functions[-1].verdict == "unjudged"


def test_an_argument_that_is_named_as_in_the_course_is_no_guess(checked):
    *_, start = checked(SIGMOID + START.replace("np.zeros((n_y, 1))", "np.zeros((n_y[0], 1))")).functions
    assert start.verdict == "wrong"


def test_weights_of_its_own_sizes_may_still_be_all_alike(checked):
    *_, start = checked(SIGMOID + NO_SIZES.replace("np.random.randn(4, 2)", "np.zeros((4, 2))")).functions
    assert [one.mistake for one in start.findings] == ["W starts at zero"]
