"""A model in a file: it answers as before, and what does not fit together is refused."""

import json

import numpy as np
import pytest

import barreleye
from barreleye.data.frame import frame_of
from barreleye.files.tensors import FileError, read_tensors, write_tensors
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
M = 80
TABLE = {
    "n": RNG.normal(size=M),
    "price": [f"${1000 + 10 * i:,}" for i in range(M)],
    "city": [["Oslo", "Turku", "Malmo"][i % 3] for i in range(M)],
    "member": [["yes", "no"][i % 2] for i in range(M)],
    "day": [f"2020-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(M)],
    "said": [f"the {i} fox jumps over {i * 7 % 13} lazy dogs" for i in range(M)],
    "same": ["x"] * M,
}
TARGETS = {
    "two": {"y": [["stay", "leave"][i % 2] for i in range(M)]},
    "three": {"y": [i % 3 for i in range(M)]},
    "number": {"y": RNG.normal(size=M)},
    "numbers": {"y": RNG.normal(size=M), "z": RNG.normal(size=M)},
    "classes": {"y": [i % 2 for i in range(M)], "z": [["a", "b", "c"][i % 3] for i in range(M)]},
}


def fitted(what, **options):
    ready = prepare(frame_of({**TABLE, **TARGETS[what]}), list(TARGETS[what]))
    *_, last = Settings(layers=(5,), epochs=2, engine="numpy", **options).train(ready)
    return ready, ready.model(last)


@pytest.mark.parametrize("what", list(TARGETS))
def test_a_loaded_model_answers_as_before(what, tmp_path):
    _, model = fitted(what, batch_norm=what == "three")
    model.save(tmp_path / "model.safetensors")
    loaded = barreleye.load(tmp_path / "model.safetensors")
    assert loaded.feature_names == ("n", "price", "city", "member", "day", "said")
    rows = frame_of(TABLE)
    one, other = model.answer(rows), loaded.answer(rows)
    for answer, again in zip(one, other, strict=True) if isinstance(one, list) else [(one, other)]:
        np.testing.assert_array_equal(answer, again)
    assert (model.predict(rows) == loaded.predict(rows)).all()
    assert repr(loaded) == repr(model)


def test_probabilities_add_up_and_numbers_are_in_their_units():
    _, model = fitted("three")
    np.testing.assert_allclose(model.answer(frame_of(TABLE)).sum(axis=1), 1)
    assert set(model.predict(frame_of(TABLE)).tolist()) <= {0, 1, 2}
    ready, model = fitted("number")
    assert np.abs(model.predict(frame_of(TABLE)) - ready.targets.mean).max() < 10 * ready.targets.scale


def test_a_cell_that_cannot_be_read_names_row_and_column():
    _, model = fitted("two")
    with pytest.raises(ValueError, match="row 1: 'n' holds 'many', where a number is needed"):
        model.predict({**{name: column[:2] for name, column in TABLE.items()}, "n": ["1", "many"]})


def test_many_rows_are_answered_in_blocks_as_they_are_alone(monkeypatch):
    _, model = fitted("two")
    whole = model.answer(frame_of(TABLE))
    monkeypatch.setattr("barreleye.models.model.ROWS", 7)
    np.testing.assert_allclose(model.answer(frame_of(TABLE)), whole, rtol=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["details"]["columns"].pop(0),
        lambda d: d["details"]["columns"][0][1].update(kind="pickle"),
        lambda d: d["details"]["columns"][0][1].update(more=1),
        lambda d: d["details"].pop("classes"),
        lambda d: d["details"].update(classes=[["only"]]),
        lambda d: d["details"].update(classes=[[["a"], ["b"]]]),
        lambda d: d["details"].update(marks=3),
    ],
)
def test_a_file_whose_parts_do_not_fit_is_refused(change, tmp_path):
    _, model = fitted("two")
    model.save(tmp_path / "model.safetensors")
    tensors, description = read_tensors(tmp_path / "model.safetensors", "model")
    description = json.loads(json.dumps(description))
    change(description)
    kept = {name: value for name, value in description.items() if name not in ("format", "kind")}
    write_tensors(tmp_path / "other.safetensors", "model", tensors, kept)
    with pytest.raises(FileError, match="not one trained on a table"):
        barreleye.load(tmp_path / "other.safetensors")
