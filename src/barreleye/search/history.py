"""Every run that was made, in one file that SIGKILL cannot harm and that many processes write at once.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     history = History(f"{folder}/history.sqlite")
...     number = history.record({"kind": "train", "source": "iris.csv", "score": {"name": "R2", "value": 0.9}})
...     number, history.entries(source="iris")[0].value, history.read(number)["state"]
(1, 0.9, 'done')
"""

import json
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..files.tensors import whole
from ..models.entry import LISTENER, Record, Told
from ..models.folder import RESULTS
from ..models.scores import is_better_higher
from ..nn.validation import choose, count
from ..words import catalogue
from .entries import Entry, all_of, columns_of, moment, process
from .store import transact

SAY = catalogue("results")

KINDS = {name: name for name in ("train", "search", "fit")}


class History:
    """The runs in a file, which is made with the first of them; None: that of ``default_path``.

    A run is there before it begins, and whatever was written stays, SIGKILL or not. Any number of processes write and
    read at once; they wait for each other. Nothing is held open between two calls.

    Methods raise FileError (a ValueError) for a file that is damaged, of another program or from a newer version, and
    OSError where it cannot be read or written.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        path = path or default_path()
        if path is None:
            raise ValueError(SAY["error.no_history"])
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"History({str(self.path)!r})"

    def record(self, record: Record, number: int | None = None) -> int:
        """Enter a run, or what it has become since it was entered under ``number``; its number.

        record    JSON values, as ``models.record`` makes them: "kind" is "train", "search" or "fit"; "state" is
                  "running" at its beginning, and "done" where nothing is said
        """
        now, values = datetime.now(UTC).isoformat(timespec="milliseconds"), columns_of(record)
        values["ended"] = None if values["state"] == "running" else now
        if number is None:
            values |= {"begun": now, "process": process(os.getpid())}
            command = f"INSERT INTO runs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        else:
            command = f"UPDATE runs SET {', '.join(f'{name} = ?' for name in values)} WHERE number = {int(number)}"
        done = transact(self.path, lambda db: db.execute(command, [*values.values()]), writing=True)
        if not done.rowcount:
            raise ValueError(SAY["error.no_run"].filled(path=self.path, number=number))
        return int(done.lastrowid or 0) if number is None else number

    def entries(
        self,
        *,
        kind: str | None = None,
        source: str = "",
        target: str = "",
        since: str | datetime | None = None,
        best: str | None = None,
        limit: int | None = None,
    ) -> list[Entry]:
        """The runs, the newest first.

        source, target    a part of their names
        since             a moment, or its text in ISO 8601, such as 2026-11-30; local time where no zone is told
        best              a score, in capitals or not: the runs that have it, the best first
        limit             so many at most
        """
        kind = kind and choose("kind", kind, KINDS)
        begun = "" if since is None else moment(since)
        columns = ", ".join(Entry._fields)
        command = f"SELECT {columns} FROM runs ORDER BY number DESC"
        found = [
            one
            for one in transact(self.path, lambda db: list(map(Entry.of, db.execute(command))))
            if kind in (None, one.kind) and source in one.source and target in one.target and one.begun >= begun
        ]
        if best is not None:
            name = choose("best", best.lower(), {name.lower(): name for one in found for name in one.scores})
            found = [one._replace(score=name) for one in found if one.scores.get(name) is not None]
            found.sort(key=lambda one: one.scores[name], reverse=is_better_higher(name))
        return found if limit is None else found[: count("limit", limit)]

    def read(self, name: int | str | Path) -> dict[str, Any]:
        """Everything that is known of a run, by its number, or by its folder: the newest there.

        Its record, with "number", "begun" and "ended", and "folder" and "state" as they are now. Of a folder that the
        history does not know, the record that the run left there.

        Raises ValueError where there is no such run.
        """
        by_number, left = str(name).isdecimal(), Path(str(name), "run.json")
        column, value = ("number", str(name)) if by_number else ("folder", str(left.parent.resolve()))
        command = f"SELECT number, begun, ended, folder, state, process, record FROM runs WHERE {column} = ?"
        if self.path.exists() or by_number:
            command += " ORDER BY number DESC LIMIT 1"
            found = transact(self.path, lambda db: [all_of(*row) for row in db.execute(command, [value])])
            if found:
                return found[0]
        if left.exists():
            with whole(left, "record of a run"):
                return dict(json.loads(left.read_bytes()))
        what = (
            SAY["error.no_number"].filled(run=name) if by_number else SAY["error.no_left"].filled(run=repr(str(name)))
        )
        raise ValueError(SAY["error.no_such"].filled(path=self.path, what=what))

    def moved(self, folder: str | Path, where: str | Path) -> None:
        """Note that what runs have left in a folder is in another one now."""
        both = [str(Path(one).resolve()) for one in (where, folder)]
        transact(self.path, lambda db: db.execute("UPDATE runs SET folder = ? WHERE folder = ?", both), writing=True)

    @contextmanager
    def recording(self, warn: Callable[[str], Any] = warnings.warn) -> Iterator["History"]:
        """Within it every fit of an estimator is a run, entered when it begins and again when it ends.

        A history that cannot be written stops no training: ``warn`` is told of it, in a line. Fits in other threads or
        processes, such as those of n_jobs, are not heard of.
        """
        before = LISTENER.set(lambda beginning: self._entered(beginning, warn))
        try:
            yield self
        finally:
            LISTENER.reset(before)

    @contextmanager
    def _entered(self, beginning: Record, warn: Callable[[str], Any]) -> Iterator[Told]:
        number, ended, failed = None, False, False

        def put(known: Record) -> None:
            nonlocal number, ended, failed
            ended = known["state"] != "running"
            try:
                number = self.record({**beginning, **known}, number)
            except (OSError, ValueError) as error:
                if not failed:
                    warn(f"the history lacks this run: {error}")
                failed = True

        put({"state": "running"})
        try:
            yield put
        except BaseException as error:
            if not ended:
                state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
                put({"state": state, "error": str(error)})
            raise


def default_path() -> Path | None:
    """The file that BARRELEYE_HISTORY names; barreleye-results/history.sqlite where it is not set, None for "off"."""
    named = os.environ.get("BARRELEYE_HISTORY") or str(RESULTS / "history.sqlite")
    return None if named == "off" else Path(named)


def recording_by_default(warn: Callable[[str], Any]) -> AbstractContextManager[History | None]:
    """``History.recording`` in the file of ``default_path``, as the commands do it; nothing where that is off."""
    return nullcontext() if default_path() is None else History().recording(warn)
