"""The published exercises beside the network: each is known by its name, and called as it is published."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...words import Text, catalogue
from ..casting.naming import plain
from ..report import UNJUDGED, Finding, FunctionReport
from ..running.answers import Answer, Function
from ..running.calling import Runner
from ..saying.stopping import ELSEWHERE, elsewhere, not_written, unfinished, unwritten
from ..saying.troubles import stopped

Values = Mapping[str, Any]
SAID = catalogue("tutor_exercises")


@dataclass(frozen=True)
class Published(ABC):
    """An exercise that is known by its published name, and by its arguments.

    key      the name of its texts; ``names`` what the function is called, where that is something else
    takes    its arguments as published, in their order; those that are not there keep their defaults
    """

    key: str
    takes: str
    names: str = field(default="", kw_only=True)

    @abstractmethod
    def findings(self, runner: Runner, function: Function) -> Sequence[Finding]:
        """What is wrong with it."""

    def fits(self, function: Function) -> bool:
        """Whether this is the exercise's function: by its name, and by arguments of the published names."""
        required, takes = [plain(one.name) for one in function.parameters if one.required], self.takes.split()
        known = {plain(name) for name in takes} & {*required}
        names = (self.names or self.key).split()
        return plain(function.name) in map(plain, names) and bool(known) and len(required) <= len(takes)

    def report(self, runner: Runner, function: Function) -> FunctionReport:
        findings = tuple(self.findings(runner, function))
        return FunctionReport(function.name, self.key, SAID[f"title.{self.key}"], function.where, findings)

    def answer(self, runner: Runner, function: Function, handed: Values) -> Any:
        """What it returns: handed over by name where an argument has a published one, else by its place.

        Raises Stopped where the call gave nothing.
        """
        takes = self.takes.split()
        by_plain = {plain(name): name for name in takes}
        chosen = {}
        for i, one in enumerate(function.parameters):
            name = by_plain.get(plain(one.name), takes[i] if one.required and i < len(takes) else "")
            if name in handed:
                chosen[one.name] = handed[name]
        answer = runner.call(function.name, **chosen)
        if (said := nothing(function, answer)) is not None:
            raise Stopped(said)
        return answer.value


class Stopped(Exception):
    """A call gave nothing, and this is what is said of it."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def nothing(function: Function, answer: Answer) -> Finding | None:
    """What is said of a call that gave no value; None where it did."""
    trouble = answer.trouble
    if unwritten(function, answer) or (trouble is not None and unfinished(function)):
        return not_written(function)
    if trouble is None:
        return None
    if function.lacks:
        return not_judged(function, SAID["unjudged.lacks"].filled(names=", ".join(function.lacks)))
    if trouble.type == "TypeError" and not trouble.where:
        return not_judged(function, SAID["unjudged.call"].filled(message=trouble.message))
    if name := elsewhere(trouble):
        return not_judged(function, ELSEWHERE.filled(name=name))
    return stopped(function, answer)


def not_judged(function: Function, why: Text) -> Finding:
    return Finding(verdict=UNJUDGED, quantity="", mistake=None, claim=why, where=function.where)
