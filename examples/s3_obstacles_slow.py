"""Slow training: the same network, with scaled inputs, with Adam, with batch norm.

python examples/s3_obstacles_slow.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

import barreleye as be
from barreleye.insight.plots import save

WINE = be.load_dataset("wine")
Y = np.eye(3)[np.unique(WINE.y, return_inverse=True)[1]]
SCALED = (WINE.X - WINE.X.mean(axis=0)) / WINE.X.std(axis=0)
STEPS = 200


def main(folder: Path) -> None:
    gd: dict[str, Any] = {"optimizer": "gd", "learning_rate": 0.1, "seed": 2, "steps": STEPS, "engine": "numpy"}
    adam = {**gd, "optimizer": "adam", "learning_rate": 0.01}
    plain = be.Network((13, 16, 16, 3), "tanh", "softmax")
    normalised = be.Network((13, 16, 16, 3), "tanh", "softmax", batch_norm=True)
    cases: dict[str, tuple[be.Network, Any, dict[str, Any]]] = {
        "columns as they come": (plain, WINE.X, gd),
        "scaled": (plain, SCALED, gd),
        "scaled, Adam": (plain, SCALED, adam),
        "scaled, batch norm": (normalised, SCALED, gd),
    }
    curves = {}
    for name, (network, X, told) in cases.items():
        costs = np.concatenate([one.costs for one in be.train(network, X, Y, **told)])
        curves[name] = costs
        below = np.flatnonzero(costs < 0.1)
        when = f"below 0.1 after {below[0]} steps" if below.size else f"never below 0.1 in {STEPS} steps"
        print(f"{name:22} cost {costs[0]:.2f} -> {costs[-1]:.4f}, {when}")
    print(
        "\nProline counts hundreds, hue is near 1: unscaled, proline alone decides where every unit stands, and tanh is"
    )
    print("flat there. Adam gives each weight a step of its own; batch norm scales what goes on between the layers.\n")
    print(be.diagnose(plain, WINE.X, Y, **gd))
    print(save(be.plot_costs(curves, title="wine, 13 - 16 - 16 - 3"), folder / "s3-slow.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
