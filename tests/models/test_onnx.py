"""An ONNX graph answers as the model does: of every kind of column, recipe, activation, head and target."""

import sys
from dataclasses import replace

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnxruntime import InferenceSession

from barreleye.data import table as tables
from barreleye.data.frame import frame_of
from barreleye.data.free_text import counting, grams_of
from barreleye.data.targets import Targets
from barreleye.models.calibration import Calibration
from barreleye.models.model import Model, load
from barreleye.models.onnx import save_onnx, to_onnx
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.heads import HEADS, QuantilesHead, SoftmaxGroupsHead
from barreleye.nn.network import Network, initialize
from barreleye.nn.normalization import Averages

RNG = np.random.default_rng(0)
M = 120
WORDS = ["red wine", "old Red house", "a blue ox", "über blau", "wine", "house and ox"]


def rows(m=M):
    """Columns of every kind, with cells that lack something, and what hangs on them."""
    size, day = RNG.normal(size=m), np.datetime64("2019-12-28") + RNG.integers(0, 900, m)
    colour = RNG.choice(["red", "green", "blue"], m)
    text = [f"{RNG.choice(WORDS)} {RNG.choice(WORDS)} {i % 50}" for i in range(m)]
    many = RNG.choice([f"town {k}" for k in range(14)], m)
    y = size + (colour == "red") + (many < "town 3") + 0.1 * RNG.normal(size=m)
    return {
        "size": [None if i % 9 == 0 else float(x) for i, x in enumerate(size)],
        "whole": RNG.integers(0, 50, m).tolist(),
        "colour": ["" if i % 11 == 0 else str(c) for i, c in enumerate(colour)],
        "town": many.tolist(),
        "member": RNG.choice(["Yes", "no"], m).tolist(),
        "day": [None if i % 13 == 0 else str(d) for i, d in enumerate(day)],
        "text": text,
        "same": ["x"] * m,
        "y": y.tolist(),
    }


def fed(model, data):
    """The columns of a frame as the graph takes them."""
    frame, given = model.table.frame(data), {}
    for name in model.table.inputs:
        encoder, cells = model.table.encoders[name], data[name]
        if encoder.kind == "date":
            column = encoder.days(frame[name])
        elif encoder.graph_dtype == "float64":
            column = np.array([np.nan if cell is None else cell for cell in cells], float)
        else:
            column = np.array(["" if cell is None else cell for cell in cells], object)
        given[name] = column.reshape(-1, 1)
    return given


def said(model, given):
    """What onnxruntime answers, by the names of the outputs."""
    session = InferenceSession(to_onnx(model).SerializeToString())
    return dict(zip([one.name for one in session.get_outputs()], session.run(None, given), strict=True))


@pytest.fixture(scope="module")
def data():
    return rows()


@pytest.mark.parametrize("recipe", ["plain", "tuned", "tabm"])
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_of_every_recipe_over_every_kind_of_column(recipe, task, data, tmp_path):
    own = dict(data)
    if task == "classes":
        own["y"] = [["low", "mid", "high"][int(np.searchsorted([0.0, 1.0], y))] for y in data["y"]]
    how = Settings(recipe=recipe, layers=(8,), epochs=2, members=2, engine="numpy")
    ready = prepare(frame_of(own), ["y"], dtype=how.dtype, **how.coding)
    assert {what.kind for what in ready.found.values()} == {"number", "category", "truth", "date", "text", "constant"}
    *_, last = how.train(ready)
    ready.model(last).save(tmp_path / "m.safetensors")
    model = load(tmp_path / "m.safetensors")
    asked = rows(40)
    asked["colour"][:3], asked["member"][0], asked["town"][1] = ["violet", "?", ""], "YES", "nowhere"
    answers = said(model, fed(model, asked))
    if task == "classes":
        assert np.abs(answers["probabilities"] - model.answer(asked)).max() < 2e-6
        assert answers["label"].tolist() == model.predict(asked).tolist()
        assert model.calibrations == () or isinstance(model.calibrations[0], Calibration)
    else:
        assert np.abs(answers["variable"] - model.answer(asked)).max() < 1e-5


def plain(network, targets):
    """A model of rows without columns."""
    parameters = initialize(network, 0)
    return Model(tables.Table.plain([f"x{j}" for j in range(network.n_x)]), network, parameters, None, targets)


X = RNG.normal(size=(30, 3)) * 3


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_of_every_activation(name):
    model = plain(Network((3, 6, 1), name), Targets(("y",), (("a", "b"),), np.empty(0), np.empty(0)))
    near = 1e-7 if name == "gelu" else 1e-13  # onnxruntime has erf in 32 bits alone
    assert np.abs(said(model, {"X": X})["probabilities"] - model.answer(X)).max() < near


@pytest.mark.parametrize("name", [name for name in HEADS if name not in ("sigmoid", "softmax", "tanh")])
def test_of_every_head_for_numbers(name):
    targets = Targets(("u", "v"), (), np.array([1.0, -2.0]), np.array([3.0, 0.5]), limits=np.array([[0, -3], [2, -1]]))
    model = plain(Network((3, 6, 2), "tanh", name), targets)
    assert np.abs(said(model, {"X": X})["variable"] - model.answer(X)).max() < 1e-12


@pytest.mark.parametrize(
    ("head", "n", "classes", "coding"),
    [
        ("softmax", 3, ((1, 2, 5),), None),
        ("softmax", 2, ((False, True),), "distributions"),
        ("sigmoid", 3, (("a", "b", "c"),), "probabilities"),
        ("tanh", 1, ((0.5, 2.0),), "signs"),
        ("tanh", 3, (("a", "b", "c"),), "signs"),
    ],
)
def test_of_every_coding_of_classes(head, n, classes, coding):
    model = plain(Network((3, 6, n), "tanh", head), Targets(("y",), classes, np.empty(0), np.empty(0), coding))
    answers = said(model, {"X": X})
    assert np.abs(answers["probabilities"] - model.answer(X)).max() < 1e-13
    assert answers["label"].tolist() == model.predict(X).tolist()


def test_of_several_columns_of_classes():
    targets = Targets(("u", "v"), (("a", "b"), ("c", "d", "e")), np.empty(0), np.empty(0))
    model = plain(Network((3, 6, 5), "tanh", SoftmaxGroupsHead(targets.widths)), targets)
    answers = said(model, {"X": X})
    assert set(answers) == {"label_u", "probabilities_u", "label_v", "probabilities_v"}
    for P, name in zip(model.answer(X), ("u", "v"), strict=True):
        assert np.abs(answers[f"probabilities_{name}"] - P).max() < 1e-13


def test_of_calibrated_probabilities_batch_norm_and_float32():
    targets, network = Targets(("y",), (("a", "b"),), np.empty(0), np.empty(0)), Network((3, 5, 1), batch_norm=True)
    averages = Averages({1: RNG.normal(size=(5, 1))}, {1: RNG.uniform(0.5, 2, (5, 1))})
    model = replace(plain(network, targets), averages=averages, calibrations=(Calibration(2.5, 60),))
    assert np.abs(said(model, {"X": X})["probabilities"] - model.answer(X)).max() < 1e-13
    small = {name: {l: a.astype(np.float32) for l, a in each.items()} for name, each in averages._asdict().items()}
    parameters = initialize(network, 0, dtype=np.float32)
    model = replace(model, parameters=parameters, averages=Averages(**small))
    answers = said(model, {"X": X.astype(np.float32)})
    assert answers["probabilities"].dtype == np.float32
    assert np.abs(answers["probabilities"] - model.answer(X)).max() < 1e-6


def test_of_quantiles_the_median_answers():
    targets = Targets(("y",), (), np.array([5.0]), np.array([2.0]), quantiles=(0.1, 0.5, 0.9))
    model = plain(Network((3, 6, 3), "tanh", QuantilesHead((0.1, 0.5, 0.9))), targets)
    assert np.abs(said(model, {"X": X})["variable"] - model.answer(X)).max() < 1e-12


@given(st.lists(st.text(" \n\tabcÄäß酒ox"), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_runs_of_letters_are_counted_as_here(texts):
    grams = sorted({gram for text in ["A box of äß 酒", *texts[:2]] for gram in grams_of(text)})
    (counts,) = InferenceSession(counting(grams).SerializeToString()).run(None, {"texts": np.array(texts, object)})
    assert counts.tolist() == [[grams_of(text).count(gram) for gram in grams] for text in texts]


def test_a_file_is_one_that_onnx_takes(tmp_path):
    model = plain(Network((3, 6, 1)), Targets(("y",), ((0, 1),), np.empty(0), np.empty(0)))
    save_onnx(model, tmp_path / "m.onnx")
    made = onnx.load(tmp_path / "m.onnx")
    assert {one.domain: one.version for one in made.opset_import}[""] >= 18
    assert made.producer_name == "barreleye"
    assert [(one.name, len(one.type.tensor_type.shape.dim)) for one in made.graph.input] == [("X", 2)]
    shapes = {one.name: [d.dim_value for d in one.type.tensor_type.shape.dim] for one in made.graph.output}
    assert shapes == {"label": [0], "probabilities": [0, 2]}


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ndonnx", None)
    with pytest.raises(ModuleNotFoundError, match=r"ndonnx is not installed, .* pip install 'barreleye\[onnx\]'"):
        to_onnx(plain(Network((3, 1)), Targets(("y",), ((0, 1),), np.empty(0), np.empty(0))))
