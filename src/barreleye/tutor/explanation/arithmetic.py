"""Numbers as they stand in a worked equation: rounded, with a real minus sign, and long sums shortened."""

import re
from collections.abc import Callable

from ...nn.arrays import Array

FIRST, LAST = 2, 1
"""How many terms of a long sum are written at its two ends."""

MINUS = "\N{MINUS SIGN}"


def number(x: float, digits: int = 4) -> str:
    """x rounded to so many digits.

    >>> number(-0.123456), number(3), number(-0.0)
    ('−0.1235', '3', '0')
    """
    return f"{float(x) + 0.0:.{digits}g}".replace("-", MINUS)


def factor(x: float) -> str:
    """x as it stands in a product: a negative one in parentheses.

    >>> factor(-0.5), factor(0.5)
    ('(−0.5)', '0.5')
    """
    return f"({number(x)})" if number(x).startswith(MINUS) else number(x)


def product(*factors: float) -> str:
    """The factors with dots between them.

    >>> product(2, -0.5)
    '2·(−0.5)'
    """
    return "·".join(map(factor, factors))


def total(count: int, term: Callable[[int], str]) -> str:
    """term(0) + ... + term(count - 1), the middle of a long sum left out.

    >>> total(9, lambda j: product(j, -j))
    '0·0 + 1·(−1) + … + 8·(−8)'
    """
    if count <= FIRST + LAST + 1:
        return added(*map(term, range(count)))
    return added(*map(term, range(FIRST)), "…", *map(term, range(count - LAST, count)))


def added(*terms: str) -> str:
    """The terms with plus signs between them; a term that begins with a minus sign is subtracted.

    >>> added("2·3", number(-0.5))
    '2·3 − 0.5'
    """
    text = terms[0]
    for term in terms[1:]:
        text += f" {MINUS} {term[1:]}" if term.startswith(MINUS) else f" + {term}"
    return text


def mean(m: float, summed: str) -> str:
    """1/m of a sum.

    >>> mean(3, "0.5 + 1")
    '1/3·(0.5 + 1)'
    """
    return f"1/{number(m)}·({summed})"


def mean_of(m: float, *rows: Array) -> str:
    """1/m of the sum over samples: of one row's numbers, or of the products of several rows' numbers.

    >>> mean_of(2, [0.5, 1]), mean_of(2, [0.5, 1], [3, -1])
    ('1/2·(0.5 + 1)', '1/2·(0.5·3 + 1·(−1))')
    """

    def term(i: int) -> str:
        return product(*(row[i] for row in rows)) if len(rows) > 1 else number(rows[0][i])

    return mean(m, total(len(rows[0]), term))


def grouped(text: str) -> str:
    """A text in parentheses, unless it is one number or one thing that needs none.

    >>> grouped("1 − 0.5²"), grouped("max(0, 1 − 2)"), grouped("−2")
    ('(1 − 0.5²)', 'max(0, 1 − 2)', '(−2)')
    """
    outside = text
    while outside != (outside := re.sub(r"\([^()]*\)|\{[^{}]*\}", "", outside)):
        pass
    return f"({text})" if " " in outside or text.startswith(MINUS) else text


def chain(name: str, expression: str, value: float) -> str:
    """name = expression = value, without the expression where that is a mere number.

    >>> chain("Z[1][0, 0]", "0.5·2 − 3", -2), chain("A[1][0, 0]", "1", 1)
    ('Z[1][0, 0] = 0.5·2 − 3 = −2', 'A[1][0, 0] = 1')
    """
    result = number(value, 6)
    bare = re.fullmatch(r"\(?−?[\d.]+(e[−+]?\d+)?\)?", expression)
    return f"{name} = {result}" if bare else f"{name} = {expression} = {result}"
