"""Lines of text broken where a reader of the language breaks them: Chinese between characters, the rest at blanks.

No name, number or shape such as (n[1], 1) is taken apart as long as it fits the line.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size
from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

OPENING, CLOSING = "([{（《「『“‘【", ")]}，。、；：？！）》」』”’】…%,.;:?!"
"""What no line ends with, and what no line begins with, where Chinese stands beside it."""

SHAPE = re.compile(r"[(\[][^()\s]+?, ?[^()\s]*[)\]]")


class Line(Text):
    """A text for the screen that breaks its lines so. What is longer than a line is cut where the line ends."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        if no_wrap or self.no_wrap:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap or self.no_wrap
            )
        lines = Lines()
        for row in self.split(allow_blank=True):
            row.expand_tabs(tab_size)
            lines.extend(row.divide(list(line_ends(row.plain, width))))
        for part in lines:
            part.rstrip_end(width)
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """From the longest piece that is not to be broken, to the longest line."""
        rows = self.plain.splitlines() or [""]
        return Measurement(
            max(cell_len(piece.rstrip()) for row in rows for piece in pieces(row)), max(map(cell_len, rows))
        )


def pieces(text: str) -> list[str]:
    """What stays together on a line, with the blanks behind it.

    >>> pieces("没有 axis=1，形状为 (n[1], 1)。")
    ['没', '有 ', 'axis=1，', '形', '状', '为 ', '(n[1], 1)。']
    """
    whole = {at for shape in SHAPE.finditer(text) for at in range(shape.start() + 1, shape.end())}
    ends = [at for at in range(1, len(text)) if at not in whole and may_end(text[at - 1], text[at])]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


def may_end(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after.isspace():
        return False
    if before.isspace():
        return True
    chinese = max(map(get_character_cell_size, (before, after))) == 2
    return chinese and before not in OPENING and after not in CLOSING


def line_ends(text: str, width: int) -> Iterator[int]:
    """Where the lines of at most so many cells end: places in the text."""
    at, used = 0, 0
    for piece in pieces(text):
        if used and used + cell_len(piece.rstrip()) > width:
            yield at
            used = 0
        for character in piece:
            size = get_character_cell_size(character)
            if used and used + size > width and not character.isspace():
                yield at
                used = 0
            used += size
            at += 1
