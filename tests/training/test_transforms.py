import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from barreleye.nn.network import cost, forward
from barreleye.nn.optimizers import Adam, GradientDescent
from barreleye.nn.quantities import Parameters
from barreleye.nn.schedules import FlatCosine
from barreleye.training.engine import seed_word
from barreleye.training.loop import train
from barreleye.training.step import Recipe, first_state, step
from barreleye.training.transforms import Change, Clip, Decay, Rates, Transform, composed

SEED = seed_word(0)
RATES, DECAYS = {"b": 0.25, "alpha": 3.0}, {"W": 1.0, "alpha": 2.0}


def test_rates_decay_and_clipping_by_field_are_what_optax_does(task, x64):
    """Clipping by global norm, Adam, decay scheduled and by field, and a rate for each field."""
    t = task("tanh", "softmax", parametric=True)
    X, Y, weights = t.X.T, t.Y.T, t.weights.reshape(1, -1)
    chain = (Clip(0.05), Rates(RATES), Decay(0.3, DECAYS, FlatCosine(4)))
    recipe = Recipe(t.network, Adam(0.8, 0.95), 0.1, transforms=chain)
    schedule = FlatCosine(4)

    @jax.jit
    @jax.grad
    def slope(parameters):
        return cost(t.network, parameters, forward(t.network, parameters, X, weights=weights), Y, weights)

    oracle = optax.chain(optax.clip_by_global_norm(0.05), optax.scale_by_adam(0.8, 0.95))
    expected = jax.tree.map(jnp.asarray, t.parameters)
    memory, state = oracle.init(expected), first_state(recipe, t.parameters)
    for k in range(6):
        state, _ = step(recipe, state, X, Y, weights, SEED)
        directions, memory = oracle.update(slope(expected), memory)
        fields = {}
        for name, field in expected._asdict().items():
            rate, decay = 0.1 * RATES.get(name, 1), 0.3 * DECAYS.get(name, 0) * float(schedule(k))
            fields[name] = {l: p - rate * (getattr(directions, name)[l] + decay * p) for l, p in field.items()}
        expected = Parameters(**fields)
    for name, p in expected.named().items():
        np.testing.assert_allclose(state.parameters.named()[name], p, rtol=1e-7, atol=1e-9, err_msg=name)


def test_an_optimizers_own_decay_stays_beside_other_transforms(task):
    t = task()
    X, Y = t.X.T, t.Y.T
    alone = Recipe(t.network, GradientDescent(weight_decay=0.2), 0.1)
    beside = Recipe(t.network, GradientDescent(weight_decay=0.2), 0.1, transforms=(Rates({"b": 1.0}),))
    spelt = Recipe(t.network, GradientDescent(), 0.1, transforms=(Decay(0.2),))
    first, *others = (step(r, first_state(r, t.parameters), X, Y, None, SEED)[0] for r in (alone, beside, spelt))
    for other in others:
        for name, p in other.parameters.named().items():
            np.testing.assert_allclose(p, first.parameters.named()[name], rtol=1e-14)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_a_run_of_names_spans_its_steps_and_both_engines_agree(engine, task):
    t = task("mish", "softmax", n=(3, 8, 3), keep_prob=0.7, parametric=True, ntk=True)
    options = {
        "transforms": [Rates({"b": 0.1}), Decay(0.5, schedule="flat_cosine")],
        "dropout_schedule": "flat_cosine",
        "schedule": "coslog4",
        "initializer": "from_data",
        **{"batch_size": 4, "epochs": 5, "learning_rate": 0.05},
    }
    *_, last = train(t.network, t.X, t.Y, engine=engine, **options)
    *_, other = train(t.network, t.X, t.Y, engine="numpy", **options)
    for name, p in last.parameters.named().items():
        np.testing.assert_allclose(p, other.parameters.named()[name], rtol=1e-9, atol=1e-12, err_msg=name)
    *_, changed = train(t.network, t.X, t.Y, engine=engine, **(options | {"dropout_schedule": "constant"}))
    assert abs(changed.parameters.W[1] - last.parameters.W[1]).max() > 1e-6


def test_a_transform_of_ones_own_takes_its_place(task):
    class Sign(Transform):
        def __call__(self, change, t):
            return change._replace(gradients=change.gradients.map(np.sign))

    t = task()
    *_, last = train(
        t.network,
        t.X,
        t.Y,
        parameters=t.parameters,
        optimizer=GradientDescent(),
        learning_rate=0.5,
        transforms=[Sign()],
        steps=1,
        engine="numpy",
    )
    moved = abs(last.parameters.W[1] - t.parameters.W[1])
    np.testing.assert_allclose(moved, 0.5, rtol=1e-12)


def test_they_go_in_their_order():
    p = Parameters({1: np.array([[3.0]])}, {1: np.array([[4.0]])})
    change = Change(p, {"W": 1.0, "b": 1.0}, {})

    class Double(Transform):
        def __call__(self, change, t):
            return change._replace(gradients=change.gradients.map(lambda g: 2 * g))

    assert composed((Clip(1.0), Double()), change, 0).gradients.W[1] == pytest.approx(1.2)
    assert composed((Double(), Clip(1.0)), change, 0).gradients.W[1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Rates({"w": 1}), ValueError, r"field='w' is unknown \(did you mean 'v'\?\)|field='w' is unknown"),
        (lambda: Rates({"W": -1}), ValueError, "factor of W=-1 must be a finite number, 0 or above"),
        (lambda: Decay(-1), ValueError, "amount=-1 must be"),
        (lambda: Decay(1, schedule="cosin"), ValueError, "schedule='cosin' is unknown"),
        (lambda: Clip(0), ValueError, "limit=0 must be a finite number above 0"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(make, error, message):
    with pytest.raises(error, match=message):
        make()
