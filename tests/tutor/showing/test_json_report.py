import json
from dataclasses import replace

import pytest

from barreleye.tutor.showing.json_report import SCHEMA, to_json


def test_what_an_autograder_reads_is_there(report):
    data = json.loads(to_json(report))
    assert (data["schema"], data["verdict"], data["exit_status"]) == (SCHEMA, "wrong", 1)
    assert [(f["name"], f["verdict"]) for f in data["functions"]] == [
        ("sigmoid", "fragile"),
        ("forward_propagation", "right"),
        ("backward_propagation", "wrong"),
    ]
    finding = data["functions"][2]["findings"][1]
    assert finding["mistake"] == "db summed over units"
    assert finding["claim"]["zh"] == "db1 只是一个数：对单元也求了和。"
    assert finding["curves"]["tells"] is False
    text = {"en": "X = f() was not run", "zh": "X = f() 没有运行"}
    assert data["notes"][0] == {"kind": "skipped", "where": "line 50", "text": text}


def test_numbers_are_finite_and_characters_pass_any_pipe(report):
    text = to_json(replace(report, seconds=float("nan"), source="作业\udc80.py"))
    assert text.isascii()
    assert json.loads(text, parse_constant=pytest.fail)["seconds"] is None
