"""A class's files checked into one table."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from ...words import NOTHING, Text, catalogue, listed
from ..casting.roles import ROLES
from ..printable import file_name
from ..report import FRAGILE, RIGHT, UNJUDGED, WRONG, Finding, FunctionReport, Report, gravest
from ..running.reading import Unreadable
from ..showing.wording import label, note_lines
from .copies import Copy, near_copies
from .submissions import text_of

Check: TypeAlias = Callable[[Path, threading.Event], Report]
"""Of a file; the event, once set, ends it."""

Required: TypeAlias = Mapping[str, str]
"""The functions asked for: the exercise that each is, or its name where it is none."""

MISSING = "missing"
NAMED = 3
"""Files that are named where many are alike."""


@dataclass(frozen=True)
class Graded:
    """One file and what its check found.

    trouble    says why there is no report
    text       the file's code; twins: the other files that have the same
    near       the near copies of which it is one
    required   the functions asked for; none: those that it has
    """

    file: str
    report: Report | None
    trouble: Text = NOTHING
    text: str = ""
    twins: tuple[str, ...] = ()
    near: tuple[Copy, ...] = ()
    required: Required = field(default_factory=dict)

    @property
    def functions(self) -> tuple[FunctionReport, ...]:
        return self.report.functions if self.report else ()

    @property
    def verdict(self) -> str:
        """The report's; at least "unjudged" where a function that was asked for is missing."""
        own = self.report.verdict if self.report else UNJUDGED
        return gravest([own, UNJUDGED] if self.missing else [own], none=UNJUDGED)

    @property
    def counts(self) -> dict[str, int]:
        """How many functions have each verdict, and how many that were asked for are missing."""
        return (self.report.counts if self.report else {}) | {MISSING: len(self.missing)}

    @property
    def missing(self) -> tuple[str, ...]:
        """The functions asked for that the file does not have, by name."""
        return tuple(name for name in self.required if not self.exercise(name))

    @property
    def score(self) -> int:
        """The share of right functions, fragile or not, in hundredths: of those asked for, else of its own."""
        if self.required:
            verdicts = [self.exercise(name) for name in self.required]
        else:
            verdicts = [verdict for verdict, n in self.counts.items() for _ in range(n)]
        return round(100 * sum(one in (RIGHT, FRAGILE) for one in verdicts) / (len(verdicts) or 1))

    def exercise(self, name: str) -> str:
        """The gravest verdict on the functions of an exercise, or asked for by this name; "" where there is none."""
        exercise = self.required.get(name, name)
        found = [one.verdict for one in self.functions if one.exercise == exercise or one.name == name]
        left = self.report is not None and name in (*self.report.unchecked, *self.report.unknown)
        return gravest([*found, *[UNJUDGED] * left], none="")

    def claims(self, lang: str) -> list[str]:
        """What was found in the file, each with the function's name; what is wrong first."""
        findings = sorted(self.report.findings, key=lambda found: found[1].verdict != WRONG) if self.report else ()
        return [label("report.remark", lang, name=function.name, text=finding.claim) for function, finding in findings]

    def remarks(self, lang: str) -> list[str]:
        """Why it, or a part of it, could not be checked, and what a teacher may want to look at."""
        if self.report is None:
            return [label("grades.not_checked", lang, why=self.trouble)]
        kinds = ("syntax", "import", "ready-made", "methods")
        notes = tuple(note for note in self.report.notes if note.kind in kinds)
        said = [] if any(self.report.counts.values()) else [label("count.none", lang)]
        if self.missing:
            said.append(label("grades.lacks", lang, names=listed(self.missing)))
        said += note_lines(replace(self.report, notes=notes, unknown=()), lang)
        if self.twins:
            said.append(label("grades.same", lang, files=some_of(self.twins)))
        for one, other, share in self.near:
            said.append(label("grades.near", lang, share=f"{share:.0%}", file=other if self.file == one else one))
        return said

    def said(self, lang: str) -> list[str]:
        """Claims and remarks, the gravest first: what cannot be read goes before what follows from it."""
        claims, remarks = self.claims(lang), self.remarks(lang)
        return [*remarks, *claims] if self.report and self.report.unread else [*claims, *remarks]


def some_of(files: Sequence[str]) -> Text:
    """The first files by name, and how many more there are."""
    more = catalogue("tutor_report")["grades.others"].filled(n=len(files) - NAMED)
    return listed([*files[:NAMED], *[more] * (len(files) > NAMED)])


@dataclass(frozen=True)
class Common:
    """A mistake that was found, in words for all its files, and the number of these."""

    claim: Text
    files: int
    verdict: str = WRONG


@dataclass(frozen=True)
class Gradebook:
    """The files that were checked, in the order of their names, of ``total``; and those that the course gives."""

    folder: str
    rows: tuple[Graded, ...]
    total: int
    near: tuple[Copy, ...] = ()
    given: tuple[str, ...] = ()

    @property
    def exercises(self) -> dict[str, Text]:
        """What is asked for, else the exercises that somebody did, with their titles, in the course's order."""
        required = {name: Text(name, name) for row in self.rows for name in row.required}
        titles = {one.exercise: one.title for row in self.rows for one in row.functions}
        return required or {one: titles[one] for one in [*ROLES, *titles] if one in titles}

    @property
    def right(self) -> int:
        """Files in which all is right."""
        return sum(row.verdict == RIGHT for row in self.rows)

    @property
    def fragile(self) -> int:
        """Files whose mathematics is right and some of whose numbers fail somewhere."""
        return sum(row.verdict == FRAGILE for row in self.rows)

    @property
    def counted(self) -> list[str]:
        """The verdicts, and "missing", that some file has functions of."""
        return [
            key for key in (RIGHT, FRAGILE, WRONG, UNJUDGED, MISSING) if any(row.counts.get(key) for row in self.rows)
        ]

    @property
    def copies(self) -> list[Text]:
        """The groups of files with one text, and the pairs of near copies, each in a sentence."""
        words = catalogue("tutor_report")
        groups = {tuple(sorted((row.file, *row.twins))) for row in self.rows if row.twins}
        said = [words["grades.group"].filled(file=group[0], files=some_of(group[1:])) for group in sorted(groups)]
        for one, other, share in self.near:
            said.append(words["grades.pair"].filled(file=one, other=other, share=f"{share:.0%}"))
        return said

    @property
    def commonest(self) -> list[Common]:
        """What is wrong and then what is fragile, each by the number of files that it is in.

        A mistake without a name is counted with the others of its exercise and quantity, an error with those of its
        kind; what is neither only with what is said in the same words.
        """
        counts: Counter[Kind] = Counter()
        said: dict[Kind, list[tuple[FunctionReport, Finding]]] = {}
        for row in self.rows:
            found = [one for one in (row.report.findings if row.report else ()) if one[1].verdict != UNJUDGED]
            counts.update({kind_of(*one) for one in found})
            for one in found:
                said.setdefault(kind_of(*one), []).append(one)
        order = sorted(counts, key=lambda kind: (kind.verdict != WRONG, -counts[kind]))
        return [Common(in_common(said[kind]), counts[kind], kind.verdict) for kind in order]


class Kind(NamedTuple):
    """Findings that are counted together."""

    verdict: str
    mistake: str


def kind_of(function: FunctionReport, finding: Finding) -> Kind:
    what = finding.quantity or finding.claim.en
    return Kind(finding.verdict, finding.mistake or finding.kind or f"{function.exercise}: {what}")


def in_common(found: Sequence[tuple[FunctionReport, Finding]]) -> Text:
    """One sentence for findings of a kind: the first's own, unless they differ and no catalogued mistake joins them."""
    function, finding = found[0]
    words = catalogue("tutor_report")
    if all(other.claim == finding.claim for _, other in found):
        return finding.claim
    if finding.kind:
        return words["grades.stops"].filled(kind=finding.kind)
    if finding.mistake:
        return finding.claim
    return words["grades.unnamed"].filled(title=function.title, quantity=finding.quantity)


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


def sorted_book(
    folder: Path,
    rows: Sequence[Graded],
    total: int,
    required: Required = MappingProxyType({}),
    given: Sequence[str] = (),
) -> Gradebook:
    """The rows in the order of their names, each with the others that have the same text, or nearly."""
    rows = sorted(rows, key=lambda row: row.file)
    same: dict[str, list[str]] = {}
    for row in rows:
        same.setdefault(row.text, []).append(row.file)
    near = near_copies({names[0]: text for text, names in same.items() if text})
    book = (
        replace(
            row,
            twins=tuple(file for file in same[row.text] if row.text and file != row.file),
            near=tuple(copy for copy in near if row.file in copy[:2]),
            required=required,
        )
        for row in rows
    )
    return Gradebook(file_name(folder.resolve().name), tuple(book), total, tuple(near), tuple(given))
