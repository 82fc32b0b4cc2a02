"""Files as frames: what is read, what is told, and every fault named by line."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.data.builtin import load_dataset
from barreleye.data.frame import Numbers, Texts, Times, as_texts, missing
from barreleye.data.read import open_file, read


@pytest.fixture(params=["pyarrow", "python"])
def table(request, tmp_path, monkeypatch):
    monkeypatch.setattr("barreleye.data.blocks.installed", lambda library: request.param == "pyarrow")

    def of(content, encoding=None, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, encoding)

    return of


def texts(cells):
    return [None if code < 0 else cells.levels[code] for code in cells.codes]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", "encoding UTF-8,"),
        ("utf-8-sig", "encoding UTF-8 with a byte-order mark,"),
        ("utf-16", "encoding UTF-16,"),
        ("gbk", "encoding GB18030"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_encoding_is_detected_and_told(table, encoding, note, packed):
    content = "身高,种类\n1.5,猫\n0.5,狗\n".encode(encoding)
    frame, notes = table(gzip.compress(content) if packed else content)
    assert frame.names == ("身高", "种类")
    assert frame["身高"].values.tolist() == [1.5, 0.5]
    assert texts(frame["种类"]) == ["猫", "狗"]
    assert notes[0].startswith(note)


@pytest.mark.parametrize(
    "content",
    [
        "a,b,c\n1.5,2,3\n",
        "a;b;c\n1.5;2;3\n",
        "a\tb\tc\n1.5\t2\t3\n",
        "a;b;c\n1,5;2;3\n",
        " a , b,c \n 1.5 , 2,3e0\n",
        '"a","b","c"\n"1.5","2",+3\n',
        "a,b,c\r\n1.5,2,3\r\n\r\n",
        "a,b,c\r1.5,2,3\r",
        "# a comment\n\na,b,c\n1.5,2,3\n",
        "A title\n\na,b,c\n1.5,2,3\n",
        "a,b,c,,\n1.5,2,3,,\n,,,,\n,,,,\n",
    ],
)
def test_the_same_numbers_in_many_dresses(table, content):
    frame, _ = table(content)
    assert {name: cells.values.tolist() for name, cells in frame} == {"a": [1.5], "b": [2.0], "c": [3.0]}


def test_marks_of_missing_cells_are_missing_among_numbers_and_stay_among_texts(table):
    marks = ["?", "", "NA", "-", "NULL", "NaN", "n/a"]
    frame, _ = table("n,t,k\n" + "".join(f"{mark},{mark},1\n" for mark in marks) + "4,x,1\n")
    assert missing(frame["n"]).tolist() == [True] * len(marks) + [False]
    assert texts(frame["t"]) == [mark or None for mark in marks] + ["x"]


def test_dates_are_times_and_other_texts_are_kept_without_spaces_around(table):
    frame, _ = table("d,t\n2020-01-31, a b \n2020-02-01,c\n")
    assert isinstance(frame["d"], Times)
    assert str(frame["d"].values[0])[:10] == "2020-01-31"
    assert texts(frame["t"]) == ["a b", "c"]


def test_a_column_that_turns_to_text_late_keeps_its_first_cells_as_they_are_written(table, monkeypatch):
    monkeypatch.setattr("barreleye.data.blocks.HEAD_BYTES", 64)
    monkeypatch.setattr("barreleye.data.blocks.BLOCK_BYTES", 64)
    rows = [f"0{i},{i}" for i in range(40)] + ["x,40", "y,41"]
    frame, _ = table("code,n\n" + "\n".join(rows) + "\n")
    assert texts(frame["code"])[:2] == ["00", "01"]
    assert texts(frame["code"])[-1] == "y"
    assert frame["n"].values.tolist() == list(range(42))


def test_a_quoted_cell_may_run_over_lines(table):
    frame, _ = table('a,b\n"x\ny",2\nz,4\n')
    assert texts(frame["a"]) == ["x\ny", "z"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n4,5,6\n", "line 3: 1 cell where there are 2 columns.*line 4: 3 cells"),
        ('a,b\n1,2\n3,"4\n', "line 3: the quotes do not pair up"),
        ("a,b\n1,2\n3,\0\n", "line 3: a NUL byte"),
        (b"a,b\n1,2\n\xff,2\n", "line 3: the text is not UTF-8 or GB18030"),
        ("a,b\n", "no row of data"),
        ("", "is empty"),
        (b"PK\x03\x04\x14\x00\x06\x00", "an Excel workbook"),
        ('{"a": [1, 2]}', "is JSON"),
        ("<!DOCTYPE html><html>", "a web page"),
        (b"PAR1 and no more", "a damaged parquet file"),
    ],
)
def test_what_cannot_be_read_is_named(table, content, message):
    with pytest.raises(ValueError, match=message):
        table(content)


def test_all_lines_at_fault_are_said_at_once(table):
    with pytest.raises(ValueError, match="and 12 more") as error:
        table("a,b\n" + "1\n" * 20 + "1,2\n")
    assert [int(n) for n in re.findall(r"line (\d+)", str(error.value))] == list(range(2, 10))


def test_addresses_folders_and_missing_files_are_told_apart(tmp_path):
    with pytest.raises(ValueError, match="an address on the web"):
        read("https://example.org/a.csv")
    with pytest.raises(FileNotFoundError, match=r"no file '.*nothing\.csv' \(looked in "):
        read(tmp_path / "nothing.csv")
    with pytest.raises(IsADirectoryError, match="is a folder; name one file in it"):
        read(tmp_path)


def test_rows_that_cannot_be_read_are_kept_apart_with_their_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3\n5,6\n7,8,9\n")
    (block,) = open_file(path).blocks()
    assert (block.rows.tolist(), block.m) == ([0, 2], 4)
    assert block.unread == {1: "3", 3: "7,8,9"}
    assert block.frame["a"].values.tolist() == [1, 5]


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_parquet_and_feather_are_read_as_they_are(tmp_path, kind):
    import pyarrow as pa
    from pyarrow import feather, parquet

    columns = {"n": [1.5, None], "t": ["x", None], "w": [3, 4], "b": [True, None]}
    write = {"parquet": parquet.write_table, "feather": feather.write_feather}[kind]
    write(pa.table(columns), tmp_path / f"a.{kind}")
    frame, _ = read(tmp_path / f"a.{kind}")
    assert [type(cells) for _, cells in frame] == [Numbers, Texts, Numbers, Numbers]
    assert frame["b"].truth
    assert texts(frame["t"]) == ["x", None]


WORDS = st.text(st.characters(categories=["L"]), min_size=1, max_size=5).filter(
    lambda word: word.lower() not in {"na", "nan", "null", "none", "nat", "inf", "infinity"}
)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | WORDS,
            st.datetimes(),
            st.integers(-(2**53), 2**53),
        ),
        min_size=1,
        max_size=8,
    ),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_a_frame_written_as_csv_and_as_parquet_is_read_back_the_same(tmp_path_factory, rows, delimiter):
    import pyarrow as pa
    from pyarrow import csv, parquet

    folder = tmp_path_factory.getbasetemp()
    # A column that is empty in every row has no kind of its own in a CSV file.
    table = pa.table({"n": [1.5, *(r[0] for r in rows)], "t": ["x", *(r[1] for r in rows)],
                      "d": [rows[0][2], *(r[2] for r in rows)], "w": [7, *(r[3] for r in rows)]})  # fmt: skip
    csv.write_csv(table, folder / "a.csv", csv.WriteOptions(delimiter=delimiter))
    parquet.write_table(table, folder / "a.parquet")
    one, other = read(folder / "a.csv")[0], read(folder / "a.parquet")[0]
    assert one.names == other.names
    for name, cells in one:
        assert type(cells) is type(other[name])
        if isinstance(cells, Texts):
            assert texts(cells) == texts(other[name])
        else:
            np.testing.assert_array_equal(cells.values, other[name].values)


def test_a_real_table_written_and_read_is_the_same(tmp_path):
    wine = load_dataset("wine")
    lines = [",".join([*wine.feature_names, wine.target_name])]
    lines += [",".join([*map(repr, row), label]) for row, label in zip(wine.X.tolist(), wine.y, strict=True)]
    path = tmp_path / "wine.csv"
    path.write_text("\n".join(lines))
    frame, _ = read(path)
    np.testing.assert_array_equal(np.column_stack([frame[name].values for name in wine.feature_names]), wine.X)
    assert texts(as_texts(frame["cultivar"])) == wine.y.tolist()


def test_a_parquet_file_that_is_damaged_within_is_told(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"n": np.random.default_rng(0).normal(size=1000)}), path)
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.parquet is a damaged parquet file"):
        read(path)


def test_names_of_rows_as_r_writes_them_are_a_column(table):
    frame, notes = table('"size","city"\n"a",1.5,"Oslo"\n"b",2.5,"Turku"\n')
    assert frame.names == ("row", "size", "city")
    assert frame["size"].values.tolist() == [1.5, 2.5]
    assert any("the first column is called 'row'" in note for note in notes)


def test_a_mark_at_the_end_of_every_line_is_no_column(table):
    frame, notes = table("a;b\n1;2;\n3;4;\n")
    assert frame.names == ("a", "b")
    assert "left out 1 empty column without a name" in notes


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "name\n\n\n"])
def test_names_without_rows_are_told(table, content):
    with pytest.raises(ValueError, match="and no row of data below"):
        table(content)


def test_an_encoding_is_for_text(tmp_path):
    pd.DataFrame({"a": [1.5]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"encoding='latin-1' is for text, and .* is a Parquet file: leave it out"):
        read(tmp_path / "t.parquet", "latin-1")
