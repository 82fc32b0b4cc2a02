"""One of several processes that train together: it does what its pipe asks for, until the pipe closes. See crew.py.

``python -m barreleye.training.worker RANK`` is started by a ``Crew``.
"""

import os
import pickle
import socket
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any, BinaryIO

import cloudpickle
import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from .batches import Stream, Table
from .border import Rows
from .crew import LostError, read
from .members import Seed
from .step import Recipe, State
from .threads import processors


class Fed(Stream):
    """A stream whose batches were taken elsewhere, and come with each call."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)
        self.waiting: deque[Rows] = deque()

    def take(self, most: int) -> list[Rows]:
        return [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]


class Worker:
    """What can be asked of a process: the same of all, in the same order, for they wait for one another's sums."""

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.broken: tuple[type[Exception], ...] = ()  # what XLA raises where the way to the others is

    def free_port(self) -> int:
        """A port of this machine that nobody listens on."""
        with socket.socket() as any_port:
            any_port.bind(("", 0))
            return int(any_port.getsockname()[1])

    def join(self, address: str, hosts: Sequence[str], device: str, path: list[str], within: float) -> None:
        """Become one of the processes, one on each host, that meet at the address: see ``xla_joined.join``."""
        beside = hosts.count(hosts[self.rank])
        os.environ["OMP_NUM_THREADS"] = str(max(1, processors() // beside))
        os.environ["JAX_NUM_CPU_DEVICES"] = "1"
        if device == "cpu" or (device == "auto" and len(set(hosts)) < len(hosts)):
            os.environ["JAX_PLATFORMS"] = "cpu"
        sys.path += [folder for folder in path if folder not in sys.path]  # where the asker's own modules lie
        from .xla_joined import BROKEN, join

        self.broken = BROKEN
        join(address, self.rank, len(hosts), within, here=address.startswith("127."))

    def begin(self, source: Table | Any, seed: Seed, device: str, shared: bool, precision: str) -> None:
        """An engine on a table, or on a stream of that dtype."""
        from .xla_engine import XlaEngine

        self.source = source if isinstance(source, Table) else Fed(source)
        self.engine = XlaEngine(self.source, seed, device, shared, precision)

    def place(self, state: State) -> None:
        """Take the state from which the next steps are made."""
        self.state = self.engine.place(state)

    def steps(self, recipe: Recipe, steps: int, batches: list[Rows]) -> tuple[np.ndarray, bool]:
        """Make so many steps, fewer where a cost is not finite: the costs, and whether all is finite."""
        if isinstance(self.source, Fed):
            self.source.waiting.extend(batches)
        costs, finite, last = list[np.ndarray](), True, self.state.t + steps
        while self.state.t < last and finite:
            self.state, found, finite, _ = self.engine.call(recipe, self.state, last - self.state.t)
            costs.append(found)
        return np.concatenate(costs), finite

    def fetch(self) -> State:
        """The state that the steps have made."""
        return self.engine.fetch(self.state)

    def hold_out(self, rows: Rows) -> None:
        """Take the rows to be judged by."""
        self.held_out = rows

    def evaluate(self, recipe: Recipe) -> tuple[float, np.ndarray]:
        """The loss, and Y_hat, of the rows held out."""
        return self.engine.evaluate(recipe, self.state, self.held_out)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        """J, its gradients and batch norm's statistics over all rows."""
        return self.engine.value_and_gradient(recipe, parameters)


def serve(worker: Worker, asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer (name, arguments) by (True, what came of it) or (False, what was raised), one after another.

    Of results that all processes have the first alone sends them.
    """
    while (question := read(asked)) is not None:
        try:
            name, arguments = cloudpickle.loads(question)
            answer: tuple[bool, Any] = True, getattr(worker, name)(*arguments)
            answer = answer if worker.rank == 0 else (True, None)
        except worker.broken as error:
            answer = False, LostError(f"process {worker.rank} has lost the others ({error})")
        except Exception as error:
            answer = False, error
        try:
            message = cloudpickle.dumps(answer, protocol=5)
        except (pickle.PicklingError, TypeError):
            message = cloudpickle.dumps((False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}")))
        answers.write(message)
        answers.flush()


def main() -> None:
    """Serve on the pipes that were standard input and output; what anybody prints goes to standard error."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(Worker(int(sys.argv[1])), asked, answers)
    finally:
        sys.stderr.flush()
        os._exit(0)  # the usual end waits for the other processes, which may be gone


if __name__ == "__main__":
    main()
