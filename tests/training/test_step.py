import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.heads import HEADS
from barreleye.nn.network import cost, forward, initialize, loss
from barreleye.nn.optimizers import OPTIMIZERS, Adam, GradientDescent
from barreleye.nn.schedules import Exponential
from barreleye.nn.structure import Network
from barreleye.training.engine import seed_word
from barreleye.training.masks import dropout_masks
from barreleye.training.step import Recipe, State, first_state, step
from barreleye.training.transforms import Clip

SEED = seed_word(0)


def columns(task, dtype=np.float64):
    return task.X.T.astype(dtype), task.Y.T.astype(dtype), task.weights.reshape(1, -1).astype(dtype)


def on_jax(state):
    return State(*jax.tree.map(jnp.asarray, tuple(state)[:3]), state.t)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("head", HEADS)
def test_every_activation_head_optimizer_and_dtype_gives_the_same_step_on_both_kinds_of_array(
    head, dtype, task, assert_same, x64
):
    """All 12 x 8 x 6 x 2, without a compiler between: the second step, so that the optimizer's memory counts."""
    rtol = {np.float32: 2e-4, np.float64: 1e-11}[dtype]
    for g in ACTIVATIONS:
        t = task(g, head, m=6)
        batch = columns(t, dtype)
        on_device = [jnp.asarray(a) for a in batch]
        for optimizer in OPTIMIZERS.values():
            recipe = Recipe(t.network, optimizer(), 0.01)
            state, _ = step(recipe, first_state(recipe, t.parameters.map(lambda p: p.astype(dtype))), *batch, SEED)
            mine, J = step(recipe, state, *batch, SEED)
            theirs, J_jax = step(recipe, on_jax(state), *on_device, SEED)
            np.testing.assert_allclose(J_jax, J, rtol=rtol / 10)
            assert J.dtype == J_jax.dtype == dtype
            assert_same(theirs, mine, rtol, rtol * 1e-2)


def test_steps_are_what_optax_does_with_the_gradients_that_jax_finds(task, x64):
    """L2, weights, clipping by global norm, a schedule and Adam, in the textbook's order."""
    t = task("tanh", "softmax", L2=0.5)
    X, Y, weights = columns(t)
    recipe = Recipe(t.network, Adam(0.8, 0.95), 0.1, Exponential(every=2, factor=0.5), transforms=(Clip(0.05),))

    @jax.jit
    @jax.value_and_grad
    def J(parameters):
        return cost(t.network, parameters, forward(t.network, parameters, X), Y, weights)

    rates = optax.exponential_decay(0.1, transition_steps=2, decay_rate=0.5)
    oracle = optax.chain(optax.clip_by_global_norm(0.05), optax.adam(rates, 0.8, 0.95))
    expected = jax.tree.map(jnp.asarray, t.parameters)
    memory, state = oracle.init(expected), first_state(recipe, t.parameters)
    change = jax.jit(oracle.update)
    for _ in range(4):
        J_before, gradients = J(expected)
        changes, memory = change(gradients, memory)
        expected = optax.apply_updates(expected, changes)
        state, mine = step(recipe, state, X, Y, weights, SEED)
        np.testing.assert_allclose(mine, J_before, rtol=1e-8)  # optax computes its schedule in float32
    assert state.t == 4
    for name, p in expected.named().items():
        np.testing.assert_allclose(state.parameters.named()[name], p, rtol=1e-6, err_msg=name)


def test_running_averages_keep_their_share_of_the_past(task):
    t = task(batch_norm=True)
    X, Y, _ = columns(t)
    recipe = Recipe(t.network, learning_rate=0.1, averaging=0.75)
    begun = first_state(recipe, initialize(t.network, 0))
    assert (begun.averages.mu[1] == 0).all()
    assert (begun.averages.sigma2[1] == 1).all()
    first, _ = step(recipe, begun, X, Y, None, SEED)
    second, _ = step(recipe, first, X, Y, None, SEED)
    Z = [s.parameters.W[1] @ X for s in (begun, first)]
    mu, sigma2 = 0.0, 1.0
    for z in Z:
        mu = 0.75 * mu + 0.25 * z.mean(axis=1, keepdims=True)
        sigma2 = 0.75 * sigma2 + 0.25 * z.var(axis=1, keepdims=True)
    np.testing.assert_allclose(second.averages.mu[1], mu, rtol=1e-12)
    np.testing.assert_allclose(second.averages.sigma2[1], sigma2, rtol=1e-12)


def test_dropout_differs_from_step_to_step_and_follows_the_seed(task):
    t = task(keep_prob=0.5)
    X, Y, _ = columns(t)
    recipe = Recipe(t.network, GradientDescent(), 1e-12)
    state = first_state(recipe, t.parameters)
    J = [float(step(recipe, state._replace(t=k), X, Y, None, SEED)[1]) for k in range(4)]
    assert len(set(J)) == 4
    assert J[2] == step(recipe, state._replace(t=2), X, Y, None, SEED)[1]
    assert J[2] != step(recipe, state._replace(t=2), X, Y, None, seed_word(1))[1]
    D = dropout_masks(t.network, SEED, 2, X)
    assert J[2] == pytest.approx(float(loss(t.network, forward(t.network, t.parameters, X, D=D), Y)), rel=1e-14)


def test_nothing_is_changed_in_place(task):
    t = task(batch_norm=True)
    X, Y, weights = columns(t)
    recipe = Recipe(t.network, Adam())
    state = first_state(recipe, initialize(t.network, 0))
    everything = [*state.parameters.arrays(), *state.averages.mu.values(), *state.averages.sigma2.values()]
    everything += [s for slots in state.optimizer.arrays() for s in slots] + [X, Y, weights]
    for array in everything:
        array.flags.writeable = False
    step(recipe, state, X, Y, weights, SEED)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, r"learning_rate=0 must be a finite number above 0"),
        ({"learning_rate": float("nan")}, ValueError, r"learning_rate=nan must be a finite number above 0"),
        ({"learning_rate": "fast"}, TypeError, r"learning_rate='fast' must be a finite number above 0"),
        ({"averaging": 1}, ValueError, r"averaging=1 must be a number from 0 up to, not including, 1"),
    ],
)
def test_a_recipe_refuses_numbers_out_of_range(option, error, message):
    with pytest.raises(error, match=message):
        Recipe(Network((1, 1)), **option)


@pytest.mark.parametrize("kind", [np.asarray, jnp.asarray])
def test_a_batch_without_weight_leaves_parameters_and_running_averages(kind, task, assert_same):
    t = task("tanh", "softmax", L2=0.5, batch_norm=True)
    X, Y, weights = columns(t, np.float32)
    recipe = Recipe(t.network, GradientDescent(), 0.1)
    state = first_state(recipe, t.parameters.map(lambda p: p.astype(np.float32)))
    state, _ = step(recipe, state, X, Y, weights, SEED)
    later, J = step(recipe, state, kind(X), kind(Y), kind(0 * weights), SEED)
    assert J == 0
    assert later.t == state.t + 1
    assert_same(later._replace(t=state.t), state, 0.0, 0.0)
    assert {p.dtype for p in later.averages.mu.values()} == {np.dtype(np.float32)}
