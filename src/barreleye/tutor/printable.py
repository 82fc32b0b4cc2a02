"""Texts that come from learners, made fit to be shown and written: of their code, and the names of their files."""

import os
import re
from pathlib import Path, PurePath

UNSEEN = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""Control characters, marks that turn the direction of writing, and halves of characters that no file can hold."""


def printable(text: str) -> str:
    """The text with a visible sign in place of each character that acts instead of being seen.

    >>> printable("a\\x1b[2J") == "a\\N{REPLACEMENT CHARACTER}[2J"
    True
    """
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def file_name(path: str | Path) -> str:
    """The path as text; a name whose bytes are no UTF-8 is read as GB 18030, which Chinese archives are written in.

    >>> file_name(os.fsdecode("王/a.py".encode("gb18030"))), file_name("lee/hw.py")
    ('王/a.py', 'lee/hw.py')
    """
    parts = PurePath(path).parts
    return printable(PurePath(*map(_decoded, parts)).as_posix()) if parts else "."


def _decoded(name: str) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return os.fsencode(name).decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
