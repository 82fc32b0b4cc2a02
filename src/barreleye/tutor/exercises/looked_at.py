"""Published exercises whose answers are no equation's numbers: batches in random order, random weights, a training.

Each is looked at in its own way, which says the first thing that is wrong with it, by the key of its sentence.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..casting.layouts import leaves, name_at
from ..casting.naming import plain
from ..report import UNJUDGED, WRONG, Finding
from ..running.answers import Function
from ..running.calling import Runner
from ..saying.places import at_line
from .formulas import targets
from .published import SAID, Published, Stopped
from .second_course import descent, logistic

Ask = Callable[..., Any]
"""Calls the function with these arguments, and gives what it returned."""
Said = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Looked(Published):
    """One exercise.

    look    what is wrong with the answers, by the key of a sentence and what is filled in
    at      what gets its value in the line to look at, a regular expression; "": no line is shown
    """

    look: Callable[[Ask], Iterator[Said]]
    at: str = ""

    def findings(self, runner: Runner, function: Function) -> Sequence[Finding]:
        def ask(**handed: Any) -> Any:
            return self.answer(runner, function, handed)

        try:
            return [self._finding(function, *said) for said in self.look(ask)][:1]
        except Stopped as stopped:
            return [stopped.finding]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # an answer of some other form
            return [self._finding(function, "unjudged.another form", {})]

    def _finding(self, function: Function, key: str, words: Mapping[str, Any]) -> Finding:
        verdict = UNJUDGED if key.startswith("unjudged") else WRONG
        name = None if verdict == UNJUDGED else key.partition(".")[2]
        made = [number for number, text in targets(function.source) if self.at and re.search(self.at, text)]
        where, line = at_line(function, made[0]) if made else (function.where, "")
        return Finding(verdict, "", name, SAID[key].filled(**words), where=where, line=line)


# Mini-batches


def mini_batches(ask: Ask) -> Iterator[Said]:
    """Every sample once, each with its own label, in batches of the size that was asked for and a smaller last one."""
    for m, size in ((20, 8), (16, 8)):
        X, Y = np.arange(3.0 * m).reshape(3, m) + 1, np.arange(1.0, m + 1).reshape(1, m)
        batches = ask(X=X, Y=Y, mini_batch_size=size, seed=0)
        if not isinstance(batches, list | tuple) or not batches or not all(map(is_pair, batches)):
            yield "look.batches", {}
            return
        shapes = [np.shape(x) for x, _ in batches]
        if any(len(shape) != 2 or shape[0] != 3 for shape in shapes) or any(np.ndim(y) != 2 for _, y in batches):
            yield "look.batch shapes", {"shapes": ", ".join(map(str, shapes))}
            return
        xs, ys = (np.concatenate([np.asarray(one[i]) for one in batches], axis=1) for i in (0, 1))
        sizes, wanted = [shape[1] for shape in shapes], [size] * (m // size) + [m % size] * (m % size > 0)
        met = sorted(xs[0])
        if met != sorted(X[0]):
            lost, twice = m - len({*met}), len(met) - len({*met})
            yield ("look.samples twice" if twice else "look.samples lost"), {"lost": lost, "m": m, "size": size}
        elif sizes != wanted:
            yield "look.batch sizes", {"sizes": sizes, "wanted": wanted, "m": m}
        elif not np.array_equal(xs[0], ys[0]):
            yield "look.labels apart", {}
        elif not np.array_equal(np.diff(xs, axis=0), np.diff(X, axis=0)):
            yield "look.features apart", {}
        elif np.array_equal(xs, X):
            yield "look.in order", {}


def is_pair(batch: Any) -> bool:
    return isinstance(batch, list | tuple) and len(batch) == 2


# Starting weights


def starting(kind: str) -> Callable[[Ask], Iterator[Said]]:
    """W of the spread that its name says, the same rule in every layer; b zero."""

    def look(ask: Ask) -> Iterator[Said]:
        n = [400, 300, 200, 50]
        found = {name: np.asarray(leaf) for path, leaf in leaves(ask(layers_dims=n)) if (name := name_at(path))}
        for l, (before, units) in enumerate(pairwise(n), 1):
            W, b = found.get(("W", l)), found.get(("b", l))
            if W is None or b is None:
                yield "claim.lacking", {"names": f"W{l}" if W is None else f"b{l}"}
            elif W.shape != (units, before) or b.size != units:
                yield "look.start shapes", {"l": l, "W": W.shape, "b": b.shape, "n": n, "right": (units, before)}
            elif b.any():
                yield "look.start biases", {"l": l}
            else:
                yield from SPREADS[kind](W.astype(float), l, before, units)

    return look


def zeros(W: Any, l: int, before: int, units: int) -> Iterator[Said]:
    if W.any():
        yield "look.not zeros", {"l": l}


def random(W: Any, l: int, before: int, units: int) -> Iterator[Said]:
    if not W.any() or np.ptp(W) == 0:
        yield "look.all alike", {"l": l}
    elif abs(W.mean()) > 0.2 * W.std():
        yield "look.rand", {"l": l, "mean": f"{W.mean():.2g}"}


def he(W: Any, l: int, before: int, units: int) -> Iterator[Said]:
    """The spread √(2 / n[l−1]), or that of a known mistake: it is told to one part in a hundred."""
    right = np.sqrt(2 / before)
    said = list(random(W, l, before, units))
    yield from said
    if said or abs(W.std() / right - 1) < 0.02:
        return
    others = {
        **{"2 / n[l−1]": 2 / before, "√(2 / n[l])": np.sqrt(2 / units), "2 / n[l]": 2 / units, "0.01": 0.01, "1": 1.0},
        **{"√(1 / n[l−1])": np.sqrt(1 / before), "√2 / n[l−1]": np.sqrt(2) / before, "10": 10.0},
        **{"√(2 / (n[l−1] + n[l]))": np.sqrt(2 / (before + units)), "√(2 / n[l−1]) · 0.01": 0.01 * right},
        "√2 / n[l−1] − 1": np.sqrt(2) / before,
    }
    name = next((name for name, one in others.items() if abs(W.std() / one - 1) < 0.02), f"{W.std():.3g}")
    yield "look.he", {"l": l, "name": name, "right": f"{right:.3g}", "got": f"{W.std():.3g}"}


SPREADS = {"zeros": zeros, "random": random, "he": he}

# Gradient checking in one dimension


def gradient_check(ask: Ask) -> Iterator[Said]:
    """Of J = θx the gradient is x: a check of it finds no difference."""
    for x, theta in ((2.0, 4.0), (-3.0, 1.5)):
        value = ask(x=x, theta=theta, epsilon=1e-4)
        value = value[0] if isinstance(value, tuple | list) and value else value
        if not isinstance(value, float | np.ndarray) or np.size(value) != 1:
            yield "unjudged.no difference", {}
        elif not abs(float(np.squeeze(value))) < 1e-6:
            yield "look.difference", {"d": f"{float(np.squeeze(value)):.4g}"}


# Logistic regression as a whole


def model_logistic(ask: Ask) -> Iterator[Said]:
    """From zero weights, three steps of the plain gradient; then the answers for both sets of samples."""
    v = logistic(0)
    test = logistic(1)["X"][:3]
    train = {"X_train": v["X"], "Y_train": v["Y"], "X_test": test, "Y_test": v["Y"][:, :6]}
    d = ask(**train, num_iterations=3, learning_rate=0.4, print_cost=False)
    if not isinstance(d, Mapping):
        yield "unjudged.no d", {}
        return
    by_key = {plain(str(key)): value for key, value in d.items()}
    w, b = descent(0 * v["w"], 0.0, v, 0.4, 3)
    if "w" in by_key and np.shape(by_key["w"]) == w.shape and not np.allclose(by_key["w"], w, atol=1e-8):
        yield "look.three steps", {}
    for name, X in (("yprediction" + "test", test), ("yprediction" + "train", v["X"])):
        answers = by_key.get(name)
        if answers is not None and not np.array_equal(np.ravel(answers), np.ravel(w.T @ X + b > 0)):
            yield "look.answers", {"name": "Y_prediction_" + name.removeprefix("yprediction")}


def optimize(ask: Ask) -> Iterator[Said]:
    """So many steps of the plain gradient, from the parameters that were handed over."""
    v = logistic(0)
    for k in (1, 2, 3):
        value = ask(w=v["w"], b=v["b"], X=v["X"], Y=v["Y"], num_iterations=k, learning_rate=0.4, print_cost=False)
        found = {str(path[-1]): leaf for path, leaf in leaves(value)}
        if "w" not in found or "b" not in found:
            yield "claim.lacking", {"names": "w, b"}
            return
        steps = {n: descent(v["w"], v["b"], v, 0.4, n) for n in range(5)}
        n = next((n for n, one in steps.items() if all(map(near, (found["w"], found["b"]), one))), None)
        if n is None and k == 1:
            w, b = descent(v["w"], v["b"], v, -0.4, 1)
            yield ("look.uphill" if near(found["w"], w) and near(found["b"], b) else "look.one step"), {}
            return
        if n != k:
            yield "look.steps", {"k": k, "n": "?" if n is None else n}
            return


def near(got: Any, right: Any) -> bool:
    return np.shape(np.squeeze(got)) == np.shape(np.squeeze(right)) and np.allclose(np.squeeze(got), np.squeeze(right))


LOOKED: tuple[Looked, ...] = (
    Looked("mini_batches", "X Y mini_batch_size seed", mini_batches, names="random_mini_batches"),
    *(
        Looked(f"initialize_{kind}", "layers_dims", starting(kind), r"\bW", names=f"initialize_parameters_{kind}")
        for kind in SPREADS
    ),
    Looked("gradient_check", "x theta epsilon", gradient_check),
    Looked("optimize", "w b X Y num_iterations learning_rate print_cost", optimize),
    Looked(
        "model_logistic",
        "X_train Y_train X_test Y_test num_iterations learning_rate print_cost",
        model_logistic,
        names="model",
    ),
)
