"""The functions that a class was asked for: by their names, or those that a reference file has."""

from collections.abc import Callable
from pathlib import Path

from ...words import catalogue
from ..casting.roles import role_by_name
from ..report import Report
from ..running.answers import Function
from .grading import Required
from .submissions import SUFFIXES

SAY = catalogue("tutor_errors")


def required(text: str, check: Callable[[Path], Report]) -> Required:
    """{name: its exercise, or the name itself} of "compute_cost,predict", or of the file that the text names.

    A function of the exercise counts, whatever its own name; one that is no exercise's must have the name. Raises
    ValueError for a file without functions of the course, and what ``check`` raises for one that cannot be read.

    >>> required("compute_cost, plot_it", check=None)
    {'compute_cost': 'cost', 'plot_it': 'plot_it'}
    """
    if Path(text).suffix.lower() not in SUFFIXES:
        names = [name.strip() for name in text.split(",") if name.strip()]
        if odd := [name for name in names if not name.isidentifier()]:
            raise ValueError(SAY["raised.no_function_name"].filled(odd=odd[0]))
        return {name: role_by_name(Function(name)) or name for name in names}
    report = check(Path(text))
    found = {one.name: one.exercise for one in report.functions} | {name: name for name in report.unchecked}
    if not found:
        raise ValueError(SAY["raised.no_course_function"].filled(text=text))
    return found
