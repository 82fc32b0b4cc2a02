"""What is said of a run, as JSON values."""

import json
from dataclasses import replace

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.record import beginning, outcome, read_record, state_of, write_record
from barreleye.models.run import Settings
from barreleye.models.worth import NOTHING
from barreleye.training.engine import Ending

RNG = np.random.default_rng(0)
M = 150
A, B = RNG.normal(size=(2, M))
TARGETS = {"two": A + B > 0, "number": A + 0.1 * B}


def rows(target="two", **more):
    return frame_of({"a": A, "b": B, **more, "y": TARGETS[target]})


def ready_for(settings, target="two", **options):
    return prepare(rows(target), ["y"], **settings.coding, **options)


def recorded(ready, settings, history, found=NOTHING, *, notes=(), kind="train", **how):
    return beginning(ready, settings, notes, "x.csv", kind) | outcome(ready, settings, history, found, **how)


def test_a_record_holds_the_curves_of_the_run():
    settings = Settings(recipe="plain", epochs=3, engine="numpy")
    ready = ready_for(settings, "number")
    history = list(settings.train(ready))
    found = json.loads(json.dumps(recorded(ready, settings, history)))["curves"]
    assert found["epoch"] == [1.0, 2.0, 3.0]
    assert found["cost"] == [float(one.measured.cost) for one in history]
    assert found["validation cost"] == [float(one.measured.validation_cost) for one in history]
    assert found["validation score"] == [float(one.measured.validation_score) for one in history]


def test_a_record_tells_the_columns_the_parts_and_how_rows_were_held_out(tmp_path):
    settings = Settings(recipe="plain", epochs=2, engine="numpy")
    city = ["Oslo", "Turku", None] * (M // 3)
    ready = prepare(rows("two", city=city, day=np.arange(M)), ["y"], split="time:day", **settings.coding)
    history = list(settings.train(ready))
    made = recorded(ready, settings, history, trouble="it diverged")
    write_record(tmp_path, made)
    found = read_record(tmp_path)
    assert found["split"] == "time:day"
    assert found["columns"]["city"]["common"] == [["Oslo", 50], ["Turku", 50]]
    assert found["columns"]["city"]["missing"] == pytest.approx(1 / 3)
    assert found["columns"]["a"]["low"] == A.min()
    assert sum(one["inputs"] for one in found["columns"].values()) == ready.X.shape[1]
    for name, part in ready.parts._asdict().items():
        right = TARGETS["two"][part]
        assert found["target"]["parts"][name] == [[int((~right).sum()), int(right.sum())]]
    assert (found["training"]["diverged"], found["training"]["score"]) == ("it diverged", "accuracy")
    assert (found["recipe"]["layers"], found["recipe"]["rate"], found["recipe"]["members"]) == ([64, 32], 0.003, 1)


def test_the_parts_of_a_number_are_told_by_their_quantiles():
    settings = Settings(recipe="plain", epochs=2, engine="numpy")
    ready = ready_for(settings, "number")
    made = recorded(ready, settings, list(settings.train(ready)))
    for name, part in ready.parts._asdict().items():
        wanted = np.percentile(TARGETS["number"][part], (0, 5, 25, 50, 75, 95, 100))
        assert made["target"]["parts"][name] == [pytest.approx(wanted.tolist())]
    assert (made["split"], made["training"]["diverged"], made["training"]["score"]) == ("random", None, "R2")


@pytest.mark.parametrize(
    ("target", "told", "scores", "name"),
    [
        ("two", {}, {"accuracy": 0.9, "log-loss": 0.3, "AUC": 0.8}, "log-loss"),
        ("two", {"metric": "auc"}, {"accuracy": 0.9, "log-loss": 0.3, "AUC": 0.8}, "AUC"),
        ("number", {"metric": "mae"}, {"R2": 0.9, "RMSE": 2.0, "MAE": 1.0}, "MAE"),
        ("number", {}, {"R2": 0.9, "RMSE/deviation": 2.0, "MAE/deviation": 1.0}, "RMSE/deviation"),
    ],
)
def test_the_score_of_a_run_is_the_metric_on_the_judged_rows(target, told, scores, name):
    settings = Settings(recipe="plain", epochs=1, engine="numpy", **told)
    ready = ready_for(settings, target)
    found = NOTHING._replace(scores={"a constant": dict.fromkeys(scores, 7.0), "this network": scores})
    made = recorded(ready, settings, list(settings.train(ready)), found)
    assert made["score"] == {"name": name, "value": scores[name]}


def test_the_score_of_a_run_that_was_not_judged_is_what_its_best_epoch_was_kept_by():
    for target, told, name in (
        ("number", {}, "validation cost"),
        ("two", {"metric": "accuracy"}, "validation accuracy"),
    ):
        settings = Settings(recipe="plain", epochs=4, engine="numpy", **told)
        ready = ready_for(settings, target)
        *_, last = history = list(settings.train(ready))
        made = recorded(ready, settings, history, kind="fit")
        value = last.validation_cost if name == "validation cost" else last.validation_score
        assert (made["kind"], made["score"]) == ("fit", {"name": name, "value": value})
    ready = ready_for(settings, "two", validate=False)
    *_, last = history = list(settings.train(ready))
    assert recorded(ready, settings, history)["score"] == {"name": "cost", "value": last.cost}


def test_a_record_begins_as_it_was_begun_and_says_how_it_ended():
    settings = Settings(recipe="plain", epochs=4, engine="numpy")
    ready = ready_for(settings)
    history = list(settings.train(ready))
    made = recorded(ready, settings, history, notes=["a note"])
    assert made.items() >= beginning(ready, settings, ["a note"], "x.csv").items()
    assert (made["kind"], made["state"], made["fingerprint"]) == ("train", "done", ready.data_read)
    again = [replace(history[-1], ending=Ending("diverged", "diverged at step 9"))]
    assert recorded(ready, settings, history, again=again)["state"] == "diverged"
    for kind, state in (("rule", "done"), ("converged", "done"), ("interrupted", "interrupted")):
        assert state_of(Ending(kind, "")) == state
    assert state_of(None) == "done"
