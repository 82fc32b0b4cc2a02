"""Content that is not as it was written is an error in words, in every kind of file that is read.

The changes are those that fuzzing met: python -m benchmarks fuzz.
"""

import gzip
import io
import pickle
import shutil
import sqlite3
import sys
import tracemalloc
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from barreleye.data import blocks
from barreleye.data.frame import frame_of
from barreleye.data.read import read, unzipping
from barreleye.estimators import MLPClassifier
from barreleye.files.model_file import load_model
from barreleye.files.tensors import FileError, whole
from barreleye.insight.report import report
from barreleye.models.model import load
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings
from barreleye.search.history import History
from barreleye.search.space import space_of
from barreleye.search.study import Study
from barreleye.training.checkpoint import load_checkpoint
from barreleye.tutor.running.reading import Unreadable
from barreleye.tutor.running.reading import read as read_cells

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


def table(path):
    with unzipping(path):
        read(path)


def study(path):
    ready = prepare(frame_of({"x": [k / 40 for k in range(40)], "y": [k % 7 / 7 for k in range(40)]}), ["y"])
    return Study(ready, Settings(recipe="plain", layers=(2,)), {"rate": [0.01, 0.1]}, trials=2, storage=path).found()


@pytest.mark.parametrize(
    ("name", "old", "new", "reader", "said"),
    [
        ("run-1.json", b'"RMSE"', b'"RMS"', report, "is not a whole record of a run"),
        (
            "run-1.json",
            b'"this network"',
            b'"that"',
            report,
            "is not a whole record of a run .*KeyError: 'this network'",
        ),
        ("run-1.json", b'"train": 6', b'"train": "six"', report, "is not a whole record of a run"),
        ("run-1.json", b'"rows"', b'"raws"', report, "is no record of a run: rows is missing"),
        ("run-1.json", b'"kind": "train"', b'"kind": ' + b"[" * 9000, report, "is no record of a run"),
        ("study-1.log", b'"op_code"', b'"op_kode"', study, "is not a whole study .*op_code"),
        ("study-1.log", b"{", b"", study, "is not a whole study"),
        ("study-1.log", b"{", b"[" * 3000, study, "is not a whole study .*RecursionError"),
        ("study-1.log", b"search", b"\xff", study, "is not a whole study"),
        ("study-1.log", b'"rate"', b'"ratio"', study, r"was begun with|is not a whole study \(trial 0 is of"),
        ("space-1.toml", b"low = 32", b"low = []", lambda p: space_of("tuned", p), r"batch: low = \[\] is no number"),
        ("space-1.toml", b"step = 32", b"step = -1", lambda p: space_of("tuned", p), "step = -1 is no number above 0"),
        ("space-1.toml", b"step = 32", b"log = true, step = 2", lambda p: space_of("tuned", p), "batch: .*step"),
        ("space-1.toml", b"0.1,", b"9" * 400 + b",", lambda p: space_of("tuned", p), "holds nothing to try"),
        ("space-1.toml", b'"64,32"', b'"64,"', lambda p: space_of("tuned", p), "layers='64,' must be whole numbers"),
        ("space-1.toml", b"0.001", b"[" * 3000, lambda p: space_of("tuned", p), r"space-1\.toml' is no TOML"),
        ("rows-1.parquet", "Zürich".encode(), b"Z\xc1\xc1rich", read, "is a damaged parquet file"),
        ("rows-1.feather", b"since", b"\xff\xfence", read, "is a damaged feather file"),
        ("rows-1.csv", b"70,5", b'"70,5', read, r"rows-1\.csv: .*quote"),
        (
            "zipped-1.csv.gz",
            b"\x1f\x8b\x08\x00",
            b"\x1f\x8b\x07\x00",
            table,
            r"zipped-1\.csv\.gz is a damaged gzip file",
        ),
        ("cells-1.ipynb", b'"cells"', b'"sells"', read_cells, "holds no cells|no cells"),
        ("cells-1.ipynb", b'"nbformat": 4', b'"nbformat": 9', read_cells, "format"),
    ],
)
def test_a_file_that_was_changed_is_refused_in_words(name, old, new, reader, said, tmp_path):
    content = (GOLDEN / name).read_bytes()
    assert old in content
    (tmp_path / name).write_bytes(content.replace(old, new))
    with pytest.raises(ValueError, match=f"(?s){said}") as found:
        reader(tmp_path / name)
    assert type(found.value) in (ValueError, FileError, Unreadable)


READERS = {
    "network-1.safetensors": load_model,
    "table-1.safetensors": load,
    "estimator-1.safetensors": MLPClassifier.load,
    "checkpoint-1.safetensors": load_checkpoint,
    **dict.fromkeys(("rows-1.csv", "gb18030-1.csv", "zipped-1.csv.gz", "rows-1.parquet", "rows-1.feather"), table),
    "run-1.json": report,
    "history-1.sqlite": lambda path: History(path).entries(),
    "study-1.log": study,
    "space-1.toml": lambda path: space_of("tuned", path),
    "cells-1.ipynb": read_cells,
}
WORDS = (ValueError, FileError, Unreadable, OSError)


def test_each_golden_file_has_its_reader():
    assert {path.name for path in GOLDEN.iterdir()} == READERS.keys()


def refusal(name, path):
    """What the reader of that kind of file says of it; None where it reads it."""
    try:
        READERS[name](path)
    except WORDS as error:
        return error
    return None


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_was_cut_is_read_or_refused_in_words(name, tmp_path):
    content, refused = (GOLDEN / name).read_bytes(), []
    for share in range(12):
        path = tmp_path / f"{share}-{name}"
        path.write_bytes(content[: len(content) * share // 12])
        refused.append(refusal(name, path))
    errors = [error for error in refused if error is not None]
    assert {type(error) for error in errors} <= set(WORDS)
    if name != "space-1.toml":  # which, cut, may be a space of settings that there are not
        assert all(f"-{name}" in str(error) for error in errors)
    assert errors


class Trap:
    def __reduce__(self):
        return eval, ("__import__('pathlib').Path('sprung').touch()",)


@pytest.mark.parametrize("name", READERS)
def test_a_pickle_is_refused_and_runs_nothing(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("joblib", "w") as archive:
        archive.writestr("data.pkl", pickle.dumps(Trap()))
    array = io.BytesIO()
    np.save(array, np.array([Trap()], object), allow_pickle=True)
    for content in (pickle.dumps(Trap()), Path("joblib").read_bytes(), array.getvalue()):
        path = tmp_path / name
        path.write_bytes(content)
        assert refusal(name, path) is not None
        assert not Path("sprung").exists()
    pickle.loads(pickle.dumps(Trap()))
    assert Path("sprung").exists()


def test_a_row_that_does_not_end_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST_ROW", 2**20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" + b"x" * 2**23))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"bomb\.csv\.gz has a row of more than 1 MiB"):
        table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


def test_a_table_of_a_million_columns_is_refused_at_once(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_bytes(b"a" + b",b" * 10**6 + b"\n1" + b",2" * 10**6 + b"\n")
    with pytest.raises(ValueError, match=r"wide\.csv has [\d,]+ columns, and 131,072 can be read"):
        read(path)


def test_offsets_of_a_feather_file_that_lie_are_not_followed(tmp_path):
    offsets, texts = np.array([0, 3, 6], np.int32), b"AdaEva"
    column = pa.StringArray.from_buffers(2, pa.py_buffer(offsets.tobytes()), pa.py_buffer(texts))
    path = tmp_path / "a.feather"
    feather.write_feather(pa.table({"name": column, "n": [1, 2]}), path, compression="uncompressed")
    content = path.read_bytes()
    assert offsets.tobytes() in content
    path.write_bytes(content.replace(offsets.tobytes(), np.array([0, 3, 2**20], np.int32).tobytes()))
    with pytest.raises(ValueError, match=r"a\.feather is a damaged feather file .*offset"):
        read(path)


def test_a_parquet_file_with_two_columns_of_one_name_is_refused(tmp_path):
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    with pytest.raises(ValueError, match=r"a\.parquet has two columns called 'a'"):
        read(tmp_path / "a.parquet")


@pytest.mark.parametrize("column", ["scores", "record"])
@pytest.mark.parametrize("content", ["{'no': JSON", None])
def test_a_history_that_was_changed_is_refused_in_words(column, content, tmp_path):
    path = tmp_path / "history.sqlite"
    shutil.copy(GOLDEN / "history-1.sqlite", path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE runs SET {column} = ?", [content])
    with pytest.raises(FileError, match=r"history\.sqlite is not a whole history"):
        History(path).entries() if column == "scores" else History(path).read(1)


def test_whatever_content_does_to_its_reader_names_the_file_and_other_errors_pass():
    for error in (
        KeyError("a"),
        StopIteration(),
        RecursionError(),
        FileError("W[1] is missing"),
        OverflowError("large"),
    ):
        with (
            pytest.raises(FileError, match=r"^a\.b is not a whole thing .*restore it from a copy$"),
            whole("a.b", "thing"),
        ):
            raise error
    with pytest.raises(FileError, match=r"^a\.b is damaged$"), whole("a.b", "thing"):
        raise FileError("a.b is damaged")
    for error in (OSError("full"), KeyboardInterrupt(), MemoryError()):
        with pytest.raises(type(error)), whole("a.b", "thing"):
            raise error


def test_the_fuzzer_tells_what_is_no_error_of_the_house(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import fuzz

    def reader(path):
        content = path.read_bytes()
        if not content:
            raise FileError(f"{path} is empty")
        return {b"[": 1}[content[:1]] if b"cells" not in content else None

    monkeypatch.setattr(fuzz, "readers", lambda: {"cells-1.ipynb": reader})
    monkeypatch.setattr(fuzz.resource, "setrlimit", lambda what, cap: None)
    found = fuzz.fuzz_one("cells-1.ipynb", 0.1, 0, tmp_path)
    assert found["values"] > 0
    assert [one.partition(" at ")[0] for one in found["new"]] == ["KeyError"]
    assert len(list(tmp_path.glob("fault*"))) == 1
    assert sys.modules["benchmarks.fuzz"] is fuzz
