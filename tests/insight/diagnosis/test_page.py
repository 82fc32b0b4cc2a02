"""The two pages in docs/ are what the catalogue says."""

import re
from pathlib import Path

import pytest

from barreleye.insight.diagnose import PATIENCE, RULES
from barreleye.insight.diagnosis.page import page
from barreleye.words import catalogue

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("lang", "file"), [("en", "diagnosis.md"), ("zh", "diagnosis.zh-CN.md")])
def test_the_page_is_made_of_the_catalogue(lang, file):
    text = (ROOT / "docs" / file).read_text(encoding="utf-8")
    assert text == page(RULES, PATIENCE, lang), f"python -m barreleye.insight.diagnosis.page {lang} > docs/{file}"


def test_every_code_has_a_section_and_all_its_texts():
    assert len(RULES) >= 24
    assert re.findall(r"^## (BE\d+)", page(RULES, PATIENCE, "zh"), re.M) == list(RULES)
    for code in RULES:
        assert {f"{code}.{part}" for part in ("title", "rule", "meaning", "advice")} <= set(catalogue("diagnosis"))


def test_no_text_is_left_from_a_rule_that_is_gone():
    codes = {key.split(".")[0] for key in catalogue("diagnosis") if key.startswith("BE")}
    assert codes == set(RULES)
