"""A file answered by a model."""

import csv
import subprocess
import sys
import warnings

import numpy as np
import pytest

from barreleye import MLPClassifier, MLPRegressor
from barreleye.data.frame import frame_of
from barreleye.data.read import read
from barreleye.models.answering import answer_file
from barreleye.models.model import load
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 90))
TABLE = {
    "a": A,
    "b": B,
    "city": [["Oslo", "Turku", "Malmo"][i % 3] for i in range(90)],
    "sky": ["wet" if x > 0 else "dry" for x in A],
}


@pytest.fixture(scope="module")
def model():
    ready = prepare(frame_of(TABLE), ["sky"])
    *_, last = Settings(layers=(6,), epochs=80, engine="numpy").train(ready)
    return ready.model(last)


def answers(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_columns_go_by_name_and_each_row_has_its_answer(model, tmp_path):
    (tmp_path / "new.csv").write_text("more,city,b,A\n1,Oslo,0.5,3\n2,Turku,0.5,-3\n")
    said = answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv")
    heading, *rows = answers(tmp_path / "out.csv")
    assert heading == ["sky", "P(dry)", "P(wet)"]
    assert [row[0] for row in rows] == ["wet", "dry"]
    right = model.answer({"a": [3.0, -3.0], "b": [0.5, 0.5], "city": ["Oslo", "Turku"]})
    np.testing.assert_allclose([[float(p) for p in row[1:]] for row in rows], right, atol=1e-6)
    assert (said.rows, said.unread, said.notes) == (2, {}, [])


def test_a_row_that_cannot_be_read_has_an_empty_answer_and_a_line_of_its_own(model, tmp_path, monkeypatch):
    monkeypatch.setattr("barreleye.data.blocks.BLOCK_BYTES", 64)
    lines = [f"{i / 10},0.5,Oslo" for i in range(30)]
    lines[4], lines[17], lines[29] = "many,0.5,Oslo", "1", "1,0.5,Bergen"
    (tmp_path / "new.csv").write_text("\n".join(["a,b,city", *lines]) + "\n")
    said = answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv")
    rows = answers(tmp_path / "out.csv")[1:]
    assert [i for i, row in enumerate(rows, 1) if row[0] == ""] == [5, 18]
    assert said.unread == {5: "'a' holds 'many', where a number is needed", 18: "another number of cells: 1"}
    assert said.notes == ["'city': 1 cell such as 'Bergen' read as another name, because no training row had it"]


def test_missing_columns_are_named_and_nothing_is_left_behind(model, tmp_path):
    (tmp_path / "new.csv").write_text("b,c\n1,2\n")
    with pytest.raises(ValueError, match="has no column 'a', 'city', from which the model answers; it has 'b', 'c'"):
        answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv")
    (tmp_path / "bad.csv").write_text('a,b,city\n1,2,"Oslo\n')
    with pytest.raises(ValueError, match="quotes do not pair up"):
        answer_file(model, tmp_path / "bad.csv", tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "new.csv"]


def test_an_answer_needs_numpy_and_pyarrow_alone(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    (tmp_path / "new.csv").write_text("a,b,city\n1,2,Oslo\n")
    model_file, new, out = (str(tmp_path / name) for name in ("model.safetensors", "new.csv", "out.csv"))
    program = (
        "import sys; from barreleye.models.answering import answer_file; from barreleye.models.model import load\n"
        f"answer_file(load({model_file!r}), {new!r}, {out!r})\n"
        "print([name for name in ('jax', 'sklearn', 'scipy', 'matplotlib', 'pandas', 'polars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_numbers_have_the_digits_that_mean_something(tmp_path):
    for size, digits in ((1e6, 0), (1.0, 7), (1e-3, 10)):
        ready = prepare(frame_of({"a": A, "y": size * A}), ["y"])
        *_, last = Settings(layers=(4,), epochs=5, engine="numpy").train(ready)
        (tmp_path / "new.csv").write_text("a\n0.5\n-1.25\n")
        answer_file(ready.model(last), tmp_path / "new.csv", tmp_path / "out.csv")
        found = [float(row[0]) for row in answers(tmp_path / "out.csv")[1:]]
        right = ready.model(last).predict({"a": [0.5, -1.25]})
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-6 * size)
        assert [round(y, digits) for y in found] == found


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_file_that_an_estimator_saved_answers_too(kind, several, tmp_path):
    X = np.column_stack([A, B])
    y = X @ [[1e-9, 2e-9], [3e-9, 0]] if kind is MLPRegressor else (X > 0).astype(int)
    y = y if several else y[:, 0]
    model = kind(hidden_layer_sizes=(5,), solver="lbfgs", max_iter=20, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y).save(tmp_path / "model.safetensors")
    (tmp_path / "new.csv").write_text("x2,x1\n" + "".join(f"{b!r},{a!r}\n" for a, b in X.tolist()))
    answer_file(load(tmp_path / "model.safetensors"), tmp_path / "new.csv", tmp_path / "out.csv")
    heading, *rows = answers(tmp_path / "out.csv")
    columns = 1 + several
    assert len(heading) == columns * (1 if kind is MLPRegressor else 3)
    found = np.array([[float(cell) for cell in row[:columns]] for row in rows])
    np.testing.assert_allclose(found, model.predict(X).reshape(90, -1), rtol=1e-6)


@pytest.mark.parametrize(
    ("trained", "asked"),
    [
        (["1,250", "12,500", "9,000"], 'a\n"12,500"\n900\n"1,250"\n'),
        (["1,250", "12,500", "9,000"], "b;a\n0;12,500\n0;900\n0;1,250\n"),
        (["1.250,5", "12.500", "9.000,0"], "b;a\n0;12.500\n0;900\n0;1.250\n"),
        (["$1,250", "$12,500", "$9,000"], 'a\n"12,500"\n900\n"$1,250"\n'),
    ],
)
def test_numbers_are_read_as_the_model_knows_them_whatever_the_file_looks_like(trained, asked, tmp_path):
    ready = prepare(frame_of({"a": trained * 20, "y": [1.25, 12.5, 9.0] * 20}), ["y"])
    *_, last = Settings(layers=(8,), epochs=60, engine="numpy").train(ready)
    (tmp_path / "new.csv").write_text(asked)
    answer_file(ready.model(last), tmp_path / "new.csv", tmp_path / "out.csv")
    right = ready.model(last).predict({"a": [12500.0, 900.0, 1250.0]})
    np.testing.assert_allclose([float(row[0]) for row in answers(tmp_path / "out.csv")[1:]], right, rtol=1e-5)


def test_a_number_of_another_writing_spoils_no_other(tmp_path):
    lines = "".join(f"{i},5;{i % 2}\n" for i in range(40))
    (tmp_path / "old.csv").write_text(f"a;y\n{lines}")
    ready = prepare(read(tmp_path / "old.csv")[0], ["y"])
    assert ready.found["a"].why == "numbers with a decimal comma"
    *_, last = Settings(layers=(4,), epochs=3, engine="numpy").train(ready)
    (tmp_path / "new.csv").write_text("a;b\n7,5;1\n1.050,3;1\n8;1\n1.050;1\n")
    said = answer_file(ready.model(last), tmp_path / "new.csv", tmp_path / "out.csv")
    kind = "where a number with a decimal comma is needed"
    assert said.unread == {2: f"'a' holds '1.050,3', {kind}", 4: f"'a' holds '1.050', {kind}"}


def test_cells_with_nothing_are_told_and_a_row_of_nothing_has_no_answer(model, tmp_path):
    (tmp_path / "new.csv").write_text("a,b,city\n3,,Oslo\n,,\n1,2,\n")
    said = answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv")
    assert [row[0] == "" for row in answers(tmp_path / "out.csv")[1:]] == [False, True, False]
    assert said.unread == {2: "no cell that the model asks holds anything"}
    assert "'b': 2 cells with nothing read as usual ones, because no training row lacked it" in said.notes


def test_intervals_stand_beside_numbers(tmp_path):
    ready = prepare(frame_of({"a": A, "y": A + 0.1 * B}), ["y"])
    *_, last = Settings(layers=(4,), epochs=5, engine="numpy").train(ready)
    model = ready.model(last)
    (tmp_path / "new.csv").write_text("a\n1\nmany\n-2\n")
    answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv", coverage=0.8)
    heading, first, none, second = answers(tmp_path / "out.csv")
    assert heading == ["y", "y from", "y to"]
    assert none == ["", "", ""]
    low, high = model.interval({"a": [1.0, -2.0]}, 0.8)
    found = np.array([first, second], float)
    np.testing.assert_allclose(found[:, 1:], np.column_stack([low, high]), atol=1e-5)


def test_ends_have_the_digits_of_the_answer_and_groups_are_told(tmp_path):
    rng = np.random.default_rng(1)
    city, x = np.array(["Oslo", "Turku", "Zug"])[rng.choice(3, 600, p=[0.6, 0.39, 0.01])], rng.normal(size=600)
    table = {"city": city, "x": x, "y": 100 * x + np.where(city == "Oslo", 1, 50) * rng.normal(size=600)}
    ready = prepare(frame_of({**table, "z": table["y"] / 1000}), ["y", "z"])
    *_, last = Settings(layers=(8,), epochs=20, members=2, engine="numpy").train(ready)
    model = ready.model(last)
    (tmp_path / "new.csv").write_text("city,X\nOslo,1\nTurku,1\nOslo,few\nZug,0\nBonn,0\n")
    said = answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv", coverage=0.8, by="city")
    heading, *rows = answers(tmp_path / "out.csv")
    assert heading == ["y", "z", "y from", "y to", "z from", "z to"]
    new = {"city": ["Oslo", "Turku", "Zug", "Bonn"], "x": [1.0, 1, 0, 0]}
    with pytest.warns(UserWarning, match="too few rows with 'Zug', 'Bonn' in 'city' were set aside for coverage 0.8"):
        low, high = model.interval(new, 0.8, by="city")
    ends = np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])
    found = np.array([row[2:] for row in rows if row[2]], float)
    np.testing.assert_allclose(found, ends, atol=1e-4)
    assert all(round(end, 7) == end for end in found.ravel())
    assert rows[2] == [""] * 6
    assert said.notes[0] == "coverage 0.8: 96 rows set aside promise it for 73% to 87% of rows like them"
    assert said.notes[1].startswith("too few rows with 'Zug', ")
    narrow, wide = found[0], found[1]
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])


def test_sets_stand_beside_probabilities(model, tmp_path):
    (tmp_path / "new.csv").write_text("a,b,city\n3,0,Oslo\n0.02,0,Oslo\nmany,0,Oslo\n")
    answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv", coverage=0.9)
    heading, *rows = answers(tmp_path / "out.csv")
    assert heading == ["sky", "P(dry)", "P(wet)", "sky set"]
    sets = model.set({"a": [3.0, 0.02], "b": [0.0, 0], "city": ["Oslo", "Oslo"]}, 0.9)
    assert [row[3] for row in rows] == ["|".join(np.array(["dry", "wet"])[held]) for held in sets] + [""]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"by": "city"}, "by='city' tells for which groups a coverage is promised, and none is asked for"),
        ({"by": "town", "coverage": 0.8}, "has no column 'town'"),
        ({"by": "a", "coverage": 0.8}, "by='a' does not part the rows set aside into 2 to 40 groups"),
        ({"coverage": 0.99}, "coverage=0.99 is more than 14 rows set aside can promise"),
    ],
)
def test_what_cannot_be_promised_is_refused_before_the_work(model, tmp_path, how, said):
    (tmp_path / "new.csv").write_text("a,b,city\n1,2,Oslo\n")
    with pytest.raises(ValueError, match=said):
        answer_file(model, tmp_path / "new.csv", tmp_path / "out.csv", **how)
    assert not (tmp_path / "out.csv").exists()
