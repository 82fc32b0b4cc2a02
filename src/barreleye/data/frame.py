"""A frame: named columns of equal length, each holding numbers, texts or times. Whatever a user has becomes one.

>>> frame = frame_of({"age": [31, None], "city": ["Oslo", "Turku"]})
>>> frame.m, frame["city"].levels, frame["age"].values
(2, ('Oslo', 'Turku'), array([31., nan]))
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np

from ..nn.arrays import Array
from ..nn.rows import listed
from ..words import NOTHING, Text, catalogue

SAY = catalogue("table")


class Numbers(NamedTuple):
    """Numbers (m,) in float64; NaN: no number.

    truth      they came as truth values, 0 and 1
    decimal    the mark with which their file wrote them
    """

    values: Array
    truth: bool = False
    decimal: str = "."


class Texts(NamedTuple):
    """Texts by their codes (m,), places in ``levels``, the distinct ones in order of appearance; -1: no text."""

    codes: Array
    levels: tuple[str, ...]


class Times(NamedTuple):
    """Moments (m,) as datetime64[us]; NaT: none."""

    values: Array


Cells: TypeAlias = Numbers | Texts | Times


def length(cells: Cells) -> int:
    """How many cells there are."""
    return len(cells[0])


def missing(cells: Cells) -> Array:
    """Which cells (m,) hold nothing."""
    match cells:
        case Texts(codes, _):
            return codes < 0
        case Times(values):
            return np.isnat(values)
        case Numbers(values, _):
            return np.isnan(values)


def take(cells: Cells, rows: Any) -> Cells:
    """The cells of those rows; levels of a text that no row is left of go."""
    if not isinstance(cells, Texts):
        return cells._replace(values=cells.values[rows])
    codes = cells.codes[rows]
    used = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(cells.levels)))
    places = np.full(len(cells.levels) + 1, -1, np.int32)
    places[used] = np.arange(len(used))
    return Texts(places[codes], tuple(cells.levels[i] for i in used))


def as_texts(cells: Cells) -> Texts:
    """Any cells as texts: 4.0 is "4", a time is in ISO form.

    >>> as_texts(Numbers(np.array([4.0, 0.5, np.nan]))).levels
    ('0.5', '4')
    """
    if isinstance(cells, Texts):
        return cells
    empty = missing(cells)
    distinct, places = np.unique(cells.values[~empty], return_inverse=True)
    codes = np.full(length(cells), -1, np.int32)
    codes[~empty] = places
    return Texts(codes, tuple(plain(value) for value in distinct))


def plain(value: Any) -> str:
    """A number or time as a person would write it: 4 for 4.0, and a day without its midnight.

    >>> plain(4.0), plain(np.datetime64("2020-01-31", "us")), plain(np.datetime64("2020-01-31T12:00", "us"))
    ('4', '2020-01-31', '2020-01-31T12:00:00')
    """
    if isinstance(value, np.datetime64):
        return str(value).removesuffix(".000000").removesuffix("T00:00:00")
    return str(int(value)) if value == np.floor(value) and abs(value) < 2**53 else repr(float(value))


@dataclass(frozen=True)
class Frame:
    """Columns by name; ``names[i]`` is the column that stands i-th in the file."""

    columns: Mapping[str, Cells]
    m: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.columns)

    def __getitem__(self, name: str) -> Cells:
        return self.columns[name]

    def __iter__(self) -> Iterator[tuple[str, Cells]]:
        return iter(self.columns.items())

    def __len__(self) -> int:
        return self.m

    def without(self, names: Sequence[str]) -> Self:
        """The frame without the columns of those names."""
        return type(self)({name: cells for name, cells in self if name not in names}, self.m)

    def take(self, rows: Any) -> Self:
        """The frame of those rows: numbers of rows, or a mask."""
        columns = {name: take(cells, rows) for name, cells in self}
        return type(self)(columns, int(np.arange(self.m)[rows].size))


def frame_of(data: Any, names: Sequence[str] = ()) -> Frame:
    """A frame of an array (m, n), a dictionary of columns, rows as dictionaries or lists, or a data frame.

    Data frames are those that narwhals knows: pandas, polars, pyarrow and others. names: for the columns of an array or
    of lists; x1, x2, ... where none are given.

    Raises TypeError for what is no table, ValueError for columns of different lengths or names that occur twice.

    >>> frame_of([{"a": 1, "b": "x"}, {"b": "y", "a": 2}])["b"].codes
    array([0, 1], dtype=int32)
    """
    if isinstance(data, Frame):
        return data
    if isinstance(data, Mapping):
        single = {name: isinstance(v, str | bytes) or not hasattr(v, "__len__") for name, v in data.items()}
        columns = {str(name): cells_of([v] if single[name] else v, str(name)) for name, v in data.items()}
        return framed(columns)
    if is_frame(data):
        return framed_by_narwhals(data)
    if isinstance(data, Sequence) and data and all(isinstance(row, Mapping) for row in data):
        keys = dict.fromkeys(key for row in data for key in row)
        return framed({str(key): cells_of([row.get(key) for row in data], str(key)) for key in keys})
    values = np.asarray(data if hasattr(data, "dtype") else np.array(data, dtype=object))
    if values.ndim != 2:
        hint = SAY["error.one_row"] if values.ndim == 1 else NOTHING
        raise TypeError(SAY["error.dimensions"].filled(shape=values.shape, hint=hint))
    chosen = list(names) or [f"x{i + 1}" for i in range(values.shape[1])]
    if len(chosen) != values.shape[1]:
        shown = {"here": values.shape[1], "n": len(chosen), "names": listed(chosen)}
        raise ValueError(SAY["error.width"].filled(**shown))
    return framed({name: cells_of(values[:, i], name) for i, name in enumerate(chosen)}, len(values))


def is_frame(data: Any) -> bool:
    """Whether the data are a data frame of some library."""
    return any(hasattr(data, name) for name in ("collect_schema", "columns", "column_names"))


def framed(columns: Mapping[str, Cells], m: int | None = None) -> Frame:
    """The columns as a frame. Raises ValueError unless all are of one length."""
    lengths = {name: length(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        shortest, longest = min(lengths, key=lambda n: lengths[n]), max(lengths, key=lambda n: lengths[n])
        shown = {"one": shortest, "n": lengths[shortest], "other": longest, "m": lengths[longest]}
        raise ValueError(SAY["error.lengths"].filled(**shown))
    return Frame(dict(columns), next(iter(lengths.values()), 0) if m is None else m)


def framed_by_narwhals(data: Any) -> Frame:
    """A frame of a data frame of any library that narwhals knows."""
    import narwhals.stable.v2 as nw

    try:
        frame: Any = nw.from_native(data)
    except TypeError:
        raise TypeError(SAY["error.no_table"].filled(type=type(data).__name__)) from None
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    columns: dict[str, Cells] = {}
    for series in frame.iter_columns():
        name, kind = series.name, series.dtype
        if kind.is_numeric() or kind == nw.Boolean:
            values = series.cast(nw.Float64).fill_null(np.nan).to_numpy()
            columns[str(name)] = Numbers(np.array(values, np.float64), truth=kind == nw.Boolean)
        elif kind == nw.Date or kind == nw.Datetime:
            if getattr(kind, "time_zone", None):
                series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            columns[str(name)] = Times(series.cast(nw.Datetime("us")).to_numpy().astype("datetime64[us]"))
        elif kind == nw.Duration:
            columns[str(name)] = cells_of(series.cast(nw.Duration("us")).to_numpy().astype("timedelta64[us]"))
        else:
            items = series.to_list()
            if kind in (nw.List, nw.Array, nw.Struct):  # as they are printed
                items = [None if item is None else str(item) for item in items]
            columns[str(name)] = cells_of(items, str(name))
    return framed(columns, len(frame))


def cells_of(values: Any, name: str = "the column") -> Cells:
    """The cells of a list or one-dimensional array of numbers, texts, truth values or times; None holds nothing.

    Numbers among texts are read as texts. Raises TypeError for anything else, such as complex numbers.

    >>> cells_of([True, None, False]).values
    array([ 1., nan,  0.])
    """
    kept = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    array = values if isinstance(values, np.ndarray) else as_array(values)
    if array.ndim != 1:
        raise TypeError(SAY["error.deep_column"].filled(name=name, shape=array.shape))
    kind = array.dtype.kind
    if kind in "biuf":
        numbers = array.astype(np.float64)
        return Numbers(numbers if kept is None else np.where(kept, np.nan, numbers), truth=kind == "b")
    if kind == "M":
        return Times(array.astype("datetime64[us]"))
    if kind == "m":  # how long something took: in seconds
        seconds = array.astype("timedelta64[us]").astype(np.float64) / 1e6
        return Numbers(np.where(np.isnat(array), np.nan, seconds))
    if kind not in "OUST":
        raise TypeError(SAY["error.no_cells"].filled(name=name, what=array.dtype))
    items = array.tolist() if kept is None else [None if gone else v for v, gone in zip(array, kept, strict=True)]
    items = [None if nothing(item) else item for item in items]
    some = [item for item in items if item is not None]
    truth = bool(some) and all(isinstance(item, bool | np.bool_) for item in some)
    if all(isinstance(item, Real | Decimal | np.number | np.bool_) for item in some):
        return Numbers(np.array([np.nan if item is None else float(item) for item in items]), truth)
    if some and all(hasattr(item, "total_seconds") for item in some):
        return Numbers(np.array([np.nan if item is None else item.total_seconds() for item in items]))
    if all(hasattr(item, "year") or isinstance(item, np.datetime64) for item in some):
        return Times(np.array([np.datetime64("NaT") if i is None else instant(i) for i in items], "datetime64[us]"))
    odd = next((item for item in some if isinstance(item, complex | list | tuple | dict | set)), None)
    if odd is not None:
        raise TypeError(SAY["error.no_cells"].filled(name=name, what=repr(str(odd)[:40])))
    return coded([None if item is None else written(item) for item in items])


def as_array(values: Any) -> Array:
    """Values of any library as an array: of numbers or times if all are, else of objects, each as it is."""
    if hasattr(values, "dtype"):
        return np.asarray(values)
    items = list(values)
    objects = np.empty(len(items), object)
    objects[:] = items
    kinds = {type(item) for item in items}
    return np.array(items) if kinds in ({int}, {float}, {int, float}, {bool}) else objects


def coded(texts: Sequence[str | None]) -> Texts:
    """Texts as codes and levels; None holds nothing."""
    places: dict[str, int] = {}
    codes = [-1 if text is None else places.setdefault(text, len(places)) for text in texts]
    return Texts(np.array(codes, np.int32), tuple(places))


def nothing(item: Any) -> bool:
    """None, NaN, NaT, pandas' NA."""
    if item is None or isinstance(item, str):
        return item is None
    try:
        return bool(item != item)
    except TypeError:  # pandas.NA is neither true nor false
        return True


def instant(item: Any) -> np.datetime64:
    """A date or datetime of Python, without its zone: in UTC."""
    if getattr(item, "tzinfo", None) is not None:
        item = item.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(item, "us")


def written(item: Any) -> str:
    """A cell as text: "4" for 4.0, bytes as UTF-8."""
    if isinstance(item, bytes):
        return item.decode("utf-8", "replace").strip()
    return plain(item) if isinstance(item, float | np.floating) else str(item).strip()


def counted(n: int, thing: str) -> Text:
    """So many of a thing.

    >>> counted(1, "row").en, counted(12000, "row").en, counted(12000, "row").zh
    ('1 row', '12,000 rows', '12,000 行')
    """
    named = SAY[f"thing.{thing}"]
    return Text(f"{n:,} {named.en}{'s' * (n != 1)}", f"{n:,} {named.zh}")
