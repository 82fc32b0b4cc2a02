"""scikit-learn's own tests of its MLP, from its wheel, with Barreleye's classes in place of its own."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sklearn

import barreleye

EXCEPTED = {
    "test_gradient": "calls the private _loss_grad_lbfgs; gradients() is checked in test_asked_for.py",
    "test_learning_rate_warmstart": "reads the private _optimizer; test_learning_rate_goes_on_over_warm_starts is ours",
    "test_adaptive_learning_rate": "reads the private _optimizer; test_adaptive_rate_falls_until_it_is_tiny is ours",
    "test_early_stopping_stratified": (
        "asks that the message name a class by scikit-learn's internal coding, True; it names the label of y here, 1: "
        "test_early_stopping_needs_two_rows_of_each_class is ours"
    ),
    "test_preserve_feature_names[MLPClassifier]": (
        "fits labels of one class, which is an error here; test_early_stopping_keeps_feature_names is ours"
    ),
}
"""The tests that may fail, each with its reason."""

OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "default")
OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """How each of scikit-learn's tests ended: "passed", "failed" or "skipped"."""
    folder = tmp_path_factory.mktemp("sklearn_own_tests")
    module = Path(sklearn.__file__).parent / "neural_network" / "tests" / "test_mlp.py"
    theirs = "from sklearn.neural_network import MLPClassifier, MLPRegressor"
    text = module.read_text(encoding="utf-8")
    assert text.count(theirs) == 1
    ours = text.replace(theirs, "from barreleye import MLPClassifier, MLPRegressor")
    (folder / "test_mlp.py").write_text(ours, encoding="utf-8")
    (folder / "conftest.py").write_text("from sklearn.conftest import *\n", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, "--junitxml=report.xml", "test_mlp.py"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(barreleye.__file__).parents[1]),
            "SKLEARN_TESTS_GLOBAL_RANDOM_SEED": "42",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    cases = ElementTree.parse(folder / "report.xml").iter("testcase")
    return {case.attrib["name"]: next((OUTCOMES[e.tag] for e in case if e.tag in OUTCOMES), "passed") for case in cases}


def test_all_pass_but_those_of_private_internals(outcomes):
    assert {name for name, outcome in outcomes.items() if outcome == "failed"} - set(EXCEPTED) == set()
    assert sum(outcome == "passed" for outcome in outcomes.values()) > 40


def test_no_exception_is_stale(outcomes):
    assert [name for name in EXCEPTED if outcomes.get(name) == "passed"] == []


def test_none_is_skipped_but_for_a_package_that_is_not_there(outcomes):
    assert [name for name, outcome in outcomes.items() if outcome == "skipped"] == []
