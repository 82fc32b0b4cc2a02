"""check(): find the course's functions among a learner's, put each to the test, and report."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console

from ..nn.validation import choose
from ..words import LANGUAGES, catalogue, language
from .casting.pupil import Pupil
from .casting.reading import Reading
from .casting.roles import ROLES, of_the_course, passed_over
from .circumstances import as_handed_out, excused
from .consequences import with_curves
from .exercises.activations import ACTIVATIONS, SLOPES
from .exercises.examples import SHAPES
from .exercises.formulas import Formula
from .exercises.initialization import INITIALIZATIONS
from .exercises.looked_at import LOOKED, Looked
from .exercises.model import MODELS
from .exercises.one_number import one_at_a_time
from .exercises.second_course import FORMULAS
from .exercises.single_layer import LAYERS
from .exercises.structure import STRUCTURE
from .exercises.training import training_report
from .fragility import Judges, weighed
from .handover import attributed
from .judgement import Judged
from .own_chain import CHAIN
from .printable import file_name
from .reading import read
from .report import FRAGILE, RIGHT, WRONG, FunctionReport
from .running.calling import InProcess, Runner
from .showing.shown import ShownReport
from .showing.terminal import terminal_report

SAY = catalogue("tutor_errors")

EXERCISES: Mapping[str, Judges] = {**ACTIVATIONS, **SLOPES, **STRUCTURE, **INITIALIZATIONS, **LAYERS, **CHAIN, **MODELS}
"""By role, in the order of the checks: a function comes after those that it may call."""
PUBLISHED: tuple[Formula | Looked, ...] = (*FORMULAS, *LOOKED)
"""The exercises beside the network, known by their published names."""


def check_file(path: str | Path, *, seconds: float = 2.0, stop: threading.Event | None = None) -> ShownReport:
    """What is right and wrong with the functions in a .py or .ipynb file, run in a process of their own.

    stop    an event that ends the check from another thread, with a KeyboardInterrupt
    """
    from .running.sandbox import Sandbox

    with Sandbox(path, seconds=seconds, stop=stop) as runner:
        return check_functions(runner, file_name(path))


def check(
    functions: str | Path | ModuleType | Mapping[str, Any] | Callable[..., Any],
    *more: Callable[..., Any],
    lang: str | None = None,
    console: Console | None = None,
) -> ShownReport:
    """Print what is right and wrong with functions that were written by hand, and return it.

    functions    a file's path; a module; a dictionary such as globals(); or the functions themselves, one after another
    lang         "en" or "zh"; None: the language of the locale
    console      the rich Console to print on; None: the terminal, and in a notebook none, for the report shows itself

    Each function is compared with the course's equations. A file runs in a process of its own, within limits (see
    ``barreleye.tutor.running.isolation``); functions that you hand over run here, without a limit on their time: one
    that never ends is ended by you. The report has ``functions`` and ``findings``. Raises FileNotFoundError, ValueError
    for a file that is no Python and no notebook, and for another language, and TypeError for what is none of these.

    >>> import numpy as np
    >>> def compute_cost(A2, Y):
    ...     return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
    >>> report = check(compute_cost, console=Console(quiet=True))
    >>> report.verdict, [finding.mistake for _, finding in report.findings]
    ('wrong', ['cost without 1/m'])
    """
    spoken = choose("lang", lang or language(), {name: name for name in LANGUAGES})
    if isinstance(functions, str | Path):
        report = check_file(functions)
    else:
        with InProcess(own_functions(functions, more)) as runner:
            report = check_functions(runner, getattr(functions, "__name__", "functions") if not more else "functions")
    report, screen = replace(report, lang=spoken), console or Console()
    if not screen.quiet and not (console is None and screen.is_jupyter):
        screen.print(terminal_report(report, spoken, ask='report.said(hint="{}")'))
    return report


def own_functions(
    functions: ModuleType | Mapping[str, Any] | Callable[..., Any], more: tuple[Callable[..., Any], ...]
) -> dict[str, Callable[..., Any]]:
    """The functions and classes by name; of a module or of globals(), those that were written there, not imported."""
    if callable(functions):
        others = [one for one in (functions, *more) if not hasattr(one, "__code__") and not isinstance(one, type)]
        if others:
            raise TypeError(SAY["raised.checks_functions"].filled(others=others[0]))
        return {one.__name__: one for one in (functions, *more)}
    named = vars(functions) if isinstance(functions, ModuleType) else functions
    if not isinstance(named, Mapping):
        raise TypeError(SAY["raised.checks"].filled(named=named))
    written = {name: value for name, value in named.items() if hasattr(value, "__code__") or isinstance(value, type)}
    home = named.get("__name__")
    return {name: value for name, value in written.items() if home is None or value.__module__ == home}


def check_functions(runner: Runner, source: str) -> ShownReport:
    """The report on the functions of a runner."""
    started = time.perf_counter()
    pupil = Pupil(runner, read(runner))
    reports = []
    for role in (one for one in EXERCISES if one in pupil.cast):
        judged = excused(pupil, role, one_at_a_time(pupil, role, weighed(pupil, role, EXERCISES[role])))
        reports.append(reported(pupil, role, judged))
        pupil = pupil.knowing(role, judged.known)
    reports = said_once(pupil.reading, reports)
    found = {one: exercise for exercise in PUBLISHED for one in pupil.others if exercise.fits(one)}
    others = [one for one in pupil.others if one not in found]
    reports = [*attributed(pupil, reports), *(exercise.report(runner, one) for one, exercise in found.items())]
    reports = with_training(runner, reports)
    others = [one for one in others if one.name not in {report.name for report in reports}]
    by_name = {one.name: one for one in runner.functions}
    return ShownReport(
        source,
        tuple(one if one.name not in by_name else as_handed_out(by_name[one.name], one) for one in reports),
        (*runner.notes, *passed_over(runner.functions, (*pupil.cast.values(), *pupil.others))),
        tuple(one.name for one in others if not of_the_course(one)),
        tuple(one.name for one in others if of_the_course(one)),
        time.perf_counter() - started,
    )


def with_training(runner: Runner, reports: Sequence[FunctionReport]) -> list[FunctionReport]:
    """The reports, with that on the training where nothing is said of its steps yet: in the place of one of the same
    function that could not be judged."""
    judged = {one.exercise for one in reports if one.verdict in (RIGHT, FRAGILE)}
    if judged & {"update", "update_deep", *MODELS} or any(one.verdict == WRONG for one in reports):
        return list(reports)
    training = training_report(runner)
    others = [one for one in reports if training is None or one.name != training.name]
    return [*others, training] if training else others


def said_once(reading: Reading, reports: Sequence[FunctionReport]) -> list[FunctionReport]:
    """The reports, with what is said of the whole file at the first function that it concerns."""
    first = next((one for one in reports if concerns(reading, one.exercise)), None)
    return [replace(one, remarks=(*reading.said, *one.remarks)) if one is first else one for one in reports]


def concerns(reading: Reading, role: str) -> bool:
    """Whether a reading makes a difference to a role: none to activations, their derivatives, and the steps back."""
    return role not in ACTIVATIONS and role not in SLOPES


def reported(pupil: Pupil, role: str, judged: Judged) -> FunctionReport:
    """What there is to say of the function that plays a role, and what its mistakes in the gradients do to training."""
    function, (findings, remarks, known) = pupil.cast[role], judged
    report = FunctionReport(function.name, role, ROLES[role].title, function.where, tuple(findings), tuple(remarks))
    if role not in ("backward", "backward_deep"):
        return report
    n, _ = SHAPES[role][0]
    return with_curves(report, known.slips or (), pupil.hidden_of(role), len(n) - 1)
