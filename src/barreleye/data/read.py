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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..nn.rows import listed
from ..words import Text, catalogue
from .blocks import Block, Piece, all_faults, arrow_piece, arrow_pieces, csv_blocks, csv_piece, opened
from .csv_layout import Layout, faults, layout_of, raw
from .frame import Cells, Frame, Numbers, Texts, Times, as_texts, length, missing

SAY = catalogue("table")


@dataclass(frozen=True)
class File:
    """A table in a file, ready to be read in blocks. ``notes``: how it was understood, in sentences."""

    path: Path
    names: tuple[str, ...]
    notes: tuple[str, ...]
    layout: Layout | None = None
    kind: str = "csv"

    def blocks(self, names: Sequence[str] | None = None, as_text: Sequence[str] = ()) -> Iterator[Block]:
        """The rows, some thousands at a time, of the columns of those names (None: all).

        as_text: columns that are to stay texts although a block of them holds numbers only.
        """
        wanted = list(self.names if names is None else names)
        if self.layout is not None:
            yield from csv_blocks(self.layout, wanted, dict.fromkeys(as_text, Texts))
            return
        for piece in arrow_pieces(self.path, self.kind):
            yield from arrow_piece(self.path, self.kind, piece, wanted)

    def piece(self, piece: Piece, names: Sequence[str], kinds: Mapping[str, type[Cells]]) -> Iterator[Block]:
        """The blocks of one piece alone, whose columns are known to hold what ``kinds`` says."""
        if self.layout is not None:
            return csv_piece(self.layout, piece, names, kinds)
        return arrow_piece(self.path, self.kind, piece, names)


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
        with opened(path, kind) as table:
            schema = table.schema if kind == "feather" else table.schema_arrow
            if twice := [name for name in schema.names if schema.names.count(name) > 1]:
                raise ValueError(SAY["error.twice"].filled(path=path, name=repr(twice[0])))
            return File(path, tuple(schema.names), (SAY["file.kind"].filled(kind=kind.title()),), kind=kind)
    layout = layout_of(path, encoding)
    return File(path, layout.names, layout.notes, layout)


FOLDED = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq", ".feather", ".arrow")
"""How the names of files end that are read of a folder."""


def open_files(path: str | Path, encoding: str | None = None) -> list[File]:
    """The table in a file, or in all files of a folder by their names, which have the columns of the first.

    Raises as ``open_file``, and ValueError for a folder without tables and a file that lacks columns.
    """
    if not Path(path).is_dir():
        return [open_file(path, encoding)]
    there = sorted(one for one in Path(path).iterdir() if one.suffix in FOLDED and one.name[0] not in "._")
    if not there:
        raise ValueError(SAY["error.no_tables"].filled(path=repr(str(path)), endings=", ".join(FOLDED)))
    files = [open_file(one, encoding) for one in there]
    for file in files[1:]:
        if gone := [name for name in files[0].names if name not in file.names]:
            raise ValueError(SAY["error.file_lacks"].filled(path=file.path, names=listed(gone), first=files[0].path))
    return files


def all_blocks(
    files: Sequence[File], names: Sequence[str], as_text: Sequence[str] = ()
) -> Iterator[tuple[int, int, Block]]:
    """The blocks of all files, each with its file's place and the rows of the files before that one."""
    before = 0
    for place, file in enumerate(files):
        m = 0
        for block in file.blocks(names, as_text):
            yield place, before, block
            m += block.m
        before += m


def read(path: str | Path, encoding: str | None = None) -> tuple[Frame, tuple[str, ...]]:
    """All rows of a file, and how it was understood, in sentences. Empty columns and empty rows are left out.

    Raises FileNotFoundError; ValueError with line numbers for lines that cannot be read, all that there are.
    """
    file = open_file(path, encoding)
    blocks, unread = list[Frame](), 0
    for block in file.blocks():
        blocks.append(block.frame)
        unread += len(block.unread)
    if unread and file.layout:
        raise ValueError(all_faults(file.layout, SAY["error.lines"].filled(n=unread)))
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
