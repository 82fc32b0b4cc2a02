"""Files as frames: CSV and its kin, Parquet, Feather. pyarrow parses; what it cannot read is said line by line.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     path = Path(folder, "people.csv")
...     _ = path.write_text("name,age\\nAda,36\\nGrace,?\\n")
...     frame, notes = read(path)
>>> frame["age"].values, notes[0]
(array([36., nan]), 'encoding UTF-8, cells separated by commas')
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..nn.rows import listed
from ..words import NOTHING, Text, catalogue
from .csv_layout import Layout, faults, layout_of, raw
from .frame import Cells, Frame, Numbers, Texts, Times, as_texts, framed_by_narwhals, length, missing, take
from .marks import MISSING

SAY = catalogue("table")

BLOCK_BYTES = 2**23
"""Of a CSV file that are parsed at a time."""
HEAD_BYTES = 2**18
"""Of its beginning, which tells the types of its columns."""
BLOCK_ROWS = 2**16
"""Of a Parquet or Feather file that are taken at a time."""
FAULTS_SAID = 8


class Block(NamedTuple):
    """Some rows of a file: what could be read, in ``rows``, counted from 0 in the file; and of how many rows."""

    frame: Frame
    rows: Array
    m: int


@dataclass(frozen=True)
class File:
    """A table in a file, ready to be read in blocks. ``notes``: how it was understood, in sentences."""

    path: Path
    names: tuple[str, ...]
    notes: tuple[str, ...]
    layout: Layout | None = None
    kind: str = "csv"
    unread: dict[int, str] = field(default_factory=dict)
    """By row, counted from 0: the rows that could not be read, as they stand in the file."""

    def blocks(self, names: Sequence[str] | None = None, as_text: Sequence[str] = ()) -> Iterator[Block]:
        """The rows, some thousands at a time, of the columns of those names (None: all).

        as_text: columns that are to stay texts although a block of them holds numbers only.
        """
        wanted = list(self.names if names is None else names)
        if self.layout is None:
            yield from arrow_blocks(self, wanted)
            return
        done = 0
        columns: dict[str, Cells] = {name: Numbers(np.empty(0)) for name in wanted}
        for batch in csv_batches(self.layout, wanted, self.unread, as_text):
            columns = {n: cells_in(batch.column(n), self.layout.decimal, n in as_text) for n in wanted}
            # pyarrow reads ahead: rows that could not be read before these are known, and some after them.
            numbers = np.arange(done, done + batch.num_rows + len(self.unread))
            rows = numbers[~np.isin(numbers, list(self.unread))][: batch.num_rows] if self.unread else numbers
            yield Block(Frame(columns, batch.num_rows), rows, int(rows[-1]) + 1 - done)
            done = int(rows[-1]) + 1
        if (last := max(self.unread, default=-1)) >= done:
            empty = {name: take(cells, slice(0)) for name, cells in columns.items()}
            yield Block(Frame(empty, 0), np.empty(0, int), last + 1 - done)


def open_file(path: str | Path, encoding: str | None = None) -> File:
    """The table in a file: CSV with any usual delimiter, TSV, gzipped or not, Parquet, Feather.

    Raises FileNotFoundError, and ValueError for what is no table, with what it is.
    """
    if "://" in str(path):
        raise ValueError(SAY["error.web"].filled(path=repr(str(path))))
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(SAY["error.no_file"].filled(path=repr(str(path)), folder=Path.cwd()))
    if path.is_dir():
        raise IsADirectoryError(SAY["error.folder"].filled(path=repr(str(path))))
    with raw(path) as file:
        start = file.read(1024)
    refuse_what_is_no_table(path, start)
    if start.startswith((b"PAR1", b"ARROW1")):
        kind = "parquet" if start.startswith(b"PAR1") else "feather"
        if encoding is not None:
            raise ValueError(SAY["error.no_text"].filled(encoding=repr(encoding), path=path, kind=kind.title()))
        with opened_by_arrow(path, kind) as dataset:
            return File(path, tuple(dataset.schema.names), (SAY["file.kind"].filled(kind=kind.title()),), kind=kind)
    layout = layout_of(path, encoding)
    return File(path, layout.names, layout.notes, layout)


def read(path: str | Path, encoding: str | None = None) -> tuple[Frame, tuple[str, ...]]:
    """All rows of a file, and how it was understood, in sentences. Empty columns and empty rows are left out.

    Raises FileNotFoundError; ValueError with line numbers for lines that cannot be read, all that there are.
    """
    file = open_file(path, encoding)
    blocks = [block.frame for block in file.blocks()]
    if file.unread and file.layout:
        raise ValueError(all_faults(file.layout, SAY["error.lines"].filled(n=len(file.unread))))
    if not sum(block.m for block in blocks):
        if file.layout and next(faults(file.layout), None):
            raise ValueError(all_faults(file.layout))
        raise ValueError(SAY["error.header_only"].filled(path=path, names=listed(file.names)))
    mixed = [n for n in file.names if len({type(b[n]) for b in blocks if not missing(b[n]).all()}) > 1]
    if mixed:
        again = [block.frame for block in file.blocks(mixed, as_text=mixed)]
        blocks = [Frame({**b.columns, **new.columns}, b.m) for b, new in zip(blocks, again, strict=True)]
    frame, notes = tidied(joined(blocks), file.layout)
    return frame, (*file.notes, *notes)


def tidied(frame: Frame, layout: Layout | None) -> tuple[Frame, list[Text]]:
    """The frame without what spreadsheets leave behind: columns without name and cells, rows without any cell."""
    notes = []
    gone = {name: missing(cells) for name, cells in frame}
    empty = [n for n in frame.names if gone[n].all() and layout is not None and n.startswith("x") and n[1:].isdecimal()]
    if empty and len(empty) < len(frame.names):
        frame = frame.without(empty)
        notes.append(SAY[f"file.empty_column{'s' * (len(empty) > 1)}"].filled(n=len(empty)))
    nothing = np.logical_and.reduce([gone[name] for name in frame.names])
    if nothing.any() and not nothing.all():
        frame = frame.take(~nothing)
        notes.append(SAY[f"file.empty_row{'s' * int(nothing.sum() > 1)}"].filled(n=int(nothing.sum())))
    return frame, notes


def all_faults(layout: Layout, otherwise: Text = NOTHING) -> Text:
    """The lines that cannot be read, the first few in words."""
    found = list(islice(faults(layout), 1000))
    more = SAY["file.more"].filled(n=len(found) - FAULTS_SAID) if len(found) > FAULTS_SAID else NOTHING
    return SAY["file.said"].filled(
        path=layout.path, said=(SAY["file.and"].join(found[:FAULTS_SAID]) or otherwise) + more
    )


def csv_batches(
    layout: Layout, names: Sequence[str], unread: dict[int, str], as_text: Sequence[str] = ()
) -> Iterator[Any]:
    """Batches of rows; the rows that have another number of cells than names go into ``unread``.

    Columns that begin with numbers, or with times in ISO form, are read as such by pyarrow. Where one of them turns out
    to hold something else it is read as texts from there on.
    """
    import pyarrow as pa

    refuse_open_quotes(layout)
    if layout.empty:
        return
    types: dict[str, Any] = {}
    before: dict[str, Any] | None = None
    given, size = 0, HEAD_BYTES
    while True:
        try:
            here = next(beyond(given, arrow_csv(layout, names, {}, {}, size)), None)
            found = {n: type_of(cells_in(here.column(n), layout.decimal, n in as_text)) for n in names if here}
            types, before = (
                {
                    n: kind if types.get(n, kind) == kind else pa.dictionary(pa.int32(), pa.string())
                    for n, kind in found.items()
                },
                types,
            )
            size = BLOCK_BYTES
            for batch in beyond(given, arrow_csv(layout, names, unread, types)):
                yield batch
                given += batch.num_rows
            return
        except pa.ArrowInvalid as error:
            if before in (None, types):  # it is no cell of another type
                raise ValueError(all_faults(layout, Text(str(error), str(error)))) from None


def beyond(rows: int, batches: Iterator[Any]) -> Iterator[Any]:
    """The batches without so many rows at the beginning."""
    for batch in batches:
        if rows < batch.num_rows:
            yield batch.slice(rows)
        rows = max(0, rows - batch.num_rows)


def arrow_csv(
    layout: Layout, names: Sequence[str], unread: dict[int, str], types: dict[str, Any], size: int | None = None
) -> Iterator[Any]:
    """pyarrow's batches of those types; strings where there is none."""
    import pyarrow as pa
    from pyarrow import csv

    def skip(row: Any) -> str:
        unread[row.number - 1 - layout.skip] = row.text
        return "skip"

    reading = csv.ReadOptions(
        column_names=list(layout.names), skip_rows=layout.skip, block_size=size or BLOCK_BYTES, use_threads=False
    )
    parsing = csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=skip)
    converting = csv.ConvertOptions(
        column_types={name: types.get(name, pa.string()) for name in layout.names},
        include_columns=list(names),
        null_values=arrow_marks().to_pylist(),
        strings_can_be_null=False,
        decimal_point=layout.decimal,
    )
    with raw(layout.path) as file:
        stream = pa.input_stream(file)
        if layout.encoding not in ("utf-8", "utf-8-sig"):
            stream = pa.transcoding_input_stream(stream, layout.encoding, "utf-8")
        yield from (batch for batch in csv.open_csv(stream, reading, parsing, converting) if batch.num_rows)


def type_of(cells: Cells) -> Any:
    """The type in which pyarrow is to read a column that begins with these cells."""
    import pyarrow as pa

    if isinstance(cells, Texts):
        return pa.dictionary(pa.int32(), pa.string())
    return pa.float64() if isinstance(cells, Numbers) else pa.timestamp("us")


def refuse_open_quotes(layout: Layout) -> None:
    """Raise ValueError for a quote without an end: pyarrow takes all that follows for one cell."""
    with raw(layout.path) as file:
        odd = sum(block.count(b'"') for block in iter(lambda: file.read(1 << 20), b"")) % 2
    said = [fault for fault in faults(layout) if "quote" in fault] if odd else []
    if said:
        raise ValueError(SAY["file.said"].filled(path=layout.path, said=SAY["file.and"].join(said[:FAULTS_SAID])))


def arrow_blocks(file: File, names: Sequence[str]) -> Iterator[Block]:
    """The blocks of a Parquet or Feather file."""
    import pyarrow as pa

    done = 0
    with opened_by_arrow(file.path, file.kind) as dataset:
        for batch in dataset.to_batches(columns=list(names), batch_size=BLOCK_ROWS):
            frame = framed_by_narwhals(pa.Table.from_batches([batch]))
            yield Block(frame, np.arange(frame.m) + done, frame.m)
            done += frame.m


@contextmanager
def opened_by_arrow(path: Path, kind: str) -> Iterator[Any]:
    """A Parquet or Feather file as pyarrow opens it; ValueError, there and later, where it is damaged."""
    import pyarrow as pa
    from pyarrow import dataset

    try:
        yield dataset.dataset(path, format=kind)
    except (pa.lib.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ValueError(SAY["error.damaged"].filled(path=path, kind=kind, error=error)) from None


def cells_in(array: Any, decimal: str, as_text: bool = False) -> Cells:
    """An arrow array as cells. Of strings: numbers where all are, else times in ISO form where all are, else texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(array.type):
        return Numbers(values_of(array, np.float64, np.nan), decimal=decimal)
    if pa.types.is_timestamp(array.type):
        return Times(values_of(array, np.int64, np.iinfo(np.int64).min).view("datetime64[us]"))  # the least is NaT
    if as_text or pa.types.is_dictionary(array.type):
        return texts_of(array)
    marked = pc.is_in(array, value_set=arrow_marks())
    cells = pc.if_else(marked, None, array) if pc.any(marked).as_py() else array
    if cells.null_count == len(cells):
        return Numbers(np.full(len(cells), np.nan), decimal=decimal)
    trimmed = pc.utf8_trim_whitespace(cells)
    plain = trimmed if decimal == "." else pc.replace_substring(trimmed, ",", ".")
    for written, kind in ((plain, pa.float64()), (cells, pa.timestamp("us"))):
        try:
            return cells_in(pc.cast(written, kind), decimal)
        except pa.ArrowInvalid:
            pass
    return texts_of(array)


@cache
def arrow_marks() -> Any:
    """The missing marks in their usual spellings, as an arrow array; made of buffers, for pa.array imports pandas."""
    import pyarrow as pa

    marks = sorted({*MISSING, *(mark.upper() for mark in MISSING), "NaN", "None", "Null"})
    ends = np.cumsum([0, *map(len, marks)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(marks), pa.py_buffer(ends), pa.py_buffer("".join(marks).encode()))


def values_of(array: Any, dtype: Any, nothing: Any) -> Array:
    """An arrow array's numbers, ``nothing`` where there is none. By its buffers: its own to_numpy imports pandas."""
    valid, data = array.buffers()
    part = slice(array.offset, array.offset + len(array))
    values = np.frombuffer(data, dtype)[part].copy()
    if valid is not None:
        values[np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[part] == 0] = nothing
    return values


def texts_of(array: Any) -> Texts:
    """An arrow array of strings as texts without spaces around them; an empty cell holds nothing."""
    import pyarrow as pa

    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    places: dict[str, int] = {}
    trimmed = [level.strip() for level in coded.dictionary.to_pylist()]
    codes = [places.setdefault(level, len(places)) if level else -1 for level in trimmed]
    return Texts(np.array([*codes, -1], np.int32)[values_of(coded.indices, np.int32, -1)], tuple(places))


def joined(frames: list[Frame]) -> Frame:
    """The rows of all frames, one below the other; columns that are numbers here and texts there become texts.

    The list is emptied, so that a column's parts go as soon as they are joined.
    """
    parts, m = {name: [frame[name] for frame in frames] for name in frames[0].names}, sum(map(len, frames))
    frames.clear()
    return Frame({name: joined_cells(parts.pop(name)) for name in list(parts)}, m)


def joined_cells(parts: Sequence[Cells]) -> Cells:
    filled = [part for part in parts if not missing(part).all()] or list(parts)
    kinds = {type(part) for part in filled}
    if kinds == {Numbers}:
        numbers = [p for p in filled if isinstance(p, Numbers)]
        values = [p.values if isinstance(p, Numbers) else np.full(len(p[0]), np.nan) for p in parts]
        return Numbers(np.concatenate(values), all(p.truth for p in numbers), numbers[0].decimal)
    if kinds == {Times}:
        times = [p.values if isinstance(p, Times) else np.full(length(p), np.datetime64("NaT")) for p in parts]
        return Times(np.concatenate(times).astype("datetime64[us]"))
    places: dict[str, int] = {}
    codes = []
    for part in map(as_texts, parts):
        new = np.array([places.setdefault(level, len(places)) for level in part.levels] + [-1], np.int32)
        codes.append(new[part.codes])
    return Texts(np.concatenate(codes), tuple(places))


@contextmanager
def unzipping(path: str | Path) -> Iterator[None]:
    """Where the file's rows are read: ValueError that names it if it is zipped and damaged."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(SAY["error.damaged"].filled(path=path, kind="gzip", error=error)) from None


def refuse_what_is_no_table(path: Path, start: bytes) -> None:
    """Raise ValueError, with what it is, for a file whose first bytes are those of another kind."""
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    kinds = {
        b"pk\x03\x04": "zip",
        b"\xd0\xcf\x11\xe0": "excel",
        b"%pdf": "pdf",
        b"<": "web",
        b"sqlite format 3": "sqlite",
        b"{": "json",
        b"[{": "json",
        b"@relation": "arff",
        b"\x80": "pickle",
        b"\x93numpy": "numpy",
    }
    for magic, what in kinds.items():
        if text.startswith(magic):
            raise ValueError(SAY["error.is"].filled(path=path, what=SAY[f"kind_of_file.{what}"]))
    if not start:
        raise ValueError(SAY["error.nothing"].filled(path=path))
