"""A class's files checked into one table."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ...words import NOTHING, Text
from ..casting.roles import ROLES
from ..printable import file_name
from ..report import FRAGILE, RIGHT, UNJUDGED, WRONG, Finding, FunctionReport, Report, gravest
from ..running.reading import Unreadable
from ..showing.labels import LABELS, label, separator
from ..showing.wording import note_lines
from .submissions import text_of

Check: TypeAlias = Callable[[Path, threading.Event], Report]
"""Of a file; the event, once set, ends it."""

TWINS = 3
"""Files with the same text that are named."""


@dataclass(frozen=True)
class Graded:
    """One file and what its check found.

    trouble    says why there is no report
    text       the file's code; twins: the other files that have the same
    """

    file: str
    report: Report | None
    trouble: Text = NOTHING
    text: str = ""
    twins: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return self.report.verdict if self.report else UNJUDGED

    @property
    def right(self) -> int:
        """Functions in which nothing was found."""
        return self.count(RIGHT)

    @property
    def fragile(self) -> int:
        """Functions whose mathematics is right and whose numbers fail somewhere."""
        return self.count(FRAGILE)

    def count(self, verdict: str) -> int:
        return sum(function.verdict == verdict for function in self.report.functions) if self.report else 0

    @property
    def found(self) -> int:
        """Functions of the course in the file."""
        return len(self.report.functions) if self.report else 0

    def claims(self, lang: str) -> list[str]:
        """What was found in the file, each with the function's name; what is wrong first."""
        findings = sorted(self.report.findings, key=lambda found: found[1].verdict != WRONG) if self.report else ()
        return [f"{function.name}: {finding.claim.said(lang)}" for function, finding in findings]

    def remarks(self, lang: str) -> list[str]:
        """Why it, or a part of it, could not be checked, and what a teacher may want to look at."""
        if self.report is None:
            return [label("not checked", lang, why=self.trouble.said(lang))]
        notes = tuple(note for note in self.report.notes if note.kind in ("syntax", "import", "ready-made"))
        nothing = [] if self.report.functions else [label("none", lang)]
        n, names = len(self.twins), separator(lang).join(self.twins[:TWINS])
        same = [label("same text as many" if n > TWINS else "same text", lang, files=names, more=n - TWINS)]
        return [*nothing, *note_lines(replace(self.report, notes=notes, unknown=()), lang), *(same if n else [])]

    def said(self, lang: str) -> list[str]:
        """Claims and remarks, the gravest first: what cannot be read goes before what follows from it."""
        claims, remarks = self.claims(lang), self.remarks(lang)
        return [*remarks, *claims] if self.report and self.report.unread else [*claims, *remarks]

    def exercise(self, exercise: str) -> str:
        """The gravest verdict on the functions of an exercise; "" where there is none."""
        functions = self.report.functions if self.report else ()
        return gravest((function.verdict for function in functions if function.exercise == exercise), none="")


@dataclass(frozen=True)
class Common:
    """A mistake that was found, in its first file's words, and the number of files that it is in."""

    claim: Text
    files: int
    verdict: str = WRONG


@dataclass(frozen=True)
class Gradebook:
    """The files that were checked, in the order of their names, of ``total``."""

    folder: str
    rows: tuple[Graded, ...]
    total: int

    @property
    def exercises(self) -> dict[str, Text]:
        """The exercises that somebody did, with their titles, in the course's order."""
        reports = [row.report for row in self.rows if row.report]
        titles = {function.exercise: function.title for report in reports for function in report.functions}
        return {exercise: titles[exercise] for exercise in [*ROLES, *titles] if exercise in titles}

    @property
    def right(self) -> int:
        """Files in which all is right."""
        return sum(row.verdict == RIGHT for row in self.rows)

    @property
    def fragile(self) -> int:
        """Files whose mathematics is right and some of whose numbers fail somewhere."""
        return sum(row.verdict == FRAGILE for row in self.rows)

    @property
    def commonest(self) -> list[Common]:
        """What is wrong and then what is fragile, each by the number of files that it is in.

        A mistake without a name is counted with the others of its exercise and quantity; what is no mistake in one
        quantity, such as an error, only with what is said in the same words.
        """
        counts: Counter[Kind] = Counter()
        said: dict[Kind, Text] = {}
        for row in self.rows:
            found = [one for one in (row.report.findings if row.report else ()) if one[1].verdict != UNJUDGED]
            kinds = {kind_of(*one): one for one in found}
            counts.update(kinds.keys())
            for kind, (function, finding) in kinds.items():
                said.setdefault(kind, finding.claim)
                if finding.mistake is None and finding.claim != said[kind]:
                    said[kind] = without_name(function, finding)
        order = sorted(counts, key=lambda kind: (kind.verdict != WRONG, -counts[kind]))
        return [Common(said[kind], counts[kind], kind.verdict) for kind in order]


class Kind(NamedTuple):
    """Findings that are counted together."""

    verdict: str
    mistake: str


def kind_of(function: FunctionReport, finding: Finding) -> Kind:
    what = finding.quantity or finding.claim.en
    return Kind(finding.verdict, finding.mistake or f"{function.exercise}: {what}")


def without_name(function: FunctionReport, finding: Finding) -> Text:
    """The words for several mistakes in one quantity, none of which has a name."""
    words, title = LABELS["unnamed"], function.title
    return Text(
        words.en.format(title=title.en, quantity=finding.quantity),
        words.zh.format(title=title.zh, quantity=finding.quantity),
    )


def graded(folder: Path, files: Sequence[Path], check: Check, jobs: int) -> Iterator[Graded]:
    """Each file's row, as soon as it is there, ``jobs`` of them at a time; nothing that one file does stops the others.

    A check spends its time in a process of its own, so threads are enough. Whoever stops asking ends the rest, without
    waiting for it.
    """
    pool, stop = ThreadPoolExecutor(jobs), threading.Event()
    try:
        for done in as_completed([pool.submit(grade, folder, file, check, stop) for file in files]):
            yield done.result()
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def grade(folder: Path, file: Path, check: Check, stop: threading.Event) -> Graded:
    name = file_name(file.relative_to(folder))
    try:
        return Graded(name, check(file, stop), text=text_of(file))
    except Exception as error:
        return Graded(name, None, why(error))


def why(error: Exception) -> Text:
    """An error in words: of a file that cannot be read, they are enough; of anything else, the class helps to find it.

    >>> why(FileNotFoundError(2, "No such file or directory", "a.py")).en, why(KeyError("W1")).en
    ('No such file or directory', "KeyError: 'W1'")
    """
    if isinstance(error, Unreadable):
        return error.text
    said = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    return Text(said, said)


def sorted_book(folder: Path, rows: Sequence[Graded], total: int) -> Gradebook:
    """The rows in the order of their names, each with the others that have the same text."""
    rows = sorted(rows, key=lambda row: row.file)
    same: dict[str, list[str]] = {}
    for row in rows:
        same.setdefault(row.text, []).append(row.file)
    book = (replace(row, twins=tuple(file for file in same[row.text] if row.text and file != row.file)) for row in rows)
    return Gradebook(file_name(folder.resolve().name), tuple(book), total)
