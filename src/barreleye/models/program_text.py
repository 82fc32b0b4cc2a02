"""Names, numbers, lines and arrays as they stand in a program."""

import base64
import io
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

ALWAYS_NEEDED = ("base64", "csv", "io", "math", "sys")


def folded(line: str, width: int = 112) -> list[str]:
    """A line of a program in lines of at most so many characters, as far as it has commas within brackets.

    >>> folded("a = f(1, 2)", 9)
    ['a = f(1,', '    2)']
    """
    parts, depth, start, comma = list[str](), 0, 0, 0
    for i, letter in enumerate(line):
        depth += (letter in "([{") - (letter in ")]}")
        if i - start >= width and comma > start:
            parts.append(line[start:comma])
            start = comma + 1
        if letter == "," and depth:
            comma = i + 1
    first, *rest = [*parts, line[start:]]
    return [first, *(f"    {part}" for part in rest)]


def quotable(text: str) -> str:
    """Text that ends no docstring, whatever is in it: a name from a file cannot become code.

    >>> quotable('a\\"\\"\\"b')
    'a\\\\"\\\\"\\\\"b'
    """
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in plain)


def literal(value: Any) -> str:
    """A number, text or tuple of them as it stands in a program.

    >>> literal((1.5, "a")), literal(float("nan"))
    ("(1.5, 'a')", "float('nan')")
    """
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(one)}, ' for one in value).rstrip()[: -1 if len(value) > 1 else None]})"
    return f"float('{value}')" if isinstance(value, float) and not np.isfinite(value) else repr(value)


def import_lines(needs: Sequence[str], libraries: Sequence[str]) -> list[str]:
    """The lines at the head of a program: what comes with Python, then the rest, each line once."""
    lines = sorted(
        {*needs, *(f"import {name}" for name in (*ALWAYS_NEEDED, *libraries))}, key=lambda line: line.split()[1]
    )
    own = [line for line in lines if line.split()[1].partition(".")[0] in sys.stdlib_module_names]
    return [*own, "", *(line for line in lines if line not in own)]


def base64_of(arrays: Mapping[str, np.ndarray]) -> list[str]:
    """The arrays as a compressed .npz file in base64, in lines."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return textwrap.wrap(base64.b64encode(file.getvalue()).decode(), 100)
