"""A learner's file as text, whatever it looks like: a script is one cell, a notebook several. Reading runs nothing."""

import codecs
import contextlib
import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...words import Text
from ..printable import file_name
from .source import Cell

LARGEST = 64 << 20
FORMATS = (3, 4)
"""The notebook formats that are read: of IPython 1 to 3, and of Jupyter since."""


class Unreadable(ValueError):
    """A file that cannot be read as a script or a notebook; ``text`` says why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


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
        size = f"{LARGEST >> 20} MiB"
        if notebook:
            raise Unreadable(
                f"{name} has more than {size}: clear the notebook's outputs and save it",
                f"{name} 超过 {size}：请清除笔记本的输出后再保存",
            )
        raise Unreadable(
            f"{name} has more than {size}: keep the functions in a file without the data",
            f"{name} 超过 {size}：请把函数放在不含数据的文件里",
        )
    text = _decoded(data, script=not notebook).replace("\r\n", "\n").replace("\r", "\n")
    if not notebook:
        return (Cell(str(path), "", text),)
    codes = (code for code in _code_cells(name, text))
    return tuple(Cell(f"<cell {i}>", f"cell {i}", code) for i, code in enumerate(codes, 1))


def refuse_unless_file(path: Path) -> None:
    """Raise Unreadable for what is there and is no file: to open a pipe would wait for ever."""
    name = file_name(path)
    if path.is_symlink() and not path.exists():
        raise Unreadable(f"{name} is a link that leads nowhere", f"{name} 是失效的链接")
    if path.is_dir():
        raise Unreadable(
            f"{name} is a folder; a folder of files is checked by: barreleye grade {name}",
            f"{name} 是文件夹；检查整个文件夹请用：barreleye grade {name}",
        )
    if path.exists() and not path.is_file():
        raise Unreadable(
            f"{name} is a pipe or a device: save what it holds as a file, and check that",
            f"{name} 是管道或设备：请把内容存成文件再检查",
        )


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
        raise Unreadable(f"{name} is empty; save it again from Jupyter", f"{name} 是空的；请在 Jupyter 里重新保存")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            f"{name} is not a whole notebook: its JSON is broken ({error}); save it again from Jupyter",
            f"{name} 不是完整的笔记本：JSON 已损坏（{error}）；请在 Jupyter 里重新保存",
        ) from None
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise Unreadable(
            f"{name} is JSON, but not a notebook: it has no cells", f"{name} 是 JSON，但不是笔记本：里面没有单元格"
        )
    version = notebook.get("nbformat", FORMATS[-1])
    if version not in FORMATS:
        known = " and ".join(map(str, FORMATS))
        raise Unreadable(
            f"{name} has notebook format {version}, and {known} are read; save it again from Jupyter",
            f"{name} 的笔记本格式是 {version}，而能读取的是 {FORMATS[0]} 和 {FORMATS[1]}；请在 Jupyter 里重新保存",
        )
    sheets = notebook.get("worksheets") or [notebook]
    try:
        for cell in (cell for sheet in sheets for cell in sheet.get("cells", ())):
            if cell.get("cell_type") == "code":
                code: Any = cell.get("source", cell.get("input", ""))
                yield code if isinstance(code, str) else "".join(code)
    except (AttributeError, TypeError) as error:
        raise Unreadable(
            f"{name} is not a notebook that can be read: {error}; save it again from Jupyter",
            f"{name} 无法作为笔记本读取：{error}；请在 Jupyter 里重新保存",
        ) from None
