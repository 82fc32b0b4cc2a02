"""Overfitting: a network that learns its rows by heart, and what holds it back: L2, dropout, early stopping.

python examples/s3_obstacles_overfitting.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

import barreleye as be
from barreleye.insight.plots import save

MOONS = be.load_dataset("moons", m=300, noise=0.3)
FEW, OTHERS = (MOONS.X[:100], MOONS.y[:100]), (MOONS.X[100:], MOONS.y[100:])
TOLD: dict[str, Any] = {"learning_rate": 0.01, "steps": 1000, "every": 10, "validation": OTHERS, "engine": "numpy"}


def main(folder: Path) -> None:
    cases: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "nothing": ({}, {}),
        "L2, lambda 1": ({"L2": 1.0}, {}),
        "dropout of half": ({"keep_prob": 0.5}, {}),
        "early stopping": ({}, {"rules": [be.EarlyStopping(patience=10)]}),
    }
    curves, validated = {}, {}
    for name, (options, told) in cases.items():
        network = be.Network((2, 64, 64, 1), "relu", **options)
        history = list(be.train(network, FEW[0], FEW[1], **TOLD, **told))
        last = history[-1]
        p = be.predict(network, last.parameters, FEW[0].T)[0]
        own = -np.log(np.where(FEW[1] == 1, p, 1 - p)).mean()
        when = f", kept from step {last.restored.step}" if last.restored else ""
        print(f"{name:16} loss of the rows it learnt {own:.3f}, of others {last.validation_cost:.3f}{when}")
        curves[name] = np.concatenate([one.costs for one in history])
        validated[name] = ([one.step for one in history], [one.measured.validation_cost for one in history])
    print("\nBoth losses are measured alike, without dropout and penalty. The gap alone is no fault: what counts is")
    print("that the loss of the other rows rises again while the own one still falls.\n")
    print(be.diagnose(be.Network((2, 64, 64, 1)), *FEW, **TOLD))
    figure = be.plot_costs(curves, validation=validated, title="100 noisy moons, 4,400 parameters")
    print(save(figure, folder / "s3-overfitting.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
