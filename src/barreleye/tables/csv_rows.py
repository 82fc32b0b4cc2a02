"""A CSV file as numbered rows of text: its encoding, its delimiter, and the faults that leave no row to read."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "utf-16": "UTF-16",
    "gb18030": "GB18030 (a superset of GBK)",
}


def find_encoding(path: Path) -> str:
    """The codec that decodes the file: a key of ``ENCODINGS``.

    A byte-order mark decides. Without one the file is UTF-8 if all of it decodes so, else GB18030. Raises ValueError
    with the line number where the last attempt fails, and OSError for a file that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data.csv")
    ...     _ = path.write_text("年龄,工资\\n30,9000\\n", encoding="gbk")
    ...     find_encoding(path)
    'gb18030'
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no file {str(path)!r} (looked in {Path.cwd()})")
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder; name one CSV file in it")
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith(codecs.BOM_UTF8):
        attempts = ["utf-8-sig"]
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        attempts = ["utf-16"]
    else:
        attempts = ["utf-8", "gb18030"]
    for encoding in attempts:
        line = _undecodable_line(path, encoding)
        if line is None:
            return encoding
    tried = " or ".join(ENCODINGS[encoding] for encoding in attempts)
    raise ValueError(f"{path}, line {line}: the text is not {tried}. Is this a CSV file? If so, save it as UTF-8")


def _undecodable_line(path: Path, encoding: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                line += decoder.decode(block).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
    return None


def find_delimiter(path: Path, encoding: str) -> str:
    """The delimiter, a key of ``DELIMITERS``: one that occurs equally often in the first two lines, if there is any.

    Tab goes before semicolon before comma, because a comma may also be a decimal mark. When the two lines agree on
    none, the one that is most frequent in the first is taken, and ``rows`` will name the ragged line. Quoted text is
    passed over.
    """
    with path.open(encoding=encoding, newline="") as file:
        start = re.sub(r'"[^"]*"', "", file.read(1 << 20))
    lines = [line for line in re.split(r"[\r\n]+", start) if line.strip()][:2] or [""]
    times = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS}
    agreeing = (mark for mark, (first, *second) in times.items() if first and second in ([], [first]))
    return next(agreeing, None) or max(times, key=lambda mark: times[mark][0])


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank: the number of its first line, and its cells. Only one row is in memory at a time.

    Raises ValueError with the line number for a NUL byte, for quotes that do not pair up, for a cell that runs over
    several lines (a heading may), and for a row that is longer or shorter than the first.
    """
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_without_nul(path, file), delimiter=delimiter, strict=True, skipinitialspace=True)
        line = width = 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise ValueError(
                    f"{path}, line {line}: the quotes do not pair up ({error}). Close the quoted cell; "
                    "write a quote inside it twice"
                ) from None
            if cells is None:
                return
            if len(cells) < 2 and not "".join(cells).strip():
                continue
            if width and reader.line_num > line:
                raise ValueError(
                    f"{path}, line {line}: a quoted cell runs on to line {reader.line_num}. Close the quote where "
                    "the cell ends"
                )
            width = width or len(cells)
            if len(cells) != width:
                cells_here = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
                raise ValueError(
                    f"{path}, line {line}: {cells_here} where the first row has {width}. Look for a missing or extra "
                    f"{DELIMITERS[delimiter]}, and quote a cell that contains one"
                )
            yield line, cells


def _without_nul(path: Path, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise ValueError(
                f"{path}, line {number}: a NUL byte, so this is not plain text. Save the table as CSV in UTF-8"
            )
        yield line
