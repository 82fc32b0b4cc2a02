"""pyarrow's arrays as the cells of a frame."""

from functools import cache
from typing import Any

import numpy as np

from ..nn.arrays import Array
from .frame import Cells, Frame, Numbers, Texts, Times, framed_by_narwhals
from .marks import SPELT


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

    marks = sorted(SPELT)
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


def frame_in(batch: Any) -> Frame:
    """A batch of pyarrow's as a frame; texts by their dictionary, as few of them differ."""
    import pyarrow as pa

    def is_text(kind: Any) -> bool:
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))

    texts = [field.name for field in batch.schema if is_text(field.type)]
    others = [name for name in batch.schema.names if name not in texts]
    columns = dict(framed_by_narwhals(pa.Table.from_batches([batch.select(others)])).columns)
    columns |= {name: texts_of(batch.column(name).cast(pa.string())) for name in texts}
    return Frame({name: columns[name] for name in batch.schema.names}, batch.num_rows)


def arrow_type(kind: type[Cells]) -> Any:
    """The type in which pyarrow is to read cells of that kind."""
    import pyarrow as pa

    if kind is Texts:
        return pa.dictionary(pa.int32(), pa.string())
    return pa.float64() if kind is Numbers else pa.timestamp("us")
