"""The law of several seeds: every member is what a run with its seed alone makes of it, on either engine."""

import threading

import numpy as np
import pytest

from barreleye.nn.front import Front, Numbers
from barreleye.nn.front import Rows as AsTheyAre
from barreleye.nn.network import initialize
from barreleye.nn.optimizers import Adam, GradientDescent
from barreleye.nn.structure import Network
from barreleye.training.batches import Stream, table
from barreleye.training.border import Rows
from barreleye.training.checkpoint import save_checkpoint
from barreleye.training.divergence import DivergenceError
from barreleye.training.engine_choice import estimate_seconds, new_engine
from barreleye.training.loop import train
from barreleye.training.members import apart, checked_seed, how_many, mean, member, orders, stack
from barreleye.training.step import Recipe, first_state
from barreleye.training.stopping import EarlyStopping
from barreleye.training.transforms import Decay
from barreleye.training.xla_programs import programs_traced

SEEDS = (3, 2**70, 8)
OPTIONS = {
    "full batches": {},
    "mini-batches, the last one short": {"batch_size": 8},
    "clipped, scheduled": {"batch_size": 8, "clip_norm": 0.1, "schedule": "cosine"},
    "momentum": {"optimizer": "momentum", "batch_size": 8},
    "gradient descent": {"optimizer": "gd", "batch_size": 20},
}
NETWORKS = {
    "plain": {"head": "softmax"},
    "batch norm, dropout, penalties": {"batch_norm": True, "keep_prob": 0.7, "L2": 0.5, "L1": 0.1},
}


def run(t, seed, **options):
    return list(train(t.network, t.X, t.Y, seed=seed, **({"steps": 9, "every": 4} | options)))


def covering():
    """Every kind of network with every option; along the way each of them with both dtypes."""
    for i, kind in enumerate(NETWORKS):
        for j, options in enumerate(OPTIONS):
            dtype = ("float64", "float32")[(i + j) % 2]
            yield pytest.param(kind, options, dtype, id=f"{kind}-{options}-{dtype}")


@pytest.mark.parametrize(("kind", "options", "dtype"), list(covering()))
def test_members_are_the_single_runs_with_their_seeds(kind, options, dtype, engine, task, assert_same):
    t = task(**NETWORKS[kind])
    settings = {**OPTIONS[options], "engine": engine, "dtype": dtype, "weights": t.weights}
    settings["validation"] = (t.X[:7], t.Y[:7], t.weights[:7])
    together = run(t, SEEDS, **settings)
    alone = [run(t, seed, **settings) for seed in SEEDS]
    rtol = 0.0 if engine == "numpy" else {"float32": 2e-4, "float64": 1e-9}[dtype]
    assert [p.step for p in together] == [4, 8, 9]
    for look, *singles in zip(together, *alone, strict=True):
        assert look.costs.dtype == dtype
        for one, single in zip(apart(look.state), singles, strict=True):
            assert_same(one, single.state, rtol, rtol)
        assert look.costs == pytest.approx(np.mean([single.costs for single in singles], axis=0), rel=1e-5)
        costs = [single.validation_cost for single in singles]
        assert look.validation_cost == pytest.approx(np.mean(costs), rel=1e-5)


def test_one_seed_in_a_tuple_is_one_member(engine, task, assert_same):
    t = task()
    together, alone = run(t, (5,), engine=engine)[-1], run(t, 5, engine=engine)[-1]
    assert together.parameters.W[1].shape == (1, *alone.parameters.W[1].shape)
    assert_same(member(together.state, 0), alone.state, 1e-12, 1e-12)


def test_the_members_mean_answer_is_judged(engine, task):
    """Three members that disagree: the score is that of the mean of their Y_hat, not the mean of their scores."""
    t = task(head="identity")
    seen = []

    def score(Y, Y_hat):
        seen.append(Y_hat)
        return -float(((Y - Y_hat) ** 2).mean())

    settings = {"validation": (t.X, t.Y), "engine": engine, "steps": 4, "every": 4}
    look = run(t, SEEDS, score=score, **settings)[-1]
    together = seen.pop()
    singles = [run(t, seed, score=score, **settings)[-1] for seed in SEEDS]
    np.testing.assert_allclose(together, np.mean(seen, axis=0), rtol=1e-9)
    assert look.validation_score == pytest.approx(score(t.Y, together))
    assert look.validation_score > np.mean([single.validation_score for single in singles]) + 1e-3


def test_one_program_is_traced_for_all_members(task):
    t = task(n=(3, 6, 2), m=50)
    before = programs_traced()
    run(t, (1, 2, 3, 4), engine="xla", batch_size=8)
    assert programs_traced() == before + 1
    run(t, (7, 8, 9, 10), engine="xla", batch_size=8, learning_rate=0.5, steps=20)
    assert programs_traced() == before + 1
    run(t, 1, engine="xla", batch_size=8)
    run(t, 2, engine="xla", batch_size=8)
    assert programs_traced() == before + 1, "on a CPU it is the program of a single network"


def test_a_stream_is_for_all_members(engine, task, assert_same):
    t = task(keep_prob=0.8)
    batches = [(t.X[:7], t.Y[:7]), (t.X[7:10], t.Y[7:10]), (t.X[10:], t.Y[10:])]

    def of(seed):
        *_, last = train(t.network, iter(batches), seed=seed, every=2, engine=engine)
        return last

    together = of(SEEDS)
    assert (together.step, together.stopped) == (3, "the stream of batches ended")
    for one, seed in zip(apart(together.state), SEEDS, strict=True):
        assert_same(one, of(seed).state, 1e-9, 1e-12)


@pytest.mark.parametrize("source", ["file", "progress"])
def test_members_resume_bit_for_bit(source, engine, task, tmp_path, assert_same):
    t = task(keep_prob=0.8, batch_norm=True)
    settings = {"engine": engine, "batch_size": 8, "rules": [EarlyStopping(monitor="cost", patience=50)]}
    whole = run(t, SEEDS, **settings)[-1]
    halfway = next(train(t.network, t.X, t.Y, seed=SEEDS, steps=9, every=4, **settings))
    save_checkpoint(tmp_path / "run", halfway)
    resume = halfway if source == "progress" else tmp_path / "run"
    assert_same(run(t, SEEDS, resume=resume, **settings)[-1].state, whole.state)
    with pytest.raises(ValueError, match=r"seed=\[3, .*, 8\], and this run has seed=\[3, 4, 5\]"):
        run(t, (3, 4, 5), resume=resume, **settings)


def test_members_go_on_from_a_state(engine, task, assert_same):
    t = task()
    settings = {"engine": engine, "batch_size": 8}
    first = run(t, SEEDS, **settings)[-1].state
    together = run(t, SEEDS, parameters=first, **settings)[-1].state
    for k, seed in enumerate(SEEDS):
        alone = run(t, seed, parameters=member(first, k), **settings)[-1].state
        assert_same(member(together, k), alone, 1e-9, 1e-12)


def test_starting_parameters_have_one_entry_for_each_member(task):
    t = task()
    starts = [initialize(t.network, 10 + k) for k in range(3)]
    together = run(t, SEEDS, parameters=stack(starts), steps=1)[-1]
    alone = run(t, SEEDS[1], parameters=starts[1], steps=1)[-1]
    np.testing.assert_allclose(together.parameters.W[1][1], alone.parameters.W[1])
    with pytest.raises(ValueError, match=r"W\[1\] has shape \(4, 3\) where \(3, 4, 3\) is expected"):
        run(t, SEEDS, parameters=starts[0])


def test_a_member_that_diverges_ends_the_run_with_all_of_them_finite(engine, task):
    t = task("relu", "identity")
    starts = [initialize(t.network, k) for k in range(3)]
    starts[1] = starts[1].map(lambda p: 1e60 * p)
    settings = {"engine": engine, "optimizer": "gd", "learning_rate": 0.1, "batch_size": 8, "steps": 50}
    with pytest.raises(DivergenceError) as together:
        run(t, SEEDS, parameters=stack(starts), **settings)
    kept = together.value.progress.parameters
    assert all(np.isfinite(p).all() for p in kept.arrays())
    assert how_many(kept) == 3
    with pytest.raises(DivergenceError) as alone:
        run(t, SEEDS[1], parameters=starts[1], **settings)
    assert (together.value.step, together.value.quantity) == (alone.value.step, alone.value.quantity)


def test_ctrl_c_leaves_all_members_at_the_same_step(engine, task, assert_same):
    t = task()
    asked = []

    def after_three_looks():
        asked.append(threading.current_thread())
        return len(asked) > 3

    recipe = Recipe(t.network, Adam(), 0.01)
    runner = new_engine(engine, table(Rows(t.X, t.Y, None), 8, SEEDS[0]), SEEDS, "auto")
    state = first_state(recipe, stack([initialize(t.network, seed) for seed in SEEDS]))
    stretch = runner.run(recipe, runner.place(state), 10**6, after_three_looks)
    assert len(stretch.costs) == stretch.state.t < 10**6
    again = new_engine(engine, table(Rows(t.X, t.Y, None), 8, SEEDS[0]), SEEDS, "auto")
    assert_same(
        again.fetch(again.run(recipe, again.place(state), stretch.state.t).state), runner.fetch(stretch.state), 0, 0
    )


def test_more_members_than_rows_in_a_batch_are_not_taken_for_columns(engine, task):
    t = task()
    look = run(t, tuple(range(9)), batch_size=2, engine=engine)[-1]
    assert look.parameters.W[1].shape == (9, 4, 3)
    assert len({p.tobytes() for p in look.parameters.W[1]}) == 9


def test_lbfgs_takes_one_seed(task):
    t = task()
    with pytest.raises(ValueError, match=r"one network at a time: call train\(\) for each of seed=\(1, 2\)"):
        train(t.network, t.X, t.Y, optimizer="lbfgs", seed=(1, 2))


@pytest.mark.parametrize("seed", [(), [], (1, -1), (1, 2.5), "12", (True,), None])
def test_a_seed_is_a_whole_number_or_several(seed, task):
    t = task()
    with pytest.raises((TypeError, ValueError), match="seed"):
        train(t.network, t.X, t.Y, seed=seed)
    assert checked_seed(np.array([1, 2])) == (1, 2)


# The pieces


def test_what_is_stacked_comes_apart_again(task, assert_same):
    t = task(batch_norm=[True], n=(3, 4, 2))
    recipe = Recipe(t.network, Adam())
    states = [first_state(recipe, initialize(t.network, k)) for k in range(3)]
    states = [state._replace(t=k) for k, state in enumerate(states)]
    together = stack(states)
    assert together.t == 2
    for one, state in zip(apart(together), states, strict=True):
        assert_same(one._replace(t=0), state._replace(t=0))
    assert_same(apart(states[1])[0], states[1])
    assert stack([first_state(Recipe(t.network, GradientDescent()), t.parameters)] * 2).optimizer.W[1] == ()


def test_each_member_has_its_own_order_of_the_rows():
    rows = Rows(np.zeros((50, 1)), np.zeros((50, 1)), None)
    whole = table(rows, 10, 4)
    whole.order(0)
    first, second = orders(whole, (4, 5))
    np.testing.assert_array_equal(first.order(0), whole.order(0))
    assert (second.order(0) != first.order(0)).any()
    assert orders(Stream([(np.zeros((1, 2)), np.zeros((1, 1)))], Network((2, 1))), (4, 5)) == []


def test_a_mean_keeps_the_precision():
    assert mean([np.float32(1), np.float32(2)]).dtype == np.float32
    np.testing.assert_array_equal(mean([np.ones(2, np.float32), np.zeros(2, np.float32)]), [0.5, 0.5])


def test_members_cost_numpy_their_number_and_xla_no_more():
    recipe = Recipe(Network((2, 4, 1)))
    one = estimate_seconds(recipe, 100, 10**6, "float64")
    eight = estimate_seconds(recipe, 100, 10**6, "float64", members=8)
    assert eight[0] == pytest.approx(8 * one[0], rel=1e-4)
    assert one[1] < eight[1] < 8 * one[1]


def test_float64_members_with_two_hidden_layers_run_in_turn_and_are_the_same():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 3)), rng.integers(0, 2, (30, 1))
    network = Network((3, 4, 4, 1), "tanh")
    settings = {"batch_size": 8, "steps": 9, "every": 4, "engine": "xla", "learning_rate": 0.01}
    *_, single = train(network, X, Y, seed=5, **settings)
    before = programs_traced()
    *_, together = train(network, X, Y, seed=(4, 5), **settings)
    assert programs_traced() == before  # each ran as the program that a single one is
    for l in (1, 2, 3):
        np.testing.assert_array_equal(member(together.parameters, 1).W[l], single.parameters.W[l])


# A body in common


def own_and_common(parameters, L):
    """Names of arrays that differ between members, and of those that are the same."""
    named = parameters.named().items()
    own = {name for name, p in named if any((p[k] != p[0]).any() for k in range(1, len(p)))}
    return own, {name for name, _ in named} - own


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_networks_with_a_body_in_common_are_what_pytorch_makes_of_the_mean_of_their_losses(engine, task):
    torch = pytest.importorskip("torch", reason="the oracle is PyTorch: pip install torch")
    front = Front((Numbers(2, waves=3, size=3, wave="ramp"), AsTheyAre(1)), scale="normal")
    t = task("relu", "softmax", n=(front.n_out, 5, 4, 3), m=12, front=front)
    options = {"optimizer": Adam(0.8, 0.95), "learning_rate": 0.05, "batch_size": 6, "shuffle": False, "steps": 4}
    options |= {"clip_norm": 0.5, "transforms": [Decay(0.1, {"W": 1.0, "s": 2.0})], "seed": (3, 4, 5), "every": 1}
    *_, last = train(t.network, t.X, t.Y, weights=t.weights, engine=engine, shared=True, **options)
    own, common = own_and_common(last.parameters, 3)
    assert own == {"s[0]", "W[3]", "b[3]"}
    assert common >= {"W[1]", "W[2]", "b[1]", "omega[1]"}

    drawn = [initialize(t.network, seed, None, np.float64, t.X.T) for seed in (3, 4, 5)]
    tensors = {name: torch.tensor(p, requires_grad=True) for name, p in drawn[0].named().items()}
    for name in own:
        tensors[name] = torch.tensor(np.stack([one.named()[name] for one in drawn]), requires_grad=True)
    rule = torch.optim.Adam(tensors.values(), lr=0.05, betas=(0.8, 0.95))
    for step in range(4):
        part = slice(6 * (step % 2), 6 * (step % 2) + 6)
        X, Y = (torch.tensor(a[part].T) for a in (t.X, t.Y))
        weights = torch.tensor(t.weights[part])
        losses = []
        for k in range(3):
            u = tensors["omega[1]"][:, :, None] * X[:2, None] + tensors["phase[1]"][:, :, None]
            made = tensors["V[1]"] @ u.clip(0, 1) + tensors["v[1]"][:, :, None]
            A = torch.cat([torch.cat([made, X[:2, None]], dim=1).reshape(6, -1), X[2:]]) * tensors["s[0]"][k]
            for l in (1, 2):
                A = torch.relu(tensors[f"W[{l}]"] @ A + tensors[f"b[{l}]"])
            Z = tensors["W[3]"][k] @ A + tensors["b[3]"][k]
            each = -(Y * torch.log_softmax(Z, dim=0)).sum(dim=0)
            losses.append((weights * each).sum() / weights.sum())
        rule.zero_grad()
        torch.stack(losses).mean().backward()
        with torch.no_grad():
            norm = torch.sqrt(sum((p.grad**2).sum() for p in tensors.values()))
            for name, p in tensors.items():
                p.grad.mul_(min(1.0, 0.5 / float(norm)))
                p.mul_(1 - 0.05 * 0.1 * {"W": 1.0, "s": 2.0}.get(name[0], 0.0))
        rule.step()
    for name, p in last.parameters.named().items():
        expected = tensors[name].detach().numpy()
        for k in range(3):
            mine = p[k]
            np.testing.assert_allclose(
                mine, expected[k] if name in own else expected, rtol=1e-9, atol=1e-12, err_msg=name
            )


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_a_run_with_a_body_in_common_goes_on_bit_for_bit(engine, task, tmp_path):
    t = task("relu", "softmax", n=(3, 5, 3))
    options = {"seed": (1, 2), "shared": True, "engine": engine, "steps": 6, "every": 3, "batch_size": 5}
    halfway, whole = train(t.network, t.X, t.Y, **options)
    save_checkpoint(tmp_path / "run", halfway)
    *_, resumed = train(t.network, t.X, t.Y, **options, resume=tmp_path / "run")
    for name, p in whole.parameters.named().items():
        np.testing.assert_array_equal(resumed.parameters.named()[name], p)


@pytest.mark.parametrize(
    ("network", "seed", "message"),
    [
        (Network((3, 4, 2)), 3, "shared=True with seed=3: pass one seed for each network"),
        (Network((3, 2)), (1, 2), "a body in common has hidden layers"),
        (Network((3, 4, 2), batch_norm=True), (1, 2), "no batch norm"),
    ],
)
def test_what_cannot_be_shared_is_said(network, seed, message):
    with pytest.raises(ValueError, match=message):
        train(network, np.ones((5, 3)), np.ones((5, 2)), seed=seed, shared=True)
