"""Calling a learner's function and seeing all that it does: its value, what it changes in place, prints, warns, raises.

``Caller`` does it, in the process that holds the functions. ``InProcess`` is that process for functions that you hold
yourself; ``barreleye.tutor.running.sandbox.Sandbox`` keeps a file's functions in a process of their own. Both are a
``Runner``.

Every call gets arguments of its own, made for it alone, after NumPy's and Python's global random generators were set to
seed 1: the same call gives the same answer.
"""

import copy
import inspect
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import reduce
from pathlib import PurePath
from typing import Any, Protocol, Self

import numpy as np

from .answers import Answer, Function, Held, Named, Note, Opaque, Parameter, Path, Trouble, part
from .describing import code_of, described, home
from .effects import arrays, differences, overwritten, shared
from .methods import with_methods
from .observing import MOST_CALLS, MOST_WARNINGS, OUTPUT, Absent, Flood, Lost, Observed, Place, trouble_of
from .records import fields_of, remade
from .wire import MALFORMED, WireError, clipped, pack, unpack

__all__ = [
    "Answer",
    "Caller",
    "Function",
    "Held",
    "InProcess",
    "Note",
    "Opaque",
    "Parameter",
    "Path",
    "Runner",
    "Trouble",
]

MOST_OPAQUE = 10_000
"""Objects that cannot travel and are kept, to be handed back."""
SPARE = 8 << 20
"""Bytes of memory that are kept for the moment when there are no others."""

_seed_numpy, _seed_python = np.random.seed, random.seed


class Runner(Protocol):
    """Calls a learner's functions. ``functions`` is what can be called; ``notes`` grows while running."""

    @property
    def functions(self) -> tuple[Function, ...]: ...

    @property
    def notes(self) -> tuple[Note, ...]: ...

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Answer: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


class InProcess:
    """A Runner of functions and classes in this very process, which must be trusted: they are not isolated and have no
    time limit.

    >>> with InProcess({"double": lambda a: 2 * a}) as runner:
    ...     runner.call("double", np.array([1.0, 2.0])).value
    array([2., 4.])
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        found = dict(with_methods(functions))
        codes = {name: code_of(one.original) for name, one in found.items()}
        files = {code.co_filename for code in codes.values() if code}

        def place(file: str, line: int) -> str | None:
            if file not in files:
                return None
            return f"line {line}" if len(files) == 1 else f"{PurePath(file).name}, line {line}"

        classes = {name: value for name, value in functions.items() if isinstance(value, type)}
        self._caller = Caller({name: one.called for name, one in found.items()}, place, classes=classes)
        for code, one in zip(codes.values(), found.values(), strict=True):
            self._caller.names |= getattr(inspect.unwrap(one.original), "__globals__", {}) if code else {}
        self._calls = 0
        self.functions: tuple[Function, ...] = tuple(
            one.described(described(name, one.called, *home(codes[name], place))) for name, one in found.items()
        )
        self.notes: tuple[Note, ...] = ()

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a function. KeyError for a name that is not there; whatever the function raises is in the answer."""
        self._calls += 1
        if name not in self._caller.functions:
            raise KeyError(f"there is no function {name!r}: there are {sorted(self._caller.functions)}")
        return answered(self._caller.call(self._calls, name, pack((args, kwargs))))

    def close(self) -> None:
        self._caller.results.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class Caller:
    """Calls functions, and remembers what they returned, for ``Held``.

    place       (file, line) -> where that is, in words; None outside the learner's own code
    missing     called with a global name that a function did not find, and that function's name; true where the name is
                there now and the call is worth repeating
    classes     by name, those whose objects can be asked for before one was met
    absent      why such a name is not there, where that is no mistake of the function's
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        place: Place,
        missing: Callable[[str, str], bool] = lambda name, function: False,
        absent: Absent = lambda name: None,
        output: int = OUTPUT,
        classes: Mapping[str, type] = {},
    ) -> None:
        self.functions = functions
        self.names: dict[str, Any] = dict(functions)
        self.place = place
        self.missing = missing
        self.absent = absent
        self.output = output
        self.results: dict[int, Any] = {}
        self.records: dict[str, Any] = dict(classes)
        self.opaque: dict[int, Any] = {}
        self._spare = b""

    def call(self, number: int, name: str, packed: Any) -> dict[str, Any]:
        """Call a function by name with packed (args, kwargs): the message that ``answered`` makes an Answer of."""
        message: dict[str, Any] = {}
        trouble: Trouble | None = None
        with Observed(self.output) as observed:
            begun = time.perf_counter()
            try:
                self._spare = self._spare or bytes(SPARE)
                before, given, originals, result = self._called(name, packed)
                seconds = time.perf_counter() - begun
                message["value"] = pack(result, self._met)
                message["aliases"] = pack(tuple(shared(result, _by_name(given))))
                written = tuple(overwritten(arrays(_by_name(before)), originals))
                if written:
                    message["written"] = pack(written)
                changed = tuple(differences(_by_name(before), _by_name(given)))
                if changed:
                    message["changed"] = pack(changed)
                    message["arguments_after"] = pack(given)
                self.results[number] = _copied(result)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._spare = b""  # what is needed to say that the memory is used up
                seconds = time.perf_counter() - begun
                trouble = trouble_of(error, self.place, self.absent)
        if trouble is None and observed.printed.flooded:  # and the Flood was caught by the learner's code
            trouble = trouble_of(Flood(self.output), self.place)
        if trouble is not None:
            message = {"trouble": asdict(trouble)}
        said = {"printed": observed.printed.text, "warnings": observed.warnings(self.place)}
        return {"call": number, "seconds": seconds, **said, **message}

    def _called(self, name: str, packed: Any) -> tuple[Any, Any, list[tuple[Path, np.ndarray]], Any]:
        """The arguments as they were, as they are now, the arrays that were in them, and what the function returned."""
        while True:
            before, given = (unpack(packed, self._held, self._record) for _ in range(2))
            originals = list(arrays(_by_name(given)))
            _seed_python(1)
            _seed_numpy(1)
            try:
                return before, given, originals, self.functions[name](*given[0], **given[1])
            except NameError as error:
                if isinstance(error, UnboundLocalError) or not self.missing(error.name or "", name):
                    raise

    def _met(self, value: Any) -> int:
        if fields_of(value) is not None:
            self.records[type(value).__name__] = value
            return 0
        if len(self.opaque) < MOST_OPAQUE:
            self.opaque[len(self.opaque) + 1] = value
        return len(self.opaque)

    def _record(self, kind: str, values: Mapping[str, Any]) -> Any:
        return remade(self.records.get(kind), values)

    def _held(self, wanted: Held | Named | Opaque) -> Any:
        try:
            if isinstance(wanted, Opaque):
                return self.opaque[wanted.number] if wanted.number else wanted
            if isinstance(wanted, Named):
                first, *rest = wanted.name.split(".")
                return reduce(getattr, rest, self.names[first])
            return _copied(part(self.results[wanted.call], wanted.path))
        except (LookupError, TypeError, AttributeError):
            if not isinstance(wanted, Held):
                raise Lost(f"{wanted} is not there") from None
            raise Lost(f"the result of call {wanted.call} is no longer there") from None


def _by_name(given: tuple[tuple[Any, ...], dict[str, Any]]) -> dict[Any, Any]:
    """The arguments under their position or keyword."""
    return {**dict(enumerate(given[0])), **given[1]}


def _copied(value: Any) -> Any:
    """A copy, parts and all; only what cannot be copied (a generator, a lock) is the thing itself."""
    try:
        return copy.deepcopy(value)
    except Exception:
        if type(value) is dict:
            return {key: _copied(part) for key, part in value.items()}
        if type(value) in (list, tuple):
            return type(value)(map(_copied, value))
        return value


def answered(message: Mapping[str, Any]) -> Answer:
    """The Answer that a Caller's message tells of. WireError for a message that no Caller writes."""
    try:
        trouble = message.get("trouble")
        return Answer(
            call=int(message["call"]),
            value=unpack(message.get("value")),
            changed=tuple(unpack(message["changed"])) if "changed" in message else (),
            arguments_after=unpack(message.get("arguments_after")),
            printed=clipped(message["printed"]),
            warnings=tuple(map(clipped, message["warnings"][:MOST_WARNINGS])),
            seconds=float(message["seconds"]),
            trouble=None if trouble is None else troubled(trouble),
            aliases=tuple(unpack(message["aliases"])) if "aliases" in message else (),
            written=tuple(unpack(message["written"])) if "written" in message else (),
        )
    except MALFORMED as error:
        raise error if isinstance(error, WireError) else WireError(f"an answer is malformed: {error!r}") from None


def troubled(message: Mapping[str, Any]) -> Trouble:
    """The Trouble that a message tells of."""
    texts = {name: clipped(message[name]) for name in ("kind", "type", "message", "where", "line_text", "chinese")}
    lines = tuple((clipped(where), clipped(text)) for where, text in message["lines"][:MOST_CALLS])
    return Trouble(**texts, calls=tuple(map(clipped, message["calls"][:MOST_CALLS])), lines=lines)
