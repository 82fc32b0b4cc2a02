"""A curve drawn with letters: braille characters, each of which holds 2 by 4 dots."""

from collections.abc import Sequence
from itertools import pairwise

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille character, by its row from the top and its column."""


def text_plot(
    x: Sequence[float], y: Sequence[float], width: int, height: int, x_top: float, y_range: tuple[float, float]
) -> list[str]:
    """``height`` lines of ``width`` characters: the points joined by straight lines, x from 0 to x_top.

    What lies outside y_range is drawn at its edge.

    >>> text_plot([0, 1, 2], [0, 1, 0], 6, 2, 2, (0, 1))
    [' ⢀⠔⠱⡀ ', '⡠⠊  ⠈⢆']
    """
    columns, rows = 2 * width - 1, 4 * height - 1
    low, high = y_range
    scale = high - low or 1.0
    across = [round(columns * value / (x_top or 1.0)) for value in x]
    down = [rows * (1 - (min(max(value, low), high) - low) / scale) for value in y]
    cells = [[0] * width for _ in range(height)]

    def dot(column: int, row: int) -> None:
        cells[row // 4][column // 2] |= DOTS[row % 4][column % 2]

    dot(across[0], round(down[0]))
    for (left, start), (right, end) in pairwise(zip(across, down, strict=True)):
        count = max(right - left, abs(round(end) - round(start)), 1)
        for k in range(count + 1):
            dot(left + round((right - left) * k / count), round(start + (end - start) * k / count))
    return ["".join(chr(0x2800 + bits) if bits else " " for bits in row) for row in cells]
