"""A fingerprint tells tables apart by what they hold, not by how they were written."""

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from barreleye.data.fingerprint import fingerprint
from barreleye.data.frame import Frame, Numbers, frame_of
from barreleye.data.read import read

COLUMNS = {"a": [1.0, 2.5, None], "b": ["x", None, "y"]}
TABLE = frame_of(COLUMNS)


@pytest.mark.parametrize(
    "other",
    [
        {**COLUMNS, "a": [1.0, 2.5, 0.0]},
        {**COLUMNS, "a": [1.0, None, 2.5]},
        {**COLUMNS, "b": ["x", None, "z"]},
        {**COLUMNS, "b": ["x", "y", None]},
        {"a": COLUMNS["a"], "c": COLUMNS["b"]},
        {"b": COLUMNS["b"], "a": COLUMNS["a"]},
        {"a": COLUMNS["a"]},
        {**COLUMNS, "a": ["1", "2.5", None]},
        {name: cells[::-1] for name, cells in COLUMNS.items()},
        {name: cells[:2] for name, cells in COLUMNS.items()},
    ],
)
def test_another_cell_name_or_order_is_other_data(other):
    assert fingerprint(frame_of(other)) != fingerprint(TABLE)


def test_the_same_cells_are_the_same_data_wherever_they_come_from():
    for frame in (
        pd.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS),
        COLUMNS,
        [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
    ):
        assert fingerprint(frame_of(frame)) == fingerprint(TABLE)


def test_how_a_file_is_written_does_not_count(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n3,x\n")
    (tmp_path / "b.tsv").write_text('"a"\t"b"\r\n1\t"x"\r\n2\ty\r\n3\tx\r\n')
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    found = {fingerprint(read(str(tmp_path / name))[0]) for name in ("a.csv", "b.tsv", "c.csv.gz")}
    assert len(found) == 1


def test_zeros_and_gaps_of_any_bits_are_the_same():
    plus, minus = (Frame({"a": Numbers(np.array([0.0, np.nan]) * sign)}, 2) for sign in (1, -1))
    assert np.signbit(minus["a"].values).any()
    assert fingerprint(plus) == fingerprint(minus)
    assert fingerprint(replace(plus, columns={"a": Numbers(np.array([0.0, np.nan]), truth=True)})) == fingerprint(plus)


def test_two_tables_are_not_one_of_both():
    assert fingerprint(TABLE, TABLE) != fingerprint(TABLE)
    assert len(fingerprint(TABLE)) == 16
