"""Peak memory of jobs that could take more than they need, each in a process of its own."""

import os
import subprocess
import sys

BEFORE = """
import resource, warnings
import numpy as np, scipy.sparse
from barreleye import MLPClassifier, MLPRegressor
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
note = ""
"""
SPARSE_FIT = """
columns = rng.integers(0, 60_000, (10_000, 20))
X = scipy.sparse.csr_matrix((np.ones(200_000), columns.ravel(), np.arange(0, 200_001, 20)), shape=(10_000, 60_000))
MLPClassifier((8,), max_iter=2, batch_size=200, engine=%r).fit(X, columns[:, 0] %% 2).predict(X)
"""
PREDICTION = """
X = rng.normal(size=(3_000_000, 6))
MLPRegressor(max_iter=1).fit(X[:1000], X[:1000, 0]).predict(X)
"""
MANY_FITS = """
X = rng.normal(size=(400, 8))
for k in range(1, 121):
    MLPClassifier((8 + k,), max_iter=2, random_state=0, engine="xla").fit(X, X[:, 0] > 0)
    if k in (20, 60, 120):
        pages = int(open("/proc/self/statm").read().split()[1])
        note += f"; {pages * resource.getpagesize() >> 20} after {k}"
"""
AFTER = """
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, "MiB" + note)
"""

JOBS = {
    "the imports alone": "",
    "fit and predict 10,000 sparse rows of 60,000 columns (dense: 4.8 GB), NumPy": SPARSE_FIT % "numpy",
    "the same, XLA": SPARSE_FIT % "xla",
    "predict 3,000,000 rows of 6 columns (144 MB) through 6-100-1": PREDICTION,
    "fit 120 architectures in turn, XLA": MANY_FITS,
}


def memory() -> str:
    """The peak resident memory of each job's process, on Linux."""
    lines = ["### Peak memory", "", "| job | peak |", "|---|---|"]
    environment = {**os.environ, "BARRELEYE_COMPILATION_CACHE": "off"}
    for name, job in JOBS.items():
        command = [sys.executable, "-c", BEFORE + job + AFTER]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        lines.append(f"| {name} | {done.stdout.strip()} |")
    return "\n".join(lines) + "\n"
