"""The training: every step should follow from the parameters before it, by the learner's own functions."""

import numpy as np
import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.mistakes.training import MODEL

from .deep_planting import COURSE, LOOPED, found, rows, texts_of
from .planting import checked

INIT = "    parameters = initialize_parameters_deep(layers_dims)\n"
PASS = "        AL, caches = L_model_forward(X, parameters)\n"
BACK = "        grads = L_model_backward(AL, Y, caches)\n"
UPDATE = "        parameters = update_parameters(parameters, grads, learning_rate)\n"
L_INIT, L_WHILE = "    theta = init_params_deep(dims)\n", "    while step < iterations:\n"
L_PASS, L_BACK = "        y_hat, tape = deep_forward(x, theta)\n", "        slopes = deep_backward(y_hat, y, tape)\n"
L_UPDATE = "        theta = gradient_step(theta, slopes, lr)\n"
HIDDEN = "        h = np.tanh(w1 @ x + b1)\n        out = 1.0 / (1.0 + np.exp(-(w2 @ h + b2)))\n"
LOOP = "    for epoch in range(epochs):\n"
RECORD = (
    "        if print_cost and i % 100 == 0:\n"
    '            print("Cost after iteration %i: %f" % (i, cost))\n'
    "        costs.append(cost)\n"
)
COST, L_COST = "        cost = compute_cost(AL, Y)\n", "        history.append(calc_cost(y_hat, y))\n"
C_LOOP = INIT + "    for i in range(0, num_iterations):\n"
BOTH = INIT + "    for i in range(0, num_iterations):\n" + PASS

TABLE = (
    (
        "model_deep",
        "starts anew in every iteration",
        "parameters",
        {
            COURSE: (BOTH, "    for i in range(0, num_iterations):\n    " + INIT + PASS),
            LOOPED: (L_PASS, "    " + L_INIT + L_PASS),
        },
    ),
    (
        "model_deep",
        "returns in the first iteration",
        "parameters",
        {
            COURSE: (
                "        costs.append(cost)\n    return parameters, costs",
                "        costs.append(cost)\n        return parameters, costs",
            ),
            LOOPED: (
                '    return {"parameters": theta, "costs": history}',
                '        return {"parameters": theta, "costs": history}',
            ),
        },
    ),
    (
        "model_deep",
        "the update is not kept",
        "parameters",
        {
            COURSE: (BACK + UPDATE, BACK + "        update_parameters(parameters, grads, learning_rate)\n"),
            LOOPED: (L_UPDATE, "        gradient_step(theta, slopes, lr)\n"),
        },
    ),
    ("model_deep", "never updates", "parameters", {COURSE: (BACK + UPDATE, BACK), LOOPED: (L_UPDATE, "")}),
    (
        "model_deep",
        "breaks in the first iteration",
        "parameters",
        {COURSE: (BACK + UPDATE, BACK + UPDATE + "        break\n"), LOOPED: (L_UPDATE, L_UPDATE + "        break\n")},
    ),
    (
        "model_deep",
        "updates after the loop",
        "parameters",
        {
            COURSE: (
                BACK + UPDATE + RECORD + "    return parameters, costs",
                BACK + RECORD + UPDATE[4:] + "    return parameters, costs",
            ),
            LOOPED: (
                L_UPDATE + "        step += 1\n    return",
                "        step += 1\n" + L_UPDATE[4:] + "    return",
            ),
        },
    ),
    (
        "model_deep",
        "updates under a condition",
        "parameters",
        {
            COURSE: (BACK + UPDATE, BACK + "        if print_cost and i % 100 == 0:\n    " + UPDATE),
            LOOPED: (L_UPDATE, "        if step > iterations:\n    " + L_UPDATE),
        },
    ),
    (
        "model_deep",
        "the update changes nothing",
        "parameters",
        {
            COURSE: (BACK + UPDATE, BACK.replace("Y,", "AL * 1,") + UPDATE),
            LOOPED: (L_WHILE, "    step = iterations\n" + L_WHILE),
        },
    ),
    (
        "model_deep",
        "always as many steps",
        "parameters",
        {
            COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, min(num_iterations, 1)")),
            LOOPED: (L_WHILE, "    while step < min(iterations, 1):\n"),
        },
    ),
    (
        "model_deep",
        "num_iterations is not used",
        "parameters",
        {COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, 10")), LOOPED: (L_WHILE, "    while step < 10:\n")},
    ),
    (
        "model_deep",
        "num_iterations changes nothing",
        "parameters",
        {
            COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, 10 + 0 * num_iterations")),
            LOOPED: (L_WHILE, "    while step < 10 + 0 * iterations:\n"),
        },
    ),
    (
        "model_deep",
        "one step too many or too few",
        "parameters",
        {COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, num_iterations - 1"))},
    ),
    (
        "model",
        "one step too many or too few",
        "parameters",
        {LOOPED: (LOOP, "    for epoch in range(epochs + 1):\n")},
    ),
    (
        "model_deep",
        "another number of steps",
        "parameters",
        {COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, num_iterations, 2"))},
    ),
    ("model", "another number of steps", "parameters", {LOOPED: (LOOP, "    for epoch in range(epochs // 2):\n")}),
    (
        "model_deep",
        "stops early",
        "parameters",
        {
            COURSE: (C_LOOP, C_LOOP.replace("0, num_iterations", "0, min(num_iterations, 40)")),
            LOOPED: (L_WHILE, "    while step < iterations and step < 10:\n"),
        },
    ),
    (
        "model_deep",
        "gradients of the first iteration",
        "parameters",
        {
            COURSE: (
                (
                    INIT + "    for i in range(0, num_iterations):\n" + PASS,
                    INIT
                    + PASS.replace("        ", "    ", 1)
                    + BACK.replace("        ", "    ", 1)
                    + "    for i in range(0, num_iterations):\n",
                ),
                (
                    "        cost = compute_cost(AL, Y)\n" + BACK + UPDATE,
                    "        cost = compute_cost(AL, Y)\n" + UPDATE,
                ),
            ),
            LOOPED: (
                (L_WHILE, L_PASS[4:] + L_BACK[4:] + L_WHILE),
                (L_PASS + "        history", "        history"),
                (L_BACK + L_UPDATE, L_UPDATE),
            ),
        },
    ),
    (
        "model",
        "forward pass of the first iteration",
        "parameters",
        {LOOPED: (LOOP + HIDDEN, HIDDEN.replace("        ", "    ") + LOOP)},
    ),
    (
        "model",
        "all units start alike",
        "parameters",
        {
            LOOPED: (
                "    p = init_params(n_in, hidden, y.shape[0])\n",
                '    p = {"W1": np.full((hidden, n_in), 0.1), "b1": np.zeros((hidden, 1)), '
                '"W2": np.full((1, hidden), 0.1), "b2": np.zeros((1, 1))}\n',
            )
        },
    ),
    (
        "model",
        "climbs",
        "parameters",
        {LOOPED: ("epochs=2000, eta=0.5):\n", "epochs=2000):\n    eta = -0.5\n")},
    ),
    (
        "model_deep",
        "learning rate not passed on",
        "parameters",
        {
            COURSE: (BACK + UPDATE, BACK + UPDATE.replace("learning_rate", "0.0075")),
            LOOPED: (L_UPDATE, L_UPDATE.replace(", lr", "")),
        },
    ),
    (
        "model_deep",
        "X is not the argument",
        "parameters",
        {
            COURSE: (BOTH, "    X = np.cos(np.arange(24.0)).reshape(3, 8)\n" + BOTH),
            LOOPED: (L_PASS, L_PASS.replace("(x,", "(np.sin(np.arange(24.0)).reshape(3, 8),")),
        },
    ),
    (
        "model_deep",
        "Y is not the argument",
        "parameters",
        {COURSE: (BACK, BACK.replace("Y", "np.ones((1, 8))")), LOOPED: (L_BACK, L_BACK.replace(" y,", " y * 0,"))},
    ),
    (
        "model_deep",
        "updates twice",
        "parameters",
        {COURSE: (BACK + UPDATE, BACK + 2 * UPDATE), LOOPED: (L_UPDATE, 2 * L_UPDATE)},
    ),
    (
        "model_deep",
        "steps of another length",
        "parameters",
        {
            COURSE: (BACK + UPDATE, BACK + UPDATE.replace("learning_rate", "learning_rate / 8")),
            LOOPED: (L_UPDATE, L_UPDATE.replace("lr", "-lr")),
        },
    ),
)
PIECE = (
    ("model", "dW without 1/m", "dW1", {LOOPED: ("gw1 = d1 @ x.T / samples", "gw1 = d1 @ x.T")}),
    ("model", "slope (1 - A) squared", "dZ1", {LOOPED: ("(1.0 - h * h)", "(1.0 - h) ** 2")}),
    (
        "model",
        "db summed over units too",
        "db1",
        {LOOPED: ("gb1 = d1.sum(axis=1, keepdims=True) / samples", "gb1 = d1.sum() / samples")},
    ),
    ("model", "dW with a minus", "dW1", {LOOPED: ("w1 = w1 - eta * gw1", "w1 = w1 + eta * gw1")}),
)
"""A training in one piece is diagnosed by its steps."""


ONCE = "    A, _ = L_model_forward(X, parameters)\n    cost = compute_cost(A, Y)\n"
SHOWN_COSTS = (
    (
        "model_deep",
        "arguments in another order",
        "",
        {
            COURSE: (PASS + COST, PASS + COST.replace("AL, Y", "Y, AL")),
            LOOPED: (L_PASS + L_COST, L_PASS + L_COST.replace("y_hat, y", "y, y_hat")),
        },
    ),
    (
        "model_deep",
        "cost of the first parameters",
        "cost",
        {
            COURSE: (BOTH + COST, INIT + ONCE + BOTH[len(INIT) :]),
            LOOPED: (
                "    history = []\n    step = 0\n" + L_WHILE + L_PASS + L_COST,
                "    history = []\n    step = 0\n    cost = calc_cost(deep_forward(x, theta)[0], y)\n"
                + (L_WHILE + L_PASS + "        history.append(cost)\n"),
            ),
        },
    ),
)


def test_every_mistake_is_planted():
    assert {name for _, name, *_ in TABLE} == {flaw.name for flaw in MODEL}


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows((*TABLE, *PIECE, *SHOWN_COSTS)))
def test_planted(exercise, name, quantity, solution, edits):
    assert found(solution, *edits) == [(exercise, name, quantity)]
    assert "{" not in " ".join(texts_of(solution, *edits))


@pytest.mark.parametrize(
    "edit", [("delta = y_hat - y", "delta = 0 * (y_hat - y)"), ('(tape[k - 1]["Z"] > 0)', "np.inf")]
)
def test_a_mistake_of_a_helper_is_not_said_again(edit):
    assert [exercise for exercise, *_ in found(LOOPED, edit)] in (["backward_deep"], ["update"])


KEEPS_THE_BEST = (
    (BOTH, INIT + "    best, least = parameters, np.inf\n" + BOTH[len(INIT) :]),
    (
        BACK + UPDATE + RECORD + "    return parameters, costs",
        "        if cost < least:\n            best, least = parameters, cost\n"
        + (BACK + UPDATE + RECORD + "    return best, costs"),
    ),
)


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("tolerance", ["1e-3", "1e-5", "1e-7"])
def test_a_training_may_stop_when_the_cost_does_no_longer_fall(tolerance, every):
    stops = (
        RECORD,
        f"{RECORD}        if i % {every} == 0 and i > 0 and costs[-2] - cost < {tolerance}:\n            break\n",
    )
    assert found(COURSE, stops) == []


def test_a_training_may_keep_the_best_parameters_and_they_may_be_those_before_the_last_step():
    assert found(COURSE, *KEEPS_THE_BEST) == []


@pytest.mark.parametrize(
    "edit",
    [
        (COST, "        cost = compute_cost(AL, Y)\n        print(round(cost, 2))\n"),
        (BOTH, INIT + "    print(compute_cost(L_model_forward(X, parameters)[0], Y))\n" + BOTH[len(INIT) :]),
    ],
)
def test_right_costs_may_be_shown_in_other_ways(edit):
    edits = (edit,) if edit[0] == BOTH else ((PASS + edit[0], PASS + edit[1]),)
    assert found(COURSE, *edits) == []


def test_where_the_loop_does_not_say_how_often_it_runs_one_step_more_is_allowed():
    assert found(LOOPED, ("while step < iterations:", "while step <= iterations:")) == []


def test_the_number_of_steps_is_told_in_the_learners_own_name_and_at_the_loop():
    ((_, finding),) = [
        one
        for one in checked(LOOPED, (LOOP, "    for epoch in range(1, epochs):\n")).findings
        if one[0].exercise == "model"
    ]
    assert finding.claim.en == "Where epochs = 3, the number of steps it makes is 2."
    assert finding.claim.zh == "epochs = 3 时，它走了 2 步。"
    assert (finding.verdict, finding.line) == ("fragile", "for epoch in range(1, epochs):")
    assert finding.solution == "for i in range(epochs):"


def test_parameters_that_are_no_numbers_are_said_to_be_none():
    nan = (BACK + UPDATE, BACK + UPDATE + "        parameters['W1'] = parameters['W1'] * np.nan\n")
    ((_, finding),) = [one for one in checked(COURSE, nan).findings if one[0].exercise == "model_deep"]
    assert (finding.verdict, finding.mistake) == ("wrong", None)
    assert finding.claim.en == "With num_iterations = 1 the parameters that it returns hold NaN or ∞."


@pytest.mark.parametrize(
    "edit", [("delta = y_hat - y", "delta = 0 * (y_hat - y)"), ('(tape[k - 1]["Z"] > 0)', "np.inf")]
)
def test_training_that_only_does_what_its_functions_do_is_not_blamed_for_it(edit):
    assert "model_deep" not in {exercise for exercise, *_ in found(LOOPED, edit)}


def test_what_divides_by_a_part_of_the_iterations_is_called_with_more():
    assert found(LOOPED, ("        step += 1", "        step += 1 + 0 * (step % (iterations // 100))")) == []


def test_other_methods_are_not_called_mistakes(seconds):
    momentum = (
        ("    for epoch in range(epochs):\n", "    v = 0\n    for epoch in range(epochs):\n"),
        ("w1 = w1 - eta * gw1", "v = 0.9 * v + gw1\n        w1 = w1 - eta * v"),
    )
    report = checked(LOOPED, *momentum)
    (finding,) = [finding for function, finding in report.findings if function.exercise == "model"]
    assert finding.verdict == "unjudged"
    assert "momentum" in finding.claim.en
    assert seconds() < 5


def test_it_may_return_nothing():
    def nn_model(X, Y, n_h, num_iterations=10):
        W1 = np.zeros((n_h, len(X)))
        for _ in range(num_iterations):
            W1 = W1 + 1

    ((_, finding),) = check(nn_model).findings
    assert (finding.verdict, finding.mistake) == ("wrong", "returns nothing")


NO_RATE = ("epochs=2000, eta=0.5):\n", "epochs=2000):\n    eta = 0.5\n")


@pytest.mark.parametrize(
    ("edit", "mistake"),
    [
        (("        w2 = w2 - eta * gw2\n        w1 = w1 - eta * gw1\n        b2 = b2 - eta * gb2\n"
          "        b1 = b1 - eta * gb1\n", ""), "never updates"),
        (("        b1 = b1 - eta * gb1\n", "        b1 = b1 - eta * gb1\n        return w1, b1, w2, b2\n"),
         "returns in the first iteration"),
        (("w2 = w2 - eta * gw2", "w2 = w2 + eta * gw2"), "dW with a minus"),
        (("(1.0 - h * h)", "(1.0 - h)"), "slope 1 - A"),
    ],
)  # fmt: skip
def test_a_training_with_a_rate_of_its_own_must_learn(edit, mistake):
    assert found(LOOPED, NO_RATE) == []
    assert [(one[0], one[1]) for one in found(LOOPED, NO_RATE, edit)] == [("model", mistake)]


def test_whole_batches_alone_are_enough():
    def model(X, Y, num_iterations=10, learning_rate=0.5):
        rng = np.random.default_rng(0)
        W1, b1, W2, b2 = rng.normal(size=(4, 3)), np.zeros((4, 1)), rng.normal(size=(1, 4)), np.zeros((1, 1))
        for _ in range(num_iterations):
            for k in range(X.shape[1] // 64):  # the last batch, where it is not whole, is dropped
                x, y = X[:, 64 * k : 64 * (k + 1)], Y[:, 64 * k : 64 * (k + 1)]
                A1 = np.tanh(W1 @ x + b1)
                dZ2 = 1 / (1 + np.exp(-(W2 @ A1 + b2))) - y
                dZ1 = W2.T @ dZ2 * (1 - A1**2)
                W2, b2 = W2 - learning_rate * dZ2 @ A1.T / 64, b2 - learning_rate * dZ2.mean(1, keepdims=True)
                W1, b1 = W1 - learning_rate * dZ1 @ x.T / 64, b1 - learning_rate * dZ1.mean(1, keepdims=True)
        return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    assert check(model).verdict == "right"


def test_random_starts_that_differ_cannot_be_compared():
    assert [
        one[0]
        for one in found(
            LOOPED, ("rng = np.random.RandomState(7)\n    theta", "rng = np.random.RandomState()\n    theta")
        )
    ] == ["model_deep"]
