import json
import os
import subprocess
import sys

import jax
import pytest

from barreleye.training.engine import PRECISIONS
from barreleye.training.xla_setup import find_devices

TWO_DEVICES = """
import json, sys
import jax, numpy as np
import barreleye.training.xla_setup
from barreleye.nn.structure import Network
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping

barreleye.training.xla_setup.ROWS_WORTH_A_DEVICE = 1
rng = np.random.default_rng(0)
X, Y, weights = rng.normal(size=(37, 5)), np.eye(3)[rng.integers(0, 3, 37)], rng.uniform(0.2, 2, 37)
aside = rng.normal(size=(11, 5)), np.eye(3)[rng.integers(0, 3, 11)]
rich = Network((5, 8, 6, 3), "relu", "softmax", batch_norm=True, keep_prob=0.8, L2=0.3, L1=0.01)
plain = Network((5, 4, 3), "tanh", "softmax")
told = {"weights": weights, "validation": aside, "clip_norm": 0.05, "learning_rate": 0.05}
CASES = {
    "mini-batches": dict(network=rich, batch_size=7, epochs=4, **told),
    "full batches": dict(network=rich, steps=20, every=10, **told),
    "members": dict(network=rich, batch_size=7, epochs=2, seed=(1, 2), **told),
    "early stopping": dict(network=plain, batch_size=9, epochs=99, rules=[EarlyStopping(patience=1)], **told),
    "L-BFGS": dict(network=plain, optimizer="lbfgs", steps=5),
    "a stream": dict(network=plain, X=[(X[i : i + 5], Y[i : i + 5]) for i in range(0, 37, 5)], Y=None),
    "a body in common": dict(network=plain, batch_size=7, epochs=2, seed=(1, 2), shared=True),
}
found = {}
for name, asked in CASES.items():
    alone, last = (list(train(**{"X": X, "Y": Y} | asked, engine=engine))[-1] for engine in ("numpy", "xla"))
    mine, theirs = (jax.tree.leaves((one.costs, one.validation_cost, one.state)) for one in (alone, last))
    placed = [p for p in jax.tree.leaves(last.run.state) if hasattr(p, "sharding")]  # L-BFGS keeps its own on NumPy
    devices = max((len(p.sharding.device_set) for p in placed), default=len(jax.devices()))
    apart = max(float(np.abs(np.asarray(p) - np.asarray(q)).max()) for p, q in zip(mine, theirs, strict=True))
    found[name] = devices, alone.step, last.step, apart
print(json.dumps(found))
"""


def test_two_devices_give_what_numpy_gives():
    """On batches and shares of unequal sizes, with all that looks at more than one row: the sums are over all rows."""
    environment = os.environ | {"JAX_NUM_CPU_DEVICES": "2", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", TWO_DEVICES], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, (devices, step, other_step, apart) in json.loads(done.stdout).items():
        assert devices == 2, name
        assert step == other_step, name
        assert apart < 1e-12, name


@pytest.mark.parametrize("rows", [1, 400, None])
def test_a_device_alone_needs_no_mesh(rows):
    found = find_devices("cpu", rows)
    assert (found.count, found.mesh, found.rounded(7)) == (1, None, 7)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_coarsens_products_of_float32_on_a_gpu_alone(precision, dtype, monkeypatch):
    """What XLA is asked for, read from the program as it would be lowered for a GPU."""
    there = find_devices("cpu", 1)
    object.__setattr__(there, "platform", "gpu")
    with there.at_work(dtype, precision):
        traced = jax.jit(lambda A: A @ A).trace(jax.ShapeDtypeStruct((4, 4), dtype))
        program = traced.lower(lowering_platforms=("cuda",)).as_text()
    asked = {"tf32": "tf32", "bfloat16": "bf16"}.get(precision)
    if dtype == "float64" or asked is None:
        assert "precision = [HIGHEST, HIGHEST]" in program
    else:
        assert f"lhs_precision_type = {asked}" in program
        assert "accumulation_type = f32" in program
