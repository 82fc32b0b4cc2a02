"""What stands at the root for assistants is true: its commands run, its links lead somewhere, its schema fits."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from barreleye.cli.commands import NAMES
from barreleye.tutor.report import HINTS, Report
from barreleye.tutor.showing.json_report import SCHEMA, to_json

ROOT = Path(__file__).parents[1]
AGENTS = (ROOT / "AGENTS.md").read_text(encoding="utf-8")
FORM = Draft202012Validator(json.loads((ROOT / "docs" / "check-report.schema.json").read_text(encoding="utf-8")))
WRONG = "def compute_cost(A2, Y):\n    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))\n"
UPDATE = """
def update_parameters(parameters, grads, learning_rate=1.2):
    return {name: parameters[name] - learning_rate * grads["d" + name] for name in parameters}
"""
FILES = {
    "wrong": f"import numpy as np\n{WRONG}",
    "stops": "def compute_cost(A2, Y):\n    return A3\n",
    "right": UPDATE,
    "unjudged": f"{UPDATE}\nclass NeuralNetwork:\n    def forwrd(self, X):\n        return X\n",
    "torn": "def compute_cost(:\n",
    "empty": "",
}


def run(words, folder):
    environment = {**os.environ, "LANG": "C.UTF-8", "BARRELEYE_HISTORY": "off"}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=300)


@pytest.fixture
def folder(tmp_path):
    """A folder with a learner's homework.py, which is wrong, and a class."""
    (tmp_path / "submissions").mkdir()
    for path in ("homework.py", "submissions/lee.py"):
        (tmp_path / path).write_text(FILES["wrong"])
    return tmp_path


COMMANDS = re.findall(r"^barreleye (.+)$", AGENTS, re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(command, folder):
    done = run(["-m", "barreleye.cli", *command.split()], folder)
    assert done.returncode == (1 if command.startswith("check") else 0), done.stderr
    assert len(COMMANDS) == 3
    if "--json" in command:
        assert done.stderr == ""
        FORM.validate(json.loads(done.stdout))


def test_the_code_runs_and_prints(folder):
    (code,) = re.findall(r"^```python\n(.*?)^```", AGENTS, re.S | re.M)
    (folder / "script.py").write_text(code)
    done = run(["script.py"], folder)
    assert done.returncode == 0, done.stderr
    assert "compute_cost (line 2)" in done.stdout
    assert "dW[1] = (1/m) dZ[1] A[0]ᵀ" in done.stdout


@pytest.mark.parametrize("page", ["AGENTS.md", "llms.txt"])
def test_links_lead_to_files(page):
    links = re.findall(r"\]\((.+?)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_what_is_listed_is_all_there_is():
    assert re.findall(r"^\| `(\w+)` \|", AGENTS, re.M) == list(HINTS)
    said = re.search(r"the options of (.+)\.", (ROOT / "llms.txt").read_text(encoding="utf-8").replace("\n", " "))
    assert re.findall(r"\w+", said[1].split(".")[0].replace(" and ", " ")) == list(NAMES)
    assert FORM.schema["properties"]["schema"]["const"] == SCHEMA


def closed(schema):
    """The schema with no further keys allowed: what is printed is all described."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    return more | {key: closed(part) for key, part in schema.items()}


@pytest.mark.parametrize("hint", HINTS)
@pytest.mark.parametrize("name", FILES)
def test_what_is_printed_has_the_form_of_the_schema(name, hint, tmp_path):
    from typer.testing import CliRunner

    from barreleye.cli.commands import app

    (tmp_path / "a.py").write_text(FILES[name])
    done = CliRunner().invoke(app, ["check", str(tmp_path / "a.py"), "--json", "--hint", hint])
    report = json.loads(done.stdout)
    Draft202012Validator(closed(FORM.schema)).validate(report)
    assert (report["hint"], report["exit_status"]) == (hint, done.exit_code)
    assert report["exit_status"] == {"wrong": 1, "stops": 1, "right": 0}.get(name, 2)


def test_a_report_of_another_form_does_not_pass():
    found = json.loads(to_json(Report("a.py", ())))
    FORM.validate(found)
    assert not FORM.is_valid(found | {"verdict": "fine"})
