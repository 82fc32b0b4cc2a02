import numpy as np
import pytest

from barreleye import search_settings
from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.search.history import History

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 2))
ROWS = {"a": X[:, 0], "b": X[:, 1], "y": X[:, 0] * 2 + X[:, 1]}
HOW = {"recipe": "plain", "epochs": 8, "engine": "numpy", "sampler": "random", "trials": 4}
SPACE = {"rate": [0.001, 0.1, "log"], "layers": ["4", "8"]}


def test_a_search_in_one_call_ends_with_a_model_scored_on_rows_that_nobody_saw():
    searched = search_settings(ROWS, "y", space=SPACE, seed=3, **HOW)
    best = searched.found.best
    assert best == min(searched.found.trials, key=lambda one: one.value if one.value is not None else np.inf)
    settings = Settings(recipe="plain", epochs=8, engine="numpy", seed=3, more=tuple(best.settings.items()))
    ready = prepare(frame_of(ROWS), ["y"], seed=3)
    *_, last = settings.train(ready)
    answers = ready.model(last).answer(frame_of(ROWS).take(ready.parts.test))[:, 0]
    y = ROWS["y"][ready.parts.test]
    assert searched.scores["R2"] == pytest.approx(1 - np.mean((answers - y) ** 2) / y.var())


def test_a_file_and_the_arguments_of_prepare(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("a,b,y\n" + "".join(f"{a},{b},{'up' if a > 0 else 'down'}\n" for a, b in X))
    searched = search_settings(file, ["y"], drop=["b"], space=SPACE, folds=2, **HOW)
    assert searched.model.feature_names == ("a",)
    assert searched.scores["accuracy"] > 0.6


def test_a_search_in_which_nothing_came_to_its_end_says_so():
    with pytest.raises(ValueError, match="none of 0 trials came to its end: give them more minutes"):
        search_settings(ROWS, "y", minutes=1e-9, **HOW)


def test_a_search_is_a_run_of_the_history_from_its_beginning(tmp_path):
    history = History(tmp_path / "history.sqlite")
    with history.recording():
        searched = search_settings(ROWS, "y", space=SPACE, name="mine", **HOW)
        with pytest.raises(ValueError, match="none of 0 trials"):
            search_settings(ROWS, "y", minutes=1e-9, **HOW)
    failed, done = history.entries(kind="search")
    assert (failed.state, done.state, done.source) == ("failed", "done", "mine")
    assert done.scores["R2"] == pytest.approx(searched.scores["R2"])
    record = history.read(done.number)
    assert record["search"]["best"]["number"] == searched.found.best.number
    assert record["recipe"]["rate"] == searched.found.best.settings["rate"]


def test_what_is_no_target_says_so_and_a_search_is_printed_in_a_line():
    with pytest.raises(TypeError, match="target=None must be the name of the column to predict, or a list of several"):
        search_settings(ROWS, None)
    searched = search_settings(ROWS, "y", space=SPACE, **HOW)
    assert repr(searched).startswith("Searched(4 trials, best {'layers': '")
    assert f"R2 {searched.scores['R2']:.4g}" in repr(searched)
