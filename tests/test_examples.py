"""Every script under examples/ runs as a learner runs it: a plain Python, no display, warnings as errors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"

SAYS = {
    "s1_two_layer_network": [
        "from 0.01 x normal          first |dW1| 7e-07, cost 0.6931",
        "from 1 x normal             first |dW1| 2e-01, cost 0.0002, [[0 1 1 0]]",
        "Cost after iteration 9000",
        "s1-flower.png",
    ],
    "s2_linear_collapse": ["flower, 20 units, no g       47.0%"],
    "s2_relu_kink": [
        "-0.5       0.0           0.0          1.0       0.0               1.0",
        "0.0       1.0           1.0          4.0       6.0               4.0",
        "s2-relu-kink.png",
        "s2-activations.png",
    ],
    "s3_obstacles_gradients": [
        "sigmoid, batch norm",
        "BE403  vanishing gradients",
        "tried: with relu",
        "s3-gradients.png",
    ],
    "s3_obstacles_dead_relus": ["16 -> 3, cost 0.477", "BE401  dead units", "tried: with the learning rate 0.3"],
    "s3_obstacles_overfitting": ["early stopping   loss", "kept from step", "BE501  overfitting", "s3-overfitting.png"],
    "s3_obstacles_slow": ["below 0.1 after 19 steps", "BE101  the data are not scaled", "s3-slow.png"],
    "s3_parity_deep_or_shallow": ["65536             5     30  65536", "s3-parity.png"],
    "s3_symmetry": ["cost 0.6931 -> 0.6931", "1 different rows in W1", "s3-symmetry.png"],
    "s3_tuning": ["rate 1: it does not fall", "32 units, rate 0.03", "What mattered: rate", "s3-tuning.png"],
    "s4_planar": [
        "Is it the output of tanh?",
        "The naive loop: cost nan",
        "s4-scatter.png",
        "s4-boundary.png",
        "with L2",
    ],
    "s5_one_then_many": ["\n1 sample, sigmoid", "W[2]^T dZ[2]", "tanh' = 1 - a^2    accuracy 89", "worse than a coin"],
}


def test_every_example_is_run():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_example(name, tmp_path):
    environment = {key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "DISPLAY")}
    environment["MPLCONFIGDIR"] = os.environ.get("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    run = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), "pictures"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    for expected in SAYS[name]:
        assert expected in run.stdout
    pictures = [Path(tmp_path, line.strip()) for line in run.stdout.splitlines() if line.strip().endswith(".png")]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert len(pictures) >= sum(expected.endswith(".png") for expected in SAYS[name])
