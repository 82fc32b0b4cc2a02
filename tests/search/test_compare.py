"""What differs between runs, and nothing that does not."""

from barreleye.search.compare import compare

ONE = {
    "kind": "train",
    "source": "a.csv",
    "fingerprint": "1111",
    "task": "regression",
    "target": {"names": ["y"]},
    "columns": {"a": {"kind": "number", "why": "numbers"}, "b": {"kind": "category", "why": "3 names"}},
    "rows": {"train": 80, "validation": 20, "test": 25},
    "settings": {"recipe": "plain", "seed": 0, "rate": 0.1},
    "network": "Network(2 - 8 relu - 1)",
    "versions": {"barreleye": "0.1.0", "numpy": "2.4.0"},
    "state": "done",
    "score": {"name": "RMSE", "value": 1.0},
    "scores": {"mean": {"RMSE": 4.0}, "this network": {"RMSE": 1.0, "R2": 0.9}},
    "training": {"steps": 100, "seconds": 1.5},
}


def test_runs_that_are_the_same_do_not_differ():
    assert compare([ONE, ONE, ONE]) == ({}, {})


def test_each_difference_is_told_by_its_name_with_a_value_for_each_run():
    other = {
        **ONE,
        "fingerprint": "2222",
        "columns": {"a": {"kind": "category", "why": "as asked for"}, "c": {"kind": "date", "why": ""}},
        "rows": {"train": 90, "validation": 20, "test": 25},
        "settings": {"recipe": "plain", "seed": 1, "dropout": 0.2},
        "versions": {"barreleye": "0.2.0", "numpy": "2.4.0"},
        "state": "interrupted",
        "scores": {"mean": {"RMSE": 5.0}, "this network": {"RMSE": 1.0, "R2": 0.8}},
        "training": {"steps": 50, "seconds": 1.5},
    }
    settings, results = compare([ONE, other, ONE])
    assert settings == {
        "data": ("1111", "2222", "1111"),
        "column a": ("number", "category", "number"),
        "column b": ("category", None, "category"),
        "rows train": (80, 90, 80),
        "seed": (0, 1, 0),
        "rate": (0.1, None, 0.1),
        "barreleye": ("0.1.0", "0.2.0", "0.1.0"),
        "column c": (None, "date", None),
        "dropout": (None, 0.2, None),
    }
    assert results == {"state": ("done", "interrupted", "done"), "R2": (0.9, 0.8, 0.9), "steps": (100, 50, 100)}


def test_runs_of_which_little_is_known_are_compared_as_far_as_it_goes():
    fit = {"kind": "fit", "source": "MLPClassifier", "score": {"name": "cost", "value": 0.5}, "state": "done"}
    settings, results = compare([fit, {**fit, "score": {"name": "cost", "value": 0.4}}])
    assert (settings, results) == ({}, {"cost": (0.5, 0.4)})
    settings, results = compare([ONE, {"kind": "train", "source": "a.csv", "state": "killed"}])
    assert settings["network"] == ("Network(2 - 8 relu - 1)", None)
    assert results["state"] == ("done", "killed")
