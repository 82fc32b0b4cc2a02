"""A numeric CSV file -> arrays: what is read, what is told, and every fault named by line and column."""

import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.datasets import load_dataset
from barreleye.tables.numeric_csv import read_csv


@pytest.fixture
def table(tmp_path):
    def of(content, target=None, encoding=None):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_csv(path, target, encoding)

    return of


def test_the_last_column_is_the_target_unless_another_is_named(table):
    last = table("a,b,c\n1,2,3\n4,5,6\n")
    np.testing.assert_array_equal(last.X, [[1, 2], [4, 5]])
    np.testing.assert_array_equal(last.y, [3, 6])
    assert (last.X.dtype, last.y.dtype) == (np.float64, np.float64)
    assert (last.feature_names, last.target_name) == (("a", "b"), "c")
    assert last.notes == ("The target is the last column, 'c'.",)

    middle = table("a,b,c\n1,2,3\n4,5,6\n", "b")
    np.testing.assert_array_equal(middle.X, [[1, 3], [4, 6]])
    np.testing.assert_array_equal(middle.y, [2, 5])
    assert (middle.feature_names, middle.target_name, middle.notes) == (("a", "c"), "b", ())


@pytest.mark.parametrize(
    ("encoding", "found", "note"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8-sig", "utf-8-sig", "The file was read as UTF-8 with a byte-order mark."),
        ("utf-16", "utf-16", "The file was read as UTF-16."),
        ("gbk", "gb18030", "The file was read as GB18030 (a superset of GBK)."),
    ],
)
def test_the_encoding_is_detected_and_told(table, encoding, found, note):
    read = table("身高,种类\n1.5,猫\n0.5,狗\n".encode(encoding), "种类")
    assert (read.feature_names, read.y.tolist(), read.encoding) == (("身高",), ["猫", "狗"], found)
    assert read.notes == (() if note is None else (note,))


@pytest.mark.parametrize(
    ("content", "delimiter", "notes"),
    [
        ("a,b,c\n1.5,2,3\n", ",", []),
        ("a;b;c\n1.5;2;3\n", ";", ["Cells are separated by semicolons."]),
        ("a\tb\tc\n1.5\t2\t3\n", "\t", ["Cells are separated by tabs."]),
        (
            "a;b;c\n1,5;2;3\n",
            ";",
            ["Cells are separated by semicolons.", "Numbers have a decimal comma: '1,5' is 1.5."],
        ),
        (" a , b,c \n 1.5 , 2,3e0\n", ",", []),
        ('"a","b","c"\n"1.5","2",+3\n', ",", []),
        ("a,b,c\r\n1.5,2,3\r\n\r\n", ",", []),
        ("a,b,c\r1.5,2,3\r", ",", []),
    ],
)
def test_the_same_numbers_in_many_dresses(table, content, delimiter, notes):
    read = table(content, "c")
    np.testing.assert_array_equal(read.X, [[1.5, 2]])
    np.testing.assert_array_equal(read.y, [3])
    assert (read.feature_names, read.delimiter, list(read.notes)) == (("a", "b"), delimiter, notes)


@pytest.mark.parametrize(
    ("content", "X", "y"),
    [
        ("1,2,3\n4,5,6\n", [[1, 2], [4, 5]], [3, 6]),
        ("1,2,3\n", [[1, 2]], [3]),
        ("1,5;2,5\n3;4\n", [[1.5], [3]], [2.5, 4]),
        ("0,0;0,0\n", [[0]], [0]),
        ("5.1,3.5,setosa\n4,3,virginica\n", [[5.1, 3.5], [4, 3]], ["setosa", "virginica"]),
    ],
)
def test_without_a_header_the_first_line_is_kept_and_the_columns_are_numbered(table, content, X, y):
    read = table(content)
    np.testing.assert_array_equal(read.X, X)
    np.testing.assert_array_equal(read.y, y)
    n = len(X[0])
    assert (read.feature_names, read.target_name) == (tuple(f"x{i + 1}" for i in range(n)), f"x{n + 1}")
    assert f"The first line holds data, not names, so the columns are called x1 to x{n + 1}." in read.notes


@pytest.mark.parametrize(
    ("content", "target", "names"),
    [
        ("2019,2020,growth\n1,2,3\n", None, ("2019", "2020")),
        ("2019,2020,2021\n1,2,3\n", "2021", ("2019", "2020")),
        ("a,b,kind\n1,2,cat\n", None, ("a", "b")),
        ("2020_01,2020_02,2020_03\n1,2,3\n", None, ("2020_01", "2020_02")),
        ('"age\n(years)",b,c\n1,2,3\n', None, ("age (years)", "b")),
    ],
)
def test_a_header_is_known_from_a_line_of_data(table, content, target, names):
    read = table(content, target)
    assert read.feature_names == names
    assert len(read.y) == 1


def test_a_column_without_a_name_gets_one(table):
    read = table(",b,c\n5,1,2\n7,3,4\n")
    assert read.feature_names == ("x1", "b")
    assert "A column without a name is called x and its position." in read.notes


@pytest.mark.parametrize("column", ["0 1 2", "1 2 3"])
@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_a_first_column_that_only_counts_the_rows_is_left_out(table, column, name):
    read = table(f"{name},b,c\n" + "".join(f"{i},{i}5,7\n" for i in column.split()))
    assert read.feature_names == ("b",)
    assert read.X.ravel().tolist() == [float(f"{i}5") for i in column.split()]
    assert read.notes == (
        "The first column only counts the rows, so it is left out.",
        "The target is the last column, 'c'.",
    )


def test_a_count_with_a_name_and_the_target_and_the_only_feature_are_kept(table):
    assert table("day,b,c\n0,5,6\n1,5,7\n").feature_names == ("day", "b")
    assert table(",c\n0,5\n1,6\n").feature_names == ("x1",)
    assert table(",b,c\n0,0,6\n1,1,7\n", "x1").feature_names == ("b", "c")


def test_true_and_false_are_1_and_0_in_a_feature_and_labels_in_the_target(table):
    read = table("smoker,age,ill\nTrue,30,True\nfalse,40,False\n")
    assert read.X.tolist() == [[1, 30], [0, 40]]
    assert read.y.tolist() == ["True", "False"]
    assert "True and False are taken as 1 and 0 in 'smoker'." in read.notes


def test_vertical_bars_comments_and_western_letters_are_read_and_told(table):
    read = table("# made by hand\ngröße|art\n1|süß\n".encode("cp1252"))
    assert (read.feature_names, read.y.tolist(), read.encoding) == (("größe",), ["süß"], "cp1252")
    assert read.notes[:3] == (
        "The file was read as Windows-1252 (Western European).",
        "1 line starts with # before the table: left out ('# made by hand').",
        "Cells are separated by vertical bars.",
    )


def test_an_encoding_that_is_named_is_taken_without_a_note(table):
    read = table("größe,b\n1,2\n".encode("latin-1"), "b", "latin-1")
    assert (read.feature_names, read.notes) == (("größe",), ())


def test_text_targets_are_labels(table):
    read = table("a,kind\n1,cat\n2, dog \n3,cat\n")
    assert read.y.tolist() == ["cat", "dog", "cat"]
    assert read.y.dtype.kind == "U"


@pytest.mark.parametrize("column", [["1", "2", "3+", "2.0"], ["3+", "1", "2", "2.0"], ["1.0", "3+", "02", "2"]])
def test_whole_numbers_beside_text_become_labels(table, column):
    read = table("a,grade\n" + "".join(f"0,{cell}\n" for cell in column))
    plain = {"1.0": "1", "2.0": "2", "02": "2"}
    assert read.y.tolist() == [plain.get(cell, cell) for cell in column]
    assert "'grade' holds text beside numbers, so each of its values is a label." in read.notes


def test_a_constant_column_is_kept(table):
    read = table("a,b,c\n7,1,0\n7,2,1\n7,3,0\n")
    np.testing.assert_array_equal(read.X[:, 0], [7, 7, 7])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "data.csv is empty: a table needs a line of column names and rows below it"),
        ("\n \n", "data.csv is empty"),
        ("a,b\n", "data.csv has column names but no rows below them"),
        ("a\n1\n2\n", "data.csv has one column, 'a': a table needs features and a target"),
        ("a:b\n1:2\n", "data.csv has one column, 'a:b'"),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 are called 'a'. Rename or remove all but one"),
        ("a, a,b,a\n1,2,3,4\n", "columns 1 and 2 and 4 are called 'a'"),
        ("a,b,c\n1,2,3\n1,red,3\n1,blue,3\n", "line 3, column 'b': 'red' is text where a number is needed"),
        ("id,2019,note\nk7,1,good\n", "line 2, column 'id': 'k7' is text"),
        ("a,b,c\n1_000,2,3\n", "line 2, column 'a': '1_000' is text"),
        ("a,b,c\n1+2j,2,3\n", "line 2, column 'a': '1+2j' is text"),
        ("a,b,c\n1,2,3\n\n,2,3\n", "line 4, column 'a': the value is missing (''). Fill it in, or remove the row"),
        ("a,b,c\n1,2,3\n1, NaN,3\n", "line 3, column 'b': the value is missing ('NaN')"),
        ("a,b,c\n1,2,3\n1,-nan,3\n", "line 3, column 'b': the value is missing ('-nan')"),
        ("a,b,c\n1,2,3\n1,N/A,3\n", "line 3, column 'b': the value is missing ('N/A')"),
        ("a,b,c\n1,2,3\n1,2,\n", "line 3, column 'c': the value is missing ('')"),
        ("a,b,c\n1,2,cat\n1,2,?\n", "line 3, column 'c': the value is missing ('?')"),
        ("a,b,c\n1,2,3\n1,-inf,3\n", "line 3, column 'b': '-inf' is infinite"),
        ("a,b,c\n1,2,3\n1,2,1e999\n", "line 3, column 'c': '1e999' is infinite"),
        ("a,b,c\n1,2,3\n1,-1e300,3\n", "line 3, column 'b': '-1e300' is too large: its square overflows. Scale the"),
        ("a,b,c\n1,2,3\n1,2,1e151\n", "line 3, column 'c': '1e151' is too large"),
        (
            'a,b,c\n1,"1,012",3\n',
            "column 'b': '1,012' seems to hold a thousands mark: remove the mark from every number, as in '1012'",
        ),
        ('a,b,c\n1,2,"-1,012,345.5"\n', "column 'c': '-1,012,345.5' seems to hold a thousands mark"),
        ("a;b\n1,5;1.012\n", "column 'b': '1.012' seems to hold a thousands mark"),
        ('a,b,c\n1,"2,5",3\n', "line 2, column 'b': '2,5' is written with another mark than the decimal '.'"),
        ("a;b;c\n1,5;2;3\n1;2.5;3\n", "line 3, column 'b': '2.5' is written with another mark than the decimal ','"),
        ("a,price\n0,1.5\n0,2\n0,cheap\n", "line 4, column 'price': the target holds both 1.5 and the text 'cheap'"),
        ("a,price\n0,cheap\n0,2\n0,1.5\n", "line 4, column 'price': the target holds both 1.5 and the text 'cheap'"),
        ("a,b\n1,2\n3\n", "line 3: 1 cell where the first row has 2"),
        ('a,b\n1,2\n3,"4\n', "line 3: the quotes do not pair up"),
        ("a,b\n1,2\n3,\0\n", "line 3: a NUL byte"),
        (b"a,b\n1,2\n\xff,2\n", "line 3: the text is not UTF-8 or GB18030"),
        (b"PK\x03\x04\x14\x00\x06\x00", "line 1: a NUL byte, so this is not plain text. Save the table as CSV"),
    ],
)
def test_a_fault_is_named_by_line_and_column(table, content, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        table(content)


def test_an_unknown_target_lists_the_columns_and_the_nearest(table):
    message = "target='qualty' is unknown (did you mean 'quality'?); choose one of: ph, quality"
    with pytest.raises(ValueError, match=re.escape(message)):
        table("ph,quality\n7,5\n", "qualty")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        read_csv(tmp_path / "nothing.csv")


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.integers(2, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.floats(-1e150, 1e150, allow_nan=False), min_size=n, max_size=n), min_size=1, max_size=6
        )
    ),
    delimiter=st.sampled_from([",", ";", "\t"]),
    decimal=st.sampled_from(".,"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    headed=st.booleans(),
)
def test_every_number_comes_back_to_the_last_bit(tmp_path_factory, numbers, delimiter, decimal, encoding, headed):
    if delimiter == ",":
        decimal = "."
    lines = [delimiter.join(repr(value).replace(".", decimal) for value in row) for row in numbers]
    if headed:
        lines.insert(0, delimiter.join(f"列{i}" for i in range(len(numbers[0]))))
    path = tmp_path_factory.getbasetemp() / "numbers.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    read = read_csv(path)
    np.testing.assert_array_equal(np.column_stack([read.X, read.y]), numbers)


def test_a_real_table_written_and_read_is_the_same(tmp_path):
    wine = load_dataset("wine")
    lines = [",".join([*wine.feature_names, wine.target_name])]
    lines += [",".join([*map(repr, row), label]) for row, label in zip(wine.X.tolist(), wine.y, strict=True)]
    path = tmp_path / "wine.csv"
    path.write_text("\n".join(lines))
    read = read_csv(path, "cultivar")
    np.testing.assert_array_equal(read.X, wine.X)
    np.testing.assert_array_equal(read.y, wine.y)
    assert (read.feature_names, read.target_name) == (wine.feature_names, wine.target_name)


def test_reading_needs_little_more_memory_than_the_arrays(tmp_path):
    m, n = 20_000, 8
    path = tmp_path / "long.csv"
    np.savetxt(path, np.random.RandomState(0).randn(m, n + 1), delimiter=",", fmt="%.17g")
    tracemalloc.start()
    read = read_csv(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read.X.shape == (m, n)
    # One block of the file (1 MiB, as bytes and as text) comes on top; lists of Python floats would take four times X.
    assert peak < 1.3 * (read.X.nbytes + read.y.nbytes) + 5 * 2**20
