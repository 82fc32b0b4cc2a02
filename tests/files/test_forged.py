"""Files whose content was changed and whose checksum was made anew: each is a FileError, or a thing that works.

The changes are drawn at random from a seed. ``python tests/files/test_forged.py 600`` goes on for that many seconds and
prints what it met and its peak memory.
"""

import copy
import json
import random
import resource
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from safetensors.numpy import save

from barreleye.data.frame import frame_of
from barreleye.estimators import MLPClassifier, MLPRegressor
from barreleye.files.model_file import load_model, save_model
from barreleye.files.tensors import FileError, _checksum, read_tensors
from barreleye.models.model import load
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.nn.network import initialize, predict
from barreleye.nn.normalization import Averages
from barreleye.nn.structure import Network
from barreleye.training.checkpoint import load_checkpoint, save_checkpoint
from barreleye.training.loop import train
from barreleye.training.members import apart
from barreleye.training.stopping import EarlyStopping

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
SPECIES = np.array(["ant", "bee", "cow"])[np.argsort(X[:, 0]) % 3]
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0, "engine": "numpy"}


class Whole(NamedTuple):
    """A file's content, what reads it, and what uses what was read: it raises where the thing does not work."""

    kind: str
    tensors: dict[str, np.ndarray]
    description: dict[str, Any]
    load: Any
    use: Any


def use_network(model):
    rows = np.zeros((model.network.n[0], 2))
    assert predict(model.network, model.parameters, rows, model.averages).shape == (model.network.n[-1], 2)


def use_rows(model):
    width = getattr(model, "n_features_in_", None) or model.network.n[0]
    assert len(model.predict(np.zeros((2, width)))) == 2


def use_table(model):
    rows = {name: ["0", None] for name in model.table.encoders}
    assert len(model.outputs(rows)) == 2
    repr(model)


def use_estimator(model):
    use_rows(model)
    if hasattr(model, "predict_proba"):
        model.predict_proba(np.zeros((2, model.n_features_in_)))
    repr(model)


def use_run(loaded):
    state = loaded[0].state
    assert state.t >= 0
    for p, slots in zip(state.parameters.arrays(), state.optimizer.arrays(), strict=True):
        assert all(slot.shape == p.shape for slot in slots)
    network = Network((3, 4, 1), batch_norm=True)
    for one in apart(state):
        n = (one.parameters.W[1].shape[1], *(W.shape[0] for W in one.parameters.W.values()))
        if n == network.n and one.averages.mu:
            predict(network, one.parameters, np.zeros((3, 2)), one.averages)


@pytest.fixture(scope="module")
def wholes(tmp_path_factory):
    return whole_files(tmp_path_factory.mktemp("whole"))


def whole_files(folder: Path) -> list[Whole]:
    """One file of each kind, and of each form that it can have."""
    path, found = folder / "whole", []

    def keep(kind, load, use):
        use(load(path))
        found.append(Whole(kind, *read_tensors(path, kind), load, use))

    network = Network((3, 4, 2), "elu", "huber", batch_norm=True, keep_prob=0.5, L2=0.1)
    averages = Averages({1: np.zeros((4, 1))}, {1: np.ones((4, 1))})
    save_model(path, network, initialize(network, 0), averages, details={"a": [1]})
    keep("model", load_model, use_network)
    texts = [f"the {i} fox jumps over {i * 7 % 13} lazy dogs" for i in range(40)]
    for y in (SPECIES, X[:, 0]):
        columns = {"a": X[:, 0], "b": SPECIES, "c": texts, "d": [f"2020-01-{i % 28 + 1:02d}" for i in range(40)]}
        ready = prepare(frame_of({**columns, "y": y}), ["y"], kinds={"c": "text"})
        *_, last = Settings(layers=(4,), epochs=1, engine="numpy").train(ready)
        ready.model(last).save(path)
        keep("model", load, use_table)
    rules, start = [EarlyStopping(patience=2, monitor="cost")], Network((3, 4, 1), batch_norm=True)
    for seed in (0, (1, 2)):
        progress = next(train(start, X, X[:, 0] > 0, steps=4, every=2, rules=rules, seed=seed, engine="numpy"))
        save_checkpoint(path, progress)
        keep("checkpoint", load_checkpoint, use_run)
    two, dates = SPECIES == "bee", np.array(["2024-01-01", "2024-05-01"], "M8[D]")
    for y in (SPECIES, dates[two.astype(int)], np.c_[two, ~two].astype(int), np.c_[SPECIES == "ant", SPECIES]):
        MLPClassifier(**QUICK, n_members=2, early_stopping=True, batch_norm=True).fit(X, y).save(path)
        keep("model", MLPClassifier.load, use_estimator)
    MLPRegressor(**QUICK, standardize_target=True, learning_rate="cosine").fit(X, X[:, :2]).save(path)
    keep("model", MLPRegressor.load, use_estimator)
    return found


JUNK = [
    *(None, True, False, 0, 1, -1, 3, 2**31, 2**53 + 1, 10**30, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "a"),
    *(
        "nan",
        "1e999",
        "<U200000000",
        "relu",
        "softmax",
        [],
        {},
        [[]],
        [0],
        ["a", "a"],
        {"name": "relu"},
        {"float": "x"},
    ),
    *({"tuple": [1]}, {"dict": [[1, 2]]}, {"dict": [[[], 1]]}, {"name": "warmup", "steps": 3}, {"eval": "1"}),
    *({"name": "softmax_groups", "sizes": [1, 10**9]}, {"name": "elu", "alpha": {"name": "elu"}}, "x" * 1000),
]
NAMES = ["W.1", "W.0", "W.01", "b.2", "gamma.1", "W." + "9" * 400, "W.x", "", "W", "é.1"]


def places(value, into=None):
    """Every (container, key) in a JSON value."""
    into = [] if into is None else into
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        into.append((value, key))
        places(value[key], into)
    return into


def change_description(description, draw):
    holder, key = draw.choice(places(description))
    if isinstance(holder, list) and draw.random() < 0.3:
        holder.insert(key, copy.deepcopy(draw.choice([holder[key], *JUNK])))
    elif draw.random() < 0.2:
        del holder[key]
    elif isinstance(holder, dict) and draw.random() < 0.2:
        holder[draw.choice(["name", "columns", "best", "a", str(key) + "_"])] = holder.pop(key)
    elif draw.random() < 0.1:
        for _ in range(draw.choice([3, 60, 900])):
            holder[key] = draw.choice([[holder[key]], {"name": "warmup", "steps": 3, "then": holder[key]}])
    else:
        holder[key] = copy.deepcopy(draw.choice([*JUNK, draw.choice(places(description))[0]]))


def change_tensors(tensors, draw):
    name = draw.choice(list(tensors))
    array = np.atleast_1d(tensors[name])
    change = draw.randrange(9)
    if change == 0:
        del tensors[name]
    elif change == 1:
        tensors[f"{name.split('.')[0]}.{draw.choice(NAMES)}"] = array
    elif change == 2:
        tensors[draw.choice(list(tensors))] = array
    elif change == 3:
        tensors[name] = np.ascontiguousarray(array.T)
    elif change == 4:
        tensors[name] = np.concatenate([array, array[:1]])
    elif change == 5:
        tensors[name] = array.astype(draw.choice(["f2", "f4", "f8", "i8", "?", "u1"]))
    elif change == 6:
        tensors[name] = np.full_like(array, draw.choice([0, -1, 1e3]) if array.dtype.kind == "f" else 1)
    elif change == 7:
        tensors[name] = np.zeros(draw.choice([(), (0,), (0, 4, 3), (1, *array.shape), (2, 0), (10**9, 0)]))
    else:
        tensors[name] = np.where(np.arange(array.size).reshape(array.shape) == 0, np.nan, array)


def forge(path: Path, whole: Whole, draw: random.Random) -> None:
    """Write the file with one to three changes, and a checksum that fits them."""
    sys.setrecursionlimit(10**5)  # for what is deep, here alone
    tensors, description = dict(whole.tensors), copy.deepcopy(whole.description)
    for _ in range(draw.randint(1, 3)):
        if draw.random() < 0.6 and len(description) > 2:
            change_description(description, draw)
        elif tensors:
            change_tensors(tensors, draw)
    body = json.dumps(description)
    sys.setrecursionlimit(1000)
    path.write_bytes(save(tensors, {"barreleye": body, "sha256": _checksum(body, tensors)}))


def outcome(path: Path, whole: Whole) -> str:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            loaded = whole.load(path)
        except FileError:
            return "refused"
        whole.use(loaded)
        return "works"


def test_a_forged_file_is_a_file_error_or_works(wholes, tmp_path):
    met = Counter()
    for seed in range(40 * len(wholes)):
        whole = wholes[seed % len(wholes)]
        forge(tmp_path / "forged", whole, random.Random(seed))
        try:
            met[outcome(tmp_path / "forged", whole)] += 1
        except Exception as error:
            error.add_note(f"of a forged {whole.kind}, seed {seed}")
            raise
    assert met["refused"] > 10 * len(wholes)
    assert met["works"] > len(wholes)


def main(seconds: float, folder: Path) -> None:
    wholes, met, faults = whole_files(folder), Counter(), []
    started, seed = time.monotonic(), 10**6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while time.monotonic() - started < seconds:
        seed += 1
        whole = wholes[seed % len(wholes)]
        forge(folder / "forged", whole, random.Random(seed))
        try:
            met[f"{whole.kind} {outcome(folder / 'forged', whole)}"] += 1
        except Exception as error:
            faults.append(seed)
            met[f"{whole.kind} {type(error).__name__}: {str(error)[:80]}"] += 1
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(dict(met), "faults", faults[:20], f"peak {before // 1024} MiB before, {after // 1024} MiB after", sep="\n")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        main(float(sys.argv[1]), Path(temporary))
