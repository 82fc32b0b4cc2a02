"""Where weights start decides whether a deep network learns at all: zeros, small numbers, and He's rule.

python examples/s3_symmetry.py [FOLDER FOR PICTURES]
"""

import math
import sys
from pathlib import Path

import numpy as np

from barreleye.course import L_layer_model, L_model_forward, initialize_parameters_deep, predict_dec
from barreleye.course.optimization import load_dataset
from barreleye.insight.plots import plot_costs, save

LAYERS = [2, 20, 7, 5, 1]


def main(folder: Path) -> None:
    X, Y = load_dataset()  # the moons, half of them in each class
    curves = {}
    for start in ("zeros", "small", "he"):
        parameters = initialize_parameters_deep(LAYERS, initialization=start)
        _, caches = L_model_forward(X, parameters)
        # caches[l] holds A[l] as the input of layer l + 1. Its size says how much of X is still there.
        sizes = [float(np.sqrt((A**2).mean())) for (A, _, _), _ in caches]
        trained, costs = L_layer_model(X, Y, LAYERS, 0.3, 2000, initialization=start)
        curves[start] = costs
        alike = len(np.unique(trained["W1"].round(12), axis=0))
        print(f"{start:6} root mean square of A[0], ..., A[3]: " + ", ".join(f"{size:.1g}" for size in sizes))
        right = (predict_dec(trained, X) == Y).mean()
        print(f"       cost {costs[0]:.4f} -> {costs[-1]:.4f}, accuracy {right:.1%}, {alike} different rows in W1\n")
    print(f"Zeros: every unit of a layer stays the same as every other, and the cost at log 2 = {math.log(2):.4f}.")
    print("Small, 0.01 x normal: the signal shrinks 20 to 100 times in each layer, and the gradient with it.")
    print("He, variance 2 / n[l-1]: the signal keeps its size through ReLU layers, and the network learns.")
    steps = {start: 100 * np.arange(len(costs)) for start, costs in curves.items()}
    figure = plot_costs(curves, steps=steps, title="one network, three starts")
    print(save(figure, folder / "s3-symmetry.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
