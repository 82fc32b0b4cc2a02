"""The tuned recipe, step by step, beside RealMLP-TD written in PyTorch from the paper's formulas (arXiv 2407.04491).

Everything of the steps is written anew here, constants too: the network, its loss, the rates by field, the decay, the
schedules. Gradients are automatic ones and the updates torch.optim.Adam's. What is random is handed over: where to
start, the rows of each batch, and the masks of dropout.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models import recipes, run
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.nn.network import initialize
from barreleye.nn.optimizers import Adam
from barreleye.nn.structure import with_keep_prob
from barreleye.training.batches import table as batches_of
from barreleye.training.border import Rows
from barreleye.training.engine import seed_word
from barreleye.training.masks import dropout_masks
from barreleye.training.plan import planned
from barreleye.training.transforms import Decay, Rates

torch = pytest.importorskip(
    "torch", reason="compares with PyTorch, which the library does not need: pip install torch to run this too"
)

M, BATCH, EPOCHS = 141, 64, 4  # batches of 64, 64 and 13 rows
FIELDS = ("W", "b", "alpha", "s", "omega", "phase", "V", "v", "E")
SEED = 3

TASKS = {
    "2 classes": {"metric": "auc"},
    "2 classes, smoothed": {"metric": "accuracy"},
    "3 classes": {"metric": "auc"},
    "3 classes, uncalibrated": {"metric": "log-loss"},
    "3 classes, smoothed": {"metric": "accuracy"},
    "3 classes, smoothed and weighted": {"metric": "accuracy"},
    "number": {},
    "number, weighted": {},
}


@pytest.fixture(autouse=True)
def one_thread():
    """Threads have nothing to share in arrays as small as these, and wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def prepared(task):
    """Numbers, one of them with gaps; a category of twelve levels, gaps too; one of three; and a truth value."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=M), rng.normal(size=M)
    city = rng.integers(0, 12, M)
    columns = {
        "city": [None if i % 17 == 0 else f"city {c}" for i, c in enumerate(city)],
        "a": a,
        "few": [["u", "v", "w"][c % 3] for c in city],
        "b": np.where(np.arange(M) % 9 == 0, np.nan, b),
        "member": [["yes", "no"][i % 2] for i in range(M)],
        "weight": rng.uniform(0.2, 3, M),
    }
    z = a + np.sin(city) + rng.normal(size=M)
    columns["y"] = (
        z if task.startswith("number") else [f"class {k}" for k in np.digitize(z, (0, 1)[: int(task[0]) - 1])]
    )
    weighted = "weight" if "weighted" in task else None
    coding = Settings(recipe="tuned").coding
    frame = frame_of(columns if weighted else {name: c for name, c in columns.items() if name != "weight"})
    return prepare(frame, ["y"], weight=weighted, hold_out=False, validate=False, **coding)


def settings_of(task, engine="numpy"):
    told = TASKS[task]
    return Settings(recipe="tuned", layers=(7, 6, 5), epochs=EPOCHS, members=1, seed=SEED, engine=engine, **told)


def ours(ready, settings, monkeypatch):
    """The parameters before the first step and after each, of what Settings plans."""
    rng = np.random.default_rng(1)
    start = initialize(settings.network(ready), rng, "from_data", X=ready.X.T)
    start = start.map(lambda p: p + 0.1 * rng.standard_normal(p.shape))  # no scale is 1 and no share of g

    def step_by_step(*args, **told):
        return planned(*args, **{**told, "every": 1, "parameters": start})

    monkeypatch.setattr(run, "planned", step_by_step)
    return [start.named(), *({**p.parameters.named()} for p in settings.train(ready))]


def theirs(ready, task, network, start):
    """The same by PyTorch: the parameters after each step, by name."""
    p = {name: torch.tensor(array, requires_grad=True) for name, array in start.items()}
    classes = not task.startswith("number")
    rate = {"W": 1, "b": 0.1, "alpha": 0.1, "s": 6, "omega": 0.1, "phase": 0.1, "V": 0.1, "v": 0.1, "E": 1}
    groups = {field: [tensor for name, tensor in p.items() if name.startswith(f"{field}[")] for field in FIELDS}
    adam = torch.optim.Adam([{"params": groups[field]} for field in FIELDS], lr=0.1, betas=(0.9, 0.95), eps=1e-8)

    names = ready.table.names
    own = {name: torch.tensor(ready.X[:, names.index(name)]) for name in names}
    numbers, levels = torch.stack([own["a"], own["b"]], dim=1), own["city level"].long()
    marks = torch.stack([own[name] for name in names if name not in ("a", "b", "city level")], dim=1)
    y = torch.tensor(ready.Y.argmax(axis=1) if classes else ready.Y)
    weights = torch.ones(M, dtype=torch.float64) if ready.weights is None else torch.tensor(ready.weights)

    batches = batches_of(Rows(ready.X, ready.Y, ready.weights), BATCH, SEED)
    steps, found = batches.steps_per_epoch * EPOCHS, []
    for step in range(steps):
        rows, t = batches.batch(step), step / steps
        flat_cos = 1 if t <= 0.5 else 0.5 * (1 + math.cos(math.pi * (max(1, 2 * t) - 1)))
        coslog4 = 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + (2**4 - 1) * t)))
        drop = 0.15 * flat_cos
        masks = dropout_masks(with_keep_prob(network, [1 - drop] * 3), seed_word(SEED), step, ready.X[rows].T)

        adam.zero_grad()
        x, columns = numbers[rows], []
        for j in range(2):
            h = torch.cos(2 * torch.pi * x[:, [j]] * p["omega[1]"][j] + p["phase[1]"][j])
            columns += [h @ p["V[1]"][j].T + p["v[1]"][j], x[:, [j]]]
        a = torch.cat([*columns, p["E[2]"][levels[rows]], marks[rows]], dim=1) * p["s[0]"].T
        for l in range(1, 5):
            z = a @ p[f"W[{l}]"].T / math.sqrt(a.shape[1]) + p[f"b[{l}]"].T
            if l < 4:
                g = torch.nn.functional.selu(z) if classes else torch.nn.functional.mish(z)
                a = (z + p[f"alpha[{l}]"].T * (g - z)) * torch.tensor(masks[l].T) / (1 - drop)
        if classes:
            smoothing = 0.1 if "smoothed" in task else 0.03 if "uncalibrated" in task else 0.0
            losses = torch.nn.functional.cross_entropy(z, y[rows], label_smoothing=smoothing, reduction="none")
        else:
            losses = 0.5 * ((z - y[rows]) ** 2)[:, 0]  # Adam does not see the half
        ((weights[rows] * losses).sum() / weights[rows].sum()).backward()

        lr, wd = (0.04 if classes else 0.2) * coslog4, 0.02 * flat_cos
        with torch.no_grad():
            for field, group in zip(FIELDS, adam.param_groups, strict=True):
                group["lr"] = lr * rate[field]
                for tensor in group["params"]:
                    tensor.mul_(1 - lr * (0 if field == "b" else wd) * rate[field] ** 2)
        adam.step()
        found.append({name: tensor.detach().numpy().copy() for name, tensor in p.items()})
    return found


def apart(task, monkeypatch, engine="numpy"):
    """How far the two are apart, relative to the greatest number of each array, after whichever step it is most."""
    ready, settings = prepared(task), settings_of(task, engine)
    start, *mine = ours(ready, settings, monkeypatch)
    other = theirs(ready, task, settings.network(ready), start)
    assert len(mine) == len(other) == 12
    assert mine[0].keys() == other[0].keys()
    assert {name.split("[")[0] for name in start} == set(FIELDS)
    distances = [
        max(abs(one[name] - two[name]).max() / abs(two[name]).max() for name in one)
        for one, two in zip(mine, other, strict=True)
    ]
    moved = {name: abs(mine[-1][name] - start[name]).max() for name in start}
    assert min(moved.values()) > 1e-4, moved  # nothing stood still, about which nothing would be said
    return max(distances)


@pytest.mark.parametrize("task", TASKS)
def test_every_parameter_is_pytorchs_after_every_step(task, monkeypatch):
    assert apart(task, monkeypatch) < 1e-12


def test_the_compiled_steps_are_pytorchs_too(monkeypatch):
    assert apart("3 classes, smoothed and weighted", monkeypatch, "xla") < 1e-12


def without(factors, field):
    return {name: factor for name, factor in factors.items() if name != field}


def changed(rates=recipes.RATES, amount=0.02, factors=recipes.DECAYS, schedule="flat_cosine"):
    return {"transforms": (Rates(rates), Decay(amount, factors, schedule))}


BUGS = {
    "another beta1": {"optimizer": Adam(beta1=0.8, beta2=0.95)},
    "another beta2": {"optimizer": Adam(beta1=0.9, beta2=0.999)},
    "another epsilon": {"optimizer": Adam(beta1=0.9, beta2=0.95, epsilon=1e-6)},
    "another rate": {"rate": 0.03},
    "another schedule": {"schedule": "cosine"},
    "another activation": {"activation": "elu"},
    "no root of n": {"ntk": False},
    "no smoothing": {"smoothing": None},
    "other smoothing": {"smoothing": 0.2},
    "no dropout": {"dropout": 0.0},
    "dropout that stays": {"dropout_schedule": "constant"},
    "decay that stays": changed(schedule="constant"),
    "less decay": changed(amount=0.01),
    "decay by the rate's factor alone": changed(factors=dict.fromkeys(recipes.DECAYS, 1.0)),
    "decay of b": changed(factors={**recipes.DECAYS, "b": 0.1}),
    **{f"no rate of its own for {field}": changed(without(recipes.RATES, field)) for field in recipes.RATES},
    **{f"no decay of {field}": changed(factors=without(recipes.DECAYS, field)) for field in recipes.DECAYS},
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug, monkeypatch):
    own = recipes.RECIPES["tuned"]
    wrong = {**own, "classification": replace(own["classification"], **BUGS[bug])}
    monkeypatch.setitem(recipes.RECIPES, "tuned", wrong)
    assert apart("2 classes, smoothed", monkeypatch) > 1e-7
