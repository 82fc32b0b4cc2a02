import json
from dataclasses import replace

import pytest

from barreleye.tutor.report import Report
from barreleye.tutor.showing.json_report import from_json, to_json


def test_a_report_comes_back_whole(report):
    again = from_json(to_json(report))
    assert again == report
    assert again.seconds == report.seconds
    assert to_json(again) == to_json(report)


def test_what_an_autograder_reads_is_there(report):
    data = json.loads(to_json(report))
    assert (data["schema"], data["verdict"], data["exit_status"]) == (1, "wrong", 1)
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


@pytest.mark.parametrize("text", ['{"schema": 2}', "[]", "{}", "not JSON"])
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match=r"schema|Expecting"):
        from_json(text)


def test_later_fields_do_not_disturb_a_reader():
    data = json.loads(to_json(Report("a.py", ())))
    assert from_json(json.dumps(data | {"mood": "good"})) == Report("a.py", ())
