"""A learner's file as text, whatever it looks like: a script is one cell, a notebook several. Reading runs nothing."""

import codecs
import contextlib
import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...words import Text, catalogue
from ..printable import file_name
from .source import Cell

SAID = catalogue("tutor_running")
LARGEST = 64 << 20
FORMATS = (3, 4)
"""The notebook formats that are read: of IPython 1 to 3, and of Jupyter since."""


class Unreadable(ValueError):
    """A file that cannot be read as a script or a notebook; ``text`` says why."""

    def __init__(self, key: str, **values: Any) -> None:
        self.text = SAID[f"read.{key}"].filled(**values)
        super().__init__(self.text.en)


def read(path: str | Path) -> tuple[Cell, ...]:
    """The cells of a script (.py, or any other text) or of a notebook (.ipynb, formats 3 and 4).

    A notebook's code cells are numbered from 1, as in In [1] after running all of them.

    Raises FileNotFoundError and other OSErrors as they are, Unreadable, a ValueError, for a folder, for a file of more
    than 64 MiB and for a notebook that is not one.
    """
    path = Path(path)
    refuse_unless_file(path)
    name, notebook = file_name(path.name), path.suffix.lower() == ".ipynb"
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable("large_notebook" if notebook else "large_script", name=name, size=f"{LARGEST >> 20} MiB")
    text = _decoded(data, script=not notebook).replace("\r\n", "\n").replace("\r", "\n")
    if not notebook:
        return (Cell(str(path), "", text),)
    codes = (code for code in _code_cells(name, text))
    return tuple(Cell(f"<cell {i}>", f"cell {i}", code) for i, code in enumerate(codes, 1))


def refuse_unless_file(path: Path) -> None:
    """Raise Unreadable for what is there and is no file: to open a pipe would wait for ever."""
    name = file_name(path)
    if path.is_symlink() and not path.exists():
        raise Unreadable("link", name=name)
    if path.is_dir():
        raise Unreadable("folder", name=name)
    if path.exists() and not path.is_file():
        raise Unreadable("pipe", name=name)


def _decoded(data: bytes, *, script: bool) -> str:
    """The text in the encoding that it declares, if any, else the first of UTF-8, GB 18030 and Latin-1 that fits."""
    encodings = ["utf-8-sig", "gb18030", "latin-1"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings.insert(0, "utf-16")
    elif script:
        with contextlib.suppress(SyntaxError):  # it declares none that exists
            encodings.insert(0, tokenize.detect_encoding(io.BytesIO(data).readline)[0])
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):  # rot13 and its like are no encodings of text
            continue
    raise AssertionError("Latin-1 decodes every byte")


def _code_cells(name: str, text: str) -> Iterator[str]:
    if not text.strip():
        raise Unreadable("empty", name=name)
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken", name=name, error=error) from None
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise Unreadable("no_cells", name=name)
    version = notebook.get("nbformat", FORMATS[-1])
    if version not in FORMATS:
        known = Text(" and ".join(map(str, FORMATS)), " 和 ".join(map(str, FORMATS)))
        raise Unreadable("format", name=name, version=version, known=known)
    sheets = notebook.get("worksheets") or [notebook]
    try:
        for cell in (cell for sheet in sheets for cell in sheet.get("cells", ())):
            if cell.get("cell_type") == "code":
                code: Any = cell.get("source", cell.get("input", ""))
                yield code if isinstance(code, str) else "".join(code)
    except (AttributeError, TypeError) as error:
        raise Unreadable("other", name=name, error=error) from None
