"""A CSV file as text: encodings, delimiters, and faults with the number of the line that holds them."""

import codecs

import pytest

from barreleye.data.csv_layout import distinct_names, faults, find_delimiter, find_encoding, layout_of

TEXT = "身高,名字\n1.5,猫\n"


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


def test_lines_with_a_hash_and_titles_above_the_table_are_passed_over(path):
    path.write_text('# a, "b\n\n #c;d;e\nx|y\n1|2\n#3|4\n')
    layout = layout_of(path)
    assert (layout.names, layout.delimiter, layout.skip) == (("x", "y"), "|", 4)
    assert [note for note in layout.notes if "above" in note] == [
        "passed over above the table: '# a, \"b'",
        "passed over above the table: '#c;d;e'",
    ]
    path.write_text("Sales of 2020\n\na,b,c\n1,2,3\n4,5,6\n")
    assert (layout_of(path).names, layout_of(path).skip) == (("a", "b", "c"), 3)


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
        ('"a;b",c\n"1;2",3\n', ","),
        ('"a\nb";c\n1;2\n', ";"),
        ("\n\na;b\r\n1,5;2,5\r\n", ";"),
        ("a,b\r1,2\r", ","),
        ("a;b", ";"),
        ("1,5;2,5", ";"),
        ("Title\na;b\n1;2\n3;4\n", ";"),
    ],
)
def test_the_delimiter_is_found(content, delimiter):
    assert find_delimiter(content) == delimiter


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("a,b\n1,2\n", ("a", "b")),
        ("1,2\n3,4\n", ("x1", "x2")),
        ("5.1,setosa\n4.9,virginica\n", ("x1", "x2")),
        ("p,x,x\np,x,y\ne,x,x\n", ("x1", "x2", "x3")),
        ("year,2019\n1,red\n", ("year", "2019")),
        ("a,b,,\n1,2,,\n", ("a", "b", "x3", "x4")),
        ("a,a\nx,y\n", ("a", "a (2)")),
        ('"long\nname",b\n1,2\n', ("long name", "b")),
    ],
)
def test_a_header_is_told_from_a_line_of_data(path, content, names):
    path.write_text(content)
    assert layout_of(path).names == names


def test_decimal_commas_are_seen_in_the_cells(path):
    path.write_text("a;b\n1,5;x\n2,5;y\n")
    assert layout_of(path).decimal == ","
    path.write_text("a;b\n1.5;x\n2.5;y,z\n")
    assert layout_of(path).decimal == "."


def test_names_are_given_once():
    assert distinct_names(["a", "a", "", "a"])[0] == ["a", "a (2)", "x3", "a (3)"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a,b\n1,2\n3\n4,5,6\n", ["line 3: 1 cell", "line 4: 3 cells"]),
        ('a,b\n1,2\n3,"4\n5,6\n', ["line 3: the quotes do not pair up"]),
        ('a,b\n1,2\n3,"4"4\n', ["line 3: the quotes do not pair up"]),
    ],
)
def test_all_faults_are_named_by_line(path, content, found):
    path.write_text(content)
    said = list(faults(layout_of(path)))
    assert len(said) == len(found)
    assert all(one.startswith(start) for one, start in zip(said, found, strict=True))


def test_a_nul_byte_is_named_by_line(path):
    path.write_bytes(b"a,b\n1,2\n3,\0\n")
    with pytest.raises(ValueError, match="line 3: a NUL byte"):
        layout_of(path)
