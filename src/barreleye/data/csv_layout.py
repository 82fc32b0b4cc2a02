"""What must be known of a CSV file before it is read: encoding, delimiter, names, decimal mark, where it begins."""

import codecs
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import IO, Any

from ..nn.rows import listed
from ..words import Text, catalogue
from .marks import MISSING, plain_number

SAY = catalogue("table")

DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "utf-16": "UTF-16",
    "gb18030": "GB18030 (a superset of GBK)",
    "cp950": "Big5",
    "cp1252": "Windows-1252 (Western European)",
}
BYTE_ORDER_MARKS = (
    *(("utf-8-sig", codecs.BOM_UTF8), ("utf-16", codecs.BOM_UTF16_LE), ("utf-16", codecs.BOM_UTF16_BE)),
)
MOST_COLUMNS = 2**17
COMMON = {"gb18030": ("gb2312", 0xD7), "cp950": ("cp950", 0xC6)}
"""For each Chinese encoding: the codec of its usual characters, and the last first byte of the frequent ones, which
come before the rare ones in both standards."""
WESTERN = set("ÄÖÜäöüßÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕØÙÚÛÝÞàáâãåæçèéêëìíîïðñòóôõøùúûýþŒœŠšŽž€£§°±²³µ·×½¼¾ªº«»¿¡‘’“”–—…©®™\xa0")
"""What Windows-1252 has beyond ASCII that Western tables use: letters, units, quotes."""
FIRST_COMMENTS = re.compile(r"\A(?:\s*#[^\r\n]*)+")
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)
DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a CSV file is written.

    skip        lines before the first row of data
    names       of the columns, each once
    decimal     "." or ","
    empty       whether there are names and nothing below them
    notes       what was detected and assumed, in sentences
    """

    path: Path
    encoding: str
    delimiter: str
    skip: int
    names: tuple[str, ...]
    decimal: str
    empty: bool
    notes: tuple[str, ...]


def layout_of(path: Path, encoding: str | None = None) -> Layout:
    """The layout of a CSV file, gzipped or not.

    Raises ValueError for a file without rows, or in no encoding that is known, and OSError where it cannot be read.
    """
    codec = find_encoding(path, encoding)
    with opened(path, codec) as file:
        start = file.read(1 << 20)
    delimiter = find_delimiter(start)
    mark = SAY[f"delimiter.{DELIMITERS[delimiter]}"]
    notes = [SAY["file.encoding"].filled(encoding=ENCODINGS.get(codec, codec), mark=mark)]
    lines = numbered_rows(start, delimiter, 60)
    titles = [cells for _, cells in lines[: first_wide_row(lines)]]
    rows = lines[len(titles) :]
    if not rows:
        raise ValueError(SAY["error.no_rows"].filled(path=path))
    said = [" ".join(" ".join(cells).split()) for cells in titles]
    before = [line.strip() for line in start[: comments_end(start)].splitlines() if line.strip()]
    notes += [SAY["file.above"].filled(line=repr(line[:80])) for line in (*before, *said)]
    if len(rows[0][1]) > MOST_COLUMNS:
        raise ValueError(SAY["error.wide"].filled(path=path, n=f"{len(rows[0][1]):,}", most=f"{MOST_COLUMNS:,}"))
    rows, unnamed = with_unnamed_column(rows)
    notes += unnamed
    (end, first), below = rows[0], [cells for _, cells in rows[1:] if len(cells) == len(rows[0][1])]
    decimal = decimal_mark(first, below, delimiter)
    if decimal == ",":
        notes.append(SAY["file.decimal"])
    headed = not is_data(first, below, decimal)
    if not headed:
        names = [f"x{i}" for i in range(1, len(first) + 1)]
        notes.append(SAY["file.headless"].filled(names=listed(names, 2)))
        end = lines[len(titles) - 1][0] if titles else first_line(start) - 1
    else:
        names, renamed = distinct_names(first)
        notes += renamed
    return Layout(path, codec, delimiter, end, tuple(names), decimal, headed and len(rows) == 1, tuple(notes))


def opened(path: Path, codec: str) -> IO[str]:
    """The text of the file, unzipped if need be."""
    return io.TextIOWrapper(raw(path), encoding=codec, newline="")


def raw(path: Path) -> Any:
    """The bytes of the file, unzipped if need be."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")


def numbered_rows(text: str, delimiter: str, most: int) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank, without comments before them: the number of the last line, and the cells."""
    skipped = text[: comments_end(text)].count("\n")
    reader = csv.reader(io.StringIO(text[comments_end(text) :], newline=""), delimiter=delimiter, skipinitialspace=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if len(found) == most:
                break
            if "".join(cells).strip():
                found.append((skipped + reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error:  # a cell without an end; reading will say where
        pass
    return found


def with_unnamed_column(rows: list[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], list[Text]]:
    """The rows, the first with one name more where all below have a cell more than it; and what that is, in a sentence.

    R writes the names of rows so, before the others; a mark at the end of every line leaves an empty column.

    >>> with_unnamed_column([(1, ["a", "b"]), (2, ["1", "5", "6"])])[0][0]
    (1, ['row', 'a', 'b'])
    """
    (end, first), *below = rows
    if {len(cells) for _, cells in below} != {len(first) + 1}:
        return rows, []
    if not any(cells[-1] for _, cells in below):
        return [(end, [*first, ""]), *below], []
    return [(end, ["row", *first]), *below], [SAY["file.row_names"].filled(n=len(first))]


def comments_end(text: str) -> int:
    """Where the lines end that begin with "#" above the table."""
    found = FIRST_COMMENTS.match(text)
    return found.end() + 1 if found else 0


def first_line(text: str) -> int:
    """The number of the first line that is neither blank nor a comment."""
    rest = text[comments_end(text) :].lstrip("\r\n \t")
    return text.count("\n", 0, len(text) - len(rest)) + 1


def first_wide_row(lines: list[tuple[int, list[str]]]) -> int:
    """How many rows of titles stand above a table: rows of one filled cell, where the rows after them are wider."""
    widths = [sum(bool(cell) for cell in cells) for _, cells in lines]
    usual = Counter(widths[3:] or widths).most_common(1)[0][0] if widths else 0
    titles = 0
    while titles < min(len(widths), 5) and widths[titles] == 1 < usual:
        titles += 1
    return titles


def decimal_mark(first: list[str], below: list[list[str]], delimiter: str) -> str:
    """ "," where cells of the first rows are numbers with a decimal comma, and none with a point."""
    if delimiter == ",":
        return "."
    cells = [cell for row in (first, *below) for cell in row]
    commas = sum(bool(DECIMAL_COMMA.fullmatch(cell)) for cell in cells)
    return "," if commas > sum(bool(DECIMAL_POINT.fullmatch(cell)) for cell in cells) else "."


def is_data(first: list[str], below: list[list[str]], decimal: str) -> bool:
    """Whether the first row holds data and no names: numbers where those below have them, or repeated texts of theirs.

    >>> is_data(["5.1", "setosa"], [["4.9", "setosa"]], "."), is_data(["width", "kind"], [["4.9", "setosa"]], ".")
    (True, False)
    """
    here = [plain_number(cell, decimal) is not None for cell in first]
    if any(here):
        columns = [[row[i] for row in below if row[i].lower() not in MISSING] for i in range(len(first))]
        numeric = [all(plain_number(cell, decimal) is not None for cell in column) for column in columns]
        return all(n or not h for n, h in zip(numeric, here, strict=True)) and here.count(True) >= numeric.count(True)
    filled = [(i, cell) for i, cell in enumerate(first) if cell]
    known = sum(any(row[i] == cell for row in below) for i, cell in filled)
    return len({cell for _, cell in filled}) < len(filled) and 2 * known > len(filled)


def distinct_names(cells: list[str]) -> tuple[list[str], list[Text]]:
    """Names for the columns, each once, and what was changed, in sentences.

    >>> distinct_names(["a", "", "a"])
    (['a', 'x2', 'a (2)'], ["columns 1 and 3 are both called 'a': the second is called 'a (2)' here"])
    >>> distinct_names(["a", "a (2)", "a"])[0]
    ['a', 'a (2)', 'a (3)']
    """
    places, times, notes = dict[str, int](), Counter[str](), []
    for i, cell in enumerate(cells, 1):
        name = fresh = " ".join(cell.split()) or f"x{i}"
        times[name] += 1
        if name in places:
            fresh = next(other for k in count(times[name]) if (other := f"{name} ({k})") not in places)
            which = {"one": places[name], "other": i, "name": repr(name), "fresh": repr(fresh)}
            notes.append(SAY["file.twice"].filled(**which))
        places[fresh] = i
    return list(places), notes


def find_encoding(path: Path, encoding: str | None = None) -> str:
    """The codec that decodes the file: a key of ``ENCODINGS``, or ``encoding`` itself where one is given.

    A byte-order mark decides. Without one the file is UTF-8 if all of it decodes so. Else it is guessed from the
    characters beyond ASCII: Windows-1252 if all would be Western letters and most would be rare as GB18030; Big5 if its
    share of frequent characters is the larger; GB18030 otherwise. Other encodings (Shift-JIS, EUC-KR, Windows-1251,
    ...) are not told apart and may be taken for GB18030: name those.

    Raises ValueError with the line number where no attempt succeeds and for an unknown ``encoding``, and OSError for a
    file that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data.csv")
    ...     _ = path.write_text("年龄,工资\\n30,9000\\n", encoding="gbk")
    ...     find_encoding(path)
    'gb18030'
    """
    if not path.exists():
        raise FileNotFoundError(SAY["error.no_file"].filled(path=repr(str(path)), folder=Path.cwd()))
    if path.is_dir():
        raise IsADirectoryError(SAY["error.csv_folder"].filled(path=repr(str(path))))
    with raw(path) as file:
        start = file.read(3)
    marked = [codec for codec, mark in BYTE_ORDER_MARKS if start.startswith(mark)]
    if encoding is not None:
        named = known_codec(encoding)
        attempts = ["utf-8-sig"] if named == "utf-8" and "utf-8-sig" in marked else [named]
    else:
        attempts = marked[:1] or ["utf-8"]
    line = survey(path, attempts[0])[0]
    if line is None:
        return attempts[0]
    if encoding is None and not marked:
        surveys = {codec: survey(path, codec) for codec in ("gb18030", "cp950", "cp1252")}
        attempts.append("gb18030")
        if (found := legacy({codec: seen for codec, (bad, seen) in surveys.items() if bad is None})) is not None:
            return found
        line = surveys["gb18030"][0]
    tried = " or ".join(ENCODINGS.get(attempt, attempt) for attempt in attempts)
    raise ValueError(SAY["error.not_encoded"].filled(path=path, line=line, tried=tried))


def known_codec(encoding: str) -> str:
    """Python's name for the encoding; ValueError if Python has no text encoding of that name.

    >>> known_codec("Big5"), known_codec("UTF8")
    ('big5', 'utf-8')
    """
    try:
        "a".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise ValueError(SAY["error.codec"].filled(encoding=repr(encoding))) from None


def legacy(seen: Mapping[str, Counter[str]]) -> str | None:
    """Which of the three encodings without a mark a file looks like, by its characters beyond ASCII in each."""

    def share(encoding: str) -> float:
        """Of the usual characters of a Chinese encoding."""
        codec, last = COMMON[encoding]
        common = sum(n for c, n in seen.get(encoding, {}).items() if (c.encode(codec, "ignore") or b"\xff")[0] <= last)
        return common / max(1, seen[encoding].total()) if encoding in seen else 0

    if "cp1252" in seen and set(seen["cp1252"]) <= WESTERN and share("gb18030") < 0.5:
        return "cp1252"
    return "cp950" if share("cp950") > max(0.5, share("gb18030")) else "gb18030" if "gb18030" in seen else None


def survey(path: Path, encoding: str) -> tuple[int | None, Counter[str]]:
    """The first line that is not in the encoding, if there is one; and how often which character beyond ASCII occurs.

    Raises ValueError for a NUL, which no text has.
    """
    decoder, line, seen = codecs.getincrementaldecoder(encoding)(), 1, Counter[str]()
    with raw(path) as file:
        for block in chain(iter(lambda: file.read(1 << 20), b""), [b""]):
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n"), seen
            if "\0" in text:
                line += text.count("\n", 0, text.index("\0"))
                raise ValueError(SAY["error.nul"].filled(path=path, line=line))
            line += text.count("\n")
            if not encoding.startswith("utf"):
                seen.update(re.sub(r"[\x00-\x7f]+", "", text))
    return None, seen


def find_delimiter(start: str) -> str:
    """The delimiter, a key of ``DELIMITERS``: one that occurs equally often in most of the first lines, if any does.

    Tab goes before semicolon before vertical bar before comma, because a comma may also be a decimal mark. Quoted text
    is passed over.

    >>> find_delimiter("a;b\\n1,5;2\\n1,5;2")
    ';'
    """
    text = re.sub(r'"[^"]*"', "", start[comments_end(start) :])
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()][:20] or [""]
    times = {mark: Counter(line.count(mark) for line in lines) for mark in DELIMITERS}
    agreeing = (m for m, seen in times.items() if (top := seen.most_common(1)[0])[0] and top[1] > 0.6 * len(lines))
    return next(agreeing, None) or max(times, key=lambda mark: sum(n * k for n, k in times[mark].items()))


def faults(layout: Layout) -> Iterator[Text]:
    """What is wrong with the lines of a file that could not be read: line and fault, one after the other."""
    width = len(layout.names)
    with opened(layout.path, layout.encoding) as file:
        reader = csv.reader(file, delimiter=layout.delimiter, strict=True, skipinitialspace=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield SAY["error.quotes"].filled(line=line, error=error)
                return
            if cells is None:
                return
            if line <= layout.skip or not cells:
                continue
            if reader.line_num > line + 20:
                yield SAY["error.runs_on"].filled(line=line, end=reader.line_num)
            elif len(cells) != width:
                mark = SAY[f"delimiter.{DELIMITERS[layout.delimiter]}"]
                many = SAY["error.cell" if len(cells) == 1 else "error.cells"]
                yield many.filled(line=line, n=len(cells), width=width, mark=mark)
