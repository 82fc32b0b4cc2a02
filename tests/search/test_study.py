"""Searches on a small table; what a trial is worth is what the same training alone, by train(), measures."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings, fold
from barreleye.search.study import PRUNERS, SAMPLERS, Study, folds_of, rarely_looked_at

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 120))
TARGETS = {"class": np.where(A + B > 0, "up", "down"), "number": A * 2 + B}
SETTINGS = Settings(recipe="plain", layers=(4,), epochs=6)
SPACE = {"rate": [0.001, 0.3, "log"], "dropout": [0.0, 0.5]}


def ready_for(target="number", settings=SETTINGS, **how):
    return prepare(frame_of({"a": A, "b": B, "y": TARGETS[target]}), ["y"], **settings.coding, **how)


def study(target="number", settings=SETTINGS, space=SPACE, **how):
    return Study(ready_for(target, settings), settings, space, **{"sampler": "random", "trials": 6, **how})


@pytest.mark.parametrize(
    ("target", "metric", "folds"),
    [("number", None, 1), ("number", "mae", 3), ("class", "accuracy", 3), ("class", None, 1)],
)
def test_a_trial_is_worth_what_its_training_alone_measures(target, metric, folds):
    settings = replace(SETTINGS, metric=metric)
    search = study(target, settings, pruner="none", folds=folds)
    trials = list(search.run())
    found = search.found()
    assert [one.number for one in found.trials] == [*range(6)]
    assert {one.number: one for one in trials} == {one.number: one for one in found.trials}
    for trial in trials[:3]:
        alone = replace(search.settings, more=tuple(trial.settings.items()))
        values = []
        for one in folds_of(search.ready, folds, 0):
            *_, last = alone.plan(search.ready, one).progress()
            values.append(last.validation_cost if search.measure == "cost" else last.validation_score)
        np.testing.assert_allclose(trial.value, np.mean(values), rtol=1e-6)
    best = max(found.trials, key=lambda one: one.value if search.higher else -one.value)
    assert found.best == best


def test_no_trial_sees_the_rows_of_the_score_at_the_end():
    ready = ready_for("class")
    for folds in (1, 3):
        parts = folds_of(ready, folds, 0)
        seen = np.concatenate([np.concatenate([one.part, one.aside]) for one in parts])
        assert not np.isin(ready.parts.test, seen).any()
        assert all(not np.isin(one.aside, one.part).any() for one in parts)
    judged = np.concatenate([one.aside for one in parts])
    np.testing.assert_array_equal(np.sort(judged), np.sort(np.concatenate(ready.parts[:2])))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_each_sampler_makes_the_trials_it_was_asked_for_and_repeats_itself(sampler):
    spaces = [[one.settings for one in study(sampler=sampler).run()] for _ in range(2)]
    assert spaces[0] == spaces[1]
    assert len(spaces[0]) == (4 if sampler == "grid" else 6)
    assert all(0.001 <= one["rate"] <= 0.3 and 0 <= one["dropout"] <= 0.5 for one in spaces[0])


@pytest.mark.parametrize("pruner", PRUNERS)
def test_a_trial_that_is_given_up_has_made_fewer_epochs(pruner):
    space = {"rate": [1e-6, 1e-5, 1e-4, 0.03]}
    settings = replace(SETTINGS, epochs=20)
    search = study(settings=settings, space=space, sampler="random", pruner=pruner, trials=16, folds=2)
    found = [*search.run()] and search.found()
    pruned = [one for one in found.trials if one.state == "pruned"]
    assert all(one.epochs < 20 and one.value is None for one in pruned)
    assert bool(pruned) == (pruner != "none")
    assert found.best.settings["rate"] == 0.03


def test_one_that_diverges_is_said_and_is_not_the_best():
    space = {"rate": [0.01, 1e30], "optimizer": ["gd", "momentum"]}
    search = study(space=space, sampler="grid", pruner="none", trials=4)
    found = [*search.run()] and search.found()
    states = {(one.settings["rate"], one.state) for one in found.trials}
    assert states == {(0.01, "done"), (1e30, "diverged")}
    assert found.best.settings["rate"] == 0.01


def test_what_mattered_is_told_and_the_edge():
    space = {"rate": [1e-5, 0.003, "log"], "seed_of_nothing": [1, 2]}
    with pytest.raises(ValueError, match="seed_of_nothing"):
        study(space=space)
    search = study(space={"rate": [1e-5, 0.003, "log"], "dropout": [0.0, 0.01]}, trials=24, pruner="none")
    found = [*search.run()] and search.found()
    assert found.importance["rate"] > found.importance["dropout"]
    assert found.edges.get("rate") == "high" or found.best.settings["rate"] > 0.0015
    assert sum(found.importance.values()) == pytest.approx(1)


def test_a_study_in_a_file_goes_on_where_it_was_and_refuses_another(tmp_path):
    place = tmp_path / "study.journal"
    first = study(storage=place, trials=4)
    done = list(first.run())
    assert [*study(storage=place, trials=4).run()] == []
    again = study(storage=place, trials=7)
    more = list(again.run())
    assert (len(done), len(more)) == (4, 3)
    assert {one.number for one in again.found().trials} >= {one.number for one in done}
    assert len({one.settings["rate"] for one in [*done, *more]}) == 7
    with pytest.raises(ValueError, match=r"the study 'search' was begun with .*rows.*name another"):
        Study(
            prepare(frame_of({"a": A[:90], "b": B[:90], "y": TARGETS["number"][:90]}), ["y"]),
            SETTINGS,
            SPACE,
            storage=place,
        )


def test_the_minutes_end_it_and_ctrl_c_keeps_all_that_are_over():
    assert [*study(minutes=1e-9).run()] == []
    search = study(settings=replace(SETTINGS, epochs=60, batch=4), trials=4000, pruner="none")
    timer = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    over = list(search.run())
    assert len(over) == search.finished < 4000
    assert len(search.found().trials) == len(over)


def test_two_processes_share_a_study_and_one_that_is_killed_leaves_it_whole(tmp_path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from test_study import study\n"
        "for one in study(storage=sys.argv[1], trials=24).run(): print(one.number, flush=True)\n"
    )
    place, here = str(tmp_path / "study.journal"), os.path.dirname(__file__)
    command = [sys.executable, "-c", program, place, here]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline().strip().isdigit()
    first.send_signal(signal.SIGKILL)
    told, _ = second.communicate(timeout=120)
    first.communicate()
    assert second.returncode == 0
    search = study(storage=place, trials=24)
    assert search.finished >= 24
    assert len(told.split()) >= 1
    assert [*search.run()] == []


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"sampler": "bayes"}, "sampler='bayes' .*tpe"),
        ({"pruner": "never"}, "pruner='never' .*median"),
        ({"trials": 0}, "trials=0"),
        ({"minutes": -1}, "minutes=-1"),
        ({"folds": 70}, "folds=70 are too many for 96 rows: take 48 or fewer"),
        ({"space": {"dropout": [0.0, 1.5]}}, "dropout = 1.5 in the space cannot be tried: keep_prob"),
        ({"space": {"activation": ["relu", "rellu"]}}, "activation = 'rellu' in the space cannot be tried: .*relu"),
        (
            {"space": {"layers": ["32", "64;32"]}},
            "layers = '64;32' in the space cannot be tried|layers='64;32' must be whole numbers",
        ),
        ({"storage": "."}, r"storage '\.' is a folder: name a file"),
        ({"storage": "nowhere/x.journal"}, "lies in 'nowhere', which is no folder"),
    ],
)
def test_what_cannot_be_meant_is_named(how, said):
    with pytest.raises(ValueError, match=said):
        study(**how)


def test_without_rows_set_aside_it_says_what_to_do():
    with pytest.raises(ValueError, match="no rows are set aside to judge trials by: search with cross-validation"):
        Study(ready_for(validate=False), SETTINGS, SPACE)
    assert Study(ready_for(validate=False), SETTINGS, SPACE, folds=3).folds[0].part.size


def test_what_mattered_is_found_among_choices_too():
    search = study(space={"layers": ["0", "16"], "rate": [0.0100, 0.0101]}, trials=16, pruner="none")
    found = [*search.run()] and search.found()
    assert found.importance["layers"] > 0.8


def test_a_fold_codes_its_rows_once():
    ready = ready_for()
    one = fold(ready, ready.parts.train, ready.parts.validation)
    plans = [replace(SETTINGS, rate=rate).plan(ready, one) for rate in (0.1, 0.2)]
    assert plans[0].source.rows.X is plans[1].source.rows.X
    assert plans[0].held_out.X is plans[1].held_out.X


def test_trials_that_no_rule_watches_are_looked_at_once_a_rung_and_end_as_they_would():
    settings = replace(SETTINGS, patience=0, epochs=40)
    search = study(settings=settings, pruner="none", trials=2)
    one = replace(search.settings, more=(("rate", 0.01), ("dropout", 0.1))).plan(search.ready, search.folds[0])
    rare = rarely_looked_at(one)
    assert (one.total, rare.every) == (40 * one.every, 4 * one.every)
    (*_, last), (*_, same) = one.progress(), rare.progress()
    assert (same.step, same.validation_cost) == (last.step, last.validation_cost)
    watched = replace(SETTINGS, epochs=40).plan(search.ready, search.folds[0])
    assert rarely_looked_at(watched) is watched
