"""A bend is all that it takes: 2x + 1, ReLU, then 3a + 1; and the four activations with their ranges and dead ends.

python examples/s2_relu_kink.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from barreleye.insight.plots import plot_activations, save
from barreleye.nn.activations import ReLU, activation


def the_kink(folder: Path) -> None:
    """Two layers: W1 = 2, b1 = 1, ReLU, W2 = 3, b2 = 1. ReLU bends the line where 2x + 1 = 0, at x = -1/2."""
    g = ReLU()
    print("    x   z = 2x + 1   a = relu(z)   y = 3a + 1   dy/dx   without g: 3z + 1 = 6x + 4")
    for point in (-2.0, -1.0, -0.5, 0.0, 1.0):
        z = np.array(2 * point + 1)
        y, slope = 3 * g(z) + 1, 3 * g.derivative(z, g(z)) * 2
        print(f"{point:5.1f} {z:9.1f} {g(z):13.1f} {y:12.1f} {slope:9.1f} {3 * z + 1:17.1f}")
    print("Without g the two layers are one straight line. With it y is flat at 1, and climbs by 6 from x = -1/2 on.")

    x = np.linspace(-2, 2, 401)
    # Units side by side bend the line in several places: this is how a layer of them draws a curve.
    several = g(2 * x + 1) - 3 * g(x - 0.2) + 4 * g(x - 1)
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(x, 2 * x + 1, "--", color="0.6", label="z = 2x + 1, before ReLU")
    axes.plot(x, g(2 * x + 1), color="#0072B2", linewidth=2.5, label="relu(2x + 1): one kink, at x = -1/2")
    axes.plot(x, 3 * g(2 * x + 1) + 1, color="#009E73", linewidth=2, label="3 relu(2x + 1) + 1: the same kink")
    axes.plot(x, several, ":", color="#D55E00", linewidth=2, label="three units added: three kinks")
    axes.set(xlabel="x", ylabel="a, y", ylim=(-2, 12))
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left", frameon=False)
    print(save(figure, folder / "s2-relu-kink.png"), "\n")


def saturation_and_dead_units(folder: Path) -> None:
    """What is left of a gradient on its way back through g: the derivative, far out on either side."""
    Z = np.array([-10.0, -2.0, 0.0, 2.0, 10.0])
    print("g'(z) at z =   " + "".join(f"{z:>10g}" for z in Z))
    for name in ("sigmoid", "tanh", "relu", "leaky_relu"):
        g = activation(name)
        print(f"{name:15}" + "".join(f"{slope:10.2g}" for slope in g.derivative(Z, g(Z))))
    print("sigmoid and tanh let nothing through far out (saturation), relu nothing below 0 (dead units);")
    print("sigmoid never passes more than a quarter: hidden layers prefer tanh, or relu, or leaky_relu.")
    print(save(plot_activations(["sigmoid", "tanh", "relu", "leaky_relu"]), folder / "s2-activations.png"))


def main(folder: Path) -> None:
    the_kink(folder)
    saturation_and_dead_units(folder)


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
