"""The fragilities by name, with what is said of each."""

import re
from typing import Any, NamedTuple

from ...words import NOTHING, Text, catalogue
from ..report import FRAGILE, UNJUDGED, WRONG, Finding
from ..running.answers import Function

SAID = catalogue("tutor_fragility")


class Fragility(NamedTuple):
    """One way in which right mathematics fails.

    key    of its claim and its hint in the catalogue; the claim has places for {what} went wrong and {q}, a quantity
    """

    key: str
    name: str
    solution: str = ""
    verdict: str = FRAGILE

    @property
    def claim(self) -> Text:
        return SAID[f"{self.key}.claim"]

    @property
    def hint(self) -> Text:
        return SAID.get(f"{self.key}.hint", NOTHING)


class Fragile(NamedTuple):
    """A fragility that a function was found to have: what happened, and where, as near as it is known.

    hint, solution    where they fit this function better than those that the fragility has
    """

    fragility: Fragility
    what: Text = NOTHING
    where: str = ""
    line: str = ""
    q: str | Text = ""
    hint: Text = NOTHING
    solution: str = ""

    def finding(self, function: Function) -> Finding:
        one = self.fragility
        claim, q = one.claim.filled(what=self.what, q=self.q), self.q.en if isinstance(self.q, Text) else self.q
        usual = one.solution if re.search(r"\bAL\b", function.source) else in_own_name(one.solution, function.source)
        hint = one.hint.filled(q=self.q) if self.hint == NOTHING else self.hint
        values: dict[str, Any] = {"hint": hint, "solution": self.solution or usual, "line": self.line}
        where = self.where or function.where
        return Finding(one.verdict, q, one.name, claim, where=where, **values)


def in_own_name(solution: str, source: str) -> str:
    """A line of code with the learner's own name for the output, where that is one of the usual ones.

    >>> in_own_name("AL = np.clip(AL, 1e-15, 1 - 1e-15)", "def cost(A2, Y): ...")
    'A2 = np.clip(A2, 1e-15, 1 - 1e-15)'
    """
    name = re.search(r"\b(A\d|a\d|[Yy]_?hat|[Yy]_?pred|A)\b", source)
    return re.sub(r"\bAL\b", name[1], solution) if name else solution


STABLE_SIGMOID = "A = np.where(Z >= 0, 1, np.exp(-np.abs(Z))) / (1 + np.exp(-np.abs(Z)))"
CLIPPED, AS_FLOAT = "AL = np.clip(AL, 1e-15, 1 - 1e-15)", "Y = Y.astype(float)"

SIGMOID_OVERFLOWS = Fragility("sigmoid_overflows", "sigmoid overflows", STABLE_SIGMOID)
SIGMOID_FAILS = Fragility("sigmoid_fails", "sigmoid fails at large Z", STABLE_SIGMOID)
TANH_FAILS = Fragility("tanh_fails", "tanh fails at large Z", "A = np.tanh(Z)")
HIDDEN_FAILS = Fragility("hidden_fails", "hidden layer fails at large Z")
HIDDEN_OVERFLOWS = Fragility("hidden_overflows", "hidden layer overflows")
SHIFTED = "expZ = np.exp(Z - np.max(Z, axis=0, keepdims=True))"
SOFTMAX_FAILS = Fragility("softmax_fails", "softmax without shift", SHIFTED)
ZERO_LOG_ZERO = Fragility("zero_log_zero", "0 log 0", CLIPPED)
LOG_OF_ZERO = Fragility("log_of_zero", "log of zero", CLIPPED)
DIVIDES_BY_ZERO = Fragility("divides_by_zero", "divides by zero", "dZ = AL - Y")
LOG_ON_THE_WAY = Fragility("log_on_the_way", "log of zero")
WRITES = Fragility("writes", "changes the caller's arrays")
ONE_SAMPLE = Fragility("one_sample", "one sample")
WHOLE_X = Fragility("whole_x", "whole numbers in X")
UINT8_Y = Fragility("uint8_y", "type of Y", AS_FLOAT)
BOOLEAN_Y = Fragility("boolean_y", "type of Y", AS_FLOAT)
MEMORY_ORDER = Fragility("memory_order", "memory order")
REMEMBERS = Fragility("remembers", "remembers earlier calls")
SINGLE_PRECISION = Fragility("single_precision", "computes in float32")
CUT_OFF = Fragility("cut_off", "cut off")
FLAT = Fragility("flat", "one axis less")
USES_GLOBAL = Fragility("uses_global", "depends on a global", verdict=WRONG)
DROPS = Fragility("drops", "dropout", verdict=UNJUDGED)
NORMALISES = Fragility("normalises", "batch normalization", verdict=UNJUDGED)
DRAWS = Fragility("draws", "draws random numbers", verdict=WRONG)
