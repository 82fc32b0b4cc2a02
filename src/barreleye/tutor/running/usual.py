"""What nearly every file has, where one has left it out: the usual imports, IPython's names, NumPy's former ones."""

import ast
from collections.abc import Iterable, Iterator

import numpy as np

IMPORTS = {
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
    **{name: f"import {name}" for name in ("numpy", "math", "random", "time", "copy", "os", "sys")},
}
"""By the name that is used: the line that imports it."""

FORMER = {
    **{name: name for name in ("int", "float", "bool", "complex", "object", "str")},
    **{
        "long": "int",
        "float_": "np.float64",
        "complex_": "np.complex128",
        "string_": "np.bytes_",
        "unicode_": "np.str_",
    },
    **{"Inf": "np.inf", "Infinity": "np.inf", "infty": "np.inf", "PINF": "np.inf", "NINF": "-np.inf"},
    **{"NaN": "np.nan", "NAN": "np.nan", "product": "np.prod", "cumproduct": "np.cumprod", "alltrue": "np.all"},
    **{
        "sometrue": "np.any",
        "in1d": "np.isin",
        "row_stack": "np.vstack",
        "trapz": "np.trapezoid",
        "round_": "np.round",
    },
    **{"mat": "np.asmatrix", "asscalar": "np.ndarray.item", "asfarray": "np.asarray"},
}
"""Names that NumPy had, as in the release notes of 1.20 to 2.0, and what is written now."""


def former_names(nodes: Iterable[ast.stmt]) -> Iterator[tuple[str, str, int]]:
    """What the code takes from NumPy that is no longer there: its name, what to write, and the line.

    >>> list(former_names(ast.parse("x = np.longish\\ny = np.asscalar(x)").body))
    [('np.asscalar', 'np.ndarray.item', 2)]
    """
    for node in (part for one in nodes for part in ast.walk(one)):
        match node:
            case ast.Attribute(value=ast.Name(id="np" | "numpy" as module), attr=name) if name in FORMER:
                if not hasattr(np, name):
                    yield f"{module}.{name}", FORMER[name], node.lineno


def restore(name: str) -> None:
    """Give NumPy one of its former names back, in this process."""
    setattr(np, name, eval(FORMER[name], {"np": np}))  # our own words, from the table above
