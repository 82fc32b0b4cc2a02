"""What a function does besides returning its answer, and what it depends on besides its arguments."""

import ast
import builtins
import re
from collections.abc import Iterator
from textwrap import dedent

from ..answers import Function, Path
from ..exercises.numeric import Numeric
from ..naming import global_names, key_of
from ..places import moved
from ..pupil import Pupil
from ..words import Text
from .names import DRAWS, USES_GLOBAL, WRITES, Fragile


def effects(pupil: Pupil, numeric: Numeric) -> tuple[list[Fragile], list[Text]]:
    """What a right function changes in the caller's arrays; what it prints, as a remark."""
    found, remarks = [], []
    v = numeric.examples(pupil)[0]
    answer = pupil.call(numeric.role, numeric.available(pupil, v))
    if answer.written and answer.value is not None:  # one that returns nothing says plainly what it does
        where, line = line_with(pupil.cast[numeric.role], r"[-+*/]=|\] *=[^=]|out=")
        found.append(Fragile(WRITES, where=where, line=line, q=written_name(answer.written[0])))
    if answer.printed.strip():
        text = answer.printed.strip().splitlines()[0][:60]
        remarks.append(Text(f"It prints in every call: {text!r}.", f"它每次调用都会打印：{text!r}。"))
    names = data_globals(pupil.cast[numeric.role])
    if names:
        remarks.append(TAKES_GLOBAL.filled(q=", ".join(names)))
    return found, remarks


TAKES_GLOBAL = Text(
    "It reads {q} from outside, which is none of its arguments: it goes on using that value when yours changes.",
    "它从外部读取 {q}，而不是从参数得到：你的值变了，它仍用外面的那个。",
)


def written_name(path: Path) -> str:
    """What the learner calls an array: the last key on the way to it, or the argument that holds it."""
    return str(next((key for key in reversed(path) if isinstance(key, str)), path[0]))


def surroundings(pupil: Pupil, function: Function) -> Iterator[Fragile]:
    """Data that a wrong function takes from outside, and its random numbers."""
    names = data_globals(function)
    if names:
        where, line = line_with(function, rf"^(?!\s*global\b).*\b({'|'.join(names)})\b")
        yield Fragile(USES_GLOBAL, where=where, line=line, q=", ".join(names))
    if "random." in function.source:
        where, line = line_with(function, r"random\.")
        yield Fragile(DRAWS, where=where, line=line)


def data_globals(function: Function) -> list[str]:
    """The global names in a function that are called like its data: X, Y, m, parameters, A2, learning_rate, ...

    >>> data_globals(Function("compute_cost", source="def compute_cost(A, Y):\\n    return np.sum(A - Y) / m"))
    ['m']
    """
    names = (name for name in sorted(global_names(function.source)) if not hasattr(builtins, name))
    return [name for name in names if key_of(name) in DATA | LAYERED and is_read(name, function.source)]


def is_read(name: str, source: str) -> bool:
    """Whether a global is read before the function itself gives it a value.

    >>> source = "def f(X):\\n    global A, n\\n    n = n + 1\\n    A = X\\n    return A"
    >>> is_read("A", source), is_read("n", source)
    (False, True)
    """
    uses = [one for one in ast.walk(ast.parse(dedent(source))) if isinstance(one, ast.Name) and one.id == name]
    written = [one.lineno for one in uses if isinstance(one.ctx, ast.Store)]
    read = [one.lineno for one in uses if isinstance(one.ctx, ast.Load)]
    return bool(read) and min(read) <= min(written, default=min(read))


DATA = {"X", "Y", "AL", "parameters", "cache", "grads", "learning_rate", "m", "A_prev", "W", "b", "dZ", "dA", "Z"}
LAYERED = {f"{quantity}{l}" for quantity in ("W", "b", "Z", "A", "dW", "db", "dZ", "dA") for l in range(1, 6)}


def line_with(function: Function, pattern: str) -> tuple[str, str]:
    """The first line of the function's body in which a pattern is found: where it is, and its text; else ("", "")."""
    for i, text in enumerate(function.source.splitlines()):
        if i > 0 and re.search(pattern, text):
            return moved(function.where, i), text.strip()
    return "", ""
