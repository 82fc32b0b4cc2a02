"""Which data a run saw, as a short word: that of two tables is the same if they hold the same columns, cell by cell."""

from hashlib import blake2b

import numpy as np

from ..nn.arrays import Array
from .frame import Frame, Texts


def fingerprint(*frames: Frame) -> str:
    """16 hexadecimal digits of the names, cells and order of columns and rows, as they were read.

    The order of rows counts, since by it and the seed rows are set aside and dealt into batches: with the same
    fingerprint, settings and versions a run repeats. How a file was written (quotes, delimiter, gzip) does not.

    >>> from .frame import frame_of
    >>> rows = frame_of({"a": [1, None], "b": ["x", "y"]})
    >>> fingerprint(rows), fingerprint(rows.take([1, 0]))
    ('1063b7a70e48cac7', 'af948afe7403e70a')
    """
    seen = blake2b(digest_size=8)
    for frame in frames:
        seen.update(repr((frame.m, frame.names)).encode())
        for _, cells in frame:
            levels = cells.levels if isinstance(cells, Texts) else ()
            seen.update(repr((type(cells).__name__, levels)).encode())
            seen.update(canonical(cells[0]))
    return seen.hexdigest()


def canonical(values: Array) -> Array:
    """The numbers' bytes, the same on any machine; there are several for 0 and for no number.

    >>> canonical(np.array([-0.0, -np.nan])).tobytes() == canonical(np.array([0.0, np.nan])).tobytes()
    True
    """
    if values.dtype.kind == "f":
        values = values + 0.0
        values[np.isnan(values)] = np.nan
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).view(np.uint8)
