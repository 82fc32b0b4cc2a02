"""A process forked after XLA had started: predictions and fits go on, or say why not; nothing waits for ever."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

SCRIPT = """
import multiprocessing, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from barreleye import MLPClassifier
from barreleye.nn.structure import Network
from barreleye.training.loop import train
X = np.random.default_rng(0).normal(size=(60, 3))
y = (X[:, 0] > 0) * 1
network = Network((3, 4, 1))
begun = train(network, X, y, engine="xla", steps=4, every=2)
halfway = next(begun)
model = MLPClassifier((4,), max_iter=2, engine="xla", random_state=0).fit(X, y)

def child(what):
    try:
        if what == "predict":
            return model.predict(X).shape[0]
        if what == "parameters":
            return halfway.parameters.W[1].shape[0]
        if what == "the parent's run":
            return next(begun).step
        if what == "resume":
            return list(train(network, X, y, steps=4, every=2, resume=halfway))[-1].step
        if what == "auto":
            last = list(train(network, [(X, y)] * 3))[-1]  # of a stream, for which XLA is chosen elsewhere
            return last.engine + ": " + last.engine_reason
        fitted = MLPClassifier((4,), max_iter=2, engine=what, random_state=0).fit(X, y)
        return fitted.loss_
    except RuntimeError as error:
        return str(error)

for what in sys.argv[1].split(","):
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print(what, "|", pool.apply_async(child, [what]).get(timeout=60), flush=True)
"""


def in_children(*what):
    command = [sys.executable, "-c", SCRIPT, ",".join(what)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" | ") for line in done.stdout.splitlines())


def test_a_child_forked_after_xla_had_started():
    said = in_children("predict", "parameters", "numpy", "auto", "xla", "resume", "the parent's run")
    assert said["predict"] == "60"
    assert said["parameters"] == "4"
    assert float(said["numpy"]) > 0
    assert said["auto"] == "numpy: this process was forked after XLA had started, so XLA cannot run in it"
    for what in ("xla", "resume", "the parent's run"):
        assert said[what].startswith("XLA cannot run in this process: it was forked after XLA had started")
        assert "Pass engine='numpy', or start processes afresh: multiprocessing.get_context('spawn')" in said[what]
