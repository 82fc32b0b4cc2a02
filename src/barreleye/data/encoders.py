"""One frozen encoder for each kind of column: fitted on training cells, it makes numbers of any cells of that column.

``fit`` sees the training rows alone. A call returns (m, k) numbers, one column for each of ``parts``: a missing cell
has a number of its own making, a cell that cannot be read is NaN. Fields are plain values or arrays, so that a file can
hold them. A new kind is one class here, entered in ``KINDS``.
"""

from .encoding import Encoder
from .free_text import Text
from .names import Category, Constant, Identifier, Truth
from .quantities import Date, Number

KINDS: dict[str, type[Encoder]] = {one.kind: one for one in (Constant, Date, Truth, Identifier, Number, Category, Text)}
"""By name, in the order in which they are tried."""
