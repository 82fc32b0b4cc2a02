"""Files cut into blocks and pieces: no row is cut or lost, and each piece reads alone as it does among the others."""

import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barreleye.data import blocks as module
from barreleye.data.blocks import last_end
from barreleye.data.frame import Numbers, Texts, as_texts
from barreleye.data.read import joined, open_file


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    for name in ("HEAD_BYTES", "BLOCK_BYTES"):
        monkeypatch.setattr(module, name, 100)
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)


def told(frame):
    """The cells as texts, None for nothing."""
    columns = []
    for _, cells in frame:
        texts = as_texts(cells)
        columns.append([None if code < 0 else texts.levels[code] for code in texts.codes])
    return list(zip(*columns, strict=True))


ROWS = [
    (str(i), f"{i}.5", ("a, b", 'say "x"', "two\nlines", "plain")[i % 4], "" if i % 5 == 0 else "é") for i in range(60)
]
KINDS = {"id": Numbers, "n": Numbers, "t": Texts, "u": Texts}


def written(end="\n"):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows([tuple(KINDS), *ROWS])
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_row_is_in_one_block_and_every_piece_reads_alone(tmp_path, encoding, packed, end):
    content = written(end).encode(encoding)
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    file = open_file(path)
    there = list(file.blocks())
    assert len(there) > 5
    assert np.concatenate([block.rows for block in there]).tolist() == list(range(60))
    assert told(joined([block.frame for block in there])) == [(*row[:3], row[3] or None) for row in ROWS]
    pieces = list(dict.fromkeys(block.piece for block in there))
    assert len(pieces) == (1 if packed or encoding == "utf-16" else len(there))
    for piece in reversed(pieces):
        alone = list(file.piece(piece, ["t", "n"], KINDS))
        among = [block for block in there if block.piece == piece]
        assert [block.rows.tolist() for block in alone] == [block.rows.tolist() for block in among]
        for mine, its in zip(alone, among, strict=True):
            assert told(mine.frame) == [(row[2], row[1]) for row in told(its.frame)]


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_row_groups_are_pieces(tmp_path, kind):
    import pyarrow as pa
    from pyarrow import feather, parquet

    table = pa.table({"n": np.arange(50.0), "t": [f"x{i % 3}" for i in range(50)]})
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        parquet.write_table(table, path, row_group_size=20)
    else:
        feather.write_feather(table, path, chunksize=20)
    file = open_file(path)
    there = list(file.blocks())
    assert max(block.m for block in there) == (7 if kind == "parquet" else 20)
    pieces = list(dict.fromkeys(block.piece for block in there))
    assert [piece.row for piece in pieces] == [0, 20, 40]
    (last,) = {tuple(np.concatenate([b.rows for b in file.piece(pieces[2], ["n"], {})]))}
    assert last == tuple(range(40, 50))
    assert np.concatenate([b.frame["n"].values for b in file.piece(pieces[1], ["n"], {})]).tolist() == list(
        range(20, 40)
    )


CELLS = st.text(st.sampled_from('ab",\n5 '), max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), cut=st.integers(0, 100))
def test_bytes_are_cut_where_a_row_ends(rows, cut):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode()
    ends = [0]
    for row in rows:
        one = io.StringIO(newline="")
        csv.writer(one, lineterminator="\n").writerow(row)
        ends.append(ends[-1] + len(one.getvalue()))
    found = last_end(content[:cut], ",")
    assert found in ends
    assert found <= cut


def test_quotes_that_stand_for_themselves_hide_no_row_end(tmp_path):
    path = tmp_path / "pipes.csv"
    lines = [f'{i}" pipe,{i}' for i in range(40)]
    path.write_text("size,n\n" + "\n".join(lines) + "\n")
    there = list(open_file(path).blocks())
    assert len(there) > 3
    assert told(joined([block.frame for block in there])) == [(f'{i}" pipe', str(i)) for i in range(40)]


def test_a_row_that_cannot_be_read_is_numbered_in_the_file_wherever_its_piece_begins(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i}\n" if i not in (30, 45) else f"{i}\n" for i in range(60)))
    file = open_file(path)
    there = list(file.blocks())
    assert {row: text for block in there for row, text in block.unread.items()} == {30: "30", 45: "45"}
    assert sum(block.m for block in there) == 60
    for block in there:
        (alone,) = file.piece(block.piece, ["a"], {"a": Numbers})
        assert alone.frame["a"].values.tolist() == alone.rows.tolist() == block.rows.tolist()


def test_a_column_that_is_empty_at_first_is_known_by_what_comes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("d,n\n" + ",1\n" * 60 + "2020-01-31,1\n" * 30)
    *_, last = open_file(path).blocks()
    assert str(last.frame["d"].values[-1])[:10] == "2020-01-31"


def test_a_row_longer_than_a_block_is_read_whole(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f'a,b\nx,1\n"{"long " * 300}",2\ny,3\n')
    assert [row[1] for block in open_file(path).blocks() for row in told(block.frame)] == ["1", "2", "3"]
