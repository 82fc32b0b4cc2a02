"""The tutor's two pages are what happens: their code is saved, broken as they say, checked, and the screen compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from barreleye import check
from barreleye.tutor.casting.roles import ROLES

ROOT = Path(__file__).parents[1]
PAGES = ("docs/tutor.md", "docs/tutor.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)


def blocks(page):
    """(language, text) of each fenced block."""
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def first_code(page):
    return next(text for language, text in blocks(page) if language == "python")


def changed(source, diff):
    """The source with each - line of the diff replaced by its + line."""
    for old, new in zip(re.findall(r"^-(.*)$", diff, re.M), re.findall(r"^\+(.*)$", diff, re.M), strict=True):
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize("page", PAGES)
def test_the_screens_are_as_printed(page, tmp_path):
    source, screens = first_code(page), 0
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    for language, text in blocks(page):
        if language == "diff":
            source = changed(source, text)
        if language == "text":
            command, _, expected = text.partition("\n")
            (tmp_path / "two_layer.py").write_text(source, encoding="utf-8")
            words = command.removeprefix("$ barreleye ").split()
            run = subprocess.run(
                [sys.executable, "-m", "barreleye.cli", *words],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                encoding="utf-8",
            )
            assert run.stderr == ""
            assert [line.rstrip() for line in run.stdout.strip().splitlines()] == expected.strip().splitlines()
            screens += 1
    assert screens == 3


@pytest.mark.parametrize("page", PAGES)
def test_each_change_of_the_table_is_named_as_it_says(page, tmp_path):
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` → `(.+?)` \| (.+) \|$", text, re.M)
    assert len(rows) >= 8
    for old, new, said in rows:
        source = first_code(page)
        assert source.count(old) == 1
        file = tmp_path / "changed.py"
        file.write_text(source.replace(old, new), encoding="utf-8")
        findings = [finding for _, finding in check(file).findings]
        assert [finding.claim.said("zh" if "zh" in page else "en") for finding in findings] == [said]


@pytest.mark.parametrize("page", PAGES)
def test_the_functions_that_a_page_lists_are_checked_and_all_that_are_checked_are_listed(page):
    tables = (ROOT / page).read_text(encoding="utf-8").split("|---|---|\n")
    table = next(table for table in tables if "`L_model_forward`" in table.split("\n\n")[0]).split("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", row.split("|")[2]) for row in table.splitlines()]
    assert len(rows) == 5
    assert {name for names in rows for name in names} == {
        role.names[0] for key, role in ROLES.items() if "derivative" not in key and key != "update_deep"
    }


@pytest.mark.parametrize("page", PAGES)
def test_the_accuracy_that_a_page_tells_is_the_curves(page):
    report = check(ROOT / "examples" / "tutor" / "s5_squared_slope.py")
    (curves,) = (finding.curves for _, finding in report.findings if finding.curves)
    text = (ROOT / page).read_text(encoding="utf-8")
    assert f"{100 * curves.mistaken_accuracy:g} %" in text
    assert f"{100 * curves.right_accuracy:g} %" in text
    assert str(curves.steps[-1]) in text.split("s5_squared_slope.py")[1].split("s3_update")[0]


@pytest.mark.parametrize(
    ("file", "function", "mistake"),
    [
        ("s3_update_in_place", "update_parameters", "changes the caller's arrays"),
        ("s4_tanh_output", "forward_propagation", "tanh output"),
        ("s5_squared_slope", "backward_propagation", "slope (1 - A) squared"),
    ],
)
def test_the_mistakes_of_the_tutorials_are_named(file, function, mistake):
    report = check(ROOT / "examples" / "tutor" / f"{file}.py")
    first, *others = sorted(report.findings, key=lambda found: found[1].mistake != mistake)
    assert (first[0].name, first[1].mistake) == (function, mistake)
    assert {finding.verdict for _, finding in others} <= {"fragile"}
