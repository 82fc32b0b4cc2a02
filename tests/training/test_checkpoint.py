import json
import os
import subprocess
import sys

import numpy as np
import pytest

from barreleye.files.model_file import flatten
from barreleye.files.tensors import FileError, read_tensors, write_tensors
from barreleye.nn.optimizers import OPTIMIZERS
from barreleye.training.checkpoint import load_checkpoint, save_checkpoint
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping, ReduceOnPlateau, Target

RICH = {"batch_norm": True, "keep_prob": 0.7, "L2": 0.1}
RULES = [
    EarlyStopping(patience=50),
    ReduceOnPlateau(monitor="cost", patience=2, min_delta=9.0),
    Target("cost", target=-9.0),
]


@pytest.fixture
def rich(task):
    """Mini-batches, dropout, batch norm, Adam, a schedule, clipping and three rules with their memories."""
    t = task(**RICH)
    held_out = task(seed=3, m=9)
    options = {
        "weights": t.weights,
        "validation": (held_out.X, held_out.Y),
        "batch_size": 8,
        "steps": 20,
        "every": 3,
        "learning_rate": 0.05,
        "schedule": "cosine",
        "clip_norm": 0.5,
        "rules": RULES,
        "seed": 4,
    }
    return t, options


def same_progress(mine, other, assert_same):
    assert_same(mine.fetched_run.state, other.fetched_run.state)
    assert_same(mine.state, other.state)
    assert mine.run.memories == other.run.memories
    assert mine.run.rate_factor == other.run.rate_factor
    assert_same(mine.run.best, other.run.best)
    for name in ("step", "epoch", "cost", "validation_cost", "validation_score", "learning_rate", "stopped"):
        np.testing.assert_equal(getattr(mine, name), getattr(other, name), name)
    np.testing.assert_array_equal(mine.costs, other.costs)


def test_going_on_from_any_checkpoint_equals_never_having_stopped_bit_for_bit(engine, rich, assert_same, tmp_path):
    """Parameters, optimizer, running averages, shuffles, masks, rates, the rules' memories and their best."""
    t, options = rich
    whole = []
    for progress in train(t.network, t.X, t.Y, engine=engine, **options):
        whole.append(progress)
        save_checkpoint(tmp_path / f"{progress.step}", progress)
    assert [p.step for p in whole] == [3, 6, 9, 12, 15, 18, 20]
    assert whole[-1].run.rate_factor < 1, "the plateau has lowered the rate"
    assert whole[-1].run.best.step < 20, "the best is an earlier one"
    for k, progress in enumerate(whole[:-1]):
        resumed = list(train(t.network, t.X, t.Y, engine=engine, resume=tmp_path / f"{progress.step}", **options))
        for mine, other in zip(resumed, whole[k + 1 :], strict=True):
            same_progress(mine, other, assert_same)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_s_memory_is_kept(optimizer, task, assert_same, tmp_path):
    t = task()
    options = {"optimizer": optimizer, "steps": 6, "every": 3, "engine": "numpy"}
    halfway, whole = train(t.network, t.X, t.Y, **options)
    save_checkpoint(tmp_path / "c", halfway)
    *_, resumed = train(t.network, t.X, t.Y, resume=str(tmp_path / "c"), **options)
    assert_same(resumed.state, whole.state)


def test_a_stream_goes_on_with_the_batches_that_are_left(engine, task, assert_same, tmp_path):
    t = task(**RICH)
    batches = [(t.X[k : k + 8], t.Y[k : k + 8]) for k in range(9)]
    whole = list(train(t.network, batches, every=4, engine=engine))
    save_checkpoint(tmp_path / "c", whole[0])
    *_, resumed = train(t.network, batches[4:], every=4, engine=engine, resume=tmp_path / "c")
    assert (resumed.step, resumed.stopped) == (9, "the stream of batches ended")
    assert_same(resumed.state, whole[-1].state)


def test_l_bfgs_goes_on_bit_for_bit(engine, task, assert_same, tmp_path):
    t = task(batch_norm=True)
    options = {"optimizer": "lbfgs", "steps": 9, "every": 2, "engine": engine}
    whole = list(train(t.network, t.X, t.Y, **options))
    for progress in whole[:-1]:
        save_checkpoint(tmp_path / "c", progress)
        *_, resumed = train(t.network, t.X, t.Y, resume=tmp_path / "c", **options)
        same_progress(resumed, whole[-1], assert_same)


def test_early_stopping_resumed_stops_where_it_would_have(task, assert_same, tmp_path):
    t = task()
    options = {
        "steps": 90,
        "every": 2,
        "engine": "numpy",
        "rules": [EarlyStopping(monitor="cost", mode="max", patience=5)],
    }
    whole = list(train(t.network, t.X, t.Y, **options))
    save_checkpoint(tmp_path / "c", whole[3])
    *_, resumed = train(t.network, t.X, t.Y, resume=tmp_path / "c", **options)
    same_progress(resumed, whole[-1], assert_same)
    assert resumed.stopped == "no better cost in 5 looks (best " + f"{whole[0].cost:.6g} at step 2)"


def test_a_progress_with_the_best_restored_is_saved_where_it_stood(rich, assert_same, tmp_path):
    t, options = rich
    *_, last = train(t.network, t.X, t.Y, engine="numpy", **options)
    save_checkpoint(tmp_path / "c", last)
    run, _ = load_checkpoint(tmp_path / "c")
    assert_same(run.state, last.fetched_run.state)
    assert_same(run.best, last.run.best)
    assert (run.state.parameters.W[1] != last.parameters.W[1]).any()


def test_the_engine_that_began_goes_on(task, tmp_path):
    t = task()
    options = {"steps": 4, "every": 2}
    save_checkpoint(tmp_path / "c", next(train(t.network, t.X, t.Y, engine="xla", **options)))
    assert next(train(t.network, t.X, t.Y, resume=tmp_path / "c", **options)).engine == "xla"
    assert next(train(t.network, t.X, t.Y, resume=tmp_path / "c", engine="numpy", **options)).engine == "numpy"


def test_a_seed_of_any_kind_and_size_is_saved(task, tmp_path):
    t = task()
    for seed in (np.int64(3), 2**90):
        save_checkpoint(tmp_path / "c", next(train(t.network, t.X, t.Y, seed=seed, steps=2, engine="numpy")))
        assert load_checkpoint(tmp_path / "c")[1]["seed"] == seed


# What does not fit


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 1}, "began with seed=0, and this run has seed=1: a run goes on with what it began with"),
        ({"batch_size": 5}, "began with batch_size=20, and this run has batch_size=5"),
        ({"optimizer": "gd"}, r"began with optimizer='Adam\(.*', and this run has optimizer='GradientDescent"),
        ({"dtype": "float32"}, "began with dtype='float64', and this run has dtype='float32'"),
        ({"rows": 19}, "began with (m|batch_size)=20, and this run has (m|batch_size)=19"),
        ({"g": "relu"}, "began with network='Network.*tanh.*', and this run has network='Network.*relu"),
        ({"rules": RULES[1:2]}, "had 0 rules and this one has 1: pass the same"),
        ({"X": 1}, "began with hash of X='[0-9a-f]{16}', and this run has hash of X='[0-9a-f]{16}'"),
        ({"Y": 1}, "began with hash of Y="),
        ({"weights": np.ones(20)}, "began with hash of weights=None, and this run has hash of weights="),
    ],
    ids=str,
)
def test_other_arguments_than_it_began_with_are_refused(change, message, task, tmp_path):
    t, change = task(), dict(change)
    halfway = next(train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy"))
    save_checkpoint(tmp_path / "c", halfway)
    network = task(change.pop("g", "tanh")).network
    rows = change.pop("rows", 20)
    X, Y = t.X[:rows].copy(), t.Y[:rows].copy()
    X[3, 1] += 1e-9 * change.pop("X", 0)
    Y[3, 1] = abs(Y[3, 1] - change.pop("Y", 0))
    for resume in (halfway, tmp_path / "c"):
        with pytest.raises(ValueError, match=message):
            train(network, X, Y, steps=4, resume=resume, **change)


def test_weights_that_are_no_longer_there_are_missed(task):
    t = task()
    halfway = next(train(t.network, t.X, t.Y, weights=t.weights, steps=4, every=2, engine="numpy"))
    with pytest.raises(ValueError, match="and this run has hash of weights=None"):
        train(t.network, t.X, t.Y, steps=4, resume=halfway)


def test_a_model_file_is_no_checkpoint(task, tmp_path):
    t = task()
    write_tensors(tmp_path / "m", "model", flatten("parameters", t.parameters), {})
    with pytest.raises(FileError, match="holds a model, not a checkpoint"):
        load_checkpoint(tmp_path / "m")


@pytest.mark.parametrize(
    "damage",
    [
        {"t": "soon"},
        {"t": -1},
        {"t": 2**60},
        {"rate_factor": None},
        {"rate_factor": -0.5},
        {"memories": [3]},
        {"memories": [{"best": "x"}]},
        {"settings": None},
        {"best": {"step": 1}},
        {"best": {"step": 1, "measured": {"cost": "low"}}},
        {"best": {"step": 1, "measured": {"cost": "1", "validation_cost": None, "validation_score": None}}},
    ],
    ids=str,
)
def test_a_description_that_does_not_fit_its_arrays_is_a_file_error(damage, task, tmp_path):
    t = task()
    save_checkpoint(tmp_path / "c", next(train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy")))
    tensors, description = read_tensors(tmp_path / "c", "checkpoint")
    description = {key: value for key, value in description.items() if key not in ("format", "kind")} | damage
    write_tensors(tmp_path / "c", "checkpoint", tensors, description)
    with pytest.raises(FileError, match=r"(is not a whole checkpoint|has a damaged description) .*: restore it from"):
        load_checkpoint(tmp_path / "c")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("optimizer1.b.2", None, r"the optimizer's b\[2\] has shape missing where"),
        ("optimizer0.W.1", np.transpose, r"the optimizer's W\[1\] has shape"),
        ("parameters.W.1", None, r"the file's W\[1\] has shape missing"),
        ("parameters.b.1", np.ravel, r"the file's b\[1\] has shape \(4,\) where"),
        ("parameters.W.1", lambda p: p[None], r"the file's W\[2\] has shape"),
        ("parameters.W.1", lambda p: p[None, None], "has the leading axes"),
        ("parameters.W.1", lambda p: p.astype("f2"), "arrays are of float16, float64: a run has one of"),
    ],
)
def test_arrays_that_are_not_those_of_one_run_are_a_file_error(name, change, message, task, tmp_path):
    t = task()
    save_checkpoint(tmp_path / "c", next(train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy")))
    tensors, description = read_tensors(tmp_path / "c", "checkpoint")
    array = tensors.pop(name)
    if change is not None:
        tensors[name] = change(array)
    kept = {key: value for key, value in description.items() if key not in ("format", "kind")}
    write_tensors(tmp_path / "c", "checkpoint", tensors, kept)
    with pytest.raises(FileError, match="is not a whole checkpoint .*" + message):
        load_checkpoint(tmp_path / "c")


def test_a_checkpoint_that_lacks_what_its_optimizer_remembers_is_not_gone_on_from(task, tmp_path):
    t = task()
    save_checkpoint(tmp_path / "c", next(train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy")))
    tensors, description = read_tensors(tmp_path / "c", "checkpoint")
    kept = {key: value for key, value in description.items() if key not in ("format", "kind")}
    write_tensors(tmp_path / "c", "checkpoint", {k: p for k, p in tensors.items() if k[:10] != "optimizer1"}, kept)
    with pytest.raises(ValueError, match="lacks a part of what its optimizer or its rules remember: begin it anew"):
        train(t.network, t.X, t.Y, steps=4, resume=tmp_path / "c", engine="numpy")


# Crashes

KILLED = """
import json, os, random, signal, sys, time, warnings
import numpy as np
from barreleye.nn.structure import Network
from barreleye.training.checkpoint import load_checkpoint, save_checkpoint
from barreleye.training.loop import train
folder, times = sys.argv[1], int(sys.argv[2])
path = os.path.join(folder, "run.safetensors")
rng = np.random.default_rng(0)
whole = list(train(Network((30, 60, 1)), rng.normal(size=(9, 30)), rng.integers(0, 2, 9), steps=6, every=1,
                   engine="numpy"))
started = time.perf_counter()
for progress in reversed(whole):
    save_checkpoint(path, progress)
a_save = (time.perf_counter() - started) / len(whole)
seen = []
random.seed(0)
for _ in range(times):
    child = os.fork()
    if child == 0:
        while True:
            for progress in whole:
                save_checkpoint(path, progress)
    time.sleep(random.uniform(0, max(6 * a_save, 0.1)))  # a busy machine may take its time to begin the child
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    run, _ = load_checkpoint(path)
    expected = whole[run.state.t - 1].run.state
    assert all((p == q).all() for p, q in zip(run.state.parameters.arrays(), expected.parameters.arrays()))
    assert all((p == q).all() for s, u in zip(run.state.optimizer.arrays(), expected.optimizer.arrays())
               for p, q in zip(s, u))
    seen.append(run.state.t)
print(json.dumps(seen))
"""


def test_sigkill_in_a_loop_of_saves_leaves_the_old_file_or_the_new_one(tmp_path):
    """A child saves without a pause; it is killed at 25 random moments, and each time the file is whole."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "25"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert len(seen) == 25
    assert len(set(seen)) > 1, "it was killed at different moments"


@pytest.fixture
def saved(task, tmp_path):
    """A checkpoint on disk, its bytes, and a later Progress that is to replace it."""
    t = task()
    first, second = train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy")
    path = tmp_path / "run.safetensors"
    save_checkpoint(path, first)
    return path, path.read_bytes(), second


@pytest.mark.parametrize("call", ["fsync", "replace", "fdopen"])
def test_a_full_disk_is_a_loud_error_and_the_old_checkpoint_is_kept(call, saved, monkeypatch):
    path, before, later = saved

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match=r"could not write \(No space left on device\); what was there before is kept"):
        save_checkpoint(path, later)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name], "no temporary file is left"
    monkeypatch.undo()
    save_checkpoint(path, later)
    assert load_checkpoint(path)[0].state.t == 4


LIMITED = """
import resource, sys
import numpy as np
from barreleye.nn.structure import Network
from barreleye.training.checkpoint import load_checkpoint, save_checkpoint
from barreleye.training.loop import train
first, second = train(Network((50, 50, 1)), np.ones((3, 50)), np.ones(3), steps=2, every=1, engine="numpy")
save_checkpoint(sys.argv[1], first)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    save_checkpoint(sys.argv[1], second)
except OSError as error:
    print(error, load_checkpoint(sys.argv[1])[0].state.t)
"""


def test_a_limit_on_the_size_of_files_is_a_loud_error_and_the_old_checkpoint_is_kept(tmp_path):
    """The kernel itself refuses in the middle of the write."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "run")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "could not write (File too large); what was there before is kept" in done.stdout
    assert done.stdout.rstrip().endswith(" 1")
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_cannot_be_written_is_a_loud_error(saved):
    path, before, later = saved
    for bad in (path / "inside.safetensors", path.parent / "missing" / "run.safetensors"):
        with pytest.raises(OSError, match="could not write") as caught:
            save_checkpoint(bad, later)
        assert caught.value.filename == str(bad)
    assert path.read_bytes() == before
