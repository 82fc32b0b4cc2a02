"""A report with its faces in Python: printed, in either language, and as HTML in a notebook."""

from dataclasses import dataclass, field

from ...nn.validation import choose
from ...words import LANGUAGES, language
from ..report import Report
from .encodable import to_print
from .terminal import plain_text
from .wording import summary


@dataclass(frozen=True, repr=False)
class ShownReport(Report):
    """All that a check found. Print it, or ask what it says in a language, giving away as much as a hint of a level.

    lang    the language in which it is printed: "en" or "zh"; None: the locale's

    >>> print(ShownReport("homework.py", (), lang="en"))
    homework.py: no function of the course found
    <BLANKLINE>
    Next: name the functions as the course does (forward_propagation, compute_cost,
    backward_propagation, ...), so that they can be found.
    """

    lang: str | None = field(default=None, compare=False)

    def said(self, lang: str | None = None, *, hint: str = "equation") -> str:
        """The report as plain text, 80 columns wide, in the language "en" or "zh".

        hint    how much it gives away: "where", "quantity", "equation" or "line", the right line itself

        Raises ValueError for another language or level.
        """
        lang = choose("lang", lang or self.lang or language(), {name: name for name in LANGUAGES})
        return plain_text(self, lang, hint)

    def __str__(self) -> str:
        return to_print(self.said())

    def __repr__(self) -> str:
        return f"<Report on {self.source}: {summary(self, 'en')}>"

    def _repr_html_(self) -> str:
        from .page import fragment  # Jinja2 takes a while to import

        return fragment(self, self.lang or language())
