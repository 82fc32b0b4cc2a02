"""A CSV file of numbers, with one target column -> arrays. What had to be guessed is told in sentences."""

import math
import re
from array import array
from collections import Counter
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..nn.rows import LARGEST
from ..nn.validation import choose
from .csv_rows import DELIMITERS, ENCODINGS, comments, find_delimiter, find_encoding, rows

MISSING = {"", "nan", "na", "n/a", "#n/a", "null", "?"}
"""Cells, in lower case, that stand for a missing value."""
FRACTION = re.compile(r"[+-]?\d*[.,]\d+(e[+-]?\d+)?", re.IGNORECASE)
"""A number with a decimal mark of either kind."""
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.'])\d{3}(?:\1\d{3})*(?:[,.]\d+)?")
TRUTH = {"true": 1.0, "false": 0.0}


class Table(NamedTuple):
    """Rows X (m, n_x) in float64, and targets y (m,): float64 if all of them are numbers, text labels otherwise.

    ``notes`` tells, in sentences for the user, what was detected in the file and what was assumed.
    """

    X: Array
    y: Array
    feature_names: tuple[str, ...]
    target_name: str
    encoding: str
    delimiter: str
    notes: tuple[str, ...]


def read_csv(path: str | Path, target: str | None = None, encoding: str | None = None) -> Table:
    """Read a table of numbers whose column ``target``, the last by default, holds the targets: numbers or text.

    Encoding (UTF-8, UTF-16, GB18030, Big5, Windows-1252), delimiter (comma, semicolon, tab, vertical bar), decimal mark
    and a missing header are detected; without a header the columns are x1, x2, .... ``encoding`` names it where the
    guess is wrong. True and False are 1 and 0 in a feature. Lines before the table that start with "#" and a first
    column that only counts the rows (0 or 1 on, without a name) are left out. The file is read row by row into flat
    arrays: beside one row only X and y are in memory.

    Raises OSError for a file that cannot be read, and ValueError with line and column for a feature that is not a
    number up to 1e150 in size, a missing value, a ragged row, an unclosed quote, an unknown target, a repeated name.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data.csv")
    ...     _ = path.write_text("height;weight;kind\\n1,5;60;cat\\n0,5;4;dog\\n")
    ...     table = read_csv(path)
    >>> table.X.tolist(), table.y.tolist(), table.feature_names
    ([[1.5, 60.0], [0.5, 4.0]], ['cat', 'dog'], ('height', 'weight'))
    >>> print(*table.notes, sep="\\n")
    Cells are separated by semicolons.
    Numbers have a decimal comma: '1,5' is 1.5.
    The target is the last column, 'kind'.
    """
    path = Path(path)
    guessed = encoding is None
    encoding = find_encoding(path, encoding)
    skipped = comments(path, encoding)
    delimiter = find_delimiter(path, encoding)
    fraction = _first_fraction(path, encoding, delimiter)
    decimal = "," if "," in fraction else "."
    records = rows(path, encoding, delimiter)
    start = list(islice(records, 2))
    if not start:
        raise ValueError(f"{path} is empty: a table needs a line of column names and rows below it")
    first, *second = (cells for _, cells in start)
    headed = target in [_tidy(cell) for cell in first] or not _is_data(first, second, decimal)
    names = _names(path, first if headed else [""] * len(first))
    target_name = names[-1]
    if target is not None:
        choose("target", target, dict.fromkeys(names))
        target_name = target

    X, y = array("d"), _Targets(decimal)
    of_truth: dict[str, None] = {}
    for line, cells in chain(start[headed:], records):
        try:
            for name, cell in zip(names, cells, strict=True):
                if name == target_name:
                    y.add(cell)
                elif (truth := TRUTH.get(cell.strip().lower())) is not None:
                    of_truth[name] = None
                    X.append(truth)
                else:
                    X.append(_number(cell, decimal))
        except ValueError as error:
            raise ValueError(f"{path}, line {line}, column {name!r}: {error}") from None
    if not X:
        raise ValueError(f"{path} has column names but no rows below them")

    features = [name for name in names if name != target_name]
    rows_of = np.frombuffer(X).reshape(-1, len(features))
    unnamed = [name for name, cell in zip(names, first, strict=True) if headed and not _tidy(cell)]
    counts = (
        headed
        and len(features) > 1
        and _tidy(first[0]) in ("", "Unnamed: 0")
        and names[0] == features[0]
        and rows_of[0, 0] in (0, 1)
        and np.array_equal(rows_of[:, 0], np.arange(len(rows_of)) + rows_of[0, 0])
    )
    if counts:
        rows_of, features = rows_of[:, 1:].copy(), features[1:]
        unnamed = [name for name in unnamed if name != names[0]]

    told = " and ".join(map(repr, of_truth))
    comment = f"{len(skipped)} line{'s start' if len(skipped) > 1 else ' starts'} with # before the table"
    notes = [
        (guessed and encoding != "utf-8", f"The file was read as {ENCODINGS.get(encoding, encoding)}."),
        (bool(skipped), f"{comment}: left out ({skipped[-1][:40] if skipped else ''!r})."),
        (delimiter != ",", f"Cells are separated by {DELIMITERS[delimiter]}s."),
        (decimal == ",", f"Numbers have a decimal comma: {fraction!r} is {fraction.replace(',', '.')}."),
        (not headed, f"The first line holds data, not names, so the columns are called x1 to x{len(names)}."),
        (bool(counts), "The first column only counts the rows, so it is left out."),
        (bool(unnamed), "A column without a name is called x and its position."),
        (bool(of_truth), f"True and False are taken as 1 and 0 in {told}."),
        (target is None, f"The target is the last column, {target_name!r}."),
        (y.mixed, f"{target_name!r} holds text beside numbers, so each of its values is a label."),
    ]
    return Table(
        rows_of,
        y.values(),
        tuple(features),
        target_name,
        encoding,
        delimiter,
        tuple(sentence for holds, sentence in notes if holds),
    )


class _Text(ValueError):
    """A cell that is no number: a fault in a feature, a label in the target."""


class _Targets:
    """The target column as it comes in: numbers up to the first text, from there on labels and their codes."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal
        self.numbers = array("d")
        self.codes: dict[str, int] = {}
        self.column = array("q")
        self.mixed = False

    def add(self, cell: str) -> None:
        label = cell.strip()
        if label not in self.codes:
            try:
                value = _number(cell, self.decimal)
            except _Text:
                seen, self.numbers = self.numbers, array("d")
                for value in seen:
                    self._append_number(value, label)
            else:
                if not self.codes:
                    self.numbers.append(value)
                else:
                    self._append_number(value, next(iter(self.codes)))
                return
        self._append(label)

    def _append(self, label: str) -> None:
        self.column.append(self.codes.setdefault(label, len(self.codes)))

    def _append_number(self, value: float, text: str) -> None:
        # Whole numbers may be classes beside text ("1", "2", "3+"); a measured quantity with a word in it is a mistake.
        if not value.is_integer():
            raise ValueError(
                f"the target holds both {value:g} and the text {text[:40]!r}. Correct one of them, or remove its row"
            )
        self.mixed = True
        self._append(str(int(value)))

    def values(self) -> Array:
        if self.codes:
            return np.array(list(self.codes))[np.frombuffer(self.column, np.int64)]
        return np.frombuffer(self.numbers)


def _number(cell: str, decimal: str) -> float:
    value = _parsed(cell, decimal)
    if value is not None and abs(value) <= LARGEST[np.dtype(np.float64)]:
        return value
    text = cell.strip()
    if text.lower() in MISSING or value != value:
        raise ValueError(f"the value is missing ({text!r}). Fill it in, or remove the row")
    if value is not None:
        fault = "is infinite" if math.isinf(value) else "is too large: its square overflows"
        raise ValueError(f"{text!r} {fault}. Scale the column, or correct the cell")
    if THOUSANDS.fullmatch(text):
        plain = re.sub(r"[,.'](?=\d{3}(?:\D|$))", "", text)
        raise ValueError(f"{text!r} seems to hold a thousands mark: remove the mark from every number, as in {plain!r}")
    if FRACTION.fullmatch(text):
        raise ValueError(
            f"{text!r} is written with another mark than the decimal {decimal!r} of this file. Use one mark"
        )
    raise _Text(f"{text[:40]!r} is text where a number is needed. Code it in numbers, or remove the column")


def _parsed(cell: str, decimal: str) -> float | None:
    """The number in the cell, NaN and infinity too; None if there is none."""
    # Python takes 1_000 for a number; in a table it is a name.
    if "_" in cell or (decimal == "," and "." in cell):
        return None
    try:
        return float(cell.replace(",", ".")) if decimal == "," else float(cell)
    except ValueError:
        return None


def _first_fraction(path: Path, encoding: str, delimiter: str) -> str:
    """The first cell that is a number with a decimal mark; "" if there is none, or commas separate the cells."""
    if delimiter != ",":
        for _, cells in rows(path, encoding, delimiter):
            for cell in cells:
                if FRACTION.fullmatch(cell.strip()):
                    return cell.strip()
    return ""


def _is_data(first: list[str], second: list[list[str]], decimal: str) -> bool:
    """Whether the first row holds data: numbers alone, or all but one cell and just where the second has them."""
    here, *below = (
        [_parsed(cell, decimal) is not None or cell.strip().lower() in TRUTH for cell in cells]
        for cells in (first, *second)
    )
    return all(here) or (len(here) > 1 and here.count(False) == 1 and here in below)


def _names(path: Path, cells: list[str]) -> list[str]:
    names = [_tidy(cell) or f"x{i}" for i, cell in enumerate(cells, 1)]
    if len(names) < 2:
        raise ValueError(
            f"{path} has one column, {names[0]!r}: a table needs features and a target. Cells may be separated by "
            "commas, semicolons, tabs or vertical bars"
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        at = " and ".join(str(i) for i, other in enumerate(names, 1) if other == name)
        raise ValueError(f"{path}: columns {at} are called {name!r}. Rename or remove all but one")
    return names


def _tidy(name: str) -> str:
    return " ".join(name.split())
