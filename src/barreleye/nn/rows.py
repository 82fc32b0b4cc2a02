"""Rows from a user: whatever holds them becomes an array and its columns' names, or an error says what to do.

An array, a list, a masked array, a frame (pandas, polars, pyarrow), a dictionary and a list of dictionaries all come in
here; no library of frames is imported for it. Inside, all is trusted.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from ..words import NOTHING, Text
from .sparse import dense, dense_if_it_may_be, is_sparse
from .validation import SAY

LARGEST = {np.dtype(np.float32): 1e18, np.dtype(np.float64): 1e150}
"""The largest |x| whose square is far from overflow; beyond it no first layer can stay finite for long."""

PLAIN = (Real, Decimal, np.bool, str, bytes)
"""Kinds of cells that ``float`` may try. It would take times for numbers too."""


def data_dtype(X: Any) -> np.dtype[Any]:
    """float32 for float32 data, float64 for everything else.

    >>> data_dtype(np.zeros(1, np.float32)), data_dtype([1, 2])
    (dtype('float32'), dtype('float64'))
    """
    return np.dtype(np.float32) if getattr(X, "dtype", None) == np.float32 else np.dtype(np.float64)


def named(label: str, X: Any, names: Sequence[str] = ()) -> tuple[np.ndarray, tuple[str, ...]]:
    """X as an array of real numbers, and the names of its columns.

    Where X has names, ``names`` picks and orders its columns, and others are left out. Where it has none they are
    ``names``, by position. Text that is a number is one.

    Raises ValueError or TypeError that names the first column, its first row and the cell: for a missing value (None,
    NaT, NA, a masked cell), text, dates, complex numbers, objects; and for a column that is missing or there twice.

    >>> named("X", [{"width": 2, "height": 1.5}], ["height", "width"])
    (array([[1.5, 2. ]]), ('height', 'width'))
    >>> named("X", {"height": [1.5, 2.5]}, ["height", "width"])
    Traceback (most recent call last):
        ...
    ValueError: X lacks the column 'width', and has 'height': name its columns as the network's were named
    """
    table = columns(label, X, names)
    if table is None:
        return real(label, X, names), tuple(names)
    heights = {name: len(column) for name, column in table.items()}
    if len({*heights.values()}) > 1:
        raise ValueError(SAY["rows.lengths"].filled(label=label, heights=heights))
    return np.column_stack([*table.values()]) if table else np.empty((0, 0)), tuple(table)


def columns(label: str, X: Any, names: Sequence[str] = ()) -> dict[str, np.ndarray] | None:
    """The columns of X by name, ``names`` or all, as real numbers; None where X has no names. Errors as ``named``."""
    if hasattr(X, "toarray"):  # sparse, and some of scipy's are dictionaries
        return None
    if isinstance(X, list | tuple) and X and all(isinstance(row, Mapping) for row in X):
        wanted = _places(label, [*dict.fromkeys(name for row in X for name in row)], names)
        for i, row in enumerate(X):
            if lacking := [own for own in wanted.values() if own not in row]:
                raise ValueError(SAY["rows.lacks_cell"].filled(label=label, names=listed(lacking, 12), row=i))
        X = {own: [row[own] for row in X] for own in wanted.values()}
    # pyarrow's ``columns`` are the data; a structured array has its names in the dtype
    places = (X if isinstance(X, Mapping) else None, *(getattr(X, name, None) for name in ("column_names", "columns")))
    there = next((place for place in places if place is not None), getattr(getattr(X, "dtype", None), "names", None))
    if there is None or not all(isinstance(name, str) for name in there):
        return None
    found = {name: X[own] for name, own in _places(label, [*there], names).items()}
    return {name: np.atleast_1d(real(label, column, (name,))) for name, column in found.items()}


def _places(label: str, there: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """For each wanted name the name that X has for it; spaces around and between words do not matter."""
    own: dict[str, list[str]] = {}
    for name in there:
        own.setdefault(" ".join(name.split()), []).append(name)
    wanted = {name: own.get(" ".join(name.split()), []) for name in names or there}
    if lacking := [name for name, found in wanted.items() if not found]:
        text = SAY["rows.lacks_columns" if len(lacking) > 1 else "rows.lacks_column"]
        raise ValueError(text.filled(label=label, names=listed(lacking, 12), there=listed(there, 12)))
    if double := [name for name, found in wanted.items() if len(found) > 1]:
        raise ValueError(SAY["rows.twice"].filled(label=label, n=len(wanted[double[0]]), name=double[0]))
    return {name: found[0] for name, found in wanted.items()}


def listed(names: Sequence[object], most: int = 6) -> Text:
    """Names as a list in a sentence, at most so many of them.

    >>> listed(["a", "b", "c"], 2), listed(["a", "b", "c"], 2).zh
    ("'a', 'b' and 1 more", "'a'、'b'，另有 1 个")
    """
    shown = SAY["comma"].join(map(repr, names[:most]))
    return SAY["more"].filled(shown=shown, n=len(names) - most) if len(names) > most else shown


def real(label: str, values: Any, names: Sequence[str] = ()) -> np.ndarray:
    """``values`` as an array of real numbers in a dtype of their own. Errors as ``named``."""
    values = cells(label, values, names)
    if values.dtype.kind in "biuf" or not values.size:
        return values
    kinds = {type(cell) for cell in values.flat}
    if values.dtype.kind in "OUS" and np.timedelta64 not in kinds and all(issubclass(kind, PLAIN) for kind in kinds):
        with suppress(TypeError, ValueError, OverflowError):
            return values.astype(np.float64)
    cell, where, row = _first(values, _those(_fault, values), names)
    if (fault := _fault(cell)) is None:
        return values.astype(np.float64)
    kind, why = fault
    if kind == "missing":
        raise _gap(label, cell, where, row)
    error = TypeError if kind == "object" else ValueError
    raise error(SAY[f"rows.{kind}"].filled(label=label, where=where, cell=_short(cell), row=row, why=why))


def cells(label: str, values: Any, names: Sequence[str] = ()) -> np.ndarray:
    """``values`` as an array; ValueError for masked cells and for rows of different lengths."""
    if hasattr(values, "toarray"):  # sparse
        values = values.toarray()
    if isinstance(values, np.ma.MaskedArray):
        if (masked := np.ma.getmaskarray(values)).any():
            _, where, row = _first(masked, masked, names)
            raise _gap(label, SAY["rows.masked"], where, row)
        return np.asarray(values.data)
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(SAY["rows.no_table"].filled(label=label, error=error)) from None


def numbers(label: str, values: Any, dtype: Any) -> np.ndarray:
    """``values`` as a C-ordered array of the dtype, of any shape. Errors as ``named``."""
    return np.asarray(named(label, values)[0], dtype, order="C")


def refuse_missing(label: str, values: Any) -> None:
    """Raise ValueError, with the row, where labels are missing: None, NaN, NaT, NA, infinity, a masked cell.

    >>> refuse_missing("y", ["a", None])
    Traceback (most recent call last):
        ...
    ValueError: y has None, first in row 1: remove or fill in missing values first
    """
    given, values = values, cells(label, values)
    if values.dtype.kind == "U" and not hasattr(given, "dtype"):
        values = np.asarray(given, object)  # in a list NaN beside text has become the text "nan"
    if values.dtype.kind == "f":
        refuse_beyond(label, values, math.inf)
    elif values.dtype.kind in "OmM" and (bad := _those(is_missing, values)).any():
        raise _gap(label, *_first(values, bad, ()))


def is_missing(cell: Any) -> bool:
    """Whether a cell is None or, as NaN, NaT and pandas' NA, something that does not equal itself."""
    try:
        return cell is None or bool(cell != cell)
    except TypeError:  # NA has no truth
        return True
    except ValueError:  # an array in a cell
        return False


def check_features(X: Any, n_x: int | None, dtype: Any, *, what: str = "", names: Sequence[str] = ()) -> np.ndarray:
    """X as a finite C-ordered (m, n_x) array of rows, or csr_array (see sparse.py); any width when n_x is None.

    ``names`` as for ``named``.

    >>> check_features([[1.0, float("nan")]], 2, float, names=("height", "width"))
    Traceback (most recent call last):
        ...
    ValueError: X has NaN in column 'width', first in row 0: remove or fill in missing values first
    """
    label = what + "X"
    X = dense_if_it_may_be(X)
    if is_sparse(X):
        X.data = real(label, X.data)
    else:
        X, names = named(label, X, names)
    if X.ndim != 2:
        hint = SAY["hint.reshape"] if X.ndim == 1 else NOTHING
        raise ValueError(SAY["rows.dimensions"].filled(label=label, X=X, hint=hint))
    if 0 in X.shape:
        raise ValueError(SAY["rows.no_row" if X.shape[0] == 0 else "rows.no_column"].filled(label=label, X=X))
    if n_x is not None and X.shape[1] != n_x:
        hint = SAY["hint.samples_are_rows"] if X.shape[0] == n_x else NOTHING
        raise ValueError(SAY["rows.width"].filled(label=label, here=X.shape[1], n_x=n_x, hint=hint))
    cure = SAY["cure.multiply"].filled(dtype=np.dtype(dtype))
    refuse_beyond(label, X, LARGEST[np.dtype(dtype)], cure, names)
    return X.astype(dtype) if is_sparse(X) else np.asarray(X, dtype, order="C")


def refuse_beyond(label: str, values: Any, limit: float, cure: str = NOTHING, names: Sequence[Any] = ()) -> None:
    """Raise ValueError, with the column and its first row, for NaN, infinity, and numbers beyond the limit."""
    if is_sparse(values):
        stored = values.tocoo()
        bad = ~((np.abs(stored.data) <= limit) & np.isfinite(stored.data))
        if bad.any():
            column = int(stored.col[bad].min())
            refuse_beyond(label, dense(values[:, [column]]), limit, cure, [names[column] if len(names) else column])
        return
    largest = np.maximum(values.max(axis=0, initial=0).astype(float), -values.min(axis=0, initial=0).astype(float))
    if (largest <= limit).all() and not np.isinf(largest).any():
        return
    bad = ~((np.abs(values) <= limit) & np.isfinite(values))
    cell, where, row = _first(values, bad, names)
    if math.isnan(cell):
        raise _gap(label, cell, where, row)
    if math.isinf(cell):
        raise ValueError(SAY["rows.infinity"].filled(label=label, where=where, row=row))
    raise ValueError(SAY["rows.reaches"].filled(label=label, where=where, cell=float(cell), row=row, cure=cure))


# Where a cell stands, and what is wrong with it


def _those(test: Callable[[Any], Any], values: np.ndarray) -> np.ndarray:
    """For which cells the test holds."""
    return np.array([bool(test(cell)) for cell in values.flat], bool).reshape(values.shape)


def _first(values: np.ndarray, bad: np.ndarray, names: Sequence[Any]) -> tuple[Any, Text, int]:
    """The first bad cell of the first column with one, that column in words, if it is one of several, and the row."""
    at = tuple(int(i) for i in np.unravel_index(int(bad.T.argmax()), bad.T.shape))[::-1]
    row, column = (*at, 0, 0)[:2]
    if len(at) < 2 or bad.shape[1] == 1:
        called = names[:1] if len(names) == 1 else ()
    else:
        called = (names[column] if column < len(names) else column,)
    return values[at], SAY["rows.in_column"].filled(name=called[0]) if called else NOTHING, row


def _gap(label: str, cell: Any, where: Text, row: int) -> ValueError:
    shown = "NaN" if isinstance(cell, float | np.floating) else cell
    return ValueError(SAY["rows.gap"].filled(label=label, shown=shown, where=where, row=row))


def _fault(cell: Any) -> tuple[str, Any] | None:
    """For a cell that is no real number what it is, as in the catalogue's [rows], and Python's own words for why."""
    if is_missing(cell):
        return "missing", ""
    if isinstance(cell, complex):
        return "complex", ""
    if isinstance(cell, np.datetime64 | np.timedelta64) or hasattr(cell, "isoformat"):
        return "date", ""
    try:
        float(cell)
    except OverflowError:
        return "too_large", ""
    except (TypeError, ValueError) as error:
        return ("text", "") if isinstance(cell, str | bytes) else ("object", error)
    return None


def _short(cell: Any) -> str:
    plain = isinstance(cell, np.generic | complex) or hasattr(cell, "isoformat")
    text = repr(str(cell)) if isinstance(cell, str) else str(cell) if plain else repr(cell)
    return text if len(text) <= 40 else f"{text[:40]}..."
