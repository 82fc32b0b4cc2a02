"""The sections of a report as values."""

import pytest
from markupsafe import Markup

from barreleye.insight.sections import SECTIONS, lacking, sections
from barreleye.insight.sections.answers import verdict
from barreleye.insight.sections.common import on_a_line
from barreleye.insight.sections.training import layers, line, search


def said(key, **values):
    return Markup(f"{key}{sorted(values)}")


def spread(*quantiles):
    return {"mean": 0.0, "rms": 1.0, "quantiles": list(quantiles)}


@pytest.mark.parametrize(
    ("record", "key", "why"),
    [
        ({"scores": {"a": {}}, "coverage": {}}, "intervals", "intervals"),
        ({"scores": {"a": {}}}, "layers", "old"),
        ({"scores": {}, "coverage": {}, "training": {"diverged": "at step 5"}}, "intervals", "diverged"),
        ({"scores": {}, "coverage": {}, "training": {}}, "intervals", "unjudged"),
        ({"scores": {}}, "findings", "findings"),
        ({"scores": {}, "findings": []}, "findings", None),
        ({"scores": {"a": {}}, "settings": {}}, "settings", "old"),
        ({"scores": {"a": {}}, "layers": [1]}, "layers", None),
    ],
)
def test_what_a_record_lacks_has_a_reason(record, key, why):
    assert lacking(record, key, SECTIONS[key][1]) == why


def test_a_task_has_its_own_sections_in_one_order():
    empty = {part: {} for _, part, _ in SECTIONS.values()} | {"scores": {}, "findings": [], "columns": {}}
    orders = {}
    for task in ("classification", "regression"):
        record = {**empty, "task": task, "rows": {"train": 3}, "target": {"names": [], "classes": []}}
        orders[task] = list(sections(record, said, Markup))
    assert [key for key in orders["classification"] if key not in ("confusion", "calibration")] == [
        key for key in orders["regression"] if key != "residuals"
    ]


@pytest.mark.parametrize(
    ("losses", "key"),
    [
        ((1.0, 0.5, 0.3), "better"),
        ((1.0, 0.5, 0.495), "even"),
        ((1.0, 0.5, 0.505), "even"),
        ((1.0, 0.5, 0.6), "behind"),
        ((1.0, 0.5, 1.0), "useless"),
        ((1.0, 0.5, None), None),
    ],
)
def test_where_the_network_stands_is_a_sentence(losses, key):
    found = {
        who: {"log-loss": loss}
        for who, loss in zip(("majority", "logistic regression", "this network"), losses, strict=True)
    }
    sentence = verdict(found, said)
    assert sentence is None if key is None else sentence.startswith(f"scores.{key}[")


def test_boxes_of_all_layers_are_on_one_scale():
    first, second = spread(-1, 0, 1, 2, 3), spread(-5, -1, 0, 1, 5)
    record = {
        "scores": {"a": {}},
        "layers": [
            {"units": 3, "still": 1, "A": first, "dZ": None, "W": None},
            {"units": 2, "still": 0, "A": second, "dZ": spread(0, 0, 0, 0, 0), "W": spread(None, 0, 0, 0, 0)},
        ],
    }
    lines = layers(record, said, Markup)["lines"]
    (_, above), _, _ = lines[0]["cells"]
    (_, below), (_, flat), (_, none) = lines[1]["cells"]
    assert (below.low, below.high, below.mark) == (0, 100, 50)
    assert (above.low, above.start, above.mark, above.end, above.high) == (40, 50, 60, 70, 80)
    assert (flat.low, flat.high, none) == (0, 0, None)


def test_places_on_a_line():
    assert [on_a_line(-1, 3)(value) for value in (-1, 0, 3)] == [0, 25, 100]
    assert on_a_line(2, 2)(2) == 0


def test_settings_are_written_as_one_writes_them():
    assert [line(value) for value in ([8, 8], True, 0.1, "adam", [])] == ["8, 8", "yes", "0.1", "adam", ""]


def test_the_trials_of_a_search_are_told_the_best_first_where_there_was_one():
    trials = [
        {"number": k, "settings": {"rate": 0.1 * k + 0.0123456, "layers": "8"}, "value": value, "epochs": 5.0}
        for k, value in enumerate([0.5, None, 0.9, 0.7])
    ]
    found = {"trials": trials, "measure": "accuracy", "higher": True, "edges": {"rate": "high"}}
    found |= {"importance": {"rate": 0.8, "layers": 0.2}}
    made = search({"search": found}, said, str)
    assert [number for number, *_ in made["lines"]] == [2, 3, 0]
    assert made["lines"][0] == (2, 0.9, 5.0, ["0.212", "8"])
    assert made["edges"] == ["search.high['setting']"]
    assert "search" not in sections({"task": "regression"}, said, str)
