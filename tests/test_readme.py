"""The READMEs and the pages of docs keep their promises: their examples run, and what they point at is there."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
PAGES = (
    *("migrating-from-scikit-learn.md", "tutor.md", "tutor.zh-CN.md"),
    *("recipe.md", "recipe.zh-CN.md", "search.md", "search.zh-CN.md", "scaling.md", "scaling.zh-CN.md"),
)
DOCUMENTS = (*READMES, *(f"docs/{page}" for page in PAGES))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_examples_run_as_printed(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # they save a model
    text = (ROOT / name).read_text(encoding="utf-8")
    example = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert len(example.examples) > 8
    results = doctest.DocTestRunner().run(example)
    assert results.failed == 0


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", text) if "://" not in t]
    assert len(targets) >= 5
    assert [t for t in targets if not (ROOT / t).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_opens_with_one_sentence_one_picture_and_two_commands(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    picture, demo, test = (text.index(part) for part in ("![", "make demo", "make test"))
    assert picture < demo < test < text.index("\n## ")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("goal", ["demo", "check", "test"])
def test_each_command_refuses_an_old_python_before_it_makes_anything(goal, tmp_path):
    old = tmp_path / "python3.10"  # any Python, which takes itself for an older one
    old.write_text(
        f"""#!/bin/sh\nexec '{sys.executable}' -c 'import sys; sys.version_info = 3, 10; exec(sys.argv[1])' "$2"\n"""
    )
    old.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    run = subprocess.run(
        ["make", goal, f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert f"needs Python 3.11 or newer, and {old} is 3.10: name another one, as in  make {goal} PYTHON=" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
