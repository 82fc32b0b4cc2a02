"""A class's files checked into one table, which is written as CSV and as a page."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from .labels import LABELS, label
from .report import FRAGILE, RIGHT, UNJUDGED, WRONG, Finding, FunctionReport, Report, gravest
from .roles import ROLES
from .wording import note_lines
from .words import Text

Check: TypeAlias = Callable[[Path], Report]

SUFFIXES = (".py", ".ipynb")

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet computes; the wide ones too, in Chinese and Japanese ones."""


@dataclass(frozen=True)
class Graded:
    """One file and what its check found. ``trouble`` says why there is no report."""

    file: str
    report: Report | None
    trouble: str = ""

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
        """Why it, or a part of it, could not be checked."""
        if self.report is None:
            return [label("not checked", lang, why=self.trouble)]
        notes = tuple(note for note in self.report.notes if note.kind in ("syntax", "import"))
        nothing = [] if self.report.functions else [label("none", lang)]
        return [*nothing, *note_lines(replace(self.report, notes=notes, unknown=()), lang)]

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

        A mistake without a name is counted with the others of its exercise and quantity.
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
    return Kind(finding.verdict, finding.mistake or f"{function.exercise}: {finding.quantity}")


def without_name(function: FunctionReport, finding: Finding) -> Text:
    """The words for several mistakes in one quantity, none of which has a name."""
    words = LABELS["unnamed" if finding.quantity else "unanswered"]
    title = function.title
    return Text(
        words.en.format(title=title.en, quantity=finding.quantity),
        words.zh.format(title=title.zh, quantity=finding.quantity),
    )


def files_in(folder: Path) -> list[Path]:
    """The scripts and notebooks of a folder and of the folders in it, but for hidden ones and those that Python makes.

    Raises ValueError where there is none, and for what is not a folder.
    """
    if not folder.is_dir():
        raise ValueError(f"{str(folder)!r} is not a folder; for one file there is: barreleye check FILE")
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    files = [path for path in files if not any(map(is_hidden, path.relative_to(folder).parts))]
    if not files:
        raise ValueError(f"there is no .py or .ipynb file in {str(folder)!r} or in the folders in it")
    return files


def is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def graded(folder: Path, files: Sequence[Path], check: Check, jobs: int) -> Iterator[Graded]:
    """Each file's row, as soon as it is there, ``jobs`` of them at a time; nothing that one file does stops the others.

    A check spends its time in a process of its own, so threads are enough. Whoever stops asking stops the rest.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        for done in as_completed([pool.submit(grade, folder, file, check) for file in files]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def grade(folder: Path, file: Path, check: Check) -> Graded:
    name = file.relative_to(folder).as_posix()
    try:
        return Graded(name, check(file))
    except Exception as error:
        return Graded(name, None, f"{type(error).__name__}: {error}")


def sorted_book(folder: Path, rows: Sequence[Graded], total: int) -> Gradebook:
    """The rows in the order of their names."""
    return Gradebook(folder.resolve().name, tuple(sorted(rows, key=lambda row: row.file)), total)


COLUMNS = ("file", "right count", "fragile count", "found count", "verdict", "mistakes", "remarks")


def to_csv(book: Gradebook, lang: str = "en") -> bytes:
    """The table for a spreadsheet: UTF-8 with a mark at its start, which Excel needs for Chinese.

    A row for each file: its name, functions right, fragile and found, verdict, mistakes, remarks, and the verdict for
    each exercise. No text is taken as a formula.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    heads = [label(name, lang) for name in COLUMNS]
    rows.writerow([*heads, *book.exercises])
    for row in book.rows:
        exercises = [row.exercise(exercise) for exercise in book.exercises]
        rows.writerow(
            [
                harmless(row.file),
                row.right,
                row.fragile,
                row.found,
                label(row.verdict, lang),
                harmless("\n".join(row.claims(lang))),
                harmless("\n".join(row.remarks(lang))),
                *(label(verdict, lang) if verdict else "" for verdict in exercises),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text so that no spreadsheet computes it: an apostrophe goes before what would begin a formula.

    >>> harmless("=HYPERLINK(1)"), harmless("Lee.py")
    ("'=HYPERLINK(1)", 'Lee.py')
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
