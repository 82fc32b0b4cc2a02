"""Files trained on from where they are: what a table in memory would give, as far as it can, and no row lost."""

import gzip

import numpy as np
import pytest

from barreleye.data import blocks
from barreleye.data.frame import Texts
from barreleye.data.read import open_files, read
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.models.survey import surveyed
from barreleye.models.worth import worth
from barreleye.training import passes

M = 600


def columns(m=M, seed=0):
    rng = np.random.default_rng(seed)
    a, city = rng.normal(size=m), rng.integers(0, 4, m)
    days = rng.integers(0, 2000, m)
    return {
        "a": [None if i % 13 == 0 else float(v) for i, v in enumerate(a.round(4))],
        "price": [f"{v:,.2f} €" for v in 1000 * np.exp(rng.normal(size=m))],
        "city": [("Oslo", "Turku", "Bergen", "Lund")[i] for i in city],
        "day": [str(np.datetime64("2020-01-01") + int(d)) for d in days],
        "weight": rng.integers(1, 3, m).tolist(),
        "kind": [("no", "yes", "perhaps")[int(v > 0) + (i == 2)] for v, i in zip(a, city, strict=True)],
        "y": (3 * a + city).round(3).tolist(),
    }


@pytest.fixture
def written(tmp_path):
    import pyarrow as pa
    from pyarrow import csv, parquet

    def of(form="csv", made=None, name="rows"):
        table, path = pa.table(made or columns()), tmp_path / f"{name}.{form}"
        if form == "parquet":
            parquet.write_table(table, path, row_group_size=150)
        else:
            csv.write_csv(table, path)
        return path

    return of


def both(path, target, **how):
    """The table of a file streamed, and the same rows in memory in the same parts."""
    streamed = surveyed(open_files(path), [target], **how)
    which = np.zeros(M, int)
    for k, part in enumerate(streamed.parts):
        which[part] = k
    return streamed, prepare(read(path)[0], [target], parted=which, **how)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("target", "settings", "how"),
    [
        ("kind", Settings(layers=(8,), epochs=3, batch=64, engine="numpy"), {"drop": ["y"], "weight": "weight"}),
        ("kind", Settings(layers=(8,), epochs=3, batch=64, engine="numpy"), {"drop": ["y"], "balanced": True}),
        ("y", Settings(layers=(8,), epochs=3, batch=64, engine="numpy"), {"drop": ["kind"]}),
        ("y", Settings(recipe="tuned", layers=(8,), epochs=3, batch=64, members=1, engine="numpy"), {}),
        ("kind", Settings(recipe="tuned", layers=(8,), epochs=3, batch=64, members=1, engine="numpy"), {}),
    ],
)
def test_a_small_table_gives_the_model_that_it_gives_in_memory(written, form, target, settings, how):
    how = {**how, **settings.coding, "dtype": settings.dtype}
    streamed, whole = both(written(form), target, **how)
    assert streamed.found == whole.found
    assert streamed.totals == tuple(map(len, whole.parts))
    assert streamed.numbers.tolist() == list(range(1, M + 1))
    for name in ("X", "Y"):
        assert (getattr(streamed, name) == getattr(whole, name)).all()
    source = streamed.stream
    # The pieces in order, in one window, are the table's rows in order.
    order = [
        np.concatenate(part)
        for part in zip(*(b for k in range(len(source.sizes)) for b in source.read(k)), strict=True)
    ]
    for mine, its in zip(order, whole.data(whole.parts.train), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(source), "sizes", property(lambda self: (sum(p.rows[0] for p in self.source.places),)))
        patch.setattr(type(source), "read", every_piece)
        *_, mine = settings.train(streamed)
    *_, its = settings.train(whole)
    for name, array in its.parameters.named().items():
        np.testing.assert_allclose(mine.parameters.named()[name], array, rtol=1e-6, atol=1e-9)
    assert mine.validation_cost == pytest.approx(its.validation_cost, rel=1e-6)
    first = {name: values[:5] for name, values in columns().items()}
    assert streamed.model(mine).predict(first).shape == (5,)


def every_block(stream):
    """All blocks of all pieces."""
    return (block for piece in range(len(stream.sizes)) for block in stream.read(piece))


def every_piece(self, piece):
    """All pieces as one, so that a stream has the order of a table."""
    for place in self.source.places:
        for frame, rows, block in self.source.blocks(place):
            of_mine = self.source.parting(rows) == 0
            yield self._coded(frame.take(of_mine), rows[of_mine], place, block)


def test_more_rows_than_the_sample_holds_are_all_trained_on_and_parted_once(written, monkeypatch):
    monkeypatch.setattr(passes, "BUFFER", 64)
    ready = surveyed(open_files(written("parquet")), ["y"], sizes=(100, 30, 40))
    assert sum(ready.totals) == M
    assert list(map(len, ready.parts)) == [100, 30, 40]
    assert ready.numbers.tolist() == sorted(set(ready.numbers.tolist()))
    assert ready.frame["y"].values.tolist() == [columns()["y"][row - 1] for row in ready.numbers]
    assert len(ready.stream.sizes) == 4
    seen = np.concatenate([Y[:, 0] for _, Y in every_block(ready.stream)])
    assert len(seen) == ready.totals[0]
    held_out = ready.Y[np.concatenate([ready.parts.validation, ready.parts.test]), 0]
    # Targets have three decimals, so a few are there twice.
    assert np.isin(held_out.round(9), seen.round(9)).sum() <= 12
    history = list(Settings(layers=(8,), epochs=3, batch=32, refit=True).train(ready))
    assert [one.epoch for one in history] == [1, 2, 3]
    assert history[-1].cost < history[0].cost
    *_, again = Settings(layers=(8,), epochs=3, batch=32).again(ready, history[-1])
    assert again.step == again.epoch * -(-sum(ready.totals[:2]) // 32)
    found = worth(ready, ready.model(history[-1]))
    assert set(found.scores) == {"mean", "linear regression", "this network"}


def test_folders_gzipped_files_and_several_files_are_one_table(written, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4000)
    monkeypatch.setattr(blocks, "HEAD_BYTES", 4000)
    path = written()
    whole = surveyed(open_files(path), ["y"])
    folder = tmp_path / "parts"
    folder.mkdir()
    head, *lines = path.read_text().splitlines(keepends=True)
    for k in range(3):
        content = (head + "".join(lines[200 * k : 200 * k + 200])).encode()
        (folder / f"{k}.csv{'.gz' * (k == 1)}").write_bytes(gzip.compress(content) if k == 1 else content)
    (folder / "_SUCCESS").write_text("")
    (folder / ".hidden.csv").write_text("z\n1\n")
    parts = surveyed(open_files(folder), ["y"])
    assert (parts.X == whole.X).all()
    assert parts.totals == whole.totals
    assert len([place for place in parts.stream.source.places if place.file == 1]) == 1
    assert len([place for place in parts.stream.source.places if place.file == 0]) > 2
    assert sum(parts.stream.sizes) == sum(len(Y) for _, Y in every_block(parts.stream))
    (folder / "9.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"9\.csv lacks the columns 'price', 'city'"):
        open_files(folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match="is a folder without a table"):
        open_files(empty)


def test_a_class_that_the_sample_would_miss_is_known(written):
    made = columns()
    made["kind"] = ["rare" if i == 577 else kind for i, kind in enumerate(made["kind"])]
    ready = surveyed(open_files(written(made=made)), ["kind"], sizes=(20, 10, 10))
    assert ready.targets.classes == (("no", "perhaps", "rare", "yes"),)


def test_a_column_that_turns_to_texts_late_is_one_of_texts_in_every_piece(written, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4000)
    monkeypatch.setattr(blocks, "HEAD_BYTES", 4000)
    made = {**columns(), "code": [*(f"{i % 9}" for i in range(M - 1)), "x9"]}
    ready = surveyed(open_files(written(made=made)), ["y"])
    assert ready.stream.source.kinds["code"] is Texts
    X = np.concatenate([X for X, _ in every_block(ready.stream)])
    np.testing.assert_allclose(X, ready.X[ready.parts.train])


def test_rows_without_a_target_or_that_cannot_be_read_are_left_out_and_told(written, monkeypatch):
    made = columns()
    made["y"] = [None if i % 10 == 0 else y for i, y in enumerate(made["y"])]
    path = written(made=made)
    ready = surveyed(open_files(path), ["y"])
    assert sum(ready.totals) == M - M // 10
    assert any("60 rows without" in note for note in ready.notes)
    # A price that none of the rows in the sample has: as if it had come later.
    lines = path.read_text().splitlines(keepends=True)
    row = int(ready.numbers[ready.parts.train[5]])
    price = columns()["price"][row - 1]
    lines[row] = lines[row].replace(price.split()[0].split(",")[-1], "dear")
    path.write_text("".join(lines))
    read_again = list(every_block(ready.stream))
    assert sum(len(Y) for _, Y in read_again) == ready.totals[0]
    assert np.isfinite(np.concatenate([X for X, _ in read_again])).all()
    assert list(ready.stream.unused) == [row]
    assert "'price' holds" in ready.stream.unused[row]


@pytest.mark.parametrize(
    ("content", "how", "message"),
    [
        ("a,y\n1,2\n3\n" + "4,5\n" * 20, {}, r"rows\.csv: line 3: 1 cell where there are 2 columns"),
        ("a,y\n", {}, "no row of data below"),
        ("a,y\n" + "1,\n" * 30, {}, "no row of data below"),
        ("a,y\n" + "1,2\n3,4\n" * 30, {"split": "time:a"}, "a stream holds rows out by a hash"),
        ("a,w,y\n" + "1,-1,2\n3,1,4\n" * 30, {"weight": "w"}, "the weights in 'w' must be 0 or above; the least is -1"),
    ],
)
def test_what_cannot_be_streamed_is_said(tmp_path, content, how, message):
    path = tmp_path / "rows.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        surveyed(open_files(path), ["y"], **how)


def test_full_batches_and_lbfgs_are_refused_in_both_languages(written):
    ready = surveyed(open_files(written()), ["y"])
    for settings in (Settings(optimizer="lbfgs"), Settings(batch=0)):
        with pytest.raises(ValueError, match="needs all rows in every step") as error:
            settings.train(ready)
        assert "小批量" in error.value.args[0].zh


def test_a_cut_parquet_file_and_a_damaged_row_group_are_named(written):
    path = written("parquet")
    ready = surveyed(open_files(path), ["y"])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r"rows\.parquet is a damaged parquet file"):
        open_files(path)
    with pytest.raises(ValueError, match=r"rows\.parquet is a damaged parquet file"):
        list(ready.stream.read(1))


def test_many_rows_take_fewer_epochs_and_looks_within_them(written, monkeypatch):
    from barreleye.models import run

    ready = surveyed(open_files(written()), ["y"])
    assert Settings().recipe_of(ready).epochs == 256
    monkeypatch.setattr(run, "FULL_EPOCHS_ROWS", 100)
    monkeypatch.setattr(run, "LOOK_STEPS", 5)
    m = ready.totals[0]
    assert Settings().recipe_of(ready).epochs == 256 * 100 // m
    assert Settings(epochs=7).recipe_of(ready).epochs == 7
    plan = Settings(layers=(4,), batch=32, epochs=2, patience=3).plan(ready, run.fold(ready, *ready.parts[:2]))
    looks = -(-m // (32 * 5))
    assert plan.every == 5
    assert plan.rules[0].patience == 3 * looks


def test_a_run_on_files_is_taken_up_within_an_epoch_to_the_bit(written, monkeypatch, tmp_path):
    from barreleye import Network, save_checkpoint, train

    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4000)
    monkeypatch.setattr(passes, "BUFFER", 64)
    path = written()
    ready = surveyed(open_files(path), ["y"])
    network = Network((len(ready.table.names), 4, 1), "tanh", "identity", keep_prob=0.9)
    how = {"batch_size": 16, "epochs": 3, "every": 7, "seed": 2, "engine": "numpy"}
    stream = ready.stream.of((0,), ready.data(ready.parts.train))
    for progress in train(network, stream, **how):
        if progress.step == 14:
            save_checkpoint(tmp_path / "run.safetensors", progress)
    again = surveyed(open_files(path), ["y"])
    taken_up = again.stream.of((0,), again.data(again.parts.train))
    *_, last = train(network, taken_up, resume=tmp_path / "run.safetensors", **how)
    for name, array in progress.parameters.named().items():
        assert (array == last.parameters.named()[name]).all()
    path.write_text(path.read_text().replace("Oslo", "Lund", 1))
    other = surveyed(open_files(path), ["y"])
    with pytest.raises(ValueError, match="hash of rows"):
        train(network, other.stream.of((0,), other.data(other.parts.train)), resume=tmp_path / "run.safetensors", **how)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_ten_times_the_rows_take_no_more_memory(written, form, monkeypatch):
    import tracemalloc

    for name, size in (("BLOCK_BYTES", 20_000), ("HEAD_BYTES", 20_000), ("BLOCK_ROWS", 200)):
        monkeypatch.setattr(blocks, name, size)
    monkeypatch.setattr(passes, "BUFFER", 256)
    peaks = []
    for name, m in (("small", 2000), ("large", 20_000)):
        rng = np.random.default_rng(0)
        path = written(form, {name: rng.normal(size=m).astype(np.float32) for name in "abcdefgy"}, name)
        if form == "parquet":  # of CSV the first reading takes a million bytes at a time, as far as there are
            tracemalloc.start()
        ready = surveyed(open_files(path), ["y"], sizes=(500, 100, 100))
        tracemalloc.start()
        stream = ready.stream.of((0,), ready.data(ready.parts.train))
        batches = passes.Passes(stream, Settings(layers=(4,)).network(ready), 64, 0)
        for t in range(batches.steps_per_epoch):
            batches.take(1)
            batches.forget(t)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 2**17
