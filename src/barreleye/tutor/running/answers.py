"""What passes between the tutor and a learner's code: what is asked for, and what came of it. Values, no behaviour."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...words import Text
from .records import fields_of

Path = tuple[int | str, ...]
"""The way to a part of a tree: an index into each list or tuple, a key into each dict. In arguments the first step is
the position, or the keyword."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a learner's function."""

    name: str
    required: bool
    keyword_only: bool = False


@dataclass(frozen=True)
class Function:
    """What is known of a learner's function without calling it.

    name            "forward"; of a method "Net.forward" (see ``methods``), of a class's constructor "Net.__init__"
    owner           the class that a method is of
    takes_object    it is called with an object of that class first, which is none of its ``parameters``
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    line: int | None = None
    """In the file; in a notebook, within the cell."""
    where: str = ""
    """ "line 12" or "cell 3, line 4"."""
    source: str = ""
    has_varargs: bool = False
    has_varkw: bool = False
    owner: str = ""
    takes_object: bool = False
    given: tuple[str, ...] = ()
    """What it takes from helper modules that were given with an exercise, and are not the learner's work."""
    lacks: tuple[str, ...] = ()
    """Modules that it uses and that could not be loaded."""


@dataclass(frozen=True)
class Held:
    """Stands, in arguments, for a value that stayed with the learner: an earlier call's result, or a part of it."""

    call: int
    path: Path = ()


@dataclass(frozen=True)
class Named:
    """Stands, in arguments, for something of the learner's own module: relu, or Activation.RELU."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """Stands, in a result, for an object that cannot travel. It can be handed back as it is, or through ``Held``.

    number    by which the process that holds the object knows it; 0 for none
    """

    type: str
    text: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Trouble:
    """Why a call gave no value.

    kind        exception; timeout; memory; exit (SystemExit); crash (the process ended); output (too much of it);
                forbidden (what isolation refuses); lost (an argument was the result of a call that is no longer there);
                large (more than travels); stand-in (computed with what stands in for a module that is not there);
                absent (a file, or a name, that was not handed in)
    type        the exception's class, or ""
    where       the line of the learner's own code that was reached, "" where unknown; line_text: what is written there
    calls       the learner's functions on the stack, outermost first
    lines       the line that was reached in each of them, and what is written there
    chinese     the message in Chinese, where it is the check's own; "" where Python or the learner's code says it
    """

    kind: str
    type: str = ""
    message: str = ""
    where: str = ""
    line_text: str = ""
    calls: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    chinese: str = ""


@dataclass(frozen=True)
class Answer:
    """What one call of a learner's function gave.

    call             its number, for ``Held``
    value            a tree of dict, list, tuple, array, float, int, bool, str, None and ``Opaque``; a NumPy scalar is
                     an array of no dimensions, with its dtype
    changed          paths into the arguments: what the function changed in place, the entries of dicts and lists too
    at               where the value is in what is held of the call, for ``Held``
    written          those of the arrays whose own numbers were overwritten (W1 -= ...); to put another array under a
                     dict's key is a change, but overwrites none
    arguments_after  (args, kwargs) after the call where anything changed, else None
    printed          the first 2,000 characters
    warnings         "RuntimeWarning: overflow encountered in exp (line 5)"
    aliases          (path into value, path into arguments) of arrays that share memory
    """

    call: int
    value: Any = None
    changed: tuple[Path, ...] = ()
    arguments_after: Any = None
    printed: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    trouble: Trouble | None = None
    aliases: tuple[tuple[Path, Path], ...] = ()
    written: tuple[Path, ...] = ()
    at: Path = ()


@dataclass(frozen=True)
class Note:
    """What was handled while the learner's code was loaded or run: where, and a sentence that says it.

    kind    syntax      a file or a cell that cannot be read: message, line and text
            skipped     code that was not run
            methods     those of a class, which are not checked
            ran         a skipped statement that a function turned out to need
            stand-in    an imported module that was replaced by one that does nothing
            served      a helper module of the course, served from barreleye.course
            magic       lines of a notebook that are not Python
            printed     what was printed while loading
            import      an import that failed
            ready-made  an import of barreleye itself
            isolation   a protection that this system does not offer
    """

    kind: str
    where: str
    text: Text

    def message(self) -> dict[str, Any]:
        """The note as it travels."""
        return {"kind": self.kind, "where": self.where, "text": self.text.both()}


def part(value: Any, path: Sequence[int | str]) -> Any:
    """The part of a tree that a path leads to; LookupError or TypeError where it leads nowhere.

    >>> part((1, {"W1": [5, 6]}), (1, "W1", 0))
    5
    """
    for step in path:
        parts: Any = fields_of(value) if isinstance(step, str) else None
        value = (value if parts is None else parts)[step]
    return value
