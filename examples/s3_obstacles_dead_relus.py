"""Dead ReLUs: units that are 0 for every row never come back; a lower rate and leaky ReLU keep them alive.

python examples/s3_obstacles_dead_relus.py
"""

import barreleye as be

MOONS = be.load_dataset("moons", m=300)
RATE = 3.0


def alive(network: be.Network, parameters: be.Parameters) -> int:
    """Units of layer 1 that are above 0 for some row; single zeros are no death: of all of A[1] half are 0."""
    return int((be.forward(network, parameters, MOONS.X.T).Z[1] > 0).any(axis=1).sum())


def main() -> None:
    for name, g, rate in (
        ("ReLU at rate 3", "relu", RATE),
        ("a tenth of the rate", "relu", RATE / 10),
        ("leaky ReLU at rate 3", "leaky_relu", RATE),
    ):
        network = be.Network((2, 16, 1), g)
        start = be.initialize(network, 0)
        *_, last = be.train(network, MOONS.X, MOONS.y, learning_rate=rate, steps=300, engine="numpy")
        before, after = alive(network, start), alive(network, last.parameters)
        print(f"{name:20} units of 16 that see some row: {before} -> {after}, cost {last.cost:.3f}")
    print(
        "\nA step that is too long pushes a unit's plane beyond all rows. There its slope is 0, and so is its gradient:"
    )
    print("no later step moves it. Leaky ReLU has a slope of 0.01 there: it still learns, if slowly.\n")
    print(be.diagnose(be.Network((2, 16, 1)), MOONS.X, MOONS.y, learning_rate=RATE, steps=300, engine="numpy"))


if __name__ == "__main__":
    main()
