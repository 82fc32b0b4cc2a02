"""A file's rows in blocks, some thousands at a time, and the pieces of a file that can be read by themselves."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..words import NOTHING, Text, catalogue
from ..words.extras import extras, installed
from .arrow import arrow_marks, arrow_type, cells_in, frame_in
from .csv_layout import Layout, faults, raw
from .frame import Cells, Frame, Texts, missing
from .plain_csv import plain_cells

SAY = catalogue("table")

HEAD_BYTES = 2**18
"""Of the beginning of a CSV file, which tells the types of its columns."""
BLOCK_BYTES = 2**21
"""Of a CSV file that are parsed at a time."""
BLOCK_ROWS = 2**16
"""Of a Parquet or Feather file that are taken at a time."""
LONGEST_ROW = 2**26
"""Bytes of a CSV file in which no row ends: more than any has, and little enough for any machine."""
FAULTS_SAID = 8
BUFFERED_BYTES = 2**18
"""Of each column of a Parquet file, where its row groups are long."""


class Piece(NamedTuple):
    """A part of a file that can be read by itself: bytes of a CSV file, a row group of Parquet, a batch of Feather.

    begin, size    of bytes; or the number of the row group or batch, and 0. A CSV file in which nothing can be found
                   without reading all before it (gzipped, or in UTF-16) is one piece, of size 0
    row            the number in the file, from 0, of its first row
    """

    begin: int
    size: int
    row: int


class Block(NamedTuple):
    """Some rows of a file.

    frame     the rows that could be read
    rows      their numbers in the file, counted from 0
    m         how many rows it has, read or not
    piece     to which it belongs
    unread    by number: the rows that could not be read, as they stand in the file
    """

    frame: Frame
    rows: Array
    m: int
    piece: Piece
    unread: Mapping[int, str] = {}


def csv_blocks(layout: Layout, names: Sequence[str], kinds: Mapping[str, type[Cells]]) -> Iterator[Block]:
    """The blocks of a CSV file; ``kinds``: what columns hold, as far as it is known; numbers may turn to texts still.

    Columns that begin with numbers, or with times in ISO form, are read as such by pyarrow. Where one of them turns out
    to hold something else it is read as texts from there on.
    """
    known, alone = dict(kinds), apart(layout)
    refuse_open_quotes(layout)
    done = 0
    for begin, content in () if layout.empty else chunks(layout):
        piece = Piece(begin, len(content), done) if alone else Piece(0, 0, 0)
        block = csv_block(layout, content, piece._replace(row=done), names, known, first=not begin)
        for name, cells in block.frame:
            if not missing(cells).all():
                known[name] = type(cells) if known.get(name, type(cells)) is type(cells) else Texts
        yield block._replace(piece=piece)
        done += block.m


def csv_piece(layout: Layout, piece: Piece, names: Sequence[str], kinds: Mapping[str, type[Cells]]) -> Iterator[Block]:
    """The blocks of a piece of a CSV file, whose columns hold what ``kinds`` says."""
    if not piece.size:
        yield from csv_blocks(layout, names, kinds)
        return
    with raw(layout.path) as file:
        file.seek(piece.begin)
        yield csv_block(layout, file.read(piece.size), piece, names, kinds, first=not piece.begin)


def csv_block(
    layout: Layout, content: bytes, piece: Piece, names: Sequence[str], kinds: Mapping[str, type[Cells]], first: bool
) -> Block:
    """The rows in bytes of a CSV file; ``first``: whether they are the first, behind which the names stand."""
    try:
        parse = arrow_cells if installed("pyarrow") else plain_cells
        columns, unread = parse(layout, content, names, kinds, first)
    except (csv.Error, ValueError) as error:
        raise ValueError(all_faults(layout, Text(str(error), str(error)))) from None
    read = len(next(iter(columns.values()))[0]) if columns else 0
    rows = np.setdiff1d(np.arange(read + len(unread)), list(unread), assume_unique=True) + piece.row
    kept_apart = {row + piece.row: text for row, text in unread.items()}
    return Block(Frame(columns, read), rows, read + len(unread), piece, kept_apart)


def arrow_cells(
    layout: Layout, content: bytes, names: Sequence[str], kinds: Mapping[str, type[Cells]], first: bool
) -> tuple[dict[str, Cells], dict[int, str]]:
    """The cells of those columns, and the rows of another number of cells as text; ArrowInvalid, a ValueError."""
    import pyarrow as pa

    unread: dict[int, str] = {}
    try:
        batch = arrow_csv(layout, content, names, kinds, unread, first)
    except pa.ArrowInvalid:  # perhaps for a cell of another kind
        unread.clear()
        texts = {name: kind for name, kind in kinds.items() if kind is Texts}
        batch = arrow_csv(layout, content, names, texts, unread, first)
    return {n: cells_in(batch.column(n), layout.decimal, kinds.get(n) is Texts) for n in names}, unread


def arrow_csv(
    layout: Layout,
    content: bytes,
    names: Sequence[str],
    kinds: Mapping[str, type[Cells]],
    unread: dict[int, str],
    first: bool,
) -> Any:
    """pyarrow's batch of the rows; strings where no kind is known. ``unread`` takes rows of another number of cells."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    skipped = layout.skip if first else 0

    def skip(row: Any) -> str:
        unread[row.number - 1 - skipped] = row.text
        return "skip"

    types = {name: arrow_type(kinds[name]) if name in kinds else pa.string() for name in layout.names}
    if not layout.encoding.startswith("utf"):
        content = content.decode(layout.encoding).encode()
    reading = arrow.ReadOptions(
        column_names=list(layout.names), skip_rows=skipped, block_size=len(content) + 1, use_threads=False
    )
    parsing = arrow.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=skip)
    converting = arrow.ConvertOptions(
        column_types=types,
        include_columns=list(names),
        null_values=arrow_marks().to_pylist(),
        strings_can_be_null=False,
        decimal_point=layout.decimal,
    )
    read = arrow.open_csv(pa.BufferReader(content), reading, parsing, converting)
    batches = [batch for batch in read if batch.num_rows]
    return pa.concat_batches(batches) if batches else pa.RecordBatch.from_pylist([], read.schema)


def apart(layout: Layout) -> bool:
    """Whether rows in the midst of the file can be found without reading all before them."""
    with layout.path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return not zipped and not wide(layout)


def chunks(layout: Layout) -> Iterator[tuple[int, bytes]]:
    """The bytes of a CSV file, some millions at a time, cut between rows, and where each begins. The first has rows.

    UTF-16 comes as UTF-8: there a line ends with one byte.
    """
    begin, rest, size = 0, b"", HEAD_BYTES
    with raw(layout.path) as file:
        source = codecs.EncodedFile(file, "utf-8", "utf-16") if wide(layout) else file
        while more := source.read(size):
            size, content = BLOCK_BYTES, rest + more
            end = last_end(content, layout.delimiter)
            if content[:end].strip() and (begin or content.count(line_end(content), 0, end) > layout.skip):
                yield begin, content[:end]
                begin, content = begin + end, content[end:]
            rest = content
            if len(rest) > LONGEST_ROW:
                raise ValueError(SAY["error.long_row"].filled(path=layout.path, size=f"{LONGEST_ROW >> 20} MiB"))
    if rest.strip():
        yield begin, rest


def wide(layout: Layout) -> bool:
    return layout.encoding.startswith("utf-16")


def line_end(content: bytes) -> bytes:
    """The byte with which lines end."""
    return b"\n" if b"\n" in content else b"\r"


def last_end(content: bytes, delimiter: str) -> int:
    """Where the last whole row ends in bytes that begin with a row; 0: it is not there yet.

    A line ends a row where quotes before it pair up. Where they do not, some perhaps stand for themselves, as in
    5" pipe: the rows are told apart cell by cell then.

    >>> last_end(b'1,2\\n"a\\nb",3\\n4', ","), last_end(b'1,2\\n"a\\nb', ","), last_end(b'5" pipe,1\\n6" p', ",")
    (12, 4, 10)
    """
    last = content.rfind(line_end(content)) + 1
    if content.count(b'"', 0, last) % 2 == 0:
        return last
    ends = [0]

    def lines() -> Iterator[str]:
        for line in io.StringIO(content.decode("latin-1"), newline=""):
            ends[-1] += len(line)
            yield line

    with suppress(csv.Error):  # of a cell that is too long, which reading will name
        for _ in csv.reader(lines(), delimiter=delimiter):
            ends.append(ends[-1])
    return ends[-3] if len(ends) > 2 else 0


def arrow_piece(path: Path, kind: str, piece: Piece, names: Sequence[str]) -> Iterator[Block]:
    """The blocks of a row group of a Parquet file, or the one of a batch of a Feather file."""
    row = piece.row
    with opened(path, kind) as file:
        if kind == "feather":
            batch = file.get_batch(piece.begin).select(list(names))
            batch.validate(full=True)  # Feather is memory as it was: offsets that lie would be followed out of it
            batches = iter([batch])
        else:
            batches = file.iter_batches(BLOCK_ROWS, [piece.begin], list(names))
        for batch in batches:
            frame = frame_in(batch)
            yield Block(frame, np.arange(frame.m) + row, frame.m, piece)
            row += frame.m


def arrow_pieces(path: Path, kind: str) -> list[Piece]:
    """The row groups of a Parquet file, or the batches of a Feather file."""
    with opened(path, kind) as file:
        if kind == "feather":
            sizes = [file.get_batch(i).num_rows for i in range(file.num_record_batches)]
        else:
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    return [Piece(i, 0, row) for i, row in enumerate(accumulate(sizes[:-1], initial=0))] if sizes else []


@contextmanager
def opened(path: Path, kind: str) -> Iterator[Any]:
    """A Parquet or Feather file as pyarrow opens it; ValueError, there and later, where it is damaged."""
    with extras():
        import pyarrow as pa
        from pyarrow import parquet
    try:
        with pa.OSFile(str(path)) as source:
            yield (
                pa.ipc.open_file(source)
                if kind == "feather"
                else parquet.ParquetFile(source, buffer_size=BUFFERED_BYTES)
            )
    except (pa.lib.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ValueError(SAY["error.damaged"].filled(path=path, kind=kind, error=error)) from None


def all_faults(layout: Layout, otherwise: Text = NOTHING) -> Text:
    """The lines that cannot be read, the first few in words."""
    found = list(islice(faults(layout), 1000))
    more = SAY["file.more"].filled(n=len(found) - FAULTS_SAID) if len(found) > FAULTS_SAID else NOTHING
    return SAY["file.said"].filled(
        path=layout.path, said=(SAY["file.and"].join(found[:FAULTS_SAID]) or otherwise) + more
    )


def refuse_open_quotes(layout: Layout) -> None:
    """Raise ValueError for a quote without an end: a parser takes all that follows for one cell."""
    with raw(layout.path) as file:
        odd = sum(block.count(b'"') for block in iter(lambda: file.read(1 << 20), b"")) % 2
    said = [fault for fault in faults(layout) if "quote" in fault] if odd else []
    if said:
        raise ValueError(SAY["file.said"].filled(path=layout.path, said=SAY["file.and"].join(said[:FAULTS_SAID])))
