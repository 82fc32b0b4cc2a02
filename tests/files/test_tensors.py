import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import save

from barreleye.files.tensors import DEEPEST, FORMAT, LONGEST_HEADER, FileError, _checksum, read_tensors, write_tensors

STORABLE = [
    np.dtype(order + kind)
    for order in "<>"
    for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tensors")


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])).filter(lambda name: name != "__metadata__"),
        st.sampled_from(STORABLE).flatmap(
            lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
        ),
        max_size=4,
    ),
    st.dictionaries(st.text().filter(lambda key: key not in ("format", "kind")), JSON, max_size=3),
    st.booleans(),
)
def test_what_is_written_is_read_back_to_the_last_bit(folder, tensors, description, transposed):
    """Any shape (none, and empty ones), either byte order, any memory layout, any JSON."""
    given_tensors = {name: a.T if transposed else a for name, a in tensors.items()}
    write_tensors(folder / "a", "thing", given_tensors, description)
    found, told = read_tensors(folder / "a", "thing")
    assert found.keys() == tensors.keys()
    for name, a in given_tensors.items():
        assert found[name].shape == a.shape
        assert found[name].dtype == a.dtype.newbyteorder("=")
        assert found[name].tobytes() == np.ascontiguousarray(a, a.dtype.newbyteorder("=")).tobytes()
    assert told == {**description, "format": FORMAT, "kind": "thing"}


@pytest.mark.parametrize(
    "bad",
    [
        np.array([None]),
        np.array(["text"]),
        np.array([1j]),
        np.zeros(2, "M8[s]"),
        np.zeros(2, "i4,f8"),
        np.zeros(1, np.longdouble),
        [{}],
    ],
    ids=lambda a: str(getattr(a, "dtype", "list")),
)
def test_an_array_that_a_file_cannot_hold_is_named_and_nothing_is_written(bad, tmp_path):
    with pytest.raises(
        TypeError, match=r"array 'it' has dtype .*; a file holds booleans and numbers of at most 64 bits"
    ):
        write_tensors(tmp_path / "a", "thing", {"it": bad}, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("bad", "error"), [({"x": float("nan")}, ValueError), ({"x": {1, 2}}, TypeError)])
def test_a_description_that_is_not_json_is_refused_and_the_old_file_kept(bad, error, tmp_path):
    write_tensors(tmp_path / "a", "thing", {}, {"old": True})
    with pytest.raises(error):
        write_tensors(tmp_path / "a", "thing", {}, bad)
    assert read_tensors(tmp_path / "a", "thing")[1]["old"]


# Damage


@pytest.fixture(scope="module")
def whole(folder):
    """The bytes of a small file, and what it holds."""
    path = folder / "whole"
    content = {"W": np.arange(6.0).reshape(2, 3), "b": np.array([True, False]), "empty": np.zeros((0, 2), "f4")}
    write_tensors(path, "thing", content, {"note": "seven", "n": [2, 3]})
    return path.read_bytes(), read_tensors(path, "thing")


def test_a_file_cut_at_any_byte_is_a_file_error(folder, whole):
    data, _ = whole
    path = folder / "cut"
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(FileError, match=r"is not a whole safetensors file .*: restore it from a copy"):
            read_tensors(path, "thing")


def test_any_one_flipped_bit_is_caught(folder, whole):
    """Every bit of every byte: each is an error, and none is a wrong answer."""
    data, _ = whole
    path = folder / "flipped"
    for position in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises(FileError):
                read_tensors(path, "thing")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_file_of_which_a_stretch_was_overwritten_is_an_error_or_the_same(folder, whole, data):
    original, (tensors, description) = whole
    at = data.draw(st.integers(0, len(original) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=40))
    path = folder / "junk"
    path.write_bytes(original[:at] + junk + original[at + data.draw(st.integers(0, 40)) :])
    try:
        found, told = read_tensors(path, "thing")
    except FileError:
        return
    assert told == description
    assert all(found[name].tobytes() == a.tobytes() for name, a in tensors.items())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_a_file_of_anything_is_a_file_error(folder, junk):
    (folder / "anything").write_bytes(junk)
    with pytest.raises(FileError):
        read_tensors(folder / "anything", "thing")


def header(**entries):
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text


ONE = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "data",
    [
        (2**63).to_bytes(8, "little") + b"{}",
        (2**64 - 1).to_bytes(8, "little") + b"{}",
        header(a=ONE) + b"1234567",
        header(a=ONE) + b"12345678 and more",
        header(a=ONE, b=ONE) + b"12345678",
        header(a={**ONE, "shape": [-1]}) + b"12345678",
        header(a={**ONE, "shape": [2**62, 2**62]}) + b"12345678",
        header(a={**ONE, "shape": [10**6, 10**6]}) + b"12345678",
        header(a={**ONE, "data_offsets": [8, 0]}) + b"12345678",
        header(a={**ONE, "dtype": "object"}) + b"12345678",
        header(a={**ONE, "dtype": "C64"}) + b"12345678",
        header(a={**ONE, "dtype": "F8_E4M3", "shape": [8]}) + b"12345678",
        b"\x10\x00\x00\x00\x00\x00\x00\x00{\"\xff\xfe\": 1}      ",
        header(__metadata__={"barreleye": 3}),
        b"PK\x03\x04" + bytes(60),
        b"\x80\x04\x95" + bytes(60),
        b"\x93NUMPY\x01\x00" + bytes(60),
    ],
    ids=[
        "header of 2^63", "header of 2^64", "missing byte", "trailing bytes", "overlap", "negative", "overflow", "bomb",
        "backwards", "objects", "complex", "float8", "bad UTF-8", "number as text", "zip", "pickle", "npy",
    ],
)  # fmt: skip
def test_forged_files_are_refused(data, tmp_path):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(FileError):
        read_tensors(tmp_path / "a", "thing")


# Files of others, and of other times


def forged(path, body, tensors=None, **metadata):
    tensors = tensors or {}
    path.write_bytes(save(tensors, {"barreleye": body, "sha256": _checksum(body, tensors), **metadata}))
    return path


def test_a_foreign_safetensors_file_is_told_from_a_damaged_one(tmp_path):
    (tmp_path / "a").write_bytes(save({"W": np.ones(3)}))
    with pytest.raises(FileError, match="is a safetensors file, but not one of Barreleye's"):
        read_tensors(tmp_path / "a", "thing")


def test_a_newer_format_asks_for_an_upgrade(tmp_path):
    path = forged(tmp_path / "a", json.dumps({"format": FORMAT + 1, "kind": "thing"}))
    with pytest.raises(
        FileError, match=f"has format {FORMAT + 1}, newer than this version's {FORMAT}: upgrade barreleye"
    ):
        read_tensors(path, "thing")


def test_a_newer_format_is_told_though_its_checksum_may_be_made_otherwise(tmp_path):
    path = forged(tmp_path / "a", json.dumps({"format": 99}), sha256="another way")
    with pytest.raises(FileError, match="upgrade barreleye"):
        read_tensors(path, "thing")


def test_another_kind_of_file_is_named(tmp_path):
    write_tensors(tmp_path / "a", "checkpoint", {}, {})
    with pytest.raises(FileError, match="holds a checkpoint, not a model"):
        read_tensors(tmp_path / "a", "model")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"format": 1, "kind": "thing", "kind": "thing"}', "a key appears twice"),
        ('{"format": 1, "x": {"a": 1, "a": 2}}', "a key appears twice"),
        ("[" * 100_000, "recursion"),
        ('{"format": ' + "1" * 5000 + "}", "digits"),
        ("{", "Expecting"),
        ("[]", "damaged description"),
        ('{"format": "1"}', "damaged description"),
        ("{}", "damaged description"),
    ],
    ids=["twice", "twice inside", "deep", "long number", "cut", "a list", "format as text", "no format"],
)
def test_a_description_that_is_damaged_is_a_file_error(body, reason, tmp_path):
    with pytest.raises(FileError, match=f"has a damaged description.*{reason}|has a damaged description: restore"):
        read_tensors(forged(tmp_path / "a", body), "thing")


def nested(deep):
    value = 3
    for _ in range(deep):
        value = {"name": "warmup", "then": value}
    return value


def test_a_description_is_as_deep_as_it_can_be_read_back_and_no_deeper(tmp_path):
    write_tensors(tmp_path / "a", "thing", {}, {"x": nested(DEEPEST - 1)})
    assert read_tensors(tmp_path / "a", "thing")[1]["x"] == nested(DEEPEST - 1)
    with pytest.raises(ValueError, match=f"is {DEEPEST + 1} levels deep, and a file holds"):
        write_tensors(tmp_path / "a", "thing", {}, {"x": nested(DEEPEST)})
    for deep in (DEEPEST, 900):
        with pytest.raises(FileError, match="has a damaged description: restore"):
            read_tensors(forged(tmp_path / "b", json.dumps({"format": 1, "kind": "thing", "x": nested(deep)})), "thing")


def test_a_header_is_as_long_as_it_can_be_read_back_and_no_longer(tmp_path):
    with pytest.raises(ValueError, match=f"bytes and is 1 levels deep, and a file holds {LONGEST_HEADER:,}"):
        write_tensors(tmp_path / "a", "thing", {}, {"x": "a" * LONGEST_HEADER})
    (tmp_path / "a").write_bytes((LONGEST_HEADER + 1).to_bytes(8, "little") + b"{" + bytes(LONGEST_HEADER))
    with pytest.raises(FileError, match=f"a header of {LONGEST_HEADER + 1:,} bytes"):
        read_tensors(tmp_path / "a", "thing")


def test_a_description_has_the_form_that_its_reader_asks_for(tmp_path):
    write_tensors(tmp_path / "a", "thing", {}, {"n": [1, True]})
    with pytest.raises(FileError, match=r"has a damaged description .n\[1\] is True.: restore it from a copy"):
        read_tensors(tmp_path / "a", "thing", {"n": [int]})


def test_an_edited_description_does_not_match_its_checksum(tmp_path):
    write_tensors(tmp_path / "a", "thing", {"W": np.ones(2)}, {"note": "seven"})
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes().replace(b"seven", b"eight"))
    with pytest.raises(
        FileError, match="does not match its checksum: it was damaged or edited; restore it from a copy"
    ):
        read_tensors(tmp_path / "a", "thing")


def test_the_checksum_covers_names_shapes_and_types():
    a = np.arange(4.0)
    sums = {
        _checksum("{}", tensors)
        for tensors in ({}, {"a": a}, {"b": a}, {"a": a.reshape(2, 2)}, {"a": a.view(np.int64)}, {"a": a + 1})
    }
    assert len(sums | {_checksum("{ }", {"a": a})}) == 7


def test_a_missing_file_or_a_folder_is_not_a_damaged_one(tmp_path):
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(FileNotFoundError, match="there is no file"):
            read_tensors(path, "thing")
    assert os.listdir(tmp_path) == []


def test_a_file_error_is_a_value_error():
    assert issubclass(FileError, ValueError)
