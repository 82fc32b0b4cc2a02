"""Lines broken as a reader of Chinese or English breaks them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table

from barreleye.tutor.showing.wrapping import Line, pieces


def lines(text, width):
    console = Console(file=io.StringIO(), width=width)
    console.print(Group(Line(text)))
    return [row.rstrip() for row in console.file.getvalue().splitlines()]


def test_chinese_is_broken_between_characters_and_fills_the_line():
    assert lines("所有单元共用一个数。没有 axis=1，求和把单元也加在一起。", 20) == [
        "所有单元共用一个数。",
        "没有 axis=1，求和把",
        "单元也加在一起。",
    ]


def test_names_numbers_and_shapes_stay_whole():
    assert lines("形状是 (n[1], 1)，应为 keepdims=True", 14) == ["形状是", "(n[1], 1)，应", "为", "keepdims=True"]
    assert lines("it has shape (4, 3): wrong", 18) == ["it has shape", "(4, 3): wrong"]


def test_no_line_begins_or_ends_with_the_wrong_sign():
    for width in range(8, 30):
        for row in lines("求和（对样本）：每个“单元”有一个数，形状相同。对吗？", width):
            assert row[0] not in "）：，。？”"
            assert row[-1] not in "（“"


def test_english_is_broken_at_blanks():
    assert lines("every bias gets the same push", 12) == ["every bias", "gets the", "same push"]


@given(st.text(alphabet="ab 单元，（）()[]1.,", max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_no_line_is_too_long(text, width):
    rows = lines(text, width)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(cell_len(row.rstrip()) <= width for row in rows)
    assert "".join(pieces(text)) == text


@pytest.mark.parametrize("text", ["没有 axis=1 的求和", "a dictionary"])
def test_a_column_is_at_least_as_wide_as_what_stays_together(text):
    table = Table.grid()
    table.add_column()
    table.add_column()
    table.add_row(Line(text), Line("x " * 40))
    console = Console(file=io.StringIO(), width=24)
    console.print(table)
    words = console.file.getvalue()
    assert all(piece.strip() in words for piece in pieces(text))
