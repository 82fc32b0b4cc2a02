"""What the page on the studio says of its three lessons."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from barreleye.studio.bench import Bench

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def lessons():
    spec = importlib.util.spec_from_file_location("studio_pictures", DOCS / "studio_pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LESSONS


def opened(state):
    bench = Bench({})
    bench.do({"do": "open", **state})
    return bench


def test_xor_is_learnt(lessons):
    bench = opened(lessons["xor"])
    history = bench.runs[0].history
    assert history[0].measured.cost == pytest.approx(np.log(2), abs=0.1)
    assert history[-1].measured.validation_score == 1


def test_one_cut_is_not_enough_for_xor(lessons):
    bench = opened(lessons["xor"])
    bench.do({"do": "set", "settings": {"layers": [1]}})
    bench.do({"do": "step", "steps": 3000})
    assert bench.runs[0].history[-1].measured.validation_score < 0.9


def test_zeros_never_learn_until_a_weight_is_set(lessons):
    bench = opened(lessons["zeros"])
    run = bench.runs[0]
    assert not any(W.any() for W in run.state.parameters.W.values())
    assert run.history[-1].measured.cost == pytest.approx(np.log(2), abs=1e-3)
    found = bench.do({"do": "diagnose"})["findings"]
    assert found[0]["code"] == "BE202"
    assert found[0]["confirmed"]
    bench.do({"do": "edit", "name": "W[1]", "place": [0, 0], "value": 0.5})
    bench.do({"do": "step", "steps": 3})
    moved = run.state.parameters.W[1].any(axis=1)
    assert moved.tolist() == [True, False, False, False]


def test_relus_die_of_a_step_that_is_too_long(lessons):
    bench = opened(lessons["relu"])
    assert bench.shown()[1]["0.spread"][0, 4] >= 0.4
    bench.do({"do": "compare", "settings": {"rate": 0.3}})
    bench.do({"do": "step", "steps": 400})
    assert bench.shown()[1]["1.spread"][0, 4] == 0


@pytest.mark.parametrize("page", ["studio.md", "studio.zh-CN.md"])
def test_the_pictures_of_the_page_are_there(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    pictures = [part.partition(")")[0] for part in text.split("](") if part.partition(")")[0].endswith(".png")]
    assert len(pictures) == 3
    assert all((DOCS / picture).read_bytes().startswith(b"\x89PNG") for picture in pictures)
