"""What can be known of a learner's function without calling it: its arguments, its lines, its code."""

import inspect
from types import CodeType
from typing import Any

from .answers import Function, Parameter
from .observing import Place


def described(name: str, function: Any, line: int | None = None, where: str = "", source: str = "") -> Function:
    """What can be known of a callable without calling it.

    >>> described("f", lambda Z, *, alpha=0.01: Z).parameters
    (Parameter(name='Z', required=True, keyword_only=False), Parameter(name='alpha', required=False, keyword_only=True))
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except Exception:  # a callable without a signature, or one that fails to give it
        parameters = [inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)]
    named = tuple(
        Parameter(p.name, p.default is p.empty, p.kind is p.KEYWORD_ONLY)
        for p in parameters
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    )
    kinds = {p.kind for p in parameters}
    return Function(
        name,
        named,
        line,
        where,
        source,
        inspect.Parameter.VAR_POSITIONAL in kinds,
        inspect.Parameter.VAR_KEYWORD in kinds,
    )


def code_of(function: Any) -> CodeType | None:
    """The code of a Python function, under its decorators; None for other callables."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def home(code: CodeType | None, place: Place) -> tuple[int | None, str, str]:
    if code is None:
        return None, "", ""
    try:
        source = inspect.getsource(code)
    except (OSError, TypeError, SyntaxError):
        source = ""
    return code.co_firstlineno, place(code.co_filename, code.co_firstlineno) or "", source
