import numpy as np
import pytest

from barreleye import course
from barreleye.course import regularization

rng = np.random.default_rng(4)
X, Y = rng.standard_normal((3, 7)), rng.integers(0, 2, (1, 7))
PARAMETERS = course.initialize_parameters_deep([3, 4, 3, 1], initialization="he", seed=2)
PARAMETERS |= {f"b{l}": rng.standard_normal(PARAMETERS[f"b{l}"].shape) for l in (1, 2, 3)}  # off ReLU's kink
NAMES = [f"{name}{l}" for l in (1, 2, 3) for name in "Wb"]


def check_slopes(J, grads):
    """Every dW and db against the central difference of the cost function J(parameters)."""
    for name in NAMES:
        for index in np.ndindex(PARAMETERS[name].shape):
            costs = []
            for change in (1e-6, -1e-6):
                moved = {key: array.copy() for key, array in PARAMETERS.items()}
                moved[name][index] += change
                costs.append(J(moved))
            assert grads[f"d{name}"][index] == pytest.approx((costs[0] - costs[1]) / 2e-6, abs=1e-8), name


def test_gradients_with_the_penalty_are_the_slopes_of_the_penalised_cost():
    _, cache = regularization.forward_propagation(X, PARAMETERS)
    grads = course.backward_propagation_with_regularization(X, Y, cache, 0.7)
    check_slopes(
        lambda p: course.compute_cost_with_regularization(regularization.forward_propagation(X, p)[0], Y, p, 0.7), grads
    )


def test_gradients_with_dropout_are_the_slopes_under_the_same_masks():
    _, cache = course.forward_propagation_with_dropout(X, PARAMETERS, 0.6, seed=3)
    grads = course.backward_propagation_with_dropout(X, Y, cache, 0.6)
    check_slopes(lambda p: course.compute_cost(course.forward_propagation_with_dropout(X, p, 0.6, seed=3)[0], Y), grads)


def test_da_is_zero_where_the_mask_is():
    _, cache = course.forward_propagation_with_dropout(X, PARAMETERS, 0.5)
    grads = course.backward_propagation_with_dropout(X, Y, cache, 0.5)
    for l, D in ((1, cache[1]), (2, cache[6])):
        assert not D.all()
        assert (grads[f"dA{l}"][~D] == 0).all()


def test_keeping_every_unit_is_no_dropout():
    A3, cache = course.forward_propagation_with_dropout(X, PARAMETERS, 1.0)
    plain, plain_cache = regularization.forward_propagation(X, PARAMETERS)
    assert (plain == A3).all()
    dropped = course.backward_propagation_with_dropout(X, Y, cache, 1.0)
    free = course.backward_propagation_with_regularization(X, Y, plain_cache, 0.0)
    assert list(dropped) == list(free)
    assert all((dropped[name] == free[name]).all() for name in free)


def test_the_same_seed_draws_the_same_masks_and_keeps_the_share():
    wide = course.initialize_parameters_deep([3, 400, 1], initialization="he")
    masks = [course.forward_propagation_with_dropout(X, wide, 0.8, seed=s)[1][1] for s in (1, 1, 2)]
    assert (masks[0] == masks[1]).all()
    assert (masks[0] != masks[2]).any()
    assert masks[0].mean() == pytest.approx(0.8, abs=0.03)


def test_only_weights_are_penalised():
    A = [[0.5, 0.5]]
    p = {"W1": np.array([[3.0, 1.0]]), "b1": np.array([[100.0]])}
    extra = course.compute_cost_with_regularization(A, [[1, 0]], p, 0.4) - course.compute_cost(A, [[1, 0]])
    assert extra == pytest.approx(0.4 / 4 * 10, rel=1e-12)


def test_nothing_that_is_passed_in_changes():
    _, cache = course.forward_propagation_with_dropout(X, PARAMETERS, 0.6)
    before = [part.copy() for part in (*cache, X, Y)]
    course.backward_propagation_with_dropout(X, Y, cache, 0.6)
    assert all((new == old).all() for new, old in zip((*cache, X, Y), before, strict=True))


def test_wrong_caches_and_numbers_are_refused():
    _, cache = regularization.forward_propagation(X, PARAMETERS)
    with pytest.raises(ValueError, match="cache has 11 entries"):
        course.backward_propagation_with_regularization(X, Y, cache[1:], 0.1)
    with pytest.raises(ValueError, match=r"cache has 12 entries.*\(Z1, D1, A1"):
        course.backward_propagation_with_dropout(X, Y, cache, 0.5)
    with pytest.raises(ValueError, match="L2=-1"):
        course.backward_propagation_with_regularization(X, Y, cache, -1)
    for keep_prob in (0, 1.5):
        with pytest.raises(ValueError, match="keep_prob"):
            course.forward_propagation_with_dropout(X, PARAMETERS, keep_prob)
    with pytest.raises(ValueError, match=r"pass X\.T"):
        course.forward_propagation_with_dropout(X.T, PARAMETERS)
