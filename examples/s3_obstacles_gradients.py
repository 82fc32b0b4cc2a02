"""Vanishing and exploding gradients: what a deep network does to dZ on its way back, and what mends it.

python examples/s3_obstacles_gradients.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

import barreleye as be
from barreleye.insight.plots import save
from barreleye.nn.initializers import Initializer, Normal

MOONS = be.load_dataset("moons", m=300)
HIDDEN = (16,) * 6
STEPS = 500


def sizes(network: be.Network, initializer: Initializer | None) -> str:
    """The root mean square of dZ[1], ..., dZ[6] before the first step."""
    X, Y = MOONS.X.T, MOONS.y.reshape(1, -1)
    p = be.initialize(network, 1, initializer)
    dZ = be.backward(network, p, be.forward(network, p, X), Y).dZ
    return " ".join(f"{np.sqrt((dZ[l] ** 2).mean()):7.0e}" for l in range(1, network.L))


def main(folder: Path) -> None:
    cases: dict[str, tuple[str, bool, Initializer | None, float | None]] = {
        "sigmoid": ("sigmoid", False, None, None),
        "ReLU and He's weights": ("relu", False, None, None),
        "sigmoid, batch norm": ("sigmoid", True, None, None),
        "ReLU, 1.5 x normal": ("relu", False, Normal(1.5), None),
        "the same, clipped": ("relu", False, Normal(1.5), 1.0),
    }
    curves = {}
    for name, (g, batch_norm, initializer, clip) in cases.items():
        network = be.Network((2, *HIDDEN, 1), g, "sigmoid", batch_norm=batch_norm)
        told: dict[str, Any] = {"optimizer": "gd", "learning_rate": 0.3, "steps": STEPS, "seed": 1, "engine": "numpy"}
        history = []
        try:
            for progress in be.train(network, MOONS.X, MOONS.y, initializer=initializer, clip_norm=clip, **told):
                history.append(progress)
        except be.DivergenceError as error:
            print(f"{name}: {error}")
        costs = np.concatenate([one.costs for one in history])
        curves[name] = costs
        print(f"{name:22} dZ[1..6]: {sizes(network, initializer)}   cost {costs[0]:.3g} -> {costs[-1]:.3g}\n")
    print(
        "Each layer multiplies dZ by W^T and by the slope: at most 1/4 for sigmoid, so that little is left in layer 1;"
    )
    print("He's weights keep its size through ReLU layers; batch norm brings Z back to where the slope is large.")
    print("Weights that are too large multiply it each time: the first step throws the network about.\n")
    deep = be.Network((2, *HIDDEN, 1), "sigmoid")
    print(be.diagnose(deep, MOONS.X, MOONS.y, optimizer="gd", learning_rate=0.3, steps=STEPS, seed=1, engine="numpy"))
    print(save(be.plot_costs(curves, title="six hidden layers"), folder / "s3-gradients.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
