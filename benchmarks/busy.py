"""Four fits at once, each a process of its own, on a machine that may have fewer processors."""

import os
import subprocess
import sys

from .timing import interleave, table

FIT = """
import time, warnings
import numpy as np
from barreleye import MLPClassifier
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
X = rng.normal(size=(20_000, 12))
y = (X[:, 0] > 0).astype(int)
started = time.perf_counter()
MLPClassifier((64, 32), max_iter=2, batch_size=512, random_state=0, engine="numpy").fit(X, y)
print(time.perf_counter() - started)
"""


def busy(rounds: int = 3) -> str:
    """Seconds of a fit, the mean of the four, with BLAS as it comes and with one thread by the environment."""

    def four(**environment: str) -> float:
        command, own = [sys.executable, "-c", FIT], {**os.environ, **environment}
        jobs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own) for _ in range(4)]
        return sum(float(job.communicate()[0]) for job in jobs) / 4

    times = interleave({"as it comes": four, "one thread": lambda: four(OPENBLAS_NUM_THREADS="1")}, rounds)
    return table("Four fits at once", times, "as it comes", 1.0, "s")
