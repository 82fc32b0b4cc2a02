"""The tuning routine on digits: the cost does not fall, so lower the rate; it underfits, so widen; then search.

python examples/s3_tuning.py [FOLDER FOR PICTURES]
"""

import sys
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np

import barreleye as be
from barreleye.insight.plots import save
from barreleye.models.preparing import Prepared, prepare, rows_of
from barreleye.models.run import Settings
from barreleye.models.scores import scores
from barreleye.search.study import Study

TRIALS, SEEDS = 25, 2
SPACE = {"rate": [0.0003, 1.0, "log"], "dropout": [0.0, 0.6]}


def tried(ready: Prepared, settings: Settings, what: str) -> None:
    """Train, and print how the cost went."""
    *_, last = history = list(settings.train(ready))
    costs = [history[0].measured.cost, last.measured.cost]
    right = last.validation_score
    print(f"{what:34} cost {costs[0]:.2f} -> {costs[1]:.3f}, held out {last.validation_cost:.3f}, {right:.1%} right")


def best_so_far(ready: Prepared, settings: Settings, sampler: str) -> np.ndarray:
    """The best cost after each trial, the mean over a few seeds."""
    curves = []
    for seed in range(SEEDS):
        study = Study(ready, replace(settings, seed=seed), SPACE, sampler=sampler, pruner="none", trials=TRIALS)
        values = [np.inf if one.value is None else one.value for one in sorted(study.run())]
        curves.append(list(accumulate(values, min)))
    return np.mean(curves, axis=0)


def main(folder: Path) -> None:
    frame, target = rows_of(be.load_dataset("digits"))
    settings = Settings(recipe="plain", layers=(4,), epochs=15, seed=1)
    ready = prepare(frame, [target], **settings.coding)
    print(f"Ten classes: whoever knows nothing pays log 10 = {np.log(10):.2f}.\n")
    tried(ready, replace(settings, rate=1.0), "4 units, rate 1: it does not fall")
    tried(ready, replace(settings, rate=0.3), "a third of it: it falls, and jumps")
    tried(ready, replace(settings, rate=0.03), "a tenth of that")
    print("The training cost itself stays high: four units cannot hold ten digits. So widen.")
    wide = replace(settings, layers=(32,), rate=0.03)
    tried(ready, wide, "32 units, rate 0.03")
    print("Now it has the training rows by heart, and the held-out cost is what is left to lower. So search.\n")
    short = replace(wide, rate=None, epochs=8)
    curves = {sampler: best_so_far(ready, short, sampler) for sampler in ("grid", "random", "tpe")}
    for sampler, curve in curves.items():
        best = f"{curve[4]:.3f} {curve[14]:.3f} {curve[-1]:.3f}"
        print(f"{sampler:8} best held-out cost after 5, 15 and {TRIALS} trials: {best}")
    print(
        "\nA grid spends its trials on few different rates; random ones have a new rate each; TPE learns where to look"
    )
    print("after the first ten.")
    study = Study(ready, short, SPACE, sampler="tpe", pruner="none", trials=TRIALS)
    list(study.run())
    found = study.found()
    assert found.best is not None
    shares = ", ".join(f"{name} {share:.0%}" for name, share in found.importance.items())
    print(f"What mattered: {shares}.")
    *_, last = study.chosen(replace(short, epochs=15), found.best).train(ready)
    model = ready.model(last)
    seen = scores(ready, model.answers(model.outputs_of(ready.X[ready.judged])), ready.judged)
    print(f"On the {len(ready.judged)} rows that no trial has seen: {seen['accuracy']:.1%} right.")
    after = dict.fromkeys(curves, np.arange(1, TRIALS + 1))
    figure = be.plot_costs(curves, steps=after, unit="trial", log=False, title="digits: the best held-out cost so far")
    print(save(figure, folder / "s3-tuning.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
