"""What each part of the tuned recipe is worth: the recipe with one part changed, beside itself, over many tables.

One network each, so that members do not mend what a part would have, and all on XLA, so that all round alike. Means
over tables are shifted geometric, as in ``tables``; a change is in percent of the whole recipe's error, above 0 where
the part was worth having.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from barreleye.models import recipes
from barreleye.models.recipes import DECAYS, RATES, TUNED
from barreleye.nn.front import Numbers
from barreleye.nn.optimizers import Adam
from barreleye.training.transforms import Decay, Rates

from .table_peers import Answers, Peer, Task, ours
from .tables import judged, shifted, targets_in, task_of

AS_THEY_ARE = Numbers(1, waves=1, size=2, sigma=1e-9)
"""In the place of an embedding: a wave that says nothing, beside the number."""
RATE, DECAY = TUNED.transforms
assert isinstance(DECAY, Decay)
S_AS_W = (Rates({**RATES, "s": 1.0}), replace(DECAY, factors={**DECAYS, "s": 1.0}))

VARIANTS: dict[str, Mapping[str, Any]] = {
    "the whole recipe": {},
    "numbers as they are": {"numbers": AS_THEY_ARE},
    "PLR in place of PBLD": {"numbers": Numbers(1, waves=16, size=4, wave="pairs", g="relu", beside=False)},
    "ramps in place of PBLD": {"numbers": Numbers(1, waves=16, size=4, wave="ramp")},
    "beta2 0.999": {"optimizer": Adam(0.9, 0.999)},
    "constant rate": {"schedule": "constant"},
    "cosine rate": {"schedule": "cosine"},
    "scale as slow as W": {"transforms": S_AS_W},
    "ReLU": {"activation": "relu"},
    "no parametric activation": {"parametric": False},
    "no dropout": {"dropout": 0.0},
    "constant dropout": {"dropout_schedule": "constant"},
    "no decay": {"transforms": (RATE,)},
    "decay by the rates' factors once": {"transforms": (RATE, replace(DECAY, factors=dict.fromkeys(DECAYS, 1.0)))},
    "starting weights blind to the data": {"initializer": None},
    "categories one-hot": {"levels": None},
    "numbers not clamped": {"clamped": False},
}


def ablation(folder: str | None, only: Sequence[str] = (), rows: int | None = None, seeds: int = 2) -> str:
    """The change of each measure, in percent, when one part of the recipe is changed."""
    if folder is None:
        sys.exit("python -m benchmarks ablation needs --folder: CSV files and a README.md or index.csv")
    names = {name: target for name, target in targets_in(Path(folder)).items() if not only or name in only}
    tasks = [task_of(Path(folder, f"{name}.csv"), target, rows) for name, target in names.items()]
    lines = [f"### {len(tasks)} tables of {folder}, one network, {seeds} seeds", ""]
    lines += ["| changed | error | log-loss | nRMSE |", "|---|---:|---:|---:|"]
    whole: dict[str, float] = {}
    for what, change in VARIANTS.items():
        found = means([judged(task, variant(change), seed) for task in tasks for seed in range(seeds)], seeds)
        whole = whole or found
        cells = [f"{found[m]:.4f}" if not change else f"{100 * (found[m] / whole[m] - 1):+.1f} %" for m in found]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join([*lines, ""])


def variant(change: Mapping[str, Any]) -> Peer:
    """The estimators with one network of the recipe with that change."""

    def run(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
        changed = {kind: replace(whole, **change) for kind, whole in recipes.RECIPES["tuned"].items()}
        with patch.dict(recipes.RECIPES, {"tuned": changed}):
            return ours(task, train, test, seed, n_members=1, engine="xla")

    return Peer("barreleye", "barreleye", run)


def means(results: Sequence[dict[str, float] | str], seeds: int) -> dict[str, float]:
    """Each measure's shifted geometric mean over tables of its mean over seeds."""
    tables = [results[i : i + seeds] for i in range(0, len(results), seeds)]
    found = {}
    for measure in ("error", "log-loss", "nRMSE"):
        each = [[r[measure] for r in table if not isinstance(r, str) and measure in r] for table in tables]
        found[measure] = shifted([float(np.mean(values)) for values in each if values]) if any(each) else np.nan
    return found
