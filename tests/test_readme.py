"""The READMEs and the pages of docs keep their promises: their examples run, and what they point at is there."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "docs/migrating-from-scikit-learn.md", "docs/tutor.md", "docs/tutor.zh-CN.md")


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


def test_commands_in_the_make_file_exist():
    text = (ROOT / "Makefile").read_text()
    assert re.search(r"^demo:", text, re.M)
    assert re.search(r"^test:", text, re.M)
