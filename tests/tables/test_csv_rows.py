"""A CSV file as text: encodings, delimiters, and faults with the number of the line that holds them."""

import codecs
import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.tables.csv_rows import DELIMITERS, comments, find_delimiter, find_encoding, rows

TEXT = "身高,名字\n1.5,猫\n"


def read(path, content, encoding="utf-8", delimiter=","):
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return list(rows(path, encoding, delimiter))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.csv"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("gbk"), "gb18030"),
        ("𠮷,䶮\n".encode("gb18030"), "gb18030"),
        (b"a,b\n1,2\n", "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_decodes_the_file(path, content, encoding):
    path.write_bytes(content)
    assert find_encoding(path) == encoding
    with path.open(encoding=encoding) as file:
        assert not file.read(1).startswith("\ufeff")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("größe,breite\n1,2\n", "cp1252"),
        ("Größe;Art\n1,5;süß\n", "cp1252"),
        ("café,température (°C)\n1,2\n", "cp1252"),
        ("año,señal\n1,2\n", "cp1252"),
        ("身高,体重,种类\n1,2,猫\n", "gb18030"),
        ("种类,x\n1,2\n", "gb18030"),
        ("姓名,x\n婷,2\n李,2\n", "gb18030"),
        ("身高,體重,種類\n1,2,貓\n", "cp950"),
        ("年齡,收入,結果\n1,2,好\n", "cp950"),
    ],
)
def test_encodings_without_a_mark_are_told_apart_by_frequent_characters(path, text, encoding):
    path.write_bytes(text.encode(encoding))
    assert find_encoding(path) == encoding


def test_an_encoding_that_is_named_is_taken_as_it_is(path):
    path.write_bytes("größe,b\n".encode("cp1252"))
    assert find_encoding(path, "latin-1") == "iso8859-1"
    assert find_encoding(path, "gbk") == "gbk"
    with pytest.raises(ValueError, match="line 1: the text is not UTF-8"):
        find_encoding(path, "utf-8")
    for unknown in ("utf-9", "hex"):
        with pytest.raises(ValueError, match=f"encoding='{unknown}' is unknown: name one such as"):
            find_encoding(path, unknown)
    path.write_bytes(codecs.BOM_UTF8 + b"a,b\n")
    assert find_encoding(path, "utf-8") == "utf-8-sig"


def test_lines_with_a_hash_before_the_table_are_passed_over_and_counted(path):
    content = '# a, "b\n\n #c;d;e\nx|y\n1|2\n#3|4\n'
    assert read(path, content, delimiter="|") == [(4, ["x", "y"]), (5, ["1", "2"]), (6, ["#3", "4"])]
    assert comments(path, "utf-8") == ['# a, "b', "#c;d;e"]
    assert find_delimiter(path, "utf-8") == "|"


def test_a_character_across_two_blocks_is_no_fault(path):
    path.write_bytes(b"a" * (2**20 - 1) + "é\n".encode())
    assert find_encoding(path) == "utf-8"


@pytest.mark.parametrize("before", [3, 400_000])
def test_undecodable_bytes_are_named_by_line(path, before):
    path.write_bytes(b"1,2\n" * before + b"3,\xff\n" + b"5,6\n")
    with pytest.raises(ValueError, match=rf"line {before + 1}: the text is not UTF-8 or GB18030 .* save it as UTF-8"):
        find_encoding(path)


def test_a_cut_utf_16_file_is_named_by_line(path):
    path.write_bytes("a,b\n1,2\n3,4".encode("utf-16")[:-1])
    with pytest.raises(ValueError, match=r"line 3: the text is not UTF-16\."):
        find_encoding(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*nothing\.csv' \(looked in "):
        find_encoding(tmp_path / "nothing.csv")
    with pytest.raises(IsADirectoryError, match="is a folder; name one CSV file in it"):
        find_encoding(tmp_path)


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1;2;3\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("1,5;2,5;3,5\n4,5;5,5;6,5\n", ";"),
        ("1,5\t2,5\n4,5\t5,5\n", "\t"),
        ("a;b,c,d\n1,2,3\n", ","),
        ('"a;b",c\n"1;2",3\n', ","),
        ('"a\nb";c\n1;2\n', ";"),
        ("\n\na;b\r\n1,5;2,5\r\n", ";"),
        ("a,b\r1,2\r", ","),
        # The lines disagree: the first decides, and reading names the second.
        ("a,b,c\n1,2\n", ","),
        # One line alone: a comma beside a semicolon is a decimal mark.
        ("a;b", ";"),
        ("1,5;2,5", ";"),
    ],
)
def test_the_delimiter_is_found(path, content, delimiter):
    path.write_bytes(content.encode())
    assert find_delimiter(path, "utf-8") == delimiter


def test_a_line_of_a_hundred_thousand_cells_is_read(path):
    line = ",".join(["1"] * 100_000) + "\n"
    path.write_text(line * 2)
    assert find_delimiter(path, "utf-8") == ","
    assert [len(cells) for _, cells in rows(path, "utf-8", ",")] == [100_000] * 2


@settings(max_examples=60, deadline=None)
@given(
    table=st.integers(2, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n")), min_size=n, max_size=n),
            min_size=1,
            max_size=5,
        )
    ),
    delimiter=st.sampled_from(list(DELIMITERS)),
)
def test_what_pythons_writer_writes_is_read_back(tmp_path_factory, table, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    assert read(path, text.getvalue(), delimiter=delimiter) == list(enumerate(table, 1))


def test_blank_lines_are_passed_over_and_counted(path):
    assert read(path, "\na,b\n\n  \r\n1,2\n") == [(2, ["a", "b"]), (5, ["1", "2"])]


def test_a_quoted_cell_may_follow_a_space(path):
    assert read(path, 'a, "b, c"\n1, 2\n') == [(1, ["a", "b, c"]), (2, ["1", "2"])]


def test_a_heading_may_run_over_two_lines_and_counts_as_two(path):
    assert read(path, '"a\nb",c\n1,2\n') == [(1, ["a\nb", "c"]), (3, ["1", "2"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n", "line 3: 1 cell where the first row has 2. Look for a missing or extra comma"),
        ("a,b\n\n1,2,3\n", "line 3: 3 cells where the first row has 2"),
        ("a,b\n1,2\n3,\0\n", "line 3: a NUL byte, so this is not plain text"),
        ('a,b\n1,2\n3,"4\n5,6\n', "line 3: the quotes do not pair up (unexpected end of data)"),
        ('a,b\n1,2\n3,"4\n5,6\n7,"8"\n', "line 3: the quotes do not pair up"),
        ('a,b\n1,2\n3,"4\n5,6\n7,8"\n', "line 3: a quoted cell runs on to line 5"),
        ('a,b\n1,2\n3,"4"4\n', "line 3: the quotes do not pair up"),
        ('a,b\n1,2\n3,"4\n' + "5,6\n" * 50_000, "line 3: the quotes do not pair up (field larger"),
    ],
)
def test_a_fault_is_named_with_the_line_where_it_starts(path, content, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read(path, content)


def test_rows_before_a_fault_are_handed_out_first(path):
    path.write_text("a,b\n1,2\n3\n")
    stream = rows(path, "utf-8", ",")
    assert [next(stream), next(stream)] == [(1, ["a", "b"]), (2, ["1", "2"])]
    with pytest.raises(ValueError, match="line 3"):
        next(stream)
