"""What a function does besides returning its answer, and what it depends on besides its arguments."""

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from ...words import Text, listed
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..exercises.exercise import Exercise
from ..running.answers import Answer, Function, Path
from ..saying.places import at_line, moved
from ..syntax import global_names
from .names import DRAWS, DROPS, NORMALISES, SAID, USES_GLOBAL, WRITES, Fragile
from .writing import writes


def effects(pupil: Pupil, exercise: Exercise) -> tuple[list[Fragile], list[Text]]:
    """What a right function changes in the caller's arrays; what it prints, as a remark."""
    remarks = []
    v = exercise.examples(pupil)[0]
    answer = pupil.call(exercise.role, exercise.available(pupil, v))
    if answer.printed.strip():
        text = answer.printed.strip().splitlines()[0][:60]
        remarks.append(SAID["remark.prints"].filled(text=text))
    if (entries := sorted(put_in(answer))) and answer.value is not None:
        remarks.append(SAID["remark.puts_in"].filled(q=listed(entries)))
    names = data_globals(pupil.cast[exercise.role])
    if names:
        remarks.append(SAID["remark.takes_global"].filled(q=listed(names)))
    return list(overwrites(pupil, exercise)), remarks


def overwrites(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """What a function changes in the caller's arrays; one that returns nothing says plainly that it does."""
    answer = pupil.call(exercise.role, exercise.available(pupil, exercise.examples(pupil)[0]))
    if answer.written and answer.value is not None:
        yield written_over(pupil.cast[exercise.role], answer.written)


def put_in(answer: Answer) -> set[str]:
    """The arguments in which a function has put other things in the place of those that were there, or beside them."""
    return {str(path[0]) for path in answer.changed if path not in answer.written}


def written_over(function: Function, paths: Sequence[Path]) -> Fragile:
    """What a function writes into the caller's arrays: which of them, in which line, and how it would not."""
    names = listed(dict.fromkeys(map(written_name, paths)))
    lines = writes(function.source, paths)
    if not lines:
        where, line = line_with(function, r"[-+*/]=|\] *=[^=]|out=")
        return Fragile(WRITES, where=where, line=line, q=names)
    where, line = at_line(function, lines[0].number)
    solution = "\n".join(dict.fromkeys(one.solution for one in lines))
    return Fragile(WRITES, where=where, line=line, q=names, hint=lines[0].hint, solution=solution)


def written_name(path: Path) -> str:
    """What the learner calls an array: the last key on the way to it, or the argument that holds it."""
    return str(next((key for key in reversed(path) if isinstance(key, str)), path[0]))


def surroundings(pupil: Pupil, function: Function) -> Iterator[Fragile]:
    """Data that a wrong function takes from outside, and its random numbers."""
    names = data_globals(function)
    if names:
        where, line = line_with(function, rf"^(?!\s*global\b).*\b({'|'.join(names)})\b")
        yield Fragile(USES_GLOBAL, where=where, line=line, q=listed(names))
    if NORMALISATION.search(function.source):
        where, line = line_with(function, NORMALISATION.pattern)
        yield Fragile(NORMALISES, where=where, line=line)
    if "random." in function.source:
        where, line = line_with(function, r"random\.")
        yield Fragile(DROPS if DROPOUT.search(function.source) else DRAWS, where=where, line=line)


DROPOUT = re.compile(r"keep_?prob|dropout|drop_|rand\w*\(.*\) *<|< *[\w.]*rand|binomial", re.IGNORECASE)
"""What a mask of dropout is made with: a random number below the share of the units that are kept."""
NORMALISATION = re.compile(r"\b(var|std)\(")


def data_globals(function: Function) -> list[str]:
    """The global names in a function that are called like its data: X, Y, m, parameters, A2, learning_rate, ...

    >>> data_globals(Function("compute_cost", source="def compute_cost(A, Y):\\n    return np.sum(A - Y) / m"))
    ['m']
    """
    names = (name for name in sorted(global_names(function.source)) if not hasattr(builtins, name))
    return [name for name in names if key_of(name) in DATA | LAYERED and is_read(name, function.source)]


def is_read(name: str, source: str) -> bool:
    """Whether a global is read before the function itself gives it a value; what is called is a function, or a class.

    >>> source = "def f(X):\\n    global A, n\\n    n = n + 1\\n    A = g(X)\\n    return A"
    >>> is_read("A", source), is_read("n", source), is_read("g", source)
    (False, True, False)
    """
    tree = ast.parse(dedent(source))
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), tree)
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    called = [one.func for one in nodes if isinstance(one, ast.Call)]
    uses = [one for one in nodes if isinstance(one, ast.Name) and one.id == name and one not in called]
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
