"""L-BFGS on full batches, by SciPy: a quasi-Newton method for small data, where it often beats every first-order rule.

Byrd, Lu, Nocedal and Zhu (1995), "A limited memory algorithm for bound constrained optimization"; SciPy wraps the
authors' own code, which has been in use for decades.
"""

import queue
import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.validation import check, count, nonnegative
from ..words import catalogue
from .border import Rows
from .engine import Ending, Engine, Stretch
from .interruption import Interrupted, never
from .step import Recipe, State

SAY = catalogue("training")


@dataclass(frozen=True)
class LBFGS:
    """Settings of L-BFGS. One step of training is one of its iterations; it has no learning rate.

    memory         how many past steps shape the curvature
    tolerance      converged when no entry of the gradient is larger
    flatness       converged when an iteration lowers the cost by less than this share of it
    line_search    the most cost evaluations in one iteration
    evaluations    the most cost evaluations in all

    >>> LBFGS(memory=5).tolerance
    1e-05
    """

    memory: int = 10
    tolerance: float = 1e-5
    flatness: float = 64 * float(np.finfo(np.float64).eps)
    line_search: int = 20
    evaluations: int = 2**31 - 1

    def __post_init__(self) -> None:
        check(self, memory=count, tolerance=nonnegative, flatness=nonnegative, line_search=count, evaluations=count)


class Iterate(NamedTuple):
    """Where an iteration arrived; the last one of a minimisation says why there is no further one."""

    parameters: Parameters
    averages: Averages
    J: float
    ended: Ending | None = None


class LBFGSEngine:
    """Runs SciPy's minimiser over another engine's cost and gradients.

    SciPy owns the loop of iterations and training is a loop too, so the minimiser runs in a thread of its own that
    waits after each iteration until it is asked for the next. To go on from a saved state it goes through the earlier
    iterations again from the starting parameters, which the state carries: the curvature SciPy holds cannot be saved.
    """

    def __init__(self, settings: LBFGS, engine: Engine) -> None:
        self.settings = settings
        self.name = engine.name
        self._engine = engine
        self._minimisation: _Minimisation | None = None

    def place(self, state: State) -> State:
        started_from = state.parameters.map(lambda p: (p,)) if state.t == 0 else state.optimizer
        return state._replace(optimizer=started_from)

    def fetch(self, state: State) -> State:
        return state

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        return self._engine.evaluate(recipe, self._engine.place(state), rows)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        return self._engine.value_and_gradient(recipe, parameters)

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        costs: list[float] = []
        ended: Ending | None = None
        minimisation = self._at(recipe, state)
        if not np.isfinite(minimisation.J_before):
            return Stretch(state, np.asarray([minimisation.J_before]), False)
        while len(costs) < steps and not interrupted():
            iterate = minimisation.next()
            if iterate.ended is not None:
                ended = iterate.ended
                break
            costs.append(minimisation.J_before)
            minimisation.J_before = iterate.J
            state = State(iterate.parameters, state.optimizer, iterate.averages, state.t + 1)
        return Stretch(state, np.asarray(costs, state.parameters.W[1].dtype), True, ended)

    def close(self) -> None:
        """Let the waiting thread end."""
        if self._minimisation is not None:
            self._minimisation.close()
            self._minimisation = None

    def _at(self, recipe: Recipe, state: State) -> "_Minimisation":
        """The minimisation standing at state.t iterations."""
        if self._minimisation is None or self._minimisation.t != state.t:
            self.close()
            first = state.optimizer.map(lambda slots: slots[0])
            self._minimisation = _Minimisation(self.settings, self._engine, recipe, first)
            while (t := self._minimisation.t) < state.t:
                iterate = self._minimisation.next()
                if iterate.ended is not None:
                    shown = {"said": iterate.ended.said, "t": t, "made": state.t}
                    raise ValueError(SAY["error.lbfgs_resumed"].filled(**shown))
                self._minimisation.J_before = iterate.J
        return self._minimisation


class _Minimisation:
    """SciPy's minimiser in a thread, one iteration at a time."""

    def __init__(self, settings: LBFGS, engine: Engine, recipe: Recipe, first: Parameters) -> None:
        self.t = 0
        self._first, self._engine, self._recipe, self._settings = first, engine, recipe, settings
        self._latest: Averages = Averages({}, {})
        self._closing = False
        self._go = threading.Semaphore(0)
        self._iterates: queue.SimpleQueue[Iterate | BaseException] = queue.SimpleQueue()
        self.J_before = engine.value_and_gradient(recipe, first)[0]
        self._thread = threading.Thread(target=self._minimise, daemon=True, name="barreleye L-BFGS")
        self._thread.start()

    def next(self) -> Iterate:
        """The next iterate; after the last one, always the one that says why it ended."""
        self._go.release()
        iterate = self._iterates.get()
        if isinstance(iterate, BaseException):
            raise iterate
        if iterate.ended is None:
            self.t += 1
        else:
            self._iterates.put(iterate)
        return iterate

    def close(self) -> None:
        self._closing = True
        self._go.release()
        self._thread.join(timeout=5)

    def _minimise(self) -> None:
        from scipy.optimize import minimize

        try:
            self._wait()
            result = minimize(
                self._value_and_gradient,
                np.concatenate([np.asarray(p, np.float64).ravel() for p in self._first.arrays()]),
                jac=True,
                method="L-BFGS-B",
                callback=self._on_iteration,
                options={
                    "maxcor": self._settings.memory,
                    "gtol": self._settings.tolerance,
                    "ftol": self._settings.flatness,
                    "maxls": self._settings.line_search,
                    "maxiter": 2**31 - 1,
                    "maxfun": self._settings.evaluations,
                },
            )
            self._iterates.put(Iterate(self._parameters(result.x), self._latest, float(result.fun), self._why(result)))
        except StopIteration:
            pass
        except BaseException as error:  # handed to the thread that waits for an iterate
            self._iterates.put(error)

    def _why(self, result: Any) -> Ending:
        """SciPy's status, 0 converged, 1 out of evaluations, 2 no step found, with what it means here."""
        ending = {
            0: Ending("converged", SAY["ended.converged"]),
            1: Ending("spent", SAY["ended.spent"].filled(n=self._settings.evaluations)),
        }.get(result.status, Ending("stuck", SAY["ended.stuck"].filled(dtype=self._first.W[1].dtype)))
        steepest = float(abs(result.jac).max())
        return ending._replace(said=SAY["ended.lbfgs"].filled(said=ending.said, steepest=steepest))

    def _on_iteration(self, intermediate_result: Any) -> None:
        x = intermediate_result.x
        parameters = self._parameters(x)
        averages = self._engine.value_and_gradient(self._recipe, parameters)[2] if parameters.gamma else self._latest
        self._iterates.put(Iterate(parameters, averages, float(intermediate_result.fun)))
        self._wait()

    def _wait(self) -> None:
        self._go.acquire()
        if self._closing:
            raise StopIteration

    def _value_and_gradient(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        J, gradients, _ = self._engine.value_and_gradient(self._recipe, self._parameters(x))
        return J, np.concatenate([np.asarray(dp, np.float64).ravel() for dp in gradients.arrays()])

    def _parameters(self, x: np.ndarray) -> Parameters:
        """The vector of SciPy's as Parameters of the starting parameters' shapes and dtype, copied."""
        at = 0
        fields: list[dict[int, np.ndarray]] = []
        for field in self._first:
            part = {}
            for l, p in sorted(field.items()):
                part[l] = x[at : at + p.size].reshape(p.shape).astype(p.dtype)
                at += p.size
            fields.append(part)
        return Parameters(*fields)
