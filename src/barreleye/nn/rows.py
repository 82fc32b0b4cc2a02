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

from .sparse import dense, dense_if_it_may_be, is_sparse

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
        raise ValueError(f"{label} has columns of different lengths, {heights}: each row needs a cell in every one")
    return np.column_stack([*table.values()]) if table else np.empty((0, 0)), tuple(table)


def columns(label: str, X: Any, names: Sequence[str] = ()) -> dict[str, np.ndarray] | None:
    """The columns of X by name, ``names`` or all, as real numbers; None where X has no names. Errors as ``named``."""
    if hasattr(X, "toarray"):  # sparse, and some of scipy's are dictionaries
        return None
    if isinstance(X, list | tuple) and X and all(isinstance(row, Mapping) for row in X):
        wanted = _places(label, [*dict.fromkeys(name for row in X for name in row)], names)
        for i, row in enumerate(X):
            if lacking := [own for own in wanted.values() if own not in row]:
                raise ValueError(f"{label} has no {listed(lacking, 12)} in row {i}: give every row a value")
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
        raise ValueError(
            f"{label} lacks the column{'s' * (len(lacking) > 1)} {listed(lacking, 12)}, and has {listed(there, 12)}: "
            "name its columns as the network's were named"
        )
    if double := [name for name, found in wanted.items() if len(found) > 1]:
        raise ValueError(f"{label} has {len(wanted[double[0]])} columns called {double[0]!r}: rename all but one")
    return {name: found[0] for name, found in wanted.items()}


def listed(names: Sequence[object], most: int = 6) -> str:
    """Names as a list in a sentence, at most so many of them.

    >>> listed(["a", "b", "c"], 2)
    "'a', 'b' and 1 more"
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more


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
    error, what, cure = fault
    if not what:
        raise _gap(label, cell, where, row)
    raise error(f"{label} holds {what}{where}, first {_short(cell)} in row {row}: {cure}")


def cells(label: str, values: Any, names: Sequence[str] = ()) -> np.ndarray:
    """``values`` as an array; ValueError for masked cells and for rows of different lengths."""
    if hasattr(values, "toarray"):  # sparse
        values = values.toarray()
    if isinstance(values, np.ma.MaskedArray):
        if (masked := np.ma.getmaskarray(values)).any():
            _, where, row = _first(masked, masked, names)
            raise _gap(label, "a masked cell", where, row)
        return np.asarray(values.data)
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{label} is not a table of numbers ({error})") from None


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
    label = f"{what}X"
    X = dense_if_it_may_be(X)
    if is_sparse(X):
        X.data = real(label, X.data)
    else:
        X, names = named(label, X, names)
    if X.ndim != 2:
        hint = {1: "; for one feature pass X.reshape(-1, 1), for one sample X.reshape(1, -1)"}.get(X.ndim, "")
        raise ValueError(f"{label} has {X.ndim} dimensions, shape {X.shape}, where rows (m, n_x) are expected{hint}")
    if 0 in X.shape:
        raise ValueError(f"{label} has shape {X.shape}: there is {'no row' if X.shape[0] == 0 else 'no column'} in it")
    if n_x is not None and X.shape[1] != n_x:
        hint = "; samples are rows here, so pass X.T" if X.shape[0] == n_x else ""
        raise ValueError(f"{label} has {X.shape[1]} columns where the network has n[0] = {n_x} inputs{hint}")
    cure = f", too large to multiply in {np.dtype(dtype)}: standardise the features"
    refuse_beyond(label, X, LARGEST[np.dtype(dtype)], cure, names)
    return X.astype(dtype) if is_sparse(X) else np.asarray(X, dtype, order="C")


def refuse_beyond(label: str, values: Any, limit: float, cure: str = "", names: Sequence[Any] = ()) -> None:
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
        raise ValueError(f"{label} has infinity{where}, first in row {row}: remove or clip it first")
    raise ValueError(f"{label} reaches {cell:.1e}{where}, first in row {row}{cure}")


# Where a cell stands, and what is wrong with it


def _those(test: Callable[[Any], Any], values: np.ndarray) -> np.ndarray:
    """For which cells the test holds."""
    return np.array([bool(test(cell)) for cell in values.flat], bool).reshape(values.shape)


def _first(values: np.ndarray, bad: np.ndarray, names: Sequence[Any]) -> tuple[Any, str, int]:
    """The first bad cell of the first column with one, that column in words, if it is one of several, and the row."""
    at = tuple(int(i) for i in np.unravel_index(int(bad.T.argmax()), bad.T.shape))[::-1]
    row, column = (*at, 0, 0)[:2]
    if len(at) < 2 or bad.shape[1] == 1:
        where = f" in column {names[0]!r}" if len(names) == 1 else ""
    else:
        where = f" in column {names[column]!r}" if column < len(names) else f" in column {column}"
    return values[at], where, row


def _gap(label: str, cell: Any, where: str, row: int) -> ValueError:
    shown = "NaN" if isinstance(cell, float | np.floating) else cell
    return ValueError(f"{label} has {shown}{where}, first in row {row}: remove or fill in missing values first")


def _fault(cell: Any) -> tuple[type[Exception], str, str] | None:
    """For a cell that is no real number the error, what it is ("" if it is missing) and the cure."""
    if is_missing(cell):
        return ValueError, "", ""
    if isinstance(cell, complex):
        return ValueError, "complex numbers", "pass real ones, such as their .real or abs(). Complex data not supported"
    if isinstance(cell, np.datetime64 | np.timedelta64) or hasattr(cell, "isoformat"):
        return ValueError, "dates or times", "make numbers of them first, such as days since a date"
    try:
        float(cell)
    except OverflowError:
        return ValueError, "numbers too large for a float", "standardise them"
    except (TypeError, ValueError) as error:
        if isinstance(cell, str | bytes):
            return ValueError, "text", "encode it first, for instance with OneHotEncoder"
        return TypeError, "something that is not a number", f"encode it first ({error})"
    return None


def _short(cell: Any) -> str:
    plain = isinstance(cell, np.generic | complex) or hasattr(cell, "isoformat")
    text = repr(str(cell)) if isinstance(cell, str) else str(cell) if plain else repr(cell)
    return text if len(text) <= 40 else f"{text[:40]}..."
