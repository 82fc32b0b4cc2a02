import numpy as np
import pytest

from barreleye import course
from barreleye.course import optimization

rng = np.random.default_rng(3)
X, Y = rng.standard_normal((2, 10)), rng.integers(0, 2, (1, 10)).astype(np.uint8)
PARAMETERS = course.initialize_parameters_deep([2, 3, 1], initialization="he")
GRADS = {f"d{name}": rng.standard_normal(array.shape) for name, array in PARAMETERS.items()}


def test_batches_hold_every_column_once_with_its_label():
    tagged = np.vstack([X, Y])
    batches = course.random_mini_batches(X, Y, 4, seed=7)
    assert [part.shape[1] for part, _ in batches] == [4, 4, 2]
    together = np.hstack([np.vstack(batch) for batch in batches])
    order = np.random.RandomState(7).permutation(10)
    assert (together == tagged[:, order]).all()
    assert all(labels.dtype == np.uint8 for _, labels in batches)


def test_one_step_of_each_rule_by_hand():
    v, s = course.initialize_adam(PARAMETERS)
    after_momentum, momentum = course.update_parameters_with_momentum(PARAMETERS, GRADS, v, 0.9, 0.1)
    after_adam, v1, s1 = course.update_parameters_with_adam(PARAMETERS, GRADS, v, s, 1, 0.1)
    after_gd = course.update_parameters_with_gd(PARAMETERS, GRADS, 0.1)
    for name, p in PARAMETERS.items():
        d = GRADS[f"d{name}"]
        np.testing.assert_allclose(after_gd[name], p - 0.1 * d, rtol=1e-14)
        np.testing.assert_allclose(momentum[f"d{name}"], 0.1 * d, rtol=1e-14)
        np.testing.assert_allclose(after_momentum[name], p - 0.01 * d, rtol=1e-14)
        np.testing.assert_allclose(v1[f"d{name}"], 0.1 * d, rtol=1e-14)
        np.testing.assert_allclose(s1[f"d{name}"], 0.001 * d**2, rtol=1e-10)
        np.testing.assert_allclose(after_adam[name], p - 0.1 * np.sign(d), rtol=1e-6, atol=1e-6)


def test_nothing_that_is_passed_in_changes():
    v, s = course.initialize_adam(PARAMETERS)
    v = {name: array + 0.1 for name, array in v.items()}
    everything = {**PARAMETERS, **GRADS, **{f"v{k}": a for k, a in v.items()}, **{f"s{k}": a for k, a in s.items()}}
    before = {name: array.copy() for name, array in everything.items()}
    course.update_parameters_with_momentum(PARAMETERS, GRADS, v, 0.9, 0.1)
    course.update_parameters_with_adam(PARAMETERS, GRADS, v, s, 2)
    course.random_mini_batches(X, Y, 3)
    assert all((array == before[name]).all() for name, array in everything.items())


def test_decay_lowers_the_rate_of_the_next_epoch():
    rates = []

    def decay(learning_rate0, epoch, decay_rate):
        rates.append((learning_rate0, epoch, decay_rate))
        return course.update_lr(learning_rate0, epoch, decay_rate)

    fast = course.model(X, Y, [2, 3, 1], "gd", 0.1, 4, num_epochs=3, print_cost=False)
    slowed = course.model(X, Y, [2, 3, 1], "gd", 0.1, 4, num_epochs=3, print_cost=False, decay=decay, decay_rate=9)
    assert rates == [(0.1, 0, 9), (0.1, 1, 9), (0.1, 2, 9)]
    start = course.initialize_parameters_he([2, 3, 1])
    moved = [abs(run["W2"] - start["W2"]).sum() for run in (fast, slowed)]
    assert moved[1] < moved[0]


def test_the_model_is_the_exercises_loop():
    start = course.initialize_parameters_he([2, 3, 1])
    for epoch in range(2):
        for batch_X, batch_Y in course.random_mini_batches(X, Y, 4, seed=11 + epoch):
            AL, caches = course.L_model_forward(batch_X, start)
            start = course.update_parameters(start, course.L_model_backward(AL, batch_Y, caches), 0.1)
    trained = course.model(X, Y, [2, 3, 1], "gd", 0.1, 4, num_epochs=2, print_cost=False)
    for name in start:
        np.testing.assert_allclose(trained[name], start[name], rtol=1e-12)


def test_costs_are_printed_every_1000_epochs(capsys):
    optimization.model(X, Y, [2, 1], "momentum", num_epochs=1001, mini_batch_size=10)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["Cost after epoch 0", "Cost after epoch 1000"]


def test_schedules():
    assert [course.update_lr(1.0, e, 1) for e in (0, 1, 3)] == [1.0, 0.5, 0.25]
    assert [course.schedule_lr_decay(1.0, e, 1, 10) for e in (0, 9, 10, 39)] == [1.0, 1.0, 0.5, 0.25]


def test_wrong_arguments_are_refused():
    v, s = course.initialize_adam(PARAMETERS)
    with pytest.raises(ValueError, match="optimizer='adan' is unknown"):
        course.model(X, Y, [2, 1], "adan")
    with pytest.raises(ValueError, match="mini_batch_size=0"):
        course.random_mini_batches(X, Y, 0)
    with pytest.raises(ValueError, match="t=0"):
        course.update_parameters_with_adam(PARAMETERS, GRADS, v, s, 0)
    with pytest.raises(ValueError, match="beta"):
        course.update_parameters_with_momentum(PARAMETERS, GRADS, v, 1.0, 0.1)
    with pytest.raises(ValueError, match="dW1"):
        course.update_parameters_with_momentum(PARAMETERS, GRADS, {**v, "dW1": np.zeros((2, 2))}, 0.9, 0.1)
    with pytest.raises(ValueError, match="as many in X as in Y"):
        course.random_mini_batches(X, Y[:, :4])
