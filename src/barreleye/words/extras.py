"""What is not installed with Barreleye alone, and how to get it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from . import catalogue

EXTRAS = {
    "jax": "fast",
    "pyarrow": "tables",
    "optuna": "search",
    "cmaes": "search",
    "ndonnx": "onnx",
    "onnx": "onnx",
    "spox": "onnx",
    "tornado": "studio",
}
"""By library: the extra that it comes with; pip install 'barreleye[all]' takes them all."""


@contextmanager
def extras() -> Iterator[None]:
    """Where a library is imported that may not be there: ModuleNotFoundError says what for, and how to install it.

    >>> with extras():
    ...     raise ModuleNotFoundError("No module named 'jax'", name="jax")
    Traceback (most recent call last):
    ...
    ModuleNotFoundError: jax is not installed, which compiles training: pip install 'barreleye[fast]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in EXTRAS:
            raise
        raise lacking(library) from None


def lacking(library: str) -> ModuleNotFoundError:
    """The error of a library that is not there."""
    texts, extra = catalogue("errors"), EXTRAS[library]
    said = texts["extra.lacking"].filled(library=library, what=texts[f"extra.{extra}"], extra=extra)
    return ModuleNotFoundError(said, name=library)


def installed(library: str) -> bool:
    """Whether a library is there; it is not imported.

    >>> installed("json"), installed("no_such_library")
    (True, False)
    """
    try:
        return find_spec(library) is not None
    except ImportError:
        return False
